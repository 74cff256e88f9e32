//! `check --annotate`: the copy has every packet of the original, and tshark shows the comments at the right frames.
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "tests read what they had written")]

#[allow(dead_code, reason = "shared with the other commands, of which this file runs one")]
#[path = "cli_commands/support.rs"]
mod support;

use std::io::Write as _;
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

/// The packets of a capture in little-endian pcap with microseconds: time in nanoseconds, and bytes.
fn records(mut pcap: &[u8]) -> Vec<(u64, &[u8])> {
    let mut found = Vec::new();
    pcap = &pcap[24..];
    while !pcap.is_empty() {
        let word = |at: usize| u64::from(u32::from_le_bytes(pcap[at..at + 4].try_into().unwrap()));
        let end = 16 + word(8) as usize;
        found.push((word(0) * 1_000_000_000 + word(4) * 1_000, &pcap[16..end]));
        pcap = &pcap[end..];
    }
    found
}

/// The same packets as pcap in nanoseconds, 77 ns later, in either byte order.
fn nanoseconds(pcap: &[u8], big: bool) -> Vec<u8> {
    let put = |out: &mut Vec<u8>, value: u64| {
        let value = u32::try_from(value).unwrap();
        out.extend(if big { value.to_be_bytes() } else { value.to_le_bytes() });
    };
    let mut out = Vec::new();
    put(&mut out, 0xa1b2_3c4d);
    out.extend(if big { [0, 2, 0, 4] } else { [2, 0, 4, 0] });
    for value in [0, 0, 65_535, 101] {
        put(&mut out, value);
    }
    for (time, bytes) in records(pcap) {
        let length = bytes.len() as u64;
        for value in [time / 1_000_000_000, time % 1_000_000_000 + 77, length, length] {
            put(&mut out, value);
        }
        out.extend(bytes);
    }
    out
}

/// A block of pcapng.
fn block(kind: u32, mut body: Vec<u8>) -> Vec<u8> {
    body.resize(body.len().next_multiple_of(4), 0);
    let length = u32::try_from(body.len() + 12).unwrap().to_le_bytes();
    [kind.to_le_bytes().as_slice(), &length, &body, &length].concat()
}

fn comment(text: &str) -> Vec<u8> {
    let mut option = [1u16.to_le_bytes(), u16::try_from(text.len()).unwrap().to_le_bytes()].concat();
    option.extend(text.as_bytes());
    option.resize(option.len().next_multiple_of(4), 0);
    option.extend([0; 4]);
    option
}

/// The same packets from two interfaces in turn, one in microseconds and one in nanoseconds, every third with a comment
/// of its own; with a block that nobody knows, and at the end the statistics of an interface.
fn two_interfaces(pcap: &[u8]) -> Vec<u8> {
    let mut out = block(0x0a0d_0d0a, [0x1a2b_3c4d_u32.to_le_bytes().as_slice(), &[1, 0, 0, 0], &[0xff; 8]].concat());
    let interface = [101, 0, 0, 0, 0, 0, 4, 0];
    out.extend(block(1, interface.to_vec()));
    out.extend(block(1, [interface.as_slice(), &[9, 0, 1, 0, 9, 0, 0, 0], &[0; 4]].concat()));
    out.extend(block(0x8000_0001, b"custom".to_vec()));
    for (index, (time, bytes)) in records(pcap).into_iter().enumerate() {
        let interface = u32::try_from(index % 2).unwrap();
        let time = if interface == 0 { time / 1_000 } else { time + 5 };
        let length = u32::try_from(bytes.len()).unwrap();
        let mut body = Vec::new();
        for value in [interface, (time >> 32) as u32, (time & 0xffff_ffff) as u32, length, length] {
            body.extend(value.to_le_bytes());
        }
        body.extend(bytes);
        body.resize(body.len().next_multiple_of(4), 0);
        if index % 3 == 0 {
            body.extend(comment(&format!("old {}", index + 1)));
        }
        out.extend(block(6, body));
    }
    out.extend(block(5, vec![0; 12]));
    out
}

#[test]
fn tshark_sees_the_same_packets_and_the_comments_at_their_frames() {
    if Command::new("tshark").arg("--version").output().is_err() {
        eprintln!("skipped: tshark is not installed");
        return;
    }
    let plain = conversation();
    let plain = plain.bytes();
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    };
    let lz4 = {
        let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    };
    // In place of the compressed ones, tshark reads the plain one.
    let inputs = [
        ("plain.pcap", plain.to_vec(), None),
        ("nano.pcap", nanoseconds(plain, false), None),
        ("big.pcap", nanoseconds(plain, true), None),
        ("plain.pcap.gz", gzip, Some(plain.to_vec())),
        ("plain.pcap.lz4", lz4, Some(plain.to_vec())),
        (
            "nano.pcap.zst",
            zstd::encode_all(&nanoseconds(plain, false)[..], 0).unwrap(),
            Some(nanoseconds(plain, false)),
        ),
        ("two.pcapng", two_interfaces(plain), None),
    ];
    for (name, bytes, shown) in &inputs {
        let folder = Folder::with(&[(name, bytes), ("shown", shown.as_ref().unwrap_or(bytes))]);
        let output = folder.run(&["check", name, "--annotate", "out.pcapng"]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let tshark = |arguments: &[&str]| {
            let output = Command::new("tshark").current_dir(folder.path()).args(arguments).output().unwrap();
            assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let fields = ["frame.number", "frame.time_epoch", "frame.interface_id", "frame.len", "frame.cap_len"];
        let fields: Vec<&str> = fields.iter().flat_map(|field| ["-e", field]).collect();
        for how in [&["-x"], &[["-T", "fields"].as_slice(), &fields].concat()[..]] {
            let before = tshark(&[&["-r", "shown"], how].concat());
            let after = tshark(&[&["-r", "out.pcapng"], how].concat());
            // pcap has no interfaces; the one that its copy describes is the first.
            let after = if name.contains("pcapng") { after } else { without_interface(&after, &before) };
            assert!(before.lines().count() >= 20 && before == after, "{name}: {before}\n{after}");
        }
        let comments = tshark(&["-r", "out.pcapng", "-T", "fields", "-e", "frame.number", "-e", "frame.comment"]);
        let of = |frame: u32| comments.lines().find(|line| line.starts_with(&format!("{frame}\t"))).unwrap();
        assert!(of(2).contains("ConnectionAccept") && !of(2).contains("R001"), "{name}: {comments}");
        assert!(of(13).contains("error R001 early-retransmission"), "{name}: {comments}");
        assert_eq!(comments.matches("R001").count(), 1, "{name}: {comments}");
        if *name == "two.pcapng" {
            assert_eq!(comments.matches("old ").count(), 7, "{comments}");
            assert!(of(13).contains("old 13"), "{comments}");
            let copy = std::fs::read(folder.path().join("out.pcapng")).unwrap();
            assert!(copy.windows(6).any(|window| window == b"custom"));
        }
    }
}

/// The third column is empty for pcap, and 0 in its copy.
fn without_interface(after: &str, before: &str) -> String {
    let is_fields = before.lines().next().is_some_and(|line| line.split('\t').count() == 5);
    let bare = before.lines().next().and_then(|line| line.split('\t').nth(2)) == Some("");
    if is_fields && bare { after.replace("\t0\t", "\t\t") } else { after.to_owned() }
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
