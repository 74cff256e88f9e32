//! P002: A message that the state of its sender does not allow.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P002",
    name: "not-allowed-in-state",
    severity: Severity::Error,
    topic: Topic::States,
    checks: "A message that the state of its sender does not allow: in the wrong room or group, without a private chat, without an invitation.",
    matters: "Client and server disagree about where the client is, and from then on about who hears what.",
    instead: "Keep the state as the document's figure draws it, and change it when the answer that grants the change arrives.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NotAllowed { why } = &seen.fact else { return None };
    Some(Told::new(format!("{} is not allowed here: {why}", seen.name)))
}
