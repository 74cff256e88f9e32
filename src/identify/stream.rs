//! One direction of a TCP flow: ordered runs of bytes in, units out, at any segmentation.
//!
//! In step, [`Protocol::frame`] says where each message ends. Out of step (after a hole, after bytes at which no
//! message starts, at the start of a capture in the middle of a connection) every offset is tried until one starts a
//! message that makes sense and is followed by another or by nothing yet.

use super::Content;
use crate::bytes::Time;
use crate::limits::Limits;
use crate::protocol::{DefectKind, Framing, Protocol, Reading};
use std::collections::VecDeque;

/// Bits a message must show to be believed where messages are likely to start: where a segment does.
const BELIEVED_AT_BOUNDARY: f32 = 4.0;

/// Bits it must show in the midst of bytes that are none.
const BELIEVED: f32 = 12.0;

/// How far a message sought may reach, unless it says how long it is.
const REACH: usize = 4096;

/// How many places are watched where a message may start that is not complete.
const WATCHED: usize = 64;
/// The same, where a segment starts too.
const WATCHED_AT_BOUNDARY: usize = 256;

/// Bits with which a message may contradict the length of the one before it, which then never ends.
const BELIEVED_AGAINST_LENGTH: f32 = 20.0;

/// New bytes of the direction.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) bytes: &'a [u8],
    /// The frame whose segment carried them.
    pub(super) carried_by: u64,
    /// The frame that made them known.
    pub(super) frame: u64,
    /// When that was.
    pub(super) time: Time,
}

/// A unit as it leaves the stream.
#[derive(Clone, Copy)]
pub(super) struct Cut<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) frame: u64,
    pub(super) frames: &'a [u64],
    pub(super) time: Time,
    pub(super) content: Content,
}

/// How the receiver of a [`Cut`] wants the rest of the direction to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// As messages.
    Messages,
    /// Not at all for now: something in the other direction decides.
    Held,
    /// As opaque bytes.
    Private,
}

/// Where units go.
pub(super) type Emit<'e> = dyn FnMut(Cut<'_>) -> Rest + 'e;

/// What reads the bytes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'l> {
    pub(super) protocol: &'static dyn Protocol,
    pub(super) reading: Reading,
    pub(super) limits: &'l Limits,
    /// Out of step, try every offset; else only where a segment starts, which is cheap.
    pub(super) thorough: bool,
}

/// One direction of a TCP flow.
pub(super) struct Half {
    state: State,
    held: bool,
    /// Bytes that belong to no unit yet.
    buffer: Vec<u8>,
    /// What carried them, in order.
    pieces: VecDeque<Piece>,
    /// How many bytes the message at the start of the buffer is known to need.
    needed: usize,
    /// Scratch for the frames of one unit.
    frames: Vec<u64>,
}

#[derive(Clone, Copy)]
struct Piece {
    len: usize,
    carried_by: u64,
    frame: u64,
    time: Time,
}

enum State {
    /// The next byte starts a message.
    InStep,
    /// Where the next message starts is to be found.
    Seeking {
        /// The bytes are what a hole left.
        torn: bool,
        /// Offsets below this have been tried.
        tried: usize,
        /// Those of them where a message may start, with how many bytes it needs.
        candidates: Vec<(usize, usize)>,
    },
    /// Nothing is a message any more.
    Private { total: u64, frames: Vec<u64>, last: Option<(u64, Time)> },
}

enum Trial {
    Message,
    NotYet(usize),
    No,
}

impl Half {
    /// A direction; `from_start` tells whether its first byte is known to be the connection's first.
    pub(super) fn new(from_start: bool) -> Half {
        let state = if from_start { State::InStep } else { State::seeking(true) };
        Half { state, held: false, buffer: Vec::new(), pieces: VecDeque::new(), needed: 0, frames: Vec::new() }
    }

    /// More bytes.
    pub(super) fn run(&mut self, reader: Reader<'_>, run: Run<'_>, emit: &mut Emit<'_>) {
        let Run { bytes, carried_by, frame, time } = run;
        if bytes.is_empty() {
            return;
        }
        self.pieces.push_back(Piece { len: bytes.len(), carried_by, frame, time });
        if self.buffer.is_empty() && !self.held {
            let taken = self.cut(reader, bytes, emit);
            self.buffer.extend(bytes.iter().skip(taken));
            self.forget(taken);
        } else {
            self.buffer.extend_from_slice(bytes);
            // What would settle it may never have been captured.
            self.held &= self.buffer.len() <= reader.limits.message_bytes;
            self.resume(reader, emit);
        }
    }

    /// Whether later bytes are to wait, or how they are to be taken from now on; then takes what waits.
    pub(super) fn take(&mut self, rest: Rest, reader: Reader<'_>, emit: &mut Emit<'_>) {
        self.set(rest);
        self.resume(reader, emit);
    }

    /// Bytes that never came: what stands before them stays torn, what follows is to be found.
    pub(super) fn gap(&mut self, missing: u64, emit: &mut Emit<'_>) {
        if let State::Private { total, .. } = &mut self.state {
            *total = total.saturating_add(missing);
            return;
        }
        self.flush(Content::NoMessage { torn: true }, emit);
        self.state = State::seeking(true);
    }

    /// No more bytes: because the connection `closed`, or else because the capture ended.
    pub(super) fn end(&mut self, reader: Reader<'_>, closed: bool, emit: &mut Emit<'_>) {
        self.held = false;
        self.resume(reader, emit);
        match &self.state {
            State::InStep if closed => {
                let needed = self.needed.max(self.buffer.len() + 1);
                self.flush(Content::Incomplete { needed }, emit);
            }
            State::InStep => self.drop_buffer(),
            State::Seeking { torn, .. } => {
                let torn = *torn;
                self.flush(Content::NoMessage { torn }, emit);
            }
            State::Private { total, frames, last: Some((frame, time)) } => {
                let content = Content::Private { total: *total };
                emit(Cut { bytes: &[], frame: *frame, frames, time: *time, content });
            }
            State::Private { .. } => {}
        }
        self.state = State::InStep;
    }

    /// Where the unit that is still open would end if nothing more came: in which frame, and when.
    pub(super) fn waiting(&self) -> Option<(u64, Time)> {
        self.pieces.back().map(|piece| (piece.frame, piece.time))
    }

    /// Gives up on the bytes held: they are no message.
    pub(super) fn give_up(&mut self, emit: &mut Emit<'_>) {
        if let State::Seeking { torn, .. } = self.state {
            self.flush(Content::NoMessage { torn }, emit);
            self.state = State::seeking(torn);
        }
    }

    /// The bytes of a message that is not complete, and how many it needs in all.
    pub(super) fn partial(&self) -> Option<(&[u8], usize)> {
        (matches!(self.state, State::InStep) && !self.buffer.is_empty()).then_some((&self.buffer[..], self.needed))
    }

    /// Bytes at which no message starts although one should, while the next is sought.
    pub(super) fn astray(&self) -> Option<&[u8]> {
        let lost = matches!(self.state, State::Seeking { torn: false, .. }) && !self.buffer.is_empty();
        lost.then_some(&self.buffer[..])
    }

    /// Whether it is still sought where, after a hole or in the midst of a connection, a message starts.
    pub(super) fn is_torn(&self) -> bool {
        matches!(self.state, State::Seeking { torn: true, .. })
    }

    fn resume(&mut self, reader: Reader<'_>, emit: &mut Emit<'_>) {
        if self.held || self.buffer.is_empty() {
            return;
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let taken = self.cut(reader, &buffer, emit);
        buffer.drain(..taken);
        self.buffer = buffer;
        self.forget(taken);
    }

    fn set(&mut self, rest: Rest) {
        self.held = rest == Rest::Held;
        if rest == Rest::Private && !matches!(self.state, State::Private { .. }) {
            self.state = State::Private { total: 0, frames: Vec::new(), last: None };
        }
    }

    /// Cuts units off the front of `data`, which `self.pieces` carry; answers how many bytes they take.
    fn cut(&mut self, reader: Reader<'_>, data: &[u8], emit: &mut Emit<'_>) -> usize {
        let limits = reader.limits;
        let mut at = 0;
        while let Some(rest) = data.get(at..).filter(|rest| !rest.is_empty() && !self.held) {
            match &mut self.state {
                State::Private { .. } => {
                    self.count(at, data.len(), limits);
                    return data.len();
                }
                State::InStep if rest.len() < self.needed => match self.contradicted(reader, rest, at) {
                    None => break,
                    Some(offset) => {
                        self.needed = 0;
                        let rest = self.emit(rest, at, offset, Content::NoMessage { torn: false }, emit);
                        self.set(rest);
                        at += offset;
                    }
                },
                State::InStep => match reader.protocol.frame(rest, &reader.reading) {
                    Framing::Message(length) if (1..=rest.len()).contains(&length) => {
                        self.needed = 0;
                        let rest = self.emit(rest, at, length, Content::Message, emit);
                        self.set(rest);
                        at += length;
                    }
                    Framing::NeedMore { at_least }
                        if at_least <= limits.message_bytes && rest.len() < limits.message_bytes =>
                    {
                        self.needed = at_least.max(rest.len() + 1);
                    }
                    Framing::Message(_) | Framing::NeedMore { .. } | Framing::Broken => {
                        self.needed = 0;
                        self.state = State::Seeking { torn: false, tried: 1, candidates: Vec::new() };
                    }
                },
                State::Seeking { torn, .. } => {
                    let torn = *torn;
                    let Some(offset) = self.seek(reader, rest, at) else {
                        if rest.len() <= limits.seek_bytes {
                            break;
                        }
                        let rest = self.emit(rest, at, limits.seek_bytes, Content::NoMessage { torn }, emit);
                        self.state = State::seeking(torn);
                        self.set(rest);
                        at += limits.seek_bytes.max(1);
                        continue;
                    };
                    if offset > 0 {
                        let rest = self.emit(rest, at, offset, Content::NoMessage { torn }, emit);
                        self.set(rest);
                    }
                    if !matches!(self.state, State::Private { .. }) {
                        self.state = State::InStep;
                    }
                    at += offset;
                }
            }
        }
        at
    }

    /// Where in `rest` (which starts `at` bytes into the pieces) the next message starts.
    fn seek(&mut self, reader: Reader<'_>, rest: &[u8], at: usize) -> Option<usize> {
        let State::Seeking { tried, mut candidates, torn } = std::mem::replace(&mut self.state, State::InStep) else {
            return None;
        };
        let mut found = None;
        candidates.retain_mut(|(offset, needed)| {
            if found.is_some() || rest.len() < *needed {
                return true;
            }
            match self.try_at(reader, rest, *offset, at) {
                Trial::Message => {
                    found = Some(*offset);
                    false
                }
                Trial::NotYet(more) => {
                    *needed = more;
                    true
                }
                Trial::No => false,
            }
        });
        let end = rest.len().min(reader.limits.seek_bytes);
        let mut offset = tried;
        while found.is_none() && offset < end {
            let boundary = if offset == 0 { 0 } else { self.piece_from(at + offset).saturating_sub(at) };
            if !reader.thorough && offset < boundary {
                offset = boundary.min(end);
                continue;
            }
            match self.try_at(reader, rest, offset, at) {
                Trial::Message => found = Some(offset),
                Trial::NotYet(needed) => {
                    let most = if offset == boundary { WATCHED_AT_BOUNDARY } else { WATCHED };
                    if candidates.len() < most {
                        candidates.push((offset, needed));
                    }
                }
                Trial::No => {}
            }
            offset += 1;
        }
        self.state = State::Seeking { torn, tried: offset, candidates };
        found
    }

    fn try_at(&self, reader: Reader<'_>, rest: &[u8], offset: usize, at: usize) -> Trial {
        let Some(bytes) = rest.get(offset..) else { return Trial::No };
        let near = bytes.get(..REACH).unwrap_or(bytes);
        let mut framing = reader.protocol.frame(near, &reader.reading);
        if matches!(framing, Framing::NeedMore { at_least } if at_least > near.len() + 1 && at_least <= bytes.len()) {
            framing = reader.protocol.frame(bytes, &reader.reading);
        }
        let length = match framing {
            Framing::Message(length) => length,
            Framing::NeedMore { at_least } if near.len() == bytes.len() && at_least <= reader.limits.message_bytes => {
                return Trial::NotYet(offset.saturating_add(at_least.max(bytes.len() + 1)));
            }
            Framing::NeedMore { .. } | Framing::Broken => return Trial::No,
        };
        let believed = if offset == 0 || self.starts_piece(at + offset) { BELIEVED_AT_BOUNDARY } else { BELIEVED };
        match chain(reader, bytes, length) {
            Some(bits) if bits >= believed => Trial::Message,
            _ => Trial::No,
        }
    }

    /// The message in front claims more bytes than are there: does a later segment start with messages of its own
    /// that speak louder than that length?
    fn contradicted(&self, reader: Reader<'_>, rest: &[u8], at: usize) -> Option<usize> {
        let last = self.pieces.back()?.len;
        let offset = rest.len().checked_sub(last).filter(|offset| *offset > 0 && self.starts_piece(at + offset))?;
        let bytes = rest.get(offset..)?;
        match reader.protocol.frame(bytes, &reader.reading) {
            Framing::Message(length) => {
                chain(reader, bytes, length).filter(|bits| *bits >= BELIEVED_AGAINST_LENGTH).map(|_| offset)
            }
            Framing::NeedMore { .. } | Framing::Broken => None,
        }
    }

    /// Where the first piece starts that starts at `offset` or later; behind the last piece, where that ends.
    fn piece_from(&self, offset: usize) -> usize {
        let mut start = 0;
        for piece in &self.pieces {
            if start >= offset {
                break;
            }
            start += piece.len;
        }
        start
    }

    /// Whether a segment started this many bytes into the pieces.
    fn starts_piece(&self, offset: usize) -> bool {
        self.piece_from(offset) == offset
    }

    /// Hands on `length` bytes of `rest`, which starts `at` bytes into the pieces.
    fn emit(&mut self, rest: &[u8], at: usize, length: usize, content: Content, emit: &mut Emit<'_>) -> Rest {
        let Some(bytes) = rest.get(..length) else { return Rest::Messages };
        let mut frames = std::mem::take(&mut self.frames);
        frames.clear();
        let last = carriers(&self.pieces, at, at + length, &mut frames);
        let wanted = match last {
            Some((frame, time)) => {
                frames.push(frame);
                frames.sort_unstable();
                frames.dedup();
                emit(Cut { bytes, frame, frames: &frames, time, content })
            }
            None => Rest::Messages,
        };
        self.frames = frames;
        wanted
    }

    fn flush(&mut self, content: Content, emit: &mut Emit<'_>) {
        let buffer = std::mem::take(&mut self.buffer);
        if !buffer.is_empty() {
            let _ = self.emit(&buffer, 0, buffer.len(), content, emit);
        }
        self.drop_buffer();
    }

    fn drop_buffer(&mut self) {
        self.buffer.clear();
        self.pieces.clear();
        self.needed = 0;
        self.held = false;
    }

    fn count(&mut self, from: usize, to: usize, limits: &Limits) {
        let mut carrying = std::mem::take(&mut self.frames);
        carrying.clear();
        let newest = carriers(&self.pieces, from, to, &mut carrying);
        if let State::Private { total, frames, last } = &mut self.state {
            *total = total.saturating_add(u64::try_from(to.saturating_sub(from)).unwrap_or(u64::MAX));
            if let Some((frame, time)) = newest {
                for carrier in carrying.iter().copied().chain([frame]) {
                    if frames.last().is_none_or(|known| *known < carrier) {
                        // Beyond the limit only the latest is kept, so that the unit's own frame is among them.
                        if frames.len() >= limits.relay_frames {
                            frames.pop();
                        }
                        frames.push(carrier);
                    }
                }
                *last = Some((frame, time));
            }
        }
        self.frames = carrying;
    }

    /// Forgets what carried the first `taken` bytes.
    fn forget(&mut self, mut taken: usize) {
        while let Some(piece) = self.pieces.front_mut() {
            if piece.len > taken {
                piece.len -= taken;
                break;
            }
            taken -= piece.len;
            self.pieces.pop_front();
        }
    }
}

impl State {
    fn seeking(torn: bool) -> State {
        State::Seeking { torn, tried: 0, candidates: Vec::new() }
    }
}

/// The frames that carry the bytes `from..to` of the pieces, and the last one's frame and time.
fn carriers(pieces: &VecDeque<Piece>, from: usize, to: usize, frames: &mut Vec<u64>) -> Option<(u64, Time)> {
    let mut last = None;
    let mut start = 0;
    for piece in pieces {
        let end = start + piece.len;
        if start >= to {
            break;
        }
        if end > from {
            frames.push(piece.carried_by);
            last = Some((piece.frame, piece.time));
        }
        start = end;
    }
    last
}

/// The bits of the message of `length` at the start of `bytes` and of the one behind it, if both make sense.
fn chain(reader: Reader<'_>, bytes: &[u8], length: usize) -> Option<f32> {
    let first = bytes.get(..length).and_then(|message| sense(reader, message))?;
    let behind = bytes.get(length..).unwrap_or_default();
    if behind.is_empty() {
        return Some(first);
    }
    match reader.protocol.frame(behind, &reader.reading) {
        Framing::Message(next) => {
            let second = behind.get(..next).and_then(|message| sense(reader, message))?;
            Some(first + second)
        }
        Framing::NeedMore { .. } => Some(first),
        Framing::Broken => None,
    }
}

/// The bits of a message in which nothing is wrong that a chance reading would show.
fn sense(reader: Reader<'_>, bytes: &[u8]) -> Option<f32> {
    let bytes = reader.protocol.whole_bytes(bytes, &reader.reading);
    let message = reader.protocol.dissect(&bytes, &reader.reading);
    let minor = |kind| matches!(kind, DefectKind::Opaque | DefectKind::MissingTerminator);
    (message.kind.is_some() && message.defects.iter().all(|defect| minor(defect.kind))).then_some(message.evidence)
}
