//! `check --annotate`: the copy has every packet of the original, and tshark shows the comments at the right frames.
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "tests read what they had written")]

#[allow(dead_code, reason = "shared with the other commands, of which this file runs one")]
#[path = "cli_commands/support.rs"]
mod support;

use std::path::Path;
use std::process::Command;
use support::{Folder, conversation};
use wiregrade::capture::Reader;

fn folder() -> Folder {
    Folder::with(&[("chat.pcap", conversation().bytes())])
}

/// Frame, time, bytes and comments of every packet.
fn packets(path: &Path) -> Vec<(u64, i64, Vec<u8>, Vec<String>)> {
    let mut reader = Reader::new(Box::new(std::fs::File::open(path).unwrap())).unwrap();
    let mut found = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let frame = frame.unwrap();
        let comments = frame.options.comments().map(|text| String::from_utf8(text.to_vec()).unwrap()).collect();
        found.push((frame.number, frame.time.0, frame.data.to_vec(), comments));
    }
    found
}

#[test]
fn the_copy_has_every_packet_and_says_what_was_found() {
    let folder = folder();
    let output = folder.run(&["check", "chat.pcap", "--annotate", "out.pcapng", "--select", "R001"]);
    assert_eq!(output.status.code(), Some(1), "the verdict stays");
    let (before, after) = (packets(&folder.path().join("chat.pcap")), packets(&folder.path().join("out.pcapng")));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((before.0, before.1, &before.2), (after.0, after.1, &after.2));
    }
    let comments = |frame: usize| after[frame - 1].3.clone();
    assert_eq!(
        comments(2),
        ["imp server to alice: ConnectionAccept #0 client_id=1 · 3.00 ms after 1; answered in frame 3"]
    );
    assert_eq!(
        comments(13),
        [
            "imp alice to server: DataMessage #1 \"bonjour\" group_id=1 · 2nd time (first in frame 12); \
             answered in frame 14",
            "error R001 early-retransmission (client, imp §3.2): DataMessage sent again after 180 ms; the timer is \
             500 ms (tolerance 100 ms)",
        ]
    );
    assert!(after.iter().all(|packet| !packet.3.is_empty()));
    // A copy of a copy keeps the comments there are.
    folder.run(&["check", "out.pcapng", "--annotate", "again.pcapng", "--select", "R001"]);
    let again = packets(&folder.path().join("again.pcapng"));
    assert_eq!(again[12].3.len(), 4);
    assert_eq!(again[12].2, before[12].2);
}

#[test]
fn tshark_shows_the_comments_at_their_frames() {
    if Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("skipped: tshark is not installed");
        return;
    }
    let folder = folder();
    folder.run(&["check", "chat.pcap", "--annotate", "out.pcapng"]);
    let shown = |file: &str, fields: &[&str]| {
        let mut command = Command::new("tshark");
        command.current_dir(folder.path()).args(["-r", file, "-T", "fields"]);
        let output = command.args(fields.iter().flat_map(|field| ["-e", field])).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let packets = &["frame.number", "frame.time_epoch", "frame.len", "frame.cap_len", "udp.payload"];
    assert_eq!(shown("chat.pcap", packets), shown("out.pcapng", packets));
    let comments = shown("out.pcapng", &["frame.number", "frame.comment"]);
    let of = |frame: &str| comments.lines().find(|line| line.starts_with(&format!("{frame}\t"))).unwrap().to_owned();
    assert!(of("13").contains("error R001 early-retransmission"), "{comments}");
    assert!(of("2").contains("ConnectionAccept"), "{comments}");
    assert_eq!(comments.matches("R001").count(), 1);
}

#[test]
fn what_cannot_be_annotated_is_said_before_anything_is_done() {
    let folder = folder();
    let said = |arguments: &[&str]| {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["check", "chat.pcap", "chat.pcap", "--annotate", "out"]).contains("one capture"));
    assert!(said(&["check", "-", "--annotate", "out"]).contains("standard input"));
    assert!(said(&["check", "chat.pcap", "--annotate", "chat.pcap"]).contains("read and written at once"));
    assert!(said(&["check", "chat.pcap", "--annotate", "no/such/out"]).contains("cannot be written"));
    assert_eq!(packets(&folder.path().join("chat.pcap")).len(), 20);
    assert!(!folder.path().join("out").exists());
}
