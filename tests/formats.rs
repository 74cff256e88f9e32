//! What other programs read, held against what they document: JUnit as Jenkins takes it, GitLab's code quality, SARIF as
//! code scanning wants it, results of Gradescope and GitHub Classroom. Over good and bad captures, and over hostile names.
#![allow(clippy::disallowed_methods, reason = "tests write the files they read")]

#[path = "grade_class/traffic.rs"]
mod traffic;
mod xml;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use traffic::{Faults, Tape, c2w_g22, imp, shen};
use xml::xml;

const NAMES: [&str; 4] = ["plain.pcap", "a&b<c>\"d\".pcap", "=cmd|'x'!A0.pcap", "\u{202e}pac.pcap"];

fn class() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let faulty = Faults { reserved: 2, reused: 1, unknown: 1, ..Faults::default() };
    let tapes: [Tape; 4] = [imp(5, faulty), shen(5, faulty), c2w_g22(5, faulty), imp(4, Faults::default())];
    for (name, tape) in NAMES.into_iter().zip(tapes) {
        let submission = folder.path().join("class").join(name.trim_end_matches(".pcap"));
        fs::create_dir_all(&submission).expect("a folder");
        fs::write(submission.join(name), tape.pcap()).expect("a file");
    }
    folder
}

fn run(folder: &tempfile::TempDir, arguments: &[&str]) -> String {
    let mut command = assert_cmd::Command::cargo_bin("wiregrade").expect("the program");
    let output = command.current_dir(folder.path()).args(arguments).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The rules of the stricter of the schemas that are about: that of Ant and Jenkins.
fn assert_junit(text: &str) {
    let root = xml(text);
    assert_eq!(root.name, "testsuites");
    for suite in &root.children {
        assert_eq!(suite.name, "testsuite");
        let number = |key: &str| suite.attributes[key].parse::<usize>().expect(key);
        assert!(!suite.attributes["name"].is_empty());
        let count = |kind: &str| {
            suite.children.iter().filter(|case| case.children.iter().any(|child| child.name == kind)).count()
        };
        assert_eq!(number("tests"), suite.children.len());
        assert_eq!(number("failures"), count("failure"));
        assert_eq!(number("errors"), count("error"));
        if suite.attributes.contains_key("skipped") {
            assert_eq!(number("skipped"), count("skipped"));
        }
        for case in &suite.children {
            assert_eq!(case.name, "testcase");
            for key in ["name", "classname"] {
                assert!(!case.attributes[key].is_empty(), "{case:?}");
            }
            if let Some(time) = case.attributes.get("time") {
                assert!(time.parse::<f64>().is_ok(), "{time}");
            }
            for child in &case.children {
                let known = ["failure", "error", "skipped", "system-out", "system-err"];
                assert!(known.contains(&child.name.as_str()), "{}", child.name);
                if child.name == "failure" {
                    assert!(!child.attributes["message"].is_empty() && !child.attributes["type"].is_empty());
                }
            }
            assert!(case.children.len() <= 1, "a case has one outcome");
        }
    }
}

#[test]
fn junit_is_what_jenkins_takes() {
    let class = class();
    assert_junit(&run(&class, &["check", "class", "-f", "junit"]));
    assert_junit(&run(&class, &["check", "class/plain", "-f", "junit", "--fail-on", "never"]));
    assert_junit(&run(&class, &["grade", "class", "-f", "junit"]));
}

#[test]
fn code_quality_is_what_gitlab_documents() {
    let class = class();
    let text = run(&class, &["check", "class", "-f", "gitlab"]);
    assert!(text.starts_with('['), "no byte order mark, an array");
    let issues: Value = serde_json::from_str(&text).expect("JSON");
    let issues = issues.as_array().expect("an array");
    assert!(issues.len() > 5);
    let mut fingerprints = BTreeSet::new();
    for issue in issues {
        assert!(!issue["description"].as_str().expect("a text").is_empty());
        assert!(!issue["check_name"].as_str().expect("a text").is_empty());
        let severity = issue["severity"].as_str().expect("a text");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity), "{severity}");
        assert!(!issue["location"]["path"].as_str().expect("a text").is_empty());
        let line =
            issue["location"]["lines"]["begin"].as_u64().or(issue["location"]["positions"]["begin"]["line"].as_u64());
        assert!(line.is_some_and(|line| line >= 1));
        assert!(fingerprints.insert(issue["fingerprint"].as_str().expect("a text")), "equal fingerprints collapse");
    }
}

#[test]
fn sarif_is_what_code_scanning_wants() {
    let class = class();
    let log: Value = serde_json::from_str(&run(&class, &["check", "class", "-f", "sarif"])).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().expect("a text").contains("sarif-schema-2.1.0"));
    for run in log["runs"].as_array().expect("an array") {
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string() && driver["rules"].is_array());
        let rules: BTreeSet<&str> = driver["rules"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|rule| {
                for key in ["shortDescription", "fullDescription", "help"] {
                    assert!(!rule[key]["text"].as_str().expect(key).is_empty());
                }
                rule["id"].as_str().expect("an id")
            })
            .collect();
        let results = run["results"].as_array().expect("an array");
        assert!(!results.is_empty() && results.len() <= 25_000);
        for result in results {
            assert!(rules.contains(result["ruleId"].as_str().expect("a rule")));
            let level = result["level"].as_str().unwrap_or("warning");
            assert!(["none", "note", "warning", "error"].contains(&level));
            if result["kind"].as_str().is_some_and(|kind| kind != "fail") {
                assert_eq!(level, "none");
            }
            assert!(!result["message"]["text"].as_str().expect("a text").is_empty());
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%!$&'()*+,;=:@".contains(c);
            assert!(uri.chars().all(plain), "{uri}");
            assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line >= 1));
        }
    }
}

#[test]
fn gradescope_and_classroom_take_every_submission() {
    let class = class();
    for name in NAMES {
        let path = format!("class/{}", name.trim_end_matches(".pcap"));
        let results: Value = serde_json::from_str(&run(&class, &["grade", &path, "-f", "gradescope"])).expect("JSON");
        let known = ["score", "output", "output_format", "visibility", "stdout_visibility", "tests"];
        for key in results.as_object().expect("an object").keys() {
            assert!(known.contains(&key.as_str()), "{key}");
        }
        let tests = results["tests"].as_array().expect("an array");
        let sum: f64 = tests.iter().map(|test| test["score"].as_f64().expect("a number")).sum();
        assert!((results["score"].as_f64().expect("a number") - sum).abs() < 1e-6, "what is shown adds up");
        for test in tests {
            let known = [
                "score",
                "max_score",
                "status",
                "name",
                "name_format",
                "number",
                "output",
                "output_format",
                "visibility",
            ];
            for key in test.as_object().expect("an object").keys() {
                assert!(known.contains(&key.as_str()), "{key}");
            }
            // In Markdown a name is code.
            let outside: String = test["output"].as_str().expect("a text").split('`').step_by(2).collect();
            assert!(!outside.contains("<c>"), "{outside}");
        }
        let line = run(&class, &["grade", &path, "-f", "classroom"]);
        let coded = line.strip_prefix("result=").expect("an output").strip_suffix('\n').expect("one line");
        assert!(coded.chars().all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c)), "{coded}");
    }
}
