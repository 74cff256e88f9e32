//! ChatOS 1.0: public and private messages over TCP, and private connections through the server.
//!
//! There are no numbers and no timers. On a connection, requests are answered by `ERROR` first in, first out.

mod dialogue;
pub mod wire;

use crate::bytes::Span;
use crate::protocol::{
    Act, Allowed, Answer, Citation, Due, Field, Framing, Kind, Message, Protocol, Reading, Relay, Sender, Spec, Takes,
    Timer, Topic, Transport, Value, Verdict,
};
use std::time::Duration;
use wire::{Fault, Packet, opcode};

/// The protocol.
#[derive(Clone, Copy, Debug)]
pub struct ChatOs;

/// An answer by `ERROR` with one of these codes.
const fn error(codes: &'static [u8]) -> Answer {
    Answer { kind: "ERROR", codes, same_content: false }
}

/// A client's message: it takes no number and is answered.
const fn request(name: &'static str, code: u8, section: &'static str) -> Kind {
    Kind { takes: Takes::Nothing, due: Due::Required, ..Kind::new(name, code as u16, Sender::Client, section) }
}

/// What the server passes on of it, which nothing answers.
const fn relayed(name: &'static str, code: u8, section: &'static str) -> Kind {
    Kind { takes: Takes::Nothing, ..Kind::new(name, code as u16, Sender::Server, section) }
}

/// Passed on to others than the author once the server has said OK.
const fn once_granted(by: &'static str) -> Option<Relay> {
    Some(Relay { by, to_author: false, judged: true, if_code: Some(1) })
}

const LINK: &str = "sender STRING, recipient STRING, password i16";

static SPEC: Spec = Spec {
    id: "chatos",
    title: "ChatOS 1.0",
    document: "chatos",
    transports: &[Transport::Tcp],
    kinds: &[
        // One that already has a pseudonym may ask again: it is ignored, not wrong (§Connexion request).
        Kind {
            data: "pseudo STRING",
            answered_by: &[error(&[1, 2])],
            ..request("CR", opcode::CR, "Connexion request")
        },
        Kind {
            data: "sender STRING, recipient STRING, message STRING",
            answered_by: &[error(&[1, 3, 4])],
            allowed: Allowed::INSIDE,
            relay: once_granted("SPM"),
            ..request("SPM", opcode::SPM, "Send private message")
        },
        Kind {
            data: "sender STRING, recipient STRING, message STRING",
            ..relayed("SPM", opcode::SPM, "Send private message")
        },
        Kind {
            data: "sender STRING, message STRING",
            answered_by: &[error(&[1, 3])],
            allowed: Allowed::INSIDE,
            relay: once_granted("SMA"),
            ..request("SMA", opcode::SMA, "Send message to all")
        },
        Kind { data: "sender STRING, message STRING", ..relayed("SMA", opcode::SMA, "Send message to all") },
        Kind {
            data: LINK,
            answered_by: &[error(&[1, 3, 4, 5])],
            allowed: Allowed::INSIDE,
            relay: once_granted("TCPAsk"),
            ..request("TCPAsk", opcode::TCP_ASK, "Private connexion protocol")
        },
        Kind { data: LINK, ..relayed("TCPAsk", opcode::TCP_ASK, "Private connexion protocol") },
        // The 1 is due only once the other side has connected too, and the capture need not show whether it did.
        Kind {
            data: LINK,
            answered_by: &[error(&[1, 3, 6])],
            due: Due::Optional,
            ..request("TCPAccept", opcode::TCP_ACCEPT, "Private connexion protocol")
        },
        Kind { data: LINK, ..relayed("TCPAccept", opcode::TCP_ACCEPT, "Private connexion protocol") },
        // The relay can be the answer. The server also sends this of its own accord when it refuses a TCPAsk, and may
        // tell both clients of a refusal: who gets it is not judged.
        Kind {
            data: LINK,
            answered_by: &[error(&[1, 3, 6])],
            due: Due::Optional,
            allowed: Allowed::INSIDE,
            relay: Some(Relay { by: "TCPAbort", to_author: true, judged: false, if_code: None }),
            ..request("TCPAbort", opcode::TCP_ABORT, "Private connexion protocol")
        },
        Kind { data: LINK, ..relayed("TCPAbort", opcode::TCP_ABORT, "Private connexion protocol") },
        Kind {
            data: LINK,
            answered_by: &[error(&[1, 3, 6])],
            due: Due::Optional,
            ..request("TCPConnect", opcode::TCP_CONNECT, "Private connexion protocol")
        },
        Kind { data: "code u8", ack: true, ..relayed("ERROR", opcode::ERROR, "Error") },
    ],
    conventions: &[],
    numbering: &[],
    numbering_by: None,
    relay_number_by: None,
    timer: Timer {
        resend: None,
        server_waits: false,
        regular: false,
        maximum: None,
        over_tcp: false,
        hides_copies: false,
        patience: Duration::from_millis(2500),
    },
    window: None,
    invitation: None,
    notices: &[],
    lists_may_omit_receiver: false,
    attaches: true,
    citations: &[
        Citation { topic: Topic::Format, section: "ChatOS packets description" },
        Citation { topic: Topic::Types, section: "ChatOS Packets" },
        Citation { topic: Topic::Directions, section: "ChatOS packets description" },
        Citation { topic: Topic::Lengths, section: "ChatOS Packets" },
        Citation { topic: Topic::Values, section: "Error codes" },
        Citation { topic: Topic::Text, section: "ChatOS Packets" },
        Citation { topic: Topic::Answers, section: "ChatOS packets description" },
        Citation { topic: Topic::Login, section: "Connexion request" },
        Citation { topic: Topic::Identity, section: "Send private message" },
        Citation { topic: Topic::UniqueIdentity, section: "Connexion request" },
        Citation { topic: Topic::Relay, section: "Send message to all" },
        Citation { topic: Topic::RelayContent, section: "Send message to all" },
        Citation { topic: Topic::RelayAudience, section: "Send private message" },
    ],
};

impl Protocol for ChatOs {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn dissect<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Message<'a> {
        dialogue::dissect(bytes, reading.direction)
    }

    fn is_malformed(&self, bytes: &[u8], _: &Reading) -> bool {
        matches!(wire::parse(bytes), Err(Fault::Negative { .. }))
    }

    fn fields<'a>(&self, bytes: &'a [u8], _reading: &Reading) -> Vec<Field<'a>> {
        match wire::parse(bytes) {
            Ok((packet, _)) => fields(&packet),
            Err(Fault::Opcode(code)) if !bytes.is_empty() => {
                vec![Field::new("type", Value::Number(code.into()), Span::new(0, 1))]
            }
            Err(_) => Vec::new(),
        }
    }

    fn frame(&self, bytes: &[u8], _reading: &Reading) -> Framing {
        match wire::parse(bytes) {
            Ok((_, length)) => Framing::Message(length),
            Err(Fault::Short { at_least }) => Framing::NeedMore { at_least },
            Err(Fault::Opcode(_) | Fault::Negative { .. }) => Framing::Broken,
        }
    }

    fn opens_relay(&self, first: &Message<'_>, answer: &Message<'_>) -> bool {
        matches!(first.act, Act::Attach { .. })
            && answer.verdict == Verdict::Granted
            && answer.kind.is_some_and(|kind| kind.ack)
    }
}

/// The error codes' names (§Error codes).
fn code_name(code: u8) -> Option<&'static str> {
    Some(match code {
        1 => "OK",
        2 => "Pseudo Unavailable",
        3 => "Invalid Pseudonym",
        4 => "Unreachable User",
        5 => "TCP In Protocole",
        6 => "TCP Not In Protocole",
        _ => return None,
    })
}

fn fields<'a>(packet: &Packet<'a>) -> Vec<Field<'a>> {
    let mut at = 1;
    let mut text = |name, bytes: &'a [u8]| {
        let start = at + 2;
        at = start + bytes.len();
        Field::new(name, Value::Text(bytes), Span::new(start, at))
    };
    match *packet {
        Packet::Cr { pseudo } => vec![text("pseudo", pseudo)],
        Packet::Spm { sender, recipient, message } => {
            vec![text("sender", sender), text("recipient", recipient), text("message", message)]
        }
        Packet::Sma { sender, message } => vec![text("sender", sender), text("message", message)],
        Packet::Link { sender, recipient, password, .. } => {
            let mut fields = vec![text("sender", sender), text("recipient", recipient)];
            fields.push(Field::new("password", Value::Signed(password.into()), Span::new(at, at + 2)));
            fields
        }
        Packet::Error { code } => {
            let value = Value::Code { code: code.into(), name: code_name(code) };
            vec![Field::new("code", value, Span::new(1, 2))]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Choices, Direction};

    fn reading(direction: Direction) -> Reading {
        Reading { direction, transport: Transport::Tcp, choices: Choices::default() }
    }

    #[test]
    fn every_answer_is_a_row_of_the_table() {
        for kind in SPEC.kinds {
            for answer in kind.answered_by {
                assert!(SPEC.kinds.iter().any(|other| other.name == answer.kind), "{} by {}", kind.name, answer.kind);
            }
            if let Some(relay) = kind.relay {
                assert!(SPEC.kind(relay.by, Direction::ToClient).is_some_and(|kind| kind.from == Sender::Server));
            }
        }
    }

    #[test]
    fn fields_cover_their_own_bytes() {
        let bytes = b"\x04\x00\x05carol\x00\x03bob\xff\xfe";
        let fields = ChatOs.fields(bytes, &reading(Direction::ToServer));
        let spans: Vec<_> = fields.iter().map(|field| (field.name, &bytes[field.span.start..field.span.end])).collect();
        assert_eq!(spans, [("sender", &b"carol"[..]), ("recipient", b"bob"), ("password", b"\xff\xfe")]);
        assert_eq!(fields[2].value, Value::Signed(-2));
    }

    #[test]
    fn codes_come_with_their_names() {
        let named = |bytes| ChatOs.fields(bytes, &reading(Direction::ToClient)).remove(0).value;
        assert_eq!(named(b"\x08\x04"), Value::Code { code: 4, name: Some("Unreachable User") });
        assert_eq!(named(b"\x08\x09"), Value::Code { code: 9, name: None });
    }

    #[test]
    fn an_unassigned_opcode_shows_as_a_type() {
        let fields = ChatOs.fields(b"\x09\x00\x05alice", &reading(Direction::ToServer));
        assert_eq!(fields, [Field::new("type", Value::Number(9), Span::new(0, 1))]);
        assert_eq!(ChatOs.frame(b"\x09\x00\x05alice", &reading(Direction::ToServer)), Framing::Broken);
    }

    #[test]
    fn only_a_granted_private_connection_becomes_opaque() {
        let client = |bytes| ChatOs.dissect(bytes, &reading(Direction::ToServer));
        let server = |bytes| ChatOs.dissect(bytes, &reading(Direction::ToClient));
        let connect = client(b"\x07\x00\x01a\x00\x01b\x00\x07");
        assert!(ChatOs.opens_relay(&connect, &server(b"\x08\x01")));
        assert!(!ChatOs.opens_relay(&connect, &server(b"\x08\x06")));
        assert!(!ChatOs.opens_relay(&connect, &server(b"\x03\x00\x01a\x00\x01b")));
        assert!(!ChatOs.opens_relay(&client(b"\x01\x00\x01a"), &server(b"\x08\x01")));
    }
}
