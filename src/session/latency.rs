//! Latencies of a session, by who answered and what: exact while few, a histogram of three digits when many.

use super::report::{Actor, LatencySummary, SideLatency};
use crate::bytes::Time;
use crate::protocol::Spec;
use hdrhistogram::Histogram;
use std::time::Duration;

/// How many samples are kept exactly.
const EXACT: usize = 1024;
/// In nanoseconds.
const DAY: u64 = 86_400_000_000_000;

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
            // From a microsecond on, three significant digits, growing to the longest there is: the bounds are valid, so
            // this does not fail.
            if let Ok(mut histogram) = Histogram::<u32>::new_with_bounds(1_000, 2_000_000, 3) {
                histogram.auto(true);
                for sample in samples.iter() {
                    record(&mut histogram, *sample);
                }
                *self = Distribution::Histogram(Box::new(histogram));
            }
        }
        if let Distribution::Histogram(histogram) = self {
            record(histogram, nanoseconds);
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

/// What takes longer than a day takes a day.
fn record(histogram: &mut Histogram<u32>, nanoseconds: u64) {
    // It grows: nothing in these bounds is refused.
    let _ = histogram.record(nanoseconds.clamp(1, DAY));
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

/// One side's answers, to one kind of message or to all.
#[derive(Clone, Debug)]
struct Row {
    /// `None`: all.
    kind: Option<&'static str>,
    answerer: Actor,
    distribution: Distribution,
    longest: u64,
    /// The answer that took longest.
    slowest: (u64, Time),
}

/// The latencies of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    all: Distribution,
    rows: Vec<Row>,
}

impl Latencies {
    /// A message of this kind was answered by this side after this long, in this frame.
    pub(crate) fn record(&mut self, kind: &'static str, answerer: Actor, after: Duration, answer: (u64, Time)) {
        let nanoseconds = u64::try_from(after.as_nanos()).unwrap_or(u64::MAX);
        self.all.record(nanoseconds);
        for kind in [None, Some(kind)] {
            let known = self.rows.iter_mut().find(|row| row.kind == kind && row.answerer == answerer);
            match known {
                Some(row) => {
                    row.distribution.record(nanoseconds);
                    if nanoseconds > row.longest {
                        (row.longest, row.slowest) = (nanoseconds, answer);
                    }
                }
                None => {
                    let mut distribution = Distribution::default();
                    distribution.record(nanoseconds);
                    self.rows.push(Row { kind, answerer, distribution, longest: nanoseconds, slowest: answer });
                }
            }
        }
    }

    pub(crate) fn total(&self) -> Option<LatencySummary> {
        self.all.summary()
    }

    /// Each side's answers as a whole, then by kind in the order of the message table.
    pub(crate) fn by_side(&self, spec: &Spec) -> Vec<SideLatency> {
        let place = |name: &str| spec.kinds.iter().position(|kind| kind.name == name).unwrap_or(usize::MAX);
        let mut sides: Vec<SideLatency> = self
            .rows
            .iter()
            .filter_map(|row| {
                let summary = row.distribution.summary()?;
                Some(SideLatency { kind: row.kind, answerer: row.answerer, summary, slowest: row.slowest })
            })
            .collect();
        sides.sort_by_key(|side| (side.kind.map(place), side.answerer));
        sides
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
    fn each_side_answers_for_itself() {
        let mut latencies = Latencies::default();
        let spec = crate::protocols::ALL[0].spec();
        let (first, second) = (spec.kinds[0].name, spec.kinds[1].name);
        let at = |frame| (frame, Time(0));
        latencies.record(second, Actor::Server, Duration::from_millis(30), at(4));
        latencies.record(first, Actor::Server, Duration::from_millis(10), at(2));
        latencies.record(first, Actor::Client, Duration::from_millis(90), at(6));
        let rows = latencies.by_side(spec);
        let seen: Vec<_> = rows.iter().map(|row| (row.kind, row.answerer, row.summary.count, row.slowest.0)).collect();
        let expected = [
            (None, Actor::Client, 1, 6),
            (None, Actor::Server, 2, 4),
            (Some(first), Actor::Client, 1, 6),
            (Some(first), Actor::Server, 1, 2),
            (Some(second), Actor::Server, 1, 4),
        ];
        assert_eq!(seen, expected);
        assert_eq!(latencies.total().map(|total| total.count), Some(3));
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
