//! Packets into datagrams and ordered runs: flow table, stream assembler (knows no TCP), TCP, limits.
//!
//! ```text
//! Packet → sieve     recorded before? a copy goes no further than the count
//!        → table     which flow: numbered, bounded, retired with its Stats
//!        → tcp       sequence numbers into offsets, flags into beginnings and ends
//!        → assembler offsets into order
//!        → Item
//! ```

mod assembler;
mod doubled;
mod half;
mod sieve;
mod slots;
mod stats;
mod table;
mod tcp;
#[cfg(test)]
mod tests;

pub use crate::net::Carrier as Transport;
pub use assembler::{Assembler, Hole, Inserted, Piece};
pub use sieve::Sieve;
pub use stats::{Fact, Notes, Stats, TcpStats, Volume};
pub use table::Table;

use crate::bytes::Time;
use std::net::SocketAddr;

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

/// Between whom a flow runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ends {
    /// What carries it.
    pub transport: Transport,
    /// The end whose packet was captured first.
    pub a: SocketAddr,
    /// The other.
    pub b: SocketAddr,
    /// The side that connected, where a SYN or SYN-ACK was captured; none for UDP.
    pub opened_by: Option<Side>,
}

impl Ends {
    /// The address of one side.
    #[must_use]
    pub fn address(&self, side: Side) -> SocketAddr {
        match side {
            Side::A => self.a,
            Side::B => self.b,
        }
    }
}

/// What the flow layer says next about a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A UDP datagram.
    Datagram {
        /// The payload as captured.
        bytes: &'a [u8],
        /// How many bytes the snap length cut off.
        cut: usize,
        /// All frames that carry it, ascending: its own, and those of its other fragments. Copies recorded later are
        /// dropped and only counted: to name them here, every datagram would have to wait for one.
        frames: &'a [u64],
    },
    /// The next ordered bytes of one direction of a TCP flow, all from one segment.
    Run {
        /// The new bytes.
        bytes: &'a [u8],
        /// The frame whose segment carried them.
        carried_by: u64,
        /// When that frame was captured.
        carried_at: Time,
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
///
/// The items of one side of a flow come in the order of its stream. Between sides and flows they come in the order of
/// the frames, except that what stands behind a hole comes when the hole is filled or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// The flow.
    pub flow: FlowId,
    /// Between whom.
    pub ends: &'a Ends,
    /// Who sent it.
    pub from: Side,
    /// The frame with which the capture had it and all before it. For a run that waited behind a hole this is the frame
    /// that filled the hole; a hole that nothing filled does not count, however late it was given up. For a gap it
    /// is the frame of what follows it or of what proved it; for an end, of the segment that announced it.
    pub frame: u64,
    /// When that frame was captured.
    pub time: Time,
    /// What.
    pub event: Event<'a>,
}

impl Item<'_> {
    /// The sender's address.
    #[must_use]
    pub fn src(&self) -> SocketAddr {
        self.ends.address(self.from)
    }

    /// The receiver's address.
    #[must_use]
    pub fn dst(&self) -> SocketAddr {
        self.ends.address(self.from.other())
    }
}
