//! A005: An acknowledgement that is not in its prescribed form.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::Observation;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A005",
    name: "malformed-ack",
    severity: Severity::Warning,
    topic: Topic::AckForm,
    checks: "An acknowledgement that is not in its prescribed form: with data, options or fields that a bare acknowledgement does not have.",
    matters: "It may still be understood, but a strict peer takes it for another message, or for none.",
    instead: "Send the prescribed header and nothing behind it.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::MalformedAck)
}
