//! Groupe 22's lines, parsed and written.

use super::*;
use crate::protocols::c2w_g22::KINDS;
use proptest::prelude::*;

fn emitted(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    message.emit(&mut out);
    out
}

/// The kinds and offsets of what is wrong with the form of a line.
fn defects(bytes: &[u8]) -> Vec<(DefectKind, usize)> {
    match parse(bytes) {
        Ok((_, defects)) => defects.iter().map(|defect| (defect.kind, defect.offset)).collect(),
        Err(defect) => vec![(defect.kind, defect.offset)],
    }
}

#[test]
fn a_message_is_one_line() {
    let message = Message::new(b"1488189601.313", command::SEND_MESSAGE_REQUEST, b"alice", b"a|b: c");
    let bytes = emitted(&message);
    assert_eq!(bytes, b"1488189601.313: SEND_MESSAGE_REQUEST|alice|a|b: c\r\n");
    assert_eq!(parse(&bytes), Ok((message, vec![])));
    assert_eq!(message.data_span(), Span::new(43, 49));
    assert_eq!(message.length(), bytes.len());
}

#[test]
fn a_missing_separator_is_named() {
    let reason = |bytes: &[u8]| parse(bytes).expect_err("no message").reason.to_string();
    assert_eq!(defects(b"hello is anybody there\r\n"), [(DefectKind::Malformed, 0)]);
    assert_eq!(
        reason(b"hello is anybody there\r\n"),
        "no message: a colon and a space after TIME is missing in the 22 bytes left"
    );
    assert_eq!(defects(b"10:30: CMD alice\r\n"), [(DefectKind::Malformed, 7)]);
    assert_eq!(reason(b"10:30: CMD alice\r\n"), "no message: a | after CMD is missing in the 9 bytes left");
    assert_eq!(defects(b"10:30: CMD|alice\r\n"), [(DefectKind::Malformed, 11)]);
    assert_eq!(reason(b"10:30: CMD|alice\r\n"), "no message: a | after USER_NAME is missing in the 5 bytes left");
    assert_eq!(defects(b""), [(DefectKind::Malformed, 0)]);
    assert_eq!(defects(b"\r\n"), [(DefectKind::Malformed, 0)]);
    // The separators must be in this line, not in the next.
    assert_eq!(defects(b"10:30\n10:31: CMD|alice|\r\n"), [(DefectKind::Malformed, 0)]);
}

#[test]
fn time_and_command_are_never_empty() {
    assert_eq!(defects(b": CMD|alice|\r\n"), [(DefectKind::Malformed, 0)]);
    assert_eq!(defects(b"10:30: |alice|\r\n"), [(DefectKind::Malformed, 7)]);
}

#[test]
fn a_line_ends_in_cr_lf() {
    assert_eq!(defects(b"10:30: CMD|alice|\r\n"), []);
    for (bytes, end) in [
        (&b"10:30: CMD|alice|\n"[..], LineEnd::Lf),
        (b"10:30: CMD|alice|\r", LineEnd::Cr),
        (b"10:30: CMD|alice|", LineEnd::None),
    ] {
        assert_eq!(defects(bytes), [(DefectKind::MissingTerminator, 17)]);
        let (message, _) = parse(bytes).expect("a message");
        assert_eq!((message.end, message.data), (end, &b""[..]));
    }
}

#[test]
fn nothing_follows_the_line() {
    assert_eq!(defects(b"10:30: CMD|alice|\r\n\0"), [(DefectKind::LengthMismatch, 19)]);
}

#[test]
fn a_stream_is_cut_at_line_feeds() {
    assert_eq!(line_length(b"10:30: CMD|al"), None);
    assert_eq!(line_length(b"10:30: CMD|alice|\r\n10:31"), Some(19));
    assert_eq!(line_length(b"\n"), Some(1));
    assert_eq!(line_length(&[b'x'; LINE_MAX + 9]), None);
}

/// Bytes without what separates them from the next part.
fn part(least: usize, most: usize) -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_filter("ends a part", |byte| !b"|\r\n".contains(byte));
    prop::collection::vec(byte, least..most)
}

fn end() -> impl Strategy<Value = LineEnd> {
    prop_oneof![Just(LineEnd::CrLf), Just(LineEnd::Lf), Just(LineEnd::Cr), Just(LineEnd::None)]
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        time in part(1, 20).prop_filter("ends early", |time| !time.windows(2).any(|pair| pair == b": ")),
        ending in "[A-Z0-9_]{1,9}",
        user_name in part(1, 20),
        data in prop::collection::vec(any::<u8>().prop_filter("ends a line", |byte| !b"\r\n".contains(byte)), 0..40),
        end in end(),
    ) {
        for kind in KINDS {
            let command = if command::FAMILIES.contains(&kind.name) {
                format!("{}_{ending}", kind.name)
            } else {
                kind.name.to_owned()
            };
            let message = Message { end, ..Message::new(&time, &command, &user_name, &data) };
            let bytes = emitted(&message);
            prop_assert_eq!(message.length(), bytes.len());
            let (read, defects) = parse(&bytes).expect("a message");
            prop_assert_eq!(read, message);
            prop_assert_eq!(defects.is_empty(), end == LineEnd::CrLf);
        }
    }

    #[test]
    fn whatever_is_read_is_written_back(bytes in "[a: |\r\n]{0,24}") {
        if let Ok((message, _)) = parse(bytes.as_bytes()) {
            prop_assert_eq!(&emitted(&message)[..], &bytes.as_bytes()[..message.length()]);
        }
    }

    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for (_, offset) in defects(&bytes) {
            prop_assert!(offset <= bytes.len());
        }
    }
}
