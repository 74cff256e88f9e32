//! Flows by endpoint pair, roughly in order of their last packet: a slab with two lists through it.
//!
//! Moving a flow to the end of its list with every packet would cost more than all else that a packet costs, as its
//! neighbours lie anywhere in memory. So it is moved only now and then; between, a packet notes the time.

use super::{Side, Transport};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher as _;
use std::net::{IpAddr, SocketAddr};

/// When something was, in nanoseconds of the [`Table`](super::Table)'s clock.
pub(super) type Moment = u64;

/// The index of no slot.
const NONE: usize = usize::MAX;

/// A transport and an unordered pair of endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    low: u128,
    high: u128,
    /// The ports, the low one's first, and in the lowest bits: 0: TCP; 1 and 2: the low, the high address is IPv6.
    rest: u64,
}

impl Key {
    /// The key of packets between `src` and `dst`, either way.
    pub(super) fn new(transport: Transport, src: SocketAddr, dst: SocketAddr) -> Key {
        let (a, b) = (flat(src), flat(dst));
        let ((low, low_port, low_v6), (high, high_port, high_v6)) = if a <= b { (a, b) } else { (b, a) };
        let kind = u64::from(transport == Transport::Tcp) | u64::from(low_v6) << 1 | u64::from(high_v6) << 2;
        Key { low, high, rest: u64::from(low_port) << 32 | u64::from(high_port) << 16 | kind }
    }
}

fn flat(address: SocketAddr) -> (u128, u16, bool) {
    match address.ip() {
        IpAddr::V4(ip) => (u128::from(u32::from(ip)), address.port(), false),
        IpAddr::V6(ip) => (u128::from(ip), address.port(), true),
    }
}

/// Which of two addresses of a flow a packet comes from.
pub(super) fn side(a: SocketAddr, src: SocketAddr) -> Side {
    if a.ip() == src.ip() && a.port() == src.port() { Side::A } else { Side::B }
}

/// Which list a flow stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Those that may go on.
    Open,
    /// Those that have ended.
    Closed,
}

/// The flows. Each stands in one [`Line`].
#[derive(Debug)]
pub(super) struct Slots<T> {
    /// Indices by the hash of their keys, which stand in the slots: few bytes, which a cache holds.
    by_key: HashTable<usize>,
    hashes: RandomState,
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
    open: List,
    closed: List,
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<(Key, T)>,
    /// When it was active last.
    active: Moment,
    /// When it was put at the end of its list.
    listed: Moment,
    line: Line,
    before: usize,
    after: usize,
}

#[derive(Clone, Copy, Debug)]
struct List {
    first: usize,
    last: usize,
}

impl<T> Slots<T> {
    pub(super) fn new() -> Slots<T> {
        let empty = List { first: NONE, last: NONE };
        let (by_key, hashes) = (HashTable::new(), RandomState::default());
        Slots { by_key, hashes, slots: Vec::new(), free: Vec::new(), open: empty, closed: empty }
    }

    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn find(&self, key: &Key) -> Option<usize> {
        self.by_key.find(self.hashes.hash_one(key), |at| key_of(&self.slots, *at) == Some(key)).copied()
    }

    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.slots.get(at)?.value.as_ref().map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.slots.get_mut(at)?.value.as_mut().map(|(_, value)| value)
    }

    /// Adds a flow to the open ones. The key must be new.
    pub(super) fn insert(&mut self, key: Key, value: T, now: Moment) -> usize {
        let slot =
            Slot { value: Some((key, value)), active: now, listed: now, line: Line::Open, before: NONE, after: NONE };
        let at = match self.free.pop() {
            Some(at) => {
                if let Some(place) = self.slots.get_mut(at) {
                    *place = slot;
                }
                at
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        };
        let (slots, hashes) = (&self.slots, &self.hashes);
        self.by_key
            .insert_unique(hashes.hash_one(key), at, |at| key_of(slots, *at).map_or(0, |key| hashes.hash_one(key)));
        self.append(at, Line::Open);
        at
    }

    /// Takes a flow out.
    pub(super) fn remove(&mut self, at: usize) -> Option<T> {
        let (key, value) = self.slots.get_mut(at)?.value.take()?;
        self.unlink(at);
        if let Ok(entry) = self.by_key.find_entry(self.hashes.hash_one(key), |known| *known == at) {
            entry.remove();
        }
        self.free.push(at);
        Some(value)
    }

    /// A flow is active, and belongs to `line`. It is moved to the end if it was not for so long. Times never go back.
    pub(super) fn touch(&mut self, at: usize, line: Line, now: Moment, often: u64) {
        let Some(slot) = self.slots.get_mut(at) else { return };
        slot.active = now;
        if slot.line != line || now.saturating_sub(slot.listed) >= often {
            self.unlink(at);
            self.append(at, line);
        }
    }

    /// Where a flow stands.
    pub(super) fn line(&self, at: usize) -> Line {
        self.slots.get(at).map_or(Line::Open, |slot| slot.line)
    }

    /// When a flow was active last.
    pub(super) fn active(&self, at: usize) -> Moment {
        self.slots.get(at).map_or(0, |slot| slot.active)
    }

    /// A flow of `line` that was active last before `limit`. One may be missed for as long as flows are not moved.
    pub(super) fn idle(&self, line: Line, limit: Moment) -> Option<usize> {
        let first = self.first(line);
        self.slots.get(first).filter(|slot| slot.active < limit).map(|_| first)
    }

    /// The flow of `line` that is idle for longest: of those that had another packet since they were moved, all are younger.
    pub(super) fn oldest(&mut self, line: Line) -> Option<usize> {
        loop {
            let first = self.first(line);
            let slot = self.slots.get(first)?;
            if slot.active == slot.listed {
                return Some(first);
            }
            self.unlink(first);
            self.append(first, line);
        }
    }

    fn first(&self, line: Line) -> usize {
        match line {
            Line::Open => self.open.first,
            Line::Closed => self.closed.first,
        }
    }

    /// All of them, in no order that means anything, but always the same.
    pub(super) fn occupied(&self) -> impl Iterator<Item = (usize, &T)> {
        self.slots.iter().enumerate().filter_map(|(at, slot)| Some((at, &slot.value.as_ref()?.1)))
    }

    fn list(&mut self, line: Line) -> &mut List {
        match line {
            Line::Open => &mut self.open,
            Line::Closed => &mut self.closed,
        }
    }

    fn append(&mut self, at: usize, line: Line) {
        let last = std::mem::replace(&mut self.list(line).last, at);
        match self.slots.get_mut(last) {
            Some(slot) => slot.after = at,
            None => self.list(line).first = at,
        }
        if let Some(slot) = self.slots.get_mut(at) {
            (slot.line, slot.before, slot.after) = (line, last, NONE);
            slot.listed = slot.active;
        }
    }

    fn unlink(&mut self, at: usize) {
        let Some(&Slot { line, before, after, .. }) = self.slots.get(at) else { return };
        match self.slots.get_mut(before) {
            Some(slot) => slot.after = after,
            None => self.list(line).first = after,
        }
        match self.slots.get_mut(after) {
            Some(slot) => slot.before = before,
            None => self.list(line).last = before,
        }
    }
}

fn key_of<T>(slots: &[Slot<T>], at: usize) -> Option<&Key> {
    slots.get(at)?.value.as_ref().map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(n: u16) -> Key {
        Key::new(Transport::Udp, SocketAddr::from(([10, 0, 0, 1], n)), SocketAddr::from(([10, 0, 0, 2], 9)))
    }

    #[test]
    fn both_directions_have_one_key_and_everything_else_another() {
        let (a, b) = (SocketAddr::from(([10, 0, 0, 1], 5)), SocketAddr::from(([10, 0, 0, 2], 4)));
        let keys = [
            Key::new(Transport::Udp, a, b),
            Key::new(Transport::Tcp, a, b),
            Key::new(Transport::Udp, SocketAddr::new(a.ip(), 4), SocketAddr::new(b.ip(), 5)),
            Key::new(Transport::Udp, "[::a00:1]:5".parse().unwrap(), b),
            Key::new(Transport::Udp, "[::a00:1]:5".parse().unwrap(), "[::a00:2]:4".parse().unwrap()),
        ];
        assert_eq!(keys[0], Key::new(Transport::Udp, b, a));
        for (i, one) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|other| other != one), "key {i} is not unique");
        }
    }

    #[derive(Clone, Debug)]
    enum Op {
        Insert(u16),
        Remove(u16),
        Touch(u16, bool),
        Oldest(bool),
    }

    fn ops() -> impl Strategy<Value = Vec<Op>> {
        let op = prop_oneof![
            (0..12_u16).prop_map(Op::Insert),
            (0..12_u16).prop_map(Op::Remove),
            (0..12_u16, any::<bool>()).prop_map(|(n, closed)| Op::Touch(n, closed)),
            any::<bool>().prop_map(Op::Oldest),
        ];
        prop::collection::vec(op, 0..80)
    }

    fn line(closed: bool) -> Line {
        if closed { Line::Closed } else { Line::Open }
    }

    proptest! {
        /// The model has (flow, closed, active, listed) in the order of the lists.
        #[test]
        fn does_what_a_vector_does(ops in ops(), often in 0..12_u64) {
            let mut slots = Slots::new();
            let mut model: Vec<(u16, bool, Moment, Moment)> = Vec::new();
            for (op, now) in ops.into_iter().zip(1..) {
                match op {
                    Op::Insert(n) if slots.find(&key(n)).is_none() => {
                        slots.insert(key(n), n, now);
                        model.push((n, false, now, now));
                    }
                    Op::Insert(_) => {}
                    Op::Remove(n) => {
                        if let Some(at) = slots.find(&key(n)) {
                            prop_assert_eq!(slots.remove(at), Some(n));
                        }
                        model.retain(|entry| entry.0 != n);
                    }
                    Op::Touch(n, closed) => {
                        if let Some(at) = slots.find(&key(n)) {
                            slots.touch(at, line(closed), now, often);
                            let place = model.iter().position(|entry| entry.0 == n).unwrap();
                            let (_, was, _, listed) = model[place];
                            model[place].2 = now;
                            if was != closed || now - listed >= often {
                                model.remove(place);
                                model.push((n, closed, now, now));
                            }
                            prop_assert_eq!((slots.active(at), slots.line(at)), (now, line(closed)));
                        }
                    }
                    Op::Oldest(closed) => {
                        while let Some(place) = model.iter().position(|entry| entry.1 == closed)
                            && model[place].2 != model[place].3
                        {
                            let (n, _, active, _) = model.remove(place);
                            model.push((n, closed, active, active));
                        }
                        let expected = model.iter().find(|entry| entry.1 == closed).map(|entry| entry.0);
                        let oldest = slots.oldest(line(closed));
                        prop_assert_eq!(oldest.and_then(|at| slots.get(at).copied()), expected);
                    }
                }
                for closed in [false, true] {
                    let expected: Vec<_> = model.iter().filter(|entry| entry.1 == closed).map(|entry| entry.0).collect();
                    let (mut seen, mut at) = (Vec::new(), slots.first(line(closed)));
                    while at != NONE {
                        seen.push(*slots.get(at).unwrap());
                        at = slots.slots[at].after;
                    }
                    prop_assert_eq!(seen, expected);
                    let first = model.iter().find(|entry| entry.1 == closed).filter(|entry| entry.2 < now);
                    let idle = slots.idle(line(closed), now).and_then(|at| slots.get(at).copied());
                    prop_assert_eq!(idle, first.map(|entry| entry.0));
                }
                prop_assert_eq!(slots.len(), model.len());
                prop_assert_eq!(slots.occupied().count(), slots.len());
            }
        }
    }
}
