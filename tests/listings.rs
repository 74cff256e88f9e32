//! Real captures against independent decodings of them: every message, in order per direction, with its name and fields.
//! The captures are not part of the project; where they are absent the test says so.

#![expect(clippy::print_stderr, reason = "a test that cannot run says so")]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const CAPTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/captures");

/// One line of a listing: who to whom (by port), and what the decoding says of it.
struct Line {
    way: (u16, u16),
    words: Vec<String>,
}

fn lines(text: &str) -> impl Iterator<Item = Line> {
    text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned).peekable();
        words.nth(1)?;
        // ChatOS listings number their connections.
        words.next_if(|word| word.starts_with('s') && word[1..].parse::<u32>().is_ok());
        let ports = words.next()?;
        let (from, to) = ports.split_once("->")?;
        Some(Line { way: (from.parse().ok()?, to.parse().ok()?), words: words.collect() })
    })
}

fn port(endpoint: &Value) -> u16 {
    endpoint.as_str().and_then(|text| text.rsplit(':').next()).and_then(|port| port.parse().ok()).expect("an endpoint")
}

fn listings() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(CAPTURES).into_iter().flatten().flatten() {
        for file in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            if file.file_name().to_string_lossy().ends_with(".listing.txt") {
                found.push(file.path());
            }
        }
    }
    found.sort();
    found
}

fn dissected(capture: &Path) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_wiregrade"))
        .args(["dissect", "--format", "json"])
        .arg(capture)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    json["messages"].as_array().expect("messages").clone()
}

/// The text fields of a ChatOS line, in wire order; `None` for what a listing gives by other means.
fn said(message: &Value) -> String {
    let fields = &message["fields"];
    let names: &[&str] = match message["name"].as_str().expect("a name") {
        "CR" => &["pseudo"],
        "SPM" => &["sender", "recipient", "message"],
        "SMA" => &["sender", "message"],
        _ => &["sender", "recipient"],
    };
    names.iter().map(|name| fields[*name].as_str().unwrap_or_default()).collect::<Vec<_>>().join(" ")
}

fn agrees(line: &Line, message: &Value, at: &str) {
    let fields = &message["fields"];
    let mut words = line.words.iter().map(String::as_str);
    let first = words.next().expect("a name");
    let numbers: BTreeMap<&str, &str> = line.words.iter().filter_map(|word| word.split_once('=')).collect();
    if first == "ACK" {
        assert_eq!(message["name"], "Acknowledgement", "{at}");
        assert_eq!(message["ack"], true, "{at}");
    } else {
        assert_eq!(message["name"], first, "{at}");
    }
    if let Some(length) = numbers.get("hlen") {
        assert_eq!(fields["header_length"].to_string(), *length, "{at}");
        assert_eq!(fields["source_id"].to_string(), numbers["src"], "{at}");
        assert_eq!(fields["group_id"].to_string(), numbers["grp"], "{at}");
        assert_eq!(message["length"].to_string(), numbers["len"], "{at}");
        let sequence = line.words.iter().find_map(|word| word.strip_prefix('S').filter(|s| s.parse::<u8>().is_ok()));
        assert_eq!(Some(message["seq"].to_string()), sequence.map(str::to_owned), "{at}");
        if let Some(data) = numbers.get("dlen") {
            assert_eq!(fields["data_length"].to_string(), *data, "{at}");
        }
        let rows = line.words.iter().filter(|word| word.contains("/g")).count();
        assert_eq!(fields["rows"].as_array().map_or(0, Vec::len), rows, "{at}: rows");
        return;
    }
    let rest: Vec<&str> = words.take_while(|word| *word != "[frame").collect();
    if first == "ERROR" {
        assert_eq!(fields["code"]["code"].to_string(), rest[0], "{at}");
        return;
    }
    let (rest, password): (Vec<&str>, Vec<&str>) = rest.into_iter().partition(|word| !word.starts_with("pw="));
    if let Some(password) = password.first().and_then(|word| word.strip_prefix("pw=")) {
        assert_eq!(fields["password"].to_string(), password, "{at}");
    }
    // Long texts are shortened: `begin..(45B)`.
    let wanted = rest.join(" ");
    let got = said(message).split_whitespace().collect::<Vec<_>>().join(" ");
    match wanted.split_once("..(") {
        Some((begin, _)) => assert!(got.starts_with(begin), "{at}: {got:?} does not begin with {begin:?}"),
        None => assert_eq!(got, wanted, "{at}"),
    }
}

#[test]
fn every_message_of_every_listing_is_reported() {
    let listings = listings();
    if listings.is_empty() {
        eprintln!("skipped: no captures in {CAPTURES}");
        return;
    }
    let mut compared = 0;
    for listing in listings {
        let capture = PathBuf::from(listing.to_string_lossy().replace(".listing.txt", ".pcap"));
        let text = std::fs::read_to_string(&listing).expect("the listing");
        let mut wanted: BTreeMap<(u16, u16), Vec<Line>> = BTreeMap::new();
        let mut private: BTreeMap<(u16, u16), u64> = BTreeMap::new();
        let mut torn = BTreeSet::new();
        for line in lines(&text).filter(|line| line.words.first().is_some_and(|word| word != "TCP")) {
            if line.words[0] == "[TCP" {
                // The listing ends a direction where the capture lacks bytes; what comes behind them is read all the same.
                torn.insert(line.way);
            } else if line.words[0] == "PRIVATE" {
                let at = line.words.iter().position(|word| word == "B)").expect("a length");
                let bytes: u64 = line.words[at - 1].trim_start_matches('(').parse().expect("a length");
                *private.entry(line.way).or_default() += bytes;
            } else {
                wanted.entry(line.way).or_default().push(line);
            }
        }
        let mut got: BTreeMap<(u16, u16), Vec<Value>> = BTreeMap::new();
        let mut relayed: BTreeMap<(u16, u16), u64> = BTreeMap::new();
        let messages = dissected(&capture);
        let frames: Vec<u64> = messages.iter().map(|message| message["frame"].as_u64().expect("a frame")).collect();
        assert!(frames.is_sorted(), "{}: not in frame order", capture.display());
        for message in messages {
            let way = (port(&message["src"]), port(&message["dst"]));
            if message["name"] == "private-data" {
                *relayed.entry(way).or_default() += message["fields"]["bytes"].as_u64().expect("a count");
            } else {
                got.entry(way).or_default().push(message);
            }
        }
        assert_eq!(relayed, private, "{}", capture.display());
        assert_eq!(got.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{}", capture.display());
        for (way, wanted) in &wanted {
            let whole = got[way].len() == wanted.len() || (torn.contains(way) && got[way].len() > wanted.len());
            assert!(whole, "{} {way:?}: {} of {}", capture.display(), got[way].len(), wanted.len());
            for (line, message) in wanted.iter().zip(&got[way]) {
                agrees(line, message, &format!("{} frame {}", capture.display(), message["frame"]));
                compared += 1;
            }
        }
    }
    eprintln!("{compared} messages compared");
    assert!(compared > 1000);
}
