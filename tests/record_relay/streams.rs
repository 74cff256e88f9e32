use super::bench::{Bench, SOON, Seen, echo_streams, packets};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};
use wiregrade::record::{Carrier, Impairments, ResetAfter};

fn none() -> Impairments {
    Impairments::default()
}

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream
}

/// What packets one way carry, in order.
fn carried(seen: &[Seen], outbound: bool, dst: SocketAddr) -> Vec<u8> {
    seen.iter()
        .filter(|seen| seen.outbound == outbound && seen.dst == dst)
        .flat_map(|seen| seen.payload.clone())
        .collect()
}

#[test]
fn a_connection_passes_and_is_seen_whole_on_both_sides() {
    let server = echo_streams();
    let bench = Bench::new(Carrier::Tcp, server, none());
    let (listen, mut stream) = (bench.listen, connect(bench.listen));
    let me = stream.local_addr().unwrap();
    let text: Vec<u8> = (0..300_000u32).map(|n| b'a' + (n % 26) as u8).collect();
    let writer = {
        let (mut stream, text) = (stream.try_clone().unwrap(), text.clone());
        std::thread::spawn(move || {
            stream.write_all(&text).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        })
    };
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    writer.join().unwrap();
    assert_eq!(answer, text.to_ascii_uppercase());
    let done = bench.end();
    assert!(done.troubles.is_empty(), "{:?}", done.troubles);
    let seen = packets(&done.capture);
    assert_eq!(carried(&seen, false, listen), text);
    assert_eq!(carried(&seen, true, server), text);
    assert_eq!(carried(&seen, true, me), answer);
    assert!(seen.is_sorted_by_key(|seen| seen.time));
    assert!(seen.iter().all(|seen| !seen.reset));
}

#[test]
fn a_chopped_stream_comes_in_pieces() {
    let impairments = Impairments { chop: "down:1-4".parse().unwrap(), ..none() };
    let bench = Bench::new(Carrier::Tcp, echo_streams(), impairments);
    let mut stream = connect(bench.listen);
    stream.write_all(b"hello hello hello hello").unwrap();
    let (mut answer, mut reads, mut buffer) = (Vec::new(), 0, [0; 64]);
    while answer.len() < 23 {
        let length = stream.read(&mut buffer).unwrap();
        assert!(length > 0);
        answer.extend_from_slice(&buffer[..length]);
        reads += 1;
    }
    assert_eq!(answer, b"HELLO HELLO HELLO HELLO");
    assert!(reads > 1, "not all at once");
    let me = stream.local_addr().unwrap();
    let seen = packets(&bench.end().capture);
    let pieces = seen.iter().filter(|seen| seen.dst == me && !seen.payload.is_empty());
    assert!(pieces.clone().count() >= 6 && pieces.clone().all(|seen| seen.payload.len() <= 4));
}

#[test]
fn a_connection_is_reset_after_so_many_bytes() {
    let server = echo_streams();
    let impairments = Impairments { reset_after: Some(ResetAfter::Bytes(7)), ..none() };
    let bench = Bench::new(Carrier::Tcp, server, impairments);
    let mut stream = connect(bench.listen);
    stream.write_all(b"hello").unwrap();
    let mut answer = Vec::new();
    assert_eq!(stream.read_to_end(&mut answer).unwrap_err().kind(), ErrorKind::ConnectionReset);
    let done = bench.end();
    let seen = packets(&done.capture);
    assert_eq!(carried(&seen, true, server), b"hello");
    assert_eq!(carried(&seen, true, stream.local_addr().unwrap_or(done_by(&seen))), b"HE");
    let resets: Vec<_> = seen.iter().filter(|seen| seen.reset).map(|seen| (seen.outbound, &seen.comment[..])).collect();
    assert_eq!(resets, [(true, "reset by the relay"); 2]);
}

/// The client, of a socket that has forgotten itself.
fn done_by(seen: &[Seen]) -> SocketAddr {
    seen[0].src
}

#[test]
fn a_connection_is_reset_after_a_time() {
    let impairments = Impairments { reset_after: Some(ResetAfter::Time(Duration::from_millis(80))), ..none() };
    let bench = Bench::new(Carrier::Tcp, echo_streams(), impairments);
    let start = Instant::now();
    let mut stream = connect(bench.listen);
    assert_eq!(stream.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert!(start.elapsed() >= Duration::from_millis(80) && start.elapsed() < SOON);
    bench.end();
}

#[test]
fn a_side_that_breaks_off_breaks_off_the_other() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    let bench = Bench::new(Carrier::Tcp, server, none());
    let stream = connect(bench.listen);
    let (mut accepted, _) = listener.accept().unwrap();
    accepted.set_read_timeout(Some(SOON)).unwrap();
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(stream);
    assert_eq!(accepted.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    let seen = packets(&bench.end().capture);
    let resets: Vec<_> = seen.iter().filter(|seen| seen.reset).map(|seen| (seen.outbound, seen.id.is_some())).collect();
    assert_eq!(resets, [(false, true), (true, true)]);
}

#[test]
fn a_server_that_is_not_there_refuses_through_the_relay() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bench = Bench::new(Carrier::Tcp, nobody, none());
    for _ in 0..3 {
        let mut stream = connect(bench.listen);
        assert_eq!(stream.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    let done = bench.end();
    assert_eq!(done.troubles.len(), 1, "{:?}", done.troubles);
    assert!(done.troubles[0].contains("cannot be connected to"), "{:?}", done.troubles);
    assert_eq!(done.outcome.connections, 3);
}

#[test]
fn one_direction_may_end_before_the_other() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let bench = Bench::new(Carrier::Tcp, listener.local_addr().unwrap(), none());
    let mut stream = connect(bench.listen);
    let (mut accepted, _) = listener.accept().unwrap();
    accepted.set_read_timeout(Some(SOON)).unwrap();
    stream.write_all(b"last words").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut heard = Vec::new();
    accepted.read_to_end(&mut heard).unwrap();
    assert_eq!(heard, b"last words");
    accepted.write_all(b"answer after the end").unwrap();
    drop(accepted);
    heard.clear();
    stream.read_to_end(&mut heard).unwrap();
    assert_eq!(heard, b"answer after the end");
    bench.end();
}
