//! What one capture shows, told apart by the side it is about: the rules' verdicts and findings, the messages seen.

use crate::bytes::Time;
use crate::identify::{Content, Step, Unit};
use crate::policy::Policy;
use crate::protocol::{Actor, Reading, Spec, Topic};
use crate::rules::{Finding, Judge, Judged, Options, RuleVerdict};
use crate::session::Tracker;
use crate::session::observation::{Observation, Witness};
use crate::session::report::{ExchangeReport, SessionReport};
use std::collections::BTreeSet;

/// The sides, in the order in which evidence is kept.
const SIDES: [Actor; 3] = [Actor::Client, Actor::Server, Actor::Peer];

/// What a capture shows.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// The conversations.
    pub sessions: Vec<SessionReport>,
    /// Messages of the tables that were seen, as protocol and name.
    pub messages: BTreeSet<(&'static str, &'static str)>,
    sides: [SideEvidence; 3],
}

/// What a capture shows of one side.
#[derive(Clone, Debug, Default)]
pub struct SideEvidence {
    /// Every rule that has ground in a protocol of the capture.
    pub rules: Vec<RuleVerdict>,
    /// Its faults, by frame.
    pub findings: Vec<Finding>,
}

impl Evidence {
    /// The evidence about a side; without one, about all.
    pub fn about(&self, role: Option<Actor>) -> impl Iterator<Item = &SideEvidence> {
        SIDES
            .into_iter()
            .zip(&self.sides)
            .filter(move |(side, _)| role.is_none_or(|role| role == *side))
            .map(|pair| pair.1)
    }

    /// How many messages of a protocol were captured.
    #[must_use]
    pub fn messages_of(&self, spec: &Spec) -> u64 {
        self.sessions.iter().filter(|session| session.spec.id == spec.id).map(|session| session.messages).sum()
    }
}

/// Follows one capture and gathers its evidence.
pub struct Examiner<'p> {
    tracker: Tracker,
    panel: Panel<'p>,
}

impl<'p> Examiner<'p> {
    /// An examiner that has seen nothing.
    #[must_use]
    pub fn new(policy: &'p Policy) -> Examiner<'p> {
        Examiner { tracker: Tracker::new(policy.clone()), panel: Panel::new(policy) }
    }

    /// Takes the next step of the capture.
    pub fn step(&mut self, step: &Step<'_>) {
        self.tracker.step(step, &mut self.panel);
        self.panel.hear(step);
    }

    /// The capture is over; `end` is the time of its last packet.
    #[must_use]
    pub fn finish(mut self, end: Time) -> Evidence {
        self.tracker.finish(end, &mut self.panel);
        self.panel.finish()
    }
}

/// A judge for each side: each side answers for what it did, and for nothing else. It listens to a tracker; an
/// [`Examiner`] has one of its own.
pub struct Panel<'p> {
    judges: [Judge<'p>; 3],
    messages: BTreeSet<(&'static str, &'static str)>,
}

impl<'p> Panel<'p> {
    /// One that has heard nothing.
    #[must_use]
    pub fn new(policy: &'p Policy) -> Panel<'p> {
        let judge = |side| Judge::new(policy, Options { role: Some(side), ..Options::default() });
        Panel { judges: SIDES.map(judge), messages: BTreeSet::new() }
    }

    /// Notes which message a step of the capture is; what the tracker makes of it, it tells itself.
    pub fn hear(&mut self, step: &Step<'_>) {
        if let Step::Unit(unit) = step
            && matches!(unit.content, Content::Message)
        {
            self.messages.extend(name(unit));
        }
    }

    /// The tracker has told all.
    #[must_use]
    pub fn finish(self) -> Evidence {
        let mut sessions = Vec::new();
        let sides = self.judges.map(|judge| {
            let Judged { findings, rules, sessions: heard, .. } = judge.finish();
            // Every judge hears of every session.
            sessions = heard;
            SideEvidence { rules, findings }
        });
        Evidence { sessions, messages: self.messages, sides }
    }

    fn of(&mut self, actor: Actor) -> Option<&mut dyn Witness> {
        let place = SIDES.iter().position(|side| *side == actor)?;
        Some(self.judges.get_mut(place)? as &mut dyn Witness)
    }
}

/// A message's protocol and name, where it stands in the table. Other names are the wire's own, and there is no end to them.
fn name(unit: &Unit<'_>) -> Option<(&'static str, &'static str)> {
    let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
    let bytes = unit.protocol.whole_bytes(unit.bytes, &reading);
    let kind = unit.protocol.dissect(&bytes, &reading).kind?;
    Some((unit.protocol.spec().id, kind.name))
}

impl Witness for Panel<'_> {
    fn opportunity(&mut self, spec: &'static Spec, topic: Topic, session: u32, actor: Actor) {
        if let Some(judge) = self.of(actor) {
            judge.opportunity(spec, topic, session, actor);
        }
    }

    fn observe(&mut self, observation: Observation) {
        if let Some(judge) = self.of(observation.actor) {
            judge.observe(observation);
        }
    }

    fn exchange(&mut self, _: ExchangeReport) {}

    fn session(&mut self, session: SessionReport) {
        for judge in &mut self.judges {
            judge.session(session.clone());
        }
    }
}
