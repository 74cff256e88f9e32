//! Captures that a relay wrote: what it says of itself, and its two legs of every conversation joined into one.
//!
//! A relay sees each packet twice: as it arrives, and as it is passed on. Between client C and server S it has two
//! conversations, C with its listening address L and its own upstream address U with S:
//!
//! ```text
//! C → L  arrival     U → S  forwarded
//! L → C  forwarded   S → U  arrival
//! ```
//!
//! Joined it is one of C with S. Arrivals prove what was sent; they are its packets. Forwarded copies prove that it
//! was passed on and when; they carry the packet identifier of the arrival (pcapng's `epb_packetid`, which is
//! there for that).

use super::{Carrier, Packet, Segment, Transport};
use crate::capture;
use crate::limits::Limits;
use foldhash::fast::RandomState;
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::hash::Hash;
use std::net::SocketAddr;

/// Where a relay listens, and for which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// What it relays.
    pub carrier: Carrier,
    /// Where clients come; the address may be the unspecified one, for all of the relay's host.
    pub listen: SocketAddr,
    /// Where what they say goes.
    pub server: SocketAddr,
}

/// `udp 127.0.0.1:5000=127.0.0.1:5001`.
impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}={}", self.carrier.name(), self.listen, self.server)
    }
}

impl Mapping {
    /// Whether clients of this mapping send to `address`.
    fn listens_at(&self, carrier: Carrier, address: SocketAddr) -> bool {
        self.carrier == carrier
            && self.listen.port() == address.port()
            && (self.listen.ip() == address.ip() || self.listen.ip().is_unspecified())
    }
}

/// What a relay says of itself in a comment of the section it writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// What it relays.
    pub mappings: Vec<Mapping>,
    /// What else it says, in its words: how it harms what passes.
    pub remarks: String,
}

impl Recording {
    /// How the line begins that tells a relay's capture. The number grows when what is said here no longer holds.
    pub const MARK: &'static str = "wiregrade-record/1";

    /// How many mappings are believed.
    const MAPPINGS: usize = 1024;

    /// Reads it from the lines of a section's comment, if it is there.
    #[must_use]
    pub fn recognize(comment: &str) -> Option<Recording> {
        let line = comment.lines().find_map(|line| line.trim().strip_prefix(Recording::MARK))?;
        let mut recording = Recording::default();
        let mut words = line.split_ascii_whitespace();
        while let Some(word) = words.next() {
            let carrier = match word {
                "udp" => Carrier::Udp,
                "tcp" => Carrier::Tcp,
                other => {
                    let space = if recording.remarks.is_empty() { "" } else { " " };
                    recording.remarks.extend([space, other]);
                    continue;
                }
            };
            let (listen, server) = words.next()?.split_once('=')?;
            let mapping = Mapping { carrier, listen: listen.parse().ok()?, server: server.parse().ok()? };
            if recording.mappings.len() < Recording::MAPPINGS {
                recording.mappings.push(mapping);
            }
        }
        (!recording.mappings.is_empty()).then_some(recording)
    }
}

/// The line that [`Recording::recognize`] reads.
impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Recording::MARK)?;
        for mapping in &self.mappings {
            write!(f, " {mapping}")?;
        }
        if self.remarks.is_empty() { Ok(()) } else { write!(f, " {}", self.remarks) }
    }
}

/// What a packet of a relay's capture means for the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined<'a> {
    /// A packet of the conversation.
    Packet(Packet<'a>),
    /// A datagram of the conversation, which the relay passes on, or not: a [`Joined::Passed`] with its frame follows
    /// for every copy that it passes on.
    Datagram(Packet<'a>),
    /// The datagram of that frame was passed on.
    Passed {
        /// The frame in which it had arrived.
        arrival: u64,
    },
    /// Nothing that another packet does not show.
    Nothing,
}

/// Joins the two legs of every conversation of a relay's capture.
#[derive(Debug)]
pub struct Join {
    recording: Recording,
    /// Which client an upstream address belongs to.
    clients: Bounded<(Carrier, SocketAddr), SocketAddr>,
    /// What arrived under an identifier.
    arrivals: Bounded<u64, Arrival>,
}

#[derive(Clone, Copy, Debug)]
struct Arrival {
    frame: u64,
    src: SocketAddr,
}

impl Join {
    /// For the capture of this relay.
    #[must_use]
    pub fn new(recording: Recording, limits: &Limits) -> Join {
        Join {
            recording,
            clients: Bounded::new(limits.relayed_clients),
            arrivals: Bounded::new(limits.relayed_packets),
        }
    }

    /// The relay whose capture it is.
    #[must_use]
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// Takes the next packet with the options of its block. One of which it is not said whether it arrived or was
    /// forwarded is none of the relay's: it is left as it is.
    pub fn see<'a>(&mut self, packet: &Packet<'a>, options: capture::Options<'_>) -> Joined<'a> {
        let carrier = packet.carrier();
        match options.outbound() {
            None => Joined::Packet(*packet),
            Some(false) => self.arrived(carrier, packet, options.packet_id()),
            Some(true) => self.forwarded(carrier, packet, options.packet_id()),
        }
    }

    fn arrived<'a>(&mut self, carrier: Carrier, packet: &Packet<'a>, id: Option<u64>) -> Joined<'a> {
        if let Some(id) = id {
            self.arrivals.insert(id, Arrival { frame: packet.frame, src: packet.src });
        }
        let joined = Packet { dst: self.stands_for(carrier, packet.dst, packet.src), ..*packet };
        match packet.transport {
            Transport::Udp(_) => Joined::Datagram(joined),
            // The receiving end acknowledges at once what is sent on: that says nothing about the other end.
            Transport::Tcp(segment) if is_bare(&segment) => Joined::Nothing,
            Transport::Tcp(_) => Joined::Packet(joined),
        }
    }

    fn forwarded<'a>(&mut self, carrier: Carrier, packet: &Packet<'a>, id: Option<u64>) -> Joined<'a> {
        let arrival = id.and_then(|id| self.arrivals.get(&id).copied());
        if let Some(arrival) = arrival
            && self.is_server(carrier, packet.dst)
        {
            self.clients.insert((carrier, packet.src), arrival.src);
        }
        match (packet.transport, arrival) {
            (Transport::Udp(_), Some(arrival)) => Joined::Passed { arrival: arrival.frame },
            (Transport::Udp(_), None) => Joined::Nothing,
            // What the relay ends by itself has no other trace; and it takes everything that arrives.
            (Transport::Tcp(segment), None) if segment.rst || is_bare(&segment) => {
                Joined::Packet(Packet { src: self.stands_for(carrier, packet.src, packet.dst), ..*packet })
            }
            (Transport::Tcp(_), _) => Joined::Nothing,
        }
    }

    fn is_server(&self, carrier: Carrier, address: SocketAddr) -> bool {
        self.recording.mappings.iter().any(|mapping| mapping.carrier == carrier && mapping.server == address)
    }

    /// Whom the relay stands for at one of its addresses, towards `other`.
    fn stands_for(&self, carrier: Carrier, address: SocketAddr, other: SocketAddr) -> SocketAddr {
        // The upstream address is the more particular one: it may have a mapping's port at another of the host's addresses.
        if self.is_server(carrier, other)
            && let Some(client) = self.clients.get(&(carrier, address))
        {
            return *client;
        }
        let mapping = self.recording.mappings.iter().find(|mapping| mapping.listens_at(carrier, address));
        mapping.map_or(address, |mapping| mapping.server)
    }
}

/// Only acknowledges.
fn is_bare(segment: &Segment<'_>) -> bool {
    segment.payload.is_empty() && !segment.syn && !segment.fin && !segment.rst
}

/// A map that forgets its oldest entries.
#[derive(Debug)]
struct Bounded<K, V> {
    entries: HashMap<K, V, RandomState>,
    order: VecDeque<K>,
    most: usize,
}

impl<K: Copy + Eq + Hash, V> Bounded<K, V> {
    fn new(most: usize) -> Bounded<K, V> {
        Bounded { entries: HashMap::default(), order: VecDeque::new(), most: most.max(1) }
    }

    fn insert(&mut self, key: K, value: V) {
        if self.entries.insert(key, value).is_none() {
            self.order.push_back(key);
        }
        while self.entries.len() > self.most {
            let Some(oldest) = self.order.pop_front() else { break };
            self.entries.remove(&oldest);
        }
    }

    fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Time;
    use crate::capture::Options;

    const CLIENT: &str = "127.0.0.1:40001";
    const LISTEN: &str = "127.0.0.1:5000";
    const UPSTREAM: &str = "127.0.0.1:38111";
    const SERVER: &str = "127.0.0.1:5001";

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn join(line: &str) -> Join {
        Join::new(Recording::recognize(line).unwrap(), &Limits::default())
    }

    fn udp() -> Join {
        join("wiregrade-record/1 udp 127.0.0.1:5000=127.0.0.1:5001 seed=7")
    }

    fn datagram(frame: u64, src: &str, dst: &str) -> Packet<'static> {
        Packet {
            frame,
            time: Time(0),
            src: at(src),
            dst: at(dst),
            ident: None,
            interface: 0,
            cut: 0,
            fragments: &[],
            transport: Transport::Udp(b"hello"),
        }
    }

    /// The options of a packet block, little-endian.
    fn options(outbound: bool, id: Option<u64>) -> Vec<u8> {
        let mut bytes = vec![2, 0, 4, 0, if outbound { 2 } else { 1 }, 0, 0, 0];
        if let Some(id) = id {
            bytes.extend([5, 0, 8, 0]);
            bytes.extend(id.to_le_bytes());
        }
        bytes
    }

    fn see(join: &mut Join, packet: &Packet<'static>, outbound: bool, id: Option<u64>) -> Joined<'static> {
        join.see(packet, Options::little_endian(&options(outbound, id)))
    }

    #[test]
    fn a_relay_is_told_by_its_line_which_reads_back() {
        let line = "wiregrade-record/1 udp 0.0.0.0:5000=10.0.0.1:1313 tcp [::1]:5000=127.0.0.1:5001 seed=7 loss=10%";
        let recording = Recording::recognize(&format!("made today\n  {line}\nbye")).unwrap();
        assert_eq!(recording.mappings.len(), 2);
        assert_eq!(recording.remarks, "seed=7 loss=10%");
        assert_eq!(recording.to_string(), line);
        for other in ["", "wiregrade-record/2 udp 1.1.1.1:1=2.2.2.2:2", "wiregrade-record/1", "a capture of mine"] {
            assert_eq!(Recording::recognize(other), None, "{other}");
        }
        for broken in ["udp", "udp 1.1.1.1:1", "tcp here=there"] {
            assert_eq!(Recording::recognize(&format!("{} {broken}", Recording::MARK)), None, "{broken}");
        }
    }

    #[test]
    fn both_legs_of_a_datagram_become_one_between_client_and_server() {
        let mut join = udp();
        let up = see(&mut join, &datagram(1, CLIENT, LISTEN), false, Some(9));
        assert_eq!(up, Joined::Datagram(datagram(1, CLIENT, SERVER)));
        assert_eq!(see(&mut join, &datagram(2, UPSTREAM, SERVER), true, Some(9)), Joined::Passed { arrival: 1 });
        let down = see(&mut join, &datagram(3, SERVER, UPSTREAM), false, Some(10));
        assert_eq!(down, Joined::Datagram(datagram(3, SERVER, CLIENT)));
        assert_eq!(see(&mut join, &datagram(4, LISTEN, CLIENT), true, Some(10)), Joined::Passed { arrival: 3 });
    }

    #[test]
    fn a_copy_is_passed_on_again_and_what_is_dropped_never() {
        let mut join = udp();
        see(&mut join, &datagram(1, CLIENT, LISTEN), false, Some(9));
        see(&mut join, &datagram(2, CLIENT, LISTEN), false, Some(10));
        for frame in [3, 4] {
            assert_eq!(
                see(&mut join, &datagram(frame, UPSTREAM, SERVER), true, Some(10)),
                Joined::Passed { arrival: 2 }
            );
        }
        let unknown = see(&mut join, &datagram(5, UPSTREAM, SERVER), true, Some(77));
        assert_eq!(unknown, Joined::Nothing);
    }

    #[test]
    fn a_relay_that_listens_everywhere_is_met_at_any_address() {
        let mut join = join("wiregrade-record/1 udp 0.0.0.0:5000=10.0.0.1:1313 udp 0.0.0.0:5001=10.0.0.1:1414");
        let up = see(&mut join, &datagram(1, "10.0.0.9:4000", "10.0.0.2:5001"), false, Some(1));
        assert_eq!(up, Joined::Datagram(datagram(1, "10.0.0.9:4000", "10.0.0.1:1414")));
        let same_port = see(&mut join, &datagram(2, "10.0.0.9:5001", "10.0.0.2:5001"), false, Some(2));
        assert_eq!(same_port, Joined::Datagram(datagram(2, "10.0.0.9:5001", "10.0.0.1:1414")));
    }

    #[test]
    fn packets_of_others_are_left_as_they_are() {
        let mut join = udp();
        let packet = datagram(1, CLIENT, LISTEN);
        assert_eq!(join.see(&packet, Options::default()), Joined::Packet(packet));
        let elsewhere = datagram(2, CLIENT, "127.0.0.1:53");
        assert_eq!(see(&mut join, &elsewhere, false, None), Joined::Datagram(elsewhere));
    }

    #[test]
    fn of_a_connection_the_first_leg_carries_and_the_second_acknowledges() {
        let mut join = join("wiregrade-record/1 tcp 127.0.0.1:5000=127.0.0.1:5001 seed=7");
        let tcp = |frame, src, dst, change: fn(&mut Segment<'static>)| {
            let mut segment = Segment { seq: 1, ack: Some(1), syn: false, fin: false, rst: false, payload: b"" };
            change(&mut segment);
            Packet { transport: Transport::Tcp(segment), ..datagram(frame, src, dst) }
        };
        type Change = fn(&mut Segment<'static>);
        let syn: Change = |segment| segment.syn = true;
        let data: Change = |segment| segment.payload = b"hello";
        let bare: Change = |_| {};
        let reset: Change = |segment| segment.rst = true;
        let mut sees = |src, dst, change: Change, outbound, id| {
            let joined = see(&mut join, &tcp(1, src, dst, change), outbound, id);
            match joined {
                Joined::Packet(packet) => Some((packet.src.to_string(), packet.dst.to_string())),
                Joined::Nothing => None,
                other => panic!("{other:?}"),
            }
        };
        let up = Some((CLIENT.to_owned(), SERVER.to_owned()));
        let down = Some((SERVER.to_owned(), CLIENT.to_owned()));
        assert_eq!(sees(CLIENT, LISTEN, syn, false, Some(1)), up);
        assert_eq!(sees(LISTEN, CLIENT, syn, true, None), None);
        assert_eq!(sees(CLIENT, LISTEN, bare, false, None), None);
        assert_eq!(sees(UPSTREAM, SERVER, syn, true, Some(1)), None);
        assert_eq!(sees(SERVER, UPSTREAM, syn, false, None), down);
        assert_eq!(sees(UPSTREAM, SERVER, bare, true, None), up);
        assert_eq!(sees(CLIENT, LISTEN, data, false, None), up);
        assert_eq!(sees(LISTEN, CLIENT, bare, true, None), down);
        assert_eq!(sees(UPSTREAM, SERVER, data, true, None), None);
        assert_eq!(sees(SERVER, UPSTREAM, reset, false, Some(2)), down);
        assert_eq!(sees(LISTEN, CLIENT, reset, true, Some(2)), None, "it passes on what arrived");
        assert_eq!(sees(LISTEN, CLIENT, reset, true, None), down, "it is the relay's own");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut bounded = Bounded::new(2);
        for key in [1, 2, 1, 3] {
            bounded.insert(key, key * 10);
        }
        assert_eq!((bounded.get(&1), bounded.get(&2), bounded.get(&3)), (None, Some(&20), Some(&30)));
        assert_eq!((bounded.entries.len(), bounded.order.len()), (2, 2));
    }
}
