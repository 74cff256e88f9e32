//! The step of a build: `ci`, the recipes of the documentation and the action, run as far as they go without a host.
#![allow(clippy::disallowed_methods, reason = "tests write the files they read")]

#[path = "grade_class/traffic.rs"]
mod traffic;

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;
use traffic::{Faults, imp};

/// The variable that makes this binary the client of a recorded run.
const SERVER: &str = "WIREGRADE_TEST_SERVER";
const REPORTS: [&str; 6] =
    ["report.html", "check.json", "junit.xml", "check.sarif", "gl-code-quality-report.json", "summary.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A folder with `captures/run.pcap`, in which a conversation has these faults.
fn folder(faults: Faults) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("captures")).expect("a folder");
    fs::write(folder.path().join("captures/run.pcap"), imp(4, faults).pcap()).expect("a file");
    folder
}

/// A program that finds `wiregrade` in its path, on no host that it would know.
fn command(program: &str, folder: &Path) -> Command {
    let bin = assert_cmd::cargo::cargo_bin("wiregrade");
    let before = std::env::var("PATH").expect("a path");
    let path = format!("{}:{before}", bin.parent().expect("a folder").display());
    let mut command = Command::new(program);
    command.current_dir(folder).env("PATH", path).env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command
}

fn ci(folder: &Path, arguments: &[&str]) -> Output {
    command("wiregrade", folder).arg("ci").args(arguments).output().expect("it runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn every_report_is_written_and_the_log_is_folded_where_the_host_does_that() {
    let folder = folder(Faults { reused: 1, ..Faults::default() });
    let mut on_github = command("wiregrade", folder.path());
    on_github.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", "step.md");
    let output = on_github.args(["ci", "captures"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let log = out(&output);
    assert!(log.starts_with("::group::wiregrade check\n::error file=captures/run.pcap"), "{log}");
    assert!(log.ends_with("::endgroup::\n"), "{log}");
    for name in REPORTS {
        assert!(page_in(folder.path(), &format!("wiregrade-report/{name}")).contains("S003"), "{name}");
    }
    assert!(page_in(folder.path(), "step.md").starts_with("## wiregrade check"));
    let plain = ci(folder.path(), &["captures", "--fail-on", "never", "--reports", "out"]);
    assert_eq!(plain.status.code(), Some(0));
    assert!(out(&plain).contains("S003") && !out(&plain).contains("::"), "{}", out(&plain));
    assert!(folder.path().join("out/junit.xml").is_file());
}

fn page_in(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn a_guard_that_saw_nothing_does_not_pass() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("silent.pcap"), traffic::Tape::default().pcap()).expect("a file");
    let output = ci(folder.path(), &["silent.pcap"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("no conversation was recognized: nothing was judged"), "{}", err(&output));
    assert_eq!(ci(folder.path(), &["silent.pcap", "--allow-empty"]).status.code(), Some(0));
}

#[test]
fn what_cannot_work_is_said_before_the_tests_run() {
    let folder = folder(Faults::default());
    for (arguments, said) in [
        (&[][..], "nothing to judge: name captures, or record"),
        (&["captures", "--", "true"], "a command is run to be recorded: say where"),
        (&["--udp", ":1", "--", "touch", "ran"], "no --to follows"),
        (&["--udp", ":0", "--to", ":2", "--select", "X9", "--", "touch", "ran"], "X9"),
        (&["--udp", ":0", "--to", ":2", "--baseline", "none.json", "--", "touch", "ran"], "none.json"),
    ] {
        let output = ci(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
    }
    assert!(!folder.path().join("ran").exists());
}

/// What is wrong with the conversation that is recorded.
const MISTAKE: Faults = Faults { reserved: 0, reused: 1, unknown: 0, forged: 0 };

/// A server that says what the conversation says, to whoever speaks to it.
fn server() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = socket.local_addr().expect("an address");
    std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        let mut waiting = false;
        let mut peer = None;
        for (by_client, bytes) in imp(4, MISTAKE).script() {
            if by_client {
                peer = socket.recv_from(&mut buffer).ok().map(|(_, from)| from);
                waiting = true;
            } else if let Some(peer) = peer.filter(|_| waiting) {
                let _ = socket.send_to(&bytes, peer);
            }
        }
    });
    address
}

/// Not a test of its own: with [`SERVER`] set, the client of the run that is recorded.
#[test]
fn the_client_of_the_recorded_run() {
    let Ok(server) = std::env::var(SERVER) else { return };
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    socket.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
    let mut buffer = [0; 2048];
    for (by_client, bytes) in imp(4, MISTAKE).script() {
        if by_client {
            socket.send_to(&bytes, &server).expect("sent");
        } else {
            socket.recv(&mut buffer).expect("an answer");
        }
    }
}

#[test]
fn a_test_run_is_recorded_without_root_and_judged() {
    let folder = tempfile::tempdir().expect("a folder");
    let free = UdpSocket::bind("127.0.0.1:0").expect("a socket").local_addr().expect("an address").to_string();
    let server = server().to_string();
    let me = std::env::current_exe().expect("this binary").display().to_string();
    let mut run = command("wiregrade", folder.path());
    run.env("GITHUB_ACTIONS", "true").env(SERVER, &free);
    let output = run
        .args(["ci", "--udp", &free, "--to", &server, "--tolerance", "50%,200ms", "--"])
        .args([&me, "--exact", "the_client_of_the_recorded_run"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}{}", out(&output), err(&output));
    let log = out(&output);
    assert!(log.starts_with("::group::the run that is recorded\n"), "{log}");
    assert!(log.contains("::endgroup::\n::group::wiregrade check\n::error file=wiregrade-report/run.pcapng"), "{log}");
    let result: serde_json::Value =
        serde_json::from_str(&page_in(folder.path(), "wiregrade-report/check.json")).expect("JSON");
    let findings = result["findings"].as_array().expect("an array");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((&findings[0]["rule"], &findings[0]["actor"]), (&"S003".into(), &"client".into()));
    // A run that failed by itself has failed, whatever was recorded.
    let mut run = command("wiregrade", folder.path());
    let output = run.args(["ci", "--udp", &free, "--to", &server, "--", "sh", "-c", "exit 7"]).output();
    assert_eq!(output.expect("it runs").status.code(), Some(7));
    // And one that never spoke to the relay was not guarded.
    let mut run = command("wiregrade", folder.path());
    let output = run.args(["ci", "--udp", &free, "--to", &server, "--", "true"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("nothing was recorded"), "{}", err(&output));
}

/// Blocks of code in a language, each with the number of its first line.
fn blocks(page: &str, language: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in page.lines().enumerate() {
        match &mut open {
            Some((_, text)) if line.trim() != "```" => {
                text.push_str(line);
                text.push('\n');
            }
            Some(_) => found.extend(open.take()),
            None if line.trim() == format!("```{language}") => open = Some((number + 2, String::new())),
            None => {}
        }
    }
    found
}

/// Puts what a project brings along into a folder: a test run that leaves a capture, and one that talks to a server.
#[cfg(unix)]
fn project(server: SocketAddr, listen: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(Faults::default());
    let me = std::env::current_exe().expect("this binary").display().to_string();
    let scripts = [
        ("run-tests-and-record", "exit 0\n".to_owned()),
        ("run-tests", format!("{SERVER}={listen} exec '{me}' --exact the_client_of_the_recorded_run\n")),
        ("my-server", format!("echo {server} > /dev/null\n")),
    ];
    for (name, text) in scripts {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}")).expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("permissions");
    }
    folder
}

/// Ports of the page, as they are free here.
fn with_ports(text: &str, listen: &str, server: &str) -> String {
    text.replace("127.0.0.1:5000", listen).replace("127.0.0.1:5001", server)
}

/// Runs a recipe in a project of its own and says how it ended.
#[cfg(unix)]
fn play(recipe: &str, program: &[&str]) -> Output {
    let listen = UdpSocket::bind("127.0.0.1:0").expect("a socket").local_addr().expect("an address").to_string();
    let server = server();
    let folder = project(server, &listen);
    fs::write(folder.path().join("baseline.json"), "").expect("a file");
    let remember = ci(folder.path(), &["captures", "--write-baseline", "baseline.json"]);
    assert_eq!(remember.status.code(), Some(0), "{}", err(&remember));
    let recipe = with_ports(recipe, &listen, &server.to_string());
    let (first, rest) = program.split_first().expect("a program");
    let mut shell = command(first, folder.path());
    // The client of the tests makes one mistake on purpose; what is judged here is whether the recipe runs.
    let output = shell.args(rest).arg(&recipe).output().expect("a shell");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{recipe}\n{}{}", out(&output), err(&output));
    assert!(folder.path().join("wiregrade-report/junit.xml").is_file(), "{recipe}");
    output
}

#[cfg(unix)]
#[test]
fn the_recipes_for_a_shell_run() {
    let recipes = blocks(&page("docs/ci.md"), "sh");
    assert!(recipes.len() >= 3, "the recipes are gone");
    for (_, recipe) in recipes {
        play(&recipe, &["sh", "-eu", "-c"]);
    }
}

/// The lines that a runner would hand to a shell: after `run:` of GitHub, below `script:` of GitLab.
fn steps(recipe: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for line in recipe.lines().map(str::trim) {
        let step = line.strip_prefix("- run: ").or_else(|| line.strip_prefix("run: "));
        let step = step.or_else(|| line.strip_prefix("- ").filter(|rest| rest.starts_with("wiregrade ")));
        // What follows a `#` is a remark for people.
        steps.extend(step.map(|step| step.split(" #").next().unwrap_or(step).to_owned()));
    }
    steps
}

#[cfg(unix)]
#[test]
fn the_steps_of_the_hosted_recipes_run() {
    let recipes = blocks(&page("docs/ci.md"), "yaml");
    assert!(recipes.len() >= 3, "the recipes are gone");
    let mut played = 0;
    for (line, recipe) in recipes {
        assert!(!recipe.contains('\t'), "docs/ci.md:{line}: YAML knows no tabs");
        for step in steps(&recipe).into_iter().filter(|step| step.contains("wiregrade ci")) {
            play(&step, &["sh", "-eu", "-c"]);
            played += 1;
        }
    }
    assert!(played >= 2, "no step of a recipe was run");
}

/// The script of a step of the action, by its name.
fn script_of(action: &str, name: &str) -> String {
    let step = action.split("    - name: ").find(|step| step.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
    let script = step.split("      run: |\n").nth(1).expect("a script of several lines");
    script.lines().map(|line| line.strip_prefix("        ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[cfg(unix)]
#[test]
fn the_script_of_the_action_runs() {
    let action = page("action.yml");
    for step in action.split("      run: ").skip(1) {
        let script = step.split("\n    - name:").next().unwrap_or_default();
        // An input put into a script by the host, not by the shell, is a way to run commands.
        assert!(!script.contains("${{"), "{script}");
    }
    let script = script_of(&action, "Check");
    let folder = folder(Faults { reused: 1, ..Faults::default() });
    fs::rename(folder.path().join("captures"), folder.path().join("two words; touch ran")).expect("renamed");
    let run = |captures: &str, fail_on: &str, arguments: &str| {
        let mut shell = command("bash", folder.path());
        shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script]);
        shell.env("CAPTURES", captures).env("FAIL_ON", fail_on).env("BASELINE", "").env("REPORTS", "out");
        shell.env("RECORD", "").env("COMMAND", "").env("ARGUMENTS", arguments).output().expect("bash")
    };
    let output = run("two words; touch ran\n", "error", "");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(out(&output).contains("S003") && folder.path().join("out/check.sarif").is_file());
    assert!(!folder.path().join("ran").exists());
    assert_eq!(run("two words; touch ran", "never", "").status.code(), Some(0));
    assert_eq!(run("two words; touch ran", "error", "--ignore\nS003\n").status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn the_action_records_a_command() {
    let script = script_of(&page("action.yml"), "Check");
    let listen = UdpSocket::bind("127.0.0.1:0").expect("a socket").local_addr().expect("an address").to_string();
    let server = server();
    let folder = project(server, &listen);
    let mut shell = command("bash", folder.path());
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &script]);
    shell.env("CAPTURES", "").env("FAIL_ON", "never").env("BASELINE", "").env("REPORTS", "out").env("ARGUMENTS", "");
    shell.env("RECORD", format!("--udp {listen} --to {server}")).env("COMMAND", "./run-tests");
    let output = shell.output().expect("bash");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(folder.path().join("out/run.pcapng").is_file());
}

/// Where the action says it keeps things, they are.
#[test]
fn what_the_action_promises_is_there() {
    let action = page("action.yml");
    assert!(action.contains("using: composite"));
    let folder = folder(Faults::default());
    assert_eq!(ci(folder.path(), &["captures"]).status.code(), Some(0));
    let reports = folder.path().join("wiregrade-report");
    let mut written: Vec<PathBuf> =
        fs::read_dir(&reports).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    written.sort();
    for path in written {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        assert!(action.contains(&name) && page("docs/ci.md").contains(&name), "{name}");
    }
}
