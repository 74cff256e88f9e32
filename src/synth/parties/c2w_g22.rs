//! c2w's client and server, as Groupe 22 wrote it.

use super::{Cast, Form, Setting, post};
use crate::bytes::Time;
use crate::protocol::{Actor, Transport};
use crate::protocols::c2w_g22::wire::{Message, command, line_length, parse};
use crate::synth::machine::{Cx, Input, Machine, Output, Peer};
use crate::synth::port::{Class, Count, Manner, Port};
use crate::synth::script::{Event, Progress, Runner, Scripted, Step, advance};
use std::collections::BTreeMap;
use std::time::Duration;

fn manner(setting: &Setting) -> Manner {
    Manner {
        // The document asks for persistence and names no interval.
        timer: Some(setting.timer.unwrap_or(Duration::from_secs(2))),
        maximum: None,
        window: None,
        modulus: 0,
        stamp: |_, _| {},
        answers_count: false,
        shared: false,
        follows: |_, _| false,
        alike: |_, _| true,
        memory: None,
    }
}

fn emit(time: &[u8], command: &str, user: &[u8], data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Message::new(time, command, user, data).emit(&mut bytes);
    bytes
}

fn next_line(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = line_length(buffer)?;
    let rest = buffer.split_off(length);
    Some(std::mem::replace(buffer, rest))
}

/// A clock whose readings are all different.
#[derive(Clone, Copy, Debug, Default)]
struct Clock {
    latest: i64,
}

impl Clock {
    /// Unix seconds with six decimals.
    fn read(&mut self, now: Time) -> Vec<u8> {
        self.latest = (now.0 / 1000).max(self.latest + 1);
        format!("{}.{:06}", self.latest / 1_000_000, self.latest % 1_000_000).into_bytes()
    }
}

/// The names of the six exchanges, as the tables of faults know them.
fn known(name: &[u8]) -> &'static str {
    const ALL: [&str; 21] = [
        command::CONNECTION_REQUEST,
        command::CONNECTION_GRANTED,
        command::CONNECTION_ERROR,
        command::CONNECTION_RESPONSE_ACK,
        command::USER_LIST_REQUEST,
        command::USER_LIST_RESPONSE,
        command::USER_LIST_RESPONSE_ACK,
        command::MOVIE_LIST_REQUEST,
        command::MOVIE_LIST_RESPONSE,
        command::MOVIE_LIST_RESPONSE_ACK,
        command::ENTER_MOVIE_REQUEST,
        command::ENTER_MOVIE_GRANTED,
        command::ENTER_MOVIE_ERROR,
        command::ENTER_MOVIE_RESPONSE_ACK,
        command::LEAVE_SESSION_REQUEST,
        command::LEAVE_SESSION_GRANTED,
        command::LEAVE_SESSION_ERROR,
        command::LEAVE_SESSION_RESPONSE_ACK,
        command::SEND_MESSAGE_REQUEST,
        command::NEW_MESSAGE,
        command::NEW_MESSAGE_RESPONSE_ACK,
    ];
    ALL.into_iter().find(|known| known.as_bytes() == name).unwrap_or("")
}

/// `CONNECTION_` of `CONNECTION_GRANTED`: what a request, its responses and their acknowledgement have in common.
fn family(name: &str) -> &str {
    ["CONNECTION_", "USER_LIST_", "MOVIE_LIST_", "ENTER_MOVIE_", "LEAVE_SESSION_"]
        .into_iter()
        .find(|family| name.starts_with(family))
        .unwrap_or("")
}

/// A client.
pub struct Client {
    port: Port,
    run: Runner,
    setting: Setting,
    server: Option<Peer>,
    streams: u32,
    buffer: Vec<u8>,
    clock: Clock,
    name: Vec<u8>,
    is_in: bool,
    in_room: bool,
    /// It has asked for something before.
    tried: bool,
    login: Option<String>,
}

impl Client {
    pub(super) fn new(setting: &Setting, cast: Cast) -> Client {
        let server = (setting.transport == Transport::Udp).then_some(Peer::Datagrams(setting.server));
        Client {
            port: Port::new(manner(setting), Actor::Client),
            run: cast.runner(setting.start),
            setting: setting.clone(),
            server,
            streams: 0,
            buffer: Vec::new(),
            clock: Clock::default(),
            name: Vec::new(),
            is_in: false,
            in_room: false,
            tried: false,
            login: None,
        }
    }

    fn ask(&mut self, name: &'static str, data: &[u8], cx: &mut Cx<'_>) -> Progress {
        let Some(server) = self.server else { return Progress::Over };
        let time = self.clock.read(cx.now);
        let bytes = emit(&time, name, &self.name, data);
        // Faults choose by where the client is.
        let form = Form::new(Class::Request, name, Count::Fixed)
            .expecting()
            .tag(1 | u32::from(self.in_room) << 1 | u32::from(self.tried) << 2);
        self.tried = true;
        post(&mut self.port, server, form, bytes, cx);
        Progress::Busy
    }

    fn log_in(&mut self, name: &str, cx: &mut Cx<'_>) -> Progress {
        self.name = name.as_bytes().to_vec();
        self.ask(command::CONNECTION_REQUEST, b"", cx)
    }

    fn heard(&mut self, line: &Message<'_>, cx: &mut Cx<'_>) {
        let Some(peer) = self.server else { return };
        let name = String::from_utf8_lossy(line.command).into_owned();
        if line.command == command::NEW_MESSAGE.as_bytes() {
            if !self.is_in {
                return self.port.unhear(peer);
            }
            let own = line.user_name == self.name;
            let said = |bytes: &[u8]| parse(bytes).is_ok_and(|(asked, _)| asked.data == line.data);
            let fits = |flight: &crate::synth::port::Flight| {
                own && flight.name == command::SEND_MESSAGE_REQUEST && said(&flight.bytes)
            };
            if self.port.settle(peer, cx, fits).is_some() {
                self.run.done(cx.now);
            }
            let bytes = emit(line.time, command::NEW_MESSAGE_RESPONSE_ACK, line.user_name, b"");
            let form = Form::new(Class::Ack, command::NEW_MESSAGE_RESPONSE_ACK, Count::Fixed);
            post(&mut self.port, peer, form, bytes, cx);
            return;
        }
        let kind = family(&name).to_owned();
        let fits = |flight: &crate::synth::port::Flight| {
            !kind.is_empty()
                && flight.name.starts_with(&kind)
                && parse(&flight.bytes).is_ok_and(|(asked, _)| asked.time == line.time)
        };
        let answered = self.port.settle(peer, cx, fits).is_some();
        let granted = name.ends_with("_GRANTED");
        let ack = known(format!("{kind}RESPONSE_ACK").as_bytes());
        if !ack.is_empty() {
            let bytes = emit(line.time, ack, &self.name, b"");
            post(&mut self.port, peer, Form::new(Class::Ack, ack, Count::Fixed), bytes, cx);
        }
        if !answered {
            return;
        }
        match kind.as_str() {
            "CONNECTION_" if granted => self.is_in = true,
            "ENTER_MOVIE_" if granted => self.in_room = true,
            "LEAVE_SESSION_" if granted && self.in_room => self.in_room = false,
            "LEAVE_SESSION_" if granted => {
                self.is_in = false;
                self.port.abandon(peer);
                if let Peer::Stream(stream) = peer {
                    cx.out.push(Output::Close { stream });
                    self.server = None;
                }
            }
            _ => {}
        }
        self.run.done(cx.now);
    }
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
                self.log_in(name, cx)
            }
            _ if !self.is_in => Progress::Over,
            Step::List => self.ask(command::USER_LIST_REQUEST, b"", cx),
            Step::Movies if !self.in_room => self.ask(command::MOVIE_LIST_REQUEST, b"", cx),
            Step::Enter(room) if !self.in_room => self.ask(command::ENTER_MOVIE_REQUEST, room.as_bytes(), cx),
            Step::Leave if self.in_room => self.ask(command::LEAVE_SESSION_REQUEST, b"", cx),
            Step::Say(text) => self.ask(command::SEND_MESSAGE_REQUEST, text.as_bytes(), cx),
            Step::Logout => {
                if self.in_room {
                    self.run.again(Step::Logout);
                }
                self.ask(command::LEAVE_SESSION_REQUEST, b"", cx)
            }
            _ => Progress::Over,
        }
    }

    fn holds(&self, event: Event) -> bool {
        match event {
            Event::Inside => self.in_room,
            Event::Outside => !self.in_room,
            Event::Private => false,
            Event::Alone => true,
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
        let mut choices = vec![Step::Say(text.clone()), Step::Say(text), Step::List];
        if self.in_room {
            choices.push(Step::Leave);
        } else {
            choices.extend([Step::Movies, Step::Enter("Alien".to_owned()), Step::Enter("Nowhere".to_owned())]);
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
                    self.log_in(&name, cx);
                }
            }
            Input::Bytes { from: from @ Peer::Datagrams(_), bytes } => {
                if let Ok((line, _)) = parse(bytes)
                    && self.port.hear(from, bytes, false, cx)
                {
                    self.heard(&line, cx);
                }
            }
            Input::Bytes { from, bytes } if Some(from) == self.server => {
                self.buffer.extend_from_slice(bytes);
                while let Some(line) = next_line(&mut self.buffer) {
                    self.port.hear(from, &line, true, cx);
                    if let Ok((line, _)) = parse(&line) {
                        self.heard(&line, cx);
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

#[derive(Clone, Debug)]
struct Member {
    name: Vec<u8>,
    room: Option<Vec<u8>>,
}

const MOVIES: [&str; 3] = ["Alien", "Brazil", "Cube"];

/// The server.
pub struct Server {
    port: Port,
    members: BTreeMap<Peer, Member>,
    buffers: BTreeMap<Peer, Vec<u8>>,
    clock: Clock,
    own_time: bool,
}

impl Server {
    pub(super) fn new(setting: &Setting) -> Server {
        Server {
            port: Port::new(manner(setting), Actor::Server),
            members: BTreeMap::new(),
            buffers: BTreeMap::new(),
            clock: Clock::default(),
            own_time: setting.choices.get(0) == 1,
        }
    }

    fn answer(&mut self, to: Peer, asked: &Message<'_>, name: &str, data: &[u8], cx: &mut Cx<'_>) {
        let table = if name.contains("_ERROR_") { name.split("_ERROR_").next().unwrap_or("") } else { "" };
        let known = if table.is_empty() { known(name.as_bytes()) } else { known(format!("{table}_ERROR").as_bytes()) };
        let form = Form::new(Class::Answer, known, Count::Fixed).expecting();
        post(&mut self.port, to, form, emit(asked.time, name, asked.user_name, data), cx);
    }

    fn line(&mut self, from: Peer, bytes: &[u8], cx: &mut Cx<'_>) {
        let Ok((line, _)) = parse(bytes) else { return };
        let name = String::from_utf8_lossy(line.command).into_owned();
        if name.ends_with("RESPONSE_ACK") {
            let kind = if name.starts_with("NEW_MESSAGE") { command::NEW_MESSAGE } else { family(&name) };
            self.port.settle(from, cx, |flight| {
                flight.name.starts_with(kind)
                    && parse(&flight.bytes).is_ok_and(|(sent, _)| {
                        sent.time == line.time && (kind != command::NEW_MESSAGE || sent.user_name == line.user_name)
                    })
            });
            return;
        }
        if !self.port.hear(from, bytes, false, cx) {
            return;
        }
        if name == command::CONNECTION_REQUEST {
            if !self.members.contains_key(&from) {
                self.login(from, &line, cx);
            }
            return;
        }
        let Some(member) = self.members.get(&from).cloned() else { return };
        match known(line.command) {
            command::USER_LIST_REQUEST => {
                let names: Vec<&[u8]> = self.members.values().map(|member| member.name.as_slice()).collect();
                let data = names.join(b",".as_slice());
                self.answer(from, &line, command::USER_LIST_RESPONSE, &data, cx);
            }
            command::MOVIE_LIST_REQUEST if member.room.is_none() => {
                self.answer(from, &line, command::MOVIE_LIST_RESPONSE, MOVIES.join(",").as_bytes(), cx);
            }
            command::ENTER_MOVIE_REQUEST if member.room.is_none() => {
                let known = MOVIES.iter().any(|movie| movie.as_bytes() == line.data);
                if known {
                    if let Some(member) = self.members.get_mut(&from) {
                        member.room = Some(line.data.to_vec());
                    }
                    self.answer(from, &line, command::ENTER_MOVIE_GRANTED, line.data, cx);
                } else {
                    self.answer(from, &line, "ENTER_MOVIE_ERROR_UNKNOWN", b"", cx);
                }
            }
            command::LEAVE_SESSION_REQUEST => {
                if member.room.is_some() {
                    if let Some(member) = self.members.get_mut(&from) {
                        member.room = None;
                    }
                } else {
                    self.members.remove(&from);
                    self.port.abandon(from);
                }
                self.answer(from, &line, command::LEAVE_SESSION_GRANTED, b"", cx);
            }
            command::SEND_MESSAGE_REQUEST => {
                let time = if self.own_time { self.clock.read(cx.now) } else { line.time.to_vec() };
                let to: Vec<Peer> =
                    self.members.iter().filter(|(_, other)| other.room == member.room).map(|(peer, _)| *peer).collect();
                for peer in to {
                    let bytes = emit(&time, command::NEW_MESSAGE, line.user_name, line.data);
                    let class = if peer == from { Class::Answer } else { Class::Relay };
                    let form = Form::new(class, command::NEW_MESSAGE, Count::Fixed).expecting();
                    post(&mut self.port, peer, form, bytes, cx);
                }
            }
            _ => {}
        }
    }

    fn login(&mut self, from: Peer, line: &Message<'_>, cx: &mut Cx<'_>) {
        let taken = self.members.values().any(|member| member.name == line.user_name);
        let ghost = taken && cx.meddler.decide("name", cx.cause);
        if taken && !ghost {
            self.answer(from, line, "CONNECTION_ERROR_NAME_TAKEN", b"", cx);
            return;
        }
        self.answer(from, line, command::CONNECTION_GRANTED, b"", cx);
        self.members.insert(from, Member { name: line.user_name.to_vec(), room: None });
    }
}

impl Machine for Server {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        match input {
            Input::Bytes { from: from @ Peer::Datagrams(_), bytes } => self.line(from, bytes, cx),
            Input::Bytes { from, bytes } => {
                let mut buffer = self.buffers.remove(&from).unwrap_or_default();
                buffer.extend_from_slice(bytes);
                while let Some(line) = next_line(&mut buffer) {
                    self.line(from, &line, cx);
                }
                self.buffers.insert(from, buffer);
            }
            Input::Closed { stream } => {
                let peer = Peer::Stream(stream);
                self.members.remove(&peer);
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
