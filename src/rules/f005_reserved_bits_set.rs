//! F005: Reserved or padding bits that are not zero.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F005",
    name: "reserved-bits-set",
    severity: Severity::Warning,
    topic: Topic::ReservedBits,
    checks: "Reserved or padding bits that are not zero.",
    matters: "The bits are kept for a later version: a receiver of that version will read a meaning into them. Often the sign of a buffer that is reused without being cleared.",
    instead: "Write zero into every bit that has no meaning.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2e 01 01 00 07 00 05 'hello'          <- # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::ReservedBits)
}
