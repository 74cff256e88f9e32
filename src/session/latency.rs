//! Latencies of a session, by who answered and what: exact while few, a histogram of three digits when many.

use super::report::{Actor, LatencySummary, SideLatency};
use crate::bytes::Time;
use crate::histogram::Histogram;
use crate::protocol::Spec;
use std::time::Duration;

/// How many samples are kept exactly.
const EXACT: usize = 256;

/// One distribution, in nanoseconds.
#[derive(Clone, Debug)]
enum Distribution {
    Exact(Vec<u64>),
    Many(Box<Many>),
}

/// One that is not kept sample by sample.
#[derive(Clone, Debug)]
struct Many {
    buckets: Histogram<10>,
    least: u64,
    most: u64,
}

impl Default for Distribution {
    fn default() -> Distribution {
        Distribution::Exact(Vec::new())
    }
}

impl Distribution {
    fn record(&mut self, nanoseconds: u64) {
        if matches!(self, Distribution::Exact(samples) if samples.len() >= EXACT) {
            self.widen();
        }
        match self {
            Distribution::Exact(samples) => samples.push(nanoseconds),
            Distribution::Many(many) => many.record(nanoseconds),
        }
    }

    /// Those of another.
    fn add(&mut self, other: &Distribution) {
        match other {
            Distribution::Exact(samples) => samples.iter().for_each(|sample| self.record(*sample)),
            Distribution::Many(others) => {
                self.widen();
                if let Distribution::Many(many) = self {
                    many.buckets.add(&others.buckets);
                    (many.least, many.most) = (many.least.min(others.least), many.most.max(others.most));
                }
            }
        }
    }

    /// No longer sample by sample.
    fn widen(&mut self) {
        if let Distribution::Exact(samples) = self {
            let mut many = Many { buckets: Histogram::default(), least: u64::MAX, most: 0 };
            samples.iter().for_each(|sample| many.record(*sample));
            *self = Distribution::Many(Box::new(many));
        }
    }

    fn summary(&self) -> Option<LatencySummary> {
        match self {
            Distribution::Exact(samples) => summarize(samples),
            Distribution::Many(many) => Some(many.summary()),
        }
    }
}

impl Many {
    fn record(&mut self, nanoseconds: u64) {
        self.buckets.record(nanoseconds);
        (self.least, self.most) = (self.least.min(nanoseconds), self.most.max(nanoseconds));
    }

    fn summary(&self) -> LatencySummary {
        let buckets: Vec<(u64, u32)> = self.buckets.buckets().collect();
        let count: u64 = buckets.iter().map(|(_, count)| u64::from(*count)).sum();
        let rank = |percent: u64| {
            let mut left = (count * percent).div_ceil(100).max(1);
            let found = buckets.iter().find(|(_, count)| {
                let within = left <= u64::from(*count);
                left = left.saturating_sub(u64::from(*count));
                within
            });
            Duration::from_nanos(found.map_or(self.most, |(top, _)| (*top).clamp(self.least, self.most)))
        };
        LatencySummary {
            count,
            min: Duration::from_nanos(self.least),
            median: rank(50),
            p95: rank(95),
            p99: rank(99),
            max: Duration::from_nanos(self.most),
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

/// One side's answers to one kind of message.
#[derive(Clone, Debug)]
struct Row {
    kind: &'static str,
    answerer: Actor,
    distribution: Distribution,
    longest: u64,
    /// The answer that took longest.
    slowest: (u64, Time),
}

/// The latencies of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    rows: Vec<Row>,
}

impl Latencies {
    /// A message of this kind was answered by this side after this long, in this frame.
    pub(crate) fn record(&mut self, kind: &'static str, answerer: Actor, after: Duration, answer: (u64, Time)) {
        let nanoseconds = u64::try_from(after.as_nanos()).unwrap_or(u64::MAX);
        let known = self.rows.iter_mut().find(|row| row.answerer == answerer && std::ptr::eq(row.kind, kind));
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

    pub(crate) fn total(&self) -> Option<LatencySummary> {
        together(self.rows.iter()).summary()
    }

    /// Each side's answers as a whole, then by kind in the order of the message table.
    pub(crate) fn by_side(&self, spec: &Spec) -> Vec<SideLatency> {
        let place = |name: &str| spec.kinds.iter().position(|kind| kind.name == name).unwrap_or(usize::MAX);
        let as_a_whole = [Actor::Client, Actor::Server, Actor::Peer].into_iter().filter_map(|answerer| {
            let rows = || self.rows.iter().filter(move |row| row.answerer == answerer);
            // Of several that took as long, the first.
            let slowest = rows().max_by_key(|row| (row.longest, std::cmp::Reverse(row.slowest.0)))?.slowest;
            Some(SideLatency { kind: None, answerer, summary: together(rows()).summary()?, slowest })
        });
        let by_kind = self.rows.iter().filter_map(|row| {
            let summary = row.distribution.summary()?;
            Some(SideLatency { kind: Some(row.kind), answerer: row.answerer, summary, slowest: row.slowest })
        });
        let mut sides: Vec<SideLatency> = as_a_whole.chain(by_kind).collect();
        sides.sort_by_key(|side| (side.kind.map(place), side.answerer));
        sides
    }
}

/// Several distributions as one.
fn together<'r>(rows: impl Iterator<Item = &'r Row>) -> Distribution {
    let mut all = Distribution::default();
    for row in rows {
        all.add(&row.distribution);
    }
    all
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
