//! R006: A new message while the one before it, to the same peer, is unanswered.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R006",
    name: "window-exceeded",
    severity: Severity::Error,
    topic: Topic::StopAndWait,
    checks: "A new message while the one before it, to the same peer, is unanswered: the protocol is stop-and-wait.",
    matters: "With one bit of sequence number a second message in flight makes loss and duplication indistinguishable.",
    instead: "Queue what is to be sent, and send the next one when the answer is there.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::WindowExceeded { open, since } = &seen.fact else { return None };
    Some(Told::new(format!("{} is sent while {open}, sent {} before, is unanswered", seen.name, duration(*since))))
}
