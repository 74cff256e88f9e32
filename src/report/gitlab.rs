//! `gitlab` for `check`: a code quality report, one entry a finding; the line is the frame.

use super::check::{Check, Whole};
use super::view::FindingRecord;
use super::{Report, Setup, fingerprint, json};
use serde::Serialize;
use std::io::{self, Write};

/// One array.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

fn render(check: &Check, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let mut marks = fingerprint::Fingerprints::default();
    let entries: Vec<Entry<'_>> = check
        .by_weight()
        .into_iter()
        .map(|finding| {
            let path = check.path(finding.capture);
            Entry {
                description: description(finding),
                check_name: finding.rule,
                fingerprint: marks.of(path, finding),
                severity: match (finding.counts(), finding.severity) {
                    (true, "error") => "major",
                    (true, "warning") => "minor",
                    _ => "info",
                },
                location: Location {
                    path: path.trim_start_matches("./"),
                    lines: Lines { begin: finding.frame.max(1) },
                },
            }
        })
        .collect();
    json::document(&entries, setup, out)
}

fn description(finding: &FindingRecord) -> String {
    let mut text = format!("{} {}: {}", finding.rule, finding.name, finding.message);
    if let Some(caveat) = &finding.caveat {
        text.push_str(&format!(" (not counted: {caveat})"));
    }
    text
}

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}
