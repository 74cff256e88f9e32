//! F007: Text that is empty where there must be some, too long, or not in the encoding the document prescribes.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F007",
    name: "bad-text",
    severity: Severity::Error,
    topic: Topic::Text,
    checks: "Text that is empty where there must be some, too long, or not in the encoding the document prescribes.",
    matters: "Names are keys: one that is cut, empty or garbled on one side is another user on the other.",
    instead: "Check length in bytes after encoding, not in characters before it.",
    examples: Examples {
        protocol: "shen",
        bad: "
   10 A>S 00 00 41 80 'Marie-Antoinette-Lucie' 0d 0a  <- # Connexion 0
   15 S>A 00 02 00 00                              # ACK 0
",
        good: "
   10 A>S 00 00 41 20 'Marie-Antoinette' 0d 0a     # Connexion 0
   15 S>A 00 02 00 00                              # ACK 0
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::BadText)
}
