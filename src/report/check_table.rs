//! `table` for `check`: what is wrong, how often, where first, why it matters, what to read; then each session; then
//! what the rules had to check at all.

use super::check::{Check, Group, Whole, counts_in_words};
use super::text::{Style, fit, frames, hang, left, plural, right, seconds};
use super::view::{LatencyRecord, SessionRecord, SeverityCounts};
use super::{Report, Setup};
use crate::bytes::escape_str;
use crate::rules;
use std::collections::BTreeSet;
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
            let mut text = format!("{}: {}", escape_str(&capture.path), escape_str(&note.message));
            if !note.frames.is_empty() {
                text.push_str(&format!(" (frames {})", frames(&note.frames, 5)));
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
    let read = format!("{} {}; wiregrade explain {}", first.spec.document, sections.join(", "), first.rule);
    out.write_all(hang("  read  ", &read, style.width).as_bytes())?;
    if group.findings.len() > 1 && check.captures.len() == 1 {
        let all: Vec<u64> = group.findings.iter().map(|finding| finding.frame).collect();
        out.write_all(hang("  also  ", &format!("frames {}", frames(&all[1..], 12)), style.width).as_bytes())?;
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
    let mut parts = false;
    for session in mine {
        let mut counts = SeverityCounts::default();
        for finding in check.findings.iter().filter(|finding| finding.capture == capture && finding.counts()) {
            if finding.session == session.session {
                counts.add(finding.level);
            }
        }
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
            frames(&exchange.retransmission_frames, 5),
        );
        writeln!(out, "{}", fit(line.trim_end(), style.width))?;
    }
    writeln!(out)
}

/// What the captures gave each rule to check: a rule that never had anything to check has not been kept.
fn rules(check: &Check, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let protocols: BTreeSet<&str> = check.rules.iter().map(|rule| rule.protocol).collect();
    for protocol in protocols {
        writeln!(out, "{}", style.bold(&format!("Rules of {protocol}")))?;
        for (verdict, label) in [
            ("fail", "  broken        "),
            ("inconclusive", "  inconclusive  "),
            ("pass", "  kept          "),
            ("not-exercised", "  not exercised "),
        ] {
            let mine = check.rules.iter().filter(|rule| rule.protocol == protocol && rule.verdict == verdict);
            let codes: BTreeSet<&str> = mine.map(|rule| rule.rule).collect();
            if !codes.is_empty() {
                let codes: Vec<&str> = codes.into_iter().collect();
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
    let mut text = format!(
        "{} in {}, {}",
        counts_in_words(summary.findings),
        plural(summary.sessions, "session"),
        plural(summary.messages, "message"),
    );
    let caveats = summary.with_caveat.error + summary.with_caveat.warning + summary.with_caveat.info;
    if caveats > 0 {
        text.push_str(&format!("; {caveats} of them with a caveat, not counted"));
    }
    writeln!(out, "{word}: {text}")
}
