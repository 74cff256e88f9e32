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
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
max-ack max=200ms
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 02 00 00                              # movieListRequest 1
  275 S>A 01 01 00 00                           <- # movieListResponse 1
",
        good: "
max-ack max=200ms
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 02 00 00                              # movieListRequest 1
  175 S>A 01 01 00 00                              # movieListResponse 1
",
    },
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
