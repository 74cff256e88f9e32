//! P001: A message before the login was granted.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};
use crate::session::report::Actor;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P001",
    name: "not-logged-in",
    severity: Severity::Error,
    topic: Topic::Login,
    checks: "A message before the login was granted.",
    matters: "A server that accepts it serves strangers; a client that sends it has not read the answer to its login.",
    instead: "Wait for the answer that grants the login.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NotLoggedIn = seen.fact else { return None };
    let whom = if seen.actor == Actor::Server {
        "is sent to a client that is not logged in"
    } else {
        "is sent before a login was granted"
    };
    Some(Told::new(format!("{} {whom}", seen.name)))
}
