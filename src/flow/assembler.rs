//! Pieces of a byte stream in any order in, its bytes in order and its gaps out; knows no TCP.
//!
//! Offsets are absolute and never wrap. **First bytes win**: where two pieces claim the same offset, the one that came
//! first is kept, and a later one that says otherwise is counted. A hole stays open until it is filled or until the
//! caller gives it up ([`Assembler::skip`]); when to do so is the caller's judgement, as only it knows why bytes may
//! still come.

use std::collections::BTreeMap;

/// What one waiting piece costs beside its bytes, roughly: its place in the map.
const OVERHEAD: usize = 64;

/// Puts the pieces of one stream in order. `M` is what the caller wants back with each piece's bytes.
#[derive(Debug)]
pub struct Assembler<M> {
    next: u64,
    /// By first offset; disjoint, and all beyond `next`, which nothing holds.
    waiting: BTreeMap<u64, Waiting<M>>,
    cost: usize,
    recent: Recent,
}

#[derive(Debug)]
struct Waiting<M> {
    content: Content,
    mark: M,
}

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    /// Known to have been there, but not captured.
    Absent(u64),
}

impl Content {
    fn len(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Absent(len) => *len,
        }
    }

    fn cost(&self) -> usize {
        match self {
            Content::Bytes(bytes) => bytes.len().saturating_add(OVERHEAD),
            Content::Absent(_) => OVERHEAD,
        }
    }
}

/// What comes out, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a, M> {
    /// The next bytes, all from one inserted piece.
    Bytes {
        /// The bytes, at least one.
        bytes: &'a [u8],
        /// What they were inserted with.
        mark: M,
    },
    /// Bytes that will not come.
    Gap {
        /// How many, at least one.
        missing: u64,
        /// That of the piece behind the gap.
        mark: M,
    },
}

/// What inserting a piece did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inserted {
    /// How many of its bytes were new.
    pub fresh: u64,
    /// How many of the others differ from what came first, as far as that is still known.
    pub conflicting: u64,
}

/// The first hole: what is missing before the first piece that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole<M> {
    /// How many bytes.
    pub missing: u64,
    /// Where the piece behind it ends.
    pub waiting_end: u64,
    /// The mark of that piece.
    pub mark: M,
}

impl<M: Copy> Assembler<M> {
    /// An empty stream that starts at offset 0. The last `recent` bytes delivered are remembered, to notice later pieces
    /// that contradict them.
    #[must_use]
    pub fn new(recent: usize) -> Assembler<M> {
        Assembler { next: 0, waiting: BTreeMap::new(), cost: 0, recent: Recent::new(recent) }
    }

    /// Forgets what was delivered, and remembers no more of it: what contradicts it is not noticed.
    pub fn remember_nothing(&mut self) {
        self.recent = Recent::new(0);
    }

    /// The offset of the next byte to be delivered.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.next
    }

    /// How much memory the waiting pieces take, in bytes, overhead included.
    #[must_use]
    pub fn cost(&self) -> usize {
        self.cost
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Whether the byte at `at` was delivered, given up, or waits.
    #[must_use]
    pub fn has(&self, at: u64) -> bool {
        at < self.next || self.holder_of(at).is_some()
    }

    /// The first hole, if anything waits behind one.
    #[must_use]
    pub fn hole(&self) -> Option<Hole<M>> {
        let (&at, first) = self.waiting.first_key_value()?;
        Some(Hole {
            missing: at.saturating_sub(self.next),
            waiting_end: at.saturating_add(first.content.len()),
            mark: first.mark,
        })
    }

    /// Takes `bytes`, the first of which stands at `at`, and delivers whatever that puts in order.
    pub fn insert(&mut self, at: u64, bytes: &[u8], mark: M, out: &mut impl FnMut(Piece<'_, M>)) -> Inserted {
        let mut done = Inserted::default();
        let Some(end) = at.checked_add(bytes.len() as u64) else { return done };
        let mut pos = at;
        while pos < end {
            let part = |from: u64, to: u64| slice(bytes, from - at, to - at);
            if pos < self.next {
                let to = end.min(self.next);
                done.conflicting += self.recent.differing(pos, part(pos, to));
                pos = to;
            } else if let Some((start, held)) = self.holder_of(pos) {
                let to = end.min(start.saturating_add(held.len()));
                if let Content::Bytes(first) = held {
                    done.conflicting += differing(slice(first, pos - start, to - start), part(pos, to));
                }
                pos = to;
            } else {
                let to = self.waiting.range(pos..).next().map_or(end, |(&start, _)| end.min(start));
                done.fresh += to - pos;
                if pos == self.next {
                    self.deliver(part(pos, to), mark, out);
                    self.drain(out);
                } else {
                    self.hold(pos, Content::Bytes(part(pos, to).to_vec()), mark);
                }
                pos = to;
            }
        }
        done
    }

    /// Takes note that the `len` bytes from `at` on were there but are not in the capture: what nothing else fills by
    /// the time they are due becomes a gap without anyone giving it up.
    pub fn insert_absent(&mut self, at: u64, len: u64, mark: M, out: &mut impl FnMut(Piece<'_, M>)) {
        let Some(end) = at.checked_add(len) else { return };
        let mut pos = at.max(self.next);
        while pos < end {
            if let Some((start, held)) = self.holder_of(pos) {
                pos = end.min(start.saturating_add(held.len()));
            } else {
                let to = self.waiting.range(pos..).next().map_or(end, |(&start, _)| end.min(start));
                self.hold(pos, Content::Absent(to - pos), mark);
                pos = to;
            }
        }
        self.drain(out);
    }

    /// Gives up the first hole, delivers what waits behind it, and says how many bytes are missing: 0 if nothing waited.
    pub fn skip(&mut self, out: &mut impl FnMut(Piece<'_, M>)) -> u64 {
        let Some(hole) = self.hole() else { return 0 };
        self.give_up(hole.missing, hole.mark, out);
        self.drain(out);
        hole.missing
    }

    /// Gives up all bytes before `to` that are not there, delivers the others, and says how many are missing.
    pub fn skip_to(&mut self, to: u64, mark: M, out: &mut impl FnMut(Piece<'_, M>)) -> u64 {
        let mut missing = 0;
        while self.next < to {
            match self.hole() {
                Some(hole) if self.next.saturating_add(hole.missing) <= to => missing += self.skip(out),
                _ => {
                    let rest = to - self.next;
                    self.give_up(rest, mark, out);
                    missing += rest;
                }
            }
        }
        missing
    }

    /// Drops what waits.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.cost = 0;
    }

    fn holder_of(&self, at: u64) -> Option<(u64, &Content)> {
        let (&start, held) = self.waiting.range(..=at).next_back()?;
        (start.saturating_add(held.content.len()) > at).then_some((start, &held.content))
    }

    fn hold(&mut self, at: u64, content: Content, mark: M) {
        self.cost = self.cost.saturating_add(content.cost());
        self.waiting.insert(at, Waiting { content, mark });
    }

    fn deliver(&mut self, bytes: &[u8], mark: M, out: &mut impl FnMut(Piece<'_, M>)) {
        self.next += bytes.len() as u64;
        self.recent.push(self.next, bytes);
        out(Piece::Bytes { bytes, mark });
    }

    fn give_up(&mut self, missing: u64, mark: M, out: &mut impl FnMut(Piece<'_, M>)) {
        self.next = self.next.saturating_add(missing);
        self.recent.forget(self.next);
        if missing > 0 {
            out(Piece::Gap { missing, mark });
        }
    }

    fn drain(&mut self, out: &mut impl FnMut(Piece<'_, M>)) {
        while let Some(first) = self.waiting.first_entry() {
            if *first.key() != self.next {
                break;
            }
            let Waiting { content, mark } = first.remove();
            self.cost = self.cost.saturating_sub(content.cost());
            match content {
                Content::Bytes(bytes) => self.deliver(&bytes, mark, out),
                Content::Absent(missing) => self.give_up(missing, mark, out),
            }
        }
    }
}

/// The last bytes delivered, for as long as they are worth remembering.
#[derive(Debug)]
struct Recent {
    bytes: Vec<u8>,
    end: u64,
    keep: usize,
}

impl Recent {
    fn new(keep: usize) -> Recent {
        Recent { bytes: Vec::new(), end: 0, keep }
    }

    /// Appends `bytes`, which end at `end`. Up to twice `keep` is kept, so that the moving to the front is rare.
    fn push(&mut self, end: u64, bytes: &[u8]) {
        self.end = end;
        if self.keep == 0 {
            return;
        }
        let tail = slice(bytes, (bytes.len() as u64).saturating_sub(self.keep as u64), bytes.len() as u64);
        if tail.len() < bytes.len() {
            self.bytes.clear();
        } else if self.bytes.len() + tail.len() > 2 * self.keep {
            let surplus = (self.bytes.len() + tail.len()).saturating_sub(self.keep).min(self.bytes.len());
            self.bytes.drain(..surplus);
        }
        self.bytes.extend_from_slice(tail);
    }

    fn forget(&mut self, end: u64) {
        self.bytes.clear();
        self.end = end;
    }

    /// How many of `bytes`, the first of which stands at `at`, differ from what is remembered.
    fn differing(&self, at: u64, bytes: &[u8]) -> u64 {
        let start = self.end.saturating_sub(self.bytes.len() as u64);
        let from = at.max(start);
        let known = slice(&self.bytes, from - start, self.bytes.len() as u64);
        differing(known, slice(bytes, from - at, bytes.len() as u64))
    }
}

/// How many bytes differ where the two overlap, both taken from their start.
fn differing(a: &[u8], b: &[u8]) -> u64 {
    let len = a.len().min(b.len());
    if a.get(..len) == b.get(..len) {
        return 0;
    }
    a.iter().zip(b).filter(|(a, b)| a != b).count() as u64
}

/// `bytes[from..to]`, or as much of it as there is.
pub(super) fn slice(bytes: &[u8], from: u64, to: u64) -> &[u8] {
    let [from, to] = [from, to].map(|offset| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len()));
    bytes.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug, PartialEq)]
    enum Out {
        Byte(u8, u32),
        Gap(u64, u32),
    }

    fn record(out: &mut Vec<Out>) -> impl FnMut(Piece<'_, u32>) + '_ {
        |piece| match piece {
            Piece::Bytes { bytes, mark } => {
                assert!(!bytes.is_empty());
                out.extend(bytes.iter().map(|&byte| Out::Byte(byte, mark)));
            }
            Piece::Gap { missing, mark } => out.push(Out::Gap(missing, mark)),
        }
    }

    fn text(out: &[Out]) -> String {
        out.iter()
            .map(|o| match o {
                Out::Byte(byte, _) => char::from(*byte).to_string(),
                Out::Gap(missing, _) => format!("<{missing}>"),
            })
            .collect()
    }

    #[test]
    fn a_late_piece_lets_out_those_that_waited_behind_it() {
        let (mut stream, mut out) = (Assembler::new(16), Vec::new());
        stream.insert(6, b"gh", 1, &mut record(&mut out));
        stream.insert(3, b"def", 2, &mut record(&mut out));
        assert_eq!(text(&out), "");
        assert_eq!(stream.hole(), Some(Hole { missing: 3, waiting_end: 6, mark: 2 }));
        stream.insert(0, b"abc", 3, &mut record(&mut out));
        assert_eq!(text(&out), "abcdefgh");
        assert_eq!(out[2..4], [Out::Byte(b'c', 3), Out::Byte(b'd', 2)]);
        assert_eq!((stream.next(), stream.cost(), stream.hole()), (8, 0, None));
    }

    #[test]
    fn the_first_of_two_contradicting_pieces_wins_and_the_contradiction_is_counted() {
        let (mut stream, mut out) = (Assembler::new(16), Vec::new());
        stream.insert(2, b"CD", 1, &mut record(&mut out));
        let done = stream.insert(0, b"abxDe", 2, &mut record(&mut out));
        assert_eq!(done, Inserted { fresh: 3, conflicting: 1 });
        assert_eq!(text(&out), "abCDe");
        // Also against what is delivered already.
        assert_eq!(stream.insert(3, b"!!f", 3, &mut record(&mut out)), Inserted { fresh: 1, conflicting: 2 });
        assert_eq!(text(&out), "abCDef");
    }

    #[test]
    fn contradictions_are_forgotten_with_the_bytes() {
        let (mut stream, mut out) = (Assembler::new(2), Vec::new());
        stream.insert(0, b"abcdefgh", 1, &mut record(&mut out));
        assert_eq!(stream.insert(0, b"ABCDEFGH", 2, &mut record(&mut out)).conflicting, 2);
    }

    #[test]
    fn a_hole_of_two_gibibytes_costs_nothing_and_is_given_up_as_one_gap() {
        let (mut stream, mut out) = (Assembler::new(16), Vec::new());
        stream.insert(0, b"a", 1, &mut record(&mut out));
        stream.insert(1 + (1 << 31), b"z", 2, &mut record(&mut out));
        assert!(stream.cost() < 200);
        assert_eq!(stream.skip(&mut record(&mut out)), 1 << 31);
        assert_eq!(text(&out), "a<2147483648>z");
        assert_eq!(stream.skip(&mut record(&mut out)), 0);
    }

    #[test]
    fn bytes_known_to_be_absent_become_a_gap_when_due_unless_something_fills_them_first() {
        let (mut stream, mut out) = (Assembler::new(16), Vec::new());
        stream.insert_absent(4, 3, 1, &mut record(&mut out));
        stream.insert(7, b"hi", 2, &mut record(&mut out));
        stream.insert(0, b"abcd", 3, &mut record(&mut out));
        assert_eq!(text(&out), "abcd<3>hi");
        stream.insert_absent(8, 3, 4, &mut record(&mut out));
        assert_eq!(text(&out), "abcd<3>hi<2>");
    }

    #[test]
    fn giving_up_to_an_offset_delivers_what_is_before_it() {
        let (mut stream, mut out) = (Assembler::new(16), Vec::new());
        stream.insert(2, b"cd", 1, &mut record(&mut out));
        stream.insert(8, b"ij", 2, &mut record(&mut out));
        assert_eq!(stream.skip_to(6, 3, &mut record(&mut out)), 4);
        assert_eq!(text(&out), "<2>cd<2>");
        assert_eq!(stream.skip_to(12, 4, &mut record(&mut out)), 4);
        assert_eq!(text(&out), "<2>cd<2><2>ij<2>");
    }

    #[test]
    fn offsets_at_the_end_of_the_number_space_are_refused() {
        let (mut stream, mut out) = (Assembler::new(16), Vec::new());
        assert_eq!(stream.insert(u64::MAX, b"ab", 1, &mut record(&mut out)), Inserted::default());
        stream.insert_absent(u64::MAX, 2, 1, &mut record(&mut out));
        assert_eq!(stream.cost(), 0);
    }

    /// The same, obviously right: one cell a byte.
    #[derive(Default)]
    struct Naive {
        cells: Vec<Option<(Option<u8>, u32)>>,
        next: usize,
        comparable_from: usize,
        out: Vec<Out>,
    }

    impl Naive {
        fn insert(&mut self, at: usize, bytes: &[u8], mark: u32) -> Inserted {
            let mut done = Inserted::default();
            for (i, &byte) in bytes.iter().enumerate() {
                let i = at + i;
                match self.cells[i] {
                    Some((Some(first), _)) => {
                        done.conflicting += u64::from(first != byte && (i >= self.next || i >= self.comparable_from));
                    }
                    Some((None, _)) => {}
                    None if i < self.next => {}
                    None => {
                        self.cells[i] = Some((Some(byte), mark));
                        done.fresh += 1;
                    }
                }
                self.drain();
            }
            done
        }

        fn absent(&mut self, at: usize, len: usize, mark: u32) {
            for cell in self.cells[at..at + len].iter_mut().skip(self.next.saturating_sub(at)) {
                cell.get_or_insert((None, mark));
            }
            self.drain();
        }

        fn skip(&mut self) {
            if let Some(missing) = self.cells[self.next..].iter().position(Option::is_some) {
                let (_, mark) = self.cells[self.next + missing].unwrap();
                self.gap(missing as u64, mark);
                self.next += missing;
                self.comparable_from = self.next;
                self.drain();
            }
        }

        fn gap(&mut self, missing: u64, mark: u32) {
            match self.out.last_mut() {
                Some(Out::Gap(before, last)) if *last == mark => *before += missing,
                _ => self.out.push(Out::Gap(missing, mark)),
            }
        }

        fn drain(&mut self) {
            while let Some(Some((content, mark))) = self.cells.get(self.next).copied() {
                self.next += 1;
                match content {
                    Some(byte) => self.out.push(Out::Byte(byte, mark)),
                    None => {
                        self.gap(1, mark);
                        self.comparable_from = self.next;
                    }
                }
            }
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(usize, Vec<u8>),
        Absent(usize, usize),
        Skip,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            12 => (0..120_usize, prop::collection::vec(0..4_u8, 0..20)).prop_map(|(at, bytes)| Step::Insert(at, bytes)),
            1 => (0..120_usize, 0..10_usize).prop_map(|(at, len)| Step::Absent(at, len)),
            1 => Just(Step::Skip),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn does_what_a_vector_with_one_cell_a_byte_does(steps in steps()) {
            let mut naive = Naive { cells: vec![None; 200], ..Naive::default() };
            let (mut stream, mut out) = (Assembler::new(4096), Vec::new());
            for (mark, step) in (0..).zip(&steps) {
                match step {
                    Step::Insert(at, bytes) => {
                        let done = stream.insert(*at as u64, bytes, mark, &mut record(&mut out));
                        prop_assert_eq!(done, naive.insert(*at, bytes, mark));
                    }
                    Step::Absent(at, len) => {
                        stream.insert_absent(*at as u64, *len as u64, mark, &mut record(&mut out));
                        naive.absent(*at, *len, mark);
                    }
                    Step::Skip => {
                        stream.skip(&mut record(&mut out));
                        naive.skip();
                    }
                }
                let mut merged: Vec<Out> = Vec::new();
                for o in &out {
                    match (merged.last_mut(), o) {
                        (Some(Out::Gap(before, last)), Out::Gap(missing, mark)) if last == mark => *before += missing,
                        _ => merged.push(o.clone()),
                    }
                }
                prop_assert_eq!(&merged, &naive.out);
                prop_assert_eq!(stream.next(), naive.next as u64);
                let has = |i: usize| i < naive.next || naive.cells[i].is_some();
                prop_assert!((0..200).all(|i| stream.has(i as u64) == has(i)));
                let waiting = naive.cells[naive.next..].iter().filter(|cell| matches!(cell, Some((Some(_), _)))).count();
                let held: usize = stream.waiting.values().map(|w| w.content.cost() - OVERHEAD).sum();
                prop_assert_eq!(held, waiting);
                prop_assert_eq!(stream.cost(), stream.waiting.values().map(|w| w.content.cost()).sum::<usize>());
            }
        }
    }
}
