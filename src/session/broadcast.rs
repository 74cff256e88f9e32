//! A message of content on its way to its audience.

use super::exchange::Number;
use super::member::Room;
use super::members::Members;
use super::printed::Print;
use super::service::At;
use crate::bytes::Time;
use crate::protocol::Relay;
use std::borrow::Cow;

/// Whom a message is for, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Circle {
    Lobby,
    In(Room),
    Only(Option<usize>),
    Everyone,
    /// Not known: nobody is owed it, and nobody blamed for it.
    Unknown,
}

/// A message of content on its way to its audience.
#[derive(Clone, Debug)]
pub(crate) struct Broadcast {
    pub(crate) id: u64,
    pub(crate) author: usize,
    pub(crate) relay: &'static Relay,
    pub(crate) text: u64,
    pub(crate) group: Option<u8>,
    pub(crate) seq: Number,
    pub(crate) at: At,
    /// Its last transmission, or its acknowledgement if that was later.
    pub(crate) last: Time,
    pub(crate) circle: Circle,
    /// Who is owed it still.
    pub(crate) waiting: Members,
    /// Who may have been in its circle when it was said.
    pub(crate) meant: Members,
    /// Who should have got it by now; it may still be sent again, and passed on then.
    pub(crate) missed: Members,
    /// Who got it.
    pub(crate) reached: Members,
    /// Whether the server took it on; `None`: not answered yet.
    pub(crate) granted: Option<bool>,
    /// How often it was sent again.
    pub(crate) copies: u32,
    /// Its number is that of a copy sent just before it.
    pub(crate) mistakable: bool,
    /// Judging its relays would be unfair: the message is at fault, or the capture has holes.
    pub(crate) excused: bool,
    pub(crate) name: Cow<'static, str>,
}

/// Of its text.
impl Print for Broadcast {
    fn print(&self) -> u64 {
        self.text
    }
}
