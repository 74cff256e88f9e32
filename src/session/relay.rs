//! Who should get what somebody said: messages to be passed on, and what the server made of them.

use super::broadcast::{Broadcast, Circle};
use super::exchange::{Number, Sent, Voice};
use super::hand::Hand;
use super::intent::Intent;
use super::member::{Learns, Room, State};
use super::members::Members;
use super::observation::Fact;
use super::report::Actor;
use super::service::{At, Context, Service};
use crate::bytes::Time;
use crate::protocol::{Act, Audience, Topic};
use std::time::Duration;

/// How many messages are remembered to recognize their relays.
const KEPT: usize = 256;
/// For how long a relay that nobody waits for is still recognized as one of an old message.
const REMEMBERED: Duration = Duration::from_secs(10);

/// What a server's message of content turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RelayFit {
    /// No relay, or of nothing known.
    None,
    /// A relay of a message that travelled under this number.
    Relays { seq: Number },
    /// One that should not have been sent: reported.
    Faulty,
}

impl Service {
    /// Remembers what a client says and who is to get it.
    pub(super) fn say(
        &mut self,
        hand: &Hand<'_>,
        author: usize,
        audience: Audience<'_>,
        blamed: bool,
        cx: &mut Context<'_>,
    ) -> Intent {
        let Some(relay) = &hand.kind.relay else { return Intent::None };
        let group = match audience {
            Audience::Group(group) => Some(group),
            _ => None,
        };
        let now = hand.at.time;
        let circle = self.circle(author, audience, now);
        let decentralized = matches!(&circle, Circle::In(room) if self.decentralized.contains(room));
        let excused = blamed
            || circle == Circle::Unknown
            || decentralized
            || self.is_forgiving(hand.link, now)
            // Where it believes to be may not be where the server has it.
            || self.members[author].is_behind(Learns::Client, now)
            || matches!(circle, Circle::Lobby | Circle::In(_)) && !self.is_in(&circle, author, now);
        let waiting = if excused || !relay.judged || circle == Circle::Only(None) || self.is_ending(author, audience) {
            Members::default()
        } else {
            (0..self.members.len())
                .filter(|member| relay.to_author || *member != author || circle == Circle::Only(Some(author)))
                .filter(|member| self.is_present(*member) && self.members[*member].is_settled(now))
                .filter(|member| self.is_in(&circle, *member, now) && !self.members[*member].is_damaged(now))
                .collect()
        };
        let meant = (0..self.members.len()).filter(|member| self.is_in(&circle, *member, now)).collect();
        let mistakable = self.halves(hand).0.last_copy.as_ref().is_some_and(|number| number.is(hand.message.seq));
        self.next_broadcast += 1;
        let id = self.next_broadcast;
        self.wake_at(now.plus(self.patience()));
        let broadcast = Broadcast {
            id,
            author,
            relay,
            text: hand.prints.1,
            group,
            seq: Number::of(hand.message.seq),
            at: hand.at,
            last: now,
            circle,
            waiting,
            meant,
            missed: Members::default(),
            reached: Members::default(),
            granted: None,
            copies: 0,
            mistakable,
            excused,
            name: if hand.name == hand.kind.name { hand.kind.name.into() } else { hand.name.to_owned().into() },
        };
        self.broadcasts.push(broadcast);
        if self.broadcasts.len() > KEPT
            && let Some(oldest) = self.broadcasts.pop_oldest()
        {
            self.tell_missed(&oldest, cx);
        }
        Intent::Say(id)
    }

    /// Their numbers are consecutive.
    fn place_of_broadcast(&self, id: u64) -> Option<usize> {
        usize::try_from(id.checked_sub(self.broadcasts.front()?.id)?).ok()
    }

    /// The message on its way of this number.
    pub(super) fn broadcast(&self, id: u64) -> Option<&Broadcast> {
        self.broadcasts.get(self.place_of_broadcast(id)?)
    }

    fn broadcast_mut(&mut self, id: u64) -> Option<&mut Broadcast> {
        let place = self.place_of_broadcast(id)?;
        self.broadcasts.get_mut(place)
    }

    fn circle(&self, author: usize, audience: Audience<'_>, now: Time) -> Circle {
        match audience {
            Audience::Lobby => Circle::Lobby,
            Audience::Group(1) => Circle::Lobby,
            Audience::Group(group) => Circle::In(Room::Group(group)),
            // It says itself that it is for a private group: there is only one it can be.
            Audience::Room => {
                let mut rooms = self.members[author].possible(now, Learns::Client);
                rooms.retain(|state| matches!(state, State::In(_)));
                rooms.dedup();
                match &rooms[..] {
                    [State::In(room)] => Circle::In(room.clone()),
                    _ => Circle::Unknown,
                }
            }
            // Where an author is that has asked for a change, only the answer tells.
            Audience::OwnRoom if !self.members[author].is_settled(now) => Circle::Unknown,
            Audience::OwnRoom => match &self.members[author].state {
                State::Lobby => Circle::Lobby,
                State::In(room) => Circle::In(room.clone()),
                State::Unknown | State::Out => Circle::Unknown,
            },
            Audience::Partner => match self.members[author].partner {
                Some(Some(partner)) if !self.is_asked_by_another(author, partner) => Circle::Only(Some(partner)),
                _ => Circle::Unknown,
            },
            Audience::User(name) => Circle::Only(self.named(name)),
            Audience::Everyone => Circle::Everyone,
        }
    }

    /// Whether somebody else has asked to chat privately: the server may have granted that, and say so later.
    fn is_asked_by_another(&self, member: usize, partner: usize) -> bool {
        let own = self.members[member].name.as_deref();
        let asks = |other: &super::member::Member| {
            other.pending.iter().any(|(_, intent)| matches!(intent, Intent::OpenPrivate(with) if Some(&**with) == own))
        };
        (0..self.members.len()).any(|other| other != partner && asks(&self.members[other]))
    }

    /// Whether it is said in a private chat that one of the two is leaving: what they say then need not come through.
    fn is_ending(&self, author: usize, audience: Audience<'_>) -> bool {
        let leaves =
            |member: usize| self.members[member].pending.iter().any(|(_, intent)| *intent == Intent::ClosePrivate);
        let partner = self.members[author].partner.flatten();
        audience == Audience::Partner && (leaves(author) || partner.is_some_and(leaves))
    }

    /// The member of this name, if it is logged in.
    pub(super) fn named(&self, name: &[u8]) -> Option<usize> {
        (0..self.members.len()).rev().find(|member| self.members[*member].is_named(name) && self.is_present(*member))
    }

    /// Whether a message for this circle may go to a member, by any state it may be in.
    pub(super) fn is_in(&self, circle: &Circle, member: usize, now: Time) -> bool {
        let known = &self.members[member];
        match circle {
            Circle::Unknown => true,
            Circle::Only(only) => only.is_none_or(|only| only == member),
            Circle::Everyone => known.may_be(now, Learns::Server, |state| *state != State::Out),
            Circle::Lobby => known.may_be(now, Learns::Server, |state| matches!(state, State::Lobby | State::Unknown)),
            Circle::In(room) => known.may_be(now, Learns::Server, |state| match state {
                State::In(own) => own == room,
                State::Unknown => true,
                _ => false,
            }),
        }
    }

    fn is_by(&self, broadcast: &Broadcast, author: Voice) -> bool {
        let member = &self.members[broadcast.author];
        match author {
            Voice::None => true,
            Voice::Id(id) => member.id.is_none_or(|own| own == id),
            Voice::Name(print) => member.name_print().is_none_or(|own| own == print),
        }
    }

    /// Whether the receiver of a server's message waits for somebody else's message of this text.
    pub(super) fn has_relay_due(&self, hand: &Hand<'_>) -> bool {
        let Some(receiver) = self.member_of(hand.link, 1 - hand.side) else { return false };
        hand.actor == Actor::Server
            && self.broadcasts.with(hand.prints.1).any(|(_, broadcast)| {
                broadcast.relay.by == hand.kind.name
                    && broadcast.author != receiver
                    && broadcast.waiting.contains(receiver)
            })
    }

    /// Whether it may get somebody else's message of this text by now, though it is not owed it: that was sent again, and its
    /// receiver has come to where it is heard meanwhile.
    fn may_get_relay(&self, hand: &Hand<'_>) -> bool {
        let Some(receiver) = self.member_of(hand.link, 1 - hand.side) else { return false };
        let now = hand.at.time;
        hand.actor == Actor::Server
            && self.broadcasts.with(hand.prints.1).any(|(_, broadcast)| {
                let comes_late = broadcast.copies > 0
                    && now.since(broadcast.last) <= self.patience()
                    && !broadcast.reached.contains(receiver)
                    && self.is_in(&broadcast.circle, receiver, now);
                broadcast.relay.by == hand.kind.name
                    && broadcast.author != receiver
                    && (comes_late || broadcast.waiting.contains(receiver))
            })
    }

    /// A message under the server's own next number, whose text somebody else said, is that relay and no answer.
    pub(super) fn is_relay_of_another(&self, hand: &Hand<'_>) -> bool {
        let crate::protocol::Seq::Number(number) = hand.message.seq else { return false };
        hand.kind.takes == crate::protocol::Takes::EchoOrOwn
            && matches!(hand.message.act, Act::Say { .. })
            && self.may_get_relay(hand)
            && self.links[hand.link].halves[hand.side].numbers.is_next(number)
            && !hand.numbering.answers_count
            && self.own_text_waits_not(hand)
    }

    fn own_text_waits_not(&self, hand: &Hand<'_>) -> bool {
        let Some(receiver) = self.member_of(hand.link, 1 - hand.side) else { return true };
        !self.broadcasts.with(hand.prints.1).any(|(_, broadcast)| {
            broadcast.author == receiver && broadcast.waiting.contains(receiver) && broadcast.seq.is(hand.message.seq)
        })
    }

    /// A message of content from the server to a client, or between clients: whose is it, and was it due there?
    pub(super) fn relay(
        &mut self,
        hand: &Hand<'_>,
        receiver: Option<usize>,
        answers: bool,
        cx: &mut Context<'_>,
    ) -> RelayFit {
        let (Act::Say { audience, author, .. }, Some(receiver)) = (&hand.message.act, receiver) else {
            return RelayFit::None;
        };
        if hand.actor == Actor::Peer {
            return self.direct(hand, receiver, cx);
        }
        let judged = self.spec.kinds.iter().filter_map(|kind| kind.relay).find(|relay| relay.by == hand.kind.name);
        let Some(relay) = judged else { return RelayFit::None };
        let topics = [Topic::RelayContent, Topic::Relay, Topic::RelayAudience];
        self.checked_all(cx, if relay.judged { &topics } else { &topics[..1] }, hand.session, hand.actor);
        let author = Voice::of(*author);
        let group = match audience {
            Audience::Group(group) => Some(*group),
            _ => None,
        };
        if !relay.judged {
            return self.relay_by_number(hand, author, cx);
        }
        let now = hand.at.time;
        let of_kind = |broadcast: &Broadcast| broadcast.relay.by == hand.kind.name;
        let same_text = || self.broadcasts.with(hand.prints.1).filter(|(_, broadcast)| of_kind(broadcast));
        let same_group =
            |broadcast: &Broadcast| group.is_none() || broadcast.group.is_none() || broadcast.group == group;
        let to_author_only_as_answer =
            |broadcast: &Broadcast| (broadcast.author == receiver) == answers || !relay.to_author;
        // As it should be: the oldest that waits for it.
        let due = same_text().find(|(_, broadcast)| {
            broadcast.waiting.contains(receiver)
                && self.is_by(broadcast, author)
                && same_group(broadcast)
                && to_author_only_as_answer(broadcast)
        });
        let due = due.or_else(|| {
            same_text().rfind(|(_, broadcast)| {
                self.is_by(broadcast, author)
                    && same_group(broadcast)
                    && !broadcast.reached.contains(receiver)
                    && (broadcast.author != receiver
                        || relay.to_author
                        || broadcast.circle == Circle::Only(Some(receiver)))
                    && (self.is_in(&broadcast.circle, receiver, now)
                        // What waits in line for a receiver reaches it even where it has left meanwhile.
                        || broadcast.meant.contains(receiver) && now.since(broadcast.last) <= REMEMBERED)
            })
        });
        if let Some((index, _)) = due {
            return self.deliver(index, receiver, now);
        }
        // The text is right, and something else is not.
        let changed = same_text().find(|(_, broadcast)| broadcast.waiting.contains(receiver) && !answers);
        if let Some((index, broadcast)) = changed {
            let what = if self.is_by(broadcast, author) { "the group" } else { "the author" };
            return self.altered(hand, index, receiver, what, cx);
        }
        let recent = |broadcast: &Broadcast| now.since(broadcast.last) <= REMEMBERED;
        let known = same_text().rfind(|(_, broadcast)| recent(broadcast) && self.is_by(broadcast, author));
        if let Some((_, broadcast)) = known {
            // Sent again, it may be passed on again.
            let behind = |member: usize| self.members[member].is_behind(Learns::Server, now);
            if broadcast.excused
                || behind(receiver)
                || behind(broadcast.author)
                || (broadcast.copies > 0 && broadcast.reached.contains(receiver))
            {
                return RelayFit::None;
            }
            let why = if broadcast.author == receiver {
                "that is its author"
            } else if broadcast.reached.contains(receiver) {
                "it has received it already"
            } else {
                "it is not among those the message is for"
            };
            let related = vec![broadcast.at.frame];
            let to = self.called(receiver);
            let fact = Fact::RelayMisdirected { to, why };
            self.tell_of(hand, related, fact, cx);
            return RelayFit::Faulty;
        }
        // A text nobody said, while the receiver waits for one that somebody did.
        let replaced = self
            .broadcasts
            .iter()
            .position(|broadcast| {
                of_kind(broadcast)
                    && broadcast.waiting.contains(receiver)
                    && !broadcast.excused
                    && author != Voice::None
                    && self.is_by(broadcast, author)
            })
            .or_else(|| {
                self.broadcasts.iter().position(|broadcast| {
                    of_kind(broadcast)
                        && broadcast.waiting.contains(receiver)
                        && !broadcast.excused
                        && broadcast.author != receiver
                })
            });
        match replaced {
            Some(index) if !self.members[receiver].is_damaged(now) => {
                self.altered(hand, index, receiver, "the text", cx)
            }
            _ => RelayFit::None,
        }
    }

    fn deliver(&mut self, index: usize, receiver: usize, now: Time) -> RelayFit {
        let patience = self.patience();
        let Some(broadcast) = self.broadcasts.get_mut(index) else { return RelayFit::None };
        broadcast.waiting.remove(receiver);
        // Late, but within two timers of the last transmission after all.
        if now.since(broadcast.last) <= patience {
            broadcast.missed.remove(receiver);
        }
        broadcast.reached.insert(receiver);
        RelayFit::Relays { seq: broadcast.seq.clone() }
    }

    fn altered(
        &mut self,
        hand: &Hand<'_>,
        index: usize,
        receiver: usize,
        what: &'static str,
        cx: &mut Context<'_>,
    ) -> RelayFit {
        let broadcast = &self.broadcasts[index];
        let (related, author) = (vec![broadcast.at.frame], self.called(broadcast.author));
        let fact = Fact::RelayAltered { what, author };
        self.tell_of(hand, related, fact, cx);
        self.deliver(index, receiver, hand.at.time)
    }

    /// Where the document does not say who gets a message, a relay is known by the number it keeps.
    fn relay_by_number(&mut self, hand: &Hand<'_>, author: Voice, cx: &mut Context<'_>) -> RelayFit {
        self.weigh_relay_number(hand, author);
        let keeps = |broadcast: &Broadcast| broadcast.relay.by == hand.kind.name && broadcast.seq.is(hand.message.seq);
        let same_text = |broadcast: &Broadcast| broadcast.text == hand.prints.1;
        let receiver = self.member_of(hand.link, 1 - hand.side);
        // One that is relayed as it was said comes before one that would be altered.
        let kept = self
            .broadcasts
            .iter()
            .rposition(|broadcast| keeps(broadcast) && same_text(broadcast) && self.is_by(broadcast, author))
            .or_else(|| {
                self.broadcasts.iter().rposition(|broadcast| {
                    // Without numbers, only one that nobody got can have been altered.
                    let numbered = broadcast.seq != Number::None;
                    let now = hand.at.time;
                    let waits = broadcast.reached.is_empty()
                        && now.since(broadcast.last) <= REMEMBERED
                        && receiver.is_none_or(|receiver| self.is_in(&broadcast.circle, receiver, now));
                    keeps(broadcast) && (numbered || waits) && (same_text(broadcast) || self.is_by(broadcast, author))
                })
            });
        let Some(index) = kept else { return RelayFit::None };
        if let Some(receiver) = receiver
            && let Some(broadcast) = self.broadcasts.get_mut(index)
        {
            broadcast.reached.insert(receiver);
        }
        let broadcast = &self.broadcasts[index];
        let what = if broadcast.text != hand.prints.1 {
            "the text"
        } else if !self.is_by(broadcast, author) {
            "the author"
        } else {
            return RelayFit::Relays { seq: broadcast.seq.clone() };
        };
        if broadcast.excused {
            return RelayFit::Relays { seq: broadcast.seq.clone() };
        }
        let receiver = broadcast.author;
        self.altered(hand, index, receiver, what, cx)
    }

    /// A member is elsewhere now: what was said where it was, and has not come through, it need not get any more.
    pub(super) fn moved_on(&mut self, member: usize, now: Time) {
        self.members[member].moved = Some(now);
        let mut broadcasts = std::mem::take(&mut self.broadcasts);
        for broadcast in broadcasts.iter_mut().filter(|broadcast| broadcast.waiting.contains(member)) {
            if !self.is_in(&broadcast.circle, member, now) {
                broadcast.waiting.remove(member);
            }
        }
        self.broadcasts = broadcasts;
    }

    /// The server sent an author's own message back under the right number, with other content.
    pub(super) fn altered_echo(&mut self, hand: &Hand<'_>, request: &Sent, cx: &mut Context<'_>) {
        let Intent::Say(id) = request.intent else { return };
        let Some(index) = self.place_of_broadcast(id) else { return };
        let author = self.broadcasts[index].author;
        if !self.broadcasts[index].excused {
            self.altered(hand, index, author, "the text", cx);
        }
    }

    /// A message for others was sent again: its relays have so much longer.
    pub(super) fn rebroadcast(&mut self, intent: &Intent, at: At) {
        let Intent::Say(id) = intent else { return };
        let has_moved_on = self.broadcast(*id).is_some_and(|broadcast| {
            let Circle::Only(Some(first)) = broadcast.circle else { return false };
            let of_author = |member: usize| {
                self.members[broadcast.author].partner == Some(Some(member))
                    || self.members[member].partner == Some(Some(broadcast.author))
            };
            self.is_asked_by_another(broadcast.author, first)
                || (0..self.members.len()).any(|member| member != first && of_author(member))
        });
        if let Some(broadcast) = self.broadcast_mut(*id) {
            // Its author speaks to somebody else by now: which of the two it is for, the server cannot tell.
            if has_moved_on {
                broadcast.circle = Circle::Only(None);
                broadcast.waiting.clear();
            }
            broadcast.last = broadcast.last.max(at.time);
            broadcast.copies += 1;
        }
        // Whichever copy the server got first: it is for those who were there then.
        let Some(broadcast) = self.broadcast(*id) else { return };
        let is_new =
            |member: &usize| !broadcast.meant.contains(*member) && self.is_in(&broadcast.circle, *member, at.time);
        let new: Vec<usize> = (0..self.members.len()).filter(is_new).collect();
        if let Some(broadcast) = self.broadcast_mut(*id) {
            broadcast.meant.extend(new);
        }
    }

    pub(super) fn excuse_broadcast(&mut self, id: u64) {
        if let Some(broadcast) = self.broadcast_mut(id) {
            broadcast.excused = true;
            broadcast.waiting.clear();
        }
    }

    /// The server took a message on, or refused it.
    pub(super) fn taken_on(&mut self, id: u64, granted: bool, now: Time) {
        if let Some(broadcast) = self.broadcast_mut(id) {
            broadcast.granted = Some(granted);
            broadcast.last = broadcast.last.max(now);
            if !granted {
                broadcast.waiting.clear();
            }
            let last = broadcast.last;
            self.wake_at(last.plus(self.patience()));
        }
    }

    /// Does a relay keep the number of the message it relays, or has it one of the server's own? Both sides' sessions show it.
    fn weigh_relay_number(&mut self, hand: &Hand<'_>, author: Voice) {
        let relayed = self
            .broadcasts
            .with(hand.prints.1)
            .rfind(|(_, broadcast)| broadcast.relay.by == hand.kind.name && self.is_by(broadcast, author));
        let Some((_, broadcast)) = relayed else { return };
        let keeps = usize::from(!broadcast.seq.is(hand.message.seq));
        for session in [broadcast.author, hand.session] {
            if let Some(votes) = self.sessions[session].relay_numbers.get_mut(keeps) {
                *votes += 1;
            }
        }
    }
}
