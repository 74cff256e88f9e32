//! F006: A status, error code, ID or fixed field with a value that the document rules out in any state.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F006",
    name: "value-out-of-range",
    severity: Severity::Error,
    topic: Topic::Values,
    checks: "A status, error code, ID or fixed field with a value that the document rules out in any state.",
    matters: "The receiver has no rule for it: it may take the message for another one, or keep a user in a state that does not exist.",
    instead: "Send only values that the document lists for this field of this message.",
    examples: Examples {
        protocol: "shen",
        bad: "
   10 A>S 00 00 40 60 'Lucy' 0d 0a                 # Connexion 0
   15 S>A 00 02 00 00                              # ACK 0
   25 A>S 00 44 80 98 'bonjour' 0d 0a           <- # EnvoyerMessage 1
   30 S>A 00 42 00 00                              # ACK 1
",
        good: "
   10 A>S 00 00 40 60 'Lucy' 0d 0a                 # Connexion 0
   15 S>A 00 02 00 00                              # ACK 0
   25 A>S 00 44 80 90 'bonjour' 0d 0a              # EnvoyerMessage 1
   30 S>A 00 42 00 00                              # ACK 1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::OutOfRange)
}
