//! P003: A message after the disconnection was confirmed.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};
use crate::session::report::Actor;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P003",
    name: "after-disconnect",
    severity: Severity::Error,
    topic: Topic::Logout,
    checks: "A message after the disconnection was confirmed.",
    matters: "The session is over for the other side: the message belongs to nobody.",
    instead: "Stop all timers and queues when the disconnection is confirmed.",
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 B>S 00 01 00 03 'bob'                        # loginRequest 0
   30 S>B 00 00 00 01 00                           # loginResponse 0
   40 S>A 00 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 0
   45 A>S 00 80 00 00                              # userListReceived 0
   55 A>S 01 0a 00 00                              # leaveMainRoomRequest 1
   60 S>A 01 83 00 00                              # disconnectSuccess 1
   70 S>B 00 02 00 04 83 'bob'                     # sendMainRoomUserList 0
   75 B>S 00 80 00 00                              # userListReceived 0
  175 A>S 02 02 00 00                           <- # movieListRequest 2
",
        good: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 B>S 00 01 00 03 'bob'                        # loginRequest 0
   30 S>B 00 00 00 01 00                           # loginResponse 0
   40 S>A 00 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 0
   45 A>S 00 80 00 00                              # userListReceived 0
   55 A>S 01 0a 00 00                              # leaveMainRoomRequest 1
   60 S>A 01 83 00 00                              # disconnectSuccess 1
   70 S>B 00 02 00 04 83 'bob'                     # sendMainRoomUserList 0
   75 B>S 00 80 00 00                              # userListReceived 0
  175 A>S 00 01 00 05 'alice'                      # loginRequest 0
  180 S>A 00 00 00 01 00                           # loginResponse 0
  190 S>B 01 02 00 0a 85 'alice' 83 'bob'          # sendMainRoomUserList 1
  195 B>S 01 80 00 00                              # userListReceived 1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::AfterLogout = seen.fact else { return None };
    let whom = if seen.actor == Actor::Server {
        "is sent to a client that has left"
    } else {
        "is sent after the disconnection was confirmed"
    };
    Some(Told::new(format!("{} {whom}", seen.name)))
}
