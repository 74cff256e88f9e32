//! The tables and the dialogue of Group 9, held against messages written by hand.

use super::*;
use crate::protocol::{Act, Audience, Choices, DefectKind, Direction, Row, Scope, Seq, Value, Verdict};
use proptest::prelude::*;

fn reading(direction: Direction) -> Reading {
    Reading { direction, transport: Transport::Udp, choices: Choices::default() }
}

fn from_client(bytes: &[u8]) -> Message<'_> {
    C2wG9.dissect(bytes, &reading(Direction::ToServer))
}

fn from_server(bytes: &[u8]) -> Message<'_> {
    C2wG9.dissect(bytes, &reading(Direction::ToClient))
}

#[test]
fn every_name_in_the_tables_is_a_message_of_the_right_side() {
    for kind in KINDS {
        for answer in kind.answered_by.iter().filter(|answer| answer.kind != "*") {
            let found = KINDS.iter().find(|row| row.name == answer.kind && row.from != kind.from);
            assert!(found.is_some(), "{} is answered by {}", kind.name, answer.kind);
        }
        if let Some(relay) = kind.relay {
            assert!(KINDS.iter().any(|row| row.name == relay.by && row.from == Sender::Server), "{}", relay.by);
        }
        assert_eq!(kind.due == Due::No, kind.answered_by.is_empty(), "{}", kind.name);
    }
    for notice in SPEC.notices {
        assert!(SPEC.kind(notice.kind, crate::protocol::Direction::ToClient).is_some(), "{}", notice.kind);
    }
}

#[test]
fn the_document_grounds_no_rule_on_what_it_lacks() {
    for topic in [
        Topic::ReservedBits,
        Topic::Terminator,
        Topic::ResendMaximum,
        Topic::StopAndWait,
        Topic::Identity,
        Topic::InvitationTimer,
    ] {
        assert_eq!(SPEC.section(topic), None, "{topic:?}");
    }
    assert_eq!(SPEC.section(Topic::ResendTimer), Some("3"));
}

#[test]
fn a_login_asks_and_is_granted_or_refused() {
    let request = from_client(b"\x00\x01\x00\x05alice");
    assert_eq!(request.name(), Some("loginRequest"));
    assert_eq!(request.act, Act::Login { name: b"alice" });
    assert_eq!((request.seq, request.content), (Seq::Number(0), &b"alice"[..]));
    let granted = from_server(b"\x00\x00\x00\x01\x00");
    assert_eq!((granted.verdict, granted.code), (Verdict::Granted, Some(0)));
    let refused = from_server(b"\x00\x00\x00\x01\x01");
    assert_eq!((refused.verdict, refused.code), (Verdict::Refused, Some(1)));
    let neither = from_server(b"\x00\x00\x00\x01\x11");
    assert_eq!((neither.verdict, neither.code), (Verdict::None, Some(0x11)));
}

#[test]
fn a_chat_message_means_its_room_whoever_sends_it() {
    let there = from_client(b"\x04\x05\x00\x02hi");
    let back = from_server(b"\x04\x03\x00\x02hi");
    assert_eq!(there.name(), back.name());
    assert_eq!(there.content, back.content);
    assert_eq!(there.act, Act::Say { audience: Audience::Lobby, author: crate::protocol::Identity::None, text: b"hi" });
    assert_eq!(there.act, back.act);
    assert_eq!(from_client(b"\x04\x06\x00\x02hi").act, from_server(b"\x04\x04\x00\x02hi").act);
    assert_eq!(from_client(b"\x04\x07\x00\x02hi").act, from_server(b"\x04\x05\x00\x02hi").act);
}

#[test]
fn lists_say_who_is_in_the_main_room_where_they_can() {
    let row = |name, in_lobby| Row { name, in_lobby, ..Row::default() };
    let main = vec![row(&b"alice"[..], Some(true)), row(b"bob", Some(false))];
    let act = from_server(b"\x05\x02\x00\x0a\x85alice\x03bob").act;
    assert_eq!(act, Act::Roster { scope: Scope::All, rows: Some(main) });
    let movie = vec![row(&b"bob"[..], None)];
    assert_eq!(from_server(b"\x05\x07\x00\x04\x83bob").act, Act::Roster { scope: Scope::OwnRoom, rows: Some(movie) });
}

#[test]
fn rooms_and_private_chats_are_entered_and_left() {
    assert_eq!(from_client(b"\x05\x09\x00\x06Batman").act, Act::Enter { room: b"Batman" });
    assert_eq!(from_server(b"\x05\x81\x00\x01\x20").verdict, Verdict::Granted);
    assert_eq!(from_server(b"\x05\x81\x00\x01\x21").verdict, Verdict::Refused);
    assert_eq!(from_client(b"\x05\x0b\x00\x00").act, Act::Leave);
    assert_eq!(from_server(b"\x05\x82\x00\x00").verdict, Verdict::Granted);
    assert_eq!(from_client(b"\x05\x0a\x00\x00").act, Act::Logout);
    assert_eq!(from_server(b"\x05\x83\x00\x00").verdict, Verdict::Granted);
    assert_eq!(from_client(b"\x05\x08\x00\x03bob").act, Act::OpenPrivate { with: b"bob" });
    assert_eq!(from_server(b"\x05\x06\x00\x01\x10").verdict, Verdict::Refused);
    assert_eq!(from_server(b"\x05\x08\x00\x05alice").act, Act::OpenPrivate { with: b"alice" });
    assert_eq!(from_client(b"\x05\x0c\x00\x00").act, Act::ClosePrivate);
    assert_eq!(from_server(b"\x05\x84\x00\x00").act, Act::Released);
}

#[test]
fn type_0x81_from_the_server_is_two_messages() {
    let joined = from_server(b"\x05\x81\x00\x01\x20");
    let received = from_server(b"\x05\x81\x00\x00");
    assert_eq!((joined.name(), received.name()), (Some("movieResponse"), Some("msgReceived")));
    assert!(received.kind.is_some_and(|kind| kind.ack && kind.assumed));
    assert_eq!(from_client(b"\x05\x81\x00\x00").kind.map(|kind| kind.assumed), Some(false));
}

#[test]
fn what_only_the_other_side_may_say_has_no_effect() {
    let message = from_client(b"\x04\x83\x00\x00");
    assert_eq!(message.name(), Some("disconnectSuccess"));
    assert_eq!(message.defects[0].kind, DefectKind::WrongDirection);
    assert_eq!((message.verdict, message.act), (Verdict::None, Act::None));
}

#[test]
fn an_unassigned_type_has_a_number_but_no_name() {
    let message = from_client(b"\x04\x33\x00\x02hi");
    assert_eq!((message.name(), message.seq), (None, Seq::Number(4)));
    assert_eq!(message.content, b"hi");
    assert!(!message.is_malformed());
    let fields = C2wG9.fields(b"\x04\x33\x00\x02hi", &reading(Direction::ToServer));
    let named: Vec<_> = fields.iter().map(|field| field.name).collect();
    assert_eq!(named, ["sequence", "type", "length", "data"]);
    assert_eq!(fields[1].value, Value::Number(0x33));
}

#[test]
fn fragments_of_a_header_still_show_what_is_there() {
    assert!(from_client(b"\x04\x05").is_malformed());
    let fields = C2wG9.fields(b"\x04\x05", &reading(Direction::ToServer));
    let shown: Vec<_> = fields.iter().map(|field| (field.name, &field.value)).collect();
    assert_eq!(shown, [("sequence", &Value::Number(4)), ("type", &Value::Number(5))]);
}

#[test]
fn fields_tell_their_bytes() {
    let bytes = b"\x01\x01\x00\x0d\xe0\x01\x02\x03\x13\x8c\x06Batman!";
    let fields = C2wG9.fields(bytes, &reading(Direction::ToClient));
    let Value::Records(movies) = &fields[3].value else { panic!("{fields:?}") };
    let parts: Vec<_> = movies[0].iter().map(|field| (field.name, field.span.start, field.span.end)).collect();
    assert_eq!(parts, [("address", 4, 8), ("port", 8, 10), ("name", 11, 17)]);
    assert_eq!(movies[0][1].value, Value::Number(5004));
    assert_eq!(fields[4], Field::new("extra", Value::Text(b"!"), crate::bytes::Span::new(17, 18)));

    let fields = C2wG9.fields(b"\x00\x06\x00\x01\x11", &reading(Direction::ToClient));
    assert_eq!(fields[3].value, Value::Code { code: 0x11, name: Some("PRIVATE_ROOM_AVAILABLE") });
    let fields = C2wG9.fields(b"\x00\x84\x00\x00", &reading(Direction::ToClient));
    assert_eq!((fields[3].name, &fields[3].value), ("assumed", &Value::Flag(true)));
    let fields = C2wG9.fields(b"\x00\x04\x00\x06Batman", &reading(Direction::ToServer));
    assert_eq!((fields[3].name, &fields[3].value), ("movie_name", &Value::Text(b"Batman")));
}

#[test]
fn without_a_direction_the_better_reading_holds() {
    let unknown = reading(Direction::Unknown);
    assert_eq!(C2wG9.dissect(b"\x00\x01\x00\x05alice", &unknown).name(), Some("loginRequest"));
    assert_eq!(C2wG9.dissect(b"\x00\x00\x00\x01\x00", &unknown).name(), Some("loginResponse"));
    assert_eq!(C2wG9.dissect(b"\x03\x03\x00\x00", &unknown).name(), Some("mainRoomUserListRequest"));
    assert_eq!(C2wG9.dissect(b"\x03\x03\x00\x02hi", &unknown).name(), Some("sendMsgInMainRoom"));
    let fields = C2wG9.fields(b"\x00\x00\x00\x01\x00", &unknown);
    assert_eq!(fields[3].name, "status");
}

#[test]
fn evidence_weighs_what_chance_cannot_do() {
    assert!((12.0..16.0).contains(&from_client(b"\x05\x80\x00\x00").evidence));
    assert!(from_client(b"\x00\x01\x00\x05alice").evidence > 20.0);
    assert!(from_client(b"\x00\x01\x00\x06alice").evidence < -10.0);
    assert!(from_client(b"\x00").evidence <= -20.0);
    let right = from_server(b"\x05\x02\x00\x0a\x85alice\x03bob").evidence;
    let wrong = from_client(b"\x05\x02\x00\x0a\x85alice\x03bob").evidence;
    assert!(right > wrong + 10.0, "{right} {wrong}");
}

#[test]
fn a_stream_is_framed_by_its_length_fields() {
    let stream = Reading { transport: Transport::Tcp, ..reading(Direction::ToServer) };
    assert_eq!(C2wG9.frame(b"", &stream), Framing::NeedMore { at_least: 4 });
    assert_eq!(C2wG9.frame(b"\x00\x01\x00\x05ali", &stream), Framing::NeedMore { at_least: 9 });
    assert_eq!(C2wG9.frame(b"\x00\x01\x00\x05alice\x01", &stream), Framing::Message(9));
    assert_eq!(C2wG9.frame(b"\x00\x33\x00\x00", &stream), Framing::Message(4));
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..64), way in 0..4u8) {
        let way = [Direction::ToServer, Direction::ToClient, Direction::Unknown, Direction::Peer][usize::from(way)];
        let message = C2wG9.dissect(&bytes, &reading(way));
        prop_assert!(message.evidence.is_finite());
        for field in C2wG9.fields(&bytes, &reading(way)) {
            prop_assert!(field.span.start <= field.span.end && field.span.end <= bytes.len());
        }
    }
}
