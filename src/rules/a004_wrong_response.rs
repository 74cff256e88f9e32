//! A004: An answer of a kind, or with a code, that the message it answers does not allow.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A004",
    name: "wrong-response",
    severity: Severity::Error,
    topic: Topic::Answers,
    checks: "An answer of a kind, or with a code, that the message it answers does not allow.",
    matters: "The client cannot tell whether it was granted what it asked for.",
    instead: "Take the answer from the row of the request in the document.",
    examples: Examples {
        protocol: "chatos",
        bad: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 B>S 01 0005 'alice'                          # CR
   30 S>B 08 04                                 <- # ERROR 4
",
        good: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 B>S 01 0005 'alice'                          # CR
   30 S>B 08 02                                    # ERROR 2
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::WrongAnswer { request, allowed, code } = &seen.fact else { return None };
    let with = code.map_or(String::new(), |code| format!(" with code {code}"));
    Some(Told::new(format!("{}{with} comes in answer to {request}, which is answered by {allowed}", seen.name)))
}
