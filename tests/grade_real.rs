//! Real programs graded by the built-in rubric, where their captures are at hand: who is blamed for what, and feedback that
//! can be handed over as it is.
#![allow(clippy::disallowed_methods, reason = "tests read the files they write")]
#![allow(clippy::print_stderr, reason = "a test that cannot run says so")]

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const CAPTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/captures");

/// How often each rule was broken.
fn broken(submission: &Value) -> BTreeMap<&str, u64> {
    let criteria = submission["criteria"].as_array().expect("an array");
    let rules = criteria.iter().flat_map(|criterion| criterion["rules"].as_array().expect("an array"));
    let broken = rules.filter(|rule| rule["violated"].as_u64() > Some(0));
    broken.map(|rule| (rule["rule"].as_str().expect("a text"), rule["violated"].as_u64().expect("a number"))).collect()
}

#[test]
fn real_programs_get_the_feedback_that_they_deserve() {
    if !Path::new(CAPTURES).is_dir() {
        eprintln!("skipped: no captures in {CAPTURES}");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = assert_cmd::Command::cargo_bin("wiregrade").expect("the program");
    command.current_dir(folder.path()).args(["grade", CAPTURES, "-f", "json", "--fail-on", "never"]);
    let output = command.args(["--feedback", "feedback"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let submission = |name: &str| {
        let all = document["submissions"].as_array().expect("an array");
        all.iter().find(|one| one["name"] == name).unwrap_or_else(|| panic!("{name}"))
    };
    let errors = |name: &str, side: usize| submission(name)["sides"][side]["findings"]["error"].as_u64();
    assert_eq!(broken(submission("chatos")), BTreeMap::new());
    // Its server dissolves a group under the public one's number, and sends before its acceptance is acknowledged.
    assert_eq!(broken(submission("imp-reference")), BTreeMap::from([("F006", 2), ("R006", 2)]));
    assert_eq!(errors("imp-reference", 0), Some(0), "the client did nothing wrong");
    let second = broken(submission("imp-second"));
    for rule in ["F004", "S003", "A001", "R004", "P008"] {
        assert!(second.contains_key(rule), "{rule}: {second:?}");
    }
    let points = |name: &str| submission(name)["points"].as_f64().expect("points");
    assert!(points("imp-reference") > 95.0 && points("imp-second") < 80.0 && points("chatos") >= 95.0);
    for name in ["chatos", "imp-reference", "imp-second"] {
        let page = fs::read_to_string(folder.path().join(format!("feedback/{name}.md"))).expect("a page");
        assert!(page.starts_with(&format!("# Feedback for `{name}`\n\n**")), "{page}");
        assert!(!page.contains("frames frame") && !page.contains("\n\n\n"), "{page}");
        for (rule, count) in broken(submission(name)) {
            let part = page.split(&format!("\n### {rule} ")).nth(1).unwrap_or_else(|| panic!("{name}: {rule}"));
            let part = part.split("\n##").next().unwrap_or_default();
            assert!(part.contains("- Frame ") && part.contains("(§") && part.contains("Why it matters: "), "{part}");
            assert!(part.contains("What to do: ") && part.contains(&format!("wiregrade explain {rule}")), "{part}");
            assert!(count == 1 || part.contains(&format!("{count}")), "{part}");
        }
    }
}
