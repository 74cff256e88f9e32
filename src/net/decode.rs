//! One frame after the other into packets; between them only fragments are kept.

use super::fragments::{Fragments, Key, Piece, Reassembler};
use super::ip::{self, Fragment, Ip, Upper};
use super::undecoded::{Reason, Undecoded};
use super::{Decoded, Packet, link, transport};
use crate::capture::Frame;
use crate::limits::Limits;
use std::net::{IpAddr, SocketAddr};

/// Decodes frames, and puts datagrams together from fragments on the way.
#[derive(Debug)]
pub struct Decoder {
    limits: Limits,
    fragments: Reassembler,
}

impl Decoder {
    /// A decoder that keeps no more than `limits` allow.
    #[must_use]
    pub fn new(limits: &Limits) -> Decoder {
        Decoder { limits: limits.clone(), fragments: Reassembler::default() }
    }

    /// The packet that a frame carries or completes. It borrows from the frame, and where it came in fragments from the
    /// decoder; nothing is allocated unless there are fragments.
    #[inline]
    pub fn decode<'a>(&'a mut self, frame: &Frame<'a>) -> Decoded<'a> {
        let missing = frame.wire_len.saturating_sub(frame.data.len());
        let link = link::strip(frame.link, frame.data, &self.limits)?;
        let Ip { src, dst, ident, upper } = ip::parse(link.packet, missing, &self.limits)?;
        let (upper, frames): (Upper<'a>, &'a [u64]) = match upper.fragment {
            None => (upper, &[]),
            Some(fragment) => self.reassemble(frame, (src, dst), &upper, fragment)?,
        };
        let header = transport::parse(&upper)?;
        Ok(Packet {
            frame: frame.number,
            time: frame.time,
            src: SocketAddr::new(src, header.ports.0),
            dst: SocketAddr::new(dst, header.ports.1),
            ident,
            interface: link.interface.unwrap_or(frame.interface),
            // A length field that claims more than the frame had on the wire is a lie, not a cut.
            cut: header.missing.min(missing),
            fragments: frames,
            transport: header.transport,
        })
    }

    /// What reassembly met with so far.
    #[must_use]
    pub fn fragments(&self) -> Fragments {
        self.fragments.counts()
    }

    /// The datagram that a fragment completes, and the frames of the others.
    #[cold]
    fn reassemble(
        &mut self,
        frame: &Frame<'_>,
        (src, dst): (IpAddr, IpAddr),
        upper: &Upper<'_>,
        fragment: Fragment,
    ) -> Result<(Upper<'_>, &[u64]), Undecoded> {
        let protocol = if src.is_ipv4() { upper.protocol } else { 0 };
        let key = Key { src, dst, id: fragment.id, protocol };
        let piece = Piece {
            frame: frame.number,
            time: frame.time,
            offset: fragment.offset,
            more: fragment.more,
            protocol: upper.protocol,
            bytes: upper.payload,
            sent: upper.sent,
        };
        let datagram = self.fragments.push(key, &piece, &self.limits).map_err(Undecoded::network)?;
        let whole =
            Upper { protocol: datagram.protocol, payload: &datagram.bytes, sent: datagram.bytes.len(), fragment: None };
        let (whole, _) = ip::extensions(whole, &self.limits)?;
        if whole.fragment.is_some() {
            return Err(Undecoded::network(Reason::Malformed("fragment of a fragment")));
        }
        Ok((whole, &datagram.frames))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{RAW, frame, tcp, udp, v4, v6, v6_fragment};
    use super::super::{Layer, Transport};
    use super::*;
    use proptest::prelude::*;

    fn decoder() -> Decoder {
        Decoder::new(&Limits::default())
    }

    #[test]
    fn the_same_packet_behind_every_link_header() {
        let packet = v4(1, 2, 7, 0, 17, &udp(40_001, 1_313, b"hello"));
        let mut decoder = decoder();
        for (link, header) in [
            (1, &b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x08\0"[..]),
            (1, b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x91\0\0\x01\x81\0\0\x02\x08\0"),
            (113, b"\0\0\0\x01\0\x06......\0\0\x08\0"),
            (276, b"\x08\0\0\0\0\0\0\0\0\x01\0\x06......\0\0"),
            (0, b"\x02\0\0\0"),
            (108, b"\0\0\0\x02"),
            (101, b""),
            (228, b""),
        ] {
            let data = [header, &packet, b"\0\0\0\0"].concat();
            let packet = decoder.decode(&frame(3, link, &data)).unwrap();
            assert_eq!((packet.frame, packet.time.0), (3, 3_000_000));
            assert_eq!((packet.src, packet.dst), ("10.0.0.1:40001".parse().unwrap(), "10.0.0.2:1313".parse().unwrap()));
            assert_eq!((packet.ident, packet.cut, packet.fragments), (Some(7), 0, &[][..]));
            assert_eq!(packet.transport, Transport::Udp(b"hello"));
        }
    }

    #[test]
    fn the_payload_is_the_frames_own_bytes() {
        let data = v6(1, 2, 6, &tcp(1, 2, 3, 4, 0x10, b"hello"));
        let mut decoder = decoder();
        let packet = decoder.decode(&frame(1, RAW, &data)).unwrap();
        let Transport::Tcp(segment) = packet.transport else { panic!("not TCP") };
        assert!(std::ptr::eq(segment.payload, &raw const data[64..]));
        assert_eq!((packet.src, packet.dst), ("[fd00::1]:1".parse().unwrap(), "[fd00::2]:2".parse().unwrap()));
    }

    #[test]
    fn the_interface_is_the_one_that_the_link_header_names() {
        let data = [&b"\x08\0\0\0\0\0\0\x05\0\x01\0\x06......\0\0"[..], &v4(1, 2, 7, 0, 17, &udp(1, 2, b""))].concat();
        assert_eq!(decoder().decode(&Frame { interface: 9, ..frame(1, 276, &data) }).unwrap().interface, 5);
        let data = v4(1, 2, 7, 0, 17, &udp(1, 2, b""));
        assert_eq!(decoder().decode(&Frame { interface: 9, ..frame(1, RAW, &data) }).unwrap().interface, 9);
    }

    #[test]
    fn what_the_snap_length_cut_off_is_counted_and_what_was_never_there_is_not() {
        let whole = v4(1, 2, 7, 0, 17, &udp(1, 2, b"hello"));
        let cut = Frame { wire_len: whole.len(), ..frame(1, RAW, &whole[..30]) };
        let mut decoder = decoder();
        let packet = decoder.decode(&cut).unwrap();
        assert_eq!((packet.transport, packet.cut), (Transport::Udp(b"he"), 3));
        let lie = frame(1, RAW, &whole[..30]);
        let packet = decoder.decode(&lie).unwrap();
        assert_eq!((packet.transport, packet.cut), (Transport::Udp(b"he"), 0));
        let padding_cut = Frame { wire_len: 60, ..frame(1, RAW, &whole) };
        assert_eq!(decoder.decode(&padding_cut).unwrap().cut, 0);
    }

    #[test]
    fn packets_quoted_by_icmp_are_no_traffic() {
        let quoted = [&b"\x03\x03\0\0\0\0\0\0"[..], &v4(1, 2, 7, 0, 17, &udp(1, 2, b"hello"))].concat();
        let data = v4(2, 1, 8, 0, 1, &quoted);
        let stop = decoder().decode(&frame(1, RAW, &data)).unwrap_err();
        assert_eq!(stop, Undecoded { layer: Layer::Network, reason: Reason::OtherProtocol(1) });
    }

    #[test]
    fn fragments_of_version_4_out_of_order() {
        let datagram = udp(1, 2, b"a payload longer than a fragment");
        let first = v4(1, 2, 7, 0x2000, 17, &datagram[..24]);
        let last = v4(1, 2, 7, 3, 17, &datagram[24..]);
        let other = v4(1, 2, 7, 3, 6, &datagram[24..]);
        let mut decoder = decoder();
        let held = Err(Undecoded { layer: Layer::Network, reason: Reason::Held });
        assert_eq!(decoder.decode(&frame(4, RAW, &last)), held);
        assert_eq!(decoder.decode(&frame(5, RAW, &other)), held, "another protocol, another datagram");
        let packet = decoder.decode(&frame(6, RAW, &first)).unwrap();
        assert_eq!(packet.transport, Transport::Udp(b"a payload longer than a fragment"));
        assert_eq!((packet.frame, packet.fragments, packet.ident, packet.cut), (6, &[4][..], Some(7), 0));
        let copy = Err(Undecoded { layer: Layer::Network, reason: Reason::Copy });
        assert_eq!(decoder.decode(&frame(7, RAW, &first)), copy);
        assert_eq!(decoder.fragments(), Fragments { complete: 1, waiting: 1, ..Fragments::default() });
    }

    #[test]
    fn fragments_of_version_6_with_extension_headers_on_both_sides() {
        let inner = [&[17, 0, 1, 4, 0, 0, 0, 0][..], &udp(1, 2, b"a payload longer than a fragment")].concat();
        let hops = [44, 0, 1, 4, 0, 0, 0, 0];
        let part = |place, part: &[u8]| v6(1, 2, 0, &[&hops[..], &v6_fragment(60, place, 9, part)].concat());
        let (first, last) = (part(1, &inner[..16]), part(16, &inner[16..]));
        let mut decoder = decoder();
        assert!(decoder.decode(&frame(1, RAW, &last)).is_err());
        let packet = decoder.decode(&frame(2, RAW, &first)).unwrap();
        assert_eq!(packet.transport, Transport::Udp(b"a payload longer than a fragment"));
        assert_eq!((packet.fragments, packet.ident), (&[1][..], Some(9)));
    }

    #[test]
    fn a_fragment_of_a_fragment_is_refused() {
        let inner = v6_fragment(17, 1, 8, b"12345678");
        let (first, last) = (v6_fragment(44, 1, 9, &inner[..8]), v6_fragment(44, 8, 9, &inner[8..]));
        let mut decoder = decoder();
        assert!(decoder.decode(&frame(1, RAW, &v6(1, 2, 44, &first))).is_err());
        let stop = decoder.decode(&frame(2, RAW, &v6(1, 2, 44, &last))).unwrap_err();
        assert_eq!(stop.reason, Reason::Malformed("fragment of a fragment"));
    }

    #[test]
    fn a_fingerprint_is_that_of_the_packet_not_of_its_way() {
        let print = |edit: fn(&mut Vec<u8>)| {
            let mut data = v4(1, 2, 7, 0, 17, &udp(1, 2, b"hello"));
            edit(&mut data);
            decoder().decode(&frame(1, RAW, &data)).unwrap().fingerprint()
        };
        let plain = print(|_| ());
        assert_eq!(plain, print(|data| data[8] -= 1), "time to live");
        assert_eq!(plain, print(|data| data[10] = 0), "IP checksum");
        assert_eq!(plain, print(|data| data[26] = 0), "UDP checksum");
        assert_ne!(plain, print(|data| data[5] = 8), "identification");
        assert_ne!(plain, print(|data| data[15] = 3), "sender");
        assert_ne!(plain, print(|data| data[21] = 3), "port");
        assert_ne!(plain, print(|data| data[28] = b'H'), "payload");
    }

    proptest! {
        #[test]
        fn any_bytes_are_decoded_or_refused(
            link in prop::sample::select(vec![0u32, 1, 12, 101, 108, 113, 228, 229, 276, 999]),
            head in prop::sample::select(vec![
                &b""[..], b"\x45\0\0\x30\0\x01\x20\0\x40\x11", b"\x60\0\0\0\0\x20\x2c\x40", b"\x02\0\0\0\x45\0",
                b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x81\0\0\x01\x08\0\x45\0",
            ]),
            tails in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..90), 1..6),
            extra in 0usize..40
        ) {
            let mut decoder = decoder();
            for (number, tail) in tails.iter().enumerate() {
                let data = [head, tail].concat();
                let frame = Frame { wire_len: data.len() + extra, ..frame(number as u64, link, &data) };
                match decoder.decode(&frame) {
                    Ok(packet) => prop_assert!(packet.cut <= extra),
                    Err(stop) => prop_assert!(!stop.to_string().is_empty()),
                }
            }
        }
    }
}
