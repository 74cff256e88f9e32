//! The tables and the dialogue of Groupe 22, held against messages written by hand.

use super::*;
use crate::bytes::{Span, Time};
use crate::protocol::{Act, Audience, Choices, DefectKind, Direction, Identity, Value, Verdict};
use proptest::prelude::*;

fn reading(direction: Direction) -> Reading {
    Reading { direction, transport: Transport::Udp, choices: Choices::default() }
}

fn from_client(bytes: &[u8]) -> Message<'_> {
    C2wG22.dissect(bytes, &reading(Direction::ToServer))
}

fn from_server(bytes: &[u8]) -> Message<'_> {
    C2wG22.dissect(bytes, &reading(Direction::ToClient))
}

fn defects(message: &Message<'_>) -> Vec<(DefectKind, usize)> {
    message.defects.iter().map(|defect| (defect.kind, defect.offset)).collect()
}

#[test]
fn every_name_in_the_table_is_a_message_of_the_right_side() {
    for kind in KINDS {
        for answer in kind.answered_by {
            let found = KINDS.iter().find(|row| row.name == answer.kind && row.from != kind.from);
            assert!(found.is_some(), "{} is answered by {}", kind.name, answer.kind);
        }
        if let Some(relay) = kind.relay {
            assert!(KINDS.iter().any(|row| row.name == relay.by && row.from == Sender::Server), "{}", relay.by);
        }
        assert_eq!(kind.due == Due::No, kind.answered_by.is_empty(), "{}", kind.name);
        assert_eq!(kind.ack, kind.name.ends_with("_ACK"), "{}", kind.name);
    }
    assert_eq!(KINDS.iter().filter(|kind| kind.from == Sender::Client).count(), 12);
    assert_eq!(KINDS.iter().filter(|kind| kind.from == Sender::Server).count(), 9);
}

#[test]
fn the_document_grounds_no_rule_on_what_it_lacks() {
    for topic in [
        Topic::ReservedBits,
        Topic::Values,
        Topic::Text,
        Topic::EmptyData,
        Topic::FirstNumber,
        Topic::Numbering,
        Topic::AckForm,
        Topic::ResendTimer,
        Topic::RegularTimer,
        Topic::Resend,
        Topic::ResendMaximum,
        Topic::StopAndWait,
        Topic::Relay,
        Topic::RelayAudience,
        Topic::Notices,
        Topic::Lists,
        Topic::InvitationTimer,
    ] {
        assert_eq!(SPEC.section(topic), None, "{topic:?}");
    }
}

#[test]
fn a_connection_is_asked_for_granted_and_confirmed() {
    let request = from_client(b"1488189601.313: CONNECTION_REQUEST|alice|\r\n");
    assert_eq!(request.name(), Some("CONNECTION_REQUEST"));
    assert_eq!(request.seq, Seq::Text(b"1488189601.313"));
    assert_eq!(request.act, Act::Login { name: b"alice" });
    assert_eq!((request.speaker, request.content), (Identity::Name(b"alice"), &b"alice|"[..]));
    assert_eq!(defects(&request), []);
    let granted = from_server(b"1488189601.313: CONNECTION_GRANTED|alice|\r\n");
    assert_eq!(granted.verdict, Verdict::Granted);
    let confirmed = from_client(b"1488189601.313: CONNECTION_RESPONSE_ACK|alice|\r\n");
    assert!(confirmed.kind.is_some_and(|kind| kind.ack));
}

#[test]
fn an_error_keeps_its_command_as_its_name() {
    let refused = from_server(b"10:30: CONNECTION_ERROR_USER_EXISTS|alice|\r\n");
    assert_eq!(refused.name(), Some("CONNECTION_ERROR_USER_EXISTS"));
    assert_eq!(refused.kind.map(|kind| kind.name), Some("CONNECTION_ERROR"));
    assert_eq!(refused.verdict, Verdict::Refused);
    // Another ending is other content.
    assert_eq!(refused.content, b"CONNECTION_ERROR_USER_EXISTS|alice|");
    assert_eq!(from_server(b"10:30: ENTER_MOVIE_ERROR_7|alice|\r\n").verdict, Verdict::Refused);
    for odd in ["CONNECTION_ERROR", "CONNECTION_ERROR_", "CONNECTION_ERROR_full", "CONNECTION_ERRORS", "NEW_MESSAGE_X"]
    {
        let line = format!("10:30: {odd}|alice|\r\n");
        let message = from_server(line.as_bytes());
        assert_eq!(defects(&message), [(DefectKind::UnassignedType, 7)], "{odd}");
        assert_eq!(message.name(), None);
    }
}

#[test]
fn a_message_and_its_relay_have_the_same_content() {
    let sent = from_client(b"10:30: SEND_MESSAGE_REQUEST|alice|a|b\r\n");
    let relayed = from_server(b"10:31: NEW_MESSAGE|alice|a|b\r\n");
    assert_eq!(sent.content, b"alice|a|b");
    assert_eq!(sent.content, relayed.content);
    let say = |author| Act::Say { audience: Audience::OwnRoom, author, text: b"a|b" };
    assert_eq!(sent.act, say(Identity::None));
    assert_eq!(relayed.act, say(Identity::Name(b"alice")));
}

#[test]
fn rooms_are_entered_and_left() {
    assert_eq!(from_client(b"10:30: ENTER_MOVIE_REQUEST|alice|Batman\r\n").act, Act::Enter { room: b"Batman" });
    assert_eq!(from_server(b"10:30: ENTER_MOVIE_GRANTED|alice|\r\n").verdict, Verdict::Granted);
    assert_eq!(from_client(b"10:30: LEAVE_SESSION_REQUEST|alice|\r\n").act, Act::Back);
    assert_eq!(from_server(b"10:30: LEAVE_SESSION_GRANTED|alice|\r\n").verdict, Verdict::Granted);
}

#[test]
fn only_a_connection_goes_without_a_name() {
    assert_eq!(defects(&from_server(b"10:30: CONNECTION_ERROR_NAME||\r\n")), []);
    let asked = from_client(b"10:30: CONNECTION_REQUEST||alice\r\n");
    assert_eq!((asked.act, asked.speaker), (Act::Login { name: b"alice" }, Identity::None));
    let nameless = from_client(b"10:30: USER_LIST_REQUEST||\r\n");
    assert_eq!(defects(&nameless), [(DefectKind::Malformed, 25)]);
    assert_eq!((nameless.name(), nameless.seq), (None, Seq::None));
}

#[test]
fn what_only_the_other_side_may_say_has_no_effect() {
    let message = from_client(b"1488189608.609: NEW_MESSAGE|alice|hi\r\n");
    assert_eq!(defects(&message), [(DefectKind::WrongDirection, 16)]);
    assert_eq!((message.name(), message.act), (Some("NEW_MESSAGE"), Act::None));
    let unknown = C2wG22.dissect(b"1488189608.609: NEW_MESSAGE|alice|hi\r\n", &reading(Direction::Unknown));
    assert_eq!(defects(&unknown), []);
}

#[test]
fn words_of_another_encoding_are_worth_a_note() {
    let message = from_client(b"10:30: SEND_MESSAGE_REQUEST|Am\xe9lie|\xe9t\xe9\r\n");
    assert_eq!(defects(&message), [(DefectKind::Opaque, 30), (DefectKind::Opaque, 35)]);
    assert_eq!(message.speaker, Identity::Name(b"Am\xe9lie"));
    let message = from_client(b"ten past: USER_LIST_REQUEST|alice|\r\n");
    assert_eq!(defects(&message), [(DefectKind::Opaque, 0)]);
    // A command that is no text is merely unknown.
    let message = from_client(b"10:30: USE\xb5_LIST_REQUEST|alice|\r\n");
    assert_eq!(defects(&message), [(DefectKind::UnassignedType, 7)]);
    assert_eq!(message.defects[0].reason, "USE\\xB5_LIST_REQUEST is no command of the document");
}

#[test]
fn fields_tell_their_bytes() {
    let bytes = b"1488189601.5: NEW_MESSAGE|bob|hi\r\n!";
    let shown: Vec<_> =
        C2wG22.fields(bytes, &reading(Direction::ToClient)).into_iter().map(|f| (f.name, f.value, f.span)).collect();
    assert_eq!(
        shown,
        [
            ("time", Value::Text(b"1488189601.5"), Span::new(0, 12)),
            ("time_utc", Value::Time(Time(1_488_189_601_500_000_000)), Span::new(0, 12)),
            ("command", Value::Text(b"NEW_MESSAGE"), Span::new(14, 25)),
            ("user_name", Value::Text(b"bob"), Span::new(26, 29)),
            ("data", Value::Text(b"hi"), Span::new(30, 32)),
            ("extra", Value::Text(b"!"), Span::new(34, 35)),
        ]
    );
    let fields = C2wG22.fields(b"hello\r\n", &reading(Direction::ToClient));
    assert_eq!(fields, [Field::new("text", Value::Text(b"hello\r\n"), Span::new(0, 7))]);
}

#[test]
fn times_are_ordered_within_their_notation() {
    let order = |time: &'static [u8]| C2wG22.order_of(Seq::Text(time));
    assert_eq!(order(b"10:30"), Some((1, 37_800_000_000_000)));
    assert!(order(b"1488189601.313") < order(b"1488189601314"));
    assert_eq!(order(b"soon"), None);
    assert_eq!(C2wG22.order_of(Seq::None), None);
}

#[test]
fn evidence_weighs_what_chance_cannot_do() {
    assert!(from_client(b"10:30: USER_LIST_REQUEST|alice|\r\n").evidence > 50.0);
    assert!(from_client(b"Host: a|b|c\r\n").evidence < 0.0);
    assert!(from_client(b"GET / HTTP/1.1\r\n").evidence <= -20.0);
    let line = b"10:30: NEW_MESSAGE|alice|hi\r\n";
    assert!(from_server(line).evidence > from_client(line).evidence);
}

#[test]
fn a_stream_is_framed_by_its_line_ends() {
    let stream = Reading { transport: Transport::Tcp, ..reading(Direction::ToServer) };
    assert_eq!(C2wG22.frame(b"", &stream), Framing::NeedMore { at_least: 1 });
    assert_eq!(C2wG22.frame(b"10:30: CMD", &stream), Framing::NeedMore { at_least: 11 });
    assert_eq!(C2wG22.frame(b"hello\n10:30", &stream), Framing::Message(6));
    assert_eq!(C2wG22.frame(&[b'x'; wire::LINE_MAX], &stream), Framing::Broken);
}

proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'|'), Just(b':'), Just(b' ')], 0..64)) {
        for way in [Direction::ToServer, Direction::ToClient, Direction::Unknown, Direction::Peer] {
            let message = C2wG22.dissect(&bytes, &reading(way));
            prop_assert!(message.evidence.is_finite());
            prop_assert!(message.defects.iter().all(|defect| defect.offset <= bytes.len()));
        }
        for field in C2wG22.fields(&bytes, &reading(Direction::Unknown)) {
            prop_assert!(field.span.start <= field.span.end && field.span.end <= bytes.len());
        }
    }
}
