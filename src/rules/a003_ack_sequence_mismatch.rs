//! A003: The right kind of answer under the wrong number, TIME or name.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A003",
    name: "ack-sequence-mismatch",
    severity: Severity::Error,
    topic: Topic::AnswerNumber,
    checks: "The right kind of answer under the wrong number, TIME or name.",
    matters: "The sender cannot tell which message was received: it goes on sending the one that was, or forgets one that was not.",
    instead: "Copy the number from the message that is answered, not from a counter of one's own.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   35 S>A 29 00 00 00 05                        <- # ack of DataMessage S=0
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
    let Fact::WrongNumber { number, request, expected } = &seen.fact else { return None };
    Some(Told::new(format!("{} says {number}; the {request} it answers says {expected}", seen.name)))
}
