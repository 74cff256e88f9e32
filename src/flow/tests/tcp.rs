//! TCP phenomena: what is delivered when, and what the health figures say.

use super::*;
use crate::flow::TcpStats;
use std::time::Duration;

fn health(run: &Run) -> &TcpStats {
    assert_eq!(run.retired.len(), 1, "one flow was expected");
    run.retired[0].tcp.as_ref().unwrap()
}

fn after_handshake(sent: impl IntoIterator<Item = Sent>) -> Run {
    run(handshake().into_iter().chain(sent))
}

#[test]
fn a_whole_connection_delivers_its_bytes_and_its_ends() {
    let run = after_handshake([
        tcp(CLIENT, 101, 501, b"hello"),
        tcp(SERVER, 501, 106, b"welcome"),
        fin(CLIENT, 106, 508),
        fin(SERVER, 508, 107),
        tcp(CLIENT, 107, 509, b""),
    ]);
    assert_eq!(run.said, ["4 A hello", "5 B welcome", "6 A end", "7 B end"]);
    let health = health(&run);
    assert_eq!(
        *health,
        TcpStats { handshake: Some(Duration::from_micros(40)), syn_from: Some(CLIENT), ..TcpStats::default() }
    );
    let stats = &run.retired[0];
    assert_eq!((stats.packets(), stats.bytes(), stats.from_b.bytes), (8, 12, 7));
    assert_eq!((stats.first_frame, stats.last_frame, stats.duration()), (1, 8, Duration::from_micros(140)));
}

#[test]
fn the_handshake_counts_from_the_last_syn_before_the_answer() {
    let run = run([
        syn(CLIENT, 100).at(0),
        syn(CLIENT, 100).at(1_000_000),
        syn_ack(SERVER, 500, 101).at(1_000_300),
        tcp(CLIENT, 101, 501, b"").at(1_000_700),
    ]);
    assert_eq!(health(&run).handshake, Some(Duration::from_micros(700)));
    assert_eq!(health(&run).retransmitted, 1);
}

#[test]
fn segments_out_of_order_are_delivered_in_order_by_the_frame_that_fills_the_hole() {
    let run = after_handshake([
        tcp(CLIENT, 104, 501, b"def"),
        tcp(CLIENT, 107, 501, b"gh"),
        tcp(CLIENT, 101, 501, b"abc"),
        tcp(SERVER, 501, 109, b""),
    ]);
    assert_eq!(run.said, ["6 A abc", "6 A def (of 4)", "6 A gh (of 5)"]);
    assert_eq!((health(&run).out_of_order, health(&run).retransmitted, health(&run).missing_bytes), (1, 0, 0));
}

#[test]
fn a_retransmission_is_counted_and_not_delivered_again() {
    let run = after_handshake([
        tcp(CLIENT, 101, 501, b"abc"),
        tcp(CLIENT, 104, 501, b"def"),
        tcp(CLIENT, 101, 501, b"abc"),
        tcp(CLIENT, 102, 501, b"bcdefgh"),
    ]);
    assert_eq!(run.said, ["4 A abc", "5 A def", "7 A gh"]);
    assert_eq!((health(&run).retransmitted, health(&run).out_of_order), (1, 0));
}

#[test]
fn the_first_of_contradicting_segments_is_kept_and_the_contradiction_noted() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), tcp(CLIENT, 101, 501, b"aXcd")]);
    assert_eq!(run.said, ["4 A abc", "5 A d"]);
    assert_eq!(health(&run).overlap_conflicts, 1);
    assert_eq!((run.table.notes().overlap_conflicts.count, &run.table.notes().overlap_conflicts.frames), (1, &vec![5]));
}

#[test]
fn keep_alives_are_no_data_and_no_retransmissions() {
    let run = after_handshake([
        tcp(CLIENT, 100, 501, b""),
        tcp(CLIENT, 101, 501, b"abc"),
        tcp(CLIENT, 103, 501, b"\0"),
        tcp(CLIENT, 103, 501, b""),
        tcp(SERVER, 501, 104, b""),
        tcp(SERVER, 500, 104, b"\0"),
    ]);
    assert_eq!(run.said, ["5 A abc"]);
    let health = health(&run);
    assert_eq!((health.keep_alives, health.retransmitted, health.overlap_conflicts, health.strays), (4, 0, 0, 0));
}

#[test]
fn a_zero_window_probe_brings_its_byte_once() {
    let run =
        after_handshake([tcp(CLIENT, 101, 501, b"abc"), tcp(CLIENT, 104, 501, b"d"), tcp(CLIENT, 104, 501, b"defg")]);
    assert_eq!(run.said, ["4 A abc", "5 A d", "6 A efg"]);
    assert_eq!(health(&run).retransmitted, 0);
}

#[test]
fn sequence_numbers_wrap() {
    let run = run([
        syn(CLIENT, u32::MAX - 2),
        syn_ack(SERVER, u32::MAX, u32::MAX - 1),
        tcp(CLIENT, u32::MAX - 1, 0, b""),
        tcp(CLIENT, 1, 0, b"de"),
        tcp(CLIENT, u32::MAX - 1, 0, b"abc"),
        tcp(SERVER, 0, 3, b"ok"),
        fin(CLIENT, 3, 2),
    ]);
    assert_eq!(run.said, ["5 A abc", "5 A de (of 4)", "6 B ok", "7 A end"]);
    assert_eq!((health(&run).missing_bytes, health(&run).out_of_order), (0, 1));
}

#[test]
fn data_on_a_syn_start_the_stream() {
    let mut fast = syn(CLIENT, 100);
    fast.payload = b"ab".to_vec();
    let run = run([fast, syn_ack(SERVER, 500, 103), tcp(CLIENT, 103, 501, b"c")]);
    assert_eq!(run.said, ["1 A ab", "3 A c"]);
    assert_eq!(health(&run).handshake, Some(Duration::from_micros(40)));
}

#[test]
fn an_acknowledged_hole_is_a_gap_only_when_reordering_does_not_explain_it() {
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    let hole = [tcp(SERVER, 501, 104, b"").at(1_000), tcp(CLIENT, 104, 501, b"def").at(2_000)];
    assert!(run.push(hole).is_empty());
    // Acknowledged, and 249 ms: may still come.
    assert!(run.push([tcp(SERVER, 501, 107, b"").at(251_000)]).is_empty());
    assert_eq!(run.push([tcp(CLIENT, 107, 501, b"gh").at(252_000)]), ["5 A <3>", "5 A def", "7 A gh"]);
    run.finish();
    assert_eq!(health(&run).missing_bytes, 3);
    assert_eq!((run.table.notes().missing_bytes.count, &run.table.notes().missing_bytes.frames), (3, &vec![5]));
}

#[test]
fn many_further_segments_show_that_an_acknowledged_hole_is_a_gap() {
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([tcp(SERVER, 501, 104, b""), tcp(CLIENT, 104, 501, b"x")]);
    for i in 1..16 {
        assert!(run.push([tcp(CLIENT, 104 + i, 501, b"x")]).is_empty(), "after {i} segments");
    }
    assert_eq!(run.push([tcp(CLIENT, 120, 501, b"y")]).len(), 18);
}

#[test]
fn what_an_answer_acknowledges_is_delivered_before_the_answer() {
    let run = after_handshake([
        tcp(SERVER, 501, 104, b""),
        tcp(CLIENT, 104, 501, b"request"),
        tcp(SERVER, 501, 111, b"answer").at(3_000),
    ]);
    assert_eq!(run.said, ["5 A <3>", "5 A request", "6 B answer"]);
    // An answer to what came before the hole says nothing.
    let run = after_handshake([
        tcp(SERVER, 501, 104, b""),
        tcp(CLIENT, 104, 501, b"request"),
        tcp(SERVER, 501, 104, b"earlier answer").at(3_000),
    ]);
    assert_eq!(run.said, ["6 B earlier answer", "5 A <3>", "5 A request"]);
}

#[test]
fn an_unacknowledged_hole_waits_for_the_retransmission() {
    let run = after_handshake([
        tcp(CLIENT, 104, 501, b"def").at(1_000),
        tcp(SERVER, 501, 101, b"").at(1_200),
        tcp(CLIENT, 107, 501, b"gh").at(900_000),
        tcp(CLIENT, 101, 501, b"abc").at(2_900_000),
    ]);
    assert_eq!(run.said, ["7 A abc", "7 A def (of 4)", "7 A gh (of 6)"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn one_direction_alone_waits_three_seconds_for_a_retransmission() {
    let mut run = Run::new(&Limits::default());
    run.push([
        syn(CLIENT, 100).at(0),
        tcp(CLIENT, 101, 501, b"ab").at(10),
        tcp(CLIENT, 105, 501, b"ef").at(20),
        tcp(CLIENT, 107, 501, b"gh").at(3_000_000),
    ]);
    assert_eq!(run.said, ["2 A ab"]);
    assert_eq!(run.push([tcp(CLIENT, 109, 501, b"ij").at(3_000_020)]), ["3 A <2>", "3 A ef", "4 A gh", "5 A ij"]);
    run.finish();
    assert_eq!((health(&run).missing_bytes, health(&run).only_from), (2, Some(CLIENT)));
    assert_eq!((run.table.notes().one_sided.count, &run.table.notes().one_sided.frames), (1, &vec![1]));
}

#[test]
fn what_only_acknowledgements_show_is_missing_at_the_end() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), tcp(SERVER, 501, 104, b""), tcp(SERVER, 501, 150, b"")]);
    assert_eq!(run.said, ["4 A abc", "6 A <46>"]);
    assert_eq!(health(&run).missing_bytes, 46);
}

#[test]
fn a_fin_that_was_not_captured_is_no_missing_byte() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), tcp(SERVER, 501, 105, b""), fin(SERVER, 501, 105)]);
    assert_eq!(run.said, ["4 A abc", "6 B end"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn a_fin_behind_a_hole_waits_and_ends_the_stream_all_the_same() {
    let run = after_handshake([fin(CLIENT, 104, 501), tcp(SERVER, 501, 101, b""), tcp(CLIENT, 101, 501, b"abc")]);
    assert_eq!(run.said, ["6 A abc", "6 A end"]);
    let run = after_handshake([fin(CLIENT, 104, 501), tcp(SERVER, 501, 105, b"")]);
    assert_eq!(run.said, ["4 A <3>", "4 A end"]);
}

#[test]
fn bytes_that_the_snap_length_cut_off_are_a_gap_at_once() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc").cut(7), tcp(CLIENT, 111, 501, b"def")]);
    assert_eq!(run.said, ["4 A abc", "4 A <7>", "5 A def"]);
    assert_eq!((health(&run).missing_bytes, run.retired[0].bytes()), (7, 13));
}

#[test]
fn a_connection_seen_from_its_middle_starts_with_its_first_segment() {
    let run = run([
        tcp(CLIENT, 1_000, 9_000, b"abc"),
        tcp(CLIENT, 990, 9_000, b"0123456789"),
        tcp(SERVER, 9_000, 1_003, b"ok"),
        tcp(CLIENT, 998, 9_002, b"89abcdef"),
    ]);
    assert_eq!(run.said, ["1 A abc", "3 B ok", "4 A def"]);
    let health = health(&run);
    assert_eq!((health.early_bytes, health.retransmitted, health.missing_bytes), (12, 0, 0));
    assert_eq!((health.syn_from, health.handshake), (None, None));
}

#[test]
fn in_the_middle_the_other_sides_acknowledgement_tells_where_to_start() {
    // Out of order right at the beginning of the capture.
    let run =
        run([tcp(SERVER, 9_000, 1_000, b""), tcp(CLIENT, 1_003, 9_000, b"def"), tcp(CLIENT, 1_000, 9_000, b"abc")]);
    assert_eq!(run.said, ["3 B abc", "3 B def (of 2)"]);
}

#[test]
fn what_was_on_its_way_when_the_capture_began_is_not_missing() {
    let run = run([
        tcp(SERVER, 9_000, 1_000, b""),
        tcp(CLIENT, 1_003, 9_000, b"def"),
        tcp(SERVER, 9_000, 1_006, b"").at(500_000),
        tcp(CLIENT, 1_006, 9_000, b"ghi").at(600_000),
    ]);
    assert_eq!(run.said, ["2 B def", "4 B ghi"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn a_keep_alive_at_the_beginning_of_the_capture_makes_no_gap() {
    let run = run([tcp(CLIENT, 999, 9_000, b""), tcp(SERVER, 9_000, 1_000, b""), tcp(CLIENT, 1_000, 9_000, b"abc")]);
    assert_eq!(run.said, ["3 A abc"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn a_reset_ends_its_side_at_once_and_the_other_when_the_flow_is_over() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), rst(CLIENT, 104), tcp(SERVER, 501, 104, b"late")]);
    assert_eq!(run.said, ["4 A abc", "5 A reset", "6 B late", "6 B reset"]);
    assert!(health(&run).reset);
}

#[test]
fn who_resets_the_connection_sends_nothing_again() {
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([tcp(CLIENT, 104, 501, b"def"), rst(CLIENT, 107)]);
    assert_eq!(run.said, Vec::<String>::new());
    assert_eq!(run.push([tcp(SERVER, 501, 101, b"").at(300_000)]), ["4 A <3>", "4 A def", "5 A reset"]);
}

#[test]
fn what_a_reset_claims_to_follow_is_missing_only_if_it_was_acknowledged() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), rst(CLIENT, 110)]);
    assert_eq!(run.said, ["4 A abc", "5 A reset", "5 B reset"]);
    let late = [tcp(SERVER, 501, 104, b"ok").at(300_000), tcp(CLIENT, 104, 501, b"late").at(300_100)];
    let run1 = after_handshake([tcp(CLIENT, 101, 501, b"abc"), rst(CLIENT, 110)].into_iter().chain(late));
    assert_eq!(run1.said, ["4 A abc", "5 A reset", "6 B ok", "6 B reset"]);
    assert_eq!(health(&run1).strays, 1);
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), tcp(SERVER, 501, 108, b""), rst(CLIENT, 110)]);
    assert_eq!(run.said, ["4 A abc", "5 A <4>", "6 A reset", "6 B reset"]);
}

#[test]
fn a_reset_behind_a_fin_that_waits_adds_no_byte() {
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([fin(CLIENT, 104, 501), rst(CLIENT, 105), tcp(CLIENT, 101, 501, b"abc")]);
    assert_eq!(run.said, ["6 A abc", "6 A reset"]);
    assert_eq!(run.finish(), ["5 B reset"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn a_fin_in_the_middle_of_what_was_said_ends_nothing() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), fin(CLIENT, 102, 501), tcp(CLIENT, 104, 501, b"def")]);
    assert_eq!(run.said, ["4 A abc", "6 A def"]);
}

#[test]
fn what_waits_behind_a_fin_is_dropped_with_it() {
    let run = after_handshake([tcp(CLIENT, 110, 501, b"beyond"), tcp(CLIENT, 101, 501, b"abc"), fin(CLIENT, 104, 501)]);
    assert_eq!(run.said, ["5 A abc", "6 A end"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn a_fin_sent_again_with_its_data_is_one_retransmission() {
    let mut last = fin(CLIENT, 101, 501);
    last.payload = b"abc".to_vec();
    let run = after_handshake([last.clone(), last.at(300_000)]);
    assert_eq!((run.said.len(), health(&run).retransmitted), (2, 1));
}

#[test]
fn a_syn_ack_alone_tells_where_both_sides_start() {
    let run = run([syn_ack(SERVER, 500, 101), tcp(CLIENT, 104, 501, b"def"), tcp(SERVER, 501, 107, b"")]);
    assert_eq!(run.said, ["2 B <3>", "2 B def"]);
    assert_eq!((health(&run).syn_from, health(&run).missing_bytes), (Some(Side::B), 3));
}

#[test]
fn where_both_sides_agree_in_the_middle_what_is_missing_is_missing() {
    let run = run([
        tcp(SERVER, 9_000, 1_000, b""),
        tcp(CLIENT, 1_000, 9_000, b""),
        tcp(CLIENT, 1_003, 9_000, b"def"),
        tcp(SERVER, 9_000, 1_006, b""),
    ]);
    assert_eq!(run.said, ["3 B <3>", "3 B def"]);
}

#[test]
fn acknowledgements_of_a_connection_before_prove_nothing_of_this_one() {
    let run = run([
        tcp(SERVER, 9_000, 5_000, b""),
        tcp(SERVER, 9_000, 5_010, b""),
        syn(CLIENT, 100),
        syn_ack(SERVER, 500, 101),
        tcp(CLIENT, 101, 501, b"abc"),
    ]);
    assert_eq!(run.said, ["5 B abc"]);
    assert_eq!(health(&run).missing_bytes, 0);
}

#[test]
fn a_refused_connection_is_reset() {
    let mut refusal = rst(SERVER, 0);
    refusal.segment.ack = Some(101);
    let run = run([syn(CLIENT, 100), refusal]);
    assert_eq!(run.said, ["2 B reset", "2 A reset"]);
    assert!(health(&run).reset);
}

#[test]
fn resets_and_segments_from_elsewhere_are_ignored() {
    let run = after_handshake([
        tcp(CLIENT, 101, 501, b"abc"),
        tcp(SERVER, 501, 104, b""),
        rst(CLIENT, 0x8000_0000),
        rst(CLIENT, 90),
        tcp(CLIENT, 0x4000_0000, 501, b"garbage"),
        tcp(SERVER, 0xC000_0000, 104, b"garbage"),
        tcp(CLIENT, 104, 501, b"def"),
    ]);
    assert_eq!(run.said, ["4 A abc", "10 A def"]);
    assert_eq!((health(&run).reset, health(&run).strays, health(&run).missing_bytes), (false, 4, 0));
}

#[test]
fn an_acknowledgement_of_what_cannot_have_been_sent_proves_nothing() {
    let run = after_handshake([tcp(CLIENT, 101, 501, b"abc"), tcp(SERVER, 501, 0x7000_0000, b"")]);
    assert_eq!((run.said.len(), health(&run).missing_bytes), (1, 0));
}

#[test]
fn a_hole_of_three_gibibytes_is_believed_when_two_segments_agree() {
    let far = 101_u32.wrapping_add(3 << 30);
    let mut run = Run::new(&Limits::default());
    run.push(handshake());
    run.push([tcp(CLIENT, 101, 501, b"ab")]);
    assert!(run.push([tcp(CLIENT, far, 501, b"lost")]).is_empty());
    assert!(run.push([tcp(CLIENT, far + 4, 501, b"cd"), tcp(SERVER, 501, far + 6, b"")]).is_empty());
    assert_eq!(run.push([tcp(SERVER, 501, far + 6, b"ok").at(5_000)]), ["6 A <3221225474>", "6 A cd", "8 B ok"]);
    run.finish();
    assert_eq!(health(&run).missing_bytes, (3 << 30) + 2);
}

#[test]
fn nothing_follows_a_fin() {
    let run = after_handshake([
        tcp(CLIENT, 101, 501, b"abc"),
        fin(CLIENT, 104, 501),
        tcp(CLIENT, 104, 501, b"more"),
        fin(CLIENT, 104, 501),
    ]);
    assert_eq!(run.said, ["4 A abc", "5 A end"]);
    assert_eq!((health(&run).strays, health(&run).retransmitted), (1, 1));
}

#[test]
fn a_late_syn_belongs_to_its_connection() {
    let run = run([tcp(CLIENT, 101, 501, b"abc"), syn(CLIENT, 100), tcp(CLIENT, 104, 501, b"def")]);
    assert_eq!(run.said, ["1 A abc", "3 A def"]);
    assert_eq!(health(&run).syn_from, Some(CLIENT));
}
