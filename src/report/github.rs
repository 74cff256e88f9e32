//! `github` for `check`: workflow commands, one annotation a finding, then the table for the log.
//!
//! A step shows ten errors and ten warnings, so the first finding of each fault comes before all second ones.

use super::check::{Check, Whole, outcome_in_words};
use super::text::Style;
use super::view::FindingRecord;
use super::{Report, Setup, check_table};
use crate::bytes::escape_str;
use std::io::{self, Write};

/// Annotations, and the table below them.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Whole::boxed(setup, render)
}

fn render(check: &Check, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let groups = check.groups();
    for group in &groups {
        let more = match group.findings.len() {
            1 => String::new(),
            _ => format!(" ({} in all)", group.times()),
        };
        annotate(check, group.first, &more, out)?;
    }
    for finding in groups.iter().flat_map(|group| group.findings.iter().skip(1)) {
        annotate(check, finding, "", out)?;
    }
    let verdict = format!("{}: {}", check.summary.verdict, outcome_in_words(&check.summary));
    writeln!(out, "::notice title=wiregrade::{}", data(&verdict))?;
    if setup.quiet {
        return Ok(());
    }
    let mut text = Vec::new();
    let style = Style { color: false, ..setup.style };
    check_table::render(check, &Setup { style, ..*setup }, &mut text)?;
    guarded(&String::from_utf8_lossy(&text), out)
}

fn annotate(check: &Check, finding: &FindingRecord, more: &str, out: &mut dyn Write) -> io::Result<()> {
    let command = match (finding.counts(), finding.severity) {
        (true, "error") => "error",
        (true, "warning") => "warning",
        _ => "notice",
    };
    let mut message = format!("{}{more}", finding.message);
    if let Some(caveat) = &finding.caveat {
        message.push_str(&format!(" Not counted: {caveat}"));
    }
    let title = format!("{} {} ({} {})", finding.rule, finding.name, finding.protocol, finding.actor);
    writeln!(
        out,
        "::{command} file={},line={},title={}::{}",
        property(check.path(finding.capture)),
        finding.frame,
        property(&title),
        data(&message)
    )
}

/// Text behind the second `::`. Control characters are escaped first, so that a log can be read in a terminal.
fn data(text: &str) -> String {
    escape_str(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Free text, during which the runner obeys no command. The token that ends this is one that the text does not hold.
fn guarded(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut number = 0;
    let token = loop {
        let token = format!("wiregrade-{number:08x}");
        if !text.contains(&token) {
            break token;
        }
        number += 1;
    };
    writeln!(out, "::stop-commands::{token}")?;
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        writeln!(out)?;
    }
    writeln!(out, "::{token}::")
}

#[cfg(test)]
mod tests {
    use super::super::check::tests::{finding, written};
    use super::*;

    #[test]
    fn what_is_new_comes_before_what_is_more_of_the_same() {
        let findings = [finding(7, "first", None), finding(9, "second", None), finding(8, "other", Some("lost"))];
        let text = written(make, "c.pcap", &findings);
        let lines: Vec<&str> = text.lines().take(5).collect();
        let title = "title=R001 early-retransmission (imp client)";
        assert_eq!(
            lines,
            [
                &format!("::error file=c.pcap,line=7,{title}::first (twice in all)"),
                &format!("::notice file=c.pcap,line=8,{title}::other Not counted: lost"),
                &format!("::error file=c.pcap,line=9,{title}::second"),
                "::notice title=wiregrade::fail: 2 errors in 0 sessions, 0 messages; \
                 1 finding with a caveat not counted",
                "::stop-commands::wiregrade-00000000",
            ]
        );
    }

    #[test]
    fn a_message_cannot_start_a_command_of_its_own() {
        assert_eq!(data("x\n::set-env name=A::b 100%"), "x\\n::set-env name=A::b 100%25");
    }

    #[test]
    fn a_file_name_cannot_add_a_property() {
        assert_eq!(property("a,line=1::b"), "a%2Cline=1%3A%3Ab");
    }

    #[test]
    fn free_text_cannot_end_its_guard() {
        let mut out = Vec::new();
        guarded("::wiregrade-00000000::\n::error::x", &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("::stop-commands::wiregrade-00000001\n"), "{out}");
        assert!(out.ends_with("\n::wiregrade-00000001::\n"), "{out}");
    }
}
