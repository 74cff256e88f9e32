//! `classroom` for `grade`: what a GitHub Classroom grading step puts out, for one submission: a line `result=…` for
//! `$GITHUB_OUTPUT`.

use super::{GradeDocument, feedback, only};
use crate::bytes::escape_str;
use crate::report::Setup;
use crate::report::json::encode;
use serde::Serialize;
use std::io::{self, Write};

pub(super) fn show(document: &GradeDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let submission = only(document)?;
    let tests = submission
        .criteria
        .iter()
        .map(|criterion| {
            let place = criterion.rules.iter().flat_map(|rule| &rule.findings).next();
            Test {
                name: &criterion.title,
                status: if criterion.points >= criterion.max { "pass" } else { "fail" },
                score: criterion.points,
                message: feedback::plain(criterion),
                test_code: format!("wiregrade grade ({})", criterion.id),
                filename: place.map(|place| escape_str(&place.path)).unwrap_or_default(),
                line_no: place.map_or(0, |place| place.frame),
                duration: 0,
            }
        })
        .collect();
    let status = match submission.status {
        "pass" => "pass",
        "fail" => "fail",
        _ => "error",
    };
    let result = encode(&Result { version: 1, status, max_score: submission.max, tests })?;
    writeln!(out, "result={}", base64(&result))
}

#[derive(Serialize)]
struct Result<'a> {
    version: u32,
    status: &'static str,
    max_score: f64,
    tests: Vec<Test<'a>>,
}

#[derive(Serialize)]
struct Test<'a> {
    name: &'a str,
    status: &'static str,
    score: f64,
    message: String,
    test_code: String,
    filename: String,
    line_no: u64,
    duration: u64,
}

/// RFC 4648 §4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let whole =
            chunk.iter().fold(0_usize, |whole, byte| whole << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let six = whole >> (18 - 6 * place) & 63;
            out.push(if place <= chunk.len() {
                LETTERS.get(six).map_or('=', |letter| char::from(*letter))
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648 §10.
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
