//! S003: A new message under the number (or TIME) of the one before it.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S003",
    name: "sequence-reused",
    severity: Severity::Error,
    topic: Topic::NumberReuse,
    checks: "A new message under the number (or TIME) of the one before it.",
    matters: "To the receiver it is a retransmission of the message before: it acknowledges it and throws it away.",
    instead: "Change the number with every new message; repeat it only when the same message is sent again.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 03 'one'               # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   45 A>S 2a 01 01 00 07 00 03 'two'            <- # DataMessage S=1
   50 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 03 'one'               # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   45 A>S 28 01 01 00 07 00 03 'two'               # DataMessage S=0
   50 S>A 29 00 00 00 05                           # ack of DataMessage S=0
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NumberReused { number, holder } = &seen.fact else { return None };
    Some(Told::new(format!("{} is a new message under the number {number}, which {holder} has already", seen.name)))
}
