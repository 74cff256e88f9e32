//! T002: An invitation that the invited client left unanswered beyond the document's timer, counted from its acknowledgement.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "T002",
    name: "invitation-expired",
    severity: Severity::Warning,
    topic: Topic::InvitationTimer,
    checks: "An invitation that the invited client left unanswered beyond the document's timer, counted from its acknowledgement.",
    matters: "Everybody waits: the group is not created, and the inviter does not know why.",
    instead: "Answer an invitation, or reject it on the user's behalf before the timer runs out.",
    examples: Examples::NONE,
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::InvitationExpired { waited, timer, answered_late } = seen.fact else { return None };
    let how = if answered_late { "was answered only" } else { "was still unanswered" };
    Some(Told::new(format!(
        "{} {how} {} after it was acknowledged; it stays open for {}",
        seen.name,
        duration(waited),
        duration(timer)
    )))
}
