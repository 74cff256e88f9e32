//! What becomes of the output where it cannot be written: every command, closed pipes, full disks, folders that are not
//! there or vanish, signals. Exit status and message are right, and no file has its name before it is complete.

#![allow(clippy::disallowed_methods, reason = "a test looks at files, and waits no longer than a minute")]

use super::support::{Folder, conversation};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
#[cfg(unix)]
use std::time::{Duration, Instant};

/// Every command as it writes to standard output, more than fits into nothing.
const TO_STDOUT: &[&[&str]] = &[
    &["--help"],
    &["check", "-h"],
    &["--version"],
    &["dissect", "chat.pcap"],
    &["dissect", "-f", "jsonl", "chat.pcap"],
    &["flows", "chat.pcap"],
    &["check", "chat.pcap"],
    &["check", "-f", "html", "chat.pcap"],
    &["grade", "class"],
    &["grade", "--init"],
    &["grade", "class", "-f", "moodle", "--moodle-key", "username"],
    &["grade", "--matrix", "matrix"],
    &["diff", "chat.pcap", "chat.pcap"],
    &["ci", "chat.pcap"],
    &["ladder", "chat.pcap"],
    &["stats", "chat.pcap"],
    &["explain"],
    &["protocols"],
    &["synth", "imp", "-o", "-"],
    &["synth", "--list"],
    &["schema", "check"],
    &["completions", "bash"],
    &["man"],
];

/// Every command as it writes a file: what is named `out`, or lies in it.
const TO_FILE: &[&[&str]] = &[
    &["dissect", "chat.pcap", "-o", "out"],
    &["flows", "-f", "json", "chat.pcap", "-o", "out"],
    &["check", "chat.pcap", "-f", "html", "-o", "out"],
    &["check", "chat.pcap", "--annotate", "out"],
    &["check", "chat.pcap", "--write-baseline", "out"],
    &["grade", "class", "-f", "json", "-o", "out"],
    &["grade", "--init", "-o", "out"],
    &["grade", "class", "-f", "moodle", "--moodle-key", "username", "-o", "out"],
    &["grade", "--matrix", "matrix", "-f", "json", "-o", "out"],
    &["diff", "-f", "json", "chat.pcap", "chat.pcap", "-o", "out"],
    &["ladder", "chat.pcap", "-o", "out"],
    &["stats", "-f", "json", "chat.pcap", "-o", "out"],
    &["explain", "-o", "out"],
    &["protocols", "-f", "json", "-o", "out"],
    &["synth", "imp", "-o", "out"],
    &["schema", "check", "-o", "out"],
];

/// The same for folders.
const TO_FOLDER: &[&[&str]] = &[
    &["grade", "class", "--feedback", "out"],
    &["grade", "class", "--feedback", "out", "--feedback-format", "html"],
    &["ci", "chat.pcap", "--reports", "out"],
    &["man", "--all", "out"],
    #[cfg(feature = "export")]
    &["export", "chat.pcap", "-o", "out"],
];

fn folder() -> Folder {
    let chat = conversation();
    // A moodle gradebook names every submission by its user.
    Folder::with(&[
        ("chat.pcap", chat.bytes()),
        ("class/alice/run.pcap", chat.bytes()),
        ("class/bob/run.pcap", chat.bytes()),
        ("matrix/alice--bob/run.pcap", chat.bytes()),
    ])
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// All files below a folder, but those that were there from the start.
fn files(folder: &Path) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path.display().to_string()),
            }
        }
    }
    found.retain(|path| !path.ends_with(".pcap"));
    found.sort();
    found
}

#[test]
fn every_command_is_looked_at() {
    let help = folder().stdout(&["--help"], 0);
    for line in help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty()) {
        let Some(name) =
            line.strip_prefix("  ").and_then(|line| line.split(' ').next()).filter(|name| !name.is_empty())
        else {
            continue;
        };
        // What `record` writes is looked at where it is run; `export` writes no text.
        let known = TO_STDOUT.iter().any(|run| run[0] == name) || ["record", "export", "help"].contains(&name);
        assert!(known, "{name}");
    }
}

#[test]
fn a_pipe_that_is_closed_is_no_trouble() {
    let folder = folder();
    for run in TO_STDOUT {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = folder.command(run).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{run:?}: {:?} {}", output.status, said(&output));
        assert!(!said(&output).contains("written") && !said(&output).contains("panic"), "{run:?}: {}", said(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_said() {
    let folder = folder();
    for run in TO_STDOUT {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = folder.command(run).stdout(full).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{run:?}: {}", said(&output));
        let message = "wiregrade: standard output: cannot be written: No space left on device";
        assert!(said(&output).contains(message), "{run:?}: {}", said(&output));
    }
}

/// Runs with files that cannot hold a byte, as on a disk that is full.
#[cfg(unix)]
fn on_a_full_disk(folder: &Folder, run: &[&str]) -> Output {
    let mut command = Command::new("sh");
    // A file that is too long is a signal first; who ignores it is told by an error.
    command.args(["-c", "ulimit -f 0; trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_wiregrade")]).args(run);
    command.current_dir(folder.path()).output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_leaves_what_was_there() {
    for run in TO_FILE {
        let folder = folder();
        folder.put("out", b"old");
        let output = on_a_full_disk(&folder, run);
        assert_eq!(output.status.code(), Some(2), "{run:?}: {}", said(&output));
        assert!(
            said(&output).contains("wiregrade: out: cannot be written: File too large"),
            "{run:?}: {}",
            said(&output)
        );
        assert_eq!(fs::read(folder.path().join("out")).unwrap(), b"old", "{run:?}");
        assert_eq!(files(folder.path()).len(), 1, "{run:?}: {:?}", files(folder.path()));
    }
    for run in TO_FOLDER {
        let folder = folder();
        let output = on_a_full_disk(&folder, run);
        assert_eq!(output.status.code(), Some(2), "{run:?}: {}", said(&output));
        assert!(said(&output).contains(": cannot be written: File too large"), "{run:?}: {}", said(&output));
        assert_eq!(files(folder.path()), [""; 0], "{run:?}");
    }
}

#[test]
fn a_folder_that_is_not_there_or_is_none_is_said() {
    for (name, reason) in [("no/such/out", "No such file"), ("chat.pcap/out", "Not a directory"), (".", "it is a dir")]
    {
        let folder = folder();
        for run in TO_FILE {
            let run: Vec<&str> = run.iter().map(|word| if *word == "out" { name } else { word }).collect();
            let output = folder.run(&run);
            assert_eq!(output.status.code(), Some(2), "{run:?}: {}", said(&output));
            let message = format!("wiregrade: {name}: cannot be written: {reason}");
            assert!(said(&output).contains(&message), "{run:?}: {}", said(&output));
            assert_eq!(files(folder.path()), [""; 0], "{run:?}");
        }
    }
    for run in TO_FOLDER {
        let folder = folder();
        folder.put("out", b"a file");
        let output = folder.run(run);
        assert_eq!(output.status.code(), Some(2), "{run:?}: {}", said(&output));
        assert!(said(&output).contains("wiregrade: out"), "{run:?}: {}", said(&output));
        assert_eq!(fs::read(folder.path().join("out")).unwrap(), b"a file");
    }
}

#[test]
fn a_name_as_long_as_names_can_be_is_written() {
    let folder = folder();
    let name = "n".repeat(255);
    folder.stdout(&["flows", "chat.pcap", "-o", &name], 0);
    assert!(folder.path().join(name).is_file());
}

/// Who was killed in a container left a file that every later run there has the number for.
#[test]
fn what_killed_runs_left_is_in_nobodys_way() {
    let folder = folder();
    let script = "for n in 0 1 2; do : > .wiregrade-$$-$n.tmp; done; exec \"$0\" flows chat.pcap -o out";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_wiregrade")]).current_dir(folder.path());
    assert!(command.status().unwrap().success());
    assert!(folder.path().join("out").is_file());
}

#[cfg(unix)]
#[test]
fn what_only_its_owner_may_read_stays_so() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    folder.put("grades.json", b"old");
    let path = folder.path().join("grades.json");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    folder.stdout(&["grade", "class", "--fail-on", "never", "-f", "json", "-o", "grades.json"], 0);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(fs::metadata(&path).unwrap().len() > 1000);
}

/// Runs that wait for more of their capture while they write, or are long at work.
#[cfg(unix)]
const LONG: &[&[&str]] = &[
    &["dissect", "-", "-o", "out"],
    &["dissect", "-", "-f", "csv", "-o", "out"],
    &["flows", "-", "-o", "out"],
    &["check", "-", "-f", "html", "-o", "out"],
    &["ladder", "-", "-o", "out"],
    &["stats", "-", "-f", "json", "-o", "out"],
    &["synth", "imp", "--messages", "1000000000", "-o", "out"],
];

#[cfg(unix)]
fn begun(folder: &Folder, run: &[&str]) -> std::process::Child {
    let mut command = folder.command(run);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let by = Instant::now() + Duration::from_secs(60);
    while !files(folder.path()).iter().any(|file| file.ends_with(".tmp")) {
        assert!(child.try_wait().unwrap().is_none(), "{run:?} is over before it began");
        assert!(Instant::now() < by, "{run:?} opens its output late");
        std::thread::yield_now();
    }
    child
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_what_was_there_and_says_so() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::os::unix::process::ExitStatusExt;
    for run in LONG {
        for signal in [Signal::INT, Signal::TERM] {
            let folder = folder();
            folder.put("out", b"old");
            let mut child = begun(&folder, run);
            // As long as this is open, more may come.
            let _stdin = child.stdin.take();
            kill_process(Pid::from_child(&child), signal).unwrap();
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.signal(), Some(signal.as_raw()), "{run:?}: {}", said(&output));
            assert!(
                said(&output).contains("wiregrade: out: interrupted: is not written"),
                "{run:?}: {}",
                said(&output)
            );
            assert_eq!(files(folder.path()).len(), 1, "{run:?}: {:?}", files(folder.path()));
            assert_eq!(fs::read(folder.path().join("out")).unwrap(), b"old", "{run:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_vanishes_is_said() {
    use std::io::Write;
    let folder = folder();
    fs::create_dir(folder.path().join("sub")).unwrap();
    let mut child = begun(&folder, &["check", "-", "-o", "sub/out"]);
    fs::remove_dir_all(folder.path().join("sub")).unwrap();
    child.stdin.take().unwrap().write_all(conversation().bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("wiregrade: sub/out: cannot be written: No such file"), "{}", said(&output));
}
