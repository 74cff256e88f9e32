//! What a student reads: points, why, where to look, what the document says, how to see it again. One Markdown file each.

use super::{CriterionRecord, GradeDocument, PlaceRecord, RubricRecord, RuleScoreRecord, SubmissionRecord, points};
use crate::bytes::escape_str;
use crate::report::markdown::code;
use crate::report::text::{frames, plural};
use crate::rules;
use std::fmt::Write as _;

/// How many places of one rule are listed. The rest is counted.
pub(super) const LISTED: usize = 5;

/// The whole file for one submission.
#[must_use]
pub fn page(submission: &SubmissionRecord, document: &GradeDocument) -> String {
    let mut out = heading(submission, document.rubric.as_ref());
    first_steps(&mut out, submission);
    let _ = writeln!(out, "\n## Points\n\n| criterion | points | of | why |\n|---|---:|---:|---|");
    for criterion in &submission.criteria {
        let bonus = if criterion.bonus { " (bonus)" } else { "" };
        let _ = writeln!(
            out,
            "| {}{bonus} | {} | {} | {} |",
            plain_cell(&criterion.title),
            points(criterion.points),
            points(criterion.max),
            plain_cell(&criterion.why)
        );
    }
    looked_at(&mut out, submission);
    if submission.protocol.is_some() {
        for criterion in &submission.criteria {
            let of = format!("{} of {}", points(criterion.points), points(criterion.max));
            let _ = writeln!(out, "\n## {}: {of}\n", inline(&criterion.title));
            out.push_str(&self::criterion(criterion));
        }
    }
    let _ = writeln!(
        out,
        "\n---\nGraded by {} {}. The same captures give the same points: run the commands above to see what was seen.",
        document.tool.name, document.tool.version
    );
    // Parts end in an empty line each; one is enough.
    while let Some(at) = out.find("\n\n\n") {
        out.remove(at);
    }
    out
}

/// Whose it is and what it comes to.
#[must_use]
pub fn heading(submission: &SubmissionRecord, rubric: Option<&RubricRecord>) -> String {
    let mut out = format!("# Feedback for {}\n\n", code(&submission.name));
    let _ = write!(out, "**{} of {} points**", points(submission.points), points(submission.max));
    if submission.bonus > 0.0 {
        let _ = write!(out, " ({} of them bonus)", points(submission.bonus));
    }
    if let Some(rubric) = rubric {
        let needed = rubric.pass * submission.max;
        let _ = match submission.status {
            "pass" => write!(out, ", which passes ({} are needed)", points(needed)),
            "nothing-to-grade" => Ok(()),
            _ => write!(out, "; {} are needed to pass", points(needed)),
        };
    }
    match submission.protocol_title {
        Some(title) => {
            let _ = writeln!(
                out,
                ".\nThe conversations graded are in {title} (`{}`); a § is a section of its document.",
                submission.protocol.unwrap_or_default()
            );
            out.push('\n');
            for side in &submission.sides {
                let counts = side.findings;
                let _ = match (counts.error, counts.warning) {
                    (0, 0) => writeln!(out, "- The {} did nothing wrong.", side.side),
                    (errors, warnings) => {
                        let (errors, warnings) = (plural(errors, "error"), plural(warnings, "warning"));
                        writeln!(out, "- The {}: {errors}, {warnings}.", side.side)
                    }
                };
            }
        }
        None if submission.files.is_empty() => {
            out.push_str(".\n\n**No capture was found.** Hand in what `tcpdump -w`, Wireshark or `wiregrade record` writes (pcap or pcapng; gzip, zstd and lz4 are fine), not a text listing or an archive.\n");
        }
        None => {
            out.push_str(".\n\n**No conversation was recognized** in the captures. `wiregrade flows FILE` lists what is in them, and why it was taken for none of the protocols.\n");
        }
    }
    out
}

/// How many of the costliest rules are named first.
const FIRST: usize = 3;

/// The rules that cost most, dearest first, over all criteria.
pub(super) fn costliest(submission: &SubmissionRecord) -> Vec<(&RuleScoreRecord, f64)> {
    let mut costs: Vec<(&RuleScoreRecord, f64)> = Vec::new();
    for rule in submission.criteria.iter().flat_map(|criterion| &criterion.rules).filter(|rule| rule.lost > 0.0) {
        match costs.iter_mut().find(|(known, _)| known.rule == rule.rule) {
            Some((_, lost)) => *lost += rule.lost,
            None => costs.push((rule, rule.lost)),
        }
    }
    costs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.rule.cmp(b.0.rule)));
    costs.truncate(FIRST);
    costs
}

/// Criteria with points that no fault cost and nothing earned: what the captures do not show, the most first.
pub(super) fn unshown(submission: &SubmissionRecord) -> Vec<(&CriterionRecord, f64)> {
    let missing = |criterion: &CriterionRecord| {
        let lost: f64 = criterion.rules.iter().map(|rule| rule.lost).sum();
        criterion.max - criterion.points - lost.min(criterion.max)
    };
    let asked = submission.criteria.iter().filter(|criterion| !criterion.bonus);
    let mut unshown: Vec<_> = asked.map(|criterion| (criterion, missing(criterion))).collect();
    // Less than this is rounding.
    unshown.retain(|(_, missing)| *missing >= 0.1);
    unshown.sort_by(|a, b| b.1.total_cmp(&a.1));
    unshown.truncate(FIRST);
    unshown
}

/// What to mend first: what cost most, and what to do about it; then what was not shown.
fn first_steps(out: &mut String, submission: &SubmissionRecord) {
    let (costs, unshown) = (costliest(submission), unshown(submission));
    if submission.protocol.is_none() || (costs.is_empty() && unshown.is_empty()) {
        return;
    }
    out.push_str("\n## What to do first\n\n");
    for (number, (rule, lost)) in (1..).zip(&costs) {
        let instead = rules::by_code(rule.rule).map(|rule| rule.instead).unwrap_or_default();
        let cost = points_in_words(*lost);
        let _ = writeln!(out, "{number}. **{} {}** cost {cost}: {instead}", rule.rule, rule.name);
    }
    for (number, (criterion, missing)) in (costs.len() + 1..).zip(unshown) {
        let title = inline(&criterion.title);
        let missing = points_in_words(missing);
        let _ = writeln!(out, "{number}. **{title}**: {missing} for what the captures do not show (see below).");
    }
}

fn looked_at(out: &mut String, submission: &SubmissionRecord) {
    if submission.files.is_empty() && submission.passed_over.is_empty() {
        return;
    }
    out.push_str("\n## What was looked at\n\n");
    for file in &submission.files {
        let what = format!("{} with {}", plural(file.sessions, "session"), plural(file.messages, "message"));
        let _ = write!(out, "- {}: {what}", code(&file.path));
        if let Some(damage) = &file.damage {
            let _ = write!(out, "; the file {}. What came before was graded", inline(damage));
        }
        out.push('\n');
    }
    for file in &submission.passed_over {
        let _ = writeln!(out, "- {}: not graded, it {}", code(&file.path), inline(&file.reason));
    }
}

/// A criterion's text, without its heading.
#[must_use]
pub fn criterion(criterion: &CriterionRecord) -> String {
    let mut out = String::new();
    if !criterion.about.is_empty() {
        let _ = writeln!(out, "_{}_\n", inline(&criterion.about));
    }
    if let Some(role) = criterion.role {
        let _ = writeln!(out, "Only what the {role} did counts here.\n");
    }
    if criterion.has_nothing_to_say() {
        let checked: u64 = criterion.rules.iter().map(|rule| rule.checked).sum();
        let _ = match checked {
            0 => writeln!(out, "Everything that was asked for is there."),
            checked => writeln!(out, "Nothing to complain about in {}.", plural(checked, "check")),
        };
    }
    for rule in criterion.rules.iter().filter(|rule| rule.violated > 0) {
        broken(&mut out, rule);
    }
    excused(&mut out, criterion);
    idle(&mut out, criterion);
    if !criterion.messages_missing.is_empty() {
        let seen = criterion.messages_seen.len();
        let asked = seen + criterion.messages_missing.len();
        let names: Vec<String> = criterion.messages_missing.iter().map(|name| code(name)).collect();
        let _ = writeln!(
            out,
            "{seen} of the {asked} messages asked for were captured. Missing: {}. Record a run in which {} sent.",
            names.join(", "),
            if names.len() == 1 { "it is" } else { "they are" }
        );
    }
    for name in &criterion.scenarios_missing {
        let _ = writeln!(out, "There is no capture of the scenario {}.", code(name));
    }
    out
}

/// What looks like a fault and is none, or need not be one.
fn excused(out: &mut String, criterion: &CriterionRecord) {
    let excused: Vec<&RuleScoreRecord> = criterion.rules.iter().filter(|rule| rule.excused > 0).collect();
    if excused.is_empty() {
        return;
    }
    out.push_str("Seen, but not counted, because the capture itself shows what else may be the reason:\n\n");
    for rule in excused {
        let _ = write!(out, "- **{}** {}, {}", rule.rule, rule.name, times(rule.excused));
        let first = if rule.excused > 1 { "first " } else { "" };
        for (place, nth) in rule.excuses.iter().zip([first, "also ", "also "]) {
            let (path, caveat) = (code(&place.path), inline(&place.caveat));
            let _ = write!(out, "; {nth}in frame {} of {path}: {caveat}", place.frame);
        }
        out.push_str(".\n");
    }
    out.push('\n');
}

fn broken(out: &mut String, rule: &RuleScoreRecord) {
    let entry = rules::by_code(rule.rule);
    let _ = writeln!(out, "### {} {}\n\nBroken {}.\n", rule.rule, rule.name, of_checks(rule));
    for place in rule.findings.iter().take(LISTED) {
        let _ = writeln!(
            out,
            "- Frame {} of {}, session {}, by {}: {} (§{})",
            place.frame,
            code(&place.path),
            place.session,
            by(place),
            sentence(&place.message),
            place.section
        );
    }
    let rest: Vec<&PlaceRecord> = rule.findings.iter().skip(LISTED).collect();
    if let Some(first) = rest.first() {
        let same: Vec<u64> = rest.iter().filter(|place| place.path == first.path).map(|place| place.frame).collect();
        let more = rule.violated.saturating_sub(LISTED as u64);
        let _ = writeln!(out, "- {more} more, such as {} of {}.", frames(&same, 12), code(&first.path));
    }
    if let Some(entry) = entry {
        let _ = writeln!(out, "\nWhy it matters: {}\n\nWhat to do: {}\n", entry.matters, entry.instead);
    }
    if !rule.findings.is_empty() {
        let _ = writeln!(out, "See it again:\n\n{}", block(&block_lines(rule)));
    }
}

/// How often, of how many checks, at what cost.
pub(super) fn of_checks(rule: &RuleScoreRecord) -> String {
    let of = if rule.checked > rule.violated {
        format!("in {} of {}", rule.violated, plural(rule.checked, "check"))
    } else {
        times(rule.violated)
    };
    let cost = points_in_words(rule.lost);
    match (rule.lost > 0.0, rule.capped) {
        (true, false) => format!("{of}, which costs {cost}"),
        (true, true) => format!("{of}, which costs {cost}, the most that one rule can cost here"),
        (false, _) => format!("{of}, which costs nothing"),
    }
}

/// The commands that show the first fault again.
pub(super) fn block_lines(rule: &RuleScoreRecord) -> Vec<String> {
    let Some(first) = rule.findings.first() else { return Vec::new() };
    let (file, frame) = (shell(&first.path), first.frame);
    vec![
        format!("wiregrade check --select {} {file}", rule.rule),
        format!("wiregrade dissect -V --from {frame} --to {frame} {file}"),
        format!("wiregrade explain {}", rule.rule),
    ]
}

/// What could not be graded because nothing called for it.
fn idle(out: &mut String, criterion: &CriterionRecord) {
    let (shown, share) = criterion.idle();
    if shown.is_empty() {
        return;
    }
    let worth = if share > 0.0 { format!(" ({})", points_in_words(share)) } else { String::new() };
    let _ = writeln!(out, "Your captures gave these nothing to check, so their points{worth} could not be given:\n");
    for rule in shown {
        let checks = rules::by_code(rule.rule).map(|entry| entry.checks).unwrap_or_default();
        let _ = writeln!(out, "- **{}** {}: {checks}", rule.rule, rule.name);
    }
    out.push('\n');
}

/// A criterion as plain text, for formats without Markdown.
#[must_use]
pub fn plain(criterion: &CriterionRecord) -> String {
    let mut out = format!("{}\n", escape_str(&criterion.why));
    for rule in criterion.rules.iter().filter(|rule| rule.violated > 0) {
        let _ = writeln!(out, "{} {}: {}, -{}", rule.rule, rule.name, times(rule.violated), points_in_words(rule.lost));
        for place in rule.findings.iter().take(LISTED) {
            let path = escape_str(&place.path);
            let _ = writeln!(out, "  frame {} of {path} ({}): {}", place.frame, by(place), escape_str(&place.message));
        }
    }
    for rule in criterion.rules.iter().filter(|rule| rule.verdict == "not-exercised" && rule.share > 0.0) {
        let _ = writeln!(out, "{} {}: nothing to check", rule.rule, rule.name);
    }
    if !criterion.messages_missing.is_empty() {
        let _ = writeln!(out, "not captured: {}", criterion.messages_missing.join(", "));
    }
    out
}

/// A file name for a submission: nothing in it leads out of a folder, starts an option or means something to a system.
/// It ends with a dot and `extension`; `taken` are the names given so far, in lower case.
pub fn file_name(name: &str, extension: &str, taken: &mut std::collections::BTreeSet<String>) -> String {
    let mut stem: String = name
        .chars()
        .map(|c| {
            if crate::bytes::is_plain(c) && (c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@')) {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    // A name of many wide letters may still be too long for a file system.
    while stem.len() > 180 {
        stem.pop();
    }
    let stem = stem.trim_matches(['.', '-', '_', '@']);
    const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "com", "lpt", "index"];
    let lower = stem.to_lowercase();
    let device = DEVICES.iter().any(|device| {
        lower.split('.').next().unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit()) == *device
    });
    let stem = if stem.is_empty() || device { format!("submission-{stem}") } else { stem.to_owned() };
    let stem = stem.trim_end_matches('-').to_owned();
    for number in 1_u64.. {
        let candidate = match number {
            1 => format!("{stem}.{extension}"),
            _ => format!("{stem}-{number}.{extension}"),
        };
        if taken.insert(candidate.to_lowercase()) {
            return candidate;
        }
    }
    stem
}

pub(super) fn points_in_words(value: f64) -> String {
    let value = crate::grade::round_to(value, 0.01);
    if (value - 1.0).abs() < 1e-9 { "1 point".to_owned() } else { format!("{} points", points(value)) }
}

pub(super) fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

pub(super) fn by(place: &PlaceRecord) -> &'static str {
    match place.actor {
        "client" => "the client",
        "server" => "the server",
        _ => "one of the two sides",
    }
}

/// A finding's message as a sentence in which nothing is markup.
fn sentence(message: &str) -> String {
    let text = inline(message);
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// Text in which nothing is markup, HTML or a link: what could be is escaped.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::new();
    for c in escape_str(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            // A mention or an address would become a link on some pages.
            '@' => out.push_str("&#64;"),
            c => out.push(c),
        }
    }
    out.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

fn plain_cell(text: &str) -> String {
    inline(text)
}

/// A file name for a shell: as it is where that is safe, else in quotes.
fn shell(path: &str) -> String {
    let text = escape_str(path);
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '+' | ',' | '@');
    let text = if text.starts_with('-') { format!("./{text}") } else { text };
    if !text.is_empty() && text.chars().all(safe) { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Lines as a code block that nothing in them can end.
fn block(lines: &[String]) -> String {
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}sh\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let mut taken = BTreeSet::new();
        let mut name = |text: &str| file_name(text, "md", &mut taken);
        assert_eq!(name("../../x"), "x.md");
        assert_eq!(name("/etc/passwd"), "etc_passwd.md");
        assert_eq!(name("=cmd|' /C calc'!A0"), "cmd____C_calc__A0.md");
        assert_eq!(name("<script>"), "script.md");
        assert_eq!(name("a\u{202e}gpj"), "a_gpj.md");
        assert_eq!(name(".."), "submission.md");
        assert_eq!(name(""), "submission-2.md");
        assert_eq!(name("NUL"), "submission-NUL.md");
        assert_eq!(name("Zoë"), "Zoë.md");
        assert_eq!(name("zoË"), "zoË-2.md");
        assert!(name(&"x".repeat(500)).len() <= 100);
        assert!(name(&"漢".repeat(500)).len() <= 200);
    }

    #[test]
    fn nothing_a_stranger_sends_is_markup_or_a_command() {
        assert_eq!(inline("<b>*x*</b> @all"), "&lt;b&gt;\\*x\\*&lt;/b&gt; &#64;all");
        assert_eq!(inline("a|b\n# c"), "a\\|b\\\\n\\# c");
        assert_eq!(shell("a b; rm -rf ~"), "'a b; rm -rf ~'");
        assert_eq!(shell("it's.pcap"), "'it'\\''s.pcap'");
        assert_eq!(shell("-x.pcap"), "./-x.pcap");
        assert_eq!(block(&["```".to_owned()]), "````sh\n```\n````\n");
    }
}
