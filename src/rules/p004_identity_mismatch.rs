//! P004: A message under a name or ID that is not its sender's own.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P004",
    name: "identity-mismatch",
    severity: Severity::Error,
    topic: Topic::Identity,
    checks: "A message under a name or ID that is not its sender's own.",
    matters: "Whoever can speak under another's name can be anyone.",
    instead: "Use the name or ID that the server granted, in every message of the session.",
    examples: Examples {
        protocol: "chatos",
        bad: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 B>S 01 0003 'bob'                            # CR
   30 S>B 08 01                                    # ERROR 1
   40 A>S 03 0003 'bob' 0005 'hello'            <- # SMA
   45 S>A 08 03                                    # ERROR 3
",
        good: "
   10 A>S 01 0005 'alice'                          # CR
   15 S>A 08 01                                    # ERROR 1
   25 B>S 01 0003 'bob'                            # CR
   30 S>B 08 01                                    # ERROR 1
   40 A>S 03 0005 'alice' 0005 'hello'             # SMA
   45 S>A 08 01                                    # ERROR 1
   55 S>B 03 0005 'alice' 0005 'hello'             # SMA
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::Impostor { claimed, own } = &seen.fact else { return None };
    Some(Told::new(format!("{} speaks as {claimed}; its sender is {own}", seen.name)))
}
