//! S. Shen's client.

use super::{Style, ack, manner, name};
use crate::bytes::Time;
use crate::protocol::Actor;
use crate::protocols::shen::text::{line, terminated};
use crate::protocols::shen::wire::{Message, Type, parse};
use crate::synth::machine::{Cx, Input, Machine, Peer};
use crate::synth::parties::{Cast, Form, Setting, post};
use crate::synth::port::{Class, Count, Flight, Port};
use crate::synth::script::{Event, Progress, Reply, Runner, Scripted, Step, advance};
use std::time::Duration;

/// So long after it accepted an invitation a client stays: no acknowledgement tells it that it is in the group.
const ACCEPTED: Duration = Duration::from_millis(8500);

/// Whether a number came before another one of the same sender.
fn is_older(number: u16, than: u16) -> bool {
    (1..512).contains(&((than + 1024 - number) % 1024))
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
    /// When it last accepted an invitation, and the number of that.
    accepted: Option<(Time, u16)>,
}

impl Client {
    /// How much longer it stays for what it accepted.
    fn lingers(&self, now: Time) -> Duration {
        self.accepted.map_or(Duration::ZERO, |(at, _)| at.plus(ACCEPTED).since(now))
    }

    pub(in crate::synth::parties) fn new(setting: &Setting, cast: Cast) -> Client {
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
            accepted: None,
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
            Type::MESSAGERIE_TERMINEE => flight.name == "EnvoyerMessage",
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
                (_, Type::MESSAGERIE_TERMINEE) => (self.private, self.founder) = (false, false),
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
                    self.accepted = Some((cx.now, number));
                    self.reply(Type::ACCEPTER_INVITATION, number, cx);
                } else {
                    self.reply(Type::REFUSER_INVITATION, number, cx);
                }
            }
            Type::INVITATION_VALIDE => {
                self.inviting = false;
                // Who is leaving is not brought back by what was said before that was known.
                if !self.port.is_saying(self.server, "QuitterMessagerie") {
                    (self.private, self.founder) = (true, true);
                }
                ack(&mut self.port, self.style, self.server, number, cx);
            }
            Type::FERMER_MESSAGERIE => {
                // One from before the invitation that it has accepted closes the group before that one.
                if !self.accepted.is_some_and(|(_, invitation)| is_older(number, invitation)) {
                    (self.private, self.founder, self.inviting) = (false, false, false);
                }
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
            // Its acceptance may be lost, and then the server asks again: who had left by then would seem to have come back.
            Step::Leave | Step::Logout if !self.lingers(cx.now).is_zero() => {
                self.run.again(step.clone());
                self.run.again(Step::Wait(self.lingers(cx.now)));
                Progress::Over
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
