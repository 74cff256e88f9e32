//! What is known of a flow beside its bytes, and what the flows tell about the capture itself.

use super::{Ends, FlowId, Side};
use crate::bytes::Time;
use std::time::Duration;

/// What one side of a flow sent, recorded copies not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// Packets.
    pub packets: u64,
    /// Bytes above UDP or TCP, as long as they were on the wire.
    pub bytes: u64,
}

/// A flow's figures. Final once the flow is retired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stats {
    /// The flow.
    pub flow: FlowId,
    /// Between whom.
    pub ends: Ends,
    /// What A sent.
    pub from_a: Volume,
    /// What B sent.
    pub from_b: Volume,
    /// Packets that were recorded more than once, every further time counted; not in the volumes.
    pub copies: u64,
    /// Its first frame.
    pub first_frame: u64,
    /// When that was captured.
    pub first_time: Time,
    /// Its last frame, copies not counted.
    pub last_frame: u64,
    /// The latest time of its frames.
    pub last_time: Time,
    /// The health of the connection; none for UDP.
    pub tcp: Option<TcpStats>,
}

impl Stats {
    /// Packets both ways.
    #[must_use]
    pub fn packets(&self) -> u64 {
        self.from_a.packets.saturating_add(self.from_b.packets)
    }

    /// Bytes above UDP or TCP, both ways.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.from_a.bytes.saturating_add(self.from_b.bytes)
    }

    /// From the first frame to the last.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.last_time.since(self.first_time)
    }

    /// What one side sent.
    #[must_use]
    pub fn volume(&self, side: Side) -> Volume {
        match side {
            Side::A => self.from_a,
            Side::B => self.from_b,
        }
    }

    pub(super) fn volume_mut(&mut self, side: Side) -> &mut Volume {
        match side {
            Side::A => &mut self.from_a,
            Side::B => &mut self.from_b,
        }
    }
}

/// The health of a TCP connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcpStats {
    /// From the SYN to the segment that acknowledges its SYN-ACK.
    pub handshake: Option<Duration>,
    /// Segments all of which had been seen before (keep-alives and recorded copies are none).
    pub retransmitted: u64,
    /// Segments that brought bytes from behind the highest one seen.
    pub out_of_order: u64,
    /// Bytes that were sent, as what follows or an acknowledgement shows, and never captured.
    pub missing_bytes: u64,
    /// Bytes from before the first segment seen of a connection that the capture does not have from its beginning; not delivered.
    pub early_bytes: u64,
    /// It was reset.
    pub reset: bool,
    /// Segments whose bytes contradict earlier ones at the same place; the first are kept.
    pub overlap_conflicts: u64,
    /// Segments far outside anything the connection can have sent; ignored.
    pub strays: u64,
    /// Keep-alives, of either kind.
    pub keep_alives: u64,
    /// The side that connected, where a SYN or SYN-ACK was captured.
    pub syn_from: Option<Side>,
    /// The side that acknowledges what the other, of which the capture has nothing, must have sent.
    pub only_from: Option<Side>,
}

/// A kind of thing that happened, how often, and where it can first be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// How often.
    pub count: u64,
    /// The first few frames concerned.
    pub frames: Vec<u64>,
}

impl Fact {
    /// How many frames are named.
    const EXAMPLES: usize = 8;

    pub(super) fn add(&mut self, count: u64, frame: u64) {
        if count > 0 {
            self.count = self.count.saturating_add(count);
            if self.frames.len() < Fact::EXAMPLES && self.frames.last() != Some(&frame) {
                self.frames.push(frame);
            }
        }
    }
}

/// What the flows of a capture show about the capture. Complete once the table is finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// UDP and TCP packets, every recorded copy counted.
    pub packets: u64,
    /// Packets recorded again; the frames are those of the copies.
    pub copies: Fact,
    /// TCP connections of which the capture has one direction only; their first frames.
    pub one_sided: Fact,
    /// UDP flows in which only one side speaks; their first frames. Quite normal for many protocols.
    pub one_way: Fact,
    /// TCP bytes missing; the frames behind the gaps, or that acknowledge what is missing.
    pub missing_bytes: Fact,
    /// TCP segments that contradict earlier ones.
    pub overlap_conflicts: Fact,
    /// Flows closed because they were idle for longer than the limit; their last frames.
    pub expired: Fact,
    /// Flows closed although they may go on, because there were more than the limit; their last frames.
    pub evicted: Fact,
    /// Holes given up because too much waited behind them; the frames that were one too many.
    pub overflows: Fact,
}
