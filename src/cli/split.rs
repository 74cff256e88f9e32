//! Captures that were split into several files (`tcpdump -C`, `-G`): which files belong together, and in which order.
//!
//! A quoted pattern (`'trace.pcap*'`) or `--joined` says that files are one capture. What the shell made of a pattern
//! looks like files named one by one, and those are captures of their own.

use super::input::{self, Source};
use super::term::{Stop, Voice};
use crate::bytes::Time;
use crate::capture::{CaptureError, Reader};
use crate::grade::glob_matches;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The files that a pattern names; `None` for what is no pattern, or is the name of a file that there is.
pub(super) fn matching(pattern: &Path) -> Option<Vec<PathBuf>> {
    let name = pattern.file_name()?.to_str().filter(|name| name.contains(['*', '?']))?;
    if pattern.exists() {
        return None;
    }
    let directory = pattern.parent().unwrap_or(Path::new(""));
    let listed = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let entries = std::fs::read_dir(listed).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name());
    // As in a shell, what is hidden is not meant.
    let meant = names.filter(|found| {
        found.to_str().is_some_and(|found| found.starts_with('.') == name.starts_with('.') && glob_matches(name, found))
    });
    let mut files: Vec<PathBuf> = meant.map(|name| directory.join(name)).filter(|path| path.is_file()).collect();
    files.sort();
    Some(files)
}

/// The pieces of one capture in the order of their first packets; the second value is false if one is no capture.
pub(super) fn pieces(pattern: &OsStr, files: Vec<PathBuf>, voice: &Voice) -> (Option<Source>, bool) {
    if files.is_empty() {
        voice.error(pattern, "no file fits this pattern");
        return (None, false);
    }
    let mut all_read = true;
    let mut paths = in_order(files, &mut |path, error| {
        voice.error(path.as_os_str(), &error.to_string());
        all_read = false;
    });
    let source = match paths.len() {
        0 => None,
        1 => paths.pop().map(Source::File),
        _ => Some(Source::Split(paths)),
    };
    (source, all_read)
}

/// Those of some files that are captures, in the order of their first packets; `trouble` hears of the others.
pub(super) fn in_order(files: Vec<PathBuf>, trouble: &mut dyn FnMut(&Path, &CaptureError)) -> Vec<PathBuf> {
    let mut timed: Vec<(Option<Time>, usize, PathBuf)> = Vec::new();
    for path in files {
        match input::open_capture(&path) {
            // Pieces of one moment go by their numbers: trace.pcap2 before trace.pcap10.
            Ok(reader) => timed.push((first_time(reader), path.as_os_str().len(), path)),
            Err(error) => trouble(&path, &error),
        }
    }
    timed.sort();
    timed.into_iter().map(|(_, _, path)| path).collect()
}

fn first_time(mut reader: Reader) -> Option<Time> {
    reader.next_frame()?.ok().map(|frame| frame.time)
}

/// All that is named as one capture.
pub(super) fn joined(sources: Vec<Source>, voice: &Voice) -> Result<(Vec<Source>, bool), Stop> {
    let mut files = Vec::new();
    for source in sources {
        match source {
            Source::Stdin => {
                return Err(Stop::Usage(
                    "--joined puts files in order, and `-` is none (pipe one whole capture)".into(),
                ));
            }
            Source::File(path) => files.push(path),
            Source::Split(paths) => files.extend(paths),
            Source::Called { files: called, .. } => files.extend(called.into_iter().map(|(path, _)| path)),
        }
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Ok((Vec::new(), false));
    }
    let (source, all_read) = pieces(OsStr::new(""), files, voice);
    Ok((source.into_iter().collect(), all_read))
}

/// Files under their own names.
pub(super) fn named(paths: &[PathBuf]) -> Vec<(PathBuf, String)> {
    paths.iter().map(|path| (path.clone(), path.to_string_lossy().into_owned())).collect()
}

/// Opens the first piece, with the others behind it, each under its name.
pub(super) fn open(pieces: &[(PathBuf, String)]) -> Result<Reader, CaptureError> {
    let Some(((path, name), rest)) = pieces.split_first() else { return Err(CaptureError::Empty) };
    let rest: Vec<(PathBuf, String)> = rest.to_vec();
    let rest = rest.into_iter().map(|(path, name)| (name, input::open_capture(&path)));
    Ok(input::open_capture(path)?.joined(name.clone(), Box::new(rest)))
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write the files they read")]
mod tests {
    use super::*;

    const VOICE: Voice = Voice { quiet: true, verbose: false };

    /// A capture of one frame of this second.
    fn capture(second: u8) -> Vec<u8> {
        let mut bytes = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0".to_vec();
        bytes.extend([second, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, second]);
        bytes
    }

    #[test]
    fn a_pattern_names_the_pieces_of_one_capture_in_the_order_of_their_times() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // A ring that began again at its first file, two pieces of one second, and what does not belong.
        for (name, second) in [("t.pcap", 30), ("t.pcap1", 10), ("t.pcap10", 20), ("t.pcap2", 20), ("other", 1)] {
            std::fs::write(at(name), capture(second)).unwrap();
        }
        let found = matching(&at("t.pcap*")).unwrap();
        assert_eq!(found.len(), 4);
        let (source, all_read) = pieces(OsStr::new("t.pcap*"), found.clone(), &VOICE);
        let order = ["t.pcap1", "t.pcap2", "t.pcap10", "t.pcap"].map(at).to_vec();
        assert_eq!((source, all_read), (Some(Source::Split(order.clone())), true));
        let each = found.into_iter().map(Source::File).collect();
        assert_eq!(joined(each, &VOICE).unwrap(), (vec![Source::Split(order.clone())], true));
        let mut reader = open(&named(&order)).unwrap();
        let mut seconds = Vec::new();
        while let Some(frame) = reader.next_frame() {
            seconds.push(frame.unwrap().data[0]);
        }
        assert_eq!(seconds, [10, 20, 20, 30]);
    }

    #[test]
    fn a_name_with_a_star_that_is_a_file_is_that_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a*");
        std::fs::write(&path, capture(1)).unwrap();
        assert_eq!(matching(&path), None);
        assert_eq!(matching(&folder.path().join("plain")), None);
        assert_eq!(matching(&folder.path().join("b*")), Some(Vec::new()));
        assert_eq!(pieces(OsStr::new("b*"), Vec::new(), &VOICE), (None, false));
    }
}
