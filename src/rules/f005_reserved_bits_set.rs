//! F005: Reserved or padding bits that are not zero.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F005",
    name: "reserved-bits-set",
    severity: Severity::Warning,
    topic: Topic::ReservedBits,
    checks: "Reserved or padding bits that are not zero.",
    matters: "The bits are kept for a later version: a receiver of that version will read a meaning into them. Often the sign of a buffer that is reused without being cleared.",
    instead: "Write zero into every bit that has no meaning.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::ReservedBits)
}
