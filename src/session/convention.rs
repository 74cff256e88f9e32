//! Which of the readings a document allows a session follows: each is tried on every message, and the misfits counted.

use super::numbers::{Fit, Numbers};
use super::report::ConventionReport;
use crate::policy::Policy;
use crate::protocol::{Act, Choices, Message, Numbering, Seq, Spec, Takes};
use smallvec::SmallVec;
use std::collections::{HashMap, VecDeque};

/// A reading leads for good when it has this many fewer misfits than the next.
const LEAD: u32 = 4;
/// So many messages of a side are remembered to tell copies from what is new.
const LATEST: usize = 16;
/// A session is not waited for longer than this many of its messages.
const MESSAGES: u32 = 48;

/// One reading of the numbering, on trial.
#[derive(Clone, Debug)]
struct Trial {
    numbering: Numbering,
    links: HashMap<(usize, usize), Numbers>,
}

/// The numbers of a whole service so far: what a number shared by all parties would be compared with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    latest: Option<u16>,
    recent: VecDeque<u16>,
}

impl Conversation {
    /// One more message, of whichever session.
    pub(crate) fn note(&mut self, seq: Seq<'_>, modulus: u32) {
        let Seq::Number(number) = seq else { return };
        if self.is_ahead(number, modulus) {
            self.latest = Some(number);
        }
        self.recent.push_back(number);
        if self.recent.len() > 64 {
            self.recent.pop_front();
        }
    }

    fn is_ahead(&self, number: u16, modulus: u32) -> bool {
        let Some(latest) = self.latest else { return true };
        let ahead = (u32::from(number) + modulus - u32::from(latest)).checked_rem(modulus).unwrap_or(0);
        ahead > 0 && ahead * 2 < modulus
    }
}

/// What a session shows of its readings.
#[derive(Clone, Debug)]
pub(crate) struct Inference {
    /// By convention: the value, and how it came to be.
    found: SmallVec<[(Option<usize>, Source); 2]>,
    trials: Vec<Trial>,
    /// The misfits of each reading, kept when the trials are over.
    misfits: Vec<u32>,
    /// The numbers of requests seen per link and side, to tell an echo from a count.
    asked: HashMap<(usize, usize), Vec<u16>>,
    seen: u32,
    /// The latest messages of each side: one of the same kind and number is a copy.
    latest: HashMap<(usize, usize), VecDeque<(&'static str, u16)>>,
    /// Links that began within the capture: nothing of theirs is missing.
    whole: Vec<usize>,
    settled: bool,
    numbering_by: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Nothing,
    Forced,
    Bytes,
    Dialogue { misfits: u32, others: u32 },
    Relays { kept: u32, own: u32 },
    OtherSessions,
}

impl Inference {
    pub(crate) fn new(spec: &Spec, policy: &Policy, choices: Choices) -> Inference {
        let found: SmallVec<[(Option<usize>, Source); 2]> = (0..spec.conventions.len())
            .map(|convention| match policy.forced(spec, convention) {
                Some(value) => (Some(value), Source::Forced),
                None => (None, Source::Nothing),
            })
            .collect();
        let numbering_by = spec.numbering_by.filter(|_| spec.numbering.len() > 1);
        let forced =
            numbering_by.is_some_and(|convention| found.get(convention).is_some_and(|(value, _)| value.is_some()));
        let trials = if numbering_by.is_none() || forced {
            Vec::new()
        } else {
            spec.numbering.iter().map(|numbering| Trial { numbering: *numbering, links: HashMap::new() }).collect()
        };
        let settled = trials.is_empty();
        let mut inference = Inference {
            found,
            misfits: vec![0; trials.len()],
            trials,
            asked: HashMap::new(),
            seen: 0,
            whole: Vec::new(),
            latest: HashMap::new(),
            settled,
            numbering_by,
        };
        inference.take_wire_readings(choices);
        inference
    }

    /// What identification found in the bytes themselves.
    fn take_wire_readings(&mut self, choices: Choices) {
        for (convention, (value, source)) in self.found.iter_mut().enumerate() {
            if Some(convention) != self.numbering_by && *source == Source::Nothing && choices.get(convention) != 0 {
                *value = Some(choices.get(convention));
                *source = Source::Bytes;
            }
        }
    }

    /// Whether the bytes of a message may still show a reading that nothing has shown yet.
    pub(crate) fn listens(&self) -> bool {
        self.found
            .iter()
            .enumerate()
            .any(|(convention, (value, _))| value.is_none() && Some(convention) != self.numbering_by)
    }

    /// The bytes of a message speak for a value of a convention, and were read so.
    pub(crate) fn hear_bytes(&mut self, convention: usize, value: usize, choices: Choices) {
        if let Some(found) = self.found.get_mut(convention)
            && found.0.is_none()
            && choices.get(convention) == value
        {
            *found = (Some(value), Source::Bytes);
        }
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.settled
    }

    /// Whether it has seen what it waits for, and must be decided.
    pub(crate) fn is_ripe(&self) -> bool {
        !self.settled && (self.lead() >= LEAD || self.seen >= MESSAGES)
    }

    /// How many numbers do not fit each reading.
    pub(crate) fn misfits(&self) -> &[u32] {
        &self.misfits
    }

    fn lead(&self) -> u32 {
        let mut counts = self.misfits.clone();
        counts.sort_unstable();
        counts.get(1).copied().unwrap_or(0) - counts.first().copied().unwrap_or(0)
    }

    pub(crate) fn decided(&self, convention: usize) -> Option<usize> {
        self.found.get(convention).filter(|(_, source)| *source != Source::OtherSessions).and_then(|(value, _)| *value)
    }

    pub(crate) fn value(&self, convention: usize) -> usize {
        self.found.get(convention).and_then(|(value, _)| *value).unwrap_or(0)
    }

    /// Tries every reading on one more message.
    pub(crate) fn weigh(&mut self, link: usize, side: usize, message: &Message<'_>, conversation: &Conversation) {
        if self.settled {
            return;
        }
        self.seen += 1;
        let (Some(kind), Seq::Number(number)) = (message.kind, message.seq) else { return };
        if message.is_malformed() || kind.takes == Takes::Nothing || kind.takes == Takes::Invitation {
            return;
        }
        let echoes = self.asked.get(&(link, 1 - side)).is_some_and(|asked| asked.contains(&number));
        let repeats = conversation.recent.contains(&number);
        let latest = self.latest.entry((link, side)).or_default();
        let copies = latest.contains(&(kind.name, number));
        latest.push_back((kind.name, number));
        if latest.len() > LATEST {
            latest.pop_front();
        }
        let logs_in = matches!(message.act, Act::Login { .. });
        if logs_in && !self.asked.contains_key(&(link, 1 - side)) && !self.asked.contains_key(&(link, side)) {
            self.whole.push(link);
        }
        let asked_for_sure =
            self.whole.contains(&link) || self.asked.get(&(link, 1 - side)).is_some_and(|asked| asked.len() > 4);
        for (trial, misfits) in self.trials.iter_mut().zip(&mut self.misfits) {
            let numbers = trial.links.entry((link, side)).or_default();
            let counts = match kind.takes {
                Takes::Echo => trial.numbering.answers_count,
                Takes::EchoOrOwn => trial.numbering.answers_count || !echoes,
                _ => true,
            };
            let relays = kind.takes == Takes::RelayOrOwn;
            let fits = if !counts {
                echoes || !asked_for_sure
            } else if copies {
                true
            } else if trial.numbering.shared {
                conversation.is_ahead(number, trial.numbering.modulus) || (relays && repeats)
            } else if relays && repeats && !numbers.is_next(number) {
                numbers.maybe_took(number, &trial.numbering);
                true
            } else {
                matches!(numbers.take(number, &trial.numbering, logs_in), Fit::Due | Fit::Filled)
            };
            if trial.numbering.shared {
                numbers.maybe_took(number, &trial.numbering);
            }
            *misfits += u32::from(!fits);
        }
        let asked = self.asked.entry((link, side)).or_default();
        asked.push(number);
        if asked.len() > 64 {
            asked.remove(0);
        }
    }

    /// Decides by what was seen here, and where that is little by what all sessions of the server show (`together`, the
    /// misfits of each reading), else by `elsewhere`, else by default.
    pub(crate) fn settle(&mut self, elsewhere: &[Option<usize>], together: &[u32]) {
        let (mine, all) = (leader(&self.misfits), leader(together));
        // One fault in a short session must not make it look like the other reading.
        let value = if self.lead() >= LEAD { mine } else { all.or(mine) };
        if let (Some(convention), Some(value)) = (self.numbering_by.filter(|_| !self.trials.is_empty()), value)
            && let Some(found) = self.found.get_mut(convention)
            && found.0.is_none()
        {
            let misfits = self.misfits.get(value).copied().unwrap_or(0);
            let others = self.misfits.iter().enumerate().filter(|(index, _)| *index != value).map(|(_, count)| *count);
            let source = match mine {
                Some(mine) if mine == value => Source::Dialogue { misfits, others: others.min().unwrap_or(0) },
                _ => Source::OtherSessions,
            };
            *found = (Some(value), source);
        }
        for (convention, value) in elsewhere.iter().enumerate() {
            if let (Some(found), Some(value)) = (self.found.get_mut(convention), value)
                && found.0.is_none()
            {
                *found = (Some(*value), Source::OtherSessions);
            }
        }
        self.settled = true;
        self.trials.clear();
        self.asked.clear();
    }

    /// What the relays of a session show of the number they travel under.
    pub(crate) fn hear_relays(&mut self, spec: &Spec, [kept, own]: [u32; 2]) {
        let found = spec.relay_number_by.and_then(|convention| self.found.get_mut(convention));
        if let Some(found) = found
            && found.1 != Source::Forced
            && kept != own
        {
            *found = (Some(usize::from(own > kept)), Source::Relays { kept, own });
        }
    }

    pub(crate) fn report(&self, spec: &'static Spec) -> Vec<ConventionReport> {
        spec.conventions
            .iter()
            .zip(&self.found)
            .map(|(convention, (value, source))| {
                let default = convention.values.first().copied().unwrap_or_default();
                let chosen = value.and_then(|value| convention.values.get(value).copied()).unwrap_or(default);
                let why = match source {
                    Source::Nothing => format!("nothing tells; {default} is the default"),
                    Source::Forced => "forced by --convention".to_owned(),
                    Source::Bytes => "the bytes of its messages read only so".to_owned(),
                    Source::Dialogue { misfits, others } => {
                        format!("{misfits} numbers do not fit this reading, {others} the other")
                    }
                    Source::Relays { kept, own } => {
                        format!("{kept} relays keep the number of what they relay, {own} have one of the server's")
                    }
                    Source::OtherSessions => "taken from the other sessions of the same server".to_owned(),
                };
                let decided = !matches!(source, Source::Nothing | Source::OtherSessions);
                ConventionReport { name: convention.name, value: chosen, decided, why }
            })
            .collect()
    }
}

/// The reading with the fewest misfits, if there is one.
fn leader(misfits: &[u32]) -> Option<usize> {
    let best = misfits.iter().min()?;
    let mut leaders = misfits.iter().enumerate().filter(|(_, count)| *count == best).map(|(index, _)| index);
    let first = leaders.next();
    first.filter(|_| leaders.next().is_none())
}
