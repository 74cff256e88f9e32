//! Captures as they are written: pcap and pcapng, packet by packet.

use super::packet::Link;
use crate::bytes::Time;
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
}

fn padded(length: usize) -> usize {
    length.div_ceil(4) * 4
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Appends an option: code, length, value, padding.
fn option(code: u16, value: &[u8], out: &mut Vec<u8>) {
    out.extend(code.to_le_bytes());
    let value = value.get(..value.len().min(0xFFFF)).unwrap_or(value);
    out.extend(u16::try_from(value.len()).unwrap_or(0).to_le_bytes());
    out.extend(value);
    out.resize(out.len() + padded(value.len()) - value.len(), 0);
}

const COMMENT: u16 = 1;

impl<W: Write> Capture<W> {
    /// Begins a capture; `comment` is said of all of it, where the form has a place for that.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn new(to: W, form: Form, link: Link, comment: &str) -> io::Result<Capture<W>> {
        let mut capture = Capture { to, form, frames: 0 };
        match form {
            Form::Pcapng => {
                let mut body = Vec::new();
                body.extend(0x1A2B_3C4D_u32.to_le_bytes());
                body.extend([1, 0, 0, 0]);
                body.extend((-1_i64).to_le_bytes());
                if !comment.is_empty() {
                    option(COMMENT, comment.as_bytes(), &mut body);
                }
                option(4, concat!("wiregrade ", env!("CARGO_PKG_VERSION")).as_bytes(), &mut body);
                body.extend([0; 4]);
                capture.block(0x0A0D_0D0A, &body)?;
                let mut body = Vec::new();
                body.extend(link.number().to_le_bytes());
                body.extend([0, 0]);
                body.extend(262_144_u32.to_le_bytes());
                option(2, b"synth", &mut body);
                // Nanoseconds.
                option(9, &[9], &mut body);
                body.extend([0; 4]);
                capture.block(1, &body)?;
            }
            Form::PcapMicros | Form::PcapNanos => {
                let magic: u32 = if form == Form::PcapMicros { 0xA1B2_C3D4 } else { 0xA1B2_3C4D };
                let mut head = Vec::new();
                head.extend(magic.to_le_bytes());
                head.extend([2, 0, 4, 0]);
                head.extend([0; 8]);
                head.extend(262_144_u32.to_le_bytes());
                head.extend(u32::from(link.number()).to_le_bytes());
                capture.to.write_all(&head)?;
            }
        }
        Ok(capture)
    }

    fn block(&mut self, kind: u32, body: &[u8]) -> io::Result<()> {
        let length = size(12 + padded(body.len()));
        self.to.write_all(&kind.to_le_bytes())?;
        self.to.write_all(&length.to_le_bytes())?;
        self.to.write_all(body)?;
        self.to.write_all(&[0; 3][..padded(body.len()) - body.len()])?;
        self.to.write_all(&length.to_le_bytes())
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
        let nanoseconds = u64::try_from(time.0).unwrap_or(0);
        match self.form {
            Form::Pcapng => {
                let mut body = Vec::with_capacity(bytes.len() + 40);
                body.extend([0; 4]);
                body.extend(u32::try_from(nanoseconds >> 32).unwrap_or(0).to_le_bytes());
                body.extend(u32::try_from(nanoseconds & 0xFFFF_FFFF).unwrap_or(0).to_le_bytes());
                body.extend(size(bytes.len()).to_le_bytes());
                body.extend(size(bytes.len()).to_le_bytes());
                body.extend(bytes);
                body.resize(20 + padded(bytes.len()), 0);
                if let Some(comment) = comment {
                    option(COMMENT, comment.as_bytes(), &mut body);
                    body.extend([0; 4]);
                }
                self.block(6, &body)
            }
            Form::PcapMicros | Form::PcapNanos => {
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
        if let (Form::Pcapng, Some(comment)) = (self.form, comment) {
            let nanoseconds = u64::try_from(time.0).unwrap_or(0);
            let mut body = vec![0; 4];
            body.extend(u32::try_from(nanoseconds >> 32).unwrap_or(0).to_le_bytes());
            body.extend(u32::try_from(nanoseconds & 0xFFFF_FFFF).unwrap_or(0).to_le_bytes());
            option(COMMENT, comment.as_bytes(), &mut body);
            body.extend([0; 4]);
            self.block(5, &body)?;
        }
        self.to.flush()?;
        Ok(self.to)
    }
}
