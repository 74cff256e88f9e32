//! F002: A type, opcode or command that the document does not assign.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F002",
    name: "unassigned-type",
    severity: Severity::Error,
    topic: Topic::Types,
    checks: "A type, opcode or command that the document does not assign.",
    matters: "A peer that follows the document has no idea what to do with it.",
    instead: "Use only the codes of the document's tables; an extension needs a new version of the document.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 8a 01 00 00 05                        <- # type 0x11 S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 82 01 00 00 05                           # DisconnectionRequest S=1
   35 S>A 83 00 00 00 05                           # ack of DisconnectionRequest S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::UnassignedType)
}
