//! A006: An answer that came only after its sender's timer had run out, counted from the latest transmission before it.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "A006",
    name: "late-ack",
    severity: Severity::Warning,
    topic: Topic::RegularTimer,
    checks: "An answer that came only after its sender's timer had run out, counted from the latest transmission before it.",
    matters: "Every late answer costs a needless retransmission, and towards the end of the retries a session.",
    instead: "Acknowledge first, and do the work afterwards.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  730 S>A 2b 00 00 00 05                        <- # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
   70 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::Answered { request, after } = &seen.fact else { return None };
    let timer = judge.timer(seen).resend.filter(|_| judge.timer(seen).regular)?;
    let margin = judge.tolerance(timer);
    (*after > timer.saturating_add(margin)).then(|| {
        Told::new(format!(
            "{} came {} after the {request} it answers; the timer is {} (tolerance {})",
            seen.name,
            duration(*after),
            duration(timer),
            duration(margin)
        ))
    })
}
