//! Packets into frames: the headers that a relay never sees, as both sides would have seen them.

use crate::synth::packet::ip;
use etherparse::{IpNumber, PacketBuilder, TcpHeader};
use std::net::SocketAddr;

/// Who speaks: what a link-layer address can be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Relay,
    Server,
}

impl Role {
    /// Locally administered, and nobody's.
    fn mac(self) -> [u8; 6] {
        [0x02, 0, 0, 0, 0, self as u8 + 1]
    }
}

/// Between whom a packet travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) src: SocketAddr,
    pub(super) dst: SocketAddr,
    pub(super) roles: (Role, Role),
}

/// A TCP segment without its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) seq: u32,
    pub(super) ack: Option<u32>,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
}

/// Announced in every segment. Without window scaling it is the largest there is.
const WINDOW: u16 = u16::MAX;
/// Announced in a SYN: loopback's, as far as IPv4 goes.
const MSS: u16 = 65_495;

/// A datagram's frame, behind what `out` holds already. False if there is no such frame: the payload is too long.
#[must_use]
pub(super) fn datagram(out: &mut Vec<u8>, ends: Ends, ident: u16, payload: &[u8]) -> bool {
    let builder = PacketBuilder::ethernet2(ends.roles.0.mac(), ends.roles.1.mac())
        .ip(ip(ends.src.ip(), ends.dst.ip(), IpNumber::UDP, ident))
        .udp(ends.src.port(), ends.dst.port());
    let start = out.len();
    let written = builder.write(out, payload).is_ok();
    if !written {
        out.truncate(start);
    }
    written
}

/// A segment's frame, behind what `out` holds already. False if there is no such frame: the payload is too long.
#[must_use]
pub(super) fn segment(out: &mut Vec<u8>, ends: Ends, ident: u16, flags: Flags, payload: &[u8]) -> bool {
    let mut header = TcpHeader::new(ends.src.port(), ends.dst.port(), flags.seq, WINDOW);
    header.syn = flags.syn;
    header.fin = flags.fin;
    header.rst = flags.rst;
    header.psh = !payload.is_empty();
    if let Some(ack) = flags.ack {
        header.ack = true;
        header.acknowledgment_number = ack;
    }
    if flags.syn {
        // Four bytes of room are always there.
        let _ = header.set_options(&[etherparse::TcpOptionElement::MaximumSegmentSize(MSS)]);
    }
    if flags.rst {
        header.window_size = 0;
    }
    let builder = PacketBuilder::ethernet2(ends.roles.0.mac(), ends.roles.1.mac())
        .ip(ip(ends.src.ip(), ends.dst.ip(), IpNumber::TCP, ident))
        .tcp_header(header);
    let start = out.len();
    let written = builder.write(out, payload).is_ok();
    if !written {
        out.truncate(start);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use etherparse::{SlicedPacket, TransportSlice};

    fn ends(src: &str, dst: &str) -> Ends {
        Ends { src: src.parse().unwrap(), dst: dst.parse().unwrap(), roles: (Role::Client, Role::Relay) }
    }

    const PAIRS: [(&str, &str); 2] = [("127.0.0.1:40001", "127.0.0.1:5000"), ("[::1]:40001", "[fe80::2]:5000")];

    #[test]
    fn a_datagram_has_its_addresses_its_number_and_right_checksums() {
        for (src, dst) in PAIRS {
            let mut out = b"before".to_vec();
            assert!(datagram(&mut out, ends(src, dst), 0x1234, b"hello"));
            let packet = SlicedPacket::from_ethernet(&out[6..]).unwrap();
            let Some(TransportSlice::Udp(udp)) = packet.transport else { panic!("no UDP") };
            assert_eq!((udp.source_port(), udp.destination_port(), udp.payload()), (40_001, 5000, &b"hello"[..]));
            let header = udp.to_header();
            let expected = match packet.net.unwrap() {
                etherparse::NetSlice::Ipv4(ip) => {
                    assert_eq!(ip.header().identification(), 0x1234);
                    assert_eq!(ip.header().header_checksum(), ip.header().to_header().calc_header_checksum());
                    header.calc_checksum_ipv4(&ip.header().to_header(), b"hello")
                }
                etherparse::NetSlice::Ipv6(ip) => {
                    assert_eq!(ip.header().source_addr().to_string(), "::1");
                    header.calc_checksum_ipv6(&ip.header().to_header(), b"hello")
                }
                other => panic!("{other:?}"),
            };
            assert_eq!(header.checksum, expected.unwrap());
        }
    }

    #[test]
    fn a_segment_has_its_flags_and_right_checksums() {
        for (src, dst) in PAIRS {
            let mut out = Vec::new();
            let flags = Flags { seq: 7, ack: Some(9), fin: true, ..Flags::default() };
            assert!(segment(&mut out, ends(src, dst), 1, flags, b"bye"));
            let packet = SlicedPacket::from_ethernet(&out).unwrap();
            let Some(TransportSlice::Tcp(tcp)) = packet.transport else { panic!("no TCP") };
            assert_eq!((tcp.sequence_number(), tcp.acknowledgment_number()), (7, 9));
            assert_eq!((tcp.ack(), tcp.fin(), tcp.syn(), tcp.rst(), tcp.psh()), (true, true, false, false, true));
            let header = tcp.to_header();
            let expected = match packet.net.unwrap() {
                etherparse::NetSlice::Ipv4(ip) => header.calc_checksum_ipv4(&ip.header().to_header(), b"bye"),
                etherparse::NetSlice::Ipv6(ip) => header.calc_checksum_ipv6(&ip.header().to_header(), b"bye"),
                other => panic!("{other:?}"),
            };
            assert_eq!(header.checksum, expected.unwrap());
        }
    }

    #[test]
    fn the_longest_datagram_fits_and_a_longer_one_leaves_no_trace() {
        for ((src, dst), longest) in PAIRS.into_iter().zip([65_507, 65_527]) {
            let mut out = Vec::new();
            assert!(datagram(&mut out, ends(src, dst), 1, &vec![0; longest]));
            let length = out.len();
            assert!(!datagram(&mut out, ends(src, dst), 1, &vec![0; longest + 1]));
            assert_eq!(out.len(), length);
        }
    }
}
