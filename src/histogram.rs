//! Latencies as counts in fixed buckets: distributions that merge exactly, by adding up.

use std::cmp::Ordering;

/// How many latencies wait to be counted: what is touched with each is the end of a short list, and not a table.
const WAITING: usize = 256;

/// Counts by bucket. Below `2 << BITS` nanoseconds a bucket is one latency; beyond, latencies whose first `BITS` + 1 binary
/// digits are the same share one, so that it is at most 1 in `1 << BITS` wide. `BITS` is at most 10.
#[derive(Clone, Debug, Default)]
pub struct Histogram<const BITS: u32> {
    /// Ascending.
    counted: Vec<(u16, u32)>,
    /// To be counted.
    waiting: Vec<u16>,
}

impl<const BITS: u32> Histogram<BITS> {
    /// One more.
    pub fn record(&mut self, nanoseconds: u64) {
        self.waiting.push(Self::index(nanoseconds));
        if self.waiting.len() >= WAITING {
            self.counted = self.all();
            self.waiting.clear();
        }
    }

    /// Those of another.
    pub fn add(&mut self, other: &Histogram<BITS>) {
        self.counted = merged(&self.all(), &other.all());
        self.waiting.clear();
    }

    /// The buckets that have any, ascending: the greatest latency in each, in nanoseconds, with its count.
    pub fn buckets(&self) -> impl DoubleEndedIterator<Item = (u64, u32)> {
        self.all().into_iter().map(|(index, count)| (Self::top(index), count))
    }

    /// The buckets with what waits counted too.
    fn all(&self) -> Vec<(u16, u32)> {
        let mut waiting = self.waiting.clone();
        waiting.sort_unstable();
        let same = waiting.chunk_by(|a, b| a == b);
        let count = |same: &[u16]| Some((*same.first()?, u32::try_from(same.len()).unwrap_or(u32::MAX)));
        merged(&self.counted, &same.filter_map(count).collect::<Vec<_>>())
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

impl<const BITS: u32> PartialEq for Histogram<BITS> {
    fn eq(&self, other: &Histogram<BITS>) -> bool {
        self.all() == other.all()
    }
}

impl<const BITS: u32> Eq for Histogram<BITS> {}

/// Two ascending lists of counts as one.
fn merged(mut a: &[(u16, u32)], mut b: &[(u16, u32)]) -> Vec<(u16, u32)> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    while let (Some((one, after_one)), Some((other, after_other))) = (a.split_first(), b.split_first()) {
        match one.0.cmp(&other.0) {
            Ordering::Less => {
                all.push(*one);
                a = after_one;
            }
            Ordering::Greater => {
                all.push(*other);
                b = after_other;
            }
            Ordering::Equal => {
                all.push((one.0, one.1.saturating_add(other.1)));
                (a, b) = (after_one, after_other);
            }
        }
    }
    all.extend_from_slice(a);
    all.extend_from_slice(b);
    all
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
        fn adding_up_is_recording_together(a in prop::collection::vec(0u64..5000, 0..600), b in prop::collection::vec(any::<u64>(), 0..600)) {
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
