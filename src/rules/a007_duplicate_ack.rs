//! A007: A second answer that no retransmission explains.

use super::{Examples, Judge, Rule, Severity, Told, times};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A007",
    name: "duplicate-ack",
    severity: Severity::Info,
    topic: Topic::Answers,
    checks: "A second answer that no retransmission explains.",
    matters: "Harmless where numbers are checked; where answers are matched in order, it shifts every later one.",
    instead: "Answer each copy received once.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::AnsweredAgain { request, transmissions } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{} answers a {request} that is answered already and was sent {}",
        seen.name,
        times(*transmissions)
    )))
}
