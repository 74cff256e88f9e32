//! S002: Numbers that a sender skipped.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S002",
    name: "sequence-gap",
    severity: Severity::Warning,
    topic: Topic::Numbering,
    checks: "Numbers that a sender skipped: none of the skipped ones came later either.",
    matters: "The receiver must take the missing numbers for lost messages and hold back what follows.",
    instead: "Count once for each new message, in one place, and never for a retransmission.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NumberSkipped { number, expected } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{} has the number {number}; the next one due was {expected}, and nothing came under it",
        seen.name
    )))
}
