//! S001: The first number a side uses, against the one the document specifies.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S001",
    name: "initial-sequence",
    severity: Severity::Error,
    topic: Topic::FirstNumber,
    checks: "The first number a side uses, against the one the document specifies.",
    matters: "A peer that expects the specified first number takes the message for a later one and waits for those before it.",
    instead: "Initialize the counter as the document says, on each side, for each new session.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::FirstNumber { number, first } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{} is the first message of its sender and has the number {number}; numbers begin with {first}",
        seen.name
    )))
}
