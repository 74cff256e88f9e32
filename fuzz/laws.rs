//! What must hold of any bytes whatever: the laws that the fuzzer tries to break, and that `tests/fuzz_corpus.rs` holds for
//! everything the fuzzer ever found interesting.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use wiregrade::analysis::{Analysis, Options};
use wiregrade::bytes::Time;
use wiregrade::capture::Reader;
use wiregrade::flow::{Assembler, Piece};
use wiregrade::identify::Step;
use wiregrade::policy::Policy;
use wiregrade::protocol::{Choices, Direction, Framing, Protocol, Reading, Sender, Transport};
use wiregrade::protocols::{ALL, c2w_g9, c2w_g22, chatos, imp, shen};
use wiregrade::report::ladder::{Ask, Heard, Ladder, Per, layout};
use wiregrade::report::view::{
    CaptureRecord, CheckSummary, ExchangeRecord, FindingRecord, Origin, Record, RuleRecord, SessionRecord, Summary,
    with_record,
};
use wiregrade::report::{CHECK, DISSECT, Format, Make, Setup};
use wiregrade::rules::{Judge, Judged, Options as Asked};
use wiregrade::session::Tracker;

/// A law, by the name of its fuzz target.
pub(crate) type Law = fn(&[u8]);

/// All of them.
pub(crate) const LAWS: &[(&str, Law)] = &[
    ("capture", capture),
    ("packets", packets),
    ("stream", stream),
    ("datagrams", datagrams),
    ("framing", framing),
    ("pipeline", pipeline),
];

/// A capture is read to an end: as many frames as it says, none longer than on the wire, nothing after damage.
pub(crate) fn capture(bytes: &[u8]) {
    let Ok(mut reader) = Reader::new(Box::new(Cursor::new(bytes.to_vec()))) else { return };
    let (mut frames, mut kept, mut damaged) = (0, 0, false);
    while let Some(next) = reader.next_frame() {
        assert!(!damaged, "something came after the damage");
        match next {
            Ok(frame) => {
                frames += 1;
                kept += frame.data.len() as u64;
                assert_eq!(frame.number, frames);
                assert!(frame.data.len() <= frame.wire_len);
            }
            Err(_) => damaged = true,
        }
    }
    let info = reader.info();
    assert_eq!((info.packets, info.bytes), (frames, kept));
}

/// Whatever a frame holds, a packet has no more than the frame; a message has no more than the packets.
pub(crate) fn packets(bytes: &[u8]) {
    let Some((&first, rest)) = bytes.split_first() else { return };
    let links = [1_u32, 113, 276, 0, 108, 101, 228, 229, 12, 14];
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, links[usize::from(first) % links.len()]] {
        file.extend(word.to_le_bytes());
    }
    // A byte says how long the next frame is, in steps of four.
    let (mut rest, mut time) = (rest, 0_u32);
    while let Some((&length, more)) = rest.split_first() {
        let (frame, left) = more.split_at(more.len().min(usize::from(length) * 4));
        let count = u32::try_from(frame.len()).unwrap_or(0);
        time += 7_001;
        for word in [time / 1_000_000, time % 1_000_000, count, count] {
            file.extend(word.to_le_bytes());
        }
        file.extend(frame);
        rest = left;
    }
    let mut reader = Reader::new(Box::new(Cursor::new(file.clone()))).expect("it is a capture");
    let mut analysis = Analysis::new(Options::default());
    let (mut said, mut frames) = (0, 0);
    // Nobody waits for a flow that hardly seems ours: where it is after all, what it had said by then comes late.
    let (mut latest, mut in_order) = (0, BTreeSet::new());
    let mut hear = |step: Step<'_>| {
        let flow = match &step {
            Step::Unit(unit) => Some(unit.flow),
            Step::Gap { flow, .. } | Step::End { flow, .. } => Some(*flow),
            Step::Relayed { .. } => None,
        };
        if step.frame() >= latest {
            latest = step.frame();
            in_order.insert(flow);
        }
        assert!(step.frame() >= latest || !in_order.contains(&flow), "out of order");
        if let Step::Unit(unit) = step {
            said += unit.bytes.len();
            assert!(unit.frames.is_sorted(), "{:?}", unit.frames);
        }
    };
    while let Some(next) = reader.next_frame() {
        frames += 1;
        analysis.frame(&next.expect("whole"), &mut hear);
    }
    let summary = analysis.finish(&mut hear);
    assert!(said <= file.len(), "more was said than there is");
    let counted: u64 = summary.flows.iter().map(|flow| flow.stats.from_a.packets + flow.stats.from_b.packets).sum();
    assert!(counted <= frames);
}

/// The assembler against one that keeps everything: the first to claim a byte has it, and each comes out once, in order.
pub(crate) fn stream(bytes: &[u8]) {
    let mut assembler = Assembler::<u8>::new(16);
    let mut model: BTreeMap<u64, u8> = BTreeMap::new();
    let (mut out, mut delivered) = (Vec::new(), 0_u64);
    for piece in bytes.chunks(6) {
        let [at, length, content @ ..] = piece else { continue };
        let (at, length) = (u64::from(*at), usize::from(*length % 16));
        let content: Vec<u8> =
            content.iter().copied().cycle().take(if content.is_empty() { 0 } else { length }).collect();
        let mut fresh = 0;
        for (place, byte) in (at..).zip(&content) {
            if place >= delivered {
                model.entry(place).or_insert_with(|| {
                    fresh += 1;
                    *byte
                });
            }
        }
        let inserted = assembler.insert(at, &content, 0, &mut |piece| match piece {
            Piece::Bytes { bytes, .. } => out.extend_from_slice(bytes),
            Piece::Gap { .. } => panic!("nothing was given up"),
        });
        assert_eq!(inserted.fresh, fresh, "what is new");
        while model.contains_key(&delivered) {
            delivered += 1;
        }
        assert_eq!(assembler.next(), delivered);
    }
    let expected: Vec<u8> = (0..delivered).filter_map(|place| model.get(&place).copied()).collect();
    assert_eq!(out, expected);
}

const READINGS: [(Direction, Transport); 6] = [
    (Direction::ToServer, Transport::Udp),
    (Direction::ToClient, Transport::Udp),
    (Direction::Unknown, Transport::Udp),
    (Direction::Peer, Transport::Udp),
    (Direction::ToServer, Transport::Tcp),
    (Direction::ToClient, Transport::Tcp),
];

fn readings(protocol: &dyn Protocol) -> impl Iterator<Item = Reading> {
    let count = protocol.spec().conventions.len();
    let choices = move |bits: usize| (0..count).fold(Choices::default(), |all, one| all.with(one, bits >> one & 1));
    READINGS.into_iter().flat_map(move |(direction, transport)| {
        (0..1 << count).map(move |bits| Reading { direction, transport, choices: choices(bits) })
    })
}

/// Every parser reads anything: what it points at lies within the bytes, and what it reads without fault it writes again.
pub(crate) fn datagrams(bytes: &[u8]) {
    for protocol in ALL {
        for reading in readings(*protocol) {
            let whole = protocol.whole_bytes(bytes, &reading);
            assert_eq!(whole.len(), bytes.len());
            let message = protocol.dissect(&whole, &reading);
            for defect in &message.defects {
                assert!(defect.offset <= bytes.len(), "{}: {defect:?}", protocol.spec().id);
            }
            assert_eq!(protocol.is_malformed(&whole, &reading), message.is_malformed(), "{}", protocol.spec().id);
            for field in protocol.fields(&whole, &reading) {
                assert!(field.span.start <= field.span.end && field.span.end <= bytes.len(), "{}", field.name);
            }
            protocol.vote(bytes, &reading, &mut |convention, value| {
                assert!(protocol.spec().conventions[convention].values.len() > value);
            });
        }
    }
    round_trips(bytes);
}

/// Read, written and read again: the same.
fn round_trips(bytes: &[u8]) {
    for order in [imp::wire::RowOrder::Figure, imp::wire::RowOrder::Text] {
        if let Some(message) = imp::wire::parse(bytes, order) {
            let mut again = Vec::new();
            message.emit(order, &mut again);
            assert_eq!(again, bytes);
        }
    }
    for from in [Sender::Client, Sender::Server] {
        if let Ok(parsed) = c2w_g9::wire::parse(bytes, from)
            && parsed.defects.is_empty()
        {
            let mut again = Vec::new();
            parsed.message.emit(&mut again);
            assert_eq!(again, bytes);
        }
    }
    if let Ok((message, defects)) = c2w_g22::wire::parse(bytes)
        && defects.is_empty()
    {
        let mut again = Vec::new();
        message.emit(&mut again);
        assert_eq!(again, bytes);
    }
    if let Ok((packet, length)) = chatos::wire::parse(bytes) {
        let mut again = Vec::new();
        chatos::wire::emit(&packet, &mut again);
        assert_eq!(again, bytes[..length]);
    }
    if let Some(message) = shen::wire::parse(bytes) {
        let mut again = Vec::new();
        message.emit(shen::wire::Alignment::Byte, &mut again);
        if let Some(second) = shen::wire::parse(&again) {
            assert_eq!((second.kind, second.sequence), (message.kind, message.sequence));
        }
    }
}

/// Where a message ends does not depend on how much of what follows is there, and a cut is called a cut.
pub(crate) fn framing(bytes: &[u8]) {
    for protocol in ALL {
        for reading in readings(*protocol).filter(|reading| reading.transport == Transport::Tcp) {
            let Framing::Message(length) = protocol.frame(bytes, &reading) else { continue };
            assert!(length > 0 && length <= bytes.len(), "{}", protocol.spec().id);
            assert_eq!(protocol.frame(&bytes[..length], &reading), Framing::Message(length));
            for cut in 0..length {
                match protocol.frame(&bytes[..cut], &reading) {
                    Framing::NeedMore { at_least } => assert!(at_least > cut),
                    other => panic!("{}: {cut} of {length} bytes are {other:?}", protocol.spec().id),
                }
            }
        }
    }
}

/// From a capture to a report in every format: each is what it claims to be, and none has a character in it that could
/// do something to a terminal or a page.
pub(crate) fn pipeline(bytes: &[u8]) {
    let Ok(mut reader) = Reader::new(Box::new(Cursor::new(bytes.to_vec()))) else { return };
    let policy = Policy::default();
    let mut analysis = Analysis::new(Options::default().for_capture(reader.comments()));
    let mut tracker = Tracker::new(policy.clone());
    let mut judge = Judge::new(&policy, Asked { exchanges: true, ..Asked::default() });
    let mut heard = Heard::new(1, Time::default());
    let mut messages: Vec<_> =
        DISSECT.iter().map(|format| (format, (format.make)(&Setup::default()), Vec::<u8>::new())).collect();
    for (_, report, out) in &mut messages {
        report.begin(1, "fuzz.pcap", out).expect("memory");
    }
    let mut start = None;
    let mut damage = None;
    let mut hear = |step: Step<'_>, start: Time| {
        let session = tracker.step(&step, &mut judge);
        heard.step(&step);
        let Step::Unit(unit) = step else { return };
        heard.meet(&unit);
        with_record(&unit, Origin { capture: 1, start, session }, |message| {
            heard.message(&message);
            for (_, report, out) in &mut messages {
                report.record(Record::Message(&message), out).expect("memory");
            }
        });
    };
    while let Some(next) = reader.next_frame() {
        match next {
            Ok(frame) => {
                let start = *start.get_or_insert(frame.time);
                analysis.frame(&frame, &mut |step| hear(step, start));
            }
            Err(found) => damage = Some(found),
        }
    }
    let start = start.unwrap_or_default();
    let summary = analysis.finish(&mut |step| hear(step, start));
    let info = reader.info();
    tracker.finish(info.last_time.unwrap_or_default(), &mut judge);
    let judged = judge.finish();
    let record = CaptureRecord::new(1, "fuzz.pcap".to_owned(), &info, &summary, damage.as_ref());
    for (format, mut report, mut out) in messages {
        report.record(Record::Capture(&record), &mut out).expect("memory");
        report.finish(&mut out).expect("memory");
        is_valid(format.name, &out);
    }
    let ask = Ask { per: Per::Session, lifelines: 9, max_rows: None, only_findings: None };
    heard.findings = judged.findings.iter().map(|finding| FindingRecord::new(1, start, finding)).collect();
    (heard.start, heard.end) = (start, info.last_time.unwrap_or_default());
    (heard.sessions, heard.exchanges) = (judged.sessions.clone(), judged.exchanges.clone());
    let ladders = layout(&heard, &ask);
    for format in CHECK {
        is_valid(format.name, &checked(format, start, &record, &judged, &ladders));
    }
}

fn checked(
    format: &Format<Make>,
    start: Time,
    capture: &CaptureRecord,
    judged: &Judged,
    ladders: &[Ladder],
) -> Vec<u8> {
    let (mut report, mut out) = ((format.make)(&Setup::default()), Vec::new());
    report.begin(1, "fuzz.pcap", &mut out).expect("memory");
    report.ladders(ladders);
    let mut write = |record: Record<'_>| report.record(record, &mut out).expect("memory");
    for finding in &judged.findings {
        write(Record::Finding(&FindingRecord::new(1, start, finding)));
    }
    for session in &judged.sessions {
        write(Record::Session(&SessionRecord::new(1, session)));
    }
    for exchange in &judged.exchanges {
        write(Record::Exchange(&ExchangeRecord::new(1, start, exchange)));
    }
    for rule in &judged.rules {
        write(Record::Rule(&RuleRecord::new(1, rule)));
    }
    write(Record::Capture(capture));
    let summary = CheckSummary { captures: 1, verdict: "pass", fail_on: "never", ..CheckSummary::default() };
    write(Record::Summary(&Summary::Check(summary)));
    report.finish(&mut out).expect("memory");
    out
}

fn is_valid(format: &str, out: &[u8]) {
    let text = std::str::from_utf8(out).unwrap_or_else(|error| panic!("{format}: {error}"));
    let harmful = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    if let Some(found) = text.chars().find(|c| harmful(*c)) {
        panic!("{format}: {:?} in {text:?}", found);
    }
    match format {
        "json" | "sarif" | "gitlab" => {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|error| panic!("{format}: {error}"));
        }
        "jsonl" => {
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{format}: {error}"));
            }
        }
        "github" => {
            assert!(text.lines().all(|line| line.starts_with("::") || !line.contains("::")), "{text}");
        }
        "csv" => {
            let mut rows = csv::ReaderBuilder::new().from_reader(text.as_bytes());
            assert!(rows.records().all(|row| row.is_ok()), "{text}");
        }
        _ => {}
    }
}
