//! All sessions of one server: the only place where relays, lists and identities can be judged.

use super::broadcast::Broadcast;
use super::exchange::Half;
use super::hand::Hand;
use super::latency::Latencies;
use super::member::{Learns, Member, State};
use super::notice::Promise;
use super::numbers::Numbers;
use super::observation::{Fact, Observation, Witness};
use super::passage::Passages;
use super::printed::Printed;
use super::report::{Actor, ConventionReport, SessionReport};
use super::underway::Underway;
use crate::bytes::Time;
use crate::flow::FlowId;
use crate::policy::Tolerance;
use crate::protocol::{Numbering, Protocol, Spec, Timer, Topic, Transport};
use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

/// How long an answer may take where the capture lacks something, or where the document names no timer.
pub(super) const FALLBACK: Duration = Duration::from_secs(5);

/// What is the same for every message of a run.
pub(crate) struct Context<'w> {
    pub(crate) witness: &'w mut dyn Witness,
    pub(crate) epoch: u32,
    /// What is known of what came through.
    pub(crate) passages: &'w Passages,
}

/// One side of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    Client(usize),
    Server,
}

/// A conversation between two endpoints: a UDP pair, or one TCP connection.
pub(crate) struct Link {
    /// By side: 0 is the client (or, between peers and where sides are unknown, the end seen first).
    pub(crate) parties: [Party; 2],
    pub(crate) halves: [Half; 2],
    pub(crate) session: usize,
    pub(crate) transport: Transport,
    /// Sides are known.
    pub(crate) sided: bool,
    /// Nothing can have gone before what was captured.
    pub(crate) from_start: bool,
    /// Bytes of it are missing, or it began before the capture: answers may have lost their requests until then.
    pub(crate) forgiving_until: Option<Time>,
    /// The next `id` of a message.
    pub(crate) next_id: u64,
}

/// One client's conversation with the server, over one link or several.
pub(crate) struct Session {
    pub(crate) number: u32,
    pub(crate) client: SocketAddr,
    pub(crate) server: SocketAddr,
    pub(crate) flows: Vec<FlowId>,
    pub(crate) messages: u64,
    pub(crate) exchanges: u64,
    pub(crate) retransmissions: u64,
    pub(crate) ambiguous: u64,
    pub(crate) first_frame: u64,
    pub(crate) first_time: Time,
    pub(crate) last_time: Time,
    pub(crate) login_seen: bool,
    pub(crate) end_seen: bool,
    pub(crate) latencies: Latencies,
    pub(crate) conventions: Vec<ConventionReport>,
    pub(crate) numbering: usize,
    /// Relays that kept the number of what they relay, and relays under a number of the server's own.
    pub(crate) relay_numbers: [u32; 2],
}

/// A place in the capture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    pub(crate) frame: u64,
    pub(crate) time: Time,
}

/// Who asked the server to pass an invitation on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inviter {
    pub(crate) member: usize,
    /// The link it asked on, and what it said there.
    pub(crate) link: usize,
    pub(crate) id: u64,
    /// What it said to choose a mode, where it has to.
    pub(crate) chose: Option<u64>,
}

/// All sessions of one server, and what the server has granted.
pub(crate) struct Service {
    pub(crate) protocol: &'static dyn Protocol,
    pub(crate) spec: &'static Spec,
    pub(crate) timer: Timer,
    pub(crate) tolerance: Tolerance,
    patience: Duration,
    at_once: Duration,
    pub(crate) links: Vec<Link>,
    pub(crate) link_of: HashMap<(Transport, FlowId), usize>,
    pub(crate) sessions: Vec<Session>,
    /// Parallel to `sessions`.
    pub(crate) members: Vec<Member>,
    /// By the fingerprint of their text.
    pub(crate) broadcasts: Printed<Broadcast>,
    pub(crate) next_broadcast: u64,
    pub(crate) promises: Vec<Promise>,
    /// Inviters whose invitation is not relayed yet, oldest first.
    pub(crate) inviters: VecDeque<Inviter>,
    /// Groups whose members talk without the server.
    pub(crate) decentralized: Vec<super::member::Room>,
    /// The running number, where all parties share one.
    pub(crate) conversation: Numbers,
    /// Findings that a later look at the whole may soften.
    pub(crate) held: Vec<Observation>,
    /// Frames at which a number seems skipped that was seen on what was taken for an answer.
    pub(crate) doubtful: Vec<u64>,
    /// Gaps of several timers between two copies: copies lost before the capture point.
    pub(crate) hidden: u64,
    /// Messages captured unanswered and sent again: the capture shows loss.
    pub(crate) losses: u64,
    /// Names that lists showed before anyone could know better.
    pub(crate) strangers: Vec<Box<[u8]>>,
    /// A full list has been seen.
    pub(crate) list_seen: bool,
    /// A list's address agreed with what was captured.
    pub(crate) addresses_agree: bool,
    /// What has not come through yet, where a relay shows it.
    pub(crate) underway: Vec<Underway>,
    /// When something is due next.
    pub(crate) next_deadline: Option<Time>,
    pub(crate) now: Time,
}

impl Service {
    pub(crate) fn new(protocol: &'static dyn Protocol, timer: Timer, tolerance: Tolerance) -> Service {
        Service {
            protocol,
            spec: protocol.spec(),
            timer,
            tolerance,
            patience: timer.patience.saturating_mul(2),
            at_once: timer.patience / 10,
            links: Vec::new(),
            link_of: HashMap::new(),
            sessions: Vec::new(),
            members: Vec::new(),
            broadcasts: Printed::default(),
            next_broadcast: 0,
            promises: Vec::new(),
            inviters: VecDeque::new(),
            decentralized: Vec::new(),
            conversation: Numbers::default(),
            held: Vec::new(),
            doubtful: Vec::new(),
            hidden: 0,
            losses: 0,
            strangers: Vec::new(),
            list_seen: false,
            addresses_agree: false,
            underway: Vec::new(),
            next_deadline: None,
            now: Time(i64::MIN),
        }
    }

    /// Two timers: how long an answer, a relay or a notice may take. Five seconds where there is none.
    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    /// What comes so soon after something may be due to it, or have crossed it on its way.
    pub(crate) fn at_once(&self) -> Duration {
        self.at_once
    }

    /// The numbering a link's session follows.
    pub(crate) fn numbering(&self, link: usize) -> Numbering {
        const NONE: Numbering =
            Numbering { modulus: 0, first: None, shared: false, may_skip: true, answers_count: false };
        let chosen = self.sessions[self.links[link].session].numbering;
        self.spec.numbering.get(chosen).or(self.spec.numbering.first()).copied().unwrap_or(NONE)
    }

    pub(crate) fn actor(&self, link: usize, side: usize) -> Actor {
        let link = &self.links[link];
        match link.parties {
            _ if !link.sided => Actor::Peer,
            [Party::Client(_), Party::Client(_)] => Actor::Peer,
            parties => match parties[side] {
                Party::Client(_) => Actor::Client,
                Party::Server => Actor::Server,
            },
        }
    }

    /// The member on one side of a link.
    pub(crate) fn member_of(&self, link: usize, side: usize) -> Option<usize> {
        match self.links[link].parties[side] {
            Party::Client(member) => Some(member),
            Party::Server => None,
        }
    }

    /// The conversations of a client with the server; what the server says is their side 1.
    pub(crate) fn links_of(&self, member: usize) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(move |link| link.parties == [Party::Client(member), Party::Server])
    }

    /// The session a message from one side of a link counts in: the sender's.
    pub(crate) fn session_of(&self, link: usize, side: usize) -> usize {
        match self.links[link].parties {
            [Party::Client(a), Party::Client(b)] => [a, b][side.min(1)],
            _ => self.links[link].session,
        }
    }

    pub(crate) fn called(&self, member: usize) -> String {
        self.members[member].called(self.sessions[member].client)
    }

    /// Whether a member is certainly logged in and reachable.
    pub(crate) fn is_present(&self, member: usize) -> bool {
        let known = &self.members[member];
        known.is_inside() && !known.lost
    }

    /// Tells of the message in hand.
    pub(super) fn tell_of(&mut self, hand: &Hand<'_>, related: Vec<u64>, fact: Fact, cx: &mut Context<'_>) {
        self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, fact);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one observation")]
    pub(crate) fn tell(
        &mut self,
        cx: &mut Context<'_>,
        session: usize,
        actor: Actor,
        at: At,
        related: Vec<u64>,
        name: &str,
        fact: Fact,
    ) {
        self.tell_with(cx, session, actor, at, related, name, None, fact);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one observation")]
    pub(crate) fn tell_with(
        &mut self,
        cx: &mut Context<'_>,
        session: usize,
        actor: Actor,
        at: At,
        related: Vec<u64>,
        name: &str,
        caveat: Option<Cow<'static, str>>,
        fact: Fact,
    ) {
        cx.witness.observe(Observation {
            spec: self.spec,
            session: self.sessions[session].number,
            actor,
            frame: at.frame,
            time: at.time,
            related,
            name: name.to_owned(),
            caveat,
            fact,
        });
    }

    /// Says that a topic was checked.
    pub(crate) fn checked(&self, cx: &mut Context<'_>, topic: Topic, session: usize, actor: Actor) {
        cx.witness.opportunity(self.spec, topic, self.sessions[session].number, actor);
    }

    /// Says that several topics were checked.
    pub(crate) fn checked_all(&self, cx: &mut Context<'_>, topics: &[Topic], session: usize, actor: Actor) {
        cx.witness.opportunities(self.spec, topics, self.sessions[session].number, actor);
    }

    /// Something must be looked at by then, or a little later: looking costs, so it is done for many things at once.
    pub(crate) fn wake_at(&mut self, deadline: Time) {
        const STEP: i64 = 50_000_000;
        if self.next_deadline.is_some_and(|next| next <= deadline) {
            return;
        }
        let deadline = Time(deadline.0.div_euclid(STEP).saturating_add(1).saturating_mul(STEP));
        if self.next_deadline.is_none_or(|next| deadline < next) {
            self.next_deadline = Some(deadline);
        }
    }

    /// Whether what one side sent may lack its context: the capture began in the middle, or lost bytes, not long ago.
    pub(crate) fn is_forgiving(&self, link: usize, now: Time) -> bool {
        self.links[link].forgiving_until.is_some_and(|until| now <= until)
    }

    /// The id of a message of a link, which no other has.
    pub(crate) fn take_id(&mut self, link: usize) -> u64 {
        let link = &mut self.links[link];
        link.next_id += 1;
        link.next_id
    }

    /// Bytes of a TCP link are missing: what hung on them is unknowable.
    pub(crate) fn gap(&mut self, link: usize, now: Time) {
        let until = now.plus(FALLBACK);
        self.links[link].forgiving_until = Some(until);
        for half in &mut self.links[link].halves {
            for sent in &mut half.open {
                sent.excused = true;
            }
            half.numbers.forget();
            half.forgiven += 16;
        }
        for side in 0..2 {
            if let Some(member) = self.member_of(link, side) {
                self.members[member].damaged_until = Some(until);
            }
        }
        // What was lost from a client may be what others receive; what was lost to one may be what it was owed.
        for broadcast in self.broadcasts.iter_mut() {
            broadcast.excused = true;
        }
    }

    /// One side of a TCP link will send nothing more.
    pub(crate) fn end(&mut self, link: usize, side: usize, at: At, cx: &mut Context<'_>) {
        self.links[link].halves[side].ended.get_or_insert(at.time);
        let session = self.links[link].session;
        self.sessions[session].end_seen = true;
        if let Some(member) = self.member_of(link, 0)
            && self.sessions[member]
                .flows
                .first()
                .is_some_and(|flow| self.link_of.get(&(Transport::Tcp, *flow)) == Some(&link))
        {
            let old = self.members[member].state.clone();
            self.leave_service(member, at.time, at.time, cx);
            if side == 0 && old != State::Out {
                // Until the server gets to know, it speaks to a client that is there.
                self.members[member].before = Some((old, at.time.plus(self.patience()), Learns::Server));
            }
        }
    }

    /// A client is out, as it has wanted since then: what it was owed is owed no more.
    pub(crate) fn leave_service(&mut self, member: usize, since: Time, now: Time, cx: &mut Context<'_>) {
        let known = &mut self.members[member];
        if known.is_inside() {
            known.has_left = true;
        }
        known.go(State::Out);
        if let Some(Some(partner)) = known.partner.take() {
            // Whom it chatted with need not know yet.
            self.members[partner].partner = Some(None);
        }
        self.members[member].invitations.clear();
        // What was on its way to a client that leaves is answered by nobody: after its leave is confirmed it must not speak.
        let patience = self.patience();
        for link in &mut self.links {
            // What others say to it: the server, and clients that speak to it themselves.
            let side = match link.parties {
                [Party::Client(one), _] if one == member => 1,
                [_, Party::Client(other)] if other == member => 0,
                _ => continue,
            };
            let towards = &mut link.halves[side];
            for sent in &mut towards.open {
                let before = sent.sends.iter().filter(|send| send.time < since).count();
                sent.excused |= before <= 3 && now.since(sent.last().time) < patience;
            }
            for sent in towards.done.iter_mut() {
                let unheard = cx.passages.knows(sent.last().frame) && sent.heard(cx.passages, now).is_none();
                sent.excused |= unheard && now.since(sent.last().time) < patience;
            }
        }
        for broadcast in self.broadcasts.iter_mut() {
            broadcast.waiting.remove(member);
        }
        for promise in &mut self.promises {
            promise.members.retain(|owed| *owed != member);
        }
    }

    pub(crate) fn report(&self, index: usize) -> SessionReport {
        let session = &self.sessions[index];
        let member = &self.members[index];
        let name = member.name.as_ref();
        SessionReport {
            session: session.number,
            spec: self.spec,
            flows: session.flows.clone(),
            client: session.client,
            server: session.server,
            user: name.map(|name| String::from_utf8_lossy(name).into_owned()),
            complete: session.login_seen && session.end_seen,
            conventions: session.conventions.clone(),
            messages: session.messages,
            exchanges: session.exchanges,
            retransmissions: session.retransmissions,
            first_frame: session.first_frame,
            first_time: session.first_time,
            last_time: session.last_time,
            latency: session.latencies.total(),
            ambiguous: session.ambiguous,
            latency_by_side: session.latencies.by_side(self.spec),
        }
    }
}
