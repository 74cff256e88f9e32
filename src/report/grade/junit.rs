//! `junit` for `grade`: a suite a submission, a test case a criterion. Points lost to faults fail it, points that nothing
//! could be given for skip it.

use super::{CriterionRecord, GradeDocument, SubmissionRecord, feedback, points};
use crate::bytes::escape_str;
use crate::report::Setup;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

pub(super) fn show(document: &GradeDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    if document.matrix.is_some() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a matrix is written as table, json, csv or markdown"));
    }
    let mut report = Report::new("wiregrade grade");
    for submission in &document.submissions {
        let mut suite = TestSuite::new(escape_str(&submission.name));
        suite.add_test_cases(submission.criteria.iter().map(|criterion| case(submission, criterion)));
        report.add_test_suite(suite);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn case(submission: &SubmissionRecord, criterion: &CriterionRecord) -> TestCase {
    let words = format!("{} of {} points: {}", points(criterion.points), points(criterion.max), criterion.why);
    let faults = criterion.rules.iter().any(|rule| rule.lost > 0.0);
    let status = if criterion.points >= criterion.max || criterion.bonus {
        TestCaseStatus::success()
    } else if faults || submission.protocol.is_none() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(escape_str(&words)).set_type(escape_str(&criterion.id));
        status.set_description(feedback::plain(criterion));
        status
    } else {
        let mut status = TestCaseStatus::skipped();
        status.set_message(escape_str(&words));
        status
    };
    let mut case = TestCase::new(escape_str(&criterion.title), status);
    case.set_classname(escape_str(&submission.name));
    case
}
