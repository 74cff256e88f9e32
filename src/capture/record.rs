//! What reading pcap and reading pcapng have in common: a record, its interface, and how its length is believed.

use super::Damage;
use super::buffer::Buffer;
use super::fields::Order;
use crate::bytes::Time;
use std::io;
use std::ops::Range;

/// The longest record that ordinary captures hold (Wireshark's own bound on a packet, with room for what stands around
/// it). One that claims more and is not there as a whole is a damaged length rather than a tail cut off.
const USUAL: usize = (256 << 10) + 1024;

/// What a capture tells about one of its interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// Its name, made UTF-8 where it was not, and cut after 256 bytes; empty where the capture gives none.
    pub name: String,
    /// Which headers its frames start with: a LINKTYPE number.
    pub link: u32,
    /// The most bytes kept of a frame; 0 for no bound.
    pub snaplen: u32,
}

/// A packet record; its ranges are of the [`Buffer`] it was taken from.
pub(super) struct Record {
    pub(super) time: Time,
    pub(super) link: u32,
    pub(super) interface: u32,
    pub(super) data: Range<usize>,
    pub(super) wire_len: usize,
    pub(super) options: Range<usize>,
    pub(super) order: Order,
}

/// Why there is no next record, though the capture did not end.
pub(super) enum Stop {
    Damage(Damage),
    Io(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// Whether another record begins: its first `header` bytes are waiting then.
#[inline]
pub(super) fn another(buffer: &mut Buffer, header: usize) -> Result<bool, Stop> {
    if buffer.fill(header)? {
        return Ok(true);
    }
    if buffer.waiting().is_empty() { Ok(false) } else { Err(truncated(buffer, header)) }
}

/// Makes a record of `claimed` bytes wait as a whole, unless more than `believed` are claimed or fewer are there.
#[inline]
pub(super) fn whole(buffer: &mut Buffer, claimed: usize, believed: usize) -> Result<(), Stop> {
    if claimed > believed {
        return Err(bad_length(buffer, claimed, format!("more than the {believed} that are believed")));
    }
    if buffer.fill(claimed)? {
        return Ok(());
    }
    if claimed > USUAL {
        return Err(bad_length(buffer, claimed, format!("but only {} are left", buffer.waiting().len())));
    }
    Err(truncated(buffer, claimed))
}

#[cold]
fn truncated(buffer: &Buffer, needed: usize) -> Stop {
    let there = buffer.waiting().len() as u64;
    Stop::Damage(Damage::Truncated { offset: buffer.offset(), needed: needed as u64, there })
}

#[cold]
pub(super) fn bad_length(buffer: &Buffer, claimed: usize, reason: String) -> Stop {
    Stop::Damage(Damage::BadLength { offset: buffer.offset(), claimed: claimed as u64, reason })
}

#[cold]
pub(super) fn corrupt(buffer: &Buffer, reason: String) -> Stop {
    Stop::Damage(Damage::Corrupt { offset: buffer.offset(), reason })
}
