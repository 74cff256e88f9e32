//! Captures as they are written: pcap and pcapng, packet by packet.

use super::packet::Link;
use crate::bytes::Time;
use crate::capture::blocks::{self, code, size};
use std::io::{self, Write};

/// How a capture is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// pcapng, nanoseconds, with comments.
    #[default]
    Pcapng,
    /// pcap, microseconds.
    PcapMicros,
    /// pcap, nanoseconds.
    PcapNanos,
}

impl Form {
    /// As `--file-format` takes them.
    pub const NAMES: [(&'static str, Form); 3] =
        [("pcapng", Form::Pcapng), ("pcap", Form::PcapMicros), ("pcap-ns", Form::PcapNanos)];
}

/// A capture being written. What it writes depends on nothing but what it is given.
pub struct Capture<W: Write> {
    to: W,
    form: Form,
    frames: u64,
    /// The block of pcapng that is put together.
    block: Vec<u8>,
}

/// The most of a frame that is written: more than any has.
const SNAPLEN: u32 = 262_144;

/// A comment as the options of a block.
fn options(comment: Option<&str>) -> Vec<(u16, &[u8])> {
    comment.map(|comment| (code::COMMENT, comment.as_bytes())).into_iter().collect()
}

impl<W: Write> Capture<W> {
    /// Begins a capture; `comment` is said of all of it, where the form has a place for that.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(to: W, form: Form, link: Link, comment: &str) -> io::Result<Capture<W>> {
        let mut capture = Capture { to, form, frames: 0, block: Vec::new() };
        match form {
            Form::Pcapng => {
                let mut said = options(Some(comment).filter(|comment| !comment.is_empty()));
                said.push(blocks::WRITTEN_BY);
                blocks::section(&mut capture.block, &said);
                blocks::interface(&mut capture.block, link.number(), SNAPLEN, &[(code::IF_NAME, b"synth")]);
                capture.write_block()?;
            }
            Form::PcapMicros | Form::PcapNanos => {
                let magic: u32 = if form == Form::PcapMicros { 0xA1B2_C3D4 } else { 0xA1B2_3C4D };
                let mut head = Vec::new();
                head.extend(magic.to_le_bytes());
                head.extend([2, 0, 4, 0]);
                head.extend([0; 8]);
                head.extend(SNAPLEN.to_le_bytes());
                head.extend(u32::from(link.number()).to_le_bytes());
                capture.to.write_all(&head)?;
            }
        }
        Ok(capture)
    }

    /// Writes the block that was put together.
    fn write_block(&mut self) -> io::Result<()> {
        self.to.write_all(&self.block)?;
        self.block.clear();
        Ok(())
    }

    /// How many frames are written.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Writes a frame.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn frame(&mut self, time: Time, bytes: &[u8], comment: Option<&str>) -> io::Result<()> {
        self.frames += 1;
        match self.form {
            Form::Pcapng => {
                blocks::packet(&mut self.block, (0, time), &options(comment), |out| {
                    out.extend(bytes);
                    Some(bytes.len())
                });
                self.write_block()
            }
            Form::PcapMicros | Form::PcapNanos => {
                let nanoseconds = u64::try_from(time.0).unwrap_or(0);
                let unit = if self.form == Form::PcapMicros { 1000 } else { 1 };
                let seconds = u32::try_from(nanoseconds / 1_000_000_000).unwrap_or(u32::MAX);
                let part = u32::try_from(nanoseconds % 1_000_000_000 / unit).unwrap_or(0);
                let mut head = Vec::with_capacity(16);
                for field in [seconds, part, size(bytes.len()), size(bytes.len())] {
                    head.extend(field.to_le_bytes());
                }
                self.to.write_all(&head)?;
                self.to.write_all(bytes)
            }
        }
    }

    /// Ends the capture with a last comment on it, where the form has a place for that.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self, time: Time, comment: Option<&str>) -> io::Result<W> {
        if self.form == Form::Pcapng && comment.is_some() {
            blocks::statistics(&mut self.block, 0, time, &options(comment));
            self.write_block()?;
        }
        self.to.flush()?;
        Ok(self.to)
    }
}
