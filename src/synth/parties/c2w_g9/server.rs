//! c2w's server, as Group 9 wrote it.

use super::{emit, manner, next_message, text};
use crate::bytes::Time;
use crate::protocol::{Actor, Sender};
use crate::protocols::c2w_g9::wire::{Data, Message, Movie, Parsed, User, client, parse, server, status};
use crate::synth::machine::{Cx, Input, Machine, Output, Peer};
use crate::synth::parties::{Form, Setting, post};
use crate::synth::port::{Class, Count, Flight, Port};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

#[derive(Clone, Debug)]
struct Member {
    name: String,
    room: Option<String>,
    partner: Option<Peer>,
    /// Who is told that it leaves the private chat, and the number of its request.
    leaving: Option<(Peer, u16, u64)>,
    /// Whose message it is that this one has to acknowledge, and under which number.
    awaited: Vec<(u64, Peer, u16, u64)>,
}

/// The server.
pub struct Server {
    port: Port,
    members: BTreeMap<Peer, Member>,
    buffers: BTreeMap<Peer, Vec<u8>>,
}

/// After so long what a client said last does not come again: of no message more copies are lost.
const COPIES: Duration = Duration::from_secs(7);

const MOVIES: [(&str, [u8; 4], u16, usize); 3] = [
    ("Alien", [224, 1, 2, 3], 5004, 100),
    ("Brazil", [224, 1, 2, 4], 5006, 100),
    // There is room for one.
    ("Cube", [224, 1, 2, 5], 5008, 1),
];

impl Server {
    pub(in crate::synth::parties) fn new(setting: &Setting) -> Server {
        Server { port: Port::new(manner(setting), Actor::Server), members: BTreeMap::new(), buffers: BTreeMap::new() }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one message")]
    fn answer(
        &mut self,
        to: Peer,
        number: u16,
        code: u8,
        name: &'static str,
        data: Data<'_>,
        expects: bool,
        cx: &mut Cx<'_>,
    ) {
        let form = Form { expects, ..Form::new(Class::Answer, name, Count::Of(number)) };
        post(&mut self.port, to, form, emit(code, data), cx);
    }

    fn push(&mut self, to: Peer, class: Class, code: u8, name: &'static str, data: Data<'_>, cx: &mut Cx<'_>) -> u64 {
        post(&mut self.port, to, Form::new(class, name, Count::Own).expecting(), emit(code, data), cx)
    }

    fn named(&self, name: &str) -> Option<Peer> {
        self.members.iter().find(|(_, member)| member.name == name).map(|(peer, _)| *peer)
    }

    fn all_users(&self) -> Vec<(bool, String)> {
        let mut users: Vec<_> =
            self.members.values().map(|member| (member.room.is_none(), member.name.clone())).collect();
        // A name that was granted twice is one name.
        users.sort_by(|one, other| one.1.cmp(&other.1));
        users.dedup_by(|one, other| one.1 == other.1);
        users
    }

    fn in_room(&self, room: &str) -> Vec<(bool, String)> {
        let inside = self.members.values().filter(|member| member.room.as_deref() == Some(room));
        inside.map(|member| (true, member.name.clone())).collect()
    }

    /// Everybody in the main room learns of a change, but for the one who made it.
    fn main_list(&mut self, but: Peer, cx: &mut Cx<'_>) {
        let users = self.all_users();
        let members = &self.members;
        self.port.rewrite(|peer, name| match name {
            "sendMainRoomUserList" => Some(emit(server::SEND_MAIN_ROOM_USER_LIST, list(&users))),
            "sendMovieRoomUserList" => {
                let room = members.get(&peer)?.room.as_ref()?;
                let inside = members.values().filter(|member| member.room.as_ref() == Some(room));
                let inside: Vec<_> = inside.map(|member| (true, member.name.clone())).collect();
                Some(emit(server::SEND_MOVIE_ROOM_USER_LIST, list(&inside)))
            }
            _ => None,
        });
        let to: Vec<Peer> = self
            .members
            .iter()
            .filter(|(peer, member)| **peer != but && member.room.is_none())
            .map(|(peer, _)| *peer)
            .collect();
        for peer in to {
            let data = list(&users);
            self.push(peer, Class::Notice, server::SEND_MAIN_ROOM_USER_LIST, "sendMainRoomUserList", data, cx);
        }
    }

    fn room_list(&mut self, room: &str, but: Peer, cx: &mut Cx<'_>) {
        let users = self.in_room(room);
        let to: Vec<Peer> = self
            .members
            .iter()
            .filter(|(peer, member)| **peer != but && member.room.as_deref() == Some(room))
            .map(|(peer, _)| *peer)
            .collect();
        for peer in to {
            let data = list(&users);
            self.push(peer, Class::Notice, server::SEND_MOVIE_ROOM_USER_LIST, "sendMovieRoomUserList", data, cx);
        }
    }

    fn request(&mut self, from: Peer, parsed: &Parsed<'_>, cx: &mut Cx<'_>) {
        let message = &parsed.message;
        let number = u16::from(message.sequence);
        if message.code == client::LOGIN_REQUEST {
            return self.login(from, number, text(&message.data), cx);
        }
        let Some(member) = self.members.get(&from).cloned() else { return };
        match message.code {
            client::MOVIE_LIST_REQUEST => {
                let movies = MOVIES.iter().map(|(name, address, port, _)| Movie {
                    address: Ipv4Addr::from(*address),
                    port: *port,
                    name: name.as_bytes(),
                });
                let data = Data::Movies(movies.collect());
                self.answer(from, number, server::MOVIE_LIST_RESPONSE, "movieListResponse", data, false, cx);
            }
            client::MAIN_ROOM_USER_LIST_REQUEST if member.room.is_none() => {
                let users = self.all_users();
                let data = list(&users);
                self.answer(from, number, server::SEND_MAIN_ROOM_USER_LIST, "sendMainRoomUserList", data, true, cx);
            }
            client::MOVIE_ROOM_USER_LIST_REQUEST => {
                let Some(room) = member.room else { return };
                let users = self.in_room(&room);
                let data = list(&users);
                self.answer(from, number, server::SEND_MOVIE_ROOM_USER_LIST, "sendMovieRoomUserList", data, true, cx);
            }
            client::SEND_MSG_IN_MAIN_ROOM | client::SEND_MSG_IN_MOVIE_ROOM => {
                self.say(from, &member, message, number, cx)
            }
            client::SEND_MSG_IN_PRIVATE_ROOM => {
                let Some(partner) = member.partner.filter(|partner| self.members.contains_key(partner)) else {
                    return self.answer(from, number, server::MSG_RECEIVED, "msgReceived", Data::Empty, false, cx);
                };
                let data = Data::Text(text(&message.data));
                let wrong = cx
                    .meddler
                    .decide("audience", cx.cause)
                    .then(|| self.members.keys().copied().find(|peer| *peer != from && *peer != partner));
                let code = server::SEND_MSG_IN_PRIVATE_ROOM;
                if let Some(Some(third)) = wrong {
                    self.push(third, Class::Relay, code, "sendMsgInPrivateRoom", data.clone(), cx);
                }
                let token = self.push(partner, Class::Relay, code, "sendMsgInPrivateRoom", data, cx);
                let mark = self.port.mark(from);
                if let Some(other) = self.members.get_mut(&partner) {
                    other.awaited.push((token, from, number, mark));
                }
            }
            client::PRIVATE_CHAT_REQUEST => self.private(from, &member, text(&message.data), number, cx),
            client::MOVIE_REQUEST if member.room.is_none() => self.enter(from, text(&message.data), number, cx),
            client::LEAVE_MOVIE_ROOM_REQUEST => {
                let Some(room) = member.room else { return };
                if let Some(member) = self.members.get_mut(&from) {
                    member.room = None;
                }
                self.port.unqueue(from, |name| name == "sendMsgInMovieRoom");
                self.port.outdate(from, |name, _| name == "sendMovieRoomUserList");
                let code = server::REMOVED_FROM_MOVIE_ROOM;
                self.answer(from, number, code, "removedFromMovieRoom", Data::Empty, false, cx);
                self.room_list(&room, from, cx);
                self.main_list(from, cx);
            }
            client::LEAVE_MAIN_ROOM_REQUEST if member.room.is_none() => {
                let code = server::DISCONNECT_SUCCESS;
                self.answer(from, number, code, "disconnectSuccess", Data::Empty, false, cx);
                self.port.abandon(from);
                self.remove(from, cx);
            }
            client::LEAVE_PRIVATE_ROOM_REQUEST => self.leave_private(from, &member, number, cx),
            _ => {}
        }
    }

    fn login(&mut self, from: Peer, number: u16, name: &[u8], cx: &mut Cx<'_>) {
        if self.members.contains_key(&from) {
            return;
        }
        let name = String::from_utf8_lossy(name).into_owned();
        let taken = self.named(&name).is_some();
        let ghost = taken && cx.meddler.decide("name", cx.cause);
        let granted = !taken || ghost;
        let code = if granted { status::LOGIN_SUCCESS } else { status::USERNAME_EXIST };
        self.answer(from, number, server::LOGIN_RESPONSE, "loginResponse", Data::Status(code), false, cx);
        if !granted {
            return;
        }
        let member = Member { name, room: None, partner: None, leaving: None, awaited: Vec::new() };
        self.members.insert(from, member);
        self.main_list(from, cx);
    }

    fn say(&mut self, from: Peer, member: &Member, message: &Message<'_>, number: u16, cx: &mut Cx<'_>) {
        let main = message.code == client::SEND_MSG_IN_MAIN_ROOM;
        if main != member.room.is_none() {
            return;
        }
        let (code, name) = if main {
            (server::SEND_MSG_IN_MAIN_ROOM, "sendMsgInMainRoom")
        } else {
            (server::SEND_MSG_IN_MOVIE_ROOM, "sendMsgInMovieRoom")
        };
        let data = Data::Text(text(&message.data));
        self.answer(from, number, code, name, data.clone(), true, cx);
        let mut to: Vec<Peer> = self
            .members
            .iter()
            .filter(|(peer, other)| **peer != from && other.room == member.room)
            .map(|(peer, _)| *peer)
            .collect();
        let stranger = self.members.iter().find(|(_, other)| other.room != member.room).map(|(peer, _)| *peer);
        if let Some(stranger) = stranger
            && cx.meddler.decide("audience", cx.cause)
        {
            to.insert(0, stranger);
        }
        for peer in to {
            self.push(peer, Class::Relay, code, name, data.clone(), cx);
        }
    }

    fn private(&mut self, from: Peer, member: &Member, user: &[u8], number: u16, cx: &mut Cx<'_>) {
        let user = String::from_utf8_lossy(user).into_owned();
        // A chat that is being left is not over yet.
        let is_left = |peer: &Peer| {
            self.members.values().any(|member| member.leaving.is_some_and(|(partner, ..)| partner == *peer))
        };
        let free = |peer: &Peer| {
            let is_idle = |member: &Member| member.partner.is_none() && member.leaving.is_none();
            self.members.get(peer).is_some_and(is_idle) && !is_left(peer)
        };
        let partner = self.named(&user).filter(|peer| *peer != from && free(peer) && free(&from));
        let code = server::PRIVATE_CHAT_RESPONSE;
        let Some(partner) = partner else {
            let data = Data::Status(status::PRIVATE_ROOM_UNAVAILABLE);
            return self.answer(from, number, code, "privateChatResponse", data, false, cx);
        };
        for (one, other) in [(from, partner), (partner, from)] {
            if let Some(member) = self.members.get_mut(&one) {
                member.partner = Some(other);
            }
        }
        let data = Data::Name(member.name.as_bytes());
        self.push(partner, Class::Relay, server::PRIVATE_CHAT_REQUEST, "privateChatRequest", data, cx);
        let data = Data::Status(status::PRIVATE_ROOM_AVAILABLE);
        self.answer(from, number, code, "privateChatResponse", data, true, cx);
    }

    fn enter(&mut self, from: Peer, room: &[u8], number: u16, cx: &mut Cx<'_>) {
        let room = String::from_utf8_lossy(room).into_owned();
        let seats = MOVIES.iter().find(|(name, ..)| *name == room).map_or(0, |(.., seats)| *seats);
        let code = if self.in_room(&room).len() < seats { status::MOVIE_JOIN_SUCCESS } else { status::USER_FULL };
        self.answer(from, number, server::MOVIE_RESPONSE, "movieResponse", Data::Status(code), false, cx);
        if code == status::USER_FULL {
            return;
        }
        if let Some(member) = self.members.get_mut(&from) {
            member.room = Some(room.clone());
        }
        self.port.unqueue(from, |name| name == "sendMsgInMainRoom");
        self.port.outdate(from, |name, _| name == "sendMainRoomUserList");
        self.room_list(&room, from, cx);
        self.main_list(from, cx);
    }

    fn leave_private(&mut self, from: Peer, member: &Member, number: u16, cx: &mut Cx<'_>) {
        let Some(partner) = member.partner else {
            return self.release(from, number, cx);
        };
        let mark = self.port.mark(from);
        if let Some(member) = self.members.get_mut(&from) {
            member.leaving = Some((partner, number, mark));
            member.partner = None;
        }
        if let Some(other) = self.members.get_mut(&partner) {
            other.partner = None;
            self.part(partner, cx);
        } else {
            self.release(from, number, cx);
        }
    }

    fn part(&mut self, partner: Peer, cx: &mut Cx<'_>) {
        let code = server::LEAVE_PRIVATE_ROOM_REQUEST;
        self.push(partner, Class::Relay, code, "leavePrivateRoomRequest", Data::Empty, cx);
    }

    fn release(&mut self, to: Peer, number: u16, cx: &mut Cx<'_>) {
        let code = server::PRIVATE_ROOM_RELEASED;
        self.answer(to, number, code, "privateRoomReleased", Data::Empty, false, cx);
    }

    /// Whoever asked to leave is released with the partner.
    fn release_partner(&mut self, partner: Peer, cx: &mut Cx<'_>) {
        let leaving = self.members.iter_mut().find_map(|(peer, member)| {
            member.leaving.take_if(|(told, ..)| *told == partner).map(|(_, number, mark)| (*peer, number, mark))
        });
        if let Some((peer, asked, mark)) = leaving {
            self.port.resume(peer, mark);
            self.release(peer, asked, cx);
        }
    }

    fn remove(&mut self, peer: Peer, cx: &mut Cx<'_>) {
        let Some(member) = self.members.remove(&peer) else { return };
        self.release_partner(peer, cx);
        if let Some(partner) = member.partner
            && let Some(other) = self.members.get_mut(&partner)
        {
            other.partner = None;
            self.part(partner, cx);
        }
        for (_, author, number, mark) in member.awaited {
            self.port.resume(author, mark);
            self.answer(author, number, server::MSG_RECEIVED, "msgReceived", Data::Empty, false, cx);
        }
        if let Some(room) = member.room {
            self.room_list(&room, peer, cx);
        }
        self.main_list(peer, cx);
    }

    /// Whether it was an answer to something of the server's.
    fn answered(&mut self, from: Peer, message: &Message<'_>, cx: &mut Cx<'_>) -> bool {
        let counts = self.port.manner().answers_count;
        let number = u16::from(message.sequence);
        let code = message.code;
        let fits = |flight: &Flight| {
            let kind = match code {
                client::USER_LIST_RECEIVED => matches!(flight.name, "sendMainRoomUserList" | "sendMovieRoomUserList"),
                client::MSG_RECEIVED => flight.name.starts_with("sendMsg"),
                client::PRIVATE_CHAT_STARTED => flight.name.starts_with("privateChat"),
                client::LEAVE_PRIVATE_ROOM_REQUEST => flight.name == "leavePrivateRoomRequest",
                _ => false,
            };
            kind && (counts || flight.number == number)
        };
        let Some(flight) = self.port.settle(from, cx, fits) else { return false };
        if flight.name == "sendMsgInPrivateRoom"
            && let Some(member) = self.members.get_mut(&from)
            && let Some(index) = member.awaited.iter().position(|(token, ..)| *token == flight.token)
        {
            let (_, author, number, mark) = member.awaited.remove(index);
            if self.members.contains_key(&author) {
                self.port.resume(author, mark);
                self.answer(author, number, server::MSG_RECEIVED, "msgReceived", Data::Empty, false, cx);
            }
        }
        if flight.name == "leavePrivateRoomRequest" {
            self.release_partner(from, cx);
            self.release(from, number, cx);
        }
        true
    }

    /// A client counts its own requests, and repeats the server's number where it answers: the same bytes may have ended
    /// an earlier private chat. Who knows that it is in a new one has left that one for good.
    fn leaves_another(&self, from: Peer, bytes: &[u8], cx: &Cx<'_>) -> bool {
        let in_one = self.members.get(&from).is_some_and(|member| member.partner.is_some());
        let knows = !self.port.flights(from).any(|flight| flight.name.starts_with("privateChat"));
        let heard = self.port.heard_at(from, bytes).map(|at| cx.now.since(at));
        let at_once = heard.is_some_and(|ago| ago < Duration::from_millis(300));
        let is_copy_no_more = heard.is_some_and(|ago| ago > COPIES);
        in_one && (knows && !at_once || is_copy_no_more)
    }

    fn message(&mut self, from: Peer, bytes: &[u8], cx: &mut Cx<'_>) {
        let Ok(parsed) = parse(bytes, Sender::Client) else { return };
        let code = parsed.message.code;
        let acknowledges =
            matches!(code, client::USER_LIST_RECEIVED | client::MSG_RECEIVED | client::PRIVATE_CHAT_STARTED);
        let number = u16::from(parsed.message.sequence);
        let awaited = code == client::LEAVE_PRIVATE_ROOM_REQUEST
            && (self.leaves_another(from, bytes, cx)
                || self
                    .port
                    .flights(from)
                    .any(|flight| flight.name == "leavePrivateRoomRequest" && flight.number == number));
        // Where acknowledgements count too, one that comes twice acknowledges once.
        let counts = self.port.manner().answers_count;
        if (!acknowledges || counts) && !self.port.hear(from, bytes, awaited, cx) {
            return;
        }
        if !self.answered(from, &parsed.message, cx) {
            self.request(from, &parsed, cx);
        }
    }
}

fn list(users: &[(bool, String)]) -> Data<'_> {
    Data::Users(users.iter().map(|(available, name)| User { available: *available, name: name.as_bytes() }).collect())
}

impl Machine for Server {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        match input {
            Input::Bytes { from: from @ Peer::Datagrams(SocketAddr::V4(_) | SocketAddr::V6(_)), bytes } => {
                self.message(from, bytes, cx);
            }
            Input::Bytes { from, bytes } => {
                let mut buffer = self.buffers.remove(&from).unwrap_or_default();
                buffer.extend_from_slice(bytes);
                while let Some(message) = next_message(&mut buffer) {
                    self.message(from, &message, cx);
                }
                self.buffers.insert(from, buffer);
            }
            Input::Closed { stream } => {
                let peer = Peer::Stream(stream);
                self.remove(peer, cx);
                self.port.forget(peer);
                self.buffers.remove(&peer);
                cx.out.push(Output::Close { stream });
            }
            _ => {}
        }
        self.port.tick(cx);
    }

    fn next_wake(&self) -> Option<Time> {
        self.port.next_wake()
    }

    fn is_done(&self) -> bool {
        true
    }
}
