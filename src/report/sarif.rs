//! `sarif` for `check`: SARIF 2.1.0. A capture has no lines; code scanning wants one, so `startLine` is the frame.

use super::check::{Check, Whole};
use super::view::{FindingRecord, Tool};
use super::{Report, Setup, fingerprint, json};
use crate::rules::{self, Severity};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Code scanning takes no more results in one run; the gravest come first.
const MOST: usize = 25_000;

/// One log with one run.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

fn render(check: &Check, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let findings = check.by_weight();
    let names: BTreeMap<&str, &FindingRecord> = findings.iter().map(|finding| (finding.rule, *finding)).collect();
    let mut marks = fingerprint::Fingerprints::default();
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Driver {
                driver: Component {
                    name: Tool::THIS.name,
                    version: Tool::THIS.version,
                    rules: names.values().map(|finding| rule(finding)).collect(),
                },
            },
            artifacts: check.captures.iter().map(|capture| Artifact { location: location(&capture.path) }).collect(),
            results: findings
                .iter()
                .take(MOST)
                .map(|finding| result(check, finding, marks.of(check.path(finding.capture), finding)))
                .collect(),
            column_kind: "unicodeCodePoints",
            properties: RunProperties {
                start_line: "the frame number in the capture, from 1",
                omitted_results: findings.len().saturating_sub(MOST),
            },
        }],
    };
    json::document(&log, setup, out)
}

fn rule(finding: &FindingRecord) -> RuleDescriptor {
    let entry = rules::by_code(finding.rule);
    let text = |text: &'static str| Text { text };
    RuleDescriptor {
        id: finding.rule,
        name: finding.name,
        short_description: text(entry.map_or(finding.name, |rule| rule.checks)),
        full_description: entry.map(|rule| text(rule.matters)),
        help: entry.map(|rule| text(rule.instead)),
        default_configuration: Configuration { level: level(finding.level) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result<'a>(check: &'a Check, finding: &'a FindingRecord, fingerprint: String) -> ResultEntry<'a> {
    let path = check.path(finding.capture);
    let message = match &finding.caveat {
        Some(caveat) => format!("{} (caveat: {caveat})", finding.message),
        None => finding.message.clone(),
    };
    ResultEntry {
        rule_id: finding.rule,
        // A result that is not a failure has no level.
        level: if finding.counts() { level(finding.level) } else { "none" },
        kind: if finding.counts() { "fail" } else { "review" },
        message: Message { text: without_links(message) },
        locations: vec![place(path, finding.frame)],
        related_locations: finding.related_frames.iter().map(|frame| place(path, *frame)).collect(),
        partial_fingerprints: BTreeMap::from([("primaryLocationLineHash", fingerprint)]),
        properties: ResultProperties {
            protocol: finding.protocol,
            session: finding.session,
            actor: finding.actor,
            severity: finding.severity,
            section: finding.spec.section,
            caveat: finding.caveat.as_deref(),
        },
    }
}

/// Plain text, in which viewers know one thing all the same (§3.11.6): `[text](where to)` is a link. What is quoted makes
/// none, whether a viewer knows the escape for brackets or not.
fn without_links(text: String) -> String {
    if text.contains("](") { text.replace("](", "] (") } else { text }
}

fn place(path: &str, frame: u64) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: location(path),
            region: Region { start_line: frame.max(1) },
        },
    }
}

fn location(path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: uri(path) }
}

/// A path as a URI reference: whatever is not plainly allowed in one is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Driver,
    artifacts: Vec<Artifact>,
    results: Vec<ResultEntry<'a>>,
    column_kind: &'static str,
    properties: RunProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties {
    start_line: &'static str,
    omitted_results: usize,
}

#[derive(Serialize)]
struct Driver {
    driver: Component,
}

#[derive(Serialize)]
struct Component {
    name: &'static str,
    version: &'static str,
    rules: Vec<RuleDescriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleDescriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Text>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Text {
    text: &'static str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Artifact {
    location: ArtifactLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultEntry<'a> {
    rule_id: &'static str,
    level: &'static str,
    kind: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: ResultProperties<'a>,
}

#[derive(Serialize)]
struct ResultProperties<'a> {
    protocol: &'static str,
    session: u32,
    actor: &'static str,
    severity: &'static str,
    section: &'static str,
    caveat: Option<&'a str>,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u64,
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{finding, written};
    use super::*;

    #[test]
    fn a_finding_with_a_caveat_is_for_review_and_has_no_level() {
        let text = written(make, "c.pcap", &[finding(7, "early", Some("lost")), finding(9, "early", None)]);
        let log: serde_json::Value = serde_json::from_str(&text).unwrap();
        let results = &log["runs"][0]["results"];
        assert_eq!((&results[0]["kind"], &results[0]["level"]), (&"fail".into(), &"error".into()));
        assert_eq!((&results[1]["kind"], &results[1]["level"]), (&"review".into(), &"none".into()));
        assert_eq!(results[1]["message"]["text"], "early (caveat: lost)");
        assert_eq!(results[1]["locations"][0]["physicalLocation"]["region"]["startLine"], 7);
    }

    #[test]
    fn more_than_code_scanning_takes_is_left_out_and_counted() {
        let findings: Vec<_> = (1..=MOST as u64 + 2).map(|frame| finding(frame, "early", None)).collect();
        let log: serde_json::Value = serde_json::from_str(&written(make, "c.pcap", &findings)).unwrap();
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), MOST);
        assert_eq!(log["runs"][0]["properties"]["omittedResults"], 2);
    }

    #[test]
    fn what_is_quoted_makes_no_link() {
        let text = written(make, "c.pcap", &[finding(7, "[click](http://evil.example)", Some("![x](y)"))]);
        let log: serde_json::Value = serde_json::from_str(&text).unwrap();
        let message = &log["runs"][0]["results"][0]["message"]["text"];
        assert_eq!(message, "[click] (http://evil.example) (caveat: ![x] (y))");
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("./captures/a b.pcap"), "captures/a%20b.pcap");
        assert_eq!(uri("/tmp/été.pcap"), "file:///tmp/%C3%A9t%C3%A9.pcap");
        assert_eq!(uri("=evil<script>alert('WGX').pcap"), "%3Devil%3Cscript%3Ealert%28%27WGX%27%29.pcap");
    }
}
