//! A007: A second answer that no retransmission explains.

use super::{Examples, Judge, Rule, Severity, Told, times};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A007",
    name: "duplicate-ack",
    severity: Severity::Info,
    topic: Topic::Answers,
    checks: "A second answer that no retransmission explains.",
    matters: "Harmless where numbers are checked; where answers are matched in order, it shifts every later one.",
    instead: "Answer each copy received once.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   55 S>A 2b 00 00 00 05                        <- # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
  535 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
  555 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::AnsweredAgain { request, transmissions } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{} answers a {request} that is answered already and was sent {}",
        seen.name,
        times(*transmissions)
    )))
}
