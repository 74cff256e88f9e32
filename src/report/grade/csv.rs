//! `csv` for `grade`: a gradebook. No cell that holds a stranger's text is a formula.

use super::{GradeDocument, matrix, points};
use crate::report::Setup;
use crate::report::csv::{line, safe};
use std::io::{self, Write};

pub(super) fn show(document: &GradeDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    if let Some(matrix) = &document.matrix {
        return matrix::csv(matrix, out);
    }
    // Protocols differ in their criteria: a column for each that occurs.
    let mut ids: Vec<&str> = Vec::new();
    for criterion in document.submissions.iter().flat_map(|submission| &submission.criteria) {
        if !ids.contains(&criterion.id.as_str()) {
            ids.push(&criterion.id);
        }
    }
    let fixed = ["submission", "protocol", "status", "points", "max", "percent", "bonus"];
    let mut heading: Vec<String> = fixed.iter().map(|name| (*name).to_owned()).collect();
    heading.extend(ids.iter().map(|id| safe(id)));
    heading.extend(["errors", "warnings", "captures", "sessions", "messages", "remarks"].map(str::to_owned));
    out.write_all(&line(&heading)?)?;
    for submission in &document.submissions {
        let mut cells = vec![
            safe(&submission.name),
            submission.protocol.unwrap_or_default().to_owned(),
            submission.status.to_owned(),
            points(submission.points),
            points(submission.max),
            points(submission.percent()),
            points(submission.bonus),
        ];
        for id in &ids {
            let criterion = submission.criteria.iter().find(|criterion| criterion.id == *id);
            cells.push(criterion.map(|criterion| points(criterion.points)).unwrap_or_default());
        }
        cells.push(submission.findings.error.to_string());
        cells.push(submission.findings.warning.to_string());
        cells.push(submission.files.len().to_string());
        cells.push(submission.files.iter().map(|file| file.sessions).sum::<u64>().to_string());
        cells.push(submission.files.iter().map(|file| file.messages).sum::<u64>().to_string());
        cells.push(safe(&submission.remark()));
        out.write_all(&line(&cells)?)?;
    }
    Ok(())
}
