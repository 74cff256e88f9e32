//! How far the run is: one line on standard error where a person watches, written over by the next, gone at the end.
//!
//! A terminal is one for the whole process, and so is this. Nothing is drawn before a run has taken half a second, and
//! nothing once its output goes to a terminal: that is what somebody wants to read.

use crate::report::text::{plural, size};
use std::io::{self, IsTerminal, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Until when nothing is drawn.
const SHORT: Duration = Duration::from_millis(500);
/// How often the line changes.
const EVERY: Duration = Duration::from_millis(100);

static LINE: Mutex<Line> = Mutex::new(Line { run: None, drawn: false });
/// Whether anything is read that somebody watches: asked for each read, of which there are few.
static WATCHED: AtomicBool = AtomicBool::new(false);
/// How many findings there are, and one; 0 where none are looked for.
static FOUND: AtomicU64 = AtomicU64::new(0);

struct Line {
    run: Option<Run>,
    /// Whether it stands on the terminal.
    drawn: bool,
}

struct Run {
    /// How many bytes there are to be read; `None`: that is not known.
    total: Option<u64>,
    read: u64,
    begun: Instant,
    next: Instant,
}

fn line() -> MutexGuard<'static, Line> {
    // What another thread's panic leaves is still a line.
    LINE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Line {
    fn draw(&mut self, text: &str) {
        // A terminal that is gone needs no news.
        let mut to = io::stderr().lock();
        let _ = write!(to, "\r{text}\x1b[K").and_then(|()| to.flush());
        self.drawn = true;
    }

    fn clear(&mut self) {
        if std::mem::take(&mut self.drawn) {
            let mut to = io::stderr().lock();
            let _ = write!(to, "\r\x1b[K").and_then(|()| to.flush());
        }
    }
}

/// A run that is watched until this goes.
pub(super) struct Watch(());

impl Watch {
    /// Over captures of so many bytes in all, where that is known. `None` where nobody watches.
    #[expect(clippy::disallowed_methods, reason = "this is the edge of the program: a person waits in real time")]
    pub(super) fn begin(total: Option<u64>, quiet: bool) -> Option<Watch> {
        if quiet || !io::stderr().is_terminal() {
            return None;
        }
        let begun = Instant::now();
        FOUND.store(0, Ordering::Relaxed);
        line().run = Some(Run { total, read: 0, begun, next: begun + SHORT });
        WATCHED.store(true, Ordering::Relaxed);
        Some(Watch(()))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        end();
    }
}

/// Nothing is drawn any more: output goes where the line would be.
pub(super) fn end() {
    if WATCHED.swap(false, Ordering::Relaxed) {
        let mut line = line();
        line.run = None;
        line.clear();
    }
}

/// So many findings there are by now.
pub(super) fn found(count: u64) {
    FOUND.store(count + 1, Ordering::Relaxed);
}

/// A source whose reading moves the line, if anybody watches.
pub(super) fn watched(source: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
    if WATCHED.load(Ordering::Relaxed) { Box::new(Watched(source)) } else { source }
}

struct Watched(Box<dyn Read + Send>);

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buf)?;
        if WATCHED.load(Ordering::Relaxed) {
            moved(count as u64);
        }
        Ok(count)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the edge of the program: a person waits in real time")]
fn moved(count: u64) {
    let mut line = line();
    let Some(run) = &mut line.run else { return };
    run.read = run.read.saturating_add(count);
    let now = Instant::now();
    if now < run.next {
        return;
    }
    run.next = now + EVERY;
    let found = FOUND.load(Ordering::Relaxed).checked_sub(1);
    let text = words(run.read, run.total, now - run.begun, found);
    line.draw(&text);
}

/// `312.0 MB of 1.0 GB (29 %), 410.5 MB/s, 12 findings so far`
fn words(read: u64, total: Option<u64>, taken: Duration, found: Option<u64>) -> String {
    let mut text = size(read);
    if let Some(total) = total.filter(|total| *total >= read && *total > 0) {
        text.push_str(&format!(" of {} ({} %)", size(total), read * 100 / total));
    }
    let a_second = u128::from(read) * 1000 / taken.as_millis().max(1);
    text.push_str(&format!(", {}/s", size(u64::try_from(a_second).unwrap_or(u64::MAX))));
    if let Some(count) = found {
        text.push_str(&format!(", {} so far", plural(count, "finding")));
    }
    text
}

/// How many of how many are done, for work that is not measured in bytes.
pub(super) fn done(done: usize, total: usize, word: &str) {
    if !io::stderr().is_terminal() {
        return;
    }
    let mut line = line();
    if done == total {
        line.clear();
    } else {
        line.draw(&format!("{word} {done} of {total}"));
    }
}

/// Writes a message to standard error; the line makes room for it, and comes again with the next bytes.
pub(super) fn aside(message: &[u8]) {
    let mut line = line();
    line.clear();
    // With standard error gone there is nobody left to tell.
    let _ = io::stderr().lock().write_all(message);
}

/// Standard output, before which the line makes room for good where both are a terminal.
pub(super) struct Stdout(io::StdoutLock<'static>);

impl Stdout {
    pub(super) fn lock() -> Stdout {
        Stdout(io::stdout().lock())
    }
}

impl Write for Stdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if WATCHED.load(Ordering::Relaxed) && self.0.is_terminal() {
            end();
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_how_fast_and_what_was_found() {
        let second = Duration::from_secs(1);
        let total = Some(1_048_576_000);
        assert_eq!(
            words(312_000_000, total, second, Some(12)),
            "312.0 MB of 1.0 GB (29 %), 312.0 MB/s, 12 findings so far"
        );
        assert_eq!(words(1_500, None, second * 2, Some(1)), "1.5 kB, 750 B/s, 1 finding so far");
        assert_eq!(words(0, Some(0), Duration::ZERO, None), "0 B, 0 B/s");
        // A file that grows while it is read.
        assert_eq!(words(20, Some(10), second, None), "20 B, 20 B/s");
        let petabytes = 5_000_000_000_000_000;
        assert!(words(petabytes, Some(petabytes), second, Some(1_000_000_000)).len() < 80);
    }
}
