//! What must hold for any traffic: segmentation, order and duplication do not change what was said.

use super::*;
use proptest::prelude::*;

/// One connection's two streams, how they are cut up, and how the capture disturbs the segments.
#[derive(Clone, Debug)]
struct Talk {
    isn: [u32; 2],
    streams: [Vec<u8>; 2],
    /// Segment lengths; used over and over.
    cuts: Vec<usize>,
    /// For each segment in turn: places it is moved back, and whether it comes twice.
    moves: Vec<(usize, bool)>,
    acks: bool,
}

fn talks() -> impl Strategy<Value = Talk> {
    let stream = || prop::collection::vec(any::<u8>(), 0..200);
    let isn = || prop_oneof![any::<u32>(), (0..300_u32).prop_map(|n| u32::MAX - n)];
    (
        (isn(), isn()),
        (stream(), stream()),
        prop::collection::vec(1..30_usize, 1..20),
        prop::collection::vec((0..6_usize, prop::bool::weighted(0.2)), 1..40),
        any::<bool>(),
    )
        .prop_map(|((a, b), (x, y), cuts, moves, acks)| Talk { isn: [a, b], streams: [x, y], cuts, moves, acks })
}

impl Talk {
    /// The segments in the order in which they were sent.
    fn segments(&self) -> Vec<Sent> {
        let [a, b] = self.isn;
        let mut sent = Vec::new();
        let mut done = [0_usize; 2];
        let mut cuts = self.cuts.iter().cycle();
        let number = |side: usize, done: usize| self.isn[side].wrapping_add(1 + done as u32);
        while done[0] < self.streams[0].len() || done[1] < self.streams[1].len() {
            for (me, from) in [(0, CLIENT), (1, SERVER)] {
                let left = &self.streams[me][done[me]..];
                let part = &left[..left.len().min(*cuts.next().unwrap())];
                if part.is_empty() {
                    continue;
                }
                sent.push(tcp(from, number(me, done[me]), number(1 - me, done[1 - me]), part));
                done[me] += part.len();
                if self.acks {
                    sent.push(tcp(from.other(), number(1 - me, done[1 - me]), number(me, done[me]), b""));
                }
            }
        }
        sent.push(fin(CLIENT, number(0, done[0]), number(1, done[1])));
        sent.push(fin(SERVER, number(1, done[1]), number(0, done[0]).wrapping_add(1)));
        let mut all = vec![syn(CLIENT, a), syn_ack(SERVER, b, a.wrapping_add(1))];
        all.append(&mut self.disturb(sent));
        all
    }

    fn disturb(&self, sent: Vec<Sent>) -> Vec<Sent> {
        let mut keyed: Vec<(usize, Sent)> = Vec::new();
        for ((i, sent), (back, twice)) in sent.into_iter().enumerate().zip(self.moves.iter().cycle()) {
            if *twice {
                keyed.push((i + 3, sent.clone()));
            }
            keyed.push((i + back, sent));
        }
        keyed.sort_by_key(|(place, _)| *place);
        keyed.into_iter().map(|(_, sent)| sent).collect()
    }
}

/// Both streams as delivered: bytes, missing bytes, ends.
fn delivered(sent: &[Sent], limits: &Limits) -> ([Vec<u8>; 2], u64, [usize; 2]) {
    let (mut sieve, mut table) = (Sieve::new(limits), Table::new(limits));
    let (mut streams, mut missing, mut ends) = ([Vec::new(), Vec::new()], 0, [0, 0]);
    let mut latest = [0, 0];
    let mut see = |item: Item<'_>| {
        let side = usize::from(item.from == SERVER);
        assert!(item.frame >= latest[side], "a side's frames never go back");
        latest[side] = item.frame;
        match item.event {
            Event::Run { bytes, carried_by, .. } => {
                assert!(carried_by <= item.frame && ends[side] == 0);
                streams[side].extend_from_slice(bytes);
            }
            Event::Gap { missing: m } => missing += m,
            Event::End { .. } => ends[side] += 1,
            Event::Datagram { .. } => panic!("no datagram was sent"),
        }
    };
    for (frame, sent) in (1..).zip(sent) {
        let packet = Packet {
            frame,
            time: Time(frame.cast_signed() * 20_000),
            src: sent.src,
            dst: sent.dst,
            ident: sent.ident,
            interface: 0,
            cut: 0,
            fragments: &[],
            transport: Transport::Tcp(Segment { payload: &sent.payload, ..sent.segment }),
        };
        sift(&mut sieve, &packet, &mut table, &mut see);
    }
    finish(&mut sieve, &mut table, &mut see);
    let flows: Vec<Stats> = table.retired().collect();
    assert_eq!(flows.len(), 1, "one connection is one flow");
    assert_eq!(flows[0].tcp.as_ref().unwrap().missing_bytes, missing);
    (streams, missing, ends)
}

proptest! {
    #[test]
    fn segmentation_order_and_duplication_do_not_change_the_streams(talk in talks()) {
        let (streams, missing, ends) = delivered(&talk.segments(), &Limits::default());
        prop_assert_eq!(&streams, &talk.streams);
        prop_assert_eq!((missing, ends), (0, [1, 1]));
    }

    #[test]
    fn whatever_is_lost_every_byte_is_delivered_or_missing(talk in talks(), lost in prop::collection::vec(any::<bool>(), 1..40)) {
        let mut sent = talk.segments();
        let mut lost = lost.iter().cycle();
        // The beginning and the end stay, so that the lengths are known.
        sent.retain(|sent| sent.segment.syn || sent.segment.fin || !lost.next().unwrap());
        let (streams, missing, ends) = delivered(&sent, &Limits::default());
        let total: usize = talk.streams.iter().map(Vec::len).sum();
        prop_assert_eq!(streams.iter().map(Vec::len).sum::<usize>() as u64 + missing, total as u64);
        prop_assert_eq!(ends, [1, 1]);
    }

    #[test]
    fn anything_at_all_is_survived_within_the_limits(
        segments in prop::collection::vec((any::<bool>(), 0..6_u32, any::<u32>(), any::<u32>(), 0..64_u8, 0..40_usize, 0..3_usize), 0..80)
    ) {
        let limits = Limits { stream_bytes: 300, streams_bytes: 1_000, flows: 2, ..Limits::default() };
        let mut run = Run::new(&limits);
        for (from, near, seq, ack, flags, len, cut) in segments {
            let from = if from { CLIENT } else { SERVER };
            // Mostly near each other, and around the wrap.
            let seq = if near > 0 { near.wrapping_mul(7).wrapping_sub(20) } else { seq };
            let mut sent = tcp(from, seq, if near > 1 { near.wrapping_sub(3) } else { ack }, &vec![flags; len]).cut(cut);
            sent.segment.syn = flags & 1 != 0 && flags & 32 == 0;
            sent.segment.fin = flags & 2 != 0;
            sent.segment.rst = flags & 28 == 28;
            if flags & 28 == 4 {
                sent.segment.ack = None;
            }
            run.push([sent.port(u16::from(flags & 3) + 1)]);
            prop_assert!(run.table.open() <= 2);
        }
        run.finish();
        prop_assert_eq!(run.table.open(), 0);
    }
}
