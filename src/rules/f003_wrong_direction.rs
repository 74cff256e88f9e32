//! F003: A message that the document assigns, but only for the other direction.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F003",
    name: "wrong-direction",
    severity: Severity::Error,
    topic: Topic::Directions,
    checks: "A message that the document assigns, but only for the other direction.",
    matters: "A server that answers with a client's message, or the other way round, has its two roles mixed up; where codes mean different things by direction, the peer reads something else entirely.",
    instead: "Keep separate tables for what a client and what a server may send.",
    examples: Examples {
        protocol: "c2w-g9",
        bad: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 83 00 00                           <- # type 0x83 1
",
        good: "
   10 A>S 00 01 00 05 'alice'                      # loginRequest 0
   15 S>A 00 00 00 01 00                           # loginResponse 0
   25 A>S 01 0a 00 00                              # leaveMainRoomRequest 1
   30 S>A 01 83 00 00                              # disconnectSuccess 1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::WrongDirection)
}
