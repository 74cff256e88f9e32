//! The page as a whole: verdict, findings, sessions, rules, messages.

use super::{FINDINGS, Html, MESSAGES, SCRIPT, STYLE, digest, sessions};
use crate::bytes::escape_str;
use crate::report::check::{Check, Group, counts_in_words};
use crate::report::ladder;
use crate::report::text::plural;
use crate::report::view::FindingRecord;
use crate::rules;
use maud::{Markup, PreEscaped, html};
use std::io::{self, Write};

/// Writes the page. The messages stand in it as data, written as they were kept.
pub(super) fn write(report: &Html, out: &mut dyn Write) -> io::Result<()> {
    let style = format!("{STYLE}{}", ladder::svg::STYLE);
    let head = head(report, &style);
    out.write_all(b"<!DOCTYPE html>\n<html lang=\"en\">\n")?;
    out.write_all(head.into_string().as_bytes())?;
    out.write_all(b"\n<body>\n")?;
    out.write_all(body(report).into_string().as_bytes())?;
    out.write_all(b"\n<script type=\"application/json\" id=\"data\">[")?;
    out.write_all(&report.messages)?;
    out.write_all(b"]</script>\n<script>")?;
    out.write_all(SCRIPT.as_bytes())?;
    out.write_all(b"</script>\n</body>\n</html>\n")
}

fn head(report: &Html, style: &str) -> Markup {
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        digest::source(style),
        digest::source(SCRIPT),
    );
    let paths: Vec<String> = report.check.captures.iter().map(|capture| escape_str(&capture.path)).collect();
    html! {
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content={ "wiregrade " (env!("CARGO_PKG_VERSION")) };
            title { "wiregrade: " (paths.join(", ")) }
            style { (PreEscaped(style)) }
        }
    }
}

fn body(report: &Html) -> Markup {
    let check = &report.check;
    html! {
        a.skip href="#findings" { "To the findings" }
        header {
            h1 { "wiregrade " span.verdict.(check.summary.verdict) { (check.summary.verdict) } }
            p.sum {
                (plural(check.summary.sessions, "session")) ", "
                (plural(check.summary.messages, "message")) ", "
                (counts_in_words(check.summary.findings))
                @if check.summary.with_caveat != Default::default() {
                    "; of these " (counts_in_words(check.summary.with_caveat)) " with a caveat, which do not count"
                }
            }
            (captures(check))
            nav aria-label="Parts" {
                a href="#findings" { "Findings" } " " a href="#sessions" { "Sessions" } " "
                a href="#rules" { "Rules" } " " a href="#messages" { "Messages" }
            }
        }
        main {
            section #findings aria-labelledby="h-findings" {
                h2 #h-findings { "Findings" }
                @let groups = check.groups();
                @if groups.is_empty() { p { "None." } }
                @for group in &groups { (findings(check, group)) }
            }
            (sessions::section(report))
            (rule_table(check))
            (messages(report))
        }
    }
}

fn captures(check: &Check) -> Markup {
    html! {
        ul.captures {
            @for capture in &check.captures {
                li {
                    code { (escape_str(&capture.path)) } ": " (capture.format) ", " (plural(capture.packets, "packet"))
                    @if let Some(first) = &capture.first_time { ", from " (first.to_string()) }
                    @for note in &capture.notes { p.note { "Note: " (escape_str(&note.message)) } }
                }
            }
        }
    }
}

/// What links, script and diagrams find a finding by.
pub(super) fn key(finding: &FindingRecord) -> String {
    format!("{}-{}-{}-{}", finding.capture, finding.session, finding.rule, finding.frame)
}

/// A link to a message, that works by script; its target is the table of messages without.
pub(super) fn frame(capture: u32, number: u64) -> Markup {
    html! { a.frame href="#messages" data-capture=(capture) data-frame=(number) { (number) } }
}

fn findings(check: &Check, group: &Group<'_>) -> Markup {
    let first = group.first;
    let rule = rules::by_code(first.rule);
    html! {
        article.group {
            h3 {
                span.badge.(first.severity) { (first.severity) } " "
                (first.rule) " " (first.name) ", " (first.protocol) ": " (group.times()) " " (group.by())
                @if first.caveat.is_some() { " (with a caveat)" }
            }
            @if let Some(rule) = rule {
                p { (rule.checks) }
                details { summary { "Why, and what instead" } p { (rule.matters) } p { (rule.instead) } }
            }
            p.cite { (first.spec.document) " §" (first.spec.section) }
            ol.findings {
                @for finding in group.findings.iter().take(FINDINGS) {
                    li data-key=(key(finding)) tabindex="-1" {
                        "Frame " (frame(finding.capture, finding.frame))
                        @if check.captures.len() > 1 { " of " code { (escape_str(check.path(finding.capture))) } }
                        ", session " (finding.session) ", " (finding.actor) ": " (escape_str(&finding.message))
                        @if !finding.related_frames.is_empty() {
                            span.related {
                                " See also "
                                @for (index, related) in finding.related_frames.iter().take(12).enumerate() {
                                    @if index > 0 { ", " } (frame(finding.capture, *related))
                                }
                                @if finding.related_frames.len() > 12 { ", …" }
                            }
                        }
                        @if let Some(caveat) = &finding.caveat { p.caveat { "But: " (escape_str(caveat)) } }
                    }
                }
            }
            @if group.findings.len() > FINDINGS {
                p.left-out { (group.findings.len() - FINDINGS) " more are not listed (wiregrade check --format json has all)." }
            }
        }
    }
}

fn rule_table(check: &Check) -> Markup {
    html! {
        section #rules aria-labelledby="h-rules" {
            h2 #h-rules { "Rules" }
            details {
                summary { "What was checked, and how often (" (check.rules.len()) ")" }
                div.scroll tabindex="0" role="region" aria-label="Rules" {
                    table {
                        thead { tr { th { "Rule" } th { "Name" } th { "Protocol" } th { "Verdict" } th.n { "Checked" } th.n { "Violated" } } }
                        tbody {
                            @for rule in &check.rules {
                                tr {
                                    td { (rule.rule) }
                                    td { (rules::by_code(rule.rule).map_or("", |rule| rule.name)) }
                                    td { (rule.protocol) }
                                    td { span.badge.(rule.verdict) { (rule.verdict) } }
                                    td.n { (rule.checked) }
                                    td.n { (rule.violated) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn messages(report: &Html) -> Markup {
    html! {
        section #messages aria-labelledby="h-messages" {
            h2 #h-messages { "Messages" }
            @if report.left_out > 0 {
                p.left-out {
                    "The first " (MESSAGES) " are here; " (report.left_out) " more are left out (--from, --to and --session choose \
                    a part, wiregrade dissect lists all)."
                }
            }
            noscript { p { "The table of messages needs JavaScript, which this page runs without any network." } }
            form.filters role="search" {
                label { "Search " input #search type="search" placeholder="name, text, address, number" autocomplete="off"; }
                label {
                    "Session "
                    select #session {
                        option value="" { "all" }
                        @for session in report.check.sessions.iter().take(5000) {
                            option value={ (session.capture) "-" (session.session) } {
                                (session.session) " " (escape_str(session.user.as_deref().unwrap_or("")))
                                @if report.check.captures.len() > 1 { " (capture " (session.capture) ")" }
                            }
                        }
                    }
                }
                label { "Name " select #name { option value="" { "all" } } }
                label { input #found type="checkbox"; " with findings" }
                span #count role="status" aria-live="polite" {}
            }
            div.split {
                div.scroll tabindex="-1" {
                    table #table {
                        caption.hidden { "Messages. Up and down move, Enter shows a message." }
                        thead {
                            tr {
                                th.n scope="col" { "Frame" } th.n scope="col" { "Seconds" } th scope="col" { "From" } th scope="col" { "To" }
                                th scope="col" { "Message" } th.n scope="col" { "Number" } th.n scope="col" { "Bytes" }
                            }
                        }
                        tbody #rows {}
                    }
                    p.pages { button #before type="button" { "Earlier" } " " span #page {} " " button #after type="button" { "Later" } }
                }
                section #detail aria-label="The message chosen" aria-live="polite" tabindex="-1" {
                    p { "Choose a message to see its fields and bytes." }
                }
            }
        }
    }
}
