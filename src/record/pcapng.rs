//! Frames into the blocks of a pcapng section, in memory. Everything is little-endian, times are in nanoseconds.

use crate::bytes::Time;

const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;

/// The link type of every frame: Ethernet.
const ETHERNET: u16 = 1;

/// Option codes, each of its block.
mod code {
    pub(super) const END: u16 = 0;
    pub(super) const COMMENT: u16 = 1;
    pub(super) const SHB_USERAPPL: u16 = 4;
    pub(super) const IF_NAME: u16 = 2;
    pub(super) const IF_DESCRIPTION: u16 = 3;
    pub(super) const IF_TSRESOL: u16 = 9;
    pub(super) const EPB_FLAGS: u16 = 2;
    pub(super) const EPB_PACKETID: u16 = 5;
    pub(super) const ISB_IFRECV: u16 = 4;
    pub(super) const ISB_IFDROP: u16 = 5;
}

/// A packet's block, apart from its frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    pub(super) interface: u32,
    pub(super) time: Time,
    /// It went out of the interface rather than in.
    pub(super) outbound: bool,
    /// Shared by all blocks of one packet.
    pub(super) id: Option<u64>,
    pub(super) comment: Option<&'a str>,
}

/// The start of a section: who wrote it, and a comment.
pub(super) fn section(out: &mut Vec<u8>, application: &str, comment: &str) {
    block(out, SECTION, |out| {
        u32(out, 0x1a2b_3c4d);
        u16(out, 1);
        u16(out, 0);
        // Not known before it ends.
        out.extend([0xff; 8]);
        option(out, code::COMMENT, comment.as_bytes());
        option(out, code::SHB_USERAPPL, application.as_bytes());
        u32(out, u32::from(code::END));
    });
}

/// The next interface of the section.
pub(super) fn interface(out: &mut Vec<u8>, name: &str, description: &str) {
    block(out, INTERFACE, |out| {
        u16(out, ETHERNET);
        u16(out, 0);
        // No bound on the length of a frame.
        u32(out, 0);
        option(out, code::IF_NAME, name.as_bytes());
        option(out, code::IF_DESCRIPTION, description.as_bytes());
        option(out, code::IF_TSRESOL, &[9]);
        u32(out, u32::from(code::END));
    });
}

/// A packet; `frame` writes its frame. Where that answers false nothing is written.
pub(super) fn packet(out: &mut Vec<u8>, packet: &Packet<'_>, frame: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
    let start = out.len();
    let mut written = false;
    block(out, PACKET, |out| {
        u32(out, packet.interface);
        time(out, packet.time);
        let lengths = out.len();
        out.extend([0; 8]);
        let begin = out.len();
        written = frame(out);
        // A frame is shorter than 2^17 bytes.
        let length = u32::try_from(out.len() - begin).unwrap_or(u32::MAX).to_le_bytes();
        if let Some(field) = out.get_mut(lengths..lengths + 8) {
            field.copy_from_slice(&[length, length].concat());
        }
        pad(out);
        option(out, code::EPB_FLAGS, &u32::from(if packet.outbound { 2_u8 } else { 1 }).to_le_bytes());
        if let Some(id) = packet.id {
            option(out, code::EPB_PACKETID, &id.to_le_bytes());
        }
        if let Some(comment) = packet.comment {
            option(out, code::COMMENT, comment.as_bytes());
        }
        u32(out, u32::from(code::END));
    });
    if !written {
        out.truncate(start);
    }
    written
}

/// What became of an interface: packets received, and packets lost before they could be recorded, where that is known.
pub(super) fn statistics(out: &mut Vec<u8>, interface: u32, at: Time, received: u64, dropped: Option<u64>) {
    block(out, STATISTICS, |out| {
        u32(out, interface);
        time(out, at);
        option(out, code::ISB_IFRECV, &received.to_le_bytes());
        if let Some(dropped) = dropped {
            option(out, code::ISB_IFDROP, &dropped.to_le_bytes());
        }
        u32(out, u32::from(code::END));
    });
}

fn block(out: &mut Vec<u8>, kind: u32, body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    u32(out, kind);
    u32(out, 0);
    body(out);
    // Frame, options and fields: far below 2^32.
    let length = u32::try_from(out.len() - start + 4).unwrap_or(u32::MAX);
    u32(out, length);
    if let Some(field) = out.get_mut(start + 4..start + 8) {
        field.copy_from_slice(&length.to_le_bytes());
    }
}

/// Longer ones than an option can hold are cut.
fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    u16(out, code);
    u16(out, length);
    out.extend(value.iter().take(usize::from(length)));
    pad(out);
}

/// Blocks start at multiples of four, as everything in them is padded.
fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}

fn time(out: &mut Vec<u8>, time: Time) {
    let units = u64::try_from(time.0).unwrap_or(0);
    // Both halves fit by construction.
    u32(out, u32::try_from(units >> 32).unwrap_or(u32::MAX));
    u32(out, u32::try_from(units & 0xffff_ffff).unwrap_or(u32::MAX));
}

fn u16(out: &mut Vec<u8>, value: u16) {
    out.extend(value.to_le_bytes());
}

fn u32(out: &mut Vec<u8>, value: u32) {
    out.extend(value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::Reader;
    use std::io::Cursor;

    #[test]
    fn what_is_written_is_read_again() {
        let mut out = Vec::new();
        section(&mut out, "tester", "who made it");
        interface(&mut out, "in", "what came");
        interface(&mut out, "out", "what went");
        let time = Time(1_488_189_600_123_456_789);
        let one = Packet { interface: 1, time, outbound: true, id: Some(77), comment: Some("hé") };
        assert!(packet(&mut out, &one, |out| {
            out.extend(b"frame");
            true
        }));
        let two = Packet { interface: 0, time: Time(5), outbound: false, id: None, comment: None };
        assert!(!packet(&mut out, &two, |_| false), "not written");
        assert!(packet(&mut out, &two, |_| true), "an empty one");
        statistics(&mut out, 0, time, 2, Some(1));
        let mut reader = Reader::new(Box::new(Cursor::new(out))).unwrap();
        assert_eq!(reader.comments(), ["who made it"]);
        let frame = reader.next_frame().unwrap().unwrap();
        assert_eq!((frame.time, frame.interface, frame.link, frame.data), (time, 1, 1, &b"frame"[..]));
        assert_eq!((frame.wire_len, frame.options.outbound(), frame.options.packet_id()), (5, Some(true), Some(77)));
        assert_eq!(frame.options.comments().collect::<Vec<_>>(), ["hé".as_bytes()]);
        let frame = reader.next_frame().unwrap().unwrap();
        assert_eq!((frame.time, frame.interface, frame.data), (Time(5), 0, &b""[..]));
        assert_eq!((frame.options.outbound(), frame.options.packet_id()), (Some(false), None));
        assert!(reader.next_frame().is_none());
        let names: Vec<_> = reader.interfaces().iter().map(|interface| interface.name.as_str()).collect();
        assert_eq!(names, ["in", "out"]);
    }

    #[test]
    fn a_comment_longer_than_an_option_is_cut() {
        let mut out = Vec::new();
        section(&mut out, "tester", &"x".repeat(70_000));
        assert_eq!(Reader::new(Box::new(Cursor::new(out))).unwrap().comments()[0].len(), 65_535);
    }
}
