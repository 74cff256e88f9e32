//! A flow: who with whom, how much, which protocol and why, and how its TCP fared.

use super::{Endpoint, Stamp, milliseconds};
use crate::analysis::FlowReport;
use crate::flow::TcpStats;
use schemars::JsonSchema;
use serde::Serialize;

/// One UDP or TCP flow.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FlowRecord {
    /// The capture.
    pub capture: u32,
    /// Its number, from 1 by first frame.
    pub flow: u32,
    /// `udp` or `tcp`.
    pub transport: &'static str,
    /// The end whose packet was captured first.
    pub a: Endpoint,
    /// The other end.
    pub b: Endpoint,
    /// The client's end, where that is known.
    pub client: Option<Endpoint>,
    /// The server's end, where that is known.
    pub server: Option<Endpoint>,
    /// The protocol; null for a flow that is none of ours.
    pub protocol: Option<&'static str>,
    /// How sure that is, from 0 to 1.
    pub confidence: f64,
    /// Why; for a flow that is none of ours the nearest protocol and what spoke against it.
    pub reason: String,
    /// Packets of both directions.
    pub packets: u64,
    /// Bytes of payload of both directions.
    pub bytes: u64,
    /// Messages recognized in it.
    pub messages: u64,
    /// Those that are no message of the protocol.
    pub malformed: u64,
    /// When its first packet was captured.
    pub first_time: Stamp,
    /// Seconds from its first packet to its last.
    pub duration_s: f64,
    /// How its TCP fared; null for UDP.
    pub tcp: Option<TcpRecord>,
}

impl FlowRecord {
    /// The record of a flow.
    #[must_use]
    pub fn new(capture: u32, flow: &FlowReport) -> FlowRecord {
        let FlowReport { stats, verdict } = flow;
        FlowRecord {
            capture,
            flow: stats.flow,
            transport: stats.ends.transport.name(),
            a: Endpoint(stats.ends.a),
            b: Endpoint(stats.ends.b),
            client: verdict.client.map(Endpoint),
            server: verdict.server.map(Endpoint),
            protocol: verdict.protocol.map(|protocol| protocol.spec().id),
            confidence: verdict.confidence,
            reason: verdict.reason.clone(),
            packets: stats.packets(),
            bytes: stats.bytes(),
            messages: verdict.messages,
            malformed: verdict.malformed,
            first_time: Stamp(stats.first_time),
            duration_s: stats.duration().as_secs_f64(),
            tcp: stats.tcp.as_ref().map(TcpRecord::new),
        }
    }
}

/// How the TCP of a flow fared.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct TcpRecord {
    /// From the first SYN to the acknowledgement of the second, in milliseconds; null if not seen.
    pub handshake_ms: Option<f64>,
    /// Segments sent again.
    pub retransmitted: u64,
    /// Segments that came before an earlier one.
    pub out_of_order: u64,
    /// Bytes that the capture does not have.
    pub missing_bytes: u64,
    /// Whether it ended in a reset.
    pub reset: bool,
}

impl TcpRecord {
    fn new(tcp: &TcpStats) -> TcpRecord {
        TcpRecord {
            handshake_ms: tcp.handshake.map(milliseconds),
            retransmitted: tcp.retransmitted,
            out_of_order: tcp.out_of_order,
            missing_bytes: tcp.missing_bytes,
            reset: tcp.reset,
        }
    }
}
