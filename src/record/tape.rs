//! What passed the relay, as bytes of a pcapng file: each packet twice, on the interface where it arrived and on the
//! one where it was forwarded.

use super::wire::{self, Ends, Flags, Role};
use crate::bytes::Time;
use crate::capture::blocks::{self, code};
use crate::net::relayed::Recording;
use std::net::SocketAddr;

/// The link type of every frame: Ethernet.
const ETHERNET: u16 = 1;
/// What a packet's flags say of its way at the interface.
const INBOUND: u8 = 1;
const OUTBOUND: u8 = 2;

/// One of the two times that a relay sees a packet. Also the interface's number in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// As it came in.
    Arrival,
    /// As it went out.
    Forwarded,
}

/// Where and when a packet is recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'a> {
    pub(super) leg: Leg,
    pub(super) time: Time,
    /// The same for an arrival and all its forwarded copies.
    pub(super) id: Option<u64>,
    pub(super) comment: Option<&'a str>,
}

/// The addresses of one client's conversation on both sides of the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The client.
    pub client: SocketAddr,
    /// The relay as the client addresses it.
    pub local: SocketAddr,
    /// The relay as the server sees it.
    pub upstream: SocketAddr,
    /// The server.
    pub server: SocketAddr,
}

impl Route {
    /// Towards the server, from the client and from the relay.
    pub(super) fn up(&self, leg: Leg) -> Ends {
        match leg {
            Leg::Arrival => Ends { src: self.client, dst: self.local, roles: (Role::Client, Role::Relay) },
            Leg::Forwarded => Ends { src: self.upstream, dst: self.server, roles: (Role::Relay, Role::Server) },
        }
    }

    /// Towards the client, from the server and from the relay.
    pub(super) fn down(&self, leg: Leg) -> Ends {
        match leg {
            Leg::Arrival => Ends { src: self.server, dst: self.upstream, roles: (Role::Server, Role::Relay) },
            Leg::Forwarded => Ends { src: self.local, dst: self.client, roles: (Role::Relay, Role::Client) },
        }
    }
}

/// Blocks of a pcapng file, in order, until they are taken away to be written.
#[derive(Debug)]
pub(super) struct Tape {
    bytes: Vec<u8>,
    packets: [u64; 2],
    /// Numbers packets as a host does, so that none passes for another one recorded twice.
    ident: u16,
    last: Time,
}

impl Tape {
    /// One that begins with the headers of a file. `lines`: what else its comment says.
    pub(super) fn new(recording: &Recording, lines: &str) -> Tape {
        let mut bytes = Vec::new();
        let comment = if lines.is_empty() { recording.to_string() } else { format!("{recording}\n{lines}") };
        blocks::section(&mut bytes, &[(code::COMMENT, comment.as_bytes()), blocks::WRITTEN_BY]);
        for (name, description) in [("arrival", "what reached the relay"), ("forwarded", "what the relay sent on")] {
            let said = [(code::IF_NAME, name.as_bytes()), (code::IF_DESCRIPTION, description.as_bytes())];
            // No bound on the length of a frame.
            blocks::interface(&mut bytes, ETHERNET, 0, &said);
        }
        Tape { bytes, packets: [0; 2], ident: 0, last: Time(0) }
    }

    /// Records a datagram.
    pub(super) fn datagram(&mut self, spot: Spot<'_>, ends: Ends, payload: &[u8]) {
        self.record(spot, |out, ident| wire::datagram(out, ends, ident, payload));
    }

    /// Records a segment.
    pub(super) fn segment(&mut self, spot: Spot<'_>, ends: Ends, flags: Flags, payload: &[u8]) {
        self.record(spot, |out, ident| wire::segment(out, ends, ident, flags, payload));
    }

    fn record(&mut self, spot: Spot<'_>, frame: impl FnOnce(&mut Vec<u8>, u16) -> bool) {
        // 0 stands for no number.
        self.ident = self.ident.checked_add(1).unwrap_or(1);
        let ident = self.ident;
        self.last = self.last.max(spot.time);
        let direction = u32::from(if spot.leg == Leg::Forwarded { OUTBOUND } else { INBOUND }).to_le_bytes();
        let id = spot.id.map(u64::to_le_bytes);
        let id = id.as_ref().map(|id| (code::EPB_PACKETID, id.as_slice()));
        let comment = spot.comment.map(|comment| (code::COMMENT, comment.as_bytes()));
        let said: Vec<_> = std::iter::once((code::EPB_FLAGS, direction.as_slice())).chain(id).chain(comment).collect();
        let write = |out: &mut Vec<u8>| {
            let begin = out.len();
            frame(out, ident).then(|| out.len() - begin)
        };
        if blocks::packet(&mut self.bytes, (spot.leg as u32, spot.time), &said, write)
            && let Some(packets) = self.packets.get_mut(spot.leg as usize)
        {
            *packets += 1;
        }
    }

    /// Ends the file. `lost`: how many packets the system dropped before the relay could take them, if it says.
    pub(super) fn close(&mut self, lost: Option<u64>) {
        for (leg, lost) in [(Leg::Arrival, lost), (Leg::Forwarded, Some(0))] {
            let received = self.packets.get(leg as usize).copied().unwrap_or_default().to_le_bytes();
            let lost = lost.map(u64::to_le_bytes);
            let lost = lost.as_ref().map(|lost| (code::ISB_IFDROP, lost.as_slice()));
            let said: Vec<_> = std::iter::once((code::ISB_IFRECV, received.as_slice())).chain(lost).collect();
            blocks::statistics(&mut self.bytes, leg as u32, self.last, &said);
        }
    }

    /// How many packets it holds or held, over both interfaces.
    pub(super) fn packets(&self) -> u64 {
        self.packets.iter().sum()
    }

    /// How many bytes wait to be written.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes what waits to be written: whole blocks. `empty` serves for what follows.
    pub(super) fn take(&mut self, mut empty: Vec<u8>) -> Vec<u8> {
        empty.clear();
        std::mem::replace(&mut self.bytes, empty)
    }

    /// Puts back what could not be written, in front of what came since.
    pub(super) fn put_back(&mut self, mut unwritten: Vec<u8>) {
        unwritten.append(&mut self.bytes);
        self.bytes = unwritten;
    }
}
