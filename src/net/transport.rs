//! UDP and TCP headers.

use super::ip::{Upper, protocol};
use super::undecoded::{Reason, Undecoded};
use super::{Segment, Transport};
use etherparse::UdpHeaderSlice;

const UDP_HEADER: usize = 8;
const TCP_HEADER: usize = 20;

/// TCP's flags, as far as anyone asks for them.
mod flag {
    pub(super) const FIN: u8 = 1;
    pub(super) const SYN: u8 = 2;
    pub(super) const RST: u8 = 4;
    pub(super) const ACK: u8 = 16;
}

/// Ports, content, and how many bytes of the content are not there though they were sent.
pub(super) struct Header<'a> {
    pub(super) ports: (u16, u16),
    pub(super) transport: Transport<'a>,
    pub(super) missing: usize,
}

/// Reads what follows the IP headers.
#[inline]
pub(super) fn parse<'a>(upper: &Upper<'a>) -> Result<Header<'a>, Undecoded> {
    match upper.protocol {
        protocol::UDP => udp(upper.payload, upper.sent),
        protocol::TCP => tcp(upper.payload, upper.sent),
        other => Err(Undecoded::network(Reason::OtherProtocol(other))),
    }
}

#[inline]
fn udp(bytes: &[u8], sent: usize) -> Result<Header<'_>, Undecoded> {
    let Ok(header) = UdpHeaderSlice::from_slice(bytes) else {
        return Err(short(UDP_HEADER, bytes.len()));
    };
    let length = match usize::from(header.length()) {
        // Left to the network card, or to jumbograms.
        0 => sent,
        length if length < UDP_HEADER => {
            return Err(Undecoded::transport(Reason::Malformed("says that it is shorter than 8 bytes")));
        }
        // One that claims more than IP carries has what IP carries.
        length => length.min(sent),
    }
    .saturating_sub(UDP_HEADER);
    let body = bytes.get(UDP_HEADER..).unwrap_or_default();
    let payload = body.get(..length).unwrap_or(body);
    Ok(Header {
        ports: (header.source_port(), header.destination_port()),
        transport: Transport::Udp(payload),
        missing: length - payload.len(),
    })
}

/// By hand, because a header whose options were cut off still says all that counts here.
#[inline]
fn tcp(bytes: &[u8], sent: usize) -> Result<Header<'_>, Undecoded> {
    let Some(header) = bytes.first_chunk::<TCP_HEADER>() else {
        return Err(short(TCP_HEADER, bytes.len()));
    };
    let &[s0, s1, d0, d1, q0, q1, q2, q3, a0, a1, a2, a3, length, flags, ..] = header;
    let length = usize::from(length >> 4) * 4;
    if length < TCP_HEADER {
        return Err(Undecoded::transport(Reason::Malformed("says that it is shorter than 20 bytes")));
    }
    if length > sent {
        return Err(short(length, bytes.len()));
    }
    let payload = bytes.get(length..).unwrap_or_default();
    let is_set = |flag| flags & flag != 0;
    Ok(Header {
        ports: (u16::from_be_bytes([s0, s1]), u16::from_be_bytes([d0, d1])),
        transport: Transport::Tcp(Segment {
            seq: u32::from_be_bytes([q0, q1, q2, q3]),
            ack: is_set(flag::ACK).then_some(u32::from_be_bytes([a0, a1, a2, a3])),
            syn: is_set(flag::SYN),
            fin: is_set(flag::FIN),
            rst: is_set(flag::RST),
            payload,
        }),
        missing: (sent - length).saturating_sub(payload.len()),
    })
}

fn short(needed: usize, there: usize) -> Undecoded {
    Undecoded::transport(Reason::Short { needed, there })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn read(protocol: u8, payload: &[u8], sent: usize) -> Result<Header<'_>, Undecoded> {
        parse(&Upper { protocol, payload, sent, fragment: None })
    }

    fn udp_payload(bytes: &[u8], sent: usize) -> (&[u8], usize) {
        match read(17, bytes, sent).unwrap() {
            Header { ports: (5, 6), transport: Transport::Udp(payload), missing } => (payload, missing),
            _ => panic!("another header"),
        }
    }

    #[test]
    fn a_datagram_is_as_long_as_it_says_and_as_there_is() {
        let mut bytes = samples::udp(5, 6, b"payload");
        assert_eq!(udp_payload(&bytes, 15), (&b"payload"[..], 0));
        assert_eq!(udp_payload(&bytes[..10], 15), (&b"pa"[..], 5), "cut off");
        assert_eq!(udp_payload(&bytes[..8], 15), (&b""[..], 7));
        bytes[5] = 12;
        assert_eq!(udp_payload(&bytes, 15), (&b"payl"[..], 0), "what follows is none of it");
        bytes[4] = 12;
        assert_eq!(udp_payload(&bytes, 15), (&b"payload"[..], 0), "more than IP carries is not believed");
        bytes[4..6].fill(0);
        assert_eq!(udp_payload(&bytes, 20), (&b"payload"[..], 5), "nothing said: all that was sent");
    }

    #[test]
    fn a_datagram_too_short_for_its_header_is_none() {
        let mut bytes = samples::udp(5, 6, b"payload");
        assert_eq!(read(17, &bytes[..7], 15).err(), Some(short(8, 7)));
        bytes[5] = 7;
        let shorter = Reason::Malformed("says that it is shorter than 8 bytes");
        assert_eq!(read(17, &bytes, 15).err(), Some(Undecoded::transport(shorter)));
    }

    #[test]
    fn a_segment_with_its_numbers_and_flags() {
        for (flags, ack, [syn, fin, rst]) in [
            (0, None, [false; 3]),
            (0x12, Some(9), [true, false, false]),
            (0x11, Some(9), [false, true, false]),
            (0x04, None, [false, false, true]),
            (0xff, Some(9), [true; 3]),
        ] {
            let bytes = samples::tcp(5, 6, 0xffff_fffe, 9, flags, b"payload");
            let header = read(6, &bytes, bytes.len()).unwrap();
            let segment = Segment { seq: 0xffff_fffe, ack, syn, fin, rst, payload: b"payload" };
            assert_eq!((header.ports, header.transport, header.missing), ((5, 6), Transport::Tcp(segment), 0));
        }
    }

    #[test]
    fn a_segment_cut_off_anywhere_behind_its_fixed_part_still_says_its_numbers() {
        let bytes = samples::tcp(5, 6, 1, 2, 0x10, b"payload");
        for kept in 20..bytes.len() {
            let header = read(6, &bytes[..kept], bytes.len()).unwrap();
            let Transport::Tcp(segment) = header.transport else { panic!("not TCP") };
            assert_eq!((segment.seq, segment.ack), (1, Some(2)));
            assert_eq!(segment.payload, &b"payload"[..kept.saturating_sub(24)]);
            assert_eq!(header.missing, 7 - segment.payload.len());
        }
        assert_eq!(read(6, &bytes[..19], bytes.len()).err(), Some(short(20, 19)));
    }

    #[test]
    fn a_segment_whose_header_cannot_be_is_none() {
        let mut bytes = samples::tcp(5, 6, 1, 2, 0x10, b"payload");
        bytes[12] = 0x40;
        let shorter = Reason::Malformed("says that it is shorter than 20 bytes");
        assert_eq!(read(6, &bytes, bytes.len()).err(), Some(Undecoded::transport(shorter)));
        bytes[12] = 0x80;
        assert_eq!(read(6, &bytes, bytes.len()).err(), Some(short(32, 31)), "longer than what was sent");
    }

    #[test]
    fn other_protocols_are_named() {
        assert_eq!(read(1, b"ping", 4).err(), Some(Undecoded::network(Reason::OtherProtocol(1))));
    }
}
