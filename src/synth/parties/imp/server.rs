//! The server of the Instant Messenger Protocol.

use super::{EVERYBODY, INVITATION, PUBLIC, acknowledge, emit, manner, name, order, v4};
use crate::bytes::Time;
use crate::protocol::Actor;
use crate::protocols::imp::wire::{Flag, Message, Options, Row, RowOrder, Type, padded, parse, unpadded};
use crate::synth::machine::{Cx, Input, Machine, Peer};
use crate::synth::parties::{Form, Setting, post};
use crate::synth::port::{Class, Count, Flight, Port};
use crate::synth::rng::Rng;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;

#[derive(Clone, Debug)]
struct Member {
    at: SocketAddr,
    name: Vec<u8>,
    group: u8,
}

#[derive(Clone, Debug)]
struct Room {
    decentralized: bool,
    /// Who asked for it, while nobody has accepted yet.
    pending: Option<u8>,
    /// Who asked for it, while it does not know that somebody has.
    founder: Option<u8>,
}

#[derive(Clone, Debug)]
struct Open {
    group: u8,
    invited: u8,
    /// Who is to hear the answer; with a new group that is its creator, who hears otherwise.
    by: u8,
    for_new: bool,
    deadline: Option<Time>,
}

/// The server.
pub struct Server {
    port: Port,
    order: RowOrder,
    members: BTreeMap<u8, Member>,
    rooms: BTreeMap<u8, Room>,
    invitations: Vec<Open>,
    /// Of whom each client is to be told. Told when the way is free, as things are then.
    changes: BTreeMap<u8, BTreeSet<u8>>,
    /// Who waits for the whole list.
    asked: BTreeSet<u8>,
    /// When a list can be sent that has to wait.
    later: Option<Time>,
    next_id: u8,
    next_group: u8,
    rng: Rng,
}

impl Server {
    pub(in crate::synth::parties) fn new(setting: &Setting, mut rng: Rng) -> Server {
        let next_id = 1 + u8::try_from(rng.below(60)).unwrap_or(0);
        Server {
            port: Port::new(manner(setting), Actor::Server),
            order: order(setting),
            members: BTreeMap::new(),
            rooms: BTreeMap::new(),
            invitations: Vec::new(),
            changes: BTreeMap::new(),
            asked: BTreeSet::new(),
            later: None,
            next_id,
            next_group: 2 + next_id / 3,
            rng,
        }
    }

    fn id_at(&self, peer: Peer) -> Option<u8> {
        self.members.iter().find(|(_, member)| Peer::Datagrams(member.at) == peer).map(|(id, _)| *id)
    }

    fn peer(&self, id: u8) -> Option<Peer> {
        self.members.get(&id).map(|member| Peer::Datagrams(member.at))
    }

    fn send(&mut self, to: u8, class: Class, message: &Message<'_>, cx: &mut Cx<'_>) {
        if let Some(peer) = self.peer(to) {
            let bytes = emit(message, self.order);
            let form = Form::new(class, name(message.header.kind), Count::Own).expecting();
            // The group that a notice is about comes back when it is sent.
            let about = match (message.header.kind, &message.options) {
                (Type::GROUP_CREATION_ACCEPT, Options::Group { group, .. }) => u32::from(*group),
                (Type::GROUP_DISSOLUTION, _) => u32::from(message.header.group),
                _ => 0,
            };
            post(&mut self.port, peer, form.tag(about), bytes, cx);
        }
    }

    /// Sends a list, unless it would look like a copy of one sent before: then it is for later, as things are then.
    fn with_rows(&mut self, to: u8, kind: Type, group: u8, ids: &[u8], class: Class, cx: &mut Cx<'_>) -> bool {
        let users: Vec<(u8, Member, [u8; 8])> = ids
            .iter()
            .filter_map(|id| self.members.get(id).map(|member| (*id, member.clone(), padded(&member.name))))
            .collect();
        let row = |(id, member, name): &'_ (u8, Member, [u8; 8])| {
            let address = v4(member.at);
            (*id, member.group, *name, *address.ip(), address.port())
        };
        let flat: Vec<_> = users.iter().map(row).collect();
        let rows = flat
            .iter()
            .map(|(client, group, name, address, port)| Row {
                client: *client,
                group: *group,
                name,
                address: *address,
                port: *port,
            })
            .collect();
        let message = Message::new(kind, 0, 0, group, Options::Rows(rows));
        let held = self.peer(to).and_then(|to| self.port.held_until(to, &emit(&message, self.order), cx.now));
        if let Some(until) = held {
            self.later = Some(self.later.map_or(until, |later| later.min(until)));
            return false;
        }
        self.send(to, class, &message, cx);
        true
    }

    fn notify(&mut self, changed: &[u8], also_them: bool) {
        for id in self.members.keys().copied().filter(|id| also_them || !changed.contains(id)) {
            self.changes.entry(id).or_default().extend(changed);
        }
    }

    /// What notices say is so once they are sent; then lists go where the way is free.
    fn follow_up(&mut self, cx: &mut Cx<'_>) {
        while let Some((peer, name, tag)) = self.port.take_told() {
            let Some(id) = self.id_at(peer) else { continue };
            let group = u8::try_from(tag & 0xFF).unwrap_or(0);
            if name == "GroupCreationAccept" {
                self.founded(group, id, cx);
            } else if name == "GroupDissolution" && self.members.get(&id).is_some_and(|member| member.group == group) {
                self.enter(id, PUBLIC);
                self.notify(&[id], true);
            }
        }
        self.later = None;
        let to: Vec<u8> = self.members.keys().copied().collect();
        for id in to {
            let Some(peer) = self.peer(id) else { continue };
            if !self.port.is_waiting(peer) && self.asked.contains(&id) {
                let all: Vec<u8> = self.members.keys().copied().collect();
                if self.with_rows(id, Type::USER_LIST_RESPONSE, PUBLIC, &all, Class::Answer, cx) {
                    self.asked.remove(&id);
                }
            }
            if !self.port.is_waiting(peer)
                && let Some(changed) = self.changes.get(&id)
            {
                let changed: Vec<u8> = changed.iter().copied().filter(|id| self.members.contains_key(id)).collect();
                if changed.is_empty() || self.with_rows(id, Type::UPDATE_LIST, EVERYBODY, &changed, Class::Notice, cx) {
                    self.changes.remove(&id);
                }
            }
        }
    }

    fn login(&mut self, from: Peer, address: SocketAddr, user: &[u8], message: &Message<'_>, cx: &mut Cx<'_>) {
        let _ = message;
        let holder = self.members.iter().find(|(_, member)| member.name == user).map(|(id, _)| *id);
        let taken = holder.is_some();
        let ghost = taken && cx.meddler.decide("name", cx.cause);
        let any = self.members.keys().next().copied();
        let same_id = if taken { None } else { any.filter(|_| user == b"eve" && cx.meddler.decide("id", cx.cause)) };
        if taken && !ghost || self.members.len() >= 254 {
            let options = Options::Error(Flag::name_taken(taken));
            let bytes = emit(&Message::new(Type::CONNECTION_REJECT, 0, 0, 0, options), self.order);
            post(&mut self.port, from, Form::new(Class::Answer, "ConnectionReject", Count::Own), bytes, cx);
            return;
        }
        while self.next_id == 0 || self.members.contains_key(&self.next_id) {
            self.next_id = self.next_id.wrapping_add(1);
        }
        let id = same_id.unwrap_or(self.next_id);
        let bytes = emit(&Message::new(Type::CONNECTION_ACCEPT, 0, 0, 0, Options::Client(id)), self.order);
        let form = Form::new(Class::Answer, "ConnectionAccept", Count::Own).expecting().tag(u32::from(id));
        post(&mut self.port, from, form, bytes, cx);
        if same_id.is_some() {
            return;
        }
        self.next_id = self.next_id.wrapping_add(1);
        self.members.insert(id, Member { at: address, name: user.to_vec(), group: PUBLIC });
        self.notify(&[id], false);
    }

    fn enter(&mut self, id: u8, group: u8) -> Option<u8> {
        let member = self.members.get_mut(&id)?;
        let left = std::mem::replace(&mut member.group, group);
        (left != group && left != PUBLIC).then_some(left)
    }

    /// A group of one is none.
    fn dissolve_alone(&mut self, group: u8, cx: &mut Cx<'_>) {
        let in_it: Vec<u8> =
            self.members.iter().filter(|(_, member)| member.group == group).map(|(id, _)| *id).collect();
        if in_it.len() > 1 || self.rooms.get(&group).is_some_and(|room| room.founder.is_some()) {
            return;
        }
        self.rooms.remove(&group);
        for id in in_it {
            self.send(id, Class::Notice, &Message::new(Type::GROUP_DISSOLUTION, 0, 0, group, Options::None), cx);
        }
    }

    fn remove(&mut self, id: u8, cx: &mut Cx<'_>) {
        let Some(member) = self.members.remove(&id) else { return };
        self.invitations.retain(|open| open.invited != id);
        self.changes.remove(&id);
        self.asked.remove(&id);
        let created: Vec<u8> =
            self.rooms.iter().filter(|(_, room)| room.pending == Some(id)).map(|(group, _)| *group).collect();
        for group in created {
            self.rooms.remove(&group);
        }
        let founded: Vec<u8> =
            self.rooms.iter().filter(|(_, room)| room.founder == Some(id)).map(|(group, _)| *group).collect();
        let to: Vec<u8> = self.members.keys().copied().collect();
        for other in to {
            let gone = Message::new(Type::UPDATE_DISCONNECTION, 0, 0, EVERYBODY, Options::Client(id));
            self.send(other, Class::Notice, &gone, cx);
        }
        if member.group != PUBLIC {
            self.dissolve_alone(member.group, cx);
        }
        for group in founded {
            if let Some(room) = self.rooms.get_mut(&group) {
                room.founder = None;
            }
            self.dissolve_alone(group, cx);
        }
        self.pending_groups(cx);
    }

    /// Groups that nobody can join any more are refused.
    fn pending_groups(&mut self, cx: &mut Cx<'_>) {
        let hopeless: Vec<(u8, u8)> = self
            .rooms
            .iter()
            .filter_map(|(group, room)| room.pending.map(|by| (*group, by)))
            .filter(|(group, _)| !self.invitations.iter().any(|open| open.group == *group))
            .collect();
        for (group, by) in hopeless {
            self.rooms.remove(&group);
            self.send(by, Class::Notice, &Message::new(Type::GROUP_CREATION_REJECT, 0, 0, 0, Options::None), cx);
        }
    }

    fn request(&mut self, from: Peer, id: u8, message: &Message<'_>, cx: &mut Cx<'_>) {
        let header = message.header;
        let own_group = self.members.get(&id).map_or(PUBLIC, |member| member.group);
        if header.kind != Type::USER_LIST_REQUEST {
            // Everything is acknowledged, also what came too late to have an effect.
            acknowledge(&mut self.port, from, message, 0, cx);
        }
        match (header.kind, &message.options) {
            (Type::USER_LIST_REQUEST, _) => {
                // The list acknowledges it, unless that has to wait.
                if self.port.is_waiting(from) {
                    acknowledge(&mut self.port, from, message, 0, cx);
                }
                self.asked.insert(id);
            }
            (Type::DATA_MESSAGE, _) => {
                // Who does not know yet that its new group is there still speaks to everybody.
                let is_public = header.group == PUBLIC;
                let is_direct = self.rooms.get(&header.group).is_some_and(|room| room.decentralized);
                if is_direct || !is_public && header.group != own_group {
                    return;
                }
                let relay = Message::data(0, id, header.group, message.payload);
                let mut to: Vec<u8> = self
                    .members
                    .iter()
                    .filter(|(other, member)| **other != id && member.group == header.group)
                    .map(|(other, _)| *other)
                    .collect();
                if cx.meddler.decide("audience", cx.cause) {
                    to.insert(0, id);
                }
                for other in to {
                    self.send(other, Class::Relay, &relay, cx);
                }
            }
            (Type::GROUP_CREATION_REQUEST, Options::Creation { mode, invited }) => {
                while self.next_group < 2 || self.next_group == EVERYBODY || self.rooms.contains_key(&self.next_group) {
                    self.next_group = self.next_group.wrapping_add(1);
                }
                let group = self.next_group;
                self.next_group = self.next_group.wrapping_add(1);
                self.rooms.insert(group, Room { decentralized: mode.set, pending: Some(id), founder: None });
                for invited in invited.iter().copied().filter(|invited| *invited != id) {
                    if self.members.contains_key(&invited) {
                        self.invite(group, invited, id, true, cx);
                    }
                }
                self.pending_groups(cx);
            }
            (Type::GROUP_INVITATION_REQUEST, Options::Group { group, client: Some(invited), .. }) => {
                // Into a group that is being dissolved nobody is invited.
                if own_group != *group || !self.rooms.contains_key(group) {
                    return;
                }
                if self.members.contains_key(invited) {
                    self.invite(*group, *invited, id, false, cx);
                }
            }
            (Type::GROUP_INVITATION_ACCEPT, Options::Group { group, .. }) => {
                self.answered(id, *group, true, cx);
            }
            (Type::GROUP_INVITATION_REJECT, Options::Group { group, .. }) => {
                self.answered(id, *group, false, cx);
            }
            (Type::GROUP_DISJOINT_REQUEST, _) => {
                if own_group == PUBLIC {
                    return;
                }
                self.enter(id, PUBLIC);
                self.notify(&[id], true);
                self.dissolve_alone(own_group, cx);
            }
            (Type::DISCONNECTION_REQUEST, _) => {
                self.port.abandon(from);
                self.remove(id, cx);
            }
            _ => {}
        }
    }

    fn invite(&mut self, group: u8, invited: u8, by: u8, for_new: bool, cx: &mut Cx<'_>) {
        let decentralized = self.rooms.get(&group).is_some_and(|room| room.decentralized);
        let options = Options::Group { mode: Flag::decentralized(decentralized), group, client: Some(invited) };
        self.invitations.retain(|open| (open.group, open.invited) != (group, invited));
        self.invitations.push(Open { group, invited, by, for_new, deadline: None });
        self.send(invited, Class::Relay, &Message::new(Type::GROUP_INVITATION_REQUEST, 0, by, 0, options), cx);
    }

    fn answered(&mut self, id: u8, group: u8, accepts: bool, cx: &mut Cx<'_>) {
        let open = self.invitations.iter().position(|open| (open.group, open.invited) == (group, id));
        let open = open.map(|index| self.invitations.remove(index));
        let creator = self.rooms.get(&group).and_then(|room| room.pending);
        let decentralized = self.rooms.get(&group).is_some_and(|room| room.decentralized);
        let mode = Flag::decentralized(decentralized);
        let tells = |peer| self.port.is_telling(peer, "GroupDissolution", u32::from(group));
        let closing = self.peer(id).is_some_and(tells);
        // What comes too late is told so, unless that is on its way.
        let gone = !self.rooms.contains_key(&group);
        if accepts && !(gone && closing) {
            let left = self.enter(id, group);
            self.notify(&[id], true);
            if let Some(creator) = creator {
                // The creator is in the group when it knows (its acknowledgement says so).
                let options = Options::Group { mode, group, client: None };
                self.send(creator, Class::Notice, &Message::new(Type::GROUP_CREATION_ACCEPT, 0, 0, 0, options), cx);
                if let Some(room) = self.rooms.get_mut(&group) {
                    room.pending = None;
                    room.founder = Some(creator);
                }
            }
            if let Some(left) = left {
                self.dissolve_alone(left, cx);
            }
            if gone {
                self.send(id, Class::Notice, &Message::new(Type::GROUP_DISSOLUTION, 0, 0, group, Options::None), cx);
            }
        }
        if let Some(open) = open
            && !open.for_new
        {
            let kind = if accepts { Type::GROUP_INVITATION_ACCEPT } else { Type::GROUP_INVITATION_REJECT };
            let options = Options::Group { mode, group, client: Some(id) };
            self.send(open.by, Class::Notice, &Message::new(kind, 0, id, 0, options), cx);
        }
        self.pending_groups(cx);
    }

    /// The creator of a group knows that it is there.
    fn founded(&mut self, group: u8, creator: u8, cx: &mut Cx<'_>) {
        let Some(room) = self.rooms.get_mut(&group).filter(|room| room.founder == Some(creator)) else { return };
        room.founder = None;
        self.notify(&[creator], true);
        if let Some(left) = self.enter(creator, group) {
            self.dissolve_alone(left, cx);
        }
        self.dissolve_alone(group, cx);
    }

    fn expire(&mut self, cx: &mut Cx<'_>) {
        let now = cx.now;
        let expired: Vec<Open> = self
            .invitations
            .iter()
            .filter(|open| open.deadline.is_some_and(|deadline| deadline <= now))
            .cloned()
            .collect();
        self.invitations.retain(|open| open.deadline.is_none_or(|deadline| deadline > now));
        for open in expired.into_iter().filter(|open| !open.for_new) {
            let decentralized = self.rooms.get(&open.group).is_some_and(|room| room.decentralized);
            let mode = Flag::decentralized(decentralized);
            let options = Options::Group { mode, group: open.group, client: Some(open.invited) };
            let reject = Message::new(Type::GROUP_INVITATION_REJECT, 0, open.invited, 0, options);
            self.send(open.by, Class::Notice, &reject, cx);
        }
        self.pending_groups(cx);
    }
}

impl Machine for Server {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        if let Input::Bytes { from: from @ Peer::Datagrams(address), bytes } = input {
            if self.port.is_new(from) {
                // Where it begins to count is free (§4).
                self.port.count_from(from, u16::from(self.rng.chance(0.5)));
            }
            if let Some(message) = parse(bytes, self.order)
                && (message.header.acknowledgement || self.port.hear(from, bytes, false, cx))
            {
                let header = message.header;
                let known = self.id_at(from);
                if header.acknowledgement {
                    let fits = |flight: &Flight| {
                        flight.name == name(header.kind) && flight.number == u16::from(header.sequence)
                    };
                    if let Some(flight) = self.port.settle(from, cx, fits)
                        && let Some(id) = known
                        && let Some(message) = parse(&flight.bytes, self.order)
                        && let Options::Group { group, .. } = message.options
                    {
                        // It has left meanwhile, without knowing that it was in: it learns now that it is out.
                        let has_left = self.members.get(&id).is_some_and(|member| member.group != group);
                        if flight.name == "GroupCreationAccept" && has_left {
                            let notice = Message::new(Type::GROUP_DISSOLUTION, 0, 0, group, Options::None);
                            self.send(id, Class::Notice, &notice, cx);
                        }
                        for open in self.invitations.iter_mut().filter(|_| flight.name == "GroupInvitationRequest") {
                            if (open.group, open.invited) == (group, id) {
                                open.deadline = Some(cx.now.plus(INVITATION));
                            }
                        }
                    }
                } else if let (Type::CONNECTION_REQUEST, Options::Username(user)) = (header.kind, &message.options) {
                    if known.is_none() {
                        self.login(from, address, unpadded(*user), &message, cx);
                    }
                } else if let Some(id) = known {
                    self.request(from, id, &message, cx);
                }
            }
        }
        for (peer, _) in self.port.tick(cx) {
            // Who lets the last copy pass counts as disconnected (§8.1).
            if let Some(id) = self.id_at(peer) {
                self.port.forget(peer);
                self.remove(id, cx);
            }
        }
        self.expire(cx);
        self.follow_up(cx);
    }

    fn next_wake(&self) -> Option<Time> {
        let expires = self.invitations.iter().filter_map(|open| open.deadline);
        self.port.next_wake().into_iter().chain(self.later).chain(expires).min()
    }

    fn is_done(&self) -> bool {
        true
    }
}
