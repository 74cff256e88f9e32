//! P007: A message that was passed on with other content than it was sent with.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P007",
    name: "altered-relay",
    severity: Severity::Error,
    topic: Topic::RelayContent,
    checks: "A message that was passed on with other content than it was sent with.",
    matters: "Members read something its author never wrote, or under another name.",
    instead: "Pass on the bytes received; build only the header anew.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::RelayAltered { what, author } = &seen.fact else { return None };
    Some(Told::new(format!("{} passes on a message of {author}, and {what} is not what was sent", seen.name)))
}
