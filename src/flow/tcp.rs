//! Both directions of a TCP connection: flags, handshake and acknowledgements; which segments belong to it at all.

use super::half::{Data, Half, Mark, Origin, Place};
use super::{Event, Side, TcpStats};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::Segment;
use std::time::Duration;

/// After so long a SYN on the same ports is a new connection, whatever became of the old one.
const FORGOTTEN: Duration = Duration::from_secs(60);

/// A segment with what the packet around it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<'a> {
    pub(super) from: Side,
    pub(super) frame: u64,
    pub(super) time: Time,
    /// How many bytes of the payload the snap length cut off.
    pub(super) cut: usize,
    pub(super) segment: Segment<'a>,
}

/// A connection.
#[derive(Debug)]
pub(super) struct Connection {
    a: Half,
    b: Half,
    /// The SYN of the side that connects.
    syn: Option<(Side, Time)>,
    /// A SYN-ACK was seen.
    answered: bool,
    /// A SYN that does not belong to this connection, which may go on all the same: it counts once it is answered.
    rival: Option<Rival>,
    last: Time,
}

#[derive(Clone, Copy, Debug)]
struct Rival {
    from: Side,
    seq: u32,
    time: Time,
}

impl Connection {
    /// A connection of which nothing is known yet.
    pub(super) fn new(limits: &Limits) -> Connection {
        Connection {
            a: Half::new(limits),
            b: Half::new(limits),
            syn: None,
            answered: false,
            rival: None,
            last: Time(i64::MIN),
        }
    }

    /// The connection that replaces this one, where [`Connection::is_replaced_by`] said so. `swapped`: its side A is
    /// this one's side B.
    pub(super) fn successor(&self, swapped: bool, limits: &Limits, stats: &mut TcpStats) -> Connection {
        let mut next = Connection::new(limits);
        if let Some(rival) = self.rival {
            let from = if swapped { rival.from.other() } else { rival.from };
            next.half(from).begin(rival.seq.wrapping_add(1), Origin::Syn);
            next.syn = Some((from, rival.time));
            stats.syn_from = Some(from);
        }
        next
    }

    /// Whether both directions have ended.
    pub(super) fn closed(&self) -> bool {
        self.a.closed() && self.b.closed()
    }

    /// Forgets what was delivered, and remembers no more of it.
    pub(super) fn remember_nothing(&mut self) {
        self.a.remember_nothing();
        self.b.remember_nothing();
    }

    /// How much memory waits here.
    pub(super) fn cost(&self) -> usize {
        self.a.cost().saturating_add(self.b.cost())
    }

    fn half(&mut self, side: Side) -> &mut Half {
        match side {
            Side::A => &mut self.a,
            Side::B => &mut self.b,
        }
    }

    fn halves(&mut self, side: Side) -> (&mut Half, &mut Half) {
        match side {
            Side::A => (&mut self.a, &mut self.b),
            Side::B => (&mut self.b, &mut self.a),
        }
    }

    /// Whether a segment begins another connection between the same endpoints.
    pub(super) fn is_replaced_by(&mut self, arrival: &Arrival<'_>) -> bool {
        let Arrival { from, time, segment, .. } = *arrival;
        if segment.rst {
            return false;
        }
        if let Some(rival) = self.rival {
            let answered = from != rival.from && segment.syn && segment.ack == Some(rival.seq.wrapping_add(1));
            let followed = from == rival.from && !segment.syn && segment.seq == rival.seq.wrapping_add(1);
            if answered || (followed && self.half(from).near(segment.seq, 0).is_none()) {
                return true;
            }
        }
        let ended = self.a.closed() || self.b.closed();
        let (me, peer) = self.halves(from);
        if !segment.syn {
            // The capture may lack its SYN. Nothing of a connection that has ended lies far off; of one that goes on, a second
            // segment may, behind a large hole, but then it acknowledges what the other side has really sent.
            let len = segment.payload.len() as u64;
            let far = len > 0 && me.origin != Origin::Unknown && me.near(segment.seq, len).is_none();
            let strange = |ack| peer.origin != Origin::Unknown && peer.near(ack, 0).is_none();
            let replaced = far && (ended || me.continues_far(segment.seq) && segment.ack.is_some_and(strange));
            if replaced {
                self.rival = None;
            }
            return replaced;
        }
        let start = segment.seq.wrapping_add(1);
        let used = me.carried_data() || peer.carried_data() || ended;
        let known = match me.origin {
            Origin::Unknown => !used || segment.ack.is_some_and(|ack| peer.reached_by(ack)),
            Origin::Syn => me.begins_at(start),
            // Its own SYN may stand behind its first segments in the capture.
            Origin::Acknowledged | Origin::Bare | Origin::Data => me.begins_soon_after(start),
        };
        let replaced = !known && (ended || time.since(self.last) >= FORGOTTEN);
        if replaced {
            self.rival = None;
        } else if !known && used {
            self.rival = Some(Rival { from, seq: segment.seq, time });
        }
        replaced
    }

    /// Takes the next segment.
    pub(super) fn push(
        &mut self,
        arrival: &Arrival<'_>,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Side, Mark, Event<'_>),
    ) {
        let Arrival { from, frame, time, cut, segment } = *arrival;
        self.last = self.last.max(time);
        if let Some(rival) = self.rival
            && rival.from == from
            && segment.syn
            && rival.seq == segment.seq
        {
            stats.strays += 1;
            return;
        }
        let len = (segment.payload.len() as u64).saturating_add(cut as u64);
        let (me, peer) = self.halves(from);
        me.segments += 1;
        peer.receiver_seen = true;
        let mark = Mark { frame, time, nth: me.segments };

        if segment.syn && !segment.rst {
            if me.origin == Origin::Syn && me.begins_at(segment.seq.wrapping_add(1)) {
                stats.retransmitted += 1;
            }
            if !me.carried_data() || me.begins_at(segment.seq.wrapping_add(1)) {
                me.begin(segment.seq.wrapping_add(1), Origin::Syn);
            }
            if let Some(ack) = segment.ack
                && peer.origin == Origin::Unknown
            {
                // What a SYN-ACK expects is the byte after the SYN, captured or not.
                peer.begin(ack, Origin::Syn);
            }
        }
        // A SYN takes a number; data it carries start after it.
        let seq = if segment.syn { segment.seq.wrapping_add(1) } else { segment.seq };
        if segment.rst {
            self.reset(arrival, mark, stats, emit);
            return;
        }
        let (me, peer) = self.halves(from);
        let at = match me.place(seq, len) {
            Place::At(at) => at,
            Place::Far => {
                stats.strays += 1;
                return;
            }
        };
        if let Some(ack) = segment.ack {
            let acked = peer.acknowledge(ack, mark);
            let answered = acked.filter(|_| len > 0);
            peer.settle(time, answered, stats, &mut |mark, event| emit(from.other(), mark, event));
        }
        let out = &mut |mark: Mark, event: Event<'_>| emit(from, mark, event);
        let plain = !segment.syn && !segment.fin;
        me.take(at, Data { bytes: segment.payload, cut: cut as u64, plain }, mark, stats, out);
        if segment.fin && !me.finish_at(at.saturating_add_unsigned(len), mark) && len == 0 {
            stats.retransmitted += 1;
        }
        me.settle(time, None, stats, out);
        self.shake(arrival, stats);
    }

    /// When a hole is given up, if until then nothing comes.
    pub(super) fn due(&self) -> Option<Time> {
        [self.a.due(), self.b.due()].into_iter().flatten().min()
    }

    /// Gives up the holes that are gaps by now.
    pub(super) fn settle(&mut self, now: Time, stats: &mut TcpStats, emit: &mut dyn FnMut(Side, Mark, Event<'_>)) {
        for side in [Side::A, Side::B] {
            self.half(side).settle(now, None, stats, &mut |mark, event| emit(side, mark, event));
        }
    }

    /// Gives up holes of one direction until no more than `room` bytes wait. Returns whether that was necessary.
    pub(super) fn shrink(
        &mut self,
        from: Side,
        room: usize,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Side, Mark, Event<'_>),
    ) -> bool {
        self.half(from).shrink(room, stats, &mut |mark, event| emit(from, mark, event))
    }

    /// The flow is over: delivers all there is. `by`: the segment of the connection that replaces it.
    pub(super) fn retire(
        &mut self,
        by: Option<(u64, Time)>,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Side, Mark, Event<'_>),
    ) {
        let by = by.map(|(frame, time)| Mark { frame, time, nth: 0 });
        for side in [Side::A, Side::B] {
            self.half(side).retire(by, stats, &mut |mark, event| emit(side, mark, event));
        }
        for (side, me, peer) in [(Side::A, &self.a, &self.b), (Side::B, &self.b, &self.a)] {
            let spoke_of_the_other =
                peer.acked() > 0 || (me.origin == Origin::Syn && peer.origin == Origin::Acknowledged);
            if me.segments > 0 && peer.segments == 0 && spoke_of_the_other {
                stats.only_from = Some(side);
            }
        }
    }

    fn reset(
        &mut self,
        arrival: &Arrival<'_>,
        mark: Mark,
        stats: &mut TcpStats,
        emit: &mut dyn FnMut(Side, Mark, Event<'_>),
    ) {
        let Arrival { from, time, segment, .. } = *arrival;
        let (me, peer) = self.halves(from);
        if !me.resets(segment.seq) {
            stats.strays += 1;
            return;
        }
        stats.reset = true;
        me.reset_at(segment.seq, mark);
        peer.orphan(mark);
        me.settle(time, None, stats, &mut |mark, event| emit(from, mark, event));
    }

    /// Follows the handshake, for its round trip.
    fn shake(&mut self, arrival: &Arrival<'_>, stats: &mut TcpStats) {
        let Arrival { from, time, segment, .. } = *arrival;
        match (self.syn, segment.syn, segment.ack) {
            (_, true, None) if !self.answered => {
                self.syn = Some((from, time));
                stats.syn_from = Some(from);
            }
            (Some(_), true, Some(_)) => self.answered = true,
            (None, true, Some(_)) => stats.syn_from = Some(from.other()),
            (Some((by, since)), false, Some(ack)) if by == from && self.answered && stats.handshake.is_none() => {
                let (_, peer) = self.halves(from);
                if peer.origin == Origin::Syn && peer.reached_by(ack) {
                    stats.handshake = Some(time.since(since));
                }
            }
            _ => {}
        }
    }
}
