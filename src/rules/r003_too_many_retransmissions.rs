//! R003: More retransmissions of one message than the document's maximum.

use super::{Examples, Judge, Rule, Severity, Told, ordinal};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R003",
    name: "too-many-retransmissions",
    severity: Severity::Error,
    topic: Topic::ResendMaximum,
    checks: "More retransmissions of one message than the document's maximum.",
    matters: "A peer that is gone must be given up, or its place is never freed.",
    instead: "Count the retransmissions, and treat the peer as gone when the last one stays unanswered.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::Resent { copy, answered: None, over_tcp: false, .. } = seen.fact else { return None };
    let maximum = judge.timer(seen).maximum?;
    (copy == maximum as usize + 1).then(|| {
        Told::new(format!(
            "{} sent again for the {} time; at most {maximum} retransmissions are allowed",
            seen.name,
            ordinal(copy)
        ))
    })
}
