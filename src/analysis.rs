//! The composition root: frames into packets, packets into flows, flows into the messages of one of our protocols.

use crate::bytes::Time;
use crate::flow::FlowId;
use crate::identify::FlowVerdict;

/// What a capture shows of itself, beside the traffic in it: what bounds the trust in any judgement.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Frames fed in.
    pub packets: u64,
    /// Their bytes as captured.
    pub bytes: u64,
    /// The first frame's time.
    pub first_time: Option<Time>,
    /// The latest time of all frames.
    pub last_time: Option<Time>,
    /// Packets recorded twice; folded into one.
    pub doubled: Fact,
    /// Recognized flows of which only one direction was seen.
    pub one_sided: Vec<FlowId>,
    /// Holes in recognized TCP flows; frames: where they became known.
    pub missing: Fact,
    /// Bytes missing in those holes.
    pub missing_bytes: u64,
    /// Frames cut by a snap length.
    pub cut: Fact,
    /// Frames older than the one before.
    pub backwards: Fact,
}

/// How often something was so, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// How often.
    pub count: u64,
    /// The first frames of them, at most [`Fact::FRAMES`].
    pub frames: Vec<u64>,
}

impl Fact {
    /// How many frames are named.
    pub const FRAMES: usize = 16;

    /// Counts one more.
    pub fn note(&mut self, frame: u64) {
        self.count += 1;
        if self.frames.len() < Fact::FRAMES {
            self.frames.push(frame);
        }
    }
}

/// What is known of a capture when it is over.
#[derive(Clone, Default)]
pub struct Summary {
    /// Every flow with a payload, by number.
    pub verdicts: Vec<FlowVerdict>,
    /// What the capture shows of itself.
    pub facts: Facts,
}
