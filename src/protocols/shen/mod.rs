//! `shen`, the chat protocol of S. Shen, 2017: ten-bit numbers and three packet formats, over UDP.
//!
//! [`wire`] reads and writes the bytes, [`text`] what stands in them, `dialogue` says what each message does, `defects`
//! what is wrong with one, `fields` shows it as a tree. Section numbers are the document's; §5 is its annex.

use crate::protocol::{
    Allowed, Answer, Change, Citation, Convention, Direction, Due, Field, Framing, Kind, Message, Notice, Numbering,
    Owed, Protocol, Reading, Relay, Sender, Spec, Takes, Timer, Topic, Transport, answer,
};
use std::borrow::Cow;
use std::time::Duration;

mod defects;
mod dialogue;
mod fields;
pub mod text;
pub mod wire;

/// The protocol.
#[derive(Clone, Copy, Debug)]
pub struct Shen;

impl Protocol for Shen {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn whole_bytes<'a>(&self, wire: &'a [u8], reading: &Reading) -> Cow<'a, [u8]> {
        match alignment(reading) {
            wire::Alignment::Byte => Cow::Borrowed(wire),
            wire::Alignment::Bit => wire::realign(wire).map_or(Cow::Borrowed(wire), Cow::Owned),
        }
    }

    fn dissect<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Message<'a> {
        dialogue::dissect(bytes, reading)
    }

    fn is_malformed(&self, bytes: &[u8], _: &Reading) -> bool {
        bytes.len() < wire::HEADER
    }

    fn fields<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Vec<Field<'a>> {
        fields::fields(bytes, alignment(reading))
    }

    fn frame(&self, _bytes: &[u8], _reading: &Reading) -> Framing {
        Framing::Broken
    }

    fn vote(&self, bytes: &[u8], _reading: &Reading, vote: &mut dyn FnMut(usize, usize)) {
        dialogue::vote(bytes, vote);
    }
}

/// Indices into [`SPEC`]'s conventions.
const TEXT_LENGTH: usize = 0;
const ALIGNMENT: usize = 1;
const NUMBERING: usize = 2;

fn text_length(reading: &Reading) -> wire::TextLength {
    match reading.choices.get(TEXT_LENGTH) {
        1 => wire::TextLength::MinusOne,
        _ => wire::TextLength::Exact,
    }
}

fn alignment(reading: &Reading) -> wire::Alignment {
    match reading.choices.get(ALIGNMENT) {
        1 => wire::Alignment::Bit,
        _ => wire::Alignment::Byte,
    }
}

static SPEC: Spec = Spec {
    id: "shen",
    title: "Specification du Protocole (S. Shen)",
    document: "shen",
    transports: &[Transport::Udp],
    kinds: &KINDS,
    conventions: &[
        Convention {
            name: "text-length",
            values: &["exact", "minus-one"],
            section: "2.2",
            about: "whether the length field counts the bytes of the text or gives the index of the last one",
        },
        Convention {
            name: "alignment",
            values: &["byte", "bit"],
            section: "2.2",
            about: "whether the text of the first format begins at the fifth byte or right behind the length, at bit 28",
        },
        Convention {
            name: "numbering",
            values: &["per-sender", "conversation"],
            section: "2.2",
            about: "whether each sender counts its own new messages or all parties share one running number",
        },
    ],
    numbering: &[
        Numbering { modulus: 1024, first: Some(0), shared: false, may_skip: false, answers_count: false },
        Numbering { modulus: 1024, first: Some(0), shared: true, may_skip: true, answers_count: false },
    ],
    numbering_by: Some(NUMBERING),
    relay_number_by: None,
    timer: Timer {
        resend: Some(Duration::from_secs(2)),
        // §3 spares the server, so it binds the clients; it names no upper bound, and a maximum without a number.
        server_waits: false,
        regular: false,
        maximum: None,
        over_tcp: false,
        hides_copies: false,
        patience: Duration::from_secs(2),
    },
    window: None,
    invitation: None,
    notices: &[Notice { after: Change::Alone, kind: "FermerMessagerie", to: Owed::Room }],
    lists_may_omit_receiver: true,
    attaches: false,
    citations: &[
        Citation { topic: Topic::Format, section: "2.2" },
        Citation { topic: Topic::Types, section: "2.2" },
        Citation { topic: Topic::Directions, section: "2.2" },
        Citation { topic: Topic::Lengths, section: "2.2" },
        Citation { topic: Topic::ReservedBits, section: "2.2" },
        Citation { topic: Topic::Values, section: "2.3" },
        Citation { topic: Topic::Text, section: "2.1" },
        Citation { topic: Topic::EmptyData, section: "2.2" },
        Citation { topic: Topic::Terminator, section: "2.2" },
        Citation { topic: Topic::FirstNumber, section: "5" },
        Citation { topic: Topic::Numbering, section: "2.2" },
        Citation { topic: Topic::NumberReuse, section: "2.2" },
        Citation { topic: Topic::NumberOrder, section: "2.2" },
        Citation { topic: Topic::Answers, section: "2.2.8" },
        Citation { topic: Topic::AnswerNumber, section: "5" },
        Citation { topic: Topic::AckForm, section: "2.2.8" },
        Citation { topic: Topic::ResendTimer, section: "3" },
        Citation { topic: Topic::Resend, section: "3" },
        Citation { topic: Topic::ResendIdentical, section: "3" },
        Citation { topic: Topic::ResendNeedless, section: "3" },
        Citation { topic: Topic::Login, section: "2.2.1" },
        Citation { topic: Topic::States, section: "2.3" },
        Citation { topic: Topic::Logout, section: "2.2.3" },
        Citation { topic: Topic::Identity, section: "4" },
        Citation { topic: Topic::UniqueIdentity, section: "2.2.2" },
        Citation { topic: Topic::Relay, section: "2.2.9" },
        Citation { topic: Topic::RelayContent, section: "2.2.9" },
        Citation { topic: Topic::RelayAudience, section: "2.3" },
        Citation { topic: Topic::Notices, section: "2.2.13" },
        Citation { topic: Topic::Lists, section: "2.4.1" },
    ],
};

const ACK: &[Answer] = &[answer("ACK")];

const WHILE_INVITED: Allowed = Allowed(Allowed::INSIDE.0 | Allowed::WHILE_INVITED.0);

/// A row of the table below; what differs from it is written out there. An `ACK` of what nobody has to answer may come
/// or not (§2.2.8).
const fn kind(name: &'static str, code: wire::Type, from: Sender, section: &'static str) -> Kind {
    Kind { answered_by: ACK, due: Due::Optional, ..Kind::new(name, code.0 as u16, from, section) }
}

/// A message of the server that answers and says why not.
const fn refusal(name: &'static str, code: wire::Type, section: &'static str) -> Kind {
    Kind { data: "reason", takes: Takes::Echo, ..kind(name, code, Sender::Server, section) }
}

static KINDS: [Kind; 22] = [
    Kind {
        data: "user name",
        answered_by: &[answer("ACK"), answer("ConnexionInvalide")],
        due: Due::Required,
        allowed: Allowed::OUT,
        ..kind("Connexion", wire::Type::CONNEXION, Sender::Client, "2.2.1")
    },
    refusal("ConnexionInvalide", wire::Type::CONNEXION_INVALIDE, "2.2.2"),
    Kind {
        data: "user name, or empty",
        answered_by: ACK,
        due: Due::Required,
        allowed: Allowed::INSIDE,
        ..kind("Deconnexion", wire::Type::DECONNEXION, Sender::Client, "2.2.3")
    },
    Kind {
        data: "empty",
        answered_by: &[answer("ListeUtilisateurs")],
        due: Due::Required,
        allowed: Allowed::INSIDE,
        ..kind("DemandeDeListe", wire::Type::DEMANDE_DE_LISTE, Sender::Client, "2.2.4")
    },
    Kind {
        data: "empty",
        takes: Takes::Echo,
        allowed: WHILE_INVITED,
        ..kind("AccepterInvitation", wire::Type::ACCEPTER_INVITATION, Sender::Client, "2.2.5")
    },
    Kind {
        data: "empty",
        takes: Takes::Echo,
        allowed: WHILE_INVITED,
        ..kind("RefuserInvitation", wire::Type::REFUSER_INVITATION, Sender::Client, "2.2.6")
    },
    Kind {
        data: "empty",
        answered_by: ACK,
        due: Due::Required,
        allowed: Allowed::ROOM,
        ..kind("QuitterMessagerie", wire::Type::QUITTER_MESSAGERIE, Sender::Client, "2.2.7")
    },
    Kind {
        data: "empty",
        takes: Takes::Echo,
        ack: true,
        ..Kind::new("ACK", wire::Type::ACK.0 as u16, Sender::Any, "2.2.8")
    },
    Kind {
        data: "message, then author",
        takes: Takes::RelayOrOwn,
        answered_by: ACK,
        due: Due::Required,
        ..kind("DiffuserMessage", wire::Type::DIFFUSER_MESSAGE, Sender::Server, "2.2.9")
    },
    Kind {
        data: "the two modes",
        takes: Takes::Echo,
        answered_by: &[answer("ChoisirMode")],
        due: Due::Required,
        ..kind("OffrirModes", wire::Type::OFFRIR_MODES, Sender::Server, "2.2.10")
    },
    Kind {
        data: "empty",
        takes: Takes::Invitation,
        ..kind("InvitationValide", wire::Type::INVITATION_VALIDE, Sender::Server, "2.2.11")
    },
    Kind { data: "empty", ..kind("CompterClients", wire::Type::COMPTER_CLIENTS, Sender::Server, "2.2.12") },
    Kind { data: "reason", ..kind("FermerMessagerie", wire::Type::FERMER_MESSAGERIE, Sender::Server, "2.2.13") },
    refusal("EnvoieInvalide", wire::Type::ENVOIE_INVALIDE, "2.2.14"),
    // The next two may also report what nobody asked about: a public message that reached a private client, a room that
    // has lost its clients.
    Kind {
        takes: Takes::EchoOrOwn,
        ..refusal("ClientPriveRecoitPublic", wire::Type::CLIENT_PRIVE_RECOIT_PUBLIC, "2.2.15")
    },
    Kind { takes: Takes::EchoOrOwn, ..refusal("MessagerieTerminee", wire::Type::MESSAGERIE_TERMINEE, "2.2.16") },
    refusal("LimiteAtteinte", wire::Type::LIMITE_ATTEINTE, "2.2.17"),
    Kind {
        data: "etat, mode, message",
        answered_by: &[
            answer("ACK"),
            answer("EnvoieInvalide"),
            answer("ClientPriveRecoitPublic"),
            answer("MessagerieTerminee"),
        ],
        due: Due::Required,
        allowed: Allowed::INSIDE,
        relay: Some(Relay { by: "DiffuserMessage", to_author: false, judged: true, if_code: None }),
        ..kind("EnvoyerMessage", wire::Type::ENVOYER_MESSAGE, Sender::ClientOrPeer, "2.3.1")
    },
    Kind {
        data: "etat, mode; empty, or names",
        answered_by: &[answer("OffrirModes"), answer("LimiteAtteinte"), answer("EnvoieInvalide")],
        due: Due::Required,
        allowed: Allowed::INSIDE,
        // Nothing in it says for whom it is: who gets it is not judged.
        relay: Some(Relay { by: "Invitation", to_author: false, judged: false, if_code: None }),
        ..kind("Invitation", wire::Type::INVITATION, Sender::Client, "2.3.2")
    },
    Kind {
        data: "etat, mode; empty, or a text",
        takes: Takes::RelayOrOwn,
        answered_by: &[answer("AccepterInvitation"), answer("RefuserInvitation")],
        due: Due::Required,
        ..kind("Invitation", wire::Type::INVITATION, Sender::Server, "2.3.2")
    },
    Kind {
        data: "etat, mode; empty, or the mode's name",
        answered_by: ACK,
        due: Due::Required,
        allowed: Allowed::INSIDE,
        ..kind("ChoisirMode", wire::Type::CHOISIR_MODE, Sender::Client, "2.3.3")
    },
    Kind {
        data: "statut, nom items",
        takes: Takes::Echo,
        ..kind("ListeUtilisateurs", wire::Type::LISTE_UTILISATEURS, Sender::Server, "2.4.1")
    },
];

/// The row of a type for this direction, else any row of it.
fn kind_of(kind: wire::Type, direction: Direction) -> Option<&'static Kind> {
    let mut rows = KINDS.iter().filter(|row| row.code == u16::from(kind.0));
    rows.clone().find(|row| row.from.allows(direction)).or_else(|| rows.next())
}
