//! P008: A message that was passed on to someone who should not get it.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P008",
    name: "misdirected-relay",
    severity: Severity::Error,
    topic: Topic::RelayAudience,
    checks: "A message that was passed on to someone who should not get it.",
    matters: "What was said in one room is heard in another; an author who gets its own message back shows it twice.",
    instead: "Choose the receivers by the room or group of the message, not by who is connected.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::RelayMisdirected { to, why } = &seen.fact else { return None };
    Some(Told::new(format!("{} goes to {to}, but {why}", seen.name)))
}
