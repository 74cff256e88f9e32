//! F008: Data in a message that the document defines without any.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F008",
    name: "unexpected-payload",
    severity: Severity::Warning,
    topic: Topic::EmptyData,
    checks: "Data in a message that the document defines without any.",
    matters: "A strict receiver rejects the message; a lenient one may take the data for the beginning of the next.",
    instead: "Send the bare header.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::UnexpectedPayload)
}
