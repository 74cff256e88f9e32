//! Where the output goes: standard output, or a file that is there as a whole or not at all.

use super::interrupt::Unfinished;
use super::progress::Stdout;
use super::term::Stop;
use crate::bytes;
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

/// An output that is open.
pub(super) struct Output {
    to: To,
    /// For messages.
    path: String,
}

enum To {
    Stdout(BufWriter<Stdout>),
    /// A device or a pipe: nothing to rename.
    Direct(BufWriter<File>),
    File(BufWriter<File>, Unfinished),
}

impl Output {
    /// Standard output, or the file named by `--output`.
    pub(super) fn open(path: Option<&Path>) -> Result<Output, Stop> {
        let Some(path) = path else {
            let to = To::Stdout(BufWriter::with_capacity(1 << 16, Stdout::lock()));
            return Ok(Output { to, path: "standard output".to_owned() });
        };
        let shown = bytes::escape(path.as_os_str().as_encoded_bytes());
        match open_file(path) {
            Ok(to) => Ok(Output { to, path: shown }),
            Err(source) => Err(Stop::Output { path: shown, source }),
        }
    }

    /// Whether it is standard output.
    pub(super) fn is_stdout(&self) -> bool {
        matches!(self.to, To::Stdout(_))
    }

    /// What an error in writing means.
    pub(super) fn failed(&self, source: io::Error) -> Stop {
        if !matches!(self.to, To::File(..)) && source.kind() == ErrorKind::BrokenPipe {
            Stop::BrokenPipe
        } else {
            Stop::Output { path: self.path.clone(), source }
        }
    }

    /// All is written: a file takes its name. Without this it is as if nothing had been written.
    pub(super) fn commit(mut self) -> Result<(), Stop> {
        self.flush().map_err(|source| self.failed(source))?;
        match self.to {
            To::Stdout(_) | To::Direct(_) => Ok(()),
            To::File(file, unfinished) => {
                drop(file);
                unfinished.finish().map_err(|source| Stop::Output { path: self.path, source })
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stdout(out) => out.write(bytes),
            To::Direct(file) | To::File(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::Direct(file) | To::File(file, _) => file.flush(),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the edge of the program")]
fn open_file(path: &Path) -> io::Result<To> {
    // A link stays a link: what it points to is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match target.metadata() {
        Ok(there) if there.is_dir() => return Err(io::Error::new(ErrorKind::IsADirectory, "it is a directory")),
        Ok(there) if !there.is_file() => return Ok(To::Direct(BufWriter::new(File::create(&target)?))),
        _ => {}
    }
    if target.file_name().is_none() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file name"));
    }
    let (file, unfinished) = Unfinished::create(&target, path.as_os_str())?;
    Ok(To::File(BufWriter::with_capacity(1 << 16, file), unfinished))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write the files they read")]
mod tests {
    use super::*;

    fn read(path: &Path) -> String {
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_file_has_the_old_content_until_all_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        std::fs::write(&path, "old").unwrap();
        let mut output = Output::open(Some(&path)).unwrap();
        output.write_all(b"new").unwrap();
        output.flush().unwrap();
        assert_eq!(read(&path), "old");
        output.commit().unwrap();
        assert_eq!(read(&path), "new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_run_that_fails_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut output = Output::open(Some(&folder.path().join("out.json"))).unwrap();
        output.write_all(b"half").unwrap();
        drop(output);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_written_is_said_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let error = |path: &Path| Output::open(Some(path)).err().unwrap().to_string();
        assert!(error(folder.path()).ends_with(": cannot be written: it is a directory"));
        assert!(error(&folder.path().join("no/such/out")).contains("no/such/out: cannot be written: No such file"));
    }
}
