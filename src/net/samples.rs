//! Packets written byte by byte, for tests. Checksums are wrong throughout: nobody may look at them.

use crate::bytes::Time;
use crate::capture::{Frame, Options};

/// LINKTYPE_RAW: a frame that is an IP packet.
pub(crate) const RAW: u32 = 101;

/// A UDP header in front of its payload.
pub(crate) fn udp(src: u16, dst: u16, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16 + 8;
    let header = [src.to_be_bytes(), dst.to_be_bytes(), length.to_be_bytes(), [0xba, 0xad]];
    [header.concat().as_slice(), payload].concat()
}

/// A TCP header with one option, in front of its payload. `flags`: 1 FIN, 2 SYN, 4 RST, 16 ACK.
pub(crate) fn tcp(src: u16, dst: u16, seq: u32, ack: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = [src.to_be_bytes(), dst.to_be_bytes()].concat();
    bytes.extend(seq.to_be_bytes());
    bytes.extend(ack.to_be_bytes());
    bytes.extend([0x60, flags, 0xff, 0xff, 0xba, 0xad, 0, 0]);
    bytes.extend([2, 4, 5, 0xb4]);
    bytes.extend(payload);
    bytes
}

/// An IPv4 packet from 10.0.0.`src` to 10.0.0.`dst`. `place`: flags and fragment offset in eights, as on the wire.
pub(crate) fn v4(src: u8, dst: u8, id: u16, place: u16, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x45, 0];
    bytes.extend((payload.len() as u16 + 20).to_be_bytes());
    bytes.extend(id.to_be_bytes());
    bytes.extend(place.to_be_bytes());
    bytes.extend([64, protocol, 0xba, 0xad, 10, 0, 0, src, 10, 0, 0, dst]);
    bytes.extend(payload);
    bytes
}

/// An IPv6 packet from fd00::`src` to fd00::`dst`.
pub(crate) fn v6(src: u8, dst: u8, next: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x60, 0, 0, 0];
    bytes.extend((payload.len() as u16).to_be_bytes());
    bytes.extend([next, 64]);
    for last in [src, dst] {
        bytes.push(0xfd);
        bytes.extend([0; 14]);
        bytes.push(last);
    }
    bytes.extend(payload);
    bytes
}

/// An IPv6 fragment header in front of its part. `place`: offset in bytes, and 1 where more follow.
pub(crate) fn v6_fragment(next: u8, place: u16, id: u32, part: &[u8]) -> Vec<u8> {
    let mut bytes = vec![next, 0];
    bytes.extend(place.to_be_bytes());
    bytes.extend(id.to_be_bytes());
    bytes.extend(part);
    bytes
}

/// A frame that was kept as a whole.
pub(crate) fn frame(number: u64, link: u32, data: &[u8]) -> Frame<'_> {
    let time = Time(number as i64 * 1_000_000);
    Frame { number, time, link, interface: 0, data, wire_len: data.len(), options: Options::default() }
}
