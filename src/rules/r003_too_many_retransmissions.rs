//! R003: More retransmissions of one message than the document's maximum.

use super::{Examples, Judge, Rule, Severity, Told, ordinal};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R003",
    name: "too-many-retransmissions",
    severity: Severity::Error,
    topic: Topic::ResendMaximum,
    checks: "More retransmissions of one message than the document's maximum.",
    matters: "A peer that is gone must be given up, or its place is never freed.",
    instead: "Count the retransmissions, and treat the peer as gone when the last one stays unanswered.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 1030 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 1530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 2030 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 2530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 3030 A>S 2a 01 01 00 07 00 05 'hello'          <- # DataMessage S=1 again
 3130 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 1030 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 1530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 2030 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 2530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
 2630 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::Resent { copy, answered: None, over_tcp: false, .. } = seen.fact else { return None };
    let maximum = judge.timer(seen).maximum?;
    (copy == maximum as usize + 1).then(|| {
        Told::new(format!(
            "{} sent again for the {} time; at most {maximum} retransmissions are allowed",
            seen.name,
            ordinal(copy)
        ))
    })
}
