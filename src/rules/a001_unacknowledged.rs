//! A001: A message that must be answered and never was, although the capture goes on for at least two timers after its last transmission (5 s where the document names none).

use super::{Examples, Judge, Rule, Severity, Told, duration, times};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A001",
    name: "unacknowledged",
    severity: Severity::Error,
    topic: Topic::Answers,
    checks: "A message that must be answered and never was, although the capture goes on for at least two timers after its last transmission (5 s where the document names none).",
    matters: "Its sender goes on sending it, or gives the peer up for gone.",
    instead: "Answer every message that the table says is answered, also when it is a copy.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::Unanswered { transmissions, waited, bound, wanted } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{}, sent {}, was never answered by {wanted}: the capture goes on for {} after it, {} are given",
        seen.name,
        times(*transmissions),
        duration(*waited),
        duration(*bound)
    )))
}
