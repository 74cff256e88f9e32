//! `junit` for `check`: a suite for each capture and protocol, a test case for each rule that applies. What fails the
//! run fails its case; what there was nothing to check for, or what has a caveat, is skipped.

use super::check::{Check, Whole};
use super::text::plural;
use super::view::{FindingRecord, RuleRecord};
use super::{Report, Setup};
use crate::bytes::escape_str;
use crate::rules;
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// XML, as Ant and Jenkins read it.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

/// Capture, protocol, rule.
type Key = (u32, &'static str, &'static str);

fn render(check: &Check, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<(u32, &'static str), Vec<&RuleRecord>> = BTreeMap::new();
    for rule in &check.rules {
        suites.entry((rule.capture, rule.protocol)).or_default().push(rule);
    }
    let mut found: BTreeMap<Key, Vec<&FindingRecord>> = BTreeMap::new();
    for finding in &check.findings {
        found.entry((finding.capture, finding.protocol, finding.rule)).or_default().push(finding);
    }
    let mut document = Document::new("wiregrade");
    for ((capture, protocol), rules) in suites {
        let mut suite = TestSuite::new(format!("{} {protocol}", escape_str(check.path(capture))));
        suite.add_test_cases(rules.into_iter().map(|rule| {
            let findings = found.get(&(capture, protocol, rule.rule)).map_or(&[][..], Vec::as_slice);
            case(check, rule, findings)
        }));
        document.add_test_suite(suite);
    }
    document.serialize(out).map_err(io::Error::other)
}

fn case(check: &Check, rule: &RuleRecord, findings: &[&FindingRecord]) -> TestCase {
    let failing = findings.iter().any(|finding| finding.counts() && check.fails(finding.level));
    let listed = listing(findings);
    let status = if failing {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let first = findings.first().map(|finding| escape_str(&finding.message)).unwrap_or_default();
        status.set_message(format!("{}: {first}", plural(findings.len() as u64, "finding")));
        status.set_type(rule.rule);
        status.set_description(listed.as_str());
        status
    } else {
        match rule.verdict {
            "not-exercised" => skipped("not exercised: nothing in the capture to check"),
            "inconclusive" => skipped("inconclusive: the capture itself shows another explanation"),
            _ => TestCaseStatus::success(),
        }
    };
    let fails = matches!(status, TestCaseStatus::NonSuccess { .. });
    let name = rules::by_code(rule.rule).map(|entry| entry.name).or(findings.first().map(|finding| finding.name));
    let mut case = TestCase::new(format!("{} {}", rule.rule, name.unwrap_or_default()).trim_end(), status);
    case.set_classname(rule.protocol);
    if !fails && !findings.is_empty() {
        case.set_system_out(listed);
    }
    case
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}

fn listing(findings: &[&FindingRecord]) -> String {
    let mut text = String::new();
    for finding in findings {
        text.push_str(&format!(
            "frame {} (session {}, {}): {}",
            finding.frame,
            finding.session,
            finding.actor,
            escape_str(&finding.message)
        ));
        if let Some(caveat) = &finding.caveat {
            text.push_str(&format!(" (caveat: {})", escape_str(caveat)));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{finding, written};
    use super::*;

    #[test]
    fn a_rule_that_only_has_findings_with_a_caveat_is_skipped_and_they_are_listed() {
        let text = written(make, "c.pcap", &[finding(7, "early", Some("lost"))]);
        assert!(text.contains("tests=\"1\" skipped=\"1\" errors=\"0\" failures=\"0\""), "{text}");
        assert!(text.contains("<skipped message=\"inconclusive: "), "{text}");
        assert!(
            text.contains("<system-out>frame 7 (session 1, client): early (caveat: lost)\n</system-out>"),
            "{text}"
        );
    }

    #[test]
    fn nothing_in_a_finding_or_a_name_is_markup_and_what_xml_has_no_place_for_is_shown() {
        let text = written(make, "<a&b>\u{1}", &[finding(7, "]]></failure><x y=\"\u{0}\u{fffe}\">", None)]);
        assert!(text.contains("<testsuite name=\"&lt;a&amp;b&gt;\\x01 imp\""), "{text}");
        assert!(!text.contains("<x") && !text.contains("]]>") && text.matches("</failure>").count() == 1, "{text}");
        assert!(text.chars().all(|c| c == '\n' || (c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}')), "{text}");
    }
}
