//! `check`: sessions, exchanges, latencies, and findings by rule.

use super::annotate::Annotate;
use super::args::{CaptureArgs, OutputArgs, PolicyArgs, RecognitionArgs};
use super::baseline::{BaselineArgs, Keeper};
use super::explain;
use super::input;
use super::plan::{self, Plan};
use super::policy;
use super::progress;
use super::run::{self, Pass, Place};
use super::term::{ExitStatus, Stop};
use super::writer::{Writer, Writers};
use crate::analysis;
use crate::bytes::Time;
use crate::identify::Step;
use crate::owned::Portion;
use crate::report;
use crate::report::ladder::{self, Ask, Heard, Per};
use crate::report::view::{
    CaptureRecord, CheckSummary, ExchangeRecord, FindingRecord, Origin, Record, RuleRecord, SessionRecord, Summary,
    with_record,
};
use crate::rules::{Judge, Options, Severity};
use crate::session::Tracker;
use crate::session::report::Actor;
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Judge the conversations: findings by rule; exit status 1 if there are any
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Exit status: 0 nothing at or above --fail-on, 1 findings, 2 bad usage,
unreadable input, or output that cannot be written.")]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) captures: CaptureArgs,
    #[command(flatten)]
    pub(super) judgement: JudgementArgs,
    /// Write the capture again, with what was found as comments at its packets
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) annotate: Option<PathBuf>,
}

/// What counts as a fault.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct JudgementArgs {
    /// The severity from which on a finding fails the run
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "error", help_heading = "Judgement")]
    fail_on: FailOn,
    /// Only these rules: codes, or beginnings of codes (repeatable)
    #[arg(long, value_name = "CODE", value_delimiter = ',', help_heading = "Judgement")]
    select: Vec<String>,
    /// Not these rules (repeatable)
    #[arg(long, value_name = "CODE", value_delimiter = ',', help_heading = "Judgement")]
    ignore: Vec<String>,
    /// Judge only this side
    #[arg(long, value_name = "SIDE", value_enum, help_heading = "Judgement")]
    role: Option<Role>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    baseline: BaselineArgs,
    /// List every exchange: a message, its retransmissions, its answer
    #[arg(long, help_heading = "Output")]
    exchanges: bool,
}

/// From which severity on a finding fails the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Only errors.
    Error,
    /// Warnings too.
    Warning,
    /// Every finding.
    Info,
    /// Nothing does.
    Never,
}

impl FailOn {
    pub(super) fn name(self) -> &'static str {
        match self {
            FailOn::Error => "error",
            FailOn::Warning => "warning",
            FailOn::Info => "info",
            FailOn::Never => "never",
        }
    }

    pub(super) fn level(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Never => None,
        }
    }
}

/// A side that can be judged by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Role {
    /// Clients.
    Client,
    /// Servers.
    Server,
}

impl Role {
    pub(super) fn actor(self) -> Actor {
        match self {
            Role::Client => Actor::Client,
            Role::Server => Actor::Server,
        }
    }
}

impl JudgementArgs {
    /// All rules, by a policy; nothing fails the run.
    pub(super) fn by(policy: &PolicyArgs) -> JudgementArgs {
        JudgementArgs {
            fail_on: FailOn::Never,
            select: Vec::new(),
            ignore: Vec::new(),
            role: None,
            policy: policy.clone(),
            baseline: BaselineArgs::default(),
            exchanges: false,
        }
    }

    fn options(&self) -> Result<Options, Stop> {
        Ok(Options {
            select: codes(&self.select)?,
            ignore: codes(&self.ignore)?,
            role: self.role.map(Role::actor),
            exchanges: self.exchanges,
        })
    }

    /// Finds what is wrong with the arguments before there is anything to judge.
    pub(super) fn validate(&self, recognition: &RecognitionArgs, output: &OutputArgs) -> Result<(), Stop> {
        self.options()?;
        self.baseline.validate()?;
        policy::policy(&self.policy, &mut plan::recognition(recognition)?)?;
        plan::format(report::CHECK, output).map(|_| ())
    }
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    judged(args, &[]).map(|outcome| outcome.status)
}

/// What came of judging.
pub(super) struct Outcome {
    pub(super) status: ExitStatus,
    /// Conversations that were judged.
    pub(super) sessions: u64,
}

/// The same, with further reports as files, each in a format of its own.
pub(super) fn judged(args: &Args, reports: &[(&str, PathBuf)]) -> Result<Outcome, Stop> {
    let judgement = &args.judgement;
    let plan = Plan::judging(&args.captures, &judgement.policy)?;
    let format = plan::format(report::CHECK, &args.captures.output)?;
    input::keep_apart(&plan.sources, judgement.baseline.write_baseline.as_deref())?;
    let keeper = Keeper::new(&judgement.baseline)?;
    let (output, setup) = plan.output(&args.captures.output)?;
    let annotate = args.annotate.as_deref().map(|target| Annotate::new(&plan, target)).transpose()?;
    let mut writers = Writers::from(Writer::new(format.make, &setup, output));
    for (format, path) in reports {
        let common = args.captures.output.clone();
        let args = OutputArgs { format: (*format).to_owned(), output: Some(path.clone()), quiet: false, ..common };
        input::keep_apart(&plan.sources, Some(path))?;
        let (output, setup) = plan.output(&args)?;
        writers.add(Writer::new(plan::format(report::CHECK, &args)?.make, &setup, output));
    }
    let draws = writers.show_conversations() || annotate.is_some();
    let options = Options { exchanges: judgement.exchanges || keeper.is_on() || draws, ..judgement.options()? };
    let mut pass = Check {
        writers,
        draws,
        heard: None,
        annotate,
        tracker: plan.tracker(),
        judge: Judge::new(&plan.policy, options.clone()),
        options,
        named: BTreeSet::new(),
        summary: CheckSummary::default(),
        plan: &plan,
        exchanges: judgement.exchanges,
        keeper,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    let sessions = pass.summary.sessions;
    let failed = pass.finish(judgement.fail_on)?;
    let verdict = if failed { ExitStatus::Findings } else { ExitStatus::Clean };
    Ok(Outcome { status: status.max(verdict), sessions })
}

/// Rule codes and beginnings of codes, each of a rule that there is.
fn codes(asked: &[String]) -> Result<Vec<String>, Stop> {
    let mut codes = Vec::new();
    for name in asked {
        match explain::by_name(name)?.as_slice() {
            [rule] => codes.push(rule.code.to_owned()),
            _ => codes.push(name.clone()),
        }
    }
    Ok(codes)
}

struct Check<'p> {
    plan: &'p Plan,
    writers: Writers,
    tracker: Tracker,
    judge: Judge<'p>,
    options: Options,
    /// With `--name`: the frames of such messages.
    named: BTreeSet<u64>,
    summary: CheckSummary,
    /// Whether exchanges are listed.
    exchanges: bool,
    keeper: Keeper,
    /// Whether there are diagrams or comments to be made.
    draws: bool,
    /// What they are made of.
    heard: Option<Heard>,
    annotate: Option<Annotate<'p>>,
}

/// Diagrams for a report and for comments: all there is, a session each.
const ALL: Ask = Ask { per: Per::Session, lifelines: 9, max_rows: None, only_findings: None };

impl Check<'_> {
    /// Writes the verdict; whether it is a failure.
    fn finish(mut self, fail_on: FailOn) -> Result<bool, Stop> {
        let outcome = self.keeper.finish()?;
        self.summary.baseline = outcome.counts;
        for record in &outcome.findings {
            self.summary.findings.add(record.level);
            *self.summary.by_rule.entry(record.rule).or_default() += 1;
            self.writers.write(Record::Finding(record))?;
        }
        for record in &outcome.rules {
            self.writers.write(Record::Rule(record))?;
        }
        let mut summary = std::mem::take(&mut self.summary);
        let failed = fail_on.level().is_some_and(|level| summary.counted().at_least(level) > 0);
        summary.fail_on = fail_on.name();
        summary.verdict = if failed { "fail" } else { "pass" };
        self.writers.finish(&Summary::Check(summary))?;
        if let Some(annotate) = self.annotate {
            annotate.finish()?;
        }
        Ok(failed)
    }
}

impl Pass for Check<'_> {
    fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop> {
        self.tracker = self.plan.tracker();
        self.judge = Judge::new(&self.plan.policy, self.options.clone());
        self.named.clear();
        self.heard = self.draws.then(|| Heard::new(capture, Time::default()));
        self.writers.begin(capture, path)
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        let Check { plan, tracker, judge, heard, writers, named, summary, .. } = self;
        let sessions = tracker.steps(steps, judge);
        progress::found(summary.findings.at_least(Severity::Info) + judge.found() as u64);
        let selection = &plan.selection;
        if !selection.by_name() && heard.is_none() {
            return Ok(());
        }
        for (step, session) in steps.iter().zip(sessions.iter().copied()) {
            let Step::Unit(unit) = &step else {
                if let Some(heard) = heard {
                    heard.step(&step);
                }
                continue;
            };
            if let Some(heard) = heard {
                heard.start = place.start;
                heard.meet(unit);
            }
            let origin = Origin { capture: place.capture, start: place.start, session };
            with_record(unit, origin, |message| {
                let is_named = selection.has_name(message.name);
                if is_named && selection.by_name() {
                    named.insert(unit.frame);
                }
                let here = is_named
                    && selection.has_number(session)
                    && selection.has_ends([unit.src, unit.dst])
                    && selection.has_moment(unit.frame, unit.time, place.start);
                match heard {
                    Some(heard) if here => {
                        heard.message(&message);
                        writers.message(&message)
                    }
                    _ => Ok(()),
                }
            })?;
        }
        Ok(())
    }

    fn end(&mut self, capture: &CaptureRecord, _: analysis::Summary, place: Place) -> Result<(), Stop> {
        let end = capture.last_time.map_or(Time::default(), |stamp| stamp.0);
        self.tracker.finish_shared(end, &mut self.judge);
        let next = Judge::new(&self.plan.policy, self.options.clone());
        let judged = std::mem::replace(&mut self.judge, next).finish();
        if judged.sessions.is_empty() {
            self.plan.voice.nothing_found(capture);
        }
        let (selection, number) = (&self.plan.selection, capture.capture);
        let asked: BTreeSet<u32> = judged
            .sessions
            .iter()
            .filter(|session| selection.has_session(session))
            .map(|session| session.session)
            .collect();
        for finding in &judged.findings {
            let here = asked.contains(&finding.session)
                && selection.has_moment(finding.frame, finding.time, place.start)
                && (!selection.by_name() || self.named.contains(&finding.frame));
            if !here {
                continue;
            }
            let record = FindingRecord::new(number, place.start, finding);
            if let Some(heard) = &mut self.heard {
                heard.findings.push(record.clone());
            }
            if self.keeper.finding(&record) {
                continue;
            }
            self.summary.findings.add(record.level);
            if !record.counts() {
                self.summary.with_caveat.add(record.level);
            }
            *self.summary.by_rule.entry(record.rule).or_default() += 1;
            self.writers.write(Record::Finding(&record))?;
        }
        for session in judged.sessions.iter().filter(|session| asked.contains(&session.session)) {
            let record = SessionRecord::new(number, session);
            self.summary.sessions += 1;
            self.summary.messages += record.messages;
            self.writers.write(Record::Session(&record))?;
        }
        for exchange in &judged.exchanges {
            let here = asked.contains(&exchange.session)
                && selection.has_moment(exchange.request_frame, exchange.time, place.start)
                && selection.has_name(Some(&exchange.request));
            if here {
                let record = ExchangeRecord::new(number, place.start, exchange);
                self.writers.exchange(&record, self.exchanges)?;
                let session = judged.sessions.iter().find(|session| session.session == exchange.session);
                if let Some(session) = session.filter(|_| self.keeper.is_on()) {
                    self.keeper.exchange(session.spec, record);
                }
            }
        }
        for verdict in &judged.rules {
            self.writers.write(Record::Rule(&RuleRecord::new(number, verdict)))?;
        }
        self.summary.captures = number;
        if let Some(mut heard) = self.heard.take() {
            heard.end = end;
            heard.exchanges = judged.exchanges;
            heard.sessions = judged.sessions;
            heard.sessions.retain(|session| asked.contains(&session.session));
            let ladders = ladder::layout(&heard, &ALL);
            if let Some(annotate) = &mut self.annotate {
                annotate.take(&ladders);
            }
            self.writers.ladders(&ladders);
        }
        self.writers.write(Record::Capture(capture))
    }

    fn pause(&mut self) -> Result<(), Stop> {
        self.writers.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_asked_for_by_code_name_or_family() {
        let read = |name: &str| codes(&[name.to_owned()]).ok();
        assert_eq!(read("r001"), Some(vec!["R001".to_owned()]));
        assert_eq!(read("early-retransmission"), Some(vec!["R001".to_owned()]));
        assert_eq!(read("R"), Some(vec!["R".to_owned()]));
        assert_eq!(read("X"), None);
    }

    #[test]
    fn names_in_output_are_those_of_the_option() {
        for level in FailOn::value_variants() {
            assert_eq!(level.to_possible_value().unwrap().get_name(), level.name());
        }
    }
}
