//! pcap: a file header, then records of sixteen bytes and a frame each.

use super::buffer::Buffer;
use super::fields::Order;
use super::record::{Interface, Record, Stop, another, corrupt, whole};
use crate::bytes::Time;
use crate::limits::Limits;
use pcap_file::Endianness;
use pcap_file::pcap::{PcapParser, PcapTsResolution};

pub(super) const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;

/// The upper half of the header's link type tells about frame check sequences, which nothing here reads.
const LINK_TYPE: u32 = 0xffff;

/// The state of reading a pcap capture.
pub(super) struct Pcap {
    parser: PcapParser,
    order: Order,
    link: u32,
    /// Nanoseconds in a unit of the sub-second field.
    unit: i64,
}

/// How pcap captures begin: microseconds, then nanoseconds, each in either byte order.
pub(super) const MAGIC: [[u8; 4]; 4] =
    [[0xa1, 0xb2, 0xc3, 0xd4], [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x4d, 0x3c, 0xb2, 0xa1]];

impl Pcap {
    /// Takes the file header from `buffer`, where it waits as a whole.
    pub(super) fn new(buffer: &mut Buffer) -> Result<(Pcap, Interface), String> {
        let (_, parser) = PcapParser::new(buffer.waiting()).map_err(|error| error.to_string())?;
        buffer.take(FILE_HEADER);
        let header = parser.header();
        let link = u32::from(header.datalink) & LINK_TYPE;
        let order = if header.endianness == Endianness::Big { Order::Big } else { Order::Little };
        let unit = if header.ts_resolution == PcapTsResolution::NanoSecond { 1 } else { 1_000 };
        Ok((Pcap { parser, order, link, unit }, Interface { name: String::new(), link, snaplen: header.snaplen }))
    }

    /// The next record. Kept bytes beyond the snap length or the original length, and a sub-second field of a second
    /// or more, are taken as they are: real captures have them.
    #[inline]
    pub(super) fn next(&self, buffer: &mut Buffer, limits: &Limits) -> Result<Option<Record>, Stop> {
        if !another(buffer, RECORD_HEADER)? {
            return Ok(None);
        }
        let kept = self.order.u32(buffer.waiting(), 8).unwrap_or_default() as usize;
        whole(buffer, RECORD_HEADER.saturating_add(kept), limits.record_bytes)?;
        let (time, wire_len) = match self.parser.next_raw_packet(buffer.waiting()) {
            Ok((_, raw)) => {
                // Seconds are unsigned here: neither product nor sum can leave an i64.
                let nanoseconds = i64::from(raw.ts_sec) * 1_000_000_000 + i64::from(raw.ts_frac) * self.unit;
                (Time(nanoseconds), raw.orig_len as usize)
            }
            Err(error) => return Err(corrupt(buffer, error.to_string())),
        };
        buffer.take(RECORD_HEADER);
        let data = buffer.take(kept);
        Ok(Some(Record {
            time,
            link: self.link,
            interface: 0,
            wire_len: wire_len.max(kept),
            data,
            options: 0..0,
            order: self.order,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::Bytes;
    use super::super::{Damage, Reader};
    use super::*;
    use crate::capture::Format;
    use std::io::Cursor;

    fn read(bytes: &[u8]) -> Reader {
        Reader::new(Box::new(Cursor::new(bytes.to_vec()))).unwrap()
    }

    #[test]
    fn microseconds_and_nanoseconds_in_either_byte_order() {
        for order in [Order::Little, Order::Big] {
            for (magic, nanoseconds) in [(0xa1b2_c3d4, 1_000), (0xa1b2_3c4d, 1)] {
                let capture = Bytes::pcap(order, magic, 65_535, 1).record(3, 7, 60, b"abc").record(4, 0, 2, b"de");
                let mut capture = read(&capture.bytes);
                let frame = capture.next_frame().unwrap().unwrap();
                assert_eq!((frame.number, frame.link, frame.interface), (1, 1, 0));
                assert_eq!(frame.time, Time(3_000_000_000 + 7 * nanoseconds));
                assert_eq!((frame.data, frame.wire_len), (&b"abc"[..], 60));
                assert_eq!(frame.options.iter().count(), 0);
                let frame = capture.next_frame().unwrap().unwrap();
                assert_eq!((frame.number, frame.time, frame.data), (2, Time(4_000_000_000), &b"de"[..]));
                assert!(capture.next_frame().is_none());
                let info = capture.info();
                assert_eq!((info.format, info.packets, info.bytes, info.wire_bytes), (Format::Pcap, 2, 5, 62));
                assert_eq!((info.cut_packets, info.snaplen, info.truncated), (1, 65_535, false));
                assert_eq!(info.links, [1]);
            }
        }
    }

    #[test]
    fn lengths_and_fractions_that_contradict_are_taken_as_they_are() {
        let capture = Bytes::pcap(Order::Big, 0xa1b2_c3d4, 2, 1)
            .record(1, 1_500_000, 0, b"longer than snap length and wire")
            .record(u32::MAX, u32::MAX, 0, b"");
        let mut capture = read(&capture.bytes);
        let frame = capture.next_frame().unwrap().unwrap();
        assert_eq!(frame.time, Time(2_500_000_000), "the fraction is carried over");
        assert_eq!((frame.data.len(), frame.wire_len), (32, 32));
        let frame = capture.next_frame().unwrap().unwrap();
        assert_eq!(frame.time, Time(4_294_967_295_000_000_000 + 4_294_967_295_000));
        assert!(capture.next_frame().is_none());
    }

    #[test]
    fn bits_about_check_sequences_are_no_part_of_the_link_type() {
        let mut capture = read(&Bytes::pcap(Order::Little, 0xa1b2_c3d4, 0, 0x2400_0071).record(0, 0, 0, b"").bytes);
        assert_eq!(capture.next_frame().unwrap().unwrap().link, 113);
        assert_eq!(capture.interfaces()[0].link, 113);
    }

    #[test]
    fn a_record_of_many_megabytes_is_read() {
        let data: Vec<u8> = (0..16 << 20).map(|n: u32| (n % 253) as u8).collect();
        let capture = Bytes::pcap(Order::Little, 0xa1b2_c3d4, 0, 1).record(0, 0, 0, &data).record(1, 0, 1, b"x");
        let mut capture = read(&capture.bytes);
        assert!(capture.next_frame().unwrap().unwrap().data == data);
        assert_eq!(capture.next_frame().unwrap().unwrap().data, b"x");
    }

    #[test]
    fn a_length_that_cannot_be_is_no_cut_off_tail() {
        let start = Bytes::pcap(Order::Little, 0xa1b2_c3d4, 65_535, 1).record(0, 0, 3, b"abc");
        let lie = |claimed: u32| start.clone().u32(1).u32(0).u32(claimed).u32(claimed).raw(b"twelve bytes").bytes;
        let damage = |bytes: &[u8]| {
            let mut capture = read(bytes);
            assert_eq!(capture.next_frame().unwrap().unwrap().data, b"abc");
            let damage = capture.next_frame().unwrap().unwrap_err();
            assert!(capture.next_frame().is_none(), "an error ends the reading");
            assert_eq!(capture.info().truncated, damage.is_truncation());
            damage
        };
        for claimed in [u32::MAX, 1 << 30, 300 << 10] {
            let damage = damage(&lie(claimed));
            assert!(matches!(damage, Damage::BadLength { offset: 43, claimed: c, .. } if c == u64::from(claimed) + 16));
        }
        let damage = damage(&lie(100));
        assert_eq!(damage.to_string(), "is cut off: the record at byte 43 needs 116 bytes, 28 are there");
    }

    #[test]
    fn what_is_believed_is_a_limit() {
        let capture = Bytes::pcap(Order::Little, 0xa1b2_c3d4, 0, 1).record(0, 0, 4, b"1234").record(0, 0, 5, b"12345");
        let limits = Limits { record_bytes: 20, ..Limits::default() };
        let mut capture = Reader::with_limits(Box::new(Cursor::new(capture.bytes)), &limits).unwrap();
        assert_eq!(capture.next_frame().unwrap().unwrap().data, b"1234");
        let damage = capture.next_frame().unwrap().unwrap_err();
        assert_eq!(
            damage.to_string(),
            "is damaged: the record at byte 44 claims 21 bytes, more than the 20 that are believed"
        );
    }
}
