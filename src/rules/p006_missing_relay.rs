//! P006: A message that a member should have got and did not, within two timers of its last transmission or acknowledgement (5 s where the document names none).

use super::{Examples, Judge, Rule, Severity, Told, duration, list};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P006",
    name: "missing-relay",
    severity: Severity::Error,
    topic: Topic::Relay,
    checks: "A message that a member should have got and did not, within two timers of its last transmission or acknowledgement (5 s where the document names none).",
    matters: "The sender believes everybody has read it.",
    instead: "Pass a message on to every member of the room or group at the time it arrives.",
    examples: Examples {
        protocol: "chatos",
        bad: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 B>S 01 0003 'bob'                            # CR
   30 S>B 08 01                                    # ERROR 1
   40 C>S 01 0005 'carol'                          # CR
   45 S>C 08 01                                    # ERROR 1
   55 A>S 03 0005 'alice' 0005 'hello'          <- # SMA
   60 S>A 08 01                                    # ERROR 1
   70 S>B 03 0005 'alice' 0005 'hello'             # SMA
 6070 end
",
        good: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 B>S 01 0003 'bob'                            # CR
   30 S>B 08 01                                    # ERROR 1
   40 C>S 01 0005 'carol'                          # CR
   45 S>C 08 01                                    # ERROR 1
   55 A>S 03 0005 'alice' 0005 'hello'             # SMA
   60 S>A 08 01                                    # ERROR 1
   70 S>B 03 0005 'alice' 0005 'hello'             # SMA
   80 S>C 03 0005 'alice' 0005 'hello'             # SMA
 6080 end
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NotRelayed { members, waited } = &seen.fact else { return None };
    Some(Told::new(format!("{} was not passed on to {} within {}", seen.name, list(members), duration(*waited))))
}
