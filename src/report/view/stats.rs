//! What `stats` counts.

use super::{CaptureRecord, Endpoint, LatencyRecord, Stamp, Tool};
use schemars::JsonSchema;
use serde::Serialize;

/// The output of `stats --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StatsDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// What was read.
    pub captures: Vec<CaptureRecord>,
    /// How much of what: the whole, then transports, then protocols.
    pub hierarchy: Vec<HierarchyRecord>,
    /// Messages by protocol, name and direction.
    pub messages: Vec<MessageCount>,
    /// Who spoke the protocols.
    pub endpoints: Vec<EndpointRecord>,
    /// From a message to its answer, by kind of message.
    pub latencies: Vec<KindLatencyRecord>,
    /// Messages over time, in equal intervals.
    pub activity: Vec<ActivityRecord>,
}

/// One line of the protocol hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HierarchyRecord {
    /// From the outside in, e.g. `["udp", "imp"]`; the whole is `[]`.
    pub path: Vec<&'static str>,
    /// Flows.
    pub flows: u64,
    /// Packets.
    pub packets: u64,
    /// Bytes of payload; of the whole: as captured.
    pub bytes: u64,
    /// Messages.
    pub messages: u64,
}

/// How many messages of one name, one way.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MessageCount {
    /// The protocol.
    pub protocol: &'static str,
    /// The name; null for what has none.
    pub name: Option<String>,
    /// Which way: `client-to-server`, `server-to-client`, `peer` or `unknown`.
    pub direction: &'static str,
    /// How many.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those with an error.
    pub errors: u64,
}

/// One endpoint that spoke a protocol.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct EndpointRecord {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The protocol.
    pub protocol: &'static str,
    /// `server`, `client` or `unknown`.
    pub role: &'static str,
    /// Messages it sent.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// Messages sent to it.
    pub received: u64,
    /// Their bytes.
    pub received_bytes: u64,
}

/// The latencies of one kind of exchange.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct KindLatencyRecord {
    /// The protocol.
    pub protocol: &'static str,
    /// The message that is answered.
    pub request: &'static str,
    /// Who sends it: `client`, `server` or `peer`.
    pub from: &'static str,
    /// From it to its answer.
    pub latency_ms: LatencyRecord,
}

/// One interval of activity.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ActivityRecord {
    /// The capture.
    pub capture: u32,
    /// When it starts.
    pub time: Stamp,
    /// The same in seconds since the capture's first packet.
    pub relative_s: f64,
    /// How long it is.
    pub seconds: f64,
    /// Messages in it.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
}
