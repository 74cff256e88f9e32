//! Which tables there are, and their columns. To change one is to change what people's queries stand on: columns are
//! added at the end, and none changes its type or goes within a version of the schema.

use super::super::view::SCHEMA_VERSION;
use arrow_schema::{DataType, Field, Fields, Schema, TimeUnit};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// Yes or no.
    Flag,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// Floating point of 64 bits.
    Real,
    /// Microseconds since 1970 in UTC.
    Micros,
    /// A list of 64-bit numbers.
    Longs,
    /// A list of texts.
    Texts,
    /// Counts by the greatest latency of a bucket, in nanoseconds.
    Counts,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// Whether it can be null.
    pub nullable: bool,
    /// What it says, with its unit.
    pub about: &'static str,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name: a folder of the dataset.
    pub name: &'static str,
    /// A row of it.
    pub about: &'static str,
    /// Whether it is partitioned by protocol.
    pub by_protocol: bool,
    /// Whether it is there only where there are grades.
    pub graded: bool,
    /// Its columns.
    pub columns: &'static [Column],
}

const fn must(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: false, about }
}

const fn may(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: true, about }
}

const CAPTURE: Column =
    must("capture", Kind::Text, "The capture, as it was named, or as `--as` or a listing calls it.");
const TIME: Column = must("time", Kind::Micros, "When it was captured, cut to microseconds.");
const TIME_NS: Column = must("time_ns", Kind::Long, "The same, in nanoseconds since 1970-01-01 UTC.");
const SESSION: Column = must("session", Kind::Int, "The session, from 1 in its capture.");

/// Every message.
pub const MESSAGES: Table = Table {
    name: "messages",
    about: "a message",
    by_protocol: true,
    graded: false,
    columns: &[
        CAPTURE,
        must("frame", Kind::Long, "The frame in which it ends, from 1."),
        must("frames", Kind::Longs, "All frames that carry it."),
        TIME,
        TIME_NS,
        must("relative_s", Kind::Real, "Seconds since the capture's first packet."),
        must("flow", Kind::Int, "The flow, from 1 in its capture."),
        may("session", Kind::Int, "The session, where it belongs to one."),
        must("transport", Kind::Text, "`udp` or `tcp`."),
        must("src", Kind::Text, "The sender, as address:port."),
        must("dst", Kind::Text, "The receiver, as address:port."),
        must("direction", Kind::Text, "`client-to-server`, `server-to-client`, `peer` or `unknown`."),
        may("name", Kind::Text, "Its name; null where its type is unassigned or its bytes are no message."),
        may("acknowledges", Kind::Text, "The kind that it acknowledges, where it names one."),
        may("seq", Kind::Int, "Its number, where numbers are used."),
        may("seq_text", Kind::Text, "The text that it travels under, where texts are used."),
        must("ack", Kind::Flag, "Whether its only purpose is to acknowledge."),
        must("length", Kind::Long, "Its bytes on the wire."),
        must("cut", Kind::Long, "How many of them the snap length cut off."),
        may(
            "user",
            Kind::Text,
            "The user it names: the first of `user_name`, `username`, `pseudo`, `sender`, `author`.",
        ),
        may("text", Kind::Text, "What is said: the first of `message`, `text`, `payload`, `data`."),
        may("code", Kind::Long, "The code it carries: the first of `status`, `error_code`, `code`."),
        must("fields", Kind::Text, "All that it says, as JSON."),
        may("error_rule", Kind::Text, "The rule that its bytes break."),
        may("error_offset", Kind::Long, "Where, in bytes from its start."),
        may("error_reason", Kind::Text, "What was required and what was there."),
    ],
};

/// Every exchange.
pub const EXCHANGES: Table = Table {
    name: "exchanges",
    about: "a message, its retransmissions and its answer",
    by_protocol: true,
    graded: false,
    columns: &[
        CAPTURE,
        SESSION,
        must("request", Kind::Text, "The message's name."),
        must("sender", Kind::Text, "Who sent it: `client`, `server` or `peer`."),
        must("request_frame", Kind::Long, "The frame of its first transmission."),
        TIME,
        TIME_NS,
        may("answer", Kind::Text, "The answer's name."),
        may("answer_frame", Kind::Long, "The answer's frame."),
        may("latency_ns", Kind::Long, "From the only transmission to the answer, in nanoseconds."),
        must("retransmission_frames", Kind::Longs, "The frames of its further transmissions."),
    ],
};

/// Every session.
pub const SESSIONS: Table = Table {
    name: "sessions",
    about: "one client's conversation with one server",
    by_protocol: true,
    graded: false,
    columns: &[
        CAPTURE,
        SESSION,
        must("flows", Kind::Longs, "Its flows."),
        must("client", Kind::Text, "The client, as address:port."),
        must("server", Kind::Text, "The server, as address:port."),
        may("user", Kind::Text, "The name that the server granted."),
        must("complete", Kind::Flag, "Whether both login and end were seen."),
        must("conventions", Kind::Text, "How it reads each open point of its document, as JSON."),
        must("messages", Kind::Long, "Messages of both sides."),
        must("exchanges", Kind::Long, "Messages that an answer was due for."),
        must("retransmissions", Kind::Long, "Retransmissions of both sides."),
        must("ambiguous", Kind::Long, "Answers without a latency: which copy was answered is unclear."),
        TIME,
        TIME_NS,
        must("duration_s", Kind::Real, "Seconds from its first message to its last."),
        must("latency_count", Kind::Long, "How many latencies were measured."),
        may("latency_min_ms", Kind::Real, "The shortest, in milliseconds."),
        may("latency_median_ms", Kind::Real, "The median, in milliseconds."),
        may("latency_p95_ms", Kind::Real, "The 95th percentile, in milliseconds."),
        may("latency_p99_ms", Kind::Real, "The 99th percentile, in milliseconds."),
        may("latency_max_ms", Kind::Real, "The longest, in milliseconds."),
        must("latency_histogram", Kind::Counts, "Latencies by bucket: its upper bound in nanoseconds, and how many."),
    ],
};

/// Every UDP and TCP flow.
pub const FLOWS: Table = Table {
    name: "flows",
    about: "a UDP or TCP flow, ours or not",
    by_protocol: true,
    graded: false,
    columns: &[
        CAPTURE,
        must("flow", Kind::Int, "Its number, from 1 in its capture."),
        must("transport", Kind::Text, "`udp` or `tcp`."),
        must("a", Kind::Text, "The end whose packet was captured first."),
        must("b", Kind::Text, "The other end."),
        may("client", Kind::Text, "The client's end, where that is known."),
        may("server", Kind::Text, "The server's end, where that is known."),
        must("confidence", Kind::Real, "How sure the protocol is, from 0 to 1."),
        must("reason", Kind::Text, "Why."),
        must("packets", Kind::Long, "Packets of both directions."),
        must("bytes", Kind::Long, "Bytes of payload of both directions."),
        must("messages", Kind::Long, "Messages recognized in it."),
        must("malformed", Kind::Long, "Those that are no message of the protocol."),
        TIME,
        TIME_NS,
        must("duration_s", Kind::Real, "Seconds from its first packet to its last."),
        may("handshake_ms", Kind::Real, "Of TCP: its handshake's round trip, in milliseconds."),
        may("retransmitted", Kind::Long, "Of TCP: segments sent again."),
        may("out_of_order", Kind::Long, "Of TCP: segments that came before an earlier one."),
        may("missing_bytes", Kind::Long, "Of TCP: bytes that the capture does not have."),
        may("reset", Kind::Flag, "Of TCP: whether it ended in a reset."),
    ],
};

/// Every finding.
pub const FINDINGS: Table = Table {
    name: "findings",
    about: "a rule that was broken",
    by_protocol: true,
    graded: false,
    columns: &[
        CAPTURE,
        must("rule", Kind::Text, "The rule's code."),
        must("name", Kind::Text, "The rule's name."),
        must("severity", Kind::Text, "`error`, `warning` or `info`."),
        SESSION,
        must("actor", Kind::Text, "The side at fault: `client`, `server` or `peer`."),
        must("frame", Kind::Long, "Where the fault shows."),
        must("related_frames", Kind::Longs, "Other frames of the evidence."),
        TIME,
        TIME_NS,
        must("relative_s", Kind::Real, "Seconds since the capture's first packet."),
        must("message", Kind::Text, "What was required and what was seen."),
        may("caveat", Kind::Text, "What else would explain it; with one it does not count."),
        must("document", Kind::Text, "The protocol's document."),
        must("section", Kind::Text, "The section, as the document numbers it."),
    ],
};

/// Every capture, the bad ones included.
pub const CAPTURES: Table = Table {
    name: "captures",
    about: "a capture that was read, or could not be",
    by_protocol: false,
    graded: false,
    columns: &[
        CAPTURE,
        may("error", Kind::Text, "Why it could not be read, or not to its end; null of a good one."),
        may("format", Kind::Text, "`pcap` or `pcapng`; null where it could not be read at all."),
        may("compression", Kind::Text, "`gzip`, `zstd`, `lz4` or null."),
        may("link_type", Kind::Text, "The link layer; several are separated by commas."),
        must("packets", Kind::Long, "Packet records."),
        must("bytes", Kind::Long, "Their bytes, as captured."),
        may("first_time", Kind::Micros, "When the first packet was captured."),
        may("first_time_ns", Kind::Long, "The same, in nanoseconds since 1970-01-01 UTC."),
        may("last_time", Kind::Micros, "The latest time of all packets."),
        may("last_time_ns", Kind::Long, "The same, in nanoseconds since 1970-01-01 UTC."),
        must("truncated", Kind::Flag, "Whether it ends in the middle of a record."),
        must("notes", Kind::Text, "What it cannot be trusted for, as JSON."),
        must("pieces", Kind::Texts, "The files it was split into; empty where it is one."),
        may("submission", Kind::Text, "The submission it was graded in; null where nothing is graded."),
    ],
};

const SUBMISSION: Column =
    must("submission", Kind::Text, "The submission: the path of its folder or file, or as a listing names it.");

/// Every submission.
pub const GRADES: Table = Table {
    name: "grades",
    about: "a submission that was graded, or held nothing to grade",
    by_protocol: true,
    graded: true,
    columns: &[
        SUBMISSION,
        must("rubric", Kind::Text, "The title of the rubric."),
        must("status", Kind::Text, "`pass`, `fail` or `nothing-to-grade`."),
        must("points", Kind::Real, "Points earned, bonus included."),
        must("max", Kind::Real, "Points there are, bonus not counted."),
        must("bonus", Kind::Real, "Of the points, how many are bonus."),
        must("errors", Kind::Long, "Faults that count, of the severity `error`."),
        must("warnings", Kind::Long, "Those of the severity `warning`."),
        must("infos", Kind::Long, "Those of the severity `info`."),
        must("client_errors", Kind::Long, "Errors of the client, whatever side the rubric grades."),
        must("client_warnings", Kind::Long, "Its warnings."),
        must("server_errors", Kind::Long, "Errors of the server, whatever side the rubric grades."),
        must("server_warnings", Kind::Long, "Its warnings."),
        must("captures", Kind::Long, "Captures that were read."),
        must("passed_over", Kind::Long, "Captures that could not be read."),
        must("sessions", Kind::Long, "Conversations in the protocol graded."),
        must("messages", Kind::Long, "Messages in them."),
        must("remark", Kind::Text, "What was wrong, in a sentence."),
    ],
};

/// Every criterion of every submission.
pub const CRITERIA: Table = Table {
    name: "criteria",
    about: "a criterion of a rubric, applied to a submission",
    by_protocol: true,
    graded: true,
    columns: &[
        SUBMISSION,
        must("criterion", Kind::Text, "The rubric's name for it."),
        must("title", Kind::Text, "Its heading."),
        may("side", Kind::Text, "The side that was looked at: `client` or `server`; null: all."),
        must("points", Kind::Real, "Points earned."),
        must("max", Kind::Real, "At most this many."),
        must("bonus", Kind::Flag, "Whether they come on top."),
        must("why", Kind::Text, "Why so many, in a sentence."),
        must("rules", Kind::Text, "Each rule that applies, with its verdict, counts and points, as JSON."),
        must("messages_missing", Kind::Texts, "Messages asked for and not captured."),
        must("scenarios_missing", Kind::Texts, "Scenarios asked for of which there is no capture."),
    ],
};

/// All of them, in the order in which they are written.
pub const ALL: [&Table; 8] = [&MESSAGES, &EXCHANGES, &SESSIONS, &FLOWS, &FINDINGS, &CAPTURES, &GRADES, &CRITERIA];

impl Kind {
    /// As Arrow calls it.
    #[must_use]
    pub fn arrow(self) -> DataType {
        let list = |of| DataType::List(Arc::new(Field::new("item", of, true)));
        match self {
            Kind::Text => DataType::Utf8,
            Kind::Flag => DataType::Boolean,
            Kind::Int => DataType::Int32,
            Kind::Long => DataType::Int64,
            Kind::Real => DataType::Float64,
            Kind::Micros => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Kind::Longs => list(DataType::Int64),
            Kind::Texts => list(DataType::Utf8),
            Kind::Counts => {
                let fields = [Field::new("key", DataType::Int64, false), Field::new("value", DataType::Int64, true)];
                let entries = DataType::Struct(Fields::from_iter(fields));
                DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
            }
        }
    }

    /// As pages and the golden schema call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Flag => "boolean",
            Kind::Int => "int32",
            Kind::Long => "int64",
            Kind::Real => "double",
            Kind::Micros => "timestamp[us, UTC]",
            Kind::Longs => "list<int64>",
            Kind::Texts => "list<string>",
            Kind::Counts => "map<int64, int64>",
        }
    }
}

impl Table {
    /// Its schema; with its protocol as the last column where that is not said by a folder.
    #[must_use]
    pub fn schema(&self, with_protocol: bool) -> Arc<Schema> {
        let field = |column: &Column| Field::new(column.name, column.kind.arrow(), column.nullable);
        let mut fields: Vec<Field> = self.columns.iter().map(field).collect();
        if with_protocol && self.by_protocol {
            fields.push(Field::new(PROTOCOL, DataType::Utf8, true));
        }
        let version = ("wiregrade.schema_version".to_owned(), SCHEMA_VERSION.to_owned());
        Arc::new(Schema::new_with_metadata(fields, HashMap::from([version])))
    }
}

/// What files are partitioned by.
pub const PROTOCOL: &str = "protocol";

/// The tables as Markdown, for the page and for who holds one against the other.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::new();
    for table in ALL {
        let by = if table.by_protocol { ", in folders by `protocol`" } else { "" };
        let only = if table.graded { " Only with `--grade` or `--rubric`." } else { "" };
        let _ = write!(
            page,
            "### {}\n\nA row is {}{by}.{only}\n\n| column | type | null | |\n|---|---|---|---|\n",
            table.name, table.about
        );
        for column in table.columns {
            let null = if column.nullable { "yes" } else { "no" };
            let _ = writeln!(page, "| `{}` | {} | {null} | {} |", column.name, column.kind.name(), column.about);
        }
        page.push('\n');
    }
    page
}
