//! P009: A list, disconnection or dissolution notice that was due after a change and was not sent within two timers of the answer that made it.

use super::{Examples, Judge, Rule, Severity, Told, duration, list};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P009",
    name: "missing-notification",
    severity: Severity::Warning,
    topic: Topic::Notices,
    checks: "A list, disconnection or dissolution notice that was due after a change and was not sent within two timers of the answer that made it.",
    matters: "The other clients go on showing users who are gone, or never show those who came.",
    instead: "After every change send what the document owes to each client it concerns.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NoNotice { kind, change, members, waited } = &seen.fact else { return None };
    Some(Told::new(format!("{change}, and no {kind} was sent to {} within {}", list(members), duration(*waited))))
}
