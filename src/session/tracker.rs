//! The front door: steps of recognized flows in, observations out. Finds the service, the session and the side of each.

use super::convention::{Conversation, Inference};
use super::exchange::Half;
use super::latency::Latencies;
use super::member::{Member, State};
use super::observation::{Fact, Witness};
use super::passage::Passages;
use super::service::{At, Context, Link, Party, Service, Session};
use crate::bytes::Time;
use crate::flow::{FlowId, Side};
use crate::identify::{Content, Step, Unit};
use crate::owned::Owned;
use crate::policy::Policy;
use crate::protocol::{Act, Direction, Protocol, Reading, Spec, Transport};
use smallvec::SmallVec;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

/// How many messages a service holds back at the most while a session's readings are undecided.
const LOOKAHEAD: usize = 4096;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A unit that waits until its session's readings are known.
struct Waiting {
    unit: Owned<Unit<'static>>,
    link: usize,
    side: usize,
    epoch: u32,
}

/// What a service holds back, in order.
enum Held {
    Unit(Box<Waiting>),
    Gap { link: usize, time: Time },
    End { link: usize, side: usize, frame: u64, time: Time },
}

/// A service with what it holds back.
struct Desk {
    service: Service,
    queue: VecDeque<Held>,
    /// Parallel to the service's sessions.
    inferences: Vec<Inference>,
    conversation: Conversation,
    by_client: Map<(Transport, SocketAddr), usize>,
    by_pair: Map<(SocketAddr, SocketAddr), usize>,
}

/// Where a flow belongs.
#[derive(Clone, Copy)]
struct Place {
    desk: usize,
    link: usize,
    /// Which end of the flow is side 0 of the link.
    client: Side,
}

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
        }
    }

    /// Takes the next step. Steps of one service must come in frame order. The session a unit belongs to, from 1.
    pub fn step(&mut self, step: &Step<'_>, witness: &mut dyn Witness) -> Option<u32> {
        match step {
            Step::Unit(unit) => Some(self.unit(unit, witness)),
            Step::Relayed { arrival, passed, .. } => {
                self.passages.note(*arrival, *passed);
                None
            }
            Step::Gap { flow, time, .. } => {
                let Place { desk, link, .. } = self.place_of(*flow)?;
                self.desks[desk].queue.push_back(Held::Gap { link, time: *time });
                self.drain(desk, false, witness);
                None
            }
            Step::End { flow, from, frame, time, .. } => {
                let Place { desk, link, client } = self.place_of(*flow)?;
                let side = usize::from(*from != client);
                self.desks[desk].queue.push_back(Held::End { link, side, frame: *frame, time: *time });
                self.drain(desk, false, witness);
                None
            }
        }
    }

    /// The capture is over; `end` is the time of its last packet.
    pub fn finish(&mut self, end: Time, witness: &mut dyn Witness) {
        for desk in 0..self.desks.len() {
            self.drain(desk, true, witness);
            let mut cx = Context { witness, epoch: self.epoch, passages: &self.passages };
            self.desks[desk].conclude();
            self.desks[desk].service.finish(end, &mut cx);
        }
    }

    fn place_of(&self, flow: FlowId) -> Option<Place> {
        self.places.get(&flow)?.first().copied()
    }

    fn unit(&mut self, unit: &Unit<'_>, witness: &mut dyn Witness) -> u32 {
        if unit.time < self.latest {
            // A clock that steps back makes intervals across the step meaningless.
            self.epoch += 1;
        }
        self.latest = unit.time;
        let spec = unit.protocol.spec();
        let (client, server) = match unit.direction {
            Direction::ToServer => (unit.src, unit.dst),
            Direction::ToClient => (unit.dst, unit.src),
            Direction::Peer => (unit.src, unit.dst),
            Direction::Unknown if unit.from == Side::A => (unit.src, unit.dst),
            Direction::Unknown => (unit.dst, unit.src),
        };
        let mine = self.place_of(unit.flow);
        let known = match unit.direction {
            Direction::Peer => self.desk_of_peers(spec, unit),
            _ => {
                mine.map(|place| place.desk).or_else(|| self.by_server.get(&(spec.id, unit.transport, server)).copied())
            }
        };
        let desk = known.unwrap_or_else(|| {
            let timer = self.policy.timer(spec);
            self.desks.push(Desk::new(unit.protocol, timer, self.policy.tolerance));
            self.by_server.insert((spec.id, unit.transport, server), self.desks.len() - 1);
            self.desks.len() - 1
        });
        let link = match mine {
            Some(place) if place.desk == desk => place.link,
            _ => self.place(desk, unit, client, server),
        };
        let (epoch, at) = (self.epoch, desk);
        let desk = &mut self.desks[at];
        let side = desk.side_at(link, unit);
        desk.hear(link, side, unit);
        let session = desk.service.session_of(link, side);
        let number = desk.service.sessions[session].number;
        if desk.queue.is_empty() && desk.is_decided(session) {
            let mut cx = Context { witness, epoch, passages: &self.passages };
            desk.take(link, side, unit, &mut cx);
        } else {
            desk.weigh(session, link, side, unit);
            desk.queue.push_back(Held::Unit(Box::new(Waiting { unit: Owned::of(unit), link, side, epoch })));
            self.drain(at, false, witness);
        }
        number
    }

    /// Gives a flow its link at a desk, or back the one that it had there.
    fn place(&mut self, desk: usize, unit: &Unit<'_>, client: SocketAddr, server: SocketAddr) -> usize {
        let places = self.places.entry(unit.flow).or_default();
        let place = match places.iter().position(|place| place.desk == desk) {
            Some(known) => places.remove(known),
            None => {
                let at = &mut self.desks[desk];
                let link = at.link(unit, client, server, &mut self.sessions, &self.policy);
                let client = if at.side_at(link, unit) == 0 { unit.from } else { unit.from.other() };
                Place { desk, link, client }
            }
        };
        places.insert(0, place);
        place.link
    }

    /// Two clients of one server speak to each other: which server's?
    fn desk_of_peers(&self, spec: &Spec, unit: &Unit<'_>) -> Option<usize> {
        let serves = |desk: &Desk, client: SocketAddr| desk.by_client.contains_key(&(unit.transport, client));
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

    /// Lets through what is decided, in order; everything, when asked or when too much waits.
    fn drain(&mut self, desk: usize, all: bool, witness: &mut dyn Witness) {
        let desk = &mut self.desks[desk];
        while let Some(held) = desk.queue.front() {
            if let Held::Unit(waiting) = held {
                let session = desk.service.session_of(waiting.link, waiting.side);
                if !desk.is_decided(session) {
                    if !all && desk.queue.len() < LOOKAHEAD {
                        return;
                    }
                    desk.decide(session);
                }
            }
            let Some(held) = desk.queue.pop_front() else { return };
            match held {
                Held::Unit(waiting) => {
                    let mut cx = Context { witness, epoch: waiting.epoch, passages: &self.passages };
                    desk.take(waiting.link, waiting.side, &waiting.unit.lend(), &mut cx);
                }
                Held::Gap { link, time } => desk.service.gap(link, time),
                Held::End { link, side, frame, time } => {
                    let mut cx = Context { witness, epoch: self.epoch, passages: &self.passages };
                    desk.service.advance(time, &mut cx);
                    desk.service.end(link, side, At { frame, time }, &mut cx);
                }
            }
        }
    }
}

impl Desk {
    fn new(
        protocol: &'static dyn Protocol,
        timer: crate::protocol::Timer,
        tolerance: crate::policy::Tolerance,
    ) -> Desk {
        Desk {
            service: Service::new(protocol, timer, tolerance),
            queue: VecDeque::new(),
            inferences: Vec::new(),
            conversation: Conversation::default(),
            by_client: Map::default(),
            by_pair: Map::default(),
        }
    }

    /// The link of a flow that was not here before, by its first unit.
    fn link(
        &mut self,
        unit: &Unit<'_>,
        client: SocketAddr,
        server: SocketAddr,
        sessions: &mut u32,
        policy: &Policy,
    ) -> usize {
        let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
        let bytes = self.service.protocol.whole_bytes(unit.bytes, &reading);
        let first = self.service.protocol.dissect(&bytes, &reading);
        let logs_in = matches!(first.act, Act::Login { .. });
        let attaches = match &first.act {
            Act::Attach { user } => self.service.named(user),
            _ => None,
        };
        let peers = unit.direction == Direction::Peer;
        let pair = if client < server { (client, server) } else { (server, client) };
        if unit.transport == Transport::Udp
            && let Some(link) = self.by_pair.get(&pair).copied()
        {
            let session = self.service.links[link].session;
            self.service.sessions[session].flows.push(unit.flow);
            return link;
        }
        let session = match (attaches, peers) {
            (Some(member), _) => member,
            (None, true) => self.session(unit, client, server, false, sessions, policy),
            (None, false) => self.session(unit, client, server, logs_in, sessions, policy),
        };
        let other = peers.then(|| self.session(unit, server, client, false, sessions, policy));
        if !self.service.sessions[session].flows.contains(&unit.flow) {
            self.service.sessions[session].flows.push(unit.flow);
        }
        let from_start = logs_in || attaches.is_some();
        let index = self.service.links.len();
        self.service.links.push(Link {
            parties: [Party::Client(session), other.map_or(Party::Server, Party::Client)],
            halves: [Half::default(), Half::default()],
            session,
            transport: unit.transport,
            sided: unit.direction != Direction::Unknown,
            from_start: from_start || peers,
            forgiving_until: (!from_start).then(|| unit.time.plus(self.service.patience().max(Duration::from_secs(1)))),
            next_id: 0,
        });
        self.service.link_of.insert((unit.transport, unit.flow), index);
        if unit.transport == Transport::Udp {
            self.by_pair.insert(pair, index);
        }
        index
    }

    fn side_at(&self, link: usize, unit: &Unit<'_>) -> usize {
        let link = &self.service.links[link];
        match link.parties[0] {
            // Where one endpoint speaks to itself, only the direction tells.
            Party::Client(_) if unit.direction == Direction::ToServer => 0,
            Party::Client(_) if unit.direction == Direction::ToClient => 1,
            Party::Client(member) if unit.direction == Direction::Peer => {
                usize::from(self.service.sessions[member].client != unit.src)
            }
            _ => usize::from(unit.from != Side::A),
        }
    }

    fn session(
        &mut self,
        unit: &Unit<'_>,
        client: SocketAddr,
        server: SocketAddr,
        logs_in: bool,
        sessions: &mut u32,
        policy: &Policy,
    ) -> usize {
        if unit.transport == Transport::Udp
            && let Some(session) = self.by_client.get(&(unit.transport, client))
        {
            return *session;
        }
        *sessions += 1;
        let index = self.service.sessions.len();
        self.service.sessions.push(Session {
            number: *sessions,
            client,
            server,
            flows: Vec::new(),
            messages: 0,
            exchanges: 0,
            retransmissions: 0,
            ambiguous: 0,
            first_frame: unit.frame,
            first_time: unit.time,
            last_time: unit.time,
            login_seen: false,
            end_seen: false,
            latencies: Latencies::default(),
            conventions: Vec::new(),
            numbering: 0,
            relay_numbers: [0; 2],
            absorbed: false,
        });
        self.service.members.push(Member::new(if logs_in { State::Out } else { State::Unknown }));
        self.inferences.push(Inference::new(self.service.spec, policy, unit.choices));
        self.by_client.insert((unit.transport, client), index);
        // Readings forced from outside hold from its first message on.
        self.apply(index);
        index
    }

    fn is_decided(&self, session: usize) -> bool {
        self.inferences.get(session).is_none_or(Inference::is_settled)
    }

    /// What the bytes of a message themselves say of its sender's readings.
    fn hear(&mut self, link: usize, side: usize, unit: &Unit<'_>) {
        let session = self.service.session_of(link, side);
        let Some(inference) = self.inferences.get_mut(session).filter(|inference| inference.listens()) else { return };
        if unit.content == Content::Message {
            let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
            self.service.protocol.vote(unit.bytes, &reading, &mut |convention, value| {
                inference.hear_bytes(convention, value, unit.choices);
            });
        }
    }

    /// Shows a unit to its session's inference.
    fn weigh(&mut self, session: usize, link: usize, side: usize, unit: &Unit<'_>) {
        let Some(inference) = self.inferences.get_mut(session) else { return };
        if unit.content != Content::Message {
            return;
        }
        let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
        let bytes = self.service.protocol.whole_bytes(unit.bytes, &reading);
        let message = self.service.protocol.dissect(&bytes, &reading);
        inference.weigh(link, side, &message, &self.conversation);
        let modulus = self.service.spec.numbering.first().map_or(0, |numbering| numbering.modulus);
        self.conversation.note(message.seq, modulus);
        if inference.is_ripe() {
            self.decide(session);
        }
    }

    /// Decides what the session itself left open: as the server's other sessions do, else the default.
    fn decide(&mut self, session: usize) {
        let elsewhere: Vec<Option<usize>> = (0..self.service.spec.conventions.len())
            .map(|convention| {
                let mut counts = [0usize; 4];
                for (other, inference) in self.inferences.iter().enumerate() {
                    if other != session
                        && let Some(count) = inference.decided(convention).and_then(|value| counts.get_mut(value))
                    {
                        *count += 1;
                    }
                }
                let most = counts.iter().copied().max().filter(|most| *most > 0)?;
                counts.iter().position(|count| *count == most)
            })
            .collect();
        let mut together = Vec::new();
        for inference in &self.inferences {
            together.resize(inference.misfits().len().max(together.len()), 0);
            for (sum, misfits) in together.iter_mut().zip(inference.misfits()) {
                *sum += misfits;
            }
        }
        if let Some(inference) = self.inferences.get_mut(session) {
            inference.settle(&elsewhere, &together);
        }
        self.apply(session);
    }

    fn apply(&mut self, session: usize) {
        let spec = self.service.spec;
        let Some(inference) = self.inferences.get(session) else { return };
        if let Some(convention) = spec.numbering_by {
            self.service.sessions[session].numbering = inference.value(convention);
        }
        self.service.sessions[session].conventions = inference.report(spec);
    }

    /// All is read: every session's readings as they stand.
    fn conclude(&mut self) {
        for session in 0..self.service.sessions.len() {
            let votes = self.service.sessions[session].relay_numbers;
            if let Some(inference) = self.inferences.get_mut(session) {
                inference.hear_relays(self.service.spec, votes);
            }
            if !self.is_decided(session) {
                self.decide(session);
            }
            self.apply(session);
        }
    }

    /// Hands a unit to the service.
    fn take(&mut self, link: usize, side: usize, unit: &Unit<'_>, cx: &mut Context<'_>) {
        self.service.come_through(unit.time, cx.passages);
        self.service.advance(unit.time, cx);
        let (session, actor) = (self.service.session_of(link, side), self.service.actor(link, side));
        let at = At { frame: unit.frame, time: unit.time };
        match unit.content {
            Content::Message => self.service.message(link, side, unit, cx),
            Content::NoMessage { torn: true } | Content::Private { .. } => {}
            Content::NoMessage { torn: false } => self.service.no_message(link, side, unit, cx),
            Content::Incomplete { needed } => {
                let fact = Fact::Incomplete { needed, there: unit.bytes.len() };
                self.service.tell(cx, session, actor, at, Vec::new(), "message", fact);
            }
        }
    }
}
