//! Which folders are submissions, and which files belong to each.

use crate::cli::input::Source;
use crate::cli::term::Voice;
use std::path::{Path, PathBuf};

/// How deep folders are looked into. Nobody hands in more; a damaged archive may hold more.
const DEEPEST: usize = 32;

/// How many files of one submission are looked at.
const MOST: usize = 20_000;

/// What nobody handed in.
const LEFT_BEHIND: &[&str] = &[".git", ".svn", ".hg", ".DS_Store", "__MACOSX"];

/// What the folders in a path are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(in crate::cli) enum Layout {
    /// A path without captures of its own is a class
    Auto,
    /// Each path is a class: its folders, and captures beside them, are submissions
    Class,
    /// Each path is one submission
    Single,
}

/// A submission's files, by path below its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Folder {
    /// As it is called: the name of the folder, or of the file.
    pub(in crate::cli) name: String,
    /// The folder itself, or the file.
    pub(in crate::cli) root: PathBuf,
    /// Each file with its path below the folder, written with `/`.
    pub(in crate::cli) files: Vec<(PathBuf, String)>,
    /// What could not be listed.
    pub(in crate::cli) trouble: Vec<(String, String)>,
}

/// The submissions that some paths name, by name. The second value is false if something named was not there.
pub(in crate::cli) fn submissions(paths: &[PathBuf], layout: Layout, voice: &Voice) -> (Vec<Folder>, bool) {
    let mut folders = Vec::new();
    let mut all_there = true;
    for path in paths {
        if path.is_file() {
            match (Source::File(path.clone())).open() {
                Ok(_) => folders.push(file(path)),
                Err(error) => {
                    voice.error(path.as_os_str(), &error.to_string());
                    all_there = false;
                }
            }
            continue;
        }
        let entries = match listed(path) {
            Ok(entries) => entries,
            Err(error) => {
                voice.error(path.as_os_str(), &format!("cannot be listed: {error}"));
                all_there = false;
                continue;
            }
        };
        let captures = entries.iter().any(|(path, is_folder)| !is_folder && is_capture(path));
        let inside = entries.iter().any(|(_, is_folder)| *is_folder);
        let single = match layout {
            Layout::Single => true,
            Layout::Class => false,
            Layout::Auto => captures || !inside,
        };
        if single {
            if layout == Layout::Auto && captures && inside {
                voice.detail(
                    path.as_os_str(),
                    "holds captures beside folders: taken for one submission (--layout class)",
                );
            }
            folders.push(folder(path));
            continue;
        }
        for (path, is_folder) in entries {
            if is_folder {
                folders.push(folder(&path));
            } else if is_capture(&path) {
                folders.push(file(&path));
            }
        }
    }
    // Order and numbering do not depend on how the paths were given.
    folders.sort_by(|a, b| a.name.cmp(&b.name));
    (folders, all_there)
}

/// What a folder holds, by name. Links are not followed: they may lead anywhere, also back.
fn listed(path: &Path) -> std::io::Result<Vec<(PathBuf, bool)>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        // A name that begins with a dot may still be a student's; what version controls and archivers leave is not.
        let name = entry.file_name();
        let left_behind = LEFT_BEHIND.iter().any(|known| name == *known) || name.as_encoded_bytes().starts_with(b"._");
        if !left_behind && (kind.is_dir() || kind.is_file()) {
            entries.push((entry.path(), kind.is_dir()));
        }
    }
    entries.sort();
    Ok(entries)
}

fn is_capture(path: &Path) -> bool {
    Source::File(path.to_owned()).open().is_ok()
}

fn name_of(path: &Path) -> String {
    let whole = || path.canonicalize().ok().and_then(|path| Some(path.file_name()?.to_owned()));
    let name = path.file_name().map(ToOwned::to_owned).or_else(whole);
    name.map_or_else(|| path.to_string_lossy().into_owned(), |name| name.to_string_lossy().into_owned())
}

fn file(path: &Path) -> Folder {
    let name = name_of(path);
    Folder { files: vec![(path.to_owned(), name.clone())], name, root: path.to_owned(), trouble: Vec::new() }
}

fn folder(root: &Path) -> Folder {
    let mut found = Folder { name: name_of(root), root: root.to_owned(), files: Vec::new(), trouble: Vec::new() };
    let mut open = vec![(root.to_owned(), String::new(), 0)];
    while let Some((path, below, depth)) = open.pop() {
        let entries = match listed(&path) {
            Ok(entries) => entries,
            Err(error) => {
                found.trouble.push((below, format!("cannot be listed: {error}")));
                continue;
            }
        };
        for (path, is_folder) in entries {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let below = if below.is_empty() { name } else { format!("{below}/{name}") };
            if found.files.len() >= MOST || depth >= DEEPEST {
                found.trouble.push((below, "holds more files or folders than are looked at".to_owned()));
                break;
            }
            if is_folder {
                open.push((path, below, depth + 1));
            } else {
                found.files.push((path, below));
            }
        }
    }
    found.files.sort_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    found
}

#[cfg(test)]
#[allow(clippy::disallowed_methods, reason = "tests write the files they read")]
mod tests {
    use super::*;

    const EMPTY_CAPTURE: &[u8] = b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0";
    const VOICE: Voice = Voice { quiet: true, verbose: false };

    fn names(folders: &[Folder]) -> Vec<&str> {
        folders.iter().map(|folder| folder.name.as_str()).collect()
    }

    #[test]
    fn folders_beside_no_capture_are_a_class_and_folders_below_one_are_a_submission() {
        let class = tempfile::tempdir().unwrap();
        let put = |path: &str| {
            let path = class.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, EMPTY_CAPTURE).unwrap();
        };
        put("b/x.pcap");
        put("a/deep/er/y.pcap");
        put("a/.git/z.pcap");
        std::fs::write(class.path().join("list.txt"), "no capture").unwrap();
        let of = |path: PathBuf, layout| submissions(&[path], layout, &VOICE).0;
        let found = of(class.path().to_owned(), Layout::Auto);
        assert_eq!(names(&found), ["a", "b"]);
        assert_eq!(found[0].files.iter().map(|file| file.1.as_str()).collect::<Vec<_>>(), ["deep/er/y.pcap"]);
        assert_eq!(of(class.path().to_owned(), Layout::Single).len(), 1);
        assert_eq!(names(&of(class.path().join("b"), Layout::Auto)), ["b"]);
        put("loose.pcap");
        assert_eq!(of(class.path().to_owned(), Layout::Auto).len(), 1);
        assert_eq!(names(&of(class.path().to_owned(), Layout::Class)), ["a", "b", "loose.pcap"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let class = tempfile::tempdir().unwrap();
        std::fs::create_dir(class.path().join("a")).unwrap();
        std::os::unix::fs::symlink(class.path(), class.path().join("a/back")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", class.path().join("a/x.pcap")).unwrap();
        let (found, _) = submissions(&[class.path().to_owned()], Layout::Auto, &VOICE);
        assert_eq!((found.len(), found[0].files.len()), (1, 0));
    }
}
