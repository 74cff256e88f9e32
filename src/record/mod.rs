//! The capturing relay: stands between real clients and a real server, harms what passes as it is told to, and writes
//! it down as a capture. Needs no privileges.
//!
//! ```text
//! io::Relay   sockets, clock, file       the only part that touches the system
//!   udp       which client, what fate, when it is due
//!   tcp       the segments both sides see, the bytes on their way
//!   dice      decisions by lot, from a seed
//!   tape      both legs as pcapng blocks ← wire
//! ```
//!
//! How its captures are read again is in [`crate::net::relayed`].

mod dice;
pub mod io;
mod options;
mod tape;
mod tcp;
#[cfg(test)]
mod tests;
mod udp;
mod wire;

pub use crate::net::Carrier;
pub use crate::net::relayed::{Mapping, Recording};
pub use dice::{Dice, Share};
pub use options::{Chop, Delay, Impairments, OptionError, ResetAfter, Way, Ways, duration};
pub use tape::Route;
pub use udp::{Datagrams, OVERTAKE, Outgoing, Tally, Verdict};
