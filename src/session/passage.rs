//! What became of a message after it was captured: whether it came through, and when.
//!
//! Usually a capture does not show that, and what was sent counts as received. A relay's capture does: what it dropped
//! nobody can be expected to answer, and an answer it dropped ended nobody's waiting.

use super::exchange::Transmission;
use crate::bytes::Time;
use std::collections::VecDeque;

/// How many datagrams are remembered; of older ones it is as if nothing were known.
const KEPT: usize = 65_536;

/// What is known of one datagram.
#[derive(Clone, Copy, Debug)]
struct Passage {
    frame: u64,
    first: Option<Time>,
    last: Time,
    copies: u32,
}

/// What a relay passed on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Passages {
    /// By frame, ascending.
    known: VecDeque<Passage>,
}

impl Passages {
    /// A datagram reached the relay (`None`), or a copy of one left it.
    pub(crate) fn note(&mut self, frame: u64, passed: Option<Time>) {
        match (self.known.binary_search_by_key(&frame, |passage| passage.frame), passed) {
            (Ok(at), Some(time)) => {
                if let Some(passage) = self.known.get_mut(at) {
                    passage.first.get_or_insert(time);
                    passage.last = time;
                    passage.copies += 1;
                }
            }
            (Err(at), None) => {
                self.known.insert(at, Passage { frame, first: None, last: Time(0), copies: 0 });
                if self.known.len() > KEPT {
                    self.known.pop_front();
                }
            }
            // Twice there, or forgotten by now.
            (Ok(_), None) | (Err(_), Some(_)) => {}
        }
    }

    #[inline]
    fn of(&self, frame: u64) -> Option<&Passage> {
        if self.known.is_empty() { None } else { self.find(frame) }
    }

    fn find(&self, frame: u64) -> Option<&Passage> {
        let at = self.known.binary_search_by_key(&frame, |passage| passage.frame).ok()?;
        self.known.get(at)
    }

    /// Whether nothing is known of any: what was sent counts as received.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether it is known what became of a message.
    pub(crate) fn knows(&self, frame: u64) -> bool {
        self.of(frame).is_some()
    }

    /// When a message first came through, if that is known and it had by then.
    pub(crate) fn first(&self, frame: u64, by: Time) -> Option<Time> {
        self.of(frame)?.first.filter(|first| *first <= by)
    }

    /// How many copies of a message had come through by then.
    pub(crate) fn copies(&self, sends: &[Transmission], by: Time) -> u32 {
        let came = |send: &Transmission| match self.of(send.frame) {
            None => 1,
            Some(passage) if passage.last <= by => passage.copies,
            Some(passage) => u32::from(passage.first.is_some_and(|first| first <= by)),
        };
        sends.iter().map(came).sum()
    }

    /// The latest transmission that had come through by then, at the time when it did.
    pub(crate) fn latest(&self, sends: &[Transmission], by: Time) -> Option<Transmission> {
        sends.iter().rev().find_map(|send| match self.knows(send.frame) {
            true => self.first(send.frame, by).map(|time| Transmission { time, ..*send }),
            false => Some(*send),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(frame: u64, time: i64) -> Transmission {
        Transmission { frame, time: Time(time), epoch: 0 }
    }

    #[test]
    fn where_nothing_is_known_what_was_sent_was_received() {
        let passages = Passages::default();
        let sends = [sent(1, 10), sent(4, 20)];
        assert_eq!(passages.copies(&sends, Time(20)), 2);
        assert_eq!(passages.latest(&sends, Time(20)).map(|send| (send.frame, send.time)), Some((4, Time(20))));
        assert!(!passages.knows(1));
    }

    #[test]
    fn what_a_relay_dropped_was_not_received_and_what_it_held_back_was_later() {
        let mut passages = Passages::default();
        passages.note(1, None);
        passages.note(2, None);
        passages.note(2, Some(Time(25)));
        passages.note(2, Some(Time(30)));
        let sends = [sent(1, 10), sent(2, 20)];
        assert!(passages.knows(1));
        assert_eq!(passages.copies(&sends, Time(24)), 0);
        assert_eq!(passages.copies(&sends, Time(25)), 1);
        assert_eq!(passages.copies(&sends, Time(30)), 2);
        assert!(passages.latest(&sends, Time(24)).is_none());
        assert_eq!(passages.latest(&sends, Time(99)).map(|send| (send.frame, send.time)), Some((2, Time(25))));
        assert_eq!(passages.first(1, Time(i64::MAX)), None);
        assert_eq!(passages.first(2, Time(i64::MAX)), Some(Time(25)));
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut passages = Passages::default();
        for frame in 0..=KEPT as u64 {
            passages.note(frame, None);
        }
        passages.note(0, Some(Time(5)));
        assert!(!passages.knows(0) && passages.knows(1));
    }
}
