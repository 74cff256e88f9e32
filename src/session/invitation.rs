//! Invitations: answered in time, late, or not at all.

use super::hand::Hand;
use super::member::{Learns, Room, State};
use super::observation::Fact;
use super::report::Actor;
use super::service::{At, Context, Inviter, Service};
use crate::bytes::Time;
use crate::protocol::{Act, Topic};
use std::time::Duration;

impl Service {
    /// An invitation is answered: in time?
    pub(super) fn answered_invitation(&mut self, hand: &Hand<'_>, member: usize, cx: &mut Context<'_>) {
        let Some(timer) = self.spec.invitation else { return };
        let open = self.invitation_of(hand, member).and_then(|index| self.members[member].invitations.get(index));
        let Some(open) = open.cloned() else { return };
        let Some((_, since)) = open.acknowledged.filter(|_| !open.moot) else { return };
        self.checked(cx, Topic::InvitationTimer, member, Actor::Client);
        let waited = hand.at.time.since(since);
        if waited > timer.saturating_add(self.tolerance.of(timer)) {
            let fact = Fact::InvitationExpired { waited, timer, answered_late: true };
            let at = At { frame: open.frame, time: open.time };
            self.tell(cx, member, Actor::Client, at, vec![hand.at.frame], open.name, fact);
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
                let Some((_, since)) = open.acknowledged.filter(|_| !open.moot) else { return true };
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
                self.tell(cx, member, Actor::Client, at, Vec::new(), open.name, fact);
            }
        }
        if let Some(again) = again {
            self.wake_at(again);
        }
    }

    /// What made a member of a group was sent again: until now the other side need not have known of it.
    pub(super) fn joined_again(&mut self, hand: &Hand<'_>) {
        let until = hand.at.time.plus(self.patience());
        let (side, learns) = match hand.actor {
            Actor::Client => (hand.side, Learns::Server),
            // Who asks again has not heard the answer.
            _ if matches!(hand.message.act, Act::Invite { .. }) => (1 - hand.side, Learns::Server),
            _ => (1 - hand.side, Learns::Client),
        };
        let Some(member) = self.member_of(hand.link, side) else { return };
        if let Some((_, known_until, who)) = &mut self.members[member].before
            && *who == learns
        {
            *known_until = until.max(*known_until);
        }
        // Which of its acceptances the server has got, and with that which group it is in, the inviter's or that of who invited
        // the inviter meanwhile, only the server knows.
        let room = self.members[member].state.clone();
        if matches!(hand.message.act, Act::AcceptInvitation { group: None })
            && self.room_of_inviter(room.clone()) != room
        {
            self.members[member].go(State::Unknown);
        }
    }

    /// What takes a client out of its group, or into one, came again after it had moved on: who heard it now for the first
    /// time, or heard now that it had left, may have moved by that.
    pub(super) fn moved_again(&mut self, hand: &Hand<'_>) {
        let (side, joins) = match (hand.actor, &hand.message.act) {
            (Actor::Server, Act::Joined { group, .. }) => (1 - hand.side, Some(*group)),
            (Actor::Server, Act::Dissolved { group: None }) => (1 - hand.side, None),
            (Actor::Client, Act::Leave) => (hand.side, None),
            _ => return,
        };
        let Some(member) = self.member_of(hand.link, side) else { return };
        self.members[member].adrift = match (&self.members[member].state, joins) {
            (State::Lobby, Some(group)) => Some(State::In(group.map_or(Room::Of(member), Room::Group))),
            (State::In(Room::Of(_)), None) => Some(State::Lobby),
            _ => return,
        };
    }

    /// Somebody accepted: the server may have its inviter in the group before that one is told, which may have to wait until
    /// something else is answered.
    pub(super) fn may_have_joined(&mut self, inviter: Option<usize>, group: Option<u8>, now: Time) {
        let until = now.plus(self.patience().saturating_mul(3));
        let Some(inviter) = inviter.filter(|inviter| self.members[*inviter].state == State::Lobby) else { return };
        let known = &mut self.members[inviter];
        // What it may not have heard yet, it still may not.
        if let Some((state, _, Learns::Client)) = known.before.take_if(|(_, until, _)| now <= *until) {
            known.adrift = Some(state);
        }
        let room = group.map_or(Room::Of(inviter), Room::Group);
        known.before = Some((State::In(room), until, Learns::Server));
    }

    /// Somebody accepts an invitation into a group of this number, and the server has to confirm that.
    pub(super) fn accepts(&mut self, member: usize, group: Option<u8>, now: Time) {
        let invitation = self.members[member].invitations.iter().rev().find(|open| open.group == group);
        self.may_have_joined(invitation.and_then(|open| open.by), group, now);
    }

    /// Into the inviter's group: where that one is by now.
    pub(super) fn room_of_inviter(&self, room: State) -> State {
        let State::In(Room::Of(inviter)) = room else { return room };
        match &self.members[inviter].state {
            State::In(Room::Of(other)) => State::In(Room::Of(*other)),
            _ => room,
        }
    }

    /// Which of a member's invitations a message answers: the latest into the group that it names, the one it is paired with,
    /// else the latest.
    pub(super) fn invitation_of(&self, hand: &Hand<'_>, member: usize) -> Option<usize> {
        let theirs = self.halves(hand).1;
        let answered =
            theirs.done.iter().rev().find(|sent| sent.reply.is_some_and(|reply| reply.frame == hand.at.frame));
        let frame = answered.map(|sent| sent.first().frame);
        let open = &self.members[member].invitations;
        if let Act::AcceptInvitation { group: Some(group) } | Act::RejectInvitation { group: Some(group) } =
            hand.message.act
        {
            return open.iter().rposition(|open| open.group == Some(group));
        }
        open.iter().position(|open| Some(open.frame) == frame).or_else(|| open.len().checked_sub(1))
    }

    /// Whose invitation it is that is passed on: of who is named in it, else the oldest that has come through.
    pub(super) fn take_inviter(&mut self, content: &[u8], now: Time, cx: &Context<'_>) -> Option<usize> {
        let is_named = |inviter: &Inviter| {
            let name = self.members[inviter.member].name.as_deref().filter(|name| !name.is_empty());
            name.is_some_and(|name| content.windows(name.len()).any(|part| part == name))
        };
        let named: Vec<usize> = self.inviters.iter().filter(|one| is_named(one)).map(|one| one.member).collect();
        if let Some((first, rest)) = named.split_first()
            && rest.iter().all(|member| member == first)
        {
            let mine = |inviter: &Inviter| inviter.member == *first;
            let chosen = self.inviters.iter().position(|inviter| mine(inviter) && inviter.chose.is_some());
            let index = chosen.or_else(|| self.inviters.iter().position(mine))?;
            return self.inviters.remove(index).map(|inviter| inviter.member);
        }
        let came = |inviter: &Inviter, id: u64| {
            let half = &self.links[inviter.link].halves[0];
            half.by_id(id).is_none_or(|sent| cx.passages.copies(&sent.sends, now) > 0)
        };
        // Where a mode is chosen first, it is passed on when that is done.
        let has_chosen = |inviter: &Inviter| inviter.chose.is_some_and(|id| came(inviter, id));
        // A choice that was acknowledged is known to have come: those that were, in that order. What came of one that was
        // agreed to long ago, the server keeps to itself.
        let patience = self.patience();
        let agreed = |inviter: &Inviter| {
            let half = &self.links[inviter.link].halves[0];
            inviter.chose.and_then(|id| half.by_id(id)?.reply).map(|reply| reply.time)
        };
        let recent = |inviter: &Inviter| agreed(inviter).filter(|time| now.since(*time) <= patience);
        let open = |inviter: &Inviter| agreed(inviter).is_none();
        let first =
            self.inviters.iter().enumerate().filter_map(|(index, inviter)| Some((recent(inviter)?, index))).min();
        let ready = first
            .map(|(_, index)| index)
            .or_else(|| self.inviters.iter().position(|inviter| open(inviter) && has_chosen(inviter)));
        let index = ready.or_else(|| self.inviters.iter().position(|inviter| came(inviter, inviter.id)))?;
        self.inviters.remove(index).map(|inviter| inviter.member)
    }
}
