//! Flows and streams of our own cases, of captures of real programs, and of other projects' captures.
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
use std::time::Duration;
use wiregrade::capture::Reader;
use wiregrade::flow::{Event, Item, Notes, Sieve, Stats, Table, TcpStats};
use wiregrade::limits::Limits;
use wiregrade::net::Decoder;

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if !path.exists() {
        println!("skipped: there is no {}", path.display());
    }
    path.exists().then_some(path)
}

/// What a capture's flows say.
#[derive(Default)]
struct Said {
    /// TCP bytes by sender and receiver, in order.
    streams: BTreeMap<(String, String), Vec<u8>>,
    /// Where in them something is missing, and how much.
    gaps: Vec<((String, String), usize, u64)>,
    flows: Vec<Stats>,
    notes: Notes,
}

impl Said {
    fn tcp(&self, figure: impl Fn(&TcpStats) -> u64) -> u64 {
        self.flows.iter().filter_map(|flow| flow.tcp.as_ref()).map(figure).sum()
    }
}

/// What the sieve keeps no longer goes into the table.
fn drain(sieve: &mut Sieve, table: &mut Table, see: &mut impl FnMut(Item<'_>)) {
    while let Some((packet, is_copy)) = sieve.pop() {
        table.push(&packet.lend(), is_copy, see);
    }
}

fn say(path: &Path) -> Said {
    let mut said = Said::default();
    let Ok(mut reader) = Reader::new(Box::new(File::open(path).unwrap())) else { return said };
    let mut sieve = Sieve::new(&Limits::default());
    let (mut decoder, mut table) = (Decoder::new(&Limits::default()), Table::new(&Limits::default()));
    let Said { streams, gaps, flows, .. } = &mut said;
    let (mut packets, mut datagrams) = (0, 0);
    let mut see = |item: Item<'_>| {
        let key = (item.src().to_string(), item.dst().to_string());
        match item.event {
            Event::Datagram { frames, .. } => {
                assert!(frames.is_sorted() && frames.contains(&item.frame));
                datagrams += 1;
            }
            Event::Run { bytes, carried_by, .. } => {
                assert!(carried_by <= item.frame && !bytes.is_empty());
                streams.entry(key).or_default().extend(bytes);
            }
            Event::Gap { missing } => gaps.push((key.clone(), streams.entry(key).or_default().len(), missing)),
            Event::End { .. } => {}
        }
    };
    while let Some(Ok(frame)) = reader.next_frame() {
        if let Ok(packet) = decoder.decode(&frame) {
            packets += 1;
            match sieve.push(&packet, packet.fingerprint()) {
                Some(is_copy) => table.push(&packet, is_copy, &mut see),
                None => drain(&mut sieve, &mut table, &mut see),
            }
            flows.extend(table.retired());
        }
    }
    sieve.finish();
    drain(&mut sieve, &mut table, &mut see);
    table.finish(&mut see);
    flows.extend(table.retired());
    said.notes = table.notes().clone();
    let Said { flows, notes, .. } = &mut said;
    flows.sort_by_key(|flow| flow.flow);
    // Every packet is in one flow or a copy, every flow has a number, every datagram is said.
    assert_eq!(flows.iter().map(Stats::packets).sum::<u64>() + notes.copies.count, packets, "{}", path.display());
    assert!(flows.iter().map(|flow| flow.flow).eq(1..=u32::try_from(flows.len()).unwrap()));
    assert!(flows.is_sorted_by_key(|flow| flow.first_frame));
    let udp = flows.iter().filter(|flow| flow.tcp.is_none()).map(Stats::packets).sum::<u64>();
    assert_eq!(udp, datagrams, "{}", path.display());
    said
}

fn case(name: &str) -> Option<Said> {
    Some(say(&shared(&format!("acceptance/cases/formats/{name}/c.pcap"))?))
}

#[test]
fn a_conversation_is_the_same_however_its_segments_come() {
    for cases in [
        ["tcp-seg-header-g22", "tcp-out-of-order-g22", "tcp-retransmission-g22"].as_slice(),
        &["tcp-seg-random-g9tcp", "tcp-seg-1-g9tcp", "tcp-overlap-g9tcp", "tcp-keepalive-g9tcp"],
        &["tcp-seg-coalesce-chatos", "tcp-sequence-wrap-reordered-chatos", "tcp-one-sided-acks-missing-chatos"],
    ] {
        let mut first = None;
        for name in cases {
            let Some(said) = case(name) else { return };
            assert!(said.gaps.is_empty() && said.tcp(|tcp| tcp.missing_bytes + tcp.strays) == 0, "{name}");
            assert_eq!(said.notes.copies.count, 0, "{name}");
            assert!(said.streams.len() >= 4, "{name}");
            assert_eq!(first.get_or_insert_with(|| said.streams.clone()), &said.streams, "{name}");
        }
    }
}

#[test]
fn the_health_figures_name_what_was_done_to_the_segments() {
    for (name, retransmitted, out_of_order, keep_alives) in [
        ("tcp-seg-random-g9tcp", false, false, false),
        ("tcp-seg-1-g9tcp", false, false, false),
        ("tcp-keepalive-g9tcp", false, false, true),
        ("tcp-out-of-order-g22", false, true, false),
        // The last byte sent again on its own looks like a keep-alive: there are some here.
        ("tcp-retransmission-g22", true, false, true),
        ("tcp-sequence-wrap-reordered-chatos", false, true, false),
    ] {
        let Some(said) = case(name) else { return };
        assert_eq!(said.tcp(|tcp| tcp.retransmitted) > 0, retransmitted, "{name}");
        assert_eq!(said.tcp(|tcp| tcp.out_of_order) > 0, out_of_order, "{name}");
        assert_eq!(said.tcp(|tcp| tcp.keep_alives) > 0, keep_alives, "{name}");
        assert!(said.flows.iter().all(|flow| flow.tcp.as_ref().unwrap().handshake == Some(Duration::from_micros(170))));
    }
}

#[test]
fn a_segment_that_was_not_captured_is_a_gap_of_its_length() {
    let (Some(whole), Some(said)) = (case("tcp-seg-header-g22"), case("tcp-gap-g22")) else { return };
    let [(key, at, missing)] = &said.gaps[..] else { panic!("one gap, not {:?}", said.gaps) };
    let (full, cut) = (&whole.streams[key], &said.streams[key]);
    assert_eq!(full.len() as u64, cut.len() as u64 + missing);
    assert_eq!((&full[..*at], &full[*at + usize::try_from(*missing).unwrap()..]), cut.split_at(*at));
    assert_eq!((said.notes.missing_bytes.count, said.notes.missing_bytes.frames), (*missing, vec![60]));
}

#[test]
fn captures_of_real_programs_lack_only_what_they_are_said_to_lack() {
    for folder in ["chatos", "imp-reference", "imp-second"] {
        let Some(folder) = shared(&format!("captures/{folder}")) else { return };
        for path in files(&folder).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "pcap")) {
            let said = say(&path);
            let missing = if path.ends_with("multi_clients_tap_losses.pcap") { 25 } else { 0 };
            assert_eq!(said.notes.missing_bytes.count, missing, "{}", path.display());
            assert_eq!(said.notes.copies.count + said.notes.one_sided.count, 0, "{}", path.display());
        }
    }
}

#[test]
fn any_capture_is_followed_to_its_end() {
    for folder in ["corpus", "acceptance/cases"] {
        let Some(folder) = shared(folder) else { return };
        for path in files(&folder) {
            say(&path);
        }
    }
}

/// All files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
