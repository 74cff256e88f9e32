//! `docs/ladder.md` and `docs/report.md`: what their commands print, and the pictures beside them, are what the program
//! draws now.
//!
//! A ```` ```console ```` block holds commands (`$ …`) and what they print; a line `…` stands for any number of lines. An
//! image `ladder/NAME.svg` is the drawing of the ladder in the next block. `WIREGRADE_BLESS=1 cargo test --test
//! ladder_docs` writes both anew.
#![allow(clippy::disallowed_methods, reason = "tests read and write what the program wrote")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// A folder with the samples in it, where commands may leave files.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("samples")).unwrap();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "pcapng") {
            fs::copy(&path, folder.path().join("samples").join(path.file_name().unwrap())).unwrap();
        }
    }
    folder
}

/// Runs `wiregrade …` and gives what it prints.
fn run(folder: &Path, command: &str) -> String {
    let arguments = command.strip_prefix("wiregrade ").unwrap_or_else(|| panic!("not a command of ours: {command}"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_wiregrade"));
    program.current_dir(folder).args(arguments.split(' ')).env("NO_COLOR", "1");
    let output = program.output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn agree(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"…", rest)) => (0..=printed.len()).any(|skip| agree(rest, &printed[skip..])),
        Some((first, rest)) => printed.split_first().is_some_and(|(line, more)| first == line && agree(rest, more)),
    }
}

/// Plays a page. Gives it as it should be, and its pictures by name.
fn played(page: &str) -> (String, Vec<(String, String)>) {
    let folder = folder();
    let (mut fresh, mut pictures) = (Vec::new(), Vec::new());
    let mut picture: Option<String> = None;
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        fresh.push(line.to_owned());
        if let Some((_, rest)) = line.split_once("](ladder/") {
            let name = rest.split_once(".svg)").expect("a picture is an .svg").0;
            assert_eq!(picture.replace(name.to_owned()), None, "{name}: two pictures of one ladder");
        }
        if line != "```console" {
            continue;
        }
        while let Some(line) = lines.next() {
            fresh.push(line.to_owned());
            let Some(command) = line.strip_prefix("$ ") else { break };
            let printed = run(folder.path(), command);
            let mut shown = Vec::new();
            while let Some(next) = lines.next_if(|next| *next != "```" && !next.starts_with("$ ")) {
                shown.push(next);
            }
            if agree(&shown, &printed.lines().collect::<Vec<_>>()) {
                fresh.extend(shown.into_iter().map(str::to_owned));
            } else {
                fresh.extend(printed.lines().map(str::to_owned));
            }
            if command.starts_with("wiregrade ladder ")
                && let Some(name) = picture.take()
            {
                pictures.push((name, run(folder.path(), &format!("{command} -f svg")) + "\n"));
            }
        }
    }
    assert_eq!(picture, None, "a picture of nothing");
    (fresh.join("\n") + "\n", pictures)
}

#[test]
fn pages_and_pictures_are_what_is_drawn() {
    let bless = std::env::var_os("WIREGRADE_BLESS").is_some();
    let mut names = BTreeSet::new();
    let again = "WIREGRADE_BLESS=1 cargo test --test ladder_docs";
    for page in ["ladder.md", "report.md"] {
        let page = docs().join(page);
        let text = fs::read_to_string(&page).unwrap();
        let (fresh, pictures) = played(&text);
        for (name, svg) in pictures {
            let path = docs().join("ladder").join(format!("{name}.svg"));
            if bless {
                fs::write(&path, &svg).unwrap();
            }
            assert!(fs::read_to_string(&path).is_ok_and(|there| there == svg), "{}: {again}", path.display());
            names.insert(name);
        }
        if bless {
            fs::write(&page, &fresh).unwrap();
        }
        assert!(bless || text == fresh, "{}: {again}", page.display());
    }
    let there: BTreeSet<String> = fs::read_dir(docs().join("ladder"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there, names, "every picture is in a page");
    // The documents' own figures, for each protocol.
    for protocol in ["c2w-g9", "c2w-g22", "imp", "shen", "chatos"] {
        assert!(names.iter().any(|name| name.starts_with(protocol)), "no figure of {protocol}");
    }
}

#[test]
fn three_dots_stand_for_any_lines() {
    assert!(agree(&["a", "…", "d"], &["a", "b", "c", "d"]));
    assert!(!agree(&["a", "…", "d"], &["a", "b", "c"]));
    assert!(!agree(&["a"], &["a", "b"]));
}
