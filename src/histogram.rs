//! Latencies as counts in fixed buckets: distributions that merge exactly, by adding up.

use std::collections::BTreeMap;

/// Counts by bucket. Below `2 << BITS` nanoseconds a bucket is one latency; beyond, latencies whose first `BITS` + 1 binary
/// digits are the same share one, so that it is at most 1 in `1 << BITS` wide. `BITS` is at most 10.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram<const BITS: u32>(BTreeMap<u16, u32>);

impl<const BITS: u32> Histogram<BITS> {
    /// One more.
    pub fn record(&mut self, nanoseconds: u64) {
        self.add_to(Self::index(nanoseconds), 1);
    }

    /// Those of another.
    pub fn add(&mut self, other: &Histogram<BITS>) {
        for (index, count) in &other.0 {
            self.add_to(*index, *count);
        }
    }

    /// The buckets that have any, ascending: the greatest latency in each, in nanoseconds, with its count.
    pub fn buckets(&self) -> impl DoubleEndedIterator<Item = (u64, u32)> {
        self.0.iter().map(|(index, count)| (Self::top(*index), *count))
    }

    fn add_to(&mut self, index: u16, count: u32) {
        let entry = self.0.entry(index).or_default();
        *entry = entry.saturating_add(count);
    }

    /// How many digits are left out, and those that are not.
    fn index(nanoseconds: u64) -> u16 {
        // Fails when it is compiled, or never.
        const { assert!(BITS <= 10, "an index has sixteen bits") };
        let spare = (u64::BITS - nanoseconds.leading_zeros()).saturating_sub(BITS + 1);
        u16::try_from((u64::from(spare) << BITS) + (nanoseconds >> spare)).unwrap_or(u16::MAX)
    }

    fn top(index: u16) -> u64 {
        let index = u64::from(index);
        let spare = (index >> BITS).saturating_sub(1);
        let digits = index - (spare << BITS);
        (digits << spare) | ((1 << spare) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bucket<const BITS: u32>(latency: u64) -> u64 {
        let mut histogram = Histogram::<BITS>::default();
        histogram.record(latency);
        histogram.buckets().map(|(top, _)| top).sum()
    }

    #[test]
    fn small_latencies_are_exact_and_large_ones_keep_their_first_digits() {
        assert_eq!([0, 1, 255].map(bucket::<7>), [0, 1, 255]);
        assert_eq!([256, 257, 258].map(bucket::<7>), [257, 257, 259]);
        assert_eq!([2047, 2048, 2050].map(bucket::<10>), [2047, 2049, 2051]);
        assert_eq!(bucket::<7>(u64::MAX), u64::MAX);
        assert_eq!(bucket::<10>(u64::MAX), u64::MAX);
    }

    proptest! {
        #[test]
        fn a_bucket_is_near_and_never_below(latency: u64) {
            let (wide, narrow) = (bucket::<7>(latency), bucket::<10>(latency));
            prop_assert!(wide >= latency && wide - latency <= latency / 128);
            prop_assert!(narrow >= latency && narrow - latency <= latency / 1024);
            prop_assert_eq!(bucket::<7>(wide), wide);
            prop_assert_eq!(bucket::<10>(narrow), narrow);
        }

        #[test]
        fn adding_up_is_recording_together(a in prop::collection::vec(any::<u64>(), 0..50), b in prop::collection::vec(any::<u64>(), 0..50)) {
            let of = |samples: &[u64]| {
                let mut histogram = Histogram::<7>::default();
                samples.iter().for_each(|sample| histogram.record(*sample));
                histogram
            };
            let mut sum = of(&a);
            sum.add(&of(&b));
            prop_assert_eq!(sum, of(&[a, b].concat()));
        }
    }
}
