//! Flows by endpoint pair, in order of their last packet: a slab with two lists through it.

use super::{Side, Transport};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

/// The index of no slot.
const NONE: usize = usize::MAX;

/// A transport and an unordered pair of endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    low: (u128, u16),
    high: (u128, u16),
    /// Bit 0: TCP. Bits 1 and 2: the low, the high address is IPv6.
    kind: u8,
}

impl Key {
    /// The key of packets between `src` and `dst`, either way.
    pub(super) fn new(transport: Transport, src: SocketAddr, dst: SocketAddr) -> Key {
        let (a, b) = (flat(src), flat(dst));
        let ((low, low_v6), (high, high_v6)) = if a <= b { (a, b) } else { (b, a) };
        let kind = u8::from(transport == Transport::Tcp) | u8::from(low_v6) << 1 | u8::from(high_v6) << 2;
        Key { low, high, kind }
    }
}

fn flat(address: SocketAddr) -> ((u128, u16), bool) {
    match address.ip() {
        IpAddr::V4(ip) => ((u128::from(u32::from(ip)), address.port()), false),
        IpAddr::V6(ip) => ((u128::from(ip), address.port()), true),
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

/// The flows. Each stands in one [`Line`], the one with the oldest last packet first.
#[derive(Debug)]
pub(super) struct Slots<T> {
    by_key: HashMap<Key, usize, RandomState>,
    slots: Vec<Slot<T>>,
    free: Vec<usize>,
    open: List,
    closed: List,
}

#[derive(Debug)]
struct Slot<T> {
    value: Option<(Key, T)>,
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
        Slots { by_key: HashMap::default(), slots: Vec::new(), free: Vec::new(), open: empty, closed: empty }
    }

    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn find(&self, key: &Key) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    pub(super) fn get(&self, at: usize) -> Option<&T> {
        self.slots.get(at)?.value.as_ref().map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        self.slots.get_mut(at)?.value.as_mut().map(|(_, value)| value)
    }

    /// Adds a flow as the latest of the open ones. The key must be new.
    pub(super) fn insert(&mut self, key: Key, value: T) -> usize {
        let slot = Slot { value: Some((key, value)), line: Line::Open, before: NONE, after: NONE };
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
        self.by_key.insert(key, at);
        self.append(at, Line::Open);
        at
    }

    /// Takes a flow out.
    pub(super) fn remove(&mut self, at: usize) -> Option<T> {
        let (key, value) = self.slots.get_mut(at)?.value.take()?;
        self.unlink(at);
        self.by_key.remove(&key);
        self.free.push(at);
        Some(value)
    }

    /// Makes a flow the latest of `line`.
    pub(super) fn touch(&mut self, at: usize, line: Line) {
        let last = self.list(line).last;
        if last == at && self.slots.get(at).is_some_and(|slot| slot.line == line) {
            return;
        }
        self.unlink(at);
        self.append(at, line);
    }

    /// The flow of `line` that is idle for longest.
    pub(super) fn oldest(&self, line: Line) -> Option<usize> {
        let first = match line {
            Line::Open => self.open.first,
            Line::Closed => self.closed.first,
        };
        (first != NONE).then_some(first)
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
    }

    fn ops() -> impl Strategy<Value = Vec<Op>> {
        let op = prop_oneof![
            (0..12_u16).prop_map(Op::Insert),
            (0..12_u16).prop_map(Op::Remove),
            (0..12_u16, any::<bool>()).prop_map(|(n, closed)| Op::Touch(n, closed)),
        ];
        prop::collection::vec(op, 0..80)
    }

    proptest! {
        #[test]
        fn does_what_two_vectors_do(ops in ops()) {
            let mut slots = Slots::new();
            let (mut open, mut closed): (Vec<u16>, Vec<u16>) = (Vec::new(), Vec::new());
            for op in ops {
                match op {
                    Op::Insert(n) if slots.find(&key(n)).is_none() => {
                        slots.insert(key(n), n);
                        open.push(n);
                    }
                    Op::Insert(_) => {}
                    Op::Remove(n) => {
                        if let Some(at) = slots.find(&key(n)) {
                            prop_assert_eq!(slots.remove(at), Some(n));
                        }
                        open.retain(|&m| m != n);
                        closed.retain(|&m| m != n);
                    }
                    Op::Touch(n, to_closed) => {
                        if let Some(at) = slots.find(&key(n)) {
                            slots.touch(at, if to_closed { Line::Closed } else { Line::Open });
                            open.retain(|&m| m != n);
                            closed.retain(|&m| m != n);
                            if to_closed { closed.push(n) } else { open.push(n) }
                        }
                    }
                }
                for (line, expected) in [(Line::Open, &open), (Line::Closed, &closed)] {
                    let mut seen = Vec::new();
                    let mut at = slots.oldest(line);
                    while let Some(i) = at {
                        seen.push(*slots.get(i).unwrap());
                        at = Some(slots.slots[i].after).filter(|&after| after != NONE);
                    }
                    prop_assert_eq!(&seen, expected);
                }
                prop_assert_eq!(slots.len(), open.len() + closed.len());
                prop_assert_eq!(slots.occupied().count(), slots.len());
            }
        }
    }
}
