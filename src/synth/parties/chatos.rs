//! ChatOS's client and server.

use super::{Cast, Form, Setting, post};
use crate::bytes::Time;
use crate::protocol::Actor;
use crate::protocols::chatos::wire::{Packet, Step as Link, emit as write, parse};
use crate::synth::machine::{Cx, Input, Machine, Output, Peer, Send};
use crate::synth::port::{Class, Count, Manner, Port};
use crate::synth::script::{Event, Progress, Reply, Runner, Scripted, Step, advance};
use std::collections::BTreeMap;
use std::time::Duration;

const OK: u8 = 1;
const TAKEN: u8 = 2;
const INVALID: u8 = 3;
const UNREACHABLE: u8 = 4;
const RUNNING: u8 = 5;
const NOT_RUNNING: u8 = 6;

fn manner() -> Manner {
    Manner {
        timer: None,
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

fn emit(packet: &Packet<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(packet, &mut bytes);
    bytes
}

fn name(packet: &Packet<'_>) -> &'static str {
    match packet {
        Packet::Cr { .. } => "CR",
        Packet::Spm { .. } => "SPM",
        Packet::Sma { .. } => "SMA",
        Packet::Error { .. } => "ERROR",
        Packet::Link { step: Link::Ask, .. } => "TCPAsk",
        Packet::Link { step: Link::Accept, .. } => "TCPAccept",
        Packet::Link { step: Link::Abort, .. } => "TCPAbort",
        Packet::Link { step: Link::Connect, .. } => "TCPConnect",
    }
}

/// Opaque bytes of a private connection.
fn raw(to: Peer, bytes: Vec<u8>, cx: &mut Cx<'_>) {
    let token = cx.meddler.token();
    let send = Send { to, bytes, wire: None, token, copy: 1, lost: false, late: Duration::ZERO, fatal: false };
    cx.out.push(Output::Send(send));
}

/// A private connection of a client.
#[derive(Clone, Debug)]
struct Private {
    stream: u32,
    open: bool,
    /// What is said first on it.
    hello: Vec<u8>,
    step: Link,
}

/// A client.
pub struct Client {
    port: Port,
    run: Runner,
    setting: Setting,
    streams: u32,
    main: Option<u32>,
    login: Option<String>,
    pseudo: String,
    is_in: bool,
    private: Option<Private>,
    /// It has asked for a private connection.
    asking: bool,
    /// It has asked for a pseudonym before.
    tried: bool,
    reply: Reply,
    buffers: BTreeMap<u32, Vec<u8>>,
}

impl Client {
    pub(super) fn new(setting: &Setting, cast: Cast) -> Client {
        Client {
            port: Port::new(manner(), Actor::Client),
            run: cast.runner(setting.start),
            setting: setting.clone(),
            streams: 0,
            main: None,
            login: None,
            pseudo: String::new(),
            is_in: false,
            private: None,
            asking: false,
            tried: false,
            reply: Reply::Accept,
            buffers: BTreeMap::new(),
        }
    }

    fn ask(&mut self, packet: &Packet<'_>, cx: &mut Cx<'_>) -> Progress {
        let Some(main) = self.main else { return Progress::Over };
        let form =
            Form::new(Class::Request, name(packet), Count::Fixed).expecting().tag(1 | u32::from(self.tried) << 2);
        post(&mut self.port, Peer::Stream(main), form, emit(packet), cx);
        Progress::Busy
    }

    /// Opens a connection of its own for a private one.
    fn open(&mut self, step: Link, sender: &[u8], recipient: &[u8], password: i16, cx: &mut Cx<'_>) {
        self.streams += 1;
        let hello = emit(&Packet::Link { step, sender, recipient, password });
        self.private = Some(Private { stream: self.streams, open: false, hello, step });
        cx.out.push(Output::Connect { stream: self.streams, to: self.setting.server });
    }

    fn heard(&mut self, stream: u32, packet: &Packet<'_>, cx: &mut Cx<'_>) {
        let peer = Peer::Stream(stream);
        if let Packet::Error { code } = packet {
            let Some(flight) = self.port.settle(peer, cx, |_| true) else { return };
            match flight.name {
                "CR" => {
                    self.is_in = *code == OK;
                    if let Ok((Packet::Cr { pseudo }, _)) = parse(&flight.bytes) {
                        self.pseudo = String::from_utf8_lossy(pseudo).into_owned();
                    }
                }
                "TCPAsk" => self.asking = *code == OK,
                "TCPAccept" | "TCPConnect" => match &mut self.private {
                    Some(private) if *code == OK => private.open = true,
                    _ => {
                        self.private = None;
                        cx.out.push(Output::Close { stream });
                    }
                },
                _ => {}
            }
            if flight.tag & 1 == 1 {
                self.run.done(cx.now);
            }
            return;
        }
        let Packet::Link { step, sender, recipient, password } = packet else { return };
        match step {
            Link::Ask => {
                if self.reply == Reply::Ignore {
                    return;
                }
                if self.reply == Reply::Accept && self.private.is_none() && !self.asking {
                    self.open(Link::Accept, sender, recipient, *password, cx);
                } else {
                    let abort = Packet::Link { step: Link::Abort, sender, recipient, password: *password };
                    let form = Form::new(Class::Request, "TCPAbort", Count::Fixed);
                    post(&mut self.port, peer, form, emit(&abort), cx);
                }
            }
            Link::Accept if self.asking => {
                self.asking = false;
                self.open(Link::Connect, sender, recipient, *password, cx);
            }
            Link::Abort if *sender == self.pseudo.as_bytes() => self.asking = false,
            _ => {}
        }
    }
}

impl Scripted for Client {
    fn runner(&mut self) -> &mut Runner {
        &mut self.run
    }

    fn perform(&mut self, step: &Step, cx: &mut Cx<'_>) -> Progress {
        let own = self.pseudo.clone();
        let sender = own.as_bytes();
        match step {
            Step::Login(pseudo) if !self.is_in => {
                if self.main.is_none() {
                    self.streams += 1;
                    self.login = Some(pseudo.clone());
                    cx.out.push(Output::Connect { stream: self.streams, to: self.setting.server });
                    return Progress::Busy;
                }
                self.tried = true;
                self.ask(&Packet::Cr { pseudo: pseudo.as_bytes() }, cx)
            }
            Step::Answer(reply) => {
                self.reply = *reply;
                Progress::Over
            }
            _ if !self.is_in => Progress::Over,
            Step::Say(text) => self.ask(&Packet::Sma { sender, message: text.as_bytes() }, cx),
            Step::Tell(user, text) if user.is_empty() || self.private.is_some() => {
                match self.private.as_ref().filter(|private| private.open) {
                    Some(private) => raw(Peer::Stream(private.stream), text.clone().into_bytes(), cx),
                    None => return Progress::Over,
                }
                Progress::Over
            }
            Step::Tell(user, text) => {
                self.ask(&Packet::Spm { sender, recipient: user.as_bytes(), message: text.as_bytes() }, cx)
            }
            Step::Private(user) if self.private.is_none() && !self.asking => {
                let password = i16::try_from(self.run.rng.below(65_536) as i64 - 32_768).unwrap_or(7);
                let recipient = user.as_bytes();
                self.asking = true;
                self.ask(&Packet::Link { step: Link::Ask, sender, recipient, password }, cx)
            }
            Step::Close => {
                if let Some(private) = self.private.take_if(|private| private.open) {
                    cx.out.push(Output::Close { stream: private.stream });
                }
                Progress::Over
            }
            Step::Logout => {
                if let Some(main) = self.main
                    && cx.meddler.decide("cut", cx.cause)
                {
                    // Half a message, and then the end.
                    let mut half = emit(&Packet::Sma { sender, message: b"never finished" });
                    half.truncate(half.len() / 2);
                    post(&mut self.port, Peer::Stream(main), Form::new(Class::Request, "SMA", Count::Fixed), half, cx);
                }
                for stream in self.private.take().map(|private| private.stream).into_iter().chain(self.main.take()) {
                    cx.out.push(Output::Close { stream });
                }
                self.is_in = false;
                Progress::Over
            }
            _ => Progress::Over,
        }
    }

    fn holds(&self, event: Event) -> bool {
        let open = self.private.as_ref().is_some_and(|private| private.open);
        match event {
            Event::Private => open,
            Event::Alone => self.private.is_none() && !self.asking,
            Event::Inside => false,
            Event::Outside => true,
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
        let mut choices = vec![Step::Say(text.clone()), Step::Say(text.clone())];
        // Nobody asks for a private connection with itself, under whatever name it got in.
        let Some(other) = self.run.other().filter(|other| *other != self.pseudo) else { return choices };
        choices.push(Step::Tell(other.clone(), text.clone()));
        match &self.private {
            Some(private) if private.open => choices.extend([Step::Tell(String::new(), text), Step::Close]),
            None if !self.asking => choices.push(Step::Private(other)),
            _ => {}
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
                if let Some(private) = self.private.as_ref().filter(|private| private.stream == stream) {
                    let kind = if private.step == Link::Accept { "TCPAccept" } else { "TCPConnect" };
                    let form = Form::new(Class::Request, kind, Count::Fixed).expecting();
                    post(&mut self.port, Peer::Stream(stream), form, private.hello.clone(), cx);
                } else {
                    self.main = Some(stream);
                    if let Some(pseudo) = self.login.take() {
                        self.ask(&Packet::Cr { pseudo: pseudo.as_bytes() }, cx);
                    }
                }
            }
            Input::Bytes { from: Peer::Stream(stream), bytes } => {
                let mut buffer = self.buffers.remove(&stream).unwrap_or_default();
                buffer.extend_from_slice(bytes);
                while !self.private.as_ref().is_some_and(|private| private.open && private.stream == stream)
                    && let Ok((packet, length)) = parse(&buffer)
                {
                    self.heard(stream, &packet, cx);
                    buffer.drain(..length);
                }
                if self.private.as_ref().is_some_and(|private| private.open && private.stream == stream) {
                    // What comes now is the other client's, and nothing of ours.
                    buffer.clear();
                }
                self.buffers.insert(stream, buffer);
            }
            Input::Closed { stream } => {
                if self.private.take_if(|private| private.stream == stream).is_some() {
                    cx.out.push(Output::Close { stream });
                }
                self.buffers.remove(&stream);
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

/// A private connection on its way.
#[derive(Clone, Debug)]
struct Pair {
    sender: Vec<u8>,
    recipient: Vec<u8>,
    password: i16,
    accepted: Option<u32>,
    connected: Option<u32>,
}

/// The server.
pub struct Server {
    port: Port,
    /// By chat connection.
    pseudos: BTreeMap<u32, Vec<u8>>,
    pairs: Vec<Pair>,
    /// Private connections that are open, each with its other.
    tunnels: BTreeMap<u32, u32>,
    buffers: BTreeMap<u32, Vec<u8>>,
}

impl Server {
    pub(super) fn new(_: &Setting) -> Server {
        Server {
            port: Port::new(manner(), Actor::Server),
            pseudos: BTreeMap::new(),
            pairs: Vec::new(),
            tunnels: BTreeMap::new(),
            buffers: BTreeMap::new(),
        }
    }

    fn error(&mut self, to: u32, code: u8, about: &Packet<'_>, cx: &mut Cx<'_>) {
        // Faults choose by what is answered, and how.
        let form =
            Form::new(Class::Answer, "ERROR", Count::Fixed).tag(u32::from(about.opcode()) << 8 | u32::from(code));
        post(&mut self.port, Peer::Stream(to), form, emit(&Packet::Error { code }), cx);
    }

    fn pass_on(&mut self, to: u32, packet: &Packet<'_>, cx: &mut Cx<'_>) {
        post(&mut self.port, Peer::Stream(to), Form::new(Class::Relay, name(packet), Count::Fixed), emit(packet), cx);
    }

    fn at(&self, pseudo: &[u8]) -> Option<u32> {
        self.pseudos.iter().find(|(_, known)| *known == pseudo).map(|(stream, _)| *stream)
    }

    fn packet(&mut self, from: u32, packet: &Packet<'_>, cx: &mut Cx<'_>) {
        let own = self.pseudos.get(&from).cloned();
        match *packet {
            Packet::Cr { pseudo } if own.is_none() => {
                let taken = self.at(pseudo).is_some();
                let ghost = taken && cx.meddler.decide("name", cx.cause);
                self.error(from, if taken && !ghost { TAKEN } else { OK }, packet, cx);
                if !taken || ghost {
                    self.pseudos.insert(from, pseudo.to_vec());
                }
            }
            Packet::Spm { sender, recipient, .. } => {
                let Some(own) = own else { return };
                if own != sender {
                    return self.error(from, INVALID, packet, cx);
                }
                let Some(to) = self.at(recipient) else { return self.error(from, UNREACHABLE, packet, cx) };
                self.error(from, OK, packet, cx);
                let third = self.pseudos.keys().copied().find(|stream| *stream != from && *stream != to);
                if let Some(third) = third
                    && cx.meddler.decide("audience", cx.cause)
                {
                    self.pass_on(third, packet, cx);
                }
                self.pass_on(to, packet, cx);
            }
            Packet::Sma { sender, .. } => {
                let Some(own) = own else { return };
                if own != sender {
                    return self.error(from, INVALID, packet, cx);
                }
                self.error(from, OK, packet, cx);
                let to: Vec<u32> = self.pseudos.keys().copied().filter(|stream| *stream != from).collect();
                for stream in to {
                    self.pass_on(stream, packet, cx);
                }
            }
            Packet::Link { step, sender, recipient, password } => {
                self.link(from, own, step, (sender, recipient, password), packet, cx);
            }
            _ => {}
        }
    }

    fn link(
        &mut self,
        from: u32,
        own: Option<Vec<u8>>,
        step: Link,
        (sender, recipient, password): (&[u8], &[u8], i16),
        packet: &Packet<'_>,
        cx: &mut Cx<'_>,
    ) {
        let abort = Packet::Link { step: Link::Abort, sender, recipient, password };
        let found = self
            .pairs
            .iter()
            .position(|pair| pair.sender == sender && pair.recipient == recipient && pair.password == password);
        match step {
            Link::Ask => {
                let Some(own) = own else { return };
                let runs = self.pairs.iter().any(|pair| {
                    (pair.sender == sender && pair.recipient == recipient)
                        || (pair.sender == recipient && pair.recipient == sender)
                });
                let code = match self.at(recipient) {
                    _ if own != sender => INVALID,
                    None => UNREACHABLE,
                    Some(_) if runs || sender == recipient => RUNNING,
                    Some(_) => OK,
                };
                self.error(from, code, packet, cx);
                match self.at(recipient).filter(|_| code == OK) {
                    Some(to) => {
                        let (sender, recipient) = (sender.to_vec(), recipient.to_vec());
                        self.pairs.push(Pair { sender, recipient, password, accepted: None, connected: None });
                        self.pass_on(to, packet, cx);
                    }
                    None => self.pass_on(from, &abort, cx),
                }
            }
            Link::Abort => {
                if let Some(found) = found {
                    self.pairs.remove(found);
                    if let Some(asker) = self.at(sender) {
                        self.pass_on(asker, packet, cx);
                    }
                } else {
                    self.error(from, NOT_RUNNING, packet, cx);
                }
            }
            Link::Accept | Link::Connect => {
                let Some(pair) = found.and_then(|found| self.pairs.get_mut(found)) else {
                    return self.error(from, NOT_RUNNING, packet, cx);
                };
                if step == Link::Accept {
                    pair.accepted = Some(from)
                } else {
                    pair.connected = Some(from)
                }
                let both = pair.accepted.zip(pair.connected);
                if let Some((accepted, connected)) = both {
                    self.pairs.retain(|pair| pair.accepted != Some(accepted));
                    self.tunnels.extend([(accepted, connected), (connected, accepted)]);
                    self.error(accepted, OK, packet, cx);
                    self.error(connected, OK, packet, cx);
                } else if let Some(asker) = self.at(sender).filter(|_| step == Link::Accept) {
                    self.pass_on(asker, packet, cx);
                }
            }
        }
    }
}

impl Machine for Server {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        match input {
            Input::Bytes { from: Peer::Stream(stream), bytes } => {
                if let Some(other) = self.tunnels.get(&stream).copied() {
                    return raw(Peer::Stream(other), bytes.to_vec(), cx);
                }
                let mut buffer = self.buffers.remove(&stream).unwrap_or_default();
                buffer.extend_from_slice(bytes);
                while let Ok((packet, length)) = parse(&buffer) {
                    self.packet(stream, &packet, cx);
                    buffer.drain(..length);
                }
                self.buffers.insert(stream, buffer);
            }
            Input::Closed { stream } => {
                cx.out.push(Output::Close { stream });
                if let Some(other) = self.tunnels.remove(&stream) {
                    self.tunnels.remove(&other);
                    cx.out.push(Output::Close { stream: other });
                }
                if let Some(pseudo) = self.pseudos.remove(&stream) {
                    self.pairs.retain(|pair| pair.sender != pseudo && pair.recipient != pseudo);
                }
                self.port.forget(Peer::Stream(stream));
                self.buffers.remove(&stream);
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
