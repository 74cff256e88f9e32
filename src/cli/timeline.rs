//! Messages over time, in a bounded number of intervals however long the capture is.

use crate::bytes::Time;
use crate::report::view::{ActivityRecord, Stamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// Widths that are counted in, in milliseconds; each is a multiple of the one before.
const COUNTED: [i64; 9] = [1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000];

/// Widths that are shown, in milliseconds: what people count in.
const SHOWN: [i64; 24] = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    1_800_000, 3_600_000, 7_200_000, 21_600_000, 86_400_000,
];

/// More intervals with a message than this are put together into wider ones.
const MOST_COUNTED: usize = 4_096;

/// At most this many intervals are shown.
const MOST_SHOWN: i64 = 60;

/// Messages and their bytes, by interval since the capture's first packet.
#[derive(Default)]
pub(super) struct Timeline {
    /// Which of [`COUNTED`].
    width: usize,
    intervals: BTreeMap<i64, (u64, u64)>,
}

impl Timeline {
    /// A message of some bytes, this long after the first packet.
    pub(super) fn add(&mut self, nanoseconds: i64, bytes: u64) {
        let interval = nanoseconds.div_euclid(self.milliseconds() * 1_000_000);
        let (messages, sum) = self.intervals.entry(interval).or_default();
        *messages += 1;
        *sum = sum.saturating_add(bytes);
        while self.intervals.len() > MOST_COUNTED && self.width + 1 < COUNTED.len() {
            let before = self.milliseconds();
            self.width += 1;
            self.intervals = put_together(&self.intervals, self.milliseconds() / before);
        }
    }

    /// The intervals from the first with a message to the last, those without one included; `start` is the time of the
    /// capture's first packet.
    pub(super) fn records(&self, capture: u32, start: Time) -> Vec<ActivityRecord> {
        let (Some((first, _)), Some((last, _))) = (self.intervals.first_key_value(), self.intervals.last_key_value())
        else {
            return Vec::new();
        };
        let counted = self.milliseconds();
        let fits = |factor: i64| last.div_euclid(factor) - first.div_euclid(factor) < MOST_SHOWN;
        let suitable = SHOWN.iter().filter(|shown| **shown % counted == 0).map(|shown| shown / counted);
        let factor = suitable.into_iter().find(|factor| fits(*factor));
        let factor = factor.unwrap_or_else(|| (last - first) / (MOST_SHOWN - 1) + 1);
        let shown = put_together(&self.intervals, factor);
        let width = counted * factor;
        (first.div_euclid(factor)..=last.div_euclid(factor))
            .map(|interval| {
                let (messages, bytes) = shown.get(&interval).copied().unwrap_or_default();
                let since = interval * width;
                ActivityRecord {
                    capture,
                    time: Stamp(Time(start.0.saturating_add(since.saturating_mul(1_000_000)))),
                    relative_s: since as f64 / 1e3,
                    seconds: Duration::from_millis(width.unsigned_abs()).as_secs_f64(),
                    messages,
                    bytes,
                }
            })
            .collect()
    }

    fn milliseconds(&self) -> i64 {
        COUNTED.get(self.width).copied().unwrap_or(1)
    }
}

fn put_together(intervals: &BTreeMap<i64, (u64, u64)>, factor: i64) -> BTreeMap<i64, (u64, u64)> {
    let mut wider: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    for (interval, (messages, bytes)) in intervals {
        let sum = wider.entry(interval.div_euclid(factor)).or_default();
        sum.0 += messages;
        sum.1 = sum.1.saturating_add(*bytes);
    }
    wider
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: i64 = 1_000_000_000;

    fn timeline(moments: &[i64]) -> Timeline {
        let mut timeline = Timeline::default();
        for moment in moments {
            timeline.add(*moment, 10);
        }
        timeline
    }

    #[test]
    fn intervals_are_of_one_width_and_the_empty_ones_are_there() {
        let records = timeline(&[0, 100_000_000, 4 * SECOND]).records(2, Time(7));
        assert_eq!(records.len(), 41);
        assert!(records.iter().all(|record| record.seconds == 0.1 && record.capture == 2));
        assert_eq!((records[0].messages, records[1].messages, records[2].messages), (1, 1, 0));
        assert_eq!((records[40].messages, records[40].bytes, records[40].relative_s), (1, 10, 4.0));
        assert_eq!(records[40].time, Stamp(Time(4 * SECOND + 7)));
    }

    #[test]
    fn nothing_has_no_intervals() {
        assert_eq!(Timeline::default().records(1, Time(0)), []);
    }

    proptest! {
        #[test]
        fn no_message_is_lost_and_the_report_stays_short(
            moments in prop::collection::vec(any::<i64>(), 1..50),
            close in prop::collection::vec(-20 * SECOND..20 * SECOND, 0..6000),
        ) {
            let all: Vec<i64> = moments.iter().chain(&close).copied().collect();
            let records = timeline(&all).records(1, Time(0));
            prop_assert_eq!(records.iter().map(|record| record.messages).sum::<u64>(), all.len() as u64);
            prop_assert!(records.len() as i64 <= MOST_SHOWN);
        }
    }
}
