//! S. Shen's server.

use super::{Style, ack, manner, name};
use crate::bytes::Time;
use crate::protocol::Actor;
use crate::protocols::shen::text::{diffused, line, listed, terminated};
use crate::protocols::shen::wire::{Message, Type, parse};
use crate::synth::machine::{Cx, Input, Machine, Peer};
use crate::synth::parties::{Form, Setting, post};
use crate::synth::port::{Class, Count, Flight, Port};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
struct Member {
    name: Vec<u8>,
    /// Who opened its group.
    group: Option<Peer>,
    /// Whom it wants to invite, and the number of that wish.
    wish: Option<(Peer, u16)>,
    /// Who invited it last: by which message, who, under which number, and whether that one is still where it was then.
    invited_by: Vec<(u64, Peer, u16, bool)>,
}

/// The server.
pub struct Server {
    port: Port,
    style: Style,
    members: BTreeMap<Peer, Member>,
}

impl Server {
    pub(in crate::synth::parties) fn new(setting: &Setting) -> Server {
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
            // It was joined, and is alone again: the later news is what counts.
            self.port.drop_where(alone, |name, _| name == "InvitationValide", cx);
            let text = terminated(b"fermer cette messagerie car il reste seule personne");
            self.send(alone, Class::Notice, Type::FERMER_MESSAGERIE, &text, Count::Own, true, cx);
            self.note_told();
        }
    }

    /// Who is told that its group is closed is out of it from then on: the notice may have had to wait for its number.
    fn note_told(&mut self) {
        while let Some((told, ..)) = self.port.take_told() {
            if let Some(member) = self.members.get_mut(&told) {
                member.group = None;
            }
        }
    }

    /// Who is in a group anew is not told any more that the one before is closed: it would take that for this one.
    fn unclose(&mut self, member: Peer, cx: &mut Cx<'_>) {
        self.port.drop_where(member, |name, _| name == "FermerMessagerie", cx);
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
            Type::ENVOYER_MESSAGE => self.say(from, &member, message, cx),
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
                if !self.members.contains_key(&to) {
                    return;
                }
                let text = terminated(&[member.name.as_slice(), b" vous invite messagerie"].concat());
                let token = self.send(to, Class::Relay, Type::INVITATION, &text, Count::Own, true, cx);
                if let Some(other) = self.members.get_mut(&to) {
                    other.invited_by.push((token, from, wish, true));
                }
            }
            Type::QUITTER_MESSAGERIE => {
                ack(&mut self.port, self.style, from, message.sequence, cx);
                // Who has left need not hear any more that it had been joined, or was alone.
                self.port.drop_where(from, |name, _| matches!(name, "InvitationValide" | "FermerMessagerie"), cx);
                if let Some(member) = self.members.get_mut(&from) {
                    (member.group, member.wish) = (None, None);
                }
                // Nor does it want to be joined any more by those it has invited.
                let invitations = self.members.values_mut().flat_map(|other| &mut other.invited_by);
                for (.., stays) in invitations.filter(|(_, by, ..)| *by == from) {
                    *stays = false;
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
        self.members.insert(from, Member { name: user.to_vec(), group: None, wish: None, invited_by: Vec::new() });
    }

    fn say(&mut self, from: Peer, member: &Member, message: &Message<'_>, cx: &mut Cx<'_>) {
        let (text, number) = (line(message.text).0, message.sequence);
        // The message says itself whom it is for: its sender may not know yet that its group is there, or gone.
        let group = member.group.filter(|_| message.etat == 1);
        if message.etat == 1 && group.is_none() {
            // Who is invited and may have accepted is in no group yet; anybody else is in none any more.
            let (kind, text): (Type, &[u8]) = if member.invited_by.is_empty() {
                (Type::MESSAGERIE_TERMINEE, b"messagerie privee terminee")
            } else {
                (Type::ENVOIE_INVALIDE, b"pas encore dans la messagerie")
            };
            self.send(from, Class::Answer, kind, &terminated(text), Count::Of(number), false, cx);
            return;
        }
        let mut to: Vec<Peer> = self
            .members
            .iter()
            .filter(|(peer, other)| **peer != from && other.group == group)
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

    fn invitation_answered(&mut self, from: Peer, invitation: u64, accepts: bool, cx: &mut Cx<'_>) {
        let Some(member) = self.members.get_mut(&from) else { return };
        let Some(index) = member.invited_by.iter().position(|(token, ..)| *token == invitation) else { return };
        let (_, by, wish, stays) = member.invited_by.remove(index);
        if !accepts {
            return;
        }
        self.unclose(from, cx);
        let group = self.members.get(&by).map(|inviter| inviter.group.unwrap_or(by));
        let left = self.members.get_mut(&from).and_then(|member| std::mem::replace(&mut member.group, group));
        self.close_alone(left, cx);
        if let Some(inviter) = self.members.get_mut(&by).filter(|_| stays) {
            inviter.group = group;
            self.unclose(by, cx);
            self.send(by, Class::Notice, Type::INVITATION_VALIDE, b"", Count::Of(wish), true, cx);
        } else {
            // The inviter is gone, or has left: the invited one is alone.
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
        let settled = self.port.settle(from, cx, fits);
        if let Some(flight) = settled.as_ref().filter(|_| message.kind != Type::ACK) {
            self.invitation_answered(from, flight.token, message.kind == Type::ACCEPTER_INVITATION, cx);
        }
        settled.is_some() || matches!(message.kind, Type::ACK | Type::ACCEPTER_INVITATION | Type::REFUSER_INVITATION)
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
        self.note_told();
    }

    fn next_wake(&self) -> Option<Time> {
        self.port.next_wake()
    }

    fn is_done(&self) -> bool {
        true
    }
}
