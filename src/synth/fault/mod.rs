//! Faults done on purpose: for each rule and protocol one row that says at which opportunity, by whom, and what harm.
//!
//! A machine shows each of its messages to the [`Meddler`] before it is sent ([`Meddler::draft`]) and asks it at each of its
//! decisions ([`Meddler::decide`]). At the N-th opportunity of the fault asked for it is done, once, and the meddler
//! remembers which transmission shows it.

#![allow(clippy::ptr_arg, reason = "harm of every kind has one signature; some of it changes the length")]

mod c2w_g22;
mod c2w_g9;
mod chatos;
mod imp;
mod shen;

use super::port::{Class, Draft};
use crate::protocol::Actor;
use std::time::Duration;

/// Changes the bytes of a message.
pub type Harm = fn(&mut Vec<u8>);
/// Makes a message that has no business here, from the one it goes with.
pub type Maker = fn(&Draft) -> Option<Vec<u8>>;

/// What is done to one message.
#[derive(Clone, Debug, Default)]
pub struct Meddling {
    /// It is not sent at all, and takes no number.
    pub suppress: bool,
    /// Changed on the wire; its receiver understands what was meant.
    pub wire: Option<Harm>,
    /// Its first so many transmissions do not arrive.
    pub lose: u32,
    /// It arrives so much later.
    pub late: Duration,
    /// Its receiver falls silent.
    pub fatal: bool,
    /// It is not sent again.
    pub patient: bool,
    /// Nor waited for any longer, after a while.
    pub quits: bool,
    /// Its first timer runs so many times as long; 0 is 1.
    pub factor: f64,
    /// It is sent again so many times beyond the maximum.
    pub beyond: u32,
    /// Its copies say something else.
    pub alter: Option<Harm>,
    /// It is sent again although it was answered.
    pub needless: bool,
    /// It is sent twice at once.
    pub twice: bool,
    /// Its number is off by so much.
    pub number: i32,
    /// So many numbers before it are left out.
    pub skip: u16,
    /// It comes under the number of so many messages before.
    pub reuse: i32,
    /// Counting begins here.
    pub first_number: Option<u16>,
    /// Sent before it.
    pub before: Option<Extra>,
    /// Sent behind it.
    pub behind: Option<Extra>,
}

/// Under which number a message of a fault's own goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its bytes are complete.
    Complete,
    /// Its sender's next.
    Next,
    /// Its sender's next, which is used again for the next.
    Peek,
    /// This one.
    Fixed(u16),
}

impl Stage {
    pub(super) fn fixed(self) -> Option<u16> {
        match self {
            Stage::Fixed(number) => Some(number),
            _ => None,
        }
    }
}

/// A message that only the fault sends.
#[derive(Clone, Debug)]
pub struct Extra {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its number.
    pub numbered: Stage,
    /// Its token.
    pub token: u64,
    /// How much later than what it goes with.
    pub after: Duration,
    /// Nobody heeds it.
    pub lost: bool,
}

/// What a row does.
#[derive(Clone, Copy, Debug)]
pub enum How {
    /// Not sent; the fault shows at the message handled.
    Suppress,
    /// Not sent; the fault shows at the answer given last.
    Withhold,
    /// Changed on the wire.
    Wire(Harm),
    /// Changed for everybody.
    Real(Harm),
    /// Never arrives, whatever is done: never answered.
    Deaf,
    /// Never arrives, and its receiver never speaks again.
    Mute,
    /// Arrives so many milliseconds late, and its sender waits.
    Late(u64),
    /// The first transmission is lost, and the copy comes at this share of the timer.
    Timer(f64),
    /// Lost, and never sent again.
    NoCopy,
    /// So often lost that a copy beyond the maximum is sent.
    Beyond(u32),
    /// Lost, and the copy says something else.
    Alter(Harm),
    /// Sent again after its answer.
    Needless,
    /// Sent twice.
    Twice,
    /// Its number is off.
    Number(i32),
    /// Numbers are left out.
    Skip(u16),
    /// An older number.
    Reuse(i32),
    /// The first number.
    First(u16),
    /// Another message before it.
    Before(Maker, Stage),
    /// Another message behind it, so many milliseconds later.
    Behind(Maker, Stage, u64),
    /// Something behind it that its receiver does not heed.
    Stray(Maker, Stage),
    /// Its machine decides wrongly; the fault shows at its next answer.
    Decide(&'static str),
    /// Its machine decides wrongly; the fault shows at the message handled.
    Ignore(&'static str),
}

/// One fault that can be done.
#[derive(Clone, Copy, Debug)]
pub struct Trick {
    /// The rule that is broken.
    pub rule: &'static str,
    /// Which of several ways to break it; the first of a rule is the default.
    pub variant: &'static str,
    /// Who breaks it.
    pub actor: Actor,
    /// Who sends the message it is done to.
    pub by: Actor,
    /// Whether a message gives the opportunity.
    pub when: fn(&Draft) -> bool,
    /// What is done.
    pub how: How,
    /// What the catalogue says comes with it: other rules broken at the same place, and by whom.
    pub also: &'static [(&'static str, Actor)],
    /// The built-in scenario that gives the opportunity.
    pub scenario: &'static str,
    /// A convention it needs, if it does.
    pub needs: Option<(&'static str, &'static str)>,
    /// It needs datagrams.
    pub datagrams: bool,
}

/// A row that most rows differ little from.
const fn trick(rule: &'static str, actor: Actor, when: fn(&Draft) -> bool, how: How) -> Trick {
    Trick { rule, variant: "", actor, by: actor, when, how, also: &[], scenario: "", needs: None, datagrams: false }
}

impl Trick {
    const fn called(self, variant: &'static str) -> Trick {
        Trick { variant, ..self }
    }
    /// The harm is done to a message of the other side.
    const fn by(self, by: Actor) -> Trick {
        Trick { by, ..self }
    }
    const fn also(self, also: &'static [(&'static str, Actor)]) -> Trick {
        Trick { also, ..self }
    }
    const fn within(self, scenario: &'static str) -> Trick {
        Trick { scenario, ..self }
    }
    const fn needs(self, convention: &'static str, value: &'static str) -> Trick {
        Trick { needs: Some((convention, value)), ..self }
    }
    const fn datagrams(self) -> Trick {
        Trick { datagrams: true, ..self }
    }
}

/// Every fault that can be done to a protocol.
#[must_use]
pub fn tricks(protocol: &str) -> &'static [Trick] {
    match protocol {
        "imp" => imp::TRICKS,
        "shen" => shen::TRICKS,
        "c2w-g9" => c2w_g9::TRICKS,
        "c2w-g22" => c2w_g22::TRICKS,
        "chatos" => chatos::TRICKS,
        _ => &[],
    }
}

/// A fault asked for: `RULE[@N][:VARIANT]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule's code.
    pub rule: String,
    /// At which opportunity, from 1.
    pub nth: u32,
    /// Which way: a row's variant, or its actor; empty: the first.
    pub variant: String,
}

impl std::str::FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let (rest, variant) = text.split_once(':').unwrap_or((text, ""));
        let (rule, nth) = match rest.split_once('@') {
            Some((rule, nth)) => {
                let nth = nth.parse().ok().filter(|nth| *nth > 0);
                (rule, nth.ok_or_else(|| format!("{text:?}: what follows @ is a number from 1 on"))?)
            }
            None => (rest, 1),
        };
        if crate::rules::by_code(rule).is_none() {
            return Err(format!("{rule:?} is no rule; `wiregrade explain` lists them"));
        }
        Ok(Fault { rule: rule.to_uppercase(), nth, variant: variant.to_owned() })
    }
}

impl Fault {
    /// The row it asks for.
    ///
    /// # Errors
    /// A sentence, if the protocol has none: the rule has no ground there, or cannot be broken in that way.
    pub fn trick(&self, protocol: &str) -> Result<&'static Trick, String> {
        let mut of_rule = tricks(protocol).iter().filter(|trick| trick.rule == self.rule);
        let wanted = |trick: &&Trick| {
            self.variant.is_empty() || trick.variant == self.variant || trick.actor.name() == self.variant
        };
        of_rule.clone().find(wanted).ok_or_else(|| {
            let offered: Vec<String> = of_rule.by_ref().map(Trick::name).collect();
            if offered.is_empty() {
                format!(
                    "{} has no fault in {protocol}: its document gives the rule no ground, or no way to break it alone",
                    self.rule
                )
            } else {
                format!("{}:{} is none of the faults in {protocol}: {}", self.rule, self.variant, offered.join(", "))
            }
        })
    }
}

impl Trick {
    /// As `--fault` takes it.
    #[must_use]
    pub fn name(&self) -> String {
        let variant = if self.variant.is_empty() { self.actor.name() } else { self.variant };
        format!("{}:{variant}", self.rule)
    }
}

/// Where a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// At this transmission of a message.
    Send {
        /// The message.
        token: u64,
        /// Which transmission.
        copy: u32,
    },
    /// At this frame.
    Frame(u64),
}

/// Does one fault, or none.
#[derive(Clone, Debug, Default)]
pub struct Meddler {
    plan: Option<(&'static Trick, u32)>,
    seen: u32,
    landed: Option<Landed>,
    /// It lands at the next answer.
    pending: bool,
    /// It lands at the answer to this message, which passed in this frame.
    late: Option<(u64, Option<u64>)>,
    answered: Option<(u64, Option<u64>)>,
    tokens: u64,
    /// The latest number of a simulation in which all parties share one.
    pub(super) conversation: Option<u16>,
}

impl Meddler {
    /// One that does this at its `nth` opportunity.
    #[must_use]
    pub fn new(plan: Option<(&'static Trick, u32)>) -> Meddler {
        Meddler { plan, ..Meddler::default() }
    }

    /// Where the fault shows, once it is done.
    #[must_use]
    pub fn landed(&self) -> Option<Landed> {
        self.landed
    }

    /// What is planned.
    #[must_use]
    pub fn plan(&self) -> Option<&'static Trick> {
        self.plan.map(|(trick, _)| trick)
    }

    /// A name for a message.
    pub fn token(&mut self) -> u64 {
        self.tokens += 1;
        self.tokens
    }

    /// The fault lands here.
    pub fn land(&mut self, landed: Landed) {
        self.landed.get_or_insert(landed);
    }

    fn is_due(&mut self) -> bool {
        let Some((_, nth)) = self.plan else { return false };
        if self.landed.is_some() || self.pending || self.late.is_some() {
            return false;
        }
        self.seen += 1;
        self.seen == nth
    }

    /// A message passed the capture point.
    pub fn passed(&mut self, token: u64, frame: u64) {
        if let Some((late, at @ None)) = &mut self.late
            && *late == token
        {
            *at = Some(frame);
        }
    }

    /// A machine could decide wrongly here. If it is to, the fault shows at its next answer, or where it says.
    pub fn decide(&mut self, what: &str, cause: Option<u64>) -> bool {
        let Some((trick, _)) = self.plan else { return false };
        match trick.how {
            How::Decide(own) if own == what && self.is_due() => {
                self.pending = true;
                true
            }
            How::Ignore(own) if own == what && self.is_due() => {
                self.landed = Some(Landed::Frame(cause.unwrap_or(0)));
                true
            }
            _ => false,
        }
    }

    /// What is done to a message; it may be changed here already.
    pub fn draft(&mut self, draft: &mut Draft, token: u64, cause: Option<u64>) -> Meddling {
        let mut done = Meddling { factor: 1.0, ..Meddling::default() };
        if self.pending && self.landed.is_none() && !matches!(draft.class, Class::Notice) {
            self.landed = Some(Landed::Send { token, copy: 1 });
        }
        if let Some((trick, _)) = self.plan
            && trick.by == draft.actor
            && !matches!(trick.how, How::Decide(_) | How::Ignore(_))
            && self.landed.is_none()
            && (trick.when)(draft)
            && self.is_due()
        {
            self.apply(trick, draft, token, cause, &mut done);
        }
        if matches!(draft.class, Class::Answer | Class::Ack) {
            self.answered = Some((token, cause));
            if self.late.is_some_and(|(_, at)| at.is_some() && at == cause) {
                self.land(Landed::Send { token, copy: 1 });
            }
        }
        done
    }

    fn apply(&mut self, trick: &'static Trick, draft: &mut Draft, token: u64, cause: Option<u64>, done: &mut Meddling) {
        let mut copy = 1;
        let mut at = None;
        match trick.how {
            How::Suppress => {
                done.suppress = true;
                at = Some(Landed::Frame(cause.unwrap_or(0)));
            }
            How::Withhold => {
                done.suppress = true;
                let answer = self.answered.filter(|(_, same)| *same == cause).map(|(token, _)| token);
                at = Some(answer.map_or(Landed::Frame(cause.unwrap_or(0)), |token| Landed::Send { token, copy: 1 }));
            }
            How::Wire(harm) => done.wire = Some(harm),
            How::Real(harm) => harm(&mut draft.bytes),
            How::Deaf => done.lose = u32::MAX,
            How::Mute => (done.lose, done.fatal) = (u32::MAX, true),
            How::Late(by) => {
                (done.late, done.patient) = (Duration::from_millis(by), true);
                self.late = Some((token, None));
                return;
            }
            How::Timer(factor) => (done.lose, done.factor, copy) = (1, factor, 2),
            How::NoCopy => (done.lose, done.patient, done.quits) = (u32::MAX, true, true),
            How::Beyond(most) => (done.lose, done.beyond, copy) = (most + 1, 1, most + 2),
            How::Alter(harm) => (done.lose, done.alter, copy) = (1, Some(harm), 2),
            How::Needless => (done.needless, copy) = (true, 2),
            How::Twice => (done.twice, copy) = (true, 2),
            How::Number(by) => done.number = by,
            How::Skip(by) => done.skip = by,
            How::Reuse(by) => done.reuse = by,
            How::First(number) => done.first_number = Some(number),
            How::Before(make, numbered) | How::Behind(make, numbered, _) | How::Stray(make, numbered) => {
                let Some(bytes) = make(draft) else {
                    // No opportunity after all.
                    self.seen -= 1;
                    return;
                };
                let extra = self.token();
                at = Some(Landed::Send { token: extra, copy: 1 });
                let after = match trick.how {
                    How::Behind(_, _, after) => Duration::from_millis(after),
                    How::Stray(..) => Duration::from_millis(30),
                    _ => Duration::ZERO,
                };
                let lost = matches!(trick.how, How::Stray(..));
                let extra = Extra { bytes, numbered, token: extra, after, lost };
                if matches!(trick.how, How::Before(..)) { done.before = Some(extra) } else { done.behind = Some(extra) }
            }
            How::Decide(_) | How::Ignore(_) => return,
        }
        self.landed = Some(at.unwrap_or(Landed::Send { token, copy }));
    }
}

/// Sets a byte, if it is there.
fn set(bytes: &mut [u8], index: usize, value: u8) {
    if let Some(slot) = bytes.get_mut(index) {
        *slot = value;
    }
}

/// Adds to a byte, if it is there.
fn add(bytes: &mut [u8], index: usize, value: u8) {
    if let Some(slot) = bytes.get_mut(index) {
        *slot = slot.wrapping_add(value);
    }
}

/// Changes the last byte: another text.
fn other_text(bytes: &mut Vec<u8>) {
    if let Some(last) = bytes.last_mut() {
        *last = if *last == b'x' { b'y' } else { b'x' };
    }
}
