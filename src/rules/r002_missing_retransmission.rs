//! R002: A message that was never answered and not sent again when its timer had run out, although its sender is still there.

use super::{Examples, Judge, Rule, Severity, Told, duration, times};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R002",
    name: "missing-retransmission",
    severity: Severity::Error,
    topic: Topic::Resend,
    checks: "A message that was never answered and not sent again when its timer had run out, although its sender is still there.",
    matters: "One lost datagram and the message is gone: the reliability that the protocol promises is missing.",
    instead: "Keep every unanswered message and its timer until the answer is there or the retries are used up.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::NotResent { transmissions, waited, timer } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{}, sent {}, was never answered and not sent again: its sender still speaks {} later; the timer is {} (tolerance {})",
        seen.name,
        times(*transmissions),
        duration(*waited),
        duration(*timer),
        duration(judge.tolerance(*timer))
    )))
}
