//! Back into frame order: holds what has been decided until nothing earlier is still to come.

use super::Step;
use crate::owned::Owned;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// An optional stage behind the [`Identifier`](super::Identifier).
///
/// What may go goes at once, as it is; only what must wait is copied.
#[derive(Default)]
pub struct Sequencer {
    /// Nothing of a later frame than this may go.
    barrier: Option<u64>,
    held: BinaryHeap<Waiting>,
    arrivals: u64,
    size: usize,
}

impl Sequencer {
    /// A step in the order in which it became known.
    pub fn push(&mut self, step: Step<'_>, sink: &mut dyn FnMut(Step<'_>)) {
        let frame = step.frame();
        if self.barrier.is_none_or(|barrier| frame <= barrier) {
            sink(step);
            return;
        }
        let step = Owned::of(&step);
        self.size = self.size.saturating_add(step.size());
        self.held.push(Waiting { frame, arrival: self.arrivals, step });
        self.arrivals = self.arrivals.wrapping_add(1);
    }

    /// Nothing before this frame is still to come; `None`: nothing at all is.
    #[inline]
    pub fn settle(&mut self, barrier: Option<u64>, sink: &mut dyn FnMut(Step<'_>)) {
        self.barrier = barrier;
        if !self.held.is_empty() {
            self.let_go(barrier, sink);
        }
    }

    fn let_go(&mut self, barrier: Option<u64>, sink: &mut dyn FnMut(Step<'_>)) {
        while self.held.peek().is_some_and(|next| barrier.is_none_or(|barrier| next.frame <= barrier)) {
            let Some(next) = self.held.pop() else { return };
            self.size = self.size.saturating_sub(next.step.size());
            sink(next.step.lend());
        }
    }

    /// The memory for what waits, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }
}

struct Waiting {
    frame: u64,
    arrival: u64,
    step: Owned<Step<'static>>,
}

// A heap gives the greatest first: the earliest is.
impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> Ordering {
        (other.frame, other.arrival).cmp(&(self.frame, self.arrival))
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Waiting) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Time;
    use crate::flow::{FlowId, Side};

    fn end(frame: u64, flow: FlowId) -> Step<'static> {
        Step::End { flow, from: Side::A, reset: false, frame, time: Time(0) }
    }

    /// Pushes and settles as told; answers `(frame, flow)` as they come out.
    fn run(script: &[Result<(u64, FlowId), Option<u64>>]) -> Vec<(u64, FlowId)> {
        let mut sequencer = Sequencer::default();
        let mut out = Vec::new();
        let mut sink = |step: Step<'_>| {
            if let Step::End { flow, frame, .. } = step {
                out.push((frame, flow));
            }
        };
        for entry in script {
            match entry {
                Ok((frame, flow)) => sequencer.push(end(*frame, *flow), &mut sink),
                Err(barrier) => sequencer.settle(*barrier, &mut sink),
            }
        }
        assert_eq!(sequencer.size(), 0);
        out
    }

    #[test]
    fn nothing_waits_where_nothing_is_undecided() {
        assert_eq!(run(&[Ok((1, 1)), Ok((2, 2)), Ok((2, 1))]), [(1, 1), (2, 2), (2, 1)]);
    }

    #[test]
    fn what_is_decided_late_comes_in_its_place() {
        let out = run(&[Ok((1, 1)), Err(Some(2)), Ok((3, 1)), Ok((4, 1)), Ok((2, 2)), Ok((5, 2)), Err(None)]);
        assert_eq!(out, [(1, 1), (2, 2), (3, 1), (4, 1), (5, 2)]);
    }

    #[test]
    fn a_barrier_that_moves_lets_go_what_it_passed() {
        let out = run(&[Err(Some(2)), Ok((3, 1)), Ok((6, 1)), Err(Some(4)), Ok((4, 2)), Ok((3, 3)), Err(None)]);
        assert_eq!(out, [(3, 1), (4, 2), (3, 3), (6, 1)]);
    }

    #[test]
    fn steps_of_one_frame_keep_their_order() {
        assert_eq!(run(&[Err(Some(1)), Ok((2, 9)), Ok((2, 1)), Ok((2, 5)), Err(None)]), [(2, 9), (2, 1), (2, 5)]);
    }
}
