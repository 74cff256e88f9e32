//! Packets into datagrams and ordered runs: flow table, stream assembler (knows no TCP), TCP, limits.

use crate::bytes::Time;

/// A flow's number, from 1 by first frame.
pub type FlowId = u32;

/// One end of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The end whose packet was captured first.
    A,
    /// The other.
    B,
}

impl Side {
    /// The other end.
    #[must_use]
    pub fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// What the flow layer says next about a flow.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A UDP datagram.
    Datagram {
        /// The payload as captured.
        bytes: &'a [u8],
        /// How many bytes the snap length cut off.
        cut: usize,
        /// All frames that carry it: fragments and recorded copies, ascending; the last fragment's is the message's frame.
        frames: &'a [u64],
    },
    /// The next ordered bytes of one direction of a TCP flow, all from one segment.
    Run {
        /// The new bytes.
        bytes: &'a [u8],
        /// The frame whose segment carried them.
        carried_by: u64,
    },
    /// Bytes of one direction of a TCP flow that the capture does not have.
    Gap {
        /// How many.
        missing: u64,
    },
    /// This side will send nothing more (FIN, RST, or its connection was replaced).
    End {
        /// It was a reset.
        reset: bool,
    },
}

/// An [`Event`] with its flow, its sender and the moment it became known.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The flow.
    pub flow: FlowId,
    /// Who sent it.
    pub from: Side,
    /// The frame that made it known: for a run that filled a hole's shadow, the frame that filled the hole.
    pub frame: u64,
    /// When that frame was captured.
    pub time: Time,
    /// What.
    pub event: Event<'a>,
}
