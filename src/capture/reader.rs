//! One capture from its first byte to its last frame, or to where it is damaged.

mod handed;
mod joined;
mod piece;

pub use handed::Taker;
use joined::Joined;
pub use joined::{Part, Rest};
pub(super) use piece::Piece;

use super::buffer::{Buffer, CAPACITY};
use super::compression::{self, Compression};
use super::pcap::{self, Pcap};
use super::pcapng::{self, Pcapng};
use super::record::{Interface, Record, Stop};
use super::{CaptureError, Damage, Frame, Options};
use crate::bytes::{Time, hex};
use crate::limits::Limits;
use std::fmt;
use std::io::{self, ErrorKind, Read};

/// Which container a capture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// libpcap's.
    Pcap,
    /// The block format.
    Pcapng,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Pcap => "pcap",
            Format::Pcapng => "pcapng",
        })
    }
}

/// What is known of a capture, as far as it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its container.
    pub format: Format,
    /// What it was compressed by.
    pub compression: Compression,
    /// The link types of its frames, each once, in the order in which they came; of a pcap capture without any, that
    /// of its header.
    pub links: Vec<u32>,
    /// How many frames.
    pub packets: u64,
    /// How many bytes of frames were kept.
    pub bytes: u64,
    /// How many bytes its frames had on the wire.
    pub wire_bytes: u64,
    /// How many frames were not kept as a whole.
    pub cut_packets: u64,
    /// The time of the first frame.
    pub first_time: Option<Time>,
    /// The latest time of any frame.
    pub last_time: Option<Time>,
    /// Whether it ends within a record.
    pub truncated: bool,
    /// The greatest snap length of its interfaces; 0 where one has no bound, or there is none.
    pub snaplen: u32,
}

/// Reads a capture frame by frame.
///
/// ```
/// # use wiregrade::capture::Reader;
/// # fn count(file: impl std::io::Read + Send + 'static) -> Result<u64, Box<dyn std::error::Error>> {
/// let mut capture = Reader::new(Box::new(file))?;
/// while let Some(frame) = capture.next_frame() {
///     let _bytes = frame?.data;
/// }
/// # Ok(capture.info().packets) }
/// ```
pub struct Reader {
    buffer: Buffer,
    container: Container,
    limits: Limits,
    info: Info,
    /// Of pcapng: the section header it begins with, for a copy.
    head: Box<[u8]>,
    over: bool,
    /// The files behind this one, of a capture that was split.
    joined: Option<Box<Joined>>,
}

enum Container {
    Pcap(Pcap, Interface),
    Pcapng(Pcapng),
}

impl Reader {
    /// How many bytes are read at a time.
    pub const AT_ONCE: usize = CAPACITY;

    /// Undoes compression, tells the container and reads its header.
    ///
    /// # Errors
    /// Where `source` is no capture, or cannot be read.
    pub fn new(source: Box<dyn Read + Send>) -> Result<Reader, CaptureError> {
        Reader::with_limits(source, &Limits::default())
    }

    /// [`Reader::new`] with other limits than the default ones.
    ///
    /// # Errors
    /// Where `source` is no capture, or cannot be read.
    pub fn with_limits(source: Box<dyn Read + Send>, limits: &Limits) -> Result<Reader, CaptureError> {
        let (compression, source) = compression::open(source)?;
        let mut buffer = Buffer::new(source);
        let (container, head) = open(&mut buffer, compression, limits)?;
        let (format, links, snaplen) = match &container {
            Container::Pcap(_, interface) => (Format::Pcap, vec![interface.link], interface.snaplen),
            Container::Pcapng(_) => (Format::Pcapng, Vec::new(), 0),
        };
        let info = Info {
            format,
            compression,
            links,
            packets: 0,
            bytes: 0,
            wire_bytes: 0,
            cut_packets: 0,
            first_time: None,
            last_time: None,
            truncated: false,
            snaplen,
        };
        Ok(Reader { buffer, container, limits: limits.clone(), info, head, over: false, joined: None })
    }

    /// The next frame; `None` at the end. After an error there is nothing more, except of the further files of a split
    /// capture.
    ///
    /// # Errors
    /// Where the capture is damaged: cut off, or not to be understood from here on.
    #[inline]
    pub fn next_frame(&mut self) -> Option<Result<Frame<'_>, Damage>> {
        loop {
            if self.over {
                match self.go_on()? {
                    Ok(()) => {}
                    Err(damage) => return Some(Err(damage)),
                }
            }
            match self.next_record() {
                Ok(Some(record)) => return Some(Ok(self.frame(record))),
                Ok(None) => self.over = true,
                Err(stop) => return Some(Err(self.damage(stop))),
            }
        }
    }

    #[inline]
    fn next_record(&mut self) -> Result<Option<Record>, Stop> {
        match &mut self.container {
            Container::Pcap(pcap, _) => pcap.next(&mut self.buffer, &self.limits),
            Container::Pcapng(pcapng) => pcapng.next(&mut self.buffer, &self.limits),
        }
    }

    /// What is known so far; complete once [`Reader::next_frame`] has answered `None` or an error.
    #[must_use]
    pub fn info(&self) -> Info {
        let mut info = self.info.clone();
        if info.format == Format::Pcapng {
            let lengths = || self.interfaces().iter().map(|interface| interface.snaplen);
            info.snaplen = if lengths().any(|length| length == 0) { 0 } else { lengths().max().unwrap_or(0) };
        }
        info
    }

    /// The interfaces described so far, over all sections; [`Frame::interface`] is an index of them.
    #[must_use]
    pub fn interfaces(&self) -> &[Interface] {
        match &self.container {
            Container::Pcap(_, interface) => std::slice::from_ref(interface),
            Container::Pcapng(pcapng) => &pcapng.interfaces,
        }
    }

    /// The comments of the section that is being read, in UTF-8, lossily where they were not; none in pcap. Those of the
    /// first section are known from the start.
    #[must_use]
    pub fn comments(&self) -> &[String] {
        match &self.container {
            Container::Pcap(..) => &[],
            Container::Pcapng(pcapng) => &pcapng.comments,
        }
    }

    #[inline]
    fn frame(&mut self, record: Record) -> Frame<'_> {
        let info = &mut self.info;
        let kept = record.data.len();
        info.packets += 1;
        info.bytes = info.bytes.saturating_add(kept as u64);
        info.wire_bytes = info.wire_bytes.saturating_add(record.wire_len as u64);
        info.cut_packets += u64::from(kept < record.wire_len);
        info.first_time = info.first_time.or(Some(record.time));
        info.last_time = info.last_time.max(Some(record.time));
        if info.links.last() != Some(&record.link) && !info.links.contains(&record.link) {
            info.links.push(record.link);
        }
        Frame {
            number: info.packets,
            time: record.time,
            link: record.link,
            interface: record.interface,
            wire_len: record.wire_len,
            data: self.buffer.get(record.data),
            options: Options::new(self.buffer.get(record.options), record.order),
        }
    }

    #[cold]
    fn damage(&mut self, stop: Stop) -> Damage {
        self.over = true;
        let (offset, there) = (self.buffer.offset(), self.buffer.waiting().len() as u64);
        let damage = match (stop, self.info.compression) {
            (Stop::Damage(damage), _) => damage,
            (Stop::Io(source), compression) if is_of_decompressor(&source, compression) => {
                if source.kind() == ErrorKind::UnexpectedEof {
                    Damage::Truncated { offset, needed: there + 1, there }
                } else {
                    Damage::Compressed { offset, compression, source }
                }
            }
            (Stop::Io(source), _) => Damage::Unreadable { offset, source },
        };
        self.info.truncated |= damage.is_truncation();
        self.placed(damage)
    }
}

/// Whether it is the compressed data that is at fault, not the system.
fn is_of_decompressor(error: &io::Error, compression: Compression) -> bool {
    compression != Compression::None && error.raw_os_error().is_none()
}

/// Reads the header: of a pcapng capture that is its first section's.
fn open(
    buffer: &mut Buffer,
    compression: Compression,
    limits: &Limits,
) -> Result<(Container, Box<[u8]>), CaptureError> {
    let refused = |stop| match stop {
        Stop::Io(source) if is_of_decompressor(&source, compression) => {
            CaptureError::Compressed { compression, source }
        }
        Stop::Io(source) => CaptureError::Unreadable(source),
        Stop::Damage(Damage::Truncated { needed, there, .. }) => CaptureError::CutHeader { needed, there },
        Stop::Damage(Damage::BadLength { claimed, reason, .. }) => {
            CaptureError::BadHeader { reason: format!("it claims {claimed} bytes, {reason}") }
        }
        Stop::Damage(Damage::Corrupt { reason, .. }) => CaptureError::BadHeader { reason: format!("it {reason}") },
        Stop::Damage(damage) => CaptureError::BadHeader { reason: damage.to_string() },
    };
    let (enough, cut) = match buffer.fill(pcap::FILE_HEADER) {
        Ok(enough) => (enough, false),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => (false, true),
        Err(error) => return Err(refused(Stop::Io(error))),
    };
    let head = buffer.waiting();
    let begins = |magic: &[u8; 4]| head.iter().zip(magic).all(|(a, b)| a == b);
    let (is_pcapng, is_pcap) = (begins(&pcapng::MAGIC), pcap::MAGIC.iter().any(begins));
    if head.is_empty() && !cut {
        Err(CaptureError::Empty)
    } else if !enough && (is_pcapng || is_pcap) {
        Err(CaptureError::CutHeader { needed: pcap::FILE_HEADER as u64, there: head.len() as u64 })
    } else if is_pcapng {
        let mut pcapng = Pcapng::default();
        let (head, _) = pcapng.block(buffer, limits).map_err(refused)?;
        Ok((Container::Pcapng(pcapng), buffer.get(head).into()))
    } else if is_pcap {
        let (pcap, interface) = Pcap::new(buffer).map_err(|reason| CaptureError::BadHeader { reason })?;
        Ok((Container::Pcap(pcap, interface), Box::default()))
    } else {
        Err(not_a_capture(head))
    }
}

const CONVERT: &str = "convert it with `editcap -F pcapng`";
const DECOMPRESS: &str = "decompress it first; gzip, zstd and lz4 are read as they are";
const CAPTURE: &str = "pcap and pcapng are read, plain or compressed by gzip, zstd or lz4";

/// What else people hand to a program that reads captures, by how it begins.
const OTHERS: [(&[u8], &str, &str); 13] = [
    (b"\xa1\xb2\xcd\x34", "a pcap variant with longer records", CONVERT),
    (b"\x34\xcd\xb2\xa1", "a pcap variant with longer records", CONVERT),
    (b"snoop\0", "a snoop capture", CONVERT),
    (b"GMBU", "a Network Monitor capture", CONVERT),
    (b"RTSS", "a Network Monitor capture", CONVERT),
    (b"BZh", "bzip2 data", DECOMPRESS),
    (b"\xfd7zXZ", "xz data", DECOMPRESS),
    (b"\x1f\x9d", "compress data", DECOMPRESS),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it first"),
    (b"PK\x03\x04", "a zip archive", "unpack it first"),
    (b"\x7fELF", "a program", CAPTURE),
    (b"%PDF", "a PDF", CAPTURE),
    (b"{", "JSON, it seems", CAPTURE),
];

fn not_a_capture(head: &[u8]) -> CaptureError {
    if let Some((_, found, advice)) = OTHERS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return CaptureError::NotACapture { found: (*found).to_owned(), advice };
    }
    let found = if head.iter().all(|&byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')) {
        "text".to_owned()
    } else {
        format!("it begins with {}", hex(head.get(..8).unwrap_or(head)))
    };
    CaptureError::NotACapture { found, advice: CAPTURE }
}

#[cfg(test)]
mod tests {
    use super::super::compression::tests::{gzip, lz4, zstd};
    use super::super::fields::Order;
    use super::super::samples::{Bytes, capture};
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn open_bytes(bytes: &[u8]) -> Result<Reader, CaptureError> {
        Reader::new(Box::new(Cursor::new(bytes.to_vec())))
    }

    /// The frames' bytes, and the damage behind them.
    fn drain(mut reader: Reader) -> (Vec<Vec<u8>>, Option<Damage>) {
        let mut frames = Vec::new();
        while let Some(frame) = reader.next_frame() {
            match frame {
                Ok(frame) => frames.push(frame.data.to_vec()),
                Err(damage) => {
                    assert!(reader.next_frame().is_none());
                    return (frames, Some(damage));
                }
            }
        }
        assert!(reader.next_frame().is_none());
        (frames, None)
    }

    fn refusal(bytes: &[u8]) -> String {
        open_bytes(bytes).err().expect("no capture").to_string()
    }

    #[test]
    fn what_is_no_capture_is_refused_with_a_sentence() {
        assert_eq!(refusal(b""), "is empty: not a capture");
        assert_eq!(refusal(&gzip(b"")), "is empty: not a capture");
        assert_eq!(
            refusal(b"#!/bin/sh"),
            "is not a capture: text (pcap and pcapng are read, plain or compressed by gzip, zstd or lz4)"
        );
        assert_eq!(
            refusal(&lz4(&[0, 1, 2, 3, 4, 5, 6, 7, 8])),
            "is not a capture: it begins with 0001020304050607 (pcap and pcapng are read, plain or compressed by gzip, zstd or lz4)"
        );
        assert_eq!(
            refusal(b"snoop\0\0\0\0\0\0\x02"),
            "is not a capture: a snoop capture (convert it with `editcap -F pcapng`)"
        );
        assert_eq!(
            refusal(&capture(1, &[])[..23]),
            "is cut off within its file header: 23 bytes are there, 24 are needed (capture or copy it again)"
        );
        assert_eq!(
            refusal(&Bytes::new(Order::Big).section(Order::Big).bytes[..27]),
            "is cut off within its file header: 27 bytes are there, 28 are needed (capture or copy it again)"
        );
        assert_eq!(
            refusal(&[&b"\x0a\x0d\x0d\x0a"[..], &[0; 30]].concat()),
            "has a damaged file header: it begins a section without saying its byte order \
             (capture or copy it again)"
        );
        assert!(refusal(b"\x1f\x8b\x08\xff broken gzip goes here").starts_with("cannot be decompressed: gzip data"));
        assert_eq!(
            refusal(&gzip(&capture(1, &[]))[..12]),
            "is cut off within its file header: 1 bytes are there, 24 are needed (capture or copy it again)"
        );
        assert!(refusal(&zstd(&capture(1, &[]))[..9]).starts_with("is cut off within its file header: 0 bytes"));
    }

    #[test]
    fn a_source_that_cannot_be_read_is_no_damaged_capture() {
        struct Unplugged;
        impl Read for Unplugged {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::from_raw_os_error(5))
            }
        }
        assert!(matches!(Reader::new(Box::new(Unplugged)), Err(CaptureError::Unreadable(_))));
        let plain = capture(1, &[(0, b"abc")]);
        for (bytes, read) in [(plain.clone(), 24), (gzip(&plain), plain.len() as u64)] {
            let source = Cursor::new(bytes[..bytes.len() - 2].to_vec()).chain(Unplugged);
            let damage = drain(Reader::new(Box::new(source)).unwrap()).1;
            assert!(matches!(damage, Some(Damage::Unreadable { offset, .. }) if offset == read), "{damage:?}");
        }
    }

    #[test]
    fn compressed_captures_are_told_by_content() {
        let plain = capture(101, &[(0, b"abc"), (1, b"defg")]);
        let expected = vec![b"abc".to_vec(), b"defg".to_vec()];
        for (compression, bytes) in [
            (Compression::None, plain.clone()),
            (Compression::Gzip, gzip(&plain)),
            (Compression::Zstd, zstd(&plain)),
            (Compression::Lz4, lz4(&plain)),
        ] {
            let reader = open_bytes(&bytes).unwrap();
            assert_eq!(reader.info().compression, compression);
            let (frames, damage) = drain(reader);
            assert_eq!(frames, expected);
            assert!(damage.is_none());
        }
        let members = [gzip(&plain[..30]), gzip(&plain[30..])].concat();
        assert_eq!(drain(open_bytes(&members).unwrap()).0, expected);
    }

    #[test]
    fn a_compressed_capture_cut_off_is_truncated_and_a_spoiled_one_damaged() {
        let data: Vec<u8> = (0..50_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let plain = capture(1, &[(0, &data), (0, &data), (0, &data)]);
        for pack in [gzip, zstd, lz4] {
            let mut bytes = pack(&plain);
            let end = bytes.len();
            let (frames, damage) = drain(open_bytes(&bytes[..end - 3]).unwrap());
            assert!(!frames.is_empty() && frames.iter().all(|frame| *frame == data), "as many as whole blocks hold");
            assert!(matches!(damage, Some(Damage::Truncated { .. })), "{damage:?}");
            bytes.extend(b"rubbish behind it");
            let (frames, damage) = drain(open_bytes(&bytes).unwrap());
            assert_eq!(frames.len(), 3);
            assert!(matches!(damage, Some(Damage::Compressed { .. })), "{damage:?}");
        }
    }

    #[test]
    fn first_and_last_time_are_those_of_the_first_frame_and_the_latest() {
        let mut reader = open_bytes(&capture(1, &[(5, b""), (9, b""), (3, b"")])).unwrap();
        assert_eq!((reader.info().first_time, reader.info().last_time), (None, None));
        while reader.next_frame().is_some() {}
        assert_eq!((reader.info().first_time, reader.info().last_time), (Some(Time(5)), Some(Time(9))));
    }

    /// A capture of either kind; where each of its frames is there as a whole, and where else it may end.
    #[derive(Clone, Debug)]
    struct Any {
        bytes: Vec<u8>,
        frames: Vec<(usize, Vec<u8>)>,
        ends: Vec<usize>,
    }

    fn any_capture() -> impl Strategy<Value = Any> {
        let frames = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..70), 0..6);
        (frames, 0..3, any::<bool>()).prop_map(|(all, kind, big)| {
            let order = if big { Order::Big } else { Order::Little };
            let (mut frames, mut ends) = (Vec::new(), Vec::new());
            let mut capture = Bytes::new(order);
            if kind == 0 {
                capture = Bytes::pcap(order, 0xa1b2_c3d4, 65_535, 1);
            } else {
                capture = capture.section(order);
                ends.push(capture.bytes.len());
                capture = capture.interface(1, 0, Bytes::new(order));
            }
            ends.push(capture.bytes.len());
            for (n, frame) in all.into_iter().enumerate() {
                let length = frame.len() as u32;
                let options = Bytes::new(order).option(1, b"comment");
                if kind == 2 {
                    capture = capture.block(7, options.clone());
                    ends.push(capture.bytes.len());
                }
                capture = match kind {
                    0 => capture.record(n as u32, 0, length, &frame),
                    1 => capture.enhanced(0, n as u64, length, &frame, options),
                    _ => capture.block(3, Bytes::new(order).u32(length).raw(&frame)),
                };
                frames.push((capture.bytes.len(), frame));
                ends.push(capture.bytes.len());
            }
            Any { bytes: capture.bytes, frames, ends }
        })
    }

    proptest! {
        #[test]
        fn a_capture_cut_anywhere_gives_the_frames_before_the_cut_and_then_says_so(
            capture in any_capture(), at in any::<prop::sample::Index>()
        ) {
            let cut = at.index(capture.bytes.len() + 1);
            match open_bytes(&capture.bytes[..cut]) {
                Err(CaptureError::Empty) => prop_assert_eq!(cut, 0),
                Err(CaptureError::CutHeader { there, .. }) => {
                    prop_assert_eq!(there, cut as u64);
                    prop_assert!(cut < capture.ends[0]);
                }
                Err(error) => prop_assert!(false, "{}", error),
                Ok(reader) => {
                    let before = capture.frames.iter().filter(|(end, _)| *end <= cut);
                    let expected: Vec<_> = before.map(|(_, frame)| frame.clone()).collect();
                    let (frames, damage) = drain(reader);
                    prop_assert_eq!(frames, expected);
                    let start = capture.ends.iter().rfind(|&&end| end <= cut).copied().unwrap_or(0);
                    match damage {
                        None => prop_assert_eq!(start, cut),
                        Some(Damage::Truncated { offset, needed, there }) => {
                            prop_assert_eq!((offset, there), (start as u64, (cut - start) as u64));
                            prop_assert!(there > 0 && needed > there);
                        }
                        Some(damage) => prop_assert!(false, "{}", damage),
                    }
                }
            }
        }

        #[test]
        fn any_bytes_behind_any_magic_are_read_to_an_end(
            magic in prop::sample::select(vec![
                &b"\xa1\xb2\xc3\xd4"[..], b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d\0\x01\0\0",
                b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..300)
        ) {
            if let Ok(reader) = open_bytes(&[magic, &rest].concat()) {
                drain(reader);
            }
        }

        #[test]
        fn a_capture_with_one_byte_changed_is_read_to_an_end(
            capture in any_capture(), at in any::<prop::sample::Index>(), to: u8
        ) {
            let mut bytes = capture.bytes;
            let at = at.index(bytes.len());
            bytes[at] = to;
            if let Ok(reader) = open_bytes(&bytes) {
                drain(reader);
            }
        }
    }
}
