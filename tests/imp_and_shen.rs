//! `imp` and `shen` against captures of other people's programs and of the acceptance cases, where those are at hand:
//! every message's name, number and fields, and no defect but those expected.

#![allow(clippy::disallowed_methods, reason = "a test reads its files")]
#![allow(clippy::print_stderr, reason = "a test says what it skips")]

use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::{Path, PathBuf};
use wiregrade::protocol::{Choices, DefectKind, Direction, Field, Message, Protocol, Reading, Seq, Transport, Value};
use wiregrade::protocols::{imp::Imp, shen::Shen};

const SHARED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared");

struct Datagram {
    frame: u64,
    src: SocketAddrV4,
    dst: SocketAddrV4,
    bytes: Vec<u8>,
}

/// The UDP datagrams of a classic little-endian capture of Ethernet and IPv4: all that these files are.
fn datagrams(path: &Path) -> Vec<Datagram> {
    let file = fs::read(path).expect("a capture");
    let word = |at: usize| file.get(at..at + 4).map(|word| u32::from_le_bytes(word.try_into().expect("four bytes")));
    assert!(matches!(word(0), Some(0xA1B2_C3D4 | 0xA1B2_3C4D)), "{}: not little-endian", path.display());
    assert_eq!(word(20), Some(1), "{}: not Ethernet", path.display());
    let (mut at, mut frame, mut found) = (24, 0, Vec::new());
    while let Some(length) = word(at + 8) {
        frame += 1;
        let packet = &file[at + 16..at + 16 + length as usize];
        at += 16 + length as usize;
        let ip = &packet[14..];
        if packet[12..14] != [8, 0] || ip[9] != 17 || ip[6] & 0x3F != 0 || ip[7] != 0 {
            continue;
        }
        let udp = &ip[usize::from(ip[0] & 0x0F) * 4..];
        let half = |at: usize| u16::from_be_bytes([udp[at], udp[at + 1]]);
        let address = |at: usize| Ipv4Addr::new(ip[at], ip[at + 1], ip[at + 2], ip[at + 3]);
        found.push(Datagram {
            frame,
            src: SocketAddrV4::new(address(12), half(0)),
            dst: SocketAddrV4::new(address(16), half(2)),
            bytes: udp[8..usize::from(half(4))].to_vec(),
        });
    }
    found
}

/// The readings that most messages of a capture vote for.
fn choices(protocol: &dyn Protocol, datagrams: &[Datagram]) -> Choices {
    let mut votes: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for datagram in datagrams {
        let reading = reading(Direction::Unknown, Choices::default());
        protocol.vote(&datagram.bytes, &reading, &mut |convention, value| {
            *votes.entry((convention, value)).or_default() += 1;
        });
    }
    let mut choices = Choices::default();
    for (convention, _) in protocol.spec().conventions.iter().enumerate() {
        let count = |value| votes.get(&(convention, value)).copied().unwrap_or(0);
        choices = choices.with(convention, usize::from(count(1) > count(0)));
    }
    choices
}

fn reading(direction: Direction, choices: Choices) -> Reading {
    Reading { direction, transport: Transport::Udp, choices }
}

fn direction(datagram: &Datagram, server: SocketAddrV4) -> Direction {
    match (datagram.src == server, datagram.dst == server) {
        (true, _) => Direction::ToClient,
        (_, true) => Direction::ToServer,
        _ => Direction::Peer,
    }
}

fn named(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "client-to-server",
        Direction::ToClient => "server-to-client",
        Direction::Peer => "peer",
        Direction::Unknown => "unknown",
    }
}

fn shown(value: &Value<'_>) -> Json {
    match value {
        Value::Number(number) => json!(number),
        Value::Signed(number) => json!(number),
        Value::Text(text) => json!(String::from_utf8_lossy(text)),
        Value::Word(word) => json!(word),
        Value::Flag(flag) => json!(flag),
        Value::Code { code, .. } => json!(code),
        Value::Address(address) => json!(address.to_string()),
        Value::Numbers(numbers) => json!(numbers),
        Value::Records(records) => records.iter().map(|record| tree(record)).collect(),
        other => json!(format!("{other:?}")),
    }
}

fn tree(fields: &[Field<'_>]) -> Json {
    Json::Object(fields.iter().map(|field| (field.name.to_owned(), shown(&field.value))).collect())
}

/// A word and the number it stands for are the same.
fn same(want: &Json, got: &Json) -> bool {
    match (want, got) {
        (Json::Number(number), Json::String(word)) => match word.as_str() {
            "public" | "centralized" => number.as_u64() == Some(0),
            "private" | "decentralized" => number.as_u64() == Some(1),
            _ => false,
        },
        _ => want == got,
    }
}

fn protocol_of(id: &str) -> Option<&'static dyn Protocol> {
    match id {
        "imp" => Some(&Imp),
        "shen" => Some(&Shen),
        _ => None,
    }
}

fn cases() -> Vec<(PathBuf, Json)> {
    let mut found = Vec::new();
    for suite in ["clean", "faulty", "formats"] {
        let Ok(folder) = fs::read_dir(Path::new(SHARED).join("acceptance/cases").join(suite)) else { continue };
        for case in folder.flatten() {
            let text = fs::read_to_string(case.path().join("expect.json")).unwrap_or_default();
            let expected: Json = serde_json::from_str(&text).unwrap_or_default();
            let capture = case.path().join("c.pcap");
            let names_us = text.contains("\"protocol\": \"imp\"") || text.contains("\"protocol\": \"shen\"");
            if names_us && capture.exists() {
                found.push((capture, expected));
            }
        }
    }
    if found.is_empty() {
        eprintln!("skipped: no acceptance cases in {SHARED}");
    }
    found
}

#[test]
fn every_message_of_a_conforming_capture_is_read_as_expected() {
    let mut read = 0;
    for (capture, expected) in cases() {
        let Some(messages) = expected["dissect"]["messages"].as_array() else { continue };
        let datagrams = datagrams(&capture);
        let protocol = messages.iter().find_map(|message| protocol_of(message["protocol"].as_str()?));
        let protocol = protocol.expect("a protocol");
        let choices = choices(protocol, &datagrams);
        for message in messages {
            let frame = message["frame"][0].as_u64();
            let datagram = datagrams.iter().find(|datagram| Some(datagram.frame) == frame).expect("its frame");
            let ways = [Direction::ToServer, Direction::ToClient, Direction::Peer];
            let way = ways.into_iter().find(|way| named(*way) == message["direction"]).expect("a direction");
            let at = format!("{} frame {frame:?}", capture.display());
            let reading = reading(way, choices);
            let whole = protocol.whole_bytes(&datagram.bytes, &reading);
            let got = protocol.dissect(&whole, &reading);
            assert_eq!(got.name(), message["name"].as_str(), "{at}");
            assert_eq!(Json::from(got.kind.is_some_and(|kind| kind.ack)), message["ack"], "{at}");
            let Seq::Number(seq) = got.seq else { panic!("{at}: no number") };
            assert_eq!(Json::from(seq), message["seq"], "{at}");
            assert_eq!(Json::from(whole.len()), message["length"], "{at}");
            let harmless = |kind| matches!(kind, DefectKind::MissingTerminator | DefectKind::Opaque);
            assert!(got.defects.iter().all(|defect| harmless(defect.kind)), "{at}: {:?}", got.defects);
            let fields = tree(&protocol.fields(&whole, &reading));
            for (name, want) in message["fields"].as_object().expect("fields") {
                assert!(same(want, &fields[name]), "{at}: {name} is {}, not {want}", fields[name]);
            }
            read += 1;
        }
    }
    eprintln!("{read} messages read");
}

/// The defect that makes the finding of a rule about form.
fn defect_of(rule: &str) -> Option<DefectKind> {
    Some(match rule {
        "F001" => DefectKind::Malformed,
        "F002" => DefectKind::UnassignedType,
        "F003" => DefectKind::WrongDirection,
        "F004" => DefectKind::LengthMismatch,
        "F005" => DefectKind::ReservedBits,
        "F006" => DefectKind::OutOfRange,
        "F007" => DefectKind::BadText,
        "F008" => DefectKind::UnexpectedPayload,
        "F009" => DefectKind::MissingTerminator,
        "A005" => DefectKind::MalformedAck,
        _ => return None,
    })
}

#[test]
fn an_injected_fault_of_form_shows_where_it_is_and_nowhere_else() {
    for (capture, expected) in cases() {
        let Some(frames) = expected["faulty"]["frames"].as_array() else { continue };
        let protocol = protocol_of(expected["protocol"].as_str().expect("a protocol")).expect("one of the two");
        let datagrams = datagrams(&capture);
        let choices = choices(protocol, &datagrams);
        let server = datagrams.first().expect("a login").dst;
        let wanted = defect_of(expected["rule"].as_str().expect("a rule"));
        let mut seen = false;
        for datagram in &datagrams {
            let reading = reading(direction(datagram, server), choices);
            let whole = protocol.whole_bytes(&datagram.bytes, &reading);
            let got: Message<'_> = protocol.dissect(&whole, &reading);
            let kinds: Vec<DefectKind> = got.defects.iter().map(|defect| defect.kind).collect();
            let at = format!("{} frame {}", capture.display(), datagram.frame);
            if wanted.is_some() && frames.iter().any(|frame| frame.as_u64() == Some(datagram.frame)) {
                assert_eq!(kinds, Vec::from_iter(wanted), "{at}");
                seen = true;
            } else {
                assert_eq!(kinds, [], "{at}: {:?}", got.defects);
            }
        }
        assert_eq!(seen, wanted.is_some(), "{}", capture.display());
    }
}

/// One line of a listing: `frame seconds src->dst name R0 S1 src=0 grp=0 hlen=5 len=5 …`.
struct Line<'l> {
    frame: u64,
    ports: (u16, u16),
    name: &'l str,
    acknowledges: bool,
    numbers: BTreeMap<&'l str, u64>,
}

fn line(text: &str) -> Option<Line<'_>> {
    let mut words = text.split_whitespace().peekable();
    let frame = words.next()?.parse().ok()?;
    words.next()?;
    let (from, to) = words.next()?.split_once("->")?;
    let acknowledges = words.next_if_eq(&"ACK").is_some();
    let name = words.next()?;
    let numbers = words.filter_map(|word| {
        let (key, value) = word.split_once('=').unwrap_or_else(|| word.split_at(word.len().min(1)));
        Some((key, value.parse().ok()?))
    });
    let mut first = BTreeMap::new();
    for (key, value) in numbers {
        first.entry(key).or_insert(value);
    }
    Some(Line { frame, ports: (from.parse().ok()?, to.parse().ok()?), name, acknowledges, numbers: first })
}

#[test]
fn other_peoples_programs_are_read_as_their_listings_say() {
    let mut read = 0;
    for (folder, port, honest) in [("imp-reference", 1313, true), ("imp-second", 1212, false)] {
        let Ok(files) = fs::read_dir(Path::new(SHARED).join("captures").join(folder)) else {
            eprintln!("skipped: no captures in {SHARED}");
            continue;
        };
        for listing in
            files.flatten().map(|file| file.path()).filter(|path| path.to_string_lossy().contains(".listing."))
        {
            let capture = PathBuf::from(listing.to_string_lossy().replace(".listing.txt", ".pcap"));
            let datagrams = datagrams(&capture);
            let choices = choices(&Imp, &datagrams);
            assert_eq!(choices, Choices::default(), "{}: rows as the figure has them", capture.display());
            let text = fs::read_to_string(&listing).expect("a listing");
            for line in text.lines().filter_map(line).filter(|line| line.numbers.contains_key("hlen")) {
                let at = format!("{} frame {}", capture.display(), line.frame);
                let datagram = datagrams.iter().find(|datagram| datagram.frame == line.frame).expect("its frame");
                let server = if line.ports.0 == port { datagram.src } else { datagram.dst };
                let reading = reading(direction(datagram, server), choices);
                let got = Imp.dissect(&datagram.bytes, &reading);
                let fields = tree(&Imp.fields(&datagram.bytes, &reading));
                assert_eq!(got.name(), Some(if line.acknowledges { "Acknowledgement" } else { line.name }), "{at}");
                let subject = got.subject.and_then(|code| Imp.spec().kinds.iter().find(|kind| kind.code == code));
                assert_eq!(subject.map(|kind| kind.name), line.acknowledges.then_some(line.name), "{at}");
                for (key, field) in
                    [("src", "source_id"), ("grp", "group_id"), ("hlen", "header_length"), ("S", "sequence")]
                {
                    assert_eq!(fields[field].as_u64(), line.numbers.get(key).copied(), "{at}: {field}");
                }
                assert_eq!(line.numbers.get("len").copied(), u64::try_from(datagram.bytes.len()).ok(), "{at}");
                if honest && got.name() != Some("GroupDissolution") {
                    assert_eq!(got.defects, [], "{at}");
                }
                assert!(got.evidence > 0.0, "{at}: {} bits", got.evidence);
                read += 1;
            }
        }
    }
    eprintln!("{read} messages read");
}

#[test]
fn other_traffic_does_not_speak_for_either() {
    let capture = Path::new(SHARED).join("acceptance/cases/mixed/background-1/c.pcap");
    if !capture.exists() {
        eprintln!("skipped: no {}", capture.display());
        return;
    }
    let datagrams = datagrams(&capture);
    for protocol in [&Imp as &dyn Protocol, &Shen] {
        let mut flows: BTreeMap<[SocketAddrV4; 2], f32> = BTreeMap::new();
        for datagram in &datagrams {
            let reading = reading(Direction::Unknown, Choices::default());
            let evidence = protocol.dissect(&datagram.bytes, &reading).evidence;
            let ends = [datagram.src.min(datagram.dst), datagram.src.max(datagram.dst)];
            *flows.entry(ends).or_default() += evidence;
        }
        assert!(flows.len() > 5);
        for (ends, bits) in flows {
            assert!(bits < -5.0, "{}: {bits} bits for {ends:?}", protocol.spec().id);
        }
    }
}
