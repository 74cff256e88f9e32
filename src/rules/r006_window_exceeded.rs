//! R006: A new message while the one before it, to the same peer, is unanswered.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R006",
    name: "window-exceeded",
    severity: Severity::Error,
    topic: Topic::StopAndWait,
    checks: "A new message while the one before it, to the same peer, is unanswered: the protocol is stop-and-wait.",
    matters: "With one bit of sequence number a second message in flight makes loss and duplication indistinguishable.",
    instead: "Queue what is to be sent, and send the next one when the answer is there.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 03 'one'               # DataMessage S=1
   50 A>S 28 01 01 00 07 00 03 'two'            <- # DataMessage S=0
   70 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   75 S>A 29 00 00 00 05                           # ack of DataMessage S=0
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 03 'one'               # DataMessage S=1
   70 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   80 A>S 28 01 01 00 07 00 03 'two'               # DataMessage S=0
  120 S>A 29 00 00 00 05                           # ack of DataMessage S=0
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::WindowExceeded { open, since } = &seen.fact else { return None };
    Some(Told::new(format!("{} is sent while {open}, sent {} before, is unanswered", seen.name, duration(*since))))
}
