//! Files into frames: container, compression, timestamps; and frames into the blocks of files, for all who write them.
//!
//! ```text
//! bytes → compression → buffer → pcap | pcapng → reader → Frame
//! ```
//!
//! The caller opens what is to be read and hands it over as a [`std::io::Read`]: a file, standard input, bytes. Memory
//! does not grow with the capture: one buffer holds the record at hand, and [`crate::limits::Limits::record_bytes`]
//! bounds it.

mod ahead;
mod annotated;
pub(crate) mod blocks;
mod buffer;
mod compression;
mod error;
mod fields;
mod pcap;
mod pcapng;
mod reader;
mod record;
#[cfg(test)]
pub(crate) mod samples;

use crate::bytes::Time;

pub use annotated::{Annotated, annotate};
pub use compression::Compression;
pub use error::{CaptureError, Damage};
pub use fields::Options;
pub use reader::{Format, Info, Part, Reader, Rest, Taker};
pub use record::Interface;

/// One captured frame: bytes with a time.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// From 1, as Wireshark counts: every packet record, no other block.
    pub number: u64,
    /// When it was captured. A pcapng simple packet block has no time: it takes that of the frame before it, and
    /// 1970-01-01 where it is the first.
    pub time: Time,
    /// Which headers it starts with: the LINKTYPE number of its interface.
    pub link: u32,
    /// Which interface of the capture saw it, from 0 over all sections; 0 for pcap.
    pub interface: u32,
    /// What was captured of it.
    pub data: &'a [u8],
    /// How long it was on the wire, at least `data.len()`.
    pub wire_len: usize,
    /// What else a pcapng block says about it: comments and more; nothing in pcap.
    pub options: Options<'a>,
}
