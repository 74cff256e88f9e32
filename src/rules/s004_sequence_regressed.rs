//! S004: A new message under a number (or TIME) older than those its sender has used since.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S004",
    name: "sequence-regressed",
    severity: Severity::Error,
    topic: Topic::NumberOrder,
    checks: "A new message under a number (or TIME) older than those its sender has used since.",
    matters: "A receiver that orders by number takes it for a late copy of something it has, and drops it.",
    instead: "Never let the counter run backwards within a session, except where it wraps.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NumberRegressed { number, latest } = &seen.fact else { return None };
    Some(Told::new(format!("{} has the number {number}, after {latest}", seen.name)))
}
