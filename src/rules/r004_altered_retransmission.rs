//! R004: Same kind and number as a message that is still unanswered, but other content.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R004",
    name: "altered-retransmission",
    severity: Severity::Error,
    topic: Topic::ResendIdentical,
    checks: "Same kind and number as a message that is still unanswered, but other content.",
    matters: "The receiver may have the first one already: then it acknowledges the second and throws it away, and two sides believe different things.",
    instead: "Keep the bytes that were sent, and send those again.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::ResentAltered { number } = &seen.fact else { return None };
    Some(Told::new(format!("{} {number} is unanswered and is sent again with other content", seen.name)))
}
