//! `dissect`: every recognized message.

use super::args::CaptureArgs;
use super::messages::Messages;
use super::plan::{self, Plan};
use super::run::{self, Pass, Place};
use super::term::{ExitStatus, Stop};
use super::writer::Writer;
use crate::analysis;
use crate::identify::Step;
use crate::owned::Portion;
use crate::report;
use crate::report::view::{CaptureRecord, DissectSummary, Hex, MessageRecord, Record, Summary};

/// List every message of the protocols, one line each
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    captures: CaptureArgs,
    /// Draw each message as a tree with its bytes (json and jsonl: add the bytes)
    #[arg(short = 'V', long, help_heading = "Output")]
    tree: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let plan = Plan::new(&args.captures)?;
    let format = plan::format(report::DISSECT, &args.captures.output)?;
    if args.tree && format.name == "csv" {
        return Err(Stop::Usage("-V draws a tree: csv has no room for it (use table, json or jsonl)".to_owned()));
    }
    let (output, setup) = plan.output(&args.captures.output)?;
    let mut pass = Dissect {
        plan: &plan,
        messages: Messages::new(&plan),
        list: List {
            writer: Writer::new(format.make, &report::Setup { tree: args.tree, ..setup }, output),
            tree: args.tree,
            summary: DissectSummary::default(),
        },
        before: 0,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    let List { writer, summary, .. } = pass.list;
    writer.finish(&Summary::Dissect(summary))?;
    Ok(status)
}

struct Dissect<'p> {
    plan: &'p Plan,
    messages: Messages<'p>,
    list: List,
    /// Messages listed before this capture.
    before: u64,
}

/// What is done with each message.
struct List {
    writer: Writer,
    tree: bool,
    summary: DissectSummary,
}

impl List {
    fn add(&mut self, mut message: MessageRecord<'_>) -> Result<(), Stop> {
        message.hex = self.tree.then_some(Hex(message.bytes));
        self.summary.messages += 1;
        self.summary.errors += u64::from(message.error.is_some());
        *self.summary.by_protocol.entry(message.protocol).or_default() += 1;
        self.writer.write(Record::Message(&message))
    }
}

impl Pass for Dissect<'_> {
    fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop> {
        self.before = self.list.summary.messages;
        self.list.writer.begin(capture, path)
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        let list = &mut self.list;
        self.messages.steps(steps, place, &mut |message| list.add(message))
    }

    fn end(&mut self, capture: &CaptureRecord, _: analysis::Summary, place: Place) -> Result<(), Stop> {
        let list = &mut self.list;
        self.messages.end(capture, place, &mut |message| list.add(message))?;
        if self.list.summary.messages == self.before {
            self.plan.voice.nothing_found(capture);
        }
        self.list.summary.captures = capture.capture;
        self.list.writer.write(Record::Capture(capture))
    }

    fn pause(&mut self) -> Result<(), Stop> {
        self.list.writer.flush()
    }
}
