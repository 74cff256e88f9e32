//! R005: A message sent again after its answer had been captured, or at all where the transport carries reliability itself.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R005",
    name: "needless-retransmission",
    severity: Severity::Warning,
    topic: Topic::ResendNeedless,
    checks: "A message sent again after its answer had been captured, or at all where the transport carries reliability itself.",
    matters: "The sender does not see its answers, or does not stop its timer: every exchange costs twice.",
    instead: "Stop the timer when the answer arrives.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'          <- # DataMessage S=1 again
  535 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again, unanswered so far
  535 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::Resent { gap, answered, over_tcp, clock_stepped: _, .. } = seen.fact else { return None };
    match answered {
        // Crossing on the wire is nobody's fault.
        Some(since) if !over_tcp && since < judge.floor() => None,
        Some(since) => Some(Told::new(format!(
            "{} sent again {} after its answer was captured, {} after it was sent",
            seen.name,
            duration(since),
            duration(gap)
        ))),
        None if over_tcp => {
            Some(Told::new(format!("{} sent again after {} over TCP, which loses nothing", seen.name, duration(gap))))
        }
        None => None,
    }
}
