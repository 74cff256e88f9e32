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
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::OutOfRange)
}
