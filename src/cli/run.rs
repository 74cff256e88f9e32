//! One run over captures: each is opened, read, analysed and handed to the command, and one that is bad does not stop
//! the others.

use super::input::Source;
use super::pipeline::{self, Outcome};
use super::plan::Plan;
use super::progress::Watch;
use super::term::{ExitStatus, Stop};
use crate::analysis::Summary;
use crate::bytes::Time;
use crate::capture::{Compression, Reader};
use crate::identify::Step;
use crate::owned::Portion;
use crate::report::view::CaptureRecord;

/// Where in a run something is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The capture, from 1.
    pub(super) capture: u32,
    /// The time of its first packet.
    pub(super) start: Time,
}

/// A command at work on captures.
pub(super) trait Pass {
    /// A capture begins.
    fn begin(&mut self, capture: u32, path: &str) -> Result<(), Stop>;

    /// The next steps of recognized flows.
    fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place) -> Result<(), Stop>;

    /// The capture is over.
    fn end(&mut self, capture: &CaptureRecord, summary: Summary, place: Place) -> Result<(), Stop>;

    /// A capture could not be read at all.
    fn refused(&mut self, path: &str, error: &str) -> Result<(), Stop> {
        let _ = (path, error);
        Ok(())
    }

    /// More may be long in coming: what was found so far is to be seen.
    fn pause(&mut self) -> Result<(), Stop>;
}

/// Reads every capture of a plan. [`ExitStatus::Failed`] if one of them could not be read as a whole.
pub(super) fn over_captures(plan: &Plan, pass: &mut dyn Pass) -> Result<ExitStatus, Stop> {
    let mut clean = plan.all_there;
    let mut number = 0;
    let total = plan.sources.iter().map(Source::size).sum();
    let _watch = Watch::begin(total, plan.voice.quiet);
    for source in &plan.sources {
        plan.voice.detail(source.name(), "reading");
        match source.open() {
            Ok(reader) => {
                number += 1;
                pass.begin(number, &source.path())?;
                clean &= one(plan, reader, source, number, pass)?;
            }
            Err(error) => {
                let error = error.to_string();
                plan.voice.error(source.name(), &error);
                pass.refused(&source.path(), &error)?;
                clean = false;
            }
        }
    }
    Ok(if clean { ExitStatus::Clean } else { ExitStatus::Failed })
}

/// One capture; false if it could not be read as a whole.
fn one(plan: &Plan, mut reader: Reader, source: &Source, capture: u32, pass: &mut dyn Pass) -> Result<bool, Stop> {
    let (name, live) = (source.name(), matches!(source, Source::Stdin));
    let options = plan.analysis.for_capture(reader.comments());
    let outcome = if live || plan.threads == 1 || is_small(source, &reader) {
        pipeline::alone(&mut reader, options, (capture, live), pass)
    } else {
        pipeline::threaded(&mut reader, options, capture, pass)
    };
    let Outcome { summary, damage } = outcome?;
    let whole = match &damage {
        None => true,
        Some(damage) if damage.is_truncation() && !plan.strict => {
            plan.voice.warning(name, &format!("{damage}; what came before is analysed"));
            true
        }
        Some(damage) => {
            plan.voice.error(name, &format!("{damage} (what came before is analysed; capture or copy it again)"));
            false
        }
    };
    let record =
        CaptureRecord::new(capture, name.to_string_lossy().into_owned(), &reader.info(), &summary, damage.as_ref())
            .split_into(reader.parts());
    plan.voice.detail(
        name,
        &format!("{} packets, {} flows, {} notes", record.packets, summary.flow_count, record.notes.len()),
    );
    let start = reader.info().first_time.unwrap_or_default();
    pass.end(&record, summary, Place { capture, start })?;
    Ok(whole)
}

/// Whether it is read in one go: there is nothing another thread could do meanwhile.
fn is_small(source: &Source, reader: &Reader) -> bool {
    reader.info().compression == Compression::None && source.size().is_some_and(|size| size <= Reader::AT_ONCE as u64)
}
