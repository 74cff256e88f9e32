//! A capture: what was read, and what it cannot be trusted for.

use super::Stamp;
use crate::analysis::Summary;
use crate::capture::{Compression, Damage, Info, Part};
use crate::flow::{self, FlowId};
use crate::net::link_name;
use crate::report::text::plural;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// One capture that was read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CaptureRecord {
    /// Its number in this run, from 1; every other record names it.
    pub capture: u32,
    /// As it was named on the command line or found in a directory; `-` for standard input.
    pub path: String,
    /// `pcap` or `pcapng`.
    pub format: String,
    /// `gzip`, `zstd`, `lz4` or null.
    pub compression: Option<String>,
    /// The link layer; several are separated by commas, null where there is none.
    pub link_type: Option<String>,
    /// Packet records.
    pub packets: u64,
    /// Their bytes, as captured.
    pub bytes: u64,
    /// When the first packet was captured.
    pub first_time: Option<Stamp>,
    /// The latest time of all packets.
    pub last_time: Option<Stamp>,
    /// Whether it ends in the middle of a record.
    pub truncated: bool,
    /// What it cannot be trusted for.
    pub notes: Vec<NoteRecord>,
    /// The files that it was split into, in order; left out where it is one file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub pieces: Vec<PieceRecord>,
}

/// A file of a capture that was split.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PieceRecord {
    /// As it was named or found.
    pub path: String,
    /// The number of its first frame in the whole.
    pub first_frame: u64,
    /// Its frames.
    pub packets: u64,
}

impl CaptureRecord {
    /// The record of a capture that was read as far as `damage` allowed.
    #[must_use]
    pub fn new(number: u32, path: String, info: &Info, found: &Summary, damage: Option<&Damage>) -> CaptureRecord {
        let links: Vec<_> = info.links.iter().map(|link| link_name(*link)).collect();
        CaptureRecord {
            capture: number,
            path,
            format: info.format.to_string(),
            compression: (info.compression != Compression::None).then(|| info.compression.to_string()),
            link_type: (!links.is_empty()).then(|| links.join(", ")),
            packets: info.packets,
            bytes: info.bytes,
            first_time: info.first_time.map(Stamp),
            last_time: info.last_time.map(Stamp),
            truncated: info.truncated,
            notes: notes(info, found, damage),
            pieces: Vec::new(),
        }
    }

    /// The same of a capture that was split into these files.
    #[must_use]
    pub fn split_into(mut self, parts: &[Part]) -> CaptureRecord {
        let ends = parts.iter().skip(1).map(|part| part.before).chain([self.packets]);
        let piece = |(part, end): (&Part, u64)| PieceRecord {
            path: part.name.clone(),
            first_frame: part.before + 1,
            packets: end.saturating_sub(part.before),
        };
        self.pieces = parts.iter().zip(ends).map(piece).collect();
        self
    }
}

/// One thing a capture cannot be trusted for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NoteRecord {
    /// A word for programs, e.g. `doubled-packets`.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
    /// The first frames it is about.
    pub frames: Vec<u64>,
}

/// What a capture shows against itself, found before anyone is blamed.
fn notes(info: &Info, found: &Summary, damage: Option<&Damage>) -> Vec<NoteRecord> {
    let facts = &found.facts;
    let ours = || found.flows.iter().filter(|flow| flow.verdict.protocol.is_some());
    let mut notes = Vec::new();
    let mut note = |code, message, frames: Vec<u64>| notes.push(NoteRecord { code, message, frames });
    let relayed = facts.relayed;
    if relayed.arrived > 0 {
        let message = format!(
            "a relay wrote it: of {} that reached the relay each is told once, where it arrived; {} passed on",
            plural(relayed.arrived, "datagram"),
            if relayed.passed == 1 { "1 copy was".to_owned() } else { format!("{} copies were", relayed.passed) }
        );
        note("relayed", message, Vec::new());
    }
    let copies = &facts.flows.copies;
    if copies.count > 0 {
        let message = format!(
            "{} recorded twice, as on a loopback or by two interfaces; the copies are left out, not taken for \
             retransmissions",
            were(copies.count, "packet")
        );
        note("doubled-packets", message, copies.frames.clone());
    }
    if !facts.one_sided.is_empty() {
        let one_sided: BTreeSet<FlowId> = facts.one_sided.iter().copied().collect();
        let frames = ours().filter(|flow| one_sided.contains(&flow.stats.flow));
        let frames = frames.map(|flow| flow.stats.first_frame).take(8).collect();
        let count = facts.one_sided.len() as u64;
        let message = format!(
            "of {} only one direction was captured; what the other side said is not known",
            plural(count, "flow")
        );
        note("one-direction", message, frames);
    }
    let missing = ours().filter_map(|flow| flow.stats.tcp.as_ref()).map(|tcp| tcp.missing_bytes).sum();
    if missing > 0 {
        let message = format!("{} sent over TCP and not captured", were(missing, "byte"));
        note("missing-bytes", message, facts.flows.missing_bytes.frames.clone());
    }
    let disagreeing = ours().filter_map(|flow| flow.stats.tcp.as_ref()).map(|tcp| tcp.overlap_conflicts).sum();
    if disagreeing > 0 {
        note("disagreeing-segments", disagree(disagreeing, "segment"), facts.flows.overlap_conflicts.frames.clone());
    }
    let flow::Notes { evicted, expired, overflows, .. } = &facts.flows;
    let early = format!(
        "{} closed to keep within memory, though more may have come: what came is judged as if it began there \
         (--max-memory)",
        were(evicted.count, "flow")
    );
    let idle =
        format!("{} closed after hours without a packet; what came later is another flow", were(expired.count, "flow"));
    let holes = format!(
        "a hole was given up {}, because too much waited behind it: those bytes count as missing",
        times(overflows.count)
    );
    for (code, fact, message) in
        [("closed-early", evicted, early), ("closed-idle", expired, idle), ("hole-given-up", overflows, holes)]
    {
        if fact.count > 0 {
            note(code, message, fact.frames.clone());
        }
    }
    let fragments = facts.fragments;
    if fragments.disagreeing > 0 {
        note("disagreeing-fragments", disagree(fragments.disagreeing, "fragment"), Vec::new());
    }
    let lacking = fragments.incomplete + fragments.waiting;
    if lacking > 0 {
        let message =
            format!("of {} not all fragments are there: what they carried is left out", plural(lacking, "datagram"));
        note("missing-fragments", message, Vec::new());
    }
    if facts.cut.count > 0 {
        let message = format!(
            "{} cut by the snap length; messages are read as far as they go (capture with -s 0)",
            were(facts.cut.count, "packet")
        );
        note("cut-packets", message, facts.cut.frames.clone());
    }
    if facts.backwards.count > 0 {
        let message =
            format!("the clock runs backwards {}; intervals across are not judged", times(facts.backwards.count));
        note("clock-steps", message, facts.backwards.frames.clone());
    }
    match damage {
        Some(damage) if damage.is_truncation() => {
            let message = format!("it ends in the middle of a record, after {}", plural(info.packets, "packet"));
            note("truncated", message, Vec::new());
        }
        Some(damage) => note("damaged", format!("it {damage}"), Vec::new()),
        None => {}
    }
    notes
}

fn plural_verb(count: u64, noun: &str, one: &str, many: &str) -> String {
    format!("{} {}", plural(count, noun), if count == 1 { one } else { many })
}

fn disagree(count: u64, noun: &str) -> String {
    format!(
        "{} bytes that another one had brought before, with others in their place; the first are taken",
        plural_verb(count, noun, "brings", "bring")
    )
}

fn were(count: u64, noun: &str) -> String {
    format!("{} {}", plural(count, noun), if count == 1 { "was" } else { "were" })
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
