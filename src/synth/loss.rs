//! What simulated links lose: packets by chance, but never so many that a message's retransmissions run out.

use super::rng::Rng;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

/// No more copies than these of one message are lost, nor of its answer: the sixth copy, the last that `imp` allows,
/// is never needed.
const SPARED_AFTER: u8 = 2;
/// What a packet carries that is sent again until it arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Carried {
    /// A message, over all its copies.
    Message(u64),
    /// Bytes of a connection: from which end, from which number on.
    Bytes { connection: usize, side: usize, first: u32 },
}

/// How many messages that lost a copy are remembered: more than are ever sent again at a time.
const REMEMBERED: usize = 8192;

/// The chance of loss, and what it has taken so far.
pub(super) struct Losses {
    share: f64,
    /// How many in a row between two ends; 0: any number, and of any message.
    burst: u32,
    in_a_row: BTreeMap<(SocketAddr, SocketAddr), u32>,
    copies: BTreeMap<Carried, u8>,
    oldest: VecDeque<Carried>,
}

impl Losses {
    pub(super) fn new(share: f64, burst: u32) -> Losses {
        Losses { share, burst, in_a_row: BTreeMap::new(), copies: BTreeMap::new(), oldest: VecDeque::new() }
    }

    /// Whether the next packet on this way is lost; `message` names what it carries.
    pub(super) fn take(&mut self, way: (SocketAddr, SocketAddr), message: Option<Carried>, rng: &mut Rng) -> bool {
        let chance = rng.chance(self.share);
        if self.burst == 0 {
            return chance;
        }
        let in_a_row = self.in_a_row.entry(way).or_default();
        let spared = message.is_some_and(|message| self.copies.get(&message).is_some_and(|lost| *lost >= SPARED_AFTER));
        let lost = chance && *in_a_row < self.burst && !spared;
        *in_a_row = if lost { *in_a_row + 1 } else { 0 };
        if let Some(message) = message.filter(|_| lost) {
            let copies = self.copies.entry(message).or_default();
            *copies += 1;
            if *copies == 1 {
                self.oldest.push_back(message);
            }
            if self.oldest.len() > REMEMBERED
                && let Some(oldest) = self.oldest.pop_front()
            {
                self.copies.remove(&oldest);
            }
        }
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way() -> (SocketAddr, SocketAddr) {
        (SocketAddr::from(([10, 0, 0, 1], 1)), SocketAddr::from(([10, 0, 0, 2], 2)))
    }

    #[test]
    fn of_one_message_only_so_many_copies_are_lost_whatever_passes_in_between() {
        let mut losses = Losses::new(1.0, 1);
        let mut rng = Rng::new(3);
        // With all lost that may be, only what passes in between lets the next one be lost.
        let mut fate = |message| losses.take(way(), Some(Carried::Message(message)), &mut rng);
        let mut seen = Vec::new();
        for other in 100..106 {
            seen.push(fate(7));
            fate(other);
        }
        let lost = seen.iter().filter(|lost| **lost).count();
        assert_eq!((lost, seen[5]), (2, false), "{seen:?}");
    }

    #[test]
    fn in_a_row_only_so_many_are_lost_and_without_a_limit_all() {
        let mut rng = Rng::new(3);
        let mut losses = Losses::new(1.0, 2);
        let fates: Vec<bool> =
            (0..6).map(|message| losses.take(way(), Some(Carried::Message(message)), &mut rng)).collect();
        assert_eq!(fates, [true, true, false, true, true, false]);
        let mut losses = Losses::new(1.0, 0);
        assert!((0..9).all(|_| losses.take(way(), Some(Carried::Message(1)), &mut rng)));
    }

    #[test]
    fn what_carries_no_message_is_never_spared() {
        let mut losses = Losses::new(1.0, 1);
        let mut rng = Rng::new(3);
        let lost = (0..20).filter(|_| losses.take(way(), None, &mut rng)).count();
        assert_eq!(lost, 10);
    }
}
