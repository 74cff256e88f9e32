//! Datagrams through a relay without sockets: every fate, order, and the seed.

use crate::bytes::Time;
use crate::capture::Reader;
use crate::limits::Limits;
use crate::net::Carrier;
use crate::net::relayed::{Mapping, Recording};
use crate::record::tape::{Route, Tape};
use crate::record::udp::{Datagrams, OVERTAKE, Sent, Tally, Verdict};
use crate::record::{Impairments, Way};
use proptest::prelude::*;
use std::io::Cursor;
use std::net::SocketAddr;
use std::time::Duration;

const MS: i64 = 1_000_000;

fn at(milliseconds: i64) -> Time {
    Time(milliseconds * MS)
}

fn route(client: u16) -> Route {
    let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
    Route { client: address(client), local: address(5000), upstream: address(client + 1000), server: address(5001) }
}

pub(super) fn tape() -> Tape {
    let server = SocketAddr::from(([127, 0, 0, 1], 5001));
    let listen = SocketAddr::from(([127, 0, 0, 1], 5000));
    let mapping = Mapping { carrier: Carrier::Udp, listen, server };
    Tape::new(&Recording { mappings: vec![mapping], remarks: "seed=0".to_owned() }, "")
}

/// What a tape holds: interface, time in milliseconds, identifier, comment.
fn read(mut tape: Tape) -> Vec<(u32, i64, u64, String)> {
    let mut reader = Reader::new(Box::new(Cursor::new(tape.take(Vec::new())))).unwrap();
    let mut seen = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let frame = frame.unwrap();
        let comments: Vec<_> = frame.options.comments().map(String::from_utf8_lossy).collect();
        assert_eq!(frame.options.outbound(), Some(frame.interface == 1));
        seen.push((frame.interface, frame.time.0 / MS, frame.options.packet_id().unwrap(), comments.join("|")));
    }
    seen
}

/// A relay that sends at once what may be sent.
struct Bench {
    core: Datagrams,
    tape: Tape,
    sent: Vec<(i64, Way, Vec<u8>)>,
}

impl Bench {
    fn new(line: &str) -> Bench {
        Bench { core: Datagrams::new(impairments(line), &Limits::default()), tape: tape(), sent: Vec::new() }
    }

    fn admit(&mut self, client: u16) -> usize {
        self.core.admit(at(0), 0, route(client))
    }

    fn arrive(&mut self, now: i64, client: usize, way: Way, payload: &[u8]) {
        self.due(now);
        if let Verdict::Pass { id, copies } = self.core.arrived(&mut self.tape, at(now), client, way, payload) {
            for nth in 0..copies {
                self.send(now, Sent { client, way, id, nth, payload });
            }
        }
        self.due(now);
    }

    fn send(&mut self, now: i64, sent: Sent<'_>) {
        self.sent.push((now, sent.way, sent.payload.to_vec()));
        self.core.passed(&mut self.tape, at(now), &sent);
    }

    /// Lets time pass up to `now`.
    fn due(&mut self, now: i64) {
        while let Some(due) = self.core.next_due().filter(|due| *due <= at(now)) {
            let Some(outgoing) = self.core.take_due(due) else { continue };
            for nth in 0..outgoing.copies {
                let (client, way, id) = (outgoing.client, outgoing.way, outgoing.id);
                self.send(due.0 / MS, Sent { client, way, id, nth, payload: &outgoing.payload });
            }
        }
    }

    fn texts(&self) -> Vec<&[u8]> {
        self.sent.iter().map(|(.., payload)| payload.as_slice()).collect()
    }
}

/// `loss=10% delay=5ms`, as the options would say it.
pub(super) fn impairments(line: &str) -> Impairments {
    let mut impairments = Impairments::default();
    for (name, value) in line.split_ascii_whitespace().filter_map(|part| part.split_once('=')) {
        match name {
            "seed" => impairments.seed = value.parse().unwrap(),
            "loss" => impairments.loss = value.parse().unwrap(),
            "delay" => impairments.delay = value.parse().unwrap(),
            "duplicate" => impairments.duplicate = value.parse().unwrap(),
            "reorder" => impairments.reorder = value.parse().unwrap(),
            other => panic!("{other}"),
        }
    }
    impairments
}

#[test]
fn what_is_not_harmed_goes_on_at_once_and_is_seen_on_both_interfaces() {
    let mut bench = Bench::new("");
    let client = bench.admit(4000);
    bench.arrive(1, client, Way::Up, b"hello");
    bench.arrive(2, client, Way::Down, b"world");
    assert_eq!(bench.texts(), [b"hello", b"world"]);
    let none = String::new();
    let seen = [(0, 1, 1, none.clone()), (1, 1, 1, none.clone()), (0, 2, 2, none.clone()), (1, 2, 2, none)];
    assert_eq!(read(bench.tape), seen);
}

#[test]
fn what_is_dropped_arrived_and_is_marked() {
    let mut bench = Bench::new("loss=up:100%");
    let client = bench.admit(4000);
    bench.arrive(1, client, Way::Up, b"hello");
    bench.arrive(2, client, Way::Down, b"world");
    assert_eq!(bench.texts(), [b"world"]);
    assert_eq!(bench.core.tally(), Tally { arrived: 2, passed: 1, dropped: 1, ..Tally::default() });
    assert_eq!(read(bench.tape)[0], (0, 1, 1, "dropped by the relay".to_owned()));
}

#[test]
fn what_is_passed_on_twice_has_one_identifier() {
    let mut bench = Bench::new("duplicate=100%");
    let client = bench.admit(4000);
    bench.arrive(1, client, Way::Up, b"hello");
    assert_eq!(bench.texts(), [b"hello", b"hello"]);
    let seen = read(bench.tape);
    assert_eq!(seen[0], (0, 1, 1, "passed on twice by the relay".to_owned()));
    assert_eq!(seen[1], (1, 1, 1, String::new()));
    assert_eq!(seen[2], (1, 1, 1, "the relay's second copy".to_owned()));
}

#[test]
fn delays_keep_order_whatever_their_spread() {
    let mut bench = Bench::new("delay=50ms±50ms seed=3");
    let client = bench.admit(4000);
    for n in 0..50 {
        bench.arrive(n, client, Way::Up, &[n as u8]);
    }
    bench.due(1_000);
    assert_eq!(bench.sent.len(), 50);
    assert!(bench.texts().is_sorted());
    assert!(bench.sent.iter().all(|(time, _, payload)| (0..=150).contains(&(time - i64::from(payload[0])))));
    assert!(bench.sent.iter().any(|(time, _, payload)| time - i64::from(payload[0]) > 20));
    assert!(read(bench.tape)[0].3.starts_with("held back "));
}

#[test]
fn one_is_overtaken_by_the_next_or_goes_by_itself() {
    let mut bench = Bench::new("reorder=up:100%");
    let client = bench.admit(4000);
    bench.arrive(0, client, Way::Up, b"1");
    bench.arrive(1, client, Way::Down, b"answer");
    bench.arrive(5, client, Way::Up, b"2");
    bench.arrive(6, client, Way::Up, b"3");
    bench.due(1_000);
    let overtake = OVERTAKE.as_millis() as i64;
    let times: Vec<_> = bench.sent.iter().map(|(time, _, payload)| (*time, payload.as_slice())).collect();
    assert_eq!(times, [(1, &b"answer"[..]), (5, b"2"), (5, b"1"), (6 + overtake, b"3")]);
    assert_eq!(bench.core.tally().reordered, 2);
}

#[test]
fn the_seed_decides_for_each_client_by_itself() {
    let fates = |seed: u64, others: bool| {
        let mut bench = Bench::new(&format!("loss=50% seed={seed}"));
        let (client, other) = (bench.admit(4000), bench.admit(4001));
        for n in 0..40 {
            if others {
                bench.arrive(n, other, Way::Up, b"other");
                bench.arrive(n, client, Way::Down, b"down");
            }
            bench.arrive(n, client, Way::Up, &[n as u8]);
        }
        bench.sent.into_iter().map(|(.., payload)| payload).filter(|payload| payload.len() == 1).collect::<Vec<_>>()
    };
    assert_eq!(fates(1, false), fates(1, true));
    assert_ne!(fates(1, false), fates(2, false));
    assert!((5..35).contains(&fates(1, false).len()));
}

#[test]
fn a_client_that_goes_takes_along_what_was_held_back() {
    let mut bench = Bench::new("delay=50ms");
    let (gone, stays) = (bench.admit(4000), bench.admit(4001));
    bench.arrive(0, gone, Way::Up, b"lost");
    bench.arrive(1, stays, Way::Up, b"kept");
    assert_eq!(bench.core.idlest(), Some(gone));
    bench.core.dismiss(gone);
    assert_eq!(bench.core.client(0, route(4000).client), None);
    let again = bench.admit(4000);
    assert_eq!((again, bench.core.clients()), (gone, 3));
    bench.due(1_000);
    assert_eq!(bench.texts(), [b"kept"]);
}

#[test]
fn clients_and_what_is_held_back_are_bounded() {
    let limits = Limits { relay_clients: 2, relay_bytes: 8, ..Limits::default() };
    let mut core = Datagrams::new(impairments("delay=50ms"), &limits);
    let mut tape = tape();
    let first = core.admit(at(0), 0, route(4000));
    assert_eq!(core.surplus(), None);
    core.admit(at(1), 0, route(4001));
    assert_eq!(core.surplus(), Some(first));
    let mut arrive = |payload: &[u8]| core.arrived(&mut tape, at(2), first, Way::Up, payload);
    assert_eq!(arrive(b"12345678"), Verdict::Hold);
    assert_eq!(arrive(b"9"), Verdict::Drop);
    assert_eq!(core.tally().crowded, 1);
    assert_eq!(read(tape)[1].3, "dropped by the relay: too much is held back already");
}

proptest! {
    #[test]
    fn every_datagram_has_one_fate(
        arrivals in prop::collection::vec((0i64..20, 0usize..3, any::<bool>()), 0..60),
        (loss, twice, reorder) in (0u32..60, 0u32..60, 0u32..60), delay in 0u32..40, seed: u64,
    ) {
        let line = format!("seed={seed} loss={loss}% duplicate={twice}% reorder={reorder}% delay={delay}ms+-0ms");
        let mut bench = Bench::new(&line);
        let clients = [bench.admit(4000), bench.admit(4001), bench.admit(4002)];
        let mut now = 0;
        for (n, (gap, client, up)) in arrivals.iter().enumerate() {
            now += gap;
            let way = if *up { Way::Up } else { Way::Down };
            bench.arrive(now, clients[*client], way, &[n as u8]);
        }
        bench.due(now + 10_000);
        let tally = bench.core.tally();
        prop_assert_eq!(tally.arrived, arrivals.len() as u64);
        prop_assert_eq!(tally.passed, tally.arrived - tally.dropped + tally.duplicated);
        prop_assert_eq!(tally.passed, bench.sent.len() as u64);
        let most = Duration::from_millis(u64::from(delay)) + OVERTAKE;
        let mut held = 0;
        for (n, (gap, ..)) in arrivals.iter().enumerate() {
            held += gap;
            for (time, _, _) in bench.sent.iter().filter(|(.., payload)| payload == &[n as u8]) {
                prop_assert!(*time >= held && *time - held <= most.as_millis() as i64);
            }
        }
        prop_assert_eq!(read(bench.tape).len() as u64, tally.arrived + tally.passed);
    }
}
