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

pub(super) use drawings::drawings;

use super::check::Check;
use super::ladder::Ladder;
use super::view::Record;
use super::{Report, Setup};
use std::io::{self, Write};

/// The most messages in the page, with their fields and bytes.
const MESSAGES: usize = 20_000;
/// The most sessions that are drawn and measured.
const SESSIONS: usize = 60;
/// The most findings listed of one fault.
const FINDINGS: usize = 300;
/// The most exchanges listed of a session.
const EXCHANGES: usize = 300;
/// The most messages of a diagram.
const ROWS: usize = 400;

const SCRIPT: &str = include_str!("script.js");
const STYLE: &str = include_str!("style.css");

/// A page, once all is known.
pub(super) fn make(_: &Setup) -> Box<dyn Report> {
    Box::new(Html::default())
}

#[derive(Default)]
struct Html {
    check: Check,
    ladders: Vec<Ladder>,
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
        let room = SESSIONS.saturating_sub(self.ladders.len());
        self.ladders.extend(ladders.iter().take(room).cloned());
    }

    fn record(&mut self, record: Record<'_>, _: &mut dyn Write) -> io::Result<()> {
        if let Record::Message(message) = record {
            if self.kept < MESSAGES {
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
