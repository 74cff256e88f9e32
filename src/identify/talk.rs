//! Evidence that no message has by itself, only a dialogue: answers that repeat the number of what they answer,
//! numbers that follow one another, a login that comes first, a name that stays the same.
//!
//! It reads nothing but the [`Spec`], so it holds for every protocol. What has been seen before proves less each time:
//! a stranger whose packets all look alike repeats his chance likeness, a dialogue brings something new.

use crate::flow::Side;
use crate::protocol::{Act, Choices, Direction, Identity, Kind, Message, Numbering, Seq, Spec};
use std::collections::VecDeque;
use std::hash::{BuildHasher, Hash};

/// How many messages are remembered by their bytes, and how many requests wait for their answer.
const MEMORY: usize = 32;

/// The most one message can say for itself.
const MOST: f32 = 45.0;
/// The most it can say against a hypothesis.
const LEAST: f32 = -20.0;

/// A text or a TIME that is repeated: a guess would have to hit many bytes.
const REPEATED_TEXT: f32 = 12.0;
/// An answer that comes in its turn, where nothing else ties it to its request.
const IN_TURN: f32 = 3.0;
/// An acknowledgement of the type that is outstanding.
const RIGHT_SUBJECT: f32 = 4.0;
/// The first thing a client says is a login.
const LOGIN_FIRST: f32 = 4.0;
/// The name of the login, again.
const SAME_NAME: f32 = 5.0;
/// The ID of the other side.
const WRONG_SIDE: f32 = -6.0;
/// A number that is not the one due.
const WRONG_NUMBER: f32 = -3.0;
/// Another message under the number of the one before.
const SAME_NUMBER: f32 = -5.0;
/// An answer to nothing; the request may have been before the capture.
const UNASKED: f32 = -1.0;

/// What one hypothesis has heard so far.
#[derive(Default)]
pub(super) struct Talk {
    /// Fingerprints of the latest messages.
    seen: VecDeque<u64>,
    /// How often each thing was counted as evidence.
    counts: Vec<(Sign, u16)>,
    /// The last own number of A and of B.
    last: [Option<u16>; 2],
    /// Requests without an answer.
    open: VecDeque<Open>,
    /// The name under which the client logged in.
    user: Option<u64>,
    /// The ID under which A and B last spoke as clients.
    ids: [Option<u8>; 2],
    /// Messages heard.
    heard: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Shape(&'static str, Side),
    Answer(&'static str),
    Next(Side),
    Name,
}

struct Open {
    from: Side,
    kind: &'static Kind,
    seq: Number,
    content: u64,
}

/// A number or a TIME's fingerprint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    None,
    Own(u16),
    Text(u64),
}

/// Who sent a message, and which way.
#[derive(Clone, Copy)]
pub(super) struct Way {
    pub(super) from: Side,
    pub(super) direction: Direction,
}

impl Talk {
    /// What a message is worth at this point of the dialogue, in bits; `own`: what it is worth by itself.
    pub(super) fn weigh(
        &mut self,
        spec: &Spec,
        message: &Message<'_>,
        bytes: &[u8],
        way: Way,
        choices: Choices,
        own: f32,
    ) -> f32 {
        let own = own.clamp(LEAST, MOST);
        let known = print((way.from, bytes));
        if self.seen.contains(&known) {
            // A retransmission: nothing new for, and hardly anything new against.
            return own.min(0.0) / 4.0;
        }
        remember(&mut self.seen, known);
        self.heard += 1;
        let Some(kind) = message.kind else { return own };
        let mut bits = if own > 0.0 { own / self.nth(Sign::Shape(kind.name, way.from)) } else { own };
        let numbering = spec.numbering.get(spec.numbering_by.map_or(0, |convention| choices.get(convention)));
        bits += self.identity(message, way);
        match self.answered(kind, message, way, numbering) {
            Some(echo) => bits += scaled(echo, self.nth(Sign::Answer(kind.name))),
            None if kind.only_answers() && numbering.is_some_and(|numbering| !numbering.answers_count) => {
                bits += UNASKED;
            }
            None => {
                if let (Seq::Number(number), Some(numbering)) = (message.seq, numbering) {
                    bits += self.next(number, numbering, way.from);
                }
            }
        }
        if !kind.answered_by.is_empty() {
            let open = Open { from: way.from, kind, seq: Number::of(message.seq), content: content_print(message) };
            remember(&mut self.open, open);
        }
        bits
    }

    /// A login that opens the dialogue, and the name it brought.
    fn identity(&mut self, message: &Message<'_>, way: Way) -> f32 {
        if let Act::Login { name } = message.act {
            let first = self.heard == 1 && way.direction == Direction::ToServer && message.defects.is_empty();
            self.user = Some(print(name));
            return if first { LOGIN_FIRST } else { 0.0 };
        }
        let acknowledges = message.subject.is_some();
        match message.speaker {
            // 0 is the server, all others are clients; only what it relays comes from the server under their IDs.
            Identity::Id(id) if way.direction == Direction::ToClient && (id == 0 || !acknowledges) => 0.0,
            Identity::Id(_) if way.direction == Direction::ToClient => WRONG_SIDE,
            Identity::Id(0) => WRONG_SIDE,
            // A client has one.
            Identity::Id(id) => {
                let before = self.ids.get_mut(index(way.from)).and_then(|known| known.replace(id));
                if before.is_some_and(|before| before != id) { WRONG_SIDE } else { 0.0 }
            }
            Identity::Name(name) if way.direction != Direction::ToClient && self.user == Some(print(name)) => {
                SAME_NAME / self.nth(Sign::Name)
            }
            _ => 0.0,
        }
    }

    /// Bits for answering something outstanding; `None` if it answers nothing.
    fn answered(
        &mut self,
        kind: &'static Kind,
        message: &Message<'_>,
        way: Way,
        numbering: Option<&Numbering>,
    ) -> Option<f32> {
        let counted = numbering.is_some_and(|numbering| numbering.answers_count);
        let seq = Number::of(message.seq);
        let same_number = |open: &Open| counted || seq == Number::None || open.seq == seq;
        let position = self.open.iter().position(|open| {
            open.from != way.from && answers(open.kind, kind, message, open.content) && same_number(open)
        });
        let Some(position) = position else {
            let another =
                self.open.iter().any(|open| open.from != way.from && answers(open.kind, kind, message, open.content));
            return (another && kind.only_answers()).then_some(WRONG_NUMBER);
        };
        let open = self.open.remove(position)?;
        let tie = match open.seq {
            _ if counted => IN_TURN,
            Number::None => IN_TURN,
            Number::Own(_) => bits_of(numbering),
            Number::Text(_) => REPEATED_TEXT,
        };
        Some(tie + if message.subject.is_some() { RIGHT_SUBJECT } else { 0.0 })
    }

    /// Bits for an own number that follows the one before it.
    fn next(&mut self, number: u16, numbering: &Numbering, from: Side) -> f32 {
        let before = self.last.get_mut(index(from)).and_then(|last| last.replace(number));
        let Some(before) = before else {
            return if numbering.first == Some(number) { bits_of(Some(numbering)) / 4.0 } else { 0.0 };
        };
        let modulus = numbering.modulus.max(1);
        if (u32::from(before) + 1) % modulus == u32::from(number) {
            (bits_of(Some(numbering)) / 2.0) / self.nth(Sign::Next(from))
        } else if modulus <= 2 {
            0.0
        } else if before == number {
            SAME_NUMBER
        } else if numbering.may_skip {
            0.0
        } else {
            WRONG_NUMBER
        }
    }

    /// The how-manieth time this sign is counted, from 1.
    fn nth(&mut self, sign: Sign) -> f32 {
        if let Some((_, count)) = self.counts.iter_mut().find(|(known, _)| *known == sign) {
            *count = count.saturating_add(1);
            return f32::from(*count);
        }
        if self.counts.len() < MEMORY {
            self.counts.push((sign, 1));
        }
        1.0
    }
}

impl Number {
    fn of(seq: Seq<'_>) -> Number {
        match seq {
            Seq::None => Number::None,
            Seq::Number(number) => Number::Own(number),
            Seq::Text(text) => Number::Text(print(text)),
        }
    }
}

fn index(side: Side) -> usize {
    match side {
        Side::A => 0,
        Side::B => 1,
    }
}

/// Whether a message of this kind can answer that request.
fn answers(request: &Kind, kind: &Kind, message: &Message<'_>, content: u64) -> bool {
    if let Some(subject) = message.subject {
        return subject == request.code;
    }
    request.answered_by.iter().any(|answer| {
        answer.kind == kind.name
            && (answer.codes.is_empty() || message.code.is_some_and(|code| answer.codes.contains(&code)))
            && (!answer.same_content || content_print(message) == content)
    })
}

/// What a number hit by chance would be worth; many protocols repeat a number, so never more than a byte's.
fn bits_of(numbering: Option<&Numbering>) -> f32 {
    let modulus = numbering.map_or(1, |numbering| numbering.modulus.max(1));
    (modulus as f32).log2().min(8.0)
}

fn scaled(bits: f32, nth: f32) -> f32 {
    if bits > 0.0 { bits / nth } else { bits }
}

fn remember<T>(memory: &mut VecDeque<T>, item: T) {
    if memory.len() >= MEMORY {
        memory.pop_front();
    }
    memory.push_back(item);
}

fn content_print(message: &Message<'_>) -> u64 {
    match message.act {
        Act::Say { text, .. } => print(text),
        _ => print(message.content),
    }
}

/// A fixed fingerprint: a collision costs a bit of evidence, and reruns must agree.
fn print(value: impl Hash) -> u64 {
    foldhash::fast::FixedState::default().hash_one(value)
}
