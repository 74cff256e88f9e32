//! `ladder`: conversations drawn as lifelines with arrows between them.

use super::args::{CaptureArgs, PolicyArgs};
use super::plan::{self, Plan};
use super::run::{self, Pass, Place};
use super::selection::Selection;
use super::term::{ExitStatus, Stop};
use crate::analysis;
use crate::bytes::Time;
use crate::identify::Step;
use crate::owned::Portion;
use crate::report::ladder::{Ask, Heard, Ladder, LadderDocument, Per, layout};
use crate::report::view::{CaptureRecord, FindingRecord, Origin, SCHEMA_VERSION, Tool, with_record};
use crate::report::{self, Setup};
use crate::rules::{Judge, Options};
use crate::session::Tracker;
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::ffi::OsStr;

/// Draw conversations as ladder diagrams, with retransmissions and findings
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    captures: CaptureArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    /// What one diagram is of: a session, a server with its clients, the capture
    /// [default: service, or session where --session or --user asks for some]
    #[arg(long, value_name = "WHAT", value_enum, hide_default_value = true, help_heading = "Selection")]
    per: Option<Scope>,
    /// Only the neighbourhood of findings: findings±5 (or findings+-5, findings:5)
    #[arg(long, value_name = "WHAT", help_heading = "Selection")]
    only: Option<String>,
    /// The most messages of a diagram; 0 draws all
    #[arg(long, value_name = "N", default_value_t = 500, help_heading = "Selection")]
    max_rows: usize,
    /// Draw with nothing but ASCII
    #[arg(long, help_heading = "Output")]
    ascii: bool,
}

/// `--per`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Scope {
    /// One client's conversation with one server.
    Session,
    /// One server with its clients side by side.
    Service,
    /// All in one.
    Capture,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let plan = Plan::judging(&args.captures, &args.policy)?;
    let format = plan::format(report::LADDER, &args.captures.output)?;
    let only_findings = args.only.as_deref().map(neighbourhood).transpose()?;
    let selection = &args.captures.selection;
    let some = !selection.session.is_empty() || !selection.user.is_empty();
    let per = match args.per {
        Some(Scope::Session) => Per::Session,
        Some(Scope::Service) => Per::Service,
        Some(Scope::Capture) => Per::Capture,
        None if some => Per::Session,
        None => Per::Service,
    };
    let (mut output, setup) = plan.output(&args.captures.output)?;
    let setup = Setup { ascii: args.ascii, ..setup };
    let ask = Ask {
        per,
        lifelines: (format.make.lifelines)(&setup),
        max_rows: (args.max_rows > 0).then_some(args.max_rows),
        only_findings,
    };
    let mut pass = Draw {
        tracker: plan.tracker(),
        judge: Judge::new(&plan.policy, options()),
        heard: Heard::default(),
        ask,
        captures: Vec::new(),
        ladders: Vec::new(),
        plan: &plan,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    let Draw { captures, ladders, .. } = pass;
    let document = LadderDocument { schema_version: SCHEMA_VERSION, tool: Tool::THIS, captures, ladders };
    let done = (format.make.show)(&document, &setup, &mut output);
    done.map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(status)
}

fn options() -> Options {
    Options { exchanges: true, ..Options::default() }
}

/// `findings±5` in its spellings; `findings` alone is the messages with findings and nothing around them.
fn neighbourhood(text: &str) -> Result<usize, Stop> {
    let usage = || Stop::Usage(format!("--only {text:?} is not understood (write findings±5 or findings:5)"));
    let rest = text.strip_prefix("findings").ok_or_else(usage)?;
    if rest.is_empty() {
        return Ok(0);
    }
    let around = ["±", "+-", "+/-", ":", "="].iter().find_map(|sign| rest.strip_prefix(sign)).ok_or_else(usage)?;
    around.parse().map_err(|_| usage())
}

/// Takes a step into what is drawn, where it is looked at.
fn hear(heard: &mut Heard, step: &Step<'_>, selection: &Selection, origin: Origin) {
    match step {
        Step::Unit(unit) => {
            heard.meet(unit);
            if selection.has_moment(unit.frame, unit.time, origin.start) && selection.has_ends([unit.src, unit.dst]) {
                with_record(unit, origin, |message| {
                    if selection.has_name(message.name) {
                        heard.message(&message);
                    }
                });
            }
        }
        Step::Relayed { .. } => {}
        Step::Gap { frame, time, .. } | Step::End { frame, time, .. } => {
            if !selection.by_name() && selection.has_moment(*frame, *time, origin.start) {
                heard.step(step);
            }
        }
    }
}

struct Draw<'p> {
    plan: &'p Plan,
    tracker: Tracker,
    judge: Judge<'p>,
    heard: Heard,
    ask: Ask,
    captures: Vec<CaptureRecord>,
    ladders: Vec<Ladder>,
}

impl Pass for Draw<'_> {
    fn begin(&mut self, capture: u32, _: &str) -> Result<(), Stop> {
        self.tracker = self.plan.tracker();
        self.judge = Judge::new(&self.plan.policy, options());
        self.heard = Heard::new(capture, Time::default());
        Ok(())
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        let Draw { plan, tracker, judge, heard, .. } = self;
        let sessions = tracker.steps(steps, judge);
        heard.start = place.start;
        for (step, session) in steps.iter().zip(sessions.iter().copied()) {
            let origin = Origin { capture: place.capture, start: place.start, session };
            hear(heard, &step, &plan.selection, origin);
        }
        Ok(())
    }

    fn end(&mut self, capture: &CaptureRecord, _: analysis::Summary, place: Place) -> Result<(), Stop> {
        let end = capture.last_time.map_or(Time::default(), |stamp| stamp.0);
        self.tracker.finish_shared(end, &mut self.judge);
        let judge = std::mem::replace(&mut self.judge, Judge::new(&self.plan.policy, options()));
        let judged = judge.finish();
        let mut heard = std::mem::take(&mut self.heard);
        let selection = &self.plan.selection;
        heard.end = end;
        heard.sessions = judged.sessions.into_iter().filter(|session| selection.has_session(session)).collect();
        let asked: BTreeSet<u32> = heard.sessions.iter().map(|session| session.session).collect();
        heard.exchanges = judged.exchanges;
        let findings = judged.findings.iter().filter(|finding| {
            asked.contains(&finding.session) && selection.has_moment(finding.frame, finding.time, place.start)
        });
        heard.findings = findings.map(|finding| FindingRecord::new(capture.capture, place.start, finding)).collect();
        let before = self.ladders.len();
        self.ladders.extend(layout(&heard, &self.ask));
        if self.ladders.len() == before {
            let text = "nothing to draw: no message of the protocols in what is looked at";
            self.plan.voice.warning(OsStr::new(&capture.path), text);
        }
        self.captures.push(capture.clone());
        Ok(())
    }

    fn pause(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbourhood_is_written_in_several_ways() {
        let read = |text| neighbourhood(text).ok();
        for text in ["findings±5", "findings+-5", "findings:5", "findings+/-5"] {
            assert_eq!(read(text), Some(5), "{text}");
        }
        assert_eq!(read("findings"), Some(0));
        for text in ["", "5", "finding±5", "findings5", "findings±", "findings±-1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
