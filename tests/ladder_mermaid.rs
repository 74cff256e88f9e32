//! `ladder -f mermaid`: Mermaid's own parser takes every diagram, and finds in it the messages that were meant, whatever
//! strangers wrote into them. `.ci/run` installs the parser below the target folder; without it, or without Node, the test
//! says that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tests write what a program reads, and say what they skip"
)]

#[allow(dead_code, reason = "shared with the other commands, of which this file runs one")]
#[path = "cli_commands/support.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Folder, hostile};

/// Texts that would be syntax if they were not escaped.
const ATTACKS: &[&[u8]] = &[
    b"<script>alert(1)</script>",
    b"a; end\nA->>B: x",
    b"%%{init: {}}%% #35; #",
    b"end",
    b"style x:#1; classDef",
    b"wrap:: Note over l0x0: x",
    "\u{202e}été · ↩ ├ 🙂".as_bytes(),
];

fn modules() -> Option<PathBuf> {
    let below_target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("npm/node_modules");
    let given = std::env::var_os("WIREGRADE_NODE_MODULES").map(PathBuf::from);
    given.into_iter().chain([below_target]).find(|modules| modules.join("mermaid").is_dir())
}

#[test]
fn the_parser_of_mermaid_takes_every_diagram() {
    let Some(modules) = modules() else {
        eprintln!("skipped: Mermaid is not installed (npm install --prefix target/npm mermaid)");
        return;
    };
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: Node is not installed");
        return;
    }
    let folder = Folder::with(&[]);
    let mut captures = Vec::new();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/samples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "pcapng") {
            captures.push(path);
        }
    }
    for (index, attack) in ATTACKS.iter().enumerate() {
        let path = folder.path().join(format!("attack-{index}.pcap"));
        fs::write(&path, hostile(attack, attack).bytes()).unwrap();
        captures.push(path);
    }
    captures.sort();
    assert!(captures.len() > ATTACKS.len() + 5);
    let mut arguments = Vec::new();
    for capture in &captures {
        let name = format!("{}.mmd", capture.file_stem().unwrap().to_string_lossy());
        let capture = capture.to_str().unwrap();
        let document: serde_json::Value =
            serde_json::from_str(&folder.stdout(&["ladder", "-f", "json", capture], 0)).unwrap();
        let ladders = document["ladders"].as_array().unwrap();
        let rows = ladders.iter().flat_map(|ladder| ladder["rows"].as_array().unwrap());
        let messages = rows.filter(|row| row["row"] == "message").count();
        assert!(messages > 0, "{capture}");
        fs::write(folder.path().join(&name), folder.stdout(&["ladder", "-f", "mermaid", capture], 0)).unwrap();
        arguments.push(format!("{name}={messages}"));
    }
    let mut command = Command::new("node");
    command.current_dir(folder.path()).arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/mermaid.mjs"));
    let output = command.arg(&modules).args(&arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches("ok  ").count(), captures.len() + 1, "{said}");
}
