//! Connections: the segments that both sides see, made up from what a relay reads and writes, and the bytes on their way
//! through it.
//!
//! A relay has two connections for each that it relays, and the system does not show it their segments. It numbers both
//! alike: the client's first number is the relay's towards the server, and the server's is the relay's
//! towards the client. So either side's connection is whole by itself, and the two joined are one.
//!
//! No sockets and no clock: whoever has them says what was read and written, and asks what may be written.

use super::dice::Dice;
use super::options::{Chop, Delay, Impairments, Way, Ways};
use super::tape::{Leg, Route, Spot, Tape};
use super::wire::Flags;
use crate::bytes::Time;
use std::collections::VecDeque;
use std::time::Duration;

/// The time between two pieces of a stream that is chopped: enough for a reader to see them apart.
pub(super) const PIECE: Duration = Duration::from_millis(1);
/// The most bytes of a segment: with its headers it fits an IP packet.
const SEGMENT: usize = 32 << 10;

/// The headers of one client's connection on both sides of the relay.
#[derive(Clone, Debug)]
pub(super) struct Headers {
    route: Route,
    /// The identifier that both first segments carry, so that the two sides can be joined.
    id: u64,
    /// Next numbers: of what the client has sent, the relay to the server, the server, the relay to the client.
    numbers: Ways<Numbers>,
    opened: bool,
}

/// Of one direction.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    arrived: u32,
    forwarded: u32,
}

impl Headers {
    /// Of the `nth` connection.
    pub(super) fn new(route: Route, seed: u64, nth: u64) -> Headers {
        let mut dice = Dice::of(&[seed, nth]);
        // Half of all: any will do.
        let mut first = || u32::try_from(dice.number() >> 33).unwrap_or(0);
        let (up, down) = (first(), first());
        let same = |number| Numbers { arrived: number, forwarded: number };
        Headers { route, id: (1 << 63) | nth, numbers: Ways { up: same(up), down: same(down) }, opened: false }
    }

    /// The client was accepted.
    pub(super) fn accepted(&mut self, tape: &mut Tape, now: Time) {
        let up = self.numbers.up.arrived;
        let down = self.numbers.down.forwarded;
        let syn = |seq, ack| Flags { seq, ack, syn: true, ..Flags::default() };
        self.put(tape, now, Way::Up, Leg::Arrival, Some(self.id), None, syn(up, None), &[]);
        self.put(tape, now, Way::Down, Leg::Forwarded, None, None, syn(down, Some(up.wrapping_add(1))), &[]);
        self.numbers.up.arrived = up.wrapping_add(1);
        self.numbers.down.forwarded = down.wrapping_add(1);
        self.acknowledge(tape, now, Way::Up, Leg::Arrival);
    }

    /// The relay began to connect to the server, from this address.
    pub(super) fn connecting(&mut self, tape: &mut Tape, now: Time, upstream: std::net::SocketAddr) {
        self.route.upstream = upstream;
        let up = self.numbers.up.forwarded;
        let syn = Flags { seq: up, syn: true, ..Flags::default() };
        self.put(tape, now, Way::Up, Leg::Forwarded, Some(self.id), None, syn, &[]);
        self.numbers.up.forwarded = up.wrapping_add(1);
    }

    /// The server accepted.
    pub(super) fn connected(&mut self, tape: &mut Tape, now: Time) {
        let down = self.numbers.down.arrived;
        let syn = Flags { seq: down, ack: Some(self.numbers.up.forwarded), syn: true, ..Flags::default() };
        self.put(tape, now, Way::Down, Leg::Arrival, None, None, syn, &[]);
        self.numbers.down.arrived = down.wrapping_add(1);
        self.opened = true;
        self.acknowledge(tape, now, Way::Up, Leg::Forwarded);
    }

    /// Bytes came in from the side where this way begins; the relay's end acknowledges them at once.
    pub(super) fn read(&mut self, tape: &mut Tape, now: Time, way: Way, bytes: &[u8]) {
        self.carry(tape, now, way, Leg::Arrival, bytes);
    }

    /// Bytes went out to the side where this way ends; that side acknowledges them at once, as far as a relay can know.
    pub(super) fn written(&mut self, tape: &mut Tape, now: Time, way: Way, bytes: &[u8]) {
        self.carry(tape, now, way, Leg::Forwarded, bytes);
    }

    fn carry(&mut self, tape: &mut Tape, now: Time, way: Way, leg: Leg, bytes: &[u8]) {
        for piece in bytes.chunks(SEGMENT) {
            let flags = Flags { seq: *self.number(way, leg), ack: Some(self.expected(way, leg)), ..Flags::default() };
            self.put(tape, now, way, leg, None, None, flags, piece);
            // A piece is shorter than 2^16 bytes.
            let next = self.number(way, leg);
            *next = next.wrapping_add(u32::try_from(piece.len()).unwrap_or(0));
            self.acknowledge(tape, now, way.back(), opposite(leg));
        }
    }

    /// The side where this way begins sends nothing more ([`Leg::Arrival`]), or was told so of the other one.
    pub(super) fn ended(&mut self, tape: &mut Tape, now: Time, way: Way, leg: Leg) {
        let seq = *self.number(way, leg);
        let flags = Flags { seq, ack: Some(self.expected(way, leg)), fin: true, ..Flags::default() };
        self.put(tape, now, way, leg, None, None, flags, &[]);
        *self.number(way, leg) = seq.wrapping_add(1);
        self.acknowledge(tape, now, way.back(), opposite(leg));
    }

    /// A side broke its connection off, and the relay breaks off the other one.
    pub(super) fn broken(&mut self, tape: &mut Tape, now: Time, way: Way) {
        let id = self.id ^ (1 << 62) ^ ((way as u64) << 61);
        self.reset(tape, now, way, Leg::Arrival, Some(id), None);
        if way == Way::Down || self.opened {
            self.reset(tape, now, way, Leg::Forwarded, Some(id), None);
        }
    }

    /// The relay breaks off both connections by itself.
    pub(super) fn cut(&mut self, tape: &mut Tape, now: Time, why: &str) {
        self.reset(tape, now, Way::Down, Leg::Forwarded, None, Some(why));
        if self.opened {
            self.reset(tape, now, Way::Up, Leg::Forwarded, None, Some(why));
        }
    }

    fn reset(&mut self, tape: &mut Tape, now: Time, way: Way, leg: Leg, id: Option<u64>, why: Option<&str>) {
        let flags =
            Flags { seq: *self.number(way, leg), ack: Some(self.expected(way, leg)), rst: true, ..Flags::default() };
        self.put(tape, now, way, leg, id, why, flags, &[]);
    }

    fn acknowledge(&mut self, tape: &mut Tape, now: Time, way: Way, leg: Leg) {
        let flags = Flags { seq: *self.number(way, leg), ack: Some(self.expected(way, leg)), ..Flags::default() };
        self.put(tape, now, way, leg, None, None, flags, &[]);
    }

    fn number(&mut self, way: Way, leg: Leg) -> &mut u32 {
        let numbers = match way {
            Way::Up => &mut self.numbers.up,
            Way::Down => &mut self.numbers.down,
        };
        match leg {
            Leg::Arrival => &mut numbers.arrived,
            Leg::Forwarded => &mut numbers.forwarded,
        }
    }

    /// What the sender of such a segment expects next from the other end of its connection.
    fn expected(&mut self, way: Way, leg: Leg) -> u32 {
        *self.number(way.back(), opposite(leg))
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one segment")]
    fn put(
        &mut self,
        tape: &mut Tape,
        time: Time,
        way: Way,
        leg: Leg,
        id: Option<u64>,
        comment: Option<&str>,
        flags: Flags,
        payload: &[u8],
    ) {
        let ends = match way {
            Way::Up => self.route.up(leg),
            Way::Down => self.route.down(leg),
        };
        tape.segment(Spot { leg, time, id, comment }, ends, flags, payload);
    }
}

/// The connection of an arrival one way is that of what is forwarded the other way.
fn opposite(leg: Leg) -> Leg {
    match leg {
        Leg::Arrival => Leg::Forwarded,
        Leg::Forwarded => Leg::Arrival,
    }
}

/// The bytes of one direction on their way through the relay.
#[derive(Clone, Debug)]
pub(super) struct Pipe {
    delay: Delay,
    chop: Chop,
    dice: Dice,
    pieces: VecDeque<(Time, Vec<u8>)>,
    /// How much of the first piece is gone.
    gone: usize,
    waiting: usize,
    most: usize,
    last: Time,
    ended: bool,
}

impl Pipe {
    /// An empty one, of the `nth` connection.
    pub(super) fn new(impairments: &Impairments, way: Way, nth: u64, most: usize) -> Pipe {
        Pipe {
            delay: impairments.delay.of(way),
            chop: impairments.chop.of(way),
            dice: Dice::of(&[impairments.seed, nth, way as u64, 0x7063_7421]),
            pieces: VecDeque::new(),
            gone: 0,
            waiting: 0,
            most,
            last: Time(0),
            ended: false,
        }
    }

    /// Takes what was read.
    pub(super) fn push(&mut self, now: Time, mut bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.last = self.last.max(now.plus(self.delay.draw(&mut self.dice)));
        self.waiting = self.waiting.saturating_add(bytes.len());
        if self.chop.is_none() {
            match self.pieces.back_mut() {
                Some((due, piece)) if *due == self.last || self.last <= now => piece.extend(bytes),
                _ => self.pieces.push_back((self.last, bytes.to_vec())),
            }
            return;
        }
        while !bytes.is_empty() {
            let size = self.dice.between(usize::from(self.chop.low), usize::from(self.chop.high)).max(1);
            let (piece, rest) = bytes.split_at(size.min(bytes.len()));
            self.pieces.push_back((self.last, piece.to_vec()));
            self.last = self.last.plus(PIECE);
            bytes = rest;
        }
    }

    /// Nothing more will be read.
    pub(super) fn end(&mut self, now: Time) {
        if !self.ended {
            self.ended = true;
            self.last = self.last.max(now.plus(self.delay.draw(&mut self.dice)));
        }
    }

    /// Whether no more should be read for the time being.
    pub(super) fn is_full(&self) -> bool {
        self.waiting >= self.most
    }

    /// What may be written by now; never empty.
    pub(super) fn ready(&self, now: Time) -> Option<&[u8]> {
        let (_, piece) = self.pieces.front().filter(|(due, _)| *due <= now)?;
        piece.get(self.gone..).filter(|rest| !rest.is_empty())
    }

    /// So many bytes of that were written.
    pub(super) fn written(&mut self, count: usize) {
        self.waiting = self.waiting.saturating_sub(count);
        self.gone = self.gone.saturating_add(count);
        if self.pieces.front().is_some_and(|(_, piece)| self.gone >= piece.len()) {
            self.pieces.pop_front();
            self.gone = 0;
        }
    }

    /// Whether all is written, and it is time to say so.
    pub(super) fn is_over(&self, now: Time) -> bool {
        self.ended && self.pieces.is_empty() && self.last <= now
    }

    /// When there is something to be done next.
    pub(super) fn next_due(&self) -> Option<Time> {
        match self.pieces.front() {
            Some((due, _)) => Some(*due),
            None => self.ended.then_some(self.last),
        }
    }
}
