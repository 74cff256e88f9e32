//! A flow of which it is not known yet what it speaks: its explanations compete until one wins or all are given up.

use super::conventions::Tally;
use super::decode_as::Options;
use super::endpoints::{Endpoints, Pair, SERVED_BEFORE};
use super::held::{Held, Input};
use super::hypothesis::{Hypothesis, Roles};
use super::stream::Run;
use crate::flow::{Event, Side};
use crate::limits::Limits;
use crate::protocol::{Protocol, Sender};
use crate::protocols;

/// Bits with which a single message is enough.
const ALONE: f32 = 40.0;
/// Bits with which it is when nothing more is to come.
const ALONE_AT_LAST: f32 = 30.0;
/// Bits with which several messages are.
const TOGETHER: f32 = 30.0;
/// Bits with which they are when nothing more is to come.
const AT_LAST: f32 = 24.0;
/// Bits of its own a flow must bring, whatever is known of its endpoints.
const OWN: f32 = 8.0;
/// The same, where its server is known.
const OWN_IF_SERVED: f32 = 4.0;
/// Bits by which it must beat the next protocol.
const MARGIN: f32 = 10.0;
/// Bits by which one distribution of roles must beat the other.
const ROLE_MARGIN: f32 = 4.0;
/// Bits by which it holds even against an end that several flows share.
const ROLE_CERTAIN: f32 = 16.0;
/// How many messages a recognized protocol is kept back to find out who is the client.
const ROLE_PATIENCE: usize = 12;
/// Bits below which a flow is so unlikely to be ours that nothing waits for it.
const UNLIKELY: f32 = -6.0;

/// A flow that is not decided.
pub(super) struct Undecided {
    pub(super) pair: Pair,
    /// What it said.
    pub(super) held: Held,
    /// Its first byte is the connection's first.
    pub(super) from_start: bool,
    /// The user says what it speaks.
    forced: Option<Forced>,
    hypotheses: Vec<Hypothesis>,
    /// The best explanation given up.
    fallen: Option<Hypothesis>,
    /// Sides that will say nothing more.
    ended: [bool; 2],
}

struct Forced {
    text: String,
    /// The side whose port the user named.
    server: Option<Side>,
}

/// What became of it.
pub(super) enum Decision {
    Ours(Ours),
    Foreign(Foreign),
}

/// A recognized flow.
pub(super) struct Ours {
    pub(super) protocol: &'static dyn Protocol,
    /// `None`: the capture does not tell.
    pub(super) roles: Option<Roles>,
    pub(super) tally: Tally,
    pub(super) confidence: f64,
    pub(super) reason: String,
}

/// A flow that is none of ours.
pub(super) struct Foreign {
    pub(super) confidence: f64,
    pub(super) reason: String,
}

impl Undecided {
    /// A flow that begins. `opened_by`: the side that connected, where that was captured.
    pub(super) fn new(pair: Pair, opened_by: Option<Side>, options: &Options) -> Undecided {
        let rule = options.decode_as.iter().rev().find(|rule| rule.fits(pair.transport, pair.a, pair.b));
        let server = |address| options.servers.contains(&address);
        let client = match (server(pair.a), server(pair.b)) {
            (true, false) => Some(Side::B),
            (false, true) => Some(Side::A),
            _ => opened_by,
        };
        let mut hypotheses = Vec::new();
        for protocol in protocols::ALL.iter().copied() {
            let spec = protocol.spec();
            let wanted = match rule {
                Some(rule) => rule.protocol.spec().id == spec.id,
                None => {
                    options.protocols.is_empty() || options.protocols.iter().any(|wanted| wanted.spec().id == spec.id)
                }
            };
            if !wanted || !spec.transports.contains(&pair.transport) {
                continue;
            }
            let forced = options.conventions.iter().filter(|forced| forced.protocol.spec().id == spec.id);
            let tally = Tally::settled(forced.map(|forced| (forced.convention, forced.value)));
            let mut explain = |roles| {
                let from_start = opened_by.is_some();
                hypotheses.push(Hypothesis::new(protocol, roles, pair.transport, from_start, tally.clone()));
            };
            for side in [Side::A, Side::B] {
                if client.is_none_or(|client| client == side) {
                    explain(Roles::Client(side));
                }
            }
            let between_clients = spec.kinds.iter().any(|kind| matches!(kind.from, Sender::ClientOrPeer | Sender::Any));
            if client.is_none() && between_clients {
                explain(Roles::Peers);
            }
        }
        let forced = rule.map(|rule| Forced {
            text: rule.text.clone(),
            server: match (rule.ports.contains(&pair.a.port()), rule.ports.contains(&pair.b.port())) {
                (true, false) => Some(Side::A),
                (false, true) => Some(Side::B),
                _ => None,
            },
        });
        Undecided {
            pair,
            held: Held::default(),
            from_start: opened_by.is_some(),
            forced,
            hypotheses,
            fallen: None,
            ended: [false; 2],
        }
    }

    /// Lets every explanation hear what the flow says next.
    pub(super) fn hear(&mut self, input: &Input<'_>, endpoints: &Endpoints, limits: &Limits) {
        let from = input.from;
        for hypothesis in &mut self.hypotheses {
            match input.event {
                Event::Datagram { bytes, cut, .. } => hypothesis.datagram(from, bytes, cut),
                Event::Run { bytes, carried_by, .. } => {
                    let run = Run { bytes, carried_by, frame: input.frame, time: input.time };
                    hypothesis.run(from, run, limits);
                }
                Event::Gap { missing } => hypothesis.gap(from, missing),
                Event::End { .. } => {}
            }
        }
        if let Event::End { .. } = input.event {
            let [a, b] = &mut self.ended;
            *(if from == Side::A { a } else { b }) = true;
        }
        if self.forced.is_some() {
            return;
        }
        let pair = self.pair;
        let mut index = 0;
        while let Some(hypothesis) = self.hypotheses.get(index) {
            if hypothesis.is_hopeless(endpoints.prior(pair, hypothesis.protocol, hypothesis.roles)) {
                let given_up = self.hypotheses.swap_remove(index);
                if self.fallen.as_ref().is_none_or(|best| best.score < given_up.score) {
                    self.fallen = Some(given_up);
                }
            } else {
                index += 1;
            }
        }
    }

    /// Whether others should wait for it: it may well be ours.
    pub(super) fn is_promising(&self, endpoints: &Endpoints) -> bool {
        self.forced.is_some() || self.best(endpoints).is_some_and(|(_, bits)| bits > UNLIKELY)
    }

    /// What it is, if that can be told by now; `last`: nothing more is to come.
    pub(super) fn decide(&self, endpoints: &Endpoints, last: bool) -> Option<Decision> {
        let last = last || self.ended == [true; 2];
        let Some((best, bits)) = self.best(endpoints) else {
            return Some(Decision::Foreign(self.contradicted()));
        };
        let rival = self.rival(best, endpoints);
        // Its server is known: then hardly anything is needed, and nothing more if nothing more comes.
        let served = bits - best.score >= SERVED_BEFORE;
        let enough = match () {
            () if best.fit == 0 || best.misfit > best.fit => false,
            () if served && last => best.score >= OWN_IF_SERVED,
            () if served => bits >= TOGETHER,
            () if best.score < OWN => false,
            () if best.fit == 1 => bits >= if last { ALONE_AT_LAST } else { ALONE },
            () => bits >= if last { AT_LAST } else { TOGETHER },
        };
        let apart = rival.is_none_or(|(_, other)| bits - other.max(0.0) >= MARGIN);
        if !(enough && apart || self.forced.is_some()) {
            return None;
        }
        let roles = self.roles(best.protocol, endpoints);
        if roles.is_none() && !last && self.held.len() < ROLE_PATIENCE {
            return None;
        }
        let tally = roles
            .and_then(|roles| self.hypotheses.iter().find(|it| it.is(best.protocol) && it.roles == roles))
            .unwrap_or(best)
            .tally
            .clone();
        let (confidence, reason) = match &self.forced {
            Some(forced) => (1.0, format!("told so by {}", forced.text)),
            None => (likelihood(bits - rival.map_or(0.0, |(_, other)| other.max(0.0))), said_for(best, bits, rival)),
        };
        Some(Decision::Ours(Ours { protocol: best.protocol, roles, tally, confidence, reason }))
    }

    /// What is said of it when it was never decided.
    pub(super) fn too_little(&self, endpoints: &Endpoints) -> Foreign {
        let Some((best, bits)) = self.best(endpoints) else { return self.contradicted() };
        let id = best.protocol.spec().id;
        let reason = match (&best.complaint, self.rival(best, endpoints)) {
            (Some(complaint), _) => format!(
                "nearest is {id}: {bits:.0} bits of evidence, {} of {} messages do not fit: {complaint}",
                best.misfit,
                best.fit.saturating_add(best.misfit)
            ),
            (None, Some((rival, other))) if bits >= AT_LAST && bits - other < MARGIN => {
                format!("{id} and {} fit alike", rival.protocol.spec().id)
            }
            (None, _) => format!("nearest is {id}: {bits:.0} bits of evidence, too few to tell"),
        };
        Foreign { confidence: unlikelihood(bits), reason }
    }

    fn contradicted(&self) -> Foreign {
        let Some(best) = &self.fallen else {
            return Foreign { confidence: 1.0, reason: "nothing that was looked for runs over this".to_owned() };
        };
        let reason = format!(
            "nearest is {}: {} of {} messages do not fit: {}",
            best.protocol.spec().id,
            best.misfit,
            best.fit.saturating_add(best.misfit),
            best.complaint.as_deref().unwrap_or("their bytes are unlike its messages"),
        );
        Foreign { confidence: unlikelihood(best.score), reason }
    }

    fn best(&self, endpoints: &Endpoints) -> Option<(&Hypothesis, f32)> {
        self.ranked(endpoints, |_| true)
    }

    /// The best explanation by another protocol.
    fn rival(&self, best: &Hypothesis, endpoints: &Endpoints) -> Option<(&Hypothesis, f32)> {
        self.ranked(endpoints, |it| !it.is(best.protocol))
    }

    fn ranked(&self, endpoints: &Endpoints, among: impl Fn(&Hypothesis) -> bool) -> Option<(&Hypothesis, f32)> {
        let bits = |it: &Hypothesis| it.score + endpoints.prior(self.pair, it.protocol, it.roles);
        let candidates = self.hypotheses.iter().filter(|it| among(it)).map(|it| (it, bits(it)));
        // The first of equals: registry order.
        candidates.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// Who is who, if the protocol is this one: the first login tells, else an end that several flows share, else
    /// the way in which the messages fit better. `None`: nothing tells.
    fn roles(&self, protocol: &'static dyn Protocol, endpoints: &Endpoints) -> Option<Roles> {
        let mut all: Vec<_> = self
            .hypotheses
            .iter()
            .filter(|it| it.is(protocol))
            .map(|it| (it, it.score + endpoints.prior(self.pair, it.protocol, it.roles)))
            .collect();
        if let [(only, _)] = all[..] {
            return Some(only.roles);
        }
        let peers = all.iter().position(|(it, _)| it.roles == Roles::Peers).map(|index| all.swap_remove(index));
        if peers.is_some() && endpoints.are_peers(self.pair, protocol) {
            return Some(Roles::Peers);
        }
        all.sort_by(|(_, this), (_, that)| that.total_cmp(this));
        let (best, first) = *all.first()?;
        let lead = all.get(1).map_or(f32::INFINITY, |(_, second)| first - second);
        // What reads as a login only if everything else reads badly is none.
        let login = all.iter().filter(|(it, bits)| it.login && first - bits <= ROLE_MARGIN);
        if let [(login, _)] = login.collect::<Vec<_>>()[..] {
            return Some(login.roles);
        }
        if let Some(server) = self.forced.as_ref().and_then(|forced| forced.server) {
            return Some(Roles::Client(server.other()));
        }
        if peers.is_some_and(|(_, bits)| bits - first >= ROLE_MARGIN) {
            return Some(Roles::Peers);
        }
        if lead >= ROLE_CERTAIN {
            return Some(best.roles);
        }
        // Among clients that all talk to each other, each is an end that several flows share.
        if peers.is_some_and(|(peers, _)| peers.score - best.score > -ROLE_MARGIN) {
            return None;
        }
        match endpoints.shared(self.pair) {
            Some(server) => Some(Roles::Client(server.other())),
            None => (lead >= ROLE_MARGIN).then_some(best.roles),
        }
    }
}

impl Hypothesis {
    fn is(&self, protocol: &'static dyn Protocol) -> bool {
        self.protocol.spec().id == protocol.spec().id
    }
}

fn said_for(best: &Hypothesis, bits: f32, rival: Option<(&Hypothesis, f32)>) -> String {
    let heard = best.fit.saturating_add(best.misfit);
    let plural = if heard == 1 { "message" } else { "messages" };
    let next = match rival {
        Some((rival, other)) if other > 0.0 => format!("; the next, {}, has {other:.0}", rival.protocol.spec().id),
        _ => String::new(),
    };
    format!("{} of {heard} {plural} fit, {bits:.0} bits of evidence{next}", best.fit)
}

/// How likely an explanation is that was accepted, from its bits.
fn likelihood(bits: f32) -> f64 {
    odds(bits - (AT_LAST - MARGIN))
}

/// How unlikely one is that was not: even at what would just have been enough.
fn unlikelihood(bits: f32) -> f64 {
    odds(AT_LAST - bits)
}

/// A probability from bits for it. Evidence is not as independent as adding it up supposes: four bits make one.
fn odds(bits: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(bits) / 4.0).exp2())
}
