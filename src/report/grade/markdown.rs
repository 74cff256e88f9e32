//! `markdown` for `grade`: a class at a glance.

use super::{GradeDocument, feedback, matrix, points};
use crate::report::Setup;
use crate::report::markdown::{cell, code};
use std::io::{self, Write};

pub(super) fn show(document: &GradeDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    if let Some(record) = &document.matrix {
        writeln!(out, "## wiregrade: interoperability\n")?;
        return matrix::markdown(record, out);
    }
    let title = document.rubric.as_ref().map(|rubric| code(&rubric.title)).unwrap_or_default();
    writeln!(out, "## wiregrade grade: {title}\n")?;
    writeln!(out, "| submission | protocol | points | of | errors | warnings | remarks |")?;
    writeln!(out, "|---|---|---:|---:|---:|---:|---|")?;
    for submission in &document.submissions {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            cell(&submission.name),
            submission.protocol.unwrap_or("-"),
            points(submission.points),
            points(submission.max),
            submission.findings.error,
            submission.findings.warning,
            submission.remark(),
        )?;
    }
    if let [one] = document.submissions.as_slice() {
        writeln!(out, "\n| criterion | points | of | why |\n|---|---:|---:|---|")?;
        for criterion in &one.criteria {
            writeln!(
                out,
                "| {} | {} | {} | {} |",
                feedback::inline(&criterion.title),
                points(criterion.points),
                points(criterion.max),
                feedback::inline(&criterion.why)
            )?;
        }
    }
    let summary = &document.summary;
    writeln!(
        out,
        "\n{} passed, {} failed, {} with nothing to grade.",
        summary.passed, summary.failed, summary.nothing_to_grade
    )?;
    if !summary.by_rule.is_empty() && document.submissions.len() > 1 {
        writeln!(out, "\n| rule | submissions | times |\n|---|---:|---:|")?;
        for rule in summary.by_rule.iter().take(10) {
            writeln!(out, "| {} {} | {} | {} |", rule.rule, rule.name, rule.submissions, rule.violated)?;
        }
    }
    Ok(())
}
