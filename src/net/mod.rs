//! Frames into packets: link, IP, fragments, UDP and TCP headers; what was decoded and where it stopped.

mod decode;
mod fragments;
mod ip;
mod link;
pub mod relayed;
#[cfg(test)]
pub(crate) mod samples;
mod transport;
mod undecoded;

use crate::bytes::Time;
use crate::owned::Lent;
use std::hash::{BuildHasher, Hasher};
use std::net::{IpAddr, SocketAddr};

pub use decode::Decoder;
pub use fragments::Fragments;
pub use link::link_name;
pub use undecoded::{Layer, Reason, Undecoded};

/// The packet of a frame, or why it has none.
pub type Decoded<'a> = Result<Packet<'a>, Undecoded>;

/// Who sent what to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The frame that carries it, or that completes its fragments.
    pub frame: u64,
    /// When that frame was captured.
    pub time: Time,
    /// The sender.
    pub src: SocketAddr,
    /// The receiver.
    pub dst: SocketAddr,
    /// The identification in its IP header, which tells a recorded copy from a retransmission: the IPv4 one where
    /// it is not 0, the IPv6 one where there was a fragment header.
    pub ident: Option<u32>,
    /// The interface that saw it.
    pub interface: u32,
    /// How many bytes of the payload the snap length cut off.
    pub cut: usize,
    /// The frames of the other fragments, where it came in fragments; else empty.
    pub fragments: &'a [u64],
    /// What it carries.
    pub transport: Transport<'a>,
}

/// It borrows its payload, and the frames of its other fragments.
impl Lent for Packet<'static> {
    type As<'a> = Packet<'a>;

    fn apart<'a>(whole: &'a Packet<'_>) -> (Packet<'static>, &'a [u64], &'a [u8]) {
        let transport = match whole.transport {
            Transport::Udp(_) => Transport::Udp(&[]),
            Transport::Tcp(Segment { seq, ack, syn, fin, rst, .. }) => {
                Transport::Tcp(Segment { seq, ack, syn, fin, rst, payload: &[] })
            }
        };
        let Packet { frame, time, src, dst, ident, interface, cut, .. } = *whole;
        let hollow = Packet { frame, time, src, dst, ident, interface, cut, fragments: &[], transport };
        (hollow, whole.fragments, whole.payload())
    }

    fn whole<'a>(hollow: &Packet<'static>, fragments: &'a [u64], payload: &'a [u8]) -> Packet<'a> {
        let transport = match hollow.transport {
            Transport::Udp(_) => Transport::Udp(payload),
            Transport::Tcp(segment) => Transport::Tcp(Segment { payload, ..segment }),
        };
        Packet { fragments, transport, ..*hollow }
    }
}

impl<'a> Packet<'a> {
    /// What it carries above UDP or TCP, as far as captured.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        match self.transport {
            Transport::Udp(payload) | Transport::Tcp(Segment { payload, .. }) => payload,
        }
    }

    /// What carries it.
    #[must_use]
    pub fn carrier(&self) -> Carrier {
        match self.transport {
            Transport::Udp(_) => Carrier::Udp,
            Transport::Tcp(_) => Carrier::Tcp,
        }
    }

    /// A fingerprint of the packet as sent: addresses, ports, identification, TCP fields, payload; no TTL, no
    /// checksums. Two packets with the same one, close together, are one packet recorded twice; for certain only
    /// where [`Packet::ident`] is known.
    ///
    /// Of a long payload it reads the beginning and the end, so that its cost is bounded.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        /// How much of the beginning and of the end of a payload.
        const BEGINNING: usize = 256;
        const END: usize = 64;
        // Fixed, so that a rerun says the same: nothing is looked up by it that a stranger could flood.
        let mut hasher = foldhash::fast::FixedState::default().build_hasher();
        if let Transport::Tcp(Segment { seq, ack, syn, fin, rst, .. }) = self.transport {
            hasher.write_u64(u64::from(seq) << 32 | u64::from(ack.unwrap_or(0)));
            hasher.write_u8(u8::from(ack.is_some()) | u8::from(syn) << 1 | u8::from(fin) << 2 | u8::from(rst) << 3);
        }
        let payload = self.payload();
        for address in [self.src, self.dst] {
            match address.ip() {
                IpAddr::V4(ip) => hasher.write_u64(u64::from(ip.to_bits()) << 16 | u64::from(address.port())),
                IpAddr::V6(ip) => {
                    hasher.write_u128(ip.to_bits());
                    hasher.write_u16(address.port());
                }
            }
        }
        hasher.write_u64(self.ident.map_or(u64::MAX, u64::from));
        hasher.write_usize(payload.len());
        match (payload.get(..BEGINNING), payload.len().checked_sub(END).and_then(|from| payload.get(from..))) {
            (Some(beginning), Some(end)) if payload.len() > BEGINNING + END => {
                hasher.write(beginning);
                hasher.write(end);
            }
            _ => hasher.write(payload),
        }
        hasher.finish()
    }
}

/// What carries messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Carrier {
    /// Datagrams, one message each.
    Udp,
    /// Connections: a stream of bytes each way.
    Tcp,
}

impl Carrier {
    /// `udp` or `tcp`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Carrier::Udp => "udp",
            Carrier::Tcp => "tcp",
        }
    }
}

/// The part of a packet above IP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport<'a> {
    /// A datagram's payload.
    Udp(&'a [u8]),
    /// A TCP segment.
    Tcp(Segment<'a>),
}

/// A TCP segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Segment<'a> {
    /// The sequence number.
    pub seq: u32,
    /// The acknowledgement number, where the flag is set.
    pub ack: Option<u32>,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
    /// The bytes carried, as far as captured.
    pub payload: &'a [u8],
}
