//! Packets recorded more than once.

use super::*;

fn copies(run: &Run) -> (u64, Vec<u64>) {
    (run.table.notes().copies.count, run.table.notes().copies.frames.clone())
}

#[test]
fn a_numbered_datagram_seen_again_within_100_ms_is_a_copy() {
    let run = run([
        udp(CLIENT, b"a").ident(7).at(0),
        udp(CLIENT, b"a").ident(7).at(99_000),
        udp(CLIENT, b"a").ident(8).at(99_100),
        udp(CLIENT, b"a").ident(7).at(100_001),
    ]);
    assert_eq!(run.said, ["1 A a", "3 A a", "4 A a"]);
    assert_eq!(copies(&run), (1, vec![2]));
    let stats = &run.retired[0];
    assert_eq!((stats.packets(), stats.copies, run.table.notes().packets), (3, 1, 4));
}

#[test]
fn a_datagram_on_another_interface_is_a_copy_numbered_or_not() {
    let run = run([
        udp(CLIENT, b"a").interface(1).at(0),
        udp(CLIENT, b"a").interface(2).at(40_000),
        udp(CLIENT, b"a").interface(2).at(150_000),
    ]);
    assert_eq!(run.said, ["1 A a", "3 A a"]);
}

#[test]
fn numbered_segments_recorded_twice_are_no_retransmissions() {
    let sent = [tcp(CLIENT, 101, 501, b"abc").ident(1), tcp(CLIENT, 101, 501, b"abc").ident(1)];
    let run = run(handshake().into_iter().chain(sent));
    assert_eq!(run.said, ["4 A abc"]);
    assert_eq!((run.retired[0].tcp.as_ref().unwrap().retransmitted, copies(&run)), (0, (1, vec![5])));
}

#[test]
fn where_everything_comes_twice_twins_are_copies() {
    let mut sent = Vec::new();
    for i in 0..20_u8 {
        let at = i64::from(i) * 50_000;
        sent.extend([udp(CLIENT, &[b'a' + i]).at(at), udp(CLIENT, &[b'a' + i]).at(at + 30)]);
    }
    let run = run(sent);
    let letters: String = run.said.iter().filter_map(|line| line.chars().last()).collect();
    assert_eq!(letters, "abcdefghijklmnopqrst");
    assert_eq!(copies(&run).0, 20);
    // In the order of the frames, though the first ones were kept back.
    assert_eq!(run.said[..3], ["1 A a", "3 A b", "5 A c"]);
}

#[test]
fn a_burst_whose_copies_follow_the_burst_is_folded_too() {
    let burst = |at: i64| (0..12_u8).map(move |i| udp(CLIENT, &[b'a' + i]).at(at + i64::from(i)));
    let run = run(burst(0).chain(burst(100)).chain([udp(SERVER, b"ok").at(90_000), udp(SERVER, b"ok").at(90_010)]));
    assert_eq!(run.said.len(), 13, "{:?}", run.said);
    assert_eq!(copies(&run).0, 13);
}

#[test]
fn a_quick_resend_in_a_capture_that_doubles_nothing_is_delivered() {
    let mut sent = Vec::new();
    for i in 0..10_u8 {
        sent.push(udp(CLIENT, &[b'a' + i]).at(i64::from(i) * 50_000));
        if i == 1 {
            sent.push(udp(CLIENT, b"b").at(50_600));
        }
    }
    let mut run = Run::new(&Limits::default());
    run.push(sent);
    let letters: String = run.said.iter().filter_map(|line| line.chars().last()).collect();
    assert_eq!(letters, "abbcdefghij");
    assert_eq!(copies(&run).0, 0);
    // Settled by now: nothing is kept back any more.
    assert_eq!(run.push([udp(CLIENT, b"k").at(1_000_000), udp(CLIENT, b"k").at(1_000_010)]).len(), 2);
}

#[test]
fn twins_of_other_hosts_say_nothing() {
    let mut sent = Vec::new();
    for i in 0..20_u8 {
        let at = i64::from(i) * 50_000;
        sent.extend([udp(CLIENT, &[b'a' + i]).at(at), udp(CLIENT, &[b'a' + i]).at(at + 30)]);
        let mut other = udp(CLIENT, &[b'A' + i]).at(at + 60);
        other.src = "10.9.9.9:5".parse().unwrap();
        sent.push(other.clone());
        if i == 15 {
            sent.push(other.at(at + 90));
        }
    }
    let run = run(sent);
    assert_eq!((run.said.len(), copies(&run).0), (20 + 21, 20));
}

#[test]
fn a_twin_is_kept_back_for_a_bounded_number_of_packets_and_for_five_seconds() {
    let mut run = Run::new(&Limits { undecided_packets: 4, ..Limits::default() });
    assert_eq!(run.push([udp(CLIENT, b"a")]).len(), 1);
    assert!(run.push([udp(CLIENT, b"a"), udp(CLIENT, b"b"), udp(CLIENT, b"c")]).is_empty());
    assert_eq!(run.push([udp(CLIENT, b"d")]), ["2 A a", "3 A b", "4 A c", "5 A d"]);
    let mut run = Run::new(&Limits::default());
    run.push([udp(CLIENT, b"a").at(0), udp(CLIENT, b"a").at(10), udp(CLIENT, b"b").at(4_000_000)]);
    assert_eq!(run.said, ["1 A a"]);
    assert_eq!(run.push([udp(CLIENT, b"c").at(5_000_010)]), ["2 A a", "3 A b", "4 A c"]);
}

#[test]
fn segments_without_number_are_copies_where_most_have_twins() {
    let mut sent = handshake();
    for i in 0..4 {
        sent.extend([tcp(CLIENT, 101 + i, 501, b"x"), tcp(CLIENT, 101 + i, 501, b"x")]);
    }
    let run1 = run(sent);
    assert_eq!(run1.retired[0].tcp.as_ref().unwrap().retransmitted, 0);
    assert_eq!(copies(&run1).0, 4);
    let mut sent = handshake();
    sent.extend((0..4).map(|i| tcp(CLIENT, 101 + 2 * i, 501, b"xy")));
    sent.push(tcp(CLIENT, 101, 501, b"xy"));
    let run2 = run(sent);
    assert_eq!(run2.retired[0].tcp.as_ref().unwrap().retransmitted, 1);
    assert_eq!(copies(&run2).0, 0);
}

#[test]
fn a_handshake_recorded_twice_has_no_retransmissions() {
    let mut sent = handshake();
    sent.extend([
        tcp(CLIENT, 101, 501, b"abc"),
        tcp(SERVER, 501, 104, b"ok"),
        fin(CLIENT, 104, 503),
        fin(SERVER, 503, 105),
    ]);
    let run = run(sent.into_iter().flat_map(|sent| [sent.clone(), sent]));
    assert_eq!(run.retired[0].tcp.as_ref().unwrap().retransmitted, 0);
    assert_eq!(run.said, ["7 A abc", "9 B ok", "11 A end", "13 B end"]);
}

#[test]
fn bare_acknowledgements_are_no_evidence() {
    let mut sent = handshake();
    sent.push(tcp(CLIENT, 101, 501, b"abc"));
    sent.extend((0..20).map(|_| tcp(SERVER, 501, 104, b"")));
    sent.push(tcp(CLIENT, 104, 501, b"def"));
    sent.push(tcp(CLIENT, 107, 501, b"ghi"));
    sent.push(tcp(CLIENT, 104, 501, b"def"));
    let run = run(sent);
    assert_eq!((run.retired[0].tcp.as_ref().unwrap().retransmitted, copies(&run).0), (1, 0));
    assert_eq!(run.retired[0].packets(), 27);
}

#[test]
fn one_packet_many_times_is_one_twin() {
    let mut sent = Vec::new();
    for i in 0..10_u8 {
        sent.push(udp(CLIENT, &[b'a' + i]).at(i64::from(i) * 50_000));
    }
    sent.extend((1..9).map(|i| udp(CLIENT, b"j").at(450_000 + i * 100)));
    let run = run(sent);
    assert_eq!((run.said.len(), copies(&run).0), (18, 0));
}

#[test]
fn a_clock_that_runs_backwards_makes_no_copies() {
    let run = run([udp(CLIENT, b"a").ident(7).at(1_000_000), udp(CLIENT, b"a").ident(7).at(800_000)]);
    assert_eq!((run.said.len(), copies(&run).0), (2, 0));
}

#[test]
fn the_packets_of_the_last_moments_are_remembered_beside_each_other() {
    let mut run = Run::new(&Limits { sightings: 4, ..Limits::default() });
    run.push((1..=4).map(|ident| udp(CLIENT, b"a").ident(ident)));
    run.push((1..=4).map(|ident| udp(CLIENT, b"a").ident(ident)));
    assert_eq!((run.said.len(), copies(&run).0), (4, 4));
}
