//! Units and steps with memory of their own: what waits, and what goes to another thread.

use super::{Step, Unit};

/// A [`Unit`] that borrows nothing.
pub struct OwnedUnit {
    /// Without its frames and bytes.
    hollow: Unit<'static>,
    frames: Box<[u64]>,
    bytes: Box<[u8]>,
}

impl From<&Unit<'_>> for OwnedUnit {
    fn from(unit: &Unit<'_>) -> OwnedUnit {
        OwnedUnit { hollow: hollow(unit), frames: unit.frames.into(), bytes: unit.bytes.into() }
    }
}

impl OwnedUnit {
    /// The unit.
    #[must_use]
    pub fn unit(&self) -> Unit<'_> {
        Unit { frames: &self.frames, bytes: &self.bytes, ..self.hollow }
    }
}

fn hollow(unit: &Unit<'_>) -> Unit<'static> {
    Unit {
        frame: unit.frame,
        frames: &[],
        time: unit.time,
        flow: unit.flow,
        from: unit.from,
        transport: unit.transport,
        src: unit.src,
        dst: unit.dst,
        direction: unit.direction,
        protocol: unit.protocol,
        choices: unit.choices,
        cut: unit.cut,
        bytes: &[],
        content: unit.content,
    }
}

/// A step without its frames and bytes, and these.
fn taken_apart<'a>(step: &Step<'a>) -> (Step<'static>, &'a [u64], &'a [u8]) {
    match *step {
        Step::Unit(unit) => (Step::Unit(hollow(&unit)), unit.frames, unit.bytes),
        Step::Gap { flow, from, missing, frame, time } => (Step::Gap { flow, from, missing, frame, time }, &[], &[]),
        Step::Relayed { arrival, passed, frame } => (Step::Relayed { arrival, passed, frame }, &[], &[]),
        Step::End { flow, from, reset, frame, time } => (Step::End { flow, from, reset, frame, time }, &[], &[]),
    }
}

fn put_together<'a>(hollow: Step<'static>, frames: &'a [u64], bytes: &'a [u8]) -> Step<'a> {
    match hollow {
        Step::Unit(unit) => Step::Unit(Unit { frames, bytes, ..unit }),
        other => other,
    }
}

/// A [`Step`] that borrows nothing.
pub struct OwnedStep {
    hollow: Step<'static>,
    frames: Box<[u64]>,
    bytes: Box<[u8]>,
}

impl From<&Step<'_>> for OwnedStep {
    fn from(step: &Step<'_>) -> OwnedStep {
        let (hollow, frames, bytes) = taken_apart(step);
        OwnedStep { hollow, frames: frames.into(), bytes: bytes.into() }
    }
}

impl OwnedStep {
    /// The step.
    #[must_use]
    pub fn step(&self) -> Step<'_> {
        put_together(self.hollow, &self.frames, &self.bytes)
    }

    /// Its memory, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<OwnedStep>() + size_of_val(&*self.frames) + self.bytes.len()
    }
}

/// Steps in their order, all in the same memory, which serves again after [`Batch::clear`].
#[derive(Default)]
pub struct Batch {
    /// Each with how many frames and bytes are its own.
    steps: Vec<(Step<'static>, usize, usize)>,
    frames: Vec<u64>,
    bytes: Vec<u8>,
}

impl Batch {
    /// Takes a copy.
    pub fn push(&mut self, step: &Step<'_>) {
        let (hollow, frames, bytes) = taken_apart(step);
        self.frames.extend_from_slice(frames);
        self.bytes.extend_from_slice(bytes);
        self.steps.push((hollow, frames.len(), bytes.len()));
    }

    /// The steps, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = Step<'_>> {
        let (mut frames, mut bytes) = (self.frames.as_slice(), self.bytes.as_slice());
        self.steps.iter().map(move |(hollow, frame_count, byte_count)| {
            let (mine, others) = frames.split_at_checked(*frame_count).unwrap_or((frames, &[]));
            let (own, rest) = bytes.split_at_checked(*byte_count).unwrap_or((bytes, &[]));
            (frames, bytes) = (others, rest);
            put_together(*hollow, mine, own)
        })
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Their memory, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of_val(self.steps.as_slice()) + size_of_val(self.frames.as_slice()) + self.bytes.len()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.steps.clear();
        self.frames.clear();
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Time;
    use crate::flow::Side;
    use crate::identify::Content;
    use crate::protocol::{Choices, Direction, Transport};

    fn unit<'a>(frames: &'a [u64], bytes: &'a [u8]) -> Unit<'a> {
        Unit {
            frame: frames.last().copied().unwrap_or(0),
            frames,
            time: Time(7),
            flow: 3,
            from: Side::B,
            transport: Transport::Udp,
            src: ([10, 0, 0, 1], 1313).into(),
            dst: ([10, 0, 0, 2], 40001).into(),
            direction: Direction::ToClient,
            protocol: crate::protocols::ALL[0],
            choices: Choices::default(),
            cut: 2,
            bytes,
            content: Content::Incomplete { needed: 9 },
        }
    }

    /// All that tells two steps apart.
    fn told(step: Step<'_>) -> String {
        match step {
            Step::Unit(unit) => format!(
                "{} {:?} {:?} {} {:?} {:?} {} {} {:?} {} {} {:?} {:?}",
                unit.frame,
                unit.frames,
                unit.time,
                unit.flow,
                unit.from,
                unit.transport,
                unit.src,
                unit.dst,
                unit.direction,
                unit.protocol.spec().id,
                unit.cut,
                unit.bytes,
                unit.content
            ),
            Step::Gap { flow, from, missing, frame, time } => format!("{flow} {from:?} {missing} {frame} {time:?}"),
            Step::Relayed { arrival, passed, frame } => format!("{arrival} {passed:?} {frame}"),
            Step::End { flow, from, reset, frame, time } => format!("{flow} {from:?} {reset} {frame} {time:?}"),
        }
    }

    #[test]
    fn a_batch_gives_back_what_it_was_given_again_and_again() {
        let steps = [
            Step::Unit(unit(&[1, 2], b"one")),
            Step::Gap { flow: 1, from: Side::A, missing: 8, frame: 3, time: Time(1) },
            Step::Unit(unit(&[4], b"")),
            Step::Relayed { arrival: 4, passed: Some(Time(9)), frame: 5 },
            Step::Unit(unit(&[5], b"three")),
            Step::End { flow: 1, from: Side::B, reset: true, frame: 6, time: Time(2) },
        ];
        let mut batch = Batch::default();
        for _ in 0..2 {
            for step in steps {
                batch.push(&step);
            }
            assert_eq!(batch.len(), 6);
            let given: Vec<String> = batch.iter().map(told).collect();
            assert_eq!(given, steps.map(told));
            batch.clear();
            assert!(batch.is_empty());
            assert_eq!(batch.size(), 0);
        }
    }

    #[test]
    fn what_is_owned_is_what_was_lent() {
        let unit = unit(&[1, 2], b"one");
        assert_eq!(told(Step::Unit(OwnedUnit::from(&unit).unit())), told(Step::Unit(unit)));
        let step = OwnedStep::from(&Step::Unit(unit));
        assert_eq!(told(step.step()), told(Step::Unit(unit)));
        assert_eq!(step.size(), size_of::<OwnedStep>() + 16 + 3);
    }
}
