//! S. Shen's client and server: what both need.

mod client;
mod server;

pub use client::Client;
pub use server::Server;

use super::{Form, Setting, post};
use crate::protocols::shen::wire::{Alignment, Message, TextLength, Type, realign};
use crate::synth::machine::{Cx, Peer};
use crate::synth::port::{Class, Count, Manner, Port};
use std::borrow::Cow;
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
        follows: |_, _| false,
        alike: |_, _| true,
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
        Type::MESSAGERIE_TERMINEE => "MessagerieTerminee",
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
