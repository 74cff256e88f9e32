//! The feedback of one submission as a page: what the Markdown says, for a browser. It leads to the page of the check of its
//! captures, in which every message is drawn and can be looked into.

use super::feedback::{LISTED, block_lines, by, costliest, of_checks, points_in_words, times, unshown};
use super::{CriterionRecord, GradeDocument, PlaceRecord, RuleScoreRecord, SubmissionRecord, points, sheet};
use crate::bytes::escape_str;
use crate::report::text::{frames, plural};
use crate::rules;
use maud::{Markup, html};

/// The whole page. `check` is where the page of the check is, seen from this one.
#[must_use]
pub fn page(submission: &SubmissionRecord, document: &GradeDocument, check: Option<&str>) -> String {
    let body = html! {
        header {
            h1 { "Feedback for " (escape_str(&submission.name)) }
            (heading(submission, document))
        }
        main {
            (first_steps(submission))
            section {
                h2 { "Points" }
                table {
                    thead { tr { th { "Criterion" } th.n { "Points" } th.n { "Of" } th { "Why" } } }
                    tbody {
                        @for criterion in &submission.criteria {
                            tr {
                                td { (escape_str(&criterion.title)) @if criterion.bonus { " (bonus)" } }
                                td.n { (points(criterion.points)) }
                                td.n { (points(criterion.max)) }
                                td { (escape_str(&criterion.why)) }
                            }
                        }
                    }
                }
            }
            (looked_at(submission, check))
            @if submission.protocol.is_some() {
                @for scored in &submission.criteria { (criterion(scored)) }
            }
            p.related {
                "Graded by " (document.tool.name) " " (document.tool.version)
                ". The same captures give the same points: run the commands above to see what was seen."
            }
        }
    };
    sheet(&format!("Feedback for {}", escape_str(&submission.name)), "", body)
}

fn heading(submission: &SubmissionRecord, document: &GradeDocument) -> Markup {
    html! {
        p.points {
            strong { (points(submission.points)) " of " (points(submission.max)) " points" }
            @if submission.bonus > 0.0 { " (" (points(submission.bonus)) " of them bonus)" }
            " " span.badge.(submission.status) { (submission.status) }
            @if let Some(rubric) = &document.rubric { " " (points(rubric.pass * submission.max)) " are needed to pass" }
        }
        @match submission.protocol_title {
            Some(title) => {
                p {
                    "The conversations graded are in " (title) " (" code { (submission.protocol.unwrap_or_default()) }
                    "); a § is a section of its document."
                }
                ul {
                    @for side in &submission.sides {
                        li {
                            "The " (side.side) ": " (plural(side.findings.error, "error")) ", "
                            (plural(side.findings.warning, "warning")) "."
                        }
                    }
                }
            },
            None if submission.files.is_empty() => {
                p {
                    strong { "No capture was found." }
                    " Hand in what " code { "tcpdump -w" } ", Wireshark or " code { "wiregrade record" }
                    " writes (pcap or pcapng; gzip, zstd and lz4 are fine), not a text listing or an archive."
                }
            },
            None => p {
                strong { "No conversation was recognized" } " in the captures. " code { "wiregrade flows FILE" }
                " lists what is in them, and why it was taken for none of the protocols."
            },
        }
    }
}

fn first_steps(submission: &SubmissionRecord) -> Markup {
    html! {
        @let (costs, unshown) = (costliest(submission), unshown(submission));
        @if submission.protocol.is_some() && !(costs.is_empty() && unshown.is_empty()) {
            section {
                h2 { "What to do first" }
                ol {
                    @for (rule, lost) in costs {
                        li {
                            strong { (rule.rule) " " (rule.name) } " cost " (points_in_words(lost)) ": "
                            (rules::by_code(rule.rule).map_or("", |rule| rule.instead))
                        }
                    }
                    @for (criterion, missing) in unshown {
                        li {
                            strong { (escape_str(&criterion.title)) } ": " (points_in_words(missing))
                            " for what the captures do not show (see below)."
                        }
                    }
                }
            }
        }
    }
}

fn looked_at(submission: &SubmissionRecord, check: Option<&str>) -> Markup {
    html! {
        @if !submission.files.is_empty() || !submission.passed_over.is_empty() {
            section {
                h2 { "What was looked at" }
                ul {
                    @for file in &submission.files {
                        li {
                            code { (escape_str(&file.path)) } ": " (plural(file.sessions, "session")) " with "
                            (plural(file.messages, "message"))
                            @if let Some(damage) = &file.damage {
                                "; the file " (escape_str(damage)) ". What came before was graded"
                            }
                        }
                    }
                    @for file in &submission.passed_over {
                        li { code { (escape_str(&file.path)) } ": not graded, it " (escape_str(&file.reason)) }
                    }
                }
                @if let Some(check) = check {
                    p { a href={ "./" (check) } { "Every session drawn, every message with its bytes" } }
                }
            }
        }
    }
}

fn criterion(criterion: &CriterionRecord) -> Markup {
    let checked: u64 = criterion.rules.iter().map(|rule| rule.checked).sum();
    html! {
        section {
            h2 { (escape_str(&criterion.title)) ": " (points(criterion.points)) " of " (points(criterion.max)) }
            @if !criterion.about.is_empty() { p.related { (escape_str(&criterion.about)) } }
            @if let Some(role) = criterion.role { p { "Only what the " (role) " did counts here." } }
            @if criterion.has_nothing_to_say() {
                p {
                    @if checked == 0 { "Everything that was asked for is there." }
                    @else { "Nothing to complain about in " (plural(checked, "check")) "." }
                }
            }
            @for rule in criterion.rules.iter().filter(|rule| rule.violated > 0) { (broken(rule)) }
            (excused(criterion))
            (idle(criterion))
            @if !criterion.messages_missing.is_empty() {
                @let seen = criterion.messages_seen.len();
                p {
                    (seen) " of the " (seen + criterion.messages_missing.len()) " messages asked for were captured. Missing: "
                    (criterion.messages_missing.join(", ")) "."
                }
            }
            @for name in &criterion.scenarios_missing {
                p { "There is no capture of the scenario " (escape_str(name)) "." }
            }
        }
    }
}

fn broken(rule: &RuleScoreRecord) -> Markup {
    let rest: Vec<&PlaceRecord> = rule.findings.iter().skip(LISTED).collect();
    html! {
        article.group {
            h3 { (rule.rule) " " (rule.name) }
            p { "Broken " (of_checks(rule)) "." }
            ul {
                @for place in rule.findings.iter().take(LISTED) {
                    li {
                        "Frame " (place.frame) " of " code { (escape_str(&place.path)) } ", session " (place.session) ", by "
                        (by(place)) ": " (escape_str(&place.message)) " " span.cite { "(§" (place.section) ")" }
                    }
                }
                @if let Some(first) = rest.first() {
                    @let same: Vec<u64> = rest.iter().filter(|place| place.path == first.path).map(|place| place.frame).collect();
                    li {
                        (rule.violated.saturating_sub(LISTED as u64)) " more, such as " (frames(&same, 12)) " of "
                        code { (escape_str(&first.path)) }
                    }
                }
            }
            @if let Some(entry) = rules::by_code(rule.rule) {
                p { "Why it matters: " (entry.matters) }
                p { "What to do: " (entry.instead) }
            }
            @if !rule.findings.is_empty() { p { "See it again:" } pre { (block_lines(rule).join("\n")) } }
        }
    }
}

fn excused(criterion: &CriterionRecord) -> Markup {
    html! {
        @if criterion.rules.iter().any(|rule| rule.excused > 0) {
            p { "Seen, but not counted, because the capture itself shows what else may be the reason:" }
            ul {
                @for rule in criterion.rules.iter().filter(|rule| rule.excused > 0) {
                    li {
                        strong { (rule.rule) } " " (rule.name) ", " (times(rule.excused))
                        @for excuse in &rule.excuses {
                            "; in frame " (excuse.frame) " of " code { (escape_str(&excuse.path)) } ": " (escape_str(&excuse.caveat))
                        }
                    }
                }
            }
        }
    }
}

fn idle(criterion: &CriterionRecord) -> Markup {
    let (shown, share) = criterion.idle();
    html! {
        @if !shown.is_empty() {
            p {
                "Your captures gave these nothing to check, so their points"
                @if share > 0.0 { " (" (points_in_words(share)) ")" }
                " could not be given:"
            }
            ul {
                @for rule in shown {
                    li {
                        strong { (rule.rule) } " " (rule.name) ": " (rules::by_code(rule.rule).map_or("", |entry| entry.checks))
                    }
                }
            }
        }
    }
}
