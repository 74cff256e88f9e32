//! What `check` remembers of a run, and holds a run against.

use super::input;
use super::output::Output;
use super::term::Stop;
use crate::policy::Tolerance;
use crate::protocol::{Spec, Topic};
use crate::protocols;
use crate::report::baseline::{Baseline, Gathered, Ledger, Noise, Regression};
use crate::report::view::{BaselineCounts, ExchangeRecord, FindingRecord, RuleRecord, SpecRecord, encode_pretty};
use crate::rules::Severity;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How much slower a median may be, unless something else is said.
const NOISE: &str = "50%,20ms";

/// What is remembered, and what is held against it.
#[derive(clap::Args, Clone, Debug)]
#[group(skip)]
pub(super) struct BaselineArgs {
    /// Remember this run: its findings, latencies and retransmissions
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub(super) write_baseline: Option<PathBuf>,
    /// Report only what is new or worse since a run that was remembered
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    baseline: Option<PathBuf>,
    /// How much slower a median may be than in the baseline: a share, a time,
    /// or the larger of both
    #[arg(long, value_name = "MARGIN", default_value = NOISE, help_heading = "Baseline")]
    noise: String,
}

impl Default for BaselineArgs {
    fn default() -> BaselineArgs {
        BaselineArgs { write_baseline: None, baseline: None, noise: NOISE.to_owned() }
    }
}

impl BaselineArgs {
    /// Finds what is wrong with the arguments before there is anything to judge.
    pub(super) fn validate(&self) -> Result<(), Stop> {
        Keeper::new(self).map(|_| ())
    }
}

/// Rules that only a baseline gives ground for.
const SLOWER: (&str, &str) = ("B001", "latency-regression");
const RESENT: (&str, &str) = ("B002", "retransmission-regression");

/// What is said of a rule that only a baseline gives ground for: it is in no document, and so in no list of rules.
pub(super) fn by_name(asked: &str) -> Option<String> {
    let about = [(SLOWER, "answers became slower"), (RESENT, "messages are sent again more often")];
    let ((code, name), what) = about
        .into_iter()
        .find(|((code, name), _)| [code, name].iter().any(|known| known.eq_ignore_ascii_case(asked)))?;
    Some(format!("{code} {name} is no rule of a document: check --baseline adds it where {what} by more than noise"))
}

/// The baselines of a run: the one to write, the one to hold it against.
pub(super) struct Keeper {
    write: Option<PathBuf>,
    ledger: Option<Ledger>,
    noise: Noise,
    gathered: Gathered,
    /// For each kind of message: where it shows best that it is slow, or sent again.
    worst: BTreeMap<(bool, &'static str, String, String), ExchangeRecord>,
}

impl Keeper {
    pub(super) fn new(args: &BaselineArgs) -> Result<Keeper, Stop> {
        let noise = noise(&args.noise)?;
        let ledger = args.baseline.as_deref().map(|path| baseline(path).map(Ledger::new)).transpose()?;
        Ok(Keeper {
            write: args.write_baseline.clone(),
            ledger,
            noise,
            gathered: Gathered::default(),
            worst: BTreeMap::new(),
        })
    }

    /// Whether there is anything to keep: then exchanges are needed.
    pub(super) fn is_on(&self) -> bool {
        self.write.is_some() || self.ledger.is_some()
    }

    /// Takes a finding; whether it is a known one, that is not to be reported again.
    pub(super) fn finding(&mut self, record: &FindingRecord) -> bool {
        if !self.is_on() || !record.counts() {
            return false;
        }
        self.gathered.finding([record.rule, record.protocol, record.actor, &record.message, record.severity]);
        self.ledger.as_mut().is_some_and(|ledger| ledger.knows(record))
    }

    /// Takes an exchange of a protocol.
    pub(super) fn exchange(&mut self, spec: &'static Spec, record: ExchangeRecord) {
        if !self.is_on() {
            return;
        }
        let resent = !record.retransmission_frames.is_empty();
        self.gathered.exchange([spec.id, &record.request, record.from], resent, record.latency_ms);
        let slower = record.latency_ms.is_some();
        if !slower && !resent {
            return;
        }
        let key = (slower, spec.id, record.request.clone(), record.from.to_owned());
        let weight = |record: &ExchangeRecord| (record.latency_ms.unwrap_or(0.0), record.retransmission_frames.len());
        let worse = self.worst.get(&key).is_none_or(|known| weight(&record) > weight(known));
        if worse {
            self.worst.insert(key, record);
        }
    }

    /// The run is over: the new baseline is written; what got worse than the old one, and how much of that was met.
    pub(super) fn finish(self) -> Result<Outcome, Stop> {
        let now = self.gathered.baseline();
        if let Some(path) = &self.write {
            let mut output = Output::open(Some(path))?;
            output.write_all(&encode_pretty(&now)).map_err(|error| output.failed(error))?;
            output.commit()?;
        }
        let Some(ledger) = &self.ledger else { return Ok(Outcome::default()) };
        let mut outcome = Outcome::default();
        for regression in ledger.regressions(&now, self.noise) {
            let Some(spec) =
                protocols::ALL.iter().map(|known| known.spec()).find(|spec| spec.id == regression.protocol)
            else {
                continue;
            };
            let key = (regression.slower, spec.id, regression.request.clone(), regression.from.clone());
            if let Some(worst) = self.worst.get(&key) {
                outcome.findings.push(finding(spec, regression, worst));
            }
        }
        for spec in protocols::ALL.iter().map(|known| known.spec()) {
            let checked = now.latencies.iter().filter(|known| known.protocol == spec.id).count() as u64;
            for (rule, _) in [SLOWER, RESENT].into_iter().filter(|_| checked > 0) {
                let of = |finding: &&FindingRecord| finding.rule == rule && finding.protocol == spec.id;
                let violated = outcome.findings.iter().filter(of).count() as u64;
                let verdict = if violated > 0 { "fail" } else { "pass" };
                outcome.rules.push(RuleRecord { capture: 1, rule, protocol: spec.id, verdict, checked, violated });
            }
        }
        outcome.counts = Some(BaselineCounts { known: ledger.known, gone: ledger.gone() });
        Ok(outcome)
    }
}

/// What a baseline adds to a run.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) findings: Vec<FindingRecord>,
    pub(super) rules: Vec<RuleRecord>,
    pub(super) counts: Option<BaselineCounts>,
}

fn finding(spec: &'static Spec, regression: Regression, worst: &ExchangeRecord) -> FindingRecord {
    let (rule, name) = if regression.slower { SLOWER } else { RESENT };
    // Who answers is slow; who has to send again may be the victim of the network, but it is where it shows.
    let actor = match (regression.slower, worst.from) {
        (true, "client") => "server",
        (true, "server") => "client",
        (_, from) => from,
    };
    FindingRecord {
        capture: worst.capture,
        rule,
        name,
        severity: Severity::Error.name(),
        protocol: spec.id,
        session: worst.session,
        actor,
        frame: worst.request_frame,
        related_frames: worst.retransmission_frames.iter().copied().chain(worst.answer_frame).collect(),
        time: worst.time,
        relative_s: worst.relative_s,
        message: regression.message,
        caveat: None,
        spec: SpecRecord { document: spec.document, section: spec.section(Topic::Answers).unwrap_or_default() },
        level: Severity::Error,
    }
}

/// The margin of `--noise`.
pub(super) fn noise(text: &str) -> Result<Noise, Stop> {
    let noise = Tolerance::parse(text).map_err(|error| Stop::Usage(format!("--noise: {error}")))?;
    Ok(Noise { ratio: noise.ratio, floor_ms: noise.floor.as_secs_f64() * 1e3 })
}

/// Reads a baseline that `--write-baseline` wrote.
pub(super) fn baseline(path: &Path) -> Result<Baseline, Stop> {
    let shown = input::shown(path);
    let advice = "(write one with wiregrade check --write-baseline FILE)";
    let baseline: Baseline = serde_json::from_slice(&input::bytes(path)?)
        .map_err(|error| Stop::Usage(format!("{shown}: is no baseline: {error} {advice}")))?;
    if baseline.kind != "baseline" {
        return Err(Stop::Usage(format!("{shown}: is no baseline {advice}")));
    }
    Ok(baseline)
}
