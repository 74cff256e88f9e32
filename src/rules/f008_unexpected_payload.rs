//! F008: Data in a message that the document defines without any.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F008",
    name: "unexpected-payload",
    severity: Severity::Warning,
    topic: Topic::EmptyData,
    checks: "Data in a message that the document defines without any.",
    matters: "A strict receiver rejects the message; a lenient one may take the data for the beginning of the next.",
    instead: "Send the bare header.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 1a 01 01 00 05 'all'                  <- # UserListRequest S=1
   40 S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41 # UserListResponse S=1
   45 A>S 23 01 00 00 05                           # ack of UserListResponse S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 1a 01 01 00 05                           # UserListRequest S=1
   40 S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41 # UserListResponse S=1
   45 A>S 23 01 00 00 05                           # ack of UserListResponse S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::UnexpectedPayload)
}
