//! Packets in, packets out: which of them were recorded before is told, as soon as that is known.

use super::doubled::{Sightings, Verdict};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::Packet;
use crate::owned::Owned;
use std::time::Duration;

/// How long packets are kept back at most, in capture time, until it is known whether they come doubled.
const KEPT_BACK: Duration = Duration::from_secs(5);

/// Tells the packets that were recorded twice from the others. Their order stays the same.
///
/// What is kept is bounded by [`Limits::sightings`], [`Limits::sighted_pairs`] and [`Limits::undecided_packets`].
#[derive(Debug)]
pub struct Sieve {
    sightings: Sightings,
    undecided: Vec<Kept>,
    max_undecided: usize,
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
            undecided: Vec::new(),
            max_undecided: limits.undecided_packets,
        }
    }

    /// Takes the next packet of the capture, and hands on what is decided: each packet, and whether it is a copy of one
    /// that was recorded before.
    pub fn push(&mut self, packet: &Packet<'_>, out: &mut impl FnMut(&Packet<'_>, bool)) {
        let verdict = self.sightings.see(packet, packet.fingerprint());
        if self.undecided.is_empty() {
            match verdict {
                Verdict::Twin(path) if !self.sightings.settled(path, packet.time) => self.keep(packet, verdict),
                _ => out(packet, self.is_copy(verdict)),
            }
            return;
        }
        self.keep(packet, verdict);
        let (settled, waited) = match self.undecided.first() {
            Some(Kept { verdict: Verdict::Twin(path), time, .. }) => {
                (self.sightings.settled(*path, packet.time), packet.time.since(*time))
            }
            _ => (true, Duration::ZERO),
        };
        if settled || waited >= KEPT_BACK || self.undecided.len() >= self.max_undecided {
            self.finish(out);
        }
    }

    /// Hands on all that waits: the capture is over.
    pub fn finish(&mut self, out: &mut impl FnMut(&Packet<'_>, bool)) {
        let mut undecided = std::mem::take(&mut self.undecided);
        for kept in undecided.drain(..) {
            out(&kept.packet.lend(), self.is_copy(kept.verdict));
        }
        self.undecided = undecided;
    }

    fn keep(&mut self, packet: &Packet<'_>, verdict: Verdict) {
        self.undecided.push(Kept { verdict, time: packet.time, packet: Owned::of(packet) });
    }

    fn is_copy(&self, verdict: Verdict) -> bool {
        match verdict {
            Verdict::New => false,
            Verdict::Copy => true,
            Verdict::Twin(path) => self.sightings.doubles(path),
        }
    }
}
