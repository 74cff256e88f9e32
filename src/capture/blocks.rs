//! Blocks of pcapng as they are written: appended to memory in which there is nothing but blocks, with what all of their kind
//! have and any options, which are pairs of a code and a value.

use super::fields::Order;
use crate::bytes::Time;
use pcap_file::pcapng::blocks::block_common::{
    ENHANCED_PACKET_BLOCK, INTERFACE_DESCRIPTION_BLOCK, INTERFACE_STATISTIC_BLOCK, SECTION_HEADER_BLOCK,
};

pub(crate) use super::fields::code;

/// Of a section: which program wrote it.
pub(crate) const WRITTEN_BY: (u16, &[u8]) =
    (code::SHB_USERAPPL, concat!("wiregrade ", env!("CARGO_PKG_VERSION")).as_bytes());

/// The start of a section; what follows is little-endian and counts time in nanoseconds.
pub(crate) fn section(out: &mut Vec<u8>, options: &[(u16, &[u8])]) {
    block(out, Order::Little, SECTION_HEADER_BLOCK, |out| {
        Order::Little.put32(out, 0x1a2b_3c4d);
        Order::Little.put16(out, 1);
        Order::Little.put16(out, 0);
        // How long it is, which is not known before it ends.
        out.extend([0xff; 8]);
        list(out, Order::Little, options);
    });
}

/// The next interface of the section. A `snaplen` of 0 is none.
pub(crate) fn interface(out: &mut Vec<u8>, link: u16, snaplen: u32, options: &[(u16, &[u8])]) {
    block(out, Order::Little, INTERFACE_DESCRIPTION_BLOCK, |out| {
        Order::Little.put16(out, link);
        Order::Little.put16(out, 0);
        Order::Little.put32(out, snaplen);
        list(out, Order::Little, &[options, &[(code::IF_TSRESOL, &[9])]].concat());
    });
}

/// A packet; `frame` appends its bytes, and says how long it was on the wire. Where it says nothing, nothing is written.
/// Returns whether something was.
pub(crate) fn packet(
    out: &mut Vec<u8>,
    (interface, at): (u32, Time),
    options: &[(u16, &[u8])],
    frame: impl FnOnce(&mut Vec<u8>) -> Option<usize>,
) -> bool {
    let start = out.len();
    let mut wire_len = None;
    block(out, Order::Little, ENHANCED_PACKET_BLOCK, |out| {
        Order::Little.put32(out, interface);
        time(out, at);
        let lengths = out.len();
        out.extend([0; 8]);
        let begin = out.len();
        wire_len = frame(out);
        let both = [out.len() - begin, wire_len.unwrap_or_default()].map(|length| size(length).to_le_bytes());
        if let Some(field) = out.get_mut(lengths..begin) {
            field.copy_from_slice(both.as_flattened());
        }
        pad(out);
        list(out, Order::Little, options);
    });
    if wire_len.is_none() {
        out.truncate(start);
    }
    wire_len.is_some()
}

/// What became of an interface, by then.
pub(crate) fn statistics(out: &mut Vec<u8>, interface: u32, at: Time, options: &[(u16, &[u8])]) {
    block(out, Order::Little, INTERFACE_STATISTIC_BLOCK, |out| {
        Order::Little.put32(out, interface);
        time(out, at);
        list(out, Order::Little, options);
    });
}

/// A block of any kind around what `body` appends.
pub(super) fn block(out: &mut Vec<u8>, order: Order, kind: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    order.put32(out, kind);
    let length = out.len();
    order.put32(out, 0);
    body(out);
    pad(out);
    let end = out.len();
    order.put32(out, size(end + 4 - start));
    out.copy_within(end.., length);
}

/// Options, and behind them the mark that there are no more; where there are none, nothing. What is more than an option can
/// hold is left out.
pub(super) fn list(out: &mut Vec<u8>, order: Order, options: &[(u16, &[u8])]) {
    for (code, value) in options {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        order.put16(out, *code);
        order.put16(out, length);
        out.extend(value.iter().take(usize::from(length)));
        pad(out);
    }
    if !options.is_empty() {
        order.put16(out, code::END);
        order.put16(out, 0);
    }
}

/// Whatever stands in a block begins at a multiple of four bytes, and so do blocks.
pub(super) fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}

/// Times before 1970 have no place.
fn time(out: &mut Vec<u8>, at: Time) {
    let at = u64::try_from(at.0).unwrap_or(0);
    // Both halves fit.
    Order::Little.put32(out, u32::try_from(at >> 32).unwrap_or(u32::MAX));
    Order::Little.put32(out, u32::try_from(at & 0xffff_ffff).unwrap_or(u32::MAX));
}

/// Of a packet that was read, or made, with its options: far below 4 GiB.
pub(crate) fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Reader;
    use std::io::Cursor;

    #[test]
    fn what_is_written_is_read_again() {
        let mut out = Vec::new();
        section(&mut out, &[(code::COMMENT, b"who made it")]);
        interface(&mut out, 1, 0, &[(code::IF_NAME, b"in"), (code::IF_DESCRIPTION, b"what came")]);
        interface(&mut out, 113, 0, &[(code::IF_NAME, b"out")]);
        let at = Time(1_488_189_600_123_456_789);
        let flags = [2, 0, 0, 0];
        let said = [
            (code::EPB_FLAGS, &flags[..]),
            (code::EPB_PACKETID, &77_u64.to_le_bytes()),
            (code::COMMENT, "hé".as_bytes()),
        ];
        let write = |out: &mut Vec<u8>| {
            out.extend(b"frame");
            Some(60)
        };
        assert!(packet(&mut out, (1, at), &said, write));
        assert!(!packet(&mut out, (0, Time(5)), &[], |_| None), "not written");
        assert!(packet(&mut out, (0, Time(5)), &[], |_| Some(0)), "an empty one");
        statistics(&mut out, 0, at, &[(code::ISB_IFRECV, &2_u64.to_le_bytes())]);
        assert_eq!(out.len() % 4, 0);
        let mut reader = Reader::new(Box::new(Cursor::new(out))).unwrap();
        assert_eq!(reader.comments(), ["who made it"]);
        let frame = reader.next_frame().unwrap().unwrap();
        assert_eq!((frame.time, frame.interface, frame.link, frame.data), (at, 1, 113, &b"frame"[..]));
        assert_eq!((frame.wire_len, frame.options.outbound(), frame.options.packet_id()), (60, Some(true), Some(77)));
        assert_eq!(frame.options.comments().collect::<Vec<_>>(), ["hé".as_bytes()]);
        let frame = reader.next_frame().unwrap().unwrap();
        assert_eq!((frame.time, frame.interface, frame.link, frame.data), (Time(5), 0, 1, &b""[..]));
        assert_eq!((frame.options.outbound(), frame.options.packet_id()), (None, None));
        assert!(reader.next_frame().is_none());
        let names: Vec<_> = reader.interfaces().iter().map(|interface| interface.name.as_str()).collect();
        assert_eq!(names, ["in", "out"]);
    }

    #[test]
    fn a_comment_longer_than_an_option_is_cut() {
        let mut out = Vec::new();
        section(&mut out, &[(code::COMMENT, &[b'x'; 70_000])]);
        assert_eq!(Reader::new(Box::new(Cursor::new(out))).unwrap().comments()[0].len(), 65_535);
    }
}
