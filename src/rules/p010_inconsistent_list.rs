//! P010: A list of users that contradicts what the server itself has granted.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P010",
    name: "inconsistent-list",
    severity: Severity::Warning,
    topic: Topic::Lists,
    checks: "A list of users that contradicts what the server itself has granted.",
    matters: "Clients address users who are not there, under IDs that are not theirs.",
    instead: "Build lists from the same table that logins and rooms are granted from.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::ListContradicts { what } = &seen.fact else { return None };
    Some(Told::new(format!("{} contradicts what the server granted: {what}", seen.name)))
}
