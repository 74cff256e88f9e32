//! A run remembered and held against later ones; two runs compared.
#![allow(clippy::disallowed_methods, reason = "tests write the files they read")]

#[path = "grade_class/traffic.rs"]
mod traffic;

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;
use traffic::{Faults, Tape, imp};

fn folder(tapes: &[(&str, Tape)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, tape) in tapes {
        fs::write(folder.path().join(name), tape.pcap()).expect("a file");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("wiregrade").expect("the program");
    command.current_dir(folder).args(arguments).output().expect("it runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn only_what_is_new_since_the_baseline_fails() {
    let (two, three) = (Faults { reused: 2, ..Faults::default() }, Faults { reused: 3, ..Faults::default() });
    let folder = folder(&[("two.pcap", imp(6, two)), ("three.pcap", imp(8, three))]);
    let path = folder.path();
    assert_eq!(run(path, &["check", "two.pcap", "--write-baseline", "base.json"]).status.code(), Some(1));
    let again = run(path, &["check", "two.pcap", "--baseline", "base.json", "-f", "json"]);
    assert_eq!(again.status.code(), Some(0));
    let document = json(&again);
    assert_eq!(document["findings"], serde_json::json!([]));
    assert_eq!(document["summary"]["baseline"], serde_json::json!({"known": 2, "gone": 0}));
    let more = run(path, &["check", "three.pcap", "--baseline", "base.json", "-f", "json"]);
    assert_eq!(more.status.code(), Some(1));
    let document = json(&more);
    assert_eq!(document["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(document["findings"][0]["rule"], "S003");
    assert_eq!(document["summary"]["baseline"]["known"], 2);
}

#[test]
fn slower_answers_are_a_finding_with_both_figures_and_faster_ones_are_not() {
    let folder = folder(&[
        ("fast.pcap", imp(12, Faults::default())),
        ("slow.pcap", imp(12, Faults::default()).slowed(10)),
        ("a-little.pcap", imp(12, Faults::default()).slowed(2)),
    ]);
    let path = folder.path();
    run(path, &["check", "fast.pcap", "--write-baseline", "fast.json"]);
    run(path, &["check", "slow.pcap", "--write-baseline", "slow.json"]);
    let slower = run(path, &["check", "slow.pcap", "--baseline", "fast.json", "-f", "json"]);
    assert_eq!(slower.status.code(), Some(1));
    let document = json(&slower);
    let finding = &document["findings"][0];
    assert_eq!((&finding["rule"], &finding["actor"]), (&"B001".into(), &"server".into()));
    let message = finding["message"].as_str().expect("a text");
    assert!(message.contains("DataMessage is 100 ms") && message.contains("it was 10 ms"), "{message}");
    assert_eq!(document["summary"]["verdict"], "fail");
    for (capture, base) in [("fast.pcap", "slow.json"), ("a-little.pcap", "fast.json"), ("slow.pcap", "slow.json")] {
        let output = run(path, &["check", capture, "--baseline", base]);
        assert_eq!(output.status.code(), Some(0), "{capture}: {}", String::from_utf8_lossy(&output.stdout));
    }
    let noisier = run(path, &["check", "slow.pcap", "--baseline", "fast.json", "--noise", "2000%"]);
    assert_eq!(noisier.status.code(), Some(0), "the bound is the user's");
}

#[test]
fn a_rule_of_baselines_is_explained_as_one() {
    let folder = folder(&[]);
    for asked in ["B001", "retransmission-regression"] {
        let output = run(folder.path(), &["explain", asked]);
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("check --baseline adds it where"), "{said}");
    }
}

#[test]
fn a_file_that_is_no_baseline_is_refused_before_any_work() {
    let folder = folder(&[("a.pcap", imp(3, Faults::default()))]);
    fs::write(folder.path().join("x.json"), "{}").expect("a file");
    for base in ["x.json", "a.pcap", "no.json"] {
        let output = run(folder.path(), &["check", "a.pcap", "--baseline", base]);
        assert_eq!(output.status.code(), Some(2), "{base}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn two_captures_or_two_results_are_compared_alike() {
    let folder = folder(&[
        ("a.pcap", imp(12, Faults { reserved: 2, ..Faults::default() })),
        ("b.pcap", imp(12, Faults { reused: 3, ..Faults::default() }).slowed(10)),
    ]);
    let path = folder.path();
    for name in ["a", "b"] {
        let capture = format!("{name}.pcap");
        let result = format!("{name}.json");
        run(path, &["check", &capture, "--exchanges", "-f", "json", "-o", &result]);
    }
    let of_captures = run(path, &["diff", "a.pcap", "b.pcap", "-f", "json"]);
    assert_eq!(of_captures.status.code(), Some(1));
    let of_captures = json(&of_captures);
    let of_results = json(&run(path, &["diff", "a.json", "b.json", "-f", "json"]));
    for key in ["appeared", "disappeared", "latencies"] {
        assert_eq!(of_captures[key], of_results[key], "{key}");
    }
    let rules = |key: &str| {
        let rows = of_captures[key].as_array().expect("an array");
        rows.iter().map(|row| format!("{} {}", row["rule"], row["count"])).collect::<Vec<_>>()
    };
    assert_eq!(rules("disappeared"), ["\"F005\" 2"]);
    assert!(rules("appeared").iter().all(|row| row.starts_with("\"S003\"")), "{:?}", rules("appeared"));
    let data = of_captures["latencies"].as_array().expect("an array");
    let data = data.iter().find(|row| row["request"] == "DataMessage").expect("DataMessage");
    assert_eq!((&data["verdict"], &data["b"]["median_ms"]), (&"slower".into(), &100.0.into()));
    let same = run(path, &["diff", "a.pcap", "a.json"]);
    assert_eq!(same.status.code(), Some(0), "{}", String::from_utf8_lossy(&same.stdout));
    let schema = json(&run(path, &["schema", "diff"]));
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    assert!(validator.is_valid(&of_captures));
}
