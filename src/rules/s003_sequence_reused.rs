//! S003: A new message under the number (or TIME) of the one before it.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S003",
    name: "sequence-reused",
    severity: Severity::Error,
    topic: Topic::NumberReuse,
    checks: "A new message under the number (or TIME) of the one before it.",
    matters: "To the receiver it is a retransmission of the message before: it acknowledges it and throws it away.",
    instead: "Change the number with every new message; repeat it only when the same message is sent again.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NumberReused { number, holder } = &seen.fact else { return None };
    Some(Told::new(format!("{} is a new message under the number {number}, which {holder} has already", seen.name)))
}
