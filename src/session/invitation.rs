//! Invitations: answered in time, late, or not at all.

use super::observation::Fact;
use super::pairing::Hand;
use super::report::Actor;
use super::service::{At, Context, Service};
use crate::bytes::Time;
use crate::protocol::Topic;
use std::time::Duration;

impl Service {
    /// An invitation is answered: in time?
    pub(super) fn answered_invitation(&mut self, hand: &Hand<'_>, member: usize, cx: &mut Context<'_>) {
        let Some(timer) = self.spec.invitation else { return };
        let Some(open) = self.members[member].invitations.last().cloned() else { return };
        let Some((_, since)) = open.acknowledged else { return };
        self.checked(cx, Topic::InvitationTimer, member, Actor::Client);
        let waited = hand.at.time.since(since);
        if waited > timer.saturating_add(self.tolerance.of(timer)) {
            let fact = Fact::InvitationExpired { waited, timer, answered_late: true };
            let at = At { frame: open.frame, time: open.time };
            self.tell(cx, member, Actor::Client, at, vec![hand.at.frame], open.name, Some(open.section), fact);
        }
    }

    /// Invitations that stayed open beyond their timer, at `now`.
    pub(super) fn expired_invitations(&mut self, now: Time, at_end: bool, cx: &mut Context<'_>) {
        let Some(timer) = self.spec.invitation else { return };
        let margin = if at_end { Duration::ZERO } else { self.tolerance.of(timer) };
        let mut again = None;
        for member in 0..self.members.len() {
            let mut expired = Vec::new();
            self.members[member].invitations.retain(|open| {
                let Some((_, since)) = open.acknowledged else { return true };
                let deadline = since.plus(timer).plus(margin);
                if now < deadline {
                    again = again.min(Some(deadline)).or(Some(deadline));
                    return true;
                }
                expired.push((open.clone(), since));
                false
            });
            for (open, since) in expired {
                self.checked(cx, Topic::InvitationTimer, member, Actor::Client);
                let fact = Fact::InvitationExpired { waited: now.since(since), timer, answered_late: false };
                let at = At { frame: open.frame, time: open.time };
                self.tell(cx, member, Actor::Client, at, Vec::new(), open.name, Some(open.section), fact);
            }
        }
        if let Some(again) = again {
            self.wake_at(again);
        }
    }
}
