//! P005: The server granted a name or ID that a client who is logged in already has.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P005",
    name: "duplicate-identity",
    severity: Severity::Error,
    topic: Topic::UniqueIdentity,
    checks: "The server granted a name or ID that a client who is logged in already has.",
    matters: "Messages for one reach the other.",
    instead: "Look the name up before granting it, and never give out an ID that is in use.",
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 B>S 00 01 00 05 'alice'                      # loginRequest 0
   30 S>B 00 00 00 01 00                        <- # loginResponse 0
",
        good: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 B>S 00 01 00 05 'alice'                      # loginRequest 0
   30 S>B 00 00 00 01 01                           # loginResponse 0
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::DuplicateIdentity { what, holder } = &seen.fact else { return None };
    Some(Told::new(format!("{} grants {what}, which the client at {holder} has", seen.name)))
}
