//! The client of the Instant Messenger Protocol.

use super::{PUBLIC, acknowledge, emit, manner, name, order};
use crate::bytes::Time;
use crate::protocol::Actor;
use crate::protocols::imp::wire::{Flag, Message, Options, RowOrder, Type, padded, parse, unpadded};
use crate::synth::machine::{Cx, Input, Machine, Peer};
use crate::synth::parties::{Cast, Form, Setting, post};
use crate::synth::port::{Class, Count, Flight, Port};
use crate::synth::script::{Event, Progress, Reply, Runner, Scripted, Step, advance};
use std::collections::BTreeMap;
use std::net::{SocketAddr, SocketAddrV4};
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group {
    id: u8,
    decentralized: bool,
}

impl Group {
    /// What is remembered with an answer to an invitation into it.
    fn tag(self) -> u32 {
        2 | u32::from(self.id) << 8 | u32::from(self.decentralized) << 16
    }
}

#[derive(Clone, Debug)]
struct Entry {
    name: Vec<u8>,
    group: u8,
    address: SocketAddrV4,
}

/// A client.
pub struct Client {
    port: Port,
    run: Runner,
    server: Peer,
    order: RowOrder,
    own: SocketAddr,
    id: Option<u8>,
    group: Option<Group>,
    reply: Reply,
    creating: bool,
    /// The group that was last said to be no more.
    ended: Option<u8>,
    /// What it knows of the others.
    users: BTreeMap<u8, Entry>,
    /// It has asked for something before.
    tried: bool,
    /// When it last asked who is there.
    listed: Option<Time>,
    /// It has left; its port hears nothing any more.
    is_out: bool,
}

impl Client {
    pub(in crate::synth::parties) fn new(setting: &Setting, cast: Cast) -> Client {
        let mut run = cast.runner(setting.start);
        let mut port = Port::new(manner(setting), Actor::Client);
        let server = Peer::Datagrams(setting.server);
        port.count_from(server, u16::from(run.rng.chance(0.5)));
        Client {
            port,
            run,
            server,
            order: order(setting),
            own: cast.own,
            id: None,
            group: None,
            reply: Reply::Accept,
            creating: false,
            ended: None,
            users: BTreeMap::new(),
            tried: false,
            listed: None,
            is_out: true,
        }
    }

    fn ask(&mut self, message: &Message<'_>, cx: &mut Cx<'_>) -> Progress {
        let bytes = emit(message, self.order);
        let form = Form::new(Class::Request, name(message.header.kind), Count::Own)
            .expecting()
            .tag(1 | u32::from(self.tried) << 2);
        self.tried = true;
        post(&mut self.port, self.server, form, bytes, cx);
        Progress::Busy
    }

    fn with_name(&self, user: &str) -> Option<u8> {
        self.users.iter().find(|(_, entry)| entry.name == user.as_bytes()).map(|(id, _)| *id)
    }

    fn heard(&mut self, from: Peer, message: &Message<'_>, cx: &mut Cx<'_>) {
        let header = message.header;
        let own = self.id.unwrap_or(0);
        if header.acknowledgement {
            let fits =
                |flight: &Flight| flight.name == name(header.kind) && flight.number == u16::from(header.sequence);
            if let Some(flight) = self.port.settle(from, cx, fits) {
                self.acknowledged(header.kind, from, &flight, cx);
            }
            return;
        }
        if from != self.server {
            if header.kind == Type::DATA_MESSAGE && !self.is_out {
                acknowledge(&mut self.port, from, message, own, cx);
            }
            return;
        }
        match (header.kind, &message.options) {
            (Type::CONNECTION_ACCEPT, Options::Client(id)) => {
                let asked = self.port.settle(from, cx, |flight| flight.name == "ConnectionRequest").is_some();
                if asked {
                    self.id = Some(*id);
                    self.is_out = false;
                    self.run.done(cx.now);
                }
                acknowledge(&mut self.port, from, message, *id, cx);
            }
            (Type::CONNECTION_REJECT, _) => {
                if self.port.settle(from, cx, |flight| flight.name == "ConnectionRequest").is_some() {
                    self.run.done(cx.now);
                }
            }
            _ if self.is_out => self.port.unhear(from),
            (kind, options) => {
                if kind == Type::USER_LIST_RESPONSE
                    && self.port.settle(from, cx, |flight| flight.name == "UserListRequest").is_some()
                {
                    self.run.done(cx.now);
                }
                // An acknowledgement first, whatever follows from the message.
                acknowledge(&mut self.port, from, message, own, cx);
                match (kind, options) {
                    (Type::USER_LIST_RESPONSE | Type::UPDATE_LIST, Options::Rows(rows)) => {
                        for row in rows {
                            let name = unpadded(row.name).to_vec();
                            let address = SocketAddrV4::new(row.address, row.port);
                            self.users.insert(row.client, Entry { name, group: row.group, address });
                        }
                    }
                    (Type::UPDATE_DISCONNECTION, Options::Client(id)) => {
                        if let Some(entry) = self.users.remove(id) {
                            self.port.abandon(Peer::Datagrams(SocketAddr::V4(entry.address)));
                        }
                    }
                    (Type::GROUP_CREATION_ACCEPT, Options::Group { mode, group, .. }) => {
                        self.creating = false;
                        self.group = Some(Group { id: *group, decentralized: mode.set });
                    }
                    (Type::GROUP_CREATION_REJECT, _) => self.creating = false,
                    (Type::GROUP_DISSOLUTION, _) => {
                        self.group = self.group.filter(|group| group.id != header.group);
                        self.ended = Some(header.group);
                        self.too_late(header.group, cx);
                    }
                    (Type::GROUP_INVITATION_REQUEST, Options::Group { mode, group, .. }) => {
                        self.invited(Group { id: *group, decentralized: mode.set }, cx);
                    }
                    _ => {}
                }
            }
        }
    }

    fn invited(&mut self, group: Group, cx: &mut Cx<'_>) {
        // Who is leaving the service has left when its answer would come.
        let leaves = self.port.is_saying(self.server, "DisconnectionRequest");
        if leaves || self.reply == Reply::Ignore || cx.meddler.decide("invitation", cx.cause) {
            return;
        }
        let moving = self.creating
            || self
                .port
                .flights(self.server)
                .any(|flight| !matches!(flight.name, "DataMessage" | "UserListRequest" | "GroupInvitationRequest"));
        let accepts = self.reply == Reply::Accept && !moving;
        if accepts {
            self.ended = None;
        }
        self.answer(group, accepts, cx);
    }

    fn answer(&mut self, group: Group, accepts: bool, cx: &mut Cx<'_>) {
        let kind = if accepts { Type::GROUP_INVITATION_ACCEPT } else { Type::GROUP_INVITATION_REJECT };
        let own = self.id.unwrap_or(0);
        let options =
            Options::Group { mode: Flag::decentralized(group.decentralized), group: group.id, client: Some(own) };
        let bytes = emit(&Message::new(kind, 0, own, 0, options), self.order);
        let form = Form::new(Class::Request, name(kind), Count::Own).expecting().tag(group.tag());
        post(&mut self.port, self.server, form, bytes, cx);
    }

    /// A group is no more: its acceptance that still waits for its turn is not meant any more.
    fn too_late(&mut self, id: u8, cx: &mut Cx<'_>) {
        let kinds = [false, true].map(|decentralized| Group { id, decentralized });
        for group in kinds {
            let accepts = |name: &str, tag: u32| name == "GroupInvitationAccept" && tag == group.tag();
            if self.port.outdate(self.server, accepts) {
                self.answer(group, false, cx);
            }
        }
    }

    fn acknowledged(&mut self, kind: Type, from: Peer, flight: &Flight, cx: &mut Cx<'_>) {
        match kind {
            Type::GROUP_INVITATION_ACCEPT => {
                let id = u8::try_from(flight.tag >> 8 & 0xFF).unwrap_or(0);
                // It may have ended before its acceptance came through: then it is in none, not where it was before.
                let group = Group { id, decentralized: flight.tag >> 16 == 1 };
                self.group = (self.ended != Some(id)).then_some(group);
            }
            Type::GROUP_CREATION_REQUEST => self.creating = true,
            Type::GROUP_DISJOINT_REQUEST => self.group = None,
            Type::DISCONNECTION_REQUEST => {
                self.is_out = true;
                self.id = None;
                self.group = None;
                self.port.abandon(from);
            }
            _ => {}
        }
        if flight.tag & 1 == 1 {
            self.run.done(cx.now);
        }
    }
}

impl Scripted for Client {
    fn runner(&mut self) -> &mut Runner {
        &mut self.run
    }

    fn perform(&mut self, step: &Step, cx: &mut Cx<'_>) -> Progress {
        let id = match (step, self.id) {
            (Step::Login(user), None) => {
                let field = padded(user.as_bytes());
                return self.ask(&Message::new(Type::CONNECTION_REQUEST, 0, 0, 0, Options::Username(&field)), cx);
            }
            (Step::Answer(reply), _) => {
                self.reply = *reply;
                return Progress::Over;
            }
            (_, Some(id)) => id,
            _ => return Progress::Over,
        };
        match (step, self.group) {
            (Step::List, _) => {
                self.listed = Some(cx.now);
                self.ask(&Message::new(Type::USER_LIST_REQUEST, 0, id, PUBLIC, Options::None), cx)
            }
            (Step::Say(text), Some(group)) if group.decentralized => {
                let members: Vec<SocketAddrV4> = self
                    .users
                    .iter()
                    .filter(|(other, entry)| **other != id && entry.group == group.id)
                    .map(|(_, entry)| entry.address)
                    .filter(|address| !address.ip().is_unspecified() && SocketAddr::V4(*address) != self.own)
                    .collect();
                for address in members {
                    let bytes = emit(&Message::data(0, id, group.id, text.as_bytes()), self.order);
                    let form = Form::new(Class::Relay, "DataMessage", Count::Own).expecting();
                    post(&mut self.port, Peer::Datagrams(SocketAddr::V4(address)), form, bytes, cx);
                }
                Progress::Over
            }
            (Step::Say(text), group) => {
                let group = group.map_or(PUBLIC, |group| group.id);
                self.ask(&Message::data(0, id, group, text.as_bytes()), cx)
            }
            (Step::Create { decentralized, users }, _) if !self.creating => {
                let invited: Vec<u8> = users.iter().filter_map(|user| self.with_name(user)).collect();
                if invited.is_empty() {
                    return Progress::Over;
                }
                self.creating = true;
                let options = Options::Creation { mode: Flag::decentralized(*decentralized), invited: &invited };
                self.ask(&Message::new(Type::GROUP_CREATION_REQUEST, 0, id, 0, options), cx)
            }
            (Step::Invite(user), Some(group)) => {
                let Some(invited) = self.with_name(user) else { return Progress::Over };
                let mode = Flag::decentralized(group.decentralized);
                let options = Options::Group { mode, group: group.id, client: Some(invited) };
                self.ask(&Message::new(Type::GROUP_INVITATION_REQUEST, 0, id, 0, options), cx)
            }
            (Step::Leave, Some(_)) => {
                self.ask(&Message::new(Type::GROUP_DISJOINT_REQUEST, 0, id, 0, Options::None), cx)
            }
            (Step::Logout, _) => self.ask(&Message::new(Type::DISCONNECTION_REQUEST, 0, id, 0, Options::None), cx),
            _ => Progress::Over,
        }
    }

    fn holds(&self, event: Event) -> bool {
        match event {
            Event::Inside => self.group.is_some(),
            Event::Outside => self.group.is_none() && !self.creating,
            Event::Private | Event::Alone => false,
        }
    }

    fn is_occupied(&self) -> bool {
        self.port.is_waiting(self.server)
            || self.users.values().any(|entry| self.port.is_waiting(Peer::Datagrams(SocketAddr::V4(entry.address))))
    }

    fn choices(&mut self) -> Vec<Step> {
        if self.id.is_none() {
            return vec![Step::Login(self.run.name.clone())];
        }
        let text = self.run.text();
        let mut choices = vec![Step::Say(text.clone()), Step::Say(text)];
        // One bit tells two requests of the same bytes apart only if time does not make them look like copies.
        if self.listed.is_none_or(|at| self.run.at().since(at) > Duration::from_millis(1500)) {
            choices.push(Step::List);
        }
        let Some(other) = self.run.other() else { return choices };
        match self.group {
            Some(_) => choices.extend([Step::Invite(other), Step::Leave]),
            None if !self.creating => {
                choices.push(Step::Create { decentralized: self.run.rng.chance(0.4), users: vec![other] })
            }
            None => {}
        }
        choices
    }
}

impl Machine for Client {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        if self.run.is_dead() {
            return;
        }
        if let Input::Bytes { from, bytes } = input {
            let is_over = self.is_out && self.run.is_done();
            if let Some(message) = parse(bytes, self.order).filter(|_| !is_over)
                && (message.header.acknowledgement || self.port.hear(from, bytes, false, cx))
            {
                self.heard(from, &message, cx);
            }
        }
        for (_, flight) in self.port.tick(cx) {
            if flight.tag & 1 == 1 {
                self.run.done(cx.now);
            }
        }
        advance(self, cx);
        if self.run.is_dead() {
            self.port.forget(self.server);
        }
    }

    fn next_wake(&self) -> Option<Time> {
        if self.run.is_dead() { None } else { self.port.next_wake().into_iter().chain(self.run.next_wake()).min() }
    }

    fn is_done(&self) -> bool {
        self.run.is_dead() || (self.run.is_done() && !self.port.is_waiting(self.server))
    }
}
