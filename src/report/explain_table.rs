//! `table` for `explain`: the list of rules by family, or rules in full.

use super::Setup;
use super::text::{Style, fit, hang, wrap};
use super::view::{ExplainDocument, RuleEntry};
use std::io::{self, Write};

/// The families of rules by their letter, in words.
const FAMILIES: [(char, &str); 6] = [
    ('F', "Form: is it a message?"),
    ('S', "Sequence: is it the right number?"),
    ('A', "Acknowledgement: is it answered, and rightly?"),
    ('R', "Retransmission: is it sent again when it must, and only then?"),
    ('P', "Protocol: is it allowed, and does it reach whom it should?"),
    ('T', "Time: is it fast enough?"),
];

/// One rule in full, or a line each.
pub(super) fn show(document: &ExplainDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    match document.rules.as_slice() {
        [rule] => one(rule, setup.style, out),
        rules => list(rules, setup.style, out),
    }
}

fn list(rules: &[RuleEntry], style: Style, out: &mut dyn Write) -> io::Result<()> {
    for (letter, words) in FAMILIES {
        let family: Vec<&RuleEntry> = rules.iter().filter(|rule| rule.code.starts_with(letter)).collect();
        if family.is_empty() {
            continue;
        }
        writeln!(out, "{}", style.bold(words))?;
        for rule in family {
            writeln!(out, "  {} {:<27} {}", style.bold(rule.code), rule.name, severity(rule, style))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "wiregrade explain CODE tells what it checks, why, and where that is said.")
}

fn severity<'r>(rule: &'r RuleEntry, style: Style) -> std::borrow::Cow<'r, str> {
    match rule.severity {
        "error" => style.red(rule.severity),
        "warning" => style.yellow(rule.severity),
        _ => style.cyan(rule.severity),
    }
}

fn one(rule: &RuleEntry, style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {} ({})", style.bold(rule.code), style.bold(rule.name), severity(rule, style))?;
    for (heading, text) in
        [("What it checks", rule.checks), ("Why it matters", rule.why), ("What to do instead", rule.instead)]
    {
        writeln!(out, "\n{}", style.bold(heading))?;
        for line in wrap(text, style.width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    writeln!(out, "\n{}", style.bold("Where the documents say so"))?;
    if rule.grounds.is_empty() {
        writeln!(out, "  Nowhere: no protocol has this rule.")?;
    }
    for ground in &rule.grounds {
        out.write_all(
            hang(&format!("  {:<9}", ground.protocol), &format!("§{}", ground.section), style.width).as_bytes(),
        )?;
    }
    let Some(example) = &rule.example else { return Ok(()) };
    for (heading, script) in [("breaks it", example.bad), ("keeps it", example.good)] {
        let heading = format!("An example in {} that {heading}", example.protocol);
        writeln!(out, "\n{}", style.bold(&heading))?;
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            // Bytes and what they are do not always fit beside each other.
            let (said, what) = line.split_once('#').map_or((line, ""), |(said, what)| (said.trim_end(), what.trim()));
            let beside = format!("  {said}  # {what}");
            if what.is_empty() {
                writeln!(out, "  {}", fit(said, 76))?;
            } else if beside.chars().count() <= 78 {
                writeln!(out, "{beside}")?;
            } else {
                writeln!(out, "  # {}\n  {}", fit(what, 74), fit(said, 76))?;
            }
        }
    }
    Ok(())
}
