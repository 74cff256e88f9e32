//! Sets of members of a service: one bit each, for there is one such set for each message on its way, and another.

use smallvec::SmallVec;

const BITS: usize = u64::BITS as usize;

/// Some of a service's members, by their indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members(SmallVec<[u64; 2]>);

fn place(member: usize) -> (usize, u64) {
    (member / BITS, 1 << (member % BITS))
}

impl Members {
    pub(crate) fn insert(&mut self, member: usize) {
        let (word, bit) = place(member);
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= bit;
    }

    pub(crate) fn remove(&mut self, member: usize) {
        let (word, bit) = place(member);
        if let Some(word) = self.0.get_mut(word) {
            *word &= !bit;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn contains(&self, member: usize) -> bool {
        let (word, bit) = place(member);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let bits = |word: u64| (0..BITS).filter(move |bit| word >> bit & 1 == 1);
        self.0.iter().enumerate().flat_map(move |(at, word)| bits(*word).map(move |bit| at * BITS + bit))
    }
}

impl Extend<usize> for Members {
    fn extend<I: IntoIterator<Item = usize>>(&mut self, members: I) {
        members.into_iter().for_each(|member| self.insert(member));
    }
}

impl FromIterator<usize> for Members {
    fn from_iter<I: IntoIterator<Item = usize>>(members: I) -> Members {
        let mut set = Members::default();
        set.extend(members);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(steps in prop::collection::vec((any::<bool>(), 0usize..300), 0..100)) {
            let (mut members, mut model) = (Members::default(), BTreeSet::new());
            for (adds, member) in steps {
                if adds {
                    members.insert(member);
                    model.insert(member);
                } else {
                    members.remove(member);
                    model.remove(&member);
                }
                prop_assert_eq!(members.contains(member), adds);
                prop_assert_eq!(members.is_empty(), model.is_empty());
            }
            prop_assert_eq!(members.iter().collect::<Vec<_>>(), model.into_iter().collect::<Vec<_>>());
        }
    }
}
