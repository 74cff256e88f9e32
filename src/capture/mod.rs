//! Files into frames: container, compression, timestamps.

use crate::bytes::Time;

/// One captured frame: bytes with a time.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// From 1, as Wireshark counts: every packet record, no other block.
    pub number: u64,
    /// When it was captured.
    pub time: Time,
    /// Which headers it starts with: the LINKTYPE number of its interface.
    pub link: u32,
    /// Which interface of the capture saw it, from 0 over all sections; 0 for pcap.
    pub interface: u32,
    /// What was captured of it.
    pub data: &'a [u8],
    /// How long it was on the wire, at least `data.len()`.
    pub wire_len: usize,
}
