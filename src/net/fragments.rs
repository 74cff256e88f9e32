//! Fragments into datagrams: in any order, overlapping, twice, never all of them, and more than one should keep.

use super::undecoded::Reason;
use crate::bytes::Time;
use crate::limits::Limits;
use std::collections::VecDeque;
use std::hash::BuildHasher;
use std::net::IpAddr;

/// The longest datagram that IP can carry.
const LONGEST: usize = 65_535;

/// How many complete datagrams are remembered to know the copies of their fragments, and of how many fragments at most:
/// twice what an Ethernet makes of the longest one.
const REMEMBERED: usize = 32;
const REMEMBERED_PIECES: usize = 96;

/// What tells the fragments of one datagram from those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    pub(super) id: u32,
    /// The IPv4 protocol; 0 for IPv6, where fragments may name different ones and the first counts.
    pub(super) protocol: u8,
}

/// A fragment as it came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) frame: u64,
    pub(super) time: Time,
    /// In bytes.
    pub(super) offset: usize,
    pub(super) more: bool,
    /// The protocol that it names; counts where the offset is 0.
    pub(super) protocol: u8,
    /// What was kept of it.
    pub(super) bytes: &'a [u8],
    /// How long it was when it was sent.
    pub(super) sent: usize,
}

/// What reassembly met with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fragments {
    /// Datagrams that were put together.
    pub complete: u64,
    /// Datagrams given up: fragments were missing for too long, or a limit was reached.
    pub incomplete: u64,
    /// Datagrams that still wait for fragments.
    pub waiting: u64,
    /// Fragments that overlapped what was there with other bytes. The first bytes win, as they do with most receivers.
    pub disagreeing: u64,
}

/// Holds fragments until a datagram is complete.
#[derive(Debug, Default)]
pub(super) struct Reassembler {
    /// By first fragment, the oldest in front.
    partial: VecDeque<Partial>,
    /// The bytes in all of them.
    held: usize,
    /// By completion, the oldest in front.
    remembered: VecDeque<Remembered>,
    counts: Fragments,
    complete: Datagram,
}

/// A datagram that is complete.
#[derive(Debug, Default)]
pub(super) struct Datagram {
    pub(super) protocol: u8,
    pub(super) bytes: Vec<u8>,
    /// The frames of all its fragments but the last one that came.
    pub(super) frames: Vec<u64>,
}

#[derive(Debug)]
struct Partial {
    key: Key,
    since: Time,
    bytes: Vec<u8>,
    /// Which parts of `bytes` are there: sorted, neither overlapping nor touching.
    there: Vec<(usize, usize)>,
    total: Option<usize>,
    protocol: u8,
    frames: Vec<u64>,
    prints: Vec<Print>,
}

#[derive(Debug)]
struct Remembered {
    key: Key,
    at: Time,
    prints: Vec<Print>,
}

/// Place and content of a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Print(usize, u64);

impl Print {
    fn of(piece: &Piece) -> Print {
        Print(piece.offset, foldhash::fast::FixedState::default().hash_one((piece.more, piece.bytes)))
    }
}

impl Reassembler {
    pub(super) fn counts(&self) -> Fragments {
        Fragments { waiting: self.partial.len() as u64, ..self.counts }
    }

    /// Takes a fragment; gives the datagram that it completes, or why there is none (yet).
    pub(super) fn push(&mut self, key: Key, piece: &Piece, limits: &Limits) -> Result<&Datagram, Reason> {
        let end = piece.offset.saturating_add(piece.sent);
        if end > LONGEST {
            return Err(Reason::Malformed("fragment reaches beyond 65535 bytes"));
        }
        if piece.sent == 0 {
            return Err(Reason::Malformed("fragment of nothing"));
        }
        let print = Print::of(piece);
        if self.is_copy(key, print, piece.time, limits) {
            return Err(Reason::Copy);
        }
        self.forget_old(piece.time, limits);
        let place = match self.partial.iter().position(|partial| partial.key == key) {
            Some(place) => place,
            None => {
                let partial = Partial::new(key, piece.time);
                self.held += partial.size();
                self.partial.push_back(partial);
                self.partial.len() - 1
            }
        };
        let Some(partial) = self.partial.get_mut(place) else {
            return Err(Reason::Held);
        };
        let before = partial.size();
        let agrees = partial.add(piece, print);
        self.held = self.held + partial.size() - before;
        self.counts.disagreeing += u64::from(!agrees);
        if partial.is_complete() {
            self.finish(place, piece);
            return Ok(&self.complete);
        }
        if partial.prints.len() >= limits.fragment_pieces {
            self.give_up(place);
        }
        while self.partial.len() > limits.fragments || self.held > limits.fragment_bytes {
            self.give_up(0);
        }
        Err(Reason::Held)
    }

    fn is_copy(&mut self, key: Key, print: Print, now: Time, limits: &Limits) -> bool {
        while self.remembered.front().is_some_and(|first| now.since(first.at) > limits.fragment_copy) {
            self.remembered.pop_front();
        }
        self.remembered.iter().any(|datagram| datagram.key == key && datagram.prints.contains(&print))
    }

    fn forget_old(&mut self, now: Time, limits: &Limits) {
        while self.partial.front().is_some_and(|first| now.since(first.since) > limits.fragment_wait) {
            self.give_up(0);
        }
    }

    fn give_up(&mut self, place: usize) {
        if self.take(place).is_some() {
            self.counts.incomplete += 1;
        }
    }

    fn take(&mut self, place: usize) -> Option<Partial> {
        let partial = self.partial.remove(place)?;
        self.held = self.held.saturating_sub(partial.size());
        Some(partial)
    }

    fn finish(&mut self, place: usize, last: &Piece) {
        let Some(mut partial) = self.take(place) else { return };
        self.counts.complete += 1;
        partial.frames.retain(|&frame| frame != last.frame);
        partial.bytes.truncate(partial.total.unwrap_or(0));
        self.complete = Datagram { protocol: partial.protocol, bytes: partial.bytes, frames: partial.frames };
        if partial.prints.len() > REMEMBERED_PIECES {
            return;
        }
        if self.remembered.len() >= REMEMBERED {
            self.remembered.pop_front();
        }
        self.remembered.push_back(Remembered { key: partial.key, at: last.time, prints: partial.prints });
    }
}

impl Partial {
    fn new(key: Key, since: Time) -> Partial {
        Partial {
            key,
            since,
            bytes: Vec::new(),
            there: Vec::new(),
            total: None,
            protocol: key.protocol,
            frames: Vec::new(),
            prints: Vec::new(),
        }
    }

    /// How much memory it takes, nearly.
    fn size(&self) -> usize {
        size_of::<Partial>()
            + self.bytes.len()
            + self.prints.len() * (size_of::<Print>() + size_of::<u64>())
            + self.there.len() * size_of::<(usize, usize)>()
    }

    fn is_complete(&self) -> bool {
        matches!((self.total, self.there.first()), (Some(total), Some(&(0, end))) if end >= total)
    }

    /// Adds what is new in a fragment; says whether all the rest agrees with what was there.
    fn add(&mut self, piece: &Piece, print: Print) -> bool {
        if self.frames.last() != Some(&piece.frame) {
            self.frames.push(piece.frame);
        }
        self.prints.push(print);
        if piece.offset == 0 {
            self.protocol = piece.protocol;
        }
        let mut agrees = true;
        if !piece.more {
            let end = piece.offset + piece.sent;
            agrees = *self.total.get_or_insert(end) == end;
        }
        let (start, end) = (piece.offset, piece.offset + piece.bytes.len());
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        // The parts that are there split the fragment: within them it is compared, between them it is copied.
        let first = self.there.partition_point(|&(_, to)| to <= start);
        let last = self.there.partition_point(|&(from, _)| from < end);
        let mut at = start;
        for &(from, to) in self.there.get(first..last).unwrap_or_default() {
            let (from, to) = (from.clamp(at, end), to.clamp(at, end));
            copy(&mut self.bytes, piece, at..from);
            agrees &= self.bytes.get(from..to) == piece.bytes.get(from - start..to - start);
            at = to;
        }
        copy(&mut self.bytes, piece, at..end);
        self.mark(start, end);
        agrees
    }

    /// Joins a part to those that are there.
    fn mark(&mut self, start: usize, end: usize) {
        if start == end {
            return;
        }
        let first = self.there.partition_point(|&(_, to)| to < start);
        let last = self.there.partition_point(|&(from, _)| from <= end);
        let joined = self.there.get(first..last).unwrap_or_default();
        let start = joined.first().map_or(start, |&(from, _)| from.min(start));
        let end = joined.last().map_or(end, |&(_, to)| to.max(end));
        self.there.splice(first..last, [(start, end)]);
    }
}

fn copy(bytes: &mut [u8], piece: &Piece, part: std::ops::Range<usize>) {
    let source = piece.bytes.get(part.start - piece.offset..part.end - piece.offset);
    if let (Some(target), Some(source)) = (bytes.get_mut(part), source) {
        target.copy_from_slice(source);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MS: i64 = 1_000_000;

    fn key(id: u32) -> Key {
        Key { src: [10, 0, 0, 1].into(), dst: [10, 0, 0, 2].into(), id, protocol: 17 }
    }

    fn piece(frame: u64, offset: usize, more: bool, bytes: &[u8]) -> Piece<'_> {
        let time = Time(frame as i64 * MS);
        Piece { frame, time, offset, more, protocol: 17, bytes, sent: bytes.len() }
    }

    fn limits() -> Limits {
        Limits::default()
    }

    /// The bytes and the frames of the datagram that a piece completes.
    fn push(pool: &mut Reassembler, key: Key, piece: &Piece, limits: &Limits) -> Result<(Vec<u8>, Vec<u64>), Reason> {
        pool.push(key, piece, limits).map(|datagram| (datagram.bytes.clone(), datagram.frames.clone()))
    }

    #[test]
    fn the_last_to_come_completes_the_datagram() {
        let mut pool = Reassembler::default();
        assert_eq!(push(&mut pool, key(1), &piece(1, 8, true, b"ijklmnop"), &limits()), Err(Reason::Held));
        assert_eq!(push(&mut pool, key(2), &piece(2, 0, true, b"another "), &limits()), Err(Reason::Held));
        assert_eq!(push(&mut pool, key(1), &piece(3, 16, false, b"qr"), &limits()), Err(Reason::Held));
        assert_eq!(pool.counts().waiting, 2);
        let done = push(&mut pool, key(1), &piece(4, 0, true, b"abcdefgh"), &limits());
        assert_eq!(done, Ok((b"abcdefghijklmnopqr".to_vec(), vec![1, 3])));
        assert_eq!(pool.counts(), Fragments { complete: 1, waiting: 1, ..Fragments::default() });
    }

    #[test]
    fn the_first_bytes_win_and_a_disagreement_is_counted() {
        let mut pool = Reassembler::default();
        let _ = pool.push(key(1), &piece(1, 8, true, b"22222222"), &limits());
        let _ = pool.push(key(1), &piece(2, 0, true, b"1111111111111111"), &limits());
        assert_eq!(pool.counts().disagreeing, 1);
        let _ = pool.push(key(1), &piece(3, 0, true, b"1111"), &limits());
        assert_eq!(pool.counts().disagreeing, 1, "the same bytes again agree");
        let done = push(&mut pool, key(1), &piece(4, 12, false, b"22223333"), &limits());
        assert_eq!(done, Ok((b"11111111222222223333".to_vec(), vec![1, 2, 3])));
    }

    #[test]
    fn a_second_end_disagrees_and_loses() {
        let mut pool = Reassembler::default();
        let _ = pool.push(key(1), &piece(1, 8, false, b"89"), &limits());
        let _ = pool.push(key(1), &piece(2, 16, false, b"beyond"), &limits());
        assert_eq!(pool.counts().disagreeing, 1);
        assert_eq!(push(&mut pool, key(1), &piece(3, 0, true, b"01234567"), &limits()).unwrap().0, b"0123456789");
    }

    #[test]
    fn what_waits_too_long_is_given_up() {
        let mut pool = Reassembler::default();
        let at = |frame, seconds: i64, more, offset| Piece {
            time: Time(seconds * 1000 * MS),
            ..piece(frame, offset, more, b"12345678")
        };
        let _ = pool.push(key(1), &at(1, 0, true, 0), &limits());
        let _ = pool.push(key(2), &at(2, 30, true, 0), &limits());
        assert_eq!(pool.counts(), Fragments { waiting: 2, ..Fragments::default() });
        assert_eq!(push(&mut pool, key(1), &at(3, 31, false, 8), &limits()), Err(Reason::Held), "30 s are over");
        assert_eq!(pool.counts(), Fragments { waiting: 2, incomplete: 1, ..Fragments::default() });
    }

    #[test]
    fn no_more_is_kept_than_the_limits_allow() {
        let few = Limits { fragments: 3, ..limits() };
        let mut pool = Reassembler::default();
        for id in 0..10 {
            let _ = pool.push(key(id), &piece(u64::from(id), 0, true, b"12345678"), &few);
        }
        assert_eq!(pool.counts(), Fragments { waiting: 3, incomplete: 7, ..Fragments::default() });
        assert_eq!(
            push(&mut pool, key(9), &piece(11, 8, false, b"9"), &few).unwrap().0,
            b"123456789",
            "the newest stay"
        );

        let small = Limits { fragment_bytes: 200_000, ..limits() };
        let mut pool = Reassembler::default();
        for id in 0..100 {
            let _ = pool.push(key(id), &piece(u64::from(id), 65_000, true, b"12345678"), &small);
            assert!(pool.held <= 200_000);
        }
        assert_eq!(pool.counts().waiting, 3, "a late piece alone claims all the room in front of it");

        let pieces = Limits { fragment_pieces: 4, ..limits() };
        let mut pool = Reassembler::default();
        for n in 0..4 {
            let _ = pool.push(key(1), &piece(n, n as usize * 16, true, b"12345678"), &pieces);
        }
        assert_eq!(pool.counts(), Fragments { incomplete: 1, ..Fragments::default() });
        assert_eq!(pool.held, 0);
    }

    #[test]
    fn fragments_recorded_twice_give_one_datagram_and_sent_twice_two() {
        let (one, two) = (b"12345678", b"9");
        let run = |gap: i64| {
            let mut pool = Reassembler::default();
            let mut done = Vec::new();
            let at = |frame: u64, ms: i64, offset, more, bytes| Piece {
                time: Time(ms * MS),
                ..piece(frame, offset, more, bytes)
            };
            for piece in [
                at(1, 0, 0, true, &one[..]),
                at(2, gap, 0, true, &one[..]),
                at(3, gap, 8, false, &two[..]),
                at(4, gap * 2, 8, false, &two[..]),
                at(5, gap * 2 + 50, 0, true, &one[..]),
                at(6, gap * 2 + 50, 8, false, &two[..]),
            ] {
                done.push(push(&mut pool, key(1), &piece, &limits()).map(|(_, frames)| frames));
            }
            done
        };
        let held = || Err(Reason::Held);
        assert_eq!(run(1), [held(), held(), Ok(vec![1, 2]), Err(Reason::Copy), held(), Ok(vec![5])]);
        assert_eq!(run(20)[3], held(), "too late for a copy");
    }

    #[test]
    fn a_datagram_as_long_as_can_be_and_none_longer() {
        let mut pool = Reassembler::default();
        let bytes: Vec<u8> = (0..LONGEST).map(|n| (n % 241) as u8).collect();
        let last = (LONGEST - 1) / 1480;
        for n in (1..=last).rev() {
            let part = &bytes[n * 1480..LONGEST.min(n * 1480 + 1480)];
            assert_eq!(
                push(&mut pool, key(1), &piece(100 - n as u64, n * 1480, n < last, part), &limits()),
                Err(Reason::Held)
            );
        }
        assert!(push(&mut pool, key(1), &piece(101, 0, true, &bytes[..1480]), &limits()).unwrap().0 == bytes);
        assert!(matches!(
            pool.push(key(1), &piece(102, 65_528, false, b"12345678"), &limits()),
            Err(Reason::Malformed(_))
        ));
        assert!(matches!(pool.push(key(1), &piece(103, 8, true, b""), &limits()), Err(Reason::Malformed(_))));
    }

    #[test]
    fn a_fragment_that_was_cut_off_leaves_a_hole() {
        let mut pool = Reassembler::default();
        let cut = Piece { sent: 16, ..piece(1, 0, true, b"12345678") };
        let _ = pool.push(key(1), &cut, &limits());
        assert_eq!(push(&mut pool, key(1), &piece(2, 16, false, b"end"), &limits()), Err(Reason::Held));
        assert_eq!(
            push(&mut pool, key(1), &piece(3, 8, true, b"abcdefgh"), &limits()).unwrap().0,
            b"12345678abcdefghend"
        );
    }

    #[test]
    fn clocks_that_jump_expire_nothing_wrongly() {
        let mut pool = Reassembler::default();
        let late = Piece { time: Time(i64::MAX), ..piece(1, 0, true, b"12345678") };
        let early = Piece { time: Time(i64::MIN), ..piece(2, 8, false, b"9") };
        let _ = pool.push(key(1), &late, &limits());
        assert!(pool.push(key(1), &early, &limits()).is_ok());
    }

    /// What a datagram is, said in the simplest way: every byte is the first that came for its place.
    #[derive(Default)]
    struct Naive {
        bytes: Vec<Option<u8>>,
        total: Option<usize>,
    }

    impl Naive {
        fn add(&mut self, piece: &Piece) -> Option<Vec<u8>> {
            for (at, &byte) in (piece.offset..).zip(piece.bytes) {
                self.bytes.resize(self.bytes.len().max(at + 1), None);
                self.bytes[at].get_or_insert(byte);
            }
            if !piece.more {
                self.total.get_or_insert(piece.offset + piece.bytes.len());
            }
            self.bytes.get(..self.total?)?.iter().copied().collect()
        }
    }

    proptest! {
        #[test]
        fn any_pieces_give_what_the_naive_model_gives(
            pieces in prop::collection::vec((0usize..12, any::<bool>(), prop::collection::vec(0u8..3, 1..40)), 1..40)
        ) {
            let (mut pool, mut naive) = (Reassembler::default(), Naive::default());
            for (frame, (offset, more, bytes)) in pieces.iter().enumerate() {
                let piece = piece(frame as u64, offset * 8, *more, bytes);
                let expected = naive.add(&piece);
                let got = push(&mut pool, key(1), &piece, &limits());
                prop_assert_eq!(got.is_ok(), expected.is_some());
                if let Some(expected) = expected {
                    prop_assert_eq!(got.unwrap().0, expected);
                    prop_assert_eq!(pool.held, 0);
                    break;
                }
                let size: usize = pool.partial.iter().map(Partial::size).sum();
                prop_assert_eq!(pool.held, size);
            }
        }

        #[test]
        fn fragments_in_any_order_and_twice_give_the_datagram_once(
            bytes in prop::collection::vec(any::<u8>(), 9..400), eights in 1usize..6, seed in any::<prop::sample::Index>(),
            order in any::<u64>()
        ) {
            let size = eights * 8;
            let last = (bytes.len() - 1) / size;
            let mut places: Vec<usize> = (0..=last).chain([seed.index(last + 1), seed.index(last + 1)]).collect();
            let mut state = order;
            for n in (1..places.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                places.swap(n, (state >> 33) as usize % (n + 1));
            }
            let mut pool = Reassembler::default();
            let mut done = Vec::new();
            for (frame, &n) in places.iter().enumerate() {
                let part = &bytes[n * size..bytes.len().min(n * size + size)];
                let piece = Piece { time: Time(0), ..piece(frame as u64, n * size, n < last, part) };
                done.extend(push(&mut pool, key(1), &piece, &limits()).map(|(bytes, _)| bytes));
            }
            prop_assert_eq!(done, vec![bytes]);
            prop_assert_eq!(pool.counts().disagreeing, 0);
        }
    }
}
