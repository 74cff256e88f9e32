//! Lists of users against what the server itself has granted.

use super::hand::Hand;
use super::intent::Intent;
use super::member::{Learns, Member, Room, State};
use super::observation::Fact;
use super::service::{Context, Service};
use crate::bytes::{Time, escape};
use crate::protocol::{Row, Scope, Topic};
use std::net::SocketAddr;

impl Service {
    /// A list was sent to `receiver`: does it contradict anything?
    pub(super) fn roster(
        &mut self,
        hand: &Hand<'_>,
        receiver: usize,
        scope: Scope,
        rows: &[Row<'_>],
        cx: &mut Context<'_>,
    ) {
        if hand.flawed && rows.is_empty() {
            return;
        }
        self.checked(cx, Topic::Lists, hand.session, hand.actor);
        let now = hand.at.time;
        let wrong = self
            .wrong_row(rows, scope, now)
            .or_else(|| self.stranger(rows, scope, now))
            .or_else(|| self.missing_row(rows, scope, receiver, now));
        if scope == Scope::All {
            self.list_seen = true;
        }
        let Some(what) = wrong else { return };
        self.tell_of(hand, Vec::new(), Fact::ListContradicts { what }, cx);
    }

    fn listed(&self, row: &Row<'_>) -> Option<usize> {
        let by_id = row.id.and_then(|id| self.with_id(id));
        by_id.or_else(|| if row.id.is_none() { self.named(row.name) } else { None })
    }

    /// A row about a known client that says something else than was granted.
    fn wrong_row(&mut self, rows: &[Row<'_>], scope: Scope, now: Time) -> Option<String> {
        for (index, row) in rows.iter().enumerate() {
            let twice = rows.iter().take(index).any(|earlier| earlier.name == row.name && earlier.id == row.id);
            if twice && scope != Scope::Changes {
                return Some(format!("it names {} twice", escape(row.name)));
            }
            let Some(member) = self.listed(row) else { continue };
            let known = &self.members[member];
            if !known.was_admitted || known.is_behind(Learns::Server, now) {
                continue;
            }
            // In words only where it is told.
            let called = || known.called(self.sessions[member].client);
            if row.id.is_some()
                && let Some(name) = &known.name
                && **name != *row.name
            {
                return Some(format!("it calls {} {}", called(), escape(row.name)));
            }
            let states = known.possible(now, Learns::Server);
            if let Some(group) = row.group
                && known.is_settled(now)
                && !group_fits(&states, group)
                && !(group == 1 && self.is_being_left_alone(member))
            {
                return Some(format!("it puts {} in group {group}, and it is {}", called(), place(&known.state)));
            }
            if let Some(in_lobby) = row.in_lobby
                && !states.iter().any(|state| match state {
                    State::Lobby => in_lobby || scope == Scope::OwnRoom,
                    State::In(_) => !in_lobby || scope == Scope::OwnRoom,
                    State::Unknown => true,
                    State::Out => false,
                })
            {
                return Some(format!(
                    "it shows {} {}, and it is {}",
                    called(),
                    if in_lobby { "available" } else { "in a room" },
                    place(&known.state)
                ));
            }
            if scope == Scope::OwnRoom && states.iter().all(|state| *state == State::Lobby) {
                return Some(format!("it puts {} in a room, and it is {}", called(), place(&known.state)));
            }
            if let Some(address) = row.address {
                let agrees = SocketAddr::V4(address) == self.sessions[member].client;
                if agrees {
                    self.addresses_agree = true;
                } else if self.addresses_agree {
                    return Some(format!(
                        "it gives {} the address {address}, and it speaks from {}",
                        called(),
                        self.sessions[member].client
                    ));
                }
            }
        }
        None
    }

    /// Whether everybody else in a member's group is gone or going: the server may know already that it is dissolved.
    fn is_being_left_alone(&self, member: usize) -> bool {
        let State::In(room) = &self.members[member].state else { return false };
        (0..self.members.len())
            .filter(|other| *other != member && self.members[*other].state == State::In(room.clone()))
            .all(|other| {
                self.members[other]
                    .pending
                    .iter()
                    .any(|(_, intent)| matches!(intent, Intent::Leave | Intent::Back | Intent::Logout))
            })
    }

    /// A row about somebody who is not there.
    fn stranger(&mut self, rows: &[Row<'_>], scope: Scope, now: Time) -> Option<String> {
        for row in rows {
            if self.listed(row).is_some() {
                continue;
            }
            let same = |member: &Member| match row.id {
                Some(id) => {
                    let as_granted = member.id == Some(id) && (member.name.is_none() || member.is_named(row.name));
                    as_granted || (member.id.is_none() && member.asked.as_deref() == Some(row.name))
                }
                None => {
                    member.is_named(row.name) || member.asked.as_deref() == Some(row.name) && !member.pending.is_empty()
                }
            };
            let candidates: Vec<usize> =
                (0..self.members.len()).filter(|member| same(&self.members[*member])).collect();
            let may_be = candidates.iter().any(|member| {
                let known = &self.members[*member];
                known.may_be(now, Learns::Server, |state| *state != State::Out) || known.lost
            });
            if may_be {
                continue;
            }
            if candidates.iter().any(|member| self.members[*member].has_left) {
                return Some(format!("it names {}, who has left", escape(row.name)));
            }
            if self.strangers.iter().any(|name| **name == *row.name) {
                continue;
            }
            // Somebody may have logged in before the capture, or out of its sight: only what appears out of nothing
            // between two lists, while every client speaks in sight, contradicts.
            let sees_all = self.members.iter().all(|member| member.was_admitted || member.state == State::Out);
            let in_own_room = scope == Scope::OwnRoom && !self.list_seen;
            if self.list_seen && sees_all && !in_own_room && self.members.len() > 1 {
                return Some(format!("it names {}, who never logged in", escape(row.name)));
            }
            if self.strangers.len() < 256 {
                self.strangers.push(row.name.into());
            }
        }
        None
    }

    /// Somebody who should be on the list and is not.
    fn missing_row(&mut self, rows: &[Row<'_>], scope: Scope, receiver: usize, now: Time) -> Option<String> {
        let on_list = |member: usize| {
            rows.iter().any(|row| {
                let known = &self.members[member];
                row.id.map_or_else(|| known.is_named(row.name), |id| known.id == Some(id))
            })
        };
        let certain: Vec<usize> = (0..self.members.len())
            .filter(|member| {
                let known = &self.members[*member];
                known.was_admitted && self.is_present(*member) && known.is_settled(now) && known.name.is_some()
            })
            .collect();
        // Whether the list may leave out its receiver is not said everywhere; where it always names it, that shows elsewhere.
        let owed: Vec<usize> = match scope {
            Scope::Changes => return None,
            Scope::All => certain.clone(),
            Scope::OwnRoom => {
                let State::In(room) = &self.members[receiver].state else { return None };
                if !self.members[receiver].is_settled(now) {
                    return None;
                }
                certain
                    .iter()
                    .copied()
                    .filter(|member| self.members[*member].state == State::In(room.clone()))
                    .collect()
            }
        };
        let missing: Vec<usize> = owed
            .iter()
            .copied()
            .filter(|member| !on_list(*member) && (*member != receiver || !self.spec.lists_may_omit_receiver))
            .collect();
        // A list of only those in no room is accepted: then all in rooms are missing.
        let all_in_rooms = scope == Scope::All
            && rows.iter().all(|row| row.in_lobby != Some(false))
            && !missing.is_empty()
            && missing.iter().all(|member| matches!(self.members[*member].state, State::In(_)))
            && !owed.iter().any(|member| matches!(self.members[*member].state, State::In(_)) && on_list(*member))
            && rows.iter().any(|row| row.in_lobby.is_some());
        if all_in_rooms {
            return None;
        }
        missing.first().map(|member| format!("it leaves out {}", self.called(*member)))
    }
}

fn group_fits(states: &[State], group: u8) -> bool {
    states.iter().any(|state| match state {
        State::Lobby => group == 1,
        State::In(Room::Group(own)) => *own == group,
        State::In(_) | State::Unknown => true,
        State::Out => false,
    })
}

fn place(state: &State) -> String {
    match state {
        State::Unknown => "somewhere the capture does not show".to_owned(),
        State::Out => "not logged in".to_owned(),
        State::Lobby => "in no room".to_owned(),
        State::In(Room::Named(name)) => format!("in the room {}", escape(name)),
        State::In(Room::Group(group)) => format!("in group {group}"),
        State::In(Room::Of(_)) => "in a private group".to_owned(),
    }
}
