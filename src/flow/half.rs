//! One direction of a TCP connection: segments in; ordered runs, gaps and an end out.
//!
//! Sequence numbers become offsets that never wrap, counted from the first byte (after the SYN, or from the first
//! segment seen of a connection that the capture has no beginning of).
//!
//! **When a hole is a gap.** Segments may stand in the capture in another order than they were sent, so a hole is given up
//! only when something waits behind it *and* the receiver has acknowledged it (then it will not be sent again) *and*
//! reordering does not explain it any more: [`PATIENCE`] has passed, or [`MANY`] further segments, or the receiver
//! has answered with data that acknowledge what waits, which had better be known before the answer is. Where the capture has
//! nothing of the receiver, [`BLIND_PATIENCE`] decides. The end of the flow and the limits decide for the rest.

use super::Event;
use super::TcpStats;
use super::assembler::{Assembler, Piece, slice};
use crate::bytes::Time;
use crate::limits::Limits;
use std::time::Duration;

/// How long an acknowledged hole may still be filled by a segment that the capture shows late.
const PATIENCE: Duration = Duration::from_millis(250);
/// How many segments may overtake one in the capture.
const MANY: u64 = 16;
/// How long a segment may be shown late by a capture that already shows an answer to it.
const ANSWERED_PATIENCE: Duration = Duration::from_millis(1);
/// How long a retransmission may take where no acknowledgement would be seen.
const BLIND_PATIENCE: Duration = Duration::from_secs(3);
/// How far from what was seen a segment may lie, in bytes: beyond the largest windows in use, far below chance.
const REACH: i64 = 16 << 20;
/// How far beyond what was seen a reset may lie.
const RESET_REACH: i64 = 1 << 20;

/// The segment that carried something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// Its frame.
    pub(super) frame: u64,
    /// When that was captured.
    pub(super) time: Time,
    /// Which segment of its direction, from 1.
    pub(super) nth: u64,
}

/// How it is known where offset 0 is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is not.
    Unknown,
    /// The other side expected this byte next.
    Acknowledged,
    /// The first segment seen, which carried no data. It may be a keep-alive, one byte early.
    Bare,
    /// The first segment seen, which carried data.
    Data,
    /// The SYN.
    Syn,
}

/// Where a segment lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Its first byte has this offset.
    At(i64),
    /// Nowhere near what was seen.
    Far,
}

/// The segment's part that the direction cares for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Data<'a> {
    /// The bytes as captured.
    pub(super) bytes: &'a [u8],
    /// How many more the snap length cut off.
    pub(super) cut: u64,
    /// Whether it may be a keep-alive: no SYN, FIN or RST.
    pub(super) plain: bool,
}

impl Data<'_> {
    fn len(&self) -> u64 {
        (self.bytes.len() as u64).saturating_add(self.cut)
    }
}

#[derive(Clone, Copy, Debug)]
struct Close {
    at: u64,
    reset: bool,
    mark: Mark,
}

/// The first thing that waits.
struct Wait {
    from: u64,
    to: u64,
    mark: Mark,
    /// It is a reset.
    reset: bool,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Half {
    pub(super) origin: Origin,
    base: u32,
    stream: Assembler<Mark>,
    /// One past the highest byte seen.
    highest: u64,
    /// What the other side has acknowledged, and what proved it.
    acked: u64,
    acked_by: Mark,
    close: Option<Close>,
    /// The connection was reset by the other side.
    orphaned: Option<Mark>,
    ended: bool,
    /// The latest segment delivered.
    latest: Mark,
    /// Segments of this direction so far.
    pub(super) segments: u64,
    /// Whether the capture shows anything of the other direction.
    pub(super) receiver_seen: bool,
    /// The end of a segment that lay far off: the next one may continue it.
    far: Option<u32>,
}

impl Half {
    pub(super) fn new(limits: &Limits) -> Half {
        Half {
            origin: Origin::Unknown,
            base: 0,
            stream: Assembler::new(limits.stream_recent),
            highest: 0,
            acked: 0,
            acked_by: Mark::default(),
            close: None,
            orphaned: None,
            ended: false,
            latest: Mark::default(),
            segments: 0,
            receiver_seen: false,
            far: None,
        }
    }

    /// Settles where offset 0 is.
    pub(super) fn begin(&mut self, seq: u32, origin: Origin) {
        if self.base != seq {
            // What the other side acknowledged was of another connection.
            (self.acked, self.acked_by) = (0, Mark::default());
        }
        (self.base, self.origin) = (seq, origin);
    }

    /// Whether offset 0 is at `seq`.
    pub(super) fn begins_at(&self, seq: u32) -> bool {
        self.origin != Origin::Unknown && self.base == seq
    }

    /// Whether any byte was seen, delivered or not.
    pub(super) fn carried_data(&self) -> bool {
        self.highest > 0 || self.stream.next() > 0
    }

    /// Whether it will send nothing more.
    pub(super) fn closed(&self) -> bool {
        self.close.is_some() || self.orphaned.is_some()
    }

    /// How far the other side has acknowledged.
    pub(super) fn acked(&self) -> u64 {
        self.acked
    }

    /// Forgets what was delivered, and remembers no more of it.
    pub(super) fn remember_nothing(&mut self) {
        self.stream.remember_nothing();
    }

    /// What waits here costs this much memory.
    pub(super) fn cost(&self) -> usize {
        self.stream.cost()
    }

    /// The offset of `seq`, taken to be within 2 GiB of the highest byte seen.
    fn offset(&self, seq: u32) -> i64 {
        let highest = signed(self.highest);
        let here = self.base.wrapping_add(low(self.highest));
        highest.saturating_add(i64::from(seq.wrapping_sub(here).cast_signed()))
    }

    /// One past the highest byte that is known to have been sent.
    fn reach(&self) -> i64 {
        signed(self.highest.max(self.acked))
    }

    /// Where a segment that starts at `seq` and is `len` bytes long lies; the first one seen settles it. One far off is
    /// believed when a second continues it.
    pub(super) fn place(&mut self, seq: u32, len: u64) -> Place {
        let first = if len > 0 { Origin::Data } else { Origin::Bare };
        match (self.origin, self.near(seq, len)) {
            (Origin::Unknown, _) => self.begin(seq, first),
            (Origin::Acknowledged, None) if !self.carried_data() => self.begin(seq, first),
            // Both sides agree: what is missing from here on is missing from the capture.
            (Origin::Acknowledged, Some(0)) if self.acked == 0 => self.origin = Origin::Data,
            _ => {}
        }
        if let Some(at) = self.near(seq, len) {
            self.far = None;
            return Place::At(at);
        }
        if self.far.take() == Some(seq) {
            let ahead = seq.wrapping_sub(self.base.wrapping_add(low(self.highest)));
            return Place::At(signed(self.highest).saturating_add(i64::from(ahead)));
        }
        if len > 0 {
            self.far = Some(seq.wrapping_add(low(len)));
        }
        Place::Far
    }

    /// The offset of a segment, if it lies anywhere near what was seen.
    pub(super) fn near(&self, seq: u32, len: u64) -> Option<i64> {
        let at = self.offset(seq);
        let near = self.origin != Origin::Unknown
            && at <= self.reach().saturating_add(REACH)
            && at.saturating_add(signed(len)) >= signed(self.stream.next()).saturating_sub(REACH);
        near.then_some(at)
    }

    /// Whether a segment at `seq` continues one that lay far off.
    pub(super) fn continues_far(&self, seq: u32) -> bool {
        self.far == Some(seq)
    }

    /// Whether `seq` is that of the first byte, or a little before it.
    pub(super) fn begins_soon_after(&self, seq: u32) -> bool {
        let ahead = self.base.wrapping_sub(seq);
        self.origin != Origin::Unknown && i64::from(ahead) <= RESET_REACH
    }

    /// Whether the other side has the first byte or expects it, if it acknowledges `ack`.
    pub(super) fn reached_by(&self, ack: u32) -> bool {
        self.near(ack, 0).is_some_and(|at| at >= 0)
    }

    /// Whether a reset with this sequence number can be the sender's: the receiver would not heed one from before what
    /// it has acknowledged, or from far beyond.
    pub(super) fn resets(&self, seq: u32) -> bool {
        let at = self.offset(seq);
        let expected = if self.receiver_seen { self.acked.min(self.stream.next()) } else { self.stream.next() };
        self.origin == Origin::Unknown
            || (at >= signed(expected).saturating_sub(1) && at <= self.reach().saturating_add(RESET_REACH))
    }

    /// Takes note of an acknowledgement by the other side. Returns the offset up to which it reaches, if it can be true.
    pub(super) fn acknowledge(&mut self, ack: u32, mark: Mark) -> Option<u64> {
        if self.origin == Origin::Unknown {
            self.begin(ack, Origin::Acknowledged);
        }
        let at = self.offset(ack);
        let acked = u64::try_from(at).ok().filter(|_| at <= self.reach().saturating_add(REACH))?;
        if acked > self.acked {
            (self.acked, self.acked_by) = (acked, mark);
        }
        Some(acked)
    }

    /// Takes the data of a segment that lies at offset `at`.
    pub(super) fn take(
        &mut self,
        at: i64,
        data: Data<'_>,
        mark: Mark,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Mark, Event<'_>),
    ) {
        let len = data.len();
        let before = self.highest;
        let one_back =
            at == signed(before).saturating_sub(1) && before.checked_sub(1).is_none_or(|at| self.stream.has(at));
        if data.plain && len <= 1 && one_back {
            // Asks whether the other side is still there. The byte, if there is one, means nothing.
            stats.keep_alives += 1;
            return;
        }
        if len == 0 {
            return;
        }
        let early = at.min(0).unsigned_abs().min(len);
        if self.origin != Origin::Syn {
            stats.early_bytes = stats.early_bytes.saturating_add(early);
        }
        let start = at.max(0).cast_unsigned();
        let last = if self.ended { self.stream.next() } else { self.close.map_or(u64::MAX, |close| close.at) };
        let room = last.saturating_sub(start);
        let end = start.saturating_add((len - early).min(room));
        if end == start {
            // All of it stands before the first byte or behind the last.
            stats.strays += u64::from(early < len);
            return;
        }
        let bytes = slice(slice(data.bytes, early, u64::MAX), 0, end - start);
        let captured_end = start.saturating_add(bytes.len() as u64);
        let Half { stream, latest, .. } = self;
        let mut out = |piece: Piece<'_, Mark>| pass(piece, latest, stats, emit);
        let inserted = stream.insert(start, bytes, mark, &mut out);
        if captured_end < end {
            stream.insert_absent(captured_end, end - captured_end, mark, &mut out);
        }
        self.highest = before.max(end);
        if inserted.conflicting > 0 {
            stats.overlap_conflicts += 1;
        }
        let above = captured_end.saturating_sub(before.max(start));
        if inserted.fresh == 0 && end <= before {
            stats.retransmitted += 1;
        } else if inserted.fresh > above {
            stats.out_of_order += 1;
        }
    }

    /// Takes note that nothing follows offset `at`. Returns false if that was known already.
    pub(super) fn finish_at(&mut self, at: i64, mark: Mark) -> bool {
        let at = u64::try_from(at).unwrap_or(0);
        if let Some(close) = self.close {
            return close.at != at;
        }
        // A FIN in the middle of what was delivered already is not the sender's.
        if at >= self.stream.next() {
            self.close = Some(Close { at, reset: false, mark });
            self.highest = self.highest.max(at);
        }
        true
    }

    /// The sender resets the connection.
    pub(super) fn reset_at(&mut self, seq: u32, mark: Mark) {
        let next = self.stream.next();
        let at = match (self.origin, self.close) {
            (Origin::Unknown, _) => next,
            // A FIN takes a number but is no byte.
            (_, Some(close)) => close.at,
            (_, None) => u64::try_from(self.offset(seq)).unwrap_or(0).max(next),
        };
        if !self.ended {
            self.close = Some(Close { at, reset: true, mark });
        }
    }

    /// The receiver resets the connection: what is still on its way may come, then nothing.
    pub(super) fn orphan(&mut self, mark: Mark) {
        self.orphaned.get_or_insert(mark);
    }

    /// Gives up the holes that are gaps by now, and ends the direction when its end is reached.
    ///
    /// `answered`: up to where a segment of the other side that carries data has just acknowledged.
    pub(super) fn settle(
        &mut self,
        now: Time,
        answered: Option<u64>,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Mark, Event<'_>),
    ) {
        if self.is_whole() {
            return;
        }
        while self.overdue(now, answered) {
            self.give_up(stats, emit);
        }
        self.end_if_reached(emit);
    }

    /// Whether it is there up to its last byte, and goes on: nothing waits, and no end is to be reached.
    fn is_whole(&self) -> bool {
        self.close.is_none() && self.stream.is_whole()
    }

    /// Gives up holes until no more than `room` bytes of memory wait. Returns whether that was necessary.
    pub(super) fn shrink(&mut self, room: usize, stats: &mut TcpStats, emit: &mut dyn FnMut(Mark, Event<'_>)) -> bool {
        let crowded = self.cost() > room;
        while self.cost() > room {
            self.give_up(stats, emit);
        }
        crowded
    }

    /// The flow is over: delivers all there is.
    pub(super) fn retire(
        &mut self,
        replaced: Option<Mark>,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Mark, Event<'_>),
    ) {
        while self.wait().is_some() {
            self.give_up(stats, emit);
        }
        if self.ended {
            return;
        }
        let next = self.stream.next();
        // One more than was seen is what acknowledges a FIN that was not captured.
        if self.acked > next.saturating_add(1) {
            let Half { stream, latest, acked_by, .. } = self;
            stream.skip_to(self.acked, *acked_by, &mut |piece| pass(piece, latest, stats, emit));
        }
        match (self.orphaned, replaced) {
            (Some(mark), _) => self.end(true, mark, emit),
            (None, Some(mark)) => self.end(false, mark, emit),
            (None, None) => {}
        }
    }

    fn wait(&self) -> Option<Wait> {
        if self.ended || self.is_whole() {
            return None;
        }
        let next = self.stream.next();
        let piece = self.stream.hole().map(|hole| Wait {
            from: next.saturating_add(hole.missing),
            to: hole.waiting_end,
            mark: hole.mark,
            reset: false,
        });
        match (piece, self.close.filter(|close| close.at > next)) {
            (Some(piece), Some(close)) if piece.from < close.at => Some(piece),
            (_, Some(close)) => Some(Wait { from: close.at, to: close.at, mark: close.mark, reset: close.reset }),
            (piece, None) => piece,
        }
    }

    /// When the first hole is given up, if until then nothing of this direction comes.
    pub(super) fn due(&self) -> Option<Time> {
        self.given_up_at(&self.wait()?)
    }

    fn given_up_at(&self, wait: &Wait) -> Option<Time> {
        if !self.receiver_seen {
            return Some(wait.mark.time.plus(BLIND_PATIENCE));
        }
        self.for_good(wait).then(|| wait.mark.time.plus(PATIENCE))
    }

    /// Whether what is missing will not be sent again: the receiver has it, or the sender has reset the connection.
    fn for_good(&self, wait: &Wait) -> bool {
        self.acked >= wait.from || self.close.is_some_and(|close| close.reset)
    }

    fn overdue(&self, now: Time, answered: Option<u64>) -> bool {
        let Some(wait) = self.wait() else { return false };
        if self.given_up_at(&wait).is_some_and(|due| now >= due)
            || (self.starts_early(wait.from) && self.acked >= wait.from)
        {
            return true;
        }
        let overtaken = self.segments.saturating_sub(wait.mark.nth) >= MANY;
        let answered = answered.is_some_and(|to| to >= wait.to) && now.since(wait.mark.time) >= ANSWERED_PATIENCE;
        self.receiver_seen && self.for_good(&wait) && (overtaken || answered)
    }

    /// Whether all that is missing before `from` is the byte that a keep-alive, taken for the first segment, was early.
    fn starts_early(&self, from: u64) -> bool {
        self.origin == Origin::Bare && self.stream.next() == 0 && from == 1
    }

    fn give_up(&mut self, stats: &mut TcpStats, emit: &mut dyn FnMut(Mark, Event<'_>)) {
        let Some(wait) = self.wait() else { return };
        // What the receiver still expected when the capture began may have been on its way before that: no gap.
        let mut silent =
            self.stream.next() == 0 && (self.origin == Origin::Acknowledged || self.starts_early(wait.from));
        // How far its sender had got a reset only claims; an acknowledgement proves it.
        let (to, mark) = if wait.reset { (wait.from.min(self.acked), self.acked_by) } else { (wait.from, wait.mark) };
        let Half { stream, latest, .. } = self;
        stream.skip_to(to, mark, &mut |piece| match piece {
            Piece::Gap { .. } if std::mem::take(&mut silent) => {}
            piece => pass(piece, latest, stats, emit),
        });
        if wait.reset {
            self.end(true, wait.mark, emit);
        }
        self.end_if_reached(emit);
    }

    fn end_if_reached(&mut self, emit: &mut dyn FnMut(Mark, Event<'_>)) {
        if let Some(close) = self.close
            && !self.ended
            && self.stream.next() >= close.at
        {
            self.end(close.reset, close.mark, emit);
        }
    }

    fn end(&mut self, reset: bool, mark: Mark, emit: &mut dyn FnMut(Mark, Event<'_>)) {
        self.ended = true;
        self.stream.clear();
        self.latest = later(self.latest, mark);
        emit(self.latest, Event::End { reset });
    }
}

/// Hands a piece on, with the latest of the segments that had to be there for it.
fn pass(piece: Piece<'_, Mark>, latest: &mut Mark, stats: &mut TcpStats, emit: &mut dyn FnMut(Mark, Event<'_>)) {
    match piece {
        Piece::Bytes { bytes, mark } => {
            *latest = later(*latest, mark);
            emit(*latest, Event::Run { bytes, carried_by: mark.frame, carried_at: mark.time });
        }
        Piece::Gap { missing, mark } => {
            *latest = later(*latest, mark);
            stats.missing_bytes = stats.missing_bytes.saturating_add(missing);
            emit(*latest, Event::Gap { missing });
        }
    }
}

fn later(a: Mark, b: Mark) -> Mark {
    if b.frame > a.frame { b } else { a }
}

/// An offset for comparing; no stream gets beyond 8 EiB.
fn signed(offset: u64) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

/// An offset modulo 2^32, as sequence numbers count.
fn low(offset: u64) -> u32 {
    u32::try_from(offset & u64::from(u32::MAX)).unwrap_or(0)
}
