//! pcapng: sections of blocks; of these the ones that carry packets, and what is needed to understand them.

use super::buffer::Buffer;
use super::fields::{Options, Order, code};
use super::record::{Interface, Record, Stop, another, bad_length, corrupt, whole};
use crate::bytes::Time;
use crate::limits::Limits;
use byteorder_slice::{BigEndian, LittleEndian};
use pcap_file::pcapng::RawBlock;
use pcap_file::pcapng::blocks::block_common::{
    ENHANCED_PACKET_BLOCK, INTERFACE_DESCRIPTION_BLOCK, PACKET_BLOCK, SECTION_HEADER_BLOCK, SIMPLE_PACKET_BLOCK,
};
use std::ops::Range;

/// Type and length in front of a block's body, and the length again behind it.
const FRAMING: usize = 12;
/// Type, length and byte order: what is needed to read a section's own length.
const BLOCK_START: usize = 12;
/// Where the body begins.
const BODY: usize = 8;
/// The parts of packet blocks in front of the frame, in bytes: enhanced and obsolete ones alike, and simple ones.
const PACKET_FIELDS: usize = 20;
const SIMPLE_FIELDS: usize = 4;
/// The most bytes kept of an interface's name.
const NAME: usize = 256;
/// The most comments kept of a section.
const COMMENTS: usize = 16;
/// The fields of a section's header in front of its options, in bytes.
const SECTION_FIELDS: usize = 16;

/// Where a block stands in the buffer, and the packet it carries if it does.
pub(super) type Block = (Range<usize>, Option<Record>);

/// The state of reading a pcapng capture.
#[derive(Default)]
pub(super) struct Pcapng {
    order: Order,
    /// The comments of the section at hand.
    pub(super) comments: Vec<String>,
    /// The interfaces of all sections.
    pub(super) interfaces: Vec<Interface>,
    /// How each of them counts time.
    clocks: Vec<Clock>,
    /// How many of them belong to sections that are over.
    over: usize,
    /// The time of the last packet, which those without one take.
    last: Time,
}

/// How pcapng captures begin, in either byte order.
pub(super) const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

impl Pcapng {
    /// The next record that carries a packet; blocks of other types are understood or skipped on the way.
    #[inline]
    pub(super) fn next(&mut self, buffer: &mut Buffer, limits: &Limits) -> Result<Option<Record>, Stop> {
        while another(buffer, BLOCK_START)? {
            if let Some(record) = self.usual(buffer, limits) {
                return Ok(Some(record));
            }
            if let (_, Some(record)) = self.block(buffer, limits)? {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    /// Takes the next block if it is as nearly all are: an enhanced packet, waiting as a whole, with nothing wrong. What
    /// else it is [`Pcapng::block`] finds out.
    #[inline]
    fn usual(&mut self, buffer: &mut Buffer, limits: &Limits) -> Option<Record> {
        let start = buffer.waiting();
        let [kind, length, interface, high, low, kept, wire_len] = self.order.words(start)?;
        let (whole, kept) = (length as usize, kept as usize);
        let room = whole.checked_sub(FRAMING + PACKET_FIELDS)?;
        let usual = kind == ENHANCED_PACKET_BLOCK
            && whole.is_multiple_of(4)
            && whole <= limits.record_bytes
            && kept <= room
            && self.order.u32(start, whole - 4) == Some(length);
        let packet = if usual { self.described(interface, [high, low], kept, wire_len) } else { None }?;
        let whole = buffer.take(whole);
        Some(self.record(&whole, packet))
    }

    /// The next block, whatever it is: where it stands in the buffer, and the packet it carries if it does.
    pub(super) fn next_block(&mut self, buffer: &mut Buffer, limits: &Limits) -> Result<Option<Block>, Stop> {
        if another(buffer, BLOCK_START)? { self.block(buffer, limits).map(Some) } else { Ok(None) }
    }

    /// Takes the next block, of which the start is waiting.
    pub(super) fn block(&mut self, buffer: &mut Buffer, limits: &Limits) -> Result<Block, Stop> {
        let start = buffer.waiting();
        let kind = self.order.u32(start, 0).unwrap_or_default();
        if kind == SECTION_HEADER_BLOCK {
            self.order = match start.get(BODY..BODY + 4) {
                Some([0x1a, 0x2b, 0x3c, 0x4d]) => Order::Big,
                Some([0x4d, 0x3c, 0x2b, 0x1a]) => Order::Little,
                _ => return Err(corrupt(buffer, "begins a section without saying its byte order".to_owned())),
            };
        }
        let length = self.order.u32(start, 4).unwrap_or_default() as usize;
        if length < FRAMING || !length.is_multiple_of(4) {
            return Err(bad_length(buffer, length, "and a block has 12 at least, in fours".to_owned()));
        }
        whole(buffer, length, limits.record_bytes)?;
        let block = match self.order {
            Order::Big => RawBlock::from_slice::<BigEndian>(buffer.waiting()),
            Order::Little => RawBlock::from_slice::<LittleEndian>(buffer.waiting()),
        };
        let parsed = match &block {
            // Length, alignment and byte order were looked at above: this alone is left.
            Err(_) => Err("does not end with the length it begins with".to_owned()),
            Ok((_, block)) => match kind {
                ENHANCED_PACKET_BLOCK => self.packet(None, &block.body).map(Some),
                PACKET_BLOCK => self.packet(self.order.u16(&block.body, 0), &block.body).map(Some),
                SIMPLE_PACKET_BLOCK => self.simple_packet(&block.body).map(Some),
                INTERFACE_DESCRIPTION_BLOCK => self.interface(&block.body, limits).map(|()| None),
                SECTION_HEADER_BLOCK => self.section(&block.body).map(|()| None),
                _ => Ok(None),
            },
        };
        let packet = parsed.map_err(|reason| corrupt(buffer, reason))?;
        let whole = buffer.take(length);
        let record = packet.map(|packet| self.record(&whole, packet));
        Ok((whole, record))
    }

    /// The record of a packet whose block stands there.
    #[inline]
    fn record(&mut self, block: &Range<usize>, packet: Packet) -> Record {
        self.last = packet.time;
        let body = block.start + BODY;
        let data = body + packet.fields..body + packet.fields + packet.kept;
        // Padded to four bytes; a simple packet ends there, and an enhanced one's options begin.
        let options = body + (packet.fields + packet.kept).next_multiple_of(4)..block.end + BODY - FRAMING;
        Record {
            time: packet.time,
            link: packet.link,
            interface: packet.interface,
            data,
            wire_len: packet.wire_len.max(packet.kept),
            options: if packet.fields == SIMPLE_FIELDS { 0..0 } else { options },
            order: self.order,
        }
    }

    /// The byte order of the section at hand.
    pub(super) fn order(&self) -> Order {
        self.order
    }

    fn section(&mut self, body: &[u8]) -> Result<(), String> {
        match self.order.u16(body, 4) {
            Some(1) => {}
            Some(major) => return Err(format!("begins a section of version {major}, and only 1 is known")),
            None => return Err("begins a section without a version".to_owned()),
        }
        self.over = self.interfaces.len();
        let options = Options::new(body.get(SECTION_FIELDS..).unwrap_or_default(), self.order);
        let comments = options.comments().take(COMMENTS);
        self.comments = comments.map(|comment| String::from_utf8_lossy(comment).into_owned()).collect();
        Ok(())
    }

    fn interface(&mut self, body: &[u8], limits: &Limits) -> Result<(), String> {
        let (Some(link), Some(snaplen)) = (self.order.u16(body, 0), self.order.u32(body, 4)) else {
            return Err("describes an interface in fewer than 8 bytes".to_owned());
        };
        if self.interfaces.len() >= limits.interfaces {
            return Err(format!("describes one interface more than the {} that are kept", limits.interfaces));
        }
        let mut interface = Interface { name: String::new(), link: u32::from(link), snaplen };
        let (mut resolution, mut offset) = (6, 0);
        for (code, value) in Options::new(body.get(8..).unwrap_or_default(), self.order).iter() {
            match (code, value) {
                (code::IF_NAME, name) => {
                    let name = name.get(..NAME).unwrap_or(name);
                    interface.name = String::from_utf8_lossy(name).trim_end_matches('\0').to_owned();
                }
                (code::IF_TSRESOL, &[exponent, ..]) => resolution = exponent,
                (code::IF_TSOFFSET, seconds) => offset = self.order.i64(seconds, 0).unwrap_or_default(),
                _ => {}
            }
        }
        self.interfaces.push(interface);
        self.clocks.push(Clock::new(resolution, offset));
        Ok(())
    }

    /// An enhanced or an obsolete packet block: they differ only in how wide the interface is written.
    fn packet(&self, narrow: Option<u16>, body: &[u8]) -> Result<Packet, String> {
        let Some([wide, high, low, kept, wire_len]) = self.order.words(body) else {
            return Err(format!("carries a packet in {} bytes, and needs {PACKET_FIELDS}", body.len()));
        };
        let interface = narrow.map_or(wide, u32::from);
        let kept = kept as usize;
        let packet = self.described(interface, [high, low], kept, wire_len).ok_or_else(|| self.unknown(interface))?;
        let there = body.len() - PACKET_FIELDS;
        if kept > there {
            return Err(format!("carries {there} bytes and says that it has {kept} of a packet"));
        }
        Ok(packet)
    }

    /// A packet by what stands in front of it; `None` where its section has no such interface.
    #[inline]
    fn described(&self, interface: u32, [high, low]: [u32; 2], kept: usize, wire_len: u32) -> Option<Packet> {
        let (interface, link, clock) = self.seen_by(interface)?;
        let time = clock.time(u64::from(high) << 32 | u64::from(low));
        Some(Packet { time, link, interface, fields: PACKET_FIELDS, kept, wire_len: wire_len as usize })
    }

    /// A simple packet block: the section's first interface, no time, and as many bytes kept as its snap length allows.
    fn simple_packet(&self, body: &[u8]) -> Result<Packet, String> {
        let Some(wire_len) = self.order.u32(body, 0) else {
            return Err("carries a packet without a length".to_owned());
        };
        let (interface, link, _) = self.seen_by(0).ok_or_else(|| self.unknown(0))?;
        let snaplen = match self.interfaces.get(self.over).map_or(0, |interface| interface.snaplen) {
            0 => usize::MAX,
            bound => bound as usize,
        };
        let there = body.len() - SIMPLE_FIELDS;
        let kept = (wire_len as usize).min(snaplen);
        if kept > there {
            return Err(format!("carries {there} bytes and should have {kept} of a packet"));
        }
        Ok(Packet { time: self.last, link, interface, fields: SIMPLE_FIELDS, kept, wire_len: wire_len as usize })
    }

    /// Number over all sections, link type and clock of the section's interface of that number.
    #[inline]
    fn seen_by(&self, interface: u32) -> Option<(u32, u32, &Clock)> {
        let index = self.over.saturating_add(interface as usize);
        Some((u32::try_from(index).ok()?, self.interfaces.get(index)?.link, self.clocks.get(index)?))
    }

    fn unknown(&self, interface: u32) -> String {
        format!("names interface {interface}, and its section describes {}", self.interfaces.len() - self.over)
    }
}

/// What a packet block says, by lengths: fields in front, then the frame.
struct Packet {
    time: Time,
    link: u32,
    interface: u32,
    fields: usize,
    kept: usize,
    wire_len: usize,
}

/// How an interface counts time: units since 1970, moved by an offset.
struct Clock {
    unit: Unit,
    /// In nanoseconds.
    offset: i128,
}

enum Unit {
    /// That many nanoseconds, a power of ten.
    Long(u64),
    /// That many to a nanosecond, a power of ten.
    Short(u64),
    /// Two to the minus this seconds.
    Binary(u32),
}

impl Clock {
    /// From the values of if_tsresol (`10^-n` s, or `2^-n` s where the top bit is set) and if_tsoffset (seconds).
    fn new(resolution: u8, offset: i64) -> Clock {
        let exponent = u32::from(resolution & 0x7f);
        let unit = if resolution & 0x80 != 0 {
            Unit::Binary(exponent)
        } else if exponent <= 9 {
            Unit::Long(10u64.pow(9 - exponent))
        } else {
            // Units too short for the power to fit make every time they can count 0.
            Unit::Short(10u64.checked_pow(exponent - 9).unwrap_or(u64::MAX))
        };
        Clock { unit, offset: i128::from(offset) * 1_000_000_000 }
    }

    /// Parts of a nanosecond are dropped; what no [`Time`] can hold becomes the first or last that one can.
    #[inline]
    fn time(&self, units: u64) -> Time {
        let nanoseconds = match self.unit {
            Unit::Long(nanoseconds) => i128::from(units) * i128::from(nanoseconds),
            Unit::Short(per_nanosecond) => i128::from(units / per_nanosecond),
            // At most 94 bits before the shift, and the exponent has 7 bits.
            Unit::Binary(exponent) => (i128::from(units) * 1_000_000_000) >> exponent,
        };
        let nanoseconds = nanoseconds + self.offset;
        Time(i64::try_from(nanoseconds).unwrap_or(if nanoseconds < 0 { i64::MIN } else { i64::MAX }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::Bytes;
    use super::super::{Damage, Reader};
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn read(capture: &Bytes) -> Reader {
        Reader::new(Box::new(Cursor::new(capture.bytes.clone()))).unwrap()
    }

    fn damage(capture: &Bytes) -> String {
        let mut capture = read(capture);
        loop {
            if let Err(damage) = capture.next_frame().unwrap() {
                assert!(capture.next_frame().is_none(), "an error ends the reading");
                return damage.to_string();
            }
        }
    }

    fn start(order: Order) -> Bytes {
        Bytes::new(order).section(order).interface(1, 0, Bytes::new(order))
    }

    /// Time, link and interface, frame, length on the wire, options.
    type Told = (Time, [u32; 2], Vec<u8>, usize, Vec<u8>);

    /// What a capture's packets say, one after the other, and how it ends.
    fn told(
        bytes: &[u8],
        next: impl Fn(&mut Pcapng, &mut Buffer, &Limits) -> Result<Option<Option<Record>>, Stop>,
    ) -> (Vec<Told>, String) {
        let (mut pcapng, limits) = (Pcapng::default(), Limits { record_bytes: 90, ..Limits::default() });
        let mut buffer = Buffer::new(Box::new(Cursor::new(bytes.to_vec())));
        let mut packets = Vec::new();
        loop {
            match next(&mut pcapng, &mut buffer, &limits) {
                Ok(Some(None)) => {}
                Ok(Some(Some(found))) => {
                    let (data, options) = (buffer.get(found.data).to_vec(), buffer.get(found.options).to_vec());
                    packets.push((found.time, [found.link, found.interface], data, found.wire_len, options));
                }
                Ok(None) => return (packets, "the end".to_owned()),
                Err(Stop::Damage(damage)) => return (packets, damage.to_string()),
                Err(Stop::Io(error)) => return (packets, error.to_string()),
            }
        }
    }

    proptest! {
        #[test]
        fn a_glance_at_a_usual_packet_sees_what_a_close_look_does(
            packets in prop::collection::vec((0u32..2, any::<u64>(), 0..60_usize, any::<bool>()), 0..6),
            harm in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            big in any::<bool>(),
        ) {
            let order = if big { Order::Big } else { Order::Little };
            let mut capture = start(order);
            for (interface, time, length, commented) in packets {
                let options = Bytes::new(order);
                let options = if commented { options.option(code::COMMENT, b"said") } else { options };
                capture = capture.enhanced(interface, time, 40, &vec![7; length], options);
            }
            let mut bytes = capture.bytes;
            for (at, byte) in harm {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let quick = told(&bytes, |pcapng, buffer, limits| Ok(pcapng.next(buffer, limits)?.map(Some)));
            let close = told(&bytes, |pcapng, buffer, limits| {
                Ok(pcapng.next_block(buffer, limits)?.map(|(_, record)| record))
            });
            prop_assert_eq!(quick, close);
        }
    }

    #[test]
    fn sections_have_their_own_byte_order_and_interfaces() {
        let mut capture = Bytes::new(Order::Big);
        for order in [Order::Big, Order::Little, Order::Big] {
            capture = capture.section(order);
            let name = Bytes::new(order).option(2, b"eth\xff\0").option(9, &[9]);
            capture =
                capture.interface(113, 96, Bytes::new(order).option(77, b"?").option(2, b"lo")).interface(1, 0, name);
            capture = capture.enhanced(1, 5_000_000_007, 9, b"abc", Bytes::new(order));
            capture = capture.enhanced(0, 5_000_007, 4, b"defg", Bytes::new(order));
        }
        let mut capture = read(&capture);
        for section in 0..3 {
            let frame = capture.next_frame().unwrap().unwrap();
            assert_eq!((frame.number, frame.interface, frame.link), (section * 2 + 1, section as u32 * 2 + 1, 1));
            assert_eq!((frame.time, frame.data, frame.wire_len), (Time(5_000_000_007), &b"abc"[..], 9));
            let frame = capture.next_frame().unwrap().unwrap();
            assert_eq!((frame.number, frame.interface, frame.link), (section * 2 + 2, section as u32 * 2, 113));
            assert_eq!((frame.time, frame.data), (Time(5_000_007_000), &b"defg"[..]));
        }
        assert!(capture.next_frame().is_none());
        assert_eq!(capture.interfaces().len(), 6);
        assert_eq!(capture.interfaces()[3], Interface { name: "eth\u{fffd}".to_owned(), link: 1, snaplen: 0 });
        assert_eq!(capture.interfaces()[4], Interface { name: "lo".to_owned(), link: 113, snaplen: 96 });
        assert_eq!((capture.info().links, capture.info().snaplen), (vec![1, 113], 0));
    }

    #[test]
    fn units_of_time_from_seconds_to_picoseconds_and_powers_of_two() {
        let time = |resolution, offset, units| Clock::new(resolution, offset).time(units).0;
        assert_eq!(time(0, 0, 3), 3_000_000_000);
        assert_eq!(time(3, 0, 3_001), 3_001_000_000);
        assert_eq!(time(6, 0, 3_000_001), 3_000_001_000);
        assert_eq!(time(9, 0, 3_000_000_001), 3_000_000_001);
        assert_eq!(time(12, 0, 3_000_000_001_999), 3_000_000_001, "parts of a nanosecond are dropped");
        assert_eq!(time(30, 0, 1 << 60), 0);
        assert_eq!(time(127, 0, u64::MAX - 1), 0);
        assert_eq!(time(0x80, 0, 3), 3_000_000_000);
        assert_eq!(time(0x8a, 0, 1_536), 1_500_000_000);
        assert_eq!(time(0xa0, 0, (3 << 32) + (1 << 31)), 3_500_000_000);
        assert_eq!(time(0xff, 0, u64::MAX), 0);
    }

    #[test]
    fn offsets_move_time_and_saturate() {
        let time = |resolution, offset, units| Clock::new(resolution, offset).time(units).0;
        assert_eq!(time(6, 100, 1), 100_000_001_000);
        assert_eq!(time(6, -2, 1_000_000), -1_000_000_000);
        assert_eq!(time(6, i64::MIN, 0), i64::MIN);
        assert_eq!(time(0, i64::MIN, u64::MAX), i64::MAX, "it is the sum that saturates");
        assert_eq!(time(0, i64::MAX, u64::MAX), i64::MAX);
        let capture = Bytes::new(Order::Big).section(Order::Big);
        let capture = capture.interface(1, 0, Bytes::new(Order::Big).option(14, &i64::MIN.to_be_bytes()));
        let capture = capture.enhanced(0, 1, 0, b"", Bytes::new(Order::Big));
        assert_eq!(read(&capture).next_frame().unwrap().unwrap().time, Time(i64::MIN));
    }

    #[test]
    fn all_blocks_that_carry_packets_are_numbered_and_no_others() {
        for order in [Order::Big, Order::Little] {
            let body = Bytes::new(order);
            let capture = start(order)
                .block(4, body.clone().raw(b"name resolution!"))
                .block(3, body.clone().u32(5).raw(b"first"))
                .block(0xbad, body.clone().raw(b"custom"))
                .block(2, body.clone().u16(0).u16(99).u32(0).u32(7).u32(3).u32(60).raw(b"old\0").option(1, b"hi"))
                .block(5, body.clone())
                .block(3, body.clone().u32(0))
                .block(0x8000_0001, body)
                .enhanced(0, 9, 2, b"ok", Bytes::new(order));
            let mut capture = read(&capture);
            let mut seen = Vec::new();
            while let Some(frame) = capture.next_frame() {
                let frame = frame.unwrap();
                let comments: Vec<_> = frame.options.comments().map(<[u8]>::to_vec).collect();
                seen.push((frame.number, frame.time.0, frame.data.to_vec(), frame.wire_len, comments));
            }
            let hi = vec![b"hi".to_vec()];
            assert_eq!(seen[0], (1, 0, b"first".to_vec(), 5, vec![]), "no time, and none before it");
            assert_eq!(seen[1], (2, 7_000, b"old".to_vec(), 60, hi));
            assert_eq!(seen[2], (3, 7_000, vec![], 0, vec![]), "no time: that of the frame before");
            assert_eq!(seen[3], (4, 9_000, b"ok".to_vec(), 2, vec![]));
            assert_eq!(seen.len(), 4);
        }
    }

    #[test]
    fn a_simple_packet_is_as_long_as_the_snap_length_of_the_first_interface() {
        let capture = Bytes::new(Order::Little).section(Order::Little);
        let capture = capture.interface(1, 3, Bytes::new(Order::Little)).interface(1, 0, Bytes::new(Order::Little));
        let capture = capture.block(3, Bytes::new(Order::Little).u32(9).raw(b"abc"));
        let mut capture = read(&capture);
        let frame = capture.next_frame().unwrap().unwrap();
        assert_eq!((frame.data, frame.wire_len, frame.options.iter().count()), (&b"abc"[..], 9, 0));
    }

    #[test]
    fn comments_of_a_packet_are_kept() {
        let options =
            Bytes::new(Order::Little).option(2, &[0; 4]).option(1, b"dropped here").option(1, b"so").option(0, b"");
        let capture = start(Order::Little).enhanced(0, 0, 5, b"hello", options);
        let mut capture = read(&capture);
        let frame = capture.next_frame().unwrap().unwrap();
        assert_eq!(frame.data, b"hello");
        assert_eq!(frame.options.comments().collect::<Vec<_>>(), [&b"dropped here"[..], b"so"]);
    }

    #[test]
    fn comments_of_the_section_at_hand_are_known_from_its_start() {
        let order = Order::Big;
        let header =
            |options: Bytes| Bytes::new(order).u32(0x1a2b_3c4d).u16(1).u16(0).raw(&[0xff; 8]).raw(&options.bytes);
        let first = header(Bytes::new(order).option(4, b"editor").option(1, b"who made it").option(1, b"and \xff why"));
        let capture = Bytes::new(order).block(0x0a0d_0d0a, first).interface(1, 0, Bytes::new(order));
        let capture = capture.block(3, Bytes::new(order).u32(0)).section(order).interface(1, 0, Bytes::new(order));
        let mut reader = read(&capture.block(3, Bytes::new(order).u32(0)));
        assert_eq!(reader.comments(), ["who made it", "and \u{fffd} why"]);
        reader.next_frame().unwrap().unwrap();
        assert_eq!(reader.comments().len(), 2);
        reader.next_frame().unwrap().unwrap();
        assert!(reader.comments().is_empty());
    }

    #[test]
    fn blocks_that_contradict_themselves_end_the_reading_with_place_and_reason() {
        let order = Order::Little;
        let (start, body) = (start(order), Bytes::new(order));
        let good = start.clone().enhanced(0, 0, 2, b"ok", body.clone());
        let says = |capture: Bytes, reason: &str| {
            let expected = format!("is damaged: the record at byte {} {reason}", good.bytes.len());
            assert_eq!(damage(&capture), expected);
        };
        says(good.clone().enhanced(1, 0, 0, b"", body.clone()), "names interface 1, and its section describes 1");
        let lost = damage(&good.clone().section(order).block(3, body.clone().u32(0)));
        assert!(lost.ends_with("names interface 0, and its section describes 0"), "{lost}");
        says(good.clone().block(6, body.clone().u32(0)), "carries a packet in 4 bytes, and needs 20");
        let fields = || body.clone().u32(0).u32(0).u32(0);
        says(
            good.clone().block(6, fields().u32(5).u32(5).raw(b"abcd")),
            "carries 4 bytes and says that it has 5 of a packet",
        );
        says(good.clone().block(3, body.clone().u32(5).raw(b"abcd")), "carries 4 bytes and should have 5 of a packet");
        says(good.clone().block(1, body.clone().u32(1)), "describes an interface in fewer than 8 bytes");
        says(good.clone().block(0x0a0d_0d0a, body.clone().u32(7)), "begins a section without saying its byte order");
        let section = |version| body.clone().u32(0x1a2b_3c4d).u16(version).u16(0).raw(&[0xff; 8]);
        says(good.clone().block(0x0a0d_0d0a, section(2)), "begins a section of version 2, and only 1 is known");
        let bad = "claims 15 bytes, and a block has 12 at least, in fours";
        says(good.clone().u32(6).u32(15).u32(0), bad);
        says(good.clone().u32(6).u32(0).u32(0), &bad.replace("15", "0"));
        says(
            good.clone().u32(6).u32(1 << 30).u32(0),
            "claims 1073741824 bytes, more than the 67108864 that are believed",
        );
        says(good.clone().u32(9).u32(1 << 20).u32(0), "claims 1048576 bytes, but only 12 are left");
        says(good.clone().u32(9).u32(12).u32(16), "does not end with the length it begins with");
    }

    #[test]
    fn a_section_that_repeats_its_interfaces_is_the_first_to_lose_them() {
        let mut capture = start(Order::Big);
        for _ in 0..4 {
            capture = capture.section(Order::Big).interface(1, 0, Bytes::new(Order::Big));
        }
        let limits = Limits { interfaces: 4, ..Limits::default() };
        let mut reader = Reader::with_limits(Box::new(Cursor::new(capture.bytes)), &limits).unwrap();
        let damage = reader.next_frame().unwrap().unwrap_err();
        assert!(
            matches!(&damage, Damage::Corrupt { .. }) && damage.to_string().contains("more than the 4"),
            "{damage}"
        );
    }
}
