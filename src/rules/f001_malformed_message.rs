//! F001: Bytes of a recognized flow that are no message of its protocol.

use super::{Examples, Judge, Rule, Severity, Told, count};
use crate::protocol::{DefectKind, Topic};
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "F001",
    name: "malformed-message",
    severity: Severity::Error,
    topic: Topic::Format,
    checks: "Bytes of a recognized flow that are no message of its protocol: too short for a header, fields that run over the end, text where structure must be.",
    matters: "The receiver cannot know what was meant. Most implementations drop such bytes without a word, and the sender waits for an answer that never comes.",
    instead: "Build every message from the document's table, and check with a dissector what really leaves the socket.",
    examples: Examples {
        protocol: "c2w-g22",
        bad: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02 USER_LIST_REQUEST|alice|' 0d 0a  <-
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
    if let Fact::NoMessage { bytes } = seen.fact {
        return Some(Told::new(format!("{} in a row are no message of the protocol", count(bytes, "byte"))));
    }
    super::defective(seen, DefectKind::Malformed)
}
