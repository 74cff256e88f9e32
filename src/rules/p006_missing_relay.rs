//! P006: A message that a member should have got and did not, within two timers of its last transmission or acknowledgement (5 s where the document names none).

use super::{Examples, Judge, Rule, Severity, Told, duration, list};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P006",
    name: "missing-relay",
    severity: Severity::Error,
    topic: Topic::Relay,
    checks: "A message that a member should have got and did not, within two timers of its last transmission or acknowledgement (5 s where the document names none).",
    matters: "The sender believes everybody has read it.",
    instead: "Pass a message on to every member of the room or group at the time it arrives.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NotRelayed { members, waited } = &seen.fact else { return None };
    Some(Told::new(format!("{} was not passed on to {} within {}", seen.name, list(members), duration(*waited))))
}
