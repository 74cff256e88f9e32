//! `flows`: every UDP and TCP flow.

use super::args::CaptureArgs;
use super::messages::Messages;
use super::plan::{self, Plan};
use super::run::{self, Pass, Place};
use super::term::{ExitStatus, Stop};
use super::writer::Writer;
use crate::analysis;
use crate::flow::FlowId;
use crate::identify::Step;
use crate::owned::Portion;
use crate::report;
use crate::report::view::{CaptureRecord, FlowRecord, FlowsSummary, Record, Summary};
use std::collections::BTreeSet;

/// List every UDP and TCP flow: who, how much, which protocol and why
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    captures: CaptureArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let plan = Plan::new(&args.captures)?.of_all_flows();
    let format = plan::format(report::FLOWS, &args.captures.output)?;
    let (output, setup) = plan.output(&args.captures.output)?;
    let mut pass = Flows {
        messages: Messages::new(&plan),
        speaking: BTreeSet::new(),
        writer: Writer::new(format.make, &setup, output),
        summary: FlowsSummary::default(),
        plan: &plan,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    pass.writer.finish(&Summary::Flows(pass.summary))?;
    Ok(status)
}

struct Flows<'p> {
    plan: &'p Plan,
    messages: Messages<'p>,
    /// The flows that carry a message that is looked at.
    speaking: BTreeSet<FlowId>,
    writer: Writer,
    summary: FlowsSummary,
}

impl Pass for Flows<'_> {
    fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop> {
        self.speaking.clear();
        self.writer.begin(capture, path)
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        if !self.plan.selection.by_message() {
            return Ok(());
        }
        let speaking = &mut self.speaking;
        self.messages.steps(steps, place, &mut |message| {
            speaking.insert(message.flow);
            Ok(())
        })
    }

    fn end(&mut self, capture: &CaptureRecord, found: analysis::Summary, place: Place) -> Result<(), Stop> {
        let speaking = &mut self.speaking;
        self.messages.end(capture, place, &mut |message| {
            speaking.insert(message.flow);
            Ok(())
        })?;
        for flow in found.flows.iter().filter(|flow| self.plan.selection.has_flow(&flow.stats, place.start)) {
            if self.plan.selection.by_message() && !self.speaking.contains(&flow.stats.flow) {
                continue;
            }
            let record = FlowRecord::new(capture.capture, flow);
            self.summary.flows += 1;
            if let Some(protocol) = record.protocol {
                self.summary.recognized += 1;
                *self.summary.by_protocol.entry(protocol).or_default() += 1;
            }
            self.writer.write(Record::Flow(&record))?;
        }
        self.summary.captures = capture.capture;
        self.writer.write(Record::Capture(capture))
    }

    fn pause(&mut self) -> Result<(), Stop> {
        self.writer.flush()
    }
}
