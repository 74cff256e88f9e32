//! The terminal and the shell: width, colour, messages about the run, the exit status.

use super::progress;
use crate::bytes;
use crate::report::text::Style;
use crate::report::view::CaptureRecord;
use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

/// What a run tells the shell; nothing else decides the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ExitStatus {
    /// Done; of a check: nothing at or above the fail level.
    Clean,
    /// Findings at or above the fail level.
    Findings,
    /// Bad usage, unreadable input, or output that cannot be written.
    Failed,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(match status {
            ExitStatus::Clean => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Failed => 2,
        })
    }
}

/// Why a run ends before its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    /// Whoever read the output has seen enough. No trouble at all.
    #[error("nobody reads the output any more")]
    BrokenPipe,
    /// The arguments, each good by itself, make no sense together.
    #[error("{0}")]
    Usage(String),
    /// The output cannot be written.
    #[error("{path}: cannot be written: {source}")]
    Output {
        /// Where to.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How tables are to look, on a terminal or not.
pub(super) fn style(when: ColorWhen, to_terminal: bool) -> Style {
    let color = match when {
        ColorWhen::Always => true,
        ColorWhen::Never => false,
        // NO_COLOR counts when it is not empty (no-color.org).
        ColorWhen::Auto => to_terminal && !set("NO_COLOR") && variable("TERM").is_none_or(|term| term != "dumb"),
    };
    let width = if to_terminal { terminal_width() } else { None };
    Style { width: width.unwrap_or(Style::NARROW).clamp(40, 400), color }
}

/// Whether standard output is a terminal.
pub(super) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// The width of the terminal, as the shell or the terminal says.
fn terminal_width() -> Option<usize> {
    let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
    columns.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}

fn set(name: &str) -> bool {
    variable(name).is_some_and(|value| !value.is_empty())
}

/// A variable of the environment.
#[expect(clippy::disallowed_methods, reason = "this is the edge of the program: the environment is read here only")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Messages about the run, on standard error: `wiregrade: FILE: what is wrong (and what to do)`.
pub(super) struct Voice {
    /// Only errors.
    pub(super) quiet: bool,
    /// Also what is done.
    pub(super) verbose: bool,
}

impl Voice {
    /// Something went wrong with `what`.
    pub(super) fn error(&self, what: &OsStr, message: &str) {
        say(Some(what), message);
    }

    /// Something about `what` is worth knowing, but the run goes on as if nothing were.
    pub(super) fn warning(&self, what: &OsStr, message: &str) {
        if !self.quiet {
            say(Some(what), message);
        }
    }

    /// Nothing of the five protocols was found, which is hardly what somebody wanted to hear.
    pub(super) fn nothing_found(&self, capture: &CaptureRecord) {
        let text = format!("no message found in {} packets (`wiregrade flows` says why)", capture.packets);
        self.warning(OsStr::new(&capture.path), &text);
    }

    /// What is done, for `-v`.
    pub(super) fn detail(&self, what: &OsStr, message: &str) {
        if self.verbose {
            say(Some(what), message);
        }
    }

    /// Why the run ends.
    pub(super) fn stop(&self, stop: &Stop) {
        say(None, &stop.to_string());
    }
}

fn say(what: Option<&OsStr>, message: &str) {
    let mut line = String::from("wiregrade: ");
    if let Some(what) = what {
        line.push_str(&bytes::escape(what.as_encoded_bytes()));
        line.push_str(": ");
    }
    line.push_str(&bytes::escape_str(message));
    line.push('\n');
    progress::aside(line.as_bytes());
}
