//! A003: The right kind of answer under the wrong number, TIME or name.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A003",
    name: "ack-sequence-mismatch",
    severity: Severity::Error,
    topic: Topic::AnswerNumber,
    checks: "The right kind of answer under the wrong number, TIME or name.",
    matters: "The sender cannot tell which message was received: it goes on sending the one that was, or forgets one that was not.",
    instead: "Copy the number from the message that is answered, not from a counter of one's own.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::WrongNumber { number, request, expected } = &seen.fact else { return None };
    Some(Told::new(format!("{} says {number}; the {request} it answers says {expected}", seen.name)))
}
