//! Every command in `README.md`, run as a reader would run it, its output held against what is printed there.
//!
//! A ```` ```console ```` block holds commands (`$ …`) and what each prints, standard output before standard error. A line
//! `…` stands for any number of lines. Versions are masked. `WIREGRADE_BLESS=1 cargo test --test readme` writes the
//! outputs anew, except those with a `…`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// What stands behind a `$ ` and what is printed below it, each as a range of lines (from 0) of the page.
#[derive(Debug, PartialEq)]
struct Shown {
    line: usize,
    command: String,
    output: Vec<String>,
}

fn shown(page: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (line, text) in page.lines().enumerate() {
        match text.strip_prefix("```") {
            Some(language) => inside = !inside && language == "console",
            None if !inside => {}
            None => match (text.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push(Shown { line, command: command.to_owned(), output: Vec::new() }),
                (None, Some(last)) => last.output.push(text.to_owned()),
                (None, None) => panic!("README.md:{}: output of no command", line + 1),
            },
        }
    }
    found
}

/// What cannot run inside a test, because it runs the tests or builds everything: `.ci/run` does.
fn is_left_to_ci(command: &str) -> bool {
    command == ".ci/run" || command.starts_with("cargo test") || command.starts_with("cargo install")
}

/// Runs a command in the root of the project; `before` is the status of the one before it, for `$?`.
fn run(command: &str, before: i32) -> (Vec<String>, i32) {
    // The program is built already: a test that built it again would wait for its own lock.
    let command = command.replace("cargo run --release --locked --quiet -- ", "wiregrade ");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_wiregrade"));
    let mut path = std::ffi::OsString::from(program.parent().expect("it lies in a folder"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!("(exit {before}); {command}"))
        .current_dir(root())
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .expect("there is a shell");
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).expect("the program prints UTF-8");
    (text.lines().map(|line| line.trim_end().to_owned()).collect(), output.status.code().unwrap_or(-1))
}

/// Whether a printed text is what is shown, `…` standing for any lines.
fn agree(shown: &[String], printed: &[String]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first.trim() == "…" => (0..=printed.len()).any(|skip| agree(rest, &printed[skip..])),
        Some((first, rest)) => {
            printed.split_first().is_some_and(|(line, more)| masked(first) == masked(line) && agree(rest, more))
        }
    }
}

fn masked(line: &str) -> String {
    line.trim_end().replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

#[test]
fn every_command_prints_what_the_readme_shows() {
    let page = readme();
    let mut blessed: Vec<String> = page.lines().map(str::to_owned).collect();
    let ci = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    let mut wrong = String::new();
    let mut status = 0;
    let mut runs = 0;
    // From the last to the first where lines are replaced, in order where they are run.
    let mut replaced: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for shown in shown(&page) {
        if is_left_to_ci(&shown.command) {
            let is_run = shown.command == ".ci/run" || ci.contains(&shown.command);
            assert!(is_run, "README.md:{}: neither a test nor .ci/run runs {}", shown.line + 1, shown.command);
            continue;
        }
        let (printed, ended) = run(&shown.command, status);
        status = ended;
        runs += 1;
        if !agree(&shown.output, &printed) {
            wrong += &format!("README.md:{}: $ {}\n{}\n\n", shown.line + 1, shown.command, printed.join("\n"));
            if !shown.output.iter().any(|line| line.trim() == "…") {
                replaced.push((shown.line + 1, shown.output.len(), printed));
            }
        }
    }
    assert!(runs > 3, "the README runs hardly anything");
    if std::env::var_os("WIREGRADE_BLESS").is_some() {
        for (from, lines, printed) in replaced.into_iter().rev() {
            blessed.splice(from..from + lines, printed);
        }
        bless(&(blessed.join("\n") + "\n"));
    } else {
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}

#[allow(clippy::disallowed_methods, reason = "writing the page anew is what it is asked for")]
fn bless(page: &str) {
    fs::write(root().join("README.md"), page).expect("README.md can be written");
}

/// One command does the main job on a sample, one runs the tests.
#[test]
fn two_commands_show_it_at_work_and_prove_it() {
    let commands: Vec<String> = shown(&readme()).into_iter().map(|shown| shown.command).collect();
    assert!(commands.iter().any(|command| command.starts_with("cargo run ") && command.contains(" check samples/")));
    assert!(commands.iter().any(|command| command == "cargo test --locked"));
}

#[test]
fn pages_link_only_what_is_there() {
    let mut pages = vec![PathBuf::from("README.md"), PathBuf::from("CHANGELOG.md")];
    for folder in ["docs", "docs/protocols", "samples"] {
        let files = fs::read_dir(root().join(folder)).into_iter().flatten().flatten().map(|entry| entry.path());
        let pages_there = files.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
        pages.extend(pages_there.map(|path| path.strip_prefix(root()).expect("it lies below").to_owned()));
    }
    let mut wrong = String::new();
    for page in &pages {
        let text = fs::read_to_string(root().join(page)).expect("a page");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let is_there = root().join(page).with_file_name(file).exists();
            if !file.is_empty() && !file.starts_with("https://") && !is_there {
                wrong += &format!("{}: links {target}\n", page.display());
            }
        }
        for outside in ["../shared", "/work/", "/home/", "/tmp/", "/root/"] {
            if text.contains(outside) {
                wrong += &format!("{}: speaks of {outside}\n", page.display());
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The reader of this test's own input.
mod reading {
    use super::*;

    #[test]
    fn commands_are_told_from_output_and_other_blocks() {
        let page = "text\n```sh\n$ not this\n```\n```console\n$ one\na\n\n$ two\n```\nb\n";
        let shown = shown(page);
        let expected = [(5, "one", vec!["a", ""]), (8, "two", vec![])];
        let seen: Vec<_> =
            shown.iter().map(|s| (s.line, s.command.as_str(), s.output.iter().map(String::as_str).collect())).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_left_out_may_be_anything_and_the_rest_may_not() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert!(agree(&lines("a\n…\nd"), &lines("a\nb\nc\nd")));
        assert!(agree(&lines("a\n…"), &lines("a")));
        assert!(!agree(&lines("a\n…\nd"), &lines("a\nb\nc")));
        assert!(!agree(&lines("a"), &lines("a\nb")));
        assert!(agree(&lines(&format!("wiregrade {}", env!("CARGO_PKG_VERSION"))), &lines("wiregrade VERSION")));
        assert_eq!(run("exit 3", 0).1, 3);
        assert_eq!(run("echo $?", 3).0, ["3"]);
    }
}
