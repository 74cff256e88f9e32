//! One direction of a stream: where its messages begin and end, whatever happens to it on the way.

use crate::bytes::Time;
use crate::identify::Content;
use crate::identify::stream::{Cut, Half, Reader, Rest, Run};
use crate::limits::Limits;
use crate::protocol::{Choices, Direction, Protocol, Reading, Transport};
use crate::protocols::c2w_g9::C2wG9;
use crate::protocols::c2w_g22::C2wG22;
use crate::protocols::chatos::ChatOs;
use proptest::prelude::*;

const TO_ALL: &[u8] = b"\x03\x00\x05alice\x00\x0bhello there";
const TO_BOB: &[u8] = b"\x02\x00\x05alice\x00\x03bob\x00\x06psst !";
const LOGIN: &[u8] = b"\x01\x00\x05alice";

/// A half with everything that came out of it.
struct Bench {
    half: Half,
    protocol: &'static dyn Protocol,
    direction: Direction,
    limits: Limits,
    frame: u64,
    out: Vec<(Content, Vec<u8>, Vec<u64>)>,
}

impl Bench {
    fn new(protocol: &'static dyn Protocol, from_start: bool) -> Bench {
        let half = Half::new(from_start);
        let direction = Direction::ToServer;
        Bench { half, protocol, direction, limits: Limits::default(), frame: 0, out: Vec::new() }
    }

    fn with(
        &mut self,
        rest: Rest,
        work: impl FnOnce(&mut Half, Reader<'_>, u64, &mut dyn FnMut(Cut<'_>) -> Rest),
    ) -> &mut Bench {
        let reading = Reading { direction: self.direction, transport: Transport::Tcp, choices: Choices::default() };
        let reader = Reader { protocol: self.protocol, reading, limits: &self.limits, thorough: true };
        let out = &mut self.out;
        work(&mut self.half, reader, self.frame, &mut |cut| {
            assert!(cut.frames.contains(&cut.frame) && cut.frames.is_sorted());
            out.push((cut.content, cut.bytes.to_vec(), cut.frames.to_vec()));
            rest
        });
        self
    }

    /// One segment, in a frame of its own.
    fn run(&mut self, bytes: &[u8]) -> &mut Bench {
        self.run_then(bytes, Rest::Messages)
    }

    fn run_then(&mut self, bytes: &[u8], rest: Rest) -> &mut Bench {
        self.frame += 1;
        self.with(rest, |half, reader, frame, emit| {
            half.run(reader, Run { bytes, carried_by: frame, frame, time: Time(0) }, emit);
        })
    }

    fn gap(&mut self, missing: u64) -> &mut Bench {
        self.with(Rest::Messages, |half, _, _, emit| half.gap(missing, emit))
    }

    fn end(&mut self, closed: bool) -> &mut Bench {
        self.with(Rest::Messages, |half, reader, _, emit| half.end(reader, closed, emit))
    }

    /// What came out, without frames.
    fn seen(&self) -> Vec<(Content, &[u8])> {
        self.out.iter().map(|(content, bytes, _)| (*content, &bytes[..])).collect()
    }

    fn frames(&self) -> Vec<&[u64]> {
        self.out.iter().map(|(_, _, frames)| &frames[..]).collect()
    }
}

const WHOLE: Content = Content::Message;
const FAULTY: Content = Content::NoMessage { torn: false };
const TORN: Content = Content::NoMessage { torn: true };

#[test]
fn messages_in_one_segment_share_its_frame() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(&[LOGIN, TO_ALL, TO_BOB].concat());
    assert_eq!(bench.seen(), [(WHOLE, LOGIN), (WHOLE, TO_ALL), (WHOLE, TO_BOB)]);
    assert_eq!(bench.frames(), [[1], [1], [1]]);
}

#[test]
fn a_message_belongs_to_all_frames_that_carry_it() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(&LOGIN[..1]).run(&LOGIN[1..5]).run(&[&LOGIN[5..], &TO_ALL[..2]].concat()).run(&TO_ALL[2..]);
    assert_eq!(bench.seen(), [(WHOLE, LOGIN), (WHOLE, TO_ALL)]);
    assert_eq!(bench.frames(), [&[1, 2, 3][..], &[3, 4]]);
}

#[test]
fn a_run_that_waited_for_a_hole_to_be_filled_belongs_to_the_frame_that_filled_it() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.with(Rest::Messages, |half, reader, _, emit| {
        half.run(reader, Run { bytes: &LOGIN[..4], carried_by: 9, frame: 9, time: Time(9) }, emit);
        half.run(reader, Run { bytes: &LOGIN[4..], carried_by: 7, frame: 9, time: Time(9) }, emit);
    });
    assert_eq!(bench.frames(), [[7, 9]]);
}

#[test]
fn what_no_message_starts_with_is_skipped_up_to_where_one_does() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(LOGIN).run(b"\x09\x00\x05alice").run(TO_ALL);
    assert_eq!(bench.seen(), [(WHOLE, LOGIN), (FAULTY, b"\x09\x00\x05alice"), (WHOLE, TO_ALL)]);
    assert_eq!(bench.frames(), [[1], [2], [3]]);
}

#[test]
fn a_message_found_in_the_middle_of_a_segment_must_speak_louder() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.direction = Direction::ToClient;
    // Two bytes that read as ERROR 1 prove nothing there, a message with texts does.
    bench.run(b"\xff\xff\x08\x01").run(b"\xff\xff");
    assert_eq!(bench.seen(), []);
    bench.run(&[b"\xff\xff", TO_ALL].concat()).end(true);
    assert_eq!(bench.seen(), [(FAULTY, &b"\xff\xff\x08\x01\xff\xff\xff\xff"[..]), (WHOLE, TO_ALL)]);
}

#[test]
fn what_a_hole_tore_is_nobodys_fault() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(LOGIN).run(&TO_ALL[..9]).gap(4).run(&[&TO_ALL[13..], TO_BOB].concat()).run(TO_ALL);
    let seen = [(WHOLE, LOGIN), (TORN, &TO_ALL[..9]), (TORN, &TO_ALL[13..]), (WHOLE, TO_BOB), (WHOLE, TO_ALL)];
    assert_eq!(bench.seen(), seen);
}

#[test]
fn a_hole_between_messages_tears_nothing() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(LOGIN).gap(TO_BOB.len() as u64).run(TO_ALL);
    assert_eq!(bench.seen(), [(WHOLE, LOGIN), (WHOLE, TO_ALL)]);
}

#[test]
fn a_capture_may_begin_in_the_middle_of_a_message() {
    let mut bench = Bench::new(&C2wG22, false);
    bench.run(b"REQUEST|alice|salut\r\n12.5: SEND_MESSAGE_REQUEST|alice|bonjour\r\n");
    let line = &b"12.5: SEND_MESSAGE_REQUEST|alice|bonjour\r\n"[..];
    assert_eq!(bench.seen(), [(TORN, &b"REQUEST|alice|salut\r\n"[..]), (WHOLE, line)]);
}

#[test]
fn a_message_is_incomplete_only_if_its_connection_closed() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(LOGIN).run(&TO_ALL[..8]).end(true);
    assert_eq!(bench.seen(), [(WHOLE, LOGIN), (Content::Incomplete { needed: 10 }, &TO_ALL[..8])]);
    assert_eq!(bench.frames(), [[1], [2]]);
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(LOGIN).run(&TO_ALL[..8]).end(false);
    assert_eq!(bench.seen(), [(WHOLE, LOGIN)]);
}

#[test]
fn a_hole_before_the_end_leaves_nothing_incomplete() {
    let mut bench = Bench::new(&ChatOs, true);
    bench.run(LOGIN).run(&TO_ALL[..8]).gap(10).end(true);
    assert_eq!(bench.seen(), [(WHOLE, LOGIN), (TORN, &TO_ALL[..8])]);
}

#[test]
fn a_length_that_swallows_the_messages_behind_it_is_found_out() {
    let mut bench = Bench::new(&C2wG9, true);
    let login = b"\x00\x01\x00\x05alice";
    let lying = b"\x01\x05\x40\x00salut";
    let next = b"\x02\x05\x00\x14les autres vont bien";
    bench.run(login).run(lying).run(next);
    assert_eq!(bench.seen(), [(WHOLE, &login[..]), (FAULTY, lying), (WHOLE, next)]);
}

#[test]
fn a_long_message_in_many_segments_is_not_doubted() {
    let mut bench = Bench::new(&C2wG9, true);
    let text = b"les autres vont bien, et toi ? ".repeat(200);
    let mut message = vec![1, 5];
    message.extend_from_slice(&(text.len() as u16).to_be_bytes());
    message.extend_from_slice(&text);
    for segment in message.chunks(31) {
        bench.run(segment);
    }
    assert_eq!(bench.seen(), [(WHOLE, &message[..])]);
}

#[test]
fn what_never_ends_is_let_go() {
    let mut bench = Bench::new(&C2wG22, true);
    bench.limits = Limits { message_bytes: 1000, seek_bytes: 400, ..Limits::default() };
    let line = b"12.5: SEND_MESSAGE_REQUEST|alice|bonjour\r\n";
    for _ in 0..30 {
        bench.run(&[b'x'; 100]);
    }
    bench.run(b"\r\n").run(line);
    assert!(bench.out.iter().all(|(_, bytes, _)| bytes.len() <= 1100), "{:?}", bench.seen());
    assert_eq!(bench.seen().last(), Some(&(WHOLE, &line[..])));
}

#[test]
fn an_opaque_rest_is_counted_not_read() {
    let mut bench = Bench::new(&ChatOs, true);
    let connect = b"\x07\x00\x05alice\x00\x03bob\x00\x07";
    bench.run_then(&[connect, TO_ALL].concat(), Rest::Private).run(TO_BOB).gap(5).run(b"x").end(true);
    let total = (TO_ALL.len() + TO_BOB.len() + 5 + 1) as u64;
    assert_eq!(bench.seen(), [(WHOLE, &connect[..]), (Content::Private { total }, b"")]);
    assert_eq!(bench.frames(), [&[1][..], &[1, 2, 3]]);
}

#[test]
fn what_is_held_is_read_once_it_is_known_how() {
    let mut bench = Bench::new(&ChatOs, true);
    let connect = b"\x07\x00\x05alice\x00\x03bob\x00\x07";
    bench.run_then(connect, Rest::Held).run(TO_ALL);
    assert_eq!(bench.seen(), [(WHOLE, &connect[..])]);
    bench.with(Rest::Messages, |half, reader, _, emit| half.take(Rest::Messages, reader, emit));
    assert_eq!(bench.seen(), [(WHOLE, &connect[..]), (WHOLE, TO_ALL)]);
    let mut bench = Bench::new(&ChatOs, true);
    bench.run_then(connect, Rest::Held).run(TO_ALL);
    bench.with(Rest::Private, |half, reader, _, emit| half.take(Rest::Private, reader, emit)).end(true);
    let total = TO_ALL.len() as u64;
    assert_eq!(bench.seen(), [(WHOLE, &connect[..]), (Content::Private { total }, b"")]);
}

/// Any of these, one behind the other.
fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let messages = [LOGIN, TO_ALL, TO_BOB, b"\x08\x01", b"\x04\x00\x05alice\x00\x03bob\x12\x34"];
    proptest::collection::vec(proptest::sample::select(messages.to_vec()), 1..12).prop_map(|all| all.concat())
}

/// Cuts bytes into segments of these lengths, over and over.
fn segments<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let mut out = Vec::new();
    for length in lengths.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (segment, rest) = bytes.split_at((*length).min(bytes.len()));
        out.push(segment);
        bytes = rest;
    }
    out
}

proptest! {
    #[test]
    fn segments_change_nothing(bytes in conversation(), lengths in proptest::collection::vec(1usize..40, 1..8)) {
        let mut whole = Bench::new(&ChatOs, true);
        whole.run(&bytes).end(true);
        let mut cut = Bench::new(&ChatOs, true);
        for segment in segments(&bytes, &lengths) {
            cut.run(segment);
        }
        cut.end(true);
        prop_assert_eq!(whole.seen(), cut.seen());
        prop_assert!(whole.out.iter().all(|(content, ..)| *content == WHOLE));
    }

    #[test]
    fn every_byte_is_accounted_for(
        bytes in proptest::collection::vec(prop_oneof![0u8..10, any::<u8>()], 0..400),
        lengths in proptest::collection::vec(1usize..60, 1..8),
        which in 0usize..3,
        from_start: bool,
    ) {
        let protocol: &'static dyn Protocol = [&C2wG9 as &dyn Protocol, &C2wG22, &ChatOs][which];
        let mut bench = Bench::new(protocol, from_start);
        bench.limits.seek_bytes = 100;
        for segment in segments(&bytes, &lengths) {
            bench.run(segment);
        }
        bench.end(true);
        prop_assert_eq!(bench.out.iter().flat_map(|(_, bytes, _)| bytes.clone()).collect::<Vec<_>>(), bytes);
    }
}
