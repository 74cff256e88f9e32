//! The capture's file, written by a thread of its own.

use super::super::tape::Tape;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Where a capture goes.
pub enum Output {
    /// A file: where writing fails, what is not whole is cut off again.
    File(File),
    /// A stream.
    Stream(Box<dyn Write + Send>),
}

/// How many batches may wait for the disk.
const BATCHES: usize = 64;

/// The thread, seen from outside.
pub(super) struct Writer {
    batches: Option<SyncSender<Vec<u8>>>,
    /// Written batches, to be filled again.
    empty: Receiver<Vec<u8>>,
    errors: Receiver<io::Error>,
    thread: Option<JoinHandle<()>>,
    failed: bool,
}

impl Writer {
    pub(super) fn start(mut output: Output) -> Writer {
        let (batches, to_write) = sync_channel::<Vec<u8>>(BATCHES);
        let (written, empty) = sync_channel(BATCHES);
        let (trouble, errors) = sync_channel(1);
        let thread = std::thread::spawn(move || {
            for batch in to_write {
                if let Err(error) = output.write(&batch) {
                    // Nobody listens any more when the relay has ended.
                    let _ = trouble.send(error);
                    return;
                }
                let _ = written.try_send(batch);
            }
            if let Err(error) = output.flush() {
                let _ = trouble.send(error);
            }
        });
        Writer { batches: Some(batches), empty, errors, thread: Some(thread), failed: false }
    }

    /// Hands over what is on the tape. Where the disk is behind, it stays there, until it is more than `most` bytes.
    pub(super) fn give(&mut self, tape: &mut Tape, most: usize) {
        let empty = self.empty.try_recv().unwrap_or_default();
        let batch = tape.take(empty);
        if batch.is_empty() {
            return;
        }
        let Some(batches) = self.batches.as_ref().filter(|_| !self.failed) else { return };
        match batches.try_send(batch) {
            Ok(()) => {}
            Err(TrySendError::Full(batch)) if batch.len() <= most => tape.put_back(batch),
            Err(TrySendError::Full(batch)) => self.failed = batches.send(batch).is_err(),
            Err(TrySendError::Disconnected(_)) => self.failed = true,
        }
    }

    /// Why writing has ended, if it has: once.
    pub(super) fn trouble(&mut self) -> Option<io::Error> {
        let error = self.errors.try_recv().ok()?;
        self.failed = true;
        Some(error)
    }

    /// Waits until all is written.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.batches = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            return Err(io::Error::other("the thread that writes it has died"));
        }
        self.trouble().map_or(Ok(()), Err)
    }
}

impl Output {
    /// All of a batch, or nothing of it where that can be undone: a batch is whole blocks.
    fn write(&mut self, batch: &[u8]) -> io::Result<()> {
        match self {
            Output::Stream(stream) => {
                stream.write_all(batch)?;
                stream.flush()
            }
            Output::File(file) => {
                let Ok(start) = file.stream_position() else { return file.write_all(batch) };
                file.write_all(batch).inspect_err(|_| {
                    // Best effort: the error is said anyway.
                    let _ = file.set_len(start);
                })
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stream(stream) => stream.flush(),
            Output::File(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::relayed::Recording;
    use std::sync::{Arc, Mutex};

    /// Takes so many bytes and then is full.
    struct Disk {
        room: usize,
        kept: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if bytes.len() > self.room {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
            self.room -= bytes.len();
            self.kept.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn tape() -> Tape {
        Tape::new(&Recording::default(), "")
    }

    #[test]
    fn what_is_given_is_written_when_it_is_finished() {
        let kept = Arc::default();
        let disk = Disk { room: usize::MAX, kept: Arc::clone(&kept) };
        let mut writer = Writer::start(Output::Stream(Box::new(disk)));
        let mut tape = tape();
        let length = tape.len();
        writer.give(&mut tape, 0);
        assert_eq!(tape.len(), 0);
        writer.finish().unwrap();
        assert_eq!(kept.lock().unwrap().len(), length);
    }

    #[test]
    fn a_full_disk_is_said_once_and_what_comes_later_is_let_go() {
        let disk = Disk { room: 10, kept: Arc::default() };
        let mut writer = Writer::start(Output::Stream(Box::new(disk)));
        for _ in 0..BATCHES * 3 {
            writer.give(&mut tape(), 0);
        }
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
}
