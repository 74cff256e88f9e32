//! Which protocol a flow speaks, which side is the server, and where each message begins and ends.

mod candidate;
mod conventions;
pub mod decode_as;
mod endpoints;
mod held;
mod hypothesis;
mod identifier;
mod owned;
mod recognized;
mod sequence;
mod stream;
mod talk;
#[cfg(test)]
mod tests;
mod undecided;

pub use decode_as::{DecodeAs, ForcedConvention, OptionError, Options};
pub use identifier::Identifier;
pub use sequence::Sequencer;

use crate::bytes::Time;
use crate::flow::{FlowId, Side};
use crate::protocol::{Choices, Direction, Protocol, Transport};
use std::net::SocketAddr;

/// One message of a recognized flow, not yet parsed: its bytes with all that is known around them.
#[derive(Clone, Copy)]
pub struct Unit<'a> {
    /// The frame in which it ends.
    pub frame: u64,
    /// All frames that carry it, ascending.
    pub frames: &'a [u64],
    /// When its frame was captured.
    pub time: Time,
    /// Its flow.
    pub flow: FlowId,
    /// Which end of the flow sent it.
    pub from: Side,
    /// What carried it.
    pub transport: Transport,
    /// The sender.
    pub src: SocketAddr,
    /// The receiver.
    pub dst: SocketAddr,
    /// Which way it travels, as decided for the flow.
    pub direction: Direction,
    /// Its protocol.
    pub protocol: &'static dyn Protocol,
    /// The readings its bytes are to be parsed with.
    pub choices: Choices,
    /// How many of its bytes the snap length cut off.
    pub cut: usize,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What these bytes are.
    pub content: Content,
}

/// What a [`Unit`]'s bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// A message, well formed or not: [`Protocol::dissect`] reads it.
    Message,
    /// Bytes of a stream at which no message starts, up to where one does (or to the end).
    NoMessage {
        /// They are what a hole in the capture left of a message, or the middle of one in which the capture began:
        /// nobody's fault.
        torn: bool,
    },
    /// The beginning of a message whose connection closed before the rest came.
    Incomplete {
        /// At least this many bytes were needed.
        needed: usize,
    },
    /// Opaque bytes of a relay: this many in all in this direction of the connection; `bytes` is empty.
    Private {
        /// The count.
        total: u64,
    },
}

/// What was decided about a flow, and why.
#[derive(Clone)]
pub struct FlowVerdict {
    /// The flow.
    pub flow: FlowId,
    /// Which protocol it speaks; `None`: none of ours, or too little was seen to tell.
    pub protocol: Option<&'static dyn Protocol>,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// In a sentence; for a flow that is none of ours the nearest protocol and what spoke against it.
    pub reason: String,
    /// Whether the flow runs between two clients of one server.
    pub peers: bool,
    /// The client's end, where the sides are known.
    pub client: Option<SocketAddr>,
    /// The server's end, where the sides are known.
    pub server: Option<SocketAddr>,
    /// Units handed on, whole or not; a private relay counts one for each direction.
    pub messages: u64,
    /// Those that are no message of the protocol.
    pub malformed: u64,
    /// For each convention of the protocol, the value its messages were read with where something spoke for one.
    pub conventions: Vec<Option<usize>>,
}

impl FlowVerdict {
    /// Of a flow that carried nothing.
    #[must_use]
    pub fn silent(flow: FlowId) -> FlowVerdict {
        FlowVerdict::foreign(flow, 1.0, "no payload was captured".to_owned())
    }

    /// Of a flow that is none of ours.
    fn foreign(flow: FlowId, confidence: f64, reason: String) -> FlowVerdict {
        FlowVerdict {
            flow,
            protocol: None,
            confidence,
            reason,
            peers: false,
            client: None,
            server: None,
            messages: 0,
            malformed: 0,
            conventions: Vec::new(),
        }
    }
}

/// What the recognized part of a capture consists of, in the order in which it becomes known.
#[derive(Clone, Copy)]
pub enum Step<'a> {
    /// A message.
    Unit(Unit<'a>),
    /// Bytes of a recognized TCP flow that the capture does not have.
    Gap {
        /// The flow.
        flow: FlowId,
        /// Who sent them.
        from: Side,
        /// How many.
        missing: u64,
        /// The frame that made it known.
        frame: u64,
        /// When.
        time: Time,
    },
    /// What a relay's capture shows of a datagram beside that it was sent.
    Relayed {
        /// The frame in which it reached the relay: that of its unit.
        arrival: u64,
        /// When a copy of it was passed on; `None`: it has just arrived, and may or may not be passed on.
        passed: Option<Time>,
        /// The frame that shows it.
        frame: u64,
    },
    /// One side of a recognized TCP flow has ended.
    End {
        /// The flow.
        flow: FlowId,
        /// Which side.
        from: Side,
        /// By a reset.
        reset: bool,
        /// The frame that ended it.
        frame: u64,
        /// When.
        time: Time,
    },
}

impl Step<'_> {
    /// The frame it belongs to.
    #[must_use]
    pub fn frame(&self) -> u64 {
        match self {
            Step::Unit(unit) => unit.frame,
            Step::Gap { frame, .. } | Step::End { frame, .. } | Step::Relayed { frame, .. } => *frame,
        }
    }
}
