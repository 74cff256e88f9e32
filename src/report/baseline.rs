//! A run remembered: which faults are known, how fast answers were, how often messages were sent again; and what a later
//! run has that it had not.

use super::noise;
use super::text::seconds;
use super::view::{FindingRecord, SCHEMA_VERSION};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many latencies of one kind of message are kept: evenly over their ranks, where there are more.
const SAMPLES: usize = 400;

/// By how much the share of messages sent again has to grow before it is asked whether that is chance.
pub const SHARE: f64 = 0.05;

/// A run remembered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The version of this schema.
    pub schema_version: String,
    /// Always `baseline`.
    pub kind: String,
    /// Faults by what they say, numbers left out.
    pub findings: Vec<KnownFinding>,
    /// Latencies by kind of message.
    pub latencies: Vec<KnownLatency>,
}

/// A fault that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownFinding {
    /// The rule's code.
    pub rule: String,
    /// The protocol.
    pub protocol: String,
    /// The side at fault.
    pub actor: String,
    /// What it says, with `#` for numbers and what stands in quotes.
    pub says: String,
    /// How often.
    pub count: u64,
    /// `error`, `warning` or `info`.
    pub severity: String,
}

/// How fast one kind of message was answered, and how often it was sent again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownLatency {
    /// The protocol.
    pub protocol: String,
    /// The message.
    pub request: String,
    /// Who sends it.
    pub from: String,
    /// How often it was sent as a new message.
    pub exchanges: u64,
    /// How many of those were sent again.
    pub resent: u64,
    /// From it to its answer, in milliseconds, ascending.
    pub samples_ms: Vec<f64>,
}

impl KnownLatency {
    /// The median, in milliseconds.
    #[must_use]
    pub fn median(&self) -> Option<f64> {
        let (samples, middle) = (&self.samples_ms, self.samples_ms.len() / 2);
        let (low, high) = (samples.get(middle.wrapping_sub(1)), samples.get(middle)?);
        Some(low.filter(|_| samples.len().is_multiple_of(2)).map_or(*high, |low| (low + high) / 2.0))
    }
}

/// The margin within which a slower median is taken for noise: the larger of a share and a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// 0.5 for half as slow again.
    pub ratio: f64,
    /// In milliseconds.
    pub floor_ms: f64,
}

impl Noise {
    /// The margin around a median, in milliseconds.
    #[must_use]
    pub fn margin(&self, median: f64) -> f64 {
        (median * self.ratio).max(self.floor_ms)
    }
}

/// What got worse.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// Slower answers, or else more messages sent again.
    pub slower: bool,
    /// The protocol.
    pub protocol: String,
    /// The message.
    pub request: String,
    /// Who sends it.
    pub from: String,
    /// Both figures, the bound, the test.
    pub message: String,
}

/// Rule, protocol, actor, what it says.
type Key = (String, String, String, String);

/// Gathers a run.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// How often, and the severity.
    findings: BTreeMap<Key, (u64, String)>,
    /// By protocol, message and sender.
    latencies: BTreeMap<[String; 3], Exchanges>,
}

/// Exchanges of one kind of message.
#[derive(Clone, Debug, Default)]
struct Exchanges {
    count: u64,
    resent: u64,
    samples_ms: Vec<f64>,
}

impl Gathered {
    /// A finding that counts: rule, protocol, actor, message, severity.
    pub fn finding(&mut self, [rule, protocol, actor, message, severity]: [&str; 5]) {
        let key = (rule.to_owned(), protocol.to_owned(), actor.to_owned(), pattern(message));
        self.findings.entry(key).or_insert_with(|| (0, severity.to_owned())).0 += 1;
    }

    /// An exchange: protocol, message and sender, whether it was sent again, how long the answer took.
    pub fn exchange(&mut self, [protocol, request, from]: [&str; 3], resent: bool, latency_ms: Option<f64>) {
        let exchanges = self.latencies.entry([protocol, request, from].map(str::to_owned)).or_default();
        exchanges.count += 1;
        exchanges.resent += u64::from(resent);
        exchanges.samples_ms.extend(latency_ms);
    }

    /// The run, to be remembered.
    #[must_use]
    pub fn baseline(self) -> Baseline {
        let findings = self.findings.into_iter().map(|((rule, protocol, actor, says), (count, severity))| {
            KnownFinding { rule, protocol, actor, says, count, severity }
        });
        let latencies = self.latencies.into_iter().map(|([protocol, request, from], exchanges)| KnownLatency {
            protocol,
            request,
            from,
            exchanges: exchanges.count,
            resent: exchanges.resent,
            samples_ms: thinned(exchanges.samples_ms),
        });
        Baseline {
            schema_version: SCHEMA_VERSION.to_owned(),
            kind: "baseline".to_owned(),
            findings: findings.collect(),
            latencies: latencies.collect(),
        }
    }
}

/// Ascending, and evenly chosen where there are too many.
fn thinned(mut samples: Vec<f64>) -> Vec<f64> {
    samples.sort_by(f64::total_cmp);
    if samples.len() <= SAMPLES {
        return samples;
    }
    let last = samples.len() - 1;
    (0..SAMPLES).filter_map(|index| samples.get(index * last / (SAMPLES - 1)).copied()).collect()
}

/// What makes a finding the same one in another run, whose frames, times and texts differ.
fn key(finding: &FindingRecord) -> Key {
    (finding.rule.to_owned(), finding.protocol.to_owned(), finding.actor.to_owned(), pattern(&finding.message))
}

/// A message with `#` for every number and every quoted text.
fn pattern(message: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    let mut in_number = false;
    for c in message.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            Some(_) => {}
            None if c == '"' => {
                out.push_str("\"#\"");
                quote = Some('"');
                in_number = false;
            }
            None if c.is_ascii_digit() => {
                if !in_number {
                    out.push('#');
                }
                in_number = true;
            }
            // `12.5` is one number.
            None if c == '.' && in_number => {}
            None => {
                in_number = false;
                out.push(c);
            }
        }
    }
    // Times are the same fault in whatever unit they are told, and names of clients vary.
    out.replace("# ms", "# s").replace("# min # s", "# s").trim().to_owned()
}

/// A baseline in use: each known fault is known as often as it was there.
#[derive(Clone, Debug)]
pub struct Ledger {
    baseline: Baseline,
    left: BTreeMap<Key, u64>,
    /// Findings that were known.
    pub known: u64,
}

impl Ledger {
    /// With everything in the baseline still to be met.
    #[must_use]
    pub fn new(baseline: Baseline) -> Ledger {
        let left = baseline.findings.iter().map(|known| {
            ((known.rule.clone(), known.protocol.clone(), known.actor.clone(), known.says.clone()), known.count)
        });
        Ledger { left: left.collect(), known: 0, baseline }
    }

    /// Whether a finding is known; each is known once for each time it was there.
    pub fn knows(&mut self, finding: &FindingRecord) -> bool {
        let known = match self.left.get_mut(&key(finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        };
        self.known += u64::from(known);
        known
    }

    /// How many known findings were not met.
    #[must_use]
    pub fn gone(&self) -> u64 {
        self.left.values().sum()
    }

    /// What got worse since, by more than noise.
    #[must_use]
    pub fn regressions(&self, now: &Baseline, noise: Noise) -> Vec<Regression> {
        let slow = compared(&self.baseline, now).filter_map(|(before, after)| slower(before, after, noise));
        let again = compared(&self.baseline, now).filter_map(|(before, after)| resent(before, after));
        slow.chain(again).collect()
    }
}

/// Kinds of message that both runs have.
pub fn compared<'a>(
    before: &'a Baseline,
    after: &'a Baseline,
) -> impl Iterator<Item = (&'a KnownLatency, &'a KnownLatency)> {
    after.latencies.iter().filter_map(|after| {
        let same = |before: &&KnownLatency| {
            (&before.protocol, &before.request, &before.from) == (&after.protocol, &after.request, &after.from)
        };
        Some((before.latencies.iter().find(same)?, after))
    })
}

/// A median that is slower by more than the bound, and not by chance.
pub(super) fn slower(before: &KnownLatency, after: &KnownLatency, noise: Noise) -> Option<Regression> {
    let (was, is) = (before.median()?, after.median()?);
    let margin = noise.margin(was);
    let p = noise::larger(&before.samples_ms, &after.samples_ms)?;
    (is > was + margin && p < noise::LEVEL).then(|| Regression {
        slower: true,
        protocol: after.protocol.clone(),
        request: after.request.clone(),
        from: after.from.clone(),
        message: format!(
            "the median time to an answer of {} is {} in {} exchanges; in the baseline it was {} in {} (noise bound {}; Mann-Whitney U, one-sided p = {:.1e})",
            after.request,
            seconds(is / 1e3),
            after.samples_ms.len(),
            seconds(was / 1e3),
            before.samples_ms.len(),
            seconds(margin / 1e3),
            p,
        ),
    })
}

/// A share of messages sent again that grew by more than the bound, and not by chance.
pub(super) fn resent(before: &KnownLatency, after: &KnownLatency) -> Option<Regression> {
    let share = |known: &KnownLatency| known.resent as f64 / (known.exchanges.max(1)) as f64;
    let p = noise::more_often((before.resent, before.exchanges), (after.resent, after.exchanges))?;
    (share(after) > share(before) + SHARE && p < noise::LEVEL).then(|| Regression {
        slower: false,
        protocol: after.protocol.clone(),
        request: after.request.clone(),
        from: after.from.clone(),
        message: format!(
            "{} of {} {} were sent again; in the baseline {} of {} (noise bound {} percentage points; two proportions, one-sided p = {:.1e})",
            after.resent,
            after.exchanges,
            after.request,
            before.resent,
            before.exchanges,
            SHARE * 100.0,
            p,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latency(request: &str, samples: &[f64], exchanges: u64, resent: u64) -> Baseline {
        let known = KnownLatency {
            protocol: "x".to_owned(),
            request: request.to_owned(),
            from: "client".to_owned(),
            exchanges,
            resent,
            samples_ms: samples.to_vec(),
        };
        Baseline { latencies: vec![known], ..Baseline::default() }
    }

    const NOISE: Noise = Noise { ratio: 0.5, floor_ms: 5.0 };

    #[test]
    fn numbers_and_texts_do_not_make_a_fault_another_one() {
        assert_eq!(
            pattern("DataMessage S=1 sent again after 180.5 ms; the timer is 500 ms"),
            "DataMessage S=# sent again after # s; the timer is # s"
        );
        assert_eq!(pattern("the name \"bob 1\" is taken"), "the name \"#\" is taken");
    }

    #[test]
    fn slower_beyond_the_bound_and_beyond_chance_is_a_regression_with_both_figures() {
        let before: Vec<f64> = (0..20).map(|n| 10.0 + f64::from(n % 5)).collect();
        let slow: Vec<f64> = before.iter().map(|x| x * 3.0).collect();
        let a_little: Vec<f64> = before.iter().map(|x| x + 4.0).collect();
        let base = latency("Q", &before, 20, 0);
        let found = |now: &Baseline| Ledger::new(base.clone()).regressions(now, NOISE);
        let slow = found(&latency("Q", &slow, 20, 0));
        assert_eq!(slow.len(), 1);
        assert!(slow[0].message.contains("is 36 ms") && slow[0].message.contains("was 12 ms"), "{}", slow[0].message);
        assert_eq!(found(&latency("Q", &a_little, 20, 0)), []);
        assert_eq!(found(&latency("other", &[90.0; 20], 20, 0)), []);
        assert_eq!(found(&latency("Q", &[90.0; 5], 5, 0)), [], "too few to tell");
    }

    #[test]
    fn more_retransmissions_are_a_regression() {
        let base = latency("Q", &[], 100, 2);
        let found = |resent| Ledger::new(base.clone()).regressions(&latency("Q", &[], 100, resent), NOISE).len();
        assert_eq!((found(2), found(6), found(30)), (0, 0, 1));
    }

    #[test]
    fn many_samples_are_thinned_over_their_ranks() {
        let thin = thinned((0..10_000).rev().map(f64::from).collect());
        assert_eq!((thin.len(), thin[0], thin[SAMPLES - 1]), (SAMPLES, 0.0, 9999.0));
    }
}
