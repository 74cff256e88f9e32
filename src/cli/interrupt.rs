//! Files that are not complete yet: they have another name, and go with the run, also when a signal ends it.

use super::signals;
use super::term::Voice;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// What is to go when the run is ended, each with what messages call it. Signals are of the process, and so is this.
static OPEN: Mutex<BTreeMap<PathBuf, OsString>> = Mutex::new(BTreeMap::new());

/// Numbers the files of this run.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// So many names may be taken already: containers give all runs one process number, and some were killed.
const ATTEMPTS: usize = 1000;

fn open() -> MutexGuard<'static, BTreeMap<PathBuf, OsString>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file beside the one it is to become. It is removed unless it became that.
#[derive(Debug)]
pub(super) struct Unfinished {
    path: PathBuf,
    target: PathBuf,
}

impl Unfinished {
    /// A new file in the folder of `target`, which messages call by `name`; open for writing.
    pub(super) fn create(target: &Path, name: &OsStr) -> io::Result<(File, Unfinished)> {
        watch();
        let mut taken = None;
        for _ in 0..ATTEMPTS {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            // Not after the target: its name may be as long as names can be.
            let path = target.with_file_name(format!(".wiregrade-{}-{number}.tmp", std::process::id()));
            // No signal comes between the file and the note of it.
            let mut open = open();
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => {
                    open.insert(path.clone(), name.to_owned());
                    return Ok((file, Unfinished { path, target: target.to_owned() }));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => taken = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(taken.unwrap_or_else(|| ErrorKind::AlreadyExists.into()))
    }

    /// It takes its name, in place of what had it.
    pub(super) fn finish(self) -> io::Result<()> {
        // Who may read what was there may read what comes, and nobody else: grades are written, too.
        if let Ok(there) = self.target.metadata() {
            let _ = std::fs::set_permissions(&self.path, there.permissions());
        }
        let mut open = open();
        std::fs::rename(&self.path, &self.target)?;
        open.remove(&self.path);
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if open().remove(&self.path).is_some() {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// From now on, a signal that ends the run takes the files with it that are not complete. Of a run that writes no files
/// it ends just that, as it would without this.
pub(super) fn watch() {
    static WATCHED: Once = Once::new();
    // Where signals cannot be had, they do what they always do; what is left behind has no name that anybody asks for.
    WATCHED.call_once(|| {
        let _ = listen();
    });
}

fn listen() -> io::Result<()> {
    signals::at_the_first(|| {
        // Until the end: nothing is named any more.
        let open = open();
        for path in open.keys() {
            let _ = std::fs::remove_file(path);
        }
        move || {
            for name in open.values() {
                Voice { quiet: false, verbose: false }.error(name, "interrupted: is not written");
            }
        }
    })
}
