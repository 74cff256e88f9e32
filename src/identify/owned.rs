//! Units and steps can be kept, and handed to another thread.

use super::{Step, Unit};
use crate::owned::Lent;

impl Lent for Unit<'static> {
    type As<'a> = Unit<'a>;

    fn apart<'a>(whole: &'a Unit<'_>) -> (Unit<'static>, &'a [u64], &'a [u8]) {
        let hollow = Unit {
            frame: whole.frame,
            frames: &[],
            time: whole.time,
            flow: whole.flow,
            from: whole.from,
            transport: whole.transport,
            src: whole.src,
            dst: whole.dst,
            direction: whole.direction,
            protocol: whole.protocol,
            choices: whole.choices,
            cut: whole.cut,
            bytes: &[],
            content: whole.content,
        };
        (hollow, whole.frames, whole.bytes)
    }

    fn whole<'a>(hollow: &Unit<'static>, frames: &'a [u64], bytes: &'a [u8]) -> Unit<'a> {
        Unit { frames, bytes, ..*hollow }
    }
}

impl Lent for Step<'static> {
    type As<'a> = Step<'a>;

    fn apart<'a>(whole: &'a Step<'_>) -> (Step<'static>, &'a [u64], &'a [u8]) {
        match whole {
            Step::Unit(unit) => {
                let (hollow, frames, bytes) = Unit::apart(unit);
                (Step::Unit(hollow), frames, bytes)
            }
            &Step::Gap { flow, from, missing, frame, time } => {
                (Step::Gap { flow, from, missing, frame, time }, &[], &[])
            }
            &Step::Relayed { arrival, passed, frame } => (Step::Relayed { arrival, passed, frame }, &[], &[]),
            &Step::End { flow, from, reset, frame, time } => (Step::End { flow, from, reset, frame, time }, &[], &[]),
        }
    }

    fn whole<'a>(hollow: &Step<'static>, frames: &'a [u64], bytes: &'a [u8]) -> Step<'a> {
        match hollow {
            Step::Unit(unit) => Step::Unit(Unit::whole(unit, frames, bytes)),
            other => *other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Time;
    use crate::flow::Side;
    use crate::identify::Content;
    use crate::owned::{Owned, Portion};
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
        let mut batch = Portion::<Step<'static>>::default();
        for _ in 0..2 {
            for step in steps {
                batch.push(&step);
            }
            let given: Vec<String> = batch.iter().map(told).collect();
            assert_eq!(given, steps.map(told));
            batch.clear();
            assert_eq!(batch.iter().count(), 0);
            assert_eq!(batch.size(), 0);
        }
    }

    #[test]
    fn what_is_owned_is_what_was_lent() {
        let unit = unit(&[1, 2], b"one");
        assert_eq!(told(Step::Unit(Owned::<Unit<'static>>::of(&unit).lend())), told(Step::Unit(unit)));
        let step = Owned::<Step<'static>>::of(&Step::Unit(unit));
        assert_eq!(told(step.lend()), told(Step::Unit(unit)));
        assert_eq!(step.size(), size_of::<Owned<Step<'static>>>() + 16 + 3);
    }
}
