//! T001: The latencies of a session against the bounds that a policy sets.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "T001",
    name: "ack-latency",
    severity: Severity::Error,
    topic: Topic::Answers,
    checks: "The latencies of a session against the bounds that a policy sets: a percentile, the median or the maximum of the time from a message to its answer.",
    matters: "A service may follow its document to the letter and still be too slow to use; a bound makes that visible before its users do.",
    instead: "Find out which kind of message is slow, and answer before doing the work.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::Latency { what, measured, bound, count } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{what} of {count} answers is {}; the policy allows {}",
        duration(*measured),
        duration(*bound)
    )))
}
