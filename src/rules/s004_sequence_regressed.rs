//! S004: A new message under a number (or TIME) older than those its sender has used since.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "S004",
    name: "sequence-regressed",
    severity: Severity::Error,
    topic: Topic::NumberOrder,
    checks: "A new message under a number (or TIME) older than those its sender has used since.",
    matters: "A receiver that orders by number takes it for a late copy of something it has, and drops it.",
    instead: "Never let the counter run backwards within a session, except where it wraps.",
    examples: Examples {
        protocol: "c2w-g22",
        bad: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
   35 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
   40 A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
   50 A>S '09:59:59: MOVIE_LIST_REQUEST|alice|' 0d 0a  <-
   55 S>A '09:59:59: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a
   60 A>S '09:59:59: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a
",
        good: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
   35 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
   40 A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
   50 A>S '10:00:03: MOVIE_LIST_REQUEST|alice|' 0d 0a
   55 S>A '10:00:03: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a
   60 A>S '10:00:03: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NumberRegressed { number, latest } = &seen.fact else { return None };
    Some(Told::new(format!("{} has the number {number}, after {latest}", seen.name)))
}
