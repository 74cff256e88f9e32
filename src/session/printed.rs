//! Things remembered in their order, and found by a fingerprint: what is looked for with every message must not be looked
//! for in all there is.

use std::collections::VecDeque;
use std::ops::Deref;

/// What is looked for by a fingerprint.
pub(crate) trait Print {
    fn print(&self) -> u64;
}

/// A queue with a part of each fingerprint beside it: few bytes, which are quickly gone through.
#[derive(Clone, Debug)]
pub(crate) struct Printed<T> {
    tags: VecDeque<u16>,
    items: VecDeque<T>,
}

impl<T> Default for Printed<T> {
    fn default() -> Printed<T> {
        Printed { tags: VecDeque::new(), items: VecDeque::new() }
    }
}

fn tag(print: u64) -> u16 {
    (print >> 48) as u16
}

/// Where a tag stands among others: whole stretches of them are compared at once.
fn places(tags: &[u16], wanted: u16) -> impl DoubleEndedIterator<Item = usize> {
    const STRETCH: usize = 32;
    let stretches = tags.chunks(STRETCH).enumerate().filter(move |(_, stretch)| stretch.contains(&wanted));
    stretches.flat_map(move |(at, stretch)| {
        let within = stretch.iter().enumerate().filter(move |(_, tag)| **tag == wanted);
        within.map(move |(index, _)| at * STRETCH + index)
    })
}

impl<T: Print> Printed<T> {
    pub(crate) fn push(&mut self, item: T) {
        self.tags.push_back(tag(item.print()));
        self.items.push_back(item);
    }

    pub(crate) fn pop_oldest(&mut self) -> Option<T> {
        self.tags.pop_front();
        self.items.pop_front()
    }

    /// Those with this fingerprint, by index, oldest first.
    pub(crate) fn with(&self, print: u64) -> impl DoubleEndedIterator<Item = (usize, &T)> {
        let (front, back) = self.tags.as_slices();
        let found = places(front, tag(print)).chain(places(back, tag(print)).map(|index| front.len() + index));
        found.filter_map(move |index| Some((index, self.items.get(index).filter(|item| item.print() == print)?)))
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.items.get_mut(index)
    }

    pub(crate) fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        self.items.iter_mut()
    }

    /// All of them, taken out.
    pub(crate) fn take(&mut self) -> VecDeque<T> {
        self.tags.clear();
        std::mem::take(&mut self.items)
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
}
