//! What each stage takes for a simulated conversation, by itself: `cargo bench --package wiregrade-benches`.
//!
//! `benches/run` measures the whole program; this tells which stage a difference comes from.

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use std::io::Cursor;
use std::time::Duration;
use wiregrade::analysis::{Analysis, Options};
use wiregrade::capture::Reader;
use wiregrade::flow::Assembler;
use wiregrade::identify::{Step, Unit};
use wiregrade::limits::Limits;
use wiregrade::net::Decoder;
use wiregrade::policy::Policy;
use wiregrade::protocol::{Protocol, Reading};
use wiregrade::protocols::ALL;
use wiregrade::rules::{Judge, Options as Asked};
use wiregrade::session::Tracker;
use wiregrade::synth::script::{Role, Scenario, Step as Act};
use wiregrade::synth::{Plan, simulate};

fn main() {
    divan::main();
}

/// All that is spoken.
const PROTOCOLS: [&str; 5] = ["c2w-g9", "c2w-g22", "imp", "shen", "chatos"];

/// A conversation of four who each say so much: the same bytes each time.
fn capture(protocol: &'static str) -> Vec<u8> {
    let transport = spec(protocol).spec().transports[0];
    let roles = (0..4_u64).map(|number| {
        let name = format!("user{number}");
        let steps = vec![
            Act::Login(name.clone()),
            Act::List,
            Act::Wait(Duration::from_secs(2)),
            Act::Chat(50, Duration::ZERO),
            Act::Wait(Duration::from_secs(3)),
            Act::Logout,
        ];
        Role { name, after: Duration::from_millis(number * 100), steps }
    });
    simulate(&Plan::new(protocol, transport, Scenario { roles: roles.collect() }), Vec::new()).expect("memory").0
}

fn spec(id: &str) -> &'static dyn Protocol {
    *ALL.iter().find(|protocol| protocol.spec().id == id).expect("one of them")
}

fn reader(bytes: &[u8]) -> Reader {
    Reader::new(Box::new(Cursor::new(bytes.to_vec()))).expect("a capture")
}

/// Every step of an analysis.
fn steps(bytes: &[u8], sink: &mut dyn FnMut(Step<'_>)) {
    let mut reader = reader(bytes);
    let mut analysis = Analysis::new(Options::default());
    while let Some(frame) = reader.next_frame() {
        analysis.frame(&frame.expect("whole"), sink);
    }
    analysis.finish(sink);
}

fn packets(bytes: &[u8]) -> u64 {
    let mut reader = reader(bytes);
    while reader.next_frame().is_some() {}
    reader.info().packets
}

/// Frames out of a file.
#[divan::bench(args = PROTOCOLS)]
fn read(bencher: Bencher<'_, '_>, protocol: &'static str) {
    let bytes = capture(protocol);
    bencher.counter(BytesCount::new(bytes.len())).bench(|| packets(&bytes));
}

/// Packets out of frames.
#[divan::bench(args = PROTOCOLS)]
fn decode(bencher: Bencher<'_, '_>, protocol: &'static str) {
    let bytes = capture(protocol);
    bencher.counter(ItemsCount::new(packets(&bytes))).bench(|| {
        let (mut reader, mut decoder) = (reader(&bytes), Decoder::new(&Limits::default()));
        let mut decoded = 0;
        while let Some(Ok(frame)) = reader.next_frame() {
            decoded += u64::from(decoder.decode(&frame).is_ok());
        }
        decoded
    });
}

/// Messages out of bytes.
#[divan::bench(args = PROTOCOLS)]
fn parse(bencher: Bencher<'_, '_>, protocol: &'static str) {
    let mut messages: Vec<(Vec<u8>, Reading)> = Vec::new();
    steps(&capture(protocol), &mut |step| {
        if let Step::Unit(unit) = step {
            let Unit { direction, transport, choices, .. } = unit;
            messages.push((unit.bytes.to_vec(), Reading { direction, transport, choices }));
        }
    });
    let speaks = spec(protocol);
    bencher
        .counter(ItemsCount::new(messages.len()))
        .bench(|| messages.iter().map(|(bytes, reading)| speaks.dissect(bytes, reading).defects.len()).sum::<usize>());
}

/// Which protocol a flow speaks, and where its messages end: frames to steps, nothing made of them.
#[divan::bench(args = PROTOCOLS)]
fn identify(bencher: Bencher<'_, '_>, protocol: &'static str) {
    let bytes = capture(protocol);
    bencher.counter(ItemsCount::new(packets(&bytes))).bench(|| {
        let mut units = 0;
        steps(&bytes, &mut |step| units += usize::from(matches!(step, Step::Unit(_))));
        units
    });
}

/// A stream out of segments, in order and with each pair swapped.
#[divan::bench(args = ["in order", "swapped"])]
fn reassemble(bencher: Bencher<'_, '_>, order: &str) {
    const SEGMENT: usize = 1448;
    let stream: Vec<u8> = (0..1_u32 << 20).map(|at| at.to_le_bytes()[0]).collect();
    let mut segments: Vec<(u64, &[u8])> =
        stream.chunks(SEGMENT).enumerate().map(|(at, piece)| ((at * SEGMENT) as u64, piece)).collect();
    if order == "swapped" {
        segments.chunks_mut(2).for_each(<[_]>::reverse);
    }
    bencher.counter(BytesCount::new(stream.len())).bench(|| {
        let mut assembler = Assembler::<u64>::new(1 << 16);
        let mut delivered = 0;
        for (at, piece) in &segments {
            assembler.insert(*at, piece, *at, &mut |_| delivered += 1);
        }
        delivered
    });
}

/// Everything that `check` does but writing.
#[divan::bench(args = PROTOCOLS)]
fn check(bencher: Bencher<'_, '_>, protocol: &'static str) {
    let bytes = capture(protocol);
    let policy = Policy::default();
    bencher.counter(ItemsCount::new(packets(&bytes))).bench(|| {
        let mut tracker = Tracker::new(policy.clone());
        let mut judge = Judge::new(&policy, Asked::default());
        steps(&bytes, &mut |step| {
            tracker.step(&step, &mut judge);
        });
        tracker.finish(wiregrade::bytes::Time(i64::MAX), &mut judge);
        judge.finish().findings.len()
    });
}
