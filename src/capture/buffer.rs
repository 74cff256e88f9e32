//! The bytes of a capture between its source and its records: one buffer, refilled at its end.

use std::io::{ErrorKind, Read, Result};
use std::ops::Range;

/// How much is read at a time, and the least that is kept room for.
pub(super) const CAPACITY: usize = 256 << 10;

/// A window of a stream of bytes. It grows only as bytes arrive, never because a length field says so.
pub(super) struct Buffer {
    source: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    /// Where the memory is given away that was read to its end: its bytes, until they are taken, and what serves next.
    away: Option<Away>,
}

#[derive(Default)]
struct Away {
    spent: Option<Vec<u8>>,
    spare: Vec<u8>,
}

impl Buffer {
    pub(super) fn new(source: Box<dyn Read + Send>) -> Buffer {
        Buffer { source, bytes: vec![0; CAPACITY], start: 0, end: 0, offset: 0, ended: false, away: None }
    }

    /// How many bytes of the stream were taken: where what is waiting begins.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes that are read and not taken.
    pub(super) fn waiting(&self) -> &[u8] {
        self.get(self.start..self.end)
    }

    /// The bytes of a range that [`Buffer::take`] gave, until the next [`Buffer::fill`].
    pub(super) fn get(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Reads until `wanted` bytes are waiting; `false` where the stream ends before. Reads no more than it must, so that
    /// a frame of a live stream is not kept back.
    ///
    /// # Errors
    /// What the source answers, except that it was interrupted.
    #[inline]
    pub(super) fn fill(&mut self, wanted: usize) -> Result<bool> {
        if self.end - self.start >= wanted {
            return Ok(true);
        }
        self.refill(wanted)
    }

    #[cold]
    fn refill(&mut self, wanted: usize) -> Result<bool> {
        self.make_room();
        while self.end < wanted {
            if self.ended {
                return Ok(false);
            }
            if self.end == self.bytes.len() {
                self.bytes.resize(self.bytes.len() * 2, 0);
            }
            let room = self.bytes.get_mut(self.end..).unwrap_or_default();
            match self.source.read(room) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end += count.min(room.len()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// Moves what waits to the beginning: of other memory, where this is given away.
    fn make_room(&mut self) {
        let waiting = self.start..self.end;
        match &mut self.away {
            // What was given away and not taken is what others read in; nobody reads in this yet.
            Some(away) if away.spent.is_none() => {
                let mut next = std::mem::take(&mut away.spare);
                next.resize(self.bytes.len().max(CAPACITY), 0);
                if let (Some(to), Some(from)) = (next.get_mut(..waiting.len()), self.bytes.get(waiting)) {
                    to.copy_from_slice(from);
                }
                away.spent = Some(std::mem::replace(&mut self.bytes, next));
            }
            _ => self.bytes.copy_within(waiting, 0),
        }
        self.end -= self.start;
        self.start = 0;
    }

    /// From now on memory is given away when it was read to its end, and not used again.
    pub(super) fn give_away(&mut self) {
        self.away.get_or_insert_default();
    }

    /// The memory that was read to its end since this was last asked; ranges from before the last [`Buffer::fill`] are of it.
    pub(super) fn spent(&mut self) -> Option<Vec<u8>> {
        self.away.as_mut()?.spent.take()
    }

    /// Memory to be used next.
    pub(super) fn reuse(&mut self, spare: Vec<u8>) {
        if let Some(away) = &mut self.away {
            away.spare = spare;
        }
    }

    /// All of its memory, where it is over.
    pub(super) fn take_bytes(&mut self) -> Vec<u8> {
        (self.start, self.end, self.ended) = (0, 0, true);
        std::mem::take(&mut self.bytes)
    }

    /// Takes `count` of the waiting bytes (all, if they are fewer) and says where they stand.
    pub(super) fn take(&mut self, count: usize) -> Range<usize> {
        let start = self.start;
        let count = count.min(self.end - start);
        self.start += count;
        self.offset += count as u64;
        start..self.start
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Error;

    /// Gives one byte at a time, interrupted before each, and fails in the end.
    struct Trickle(Vec<u8>, bool);

    impl Read for Trickle {
        fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::Interrupted.into());
            }
            if self.0.is_empty() {
                return Err(Error::other("unplugged"));
            }
            buf[0] = self.0.remove(0);
            Ok(1)
        }
    }

    #[test]
    fn a_trickling_source_is_read_no_further_than_asked_for() {
        let mut buffer = Buffer::new(Box::new(Trickle(vec![1, 2, 3, 4, 5], false)));
        assert!(buffer.fill(2).unwrap());
        assert_eq!(buffer.waiting(), [1, 2]);
        let taken = buffer.take(1);
        assert_eq!(buffer.get(taken), [1]);
        assert_eq!(buffer.offset(), 1);
        assert!(buffer.fill(4).unwrap());
        assert_eq!(buffer.waiting(), [2, 3, 4, 5]);
        assert_eq!(buffer.fill(5).unwrap_err().to_string(), "unplugged");
        assert_eq!(buffer.waiting(), [2, 3, 4, 5], "what was read before the failure is kept");
    }

    #[test]
    fn it_grows_to_what_is_there_and_says_where_that_ends() {
        let bytes: Vec<u8> = (0..CAPACITY * 2 + 7).map(|n| (n % 251) as u8).collect();
        let mut buffer = Buffer::new(Box::new(std::io::Cursor::new(bytes.clone())));
        buffer.fill(3).unwrap();
        buffer.take(3);
        assert!(buffer.fill(CAPACITY * 2).unwrap());
        assert_eq!(buffer.waiting()[..CAPACITY * 2], bytes[3..CAPACITY * 2 + 3]);
        assert!(!buffer.fill(usize::MAX).unwrap());
        assert_eq!(buffer.waiting(), &bytes[3..]);
        assert!(buffer.bytes.len() <= CAPACITY * 4);
    }
}
