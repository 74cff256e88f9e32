//! What clients say to each other without the server.

use super::hand::Hand;
use super::member::{Learns, State};
use super::observation::Fact;
use super::relay::RelayFit;
use super::service::{Context, Link, Service};
use crate::protocol::{Due, Topic};

impl Service {
    /// From client to client: only within one group, and only where it talks without the server.
    pub(super) fn direct(&mut self, hand: &Hand<'_>, receiver: usize, cx: &mut Context<'_>) -> RelayFit {
        let Some(sender) = self.member_of(hand.link, hand.side) else { return RelayFit::None };
        self.checked(cx, Topic::RelayAudience, hand.session, hand.actor);
        let now = hand.at.time;
        let theirs = self.members[receiver].possible(now, Learns::Client);
        let shares = self.members[sender].possible(now, Learns::Client).iter().any(|mine| {
            *mine == State::Unknown
                || theirs
                    .iter()
                    .any(|state| *state == State::Unknown || (state == mine && matches!(state, State::In(_))))
        });
        // Of who has just moved, others need not have heard.
        let moved = self.members[receiver].moved.is_some_and(|at| now.since(at) <= self.patience());
        if shares || moved || hand.flawed || self.may_be_behind(sender) {
            return RelayFit::None;
        }
        let fact = Fact::RelayMisdirected { to: self.called(receiver), why: "it is not in the sender's private group" };
        self.tell_of(hand, Vec::new(), fact, cx);
        RelayFit::Faulty
    }

    /// Whether a member may not have heard yet of something that changed: it is owed a notice, or has not answered one.
    fn may_be_behind(&self, member: usize) -> bool {
        let unanswered =
            |link: &Link| link.halves[1].open.iter().any(|sent| sent.due == Due::Required && !sent.excused);
        self.promises.iter().any(|promise| !promise.as_relay && promise.members.contains(&member))
            || self.links_of(member).any(unanswered)
    }
}
