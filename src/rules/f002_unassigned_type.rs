//! F002: A type, opcode or command that the document does not assign.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F002",
    name: "unassigned-type",
    severity: Severity::Error,
    topic: Topic::Types,
    checks: "A type, opcode or command that the document does not assign.",
    matters: "A peer that follows the document has no idea what to do with it.",
    instead: "Use only the codes of the document's tables; an extension needs a new version of the document.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::UnassignedType)
}
