//! `dissect`: every recognized message.

use super::args::CaptureArgs;
use super::messages::{Messages, Told};
use super::plan::{self, Plan};
use super::run::{self, Pass, Place};
use super::term::{ExitStatus, Stop};
use super::writer::Writer;
use crate::analysis;
use crate::identify::Step;
use crate::owned::Portion;
use crate::parallel::share;
use crate::report;
use crate::report::view::{CaptureRecord, DissectSummary, Hex, MessageRecord, Record, Summary};
use std::io;

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

/// So many messages are put into words at a time, where threads share them.
const PIECE: usize = 256;

/// What a thread has made of some messages: the place of the first, and what is to be written of them.
struct Piece {
    at: usize,
    written: Vec<u8>,
    done: io::Result<()>,
    summary: DissectSummary,
}

impl List {
    fn add(&mut self, mut message: MessageRecord<'_>) -> Result<(), Stop> {
        prepare(&mut message, self.tree, &mut self.summary);
        self.writer.write(Record::Message(&message))
    }

    /// Adds messages of which each stands for itself, on several threads.
    fn add_shared(&mut self, told: &Told<'_>, threads: usize) -> Result<(), Stop> {
        let (count, tree, writer) = (told.len(), self.tree, &self.writer);
        let ranges = (0..count).step_by(PIECE).map(|at| at..count.min(at + PIECE));
        let made = share(
            threads,
            ranges,
            || (writer.another(), Vec::new()),
            |(report, pieces), range| {
                let Some(report) = report else { return };
                let summary = DissectSummary::default();
                let mut piece = Piece { at: range.start, written: Vec::new(), done: Ok(()), summary };
                let asked = told.each(range, &mut |mut message| {
                    prepare(&mut message, tree, &mut piece.summary);
                    let done = report.record(Record::Message(&message), &mut piece.written);
                    piece.done = std::mem::replace(&mut piece.done, Ok(())).and(done);
                    Ok(())
                });
                pieces.push((piece, asked));
            },
        );
        let mut pieces: Vec<_> = made.into_iter().flat_map(|(_, pieces)| pieces).collect();
        pieces.sort_by_key(|(piece, _)| piece.at);
        for (piece, asked) in pieces {
            asked?;
            self.writer.append(&piece.written, piece.done)?;
            self.summary.messages += piece.summary.messages;
            self.summary.errors += piece.summary.errors;
            for (protocol, count) in piece.summary.by_protocol {
                *self.summary.by_protocol.entry(protocol).or_default() += count;
            }
        }
        Ok(())
    }
}

/// Adds what is asked for to a message, and counts it.
fn prepare<'m>(message: &mut MessageRecord<'m>, tree: bool, summary: &mut DissectSummary) {
    message.hex = tree.then_some(Hex(message.bytes));
    summary.messages += 1;
    summary.errors += u64::from(message.error.is_some());
    *summary.by_protocol.entry(message.protocol).or_default() += 1;
}

impl Pass for Dissect<'_> {
    fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop> {
        self.before = self.list.summary.messages;
        self.list.writer.begin(capture, path)
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        let Dissect { plan, messages, list, .. } = self;
        let told = messages.told(steps, place);
        let threads = plan.threads.min(told.len() / PIECE);
        if threads > 1 && list.writer.another().is_some() {
            list.add_shared(&told, threads)
        } else {
            told.each(0..told.len(), &mut |message| list.add(message))
        }
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
