//! `gitlab` for `check`: a code quality report, one entry a finding; the line is the frame.

use super::check::{Check, Whole};
use super::view::FindingRecord;
use super::{Report, Setup, fingerprint, json};
use crate::bytes::escape_str;
use serde::Serialize;
use std::io::{self, Write};

/// One array.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

fn render(check: &Check, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let mut marks = fingerprint::Fingerprints::default();
    let entries: Vec<Entry> = check
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
                    path: escape_str(path.trim_start_matches("./")),
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
struct Entry {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    /// Escaped: a name that this changes is none that a merge request shows.
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u64,
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{finding, written};
    use super::*;

    #[test]
    fn equal_findings_are_told_apart_and_a_caveat_makes_it_a_note() {
        let findings = [finding(7, "early", None), finding(7, "early", None), finding(9, "early", Some("lost"))];
        let report: serde_json::Value = serde_json::from_str(&written(make, "./c.pcap", &findings)).unwrap();
        let of = |key: &str| report.as_array().unwrap().iter().map(|entry| entry[key].clone()).collect::<Vec<_>>();
        assert_eq!(of("severity"), ["major", "major", "info"]);
        assert_ne!(of("fingerprint")[0], of("fingerprint")[1]);
        assert_eq!(report[2]["description"], "R001 early-retransmission: early (not counted: lost)");
        assert_eq!(report[0]["location"], serde_json::json!({"path": "c.pcap", "lines": {"begin": 7}}));
        assert_eq!(report, serde_json::from_str::<serde_json::Value>(&written(make, "./c.pcap", &findings)).unwrap());
    }
}
