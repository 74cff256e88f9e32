//! Connections through a relay without sockets: segments on both sides, and the pipe between them.

use super::datagrams::tape;
use crate::analysis::{Analysis, Options};
use crate::bytes::Time;
use crate::capture::Reader;
use crate::limits::Limits;
use crate::net::relayed::Recording;
use crate::net::{Decoder, Transport};
use crate::record::tape::{Leg, Route, Tape};
use crate::record::tcp::{Headers, PIECE, Pipe};
use crate::record::{Impairments, Way};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::net::SocketAddr;

fn at(milliseconds: i64) -> Time {
    Time(milliseconds * 1_000_000)
}

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn headers() -> Headers {
    let route = Route { client: address(4000), local: address(5000), upstream: address(5001), server: address(5001) };
    Headers::new(route, 7, 0)
}

/// One segment of a conversation: who sent it, flags, bytes.
fn conversation(mut tape: Tape) -> Vec<String> {
    let mut reader = Reader::new(Box::new(Cursor::new(tape.take(Vec::new())))).unwrap();
    let mut decoder = Decoder::new(&Limits::default());
    // What each end has sent, and what the other one must expect.
    let mut next: BTreeMap<(SocketAddr, SocketAddr), u32> = BTreeMap::new();
    let mut seen = Vec::new();
    while let Some(frame) = reader.next_frame() {
        let packet = decoder.decode(&frame.unwrap()).unwrap();
        let Transport::Tcp(segment) = packet.transport else { panic!("no segment") };
        let (src, dst) = (packet.src, packet.dst);
        if let Some(expected) = next.get(&(src, dst)) {
            assert_eq!(segment.seq, *expected, "{src} to {dst}: its own numbers");
        }
        if let Some(ack) = segment.ack {
            assert_eq!(Some(&ack), next.get(&(dst, src)), "{src} to {dst}: what it has seen");
        }
        let length = segment.payload.len() as u32 + u32::from(segment.syn) + u32::from(segment.fin);
        next.insert((src, dst), segment.seq.wrapping_add(length));
        let flags: String =
            [(segment.syn, 'S'), (segment.fin, 'F'), (segment.rst, 'R'), (!segment.payload.is_empty(), 'D')]
                .into_iter()
                .filter_map(|(is_set, letter)| is_set.then_some(letter))
                .collect();
        if !flags.is_empty() {
            seen.push(format!("{}>{} {flags}", src.port(), dst.port()));
        }
    }
    seen
}

/// From the first segment to the last, the server's end closed first.
fn whole(tape: &mut Tape) {
    let mut headers = headers();
    headers.accepted(tape, at(0));
    headers.connecting(tape, at(0), address(6000));
    headers.connected(tape, at(1));
    headers.read(tape, at(2), Way::Up, b"question");
    headers.written(tape, at(3), Way::Up, b"quest");
    headers.written(tape, at(4), Way::Up, b"ion");
    headers.read(tape, at(5), Way::Down, &[7; 70_000]);
    headers.written(tape, at(5), Way::Down, &[7; 70_000]);
    for (time, way) in [(6, Way::Down), (8, Way::Up)] {
        headers.ended(tape, at(time), way, Leg::Arrival);
        headers.ended(tape, at(time + 1), way, Leg::Forwarded);
    }
}

#[test]
fn numbers_and_acknowledgements_are_right_on_both_sides() {
    let mut tape = tape();
    whole(&mut tape);
    let expected = "4000>5000 S, 5000>4000 S, 6000>5001 S, 5001>6000 S, 4000>5000 D, 6000>5001 D, 6000>5001 D, \
                    5001>6000 D, 5001>6000 D, 5001>6000 D, 5000>4000 D, 5000>4000 D, 5000>4000 D, \
                    5001>6000 F, 5000>4000 F, 4000>5000 F, 6000>5001 F";
    assert_eq!(conversation(tape).join(", "), expected);
}

#[test]
fn a_side_that_breaks_off_is_told_from_the_relay_doing_so() {
    let run = |end: fn(&mut Headers, &mut Tape)| {
        let mut tape = tape();
        let mut headers = headers();
        headers.accepted(&mut tape, at(0));
        headers.connecting(&mut tape, at(0), address(6000));
        headers.connected(&mut tape, at(1));
        end(&mut headers, &mut tape);
        conversation(tape).split_off(4).join(", ")
    };
    assert_eq!(run(|headers, tape| headers.broken(tape, at(2), Way::Up)), "4000>5000 R, 6000>5001 R");
    assert_eq!(run(|headers, tape| headers.broken(tape, at(2), Way::Down)), "5001>6000 R, 5000>4000 R");
    assert_eq!(run(|headers, tape| headers.cut(tape, at(2), "why")), "5000>4000 R, 6000>5001 R");
}

#[test]
fn a_server_that_refuses_is_seen_to_do_so() {
    let mut tape = tape();
    let mut headers = headers();
    headers.accepted(&mut tape, at(0));
    headers.connecting(&mut tape, at(0), address(6000));
    headers.broken(&mut tape, at(1), Way::Down);
    let expected = ["4000>5000 S", "5000>4000 S", "6000>5001 S", "5001>6000 R", "5000>4000 R"];
    assert_eq!(conversation(tape), expected);
}

#[test]
fn both_sides_joined_are_one_whole_connection() {
    let mut tape =
        Tape::new(&Recording::recognize("wiregrade-record/1 tcp 127.0.0.1:5000=127.0.0.1:5001").unwrap(), "a remark");
    whole(&mut tape);
    let mut reader = Reader::new(Box::new(Cursor::new(tape.take(Vec::new())))).unwrap();
    let options = Options::default().for_capture(reader.comments());
    assert!(options.recording.is_some());
    let mut analysis = Analysis::new(options);
    while let Some(frame) = reader.next_frame() {
        analysis.frame(&frame.unwrap(), &mut |_| {});
    }
    let summary = analysis.finish(&mut |_| {});
    assert_eq!(summary.flows.len(), 1);
    let stats = &summary.flows[0].stats;
    assert_eq!((stats.ends.a, stats.ends.b), (address(4000), address(5001)));
    assert_eq!((stats.from_a.bytes, stats.from_b.bytes), (8, 70_000));
    let tcp = stats.tcp.as_ref().unwrap();
    assert_eq!((tcp.retransmitted, tcp.out_of_order, tcp.missing_bytes, tcp.reset), (0, 0, 0, false));
    assert_eq!(tcp.handshake.map(|time| time.as_millis()), Some(1));
}

fn pipe(impairments: &Impairments) -> Pipe {
    Pipe::new(impairments, Way::Up, 0, 100)
}

/// What comes out of a pipe by then.
fn drain(pipe: &mut Pipe, now: Time) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    while let Some(piece) = pipe.ready(now).map(<[u8]>::to_vec) {
        pipe.written(piece.len());
        pieces.push(piece);
    }
    pieces
}

#[test]
fn a_pipe_that_does_no_harm_gives_what_it_got_at_once() {
    let mut pipe = pipe(&Impairments::default());
    pipe.push(at(1), b"one");
    pipe.push(at(2), b"two");
    pipe.push(at(2), b"");
    assert_eq!(drain(&mut pipe, at(2)), [b"onetwo"]);
    assert_eq!(pipe.next_due(), None);
    assert!(!pipe.is_over(at(9)));
    pipe.end(at(3));
    assert!(pipe.is_over(at(3)));
}

#[test]
fn a_pipe_holds_back_data_and_end_in_order() {
    let mut pipe = pipe(&Impairments { delay: "10ms".parse().unwrap(), ..Impairments::default() });
    pipe.push(at(0), b"one");
    pipe.push(at(4), b"two");
    pipe.end(at(5));
    assert_eq!(pipe.next_due(), Some(at(10)));
    assert!(drain(&mut pipe, at(9)).is_empty());
    assert_eq!(drain(&mut pipe, at(10)), [b"one"]);
    assert_eq!(drain(&mut pipe, at(14)), [b"two"]);
    assert!(!pipe.is_over(at(14)));
    assert_eq!(pipe.next_due(), Some(at(15)));
    assert!(pipe.is_over(at(15)));
}

#[test]
fn a_chopped_stream_comes_in_pieces_one_after_the_other() {
    let mut pipe = pipe(&Impairments { chop: "2-3".parse().unwrap(), ..Impairments::default() });
    pipe.push(at(0), b"abcdefghijklmnopqrst");
    let mut pieces = Vec::new();
    for n in 0..20 {
        let mut now = at(0);
        (0..n).for_each(|_| now = now.plus(PIECE));
        let came = drain(&mut pipe, now);
        assert!(came.len() <= 1, "no two at once");
        pieces.extend(came);
    }
    assert_eq!(pieces.concat(), b"abcdefghijklmnopqrst");
    assert!(pieces[..pieces.len() - 1].iter().all(|piece| (2..=3).contains(&piece.len())));
}

#[test]
fn a_full_pipe_says_so_until_it_is_emptied() {
    let mut pipe = pipe(&Impairments::default());
    pipe.push(at(0), &[1; 99]);
    assert!(!pipe.is_full());
    pipe.push(at(0), &[2; 10]);
    assert!(pipe.is_full());
    pipe.written(50);
    assert!(!pipe.is_full());
    assert_eq!(drain(&mut pipe, at(0)).concat().len(), 59);
}
