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
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   35 S>A 2b 00 00 00 09 00 02 'ok'             <- # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   35 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    super::defective(seen, DefectKind::MalformedAck)
}
