//! The line that says how far a run is: on a terminal, and only there. `script` gives the program one.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, reason = "a test says what it did not check")]

use super::support::{Folder, conversation};
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a terminal is shown of a shell command in a folder; `None` where there is no `script`.
fn shown(folder: &Folder, command: &str) -> Option<String> {
    let command = command.replace("wiregrade", env!("CARGO_BIN_EXE_wiregrade"));
    let mut script = Command::new("script");
    script.args(["-qec", &command, "/dev/null"]).current_dir(folder.path()).env("TERM", "xterm").stdin(Stdio::null());
    let Ok(output) = script.output() else {
        println!("skipped: there is no script(1)");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A capture that comes in pieces with time between them.
fn slow() -> Folder {
    let folder = Folder::with(&[("chat.pcap", conversation().bytes())]);
    folder.put(
        "slowly",
        b"head -c 600 chat.pcap; sleep 0.8; tail -c +601 chat.pcap | head -c 200; sleep 0.2; tail -c +801 chat.pcap",
    );
    folder
}

#[test]
fn whoever_waits_sees_how_far_it_is_and_nothing_is_left_of_it() {
    let folder = slow();
    let Some(shown) = shown(&folder, "sh slowly | wiregrade check -o out -") else { return };
    assert!(shown.contains("B/s, ") && shown.contains(" so far"), "{shown:?}");
    assert!(shown.ends_with("\r\x1b[K"), "{shown:?}");
}

#[test]
fn warnings_have_lines_of_their_own() {
    let folder = slow();
    let Some(shown) = shown(&folder, "sh slowly | head -c 1000 | wiregrade check -o out -") else { return };
    assert!(shown.contains("\r\x1b[Kwiregrade: -: "), "{shown:?}");
}

#[test]
fn it_is_not_in_the_way_of_output_nor_there_for_those_who_want_quiet() {
    let folder = slow();
    for command in
        ["sh slowly | wiregrade dissect -", "sh slowly | wiregrade check -q -o out -", "wiregrade check chat.pcap"]
    {
        let Some(shown) = shown(&folder, command) else { return };
        assert!(!shown.contains("B/s"), "{command}: {shown:?}");
    }
}

#[test]
fn what_is_no_terminal_is_told_nothing() {
    let folder = slow();
    let mut run = folder
        .command(&["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = run.stdin.take().unwrap();
    let capture = conversation();
    input.write_all(&capture.bytes()[..600]).unwrap();
    std::thread::sleep(Duration::from_millis(700));
    input.write_all(&capture.bytes()[600..]).unwrap();
    drop(input);
    let output = run.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
