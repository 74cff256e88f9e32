//! S002: Numbers that a sender skipped.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S002",
    name: "sequence-gap",
    severity: Severity::Warning,
    topic: Topic::Numbering,
    checks: "Numbers that a sender skipped: none of the skipped ones came later either.",
    matters: "The receiver must take the missing numbers for lost messages and hold back what follows.",
    instead: "Count once for each new message, in one place, and never for a retransmission.",
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 02 00 00                              # movieListRequest 1
   30 S>A 01 01 00 00                              # movieListResponse 1
   40 A>S 03 03 00 00                           <- # mainRoomUserListRequest 3
   45 S>A 03 02 00 06 85 'alice'                   # sendMainRoomUserList 3
   50 A>S 03 80 00 00                              # userListReceived 3
",
        good: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 02 00 00                              # movieListRequest 1
   30 S>A 01 01 00 00                              # movieListResponse 1
   40 A>S 02 03 00 00                              # mainRoomUserListRequest 2
   45 S>A 02 02 00 06 85 'alice'                   # sendMainRoomUserList 2
   50 A>S 02 80 00 00                              # userListReceived 2
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NumberSkipped { number, expected } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{} has the number {number}; the next one due was {expected}, and nothing came under it",
        seen.name
    )))
}
