//! What was found, for people and for programs: versioned output types, and one file and one row for each format.
//!
//! A report is given records as they become known and writes what it can at once. Formats for a terminal, a page or a
//! log escape what strangers sent; see [`crate::bytes::escape_str`].

pub mod baseline;
#[cfg(feature = "export")]
pub mod columns;
pub mod diff;
pub mod grade;
pub mod ladder;
pub mod noise;
pub mod text;
pub mod view;

mod check;
mod check_table;
mod csv;
mod dissect_table;
mod dissect_tree;
mod explain_table;
mod fingerprint;
mod flows_table;
mod github;
mod gitlab;
mod html;
mod info;
mod json;
mod jsonl;
mod junit;
mod markdown;
mod protocols_table;
mod sarif;
mod stats_table;

use std::io::{self, Write};
use text::Style;
use view::{ExplainDocument, ProtocolsDocument, Record, StatsDocument};

/// A format at work: records in, text out.
pub trait Report {
    /// A capture begins: what comes now is from it.
    ///
    /// # Errors
    /// Whatever writing to `out` says.
    fn begin(&mut self, capture: u32, path: &str, out: &mut dyn Write) -> io::Result<()> {
        let _ = (capture, path, out);
        Ok(())
    }

    /// Takes the next record. A capture's own record comes when it is over.
    ///
    /// # Errors
    /// Whatever writing to `out` says.
    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()>;

    /// Another one, for some of the records that come next: what it writes may be put behind what this one has written, so
    /// that several threads can share them. None, where what is written depends on what was before.
    fn another(&self) -> Option<Box<dyn Report + Send>> {
        None
    }

    /// Whether it shows the conversations themselves: then it gets every message before what is judged, every exchange,
    /// and the diagrams of each capture.
    fn shows_conversations(&self) -> bool {
        false
    }

    /// The diagrams of a capture, a session each.
    fn ladders(&mut self, ladders: &[ladder::Ladder]) {
        let _ = ladders;
    }

    /// Nothing more will come.
    ///
    /// # Errors
    /// Whatever writing to `out` says.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// What a report is to know beside the records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setup {
    /// How it is to look.
    pub style: Style,
    /// Headings and notes are left out.
    pub quiet: bool,
    /// There is more than one capture.
    pub several: bool,
    /// Messages are drawn as trees with their bytes.
    pub tree: bool,
    /// Drawings use nothing but ASCII.
    pub ascii: bool,
}

/// A row of a command's formats.
pub struct Format<M: 'static> {
    /// As in `--format`.
    pub name: &'static str,
    /// What it is for, in a line.
    pub about: &'static str,
    /// How it is made.
    pub make: M,
}

/// Makes a report.
pub type Make = fn(&Setup) -> Box<dyn Report>;

/// The formats of `dissect`; the first is the default.
pub const DISSECT: &[Format<Make>] = &[
    Format { name: "table", about: "a line a message; with -V a tree and a hex dump", make: dissect_table::make },
    Format { name: "json", about: "one object, in frame order", make: json::dissect },
    Format { name: "jsonl", about: "one record a line, as soon as it is known", make: jsonl::make },
    Format { name: "csv", about: "a row a message, for spreadsheets", make: csv::dissect },
];

/// The formats of `flows`; the first is the default.
pub const FLOWS: &[Format<Make>] = &[
    Format { name: "table", about: "a few lines a flow", make: flows_table::make },
    Format { name: "json", about: "one object", make: json::flows },
    Format { name: "jsonl", about: "one record a line", make: jsonl::make },
    Format { name: "csv", about: "a row a flow, for spreadsheets", make: csv::flows },
];

/// The formats of `check`; the first is the default.
pub const CHECK: &[Format<Make>] = &[
    Format { name: "table", about: "what is wrong, grouped, then each session", make: check_table::make },
    Format { name: "json", about: "one object", make: json::check },
    Format { name: "jsonl", about: "one record a line", make: jsonl::make },
    Format { name: "csv", about: "a row a finding, for spreadsheets", make: csv::check },
    Format { name: "markdown", about: "for a step summary or a merge request", make: markdown::make },
    Format { name: "html", about: "a page: ladders, latencies, messages and their bytes", make: html::make },
    Format { name: "junit", about: "XML: a test case a rule", make: junit::make },
    Format { name: "sarif", about: "SARIF 2.1.0, for code scanning", make: sarif::make },
    Format { name: "github", about: "workflow annotations", make: github::make },
    Format { name: "gitlab", about: "a code quality report", make: gitlab::make },
];

/// Writes a document that is there as a whole.
pub type Show<D> = fn(&D, &Setup, &mut dyn Write) -> io::Result<()>;

/// The formats of `explain`; the first is the default.
pub const EXPLAIN: &[Format<Show<ExplainDocument>>] = &[
    Format { name: "table", about: "a line a rule, or one rule in full", make: explain_table::show },
    Format { name: "json", about: "one object", make: json::document },
];

/// The formats of `protocols`; the first is the default.
pub const PROTOCOLS: &[Format<Show<ProtocolsDocument>>] = &[
    Format { name: "table", about: "a line a protocol, or one protocol in full", make: protocols_table::show },
    Format { name: "json", about: "one object", make: json::document },
];

/// The formats of `stats`; the first is the default.
pub const STATS: &[Format<Show<StatsDocument>>] = &[
    Format { name: "table", about: "tables, and a line of bars", make: stats_table::show },
    Format { name: "json", about: "one object", make: json::document },
    Format { name: "csv", about: "a row for each message and direction", make: csv::stats },
];

/// The formats of `ladder`; the first is the default.
pub const LADDER: &[Format<ladder::Form>] = &[
    Format { name: "table", about: "drawn for a terminal", make: TEXT_LADDER },
    Format { name: "text", about: "the same as table", make: TEXT_LADDER },
    Format {
        name: "svg",
        about: "a drawing, for light and dark",
        make: ladder::Form { show: ladder::svg::show, lifelines: ladder::svg::lifelines },
    },
    Format {
        name: "html",
        about: "the drawing in a page, with the findings as text",
        make: ladder::Form { show: html::drawings, lifelines: ladder::svg::lifelines },
    },
    Format {
        name: "mermaid",
        about: "a sequence diagram that code hosts draw",
        make: ladder::Form { show: ladder::mermaid::show, lifelines: ladder::svg::lifelines },
    },
    Format {
        name: "json",
        about: "the layout",
        make: ladder::Form { show: json::document, lifelines: ladder::svg::lifelines },
    },
];

const TEXT_LADDER: ladder::Form = ladder::Form { show: ladder::text::show, lifelines: ladder::text::lifelines };
