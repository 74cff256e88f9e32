//! A capture that was split into files says what it said as one.

#![allow(clippy::disallowed_methods, reason = "a test writes the captures it reads")]

use serde_json::Value;
use std::fs;
use std::path::Path;

fn wiregrade(arguments: &[&str]) -> (i32, Vec<u8>, String) {
    let output = assert_cmd::Command::cargo_bin("wiregrade").unwrap().args(arguments).output().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let (status, out, trouble) = wiregrade(arguments);
    (status, serde_json::from_slice(&out).unwrap_or_else(|error| panic!("{error}: {trouble}")))
}

/// The header of a pcap file of this byte order, and its records.
fn records(capture: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let (head, mut rest) = capture.split_at(24);
    let mut records = Vec::new();
    while !rest.is_empty() {
        let kept = u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        let (record, behind) = rest.split_at(16 + kept);
        records.push(record);
        rest = behind;
    }
    (head, records)
}

/// Writes a capture as files of so many records, named as `tcpdump -C` names them, begun anew as `-W` does.
fn split(capture: &[u8], of: usize, folder: &Path) -> usize {
    let (head, records) = records(capture);
    let pieces: Vec<_> = records.chunks(of).collect();
    for (number, piece) in pieces.iter().enumerate() {
        let name = format!("t.pcap{}", (number + 7) % pieces.len());
        fs::write(folder.join(name), [head, &piece.concat()].concat()).unwrap();
    }
    pieces.len()
}

#[test]
fn pieces_say_what_the_whole_says() {
    for arguments in [
        &["imp", "--fault", "R001"][..],
        &["c2w-g9", "--transport", "tcp"],
        &["c2w-g22", "--transport", "udp", "--loss", "10%"],
        &["chatos"],
        &["shen", "--fault", "A001"],
    ] {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("whole");
        let whole = whole.to_str().unwrap();
        let (status, _, trouble) = wiregrade(&[&["synth", "--file-format", "pcap", "-o", whole], arguments].concat());
        assert_eq!(status, 0, "{trouble}");
        let bytes = fs::read(whole).unwrap();
        let (status, expected) = json(&["check", "-f", "json", "--exchanges", whole]);
        for of in [1, 7, 40] {
            let pieces = tempfile::tempdir().unwrap();
            let count = split(&bytes, of, pieces.path());
            assert!(count > 1);
            let pattern = pieces.path().join("t.pcap*");
            let (same, mut found) = json(&["check", "-f", "json", "--exchanges", pattern.to_str().unwrap()]);
            let capture = found["captures"][0].as_object_mut().unwrap();
            let listed = capture.remove("pieces").unwrap();
            assert_eq!(listed.as_array().unwrap().len(), count);
            assert_eq!(listed[1]["first_frame"], of + 1);
            let first = pieces.path().join(format!("t.pcap{}", 7 % count));
            assert_eq!(capture.insert("path".to_owned(), whole.into()).unwrap(), first.to_str().unwrap());
            assert_eq!((same, &found), (status, &expected), "{arguments:?} in pieces of {of}");

            let mut each: Vec<String> = fs::read_dir(pieces.path())
                .unwrap()
                .map(|entry| entry.unwrap().path().to_str().unwrap().to_owned())
                .collect();
            each.sort();
            let named: Vec<&str> = each.iter().map(String::as_str).collect();
            let (_, joined) = json(&[&["check", "-f", "json", "--exchanges", "--joined"], &named[..]].concat());
            assert_eq!(joined["findings"], expected["findings"]);
            let (_, apart) = json(&[&["check", "-f", "json"], &named[..]].concat());
            assert_eq!(apart["captures"].as_array().unwrap().len(), count, "named one by one they are captures each");
        }
    }
}

#[test]
fn a_bad_piece_is_said_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("whole");
    wiregrade(&["synth", "--file-format", "pcap", "imp", "-o", whole.to_str().unwrap()]);
    let count = split(&fs::read(&whole).unwrap(), 10, folder.path());
    fs::write(folder.path().join("t.pcap.txt"), "notes").unwrap();
    let pattern = folder.path().join("t.pcap*");
    let (status, out, trouble) = wiregrade(&["flows", "-f", "json", pattern.to_str().unwrap()]);
    let found: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(status, 2);
    assert!(trouble.contains("t.pcap.txt: is not a capture"), "{trouble}");
    assert_eq!(found["captures"][0]["pieces"].as_array().unwrap().len(), count);

    let nothing = folder.path().join("nothing*");
    let (status, _, trouble) = wiregrade(&["flows", nothing.to_str().unwrap()]);
    assert_eq!(status, 2);
    assert!(trouble.contains("nothing*: no file fits this pattern"), "{trouble}");
}
