//! `table` for `check`: what is wrong, how often, where first, why it matters, what to read; then each session; then
//! what the rules had to check at all.

use super::check::{Check, Group, Whole, outcome_in_words};
use super::text::{Style, fit, frames, hang, left, right, seconds};
use super::view::{LatencyRecord, SessionRecord, SeverityCounts};
use super::{Report, Setup};
use crate::bytes::escape_str;
use crate::rules;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// Grouped, for people.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

/// Also what `github` puts below its annotations.
pub(super) fn render(check: &Check, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let style = setup.style;
    notes(check, style, out)?;
    for group in check.groups() {
        fault(check, &group, style, out)?;
    }
    if !setup.quiet {
        for capture in &check.captures {
            sessions(check, capture.capture, style, out)?;
        }
        exchanges(check, style, out)?;
        rules(check, style, out)?;
    }
    verdict(check, style, out)
}

/// What the captures cannot be trusted for comes before any blame.
fn notes(check: &Check, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for capture in &check.captures {
        for note in &capture.notes {
            any = true;
            let mut text = escape_str(&note.message);
            if check.captures.len() > 1 {
                text.insert_str(0, &format!("{}: ", escape_str(&capture.path)));
            }
            if !note.frames.is_empty() {
                text.push_str(&format!(" ({})", frames(&note.frames, 5)));
            }
            out.write_all(style.yellow(hang("note: ", &text, style.width).trim_end()).as_bytes())?;
            writeln!(out)?;
        }
    }
    if any { writeln!(out) } else { Ok(()) }
}

fn fault(check: &Check, group: &Group<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let first = group.first;
    let severity = match (first.caveat.is_some(), first.severity) {
        (true, severity) => style.dim(severity),
        (_, "error") => style.red(first.severity),
        (_, "warning") => style.yellow(first.severity),
        (_, severity) => style.cyan(severity),
    };
    let counted = if first.caveat.is_some() { ", not counted" } else { "" };
    writeln!(
        out,
        "{severity} {} {} {} {}, {}{counted}",
        style.bold(first.rule),
        style.bold(first.name),
        first.protocol,
        group.by(),
        group.times(),
    )?;
    let place = if check.captures.len() > 1 { format!(" of {}", check.path(first.capture)) } else { String::new() };
    let place = format!("frame {}{}, session {}: ", first.frame, escape_str(&place), first.session);
    let mut text = format!("{place}{}", escape_str(&first.message));
    if group.findings.len() > 1 {
        text.insert_str(0, "first in ");
    }
    out.write_all(hang("  what  ", &text, style.width).as_bytes())?;
    if let Some(caveat) = &first.caveat {
        out.write_all(hang("  but   ", &escape_str(caveat), style.width).as_bytes())?;
    }
    if let Some(rule) = rules::by_code(first.rule) {
        out.write_all(hang("  why   ", rule.matters, style.width).as_bytes())?;
    }
    let sections: BTreeSet<&str> = group.findings.iter().map(|finding| finding.spec.section).collect();
    let sections: Vec<String> = sections.into_iter().map(|section| format!("§{section}")).collect();
    // What only a baseline gives ground for is in no catalogue.
    let explained = rules::by_code(first.rule).map(|rule| format!("; wiregrade explain {}", rule.code));
    let read = format!("{} {}{}", first.spec.document, sections.join(", "), explained.unwrap_or_default());
    out.write_all(hang("  read  ", &read, style.width).as_bytes())?;
    if group.findings.len() > 1 && check.captures.len() == 1 {
        let all: Vec<u64> = group.findings.iter().skip(1).map(|finding| finding.frame).collect();
        out.write_all(hang("  also  ", &frames(&all, 12), style.width).as_bytes())?;
    }
    writeln!(out)
}

fn sessions(check: &Check, capture: u32, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mine: Vec<&SessionRecord> = check.sessions.iter().filter(|session| session.capture == capture).collect();
    if mine.is_empty() {
        return Ok(());
    }
    let title = if check.captures.len() > 1 {
        format!("Sessions of {}", escape_str(check.path(capture)))
    } else {
        "Sessions".to_owned()
    };
    writeln!(out, "{}", style.bold(&fit(&title, style.width)))?;
    let heading = format!(
        "{:>4}  {:<8} {:<21} {:<10} {:>6} {:>6} {:>8} {:>5} {:>4}",
        "#", "protocol", "client", "user", "msgs", "resent", "latency", "error", "warn"
    );
    writeln!(out, "{}", style.dim(&heading))?;
    let mut counted: BTreeMap<u32, SeverityCounts> = BTreeMap::new();
    for finding in check.findings.iter().filter(|finding| finding.capture == capture && finding.counts()) {
        counted.entry(finding.session).or_default().add(finding.level);
    }
    let mut parts = false;
    for session in mine {
        let counts = counted.get(&session.session).copied().unwrap_or_default();
        parts |= !session.complete;
        let user = session.user.as_deref().map_or_else(|| "-".to_owned(), escape_str);
        let (errors, warnings) = (right(&counts.error.to_string(), 5), right(&counts.warning.to_string(), 4));
        writeln!(
            out,
            "{:>4}{} {:<8} {} {} {:>6} {:>6} {} {} {}",
            session.session,
            if session.complete { ' ' } else { '*' },
            session.protocol,
            left(&session.client.to_string(), 21),
            left(&user, 10),
            session.messages,
            session.retransmissions,
            right(&median(&session.ack_latency_ms), 8),
            if counts.error > 0 { style.red(&errors) } else { style.dim(&errors) },
            if counts.warning > 0 { style.yellow(&warnings) } else { style.dim(&warnings) },
        )?;
    }
    if parts {
        writeln!(out, "{}", style.dim("   * login or end is not in the capture; latency is the median to the answer"))?;
    }
    writeln!(out)
}

fn median(latency: &LatencyRecord) -> String {
    latency.median.map_or_else(|| "-".to_owned(), |median| seconds(median / 1e3))
}

/// Only there when asked for.
fn exchanges(check: &Check, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if check.exchanges.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", style.bold("Exchanges"))?;
    writeln!(
        out,
        "{}",
        style.dim(&format!(
            "{:>4} {:>6} {:<25} {:>6} {:>9} {:<20} resent in",
            "#", "frame", "message", "answer", "after", "answered by"
        ))
    )?;
    for exchange in &check.exchanges {
        let answer = exchange.answer.as_deref().map_or_else(|| "never".to_owned(), escape_str);
        let line = format!(
            "{:>4} {:>6} {} {:>6} {} {} {}",
            exchange.session,
            exchange.request_frame,
            left(&escape_str(&exchange.request), 25),
            exchange.answer_frame.map_or_else(|| "-".to_owned(), |frame| frame.to_string()),
            right(&exchange.latency_ms.map_or_else(|| "-".to_owned(), |ms| seconds(ms / 1e3)), 9),
            left(&answer, 20),
            resent(&exchange.retransmission_frames),
        );
        writeln!(out, "{}", fit(line.trim_end(), style.width))?;
    }
    writeln!(out)
}

fn resent(frames: &[u64]) -> String {
    frames.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

/// What a rule comes to over all captures: the first of these that holds in one of them.
const VERDICTS: [(&str, &str); 4] = [
    ("fail", "  broken        "),
    ("inconclusive", "  inconclusive  "),
    ("pass", "  kept          "),
    ("not-exercised", "  not exercised "),
];

/// What the captures gave each rule to check: a rule that never had anything to check has not been kept.
fn rules(check: &Check, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut worst: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for rule in &check.rules {
        let rank = VERDICTS.iter().position(|(verdict, _)| *verdict == rule.verdict).unwrap_or(VERDICTS.len());
        let known = worst.entry(rule.protocol).or_default().entry(rule.rule).or_insert(rank);
        *known = rank.min(*known);
    }
    for (protocol, ranks) in worst {
        writeln!(out, "{}", style.bold(&format!("Rules of {protocol}")))?;
        for (rank, (_, label)) in VERDICTS.iter().enumerate() {
            let codes: Vec<&str> = ranks.iter().filter(|(_, of)| **of == rank).map(|(code, _)| *code).collect();
            if !codes.is_empty() {
                out.write_all(hang(label, &codes.join(" "), style.width).as_bytes())?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

fn verdict(check: &Check, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let summary = &check.summary;
    let word = if summary.verdict == "fail" { style.red("FAIL") } else { style.green("PASS") };
    let label = format!("{}: ", if summary.verdict == "fail" { "FAIL" } else { "PASS" });
    let line = hang(&label, &outcome_in_words(summary), style.width);
    // Painted after wrapping, which counts columns.
    out.write_all(line.replacen(label.trim_end_matches(": "), &word, 1).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{finding, written};
    use super::super::view::RuleRecord;
    use super::*;

    #[test]
    fn a_finding_with_a_caveat_says_but_and_that_it_is_not_counted() {
        let text = written(make, "c.pcap", &[finding(7, "sent again after 180 ms", Some("packets were lost"))]);
        assert!(text.starts_with("error R001 early-retransmission imp by the client, once, not counted\n"), "{text}");
        assert!(text.contains("\n  but   packets were lost\n"), "{text}");
        assert!(text.contains("\n  inconclusive  R001\n"), "{text}");
        assert!(text.ends_with("PASS: no findings in 0 sessions, 0 messages; 1 finding with a caveat not counted\n"));
    }

    #[test]
    fn a_rule_broken_in_one_capture_is_not_kept_because_of_another() {
        let record = |capture, verdict| RuleRecord {
            capture,
            rule: "R001",
            protocol: "imp",
            verdict,
            checked: 1,
            violated: u64::from(verdict == "fail"),
        };
        let check = Check { rules: vec![record(1, "pass"), record(2, "fail")], ..Check::default() };
        let mut out = Vec::new();
        rules(&check, Style::default(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "Rules of imp\n  broken        R001\n\n");
    }

    #[test]
    fn every_line_fits_whatever_a_finding_says() {
        let long = "x".repeat(300);
        for line in written(make, &long, &[finding(7, &long, Some(&long)), finding(9, "短い", None)]).lines() {
            assert!(crate::report::text::columns(line) <= 80, "{line}");
        }
    }
}
