//! The counting behind `stats`.

use super::timeline::Timeline;
use crate::analysis::FlowReport;
use crate::bytes::Time;
use crate::protocol::Spec;
use crate::protocols;
use crate::report::view::{
    CaptureRecord, Endpoint, EndpointRecord, HierarchyRecord, KindLatencyRecord, LatencyRecord, MessageCount,
    MessageRecord, SCHEMA_VERSION, StatsDocument, Tool, Way,
};
use crate::session::report::Actor;
use crate::session::summarize;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// Counts over all captures of a run.
#[derive(Default)]
pub(super) struct Tally {
    captures: Vec<CaptureRecord>,
    hierarchy: BTreeMap<Vec<&'static str>, Volume>,
    messages: BTreeMap<MessageKey, (&'static str, Count)>,
    endpoints: BTreeMap<(&'static str, SocketAddr), Party>,
    latencies: BTreeMap<ExchangeKey, Samples>,
    /// One of each capture, with the time of its first packet.
    timelines: Vec<(Timeline, Time)>,
    current: Timeline,
}

/// Protocol, place in its message table, name, direction: in the order of the report.
type MessageKey = (usize, usize, Option<String>, Way);

/// Protocol, place in its message table, who asks.
type ExchangeKey = (usize, usize, &'static str);

/// The protocol and the message, with latencies in nanoseconds.
type Samples = (&'static str, &'static str, Vec<u64>);

#[derive(Default)]
struct Volume {
    flows: u64,
    packets: u64,
    bytes: u64,
    messages: u64,
}

#[derive(Default)]
struct Count {
    count: u64,
    bytes: u64,
    errors: u64,
}

#[derive(Default)]
struct Party {
    as_server: u64,
    as_client: u64,
    sent: u64,
    sent_bytes: u64,
    received: u64,
    received_bytes: u64,
}

impl Tally {
    /// A message.
    pub(super) fn message(&mut self, message: &MessageRecord<'_>, start: Time) {
        let (protocol, place) = place(message.protocol, message.name);
        let key = (protocol, place, message.name.map(str::to_owned), message.direction);
        let (_, count) = self.messages.entry(key).or_insert_with(|| (message.protocol, Count::default()));
        count.count += 1;
        count.bytes += message.length;
        count.errors += u64::from(message.error.is_some());
        for path in [vec![], vec![message.transport], vec![message.transport, message.protocol]] {
            self.hierarchy.entry(path).or_default().messages += 1;
        }
        let sender = self.endpoints.entry((message.protocol, message.src.0)).or_default();
        sender.sent += 1;
        sender.sent_bytes += message.length;
        sender.as_client += u64::from(message.direction == Way::ClientToServer);
        sender.as_server += u64::from(message.direction == Way::ServerToClient);
        let receiver = self.endpoints.entry((message.protocol, message.dst.0)).or_default();
        receiver.received += 1;
        receiver.received_bytes += message.length;
        receiver.as_client += u64::from(message.direction == Way::ServerToClient);
        receiver.as_server += u64::from(message.direction == Way::ClientToServer);
        self.current.add(message.time.0.0.saturating_sub(start.0), message.length);
    }

    /// A flow.
    pub(super) fn flow(&mut self, flow: &FlowReport) {
        let transport = flow.stats.ends.transport.name();
        let protocol = flow.verdict.protocol.map_or("other", |protocol| protocol.spec().id);
        for path in [vec![], vec![transport], vec![transport, protocol]] {
            let volume = self.hierarchy.entry(path).or_default();
            volume.flows += 1;
            volume.packets += flow.stats.packets();
            volume.bytes += flow.stats.bytes();
        }
    }

    /// Latencies of one kind of message, in nanoseconds.
    pub(super) fn latencies(&mut self, spec: &'static Spec, request: &str, from: Actor, latencies: Vec<u64>) {
        // What is not in the table has a name that the wire chose, and is left out.
        let Some(kind) = spec.kinds.iter().find(|kind| kind.name == request) else { return };
        let (protocol, place) = place(spec.id, Some(kind.name));
        let samples = self.latencies.entry((protocol, place, from.name()));
        samples.or_insert_with(|| (spec.id, kind.name, Vec::new())).2.extend(latencies);
    }

    /// A capture is over; `whole` if all of it was looked at.
    pub(super) fn capture(&mut self, capture: &CaptureRecord, undecoded: u64, whole: bool) {
        if whole {
            // What flows do not show: packets that are neither, and the bytes of headers.
            let mut flows = self.hierarchy.remove(&vec![]).unwrap_or_default();
            flows.packets += undecoded;
            self.hierarchy.insert(vec![], flows);
            if undecoded > 0 {
                self.hierarchy.entry(vec!["other"]).or_default().packets += undecoded;
            }
        }
        let start = capture.first_time.map_or(Time::default(), |stamp| stamp.0);
        self.timelines.push((std::mem::take(&mut self.current), start));
        self.captures.push(capture.clone());
    }

    /// Everything counted.
    pub(super) fn document(self) -> StatsDocument {
        let mut endpoints: Vec<EndpointRecord> = self
            .endpoints
            .into_iter()
            .map(|((protocol, address), party)| EndpointRecord {
                endpoint: Endpoint(address),
                protocol,
                role: party.role(),
                sent: party.sent,
                sent_bytes: party.sent_bytes,
                received: party.received,
                received_bytes: party.received_bytes,
            })
            .collect();
        // Servers before their clients; the sort is stable, so else by address.
        endpoints.sort_by_key(|party| (place(party.protocol, None).0, party.role != "server"));
        StatsDocument {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            hierarchy: self
                .hierarchy
                .into_iter()
                .map(|(path, volume)| HierarchyRecord {
                    path,
                    flows: volume.flows,
                    packets: volume.packets,
                    bytes: volume.bytes,
                    messages: volume.messages,
                })
                .collect(),
            messages: self
                .messages
                .into_iter()
                .map(|((_, _, name, way), (protocol, count))| MessageCount {
                    protocol,
                    name,
                    direction: way.name(),
                    count: count.count,
                    bytes: count.bytes,
                    errors: count.errors,
                })
                .collect(),
            endpoints,
            latencies: self
                .latencies
                .into_iter()
                .map(|((_, _, from), (protocol, request, samples))| KindLatencyRecord {
                    protocol,
                    request,
                    from,
                    latency_ms: LatencyRecord::new(summarize(&samples).as_ref()),
                })
                .collect(),
            activity: self
                .timelines
                .iter()
                .zip(1..)
                .flat_map(|((timeline, start), capture)| timeline.records(capture, *start))
                .collect(),
            captures: self.captures,
        }
    }
}

/// Where a protocol stands in the registry, and a message in its table; what has no place comes last.
fn place(protocol: &str, name: Option<&str>) -> (usize, usize) {
    let known = protocols::ALL.iter().map(|protocol| protocol.spec());
    let Some((index, spec)) = known.enumerate().find(|(_, spec)| spec.id == protocol) else {
        return (usize::MAX, usize::MAX);
    };
    let row = name.and_then(|name| spec.kinds.iter().position(|kind| kind.name == name));
    (index, row.unwrap_or(usize::MAX))
}

impl Party {
    fn role(&self) -> &'static str {
        match self.as_server.cmp(&self.as_client) {
            std::cmp::Ordering::Greater => "server",
            std::cmp::Ordering::Less => "client",
            std::cmp::Ordering::Equal => "unknown",
        }
    }
}
