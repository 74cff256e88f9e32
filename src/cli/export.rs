//! `export`: captures as tables for engines that scan, in files by protocol or as a stream.

mod dataset;
mod grading;
mod listing;

use super::args::{PolicyArgs, RecognitionArgs};
use super::grade::class::Layout;
use super::output::Output;
use super::plan::Plan;
use super::run::{self, Pass, Place};
use super::term::{ExitStatus, Stop};
use crate::analysis;
use crate::bytes::Time;
use crate::identify::Step;
use crate::owned::Portion;
use crate::protocol::{Spec, Topic};
use crate::report::columns::tables::{self, Table};
use crate::report::columns::{self, ColumnError, Histogram, Listed, Sheet, Stream};
use crate::report::grade::SubmissionRecord;
use crate::report::view::{CaptureRecord, FindingRecord, FlowRecord, Origin, SessionRecord, with_record};
use crate::rules::{Judge, Options};
use crate::session::Tracker;
use crate::session::observation::{Observation, Witness};
use crate::session::report::{Actor, ExchangeReport, SessionReport};
use clap::ValueEnum;
use dataset::Dataset;
use grading::Grading;
use listing::Entry;
use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZero;
use std::path::PathBuf;

/// Write captures as tables, for DuckDB, Spark and whatever reads Parquet
#[derive(clap::Args, Debug)]
#[command(after_help = "\
The same captures write the same bytes. Tables and columns: docs/export.md.

Example:  wiregrade export captures/ -o dataset")]
pub(super) struct Args {
    /// pcap or pcapng, plain or compressed; a directory of them; a quoted pattern
    /// ('trace.pcap*') for the pieces of one capture; - for standard input
    #[arg(required_unless_present = "listing", value_name = "CAPTURE")]
    captures: Vec<PathBuf>,
    /// Captures from this file, a line each: a path, or JSON that also says
    /// what it is called and whose it is; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["captures", "joined", "name", "layout"])]
    listing: Option<PathBuf>,
    /// A folder of the dataset; with --format arrow a file, or standard output
    #[arg(short, long, value_name = "DIR", required_if_eq("kind", "parquet"), help_heading = "Output")]
    output: Option<PathBuf>,
    /// How to write it
    #[arg(id = "kind", short = 'f', long = "format", value_enum, default_value = "parquet", help_heading = "Output")]
    kind: Form,
    /// Only these tables (repeatable); a stream is of one
    #[arg(long, value_name = "TABLE", value_delimiter = ',', value_parser = names(), help_heading = "Output")]
    table: Vec<String>,
    /// What the capture is called in its rows, where its file is a copy
    #[arg(long = "as", value_name = "NAME", help_heading = "Output")]
    name: Option<String>,
    /// The name of the files; by default made from those of the captures
    #[arg(long, value_name = "NAME", value_parser = part_name, help_heading = "Output")]
    part: Option<String>,
    /// No warnings
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    /// Say on standard error what is done
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
    #[command(flatten)]
    recognition: RecognitionArgs,
    /// A capture that is cut off is an error (exit status 2), not a warning
    #[arg(long, help_heading = "Recognition")]
    strict: bool,
    /// All files named are pieces of one capture, as tcpdump -C or -G writes
    /// them: they are read in the order of their times, frames counted through
    #[arg(long, help_heading = "Recognition")]
    joined: bool,
    /// Work on one thread, or on several; the outcome is the same
    #[arg(long, value_name = "N", help_heading = "Recognition")]
    threads: Option<NonZero<usize>>,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Also write the tables `grades` and `criteria`, by the built-in rubric
    #[arg(long, help_heading = "Grading")]
    grade: bool,
    /// The same, by this rubric
    #[arg(long, value_name = "FILE", help_heading = "Grading")]
    rubric: Option<PathBuf>,
    /// What the folders named are: submissions are told as by `grade`
    #[arg(long, value_name = "LAYOUT", value_enum, default_value = "auto", help_heading = "Grading")]
    layout: Layout,
}

impl Args {
    /// Whether anything is graded.
    fn grades(&self) -> bool {
        let graded = |table: &String| tables::ALL.iter().any(|known| known.name == *table && known.graded);
        self.grade || self.rubric.is_some() || self.table.iter().any(graded)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Files in folders by table and protocol
    Parquet,
    /// One table as an Arrow IPC stream
    Arrow,
}

fn names() -> clap::builder::PossibleValuesParser {
    tables::ALL.map(|table| table.name).into()
}

fn part_name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !text.is_empty() && text.len() <= 100 && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("is no name of a file: letters, digits, - and _ are".to_owned())
    }
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let (plan, entries) = listing::plan(args)?;
    let grading = match args.grades() {
        true => Some(Grading::new(args.rubric.as_deref(), &plan.policy, &entries)?),
        false => None,
    };
    let to = match (args.kind, &args.output) {
        (Form::Parquet, Some(folder)) => {
            let names = plan.sources.iter().map(super::input::Source::path);
            let part = args.part.clone().unwrap_or_else(|| dataset::part(names));
            To::Files(Dataset::new(folder, part, &args.table))
        }
        (Form::Parquet, None) => return Err(Stop::Usage("--output names the folder of the dataset".to_owned())),
        (Form::Arrow, file) => {
            let [table] = args.table.as_slice() else {
                return Err(Stop::Usage("a stream is of one table: name it (--table messages)".to_owned()));
            };
            let table = tables::ALL.into_iter().find(|known| known.name == *table).unwrap_or(&tables::MESSAGES);
            let output = Output::open(file.as_deref())?;
            To::Stream(Box::new(Stream::new(&table.schema(true)).map_err(refused)?), output)
        }
    };
    let mut pass = Export {
        tracker: plan.tracker(),
        judge: Judge::new(&plan.policy, Options::default()),
        grading,
        entries: entries.into_iter(),
        entry: Entry::default(),
        ended: Vec::new(),
        latencies: BTreeMap::new(),
        protocols: BTreeMap::new(),
        name: String::new(),
        sheets: Sheets { to, asked: &args.table, sheets: BTreeMap::new() },
        plan: &plan,
    };
    let status = run::over_captures(&plan, &mut pass)?;
    pass.sheets.finish()?;
    Ok(status)
}

/// What our own rows never meet.
fn refused(error: ColumnError) -> Stop {
    Stop::Usage(format!("the tables cannot be made: {error}"))
}

/// Where rows go.
enum To {
    Files(Dataset),
    Stream(Box<Stream>, Output),
}

/// Rows that were not written yet, by table and protocol.
struct Sheets<'a> {
    to: To,
    asked: &'a [String],
    sheets: BTreeMap<(&'static str, Option<&'static str>), Sheet>,
}

impl Sheets<'_> {
    /// One more row of a table.
    fn row(
        &mut self,
        table: &'static Table,
        protocol: Option<&'static str>,
        push: impl FnOnce(&mut Sheet) -> Result<(), ColumnError>,
    ) -> Result<(), Stop> {
        if !self.asked.is_empty() && !self.asked.iter().any(|asked| asked == table.name) {
            return Ok(());
        }
        let streamed = matches!(self.to, To::Stream(..));
        let sheet = self
            .sheets
            .entry((table.name, protocol))
            .or_insert_with(|| if streamed { Sheet::with_protocol(table, protocol) } else { Sheet::new(table) });
        push(sheet).map_err(refused)?;
        if sheet.is_full() { written(&mut self.to, table.name, protocol, sheet) } else { Ok(()) }
    }

    /// All is written: the files take their names.
    fn finish(mut self) -> Result<(), Stop> {
        for ((table, protocol), sheet) in &mut self.sheets {
            written(&mut self.to, table, *protocol, sheet)?;
        }
        match self.to {
            To::Files(dataset) => dataset.finish(),
            To::Stream(stream, mut output) => {
                let rest = stream.finish().map_err(refused)?;
                let done = output.write_all(&rest);
                done.map_err(|error| output.failed(error))?;
                output.commit()
            }
        }
    }
}

/// Writes what a sheet has gathered.
fn written(to: &mut To, table: &'static str, protocol: Option<&'static str>, sheet: &mut Sheet) -> Result<(), Stop> {
    let schema = sheet.schema();
    let batch = sheet.take().map_err(refused)?;
    match to {
        To::Files(dataset) => dataset.write(table, protocol, schema, &batch),
        To::Stream(stream, output) => {
            stream.write(&batch).map_err(refused)?;
            let done = output.write_all(&stream.ready());
            done.map_err(|error| output.failed(error))
        }
    }
}

struct Export<'p> {
    plan: &'p Plan,
    tracker: Tracker,
    judge: Judge<'p>,
    grading: Option<Grading<'p>>,
    /// Of the captures to come.
    entries: std::vec::IntoIter<Entry>,
    /// Of the capture at hand.
    entry: Entry,
    /// Exchanges that ended with the step at hand.
    ended: Vec<ExchangeReport>,
    /// By session.
    latencies: BTreeMap<u32, Histogram>,
    /// By session.
    protocols: BTreeMap<u32, &'static str>,
    /// The capture's.
    name: String,
    sheets: Sheets<'p>,
}

/// The judge, those of the sides where there are grades, and who writes exchanges as they end: they are not kept.
struct Listener<'l, 'p> {
    judge: &'l mut Judge<'p>,
    grading: Option<&'l mut Grading<'p>>,
    ended: &'l mut Vec<ExchangeReport>,
}

impl Witness for Listener<'_, '_> {
    fn opportunity(&mut self, spec: &'static Spec, topic: Topic, session: u32, actor: Actor) {
        self.judge.opportunity(spec, topic, session, actor);
        if let Some(grading) = &mut self.grading {
            grading.panel.opportunity(spec, topic, session, actor);
        }
    }

    fn opportunities(&mut self, spec: &'static Spec, topics: &[Topic], session: u32, actor: Actor) {
        self.judge.opportunities(spec, topics, session, actor);
        if let Some(grading) = &mut self.grading {
            grading.panel.opportunities(spec, topics, session, actor);
        }
    }

    fn observe(&mut self, observation: Observation) {
        if let Some(grading) = &mut self.grading {
            grading.panel.observe(observation.clone());
        }
        self.judge.observe(observation);
    }

    fn exchange(&mut self, exchange: ExchangeReport) {
        self.ended.push(exchange);
    }

    fn session(&mut self, session: SessionReport) {
        if let Some(grading) = &mut self.grading {
            grading.panel.session(session.clone());
        }
        self.judge.session(session);
    }
}

impl Export<'_> {
    fn step(&mut self, step: &Step<'_>, place: Place) -> Result<(), Stop> {
        let grading = self.grading.as_mut();
        let mut listener = Listener { judge: &mut self.judge, grading, ended: &mut self.ended };
        let session = self.tracker.step(step, &mut listener);
        if let Some(grading) = &mut self.grading {
            grading.panel.hear(step);
        }
        if let Step::Unit(unit) = step {
            if let Some(session) = session {
                self.protocols.entry(session).or_insert(unit.protocol.spec().id);
            }
            let origin = Origin { capture: place.capture, start: place.start, session };
            let (sheets, name) = (&mut self.sheets, &self.name);
            with_record(unit, origin, |record| {
                let protocol = Some(record.protocol);
                sheets.row(&tables::MESSAGES, protocol, |sheet| columns::message(sheet, name, &record))
            })?;
        }
        self.exchanges()
    }

    fn exchanges(&mut self) -> Result<(), Stop> {
        for report in self.ended.drain(..) {
            if let Some(latency) = report.latency {
                let latency = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
                self.latencies.entry(report.session).or_default().record(latency);
            }
            let protocol = self.protocols.get(&report.session).copied();
            let name = &self.name;
            self.sheets.row(&tables::EXCHANGES, protocol, |sheet| columns::exchange(sheet, name, &report))?;
        }
        Ok(())
    }

    /// A submission that is graded.
    fn graded(&mut self, record: Option<SubmissionRecord>) -> Result<(), Stop> {
        let (Some(record), Some(grading)) = (record, &self.grading) else { return Ok(()) };
        let (sheets, title) = (&mut self.sheets, grading.title());
        sheets.row(&tables::GRADES, record.protocol, |sheet| columns::grade(sheet, title, &record))?;
        for criterion in &record.criteria {
            sheets
                .row(&tables::CRITERIA, record.protocol, |sheet| columns::criterion(sheet, &record.name, criterion))?;
        }
        Ok(())
    }
}

impl Pass for Export<'_> {
    fn begin(&mut self, _: u32, path: &str) -> Result<(), Stop> {
        self.tracker = self.plan.tracker();
        self.judge = Judge::new(&self.plan.policy, Options::default());
        self.latencies.clear();
        self.protocols.clear();
        self.name = path.to_owned();
        self.entry = self.entries.next().unwrap_or_default();
        if let Some(grading) = &mut self.grading {
            grading.begin();
        }
        Ok(())
    }

    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop> {
        steps.iter().try_for_each(|step| self.step(&step, place))
    }

    fn end(&mut self, capture: &CaptureRecord, found: analysis::Summary, place: Place) -> Result<(), Stop> {
        let end = capture.last_time.map_or(Time::default(), |stamp| stamp.0);
        let grading = self.grading.as_mut();
        let mut listener = Listener { judge: &mut self.judge, grading, ended: &mut self.ended };
        self.tracker.finish(end, &mut listener);
        self.exchanges()?;
        let judged = std::mem::replace(&mut self.judge, Judge::new(&self.plan.policy, Options::default())).finish();
        let (sheets, name, number) = (&mut self.sheets, &self.name, capture.capture);
        let none = Histogram::default();
        for session in &judged.sessions {
            let record = SessionRecord::new(number, session);
            let latencies = self.latencies.get(&record.session).unwrap_or(&none);
            sheets.row(&tables::SESSIONS, Some(record.protocol), |sheet| {
                columns::session(sheet, name, &record, latencies)
            })?;
        }
        for flow in &found.flows {
            let record = FlowRecord::new(number, flow);
            sheets.row(&tables::FLOWS, record.protocol, |sheet| columns::flow(sheet, name, &record))?;
        }
        for finding in &judged.findings {
            let record = FindingRecord::new(number, place.start, finding);
            sheets.row(&tables::FINDINGS, Some(record.protocol), |sheet| columns::finding(sheet, name, &record))?;
        }
        let damage = capture.notes.iter().find(|note| note.code == "damaged").map(|note| note.message.as_str());
        let error = [self.entry.trouble.as_deref(), damage];
        let error = error.into_iter().flatten().collect::<Vec<_>>().join("; ");
        let row = Listed { name: &self.name, submission: self.entry.owner(), error: &error };
        self.sheets.row(&tables::CAPTURES, None, |sheet| columns::capture(sheet, &row, capture))?;
        let record = self.grading.as_mut().and_then(|grading| grading.end(&self.entry, damage));
        self.graded(record)
    }

    fn refused(&mut self, path: &str, error: &str) -> Result<(), Stop> {
        self.entry = self.entries.next().unwrap_or_default();
        let error = self.entry.trouble.clone().unwrap_or_else(|| error.to_owned());
        let row = Listed { name: path, submission: self.entry.owner(), error: &error };
        self.sheets.row(&tables::CAPTURES, None, |sheet| columns::refused(sheet, &row))?;
        let record = self.grading.as_mut().and_then(|grading| grading.refused(&self.entry, &error));
        self.graded(record)
    }

    fn pause(&mut self) -> Result<(), Stop> {
        Ok(())
    }
}
