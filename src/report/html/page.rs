//! The page as a whole: verdict, findings, sessions, rules, messages.

use super::shell::Shell;
use super::{FINDINGS, Html, SCRIPT, STYLE, sessions};
use crate::bytes::escape_str;
use crate::report::check::{Check, Group, counts_in_words};
use crate::report::ladder;
use crate::report::text::plural;
use crate::report::view::FindingRecord;
use crate::rules;
use maud::{Markup, html};
use std::io::{self, Write};

/// Writes the page. The messages stand in it as data, written as they were kept.
pub(super) fn write(report: &Html, out: &mut dyn Write) -> io::Result<()> {
    let paths: Vec<String> = report.check.captures.iter().map(|capture| escape_str(&capture.path)).collect();
    let title = format!("wiregrade: {}", paths.join(", "));
    let style = format!("{}{STYLE}", ladder::svg::STYLE);
    Shell { title: &title, style: &style, script: SCRIPT }.write(out, |out| {
        out.write_all(body(report).into_string().as_bytes())?;
        out.write_all(b"\n<script type=\"application/json\" id=\"data\">[")?;
        out.write_all(&report.messages)?;
        out.write_all(b"]</script>")
    })
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
                @if check.summary.fail_on != "error" { " (--fail-on " (check.summary.fail_on) ")" }
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
                @for group in &groups { (findings(report, group)) }
            }
            (sessions::section(report))
            (rule_table(check))
            (messages(report))
        }
    }
}

fn captures(check: &Check) -> Markup {
    html! {
        ol.captures {
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

fn findings(report: &Html, group: &Group<'_>) -> Markup {
    let check = &report.check;
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
                        " at " (format!("{:.3} s", finding.relative_s)) ", session " (finding.session) ", " (finding.actor) ": "
                        (escape_str(&finding.message))
                        @if !finding.related_frames.is_empty() {
                            span.related {
                                ". See also "
                                @for (index, related) in finding.related_frames.iter().take(12).enumerate() {
                                    @if index > 0 { ", " } (frame(finding.capture, *related))
                                }
                                @if finding.related_frames.len() > 12 { ", …" }
                            }
                        }
                        @if let Some(number) = report.mark(finding) {
                            ". " a href="#sessions" data-capture=(finding.capture) data-arrow=(finding.frame)
                                data-session=(finding.session) { "Mark " (number) " in its ladder" }
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
                div.scroll tabindex="0" role="region" aria-label="Verdict of each rule" {
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
    let several = report.check.captures.len() > 1;
    html! {
        section #messages aria-labelledby="h-messages" {
            h2 #h-messages { "Messages" }
            @if report.left_out > 0 {
                p.left-out {
                    "The first " (report.kept) " are here; " (report.left_out) " more are left out (--from, --to and --session choose \
                    a part, wiregrade dissect lists all)."
                }
            }
            p.paper { "On paper the table of messages is left out: " (plural(report.kept as u64, "message")) ". The page has it on a screen." }
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
                                @if several { " (capture " (session.capture) ")" }
                            }
                        }
                    }
                }
                label { "Name " select #name { option value="" { "all" } } }
                label { input #found type="checkbox"; " with findings" }
                span #count role="status" aria-live="polite" {}
            }
            div.split {
                div #list.scroll tabindex="-1" {
                    table #table role="grid" aria-label="Messages" data-several[several] {
                        caption.hidden { "Up and down move through the messages, Enter leads to the bytes of one." }
                        thead {
                            tr {
                                @if several { th.n scope="col" { "Capture" } }
                                th.n scope="col" { "Frame" } th.n scope="col" { "Seconds" } th.end scope="col" { "From" } th.end scope="col" { "To" }
                                th scope="col" { "Message" } th.n scope="col" { "Number" } th.n scope="col" { "Bytes" }
                            }
                        }
                        tbody #rows {}
                    }
                    div.pages { button #before type="button" { "Earlier" } " " span #page {} " " button #after type="button" { "Later" } }
                }
                section #detail tabindex="-1" aria-label="The message chosen" {
                    p { "Choose a message to see its fields and bytes." }
                }
            }
        }
    }
}
