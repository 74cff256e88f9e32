//! Latencies of a session, by kind of message answered: exact while few, a histogram of three digits when many.

use super::report::{Actor, LatencySummary};
use crate::protocol::Spec;
use hdrhistogram::Histogram;
use std::time::Duration;

/// How many samples are kept exactly.
const EXACT: usize = 1024;

/// One distribution.
#[derive(Clone, Debug)]
enum Distribution {
    Exact(Vec<u64>),
    Histogram(Box<Histogram<u32>>),
}

impl Default for Distribution {
    fn default() -> Distribution {
        Distribution::Exact(Vec::new())
    }
}

impl Distribution {
    fn record(&mut self, nanoseconds: u64) {
        if let Distribution::Exact(samples) = self {
            if samples.len() < EXACT {
                samples.push(nanoseconds);
                return;
            }
            // One nanosecond to a day, three significant digits: the bounds are valid, so this does not fail.
            if let Ok(mut histogram) = Histogram::<u32>::new_with_bounds(1, 86_400_000_000_000, 3) {
                for sample in samples.iter() {
                    histogram.saturating_record(*sample);
                }
                *self = Distribution::Histogram(Box::new(histogram));
            }
        }
        if let Distribution::Histogram(histogram) = self {
            histogram.saturating_record(nanoseconds.max(1));
        }
    }

    fn summary(&self) -> Option<LatencySummary> {
        match self {
            Distribution::Exact(samples) => summarize(samples),
            Distribution::Histogram(histogram) => Some(LatencySummary {
                count: histogram.len(),
                min: Duration::from_nanos(histogram.min()),
                median: Duration::from_nanos(histogram.value_at_quantile(0.5)),
                p95: Duration::from_nanos(histogram.value_at_quantile(0.95)),
                p99: Duration::from_nanos(histogram.value_at_quantile(0.99)),
                max: Duration::from_nanos(histogram.max()),
            }),
        }
    }
}

/// The distribution of exact samples in nanoseconds; percentiles by nearest rank, the median of an even count is the mean
/// of the two in the middle.
#[must_use]
pub fn summarize(samples: &[u64]) -> Option<LatencySummary> {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let (first, last) = (*sorted.first()?, *sorted.last()?);
    let rank = |percent: usize| {
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or(last)
    };
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) {
        let (low, high) =
            (sorted.get(middle - 1).copied().unwrap_or(first), sorted.get(middle).copied().unwrap_or(last));
        low + (high - low) / 2
    } else {
        sorted.get(middle).copied().unwrap_or(first)
    };
    Some(LatencySummary {
        count: sorted.len() as u64,
        min: Duration::from_nanos(first),
        median: Duration::from_nanos(median),
        p95: Duration::from_nanos(rank(95)),
        p99: Duration::from_nanos(rank(99)),
        max: Duration::from_nanos(last),
    })
}

/// The latencies of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    all: Distribution,
    by_kind: Vec<(&'static str, Actor, Distribution)>,
}

impl Latencies {
    /// A message of this kind, from this side, was answered after this long.
    pub(crate) fn record(&mut self, kind: &'static str, from: Actor, after: Duration) {
        let nanoseconds = u64::try_from(after.as_nanos()).unwrap_or(u64::MAX);
        self.all.record(nanoseconds);
        let index =
            self.by_kind.iter().position(|(name, actor, _)| *name == kind && *actor == from).unwrap_or_else(|| {
                self.by_kind.push((kind, from, Distribution::default()));
                self.by_kind.len() - 1
            });
        if let Some((_, _, distribution)) = self.by_kind.get_mut(index) {
            distribution.record(nanoseconds);
        }
    }

    pub(crate) fn total(&self) -> Option<LatencySummary> {
        self.all.summary()
    }

    pub(crate) fn by_kind(&self, spec: &Spec) -> Vec<(&'static str, Actor, LatencySummary)> {
        let place = |name: &str| spec.kinds.iter().position(|kind| kind.name == name).unwrap_or(usize::MAX);
        let mut rows: Vec<_> = self
            .by_kind
            .iter()
            .filter_map(|(name, actor, distribution)| Some((*name, *actor, distribution.summary()?)))
            .collect();
        rows.sort_by_key(|(name, actor, _)| (place(name), *actor));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let samples: Vec<u64> = (1..=100).rev().collect();
        let summary = summarize(&samples).expect("there are samples");
        assert_eq!(
            (summary.count, summary.min, summary.max),
            (100, Duration::from_nanos(1), Duration::from_nanos(100))
        );
        assert_eq!((summary.p95, summary.p99), (Duration::from_nanos(95), Duration::from_nanos(99)));
        assert_eq!(summary.median, Duration::from_nanos(50));
        assert_eq!(summarize(&[7]).expect("one").p95, Duration::from_nanos(7));
        assert!(summarize(&[]).is_none());
    }

    #[test]
    fn many_samples_keep_three_digits() {
        let mut many = Distribution::default();
        for n in 1..=10_000u64 {
            many.record(n * 1_000_000);
        }
        let summary = many.summary().expect("there are samples");
        assert_eq!(summary.count, 10_000);
        let p95 = summary.p95.as_secs_f64();
        assert!((p95 - 9.5).abs() < 0.01, "{p95}");
    }
}
