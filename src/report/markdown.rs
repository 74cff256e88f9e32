//! `markdown` for `check`: for a step summary, a merge request or an issue.

use super::check::{Check, Whole, outcome_in_words};
use super::text::seconds;
use super::{Report, Setup};
use crate::bytes::escape_str;
use crate::rules;
use std::io::{self, Write};

/// Headings and tables.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

fn render(check: &Check, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let summary = &check.summary;
    let mark = if summary.verdict == "fail" { "❌ fail" } else { "✅ pass" };
    writeln!(out, "## wiregrade check: {mark}\n")?;
    writeln!(out, "{}.\n", outcome_in_words(summary))?;
    for capture in &check.captures {
        for note in &capture.notes {
            writeln!(out, "> **Note** {} {}\n", code(&capture.path), code(&note.message))?;
        }
    }
    faults(check, out)?;
    sessions(check, out)
}

fn faults(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    let groups = check.groups();
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(out, "| severity | rule | by | times | first | what | read |")?;
    writeln!(out, "|---|---|---|---:|---|---|---|")?;
    for group in &groups {
        let first = group.first;
        let caveat = match &first.caveat {
            Some(caveat) => format!("<br>not counted: {}", cell(caveat)),
            None => String::new(),
        };
        writeln!(
            out,
            "| {} | **{}** {} | {} {} | {} | {} frame {} | {}{caveat} | {} §{} |",
            first.severity,
            first.rule,
            first.name,
            first.protocol,
            first.actor,
            group.findings.len(),
            cell(check.path(first.capture)),
            first.frame,
            cell(&first.message),
            first.spec.document,
            first.spec.section,
        )?;
    }
    writeln!(out)?;
    for group in &groups {
        if let Some(rule) = rules::by_code(group.first.rule) {
            writeln!(out, "- **{}** {}: {}", rule.code, rule.name, rule.matters)?;
        }
    }
    writeln!(out)
}

fn sessions(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    if check.sessions.is_empty() {
        return Ok(());
    }
    writeln!(out, "| capture | session | protocol | client | user | messages | resent | median latency |")?;
    writeln!(out, "|---|---:|---|---|---|---:|---:|---:|")?;
    for session in &check.sessions {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            cell(check.path(session.capture)),
            session.session,
            session.protocol,
            session.client,
            session.user.as_deref().map(cell).unwrap_or_default(),
            session.messages,
            session.retransmissions,
            session.ack_latency_ms.median.map(|median| seconds(median / 1e3)).unwrap_or_default(),
        )?;
    }
    Ok(())
}

/// A stranger's text as a code span: nothing in it is markup, a link, a mention or HTML.
pub(super) fn code(text: &str) -> String {
    let text = escape_str(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        String::new()
    } else if longest > 0 || text.starts_with(' ') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// The same inside a table, where a bar would end the cell even in code.
pub(super) fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{finding, written};
    use super::*;

    #[test]
    fn nothing_a_stranger_sends_is_markup() {
        assert_eq!(code("<script>alert(1)</script>"), "`<script>alert(1)</script>`");
        assert_eq!(code("@everyone [x](http://y) **b**"), "`@everyone [x](http://y) **b**`");
    }

    #[test]
    fn a_finding_with_a_caveat_is_marked() {
        let text = written(make, "c.pcap", &[finding(7, "a|b", Some("`lost`"))]);
        assert!(text.contains("| `c.pcap` frame 7 | `a\\|b`<br>not counted: `` `lost` `` | imp §3.2 |"), "{text}");
        assert!(text.starts_with("## wiregrade check: ✅ pass\n"), "{text}");
    }

    #[test]
    fn a_backtick_does_not_end_the_code() {
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code("```"), "```` ``` ````");
    }

    #[test]
    fn a_bar_does_not_end_the_cell_and_a_line_end_not_the_row() {
        assert_eq!(cell("a|b\nc"), "`a\\|b\\nc`");
    }
}
