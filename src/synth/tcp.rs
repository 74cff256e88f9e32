//! Simulated TCP, as much as a capture shows: handshake, segments with acknowledgements, retransmission, FIN.
//!
//! Both ends of a connection stand here; segments travel through the simulated network like any packet.

use super::packet::{Body, flag};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Bytes of a segment at the most.
const SEGMENT: usize = 1448;
/// A segment that is not acknowledged for this long is sent again, the second time after twice as long.
pub(super) const RETRANSMIT: Duration = Duration::from_millis(250);

/// What a machine sent at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    /// What its receiver is given; nothing if it is to be swallowed.
    pub(super) meant: Vec<u8>,
    /// Which transmission of which message.
    pub(super) mark: (u64, u32),
    /// It is handed on so much later.
    pub(super) late: Duration,
    /// Its receiver falls silent.
    pub(super) fatal: bool,
}

/// A segment that was sent and not acknowledged.
#[derive(Clone, Debug)]
struct Unacked {
    seq: u32,
    flags: u8,
    payload: Vec<u8>,
    chunk: Option<Chunk>,
    tries: u32,
}

/// One end.
#[derive(Clone, Debug)]
pub(super) struct End {
    next: u32,
    unacked: VecDeque<Unacked>,
    expected: Option<u32>,
    early: BTreeMap<u32, Segment>,
    is_open: bool,
    has_closed: bool,
}

/// A segment on its way.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// What the packet carries.
    pub(super) body: Body,
    /// What comes with its last byte.
    pub(super) chunk: Option<Chunk>,
    /// Where its sender's stream then is, for its retransmission timer; `None`: it needs none.
    pub(super) guarded: Option<u32>,
    /// How often it was sent before.
    pub(super) tries: u32,
}

/// What an end learns from a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Learned {
    /// The connection is there.
    Open,
    /// These bytes are next.
    Chunk(Chunk),
    /// There will be no more.
    Closed,
}

impl End {
    /// An end that has done nothing; `first` is its initial sequence number.
    #[must_use]
    pub(super) fn new(first: u32) -> End {
        End {
            next: first,
            unacked: VecDeque::new(),
            expected: None,
            early: BTreeMap::new(),
            is_open: false,
            has_closed: false,
        }
    }

    fn segment(&mut self, flags: u8, payload: Vec<u8>, chunk: Option<Chunk>) -> Segment {
        let seq = self.next;
        let counts = u32::try_from(payload.len()).unwrap_or(0) + u32::from(flags & (flag::SYN | flag::FIN) != 0);
        self.next = self.next.wrapping_add(counts);
        if counts > 0 {
            let (payload, chunk) = (payload.clone(), chunk.clone());
            self.unacked.push_back(Unacked { seq, flags, payload, chunk, tries: 1 });
        }
        let body = Body::Tcp { seq, ack: self.expected.unwrap_or(0), flags, payload };
        Segment { body, chunk, guarded: (counts > 0).then_some(seq), tries: 0 }
    }

    /// Begins the handshake.
    pub(super) fn connect(&mut self) -> Segment {
        self.segment(flag::SYN, Vec::new(), None)
    }

    /// Sends bytes: what travels, and what comes with its last byte.
    pub(super) fn send(&mut self, wire: &[u8], chunk: Chunk) -> Vec<Segment> {
        let mut chunk = Some(chunk);
        let pieces: Vec<&[u8]> = wire.chunks(SEGMENT).collect();
        let last = pieces.len().saturating_sub(1);
        let mut segments = Vec::new();
        for (index, piece) in pieces.into_iter().enumerate() {
            let (flags, chunk) = if index == last { (flag::PSH | flag::ACK, chunk.take()) } else { (flag::ACK, None) };
            segments.push(self.segment(flags, piece.to_vec(), chunk));
        }
        segments
    }

    /// Ends this direction.
    pub(super) fn close(&mut self) -> Option<Segment> {
        if self.has_closed || !self.is_open {
            return None;
        }
        self.has_closed = true;
        Some(self.segment(flag::FIN | flag::ACK, Vec::new(), None))
    }

    /// The retransmission timer of a segment ran out.
    pub(super) fn again(&mut self, seq: u32) -> Option<Segment> {
        let expected = self.expected;
        let unacked = self.unacked.iter_mut().find(|unacked| unacked.seq == seq)?;
        unacked.tries += 1;
        let body =
            Body::Tcp { seq, ack: expected.unwrap_or(0), flags: unacked.flags, payload: unacked.payload.clone() };
        Some(Segment { body, chunk: unacked.chunk.clone(), guarded: Some(seq), tries: unacked.tries - 1 })
    }

    /// Takes a segment; answers with what is learned, in order, and what is to be sent.
    pub(super) fn receive(&mut self, segment: Segment) -> (Vec<Learned>, Option<Segment>) {
        let Body::Tcp { seq, ack, flags, .. } = segment.body else { return (Vec::new(), None) };
        let mut learned = Vec::new();
        if flags & flag::ACK != 0 {
            let acked = |unacked: &Unacked| {
                let length = u32::try_from(unacked.payload.len()).unwrap_or(0)
                    + u32::from(unacked.flags & (flag::SYN | flag::FIN) != 0);
                let end = unacked.seq.wrapping_add(length);
                ack.wrapping_sub(end) < 1 << 31
            };
            while self.unacked.front().is_some_and(acked) {
                self.unacked.pop_front();
            }
            if !self.is_open && self.expected.is_some() && flags & flag::SYN == 0 {
                self.is_open = true;
                learned.push(Learned::Open);
            }
        }
        if flags & flag::SYN != 0 {
            let is_new = self.expected.is_none();
            self.expected.get_or_insert(seq.wrapping_add(1));
            if flags & flag::ACK != 0 {
                if is_new {
                    self.is_open = true;
                    learned.push(Learned::Open);
                }
                return (learned, Some(self.segment(flag::ACK, Vec::new(), None)));
            }
            if is_new {
                return (learned, Some(self.segment(flag::SYN | flag::ACK, Vec::new(), None)));
            }
            return (learned, None);
        }
        if segment.guarded.is_none() {
            return (learned, None);
        }
        let Some(expected) = self.expected else { return (learned, None) };
        if seq.wrapping_sub(expected) < 1 << 31 {
            self.early.insert(seq, segment);
        }
        while let Some(next) = self.expected.and_then(|expected| self.early.remove(&expected)) {
            let Body::Tcp { flags, payload, .. } = next.body else { continue };
            let length = u32::try_from(payload.len()).unwrap_or(0) + u32::from(flags & flag::FIN != 0);
            self.expected = self.expected.map(|expected| expected.wrapping_add(length));
            learned.extend(next.chunk.map(Learned::Chunk));
            if flags & flag::FIN != 0 {
                learned.push(Learned::Closed);
            }
        }
        (learned, Some(self.segment(flag::ACK, Vec::new(), None)))
    }
}
