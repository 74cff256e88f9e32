//! Inputs, outputs and exit statuses: what scripts rely on.

use super::support::{End, Folder, conversation, strangers};
use insta::assert_snapshot;
use std::io::{Read, Write};
use std::process::Stdio;

fn folder() -> Folder {
    Folder::with(&[("chat.pcap", conversation().bytes())])
}

#[test]
fn a_file_that_is_no_capture_is_an_error_and_the_others_are_done() {
    let folder = folder();
    folder.put("notes.txt", b"dear diary");
    assert_snapshot!(folder.outcome(&["dissect", "--to", "1", "notes.txt", "gone.pcap", "chat.pcap"]));
}

#[test]
fn where_nothing_is_found_that_is_said() {
    let folder = Folder::with(&[("other.pcap", strangers().bytes())]);
    for command in ["dissect", "check"] {
        let output = folder.run(&[command, "other.pcap"]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "wiregrade: other.pcap: no message found in 9 packets (`wiregrade flows` says why)\n"
        );
    }
}

#[test]
fn findings_count_less_than_trouble() {
    assert_eq!(folder().run(&["check", "chat.pcap", "gone.pcap"]).status.code(), Some(2));
}

#[test]
fn captures_are_numbered_and_frames_count_anew() {
    let folder = folder();
    folder.put("again.pcap", conversation().bytes());
    let document = folder.json(&["dissect", "-f", "json", "chat.pcap", "missing/../again.pcap", "again.pcap"], 2);
    assert_eq!(document["captures"].as_array().unwrap().len(), 2);
    let messages = document["messages"].as_array().unwrap();
    assert_eq!((&messages[0]["capture"], &messages[0]["frame"]), (&1.into(), &1.into()));
    assert_eq!((&messages[20]["capture"], &messages[20]["frame"]), (&2.into(), &1.into()));
}

#[test]
fn a_capture_cut_off_is_analysed_up_to_there() {
    let bytes = conversation();
    let bytes = bytes.bytes();
    let folder = Folder::with(&[("cut.pcap", &bytes[..bytes.len() - 3])]);
    let document = folder.json(&["dissect", "-f", "json", "cut.pcap"], 0);
    assert_eq!(document["messages"].as_array().unwrap().len(), 19);
    assert_eq!(document["captures"][0]["truncated"], true);
    assert_eq!(document["captures"][0]["notes"][0]["code"], "truncated");
    let output = folder.run(&["dissect", "cut.pcap"]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("wiregrade: cut.pcap: is cut off: "), "{errors}");
    assert_eq!(folder.run(&["dissect", "--strict", "cut.pcap"]).status.code(), Some(2));
    assert!(folder.run(&["dissect", "-q", "cut.pcap"]).stderr.is_empty());
}

#[test]
fn a_directory_is_walked_for_captures() {
    let folder = Folder::with(&[
        ("in/b/chat", conversation().bytes()),
        ("in/a.pcap", strangers().bytes()),
        ("in/README", b"not a capture"),
    ]);
    let document = folder.json(&["flows", "-f", "json", "in"], 0);
    let paths: Vec<&str> =
        document["captures"].as_array().unwrap().iter().map(|capture| capture["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["in/a.pcap", "in/b/chat"]);
    let empty = Folder::with(&[("in/README", b"not a capture")]);
    assert_snapshot!(empty.outcome(&["dissect", "-q", "in"]), @r"
    $ wiregrade dissect -q in
    [stderr]
    wiregrade: in: holds no capture (files are told by their content, not their name)
    [exit status: 2]
    ");
}

#[test]
fn standard_input_is_read_as_a_stream() {
    let folder = folder();
    let mut run =
        folder.command(&["dissect", "-f", "jsonl", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let capture = conversation();
    let mut input = run.stdin.take().unwrap();
    let (most, rest) = capture.bytes().split_at(capture.bytes().len() - 8);
    input.write_all(most).unwrap();
    input.flush().unwrap();
    // Messages come out while more may still come in.
    let mut output = run.stdout.take().unwrap();
    let mut first = [0; 16];
    output.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"{\"kind\":\"message");
    input.write_all(rest).unwrap();
    drop(input);
    let mut text = String::new();
    output.read_to_string(&mut text).unwrap();
    assert!(run.wait().unwrap().success());
    assert_eq!(text.matches("{\"kind\":\"message\"").count(), 19);
    assert!(text.contains("\"path\":\"-\""));
}

#[test]
fn whoever_has_seen_enough_may_close_the_pipe() {
    let mut large = conversation();
    for at in 0..4000 {
        let (from, to) = (super::support::ALICE, super::support::SERVER);
        large.udp(4000 + at, from, to, &super::support::imp(5, (1, 0), (1, 1), &[0, 7], b"bonjour"));
    }
    let folder = Folder::with(&[("large.pcap", large.bytes())]);
    let mut run =
        folder.command(&["dissect", "large.pcap"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(run.stdout.take());
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn an_output_file_is_there_once_it_is_complete() {
    let folder = folder();
    assert_eq!(folder.stdout(&["check", "-f", "json", "-o", "out.json", "chat.pcap"], 1), "");
    let written = std::fs::read_to_string(folder.path().join("out.json")).unwrap();
    assert!(written.ends_with("}\n") && written.starts_with("{\"schema_version\":\"1.0\""), "{written}");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn what_is_read_is_not_written_over() {
    let folder = folder();
    let outcome = folder.outcome(&["dissect", "-o", "./chat.pcap", "chat.pcap"]);
    assert!(outcome.contains("wiregrade: chat.pcap is read and written at once"), "{outcome}");
    assert!(outcome.ends_with("[exit status: 2]\n"));
    assert_eq!(folder.json(&["dissect", "-f", "json", "chat.pcap"], 0)["messages"].as_array().unwrap().len(), 20);
}

#[test]
fn an_output_that_cannot_be_written_is_said() {
    let outcome = folder().outcome(&["dissect", "-o", "no/such/folder", "chat.pcap"]);
    assert!(outcome.contains("wiregrade: no/such/folder: cannot be written: No such file"), "{outcome}");
    assert!(outcome.ends_with("[exit status: 2]\n"));
    if std::path::Path::new("/dev/full").exists() {
        let outcome = folder().outcome(&["dissect", "-o", "/dev/full", "chat.pcap"]);
        assert!(outcome.contains("wiregrade: /dev/full: cannot be written: No space left"), "{outcome}");
        assert!(outcome.ends_with("[exit status: 2]\n"));
    }
}

#[test]
fn bad_usage_is_said_with_what_would_be_good() {
    let folder = folder();
    for (arguments, part) in [
        (&["dissect", "-f", "sarif", "chat.pcap"][..], "[possible values: table, json, jsonl, csv]"),
        (&["dissect", "--protocol", "irc", "chat.pcap"], "--protocol: there is no protocol \"irc\"; there are c2w-g9"),
        (&["dissect", "--decode-as", "udp.port==1,irc", "chat.pcap"], "--decode-as: there is no protocol \"irc\""),
        (&["dissect", "--convention", "imp.row-order=up", "chat.pcap"], "--convention: "),
        (&["dissect", "--server", "here", "chat.pcap"], "--server \"here\" is no endpoint (write 10.0.0.2:40001"),
        (&["dissect", "--from", "noon", "chat.pcap"], "--from \"noon\" is no point of a capture (write 120, "),
        (&["check", "--select", "Q", "chat.pcap"], "there is no rule \"Q\""),
        (&["check", "--tolerance", "wide", "chat.pcap"], "--tolerance: \"wide\" is no tolerance: write 20%, 50ms"),
        (&["dissect"], "<CAPTURE>"),
        (&["dissect", "-", "-"], "standard input can be read once"),
    ] {
        let outcome = folder.outcome(arguments);
        assert!(outcome.contains(part), "{part}: {outcome}");
        assert!(outcome.ends_with("[exit status: 2]\n"), "{outcome}");
    }
}

#[test]
fn colours_are_for_those_who_ask() {
    let folder = folder();
    let plain = folder.stdout(&["check", "chat.pcap"], 1);
    assert!(!plain.contains('\x1b'));
    let coloured = folder.stdout(&["check", "--color", "always", "chat.pcap"], 1);
    assert!(coloured.contains("\x1b[31merror\x1b[0m"));
}

#[test]
fn a_protocol_that_is_not_considered_is_not_found() {
    let folder = folder();
    let found = |options: &[&str]| {
        let arguments = [&["dissect", "-q", "-f", "json"], options, &["chat.pcap"]].concat();
        folder.json(&arguments, 0)["messages"].as_array().unwrap().len()
    };
    assert_eq!(found(&["--protocol", "imp,shen"]), 20);
    assert_eq!(found(&["--protocol", "shen"]), 0);
    assert_eq!(found(&["--decode-as", "udp.port==1313,imp"]), 20);
}

#[test]
fn the_outcome_is_the_same_on_any_number_of_threads() {
    let folder = Folder::with(&[]);
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
    // Many servers, whose messages come by turns, and enough of them that threads share the judging; and faults in it.
    let busy = ["synth", "imp", "--servers", "9", "--clients", "4", "--messages", "6000"];
    folder.stdout(&[&busy[..], &["--loss", "20%", "--burst", "0", "-o", "busy.pcapng"]].concat(), 0);
    // Of the others, as much as is not read in one go.
    let others = ["c2w-g9", "c2w-g22", "shen", "chatos"].map(|protocol| (protocol, format!("{protocol}.pcapng")));
    for (protocol, file) in &others {
        folder.stdout(&["synth", protocol, "--clients", "4", "--messages", "4000", "-o", file], 0);
        assert!(folder.path().join(file).metadata().unwrap().len() > 256 << 10, "{protocol}");
    }
    let others = others.each_ref().map(|(_, file)| file.as_str());
    for command in [
        &["check", "-f", "jsonl", "--exchanges", "--fail-on", "never"][..],
        &["dissect", "-f", "jsonl"],
        &["flows", "-f", "json"],
        &["stats", "-f", "json"],
        &["ladder"],
    ] {
        let on = |threads: &str| {
            folder.stdout(&[command, &["--threads", threads, samples, "busy.pcapng"], &others].concat(), 0)
        };
        let alone = on("1");
        assert!(alone.len() > 1000, "{command:?}");
        assert!(command[0] != "check" || alone.matches("\"A001\"").count() > 9, "{command:?}");
        assert_eq!(on("2"), alone, "{command:?}");
        assert_eq!(on("7"), alone, "{command:?}");
    }
}

/// Whoever follows the manual with a program of another build learns what is missing, not that the command is a typo.
#[cfg(not(feature = "export"))]
#[test]
fn a_build_without_export_says_how_to_get_one() {
    let folder = folder();
    let expected = "wiregrade: this build has no `export` (cargo install --path . --features export builds one that \
                    has; see docs/export.md)\n";
    for arguments in [&["export"][..], &["export", "chat.pcap", "-o", "dataset", "--rubric=x"], &["export", "--help"]] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && String::from_utf8(output.stderr).unwrap() == expected, "{arguments:?}");
    }
    assert!(!folder.stdout(&["--help"], 0).contains("export"), "what is not there is not offered");
    assert!(folder.outcome(&["man", "export"]).contains("there is no command"));
}

/// Traffic of many hosts that take a moment each; a conversation of ours goes on all the while.
#[test]
fn too_many_flows_for_the_memory_are_closed_and_it_is_said() {
    let mut capture = conversation();
    for flow in 0..6_000_u16 {
        let from = End(u8::try_from(10 + flow / 50).unwrap(), 1_000 + flow % 50);
        capture.udp(60_000 + u64::from(flow), from, End(4, 53), b"who is it");
    }
    let folder = Folder::with(&[("many.pcap", capture.bytes())]);
    let usual = folder.json(&["check", "-f", "json", "many.pcap"], 1);
    assert_eq!(usual["captures"][0]["notes"].as_array().map(Vec::len), Some(0), "{usual:#}");
    let little = folder.json(&["check", "-f", "json", "--max-memory", "64MB", "many.pcap"], 1);
    let notes = &little["captures"][0]["notes"];
    assert_eq!(notes[0]["code"], "closed-early", "{notes:#}");
    assert_eq!(little["sessions"], usual["sessions"]);
    let too_little = folder.run(&["check", "--max-memory", "9MB", "many.pcap"]);
    assert_eq!(too_little.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(too_little.stderr).unwrap(),
        "wiregrade: --max-memory: no run gets by with less than 64 MB\n"
    );
}
