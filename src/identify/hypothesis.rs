//! One explanation of a flow: this protocol, with the client at this end. It hears every message and keeps a score.

use super::Content;
use super::candidate::{HOPELESS, Record};
use super::conventions::Tally;
use super::stream::{Cut, Half, Reader, Rest, Run};
use super::talk::{Talk, Way};
use crate::flow::Side;
use crate::limits::Limits;
use crate::protocol::evidence::penalty;
use crate::protocol::{Act, DefectKind, Direction, Message, Protocol, Reading, Reason, Transport};

/// Bits that bytes torn off a message cost, besides one for every doubling of the places tried.
const TORN: f32 = 8.0;

/// Bits that every further segment costs in which no message can be found to start.
const STILL_TORN: f32 = 3.0;

/// What of the buffered bytes of a stream has been weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Weighed {
    #[default]
    Nothing,
    /// The beginning of a message.
    Partial,
    /// That they are no message.
    Astray,
}

/// Which end is which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Roles {
    /// This end is the client.
    Client(Side),
    /// Both are, of a server elsewhere.
    Peers,
}

impl Roles {
    /// Which way a message from this side travels.
    pub(super) fn direction(self, from: Side) -> Direction {
        match self {
            Roles::Client(side) if side == from => Direction::ToServer,
            Roles::Client(_) => Direction::ToClient,
            Roles::Peers => Direction::Peer,
        }
    }
}

/// One explanation of a flow.
pub(super) struct Hypothesis {
    pub(super) protocol: &'static dyn Protocol,
    pub(super) roles: Roles,
    pub(super) record: Record,
    /// A login travelled from the client to the server.
    pub(super) login: bool,
    /// What the messages say about the conventions.
    pub(super) tally: Tally,
    talk: Talk,
    streams: Option<Box<[Half; 2]>>,
    /// The rest is opaque.
    private: bool,
    /// The client's first message, until the server has answered.
    first: Option<Vec<u8>>,
    /// For each side, whether what is buffered has been weighed: a message that is not complete yet, or none at all.
    weighed: [Weighed; 2],
}

impl Hypothesis {
    /// An explanation. `from_start`: the first byte of a stream is the connection's first; `record`: what was heard
    /// before.
    pub(super) fn new(
        protocol: &'static dyn Protocol,
        roles: Roles,
        transport: Transport,
        from_start: bool,
        tally: Tally,
        record: Record,
    ) -> Hypothesis {
        let streams = (transport == Transport::Tcp).then(|| Box::new([Half::new(from_start), Half::new(from_start)]));
        Hypothesis {
            protocol,
            roles,
            record,
            login: false,
            tally,
            talk: Talk::default(),
            streams,
            private: false,
            first: None,
            weighed: [Weighed::Nothing; 2],
        }
    }

    /// A datagram, of which the snap length cut off `cut` bytes.
    pub(super) fn datagram(&mut self, from: Side, bytes: &[u8], cut: usize) {
        if !bytes.is_empty() {
            self.message(from, bytes, Transport::Udp, cut);
        }
    }

    /// The next bytes of a stream.
    pub(super) fn run(&mut self, from: Side, run: Run<'_>, limits: &Limits) {
        let Some(mut streams) = self.streams.take() else { return };
        let reader =
            Reader { protocol: self.protocol, reading: self.reading(from, Transport::Tcp), limits, thorough: false };
        let [a, b] = &mut *streams;
        let half = if from == Side::A { a } else { b };
        let mut whole = false;
        half.run(reader, run, &mut |cut| {
            whole = true;
            self.cut(from, cut)
        });
        let before = if whole { Weighed::Nothing } else { self.weighed(from) };
        let after = match (half.astray(), half.partial()) {
            _ if self.private => before,
            (Some(bytes), _) if before != Weighed::Astray => {
                self.astray(from, bytes);
                Weighed::Astray
            }
            (None, Some((bytes, needed))) if before == Weighed::Nothing => self.partial(from, bytes, needed),
            (None, None) => Weighed::Nothing,
            _ => before,
        };
        if half.is_torn() {
            self.record.score -= STILL_TORN;
        }
        if let Some(slot) = self.weighed.get_mut(index(from)) {
            *slot = after;
        }
        self.streams = Some(streams);
    }

    /// Bytes of a stream that never came.
    pub(super) fn gap(&mut self, from: Side, missing: u64) {
        if let Some(streams) = &mut self.streams {
            let [a, b] = &mut **streams;
            let half = if from == Side::A { a } else { b };
            half.gap(missing, &mut |_| Rest::Messages);
        }
    }

    fn reading(&self, from: Side, transport: Transport) -> Reading {
        Reading { direction: self.roles.direction(from), transport, choices: self.tally.choices(None) }
    }

    fn cut(&mut self, from: Side, cut: Cut<'_>) -> Rest {
        match cut.content {
            Content::Message if !self.private => {
                let opened = self.message(from, cut.bytes, Transport::Tcp, 0);
                self.private |= opened;
            }
            // Weighed when it was met, unless its end was found in the same run.
            Content::NoMessage { torn: false } if self.weighed(from) != Weighed::Astray => {
                self.astray(from, cut.bytes);
            }
            // Where the capture begins in a connection, a piece of a message may be lost. But whoever tries enough
            // places finds something like a message at one of them.
            Content::NoMessage { torn: true } => {
                self.record.score -= TORN + (cut.bytes.len().max(1) as f32).log2();
                self.record.misfit = self.record.misfit.saturating_add(1);
            }
            _ => {}
        }
        if self.private { Rest::Private } else { Rest::Messages }
    }

    /// Weighs bytes of a stream at which no message starts.
    fn astray(&mut self, from: Side, bytes: &[u8]) {
        // A stream that does not even begin with a message is not worth searching.
        let first = if self.record.fit == 0 { -HOPELESS } else { 0.0 };
        self.record.score -= penalty(DefectKind::Malformed).max(first) + 1.0;
        self.record.misfit = self.record.misfit.saturating_add(1);
        if self.record.complaint.is_none() {
            let message = self.protocol.dissect(bytes, &self.reading(from, Transport::Tcp));
            self.record.complaint = Some(complaint(&message).unwrap_or_else(|| "no message starts there".into()));
        }
    }

    /// Weighs a message; answers whether it made the rest of the connection opaque.
    fn message(&mut self, from: Side, wire: &[u8], transport: Transport, cut: usize) -> bool {
        let reading = self.reading(from, transport);
        self.tally.hear(self.protocol, wire, &reading);
        let reading = self.reading(from, transport);
        let bytes = self.protocol.whole_bytes(wire, &reading);
        let message = self.protocol.dissect(&bytes, &reading);
        let short = cut > 0 && message.defects.iter().any(|defect| defect.kind == DefectKind::LengthMismatch);
        let wrong = !short && (message.kind.is_none() || message.defects.iter().any(|defect| is_grave(defect.kind)));
        let own = match (short, wrong) {
            (true, _) => message.evidence + penalty(DefectKind::LengthMismatch),
            // However much of it reads well, it is not a message of the protocol.
            (_, true) => message.evidence.min(0.0),
            _ => message.evidence,
        };
        let way = Way { from, direction: reading.direction };
        let spec = self.protocol.spec();
        self.record.score += self.talk.weigh(spec, &message, wire, way, reading.choices, own);
        if wrong || own <= 0.0 {
            self.record.misfit = self.record.misfit.saturating_add(1);
            if self.record.complaint.is_none() {
                self.record.complaint = complaint(&message);
            }
        } else {
            self.record.fit = self.record.fit.saturating_add(1);
        }
        if matches!(message.act, Act::Login { .. }) && reading.direction == Direction::ToServer {
            self.login |= message.defects.is_empty();
        }
        transport == Transport::Tcp && self.opens_relay(&message, wire, reading)
    }

    fn opens_relay(&mut self, message: &Message<'_>, wire: &[u8], reading: Reading) -> bool {
        match (&self.first, reading.direction) {
            (None, Direction::ToServer) => {
                self.first = Some(wire.to_vec());
                false
            }
            (Some(first), Direction::ToClient) => {
                let first = self.protocol.dissect(first, &Reading { direction: Direction::ToServer, ..reading });
                self.protocol.opens_relay(&first, message)
            }
            _ => false,
        }
    }

    fn weighed(&self, from: Side) -> Weighed {
        self.weighed.get(index(from)).copied().unwrap_or_default()
    }

    /// Weighs the beginning of a message, once it tells anything.
    fn partial(&mut self, from: Side, bytes: &[u8], needed: usize) -> Weighed {
        let reading = self.reading(from, Transport::Tcp);
        let message = self.protocol.dissect(bytes, &reading);
        // That it is short is no fault. What its first bytes say already is.
        let early = |kind| {
            matches!(kind, DefectKind::UnassignedType | DefectKind::WrongDirection | DefectKind::UnexpectedPayload)
        };
        let faults = message.defects.iter().filter(|defect| early(defect.kind));
        let mut bits: f32 = faults.map(|defect| penalty(defect.kind)).sum();
        // Chat messages are short; a length that is not one reads as any number up to 65,535.
        if needed > bytes.len().saturating_add(1).max(2048) {
            bits += 8.0;
        }
        if bits > 0.0 {
            self.record.score -= bits;
            if self.record.complaint.is_none() {
                self.record.complaint = complaint(&message);
            }
        }
        if bits > 0.0 { Weighed::Partial } else { Weighed::Nothing }
    }
}

fn index(side: Side) -> usize {
    match side {
        Side::A => 0,
        Side::B => 1,
    }
}

/// Whether a message with this defect is hardly one: an implementation errs like this once, another protocol always.
fn is_grave(defect: DefectKind) -> bool {
    matches!(
        defect,
        DefectKind::Malformed | DefectKind::LengthMismatch | DefectKind::UnassignedType | DefectKind::WrongDirection
    )
}

fn complaint(message: &Message<'_>) -> Option<Reason> {
    message.defects.first().map(|defect| defect.reason.clone())
}
