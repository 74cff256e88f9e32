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
    examples: Examples {
        protocol: "c2w-g22",
        bad: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0a  <-
   35 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
   40 A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
",
        good: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
   35 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
   40 A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::MissingTerminator)
}
