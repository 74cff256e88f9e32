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
    examples: Examples::NONE,
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
