//! `stats`: how much of what.

use super::args::CaptureArgs;
use super::messages::Messages;
use super::plan::{self, Plan};
use super::run::{self, Pass, Place};
use super::tally::Tally;
use super::term::{ExitStatus, Stop};
use crate::analysis;
use crate::flow::FlowId;
use crate::identify::Step;
use crate::owned::Portion;
use crate::protocol::Spec;
use crate::report;
use crate::report::view::CaptureRecord;
use std::collections::{BTreeMap, BTreeSet};

/// Count what is there: protocols, messages, endpoints, latencies, activity
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    captures: CaptureArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let plan = Plan::new(&args.captures)?.of_all_flows();
    let format = plan::format(report::STATS, &args.captures.output)?;
    let (mut output, setup) = plan::output(&args.captures.output)?;
    let mut pass = Stats {
        messages: Messages::new(&plan).with_latencies(),
        tally: Tally::default(),
        speaking: BTreeSet::new(),
        plan: &plan,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    (format.make)(&pass.tally.document(), &setup, &mut output).map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(status)
}

struct Stats<'p> {
    plan: &'p Plan,
    messages: Messages<'p>,
    tally: Tally,
    /// The flows that carry a message that is looked at.
    speaking: BTreeSet<FlowId>,
}

impl Pass for Stats<'_> {
    fn begin(&mut self, _: u32, _: &str) -> Result<(), Stop> {
        self.speaking.clear();
        Ok(())
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        let Stats { tally, speaking, .. } = self;
        self.messages.steps(steps, place, &mut |message| {
            speaking.insert(message.flow);
            tally.message(&message, place.start);
            Ok(())
        })
    }

    fn end(&mut self, capture: &CaptureRecord, found: analysis::Summary, place: Place) -> Result<(), Stop> {
        let Stats { tally, speaking, plan, .. } = self;
        let selection = &plan.selection;
        let seen = self.messages.end(capture, place, &mut |message| {
            speaking.insert(message.flow);
            tally.message(&message, place.start);
            Ok(())
        })?;
        for flow in found.flows.iter().filter(|flow| selection.has_flow(&flow.stats, place.start)) {
            if !selection.by_message() || speaking.contains(&flow.stats.flow) {
                tally.flow(flow);
            }
        }
        let asked = seen.sessions.iter().filter(|session| selection.has_session(session));
        let asked: BTreeMap<u32, &'static Spec> = asked.map(|session| (session.session, session.spec)).collect();
        for ((session, request, from), latencies) in seen.latencies {
            if let Some(spec) = asked.get(&session) {
                tally.latencies(spec, &request, from, latencies);
            }
        }
        tally.capture(capture, found.facts.undecoded, selection.is_all());
        Ok(())
    }

    fn pause(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}
