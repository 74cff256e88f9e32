//! P002: A message that the state of its sender does not allow.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P002",
    name: "not-allowed-in-state",
    severity: Severity::Error,
    topic: Topic::States,
    checks: "A message that the state of its sender does not allow: in the wrong room or group, without a private chat, without an invitation.",
    matters: "Client and server disagree about where the client is, and from then on about who hears what.",
    instead: "Keep the state as the document's figure draws it, and change it when the answer that grants the change arrives.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 62 01 00 00 05                        <- # GroupDisjointRequest S=1
   35 S>A 63 00 00 00 05                           # ack of GroupDisjointRequest S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 82 01 00 00 05                           # DisconnectionRequest S=1
   35 S>A 83 00 00 00 05                           # ack of DisconnectionRequest S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NotAllowed { why } = &seen.fact else { return None };
    Some(Told::new(format!("{} is not allowed here: {why}", seen.name)))
}
