//! A capture written again as pcapng, with comments at its packets: every packet byte for byte, every time at its full
//! resolution, and of pcapng every other block as it was.

use super::blocks::{self, block, list, pad};
use super::fields::{Order, code};
use super::reader::Piece;
use super::{Damage, Reader};
use pcap_file::pcapng::blocks::block_common::{ENHANCED_PACKET_BLOCK, SECTION_HEADER_BLOCK, SIMPLE_PACKET_BLOCK};
use std::io::{self, Write};

/// The bytes of a comment that are kept; an option can hold 65,535.
const COMMENT: usize = 8 << 10;
/// How many comments a packet gets; what is more is counted in the last.
const COMMENTS: usize = 64;

/// What became of a copy.
#[derive(Debug, Default)]
pub struct Annotated {
    /// Packets written.
    pub packets: u64,
    /// Comments written.
    pub comments: u64,
    /// Packets whose comments have no place: a simple packet block holds nothing but a packet.
    pub without_place: u64,
    /// Where and why the copy ends before the capture does.
    pub damage: Option<Damage>,
}

/// Copies what `reader`, of which nothing was read yet, has to give, with the comments of each frame.
///
/// # Errors
/// What writing to `out` says.
pub fn annotate<'c>(
    mut reader: Reader,
    out: &mut dyn Write,
    comments: &dyn Fn(u64) -> &'c [String],
) -> io::Result<Annotated> {
    let mut done = Annotated::default();
    begin(&reader, out)?;
    while let Some(piece) = reader.next_piece() {
        match piece {
            Ok(Piece::Frame(frame)) => {
                let options = options(comments(frame.number), &mut done);
                let mut block = Vec::with_capacity(frame.data.len() + 64);
                blocks::packet(&mut block, (frame.interface, frame.time), &lent(&options), |out| {
                    out.extend(frame.data);
                    Some(frame.wire_len)
                });
                out.write_all(&block)?;
                done.packets += 1;
            }
            Ok(Piece::Block(bytes, order, Some(number))) => {
                done.packets += 1;
                let comments = comments(number);
                if comments.is_empty() {
                    out.write_all(bytes)?;
                } else if order.u32(bytes, 0) == Some(SIMPLE_PACKET_BLOCK) {
                    done.without_place += 1;
                    out.write_all(bytes)?;
                } else {
                    let options = options(comments, &mut done);
                    out.write_all(&with_options(bytes, order, &lent(&options)))?;
                }
            }
            Ok(Piece::Block(bytes, order, None)) if order.u32(bytes, 0) == Some(SECTION_HEADER_BLOCK) => {
                let mut head = bytes.to_vec();
                forget_length(&mut head);
                out.write_all(&head)?;
            }
            Ok(Piece::Block(bytes, _, None)) => out.write_all(bytes)?,
            Ok(Piece::File) => begin(&reader, out)?,
            Err(damage) => done.damage = Some(damage),
        }
    }
    Ok(done)
}

/// What stands before the packets of a file: of pcapng its own section header, of pcap one of ours. The files of a split
/// capture are a section each.
fn begin(reader: &Reader, out: &mut dyn Write) -> io::Result<()> {
    if reader.head().is_empty() {
        let mut head = Vec::new();
        blocks::section(&mut head, &[]);
        for interface in reader.interfaces() {
            // The link type of pcap has 16 bits, and whatever its times say is exact in nanoseconds.
            let link = u16::try_from(interface.link).unwrap_or(u16::MAX);
            blocks::interface(&mut head, link, interface.snaplen, &[]);
        }
        out.write_all(&head)?;
    } else {
        let mut head = reader.head().to_vec();
        forget_length(&mut head);
        out.write_all(&head)?;
    }
    Ok(())
}

/// Type and length, then interface, time, kept and original length; alike for the obsolete packet block.
const PACKET_HEADER: usize = 28;

/// A section header says how long its section is; with comments it is longer, and need not say.
fn forget_length(section_header: &mut [u8]) {
    if let Some(length) = section_header.get_mut(16..24) {
        length.fill(0xff);
    }
}

/// The comments that a packet gets, as options.
fn options(comments: &[String], done: &mut Annotated) -> Vec<(u16, Vec<u8>)> {
    let kept = if comments.len() > COMMENTS { COMMENTS - 1 } else { comments.len() };
    let cut = |comment: &String| comment.get(..comment.floor_char_boundary(COMMENT)).unwrap_or_default().to_owned();
    let more = (comments.len() > kept).then(|| format!("{} comments more are left out", comments.len() - kept));
    let texts = comments.iter().take(kept).map(cut).chain(more);
    let options: Vec<_> = texts.map(|text| (code::COMMENT, text.into_bytes())).collect();
    done.comments += options.len() as u64;
    options
}

fn lent(options: &[(u16, Vec<u8>)]) -> Vec<(u16, &[u8])> {
    options.iter().map(|(code, value)| (*code, value.as_slice())).collect()
}

/// A packet block with options behind those it has.
fn with_options(bytes: &[u8], order: Order, options: &[(u16, &[u8])]) -> Vec<u8> {
    let kept = order.u32(bytes, 20).unwrap_or(0) as usize;
    let from = PACKET_HEADER.saturating_add(kept.next_multiple_of(4));
    let end = bytes.len().saturating_sub(4);
    let mut at = from;
    // Up to the end of options, or to one that claims more than there is.
    while let (Some(code), Some(length)) = (order.u16(bytes, at), order.u16(bytes, at.saturating_add(2))) {
        let next = at.saturating_add(4 + usize::from(length).next_multiple_of(4));
        if code == code::END || next > end {
            break;
        }
        at = next;
    }
    let mut out = Vec::with_capacity(bytes.len() + 64);
    block(&mut out, order, order.u32(bytes, 0).unwrap_or(ENHANCED_PACKET_BLOCK), |out| {
        out.extend(bytes.get(8..at.min(end)).unwrap_or_default());
        pad(out);
        list(out, order, options);
    });
    out
}

#[cfg(test)]
mod tests {
    use super::super::Frame;
    use super::super::samples::Bytes;
    use super::*;
    use std::io::Cursor;

    fn reader(bytes: &[u8]) -> Reader {
        Reader::new(Box::new(Cursor::new(bytes.to_vec()))).unwrap()
    }

    type Packet = (u64, i64, u32, u32, Vec<u8>, usize, Vec<String>);

    fn packets(bytes: &[u8]) -> Vec<Packet> {
        let mut reader = reader(bytes);
        let mut found = Vec::new();
        while let Some(Ok(frame)) = reader.next_frame() {
            let comments = frame.options.comments().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
            let Frame { number, time, link, interface, data, wire_len, .. } = frame;
            found.push((number, time.0, link, interface, data.to_vec(), wire_len, comments));
        }
        found
    }

    fn copied(bytes: &[u8], second: &[String]) -> (Vec<u8>, Annotated) {
        let mut out = Vec::new();
        let done = annotate(reader(bytes), &mut out, &|frame| if frame == 2 { second } else { &[] }).unwrap();
        (out, done)
    }

    #[test]
    fn pcap_becomes_pcapng_with_the_same_packets() {
        for (order, magic) in [(Order::Little, 0xa1b2_c3d4), (Order::Big, 0xa1b2_3c4d)] {
            let bytes = Bytes::pcap(order, magic, 77, 101).record(3, 7, 60, b"abcde").record(4, 999, 2, b"de").bytes;
            let (out, done) = copied(&bytes, &["first".to_owned(), "été".to_owned()]);
            let mut expected = packets(&bytes);
            expected[1].6 = vec!["first".to_owned(), "été".to_owned()];
            assert_eq!(packets(&out), expected);
            assert_eq!((done.packets, done.comments), (2, 2));
            assert_eq!(reader(&out).interfaces().len(), 0, "described behind the section header");
        }
    }

    #[test]
    fn pcapng_keeps_everything_else_as_it_was() {
        for order in [Order::Big, Order::Little] {
            let body = || Bytes::new(order);
            let options = body().option(2, &[1, 2, 3, 4]).option(1, b"old").option(0, b"");
            let packet = body().u16(0).u16(9).u32(0).u32(7).u32(3).u32(60).raw(b"old\0").option(1, b"hi");
            let bytes = body()
                .section(order)
                .interface(1, 0, body().option(9, &[0x8a]))
                .enhanced(0, 5, 9, b"hello", body())
                .enhanced(0, 6, 9, b"again", options)
                .block(0xbad, body().raw(b"custom"))
                .section(order)
                .interface(113, 0, body())
                .block(2, packet)
                .block(3, body().u32(3).raw(b"abc"))
                .bytes;
            let (out, done) = copied(&bytes, &["new".to_owned()]);
            let mut expected = packets(&bytes);
            assert_eq!(expected.len(), 4);
            expected[1].6 = vec!["old".to_owned(), "new".to_owned()];
            assert_eq!(packets(&out), expected);
            assert_eq!((done.packets, done.comments, done.without_place), (4, 1, 0));
            assert!(out.windows(6).any(|window| window == b"custom"));
            let same = copied(&bytes, &[]).0;
            let lengths = |at: usize| 16 + at..24 + at;
            assert_eq!(same.len(), bytes.len());
            assert_eq!(same[lengths(0)], [0xff; 8]);
        }
    }

    #[test]
    fn the_files_of_a_split_capture_become_sections_of_one() {
        let order = Order::Little;
        let first = Bytes::pcap(order, 0xa1b2_c3d4, 77, 101).record(3, 7, 5, b"abcde").record(4, 999, 2, b"de").bytes;
        let second = Bytes::pcap(order, 0xa1b2_3c4d, 77, 1).record(5, 1, 3, b"fgh").bytes;
        let rest = vec![("second".to_owned(), Ok(reader(&second)))];
        let joined = reader(&first).joined("first".to_owned(), Box::new(rest.into_iter()));
        let mut out = Vec::new();
        let third = ["third".to_owned()];
        let done = annotate(joined, &mut out, &|frame| if frame == 3 { &third } else { &[] }).unwrap();
        let mut expected = packets(&first);
        expected.extend(packets(&second).into_iter().map(|mut packet| {
            // Interfaces are counted over the sections.
            (packet.0, packet.3, packet.6) = (3, 1, vec!["third".to_owned()]);
            packet
        }));
        assert_eq!((packets(&out), done.packets, done.comments), (expected, 3, 1));
    }

    #[test]
    fn comments_without_a_place_are_counted() {
        let order = Order::Little;
        let body = || Bytes::new(order);
        let simple = || body().u32(3).raw(b"abc");
        let bytes = body().section(order).interface(1, 0, body()).block(3, simple()).block(3, simple()).bytes;
        let (out, done) = copied(&bytes, &["new".to_owned()]);
        assert_eq!((done.without_place, packets(&out)), (1, packets(&bytes)));
    }

    #[test]
    fn too_many_and_too_long_comments_are_cut_and_a_cut_capture_is_copied_up_to_there() {
        let bytes = Bytes::pcap(Order::Little, 0xa1b2_c3d4, 77, 1).record(3, 7, 3, b"abc").record(4, 0, 2, b"de").bytes;
        let many: Vec<String> = (0..100).map(|_| "é".repeat(COMMENT)).collect();
        let comments = packets(&copied(&bytes, &many).0)[1].6.clone();
        assert_eq!((comments.len(), comments[0].len()), (COMMENTS, COMMENT));
        assert_eq!(comments[COMMENTS - 1], "37 comments more are left out");
        let (out, done) = copied(&bytes[..bytes.len() - 1], &[]);
        assert_eq!(packets(&out).len(), 1);
        assert!(done.damage.is_some_and(|damage| damage.is_truncation()));
    }
}
