//! A run remembered and held against later ones; two runs compared; the step of a build that does it all.
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
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command.current_dir(folder).args(arguments).output().expect("it runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn only_what_is_new_since_the_baseline_fails() {
    let (two, three) = (Faults { reserved: 0, reused: 2 }, Faults { reserved: 0, reused: 3 });
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
        ("a.pcap", imp(12, Faults { reserved: 2, reused: 0 })),
        ("b.pcap", imp(12, Faults { reserved: 0, reused: 3 }).slowed(10)),
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

#[test]
fn a_step_of_a_build_writes_every_report_and_folds_its_log() {
    let folder = folder(&[("a.pcap", imp(4, Faults { reserved: 0, reused: 1 }))]);
    let mut command = assert_cmd::Command::cargo_bin("wiregrade").expect("the program");
    command.current_dir(folder.path()).env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "step.md");
    let output = command.args(["ci", "a.pcap"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let log = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        log.starts_with("::group::wiregrade check\n::error file=a.pcap") && log.ends_with("::endgroup::\n"),
        "{log}"
    );
    for name in ["check.json", "junit.xml", "check.sarif", "gl-code-quality-report.json", "summary.md"] {
        let text = fs::read_to_string(folder.path().join("wiregrade-report").join(name)).expect(name);
        assert!(text.contains("S003"), "{name}");
    }
    assert!(fs::read_to_string(folder.path().join("step.md")).expect("a summary").starts_with("## wiregrade check"));
    let plain = run(folder.path(), &["ci", "a.pcap", "--fail-on", "never", "--reports", "out"]);
    assert_eq!(plain.status.code(), Some(0));
    assert!(!String::from_utf8_lossy(&plain.stdout).contains("::"));
}

/// The recipes of the documentation: what stands between `<!-- run -->` and the end of the code block is run as it is.
#[cfg(unix)]
#[test]
fn the_recipes_for_a_shell_run() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md");
    let page = fs::read_to_string(page).expect("docs/ci.md");
    let recipes: Vec<&str> = page
        .split("<!-- run -->\n```sh\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().expect("the block ends"))
        .collect();
    assert!(recipes.len() >= 2, "the recipes are gone");
    let binary = assert_cmd::cargo::cargo_bin("wiregrade");
    let bin = binary.parent().expect("a folder");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").expect("a path"));
    for recipe in recipes {
        let folder = folder(&[]);
        fs::create_dir(folder.path().join("captures")).expect("a folder");
        fs::write(folder.path().join("captures/run.pcap"), imp(4, Faults::default()).pcap()).expect("a file");
        let output = std::process::Command::new("sh")
            .args(["-eu", "-c", recipe])
            .current_dir(folder.path())
            .env("PATH", &path)
            .output()
            .expect("a shell");
        assert!(output.status.success(), "{recipe}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// What the action asks of the program exists; its scripts are run by a shell where they need no host.
#[test]
fn the_action_calls_the_program_as_it_is() {
    let action = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).expect("action.yml");
    assert!(action.contains("using: composite") && action.contains("wiregrade ci"));
    let help = run(Path::new("."), &["ci", "--help"]);
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    for option in ["--fail-on", "--baseline", "--reports"] {
        assert!(action.contains(option) && help.contains(option), "{option}");
    }
    for line in action.lines().filter(|line| line.trim_start().starts_with("run:")) {
        // An input put into a script by the host, not by the shell, is a way to run commands.
        assert!(!line.contains("${{ inputs"), "{line}");
    }
}
