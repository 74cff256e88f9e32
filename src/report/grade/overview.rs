//! `html` for `grade`: the class on a page. How the points are spread, what most broke, where points were lost, and a table
//! of submissions that sorts by any column.

use super::{GradeDocument, GradeSummary, MatrixRecord, SubmissionRecord, points, sheet};
use crate::bytes::escape_str;
use crate::grade::round_to;
use crate::report::Setup;
use crate::report::text::plural;
use maud::{Markup, html};
use std::io::{self, Write};

const SCRIPT: &str = include_str!("sort.js");

pub(super) fn show(document: &GradeDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    // Where it is put nobody knows: it leads to no other file.
    out.write_all(page(document, false).as_bytes())
}

/// The whole page. Submissions lead to their own pages if those are beside it.
#[must_use]
pub fn page(document: &GradeDocument, beside: bool) -> String {
    let title = document.rubric.as_ref().map_or("Interoperability", |rubric| rubric.title.as_str());
    let body = match &document.matrix {
        Some(matrix) => pairings(matrix),
        None => class(document, title, beside),
    };
    sheet(&escape_str(title), SCRIPT, body)
}

fn class(document: &GradeDocument, title: &str, beside: bool) -> Markup {
    let summary = &document.summary;
    html! {
        a.skip href="#submissions" { "To the submissions" }
        header {
            h1 { (escape_str(title)) }
            p.sum {
                (plural(summary.submissions, "submission")) ": " (summary.passed) " passed, " (summary.failed) " failed, "
                (summary.nothing_to_grade) " with nothing to grade"
                @if let (Some(mean), Some(median)) = (summary.mean, summary.median) {
                    "; points: mean " (points(mean)) ", median " (points(median))
                }
            }
            nav aria-label="Parts" {
                a href="#points" { "Points" } " " a href="#broken" { "Broken most" } " " a href="#criteria" { "Criteria" } " "
                a href="#submissions" { "Submissions" }
            }
        }
        main {
            section #points aria-labelledby="h-points" {
                h2 #h-points { "Points, in percent of the maximum" }
                (bars(summary))
            }
            (broken(summary))
            (criteria(&document.submissions))
            (submissions(&document.submissions, beside))
        }
    }
}

/// A bar for each tenth, with its number.
fn bars(summary: &GradeSummary) -> Markup {
    let most = summary.distribution.iter().copied().max().unwrap_or(0).max(1);
    let words: Vec<String> = (0..10_u64)
        .zip(summary.distribution)
        .map(|(tenth, count)| format!("{} to {} %: {count}", tenth * 10, tenth * 10 + 10))
        .collect();
    html! {
        figure {
            svg.bars viewBox="0 0 520 170" role="img" aria-label=(words.join("; ")) {
                @for (tenth, count) in (0..10_u64).zip(summary.distribution) {
                    @let high = count * 120 / most;
                    rect x=(tenth * 52 + 4) y=(140 - high) width="44" height=(high) {}
                    @if count > 0 {
                        text x=(tenth * 52 + 26) y=(134 - high) text-anchor="middle" { (count) }
                    }
                    text x=(tenth * 52 + 26) y="158" text-anchor="middle" { (tenth * 10) "\u{2013}" (tenth * 10 + 10) }
                }
                line x1="0" y1="140.5" x2="520" y2="140.5" {}
            }
        }
    }
}

/// A heading that sorts its column.
fn column(name: &str, number: bool) -> Markup {
    html! { th.n[number] scope="col" { button type="button" { (escape_str(name)) } } }
}

fn broken(summary: &GradeSummary) -> Markup {
    html! {
        section #broken aria-labelledby="h-broken" {
            h2 #h-broken { "Rules that most groups broke" }
            @if summary.by_rule.is_empty() { p { "None was broken." } }
            @else {
                table.sortable {
                    thead { tr {
                        (column("Rule", false)) (column("Name", false)) (column("Submissions", true)) (column("Times", true))
                    } }
                    tbody {
                        @for rule in &summary.by_rule {
                            tr { td { (rule.rule) } td { (rule.name) } td.n { (rule.submissions) } td.n { (rule.violated) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the class earned of what each criterion gives, over submissions that could be graded.
fn criteria(submissions: &[SubmissionRecord]) -> Markup {
    let mut rows: Vec<(&str, &str, f64, f64)> = Vec::new();
    for criterion in submissions
        .iter()
        .filter(|submission| submission.protocol.is_some())
        .flat_map(|submission| &submission.criteria)
    {
        match rows.iter_mut().find(|(id, ..)| *id == criterion.id) {
            Some((_, _, earned, most)) => {
                *earned += criterion.points;
                *most += criterion.max;
            }
            None => rows.push((&criterion.id, &criterion.title, criterion.points, criterion.max)),
        }
    }
    html! {
        section #criteria aria-labelledby="h-criteria" {
            h2 #h-criteria { "What was earned of each criterion" }
            table.sortable {
                thead { tr { (column("Criterion", false)) (column("Percent", true)) } }
                tbody {
                    @for (_, title, earned, most) in &rows {
                        @let share = if *most > 0.0 { round_to(earned / most * 100.0, 0.1) } else { 0.0 };
                        tr { td { (escape_str(title)) } td.n { (points(share)) } }
                    }
                }
            }
        }
    }
}

fn submissions(submissions: &[SubmissionRecord], beside: bool) -> Markup {
    let mut ids: Vec<&str> = Vec::new();
    for criterion in submissions.iter().flat_map(|submission| &submission.criteria) {
        if !ids.contains(&criterion.id.as_str()) {
            ids.push(&criterion.id);
        }
    }
    let fixed = [("Protocol", false), ("Status", false), ("Points", true), ("Of", true), ("Percent", true)];
    html! {
        section #submissions aria-labelledby="h-submissions" {
            h2 #h-submissions { "Submissions" }
            div.scroll tabindex="0" role="region" aria-label="Submissions" {
                table.sortable.class {
                    thead { tr {
                        (column("Submission", false))
                        @for (name, number) in fixed { (column(name, number)) }
                        @for id in &ids { (column(id, true)) }
                        (column("Client errors", true)) (column("Server errors", true)) (column("Remarks", false))
                    } }
                    tbody { @for submission in submissions { (row(submission, &ids, beside)) } }
                }
            }
        }
    }
}

fn row(submission: &SubmissionRecord, ids: &[&str], beside: bool) -> Markup {
    let name = escape_str(&submission.name);
    // Only a name that was made for a page of its own is an address; what a student called a folder never is.
    let page = submission.feedback.as_deref().filter(|file| beside && file.ends_with(".html"));
    html! {
        tr {
            th scope="row" {
                @match page { Some(file) => a href={ "./" (file) } { (name) }, None => (name) }
            }
            td { (submission.protocol.unwrap_or("")) }
            td { span.badge.(submission.status) { (submission.status) } }
            td.n { (points(submission.points)) }
            td.n { (points(submission.max)) }
            td.n { (points(submission.percent())) }
            @for id in ids {
                td.n {
                    @if let Some(criterion) = submission.criteria.iter().find(|criterion| criterion.id == *id) {
                        (points(criterion.points))
                    }
                }
            }
            @for side in &submission.sides { td.n { (side.findings.error) } }
            td { (escape_str(&submission.remark())) }
        }
    }
}

fn pairings(matrix: &MatrixRecord) -> Markup {
    html! {
        main {
            h1 { "Interoperability" }
            p.sum { "Rows are clients, columns are servers." }
            div.scroll tabindex="0" role="region" aria-label="Who works with whom" {
                table.matrix {
                    thead { tr { th scope="col" { "Client" } @for name in &matrix.servers { th scope="col" { (escape_str(name)) } } } }
                    tbody {
                        @for client in &matrix.clients {
                            tr {
                                th scope="row" { (escape_str(client)) }
                                @for server in &matrix.servers {
                                    @match matrix.pairing(client, server) {
                                        None => td { "\u{2013}" },
                                        Some(pairing) => td {
                                            span.badge.(pairing.verdict) { (super::matrix::word(Some(pairing))) }
                                            @if let Some(reason) = &pairing.reason { p.related { (escape_str(reason)) } }
                                        },
                                    }
                                }
                            }
                        }
                    }
                }
            }
            h2 { "Each over all pairings" }
            table.sortable {
                thead { tr {
                    (column("Side", false)) (column("Who", false)) (column("Pairings", true)) (column("Passed", true))
                    (column("Failed", true))
                } }
                tbody {
                    @for total in &matrix.totals {
                        tr {
                            td { (total.role) } td { (escape_str(&total.name)) } td.n { (total.pairings) } td.n { (total.passed) }
                            td.n { (total.failed) }
                        }
                    }
                }
            }
        }
    }
}
