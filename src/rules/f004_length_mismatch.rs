//! F004: A length field that disagrees with the bytes there, or bytes left over behind a message.

use super::{Examples, Judge, Rule, Severity, Told, count};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F004",
    name: "length-mismatch",
    severity: Severity::Error,
    topic: Topic::Lengths,
    checks: "A length field that disagrees with the bytes there, or bytes left over behind a message.",
    matters: "On a datagram the receiver cuts text short or reads past it; on a stream every later message is lost, because nobody knows where it begins.",
    instead: "Compute the field from the bytes just written, in the unit the document names, and send exactly those bytes.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 06 'hello'          <- # DataMessage S=1
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
    if let Fact::Incomplete { needed, there } = seen.fact {
        return Some(Told::new(format!(
            "a message was begun and its connection closed: {} of at least {needed} are there",
            count(there, "byte")
        )));
    }
    super::defective(seen, DefectKind::LengthMismatch)
}
