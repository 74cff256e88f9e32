//! A flow of which it is not known yet what it speaks: its explanations compete until one wins or all are given up.

use super::candidate::{Candidate, Record};
use super::conventions::Tally;
use super::decode_as::Options;
use super::endpoints::{Ends, Pair, SERVED_BEFORE};
use super::held::{Held, Input};
use super::hypothesis::{Hypothesis, Roles};
use super::stream::Run;
use crate::flow::{Event, Side};
use crate::limits::Limits;
use crate::protocol::{Protocol, Reason, Transport};
use crate::protocols;
use std::fmt;

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
    /// Protocols that nothing has spoken for yet.
    candidates: Vec<Candidate>,
    hypotheses: Vec<Hypothesis>,
    /// The best that was given up.
    fallen: Option<(&'static str, Record)>,
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
    pub(super) why: Why,
}

/// Why it is none. Few ask: it is put in words then.
pub(super) enum Why {
    /// So it is.
    Said(String),
    /// Even of the protocol that comes nearest, so many messages of those heard do not fit.
    Contradicted { nearest: &'static str, misfit: u16, heard: u16, complaint: Reason },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Said(reason) => f.write_str(reason),
            Why::Contradicted { nearest, misfit, heard, complaint } => {
                write!(f, "nearest is {nearest}: {misfit} of {heard} messages do not fit: {complaint}")
            }
        }
    }
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
        let wanted = |id: &str| match rule {
            Some(rule) => rule.protocol.spec().id == id,
            None => options.protocols.is_empty() || options.protocols.iter().any(|wanted| wanted.spec().id == id),
        };
        let mut candidates = Vec::new();
        for protocol in protocols::ALL.iter().copied() {
            let spec = protocol.spec();
            if wanted(spec.id) && spec.transports.contains(&pair.transport) {
                let forced = options.conventions.iter().filter(|forced| forced.protocol.spec().id == spec.id);
                let tally = Tally::settled(forced.map(|forced| (forced.convention, forced.value)));
                candidates.push(Candidate::new(protocol, client, tally));
            }
        }
        let from_start = opened_by.is_some();
        let mut hypotheses = Vec::new();
        // Bytes of a stream may speak for a protocol only once there are more of them.
        if pair.transport == Transport::Tcp || rule.is_some() {
            for candidate in candidates.drain(..) {
                hypotheses.extend(candidate.explanations(pair.transport, from_start));
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
            from_start,
            forced,
            candidates,
            hypotheses,
            fallen: None,
            ended: [false; 2],
        }
    }

    /// Lets every explanation hear what the flow says next.
    pub(super) fn hear(&mut self, input: &Input<'_>, ends: Ends<'_>, limits: &Limits) {
        let from = input.from;
        if let Event::Datagram { bytes, cut, .. } = input.event {
            self.promote(from, bytes, cut);
        }
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
        if self.forced.is_none() {
            self.give_up(ends);
        }
    }

    /// Makes explanations of the candidates that a datagram speaks for.
    fn promote(&mut self, from: Side, bytes: &[u8], cut: usize) {
        let (transport, from_start) = (self.pair.transport, self.from_start);
        let hypotheses = &mut self.hypotheses;
        self.candidates.retain_mut(|candidate| {
            let speaks = candidate.datagram(from, bytes, cut);
            if speaks {
                hypotheses.extend(candidate.explanations(transport, from_start));
            }
            !speaks
        });
    }

    /// Drops what too much speaks against.
    fn give_up(&mut self, ends: Ends<'_>) {
        let fallen = &mut self.fallen;
        let mut fall = |protocol: &'static dyn Protocol, record: &Record| {
            if fallen.as_ref().is_none_or(|(_, best)| best.score < record.score) {
                *fallen = Some((protocol.spec().id, record.clone()));
            }
        };
        self.candidates.retain(|it| {
            let prior = it.roles().map(|roles| ends.prior(it.protocol, roles)).fold(0.0, f32::max);
            let hopeless = it.record.is_hopeless(prior);
            if hopeless {
                fall(it.protocol, &it.record);
            }
            !hopeless
        });
        self.hypotheses.retain(|it| {
            let hopeless = it.record.is_hopeless(ends.prior(it.protocol, it.roles));
            if hopeless {
                fall(it.protocol, &it.record);
            }
            !hopeless
        });
    }

    /// Whether others should wait for it: it may well be ours.
    pub(super) fn is_promising(&self, ends: Ends<'_>) -> bool {
        self.forced.is_some() || self.best(ends).is_some_and(|(_, bits)| bits > UNLIKELY)
    }

    /// What it is, if that can be told by now; `last`: nothing more is to come.
    pub(super) fn decide(&self, ends: Ends<'_>, last: bool) -> Option<Decision> {
        let last = last || self.ended == [true; 2];
        let Some((best, bits)) = self.best(ends) else {
            return self.candidates.is_empty().then(|| Decision::Foreign(self.contradicted()));
        };
        let rival = self.rival(best, ends);
        // Its server is known: then hardly anything is needed, and nothing more if nothing more comes.
        let served = bits - best.record.score >= SERVED_BEFORE;
        let enough = match () {
            () if best.record.fit == 0 || best.record.misfit > best.record.fit => false,
            () if served && last => best.record.score >= OWN_IF_SERVED,
            () if served => bits >= TOGETHER,
            () if best.record.score < OWN => false,
            () if best.record.fit == 1 => bits >= if last { ALONE_AT_LAST } else { ALONE },
            () => bits >= if last { AT_LAST } else { TOGETHER },
        };
        let apart = rival.is_none_or(|(_, other)| bits - other.max(0.0) >= MARGIN);
        if !(enough && apart || self.forced.is_some()) {
            return None;
        }
        let roles = self.roles(best.protocol, ends);
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
    pub(super) fn too_little(&self, ends: Ends<'_>) -> Foreign {
        let Some((best, bits)) = self.best(ends) else { return self.contradicted() };
        let id = best.protocol.spec().id;
        let reason = match (&best.record.complaint, self.rival(best, ends)) {
            (Some(complaint), _) => format!(
                "nearest is {id}: {bits:.0} bits of evidence, {} of {} messages do not fit: {complaint}",
                best.record.misfit,
                best.record.heard()
            ),
            (None, Some((rival, other))) if bits >= AT_LAST && bits - other < MARGIN => {
                format!("{id} and {} fit alike", rival.protocol.spec().id)
            }
            (None, _) => format!("nearest is {id}: {bits:.0} bits of evidence, too few to tell"),
        };
        Foreign { confidence: unlikelihood(bits), why: Why::Said(reason) }
    }

    fn contradicted(&self) -> Foreign {
        let given_up = self.fallen.iter().map(|(id, record)| (*id, record));
        let candidates = self.candidates.iter().map(|it| (it.protocol.spec().id, &it.record));
        let nearest =
            given_up.chain(candidates).reduce(|best, next| if next.1.score > best.1.score { next } else { best });
        let Some((id, record)) = nearest else {
            let why = Why::Said("nothing that was looked for runs over this".to_owned());
            return Foreign { confidence: 1.0, why };
        };
        let complaint = record.complaint.clone().unwrap_or_else(|| "their bytes are unlike its messages".into());
        let why = Why::Contradicted { nearest: id, misfit: record.misfit, heard: record.heard(), complaint };
        Foreign { confidence: unlikelihood(record.score), why }
    }

    fn best(&self, ends: Ends<'_>) -> Option<(&Hypothesis, f32)> {
        self.ranked(ends, |_| true)
    }

    /// The best explanation by another protocol.
    fn rival(&self, best: &Hypothesis, ends: Ends<'_>) -> Option<(&Hypothesis, f32)> {
        self.ranked(ends, |it| !it.is(best.protocol))
    }

    fn ranked(&self, ends: Ends<'_>, among: impl Fn(&Hypothesis) -> bool) -> Option<(&Hypothesis, f32)> {
        let bits = |it: &Hypothesis| it.record.score + ends.prior(it.protocol, it.roles);
        let candidates = self.hypotheses.iter().filter(|it| among(it)).map(|it| (it, bits(it)));
        // The first of equals: registry order.
        candidates.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// Who is who, if the protocol is this one: the first login tells, else an end that several flows share, else
    /// the way in which the messages fit better. `None`: nothing tells.
    fn roles(&self, protocol: &'static dyn Protocol, ends: Ends<'_>) -> Option<Roles> {
        let mut all: Vec<_> = self
            .hypotheses
            .iter()
            .filter(|it| it.is(protocol))
            .map(|it| (it, it.record.score + ends.prior(it.protocol, it.roles)))
            .collect();
        if let [(only, _)] = all[..] {
            return Some(only.roles);
        }
        let peers = all.iter().position(|(it, _)| it.roles == Roles::Peers).map(|index| all.swap_remove(index));
        if peers.is_some() && ends.are_peers(protocol) {
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
        if peers.is_some_and(|(peers, _)| peers.record.score - best.record.score > -ROLE_MARGIN) {
            return None;
        }
        match ends.shared() {
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
    let heard = best.record.heard();
    let plural = if heard == 1 { "message" } else { "messages" };
    let next = match rival {
        Some((rival, other)) if other > 0.0 => format!("; the next, {}, has {other:.0}", rival.protocol.spec().id),
        _ => String::new(),
    };
    format!("{} of {heard} {plural} fit, {bits:.0} bits of evidence{next}", best.record.fit)
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
