use super::bench::{Bench, SOON, Seen, client, echo_datagrams, packets};
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;
use wiregrade::limits::Limits;
use wiregrade::record::{Carrier, Impairments};

fn none() -> Impairments {
    Impairments::default()
}

/// Sends and waits for the answer.
fn ask(socket: &UdpSocket, text: &[u8]) -> Vec<u8> {
    socket.send(text).unwrap();
    let mut buffer = [0; 65_536];
    let length = socket.recv(&mut buffer).unwrap();
    buffer[..length].to_vec()
}

#[test]
fn a_datagram_passes_and_is_seen_as_each_side_sees_it() {
    for ip in ["127.0.0.1", "::1"] {
        let server = echo_datagrams(ip);
        let bench = Bench::new(Carrier::Udp, server, none());
        let (listen, socket) = (bench.listen, client(bench.listen));
        assert_eq!(ask(&socket, b"hello"), b"HELLO");
        let done = bench.end();
        let me = socket.local_addr().unwrap();
        let seen = packets(&done.capture);
        let said: Vec<_> = seen.iter().map(|seen| (seen.outbound, seen.src, seen.dst, &seen.payload[..])).collect();
        let upstream = seen[1].src;
        assert!(upstream != listen && upstream != me);
        let expected = [
            (false, me, listen, &b"hello"[..]),
            (true, upstream, server, b"hello"),
            (false, server, upstream, b"HELLO"),
            (true, listen, me, b"HELLO"),
        ];
        assert_eq!(said, expected);
        assert!(seen.is_sorted_by_key(|seen| seen.time));
        assert_eq!((seen[0].id, seen[2].id), (seen[1].id, seen[3].id));
        assert_ne!(seen[0].id, seen[2].id);
        assert!(done.troubles.is_empty(), "{:?}", done.troubles);
        assert_eq!((done.outcome.clients, done.outcome.packets), (1, 4));
    }
}

#[test]
fn the_longest_datagram_passes() {
    let bench = Bench::new(Carrier::Udp, echo_datagrams("127.0.0.1"), none());
    let (socket, text) = (client(bench.listen), vec![b'x'; 65_507]);
    assert_eq!(ask(&socket, &text), vec![b'X'; 65_507]);
    assert_eq!(ask(&socket, b""), b"", "and the shortest");
    let lengths: Vec<_> = packets(&bench.end().capture).iter().map(|seen| seen.payload.len()).collect();
    assert_eq!(lengths, [65_507, 65_507, 65_507, 65_507, 0, 0, 0, 0]);
}

#[test]
fn clients_keep_apart_and_each_keeps_its_upstream_address() {
    let bench = Bench::new(Carrier::Udp, echo_datagrams("127.0.0.1"), none());
    let clients: Vec<_> = (0..200).map(|_| client(bench.listen)).collect();
    for round in 0..3 {
        for (n, socket) in clients.iter().enumerate() {
            assert_eq!(ask(socket, format!("c{n} r{round}").as_bytes()), format!("C{n} R{round}").as_bytes());
        }
    }
    let done = bench.end();
    assert_eq!((done.outcome.clients, done.outcome.packets), (200, 200 * 3 * 4));
    let seen = packets(&done.capture);
    let of_client = |n: usize| {
        let name = format!("c{n} ");
        let forwarded = |seen: &&Seen| seen.outbound && seen.payload.starts_with(name.as_bytes());
        let upstreams: std::collections::BTreeSet<SocketAddr> =
            seen.iter().filter(forwarded).map(|seen| seen.src).collect();
        upstreams
    };
    assert_eq!(of_client(17).len(), 1);
    assert_ne!(of_client(17), of_client(18));
}

#[test]
fn what_is_lost_does_not_come_and_the_same_seed_loses_the_same() {
    let run = |seed| {
        let impairments = Impairments { seed, loss: "up:30%".parse().unwrap(), ..none() };
        let bench = Bench::new(Carrier::Udp, echo_datagrams("127.0.0.1"), impairments);
        let socket = client(bench.listen);
        for n in 0..40 {
            socket.send(&[n]).unwrap();
        }
        let mut buffer = [0; 16];
        let (mut came, mut now) = (Vec::new(), Duration::from_millis(500));
        // What comes, comes soon; the wait is for what does not.
        loop {
            socket.set_read_timeout(Some(now)).unwrap();
            let Ok(1) = socket.recv(&mut buffer) else { break };
            came.push(buffer[0]);
            now = Duration::from_millis(200);
        }
        let seen = packets(&bench.end().capture);
        let dropped: Vec<_> =
            seen.iter().filter(|seen| seen.comment == "dropped by the relay").map(|seen| seen.payload[0]).collect();
        let both = [came.clone(), dropped.clone()].concat();
        assert_eq!(both.len(), 40, "each is lost or comes");
        dropped
    };
    let dropped = run(7);
    assert!(!dropped.is_empty() && dropped.len() < 40);
    assert_eq!(dropped, run(7));
    assert_ne!(dropped, run(8));
}

#[test]
fn a_delay_is_kept_on_both_ways() {
    let impairments = Impairments { delay: "up:60ms,down:40ms".parse().unwrap(), ..none() };
    let bench = Bench::new(Carrier::Udp, echo_datagrams("127.0.0.1"), impairments);
    let socket = client(bench.listen);
    ask(&socket, b"hello");
    let seen = packets(&bench.end().capture);
    let between = |a: usize, b: usize| (seen[b].time - seen[a].time) / 1_000_000;
    assert!(between(0, 1) >= 60 && between(2, 3) >= 40, "{seen:?}");
    assert_eq!(
        (&seen[0].comment[..], &seen[2].comment[..]),
        ("held back 60.0 ms by the relay", "held back 40.0 ms by the relay")
    );
}

#[test]
fn a_server_that_is_not_there_is_said_once() {
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let bench = Bench::new(Carrier::Udp, nobody, none());
    let socket = client(bench.listen);
    for _ in 0..5 {
        socket.send(b"anybody?").unwrap();
        std::thread::sleep(Duration::from_millis(20));
    }
    let done = bench.end();
    assert_eq!(done.troubles, [format!("{nobody}: nothing takes datagrams there (is the server running?)")]);
    let passed = packets(&done.capture).iter().filter(|seen| seen.outbound).count();
    assert_eq!(passed, 5, "each is sent all the same");
}

#[test]
fn too_many_clients_cost_the_idlest_its_socket() {
    let limits = Limits { relay_clients: 2, ..Limits::default() };
    let server = echo_datagrams("127.0.0.1");
    let bench = Bench::at(Carrier::Udp, "127.0.0.1:0".parse().unwrap(), server, none(), &limits);
    let clients: Vec<_> = (0..3).map(|_| client(bench.listen)).collect();
    for socket in &clients {
        assert_eq!(ask(socket, b"hello"), b"HELLO");
    }
    assert_eq!(ask(&clients[0], b"again"), b"AGAIN");
    let done = bench.end();
    assert_eq!(done.troubles.len(), 1, "{:?}", done.troubles);
    assert_eq!(done.outcome.clients, 4);
}

#[test]
fn a_relay_that_listens_everywhere_records_the_address_that_was_meant() {
    let server = echo_datagrams("127.0.0.1");
    let bench = Bench::at(Carrier::Udp, "0.0.0.0:0".parse().unwrap(), server, none(), &Limits::default());
    let listen = SocketAddr::from(([127, 0, 0, 1], bench.listen.port()));
    let socket = client(listen);
    assert_eq!(ask(&socket, b"hello"), b"HELLO");
    assert_eq!(packets(&bench.end().capture)[0].dst, listen);
}

#[test]
fn an_old_client_of_a_new_socket_has_its_own_address() {
    let server = echo_datagrams("127.0.0.1");
    let bench = Bench::at(Carrier::Udp, "[::]:0".parse().unwrap(), server, none(), &Limits::default());
    let listen = SocketAddr::from(([127, 0, 0, 1], bench.listen.port()));
    let socket = client(listen);
    socket.send(b"hello").unwrap();
    let mut buffer = [0; 16];
    socket.set_read_timeout(Some(SOON)).unwrap();
    if socket.recv(&mut buffer).is_err() {
        // Where IPv6 sockets do not take IPv4 there is nothing to be tested.
        assert!(packets(&bench.end().capture).is_empty());
        return;
    }
    let seen = packets(&bench.end().capture);
    assert_eq!((seen[0].src, seen[0].dst), (socket.local_addr().unwrap(), listen));
}
