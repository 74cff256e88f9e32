//! Things remembered in their order, and found by a fingerprint: what is looked for with every message must not be looked
//! for in all there is.

use smallvec::SmallVec;
use std::collections::VecDeque;
use std::ops::Deref;

/// What is looked for by a fingerprint.
pub(crate) trait Print {
    fn print(&self) -> u64;
}

/// A queue with a part of each fingerprint beside it: few bytes, which are quickly gone through.
#[derive(Clone, Debug)]
pub(crate) struct Printed<T> {
    items: VecDeque<T>,
    /// How many have gone before those.
    gone: usize,
    /// Where an item has its part follows from how many came before it; those of items that have gone stay until others
    /// take their places. Always a power of two.
    tags: Vec<[u16; STRETCH]>,
}

/// So many are compared at once.
const STRETCH: usize = 32;

/// How many items there is room for at first, and then; twice as many after that.
const STEPS: [usize; 2] = [8, 64];

impl<T> Default for Printed<T> {
    fn default() -> Printed<T> {
        Printed { items: VecDeque::new(), gone: 0, tags: Vec::new() }
    }
}

fn tag(print: u64) -> u16 {
    (print >> 48) as u16
}

/// The places of a tag in a stretch: a bit for each.
fn places_of(stretch: &[u16; STRETCH], wanted: u16) -> u32 {
    stretch.iter().rev().fold(0, |places, tag| places << 1 | u32::from(*tag == wanted))
}

impl<T: Print> Printed<T> {
    pub(crate) fn push(&mut self, item: T) {
        let len = self.items.len();
        if len == self.items.capacity() {
            // What is moved leaves its memory behind: few steps to what most come to.
            let room = STEPS.into_iter().find(|step| *step > len).unwrap_or(len * 2);
            self.items.reserve_exact(room - len);
        }
        if len == self.places() {
            self.tags = vec![[0; STRETCH]; (self.tags.len() * 2).max(1)];
            for index in 0..len {
                self.set(index, self.items[index].print());
            }
        }
        self.set(len, item.print());
        self.items.push_back(item);
    }

    fn places(&self) -> usize {
        self.tags.len() * STRETCH
    }

    /// Where so many items behind the oldest one belong.
    fn place(&self, index: usize) -> usize {
        self.gone.wrapping_add(index) & self.places().wrapping_sub(1)
    }

    /// The other way round.
    fn index(&self, place: usize) -> usize {
        place.wrapping_sub(self.gone) & self.places().wrapping_sub(1)
    }

    /// The item at `index` has this fingerprint.
    fn set(&mut self, index: usize, print: u64) {
        let place = self.place(index);
        self.tags[place / STRETCH][place % STRETCH] = tag(print);
    }

    pub(crate) fn pop_oldest(&mut self) -> Option<T> {
        let oldest = self.items.pop_front();
        self.gone = self.gone.wrapping_add(usize::from(oldest.is_some()));
        oldest
    }

    /// Those with this fingerprint, by index, oldest first.
    pub(crate) fn with(&self, print: u64) -> impl DoubleEndedIterator<Item = (usize, &T)> {
        let wanted = tag(print);
        let mut found = SmallVec::<[usize; 4]>::new();
        for (at, stretch) in self.tags.iter().enumerate() {
            if stretch.iter().fold(false, |found, tag| found | (*tag == wanted)) {
                let mut places = places_of(stretch, wanted);
                while places != 0 {
                    found.push(self.index(at * STRETCH + places.trailing_zeros() as usize));
                    places &= places - 1;
                }
            }
        }
        found.sort_unstable();
        let of_print = move |index: usize| Some((index, self.items.get(index).filter(|item| item.print() == print)?));
        found.into_iter().filter_map(of_print)
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.items.get_mut(index)
    }

    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.items.iter_mut()
    }

    /// All of them, taken out.
    pub(crate) fn take(&mut self) -> VecDeque<T> {
        std::mem::take(self).items
    }
}

/// To look at: none can be added or taken out without its fingerprint.
impl<T> Deref for Printed<T> {
    type Target = VecDeque<T>;

    fn deref(&self) -> &VecDeque<T> {
        &self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    impl Print for (u64, &str) {
        fn print(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn what_has_a_fingerprint_is_found_by_it_in_order() {
        let (seven, eight) = (7 << 48, 8 << 48);
        let mut printed = Printed::default();
        for item in [(seven, "a"), (eight, "b"), (seven, "c"), (seven | 1, "d")] {
            printed.push(item);
        }
        let found = |printed: &Printed<(u64, &'static str)>, print| {
            printed.with(print).map(|(index, (_, name))| (index, *name)).collect::<Vec<_>>()
        };
        assert_eq!(found(&printed, seven), [(0, "a"), (2, "c")]);
        assert_eq!(found(&printed, seven | 1), [(3, "d")], "what only begins alike is something else");
        assert_eq!(found(&printed, 9), []);
        assert_eq!(printed.pop_oldest(), Some((seven, "a")));
        assert_eq!(found(&printed, seven), [(1, "c")]);
        assert_eq!(printed.take().len(), 3);
        assert_eq!((printed.len(), printed.with(eight).count()), (0, 0));
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_look_at_all_finds(steps in prop::collection::vec((0u64..5, 0u8..4), 0..600)) {
            let (mut printed, mut model) = (Printed::default(), VecDeque::new());
            for (print, goes) in steps {
                // Some share their tag, and one has that of a place that is empty.
                let print = (print / 2) << 48 | print;
                if goes == 0 {
                    prop_assert_eq!(printed.pop_oldest(), model.pop_front());
                }
                printed.push((print, ""));
                model.push_back((print, ""));
                let found: Vec<_> = printed.with(print).map(|(index, _)| index).collect();
                let all = model.iter().enumerate();
                prop_assert_eq!(found, all.filter(|(_, item)| item.0 == print).map(|(at, _)| at).collect::<Vec<_>>());
            }
        }
    }
}
