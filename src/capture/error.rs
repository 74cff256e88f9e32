//! What can be wrong with a capture: as a whole, or from some byte on.

use super::Compression;
use std::io;

/// Why something cannot be read as a capture at all. Reads on after the name of the file: "FILE: is empty".
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no byte in it.
    #[error("is empty: not a capture")]
    Empty,
    /// It begins like no capture.
    #[error("is not a capture: {found} ({advice})")]
    NotACapture {
        /// What it is instead, as far as its first bytes tell.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// It begins like a capture and ends before there could be a frame.
    #[error(
        "is cut off within its file header: {there} bytes are there, {needed} are needed (capture or copy it again)"
    )]
    CutHeader {
        /// How many bytes the header needs.
        needed: u64,
        /// How many there are.
        there: u64,
    },
    /// It begins like a capture, and goes on in a way that none does.
    #[error("has a damaged file header: {reason} (capture or copy it again)")]
    BadHeader {
        /// What is wrong.
        reason: String,
    },
    /// Its compression cannot be undone.
    #[error("cannot be decompressed: {compression} data that begins well, then: {source} (compress or copy it again)")]
    Compressed {
        /// Which compression.
        compression: Compression,
        /// What the decompressor says.
        source: io::Error,
    },
    /// The system refused to read it.
    #[error("cannot be read: {0}")]
    Unreadable(#[source] io::Error),
}

/// Where and why the reading of a capture ends before its end. What came before stands.
///
/// Offsets count bytes of the capture after decompression, from 0.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// The last record is not there as a whole.
    #[error("is cut off: the record at byte {offset} needs {needed} bytes, {there} are there")]
    Truncated {
        /// Where the record begins.
        offset: u64,
        /// How many bytes it needs at least.
        needed: u64,
        /// How many there are.
        there: u64,
    },
    /// A record claims a length that cannot be.
    #[error("is damaged: the record at byte {offset} claims {claimed} bytes, {reason}")]
    BadLength {
        /// Where the record begins.
        offset: u64,
        /// How many bytes it claims.
        claimed: u64,
        /// Why that cannot be.
        reason: String,
    },
    /// A record contradicts itself or what came before.
    #[error("is damaged: the record at byte {offset} {reason}")]
    Corrupt {
        /// Where the record begins.
        offset: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The compression is damaged.
    #[error("is damaged: after byte {offset} of what its {compression} data holds: {source}")]
    Compressed {
        /// Where the last record that is there as a whole ends.
        offset: u64,
        /// Which compression.
        compression: Compression,
        /// What the decompressor says.
        source: io::Error,
    },
    /// The system refused to read on.
    #[error("cannot be read beyond byte {offset}: {source}")]
    Unreadable {
        /// Where the last record that is there as a whole ends.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// One file of a split capture is damaged; the next one goes on.
    #[error("has a piece, {name}, that {damage}")]
    Part {
        /// The file.
        name: String,
        /// What is wrong with it, as a sentence that its name begins.
        damage: String,
        /// Whether it is no more than a tail cut off.
        truncated: bool,
    },
}

impl Damage {
    /// Where the first record stands that could not be read; 0 of a file of a split capture.
    #[must_use]
    pub fn offset(&self) -> u64 {
        match *self {
            Damage::Truncated { offset, .. }
            | Damage::BadLength { offset, .. }
            | Damage::Corrupt { offset, .. }
            | Damage::Compressed { offset, .. }
            | Damage::Unreadable { offset, .. } => offset,
            Damage::Part { .. } => 0,
        }
    }

    /// Whether it is no more than a tail cut off, as of a capture that was stopped the hard way.
    #[must_use]
    pub fn is_truncation(&self) -> bool {
        matches!(self, Damage::Truncated { .. } | Damage::Part { truncated: true, .. })
    }
}
