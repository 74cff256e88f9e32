//! Which packets belong to which flow, and when a flow is over.

use super::super::Ends;
use super::*;
use crate::net::Carrier;
use std::time::Duration;

fn flows(run: &Run) -> Vec<(u32, u64, u64)> {
    run.retired.iter().map(|stats| (stats.flow, stats.first_frame, stats.packets())).collect()
}

#[test]
fn flows_are_numbered_by_their_first_frame_and_transports_kept_apart() {
    let run = run([
        udp(SERVER, b"a"),
        tcp(CLIENT, 1, 1, b"b"),
        udp(CLIENT, b"c"),
        udp(CLIENT, b"d").port(1001),
        tcp(SERVER, 1, 2, b"e"),
    ]);
    assert_eq!(run.said, ["1 A a", "#2 2 A b", "3 B c", "#3 4 A d", "#2 5 B e"]);
    assert_eq!(flows(&run), [(1, 1, 2), (2, 2, 2), (3, 4, 1)]);
    assert_eq!(run.retired[0].ends.a, address(SERVER));
    assert_eq!((run.table.notes().one_way.count, &run.table.notes().one_way.frames), (1, &vec![4]));
}

#[test]
fn a_datagram_names_the_frames_of_its_fragments_in_order() {
    let mut frames = Vec::new();
    let mut table = Table::new(&Limits::default());
    let packet = Packet {
        frame: 5,
        time: Time(0),
        src: address(CLIENT),
        dst: address(SERVER),
        ident: Some(1),
        interface: 0,
        cut: 3,
        fragments: &[4, 2],
        transport: Transport::Udp(b"x"),
    };
    table.push(&packet, false, &mut |item| {
        assert_eq!((item.src(), item.dst(), item.frame), (address(CLIENT), address(SERVER), 5));
        if let Event::Datagram { frames: all, cut: 3, .. } = item.event {
            frames = all.to_vec();
        }
    });
    assert_eq!(frames, [2, 4, 5]);
}

#[test]
fn ports_used_again_after_a_close_are_a_new_flow() {
    let mut sent = handshake();
    sent.extend([tcp(CLIENT, 101, 501, b"one"), fin(CLIENT, 104, 501), fin(SERVER, 501, 105)]);
    sent.extend([syn(CLIENT, 9_000), syn_ack(SERVER, 7_000, 9_001), tcp(CLIENT, 9_001, 7_001, b"two")]);
    let run = run(sent);
    assert_eq!(run.said, ["4 A one", "5 A end", "6 B end", "#2 9 A two"]);
    assert_eq!(flows(&run), [(1, 1, 6), (2, 7, 3)]);
    assert!(run.retired.iter().all(|stats| stats.ends.opened_by == Some(CLIENT)));
    assert!(run.retired[1].tcp.as_ref().unwrap().handshake.is_some());
}

#[test]
fn ports_used_again_after_a_close_are_a_new_flow_even_without_the_syn() {
    let mut sent = handshake();
    sent.extend([rst(SERVER, 501), tcp(SERVER, 0x7000_0000, 0x1234_5678, b"two")]);
    let run = run(sent);
    assert_eq!(run.said, ["4 B reset", "4 A reset", "#2 5 A two"]);
}

#[test]
fn a_connection_whose_beginning_was_not_captured_replaces_one_whose_end_was_not() {
    let mut sent = handshake();
    sent.extend([
        tcp(CLIENT, 101, 501, b"one"),
        tcp(CLIENT, 0x7000_0000, 0x1234_5678, b"lost"),
        tcp(CLIENT, 0x7000_0004, 0x1234_5678, b"two"),
        tcp(SERVER, 0x1234_5678, 0x7000_0007, b"three"),
    ]);
    let run = run(sent);
    assert_eq!(run.said, ["4 A one", "6 A end", "6 B end", "#2 6 A two", "#2 7 B three"]);
    assert_eq!(run.table.notes().missing_bytes.count, 0);
}

#[test]
fn a_syn_after_a_minute_of_silence_is_a_new_flow() {
    let mut sent = handshake();
    sent.extend([tcp(CLIENT, 101, 501, b"one"), syn(CLIENT, 9_000).at(61_000_000)]);
    let run = run(sent);
    assert_eq!(run.said, ["4 A one", "5 A end", "5 B end"]);
    assert_eq!(flows(&run), [(1, 1, 4), (2, 5, 1)]);
}

#[test]
fn a_foreign_syn_disturbs_a_connection_only_once_it_is_answered() {
    let mut sent = handshake();
    sent.extend([
        tcp(CLIENT, 101, 501, b"one"),
        syn(CLIENT, 0x9000_0000),
        tcp(CLIENT, 104, 501, b"still there"),
        syn_ack(SERVER, 0x7000_0000, 0x9000_0001),
        tcp(CLIENT, 0x9000_0001, 0x7000_0001, b"two"),
    ]);
    let run = run(sent);
    assert_eq!(run.said, ["4 A one", "6 A still there", "7 A end", "7 B end", "#2 8 B two"]);
    let second = run.retired[1].tcp.as_ref().unwrap();
    assert_eq!((second.syn_from, second.handshake), (Some(SERVER), Some(Duration::from_micros(60))));
}

#[test]
fn a_foreign_syn_counts_once_its_data_follow_even_if_the_answer_was_not_captured() {
    let mut sent = handshake();
    sent.extend([
        tcp(CLIENT, 101, 501, b"one"),
        syn(CLIENT, 0x9000_0000),
        tcp(CLIENT, 0x9000_0001, 0x7000_0001, b"two"),
    ]);
    let run = run(sent);
    assert_eq!(run.said, ["4 A one", "6 A end", "6 B end", "#2 6 A two"]);
    assert_eq!(run.retired[1].tcp.as_ref().unwrap().syn_from, Some(CLIENT));
}

#[test]
fn a_flood_of_syns_between_two_ports_is_one_flow() {
    let run = run((0..1_000_u32).map(|i| syn(CLIENT, i.wrapping_mul(0x9E37_79B9))));
    assert_eq!(flows(&run), [(1, 1, 1_000)]);
    assert!(run.said.is_empty());
}

#[test]
fn more_flows_than_the_limit_close_the_one_idle_for_longest() {
    let mut run = Run::new(&Limits { flows: 2, ..Limits::default() });
    run.push([udp(CLIENT, b"a").port(1), udp(CLIENT, b"b").port(2), udp(CLIENT, b"c").port(1)]);
    run.push([udp(CLIENT, b"d").port(3)]);
    assert_eq!(flows(&run), [(2, 2, 1)]);
    assert_eq!((run.table.notes().evicted.count, &run.table.notes().evicted.frames), (1, &vec![2]));
    run.push([udp(CLIENT, b"e").port(2)]);
    run.finish();
    assert_eq!(flows(&run), [(2, 2, 1), (1, 1, 2), (3, 4, 1), (4, 5, 1)]);
}

#[test]
fn connections_that_ended_are_closed_before_others() {
    let mut run = Run::new(&Limits { flows: 2, ..Limits::default() });
    run.push([udp(CLIENT, b"a")]);
    run.push(handshake());
    run.push([rst(CLIENT, 101), udp(CLIENT, b"b").port(2)]);
    assert_eq!(flows(&run), [(2, 2, 4)]);
    assert_eq!(run.table.notes().evicted.count, 0);
}

#[test]
fn idle_flows_expire_but_one_wrong_time_makes_none_idle() {
    let hour = 3_600_000_000;
    let mut run = Run::new(&Limits::default());
    run.push([udp(CLIENT, b"a").port(1), udp(CLIENT, b"b").port(2).at(1_000_000 * hour)]);
    assert!(run.retired.is_empty());
    let mut run = Run::new(&Limits::default());
    run.push([udp(CLIENT, b"a").port(1)]);
    run.push((1..=5).map(|i| udp(CLIENT, b"b").port(2).at(i * hour)));
    assert_eq!(flows(&run), [(1, 1, 1)]);
    assert_eq!((run.table.notes().expired.count, &run.table.notes().expired.frames), (1, &vec![1]));
    run.push([udp(CLIENT, b"c").port(1)]);
    run.finish();
    assert_eq!(flows(&run), [(1, 1, 1), (2, 2, 5), (3, 7, 1)]);
}

#[test]
fn a_connection_that_ended_lingers_for_late_segments() {
    let second = 1_000_000;
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([fin(CLIENT, 101, 501), fin(SERVER, 501, 102), tcp(CLIENT, 102, 502, b"").at(100 * second)]);
    run.push([udp(CLIENT, b"x").at(200 * second)]);
    assert!(run.retired.is_empty());
    run.push([udp(CLIENT, b"x").at(230 * second)]);
    assert_eq!(flows(&run), [(1, 1, 6)]);
    assert_eq!(run.table.notes().expired.count, 0);
}

#[test]
fn what_waits_behind_a_gap_does_not_wait_for_its_own_flow_to_go_on() {
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([tcp(CLIENT, 104, 501, b"def").at(1_000), tcp(SERVER, 501, 107, b"").at(1_100)]);
    assert!(run.push([udp(CLIENT, b"x").at(250_999)]).len() == 1);
    assert_eq!(run.push([udp(CLIENT, b"y").at(251_000)]), ["4 A <3>", "4 A def", "#2 7 A y"]);
    // Not so while the bytes may still be sent again.
    run.push([tcp(CLIENT, 110, 501, b"jkl").at(252_000), tcp(SERVER, 501, 107, b"").at(252_100)]);
    assert_eq!(run.push([udp(CLIENT, b"z").at(9_000_000)]).len(), 1);
    assert_eq!(run.push([tcp(CLIENT, 107, 501, b"ghi").at(9_000_100)]).len(), 2);
    assert_eq!(run.finish(), Vec::<String>::new());
}

#[test]
fn what_waits_behind_a_hole_is_bounded_for_each_direction() {
    let mut run = Run::new(&Limits { stream_bytes: 400, ..Limits::default() });
    run.push(handshake());
    assert!(run.push([tcp(CLIENT, 111, 501, &[b'x'; 200])]).is_empty());
    let said = run.push([tcp(CLIENT, 321, 501, &[b'y'; 200])]);
    assert_eq!(said.len(), 2);
    assert!(said[0].ends_with("A <10>"), "{said:?}");
    assert_eq!((run.table.notes().overflows.count, &run.table.notes().overflows.frames), (1, &vec![5]));
    assert_eq!(run.finish()[0], "5 A <10>");
}

#[test]
fn what_waits_behind_holes_is_bounded_for_all_together() {
    let mut run = Run::new(&Limits { streams_bytes: 1_000, ..Limits::default() });
    for port in 1..=4 {
        run.push([syn(CLIENT, 100).port(port)]);
        run.push([tcp(CLIENT, 111, 501, &[b'x'; 200]).port(port)]);
    }
    assert_eq!(run.said.len(), 2, "{:?}", run.said);
    assert!(run.said[0].starts_with("#4 8 A <10>"));
    // What is delivered makes room again.
    run.push([tcp(CLIENT, 101, 501, &[b'z'; 10]).port(1), syn(CLIENT, 100).port(5)]);
    let before = run.said.len();
    run.push([tcp(CLIENT, 111, 501, &[b'x'; 200]).port(5)]);
    assert_eq!(run.said.len(), before);
}

#[test]
fn a_flow_that_is_closed_makes_room_for_what_waits_in_others() {
    let mut run = Run::new(&Limits { streams_bytes: 1_000, flows: 2, ..Limits::default() });
    for port in 1..=20 {
        run.push([syn(CLIENT, 100).port(port), tcp(CLIENT, 111, 501, &[b'x'; 200]).port(port)]);
    }
    assert_eq!((run.table.notes().evicted.count, run.table.notes().overflows.count), (18, 0));
}

#[test]
fn a_packet_to_its_own_sender_is_a_flow_with_one_side() {
    let mut sent = udp(CLIENT, b"self");
    sent.dst = sent.src;
    let run = run([sent.clone(), sent.at(1_000_000)]);
    assert_eq!(run.said, ["1 A self", "2 A self"]);
    assert_eq!(run.retired[0].from_b.packets, 0);
}

#[test]
fn nothing_more_is_said_of_a_flow_that_was_dismissed_but_its_figures_go_on() {
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([tcp(CLIENT, 101, 501, b"one"), udp(CLIENT, b"a").port(9)]);
    let ends = |transport, port| Ends {
        transport,
        a: SocketAddr::new(address(CLIENT).ip(), port),
        b: address(SERVER),
        opened_by: None,
    };
    let udp_ends = ends(Carrier::Udp, 9);
    run.table.dismiss(1, &ends(Carrier::Tcp, 1000));
    // The number tells flows apart that follow each other between the same endpoints.
    run.table.dismiss(7, &udp_ends);
    run.push([tcp(CLIENT, 104, 501, b"two"), tcp(CLIENT, 110, 501, b"four"), udp(CLIENT, b"b").port(9)]);
    run.finish();
    assert_eq!(run.said, ["4 A one", "#2 5 A a", "#2 8 A b"]);
    assert_eq!(flows(&run), [(1, 1, 6), (2, 5, 2)]);
    assert_eq!((run.retired[0].from_a.bytes, run.retired[0].tcp.as_ref().unwrap().missing_bytes), (10, 3));
}
