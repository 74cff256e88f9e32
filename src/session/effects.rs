//! What messages do: logins, rooms, groups, private chats, invitations; and whether the state allows them.

use super::exchange::Transmission;
use super::hand::Hand;
use super::intent::Intent;
use super::member::{Invitation, Learns, Room, State};
use super::notice::Promise;
use super::observation::Fact;
use super::relay::RelayFit;
use super::report::Actor;
use super::service::{At, Context, Inviter, Service};
use crate::bytes::Time;
use crate::protocol::{Act, Allowed, Audience, Change, Due, Topic, Verdict};

impl Service {
    /// Does the state allow this message of a client? Whether it was blamed.
    pub(super) fn state(&mut self, hand: &Hand<'_>, member: usize, cx: &mut Context<'_>) -> bool {
        // What a side that is not captured has granted, nobody knows.
        let unheard = self.halves(hand).1.messages == 0;
        if hand.kind.ack
            || (unheard && !self.links[hand.link].from_start)
            || (unheard && self.members[member].is_waiting())
        {
            return false;
        }
        let now = hand.at.time;
        let known = &self.members[member];
        let states = known.possible(now, Learns::Client);
        if states.contains(&State::Unknown) {
            return false;
        }
        self.checked_all(cx, &[Topic::Login, Topic::Logout, Topic::States], hand.session, hand.actor);
        let allowed = hand.kind.allowed;
        let fits = |state: &State| match state {
            State::Out => allowed.has(Allowed::OUT),
            State::Lobby => allowed.has(Allowed::LOBBY),
            State::In(_) => allowed.has(Allowed::ROOM),
            State::Unknown => true,
        };
        let fact = if !states.iter().any(fits) {
            if states.iter().all(|state| *state == State::Out) {
                if known.has_left { Fact::AfterLogout } else { Fact::NotLoggedIn }
            } else {
                Fact::NotAllowed { why: place(&states) }
            }
        } else if let Some(why) = self.condition(hand, member, &states) {
            Fact::NotAllowed { why }
        } else {
            return false;
        };
        // It acts by what it has heard.
        if !known.is_behind(Learns::Client, now) {
            self.tell_of(hand, Vec::new(), fact, cx);
        }
        true
    }

    /// What beside the state a message needs, and its sender lacks.
    fn condition(&self, hand: &Hand<'_>, member: usize, states: &[State]) -> Option<String> {
        let now = hand.at.time;
        let known = &self.members[member];
        if !known.was_admitted {
            return None;
        }
        if hand.kind.allowed.has(Allowed::IN_PRIVATE_CHAT)
            && known.partner.is_none()
            && known.partner_until.is_none_or(|until| now > until)
        {
            return Some("it has no private chat open".to_owned());
        }
        if hand.kind.allowed.has(Allowed::WHILE_INVITED) && known.invitations.is_empty() {
            return Some("it has no invitation open".to_owned());
        }
        let Act::Say { audience, .. } = &hand.message.act else { return None };
        let in_lobby = states.contains(&State::Lobby);
        let room = match audience {
            Audience::Group(1) | Audience::Lobby if !in_lobby && hand.kind.allowed.has(Allowed::ROOM) => {
                return Some("it speaks to the public, and is in a private group".to_owned());
            }
            Audience::Room if !states.iter().any(|state| matches!(state, State::In(_))) => {
                return Some("it speaks to a private group, and is in none".to_owned());
            }
            Audience::Group(1) | Audience::Lobby => return None,
            Audience::Group(group) => {
                let room = Room::Group(*group);
                if !states.contains(&State::In(room.clone())) {
                    return Some(format!("it speaks to group {group}, and is {}", place_in(states)));
                }
                room
            }
            Audience::Room | Audience::OwnRoom => match &known.state {
                State::In(room) => room.clone(),
                _ => return None,
            },
            _ => return None,
        };
        self.decentralized
            .contains(&room)
            .then(|| "its group is decentralized: members send to each other, the server gets nothing".to_owned())
    }

    /// A login by somebody who is logged in already, where the document says to ignore it: no answer is due.
    pub(super) fn ignored(&self, hand: &Hand<'_>, member: Option<usize>) -> Option<bool> {
        let member = member?;
        let is_login = matches!(hand.message.act, Act::Login { .. });
        Some(
            is_login
                && self.members[member].is_inside()
                && hand.kind.allowed.has(Allowed::ANY)
                && hand.actor == Actor::Client,
        )
    }

    /// The server addresses a client that is not, or no longer, logged in.
    pub(super) fn addresses_the_gone(
        &mut self,
        hand: &Hand<'_>,
        receiver: usize,
        relay: &RelayFit,
        cx: &mut Context<'_>,
    ) -> bool {
        let now = hand.at.time;
        let known = &self.members[receiver];
        let states = known.possible(now, Learns::Server);
        if *relay == RelayFit::Faulty || hand.kind.allowed == Allowed(0) || states.contains(&State::Unknown) {
            return false;
        }
        self.checked_all(cx, &[Topic::Login, Topic::Logout], hand.session, hand.actor);
        if states.iter().any(|state| *state != State::Out) {
            return false;
        }
        let fact = if self.members[receiver].has_left { Fact::AfterLogout } else { Fact::NotLoggedIn };
        self.tell_of(hand, Vec::new(), fact, cx);
        true
    }

    /// Applies what a new message does when it is sent, and notes what it will do when it is granted.
    #[allow(clippy::too_many_arguments, reason = "the circumstances of one message")]
    pub(super) fn act(
        &mut self,
        hand: &Hand<'_>,
        member: Option<usize>,
        receiver: Option<usize>,
        relay: &RelayFit,
        blamed: bool,
        id: u64,
        cx: &mut Context<'_>,
    ) -> Intent {
        match (hand.actor, member, receiver) {
            (Actor::Client, Some(member), _) => self.client_acts(hand, member, blamed, id, cx),
            (Actor::Server, _, Some(receiver)) => {
                let intent = self.server_acts(hand, receiver, cx);
                if *relay != RelayFit::Faulty {
                    let owed = |promise: &Promise| promise.as_relay && promise.kind == hand.kind.name;
                    if self.promises.iter().any(|promise| owed(promise) && promise.members.contains(&receiver)) {
                        self.checked(cx, Topic::Relay, hand.session, hand.actor);
                    }
                    self.told(hand, receiver);
                }
                intent
            }
            _ => Intent::None,
        }
    }

    fn client_acts(&mut self, hand: &Hand<'_>, member: usize, blamed: bool, id: u64, cx: &mut Context<'_>) -> Intent {
        let intent = match &hand.message.act {
            Act::Login { name } => {
                self.sessions[member].login_seen = true;
                self.members[member].asked = Some((*name).into());
                Intent::Login((*name).into())
            }
            Act::Logout => {
                // A disconnection that nothing confirms ends the session all the same.
                if hand.kind.due == Due::No {
                    self.leave_service(member, hand.at.time, hand.at.time, cx);
                }
                Intent::Logout
            }
            Act::Enter { room } => Intent::Enter((*room).into()),
            Act::Leave => Intent::Leave,
            Act::Back => Intent::Back,
            Act::Say { audience, .. } => return self.say(hand, member, *audience, blamed, cx),
            Act::OpenPrivate { with } => Intent::OpenPrivate((*with).into()),
            Act::ClosePrivate => {
                self.pass_on_parting(hand, member, id);
                Intent::ClosePrivate
            }
            Act::CreateGroup { invited, .. } => {
                self.pass_on_invitations(hand, member, id, invited);
                Intent::None
            }
            Act::Invite { invited, group, .. } => {
                // Into a group that is gone, as far as the server knows, nobody is invited.
                let is_in = |state: &State| match (state, group) {
                    (State::In(Room::Group(own)), Some(group)) => own == group,
                    (State::Lobby, Some(_)) => false,
                    _ => true,
                };
                let can_invite = is_in(&self.members[member].state) && !self.is_being_dissolved(member);
                self.inviters.push_back(Inviter { member, link: hand.link, id, chose: None });
                if self.inviters.len() > 64 {
                    self.inviters.pop_front();
                }
                if let Some(invited) = invited.filter(|_| can_invite) {
                    self.pass_on_invitations(hand, member, id, &[invited]);
                }
                Intent::None
            }
            Act::ChooseMode { decentralized } => {
                let own = |inviter: &&mut Inviter| inviter.member == member && inviter.chose.is_none();
                if let Some(inviter) = self.inviters.iter_mut().find(own) {
                    inviter.chose = Some(id);
                }
                let room = Room::Of(member);
                self.decentralized.retain(|known| *known != room);
                if *decentralized {
                    self.decentralized.push(room);
                }
                Intent::None
            }
            Act::AcceptInvitation { group } => {
                self.answered_invitation(hand, member, cx);
                if hand.kind.due == Due::Required {
                    self.accepts(member, *group, hand.at.time);
                    Intent::Accept(*group)
                } else {
                    if let Some(index) = self.invitation_of(hand, member) {
                        let invitations = &mut self.members[member].invitations;
                        let accepted = invitations.remove(index);
                        // The latest is the one that is entered.
                        invitations.push(accepted);
                    }
                    let room = self.room_of_inviter(self.members[member].accepted_room(*group));
                    let accepted = self.members[member].invitations.pop();
                    self.may_have_joined(accepted.and_then(|accepted| accepted.by), None, hand.at.time);
                    let old = self.members[member].state.clone();
                    self.enter(member, room, hand.at, hand.at.time, &[], hand.name, cx);
                    let until = hand.at.time.plus(self.patience());
                    self.members[member].before = Some((old, until, Learns::Server));
                    Intent::None
                }
            }
            Act::RejectInvitation { .. } => {
                self.answered_invitation(hand, member, cx);
                if let Some(index) = self.invitation_of(hand, member) {
                    self.members[member].invitations.remove(index);
                }
                Intent::None
            }
            _ => Intent::None,
        };
        if intent != Intent::None && !blamed {
            let known = &mut self.members[member];
            known.pending.push((id, intent.clone()));
            if known.pending.len() > 16 {
                known.pending.remove(0);
            }
        }
        intent
    }

    fn server_acts(&mut self, hand: &Hand<'_>, receiver: usize, cx: &mut Context<'_>) -> Intent {
        let (now, grace) = (hand.at.time, self.patience());
        match &hand.message.act {
            Act::OpenPrivate { with } => {
                let partner = self.named(with);
                self.announced_private(hand, receiver, partner, cx);
                self.members[receiver].partner = Some(partner);
            }
            Act::Released | Act::ClosePrivate => {
                if matches!(hand.message.act, Act::Released) {
                    self.members[receiver].partner = None;
                    self.members[receiver].partner_until = Some(now.plus(grace));
                }
            }
            Act::Joined { group, decentralized } => {
                let room = group.map_or(Room::Of(receiver), Room::Group);
                if *decentralized == Some(true) && !self.decentralized.contains(&room) {
                    self.decentralized.push(room.clone());
                }
                let since = now.minus(grace);
                let already =
                    matches!(&self.members[receiver].state, State::In(own) if group.is_none() || *own == room);
                if !already {
                    let old = self.members[receiver].state.clone();
                    if matches!(old, State::In(_)) {
                        // Into the group that it is taken out of it invites nobody any more.
                        self.promises.retain(|promise| !(promise.as_relay && promise.session == receiver));
                    }
                    self.enter(receiver, State::In(room), hand.at, since, &[], hand.name, cx);
                    self.members[receiver].before = Some((old, now.plus(grace), Learns::Client));
                }
            }
            Act::NotJoined => {
                // What was refused is passed on to nobody.
                self.promises.retain(|promise| !(promise.as_relay && promise.session == receiver));
            }
            Act::Dissolved { group } => {
                self.members[receiver].dissolved = group.map(|group| (group, now));
                // The one it is in, not one that it has left for another.
                if let State::In(room) = self.members[receiver].state.clone()
                    && group.is_none_or(|group| !matches!(room, Room::Group(own) if own != group))
                {
                    // Nobody is invited into it any more.
                    self.promises.retain(|promise| !(promise.as_relay && promise.session == receiver));
                    self.members[receiver].slip(State::Lobby, now.plus(grace), Learns::Client);
                    self.changed(Change::Leave, receiver, Some(&room), now.minus(grace), hand.at, &[], hand.name, cx);
                }
            }
            Act::Invite { group, .. } => {
                let by = match hand.message.speaker {
                    crate::protocol::Identity::Id(id) if id != 0 => self.with_id(id),
                    _ => self.take_inviter(hand.message.content, now, cx),
                };
                let invitation = Invitation {
                    group: *group,
                    by,
                    frame: hand.at.frame,
                    time: now,
                    acknowledged: None,
                    name: hand.kind.name,
                    moot: false,
                };
                let invitations = &mut self.members[receiver].invitations;
                invitations.push(invitation);
                if invitations.len() > 16 {
                    invitations.remove(0);
                }
                return Intent::Invited;
            }
            Act::Roster { scope, rows: Some(rows) } => self.roster(hand, receiver, *scope, rows, cx),
            Act::Gone { id } => {
                if let Some(member) = self.with_id(*id) {
                    self.members[member].lost = true;
                }
            }
            _ => {}
        }
        Intent::None
    }

    pub(super) fn with_id(&self, id: u8) -> Option<usize> {
        (0..self.members.len()).rev().find(|member| self.members[*member].id == Some(id) && self.is_present(*member))
    }

    #[allow(clippy::too_many_arguments, reason = "the circumstances of one change")]
    fn enter(
        &mut self,
        member: usize,
        to: State,
        at: At,
        since: crate::bytes::Time,
        related: &[u64],
        name: &str,
        cx: &mut Context<'_>,
    ) {
        let old = self.members[member].state.clone();
        self.members[member].go(to.clone());
        let State::In(room) = &to else { return };
        if old == to {
            return;
        }
        self.moved_on(member, at.time);
        self.changed(Change::Enter, member, Some(room), since, at, related, name, cx);
        if let State::In(left) = &old
            && left != room
        {
            self.maybe_alone(left, since, at, related, name, cx);
        }
    }

    /// An answer came that does not refuse: the request takes effect.
    pub(super) fn granted(
        &mut self,
        hand: &Hand<'_>,
        intent: Intent,
        first: Transmission,
        frames: &[u64],
        cx: &mut Context<'_>,
    ) {
        let asker = self.member_of(hand.link, 1 - hand.side);
        let refused = hand.message.verdict == Verdict::Refused;
        if let Intent::Say(id) = intent {
            let needs = self.broadcast(id).and_then(|broadcast| broadcast.relay.if_code);
            let granted = !refused && needs.is_none_or(|code| hand.message.code == Some(code));
            return self.taken_on(id, granted, hand.at.time);
        }
        if intent == Intent::Invited {
            if let Some(member) = self.member_of(hand.link, hand.side)
                && let Some(open) = self.members[member].invitations.iter_mut().find(|open| open.frame == first.frame)
            {
                open.acknowledged = Some((hand.at.frame, hand.at.time));
                if let Some(timer) = self.spec.invitation {
                    self.wake_at(hand.at.time.plus(timer).plus(self.tolerance.of(timer)));
                }
            }
            return;
        }
        let Some(member) = asker else { return };
        if intent == Intent::None {
            return;
        }
        self.members[member].pending.retain(|(_, pending)| *pending != intent);
        if refused {
            return;
        }
        let (now, since, at) = (hand.at.time, first.time, hand.at);
        let grace = self.timer.patience;
        match intent {
            Intent::Login(name) => self.admit(hand, member, &name, since, frames, cx),
            Intent::Logout => self.log_out(hand, member, since, frames, cx),
            Intent::Enter(room) => {
                self.enter(member, State::In(Room::Named(room)), at, since, frames, hand.name, cx);
            }
            Intent::Leave | Intent::Back => match self.members[member].state.clone() {
                State::In(room) => {
                    self.members[member].go(State::Lobby);
                    self.moved_on(member, now);
                    self.changed(Change::Leave, member, Some(&room), since, at, frames, hand.name, cx);
                    self.maybe_alone(&room, since, at, frames, hand.name, cx);
                }
                State::Lobby if intent == Intent::Back => self.log_out(hand, member, since, frames, cx),
                State::Lobby => {}
                State::Unknown | State::Out => {
                    if intent == Intent::Leave {
                        self.members[member].go(State::Lobby);
                    }
                }
            },
            Intent::OpenPrivate(with) => {
                let partner = self.named(&with);
                self.members[member].partner = Some(partner);
                self.pass_on_request(hand, partner, since, frames);
            }
            Intent::ClosePrivate => {
                self.members[member].partner = None;
                self.members[member].partner_until = Some(now.plus(grace));
            }
            Intent::Accept(group) => {
                let room = self.members[member].accepted_room(group);
                let invitations = &mut self.members[member].invitations;
                let invited = invitations.iter().filter(|open| open.group == group).map(|open| open.time).max();
                match invitations.iter().position(|open| group.is_some() && open.group == group) {
                    Some(accepted) => {
                        invitations.remove(accepted);
                        invitations.iter_mut().filter(|open| open.group == group).for_each(|open| open.moot = true);
                    }
                    None => invitations.retain(|_| group.is_some()),
                }
                // Closed since it was invited: that its acceptance is confirmed all the same need not mean that it got in.
                let closed = self.members[member].dissolved;
                if closed.is_some_and(|(closed, when)| group == Some(closed) && when >= invited.unwrap_or(since)) {
                    self.members[member].before = Some((room, Time(i64::MAX), Learns::Client));
                    return;
                }
                self.enter(member, room, at, since, frames, hand.name, cx);
            }
            Intent::None | Intent::Say(_) | Intent::Invited => {}
        }
    }

    /// A wrong answer grants nothing, and refuses nothing either.
    pub(super) fn withdraw(&mut self, hand: &Hand<'_>, id: u64) {
        if let Some(member) = self.member_of(hand.link, 1 - hand.side) {
            self.members[member].pending.retain(|(pending, _)| *pending != id);
        }
    }

    fn admit(
        &mut self,
        hand: &Hand<'_>,
        member: usize,
        name: &[u8],
        since: crate::bytes::Time,
        frames: &[u64],
        cx: &mut Context<'_>,
    ) {
        self.checked(cx, Topic::UniqueIdentity, member, Actor::Server);
        let id = match hand.message.act {
            Act::Admit { id } => Some(id),
            _ => None,
        };
        let now = hand.at.time;
        let holder = (0..self.members.len()).find(|other| {
            *other != member
                && self.is_present(*other)
                && (self.members[*other].is_settled(now) || self.members[*other].pending.is_empty())
                && (self.members[*other].is_named(name) || (id.is_some() && self.members[*other].id == id))
        });
        if let Some(other) = holder {
            let by_name = self.members[other].is_named(name);
            let what = if by_name {
                format!("the name {}", crate::bytes::escape(name))
            } else {
                format!("the ID {}", id.unwrap_or_default())
            };
            let fact = Fact::DuplicateIdentity { what, holder: self.sessions[other].client.to_string() };
            self.tell(cx, member, Actor::Server, hand.at, frames.to_vec(), hand.name, fact);
        }
        let known = &mut self.members[member];
        known.name = Some(name.into());
        known.id = id.or(known.id);
        known.was_admitted = true;
        known.has_left = false;
        known.lost = false;
        known.partner = None;
        known.invitations.clear();
        known.go(State::Lobby);
        if holder.is_none() {
            self.changed(Change::Login, member, None, since, hand.at, frames, hand.name, cx);
        }
    }

    fn log_out(
        &mut self,
        hand: &Hand<'_>,
        member: usize,
        since: crate::bytes::Time,
        frames: &[u64],
        cx: &mut Context<'_>,
    ) {
        let old = self.members[member].state.clone();
        self.sessions[member].end_seen = true;
        let was_inside = self.members[member].is_inside();
        self.leave_service(member, since, hand.at.time, cx);
        self.members[member].has_left = true;
        if was_inside {
            self.changed(Change::Logout, member, None, since, hand.at, frames, hand.name, cx);
        }
        if let State::In(room) = &old {
            self.maybe_alone(room, since, hand.at, frames, hand.name, cx);
        }
    }
}

fn place(states: &[State]) -> String {
    format!("its sender is {}", place_in(states))
}

fn place_in(states: &[State]) -> String {
    match states.first() {
        Some(State::Out) | None => "not logged in".to_owned(),
        Some(State::Lobby) => "in no room or private group".to_owned(),
        Some(State::In(Room::Named(name))) => format!("in the room {}", crate::bytes::escape(name)),
        Some(State::In(Room::Group(group))) => format!("in the private group {group}"),
        Some(State::In(Room::Of(_))) => "in a private group".to_owned(),
        Some(State::Unknown) => "somewhere the capture does not show".to_owned(),
    }
}
