//! Every JSON that is written fits the schema that is printed for it.

use super::support::{Folder, conversation, hostile, strangers};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn validator(folder: &Folder, arguments: &[&str]) -> jsonschema::Validator {
    let schema = folder.json(&[&["schema"], arguments].concat(), 0);
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn assert_fits(validator: &jsonschema::Validator, value: &Value, what: &str) {
    if let Some(error) = validator.iter_errors(value).next() {
        panic!("{what}: {error} at {}", error.instance_path());
    }
}

fn assert_output_fits(folder: &Folder, captures: &[&str]) {
    for command in ["dissect", "flows", "check", "ladder", "stats"] {
        let document = validator(folder, &[command]);
        let mut arguments = vec![command, "-q", "--format", "json"];
        if command == "check" {
            arguments.push("--exchanges");
        }
        arguments.extend(captures);
        let output = folder.run(&arguments);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}");
        let value: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_fits(&document, &value, &format!("{arguments:?}"));
        if matches!(command, "ladder" | "stats") {
            continue;
        }
        let line = validator(folder, &[command, "--lines"]);
        let arguments: Vec<&str> =
            arguments.into_iter().map(|argument| if argument == "json" { "jsonl" } else { argument }).collect();
        let output = folder.run(&arguments);
        for text in String::from_utf8(output.stdout).unwrap().lines() {
            assert_fits(&line, &serde_json::from_str(text).unwrap(), &format!("{arguments:?}: {text}"));
        }
    }
}

#[test]
fn output_fits_its_schema() {
    let folder = Folder::with(&[
        ("chat.pcap", conversation().bytes()),
        ("other.pcap", strangers().bytes()),
        ("hostile.pcap", hostile(b"a\xff\x1b[2J", b"=1+1\n::error::x").bytes()),
        ("cut.pcap", &conversation().bytes()[..900]),
    ]);
    assert_output_fits(&folder, &["chat.pcap", "other.pcap", "hostile.pcap", "cut.pcap"]);
}

#[test]
fn catalogues_fit_their_schema() {
    let folder = Folder::with(&[]);
    for command in ["explain", "protocols"] {
        let value = folder.json(&[command, "--format", "json"], 0);
        assert_fits(&validator(&folder, &[command]), &value, command);
    }
}

#[test]
fn a_schema_refuses_what_is_not_of_its_kind() {
    let folder = Folder::with(&[("chat.pcap", conversation().bytes())]);
    let dissect = validator(&folder, &["dissect"]);
    let mut value = folder.json(&["dissect", "-f", "json", "chat.pcap"], 0);
    value["messages"][0]["frame"] = "one".into();
    assert!(!dissect.is_valid(&value));
    let line = validator(&folder, &["dissect", "--lines"]);
    assert!(!line.is_valid(&serde_json::json!({"kind": "message"})));
    assert!(!line.is_valid(&serde_json::json!({"kind": "rumour"})));
}

#[test]
#[allow(clippy::print_stderr)]
fn real_captures_fit_too() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared"));
    let mut captures = Vec::new();
    find(&shared.join("captures"), &mut captures);
    if captures.is_empty() {
        eprintln!("skipped: there are no shared captures beside the checkout");
        return;
    }
    captures.sort();
    let folder = Folder::with(&[]);
    for capture in captures {
        assert_output_fits(&folder, &[capture.to_str().unwrap()]);
    }
}

fn find(folder: &Path, captures: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find(&path, captures);
        } else if path.extension().is_some_and(|extension| extension == "pcap") {
            captures.push(path);
        }
    }
}
