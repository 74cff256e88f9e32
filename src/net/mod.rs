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
use std::hash::BuildHasher;
use std::net::SocketAddr;

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

impl Packet<'_> {
    /// A fingerprint of the packet as sent: addresses, ports, identification, TCP fields, payload; no TTL, no
    /// checksums. Two packets with the same one, close together, are one packet recorded twice; for certain only
    /// where [`Packet::ident`] is known.
    ///
    /// It reads the whole payload, so it is computed only for who asks.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        // Fixed, so that a rerun says the same: nothing is looked up by it that a stranger could flood.
        foldhash::fast::FixedState::default().hash_one((self.src, self.dst, self.ident, self.transport))
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
