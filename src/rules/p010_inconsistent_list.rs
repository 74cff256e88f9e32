//! P010: A list of users that contradicts what the server itself has granted.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P010",
    name: "inconsistent-list",
    severity: Severity::Warning,
    topic: Topic::Lists,
    checks: "A list of users that contradicts what the server itself has granted.",
    matters: "Clients address users who are not there, under IDs that are not theirs.",
    instead: "Build lists from the same table that logins and rooms are granted from.",
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 B>S 00 01 00 03 'bob'                        # loginRequest 0
   30 S>B 00 00 00 01 00                           # loginResponse 0
   40 S>A 00 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 0
   45 A>S 00 80 00 00                              # userListReceived 0
   55 B>S 01 03 00 00                              # mainRoomUserListRequest 1
   60 S>B 01 02 00 04 83 'bob'                  <- # sendMainRoomUserList 1
   65 B>S 01 80 00 00                              # userListReceived 1
",
        good: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 B>S 00 01 00 03 'bob'                        # loginRequest 0
   30 S>B 00 00 00 01 00                           # loginResponse 0
   40 S>A 00 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 0
   45 A>S 00 80 00 00                              # userListReceived 0
   55 B>S 01 03 00 00                              # mainRoomUserListRequest 1
   60 S>B 01 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 1
   65 B>S 01 80 00 00                              # userListReceived 1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::ListContradicts { what } = &seen.fact else { return None };
    Some(Told::new(format!("{} contradicts what the server granted: {what}", seen.name)))
}
