//! `diff`: two captures, or two results of `check`, beside each other.

use super::args::{CaptureArgs, OutputArgs, PolicyArgs, RecognitionArgs};
use super::baseline;
use super::check::FailOn;
use super::input;
use super::plan::{self, Plan};
use super::protocols::show;
use super::run::{self, Pass, Place};
use super::term::{ExitStatus, Stop};
use crate::analysis;
use crate::bytes::Time;
use crate::identify::Step;
use crate::owned::Portion;
use crate::report;
use crate::report::baseline::{Baseline, Gathered};
use crate::report::diff::DiffDocument;
use crate::report::view::CaptureRecord;
use crate::report::view::milliseconds;
use crate::rules::{Judge, Options};
use crate::session::Tracker;
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Compare two captures, or two results: what appeared, what went, what is slower
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A and B are captures, folders of captures, baselines, or what `wiregrade check
--exchanges -f json` wrote (without --exchanges it holds no latencies).

Exit status: 0 nothing at or above --fail-on appeared, nothing is slower or sent
again more often; 1 something is; 2 bad usage, unreadable input, unwritable
output.")]
pub(super) struct Args {
    /// The one before
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The one after
    #[arg(value_name = "B")]
    b: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    recognition: RecognitionArgs,
    /// The severity from which on a finding that appeared fails the run
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "error", help_heading = "Judgement")]
    fail_on: FailOn,
    #[command(flatten)]
    policy: PolicyArgs,
    /// How far two medians may be apart all the same: a share, a time, or the
    /// larger of both
    #[arg(long, value_name = "MARGIN", default_value = "10%,1ms", help_heading = "Judgement")]
    noise: String,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let format = plan::format(report::diff::DIFF, &args.output)?;
    let noise = baseline::noise(&args.noise)?;
    let (mut captures, mut status) = (Vec::new(), ExitStatus::Clean);
    let mut runs = Vec::new();
    for path in [&args.a, &args.b] {
        runs.push(match result(path)? {
            Some(baseline) => baseline,
            None => {
                let (baseline, read) = gather(path, args, &mut captures)?;
                status = status.max(read);
                baseline
            }
        });
    }
    let [before, after] = runs.as_slice() else { return Ok(ExitStatus::Failed) };
    let names = [&args.a, &args.b].map(|path| path.to_string_lossy().into_owned());
    let mut document = DiffDocument::new(names, before, after, noise, captures);
    let grave = |severity: &str| match args.fail_on {
        FailOn::Error => severity == "error",
        FailOn::Warning => severity != "info",
        FailOn::Info => true,
        FailOn::Never => false,
    };
    let appeared = document.appeared.iter().any(|finding| grave(&finding.severity));
    let worse = document.summary.slower + document.summary.more_resent > 0;
    let failed = args.fail_on != FailOn::Never && (appeared || worse);
    document.summary.fail_on = args.fail_on.name();
    document.summary.verdict = if failed { "fail" } else { "pass" };
    status = status.max(show(format.make, &document, &args.output)?);
    Ok(status.max(if failed { ExitStatus::Findings } else { ExitStatus::Clean }))
}

/// A result, if the file holds one: what begins with a brace is no capture.
fn result(path: &Path) -> Result<Option<Baseline>, Stop> {
    if !path.is_file() || !begins_like_json(path) {
        return Ok(None);
    }
    let text = input::bytes(path)?;
    if let Ok(baseline) = serde_json::from_slice::<Baseline>(&text)
        && baseline.kind == "baseline"
    {
        return Ok(Some(baseline));
    }
    let shown = input::shown(path);
    let document: Value = serde_json::from_slice(&text)
        .map_err(|error| Stop::Usage(format!("{shown}: is neither a capture nor a result: {error}")))?;
    let sessions = document["sessions"].as_array();
    let (Some(sessions), Some(findings)) = (sessions, document["findings"].as_array()) else {
        let text = format!("{shown}: is no result of check (write it with wiregrade check --exchanges -f json)");
        return Err(Stop::Usage(text));
    };
    let word = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let mut gathered = Gathered::default();
    for finding in findings.iter().filter(|finding| finding["caveat"].is_null()) {
        let words = ["rule", "protocol", "actor", "message", "severity"].map(|key| word(finding, key));
        gathered.finding([&words[0], &words[1], &words[2], &words[3], &words[4]]);
    }
    for exchange in document["exchanges"].as_array().into_iter().flatten() {
        let of =
            |session: &&Value| session["session"] == exchange["session"] && session["capture"] == exchange["capture"];
        let protocol = sessions.iter().find(of).map(|session| word(session, "protocol")).unwrap_or_default();
        let resent = exchange["retransmission_frames"].as_array().is_some_and(|frames| !frames.is_empty());
        let (request, from) = (word(exchange, "request"), word(exchange, "from"));
        gathered.exchange([&protocol, &request, &from], resent, exchange["latency_ms"].as_f64());
    }
    Ok(Some(gathered.baseline()))
}

#[expect(clippy::disallowed_methods, reason = "this is the edge of the program")]
fn begins_like_json(path: &Path) -> bool {
    let mut begin = Vec::new();
    let read = File::open(path).and_then(|file| file.take(64).read_to_end(&mut begin));
    read.is_ok() && begin.trim_ascii_start().first() == Some(&b'{')
}

/// Judges captures.
fn gather(path: &Path, args: &Args, captures: &mut Vec<CaptureRecord>) -> Result<(Baseline, ExitStatus), Stop> {
    let captured = CaptureArgs::of(vec![path.to_owned()], args.output.clone(), args.recognition.clone());
    let plan = Plan::judging(&captured, &args.policy)?;
    let options = Options { exchanges: true, ..Options::default() };
    let mut pass = Gather {
        tracker: plan.tracker(),
        judge: Judge::new(&plan.policy, options.clone()),
        options,
        gathered: Gathered::default(),
        captures,
        plan: &plan,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    Ok((pass.gathered.baseline(), status))
}

struct Gather<'p> {
    plan: &'p Plan,
    tracker: Tracker,
    judge: Judge<'p>,
    options: Options,
    gathered: Gathered,
    captures: &'p mut Vec<CaptureRecord>,
}

impl Pass for Gather<'_> {
    fn begin(&mut self, _: u32, _: &str) -> Result<(), Stop> {
        self.tracker = self.plan.tracker();
        self.judge = Judge::new(&self.plan.policy, self.options.clone());
        Ok(())
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, _: Place) -> Result<(), Stop> {
        self.tracker.steps(steps, &mut self.judge);
        Ok(())
    }

    fn end(&mut self, capture: &CaptureRecord, _: analysis::Summary, _: Place) -> Result<(), Stop> {
        let end = capture.last_time.map_or(Time::default(), |stamp| stamp.0);
        self.tracker.finish_shared(end, &mut self.judge);
        let next = Judge::new(&self.plan.policy, self.options.clone());
        let judged = std::mem::replace(&mut self.judge, next).finish();
        for finding in judged.findings.iter().filter(|finding| finding.caveat.is_none()) {
            let severity = finding.severity.name();
            self.gathered.finding([finding.rule, finding.spec.id, finding.actor.name(), &finding.message, severity]);
        }
        for exchange in &judged.exchanges {
            let session = judged.sessions.iter().find(|session| session.session == exchange.session);
            let protocol = session.map(|session| session.spec.id).unwrap_or_default();
            let resent = !exchange.retransmission_frames.is_empty();
            let latency = exchange.latency.map(milliseconds);
            self.gathered.exchange([protocol, &exchange.request, exchange.from.name()], resent, latency);
        }
        let mut record = capture.clone();
        record.capture = u32::try_from(self.captures.len() + 1).unwrap_or(u32::MAX);
        self.captures.push(record);
        Ok(())
    }

    fn pause(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}
