//! R001: A message sent again before the document's timer had run out.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};
use crate::session::report::Actor;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R001",
    name: "early-retransmission",
    severity: Severity::Error,
    topic: Topic::ResendTimer,
    checks: "A message sent again before the document's timer had run out.",
    matters: "Copies that come too soon load the network and the peer exactly when they are slow, and cross the answers that are on their way.",
    instead: "Start the timer when the message is sent, and send again only when it fires.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  210 A>S 2a 01 01 00 07 00 05 'hello'          <- # DataMessage S=1 again
  215 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
  535 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::Resent { gap, answered: None, over_tcp: false, clock_stepped: false, .. } = seen.fact else {
        return None;
    };
    let timer = judge.timer(seen);
    let bound = timer.resend.filter(|_| timer.server_waits || seen.actor != Actor::Server)?;
    let margin = judge.tolerance(bound);
    (gap.saturating_add(margin) < bound).then(|| {
        Told::new(format!(
            "{} sent again after {}; the timer is {} (tolerance {})",
            seen.name,
            duration(gap),
            duration(bound),
            duration(margin)
        ))
    })
}
