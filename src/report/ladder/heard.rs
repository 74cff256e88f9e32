//! What a diagram is made of, gathered while a capture is read: its messages in a few words each, and what was judged.

use super::shorten::shorten;
use crate::bytes::{self, Time};
use crate::flow::{FlowId, Side};
use crate::identify::{Step, Unit};
use crate::protocol::Seq;
use crate::report::info;
use crate::report::view::{FindingRecord, MessageRecord, Way};
use crate::session::report::{ExchangeReport, SessionReport};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// How many messages of a capture are kept to be drawn; what comes behind is counted.
pub const KEPT_EVENTS: usize = 200_000;

/// The most characters of a message's telling fields.
const DETAIL: usize = 120;

/// Everything about one capture that can be drawn.
#[derive(Default)]
pub struct Heard {
    /// The capture.
    pub capture: u32,
    /// The time of its first packet.
    pub start: Time,
    /// The time of its last packet.
    pub end: Time,
    /// The sessions that are looked at.
    pub sessions: Vec<SessionReport>,
    /// Messages with their retransmissions and answers.
    pub exchanges: Vec<ExchangeReport>,
    /// The findings that are looked at.
    pub findings: Vec<FindingRecord>,
    pub(super) seen: Vec<Seen>,
    /// Messages that were too many to keep, by session.
    pub(super) unkept: BTreeMap<u32, u64>,
    /// The ends of the flows met so far, A first.
    ends: BTreeMap<FlowId, (SocketAddr, SocketAddr)>,
}

/// A message, or what happened to a connection.
pub(super) struct Seen {
    pub(super) frame: u64,
    pub(super) time: Time,
    pub(super) flow: FlowId,
    pub(super) session: Option<u32>,
    pub(super) src: SocketAddr,
    pub(super) dst: SocketAddr,
    pub(super) way: Way,
    pub(super) what: What,
}

pub(super) enum What {
    Message {
        name: Option<String>,
        acknowledges: Option<&'static str>,
        seq: Option<String>,
        detail: String,
        ack: bool,
        error: Option<&'static str>,
    },
    Event(String),
}

impl Heard {
    /// Of a capture of which nothing was read.
    #[must_use]
    pub fn new(capture: u32, start: Time) -> Heard {
        Heard { capture, start, ..Heard::default() }
    }

    /// Remembers which end of its flow sent a unit, for what later happens to the flow.
    pub fn meet(&mut self, unit: &Unit<'_>) {
        let ends = if unit.from == Side::A { (unit.src, unit.dst) } else { (unit.dst, unit.src) };
        self.ends.entry(unit.flow).or_insert(ends);
    }

    /// A message.
    pub fn message(&mut self, message: &MessageRecord<'_>) {
        if self.seen.len() >= KEPT_EVENTS {
            *self.unkept.entry(message.session.unwrap_or_default()).or_default() += 1;
            return;
        }
        let seq = match message.seq.0 {
            Seq::None => None,
            Seq::Number(number) => Some(format!("#{number}")),
            Seq::Text(text) => Some(shorten(&bytes::escape(text), 32)),
        };
        let name = message.name.map(|name| shorten(&bytes::escape_str(name), 64));
        self.seen.push(Seen {
            frame: message.frame,
            time: message.time.0,
            flow: message.flow,
            session: message.session,
            src: message.src.0,
            dst: message.dst.0,
            way: message.direction,
            what: What::Message {
                name,
                acknowledges: message.acknowledges,
                seq,
                detail: shorten(&info::detail(message), DETAIL),
                ack: message.ack,
                error: message.error.as_ref().map(|error| error.rule),
            },
        });
    }

    /// What happens to a connection between messages.
    pub fn step(&mut self, step: &Step<'_>) {
        let (flow, from, frame, time, text) = match step {
            Step::Unit(_) | Step::Relayed { .. } => return,
            Step::Gap { flow, from, missing, frame, time } => {
                (*flow, *from, *frame, *time, format!("{missing} bytes were not captured"))
            }
            Step::End { flow, from, reset, frame, time } => {
                let what = if *reset { "resets the connection" } else { "ends the connection" };
                (*flow, *from, *frame, *time, what.to_owned())
            }
        };
        let Some(&(a, b)) = self.ends.get(&flow) else { return };
        if self.seen.len() >= KEPT_EVENTS {
            return;
        }
        let (src, dst) = if from == Side::A { (a, b) } else { (b, a) };
        let what = What::Event(text);
        self.seen.push(Seen { frame, time, flow, session: None, src, dst, way: Way::Unknown, what });
    }
}
