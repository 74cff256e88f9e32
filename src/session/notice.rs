//! What the server owes after a change: lists, disconnections, dissolutions, and what it must pass on to one client.

use super::hand::Hand;
use super::member::{Room, State};
use super::observation::Fact;
use super::report::Actor;
use super::service::{At, Context, Service};
use crate::bytes::Time;
use crate::protocol::{Act, Change, Owed, Scope, Topic};
use std::time::Duration;

/// Something owed to some members.
#[derive(Clone, Debug)]
pub(crate) struct Promise {
    pub(crate) kind: &'static str,
    /// Where a member must still be for it to be owed.
    pub(crate) place: Option<State>,
    pub(crate) members: Vec<usize>,
    /// The session that caused it.
    pub(crate) session: usize,
    /// The ID that a list of changes must name.
    pub(crate) subject: Option<u8>,
    pub(crate) at: At,
    pub(crate) related: Vec<u64>,
    pub(crate) deadline: Time,
    pub(crate) change: String,
    pub(crate) name: String,
    /// A message to be passed on, rather than a notice.
    pub(crate) as_relay: bool,
    /// The message that asks for it (link, side, id): unanswered, nothing is owed for it.
    pub(crate) request: Option<(usize, usize, u64)>,
}

impl Service {
    /// Something changed: what is owed to whom?
    #[allow(clippy::too_many_arguments, reason = "the circumstances of one change")]
    pub(super) fn changed(
        &mut self,
        change: Change,
        member: usize,
        room: Option<&Room>,
        since: Time,
        at: At,
        related: &[u64],
        name: &str,
        cx: &mut Context<'_>,
    ) {
        for notice in self.spec.notices.iter().filter(|notice| notice.after == change) {
            let place = match notice.to {
                Owed::Lobby => Some(State::Lobby),
                Owed::Room => room.cloned().map(State::In),
                Owed::Everyone => None,
            };
            if notice.to == Owed::Room && place.is_none() {
                continue;
            }
            let members: Vec<usize> = (0..self.members.len())
                .filter(|other| *other != member && self.is_present(*other))
                .filter(|other| place.as_ref().is_none_or(|place| self.members[*other].state == *place))
                .filter(|other| self.members[*other].is_settled(at.time) && !self.members[*other].is_damaged(at.time))
                .filter(|other| self.members[*other].last_told(notice.kind).is_none_or(|told| told < since))
                .collect();
            self.checked(cx, Topic::Notices, member, Actor::Server);
            let words = describe(change, &self.called(member));
            let subject = self.members[member].id;
            self.owe(Promise {
                kind: notice.kind,
                place,
                members,
                session: member,
                subject,
                at,
                related: related.to_vec(),
                deadline: at.time.plus(self.patience()),
                change: words,
                name: name.to_owned(),
                as_relay: false,
                request: None,
            });
        }
    }

    pub(super) fn owe(&mut self, promise: Promise) {
        if !promise.members.is_empty() {
            self.wake_at(promise.deadline);
            self.promises.push(promise);
        }
    }

    /// Whether the receiver of a server's message is owed one of this kind.
    pub(super) fn has_notice_due(&self, hand: &Hand<'_>) -> bool {
        let receiver = self.member_of(hand.link, 1 - hand.side);
        hand.actor == Actor::Server
            && self.promises.iter().any(|promise| {
                promise.kind == hand.kind.name && receiver.is_some_and(|receiver| promise.members.contains(&receiver))
            })
    }

    /// Whether a member is owed word that its group is closed: the server has closed it already.
    pub(super) fn is_being_dissolved(&self, member: usize) -> bool {
        self.promises.iter().any(|promise| {
            !promise.as_relay
                && promise.session == member
                && promise.members == [member]
                && promise.place.as_ref() == Some(&self.members[member].state)
        })
    }

    /// The server told a member something.
    pub(super) fn told(&mut self, hand: &Hand<'_>, member: usize) {
        let name = hand.kind.name;
        let ids: Vec<u8> = match &hand.message.act {
            Act::Roster { scope: Scope::Changes, rows: Some(rows) } => rows.iter().filter_map(|row| row.id).collect(),
            Act::Gone { id } => vec![*id],
            _ => Vec::new(),
        };
        self.members[member].told(name, hand.at.time);
        for promise in self.promises.iter_mut().filter(|promise| promise.kind == name) {
            let names_it = ids.is_empty() || promise.subject.is_none_or(|subject| ids.contains(&subject));
            if names_it {
                promise.members.retain(|owed| *owed != member);
            }
        }
        self.promises.retain(|promise| !promise.members.is_empty());
    }

    /// Notices that were due by now.
    pub(super) fn missing_notices(&mut self, now: Time, cx: &mut Context<'_>) {
        let mut missing = Vec::new();
        let mut again: Option<Time> = None;
        let mut promises = std::mem::take(&mut self.promises);
        for promise in &mut promises {
            if now < promise.deadline {
                again = Some(again.map_or(promise.deadline, |again| again.min(promise.deadline)));
                continue;
            }
            // From the last transmission of what asks for it, or its answer, whichever is later.
            let asked = promise.request.and_then(|(link, side, id)| self.links[link].halves[side].by_id(id));
            let until = asked.map(|sent| {
                let answered = sent.reply.map_or(sent.last().time, |reply| reply.time);
                sent.last().time.max(answered).plus(self.patience())
            });
            if let Some(until) = until.filter(|until| now < *until) {
                promise.deadline = until;
                again = Some(again.map_or(until, |again| again.min(until)));
                continue;
            }
            let mut later = Vec::new();
            let mut owed = Vec::new();
            let is_alone = !promise.as_relay && promise.members == [promise.session];
            for member in promise.members.drain(..) {
                if let Some(until) = self.is_busy(member, promise.deadline) {
                    let until = until.max(now.plus(Duration::from_millis(1)));
                    again = Some(again.map_or(until, |again| again.min(until)));
                    later.push(member);
                } else if self.is_present(member)
                    && !(is_alone && self.has_company(member))
                    && promise.place.as_ref().is_none_or(|place| self.members[member].state == *place)
                    && self.members[member].is_settled(promise.deadline)
                    && !self.members[member].is_damaged(now)
                {
                    owed.push(member);
                }
            }
            promise.members = later;
            let taken_on = promise.request.is_none_or(|(link, side, id)| {
                self.links[link].halves[side].done.iter().any(|sent| sent.id == id && sent.reply.is_some())
            });
            if !owed.is_empty() && taken_on {
                missing.push((promise.clone(), owed));
            }
        }
        promises.retain(|promise| !promise.members.is_empty());
        self.promises.append(&mut promises);
        for (promise, owed) in missing {
            let members = owed.iter().map(|member| self.called(*member)).collect();
            let waited = now.since(promise.at.time);
            let fact = if promise.as_relay {
                Fact::NotRelayed { members, waited }
            } else {
                Fact::NoNotice { kind: promise.kind, change: promise.change, members, waited }
            };
            self.tell(cx, promise.session, Actor::Server, promise.at, promise.related, &promise.name, fact);
        }
        if let Some(again) = again {
            self.wake_at(again);
        }
    }

    /// Whether somebody else is in the same room.
    fn has_company(&self, member: usize) -> bool {
        let room = &self.members[member].state;
        let is_in = |other: &usize| *other != member && self.members[*other].state == *room && self.is_present(*other);
        (0..self.members.len()).filter(is_in).count() > 0
    }

    /// A room lost a member: is one alone in it now?
    pub(super) fn maybe_alone(
        &mut self,
        room: &Room,
        since: Time,
        at: At,
        related: &[u64],
        name: &str,
        cx: &mut Context<'_>,
    ) {
        let left: Vec<usize> = (0..self.members.len())
            .filter(|member| self.members[*member].state == State::In(room.clone()) && self.is_present(*member))
            .collect();
        // Where it is not known where somebody is, nobody is known to be alone.
        let somewhere = self.members.iter().any(|known| known.was_admitted && known.state == State::Unknown);
        if let [alone] = left[..]
            && !somewhere
        {
            for notice in self.spec.notices.iter().filter(|notice| notice.after == Change::Alone) {
                if self.members[alone].last_told(notice.kind).is_some_and(|told| told >= since) {
                    continue;
                }
                self.checked(cx, Topic::Notices, alone, Actor::Server);
                let change = format!("{} is the last in its group", self.called(alone));
                self.owe(Promise {
                    kind: notice.kind,
                    place: Some(State::In(room.clone())),
                    members: vec![alone],
                    session: alone,
                    subject: None,
                    at,
                    related: related.to_vec(),
                    deadline: at.time.plus(self.patience()),
                    change,
                    name: name.to_owned(),
                    as_relay: false,
                    request: None,
                });
            }
        }
    }
}

fn describe(change: Change, who: &str) -> String {
    match change {
        Change::Login => format!("{who} logged in"),
        Change::Enter => format!("{who} entered a room"),
        Change::Leave => format!("{who} left its room"),
        Change::Logout => format!("{who} left"),
        Change::Alone => format!("{who} is the last in its group"),
    }
}
