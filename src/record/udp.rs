//! Datagrams: which client is which, what becomes of each datagram, and when what is held back goes on.
//!
//! No sockets and no clock: whoever has them says what arrived and what was sent, and asks what is due.

use super::dice::Dice;
use super::options::{Impairments, Way};
use super::tape::{Leg, Route, Spot, Tape};
use crate::bytes::Time;
use crate::limits::Limits;
use foldhash::fast::RandomState;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

/// How long a datagram waits for the next one to overtake it.
pub const OVERTAKE: Duration = Duration::from_millis(100);

/// What became of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Arrived.
    pub arrived: u64,
    /// Sent on, second copies included.
    pub passed: u64,
    /// Dropped by lot.
    pub dropped: u64,
    /// Passed on twice.
    pub duplicated: u64,
    /// Held back to be overtaken.
    pub reordered: u64,
    /// Dropped because too much was waiting.
    pub crowded: u64,
}

/// What is to be done with a datagram that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing.
    Drop,
    /// To be sent now, so many times, and reported by `Datagrams::passed` each time under this identifier.
    Pass {
        /// The identifier.
        id: u64,
        /// How often.
        copies: u8,
    },
    /// To be sent when [`Datagrams::take_due`] hands it out.
    Hold,
}

/// A datagram that was held back, and may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose.
    pub client: usize,
    /// Which way.
    pub way: Way,
    /// For `Datagrams::passed`.
    pub id: u64,
    /// How often it is to be sent.
    pub copies: u8,
    /// Its bytes.
    pub payload: Vec<u8>,
}

/// One direction of one client.
#[derive(Clone, Debug, Default)]
struct Lane {
    arrived: u64,
    /// When the last one held back goes.
    last: Time,
    /// How many wait in order.
    waiting: usize,
    /// The one that waits to be overtaken.
    overtaken: Option<u64>,
}

#[derive(Clone, Debug)]
struct Client {
    mapping: usize,
    /// How many clients of the mapping came before it.
    nth: u64,
    route: Route,
    up: Lane,
    down: Lane,
    active: Time,
}

impl Client {
    fn lane(&mut self, way: Way) -> &mut Lane {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

/// All clients of all mappings, and what is held back of theirs.
#[derive(Debug)]
pub struct Datagrams {
    impairments: Impairments,
    clients: Vec<Option<Client>>,
    free: Vec<usize>,
    by_address: HashMap<(usize, SocketAddr), usize, RandomState>,
    /// How many clients each mapping has had.
    admitted: BTreeMap<usize, u64>,
    next_id: u64,
    held: BTreeMap<u64, Outgoing>,
    held_bytes: usize,
    /// When what is held goes; an entry whose identifier is no longer held is void.
    due: BinaryHeap<Reverse<(Time, u64)>>,
    most_clients: usize,
    most_bytes: usize,
    tally: Tally,
}

impl Datagrams {
    /// Of a relay that has seen nobody.
    #[must_use]
    pub fn new(impairments: Impairments, limits: &Limits) -> Datagrams {
        Datagrams {
            impairments,
            clients: Vec::new(),
            free: Vec::new(),
            by_address: HashMap::default(),
            admitted: BTreeMap::new(),
            next_id: 1,
            held: BTreeMap::new(),
            held_bytes: 0,
            due: BinaryHeap::new(),
            most_clients: limits.relay_clients.max(1),
            most_bytes: limits.relay_bytes,
            tally: Tally::default(),
        }
    }

    /// What became of all datagrams so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// How many clients there have been.
    #[must_use]
    pub fn clients(&self) -> u64 {
        self.admitted.values().sum()
    }

    /// The client of a mapping at an address, if it is known.
    #[must_use]
    pub fn client(&self, mapping: usize, address: SocketAddr) -> Option<usize> {
        self.by_address.get(&(mapping, address)).copied()
    }

    /// The addresses of a client.
    #[must_use]
    pub fn route(&self, client: usize) -> Option<&Route> {
        self.clients.get(client)?.as_ref().map(|client| &client.route)
    }

    /// The client that must go before another can come, if so many are there already: the one idle for longest.
    #[must_use]
    pub fn surplus(&self) -> Option<usize> {
        if self.by_address.len() < self.most_clients { None } else { self.idlest() }
    }

    /// The client that has been idle for longest.
    #[must_use]
    pub fn idlest(&self) -> Option<usize> {
        let active = |(index, client): (usize, &Option<Client>)| client.as_ref().map(|client| (client.active, index));
        self.clients.iter().enumerate().filter_map(active).min().map(|(_, index)| index)
    }

    /// Takes in a new client of a mapping.
    pub fn admit(&mut self, now: Time, mapping: usize, route: Route) -> usize {
        let count = self.admitted.entry(mapping).or_insert(0);
        let nth = *count;
        *count += 1;
        let client = Client { mapping, nth, route, up: Lane::default(), down: Lane::default(), active: now };
        let index = match self.free.pop() {
            Some(index) => index,
            None => {
                self.clients.push(None);
                self.clients.len() - 1
            }
        };
        if let Some(place) = self.clients.get_mut(index) {
            *place = Some(client);
        }
        self.by_address.insert((mapping, route.client), index);
        index
    }

    /// Forgets a client and what is held back of it.
    pub fn dismiss(&mut self, client: usize) {
        let Some(gone) = self.clients.get_mut(client).and_then(Option::take) else { return };
        self.by_address.remove(&(gone.mapping, gone.route.client));
        self.free.push(client);
        self.held.retain(|_, outgoing| outgoing.client != client);
        self.held_bytes = self.held.values().map(|outgoing| outgoing.payload.len()).sum();
    }

    /// A datagram arrived: records it, and decides what becomes of it.
    pub(super) fn arrived(&mut self, tape: &mut Tape, now: Time, index: usize, way: Way, payload: &[u8]) -> Verdict {
        let Some(client) = self.clients.get_mut(index).and_then(Option::as_mut) else { return Verdict::Drop };
        client.active = now;
        let id = self.next_id;
        self.next_id += 1;
        self.tally.arrived += 1;
        let (mapping, nth, route) = (client.mapping, client.nth, client.route);
        let lane = client.lane(way);
        let keys = [self.impairments.seed, mapping as u64, nth, way as u64, lane.arrived];
        lane.arrived += 1;
        let fate = Fate::draw(&self.impairments, way, &mut Dice::of(&keys));
        let crowded = self.held_bytes.saturating_add(payload.len()) > self.most_bytes;
        let fate = match fate {
            Fate::Passed { .. } if crowded && (fate.holds() || lane.waiting > 0) => Fate::Crowded,
            // One at a time waits to be overtaken.
            Fate::Passed { delay, copies, reordered: true } if lane.overtaken.is_some() => {
                Fate::Passed { delay, copies, reordered: false }
            }
            fate => fate,
        };
        let ends = match way {
            Way::Up => route.up(Leg::Arrival),
            Way::Down => route.down(Leg::Arrival),
        };
        let comment = fate.comment();
        tape.datagram(Spot { leg: Leg::Arrival, time: now, id: Some(id), comment: comment.as_deref() }, ends, payload);
        let (delay, copies, reordered) = match fate {
            Fate::Dropped => {
                self.tally.dropped += 1;
                return Verdict::Drop;
            }
            Fate::Crowded => {
                self.tally.crowded += 1;
                return Verdict::Drop;
            }
            Fate::Passed { delay, copies, reordered } => (delay, copies, reordered),
        };
        self.tally.duplicated += u64::from(copies > 1);
        self.tally.reordered += u64::from(reordered);
        let due = if reordered {
            lane.overtaken = Some(id);
            now.plus(delay).plus(OVERTAKE)
        } else if delay.is_zero() && lane.waiting == 0 {
            return Verdict::Pass { id, copies };
        } else {
            // Order is kept, whatever the lot says.
            lane.last = lane.last.max(now.plus(delay));
            lane.waiting += 1;
            lane.last
        };
        self.held_bytes += payload.len();
        self.held.insert(id, Outgoing { client: index, way, id, copies, payload: payload.to_vec() });
        self.due.push(Reverse((due, id)));
        Verdict::Hold
    }

    /// A datagram was sent: records that. What waited to be overtaken by it may go now.
    pub(super) fn passed(&mut self, tape: &mut Tape, now: Time, outgoing: &Sent<'_>) {
        let Sent { client, way, id, nth, payload } = *outgoing;
        let Some(client) = self.clients.get_mut(client).and_then(Option::as_mut) else { return };
        let ends = match way {
            Way::Up => client.route.up(Leg::Forwarded),
            Way::Down => client.route.down(Leg::Forwarded),
        };
        let comment = (nth > 0).then_some("the relay's second copy");
        tape.datagram(Spot { leg: Leg::Forwarded, time: now, id: Some(id), comment }, ends, payload);
        self.tally.passed += 1;
        let lane = client.lane(way);
        if let Some(overtaken) = lane.overtaken.filter(|overtaken| *overtaken < id) {
            lane.overtaken = None;
            self.due.push(Reverse((now, overtaken)));
        }
    }

    /// When something held back is due next.
    #[must_use]
    pub fn next_due(&self) -> Option<Time> {
        self.due.peek().map(|Reverse((due, _))| *due)
    }

    /// Hands out the next datagram that is due by now.
    pub fn take_due(&mut self, now: Time) -> Option<Outgoing> {
        while let Some(Reverse((due, id))) = self.due.peek().copied() {
            if due > now {
                return None;
            }
            self.due.pop();
            let Some(outgoing) = self.held.remove(&id) else { continue };
            self.held_bytes = self.held_bytes.saturating_sub(outgoing.payload.len());
            if let Some(client) = self.clients.get_mut(outgoing.client).and_then(Option::as_mut) {
                let lane = client.lane(outgoing.way);
                if lane.overtaken == Some(id) {
                    lane.overtaken = None;
                } else {
                    lane.waiting = lane.waiting.saturating_sub(1);
                }
            }
            return Some(outgoing);
        }
        None
    }
}

/// A datagram as it was sent on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent<'a> {
    pub(super) client: usize,
    pub(super) way: Way,
    pub(super) id: u64,
    /// Which copy, from 0.
    pub(super) nth: u8,
    pub(super) payload: &'a [u8],
}

/// What becomes of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Dropped,
    /// Too much waits already.
    Crowded,
    Passed {
        delay: Duration,
        copies: u8,
        reordered: bool,
    },
}

impl Fate {
    /// Every draw is made, needed or not: what `--loss` hits does not depend on `--delay`.
    fn draw(impairments: &Impairments, way: Way, dice: &mut Dice) -> Fate {
        let dropped = dice.hits(impairments.loss.of(way));
        let twice = dice.hits(impairments.duplicate.of(way));
        let reordered = dice.hits(impairments.reorder.of(way));
        let delay = impairments.delay.of(way).draw(dice);
        if dropped { Fate::Dropped } else { Fate::Passed { delay, copies: if twice { 2 } else { 1 }, reordered } }
    }

    /// Whether its datagram must be kept.
    fn holds(&self) -> bool {
        matches!(self, Fate::Passed { delay, reordered, .. } if *reordered || !delay.is_zero())
    }

    /// In words, unless nothing is remarkable.
    fn comment(&self) -> Option<String> {
        let (delay, copies, reordered) = match *self {
            Fate::Dropped => return Some("dropped by the relay".to_owned()),
            Fate::Crowded => return Some("dropped by the relay: too much is held back already".to_owned()),
            Fate::Passed { delay, copies, reordered } => (delay, copies, reordered),
        };
        let mut words = String::new();
        if !delay.is_zero() {
            let _ = write!(words, "held back {:.1} ms by the relay", delay.as_secs_f64() * 1e3);
        }
        if reordered {
            words.push_str(if words.is_empty() { "held back by the relay " } else { " and " });
            words.push_str("until the next one has overtaken it");
        }
        if copies > 1 {
            words.push_str(if words.is_empty() { "" } else { ", " });
            words.push_str("passed on twice by the relay");
        }
        (!words.is_empty()).then_some(words)
    }
}
