//! What the program says to other programs: the output types, versioned, and nothing else is ever serialized.
//!
//! The inner structs change when the code gets better; these change only with [`SCHEMA_VERSION`]. A record is one line
//! of `jsonl`; a document is the one object of `json`. `schema` prints what is generated from the same types.

mod capture;
mod catalogue;
mod check;
mod flow;
mod message;
mod scalar;
mod stats;

pub use capture::{CaptureRecord, NoteRecord, PieceRecord};
pub use catalogue::{
    CitationRecord, ConventionEntry, ExampleRecord, ExplainDocument, GroundRecord, KindRecord, NoticeRecord,
    NumberingRecord, ProtocolRecord, ProtocolsDocument, RuleEntry, TimerRecord,
};
pub use check::{
    BaselineCounts, CheckSummary, ExchangeRecord, FindingRecord, LatencyRecord, ReadingRecord, RuleRecord,
    SessionRecord, SeverityCounts, SpecRecord,
};
pub use flow::{FlowRecord, TcpRecord};
pub use message::{ErrorRecord, Fields, MessageRecord, Origin, SeqValue, with_record};
pub use scalar::{Endpoint, Hex, Stamp, Way, milliseconds};
pub use stats::{ActivityRecord, EndpointRecord, HierarchyRecord, KindLatencyRecord, MessageCount, StatsDocument};

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of everything in this module: the second number grows with additions, the first when a key changes
/// its meaning or goes.
pub const SCHEMA_VERSION: &str = "1.0";

/// Who wrote the output.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// The program's name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    /// This program.
    pub const THIS: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// One line of `jsonl`: each record says what it is in `kind`.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Record<'a> {
    /// A capture, once it is read to its end.
    Capture(&'a CaptureRecord),
    /// A message.
    Message(&'a MessageRecord<'a>),
    /// A flow.
    Flow(&'a FlowRecord),
    /// A session.
    Session(&'a SessionRecord),
    /// A message with its retransmissions and its answer.
    Exchange(&'a ExchangeRecord),
    /// A rule's verdict.
    Rule(&'a RuleRecord),
    /// A finding.
    Finding(&'a FindingRecord),
    /// The last line.
    Summary(&'a Summary),
}

/// What a run comes to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Summary {
    /// Of `dissect`.
    Dissect(DissectSummary),
    /// Of `flows`.
    Flows(FlowsSummary),
    /// Of `check`.
    Check(CheckSummary),
}

/// What `dissect` comes to.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct DissectSummary {
    /// Captures read.
    pub captures: u32,
    /// Messages listed.
    pub messages: u64,
    /// Those with an error.
    pub errors: u64,
    /// How many of each protocol.
    pub by_protocol: BTreeMap<&'static str, u64>,
}

/// What `flows` comes to.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FlowsSummary {
    /// Captures read.
    pub captures: u32,
    /// Flows listed.
    pub flows: u64,
    /// Those that speak one of the protocols.
    pub recognized: u64,
    /// How many of each protocol.
    pub by_protocol: BTreeMap<&'static str, u64>,
}

/// The output of `dissect --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DissectDocument<'a> {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// What was read.
    pub captures: Vec<CaptureRecord>,
    /// Every message, capture by capture, in frame order.
    pub messages: Vec<MessageRecord<'a>>,
    /// What it comes to.
    pub summary: DissectSummary,
}

/// The output of `flows --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlowsDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// What was read.
    pub captures: Vec<CaptureRecord>,
    /// Every UDP and TCP flow.
    pub flows: Vec<FlowRecord>,
    /// What it comes to.
    pub summary: FlowsSummary,
}

/// The output of `check --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// What was read.
    pub captures: Vec<CaptureRecord>,
    /// Every rule that applies, with its verdict.
    pub rules: Vec<RuleRecord>,
    /// Every session.
    pub sessions: Vec<SessionRecord>,
    /// Every exchange; empty unless asked for with `--exchanges`.
    pub exchanges: Vec<ExchangeRecord>,
    /// Every finding.
    pub findings: Vec<FindingRecord>,
    /// What it comes to.
    pub summary: CheckSummary,
}

/// A document as indented JSON with a line end: for files that people put under version control.
#[must_use]
pub fn encode_pretty<T: Serialize>(document: &T) -> Vec<u8> {
    // Our own types have no map with keys that are no text: this does not fail.
    let mut out = serde_json::to_vec_pretty(document).unwrap_or_default();
    out.push(b'\n');
    out
}

/// A command's output as a JSON Schema.
pub struct SchemaRow {
    /// The command.
    pub command: &'static str,
    /// Of its `json`.
    pub document: fn() -> Schema,
    /// Of a line of its `jsonl`, where it has that.
    pub line: Option<fn() -> Schema>,
}

/// The schemas, generated from the types above.
pub const SCHEMAS: &[SchemaRow] = &[
    SchemaRow { command: "dissect", document: || schema_for!(DissectDocument<'static>), line: Some(line) },
    SchemaRow { command: "flows", document: || schema_for!(FlowsDocument), line: Some(line) },
    SchemaRow { command: "check", document: || schema_for!(CheckDocument), line: Some(line) },
    SchemaRow { command: "grade", document: || schema_for!(super::grade::GradeDocument), line: None },
    SchemaRow { command: "diff", document: || schema_for!(super::diff::DiffDocument), line: None },
    SchemaRow { command: "stats", document: || schema_for!(StatsDocument), line: None },
    SchemaRow { command: "ladder", document: || schema_for!(super::ladder::LadderDocument), line: None },
    SchemaRow { command: "explain", document: || schema_for!(ExplainDocument), line: None },
    SchemaRow { command: "protocols", document: || schema_for!(ProtocolsDocument), line: None },
];

fn line() -> Schema {
    schema_for!(Record<'static>)
}
