//! Frames into packets: link, IP, fragments, UDP and TCP headers; what was decoded and where it stopped.

use crate::bytes::Time;
use std::net::SocketAddr;

/// Who sent what to whom.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// The frame that carries it, or that completes its fragments.
    pub frame: u64,
    /// When that frame was captured.
    pub time: Time,
    /// The sender.
    pub src: SocketAddr,
    /// The receiver.
    pub dst: SocketAddr,
    /// A fingerprint of the IP packet as sent (addresses, identification, payload; not TTL or checksums):
    /// two packets with the same one, close together, are one packet recorded twice. 0: none could be made.
    pub fingerprint: u64,
    /// Whether the IP header carried an identification that tells copies from retransmissions (IPv4 ID not 0).
    pub identified: bool,
    /// The interface that saw it.
    pub interface: u32,
    /// How many bytes of the payload the snap length cut off.
    pub cut: usize,
    /// The frames of the other fragments, where it came in fragments; else empty.
    pub fragments: &'a [u64],
    /// What it carries.
    pub transport: Transport<'a>,
}

/// The part of a packet above IP.
#[derive(Clone, Copy, Debug)]
pub enum Transport<'a> {
    /// A datagram's payload.
    Udp(&'a [u8]),
    /// A TCP segment.
    Tcp(Segment<'a>),
}

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
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
