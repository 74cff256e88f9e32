//! The front door: steps of recognized flows in, observations out. Finds the service, the session and the side of each.

use super::desk::Desk;
use super::observation::{Divided, Witness};
use super::passage::Passages;
use super::service::Context;
use crate::bytes::Time;
use crate::flow::{FlowId, Side};
use crate::identify::{Step, Unit};
use crate::owned::Portion;
use crate::parallel::share;
use crate::policy::Policy;
use crate::protocol::{Direction, Spec, Transport};
use smallvec::SmallVec;
use std::collections::HashMap;
use std::net::SocketAddr;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Where a flow belongs.
#[derive(Clone, Copy)]
struct Place {
    desk: usize,
    link: usize,
    /// Which end of the flow is side 0 of the link.
    client: Side,
    /// The numbers of the sessions that what either side says counts in.
    sessions: [u32; 2],
}

impl Place {
    /// The side of the link that an end of the flow is.
    fn side(&self, end: Side) -> usize {
        usize::from(end != self.client)
    }
}

/// A step of a portion that its desk has still to take.
struct Due {
    index: usize,
    place: Place,
    epoch: u32,
}

/// So many steps are worth a thread to take some of them.
const WORTH_A_THREAD: usize = 512;

/// Follows all services of one capture.
pub struct Tracker {
    policy: Policy,
    desks: Vec<Desk>,
    by_server: Map<(&'static str, Transport, SocketAddr), usize>,
    /// The places of a flow, the latest first: who serves those who speak to each other may become known late.
    places: Map<FlowId, SmallVec<[Place; 1]>>,
    sessions: u32,
    epoch: u32,
    latest: Time,
    passages: Passages,
    /// By desk, in order.
    due: Vec<Vec<Due>>,
    /// The desks for which something is due.
    busy: Vec<usize>,
    /// How many threads take what is due.
    threads: usize,
    /// Nothing is followed but what it takes to tell sessions apart.
    sessions_only: bool,
    /// The sessions of a portion's steps.
    numbers: Vec<Option<u32>>,
}

impl Tracker {
    /// A tracker that has seen nothing.
    #[must_use]
    pub fn new(policy: Policy) -> Tracker {
        Tracker {
            policy,
            desks: Vec::new(),
            by_server: Map::default(),
            places: Map::default(),
            sessions: 0,
            epoch: 0,
            latest: Time(i64::MIN),
            passages: Passages::default(),
            due: Vec::new(),
            busy: Vec::new(),
            threads: 1,
            sessions_only: false,
            numbers: Vec::new(),
        }
    }

    /// The same, which takes many steps on so many threads.
    #[must_use]
    pub fn on_threads(self, threads: usize) -> Tracker {
        Tracker { threads, ..self }
    }

    /// The same, which only tells whose each unit is: it follows no more of what is said than that takes, and what a witness
    /// hears is not the whole.
    #[must_use]
    pub fn sessions_only(self) -> Tracker {
        Tracker { sessions_only: true, ..self }
    }

    /// Takes the next step. Steps of one service must come in frame order. The session a unit belongs to, from 1.
    pub fn step(&mut self, step: &Step<'_>, witness: &mut dyn Witness) -> Option<u32> {
        let place = match step {
            Step::Unit(unit) => {
                self.tick(unit.time);
                self.place_of_unit(unit).unwrap_or_else(|| self.settle(unit))
            }
            Step::Gap { flow, .. } | Step::End { flow, .. } => self.place_of(*flow)?,
            Step::Relayed { arrival, passed, .. } => {
                self.passages.note(*arrival, *passed);
                return None;
            }
        };
        if self.is_followed(place) {
            let mut cx = Context { witness, epoch: self.epoch, passages: &self.passages };
            take(&mut self.desks[place.desk], place, step, &mut cx);
        }
        number(place, step)
    }

    /// Takes many steps in their order, and returns the session of each. No service hears of another, so each takes all
    /// of its own at once, while what it remembers is at hand; a witness hears of them in that order.
    pub fn steps<W: Divided>(&mut self, steps: &Portion<Step<'static>>, witness: &mut W) -> &[Option<u32>] {
        self.numbers.clear();
        self.numbers.resize(steps.len(), None);
        for (index, outline) in steps.outlines().enumerate() {
            let place = match outline {
                Step::Unit(unit) => self.place_of_unit(unit),
                Step::Gap { flow, .. } | Step::End { flow, .. } => self.place_of(*flow),
                Step::Relayed { .. } => None,
            };
            let Some(place) = place else {
                // Where it belongs, or what it is to others, depends on what went before.
                self.catch_up(steps, witness);
                self.numbers[index] = steps.get(index).and_then(|step| self.step(&step, witness));
                continue;
            };
            if let Step::Unit(unit) = outline {
                self.tick(unit.time);
            }
            self.numbers[index] = number(place, outline);
            if self.is_followed(place) {
                let due = &mut self.due[place.desk];
                if due.is_empty() {
                    self.busy.push(place.desk);
                }
                due.push(Due { index, place, epoch: self.epoch });
            }
        }
        self.catch_up(steps, witness);
        &self.numbers
    }

    /// The capture is over; `end` is the time of its last packet.
    pub fn finish(&mut self, end: Time, witness: &mut dyn Witness) {
        for desk in &mut self.desks {
            let mut cx = Context { witness, epoch: self.epoch, passages: &self.passages };
            desk.finish(end, &mut cx);
        }
    }

    /// The same, on as many threads as it takes steps on.
    pub fn finish_shared<W: Divided>(&mut self, end: Time, witness: &mut W) {
        let Tracker { desks, epoch, passages, threads, .. } = self;
        share_out((*threads).min(desks.len()), desks.iter_mut(), witness, |witness, desk| {
            let mut cx = Context { witness, epoch: *epoch, passages };
            desk.finish(end, &mut cx);
        });
    }

    /// Lets every desk take what is due.
    fn catch_up<W: Divided>(&mut self, steps: &Portion<Step<'static>>, witness: &mut W) {
        let Tracker { desks, due, busy, passages, threads, .. } = self;
        let amount: usize = busy.iter().map(|desk| due[*desk].len()).sum();
        let threads = (*threads).min(busy.len()).min(amount / WORTH_A_THREAD);
        if threads > 1 {
            let work = desks.iter_mut().zip(due.iter()).filter(|(_, due)| !due.is_empty());
            share_out(threads, work, witness, |witness, (desk, due)| take_all(desk, due, steps, passages, witness));
        } else {
            busy.iter().for_each(|desk| take_all(&mut desks[*desk], &due[*desk], steps, passages, witness));
        }
        busy.drain(..).for_each(|desk| due[desk].clear());
    }

    /// Whether what is said there is followed.
    fn is_followed(&self, place: Place) -> bool {
        !self.sessions_only || self.desks[place.desk].service.spec.attaches
    }

    /// A clock that steps back makes intervals across the step meaningless.
    fn tick(&mut self, time: Time) {
        self.epoch += u32::from(time < self.latest);
        self.latest = time;
    }

    fn place_of(&self, flow: FlowId) -> Option<Place> {
        self.places.get(&flow)?.first().copied()
    }

    /// Where a unit belongs, if its flow has spoken there last.
    fn place_of_unit(&self, unit: &Unit<'_>) -> Option<Place> {
        let place = self.place_of(unit.flow)?;
        // Who serves those who speak to each other may have become known.
        let stays = unit.direction != Direction::Peer
            || self.desk_of_peers(unit.protocol.spec(), unit).is_none_or(|desk| desk == place.desk);
        stays.then_some(place)
    }

    /// Gives the flow of a unit its place, or back the one that it had.
    fn settle(&mut self, unit: &Unit<'_>) -> Place {
        let spec = unit.protocol.spec();
        let (client, server) = match unit.direction {
            Direction::ToServer | Direction::Peer => (unit.src, unit.dst),
            Direction::ToClient => (unit.dst, unit.src),
            Direction::Unknown if unit.from == Side::A => (unit.src, unit.dst),
            Direction::Unknown => (unit.dst, unit.src),
        };
        let known = match unit.direction {
            Direction::Peer => self.desk_of_peers(spec, unit),
            _ => self.by_server.get(&(spec.id, unit.transport, server)).copied(),
        };
        let desk = known.unwrap_or_else(|| {
            let timer = self.policy.timer(spec);
            self.desks.push(Desk::new(unit.protocol, timer, self.policy.tolerance));
            self.due.push(Vec::new());
            self.by_server.insert((spec.id, unit.transport, server), self.desks.len() - 1);
            self.desks.len() - 1
        });
        let places = self.places.entry(unit.flow).or_default();
        let place = match places.iter().position(|place| place.desk == desk) {
            Some(known) => places.remove(known),
            None => {
                let at = &mut self.desks[desk];
                let link = at.link(unit, client, server, &mut self.sessions, &self.policy);
                let client = if at.side_at(link, unit) == 0 { unit.from } else { unit.from.other() };
                Place { desk, link, client, sessions: [0, 1].map(|side| at.number_of(link, side)) }
            }
        };
        places.insert(0, place);
        place
    }

    /// Two clients of one server speak to each other: which server's?
    fn desk_of_peers(&self, spec: &Spec, unit: &Unit<'_>) -> Option<usize> {
        let serves = |desk: &Desk, client: SocketAddr| desk.serves(unit.transport, client);
        let of_protocol = |desk: &&(usize, &Desk)| desk.1.service.spec.id == spec.id;
        let both = self
            .desks
            .iter()
            .enumerate()
            .find(|(_, desk)| desk.service.spec.id == spec.id && serves(desk, unit.src) && serves(desk, unit.dst));
        both.map(|(index, _)| index).or_else(|| {
            self.desks
                .iter()
                .enumerate()
                .filter(|desk| of_protocol(&desk))
                .find(|(_, desk)| serves(desk, unit.src) || serves(desk, unit.dst))
                .map(|(index, _)| index)
        })
    }
}

/// Several threads do work, and a witness hears what those on each have heard.
fn share_out<I: Send, W: Divided>(
    threads: usize,
    work: impl Iterator<Item = I> + Send,
    witness: &mut W,
    each: impl Fn(&mut W, I) + Sync,
) {
    let heard = share(threads, work, || witness.another(), each);
    heard.into_iter().for_each(|heard| witness.rejoin(heard));
}

/// A desk takes all that is due.
fn take_all(
    desk: &mut Desk,
    due: &[Due],
    steps: &Portion<Step<'static>>,
    passages: &Passages,
    witness: &mut dyn Witness,
) {
    for due in due {
        if let Some(step) = steps.get(due.index) {
            let mut cx = Context { witness, epoch: due.epoch, passages };
            take(desk, due.place, &step, &mut cx);
        }
    }
}

/// The session that a unit belongs to.
fn number(place: Place, step: &Step<'_>) -> Option<u32> {
    let Step::Unit(unit) = step else { return None };
    place.sessions.get(place.side(unit.from)).copied()
}

/// A desk takes a step.
fn take(desk: &mut Desk, place: Place, step: &Step<'_>, cx: &mut Context<'_>) {
    let link = place.link;
    match *step {
        Step::Unit(ref unit) => desk.unit(link, unit, cx),
        Step::Gap { time, .. } => desk.gap(link, time, cx),
        Step::End { from, frame, time, .. } => desk.end(link, place.side(from), (frame, time), cx),
        Step::Relayed { .. } => {}
    }
}
