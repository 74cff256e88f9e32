//! A flow whose protocol is known: datagrams and runs into units, with the readings they are to be parsed with.

use super::conventions::Tally;
use super::endpoints::{Endpoints, Pair};
use super::held::Input;
use super::hypothesis::Roles;
use super::stream::{Cut, Emit, Half, Reader, Rest, Run};
use super::undecided::Ours;
use super::{Content, FlowVerdict, Step, Unit};
use crate::bytes::Time;
use crate::flow::{Event, FlowId, Side};
use crate::limits::Limits;
use crate::protocol::{Act, Choices, Direction, Protocol, Reading, Transport};

/// A flow of one of our protocols.
pub(super) struct Recognized {
    flow: FlowId,
    pair: Pair,
    protocol: &'static dyn Protocol,
    roles: Option<Roles>,
    tally: Tally,
    /// The readings, once nothing about them is open.
    settled: Option<Choices>,
    halves: Option<Box<[Half; 2]>>,
    /// The client's first message, until the server has answered it.
    opening: Opening,
    confidence: f64,
    reason: String,
    messages: u64,
    malformed: u64,
    /// A convention was settled.
    news: bool,
}

enum Opening {
    /// Nothing was said yet.
    Awaited,
    /// This was said, and not answered.
    Said(Vec<u8>),
    /// What there was to decide is decided.
    Over,
}

/// What surrounds a flow.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) endpoints: &'a Endpoints,
    pub(super) limits: &'a Limits,
}

impl Recognized {
    pub(super) fn new(flow: FlowId, pair: Pair, from_start: bool, ours: Ours) -> Recognized {
        let halves =
            (pair.transport == Transport::Tcp).then(|| Box::new([Half::new(from_start), Half::new(from_start)]));
        Recognized {
            flow,
            pair,
            protocol: ours.protocol,
            roles: ours.roles,
            settled: ours.tally.all_settled(ours.protocol).then(|| ours.tally.choices(None)),
            tally: ours.tally,
            halves,
            opening: Opening::Awaited,
            confidence: ours.confidence,
            reason: ours.reason,
            messages: 0,
            malformed: 0,
            news: true,
        }
    }

    /// What the flow says next.
    pub(super) fn hear(&mut self, input: &Input<'_>, around: Around<'_>, emit: &mut dyn FnMut(Step<'_>)) {
        let Input { from, frame, time, event } = *input;
        match event {
            Event::Datagram { bytes, cut, frames } => {
                let unit = Cut { bytes, frame, frames, time, content: Content::Message };
                let _ = self.unit(from, unit, cut, around, emit);
            }
            Event::Run { bytes, carried_by, .. } => {
                let run = Run { bytes, carried_by, frame, time };
                self.stream(from, around, emit, &mut |half, reader, emit| half.run(reader, run, emit));
            }
            Event::Gap { missing } => {
                self.stream(from, around, emit, &mut |half, _, emit| half.gap(missing, emit));
                emit(Step::Gap { flow: self.flow, from, missing, frame, time });
            }
            Event::End { reset } => {
                self.stream(from, around, emit, &mut |half, reader, emit| half.end(reader, true, emit));
                emit(Step::End { flow: self.flow, from, reset, frame, time });
            }
        }
    }

    /// The capture is over.
    pub(super) fn finish(&mut self, around: Around<'_>, emit: &mut dyn FnMut(Step<'_>)) {
        for side in [Side::A, Side::B] {
            self.stream(side, around, emit, &mut |half, reader, emit| half.end(reader, false, emit));
        }
    }

    /// The frame, and its time, before which nothing of it is still to come.
    pub(super) fn waiting(&self) -> Option<(u64, Time)> {
        self.halves.as_ref()?.iter().filter_map(Half::waiting).min()
    }

    /// Hands on what is held because it may still turn out to be a message.
    pub(super) fn give_up(&mut self, around: Around<'_>, emit: &mut dyn FnMut(Step<'_>)) {
        for side in [Side::A, Side::B] {
            self.stream(side, around, emit, &mut |half, _, emit| half.give_up(emit));
        }
    }

    pub(super) fn verdict(&self) -> FlowVerdict {
        let (client, server, peers) = match self.roles {
            Some(Roles::Client(side)) => (Some(self.pair.at(side)), Some(self.pair.at(side.other())), false),
            Some(Roles::Peers) => (None, None, true),
            None => (None, None, false),
        };
        let count = self.protocol.spec().conventions.len();
        FlowVerdict {
            flow: self.flow,
            protocol: Some(self.protocol),
            confidence: self.confidence,
            reason: self.reason.clone(),
            peers,
            client,
            server,
            messages: self.messages,
            malformed: self.malformed,
            conventions: (0..count).map(|convention| self.tally.value(convention)).collect(),
        }
    }

    /// What its messages said about the conventions.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Whether they said something new since this was last asked; then, with which server.
    pub(super) fn told(&mut self) -> Option<(Pair, Side)> {
        match (std::mem::take(&mut self.news), self.roles) {
            (true, Some(Roles::Client(client))) => Some((self.pair, client.other())),
            _ => None,
        }
    }

    pub(super) fn protocol(&self) -> &'static dyn Protocol {
        self.protocol
    }

    /// Works on one half of the stream, then on the other if that half decided how it is to be taken.
    fn stream(
        &mut self,
        from: Side,
        around: Around<'_>,
        emit: &mut dyn FnMut(Step<'_>),
        work: &mut dyn FnMut(&mut Half, Reader<'_>, &mut Emit<'_>),
    ) {
        let Some(mut halves) = self.halves.take() else { return };
        let reader = |this: &Recognized, side| Reader {
            protocol: this.protocol,
            reading: this.reading(side, Transport::Tcp, around),
            limits: around.limits,
            thorough: true,
        };
        let [a, b] = &mut *halves;
        let (this_half, other_half) = match from {
            Side::A => (a, b),
            Side::B => (b, a),
        };
        let mut wanted = None;
        let now = reader(self, from);
        work(this_half, now, &mut |cut| {
            let rest = self.unit(from, cut, 0, around, emit);
            // What the server says decides for the client's bytes too.
            if self.direction(from) == Direction::ToClient {
                wanted = Some(rest);
            }
            rest
        });
        if let Some(rest) = wanted {
            let side = from.other();
            let now = reader(self, side);
            other_half.take(rest, now, &mut |cut| self.unit(side, cut, 0, around, emit));
        }
        self.halves = Some(halves);
    }

    /// Hands one unit on; answers how the rest of its direction is to be taken.
    fn unit(
        &mut self,
        from: Side,
        cut: Cut<'_>,
        snapped: usize,
        around: Around<'_>,
        emit: &mut dyn FnMut(Step<'_>),
    ) -> Rest {
        let transport = self.pair.transport;
        let mut rest = Rest::Messages;
        let mut choices = self.choices(around);
        if cut.content == Content::Message {
            let reading = Reading { direction: self.direction(from), transport, choices };
            if self.settled.is_none() {
                self.tally.hear(self.protocol, cut.bytes, &reading);
                self.news |= self.tally.settle();
                choices = self.choices(around);
                self.settled = self.tally.all_settled(self.protocol).then_some(choices);
            }
            let reading = Reading { choices, ..reading };
            let bytes = self.protocol.whole_bytes(cut.bytes, &reading);
            self.malformed += u64::from(self.protocol.is_malformed(&bytes, &reading));
            if transport == Transport::Tcp {
                rest = self.opening(&bytes, cut.bytes, &reading);
            }
        } else {
            let faulty = matches!(cut.content, Content::NoMessage { torn: false } | Content::Incomplete { .. });
            self.malformed += u64::from(faulty);
        }
        self.messages += 1;
        emit(Step::Unit(Unit {
            frame: cut.frame,
            frames: cut.frames,
            time: cut.time,
            flow: self.flow,
            from,
            transport,
            src: self.pair.at(from),
            dst: self.pair.at(from.other()),
            direction: self.direction(from),
            protocol: self.protocol,
            choices,
            cut: snapped,
            bytes: cut.bytes,
            content: cut.content,
        }));
        rest
    }

    /// Follows how a connection opens: an answer can make the rest of it opaque, and until it comes, what a client
    /// says behind an opening that asks for that is not read.
    fn opening(&mut self, bytes: &[u8], wire: &[u8], reading: &Reading) -> Rest {
        match (&self.opening, reading.direction) {
            (Opening::Awaited, Direction::ToServer) => {
                self.opening = Opening::Said(wire.to_vec());
                let attaches = matches!(self.protocol.dissect(bytes, reading).act, Act::Attach { .. });
                if attaches { Rest::Held } else { Rest::Messages }
            }
            (Opening::Said(first), Direction::ToClient) => {
                let first = self.protocol.dissect(first, &Reading { direction: Direction::ToServer, ..*reading });
                let opens = self.protocol.opens_relay(&first, &self.protocol.dissect(bytes, reading));
                self.opening = Opening::Over;
                if opens { Rest::Private } else { Rest::Messages }
            }
            _ => Rest::Messages,
        }
    }

    fn direction(&self, from: Side) -> Direction {
        self.roles.map_or(Direction::Unknown, |roles| roles.direction(from))
    }

    fn reading(&self, from: Side, transport: Transport, around: Around<'_>) -> Reading {
        Reading { direction: self.direction(from), transport, choices: self.choices(around) }
    }

    fn choices(&self, around: Around<'_>) -> Choices {
        self.settled.unwrap_or_else(|| {
            let others = match self.roles {
                Some(Roles::Client(client)) => around.endpoints.tally(self.pair, self.protocol, client.other()),
                _ => None,
            };
            self.tally.choices(others)
        })
    }
}
