//! c2w's client, as Group 9 wrote it.

use super::{emit, is_answer, manner, next_message, text};
use crate::bytes::Time;
use crate::protocol::{Actor, Sender, Transport};
use crate::protocols::c2w_g9::wire::{Data, HEADER, Message, Parsed, client, parse, server, status};
use crate::synth::machine::{Cx, Input, Machine, Output, Peer};
use crate::synth::parties::{Cast, Form, Setting, post};
use crate::synth::port::{Class, Count, Flight, Port};
use crate::synth::script::{Event, Progress, Runner, Scripted, Step, advance};
use std::time::Duration;

/// After so long what it sends is no copy.
const REPEATS: Duration = Duration::from_secs(8);

/// A client.
pub struct Client {
    port: Port,
    run: Runner,
    setting: Setting,
    server: Option<Peer>,
    streams: u32,
    buffer: Vec<u8>,
    is_in: bool,
    room: Option<String>,
    private: bool,
    /// How often it tried to leave what it has to leave first.
    partings: u32,
    /// How often it stayed on until the end of its private chat is confirmed.
    lingers: u32,
    /// When it last answered the server that a private chat ends, and under which number.
    parted: Option<(u16, Time)>,
    /// It has asked for something before.
    tried: bool,
    /// What it asks for while its connection opens.
    login: Option<String>,
    wish: String,
}

impl Client {
    pub(in crate::synth::parties) fn new(setting: &Setting, cast: Cast) -> Client {
        let server = (setting.transport == Transport::Udp).then_some(Peer::Datagrams(setting.server));
        Client {
            port: Port::new(manner(setting), Actor::Client),
            run: cast.runner(setting.start),
            setting: setting.clone(),
            server,
            streams: 0,
            buffer: Vec::new(),
            is_in: false,
            room: None,
            private: false,
            partings: 0,
            lingers: 0,
            parted: None,
            tried: false,
            login: None,
            wish: String::new(),
        }
    }

    fn ask(&mut self, code: u8, name: &'static str, data: Data<'_>, cx: &mut Cx<'_>) -> Progress {
        let Some(server) = self.server else { return Progress::Over };
        let form = Form::new(Class::Request, name, Count::Own).expecting().tag(1 | u32::from(self.tried) << 2);
        self.tried = true;
        post(&mut self.port, server, form, emit(code, data), cx);
        Progress::Busy
    }

    fn ack(&mut self, code: u8, name: &'static str, number: u8, cx: &mut Cx<'_>) {
        if let Some(server) = self.server {
            let form = Form::new(Class::Ack, name, Count::Of(number.into()));
            post(&mut self.port, server, form, emit(code, Data::Empty), cx);
        }
    }

    /// What waits in line for its turn, and is not allowed where it is now.
    fn outdate(&mut self, names: &[&str]) {
        if let Some(peer) = self.server {
            self.port.outdate(peer, |name, _| names.contains(&name));
        }
    }

    /// Whether the end of a private chat is not confirmed yet.
    fn is_parting(&self) -> bool {
        let parts = |flight: &Flight| flight.name == "leavePrivateRoomRequest";
        self.server.is_some_and(|peer| self.port.flights(peer).any(parts))
    }

    /// Whether a request to leave a private chat would look like its latest answer to the server's, sent again.
    fn would_repeat(&self, now: Time) -> bool {
        let (Some(peer), Some((number, at))) = (self.server, self.parted) else { return false };
        // Others may be sent before it.
        number.wrapping_sub(self.port.next_to(peer)) & 0xFF < 3 && now < at.plus(REPEATS)
    }

    /// Whether something that is in flight is answered by this.
    fn awaits(&self, parsed: &Parsed<'_>) -> bool {
        let counts = self.port.manner().answers_count;
        self.server.is_some_and(|peer| self.port.flights(peer).any(|flight| fits(flight, parsed, counts)))
    }

    fn heard(&mut self, parsed: &Parsed<'_>, cx: &mut Cx<'_>) {
        let Some(peer) = self.server else { return };
        let message = &parsed.message;
        let (number, code) = (message.sequence, message.code);
        let counts = self.port.manner().answers_count;
        // What waits in line, and is not allowed any more then, is not sent in place of what is answered.
        let asked = self.port.flights(peer).find(|flight| fits(flight, parsed, counts)).map(|flight| flight.name);
        match (asked, &message.data) {
            (Some("movieRequest"), Data::Status(status::MOVIE_JOIN_SUCCESS)) => {
                self.outdate(&["mainRoomUserListRequest", "sendMsgInMainRoom", "movieRequest"]);
            }
            (Some("leaveMovieRoomRequest"), _) => {
                self.outdate(&["movieRoomUserListRequest", "sendMsgInMovieRoom", "leaveMovieRoomRequest"]);
            }
            _ => {}
        }
        let answered = self.port.settle(peer, cx, |flight| fits(flight, parsed, counts));
        if let Some(flight) = &answered {
            self.answered(flight, message, cx);
            if flight.tag & 1 == 1 {
                self.run.done(cx.now);
            }
        }
        if !self.is_in {
            return self.port.unhear(peer);
        }
        match code {
            server::SEND_MAIN_ROOM_USER_LIST | server::SEND_MOVIE_ROOM_USER_LIST => {
                self.ack(client::USER_LIST_RECEIVED, "userListReceived", number, cx);
            }
            server::SEND_MSG_IN_MAIN_ROOM | server::SEND_MSG_IN_MOVIE_ROOM | server::SEND_MSG_IN_PRIVATE_ROOM => {
                self.ack(client::MSG_RECEIVED, "msgReceived", number, cx);
            }
            server::PRIVATE_CHAT_REQUEST => {
                self.private = true;
                // Who is offered a new one has left the one before: what it said of that came through. On a connection the
                // answer would have come first: there it ends the new one.
                if matches!(peer, Peer::Datagrams(_)) {
                    self.port.drop_where(peer, |name, _| name == "leavePrivateRoomRequest", cx);
                }
                self.ack(client::PRIVATE_CHAT_STARTED, "privateChatStarted", number, cx);
            }
            server::PRIVATE_CHAT_RESPONSE if matches!(message.data, Data::Status(status::PRIVATE_ROOM_AVAILABLE)) => {
                self.private = true;
                self.ack(client::PRIVATE_CHAT_STARTED, "privateChatStarted", number, cx);
            }
            server::LEAVE_PRIVATE_ROOM_REQUEST => {
                self.private = false;
                // Its own request comes first: it answers too, or the server asks again. Two at a time would be taken for one
                // where only order pairs, and one of them might come when there is a new chat already.
                if matches!(peer, Peer::Datagrams(_)) && self.is_parting() {
                    return self.port.unhear(peer);
                }
                self.parted = Some((number.into(), cx.now));
                let form = Form::new(Class::Answer, "leavePrivateRoomRequest", Count::Of(number.into())).expecting();
                let bytes = emit(client::LEAVE_PRIVATE_ROOM_REQUEST, Data::Empty);
                post(&mut self.port, peer, form, bytes, cx);
            }
            _ => {}
        }
    }

    fn answered(&mut self, flight: &Flight, message: &Message<'_>, cx: &mut Cx<'_>) {
        match (flight.name, &message.data) {
            ("loginRequest", Data::Status(status::LOGIN_SUCCESS)) => self.is_in = true,
            ("movieRequest", Data::Status(status::MOVIE_JOIN_SUCCESS)) => {
                self.room = Some(self.wish.clone());
            }
            ("leaveMovieRoomRequest", _) => self.room = None,
            ("leavePrivateRoomRequest", _) => {
                self.private = false;
                if let Some((number, at)) = &mut self.parted
                    && *number == flight.number
                {
                    // It may have been sent again until now.
                    *at = cx.now;
                }
            }
            ("leaveMainRoomRequest", _) => {
                self.is_in = false;
                self.private = false;
                if let Some(Peer::Stream(stream)) = self.server {
                    cx.out.push(Output::Close { stream });
                    self.server = None;
                } else if let Some(peer) = self.server {
                    self.port.abandon(peer);
                }
            }
            _ => {}
        }
    }
}

/// Whether a message of the server answers one of the client.
fn fits(flight: &Flight, parsed: &Parsed<'_>, counts: bool) -> bool {
    let message = &parsed.message;
    // A chat message that comes back to its author repeats it; anybody else's is a relay.
    let said = !flight.name.starts_with("sendMsgInM") || flight.bytes.get(HEADER..) == Some(text(&message.data));
    is_answer(flight.name, message.code, parsed.length == 0)
        && (counts || flight.number == u16::from(message.sequence))
        && said
}

impl Scripted for Client {
    fn runner(&mut self) -> &mut Runner {
        &mut self.run
    }

    fn perform(&mut self, step: &Step, cx: &mut Cx<'_>) -> Progress {
        match step {
            Step::Login(name) if !self.is_in => {
                if self.server.is_none() {
                    self.streams += 1;
                    self.buffer.clear();
                    self.login = Some(name.clone());
                    cx.out.push(Output::Connect { stream: self.streams, to: self.setting.server });
                    return Progress::Busy;
                }
                self.ask(client::LOGIN_REQUEST, "loginRequest", Data::Name(name.as_bytes()), cx)
            }
            _ if !self.is_in => Progress::Over,
            Step::List if self.room.is_none() => {
                self.ask(client::MAIN_ROOM_USER_LIST_REQUEST, "mainRoomUserListRequest", Data::Empty, cx)
            }
            Step::Movies => self.ask(client::MOVIE_LIST_REQUEST, "movieListRequest", Data::Empty, cx),
            Step::RoomList => {
                let Some(room) = self.room.clone() else { return Progress::Over };
                let data = Data::Name(room.as_bytes());
                self.ask(client::MOVIE_ROOM_USER_LIST_REQUEST, "movieRoomUserListRequest", data, cx)
            }
            Step::Say(text) => {
                let data = Data::Text(text.as_bytes());
                match self.room {
                    None => self.ask(client::SEND_MSG_IN_MAIN_ROOM, "sendMsgInMainRoom", data, cx),
                    Some(_) => self.ask(client::SEND_MSG_IN_MOVIE_ROOM, "sendMsgInMovieRoom", data, cx),
                }
            }
            Step::Tell(_, text) if self.private => {
                let data = Data::Text(text.as_bytes());
                self.ask(client::SEND_MSG_IN_PRIVATE_ROOM, "sendMsgInPrivateRoom", data, cx)
            }
            Step::Private(user) => {
                self.ask(client::PRIVATE_CHAT_REQUEST, "privateChatRequest", Data::Name(user.as_bytes()), cx)
            }
            Step::Close if self.private && self.lingers < 10 && (self.is_parting() || self.would_repeat(cx.now)) => {
                self.lingers += 1;
                self.run.again(Step::Close);
                self.run.again(Step::Wait(REPEATS));
                Progress::Over
            }
            Step::Close if self.private => {
                self.ask(client::LEAVE_PRIVATE_ROOM_REQUEST, "leavePrivateRoomRequest", Data::Empty, cx)
            }
            Step::Enter(room) if self.room.is_none() => {
                self.wish.clone_from(room);
                self.ask(client::MOVIE_REQUEST, "movieRequest", Data::Name(room.as_bytes()), cx)
            }
            Step::Leave if self.room.is_some() => {
                self.ask(client::LEAVE_MOVIE_ROOM_REQUEST, "leaveMovieRoomRequest", Data::Empty, cx)
            }
            Step::Logout if (self.private || self.room.is_some()) && self.partings < 3 => {
                self.partings += 1;
                self.run.again(Step::Logout);
                let step = if self.private { Step::Close } else { Step::Leave };
                self.perform(&step, cx)
            }
            Step::Logout if self.is_parting() && self.lingers < 10 => {
                self.lingers += 1;
                self.run.again(Step::Logout);
                self.run.again(Step::Wait(Duration::from_secs(1)));
                Progress::Over
            }
            Step::Logout => {
                // What nobody answered is not asked again from here on.
                if let Some(server) = self.server {
                    self.port.abandon(server);
                }
                self.ask(client::LEAVE_MAIN_ROOM_REQUEST, "leaveMainRoomRequest", Data::Empty, cx)
            }
            _ => Progress::Over,
        }
    }

    fn holds(&self, event: Event) -> bool {
        match event {
            Event::Inside => self.room.is_some(),
            Event::Outside => self.room.is_none(),
            Event::Private => self.private,
            Event::Alone => !self.private,
        }
    }

    fn is_occupied(&self) -> bool {
        false
    }

    fn choices(&mut self) -> Vec<Step> {
        if !self.is_in {
            return Vec::new();
        }
        let text = self.run.text();
        let mut choices = vec![Step::Say(text.clone()), Step::Say(text.clone()), Step::Movies];
        match &self.room {
            None => choices.extend([Step::List, Step::Enter("Alien".to_owned()), Step::Enter("Brazil".to_owned())]),
            Some(_) => choices.extend([Step::RoomList, Step::Leave]),
        }
        if self.private {
            choices.extend([Step::Tell(String::new(), text.clone()), Step::Tell(String::new(), text), Step::Close]);
        } else if let Some(other) = self.run.other() {
            choices.push(Step::Private(other));
        }
        choices
    }
}

impl Machine for Client {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        if self.run.is_dead() {
            return;
        }
        match input {
            Input::Opened { stream, .. } => {
                self.server = Some(Peer::Stream(stream));
                if let Some(name) = self.login.take() {
                    self.ask(client::LOGIN_REQUEST, "loginRequest", Data::Name(name.as_bytes()), cx);
                }
            }
            Input::Bytes { from: from @ Peer::Datagrams(_), bytes } => {
                let is_over = !self.is_in && self.run.is_done();
                if !is_over
                    && let Ok(parsed) = parse(bytes, Sender::Server)
                    && self.port.hear(from, bytes, self.awaits(&parsed), cx)
                {
                    self.heard(&parsed, cx);
                }
            }
            Input::Bytes { from, bytes } if Some(from) == self.server => {
                self.buffer.extend_from_slice(bytes);
                while let Some(message) = next_message(&mut self.buffer) {
                    self.port.hear(from, &message, true, cx);
                    if let Ok(parsed) = parse(&message, Sender::Server) {
                        self.heard(&parsed, cx);
                    }
                }
            }
            _ => {}
        }
        self.port.tick(cx);
        advance(self, cx);
    }

    fn next_wake(&self) -> Option<Time> {
        if self.run.is_dead() { None } else { self.port.next_wake().into_iter().chain(self.run.next_wake()).min() }
    }

    fn is_done(&self) -> bool {
        self.run.is_done()
    }
}
