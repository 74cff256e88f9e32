//! F003: A message that the document assigns, but only for the other direction.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F003",
    name: "wrong-direction",
    severity: Severity::Error,
    topic: Topic::Directions,
    checks: "A message that the document assigns, but only for the other direction.",
    matters: "A server that answers with a client's message, or the other way round, has its two roles mixed up; where codes mean different things by direction, the peer reads something else entirely.",
    instead: "Keep separate tables for what a client and what a server may send.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::WrongDirection)
}
