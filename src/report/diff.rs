//! Two runs beside each other: what appeared, what disappeared, and whether the latencies differ by more than noise.

use super::baseline::{Baseline, KnownFinding, KnownLatency, Noise, SHARE, compared};
use super::noise;
use super::text::{fit, hang, left, plural, right, seconds};
use super::view::{CaptureRecord, SCHEMA_VERSION, Tool};
use super::{Format, Setup, Show, json};
use crate::bytes::escape_str;
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// The formats of `diff`; the first is the default.
pub const DIFF: &[Format<Show<DiffDocument>>] = &[
    Format { name: "table", about: "what came, what went, latencies side by side", make: table },
    Format { name: "json", about: "one object", make: json::document },
];

/// The output of `diff --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DiffDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// Captures that were read for it; none where both are results.
    pub captures: Vec<CaptureRecord>,
    /// The one before.
    pub a: String,
    /// The one after.
    pub b: String,
    /// Faults that only b has, or has more often: so much more often.
    pub appeared: Vec<KnownFinding>,
    /// Faults that only a has, or has more often: so much more often.
    pub disappeared: Vec<KnownFinding>,
    /// Latencies of what both have.
    pub latencies: Vec<LatencyDiff>,
    /// What it comes to.
    pub summary: DiffSummary,
}

/// One kind of message in both.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LatencyDiff {
    /// The protocol.
    pub protocol: String,
    /// The message.
    pub request: String,
    /// Who sends it.
    pub from: String,
    /// In the one before.
    pub a: LatencySide,
    /// In the one after.
    pub b: LatencySide,
    /// How seldom chance alone makes b as slow as it is (Mann-Whitney U, one-sided); null: too few to tell.
    pub p_slower: Option<f64>,
    /// The same for as fast as it is.
    pub p_faster: Option<f64>,
    /// `slower`, `faster`, `same` (what there is may be noise) or `unclear` (too few to tell).
    pub verdict: &'static str,
    /// How seldom chance alone makes b send it again so often (two proportions, one-sided); null: too few to tell.
    pub p_more_resent: Option<f64>,
    /// The same for so seldom.
    pub p_less_resent: Option<f64>,
    /// Whether it is sent again `more` often, `less` often, the `same`, or that is `unclear`.
    pub resent: &'static str,
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct LatencySide {
    /// Messages sent as new ones.
    pub exchanges: u64,
    /// Those that were sent again.
    pub resent: u64,
    /// Latencies that were measured.
    pub samples: u64,
    /// Their median, in milliseconds.
    pub median_ms: Option<f64>,
}

impl LatencySide {
    fn new(known: &KnownLatency) -> LatencySide {
        LatencySide {
            exchanges: known.exchanges,
            resent: known.resent,
            samples: known.samples_ms.len() as u64,
            median_ms: known.median(),
        }
    }
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct DiffSummary {
    /// Findings that appeared.
    pub appeared: u64,
    /// Findings that disappeared.
    pub disappeared: u64,
    /// Kinds of message that are answered more slowly.
    pub slower: u64,
    /// Kinds of message that are answered faster.
    pub faster: u64,
    /// Kinds of message that are sent again more often.
    pub more_resent: u64,
    /// Kinds of message that are sent again less often.
    pub less_resent: u64,
    /// From which severity on an appeared finding fails the run.
    pub fail_on: &'static str,
    /// `pass` or `fail`.
    pub verdict: &'static str,
}

impl DiffDocument {
    /// Two runs compared.
    #[must_use]
    pub fn new(
        names: [String; 2],
        before: &Baseline,
        after: &Baseline,
        noise: Noise,
        captures: Vec<CaptureRecord>,
    ) -> DiffDocument {
        let (appeared, disappeared) = (beyond(after, before), beyond(before, after));
        let latencies: Vec<LatencyDiff> = compared(before, after).map(|(a, b)| latency(a, b, noise)).collect();
        let count = |findings: &[KnownFinding]| findings.iter().map(|finding| finding.count).sum();
        let verdicts = |verdict: &str| latencies.iter().filter(|row| row.verdict == verdict).count() as u64;
        let summary = DiffSummary {
            appeared: count(&appeared),
            disappeared: count(&disappeared),
            slower: verdicts("slower"),
            faster: verdicts("faster"),
            more_resent: latencies.iter().filter(|row| row.resent == "more").count() as u64,
            less_resent: latencies.iter().filter(|row| row.resent == "less").count() as u64,
            fail_on: "",
            verdict: "",
        };
        let [a, b] = names;
        DiffDocument {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            captures,
            a,
            b,
            appeared,
            disappeared,
            latencies,
            summary,
        }
    }
}

/// What one run has beyond the other.
fn beyond(has: &Baseline, other: &Baseline) -> Vec<KnownFinding> {
    let same = |a: &KnownFinding, b: &KnownFinding| {
        (&a.rule, &a.protocol, &a.actor, &a.says) == (&b.rule, &b.protocol, &b.actor, &b.says)
    };
    has.findings
        .iter()
        .filter_map(|finding| {
            let there = other.findings.iter().find(|known| same(known, finding)).map_or(0, |known| known.count);
            let count = finding.count.saturating_sub(there);
            (count > 0).then(|| KnownFinding { count, ..finding.clone() })
        })
        .collect()
}

fn latency(a: &KnownLatency, b: &KnownLatency, noise: Noise) -> LatencyDiff {
    let p_slower = noise::larger(&a.samples_ms, &b.samples_ms);
    let p_faster = noise::larger(&b.samples_ms, &a.samples_ms);
    let (was, is) = (a.median().unwrap_or_default(), b.median().unwrap_or_default());
    let verdict = match (p_slower, p_faster) {
        // Both sides are asked about, so each has half of the level.
        (Some(p), _) if p < noise::LEVEL / 2.0 && is > was + noise.margin(was) => "slower",
        (_, Some(p)) if p < noise::LEVEL / 2.0 && was > is + noise.margin(is) => "faster",
        (Some(_), _) => "same",
        _ => "unclear",
    };
    let (before, after) = ((a.resent, a.exchanges), (b.resent, b.exchanges));
    let (p_more_resent, p_less_resent) = (noise::more_often(before, after), noise::more_often(after, before));
    let grew = share(b) - share(a);
    let resent = match (p_more_resent, p_less_resent) {
        (Some(p), _) if p < noise::LEVEL / 2.0 && grew > SHARE => "more",
        (_, Some(p)) if p < noise::LEVEL / 2.0 && -grew > SHARE => "less",
        (Some(_), _) => "same",
        _ => "unclear",
    };
    LatencyDiff {
        protocol: b.protocol.clone(),
        request: b.request.clone(),
        from: b.from.clone(),
        a: LatencySide::new(a),
        b: LatencySide::new(b),
        p_slower,
        p_faster,
        verdict,
        p_more_resent,
        p_less_resent,
        resent,
    }
}

/// Which part of the messages was sent again.
fn share(known: &KnownLatency) -> f64 {
    known.resent as f64 / known.exchanges.max(1) as f64
}

fn table(document: &DiffDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let style = setup.style;
    for (title, findings) in [("appeared", &document.appeared), ("disappeared", &document.disappeared)] {
        if findings.is_empty() {
            continue;
        }
        writeln!(out, "{}", style.bold(title))?;
        for finding in findings {
            let label = format!(
                "  {} {} {:<6} {:>3}x  ",
                finding.rule,
                left(&finding.protocol, 8),
                finding.actor,
                finding.count
            );
            write!(out, "{}", hang(&label, &escape_str(&finding.says), style.width))?;
        }
        writeln!(out)?;
    }
    if !document.latencies.is_empty() {
        let heading =
            format!("{:<26} {:<6} {:>5} {:>8} {:>5} {:>8}  {:<7} p", "median latency", "from", "n", "a", "n", "b", "");
        writeln!(out, "{}", style.bold(&fit(&heading, style.width)))?;
        for row in &document.latencies {
            let median =
                |side: LatencySide| side.median_ms.map_or_else(|| "-".to_owned(), |median| seconds(median / 1e3));
            let p = match (row.p_slower, row.p_faster) {
                (Some(slower), Some(faster)) => format!("{:.1e}", slower.min(faster)),
                _ => "-".to_owned(),
            };
            let line = format!(
                "{} {} {:>5} {} {:>5} {}  {:<7} {p}",
                left(&escape_str(&row.request), 26),
                left(&escape_str(&row.from), 6),
                row.a.samples,
                right(&median(row.a), 8),
                row.b.samples,
                right(&median(row.b), 8),
                row.verdict,
            );
            writeln!(out, "{}", line.trim_end())?;
        }
        resent(&document.latencies, setup, out)?;
        writeln!(
            out,
            "p: how seldom chance alone does this (Mann-Whitney U; two proportions).\n\
             Below {}, and beyond the noise bound, it counts; unclear: fewer than {}.",
            noise::LEVEL / 2.0,
            noise::ENOUGH
        )?;
        writeln!(out)?;
    }
    let summary = document.summary;
    let appeared = plural(summary.appeared, "finding");
    writeln!(
        out,
        "{}: {appeared} appeared, {} went; {} slower, {} faster; {} resent more, {} less",
        summary.verdict, summary.disappeared, summary.slower, summary.faster, summary.more_resent, summary.less_resent
    )
}

/// What was sent again, in either.
fn resent(latencies: &[LatencyDiff], setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let mut rows = latencies.iter().filter(|row| row.a.resent + row.b.resent > 0).peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    let heading = format!("{:<26} {:<6} {:>14} {:>14}  {:<7} p", "sent again", "from", "a", "b", "");
    writeln!(out, "{}", setup.style.bold(&fit(&heading, setup.style.width)))?;
    for row in rows {
        let of = |side: LatencySide| format!("{} of {}", side.resent, side.exchanges);
        let p = match (row.p_more_resent, row.p_less_resent) {
            (Some(more), Some(less)) => format!("{:.1e}", more.min(less)),
            _ => "-".to_owned(),
        };
        writeln!(
            out,
            "{} {} {} {}  {:<7} {p}",
            left(&escape_str(&row.request), 26),
            left(&escape_str(&row.from), 6),
            right(&of(row.a), 14),
            right(&of(row.b), 14),
            row.resent,
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOISE: Noise = Noise { ratio: 0.1, floor_ms: 1.0 };

    fn run(findings: &[(&str, u64)], samples: &[f64]) -> Baseline {
        Baseline {
            findings: findings
                .iter()
                .map(|(rule, count)| KnownFinding {
                    rule: (*rule).to_owned(),
                    protocol: "x".to_owned(),
                    actor: "client".to_owned(),
                    says: "it is wrong".to_owned(),
                    count: *count,
                    severity: "error".to_owned(),
                })
                .collect(),
            latencies: vec![KnownLatency {
                protocol: "x".to_owned(),
                request: "Q".to_owned(),
                from: "client".to_owned(),
                exchanges: 20,
                resent: 0,
                samples_ms: samples.to_vec(),
            }],
            ..Baseline::default()
        }
    }

    #[test]
    fn only_what_is_more_often_appeared() {
        let (before, after) = (run(&[("A", 2), ("B", 1)], &[]), run(&[("A", 5), ("C", 1)], &[]));
        let diff = DiffDocument::new(["a".to_owned(), "b".to_owned()], &before, &after, NOISE, Vec::new());
        let rows = |findings: &[KnownFinding]| -> Vec<(String, u64)> {
            findings.iter().map(|finding| (finding.rule.clone(), finding.count)).collect()
        };
        assert_eq!(rows(&diff.appeared), [("A".to_owned(), 3), ("C".to_owned(), 1)]);
        assert_eq!(rows(&diff.disappeared), [("B".to_owned(), 1)]);
        assert_eq!((diff.summary.appeared, diff.summary.disappeared), (4, 1));
    }

    #[test]
    fn latencies_are_told_apart_only_beyond_chance() {
        let base: Vec<f64> = (0..20).map(f64::from).collect();
        let verdict = |factor: f64, count: usize| {
            let after: Vec<f64> = base.iter().take(count).map(|x| x + factor).collect();
            let diff = DiffDocument::new(
                [String::new(), String::new()],
                &run(&[], &base),
                &run(&[], &after),
                NOISE,
                Vec::new(),
            );
            diff.latencies[0].verdict
        };
        assert_eq!(
            [verdict(30.0, 20), verdict(-30.0, 20), verdict(0.5, 20), verdict(90.0, 4)],
            ["slower", "faster", "same", "unclear"]
        );
    }

    #[test]
    fn a_difference_within_the_bound_is_none_however_certain_it_is() {
        let base: Vec<f64> = (0..200).map(|n| 100.0 + f64::from(n) / 1000.0).collect();
        let verdict = |more: f64| {
            let after: Vec<f64> = base.iter().map(|x| x + more).collect();
            let (a, b) = (run(&[], &base), run(&[], &after));
            DiffDocument::new([String::new(), String::new()], &a, &b, NOISE, Vec::new()).latencies[0].verdict
        };
        assert_eq!([verdict(9.0), verdict(12.0), verdict(-9.0), verdict(-12.0)], ["same", "slower", "same", "faster"]);
    }

    #[test]
    fn what_is_sent_again_is_compared_too() {
        let with = |resent: u64| {
            let mut run = run(&[], &[]);
            run.latencies[0].exchanges = 100;
            run.latencies[0].resent = resent;
            run
        };
        let verdict = |a: u64, b: u64| {
            DiffDocument::new([String::new(), String::new()], &with(a), &with(b), NOISE, Vec::new()).latencies[0].resent
        };
        assert_eq!([verdict(0, 30), verdict(30, 0), verdict(2, 4)], ["more", "less", "same"]);
    }
}
