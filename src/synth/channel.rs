//! One conversation of a machine: what it has sent and awaits an answer to, what waits for its turn, what it has heard.

use super::draft::{Count, Draft, Manner};
use super::fault::Meddling;
use super::machine::Send;
use crate::bytes::Time;
use std::collections::VecDeque;
use std::time::Duration;

/// How many messages of a peer are remembered to recognize copies.
pub(super) const REMEMBERED: usize = 48;
/// So much longer than its peer remembers copies a party waits before it says the same thing under the same number anew.
const APART: Duration = Duration::from_millis(100);

/// A message that waits for its answer.
#[derive(Clone, Debug)]
pub struct Flight {
    /// Its name.
    pub name: &'static str,
    /// Its number, 0 where there are none.
    pub number: u16,
    /// As sent.
    pub bytes: Vec<u8>,
    /// What its machine remembers.
    pub tag: u32,
    /// Over all its transmissions.
    pub token: u64,
    pub(super) sends: u32,
    pub(super) last: Time,
    pub(super) due: Option<Time>,
    pub(super) meddling: Meddling,
}

/// A message that waits for the window.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) draft: Draft,
    pub(super) token: u64,
    pub(super) meddling: Meddling,
}

/// What a peer sent, and what was said to it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) print: u64,
    pub(super) at: Time,
    /// When it came for the last time.
    pub(super) latest: Time,
    pub(super) answers: Vec<(u64, Option<Send>)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Channel {
    pub(super) next: u16,
    pub(super) flights: VecDeque<Flight>,
    pub(super) queue: VecDeque<Waiting>,
    pub(super) heard: VecDeque<Heard>,
    /// What was said last, and when for the last time; only where a new message may look like a copy.
    pub(super) said: VecDeque<(u64, Time)>,
}

impl Channel {
    /// Whether a message would have the number of one that is unanswered: nobody could tell which of them an answer is to.
    pub(super) fn clashes(&self, draft: &Draft, manner: &Manner) -> bool {
        if self.flights.iter().any(|flight| (manner.follows)(flight.name, draft.name)) {
            return true;
        }
        let number = match draft.count {
            Count::Own => self.next,
            Count::Of(number) => number,
            Count::Fixed => return false,
        };
        let by_number = manner.modulus > 2 && !manner.shared && !manner.answers_count;
        let alike = |flight: &Flight| flight.number == number && (manner.alike)(flight.name, draft.name);
        by_number && self.flights.iter().any(alike)
    }

    /// From when on a message would not be taken for another copy of an earlier one: where numbers come round soon, only
    /// time tells the two apart.
    pub(super) fn ripe(&self, bytes: &[u8], count: Count, manner: &Manner) -> Option<Time> {
        let memory = manner.memory?;
        let mut bytes = bytes.to_vec();
        match count {
            Count::Own => (manner.stamp)(&mut bytes, self.next),
            Count::Of(number) => (manner.stamp)(&mut bytes, number),
            Count::Fixed => {}
        }
        let print = print(&bytes);
        let (_, said) = self.said.iter().rev().find(|(said, _)| *said == print)?;
        Some(said.plus(memory + APART))
    }

    pub(super) fn is_early(&self, draft: &Draft, manner: &Manner, now: Time) -> bool {
        self.ripe(&draft.bytes, draft.count, manner).is_some_and(|ripe| ripe > now)
    }

    pub(super) fn note_said(&mut self, bytes: &[u8], now: Time) {
        let print = print(bytes);
        self.said.retain(|(said, _)| *said != print);
        self.said.push_back((print, now));
        if self.said.len() > REMEMBERED {
            self.said.pop_front();
        }
    }
}

pub(super) fn print(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}
