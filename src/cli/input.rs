//! What is read: files, standard input, and the captures in a directory.

use super::progress;
use super::split;
use super::term::{Stop, Voice};
use crate::bytes;
use crate::capture::{CaptureError, Reader};
use crate::policy::FileError;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// One capture to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Standard input, as a stream.
    Stdin,
    /// A file.
    File(PathBuf),
    /// The files of one split capture, in order; at least one.
    Split(Vec<PathBuf>),
    /// A capture that is called otherwise than its files, which may be copies.
    #[cfg_attr(not(feature = "export"), expect(dead_code, reason = "only `export` names captures so"))]
    Called {
        /// What it is called.
        name: String,
        /// Its files in order, each with the name of what it is a copy of; at least one.
        files: Vec<(PathBuf, String)>,
    },
}

impl Source {
    /// As it is called in messages.
    pub(super) fn name(&self) -> &OsStr {
        match self {
            Source::Stdin => OsStr::new("-"),
            Source::File(path) => path.as_os_str(),
            Source::Split(paths) => paths.first().map_or(OsStr::new(""), |path| path.as_os_str()),
            Source::Called { name, .. } => OsStr::new(name),
        }
    }

    /// As it is called in output: its name, lossily.
    pub(super) fn path(&self) -> String {
        self.name().to_string_lossy().into_owned()
    }

    /// Opens it.
    pub(super) fn open(&self) -> Result<Reader, CaptureError> {
        match self {
            Source::Stdin => Reader::new(progress::watched(Box::new(io::stdin()))),
            Source::File(path) => open_capture(path),
            Source::Split(paths) => split::open(&split::named(paths)),
            Source::Called { files, .. } => match files.as_slice() {
                [(path, _)] => open_capture(path),
                files => split::open(files),
            },
        }
    }

    /// How many bytes are to be read of it; `None` where that is not known.
    pub(super) fn size(&self) -> Option<u64> {
        let sizes = self.files().into_iter().map(|path| path.metadata().ok().filter(|there| there.is_file()));
        let sum = sizes.map(|there| Some(there?.len())).sum();
        if matches!(self, Source::Stdin) { None } else { sum }
    }

    /// The files it is read from.
    pub(super) fn files(&self) -> Vec<&Path> {
        match self {
            Source::Stdin => Vec::new(),
            Source::File(path) => vec![path],
            Source::Split(paths) => paths.iter().map(PathBuf::as_path).collect(),
            Source::Called { files, .. } => files.iter().map(|(path, _)| path.as_path()).collect(),
        }
    }
}

/// Opens a capture that is a file.
pub(super) fn open_capture(path: &Path) -> Result<Reader, CaptureError> {
    Reader::new(progress::watched(Box::new(open(path).map_err(CaptureError::Unreadable)?)))
}

#[expect(clippy::disallowed_methods, reason = "this is the edge of the program")]
fn open(path: &Path) -> io::Result<File> {
    // Opening a directory succeeds and reading it fails, with a message that helps nobody.
    if path.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
    }
    File::open(path)
}

/// The captures that some paths name, in that order; those of a directory by name, directories below it included.
/// The second value is false if something named was not there.
pub(super) fn sources(paths: &[PathBuf], voice: &Voice) -> Result<(Vec<Source>, bool), Stop> {
    let mut sources = Vec::new();
    let mut all_there = true;
    for path in paths {
        if path.as_os_str() == "-" {
            if sources.contains(&Source::Stdin) {
                return Err(Stop::Usage("`-` is given twice: standard input can be read once".to_owned()));
            }
            sources.push(Source::Stdin);
        } else if path.is_dir() {
            let before = sources.len();
            all_there &= walk(path, voice, &mut sources);
            if sources.len() == before {
                voice.error(path.as_os_str(), "holds no capture (files are told by their content, not their name)");
                all_there = false;
            }
        } else if let Some(found) = split::matching(path) {
            let (source, all_read) = split::pieces(path.as_os_str(), found, voice);
            sources.extend(source);
            all_there &= all_read;
        } else {
            sources.push(Source::File(path.clone()));
        }
    }
    Ok((sources, all_there))
}

/// Adds the captures below a directory. Links to directories are not followed: they may lead back.
fn walk(directory: &Path, voice: &Voice, sources: &mut Vec<Source>) -> bool {
    let mut names: Vec<OsString> = Vec::new();
    let mut all_there = true;
    match std::fs::read_dir(directory) {
        Ok(entries) => {
            for entry in entries {
                match entry {
                    Ok(entry) => names.push(entry.file_name()),
                    Err(error) => {
                        voice.error(directory.as_os_str(), &format!("cannot be listed: {error}"));
                        all_there = false;
                    }
                }
            }
        }
        Err(error) => {
            voice.error(directory.as_os_str(), &format!("cannot be listed: {error}"));
            return false;
        }
    }
    names.sort();
    for name in names {
        let path = directory.join(name);
        let Ok(kind) = path.symlink_metadata() else { continue };
        if kind.is_dir() {
            all_there &= walk(&path, voice, sources);
        } else if path.is_file() {
            let source = Source::File(path);
            match source.open() {
                Err(error @ (CaptureError::NotACapture { .. } | CaptureError::Empty)) => {
                    voice.detail(source.name(), &format!("{error}; passed over"));
                }
                // What is a damaged capture is said when it is read.
                _ => sources.push(source),
            }
        }
    }
    all_there
}

/// Refuses to write over what is read.
pub(super) fn keep_apart(sources: &[Source], output: Option<&Path>) -> Result<(), Stop> {
    let Some(target) = output.and_then(|path| path.canonicalize().ok()).filter(|path| path.is_file()) else {
        return Ok(());
    };
    for path in sources.iter().flat_map(Source::files) {
        if path.canonicalize().is_ok_and(|path| path == target) {
            let name = bytes::escape(path.as_os_str().as_encoded_bytes());
            return Err(Stop::Usage(format!("{name} is read and written at once (give --output another name)")));
        }
    }
    Ok(())
}

/// What a file that a person wrote holds.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Stop> {
    /// Nobody writes more by hand, and a device never ends.
    const MOST: u64 = 64 << 20;
    let mut bytes = Vec::new();
    open(path)
        .and_then(|file| file.take(MOST).read_to_end(&mut bytes))
        .map_err(|error| Stop::Usage(format!("{}: cannot be read: {error}", shown(path))))?;
    Ok(bytes)
}

/// The same, as text.
pub(super) fn text(path: &Path) -> Result<String, Stop> {
    String::from_utf8(bytes(path)?).map_err(|_| Stop::Usage(format!("{}: is no text in UTF-8", shown(path))))
}

/// What is wrong with a file that a person wrote, as `FILE:LINE:COLUMN: …`: so editors and compilers do.
pub(super) fn refused(path: &Path, error: &FileError) -> Stop {
    Stop::Usage(format!("{}:{}:{}: {}", shown(path), error.line, error.column, error.message))
}

/// A path as messages show it.
pub(super) fn shown(path: &Path) -> String {
    crate::bytes::escape(path.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write the files they read")]
mod tests {
    use super::*;

    const EMPTY_CAPTURE: &[u8] = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0";
    const VOICE: Voice = Voice { quiet: true, verbose: false };

    #[test]
    fn a_directory_is_walked_by_content_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
        std::fs::create_dir(folder.path().join("m")).unwrap();
        put("z.pcap", EMPTY_CAPTURE);
        put("b", EMPTY_CAPTURE);
        put("m/inner.txt", EMPTY_CAPTURE);
        put("notes.pcap", b"not a capture at all");
        put("nothing", b"");
        let (found, all_there) = sources(&[folder.path().to_owned()], &VOICE).unwrap();
        let names: Vec<String> = found
            .iter()
            .map(|source| Path::new(source.name()).strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["b", "m/inner.txt", "z.pcap"]);
        assert!(all_there);
    }

    #[test]
    fn a_directory_without_a_capture_is_trouble() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(sources(&[folder.path().to_owned()], &VOICE).unwrap(), (Vec::new(), false));
    }

    #[test]
    fn standard_input_can_be_read_once() {
        assert_eq!(sources(&["-".into()], &VOICE).unwrap().0, [Source::Stdin]);
        assert!(sources(&["-".into(), "-".into()], &VOICE).is_err());
    }

    #[test]
    fn a_capture_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.pcap");
        std::fs::write(&path, EMPTY_CAPTURE).unwrap();
        let read = [Source::File(folder.path().join("./c.pcap"))];
        assert!(keep_apart(&read, Some(&path)).is_err());
        assert!(keep_apart(&read, Some(&folder.path().join("new"))).is_ok());
    }
}
