//! `gradescope` for `grade`: the `results.json` of an autograder, for one submission.

use super::{GradeDocument, feedback, only};
use crate::report::{Setup, json};
use serde::Serialize;
use std::io::{self, Write};

pub(super) fn show(document: &GradeDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let submission = only(document)?;
    let tests = submission
        .criteria
        .iter()
        .zip(1..)
        .map(|(criterion, number)| Test {
            // What is a bonus comes on top: it adds nothing to the maximum.
            max_score: if criterion.bonus { 0.0 } else { criterion.max },
            score: criterion.points,
            status: if criterion.points >= criterion.max { "passed" } else { "failed" },
            name: &criterion.title,
            name_format: "text",
            number: format!("{number}"),
            output: feedback::criterion(criterion),
            output_format: "md",
            visibility: "visible",
        })
        .collect();
    let results = Results {
        score: submission.points,
        output: feedback::heading(submission, document.rubric.as_ref()),
        output_format: "md",
        visibility: "visible",
        stdout_visibility: "hidden",
        tests,
    };
    json::document(&results, setup, out)
}

#[derive(Serialize)]
struct Results<'a> {
    score: f64,
    output: String,
    output_format: &'static str,
    visibility: &'static str,
    stdout_visibility: &'static str,
    tests: Vec<Test<'a>>,
}

#[derive(Serialize)]
struct Test<'a> {
    score: f64,
    max_score: f64,
    status: &'static str,
    name: &'a str,
    name_format: &'static str,
    number: String,
    output: String,
    output_format: &'static str,
    visibility: &'static str,
}
