//! `check --annotate`: the capture once more, with what was found as comments at its packets.

use super::input::Source;
use super::output::Output;
use super::plan::Plan;
use super::term::Stop;
use crate::capture;
use std::collections::BTreeMap;
use std::path::Path;

/// A copy to be written when all is known.
pub(super) struct Annotate<'p> {
    plan: &'p Plan,
    source: &'p Source,
    output: Output,
    pub(super) comments: BTreeMap<u64, Vec<String>>,
}

impl<'p> Annotate<'p> {
    /// Opens the copy; there must be one capture, that can be read twice.
    pub(super) fn new(plan: &'p Plan, target: &Path) -> Result<Annotate<'p>, Stop> {
        let usage = |text: &str| Err(Stop::Usage(format!("--annotate {text}")));
        let [source] = plan.sources.as_slice() else {
            return usage("writes one capture again: name one (not several, nor a directory of several)");
        };
        if matches!(source, Source::Stdin) {
            return usage("reads its capture twice, which standard input cannot be (write it to a file first)");
        }
        super::input::keep_apart(&plan.sources, Some(target))?;
        Ok(Annotate { plan, source, output: Output::open(Some(target))?, comments: BTreeMap::new() })
    }

    /// Reads the capture again and writes the copy.
    pub(super) fn finish(mut self) -> Result<(), Stop> {
        let name = self.source.name();
        let reader = match self.source.open() {
            Ok(reader) => reader,
            // It was read a moment ago, or the run has said already that it cannot be.
            Err(error) => {
                self.plan.voice.detail(name, &error.to_string());
                return Ok(());
            }
        };
        let comments = &self.comments;
        let of_frame = |frame: u64| comments.get(&frame).map_or(&[][..], Vec::as_slice);
        let done = capture::annotate(reader, &mut self.output, &of_frame);
        let done = done.map_err(|error| self.output.failed(error))?;
        if done.without_place > 0 {
            let text = format!("{} packets have no place for comments (simple packet blocks)", done.without_place);
            self.plan.voice.warning(name, &text);
        }
        self.plan.voice.detail(name, &format!("{} packets copied, {} comments", done.packets, done.comments));
        self.output.commit()
    }
}
