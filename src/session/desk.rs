//! A service with its sessions' readings: what they are not decided on yet is held back, and then goes through in order.

use super::convention::{Conversation, Inference};
use super::exchange::Half;
use super::latency::Latencies;
use super::member::{Member, State};
use super::observation::Fact;
use super::service::{At, Context, Link, Party, Service, Session};
use crate::bytes::Time;
use crate::flow::Side;
use crate::identify::{Content, Unit};
use crate::owned::Owned;
use crate::policy::Policy;
use crate::protocol::{Act, Direction, Protocol, Reading, Transport};
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
pub(super) struct Desk {
    pub(super) service: Service,
    queue: VecDeque<Held>,
    /// Parallel to the service's sessions.
    inferences: Vec<Inference>,
    conversation: Conversation,
    by_client: Map<(Transport, SocketAddr), usize>,
    by_pair: Map<(SocketAddr, SocketAddr), usize>,
}

impl Desk {
    pub(super) fn new(
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

    /// Whether that is one of its clients.
    pub(super) fn serves(&self, transport: Transport, client: SocketAddr) -> bool {
        self.by_client.contains_key(&(transport, client))
    }

    /// The number of the session that what one side of a link says belongs to.
    pub(super) fn number_of(&self, link: usize, side: usize) -> u32 {
        self.service.sessions[self.service.session_of(link, side)].number
    }

    /// The next unit of a link.
    pub(super) fn unit(&mut self, link: usize, unit: &Unit<'_>, cx: &mut Context<'_>) {
        let side = self.side_at(link, unit);
        self.hear(link, side, unit);
        let session = self.service.session_of(link, side);
        if self.queue.is_empty() && self.is_decided(session) {
            self.take(link, side, unit, cx);
        } else {
            self.weigh(session, link, side, unit);
            let waiting = Waiting { unit: Owned::of(unit), link, side, epoch: cx.epoch };
            self.queue.push_back(Held::Unit(Box::new(waiting)));
            self.drain(false, cx);
        }
    }

    /// Bytes of a link are missing.
    pub(super) fn gap(&mut self, link: usize, time: Time, cx: &mut Context<'_>) {
        self.queue.push_back(Held::Gap { link, time });
        self.drain(false, cx);
    }

    /// One side of a link will send nothing more; the frame and the time that show it.
    pub(super) fn end(&mut self, link: usize, side: usize, (frame, time): (u64, Time), cx: &mut Context<'_>) {
        self.queue.push_back(Held::End { link, side, frame, time });
        self.drain(false, cx);
    }

    /// The capture is over; `end` is the time of its last packet.
    pub(super) fn finish(&mut self, end: Time, cx: &mut Context<'_>) {
        self.drain(true, cx);
        self.conclude();
        self.service.finish(end, cx);
    }

    /// Lets through what is decided, in order; everything, when asked or when too much waits.
    fn drain(&mut self, all: bool, cx: &mut Context<'_>) {
        while let Some(held) = self.queue.front() {
            if let Held::Unit(waiting) = held {
                let session = self.service.session_of(waiting.link, waiting.side);
                if !self.is_decided(session) {
                    if !all && self.queue.len() < LOOKAHEAD {
                        return;
                    }
                    self.decide(session);
                }
            }
            let Some(held) = self.queue.pop_front() else { return };
            match held {
                Held::Unit(waiting) => {
                    let mut then = Context { witness: cx.witness, epoch: waiting.epoch, passages: cx.passages };
                    self.take(waiting.link, waiting.side, &waiting.unit.lend(), &mut then);
                }
                Held::Gap { link, time } => self.service.gap(link, time),
                Held::End { link, side, frame, time } => {
                    self.service.advance(time, cx);
                    self.service.end(link, side, At { frame, time }, cx);
                }
            }
        }
    }

    /// The link of a flow that was not here before, by its first unit.
    pub(super) fn link(
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

    /// Which side of a link sent a unit.
    pub(super) fn side_at(&self, link: usize, unit: &Unit<'_>) -> usize {
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
