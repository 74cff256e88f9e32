//! Identification over whole captures: our acceptance cases and real captures are recognized, message by message, and
//! nothing in other projects' captures is. Skipped, saying so, where those are not at hand.
#![allow(clippy::disallowed_methods, clippy::print_stderr)]

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use wiregrade::analysis::{Analysis, Options, Summary};
use wiregrade::capture::Reader;
use wiregrade::identify::{Content, Step, Unit};
use wiregrade::protocol::{Direction, Reading, Seq};

fn shared(what: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(what);
    let there = path.is_dir();
    if !there {
        eprintln!("skipped: {} is not there", path.display());
    }
    there.then_some(path)
}

/// Analyses a capture; `None` if it is none.
fn analyse(path: &Path, options: Options, sink: &mut dyn FnMut(Step<'_>)) -> Option<Summary> {
    let mut reader = Reader::new(Box::new(fs::File::open(path).ok()?)).ok()?;
    let mut analysis = Analysis::new(options);
    while let Some(Ok(frame)) = reader.next_frame() {
        analysis.frame(&frame, sink);
    }
    Some(analysis.finish(sink))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// What a case expects of one message, or what one message is.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    frame: u64,
    protocol: String,
    name: String,
    direction: &'static str,
    src: SocketAddr,
    dst: SocketAddr,
    seq: Value,
    length: Option<u64>,
}

fn seen(unit: &Unit<'_>) -> Option<Seen> {
    let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
    let bytes = unit.protocol.whole_bytes(unit.bytes, &reading);
    let message = unit.protocol.dissect(&bytes, &reading);
    assert!(unit.frames.contains(&unit.frame), "frame {} is not among {:?}", unit.frame, unit.frames);
    assert!(unit.frames.is_sorted());
    (unit.content == Content::Message).then_some(())?;
    Some(Seen {
        frame: unit.frame,
        protocol: unit.protocol.spec().id.to_owned(),
        name: message.name()?.to_owned(),
        direction: match unit.direction {
            Direction::ToServer => "client-to-server",
            Direction::ToClient => "server-to-client",
            Direction::Peer => "peer",
            Direction::Unknown => "unknown",
        },
        src: unit.src,
        dst: unit.dst,
        seq: match message.seq {
            Seq::None => Value::Null,
            Seq::Number(number) => number.into(),
            Seq::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        },
        length: Some(unit.bytes.len() as u64),
    })
}

fn address(value: &Value) -> SocketAddr {
    value.as_str().and_then(|text| text.parse().ok()).expect("an endpoint")
}

/// Compares one case; answers what differs.
fn judge(folder: &Path, case: &Value) -> Result<(), String> {
    let captures = case["captures"].as_array().expect("captures");
    let dissect = &case["dissect"];
    let (mut messages, mut private) = (Vec::new(), 0);
    let mut flows = BTreeMap::new();
    for capture in captures {
        let mut sink = |step: Step<'_>| {
            if let Step::Unit(unit) = step {
                private += u64::from(matches!(unit.content, Content::Private { .. }));
                messages.extend(seen(&unit));
            }
        };
        let path = folder.join(capture.as_str().expect("a name"));
        let Some(summary) = analyse(&path, Options::default(), &mut sink) else { continue };
        for flow in summary.flows {
            let ends = flow.stats.ends;
            let key = (ends.transport.name(), ends.a.min(ends.b), ends.a.max(ends.b));
            flows.insert(key, (flow.verdict.protocol.map(|protocol| protocol.spec().id), flow.verdict.reason));
        }
    }
    for flow in case["flows"].as_array().into_iter().flatten() {
        let (a, b) = (address(&flow["a"]), address(&flow["b"]));
        let transport = flow["transport"].as_str().expect("a transport");
        let found = flows.iter().find(|(key, _)| **key == (transport, a.min(b), a.max(b)));
        let Some((_, (protocol, reason))) = found else { return Err(format!("no flow {a} - {b}")) };
        if *protocol != flow["protocol"].as_str() {
            return Err(format!("flow {a} - {b} is {protocol:?}: {reason}"));
        }
    }
    let Some(wanted) = dissect["messages"].as_array() else { return Ok(()) };
    if let Some(count) = dissect["private"].as_u64().filter(|count| *count != private) {
        return Err(format!("{private} private records, not {count}"));
    }
    let ignored: Vec<_> = dissect["ignore_frames"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    messages.retain(|message| !ignored.contains(&message.frame));
    if !messages.is_sorted_by_key(|message| message.frame) {
        return Err("not in frame order".to_owned());
    }
    let mut left = messages;
    for want in wanted {
        let frames: Vec<_> = want["frame"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
        let position = left.iter().position(|seen| {
            frames.contains(&seen.frame) && want["name"] == seen.name && address(&want["src"]) == seen.src
        });
        let Some(position) = position else { return Err(format!("missing: {want}")) };
        let seen = left.remove(position);
        let same = want["protocol"] == seen.protocol
            && want["seq"] == seen.seq
            && address(&want["dst"]) == seen.dst
            && (want["length"].is_null() || want["length"].as_u64() == seen.length)
            && (want["direction"] == seen.direction
                || dissect["direction_unknown_ok"] == true && seen.direction == "unknown");
        if !same {
            return Err(format!("{seen:?} instead of {want}"));
        }
    }
    match left.first() {
        Some(more) if dissect["subset"] != true => Err(format!("{} too many, first {more:?}", left.len())),
        _ => Ok(()),
    }
}

#[test]
fn acceptance_cases_are_cut_into_their_messages() {
    let mut count = 0;
    for suite in ["clean", "formats", "mixed"] {
        let Some(folder) = shared(&format!("acceptance/cases/{suite}")) else { return };
        for case in fs::read_dir(folder).expect("a folder").flatten() {
            let Ok(expectation) = fs::read(case.path().join("expect.json")) else { continue };
            let expectation = serde_json::from_slice(&expectation).expect("JSON");
            if let Err(difference) = judge(&case.path(), &expectation) {
                panic!("{suite}/{}: {difference}", case.file_name().display());
            }
            count += 1;
        }
    }
    assert!(count > 50, "only {count} cases");
}

/// Every flow of a faulty implementation is recognized all the same.
#[test]
fn faulty_implementations_are_recognized() {
    let Some(folder) = shared("acceptance/cases/faulty") else { return };
    for path in files(&folder).iter().filter(|path| path.extension().is_some_and(|name| name == "pcap")) {
        let expectation = fs::read(path.with_file_name("expect.json")).expect("an expectation");
        let expectation: Value = serde_json::from_slice(&expectation).expect("JSON");
        let summary = analyse(path, Options::default(), &mut |_| {}).expect("a capture");
        for flow in &summary.flows {
            let id = flow.verdict.protocol.map(|protocol| protocol.spec().id);
            assert_eq!(id, expectation["protocol"].as_str(), "{}: {}", path.display(), flow.verdict.reason);
            assert!(flow.verdict.server.is_some() || flow.verdict.peers, "{}", path.display());
        }
    }
}

#[test]
fn real_implementations_are_recognized_with_their_server() {
    let Some(folder) = shared("captures") else { return };
    for path in files(&folder).iter().filter(|path| path.extension().is_some_and(|name| name == "pcap")) {
        let server = match path.to_string_lossy() {
            path if path.contains("chatos") => 7777,
            path if path.contains("imp-reference") => 1313,
            _ => 1212,
        };
        let summary = analyse(path, Options::default(), &mut |_| {}).expect("a capture");
        assert!(!summary.flows.is_empty());
        for flow in &summary.flows {
            let verdict = &flow.verdict;
            assert_eq!(
                verdict.server.map(|server| server.port()),
                Some(server),
                "{}: {}",
                path.display(),
                verdict.reason
            );
            assert!(verdict.confidence > 0.9 && verdict.malformed == 0, "{}: {}", path.display(), verdict.reason);
        }
    }
}

#[test]
fn nothing_in_other_projects_captures_is_ours() {
    let Some(folder) = shared("corpus") else { return };
    let mut flows = 0;
    for path in files(&folder) {
        let Some(summary) = analyse(&path, Options::default(), &mut |_| {}) else { continue };
        for flow in &summary.flows {
            let verdict = &flow.verdict;
            let id = verdict.protocol.map(|protocol| protocol.spec().id);
            assert_eq!(id, None, "{} flow {}: {}", path.display(), flow.stats.flow, verdict.reason);
            assert!(!verdict.reason.is_empty());
        }
        flows += summary.flows.len();
    }
    assert!(flows > 3000, "only {flows} flows");
}
