//! A001: A message that must be answered and never was, although the capture goes on for at least two timers after its last transmission (5 s where the document names none).

use super::{Examples, Judge, Rule, Severity, Told, duration, times};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A001",
    name: "unacknowledged",
    severity: Severity::Error,
    topic: Topic::Answers,
    checks: "A message that must be answered and never was, although the capture goes on for at least two timers after its last transmission (5 s where the document names none).",
    matters: "Its sender goes on sending it, or gives the peer up for gone.",
    instead: "Answer every message that the table says is answered, also when it is a copy.",
    examples: Examples {
        protocol: "c2w-g22",
        bad: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a  <-
 1030 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
 2030 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
 8030 end
",
        good: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
 1030 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
 2030 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
 2035 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
 2040 A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
 8040 end
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::Unanswered { transmissions, waited, bound, wanted } = &seen.fact else { return None };
    Some(Told::new(format!(
        "{}, sent {}, was never answered by {wanted}: the capture goes on for {} after it, {} are given",
        seen.name,
        times(*transmissions),
        duration(*waited),
        duration(*bound)
    )))
}
