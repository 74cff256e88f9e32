//! Decisions by lot that can be repeated: each datagram's and each connection's follow from the seed and from which one
//! it is, not from what happened to others before it.

use crate::synth::rng::{GAMMA, Rng, mix};
use std::time::Duration;

/// Draws for one thing.
#[derive(Clone, Debug)]
pub struct Dice(Rng);

impl Dice {
    /// The draws that belong to `keys`, whatever else was drawn before.
    #[must_use]
    pub fn of(keys: &[u64]) -> Dice {
        Dice(Rng::new(keys.iter().fold(GAMMA, |state, key| mix(state ^ mix(*key)))))
    }

    /// Any number, each as likely.
    pub fn number(&mut self) -> u64 {
        self.0.draw()
    }

    /// Whether something that happens to this share of all happens now.
    pub fn hits(&mut self, share: Share) -> bool {
        self.number() % u64::from(Share::ALL) < u64::from(share.0)
    }

    /// A time of at least `base - spread` and at most `base + spread`.
    pub fn about(&mut self, base: Duration, spread: Duration) -> Duration {
        let draw = self.number();
        let width = u64::try_from(spread.as_nanos().saturating_mul(2)).unwrap_or(u64::MAX - 1);
        base.saturating_add(Duration::from_nanos(draw % width.saturating_add(1))).saturating_sub(spread)
    }

    /// A number of at least `low` and at most `high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        let width = high.saturating_sub(low) as u64 + 1;
        low.saturating_add(usize::try_from(self.number() % width).unwrap_or(0))
    }
}

/// A share of all, in millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// As many millionths make all.
    pub const ALL: u32 = 1_000_000;

    /// That many millionths, all at most.
    #[must_use]
    pub fn millionths(millionths: u32) -> Share {
        Share(millionths.min(Share::ALL))
    }

    /// Whether it is none.
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// `10%`, `0.5%`.
impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}%", f64::from(self.0) / 10_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_keys_give_the_same_draws_and_others_give_others() {
        let draws = |keys: &[u64]| {
            let mut dice = Dice::of(keys);
            [dice.number(), dice.number(), dice.number()]
        };
        assert_eq!(draws(&[7, 1, 2]), draws(&[7, 1, 2]));
        assert_ne!(draws(&[7, 1, 2]), draws(&[7, 2, 1]));
        assert_ne!(draws(&[7, 1, 2]), draws(&[8, 1, 2]));
        assert_ne!(draws(&[0]), draws(&[0, 0]));
    }

    #[test]
    fn a_share_is_hit_about_as_often_as_it_says() {
        let hits = |share| (0..20_000).filter(|n| Dice::of(&[42, *n]).hits(share)).count();
        assert_eq!(hits(Share::default()), 0);
        assert_eq!(hits(Share::millionths(5_000_000)), 20_000);
        let tenth = hits(Share::millionths(100_000));
        assert!((1_800..2_200).contains(&tenth), "{tenth}");
    }

    #[test]
    fn times_and_sizes_stay_within_their_bounds_and_reach_them() {
        let ms = Duration::from_millis;
        let mut dice = Dice::of(&[1]);
        let times: Vec<_> = (0..2_000).map(|_| dice.about(ms(50), ms(20))).collect();
        assert!(times.iter().all(|time| (ms(30)..=ms(70)).contains(time)));
        assert!(times.iter().any(|time| *time < ms(32)) && times.iter().any(|time| *time > ms(68)));
        assert_eq!(dice.about(ms(50), ms(0)), ms(50));
        assert!(dice.about(ms(5), ms(20)) <= ms(25), "never before now");
        let sizes: std::collections::BTreeSet<_> = (0..200).map(|_| dice.between(1, 4)).collect();
        assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(dice.between(3, 3), 3);
    }
}
