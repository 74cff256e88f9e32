//! P009: A list, disconnection or dissolution notice that was due after a change and was not sent within two timers of the answer that made it.

use super::{Examples, Judge, Rule, Severity, Told, duration, list};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P009",
    name: "missing-notification",
    severity: Severity::Warning,
    topic: Topic::Notices,
    checks: "A list, disconnection or dissolution notice that was due after a change and was not sent within two timers of the answer that made it.",
    matters: "The other clients go on showing users who are gone, or never show those who came.",
    instead: "After every change send what the document owes to each client it concerns.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 B>S 00 00 00 00 0d 'bob     '                # ConnectionRequest S=0
   35 S>B 08 00 00 00 06 02                        # ConnectionAccept S=0
   40 B>S 09 02 00 00 05                           # ack of ConnectionAccept S=0
   50 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42 # UpdateList S=1
   55 A>S 73 01 00 00 05                           # ack of UpdateList S=1
   65 B>S 82 02 00 00 05                           # DisconnectionRequest S=1
   70 S>B 83 00 00 00 05                        <- # ack of DisconnectionRequest S=1
 1570 end
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 B>S 00 00 00 00 0d 'bob     '                # ConnectionRequest S=0
   35 S>B 08 00 00 00 06 02                        # ConnectionAccept S=0
   40 B>S 09 02 00 00 05                           # ack of ConnectionAccept S=0
   50 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42 # UpdateList S=1
   55 A>S 73 01 00 00 05                           # ack of UpdateList S=1
   65 B>S 82 02 00 00 05                           # DisconnectionRequest S=1
   70 S>B 83 00 00 00 05                           # ack of DisconnectionRequest S=1
   80 S>A 78 00 ff 00 06 02                        # UpdateDisconnection S=0
   85 A>S 79 01 00 00 05                           # ack of UpdateDisconnection S=0
 1585 end
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NoNotice { kind, change, members, waited } = &seen.fact else { return None };
    Some(Told::new(format!("{change}, and no {kind} was sent to {} within {}", list(members), duration(*waited))))
}
