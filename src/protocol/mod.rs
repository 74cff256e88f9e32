//! What a protocol must say about itself: the [`Protocol`] trait, and the data that describes its dialogue.
//!
//! A protocol is a folder under [`crate::protocols`]: its message table ([`Spec`]), its parser and encoder, and the few
//! lines that say what each message *does* ([`Act`]). Pairing, retransmission, numbering, timing, membership and relays
//! are written once, in `session`, and read these tables.

use std::borrow::Cow;

pub mod evidence;
mod field;
mod message;
mod reason;
mod spec;

pub use crate::net::Carrier as Transport;
pub use field::{Field, Record, Value};
pub use message::{Act, Audience, Defect, DefectKind, Identity, Message, Row, Scope, Seq, Verdict};
pub use reason::{Clause, Part, Reason};
pub use spec::{
    Allowed, Answer, Change, Choices, Citation, Convention, Due, Kind, Notice, Numbering, Owed, Relay, Sender, Spec,
    Takes, Timer, Topic, answer,
};

/// The side a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Actor {
    /// A client of the server.
    Client,
    /// The server.
    Server,
    /// A client towards another client, or a side where sides are unknown.
    Peer,
}

impl Actor {
    /// As in the JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Actor::Client => "client",
            Actor::Server => "server",
            Actor::Peer => "peer",
        }
    }
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The document is not followed, but it may not hurt.
    Warning,
    /// The document is broken.
    Error,
}

impl Severity {
    /// As in the JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Which way a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// From a client to the server.
    ToServer,
    /// From the server to a client.
    ToClient,
    /// Between two clients of one server.
    Peer,
    /// The capture does not tell.
    Unknown,
}

impl Direction {
    /// The other way; peers and unknown sides stay what they are.
    #[must_use]
    pub fn reverse(self) -> Direction {
        match self {
            Direction::ToServer => Direction::ToClient,
            Direction::ToClient => Direction::ToServer,
            same => same,
        }
    }
}

/// How bytes are to be read: what the parser cannot see in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Which way they travel. With [`Direction::Unknown`] the parser takes whichever direction reads better.
    pub direction: Direction,
    /// What carries them.
    pub transport: Transport,
    /// Which reading of the document their sender follows.
    pub choices: Choices,
}

/// Where the next message of a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// A whole message: this many bytes, at least one.
    Message(usize),
    /// Not decided by the bytes there; `at_least` is how many bytes the message is known to need in all.
    NeedMore {
        /// At least this many bytes from the start of the message.
        at_least: usize,
    },
    /// No message starts here. [`Protocol::dissect`] over the bytes says why; a reader skips to where one does.
    Broken,
}

/// One of the protocols this program knows.
///
/// Implementations are stateless: what depends on the conversation is in [`Reading`] or in the tracker.
pub trait Protocol: Sync + Send {
    /// Its tables.
    fn spec(&self) -> &'static Spec;

    /// The bytes to hand to [`Protocol::dissect`] and [`Protocol::fields`] in place of those on the wire, of the same
    /// length: the same, unless the reading chosen shifts text off the byte boundary, where it could not be borrowed.
    fn whole_bytes<'a>(&self, wire: &'a [u8], reading: &Reading) -> Cow<'a, [u8]> {
        let _ = reading;
        Cow::Borrowed(wire)
    }

    /// Reads exactly one message from `bytes`: a datagram's payload, or what [`Protocol::frame`] delimited, as
    /// [`Protocol::whole_bytes`] gives it.
    ///
    /// Lenient: whatever can be read is read, and what is wrong with it stands in [`Message::defects`]. Never fails.
    fn dissect<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Message<'a>;

    /// Whether these bytes are no message at all, which [`Protocol::dissect`] calls malformed: the same answer, for less.
    fn is_malformed(&self, bytes: &[u8], reading: &Reading) -> bool {
        self.dissect(bytes, reading).is_malformed()
    }

    /// The same message as a tree of named values, each with its bytes, in wire order.
    fn fields<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Vec<Field<'a>>;

    /// Where the message at the start of a stream's `bytes` ends. Protocols without a stream form answer [`Framing::Broken`].
    fn frame(&self, bytes: &[u8], reading: &Reading) -> Framing;

    /// How far each value of each convention is spoken for by these bytes alone, as they were on the wire: calls `vote(convention, value)` with
    /// indices into [`Spec::conventions`] and [`Convention::values`]. What only a dialogue shows is not asked here.
    fn vote(&self, bytes: &[u8], reading: &Reading, vote: &mut dyn FnMut(usize, usize)) {
        let _ = (bytes, reading, vote);
    }

    /// Where a number or TIME stands among others, if that can be told: the notation it is written in, and its place. Two
    /// are comparable only if they are written in the same notation.
    fn order_of(&self, seq: Seq<'_>) -> Option<(u8, i128)> {
        let _ = seq;
        None
    }

    /// Whether this answer (granted, from the server) turns the rest of its connection into an opaque relay,
    /// given the first message the client sent on it.
    fn opens_relay(&self, first: &Message<'_>, answer: &Message<'_>) -> bool {
        let _ = (first, answer);
        false
    }
}
