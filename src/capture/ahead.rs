//! Between a decompressor and the records: a thread that decompresses ahead of who reads, so that both cores work.

use std::io::{self, ErrorKind, Read};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;

/// So many bytes are read without a thread: most captures are smaller, and many are only opened to be told.
const WITHOUT: usize = 1 << 20;
/// How much goes from the thread to its reader at a time, at most.
const PIECE: usize = 256 << 10;
/// How many pieces may wait.
const AHEAD: usize = 4;

/// A stream of bytes that can be handed to another thread.
type Source = Box<dyn Read + Send>;

/// What a source gives, in its order, its error included. The thread ends with the source, or with the next piece after
/// this was dropped.
pub(super) struct Ahead(State);

enum State {
    /// Read right here, and so many bytes more until a thread is worth it.
    Here(Source, usize),
    Beyond(Taker),
    Over,
}

impl Ahead {
    pub(super) fn of(source: Source) -> Ahead {
        Ahead(State::Here(source, WITHOUT))
    }
}

impl Read for Ahead {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if matches!(self.0, State::Here(_, 0)) {
            self.hand_over();
        }
        match &mut self.0 {
            State::Here(source, left) => {
                let count = source.read(buf)?;
                *left = left.saturating_sub(count);
                Ok(count)
            }
            State::Beyond(taker) => taker.read(buf),
            State::Over => Ok(0),
        }
    }
}

impl Ahead {
    /// Starts the thread. Where the system gives none, all goes on without.
    fn hand_over(&mut self) {
        let State::Here(source, _) = std::mem::replace(&mut self.0, State::Over) else { return };
        let (give, given) = sync_channel::<Source>(1);
        let (full, filled) = sync_channel(AHEAD);
        // One more is being filled, and one more emptied: giving back never waits.
        let (emptied, empty) = sync_channel(AHEAD + 2);
        let work = move || {
            if let Ok(source) = given.recv() {
                feed(source, &full, &empty);
            }
        };
        let started = thread::Builder::new().name("decompress".to_owned()).spawn(work);
        let refused = match started {
            Ok(_) => give.send(source).err().map(|unsent| unsent.0),
            Err(_) => Some(source),
        };
        self.0 = match refused {
            Some(source) => State::Here(source, usize::MAX),
            None => State::Beyond(Taker { filled, emptied, piece: Piece::default(), taken: 0, over: false }),
        };
    }
}

/// The first bytes of a buffer that is used again.
#[derive(Default)]
struct Piece {
    buffer: Vec<u8>,
    end: usize,
}

/// What the thread says: more bytes, the end (no bytes), or an error, which is an end too.
type Said = io::Result<Piece>;

struct Taker {
    filled: Receiver<Said>,
    emptied: SyncSender<Vec<u8>>,
    piece: Piece,
    taken: usize,
    over: bool,
}

impl Read for Taker {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.piece.end && !self.over && !buf.is_empty() {
            // Where the thread is done with reading, nobody wants it.
            let _ = self.emptied.try_send(std::mem::take(&mut self.piece).buffer);
            self.taken = 0;
            let said = self.filled.recv();
            let said = said.unwrap_or_else(|_| Err(io::Error::other("the thread that decompresses it has died")));
            self.over = said.as_ref().map_or(true, |piece| piece.end == 0);
            self.piece = said?;
        }
        let waiting = self.piece.buffer.get(self.taken..self.piece.end).unwrap_or_default();
        let count = waiting.len().min(buf.len());
        if let (Some(to), Some(from)) = (buf.get_mut(..count), waiting.get(..count)) {
            to.copy_from_slice(from);
        }
        self.taken += count;
        Ok(count)
    }
}

/// Reads a source to its end. A piece is handed over as soon as there is room for it, however small: what comes slowly
/// is not kept back. While there is none, it grows.
fn feed(mut source: Source, full: &SyncSender<Said>, empty: &Receiver<Vec<u8>>) {
    let mut piece = Piece::default();
    let last = loop {
        piece.buffer.resize(PIECE, 0);
        let room = piece.buffer.get_mut(piece.end..).unwrap_or_default();
        match source.read(room) {
            Ok(0) => break Ok(Piece::default()),
            Ok(count) => piece.end += count.min(room.len()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => break Err(error),
        }
        let next = || Piece { buffer: empty.try_recv().unwrap_or_default(), end: 0 };
        let is_full = piece.end == piece.buffer.len();
        piece = match full.try_send(Ok(piece)) {
            Ok(()) => next(),
            Err(TrySendError::Full(Ok(piece))) if !is_full => piece,
            Err(TrySendError::Full(said)) => match full.send(said) {
                Ok(()) => next(),
                Err(_) => return,
            },
            Err(TrySendError::Disconnected(_)) => return,
        };
    };
    let rest = if piece.end == 0 { Ok(()) } else { full.send(Ok(piece)) };
    // Who has gone misses neither.
    let _ = rest.and_then(|()| full.send(last));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Numbered bytes in reads of odd sizes, interrupted now and then, and an error in place of an end.
    struct Numbers {
        next: usize,
        of: usize,
        fails: bool,
        read: Arc<AtomicUsize>,
    }

    impl Read for Numbers {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let reads = self.read.fetch_add(1, Ordering::SeqCst);
            if reads % 5 == 4 && self.next > WITHOUT {
                return Err(ErrorKind::Interrupted.into());
            }
            let count = (self.of - self.next).min(buf.len()).min(reads * 7919 % 30_011 + 1);
            if count == 0 && self.fails {
                return Err(ErrorKind::UnexpectedEof.into());
            }
            for (at, byte) in buf[..count].iter_mut().enumerate() {
                *byte = ((self.next + at) % 251) as u8;
            }
            self.next += count;
            Ok(count)
        }
    }

    fn numbers(of: usize, fails: bool) -> (Ahead, Arc<AtomicUsize>) {
        let read = Arc::default();
        (Ahead::of(Box::new(Numbers { next: 0, of, fails, read: Arc::clone(&read) })), read)
    }

    #[test]
    fn every_byte_comes_once_and_in_order() {
        for of in [0, 1, WITHOUT - 1, WITHOUT, WITHOUT + 1, 5 * WITHOUT + 3] {
            let mut out = Vec::new();
            numbers(of, false).0.read_to_end(&mut out).unwrap();
            assert_eq!(out.len(), of);
            assert!(out.iter().enumerate().all(|(at, byte)| usize::from(*byte) == at % 251), "{of}");
        }
    }

    #[test]
    fn an_error_comes_after_all_that_came_before_it() {
        for of in [100, 3 * WITHOUT + 77] {
            let (mut ahead, _) = numbers(of, true);
            let mut out = Vec::new();
            assert_eq!(ahead.read_to_end(&mut out).unwrap_err().kind(), ErrorKind::UnexpectedEof);
            assert_eq!(out.len(), of);
        }
        let (mut ahead, _) = numbers(2 * WITHOUT, true);
        io::copy(&mut ahead, &mut io::sink()).unwrap_err();
        assert_eq!(ahead.read(&mut [0]).unwrap(), 0, "nothing follows an error");
    }

    #[test]
    fn no_more_is_read_ahead_than_has_room_and_a_reader_that_goes_ends_the_thread() {
        let (mut ahead, read) = numbers(usize::MAX / 2, false);
        ahead.read_exact(&mut vec![0; WITHOUT]).unwrap();
        ahead.read_exact(&mut [0]).unwrap();
        let State::Beyond(taker) = &ahead.0 else { panic!("no thread") };
        let held = taker.emptied.clone();
        drop(ahead);
        // The thread holds the other end of this channel until it is over.
        while !matches!(held.try_send(Vec::new()), Err(TrySendError::Disconnected(_))) {
            thread::yield_now();
        }
        let reads = read.load(Ordering::SeqCst);
        // A read gives 15,000 bytes: what fits into the pieces, and what was read without a thread.
        assert!(reads < 4 * (WITHOUT + (AHEAD + 3) * PIECE) / 15_000, "{reads}");
    }

    #[test]
    fn a_thread_that_dies_is_an_error_and_no_end() {
        struct Bomb;
        impl Read for Bomb {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                std::panic::resume_unwind(Box::new("boom"))
            }
        }
        let mut ahead = Ahead(State::Here(Box::new(Bomb), 0));
        assert!(ahead.read(&mut [0]).unwrap_err().to_string().contains("has died"));
        assert_eq!(ahead.read(&mut [0]).unwrap(), 0);
    }
}
