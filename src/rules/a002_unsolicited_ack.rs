//! A002: An answer that nothing outstanding called for.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A002",
    name: "unsolicited-ack",
    severity: Severity::Error,
    topic: Topic::Answers,
    checks: "An answer that nothing outstanding called for.",
    matters: "The peer may take it for the answer to its next message, and believe delivered what never arrived.",
    instead: "Answer exactly what was received, once.",
    examples: Examples {
        protocol: "chatos",
        bad: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 A>S 03 0005 'alice' 0005 'hello'             # SMA
   30 S>A 08 01                                    # ERROR 1
   80 S>A 08 01                                 <- # ERROR 1
",
        good: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 A>S 03 0005 'alice' 0005 'hello'             # SMA
   30 S>A 08 01                                    # ERROR 1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::Unsolicited { number } = &seen.fact else { return None };
    let under = number.as_ref().map_or(String::new(), |number| format!(" {number}"));
    Some(Told::new(format!("{}{under} answers nothing: no message that it could answer is outstanding", seen.name)))
}
