//! Every bound of the program in one place: what a capture can make it keep, and where it stops believing.
//!
//! A buffer anywhere that a stranger's bytes can grow has its bound here, with its unit and its default.

use std::time::Duration;

/// How much is kept and believed. [`Limits::default`] is what every command uses unless told otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    // capture
    /// The longest record or block that is believed, in bytes; a capture that claims more is damaged there.
    pub record_bytes: usize,
    /// The most interfaces of a pcapng capture, over all its sections.
    pub interfaces: usize,

    // net
    /// The most datagrams that wait for fragments at one time; one more drops the oldest.
    pub fragments: usize,
    /// The most bytes kept for all of them together; more drops the oldest.
    pub fragment_bytes: usize,
    /// The most pieces kept for one datagram; one more drops the datagram.
    pub fragment_pieces: usize,
    /// How long a datagram waits for its missing fragments, in capture time, from its first one.
    pub fragment_wait: Duration,
    /// The most headers of one kind stacked on each other (VLAN tags, IPv6 extensions) that are looked through.
    pub stacked_headers: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            record_bytes: 64 << 20,
            interfaces: 65_536,
            fragments: 256,
            fragment_bytes: 8 << 20,
            fragment_pieces: 8_192,
            fragment_wait: Duration::from_secs(30),
            stacked_headers: 16,
        }
    }
}
