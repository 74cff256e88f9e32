//! What a simulated party is: a state machine without any input or output of its own. Time, bytes and the chance to do
//! harm come in as arguments; what to send and when to be woken comes out. The simulated network and real sockets drive
//! the same machines.

use super::fault::Meddler;
use crate::bytes::Time;
use std::net::SocketAddr;
use std::time::Duration;

/// Whom a machine speaks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// Datagrams to and from this address.
    Datagrams(SocketAddr),
    /// A connection, by a number its machine knows it under.
    Stream(u32),
}

/// What happens to a machine.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// It begins.
    Start,
    /// A datagram, or the next bytes of a connection.
    Bytes {
        /// From whom.
        from: Peer,
        /// As they arrived.
        bytes: &'a [u8],
    },
    /// A connection it asked for is there, or somebody connected.
    Opened {
        /// The connection.
        stream: u32,
        /// The other end.
        peer: SocketAddr,
    },
    /// The other end of a connection will send nothing more.
    Closed {
        /// The connection.
        stream: u32,
    },
    /// The time it wanted to be woken at.
    Wake,
}

/// What a machine wants done, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send these bytes: a datagram, or the next of a connection.
    Send(Send),
    /// Open a connection, to be known under this number.
    Connect {
        /// Chosen by the machine, unique among its own.
        stream: u32,
        /// Where to.
        to: SocketAddr,
    },
    /// Send nothing more on a connection.
    Close {
        /// The connection.
        stream: u32,
    },
}

/// One transmission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// To whom.
    pub to: Peer,
    /// What its receiver is to understand.
    pub bytes: Vec<u8>,
    /// What travels, where a fault makes that something else.
    pub wire: Option<Vec<u8>>,
    /// Names the message, over all its transmissions.
    pub token: u64,
    /// Which transmission of it this is, from 1.
    pub copy: u32,
    /// It never arrives, though it is seen. Only a simulated network heeds this.
    pub lost: bool,
    /// It arrives so much later. Only a simulated network heeds this.
    pub late: Duration,
    /// Its receiver falls silent for good. Only a simulated network heeds this.
    pub fatal: bool,
}

/// What a machine has around it while it handles something.
pub struct Cx<'a> {
    /// The time.
    pub now: Time,
    /// The frame that carried what is being handled, where there is a capture.
    pub cause: Option<u64>,
    /// What it wants done.
    pub out: &'a mut Vec<Output>,
    /// Who may do harm to it.
    pub meddler: &'a mut Meddler,
}

/// A party.
pub trait Machine {
    /// Takes what happened.
    fn handle(&mut self, input: Input<'_>, cx: &mut Cx<'_>);

    /// When it wants to be woken, at the latest.
    fn next_wake(&self) -> Option<Time>;

    /// It has nothing more to do on its own account.
    fn is_done(&self) -> bool;
}
