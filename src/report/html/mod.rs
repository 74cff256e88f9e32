//! `html` for `check`: one page that needs nothing but itself. What was judged, every session drawn and measured, every
//! message with its bytes.
//!
//! The page runs one script and has one style, each named by its hash in the page's own security policy; whatever else
//! came to stand in it would not run. What was captured is text to the templates, and data to the script.

mod data;
mod digest;
mod drawings;
mod page;
mod plots;
mod sessions;
mod shell;

pub(super) use drawings::drawings;
pub(super) use shell::Shell;

use super::check::Check;
use super::ladder::Ladder;
use super::view::{FindingRecord, Record};
use super::{Report, Setup};
use std::io::{self, Write};

/// The most messages in the page, with their fields and bytes.
const MESSAGES: usize = 20_000;
/// The most bytes of messages in the page, as data.
const DATA: usize = 32 << 20;
/// The most sessions that are drawn and measured: those with findings before the others.
const SESSIONS: usize = 60;
/// The most findings listed of one fault.
const FINDINGS: usize = 300;
/// The most exchanges listed of a session.
const EXCHANGES: usize = 300;
/// The most rows of a diagram.
const ROWS: usize = 400;
/// The most rows of all diagrams together: a browser holds each as a dozen elements.
const ROWS_IN_ALL: usize = 6_000;

const SCRIPT: &str = include_str!("script.js");
const STYLE: &str = include_str!("check.css");

/// A page, once all is known.
pub(super) fn make(_: &Setup) -> Box<dyn Report> {
    Box::new(Html::default())
}

#[derive(Default)]
struct Html {
    check: Check,
    ladders: Vec<Ladder>,
    /// How many of them have no finding.
    clean: usize,
    /// Messages as JSON, separated by commas.
    messages: Vec<u8>,
    kept: usize,
    left_out: u64,
}

impl Report for Html {
    fn begin(&mut self, _: u32, path: &str, _: &mut dyn Write) -> io::Result<()> {
        self.check.begin(path);
        Ok(())
    }

    fn shows_conversations(&self) -> bool {
        true
    }

    fn ladders(&mut self, ladders: &[Ladder]) {
        for ladder in ladders {
            let clean = ladder.marks.is_empty();
            let kept = if clean { self.clean } else { self.ladders.len() - self.clean };
            if kept < SESSIONS {
                self.clean += usize::from(clean);
                self.ladders.push(sessions::bounded(ladder));
            }
        }
    }

    fn record(&mut self, record: Record<'_>, _: &mut dyn Write) -> io::Result<()> {
        if let Record::Message(message) = record {
            if self.kept < MESSAGES && self.messages.len() < DATA && self.left_out == 0 {
                data::add(&mut self.messages, message)?;
                self.kept += 1;
            } else {
                self.left_out += 1;
            }
        } else {
            self.check.take(record);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        page::write(self, out)
    }
}

impl Html {
    /// The number that a finding has in its session's diagram, if its message is drawn there.
    fn mark(&self, finding: &FindingRecord) -> Option<usize> {
        let ladder = self.ladder(finding.capture, finding.session)?;
        let mark = ladder.marks.iter().find(|mark| mark.rule == finding.rule && mark.frame == finding.frame)?;
        mark.drawn.then_some(mark.number)
    }

    /// The diagram of a session.
    fn ladder(&self, capture: u32, session: u32) -> Option<&Ladder> {
        self.ladders.iter().find(|ladder| ladder.capture == capture && ladder.sessions == [session])
    }
}
