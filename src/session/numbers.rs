//! The numbers one sender gives its new messages: what may come next, and what came instead.

use crate::protocol::Numbering;

/// How many possible next numbers are kept apart, and how many skipped ones are remembered.
const KEPT: usize = 8;

/// The counter of one sender towards one receiver (or of a whole conversation, where the number is shared).
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    /// What may come next. More than one where a message may or may not have taken a number; empty: anything.
    next: Vec<u16>,
    /// The number of the latest new message.
    latest: Option<u16>,
    /// Numbers skipped that may still arrive out of order.
    skipped: Vec<u16>,
}

/// How a number fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// As due, or nothing was due yet.
    Due,
    /// The very first one, and not the one specified.
    NotFirst(u16),
    /// Ahead of the one due.
    Skipped(u16),
    /// One that had been skipped arrives after all.
    Filled,
    /// The latest one again.
    Reused,
    /// An older one.
    Regressed(u16),
}

impl Numbers {
    /// Judges the number of a new message and moves on.
    ///
    /// `from_start`: nothing of this sender can have gone before what was captured.
    pub(crate) fn take(&mut self, number: u16, rule: &Numbering, from_start: bool) -> Fit {
        let fit = self.fit(number, rule, from_start);
        let after = successor(number, rule);
        match fit {
            Fit::Filled => self.skipped.retain(|skipped| *skipped != number),
            Fit::Due | Fit::NotFirst(_) => {
                self.next.clear();
                self.next.push(after);
                self.latest = Some(number);
            }
            Fit::Skipped(expected) => {
                let mut missing = expected;
                while missing != number && self.skipped.len() < KEPT {
                    self.skipped.push(missing);
                    missing = successor(missing, rule);
                }
                self.next.clear();
                self.next.push(after);
                self.latest = Some(number);
            }
            // Whether its sender goes on from here or from where it was is its own affair.
            Fit::Reused | Fit::Regressed(_) => self.allow(after),
        }
        fit
    }

    fn fit(&self, number: u16, rule: &Numbering, from_start: bool) -> Fit {
        if u32::from(number) >= rule.modulus {
            return Fit::Due;
        }
        if self.next.contains(&number) {
            return Fit::Due;
        }
        let Some(latest) = self.latest else {
            return match rule.first {
                Some(first) if from_start && number != first => Fit::NotFirst(first),
                _ => Fit::Due,
            };
        };
        if number == latest {
            return Fit::Reused;
        }
        let ahead = distance(latest, number, rule);
        if rule.modulus == 2 || ahead * 2 < rule.modulus {
            if rule.may_skip || self.next.is_empty() {
                return Fit::Due;
            }
            return Fit::Skipped(self.next.last().copied().unwrap_or_else(|| successor(latest, rule)));
        }
        if self.skipped.contains(&number) { Fit::Filled } else { Fit::Regressed(latest) }
    }

    /// Whether `number` is what comes next, without judging or moving on.
    pub(crate) fn is_next(&self, number: u16) -> bool {
        self.next.contains(&number)
    }

    /// Whether nothing was numbered yet.
    pub(crate) fn is_fresh(&self) -> bool {
        self.latest.is_none()
    }

    /// A message went by that may or may not have taken `number`: both continuations are right.
    pub(crate) fn maybe_took(&mut self, number: u16, rule: &Numbering) {
        let after = successor(number, rule);
        if self.latest.is_none() {
            self.allow(rule.first.unwrap_or(number));
            self.latest = Some(number);
        }
        self.allow(after);
    }

    /// As [`Numbers::maybe_took`]; and if it did not take it, that number may still be used after the next ones.
    pub(crate) fn maybe_took_or_left(&mut self, number: u16, rule: &Numbering) {
        self.maybe_took(number, rule);
        if self.skipped.len() < KEPT && !self.skipped.contains(&number) {
            self.skipped.push(number);
        }
    }

    /// A message whose number could not be read went by: it may have taken the next one.
    pub(crate) fn maybe_took_next(&mut self, rule: &Numbering) {
        for number in self.next.clone() {
            self.allow(successor(number, rule));
        }
    }

    /// This number is right too, next time.
    pub(crate) fn allow(&mut self, number: u16) {
        if !self.next.contains(&number) {
            if self.next.len() == KEPT {
                self.next.remove(0);
            }
            self.next.push(number);
        }
    }

    /// What went by is unknown: the next number is right, whatever it is.
    pub(crate) fn forget(&mut self) {
        *self = Numbers::default();
    }

    /// The latest number, for the sentence.
    pub(crate) fn latest(&self) -> Option<u16> {
        self.latest
    }
}

fn successor(number: u16, rule: &Numbering) -> u16 {
    let next = u32::from(number) + 1;
    u16::try_from(next.checked_rem(rule.modulus).unwrap_or(0)).unwrap_or(0)
}

fn distance(from: u16, to: u16, rule: &Numbering) -> u32 {
    (u32::from(to) + rule.modulus).wrapping_sub(u32::from(from)).checked_rem(rule.modulus).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTE: Numbering =
        Numbering { modulus: 256, first: Some(0), shared: false, may_skip: false, answers_count: false };
    const BIT: Numbering = Numbering { modulus: 2, first: None, shared: false, may_skip: false, answers_count: false };
    const SHARED: Numbering =
        Numbering { modulus: 1024, first: Some(0), shared: true, may_skip: true, answers_count: false };

    fn run(rule: &Numbering, numbers: &[u16]) -> Vec<Fit> {
        let mut counter = Numbers::default();
        numbers.iter().map(|number| counter.take(*number, rule, true)).collect()
    }

    #[test]
    fn numbers_follow_one_another_and_wrap() {
        assert_eq!(run(&BYTE, &[0, 1, 2]), [Fit::Due; 3]);
        let all: Vec<u16> = (0..300).map(|n| n % 256).collect();
        assert!(run(&BYTE, &all).iter().all(|fit| *fit == Fit::Due));
    }

    #[test]
    fn a_wrong_beginning_is_named_once() {
        assert_eq!(run(&BYTE, &[5, 6, 7]), [Fit::NotFirst(0), Fit::Due, Fit::Due]);
    }

    #[test]
    fn in_mid_conversation_any_number_may_be_the_first() {
        let mut counter = Numbers::default();
        assert_eq!(counter.take(77, &BYTE, false), Fit::Due);
        assert_eq!(counter.take(79, &BYTE, false), Fit::Skipped(78));
    }

    #[test]
    fn skipped_reused_and_old_numbers_are_told_apart() {
        assert_eq!(run(&BYTE, &[0, 1, 4, 4, 1]), [Fit::Due, Fit::Due, Fit::Skipped(2), Fit::Reused, Fit::Regressed(4)]);
    }

    #[test]
    fn a_skipped_number_that_arrives_late_fills_the_gap() {
        assert_eq!(run(&BYTE, &[0, 2, 1, 3]), [Fit::Due, Fit::Skipped(1), Fit::Filled, Fit::Due]);
    }

    #[test]
    fn after_a_fault_either_continuation_is_right() {
        assert_eq!(run(&BYTE, &[0, 1, 2, 0, 1]), [Fit::Due, Fit::Due, Fit::Due, Fit::Regressed(2), Fit::Due]);
        assert_eq!(run(&BYTE, &[0, 1, 2, 0, 3]), [Fit::Due, Fit::Due, Fit::Due, Fit::Regressed(2), Fit::Due]);
    }

    #[test]
    fn one_bit_must_alternate_from_a_free_start() {
        assert_eq!(run(&BIT, &[1, 0, 1, 1, 0]), [Fit::Due, Fit::Due, Fit::Due, Fit::Reused, Fit::Due]);
        assert_eq!(run(&BIT, &[0, 0, 0]), [Fit::Due, Fit::Reused, Fit::Reused]);
    }

    #[test]
    fn a_shared_number_may_skip_but_not_run_backwards() {
        assert_eq!(run(&SHARED, &[0, 3, 9, 4]), [Fit::Due, Fit::Due, Fit::Due, Fit::Regressed(9)]);
    }

    #[test]
    fn a_number_that_may_have_been_left_is_not_missed_and_may_come_later() {
        let mut counter = Numbers::default();
        counter.take(0, &BYTE, true);
        counter.maybe_took_or_left(1, &BYTE);
        assert_eq!([2, 1, 3].map(|number| counter.take(number, &BYTE, true)), [Fit::Due, Fit::Filled, Fit::Due]);
    }

    #[test]
    fn a_message_that_may_have_taken_a_number_leaves_both_open() {
        let mut counter = Numbers::default();
        counter.take(0, &BYTE, true);
        counter.maybe_took(1, &BYTE);
        let mut other = counter.clone();
        assert_eq!(counter.take(1, &BYTE, true), Fit::Due);
        assert_eq!(other.take(2, &BYTE, true), Fit::Due);
    }
}
