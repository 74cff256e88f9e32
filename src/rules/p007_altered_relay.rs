//! P007: A message that was passed on with other content than it was sent with.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P007",
    name: "altered-relay",
    severity: Severity::Error,
    topic: Topic::RelayContent,
    checks: "A message that was passed on with other content than it was sent with.",
    matters: "Members read something its author never wrote, or under another name.",
    instead: "Pass on the bytes received; build only the header anew.",
    examples: Examples {
        protocol: "c2w-g22",
        bad: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 B>S '10:00:02: CONNECTION_REQUEST|bob|' 0d 0a
   35 S>B '10:00:02: CONNECTION_GRANTED|bob|' 0d 0a
   40 B>S '10:00:02: CONNECTION_RESPONSE_ACK|bob|' 0d 0a
   50 A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
   60 S>B '10:00:03: NEW_MESSAGE|alice|jello' 0d 0a  <-
   65 B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
",
        good: "
   10 A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
   15 S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
   20 A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
   30 B>S '10:00:02: CONNECTION_REQUEST|bob|' 0d 0a
   35 S>B '10:00:02: CONNECTION_GRANTED|bob|' 0d 0a
   40 B>S '10:00:02: CONNECTION_RESPONSE_ACK|bob|' 0d 0a
   50 A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
   60 S>B '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
   65 B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::RelayAltered { what, author } = &seen.fact else { return None };
    Some(Told::new(format!("{} passes on a message of {author}, and {what} is not what was sent", seen.name)))
}
