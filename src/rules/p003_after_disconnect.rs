//! P003: A message after the disconnection was confirmed.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};
use crate::session::report::Actor;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P003",
    name: "after-disconnect",
    severity: Severity::Error,
    topic: Topic::Logout,
    checks: "A message after the disconnection was confirmed.",
    matters: "The session is over for the other side: the message belongs to nobody.",
    instead: "Stop all timers and queues when the disconnection is confirmed.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::AfterLogout = seen.fact else { return None };
    let whom = if seen.actor == Actor::Server {
        "is sent to a client that has left"
    } else {
        "is sent after the disconnection was confirmed"
    };
    Some(Told::new(format!("{} {whom}", seen.name)))
}
