//! P008: A message that was passed on to someone who should not get it.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P008",
    name: "misdirected-relay",
    severity: Severity::Error,
    topic: Topic::RelayAudience,
    checks: "A message that was passed on to someone who should not get it.",
    matters: "What was said in one room is heard in another; an author who gets its own message back shows it twice.",
    instead: "Choose the receivers by the room or group of the message, not by who is connected.",
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
   65 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   70 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   80 S>B 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   85 B>S 2b 02 00 00 05                           # ack of DataMessage S=1
   95 S>A 28 01 01 00 07 00 05 'hello'          <- # DataMessage S=0
  100 A>S 29 01 00 00 05                           # ack of DataMessage S=0
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
   65 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   70 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
   80 S>B 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   85 B>S 2b 02 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::RelayMisdirected { to, why } = &seen.fact else { return None };
    Some(Told::new(format!("{} goes to {to}, but {why}", seen.name)))
}
