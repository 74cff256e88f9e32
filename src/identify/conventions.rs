//! Which reading of an open point of the document a flow's sender follows: votes, tallied.

use crate::protocol::{Choices, Protocol, Reading};

/// Conventions of a protocol and readings of a convention that are kept, as many as [`Choices`] holds.
const MOST: usize = 4;

/// The votes of one flow, or of all flows of a server.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    votes: [[u32; MOST]; MOST],
    /// Settled from outside, or by the first messages that spoke: fixed for the flow from then on.
    settled: [Option<u8>; MOST],
}

impl Tally {
    /// A tally in which these conventions are settled: `(convention, value)`.
    pub(super) fn settled(forced: impl Iterator<Item = (usize, usize)>) -> Tally {
        let mut tally = Tally::default();
        for (convention, value) in forced {
            if let (Some(slot), Ok(value)) = (tally.settled.get_mut(convention), u8::try_from(value)) {
                *slot = Some(value);
            }
        }
        tally
    }

    /// Lets bytes vote, as they were on the wire; only those speak that are not settled yet.
    pub(super) fn hear(&mut self, protocol: &dyn Protocol, bytes: &[u8], reading: &Reading) {
        if self.all_settled(protocol) {
            return;
        }
        protocol.vote(bytes, reading, &mut |convention, value| {
            if let Some(votes) = self.votes.get_mut(convention).and_then(|values| values.get_mut(value)) {
                *votes = votes.saturating_add(1);
            }
        });
    }

    /// What the conventions are to be read as now; where nothing spoke yet, what `others` say, else the default.
    pub(super) fn choices(&self, others: Option<&Tally>) -> Choices {
        let mut choices = Choices::default();
        for convention in 0..MOST {
            let value = self.value(convention).or_else(|| others.and_then(|tally| tally.value(convention)));
            choices = choices.with(convention, value.unwrap_or(0));
        }
        choices
    }

    /// The value that holds for a convention, if something spoke for one.
    pub(super) fn value(&self, convention: usize) -> Option<usize> {
        if let Some(value) = self.settled.get(convention).copied().flatten() {
            return Some(value.into());
        }
        let votes = self.votes.get(convention)?;
        let most = votes.iter().max().copied().filter(|most| *most > 0)?;
        votes.iter().position(|count| *count == most)
    }

    /// Fixes what the votes say so far: a message must not be read otherwise than those before it. Answers whether
    /// that fixed anything new.
    pub(super) fn settle(&mut self) -> bool {
        let before = self.settled;
        for convention in 0..MOST {
            let value = self.value(convention).and_then(|value| u8::try_from(value).ok());
            if let Some(slot) = self.settled.get_mut(convention) {
                *slot = value;
            }
        }
        self.settled != before
    }

    /// Adds another flow's votes.
    pub(super) fn add(&mut self, other: &Tally) {
        for (mine, theirs) in self.votes.iter_mut().flatten().zip(other.votes.iter().flatten()) {
            *mine = mine.saturating_add(*theirs);
        }
    }

    /// Whether nothing is open that the protocol leaves open.
    pub(super) fn all_settled(&self, protocol: &dyn Protocol) -> bool {
        let count = protocol.spec().conventions.len().min(MOST);
        self.settled.iter().take(count).all(Option::is_some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(list: &[(usize, usize, u32)]) -> Tally {
        let mut tally = Tally::default();
        for (convention, value, count) in list {
            tally.votes[*convention][*value] = *count;
        }
        tally
    }

    #[test]
    fn most_votes_hold_and_others_fill_in_where_there_are_none() {
        let own = votes(&[(0, 1, 3), (0, 0, 2)]);
        let others = votes(&[(0, 0, 9), (2, 1, 1)]);
        assert_eq!(own.choices(None), Choices([1, 0, 0, 0]));
        assert_eq!(own.choices(Some(&others)), Choices([1, 0, 1, 0]));
        assert_eq!((own.value(0), own.value(2)), (Some(1), None));
    }

    #[test]
    fn the_default_wins_a_tie() {
        assert_eq!(votes(&[(1, 0, 2), (1, 1, 2)]).value(1), Some(0));
    }

    #[test]
    fn what_is_settled_stays() {
        let mut tally = votes(&[(0, 1, 1)]);
        tally.settle();
        tally.add(&votes(&[(0, 0, 50)]));
        assert_eq!(tally.value(0), Some(1));
        let forced = Tally::settled([(3, 1)].into_iter());
        assert_eq!(forced.choices(Some(&votes(&[(3, 0, 7)]))), Choices([0, 0, 0, 1]));
    }
}
