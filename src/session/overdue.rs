//! Messages to be passed on that a member should have got by now, and never did.

use super::broadcast::Broadcast;
use super::observation::Fact;
use super::report::Actor;
use super::service::{Context, Service};
use crate::bytes::Time;
use crate::protocol::Due;
use std::borrow::Cow;
use std::time::Duration;

impl Service {
    /// Messages that members should have got by now.
    pub(super) fn missing_relays(&mut self, now: Time) {
        let patience = self.patience();
        let mut missing = Vec::new();
        let mut again: Option<Time> = None;
        for index in 0..self.broadcasts.len() {
            let broadcast = &self.broadcasts[index];
            if broadcast.waiting.is_empty() || broadcast.excused || broadcast.granted != Some(true) {
                continue;
            }
            let deadline = broadcast.last.plus(patience);
            if now < deadline {
                again = Some(again.map_or(deadline, |again| again.min(deadline)));
                continue;
            }
            let mut owed = Vec::new();
            let mut later = Vec::new();
            for member in
                broadcast.waiting.iter().filter(|member| *member != broadcast.author || !broadcast.relay.to_author)
            {
                if let Some(until) = self.is_busy(member, deadline) {
                    later.push(member);
                    let until = until.max(now.plus(Duration::from_millis(1)));
                    again = Some(again.map_or(until, |again| again.min(until)));
                } else if self.is_present(member)
                    && self.is_in(&broadcast.circle, member, now)
                    && !self.members[member].is_damaged(now)
                    && self.members[member].is_settled(deadline)
                {
                    owed.push(member);
                }
            }
            if let Some(broadcast) = self.broadcasts.get_mut(index) {
                broadcast.waiting = later.into_iter().collect();
            }
            if !owed.is_empty() {
                missing.push((index, owed));
            }
        }
        for (index, owed) in missing {
            if let Some(broadcast) = self.broadcasts.get_mut(index) {
                broadcast.missed.extend(owed);
            }
        }
        if let Some(again) = again {
            self.wake_at(again);
        }
    }

    /// Tells who never got a message that they should have got.
    pub(super) fn tell_missed(&mut self, broadcast: &Broadcast, cx: &mut Context<'_>) {
        if broadcast.missed.is_empty() || broadcast.excused {
            return;
        }
        let members = broadcast.missed.iter().map(|member| self.called(member)).collect();
        let fact = Fact::NotRelayed { members, waited: self.patience() };
        let caveat = broadcast.mistakable.then_some(Cow::Borrowed(
            "it has the number of the copy its sender had just sent: the server may have taken it for another copy",
        ));
        self.tell_with(cx, broadcast.author, Actor::Server, broadcast.at, Vec::new(), &broadcast.name, caveat, fact);
    }

    /// Until when the server may be held up towards a member by something unanswered, if it was at the deadline.
    pub(super) fn is_busy(&self, member: usize, deadline: Time) -> Option<Time> {
        let patience = self.patience();
        self.links_of(member)
            .filter_map(|link| {
                let half = &link.halves[1];
                // Under stop-and-wait, what is unanswered holds up everything else for as long as it may be sent again.
                let lifetime = match (self.spec.window, self.timer.resend, self.timer.maximum) {
                    (Some(_), Some(timer), Some(maximum)) => timer.saturating_mul(maximum + 1).saturating_add(patience),
                    _ => patience,
                };
                let waiting = half
                    .open
                    .iter()
                    .filter(|sent| sent.due == Due::Required)
                    .map(|sent| sent.last().time.plus(patience).max(sent.first().time.plus(lifetime)))
                    .filter(|until| *until >= deadline)
                    .max();
                let freed = half
                    .done
                    .iter()
                    .rev()
                    .filter(|sent| sent.sends.len() > 1)
                    // An answer may be lost behind the capture point: who sends again is still held up.
                    .filter_map(|sent| sent.reply.map(|reply| reply.time.max(sent.last().time).plus(patience)))
                    .find(|until| *until > deadline);
                // It may have to be sent again, where answers are lost behind the capture.
                let timer = self.timer.resend.filter(|_| self.losses > 0).unwrap_or_default();
                let resent = half
                    .done
                    .iter()
                    .rev()
                    .filter(|sent| sent.due == Due::Required && sent.first().time <= deadline)
                    .map(|sent| sent.last().time.plus(timer.saturating_add(self.tolerance.of(timer))))
                    .find(|until| *until > deadline);
                waiting.max(freed).max(resent)
            })
            .max()
            .filter(|until| *until > deadline)
    }
}
