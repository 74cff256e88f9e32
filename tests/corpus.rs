//! Other projects' captures and our own cases: every file is read to its end or refused with a reason.
//!
//! The folder lies beside a checkout where it exists at all; without it these tests say so and check nothing.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test reads files and says what it did not check"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use wiregrade::capture::{CaptureError, Info, Reader};
use wiregrade::limits::Limits;
use wiregrade::net::{Decoder, Transport};

/// All files below a folder beside the checkout, sorted; none where it does not exist.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: there is no {}", root.display());
    }
    found
}

fn open(path: &Path) -> Result<Reader, CaptureError> {
    Reader::new(Box::new(File::open(path).unwrap()))
}

#[test]
fn every_file_is_read_to_its_end_or_refused_with_a_reason() {
    let (mut read, mut damaged, mut refused) = (0, 0, 0);
    for path in files("corpus") {
        let mut reader = match open(&path) {
            Ok(reader) => reader,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
                println!("{}: {error}", path.display());
                continue;
            }
        };
        let mut decoder = Decoder::new(&Limits::default());
        let mut frames = 0;
        let end = loop {
            match reader.next_frame() {
                Some(Ok(frame)) => {
                    frames += 1;
                    assert_eq!(frame.number, frames);
                    assert!(frame.wire_len >= frame.data.len());
                    match decoder.decode(&frame) {
                        Ok(packet) => assert!(packet.cut <= frame.wire_len - frame.data.len()),
                        Err(stop) => assert!(!stop.to_string().is_empty()),
                    }
                }
                Some(Err(damage)) => break Some(damage),
                None => break None,
            }
        };
        assert!(reader.next_frame().is_none());
        assert_eq!(reader.info().packets, frames);
        read += 1;
        if let Some(damage) = end {
            damaged += 1;
            println!("{}: {damage}", path.display());
        }
    }
    println!("{read} read, of these {damaged} damaged; {refused} refused");
}

/// What a frame carries: sender, receiver, and how many bytes of payload; `None` for TCP, where messages ignore segments.
type Carried = (String, String, Option<usize>);

/// All packets of a capture by frame, and what the reader says about it.
fn packets(path: &Path) -> (BTreeMap<u64, Carried>, Info) {
    let mut reader = open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut decoder = Decoder::new(&Limits::default());
    let mut packets = BTreeMap::new();
    while let Some(Ok(frame)) = reader.next_frame() {
        if let Ok(packet) = decoder.decode(&frame) {
            let length = match packet.transport {
                Transport::Udp(payload) => Some(payload.len()),
                Transport::Tcp(_) => None,
            };
            packets.insert(packet.frame, (packet.src.to_string(), packet.dst.to_string(), length));
        }
    }
    (packets, reader.info())
}

#[test]
fn every_message_expected_of_a_case_is_in_a_packet_of_its_frame() {
    let mut messages = 0;
    for path in files("acceptance/cases").into_iter().filter(|path| path.ends_with("expect.json")) {
        let case: serde_json::Value = serde_json::from_reader(File::open(&path).unwrap()).unwrap();
        let Some([capture]) = case["captures"].as_array().map(Vec::as_slice) else { continue };
        let Some(expected) = case["dissect"]["messages"].as_array() else { continue };
        let capture = path.with_file_name(capture.as_str().unwrap());
        let (packets, info) = packets(&capture);
        if let Some(count) = case["packets"].as_u64() {
            assert_eq!(info.packets, count, "{}", capture.display());
        }
        assert_eq!(info.truncated, case["truncated"].as_bool().unwrap_or(false), "{}", capture.display());
        for message in expected {
            messages += 1;
            let length = (message["transport"] == "udp").then(|| message["length"].as_u64()).flatten();
            let found = message["frame"].as_array().unwrap().iter().any(|frame| {
                packets.get(&frame.as_u64().unwrap()).is_some_and(|(src, dst, there)| {
                    message["src"] == **src
                        && message["dst"] == **dst
                        && length.is_none_or(|length| there.is_some_and(|there| there as u64 == length))
                })
            });
            assert!(found, "{}: {message}", capture.display());
        }
    }
    println!("{messages} messages were looked for");
}

#[test]
fn every_frame_of_real_traffic_is_decoded() {
    for path in files("captures").into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "pcap")) {
        let (packets, info) = packets(&path);
        assert_eq!(packets.len() as u64, info.packets, "{}", path.display());
    }
}
