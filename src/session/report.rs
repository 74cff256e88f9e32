//! What the tracker knows about a session when it is over, or when the capture is.

use crate::bytes::Time;
use crate::flow::FlowId;
pub use crate::protocol::Actor;
use crate::protocol::{Spec, Topic};
use std::net::SocketAddr;
use std::time::Duration;

/// One client's conversation with one server.
#[derive(Clone, Debug)]
pub struct SessionReport {
    /// From 1 by first frame.
    pub session: u32,
    /// Its protocol.
    pub spec: &'static Spec,
    /// Its flows, ascending.
    pub flows: Vec<FlowId>,
    /// The client; the end that spoke first where sides are unknown.
    pub client: SocketAddr,
    /// The server; the other end where sides are unknown.
    pub server: SocketAddr,
    /// The name the server granted, lossily.
    pub user: Option<String>,
    /// Login and end were both seen.
    pub complete: bool,
    /// Each convention of the protocol with the reading the session follows; `None` while nothing tells.
    pub conventions: Vec<ConventionReport>,
    /// Messages of both sides.
    pub messages: u64,
    /// Exchanges: messages that an answer was due for, answered or not.
    pub exchanges: u64,
    /// Retransmissions of both sides.
    pub retransmissions: u64,
    /// The first message's frame.
    pub first_frame: u64,
    /// The first message's time.
    pub first_time: Time,
    /// The last message's time.
    pub last_time: Time,
    /// First message to its answer, over all kinds.
    pub latency: Option<LatencySummary>,
    /// Pairs left out of the latencies because a retransmission makes it unclear which copy was answered.
    pub ambiguous: u64,
    /// The same by who answered: each side's answers as a whole, then by kind in the order of the message table.
    pub latency_by_side: Vec<SideLatency>,
}

/// How a session reads one convention.
#[derive(Clone, Debug)]
pub struct ConventionReport {
    /// The convention's name.
    pub name: &'static str,
    /// The reading judged against.
    pub value: &'static str,
    /// Whether the session itself showed it; else it was taken from its server's other sessions or is the default.
    pub decided: bool,
    /// What spoke for it, in a sentence.
    pub why: String,
}

/// How long one side took to answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SideLatency {
    /// Only messages of this kind; `None`: all.
    pub kind: Option<&'static str>,
    /// The side that answered.
    pub answerer: Actor,
    /// Its latencies.
    pub summary: LatencySummary,
    /// The frame and time of the answer that took longest.
    pub slowest: (u64, Time),
}

/// A distribution of latencies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencySummary {
    /// How many.
    pub count: u64,
    /// The shortest.
    pub min: Duration,
    /// The median.
    pub median: Duration,
    /// The 95th percentile (nearest rank).
    pub p95: Duration,
    /// The 99th percentile (nearest rank).
    pub p99: Duration,
    /// The longest.
    pub max: Duration,
}

/// A message, its retransmissions and its answer.
#[derive(Clone, Debug)]
pub struct ExchangeReport {
    /// The session.
    pub session: u32,
    /// The message's name.
    pub request: String,
    /// Who sent it.
    pub from: Actor,
    /// The frame of its first transmission.
    pub request_frame: u64,
    /// When that was.
    pub time: Time,
    /// The frames of its further transmissions.
    pub retransmission_frames: Vec<u64>,
    /// The answer's name.
    pub answer: Option<String>,
    /// The answer's frame.
    pub answer_frame: Option<u64>,
    /// From the only transmission to the answer; `None` if unanswered or ambiguous.
    pub latency: Option<Duration>,
}

/// How often a capture gave a topic something to check, per protocol, session and side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opportunity {
    /// The topic.
    pub topic: Topic,
    /// The session.
    pub session: u32,
    /// The side that was checked.
    pub actor: Actor,
    /// How often.
    pub count: u64,
}
