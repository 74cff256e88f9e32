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
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 B>S 00 00 00 00 0d 'bob     '                # ConnectionRequest S=0
   35 S>B 08 00 00 00 06 02                        # ConnectionAccept S=0
   40 B>S 09 02 00 00 05                           # ack of ConnectionAccept S=0
   50 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42 # UpdateList S=1
   55 A>S 73 01 00 00 05                           # ack of UpdateList S=1
   65 A>S 32 01 00 00 07 00 02                     # GroupCreationRequest S=1
   70 S>A 33 00 00 00 05                           # ack of GroupCreationRequest S=1
   80 S>B 4a 01 00 00 08 00 02 02               <- # GroupInvitationRequest S=1
   85 B>S 4b 02 00 00 05                           # ack of GroupInvitationRequest S=1
20085 end
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 B>S 00 00 00 00 0d 'bob     '                # ConnectionRequest S=0
   35 S>B 08 00 00 00 06 02                        # ConnectionAccept S=0
   40 B>S 09 02 00 00 05                           # ack of ConnectionAccept S=0
   50 S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42 # UpdateList S=1
   55 A>S 73 01 00 00 05                           # ack of UpdateList S=1
   65 A>S 32 01 00 00 07 00 02                     # GroupCreationRequest S=1
   70 S>A 33 00 00 00 05                           # ack of GroupCreationRequest S=1
   80 S>B 4a 01 00 00 08 00 02 02                  # GroupInvitationRequest S=1
   85 B>S 4b 02 00 00 05                           # ack of GroupInvitationRequest S=1
14085 B>S 5a 02 00 00 08 00 02 02                  # GroupInvitationReject S=1
14090 S>B 5b 00 00 00 05                           # ack of GroupInvitationReject S=1
14100 S>A 58 02 00 00 08 00 02 02                  # GroupInvitationReject S=0
14105 A>S 59 01 00 00 05                           # ack of GroupInvitationReject S=0
14115 S>A 42 00 00 00 05                           # GroupCreationReject S=1
14120 A>S 43 01 00 00 05                           # ack of GroupCreationReject S=1
20120 end
",
    },
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
