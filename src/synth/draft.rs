//! A message on its way out of a machine, and how its protocol sends.

use super::machine::Peer;
use crate::protocol::Actor;
use std::time::Duration;

/// How a protocol sends.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Unanswered for this long: sent again. `None`: never.
    pub timer: Option<Duration>,
    /// After so many copies a message is given up.
    pub maximum: Option<u32>,
    /// So many may be unanswered at a time.
    pub window: Option<usize>,
    /// Numbers run from 0 below this; 0: there are none.
    pub modulus: u32,
    /// Writes a number into a message.
    pub stamp: fn(&mut [u8], u16),
    /// Answers count too: each takes its sender's next number.
    pub answers_count: bool,
    /// One running number for all parties.
    pub shared: bool,
    /// Whether the second kind of message has to wait while one of the first is unanswered.
    pub follows: fn(&str, &str) -> bool,
    /// Whether messages of these kinds get the same kind of answer, so that only the number tells whose one is.
    pub alike: fn(&str, &str) -> bool,
    /// For how long a message that is not the latest may still come again; `None`: as long as it is remembered.
    pub memory: Option<Duration>,
}

/// How a message comes by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// The next one.
    Own,
    /// That of what it answers or relays.
    Of(u16),
    /// The bytes are complete.
    Fixed,
}

/// What a message is in its dialogue, as far as faults choose by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Opens an exchange.
    Request,
    /// Answers one with content.
    Answer,
    /// Answers one and says nothing else.
    Ack,
    /// Passes on what a client said.
    Relay,
    /// Tells of a change.
    Notice,
}

/// A message on its way out.
#[derive(Clone, Debug)]
pub struct Draft {
    /// To whom.
    pub to: Peer,
    /// Who sends it.
    pub actor: Actor,
    /// Its part.
    pub class: Class,
    /// Its name.
    pub name: &'static str,
    /// Its bytes; the number is written into them when they are sent.
    pub bytes: Vec<u8>,
    /// Its number.
    pub count: Count,
    /// An answer is due.
    pub expects: bool,
    /// What its machine wants to remember with it.
    pub tag: u32,
    /// Which number of its own towards this peer is next; `Port::post` fills it in.
    pub next: u16,
}
