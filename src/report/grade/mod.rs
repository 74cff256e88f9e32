//! What a class is worth: one document, and a file for each format it is written in.

pub mod feedback;
pub mod moodle;
pub mod overview;
pub mod page;

mod classroom;
mod csv;
mod gradescope;
mod junit;
mod markdown;
mod matrix;
mod table;
mod view;

use super::html::Shell;
use super::{Format, Setup, Show, json};
use std::io::{self, Write};

pub use matrix::{MatrixRecord, MatrixRow, PairingRecord, SideRecord};
pub use view::{
    CriterionRecord, ExcuseRecord, FileRecord, GradeDocument, GradeSummary, PassedOverRecord, PlaceRecord,
    RubricRecord, RuleCount, RuleScoreRecord, SideCounts, SubmissionRecord,
};

/// The formats of `grade`; the first is the default.
pub const GRADE: &[Format<Show<GradeDocument>>] = &[
    Format { name: "table", about: "a line a submission, then what most got wrong", make: table::show },
    Format { name: "json", about: "one object", make: whole },
    Format { name: "csv", about: "a gradebook, for spreadsheets", make: csv::show },
    Format { name: "html", about: "a page: distribution, what most broke, sortable", make: overview::show },
    Format { name: "markdown", about: "for a step summary or a merge request", make: markdown::show },
    Format { name: "junit", about: "XML: a test case a criterion", make: junit::show },
    Format { name: "gradescope", about: "results.json, for one submission", make: gradescope::show },
    Format { name: "classroom", about: "a GitHub Classroom result, for one submission", make: classroom::show },
    Format { name: "moodle", about: "with --worksheet or --moodle-key", make: moodle::show },
];

fn whole(document: &GradeDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    json::document(document, setup, out)
}

/// A page about grades; the title is escaped for people already.
fn sheet(title: &str, script: &str, body: maud::Markup) -> String {
    let mut page = Vec::new();
    let shell = Shell { title, style: include_str!("grade.css"), script };
    // Memory takes everything that is written.
    let _ = shell.write(&mut page, |out| out.write_all(body.into_string().as_bytes()));
    String::from_utf8_lossy(&page).into_owned()
}

/// A number of points as it is written: no more digits than it has.
#[must_use]
pub fn points(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The only submission, for formats that are about one.
fn only(document: &GradeDocument) -> io::Result<&SubmissionRecord> {
    match document.submissions.as_slice() {
        [one] => Ok(one),
        many => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("this format is for one submission, and there are {} (name one of them)", many.len()),
        )),
    }
}
