//! Bytes as they lie in a file into bytes of a capture: what compressed them, told by how they begin, is undone.

use super::CaptureError;
use super::ahead::Ahead;
use flate2::bufread::GzDecoder;
use lz4_flex::frame::FrameDecoder;
use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Error, ErrorKind, Read};

/// How much compressed data is read at a time.
const INPUT: usize = 128 << 10;

/// The most that gzip is asked for at once: what it decompresses in a read that meets an error is lost.
const GZIP_OUTPUT: usize = 16 << 10;

/// A stream of bytes that can be handed to another thread.
type Source = Box<dyn Read + Send>;

/// What a capture is compressed by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Nothing.
    #[default]
    None,
    /// gzip, of any number of members.
    Gzip,
    /// Zstandard, of any number of frames.
    Zstd,
    /// LZ4 frames, any number of them.
    Lz4,
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Compression::None => "plain",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Lz4 => "lz4",
        })
    }
}

impl Compression {
    fn of(bytes: &[u8]) -> Compression {
        match bytes {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            // A skippable frame comes first in what some parallel compressors write.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            [0x04, 0x22, 0x4d, 0x18, ..] | [0x02, 0x21, 0x4c, 0x18, ..] => Compression::Lz4,
            _ => Compression::None,
        }
    }
}

/// Looks at the first bytes of `source` and undoes the compression they show; of all but small ones on a thread of its
/// own.
///
/// Whatever is returned can be read on another thread: nothing else here holds on to the source.
///
/// # Errors
/// Where the source is empty or cannot be read, or the decompressor refuses to start.
pub(super) fn open(mut source: Source) -> Result<(Compression, Source), CaptureError> {
    let mut head = Vec::new();
    source.by_ref().take(4).read_to_end(&mut head).map_err(CaptureError::Unreadable)?;
    if head.is_empty() {
        return Err(CaptureError::Empty);
    }
    let compression = Compression::of(&head);
    let source = Cursor::new(head).chain(source);
    let input = || BufReader::with_capacity(INPUT, Box::new(source) as Source);
    let source: Source = match compression {
        Compression::None => return Ok((compression, input().into_inner())),
        Compression::Gzip => Box::new(Gzip(Some(GzDecoder::new(input())))),
        Compression::Zstd => Box::new(
            zstd::stream::read::Decoder::with_buffer(input())
                .map_err(|source| CaptureError::Compressed { compression, source })?,
        ),
        Compression::Lz4 => Box::new(Lz4(Some(FrameDecoder::new(Watched { inner: input(), read: 0, ended: false })))),
    };
    Ok((compression, Box::new(Ahead::of(source))))
}

/// The members of a gzip file one after the other, and the zeros that tapes leave behind them.
struct Gzip(Option<GzDecoder<BufReader<Source>>>);

impl Read for Gzip {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = buf.len().min(GZIP_OUTPUT);
        let buf = buf.get_mut(..most).unwrap_or_default();
        while let Some(member) = &mut self.0 {
            let count = member.read(buf)?;
            if count > 0 || buf.is_empty() {
                return Ok(count);
            }
            let rest = self.0.take().map(GzDecoder::into_inner);
            self.0 = rest.map(next_member).transpose()?.flatten();
        }
        Ok(0)
    }
}

fn next_member(mut rest: BufReader<Source>) -> io::Result<Option<GzDecoder<BufReader<Source>>>> {
    loop {
        let waiting = rest.fill_buf()?;
        let zeros = waiting.iter().take_while(|&&byte| byte == 0).count();
        match waiting.get(zeros) {
            Some(0x1f) => {
                rest.consume(zeros);
                return Ok(Some(GzDecoder::new(rest)));
            }
            Some(_) => return Err(Error::new(ErrorKind::InvalidData, "what follows its end is not gzip")),
            None if zeros == 0 => return Ok(None),
            None => rest.consume(zeros),
        }
    }
}

/// LZ4 frames. The decoder answers a frame's end and a file that stops between two blocks alike: only whether the input
/// had ended tells a capture cut off from a whole one. Each frame has a decoder of its own: one that has read a frame of
/// great blocks asserts that none of smaller ones follows.
struct Lz4(Option<FrameDecoder<Watched>>);

struct Watched {
    inner: BufReader<Source>,
    /// Bytes since the last frame ended.
    read: u64,
    ended: bool,
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read += count as u64;
        self.ended |= count == 0 && !buf.is_empty();
        Ok(count)
    }
}

impl Read for Lz4 {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(frame) = &mut self.0 {
            let count = frame.read(buf)?;
            if count > 0 || buf.is_empty() {
                return Ok(count);
            }
            let watched = frame.get_mut();
            match (watched.ended, watched.read) {
                (true, 0) => return Ok(0),
                (true, _) => return Err(ErrorKind::UnexpectedEof.into()),
                (false, _) => watched.read = 0,
            }
            self.0 = self.0.take().map(|frame| FrameDecoder::new(frame.into_inner()));
        }
        Ok(0)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;

    pub(in crate::capture) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub(in crate::capture) fn lz4(bytes: &[u8]) -> Vec<u8> {
        let info = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max64KB);
        let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    pub(in crate::capture) fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn unpack(bytes: Vec<u8>) -> (Compression, Vec<u8>, io::Result<()>) {
        let (compression, mut source) = open(Box::new(Cursor::new(bytes))).unwrap();
        let mut out = Vec::new();
        let result = source.read_to_end(&mut out).map(drop);
        (compression, out, result)
    }

    /// A hundred thousand bytes that do not compress to almost nothing.
    fn sample() -> Vec<u8> {
        (0..100_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 & 0x3f).collect()
    }

    type Pack = fn(&[u8]) -> Vec<u8>;
    const PACKERS: [(Compression, Pack); 3] =
        [(Compression::Gzip, gzip), (Compression::Zstd, zstd), (Compression::Lz4, lz4)];

    #[test]
    fn a_frame_of_great_blocks_may_come_before_one_of_small_ones() {
        let great = lz4_flex::frame::FrameInfo::new().block_size(lz4_flex::frame::BlockSize::Max4MB);
        let mut encoder = lz4_flex::frame::FrameEncoder::with_frame_info(great, Vec::new());
        encoder.write_all(b"great, ").unwrap();
        let (found, out, result) = unpack([encoder.finish().unwrap(), lz4(b"small")].concat());
        assert_eq!((found, &*out, result.is_ok()), (Compression::Lz4, &b"great, small"[..], true));
    }

    #[test]
    fn compressions_are_told_by_content_and_undone_over_several_members() {
        let sample = sample();
        for (compression, pack) in PACKERS {
            let file = [pack(&sample[..60_000]), pack(b""), pack(&sample[60_000..])].concat();
            let (found, out, result) = unpack(file);
            assert_eq!(found, compression);
            result.unwrap();
            assert!(out == sample, "{compression} gives the bytes back");
        }
        assert_eq!(unpack(b"plain".to_vec()).1, b"plain");
        assert_eq!(unpack(b"p".to_vec()).1, b"p");
    }

    #[test]
    fn a_compressed_file_cut_anywhere_gives_a_prefix_and_says_that_it_is_cut() {
        let sample = sample();
        for (compression, pack) in PACKERS {
            let file = pack(&sample);
            for cut in (4..file.len()).step_by(311).chain([5, 7, 8, 11, 12, file.len() - 1]) {
                let (_, out, result) = unpack(file[..cut].to_vec());
                assert!(sample.starts_with(&out));
                assert_eq!(result.unwrap_err().kind(), ErrorKind::UnexpectedEof, "{compression} cut at {cut}");
            }
        }
    }

    #[test]
    fn damage_in_the_middle_is_an_error_after_what_came_before() {
        let sample = sample();
        for (compression, pack) in PACKERS {
            let mut file = pack(&sample);
            let middle = file.len() / 2;
            for byte in &mut file[middle..middle + 200] {
                *byte = !*byte;
            }
            let (_, out, result) = unpack(file);
            let intact = out.iter().zip(&sample).take_while(|(a, b)| a == b).count();
            assert!(result.is_err(), "{compression}");
            assert!(compression != Compression::Gzip || intact > sample.len() / 4, "{intact} bytes came before");
        }
    }

    #[test]
    fn zeros_behind_gzip_are_padding_and_anything_else_is_not() {
        let mut file = gzip(b"one");
        file.extend([0; 70_000]);
        assert!(unpack(file.clone()).2.is_ok());
        file.extend(gzip(b"two"));
        let (_, out, result) = unpack(file.clone());
        assert_eq!(out, b"onetwo");
        result.unwrap();
        file.push(b'!');
        let (_, out, result) = unpack(file);
        assert_eq!(out, b"onetwo");
        assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidData);
    }

    #[test]
    fn parallel_zstd_begins_with_a_frame_to_skip() {
        let file = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4][..], &zstd(b"hello")].concat();
        let (compression, out, _) = unpack(file);
        assert_eq!((compression, out), (Compression::Zstd, b"hello".to_vec()));
    }

    #[test]
    fn nothing_is_empty() {
        assert!(matches!(open(Box::new(io::empty())), Err(CaptureError::Empty)));
    }
}
