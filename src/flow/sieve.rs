//! Packets in, packets out: which of them were recorded before is told, as soon as that is known.

use super::doubled::{Sightings, Verdict};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::Packet;
use crate::owned::Owned;
use std::collections::VecDeque;
use std::time::Duration;

/// How long packets are kept back at most, in capture time, until it is known whether they come doubled.
const KEPT_BACK: Duration = Duration::from_secs(5);

/// Tells the packets that were recorded twice from the others. Their order stays the same.
///
/// ```no_run
/// # use wiregrade::{flow::Sieve, limits::Limits, net::Packet};
/// # fn packets<'a>() -> Vec<Packet<'a>> { vec![] }
/// # fn take(packet: &Packet<'_>, is_copy: bool) {}
/// let mut sieve = Sieve::new(&Limits::default());
/// for packet in packets() {
///     match sieve.push(&packet, packet.fingerprint()) {
///         Some(is_copy) => take(&packet, is_copy),
///         None => while let Some((packet, is_copy)) = sieve.pop() { take(&packet.lend(), is_copy) }
///     }
/// }
/// sieve.finish();
/// while let Some((packet, is_copy)) = sieve.pop() { take(&packet.lend(), is_copy) }
/// ```
///
/// What is kept is bounded by [`Limits::sightings`], [`Limits::sighted_pairs`] and [`Limits::undecided_packets`].
#[derive(Debug)]
pub struct Sieve {
    sightings: Sightings,
    /// In their order.
    kept: VecDeque<Kept>,
    /// Those kept are kept no longer.
    is_open: bool,
    max_kept: usize,
}

/// A packet kept back.
#[derive(Debug)]
struct Kept {
    verdict: Verdict,
    time: Time,
    packet: Owned<Packet<'static>>,
}

impl Sieve {
    /// One through which nothing has gone.
    #[must_use]
    pub fn new(limits: &Limits) -> Sieve {
        Sieve {
            sightings: Sightings::new(limits.sightings, limits.sighted_pairs),
            kept: VecDeque::new(),
            is_open: false,
            max_kept: limits.undecided_packets,
        }
    }

    /// Takes the next packet of the capture, with its [fingerprint](Packet::fingerprint). If it is known at once whether it
    /// is a copy of one that was recorded before, that is the answer; else the packet is kept back, and
    /// [`pop`](Sieve::pop) is to be asked.
    pub fn push(&mut self, packet: &Packet<'_>, fingerprint: u64) -> Option<bool> {
        let verdict = self.sightings.see(packet, fingerprint);
        let waits = matches!(verdict, Verdict::Twin(path) if !self.sightings.settled(path, packet.time));
        if self.kept.is_empty() && !waits {
            return Some(self.is_copy(verdict));
        }
        self.kept.push_back(Kept { verdict, time: packet.time, packet: Owned::of(packet) });
        self.is_open = match self.kept.front() {
            Some(Kept { verdict: Verdict::Twin(path), time, .. }) => {
                self.sightings.settled(*path, packet.time)
                    || packet.time.since(*time) >= KEPT_BACK
                    || self.kept.len() >= self.max_kept
            }
            _ => true,
        };
        None
    }

    /// The next of the packets that were kept back, if it is kept no longer, and whether it is a copy.
    pub fn pop(&mut self) -> Option<(Owned<Packet<'static>>, bool)> {
        if !self.is_open {
            return None;
        }
        let next = self.kept.pop_front();
        self.is_open = next.is_some();
        next.map(|kept| (kept.packet, self.is_copy(kept.verdict)))
    }

    /// The capture is over: nothing is kept back any longer.
    pub fn finish(&mut self) {
        self.is_open = true;
    }

    fn is_copy(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::New => false,
            Verdict::Copy => true,
            Verdict::Twin(path) => self.sightings.doubles(path),
        }
    }
}
