//! Latencies as counts in fixed buckets: distributions that merge exactly, by adding up.

use std::collections::BTreeMap;

/// How many bits of a latency are kept: buckets are at most 1/128 wide.
const BITS: u32 = 7;

/// Counts by bucket; a bucket is named after the greatest latency in it, in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram(BTreeMap<i64, i64>);

/// The bucket of a latency. Below 256 ns it is the latency itself; beyond, its first eight binary digits tell.
fn bucket(nanoseconds: u64) -> i64 {
    let digits = u64::BITS - nanoseconds.leading_zeros();
    let spare = digits.saturating_sub(BITS + 1);
    let top = nanoseconds | ((1u64 << spare) - 1);
    i64::try_from(top).unwrap_or(i64::MAX)
}

impl Histogram {
    /// One more.
    pub fn record(&mut self, nanoseconds: u64) {
        *self.0.entry(bucket(nanoseconds)).or_default() += 1;
    }

    /// The buckets that have any, ascending, with their counts.
    pub fn buckets(&self) -> impl Iterator<Item = (i64, i64)> {
        self.0.iter().map(|(bucket, count)| (*bucket, *count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_latencies_are_exact_and_large_ones_keep_two_digits() {
        assert_eq!([0, 1, 255].map(bucket), [0, 1, 255]);
        assert_eq!([256, 257, 258].map(bucket), [257, 257, 259]);
        assert_eq!(bucket(u64::MAX), i64::MAX);
    }

    proptest! {
        #[test]
        fn a_bucket_is_near_and_never_below(latency in 0..u64::MAX / 2) {
            let bucket = bucket(latency) as u64;
            prop_assert!(bucket >= latency && bucket - latency <= latency / 128);
            prop_assert_eq!(super::bucket(bucket), bucket as i64);
        }

        #[test]
        fn adding_up_is_recording_together(a in prop::collection::vec(any::<u64>(), 0..50), b in prop::collection::vec(any::<u64>(), 0..50)) {
            let of = |samples: &[u64]| {
                let mut histogram = Histogram::default();
                samples.iter().for_each(|sample| histogram.record(*sample));
                histogram
            };
            let mut sum = of(&a);
            for (bucket, count) in of(&b).buckets() {
                *sum.0.entry(bucket).or_default() += count;
            }
            prop_assert_eq!(sum, of(&[a, b].concat()));
        }
    }
}
