//! `check --annotate`: the capture once more, with what was found as comments at its packets.

use super::input::Source;
use super::output::Output;
use super::plan::Plan;
use super::term::Stop;
use crate::capture;
use crate::report::ladder::{self, Ladder};
use std::collections::BTreeMap;
use std::path::Path;

/// A copy to be written when all is known.
pub(super) struct Annotate<'p> {
    plan: &'p Plan,
    source: &'p Source,
    output: Output,
    comments: BTreeMap<u64, Vec<String>>,
    /// Messages that were too many to be remembered.
    forgotten: u64,
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
        if matches!(source, Source::Split(_)) {
            return usage("writes one file again: a split capture is several (join them by mergecap -a)");
        }
        super::input::keep_apart(&plan.sources, Some(target))?;
        Ok(Annotate { plan, source, output: Output::open(Some(target))?, comments: BTreeMap::new(), forgotten: 0 })
    }

    /// What is to be said of each frame.
    pub(super) fn take(&mut self, ladders: &[Ladder]) {
        self.comments = ladder::comments(ladders);
        self.forgotten = ladders.iter().map(|ladder| ladder.left_out).sum();
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
        if self.forgotten > 0 {
            let text = format!(
                "{} messages have no comment: {} are remembered (--from, --to and --session choose a part)",
                self.forgotten,
                ladder::KEPT_EVENTS
            );
            self.plan.voice.warning(name, &text);
        }
        self.plan.voice.detail(name, &format!("{} packets copied, {} comments", done.packets, done.comments));
        self.output.commit()
    }
}
