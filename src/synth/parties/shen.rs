//! S. Shen's client and server.

use super::{Cast, Form, Setting, post};
use crate::bytes::Time;
use crate::protocol::Actor;
use crate::protocols::shen::text::{diffused, line, listed, terminated};
use crate::protocols::shen::wire::{Alignment, Message, TextLength, Type, parse, realign};
use crate::synth::machine::{Cx, Input, Machine, Peer};
use crate::synth::port::{Class, Count, Flight, Manner, Port};
use crate::synth::script::{Event, Progress, Reply, Runner, Scripted, Step, advance};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

fn stamp(bytes: &mut [u8], number: u16) {
    // Ten bits, from the first on.
    if let [first, second, ..] = bytes {
        *first = u8::try_from(number >> 2 & 0xFF).unwrap_or(0);
        *second = *second & 0x3F | u8::try_from(number & 3).unwrap_or(0) << 6;
    }
}

fn manner(setting: &Setting) -> Manner {
    Manner {
        timer: Some(setting.timer.unwrap_or(Duration::from_secs(2))),
        maximum: None,
        window: None,
        modulus: 1024,
        stamp,
        answers_count: false,
        shared: setting.choices.get(2) == 1,
        memory: None,
    }
}

/// How messages are written here.
#[derive(Clone, Copy, Debug)]
struct Style {
    length: TextLength,
    alignment: Alignment,
}

impl Style {
    fn of(setting: &Setting) -> Style {
        Style {
            length: if setting.choices.get(0) == 1 { TextLength::MinusOne } else { TextLength::Exact },
            alignment: if setting.choices.get(1) == 1 { Alignment::Bit } else { Alignment::Byte },
        }
    }

    fn emit(self, kind: Type, text: &[u8], private: bool, decentralized: bool) -> Vec<u8> {
        let message = Message::new(kind, 0, text, self.length).with_state(private, decentralized);
        let mut bytes = Vec::new();
        message.emit(self.alignment, &mut bytes);
        bytes
    }

    fn whole(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        match self.alignment {
            Alignment::Byte => Cow::Borrowed(bytes),
            Alignment::Bit => realign(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned),
        }
    }
}

fn name(kind: Type) -> &'static str {
    match kind {
        Type::CONNEXION => "Connexion",
        Type::CONNEXION_INVALIDE => "ConnexionInvalide",
        Type::DECONNEXION => "Deconnexion",
        Type::DEMANDE_DE_LISTE => "DemandeDeListe",
        Type::ACCEPTER_INVITATION => "AccepterInvitation",
        Type::REFUSER_INVITATION => "RefuserInvitation",
        Type::QUITTER_MESSAGERIE => "QuitterMessagerie",
        Type::ACK => "ACK",
        Type::DIFFUSER_MESSAGE => "DiffuserMessage",
        Type::OFFRIR_MODES => "OffrirModes",
        Type::INVITATION_VALIDE => "InvitationValide",
        Type::FERMER_MESSAGERIE => "FermerMessagerie",
        Type::ENVOIE_INVALIDE => "EnvoieInvalide",
        Type::ENVOYER_MESSAGE => "EnvoyerMessage",
        Type::INVITATION => "Invitation",
        Type::CHOISIR_MODE => "ChoisirMode",
        Type::LISTE_UTILISATEURS => "ListeUtilisateurs",
        _ => "",
    }
}

fn ack(port: &mut Port, style: Style, to: Peer, number: u16, cx: &mut Cx<'_>) {
    let bytes = style.emit(Type::ACK, b"", false, false);
    post(port, to, Form::new(Class::Ack, "ACK", Count::Of(number)), bytes, cx);
}

/// A client.
pub struct Client {
    port: Port,
    run: Runner,
    server: Peer,
    style: Style,
    name: String,
    is_in: bool,
    private: bool,
    /// It has asked for a group and does not know the answer.
    inviting: bool,
    /// Its group is its own.
    founder: bool,
    /// It has asked for something before.
    tried: bool,
    reply: Reply,
}

impl Client {
    pub(super) fn new(setting: &Setting, cast: Cast) -> Client {
        Client {
            port: Port::new(manner(setting), Actor::Client),
            run: cast.runner(setting.start),
            server: Peer::Datagrams(setting.server),
            style: Style::of(setting),
            name: String::new(),
            is_in: false,
            private: false,
            inviting: false,
            founder: false,
            tried: false,
            reply: Reply::Accept,
        }
    }

    fn ask(&mut self, kind: Type, text: &[u8], cx: &mut Cx<'_>) -> Progress {
        let private = self.private && kind == Type::ENVOYER_MESSAGE;
        let bytes = self.style.emit(kind, text, private, false);
        let form = Form::new(Class::Request, name(kind), Count::Own).expecting().tag(1 | u32::from(self.tried) << 2);
        self.tried = true;
        post(&mut self.port, self.server, form, bytes, cx);
        Progress::Busy
    }

    fn reply(&mut self, kind: Type, number: u16, cx: &mut Cx<'_>) {
        let bytes = self.style.emit(kind, b"", false, false);
        post(&mut self.port, self.server, Form::new(Class::Answer, name(kind), Count::Of(number)), bytes, cx);
    }

    fn answers(kind: Type, flight: &Flight) -> bool {
        match kind {
            Type::ACK => matches!(
                flight.name,
                "Connexion" | "Deconnexion" | "QuitterMessagerie" | "EnvoyerMessage" | "ChoisirMode"
            ),
            Type::CONNEXION_INVALIDE => flight.name == "Connexion",
            Type::ENVOIE_INVALIDE => matches!(flight.name, "EnvoyerMessage" | "Invitation"),
            Type::LISTE_UTILISATEURS => flight.name == "DemandeDeListe",
            Type::OFFRIR_MODES => flight.name == "Invitation",
            _ => false,
        }
    }

    fn heard(&mut self, message: &Message<'_>, cx: &mut Cx<'_>) {
        let number = message.sequence;
        let fits = |flight: &Flight| Client::answers(message.kind, flight) && flight.number == number;
        if let Some(flight) = self.port.settle(self.server, cx, fits) {
            match (flight.name, message.kind) {
                ("Connexion", Type::ACK) => {
                    self.is_in = true;
                    let sent = self.style.whole(&flight.bytes).into_owned();
                    if let Some(sent) = parse(&sent) {
                        self.name = String::from_utf8_lossy(line(sent.text).0).into_owned();
                    }
                }
                ("Deconnexion", _) => {
                    (self.is_in, self.private, self.inviting) = (false, false, false);
                    self.port.abandon(self.server);
                }
                ("QuitterMessagerie", _) => (self.private, self.founder) = (false, false),
                ("Invitation", Type::ENVOIE_INVALIDE) => self.inviting = false,
                _ => {}
            }
            if flight.name != "Invitation" || message.kind == Type::ENVOIE_INVALIDE {
                self.run.done(cx.now);
            }
        }
        if !self.is_in {
            return self.port.unhear(self.server);
        }
        match message.kind {
            Type::DIFFUSER_MESSAGE => {
                // The one acknowledgement of a client that must come.
                let bytes = self.style.emit(Type::ACK, b"", false, false);
                let form = Form::new(Class::Ack, "ACK", Count::Of(number)).tag(1);
                post(&mut self.port, self.server, form, bytes, cx);
            }
            Type::OFFRIR_MODES => {
                self.ask(Type::CHOISIR_MODE, b"", cx);
            }
            Type::INVITATION => {
                let leaves = self.port.flights(self.server).any(|flight| flight.name == "Deconnexion");
                let asks = self.port.flights(self.server).next().is_some();
                if leaves || self.reply == Reply::Ignore {
                    self.port.unhear(self.server);
                    return;
                }
                if self.reply == Reply::Accept && !self.private && !self.inviting && !asks {
                    self.private = true;
                    self.founder = false;
                    self.reply(Type::ACCEPTER_INVITATION, number, cx);
                } else {
                    self.reply(Type::REFUSER_INVITATION, number, cx);
                }
            }
            Type::INVITATION_VALIDE => {
                (self.private, self.inviting, self.founder) = (true, false, true);
                ack(&mut self.port, self.style, self.server, number, cx);
            }
            Type::FERMER_MESSAGERIE => {
                (self.private, self.founder) = (false, false);
                ack(&mut self.port, self.style, self.server, number, cx);
            }
            _ => {}
        }
    }
}

impl Scripted for Client {
    fn runner(&mut self) -> &mut Runner {
        &mut self.run
    }

    fn perform(&mut self, step: &Step, cx: &mut Cx<'_>) -> Progress {
        match step {
            Step::Login(user) if !self.is_in => {
                self.name.clone_from(user);
                self.ask(Type::CONNEXION, &terminated(user.as_bytes()), cx)
            }
            Step::Answer(reply) => {
                self.reply = *reply;
                Progress::Over
            }
            _ if !self.is_in => Progress::Over,
            Step::List => self.ask(Type::DEMANDE_DE_LISTE, b"", cx),
            Step::Say(text) => self.ask(Type::ENVOYER_MESSAGE, &terminated(text.as_bytes()), cx),
            Step::Create { users, .. } if !self.private && !self.inviting => match users.first() {
                Some(user) => self.perform(&Step::Invite(user.clone()), cx),
                None => Progress::Over,
            },
            Step::Invite(user) if !self.inviting && (!self.private || self.founder) => {
                self.inviting = !self.private;
                // The annex names the two, and only so the server knows who is meant.
                let text = terminated(format!("{},{user}", self.name).as_bytes());
                self.ask(Type::INVITATION, &text, cx)
            }
            Step::Leave if self.private => self.ask(Type::QUITTER_MESSAGERIE, b"", cx),
            Step::Logout => {
                let text = terminated(self.name.clone().as_bytes());
                self.port.abandon(self.server);
                self.ask(Type::DECONNEXION, &text, cx)
            }
            _ => Progress::Over,
        }
    }

    fn holds(&self, event: Event) -> bool {
        match event {
            Event::Inside => self.private,
            Event::Outside => !self.private,
            Event::Private => false,
            Event::Alone => true,
        }
    }

    fn is_occupied(&self) -> bool {
        self.port.is_waiting(self.server)
    }

    fn choices(&mut self) -> Vec<Step> {
        if !self.is_in {
            return Vec::new();
        }
        let text = self.run.text();
        let mut choices = vec![Step::Say(text.clone()), Step::Say(text), Step::List];
        if self.private {
            choices.push(Step::Leave);
        }
        if let Some(other) = self.run.other()
            && !self.inviting
            && (!self.private || self.founder)
        {
            choices.push(Step::Invite(other));
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
            let whole = self.style.whole(bytes);
            if let Some(message) = parse(&whole) {
                self.port.note_number(message.sequence);
                let awaited = self
                    .port
                    .flights(from)
                    .any(|flight| Client::answers(message.kind, flight) && flight.number == message.sequence);
                if message.kind == Type::ACK || self.port.hear(from, bytes, awaited, cx) {
                    self.heard(&message, cx);
                }
            }
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
    /// Who opened its group.
    group: Option<Peer>,
    /// Whom it wants to invite, and the number of that wish.
    wish: Option<(Peer, u16)>,
    /// Who invited it last.
    invited_by: Option<(Peer, u16)>,
}

/// The server.
pub struct Server {
    port: Port,
    style: Style,
    members: BTreeMap<Peer, Member>,
}

impl Server {
    pub(super) fn new(setting: &Setting) -> Server {
        Server { port: Port::new(manner(setting), Actor::Server), style: Style::of(setting), members: BTreeMap::new() }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one message")]
    fn send(
        &mut self,
        to: Peer,
        class: Class,
        kind: Type,
        text: &[u8],
        count: Count,
        expects: bool,
        cx: &mut Cx<'_>,
    ) -> u64 {
        let bytes = self.style.emit(kind, text, false, false);
        let tag = u32::from(kind == Type::FERMER_MESSAGERIE);
        let form = Form { expects, tag, ..Form::new(class, name(kind), count) };
        post(&mut self.port, to, form, bytes, cx)
    }

    fn close_alone(&mut self, group: Option<Peer>, cx: &mut Cx<'_>) {
        let Some(group) = group else { return };
        let inside: Vec<Peer> =
            self.members.iter().filter(|(_, member)| member.group == Some(group)).map(|(peer, _)| *peer).collect();
        if let [alone] = inside[..] {
            let text = terminated(b"fermer cette messagerie car il reste seule personne");
            self.send(alone, Class::Notice, Type::FERMER_MESSAGERIE, &text, Count::Own, true, cx);
            // It is out of its group once it is told.
            while let Some((told, ..)) = self.port.take_told() {
                if let Some(member) = self.members.get_mut(&told) {
                    member.group = None;
                }
            }
        }
    }

    fn request(&mut self, from: Peer, message: &Message<'_>, cx: &mut Cx<'_>) {
        let number = Count::Of(message.sequence);
        let (text, _) = line(message.text);
        if message.kind == Type::CONNEXION {
            return self.login(from, text, message.sequence, cx);
        }
        let Some(member) = self.members.get(&from).cloned() else { return };
        match message.kind {
            Type::DECONNEXION => {
                ack(&mut self.port, self.style, from, message.sequence, cx);
                self.members.remove(&from);
                self.port.abandon(from);
                self.close_alone(member.group, cx);
            }
            Type::DEMANDE_DE_LISTE => {
                let mut users: Vec<(bool, &[u8])> =
                    self.members.values().map(|member| (member.group.is_none(), member.name.as_slice())).collect();
                // A name that was granted twice is one name.
                users.sort_by_key(|user| user.1);
                users.dedup_by_key(|user| user.1);
                let text = listed(users);
                self.send(from, Class::Answer, Type::LISTE_UTILISATEURS, &text, number, false, cx);
            }
            Type::ENVOYER_MESSAGE => self.say(from, &member, text, message.sequence, cx),
            Type::INVITATION => {
                let user = text.rsplit(|byte| *byte == b',').next().unwrap_or_default().to_vec();
                let to = self.members.iter().find(|(_, other)| other.name == user).map(|(peer, _)| *peer);
                let Some(to) = to.filter(|to| *to != from) else {
                    let text = terminated(b"nom de client recepteur n'existe pas");
                    self.send(from, Class::Answer, Type::ENVOIE_INVALIDE, &text, number, false, cx);
                    return;
                };
                if let Some(member) = self.members.get_mut(&from) {
                    member.wish = Some((to, message.sequence));
                }
                let text = terminated(b"centralise ou decentralise");
                self.send(from, Class::Answer, Type::OFFRIR_MODES, &text, number, true, cx);
            }
            Type::CHOISIR_MODE => {
                self.port.settle(from, cx, |flight| flight.name == "OffrirModes");
                ack(&mut self.port, self.style, from, message.sequence, cx);
                let Some((to, wish)) = member.wish else { return };
                let Some(other) = self.members.get_mut(&to) else { return };
                other.invited_by = Some((from, wish));
                let text = terminated(&[member.name.as_slice(), b" vous invite messagerie"].concat());
                self.send(to, Class::Relay, Type::INVITATION, &text, Count::Own, true, cx);
            }
            Type::QUITTER_MESSAGERIE => {
                ack(&mut self.port, self.style, from, message.sequence, cx);
                if let Some(member) = self.members.get_mut(&from) {
                    member.group = None;
                }
                self.close_alone(member.group, cx);
            }
            _ => {}
        }
    }

    fn login(&mut self, from: Peer, user: &[u8], number: u16, cx: &mut Cx<'_>) {
        if self.members.contains_key(&from) {
            return;
        }
        let taken = self.members.values().any(|member| member.name == user);
        let ghost = taken && cx.meddler.decide("name", cx.cause);
        if taken && !ghost {
            let text = terminated(b"nom de client deja utilise");
            self.send(from, Class::Answer, Type::CONNEXION_INVALIDE, &text, Count::Of(number), false, cx);
            return;
        }
        ack(&mut self.port, self.style, from, number, cx);
        self.members.insert(from, Member { name: user.to_vec(), group: None, wish: None, invited_by: None });
    }

    fn say(&mut self, from: Peer, member: &Member, text: &[u8], number: u16, cx: &mut Cx<'_>) {
        let mut to: Vec<Peer> = self
            .members
            .iter()
            .filter(|(peer, other)| **peer != from && other.group == member.group)
            .map(|(peer, _)| *peer)
            .collect();
        if to.is_empty() {
            let text = terminated(b"nom de client recepteur n'existe pas");
            self.send(from, Class::Answer, Type::ENVOIE_INVALIDE, &text, Count::Of(number), false, cx);
            return;
        }
        ack(&mut self.port, self.style, from, number, cx);
        if cx.meddler.decide("audience", cx.cause) {
            to.insert(0, from);
        }
        let text = diffused(text, &member.name);
        // In one running number the relay keeps that of what it relays, as in the annex.
        let count = if self.port.manner().shared { Count::Of(number) } else { Count::Own };
        for peer in to {
            self.send(peer, Class::Relay, Type::DIFFUSER_MESSAGE, &text, count, true, cx);
        }
    }

    fn invitation_answered(&mut self, from: Peer, accepts: bool, cx: &mut Cx<'_>) {
        let Some((by, wish)) = self.members.get_mut(&from).and_then(|member| member.invited_by.take()) else { return };
        if !accepts {
            return;
        }
        let group = self.members.get(&by).map(|inviter| inviter.group.unwrap_or(by));
        let left = self.members.get_mut(&from).and_then(|member| std::mem::replace(&mut member.group, group));
        self.close_alone(left, cx);
        if let Some(inviter) = self.members.get_mut(&by) {
            inviter.group = group;
            self.send(by, Class::Notice, Type::INVITATION_VALIDE, b"", Count::Of(wish), true, cx);
        } else {
            // The inviter is gone: the invited one is alone.
            if let Some(member) = self.members.get_mut(&from) {
                member.group = Some(by);
            }
            self.close_alone(Some(by), cx);
        }
    }

    fn answered(&mut self, from: Peer, message: &Message<'_>, cx: &mut Cx<'_>) -> bool {
        let number = message.sequence;
        let fits = |flight: &Flight| {
            flight.number == number
                && match message.kind {
                    Type::ACK => !matches!(flight.name, "OffrirModes" | "Invitation"),
                    Type::ACCEPTER_INVITATION | Type::REFUSER_INVITATION => flight.name == "Invitation",
                    _ => false,
                }
        };
        let settled = self.port.settle(from, cx, fits).is_some();
        if settled && message.kind != Type::ACK {
            self.invitation_answered(from, message.kind == Type::ACCEPTER_INVITATION, cx);
        }
        settled || matches!(message.kind, Type::ACK | Type::ACCEPTER_INVITATION | Type::REFUSER_INVITATION)
    }
}

impl Machine for Server {
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>) {
        if let Input::Bytes { from, bytes } = input {
            let whole = self.style.whole(bytes);
            if let Some(message) = parse(&whole) {
                self.port.note_number(message.sequence);
                if !self.answered(from, &message, cx) && self.port.hear(from, bytes, false, cx) {
                    self.request(from, &message, cx);
                }
            }
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
