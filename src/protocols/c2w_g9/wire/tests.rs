//! Group 9's bytes, parsed and written.

use super::*;
use crate::protocols::c2w_g9::KINDS;
use proptest::prelude::*;

/// What each type carries, told a second time: the parser must not agree with itself alone.
#[derive(Clone, Copy)]
enum Carries {
    Nothing,
    UserName,
    MovieName,
    Text,
    Status(&'static [u8]),
    Users,
    Movies,
}

const TYPES: &[(Sender, u8, Carries)] = &[
    (Sender::Client, 0x01, Carries::UserName),
    (Sender::Client, 0x02, Carries::Nothing),
    (Sender::Client, 0x03, Carries::Nothing),
    (Sender::Client, 0x04, Carries::MovieName),
    (Sender::Client, 0x05, Carries::Text),
    (Sender::Client, 0x06, Carries::Text),
    (Sender::Client, 0x07, Carries::Text),
    (Sender::Client, 0x08, Carries::UserName),
    (Sender::Client, 0x09, Carries::MovieName),
    (Sender::Client, 0x0a, Carries::Nothing),
    (Sender::Client, 0x0b, Carries::Nothing),
    (Sender::Client, 0x0c, Carries::Nothing),
    (Sender::Client, 0x80, Carries::Nothing),
    (Sender::Client, 0x81, Carries::Nothing),
    (Sender::Client, 0x82, Carries::Nothing),
    (Sender::Server, 0x00, Carries::Status(&[0x00, 0x01])),
    (Sender::Server, 0x01, Carries::Movies),
    (Sender::Server, 0x02, Carries::Users),
    (Sender::Server, 0x03, Carries::Text),
    (Sender::Server, 0x04, Carries::Text),
    (Sender::Server, 0x05, Carries::Text),
    (Sender::Server, 0x06, Carries::Status(&[0x10, 0x11])),
    (Sender::Server, 0x07, Carries::Users),
    (Sender::Server, 0x81, Carries::Status(&[0x20, 0x21])),
    (Sender::Server, 0x82, Carries::Nothing),
    (Sender::Server, 0x83, Carries::Nothing),
    (Sender::Server, 0x08, Carries::UserName),
    (Sender::Server, 0x0c, Carries::Nothing),
    (Sender::Server, 0x84, Carries::Nothing),
    (Sender::Server, 0x81, Carries::Nothing),
];

fn emitted(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    message.emit(&mut out);
    out
}

/// Kind, offset and reason of each defect in bytes that were readable as a message.
fn defects(from: Sender, bytes: &[u8]) -> Vec<(DefectKind, usize, String)> {
    let parsed = parse(bytes, from).expect("a header");
    parsed.defects.into_iter().map(|defect| (defect.kind, defect.offset, defect.reason.to_string())).collect()
}

#[test]
fn the_message_table_has_the_types_that_the_parser_knows() {
    let named: Vec<_> = KINDS.iter().map(|kind| (kind.from, kind.code)).collect();
    let known: Vec<_> = TYPES.iter().map(|(from, code, _)| (*from, u16::from(*code))).collect();
    assert_eq!(named, known);
    for side in [Sender::Client, Sender::Server] {
        for code in 0..=u8::MAX {
            let listed = TYPES.iter().any(|row| row.0 == side && row.1 == code);
            assert_eq!(Shape::of(side, code, true).is_some(), listed, "{side:?} 0x{code:02x}");
        }
    }
}

#[test]
fn a_login_is_nine_bytes() {
    let login = Message { sequence: 0, code: client::LOGIN_REQUEST, data: Data::Name(b"alice") };
    assert_eq!(emitted(&login), b"\x00\x01\x00\x05alice");
}

#[test]
fn lists_are_as_in_figures_2_and_3() {
    let users = vec![User { available: true, name: b"alice" }, User { available: false, name: b"bob" }];
    let list = Message { sequence: 5, code: server::SEND_MAIN_ROOM_USER_LIST, data: Data::Users(users) };
    assert_eq!(emitted(&list), b"\x05\x02\x00\x0a\x85alice\x03bob");
    let movies = vec![Movie { address: Ipv4Addr::new(224, 1, 2, 3), port: 5004, name: b"Batman" }];
    let list = Message { sequence: 1, code: server::MOVIE_LIST_RESPONSE, data: Data::Movies(movies) };
    assert_eq!(emitted(&list), b"\x01\x01\x00\x0d\xe0\x01\x02\x03\x13\x8c\x06Batman");
}

#[test]
fn less_than_a_header_is_no_message() {
    for (bytes, length) in [(&b""[..], 0), (b"\x04\x05", 2), (b"\x04\x05\x00", 3)] {
        let defect = parse(bytes, Sender::Client).expect_err("no header");
        assert_eq!((defect.kind, defect.offset), (DefectKind::Malformed, length));
    }
}

#[test]
fn a_length_that_lies_is_told_once() {
    let short = defects(Sender::Client, b"\x00\x01\x00\x09alice");
    let reason = "the length field says 9, but 5 bytes follow the header".to_owned();
    assert_eq!(short, [(DefectKind::LengthMismatch, 2, reason)]);
    let long = defects(Sender::Client, b"\x00\x02\x00\x00please");
    let reason = "the length field says 0, but 6 bytes follow the header, 6 too many".to_owned();
    assert_eq!(long, [(DefectKind::LengthMismatch, 4, reason)]);
    // The list is cut where the length says, in the middle of a name: still one fault.
    assert_eq!(defects(Sender::Server, b"\x00\x02\x00\x03\x85alice").len(), 1);
}

#[test]
fn data_where_there_is_none_depends_on_what_it_hangs_on() {
    let request = defects(Sender::Client, b"\x04\x02\x00\x06please");
    assert_eq!((request[0].0, request[0].1), (DefectKind::UnexpectedPayload, 4));
    let acknowledgement = defects(Sender::Client, b"\x04\x80\x00\x02ok");
    let reason = "2 bytes of data where the type has none".to_owned();
    assert_eq!(acknowledgement, [(DefectKind::MalformedAck, 4, reason)]);
    let status = defects(Sender::Server, b"\x04\x00\x00\x03\x00ok");
    assert_eq!((status[0].0, status[0].1), (DefectKind::UnexpectedPayload, 5));
}

#[test]
fn types_are_judged_by_who_sends_them() {
    let unassigned = defects(Sender::Client, b"\x04\x33\x00\x00");
    assert_eq!(unassigned, [(DefectKind::UnassignedType, 1, "type 0x33 is not assigned".to_owned())]);
    let reason = "type 0x83 is assigned, but only the server may send it".to_owned();
    assert_eq!(defects(Sender::Client, b"\x04\x83\x00\x00"), [(DefectKind::WrongDirection, 1, reason)]);
    assert_eq!(defects(Sender::Server, b"\x04\x83\x00\x00"), []);
    let parsed = parse(b"\x04\x09\x00\x06Batman", Sender::Server).expect("a header");
    assert_eq!((parsed.table, parsed.message.data), (Some(Sender::Client), Data::Name(b"Batman")));
}

#[test]
fn a_status_belongs_to_its_response() {
    let reason = "status 0x10 is none that type 0x00 may carry".to_owned();
    assert_eq!(defects(Sender::Server, b"\x00\x00\x00\x01\x10"), [(DefectKind::OutOfRange, 4, reason)]);
    assert_eq!(defects(Sender::Server, b"\x00\x06\x00\x01\x10"), []);
    let absent = defects(Sender::Server, b"\x00\x06\x00\x00");
    assert_eq!((absent[0].0, absent[0].1), (DefectKind::LengthMismatch, 4));
    // Without a status, 0x81 is the acknowledgement of Figure 8.
    assert_eq!(defects(Sender::Server, b"\x00\x81\x00\x00"), []);
}

#[test]
fn names_have_1_to_127_or_255_bytes() {
    let named = |code, length: usize| {
        let name = vec![b'n'; length];
        defects(Sender::Client, &emitted(&Message { sequence: 0, code, data: Data::Name(&name) }))
    };
    for (code, limit) in
        [(client::LOGIN_REQUEST, 127), (client::PRIVATE_CHAT_REQUEST, 127), (client::MOVIE_REQUEST, 255)]
    {
        assert_eq!(named(code, 1), []);
        assert_eq!(named(code, limit), []);
        assert_eq!(named(code, 0)[0].0, DefectKind::BadText);
        assert_eq!(named(code, limit + 1)[0].0, DefectKind::BadText);
    }
    let reason = "the user name has 128 bytes; it takes 1 to 127".to_owned();
    assert_eq!(named(client::LOGIN_REQUEST, 128), [(DefectKind::BadText, 4, reason)]);
}

#[test]
fn in_a_movie_room_everybody_is_available() {
    let reason = "bit S is 0 for 1 of 2 users; in this list it is always 1".to_owned();
    let there = defects(Sender::Server, b"\x05\x07\x00\x0a\x85alice\x03bob");
    assert_eq!(there, [(DefectKind::OutOfRange, 10, reason)]);
    assert_eq!(defects(Sender::Server, b"\x05\x02\x00\x0a\x85alice\x03bob"), []);
}

#[test]
fn a_list_must_come_out_even() {
    let reason = "the last 4 bytes of the list are less than the user they begin".to_owned();
    let users = defects(Sender::Server, b"\x05\x02\x00\x0a\x85alice\x04bob");
    assert_eq!(users, [(DefectKind::LengthMismatch, 10, reason)]);
    let movies = defects(Sender::Server, b"\x05\x01\x00\x03\xe0\x01\x02");
    assert_eq!((movies[0].0, movies[0].1), (DefectKind::LengthMismatch, 4));
    let nameless = defects(Sender::Server, b"\x05\x02\x00\x07\x80\x85alice");
    assert_eq!(nameless, [(DefectKind::BadText, 4, "1 of 2 user names in the list are empty".to_owned())]);
    assert_eq!(defects(Sender::Server, b"\x05\x02\x00\x00"), []);
}

#[test]
fn a_stream_is_cut_by_the_length_field() {
    assert_eq!(frame_length(b"\x00\x05\x01"), None);
    assert_eq!(frame_length(b"\x00\x05\x01\x02"), Some(4 + 258));
}

fn names(longest: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=longest), 1..6)
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        sequence: u8,
        short in names(127),
        long in names(255),
        text in prop::collection::vec(any::<u8>(), 0..300),
        places in prop::collection::vec(any::<(bool, u32, u16)>(), 6),
    ) {
        for &(from, code, carries) in TYPES {
            let choices = match carries {
                Carries::Nothing => vec![Data::Empty],
                Carries::UserName => short.iter().map(|name| Data::Name(name)).collect(),
                Carries::MovieName => long.iter().map(|name| Data::Name(name)).collect(),
                Carries::Text => vec![Data::Text(&text), Data::Text(b"")],
                Carries::Status(codes) => codes.iter().map(|code| Data::Status(*code)).collect(),
                Carries::Users => {
                    let in_room = code == server::SEND_MOVIE_ROOM_USER_LIST;
                    let row = |(name, place): (_, &(bool, u32, u16))| User { available: in_room || place.0, name };
                    vec![Data::Users(short.iter().map(Vec::as_slice).zip(&places).map(row).collect()), Data::Users(vec![])]
                }
                Carries::Movies => {
                    let row = |(name, place): (_, &(bool, u32, u16))| {
                        Movie { address: Ipv4Addr::from_bits(place.1), port: place.2, name }
                    };
                    vec![Data::Movies(long.iter().map(Vec::as_slice).zip(&places).map(row).collect()), Data::Movies(vec![])]
                }
            };
            for data in choices {
                let message = Message { sequence, code, data };
                let bytes = emitted(&message);
                let parsed = parse(&bytes, from).expect("a header");
                prop_assert_eq!(&parsed.defects, &vec![]);
                prop_assert_eq!(parsed.table, Some(from));
                prop_assert_eq!(usize::from(parsed.length) + HEADER, bytes.len());
                prop_assert_eq!(parsed.message, message);
            }
        }
    }

    #[test]
    fn unassigned_types_keep_their_data(sequence: u8, code in 0x0d..0x80u8, data in prop::collection::vec(any::<u8>(), 1..40)) {
        let message = Message { sequence, code, data: Data::Other(&data) };
        let bytes = emitted(&message);
        prop_assert_eq!(parse(&bytes, Sender::Client).expect("a header").message, message);
    }

    #[test]
    fn whatever_is_read_without_defect_is_written_back(
        code in prop_oneof![0..0x0fu8, 0x7e..0x86u8, any::<u8>()],
        sequence: u8,
        data in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            prop::collection::vec(prop_oneof![0..4u8, 0x80..0x84u8], 0..12),
        ],
        claimed in prop::option::of(any::<u16>()),
    ) {
        let length = claimed.unwrap_or(data.len() as u16);
        let mut bytes = vec![sequence, code];
        bytes.extend(length.to_be_bytes());
        bytes.extend(&data);
        for from in [Sender::Client, Sender::Server] {
            let parsed = parse(&bytes, from).expect("a header");
            prop_assert!(parsed.data.end <= bytes.len());
            for defect in &parsed.defects {
                prop_assert!(defect.offset <= bytes.len() && !defect.reason.text().is_empty());
            }
            if parsed.defects.is_empty() {
                prop_assert_eq!(emitted(&parsed.message), bytes.clone());
            }
        }
    }
}
