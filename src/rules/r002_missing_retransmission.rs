//! R002: A message that was never answered and not sent again when its timer had run out, although its sender is still there.

use super::{Examples, Judge, Rule, Severity, Told, duration, times};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R002",
    name: "missing-retransmission",
    severity: Severity::Error,
    topic: Topic::Resend,
    checks: "A message that was never answered and not sent again when its timer had run out, although its sender is still there.",
    matters: "One lost datagram and the message is gone: the reliability that the protocol promises is missing.",
    instead: "Keep every unanswered message and its timer until the answer is there or the retries are used up.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'          <- # DataMessage S=1
  830 A>S 80 01 00 00 05                           # DisconnectionRequest S=0
  835 S>A 81 00 00 00 05                           # ack of DisconnectionRequest S=0
  935 end
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
  535 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
  835 A>S 80 01 00 00 05                           # DisconnectionRequest S=0
  840 S>A 81 00 00 00 05                           # ack of DisconnectionRequest S=0
  940 end
",
    },
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::NotResent { transmissions, waited, timer } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{}, sent {}, was never answered and not sent again: its sender still speaks {} later; the timer is {} (tolerance {})",
        seen.name,
        times(*transmissions),
        duration(*waited),
        duration(*timer),
        duration(judge.tolerance(*timer))
    )))
}
