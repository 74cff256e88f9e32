//! The flow table: packets in, items out; flows numbered, bounded and retired with their figures.

use super::half::Mark;
use super::slots::{Key, Line, Moment, Slots, side};
use super::tcp::{Arrival, Connection};
use super::{Ends, Event, FlowId, Item, Notes, Side, Stats, TcpStats, Transport};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::{self, Packet};
use std::collections::BTreeSet;
use std::time::Duration;

/// Flows may be retired later than they should be by so small a part of the time for which they may be idle.
const LATE: u64 = 16;

/// Every UDP and TCP flow of a capture.
///
/// ```no_run
/// # use wiregrade::{flow::{Item, Table}, limits::Limits, net::Packet};
/// # fn sifted<'a>() -> Vec<(Packet<'a>, bool)> { vec![] }
/// let mut table = Table::new(&Limits::default());
/// let mut see = |item: Item<'_>| { /* … */ };
/// for (packet, is_copy) in sifted() {
///     table.push(&packet, is_copy, &mut see);
///     for stats in table.retired() { /* that flow is over: forget what is known of it */ }
/// }
/// table.finish(&mut see);
/// for stats in table.retired() { /* all the others */ }
/// ```
///
/// What is kept is bounded by [`Limits`], provided that the caller takes the [`Table::retired`] ones.
#[derive(Debug)]
pub struct Table {
    limits: Limits,
    flows: Slots<Flow>,
    last_id: FlowId,
    retired: Vec<Stats>,
    notes: Notes,
    clock: Clock,
    /// For how long flows that are open, and flows that are closed, may be idle: in nanoseconds.
    idle: [u64; 2],
    /// The memory of all that waits behind holes.
    waiting: usize,
    /// When which flow gives up a hole: at most one entry for each.
    due: BTreeSet<(Time, usize)>,
    /// The frames of the datagram at hand.
    frames: Vec<u64>,
}

#[derive(Debug)]
struct Flow {
    stats: Stats,
    /// When it is entered as giving up a hole.
    due: Option<Time>,
    /// Nobody listens: see [`Table::dismiss`].
    dismissed: bool,
    connection: Option<Box<Connection>>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(limits: &Limits) -> Table {
        Table {
            limits: limits.clone(),
            flows: Slots::new(),
            last_id: 0,
            retired: Vec::new(),
            notes: Notes::default(),
            clock: Clock { now: 0, latest: None, step: nanoseconds(limits.flow_idle / 4) },
            idle: [limits.flow_idle, limits.flow_linger].map(nanoseconds),
            waiting: 0,
            due: BTreeSet::new(),
            frames: Vec::new(),
        }
    }

    /// Takes the next packet of the capture, and says what became known by it. A copy of one that was recorded before, as a
    /// [`Sieve`](super::Sieve) tells, is only counted.
    pub fn push(&mut self, packet: &Packet<'_>, is_copy: bool, out: &mut impl FnMut(Item<'_>)) {
        self.notes.packets += 1;
        if !is_copy {
            return self.process(packet, out);
        }
        self.notes.copies.add(1, packet.frame);
        if let Some(at) = self.flows.find(&Key::new(packet.carrier(), packet.src, packet.dst))
            && let Some(flow) = self.flows.get_mut(at)
        {
            flow.stats.copies += 1;
        }
    }

    /// The capture is over: retires all flows, in the order of their numbers.
    pub fn finish(&mut self, out: &mut impl FnMut(Item<'_>)) {
        let mut left: Vec<(FlowId, usize)> = self.flows.occupied().map(|(at, flow)| (flow.stats.flow, at)).collect();
        left.sort_unstable();
        for (_, at) in left {
            self.retire(at, None, out);
        }
    }

    /// Takes the figures of the flows that were retired since this was last asked, in that order. Nothing more is said
    /// about them; a later packet between the same endpoints begins another flow.
    pub fn retired(&mut self) -> impl Iterator<Item = Stats> + '_ {
        self.retired.drain(..)
    }

    /// Nothing is to be said any more of a flow: only its figures go on. What it has sent is no longer remembered, so that
    /// later bytes that contradict it are not noticed.
    pub fn dismiss(&mut self, number: FlowId, ends: &Ends) {
        let found = self.flows.find(&Key::new(ends.transport, ends.a, ends.b));
        let Some(flow) = found.and_then(|at| self.flows.get_mut(at)).filter(|flow| flow.stats.flow == number) else {
            return;
        };
        flow.dismissed = true;
        if let Some(connection) = &mut flow.connection {
            connection.remember_nothing();
        }
    }

    /// What the flows so far show about the capture.
    #[must_use]
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// How many flows are followed at present.
    #[must_use]
    pub fn open(&self) -> usize {
        self.flows.len()
    }

    fn process(&mut self, packet: &Packet<'_>, out: &mut impl FnMut(Item<'_>)) {
        self.clock.advance(packet.time);
        self.settle(packet.time, out);
        self.expire(out);
        let key = Key::new(packet.carrier(), packet.src, packet.dst);
        let mut found = self.flows.find(&key);
        if let Some((at, line)) = found.and_then(|at| self.overdue(at)) {
            self.expire_one(at, line, out);
            found = None;
        }
        let mut successor = None;
        if let (Some(at), net::Transport::Tcp(_)) = (found, packet.transport)
            && let Some(next) = self.replacement(at, packet)
        {
            self.retire(at, Some((packet.frame, packet.time)), out);
            (found, successor) = (None, Some(next));
        }
        let at = match found {
            Some(at) => at,
            None => self.open_flow(key, packet, successor, out),
        };
        let Some(flow) = self.flows.get_mut(at) else { return };
        let from = side(flow.stats.ends.a, packet.src);
        count(&mut flow.stats, from, packet);
        match packet.transport {
            net::Transport::Udp(_) if flow.dismissed => {}
            net::Transport::Udp(bytes) => {
                let frames = if packet.fragments.is_empty() {
                    std::slice::from_ref(&packet.frame)
                } else {
                    self.frames.clear();
                    self.frames.extend_from_slice(packet.fragments);
                    self.frames.push(packet.frame);
                    self.frames.sort_unstable();
                    &self.frames
                };
                let event = Event::Datagram { bytes, cut: packet.cut, frames };
                let Stats { flow, ends, .. } = &flow.stats;
                out(Item { flow: *flow, ends, from, frame: packet.frame, time: packet.time, event });
            }
            net::Transport::Tcp(segment) => {
                let arrival = Arrival { from, frame: packet.frame, time: packet.time, cut: packet.cut, segment };
                self.segment(at, &arrival, out);
            }
        }
        let line = match self.flows.get(at).and_then(|flow| flow.connection.as_ref()) {
            Some(connection) if connection.closed() => Line::Closed,
            _ => Line::Open,
        };
        self.flows.touch(at, line, self.clock.now, self.idle_limit(line) / LATE);
    }

    fn segment(&mut self, at: usize, arrival: &Arrival<'_>, out: &mut impl FnMut(Item<'_>)) {
        let limits = (self.limits.stream_bytes, self.limits.streams_bytes);
        let others = self.waiting;
        let done = self.with_connection(at, out, |connection, tcp, emit| {
            let (others, conflicts) = (others.saturating_sub(connection.cost()), tcp.overlap_conflicts);
            connection.push(arrival, tcp, emit);
            let room = if others.saturating_add(connection.cost()) > limits.1 { 0 } else { limits.0 };
            let crowded = connection.shrink(arrival.from, room, tcp, emit);
            (crowded, tcp.overlap_conflicts - conflicts)
        });
        if let Some((crowded, conflicts)) = done {
            self.notes.overflows.add(u64::from(crowded), arrival.frame);
            self.notes.overlap_conflicts.add(conflicts, arrival.frame);
        }
    }

    /// Gives up the holes that waited for long enough, of all flows: what stands behind them must not come much later than
    /// what other flows say.
    fn settle(&mut self, now: Time, out: &mut impl FnMut(Item<'_>)) {
        while let Some(&(due, at)) = self.due.first()
            && due <= now
        {
            self.due.pop_first();
            if let Some(flow) = self.flows.get_mut(at) {
                flow.due = None;
            }
            self.with_connection(at, out, |connection, tcp, emit| connection.settle(now, tcp, emit));
        }
    }

    /// Lets a connection speak, and keeps account of what waits there afterwards.
    fn with_connection<T>(
        &mut self,
        at: usize,
        out: &mut impl FnMut(Item<'_>),
        act: impl FnOnce(&mut Connection, &mut TcpStats, &mut dyn FnMut(Side, Mark, Event<'_>)) -> T,
    ) -> Option<T> {
        let Flow { stats, due, dismissed, connection: Some(connection), .. } = self.flows.get_mut(at)? else {
            return None;
        };
        let Stats { flow, ends, tcp: Some(tcp), .. } = stats else { return None };
        let before = connection.cost();
        let notes = &mut self.notes;
        let done = act(connection, tcp, &mut |from, mark, event| {
            if let Event::Gap { missing } = event {
                notes.missing_bytes.add(missing, mark.frame);
            }
            if !*dismissed {
                out(Item { flow: *flow, ends, from, frame: mark.frame, time: mark.time, event });
            }
        });
        ends.opened_by = tcp.syn_from;
        self.waiting = self.waiting.saturating_sub(before).saturating_add(connection.cost());
        let next = connection.due();
        let entered = std::mem::replace(due, next);
        if next != entered {
            if let Some(entered) = entered {
                self.due.remove(&(entered, at));
            }
            self.due.extend(next.map(|next| (next, at)));
        }
        Some(done)
    }

    /// The connection that this packet begins in place of the flow's, if it does.
    fn replacement(&mut self, at: usize, packet: &Packet<'_>) -> Option<(Box<Connection>, TcpStats)> {
        let net::Transport::Tcp(segment) = packet.transport else { return None };
        let flow = self.flows.get_mut(at)?;
        let from = side(flow.stats.ends.a, packet.src);
        let arrival = Arrival { from, frame: packet.frame, time: packet.time, cut: packet.cut, segment };
        let connection = flow.connection.as_mut()?;
        if !connection.is_replaced_by(&arrival) {
            return None;
        }
        let mut stats = TcpStats::default();
        // The sender of this packet becomes side A.
        let next = connection.successor(from == Side::B, &self.limits, &mut stats);
        Some((Box::new(next), stats))
    }

    fn open_flow(
        &mut self,
        key: Key,
        packet: &Packet<'_>,
        successor: Option<(Box<Connection>, TcpStats)>,
        out: &mut impl FnMut(Item<'_>),
    ) -> usize {
        while self.flows.len() >= self.limits.flows.max(1) {
            let Some(oldest) = self.flows.oldest(Line::Closed).or_else(|| self.flows.oldest(Line::Open)) else { break };
            if let Some(flow) = self.flows.get(oldest)
                && flow.connection.as_ref().is_none_or(|connection| !connection.closed())
            {
                self.notes.evicted.add(1, flow.stats.last_frame);
            }
            self.retire(oldest, None, out);
        }
        self.last_id = self.last_id.saturating_add(1);
        let transport = packet.carrier();
        let (connection, tcp) = match (transport, successor) {
            (Transport::Udp, _) => (None, None),
            (Transport::Tcp, Some((connection, stats))) => (Some(connection), Some(stats)),
            (Transport::Tcp, None) => (Some(Box::new(Connection::new(&self.limits))), Some(TcpStats::default())),
        };
        let opened_by = tcp.as_ref().and_then(|tcp| tcp.syn_from);
        let stats = Stats {
            flow: self.last_id,
            ends: Ends { transport, a: packet.src, b: packet.dst, opened_by },
            from_a: Default::default(),
            from_b: Default::default(),
            copies: 0,
            first_frame: packet.frame,
            first_time: packet.time,
            last_frame: packet.frame,
            last_time: packet.time,
            tcp,
        };
        self.flows.insert(key, Flow { stats, due: None, dismissed: false, connection }, self.clock.now)
    }

    /// A flow that should have been retired by now, with its line.
    fn overdue(&self, at: usize) -> Option<(usize, Line)> {
        let line = self.flows.line(at);
        let idle = self.clock.now.saturating_sub(self.flows.active(at));
        (idle > self.idle_limit(line)).then_some((at, line))
    }

    fn idle_limit(&self, line: Line) -> u64 {
        let [open, closed] = self.idle;
        match line {
            Line::Open => open,
            Line::Closed => closed,
        }
    }

    /// Retires flows that are idle for too long: in time, or a [`LATE`]th of that time later.
    fn expire(&mut self, out: &mut impl FnMut(Item<'_>)) {
        for line in [Line::Closed, Line::Open] {
            let Some(limit) = self.clock.now.checked_sub(self.idle_limit(line)) else { continue };
            while let Some(at) = self.flows.idle(line, limit) {
                self.expire_one(at, line, out);
            }
        }
    }

    fn expire_one(&mut self, at: usize, line: Line, out: &mut impl FnMut(Item<'_>)) {
        if let (Line::Open, Some(flow)) = (line, self.flows.get(at)) {
            self.notes.expired.add(1, flow.stats.last_frame);
        }
        self.retire(at, None, out);
    }

    fn retire(&mut self, at: usize, by: Option<(u64, Time)>, out: &mut impl FnMut(Item<'_>)) {
        self.with_connection(at, out, |connection, tcp, emit| connection.retire(by, tcp, emit));
        let Some(Flow { stats, .. }) = self.flows.remove(at) else { return };
        match &stats.tcp {
            Some(tcp) => self.notes.one_sided.add(u64::from(tcp.only_from.is_some()), stats.first_frame),
            None => self.notes.one_way.add(u64::from(stats.from_b.packets == 0), stats.first_frame),
        }
        self.retired.push(stats);
    }
}

/// Time by which flows grow idle: capture time, but a single packet moves it only so far, so that one with a wrong time
/// does not make all flows look idle.
#[derive(Debug)]
struct Clock {
    now: Moment,
    latest: Option<Time>,
    /// In nanoseconds.
    step: u64,
}

impl Clock {
    fn advance(&mut self, time: Time) {
        let latest = self.latest.unwrap_or(time);
        self.now = self.now.saturating_add(time.nanoseconds_since(latest).min(self.step));
        self.latest = Some(latest.max(time));
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn count(stats: &mut Stats, from: Side, packet: &Packet<'_>) {
    let volume = stats.volume_mut(from);
    volume.packets += 1;
    volume.bytes = volume.bytes.saturating_add(packet.payload().len() as u64).saturating_add(packet.cut as u64);
    stats.last_frame = packet.frame;
    stats.last_time = stats.last_time.max(packet.time);
}
