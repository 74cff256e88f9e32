//! F009: A line end that the document requires and that is absent, or is a bare line feed.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F009",
    name: "missing-terminator",
    severity: Severity::Info,
    topic: Topic::Terminator,
    checks: "A line end that the document requires and that is absent, or is a bare line feed.",
    matters: "A receiver that waits for the full line end waits for ever on a stream.",
    instead: "End every text with CR LF.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::MissingTerminator)
}
