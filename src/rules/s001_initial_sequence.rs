//! S001: The first number a side uses, against the one the document specifies.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S001",
    name: "initial-sequence",
    severity: Severity::Error,
    topic: Topic::FirstNumber,
    checks: "The first number a side uses, against the one the document specifies.",
    matters: "A peer that expects the specified first number takes the message for a later one and waits for those before it.",
    instead: "Initialize the counter as the document says, on each side, for each new session.",
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
   10 A>S 01 01 00 05 'alice'                   <- # loginRequest 1
   15 S>A 01 00 00 01 00                           # loginResponse 1
   25 A>S 02 02 00 00                              # movieListRequest 2
   30 S>A 02 01 00 00                              # movieListResponse 2
",
        good: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 02 00 00                              # movieListRequest 1
   30 S>A 01 01 00 00                              # movieListResponse 1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::FirstNumber { number, first } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{} is the first message of its sender and has the number {number}; numbers begin with {first}",
        seen.name
    )))
}
