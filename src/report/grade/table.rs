//! `table` for `grade`: a line a submission, how the class did, what most got wrong.

use super::{GradeDocument, matrix, points};
use crate::bytes::escape_str;
use crate::report::Setup;
use crate::report::text::{columns, fit, left, plural, right};
use std::io::{self, Write};

pub(super) fn show(document: &GradeDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    if let Some(matrix) = &document.matrix {
        return matrix::table(matrix, setup, out);
    }
    let style = setup.style;
    let names = document.submissions.iter().map(|submission| columns(&escape_str(&submission.name))).max().unwrap_or(0);
    let wide = names.clamp(10, 28);
    if !setup.quiet {
        let heading = format!(
            "{}  {:<8} {:>7} {:>7} {:>6} {:>5}  {}",
            left("submission", wide),
            "protocol",
            "points",
            "of",
            "errors",
            "warn",
            "remarks"
        );
        writeln!(out, "{}", style.bold(&fit(&heading, style.width)))?;
    }
    for submission in &document.submissions {
        let earned = right(&points(submission.points), 7);
        let earned = match submission.status {
            "pass" => style.green(&earned),
            "fail" => style.red(&earned),
            _ => style.dim(&earned),
        };
        let room = style.width.saturating_sub(wide + 42);
        let remark = submission.remark();
        let remark = fit(&remark, room.max(20));
        writeln!(
            out,
            "{}  {:<8} {earned} {} {:>6} {:>5}  {}",
            left(&escape_str(&submission.name), wide),
            submission.protocol.unwrap_or("-"),
            right(&points(submission.max), 7),
            submission.findings.error,
            submission.findings.warning,
            escape_str(&remark),
        )?;
    }
    if setup.quiet {
        return Ok(());
    }
    let summary = &document.summary;
    writeln!(out)?;
    writeln!(
        out,
        "{}: {} passed, {} failed, {} with nothing to grade",
        plural(summary.submissions, "submission"),
        summary.passed,
        summary.failed,
        summary.nothing_to_grade
    )?;
    if let (Some(mean), Some(median)) = (summary.mean, summary.median) {
        writeln!(out, "points: mean {}, median {}", points(mean), points(median))?;
        let most = summary.distribution.iter().copied().max().unwrap_or(0).max(1);
        if document.submissions.len() > 2 {
            for (tenth, count) in (0_u64..).zip(summary.distribution) {
                let bar = usize::try_from((count * 40).div_ceil(most)).unwrap_or(40);
                writeln!(
                    out,
                    "{:>4}-{:<4} {:>4} {}",
                    format!("{}%", tenth * 10),
                    format!("{}%", tenth * 10 + 10),
                    count,
                    "#".repeat(bar)
                )?;
            }
        }
    }
    if !summary.by_rule.is_empty() {
        writeln!(out, "{}", style.bold("broken most often"))?;
        for rule in summary.by_rule.iter().take(10) {
            writeln!(
                out,
                "  {} {:<26} by {}, {}",
                rule.rule,
                rule.name,
                plural(rule.submissions, "submission"),
                plural(rule.violated, "time")
            )?;
        }
    }
    let verdict = format!("{} (--fail-on {})", summary.verdict, summary.fail_on);
    writeln!(out, "{}", if summary.verdict == "fail" { style.red(&verdict) } else { style.green(&verdict) })
}
