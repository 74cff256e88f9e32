//! Simulated clients and servers as separate processes, over real sockets, through `record`, judged by `check`: conforming
//! in, conforming out; and a client that ignores its timer is found, and nothing else.

#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests of programs that live in real time")]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Two clients who log in, see who is there, talk and leave.
const TALK: &str = "\
client alice
  login alice
  wait 700ms
  list
  wait 500ms
  say hello
  wait 1s
  say is anybody there ?
  wait 500ms
  list
  wait 2s
  logout
client bob after 400ms
  login bob
  wait 1200ms
  say good morning
  wait 2s
  say and good night
  wait 1500ms
  logout
";

/// The simulated party, which cargo builds beside the tests.
fn peer() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_wiregrade"));
    program.parent().expect("the build folder").join("examples/peer")
}

/// A server; it ends by itself some time after it was last spoken to.
struct Server {
    process: Child,
    at: String,
}

impl Server {
    fn start(protocol: &str, options: &[&str]) -> Server {
        let mut command = Command::new(peer());
        command.args([protocol, "server", "--at", "127.0.0.1:0", "--for", "90s"]).args(options);
        let mut process = command.stdout(Stdio::piped()).spawn().expect("cargo builds the examples with the tests");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("piped")).read_line(&mut line).expect("it says where it listens");
        let at = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{protocol}: {line}")).to_owned();
        Server { process, at }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Plays the conversation through a relay; what `--check` says of it, and the relay's own sentence.
fn recorded(protocol: &str, carrier: &str, harm: &[&str], alice: &str) -> (Value, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = folder.path().join("talk.scenario");
    std::fs::write(&scenario, TALK).expect("a file");
    let over_tcp: &[&str] = if carrier == "--tcp" { &["--tcp"] } else { &[] };
    let server = Server::start(protocol, over_tcp);
    // Two processes: only one of them may be at fault.
    let client = |role: &str, options: &str| {
        let (peer, scenario, tcp) = (peer(), scenario.display(), over_tcp.concat());
        let peer = peer.display();
        format!("{peer} {protocol} client --at $WIREGRADE_LISTEN --scenario {scenario} --role {role} {tcp} {options}")
    };
    // Who waits for an answer for ever is ended.
    let script = format!("timeout 16 {} & {}; wait", client("alice", alice), client("bob", ""));
    let mut record = Command::new(env!("CARGO_BIN_EXE_wiregrade"));
    record.args(["record", carrier, "127.0.0.1:0", "--to", &server.at, "-w"]).arg(folder.path().join("run.pcapng"));
    // A machine that is busy wakes programs late.
    record.args(harm).args([
        "--check",
        "--tolerance",
        "40%,150ms",
        "--fail-on",
        "warning",
        "--format",
        "json",
        "--",
        "sh",
        "-c",
        &script,
    ]);
    let output = record.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let json: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{protocol}: {error} {said}"));
    let failed = json["summary"]["verdict"] == "fail";
    assert_eq!(output.status.code(), Some(i32::from(failed)), "{protocol}: {said}");
    (json, said)
}

/// Rule, session and sentence of every finding at warning or above.
fn findings(json: &Value) -> Vec<(String, u64, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().expect("findings");
    let grave = findings.iter().filter(|finding| finding["severity"] != "info");
    grave.map(|f| (text(&f["rule"]), f["session"].as_u64().unwrap_or(0), text(&f["message"]))).collect()
}

fn conforms(protocol: &str, carrier: &str, harm: &[&str]) {
    let (json, said) = recorded(protocol, carrier, harm, "");
    assert_eq!(findings(&json), [], "{protocol}: {said}");
    let sessions = json["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 2, "{protocol}: {said}");
    let server = &sessions[0]["server"];
    assert!(sessions.iter().all(|session| session["protocol"] == protocol && session["server"] == *server), "{json}");
    let messages = json["summary"]["messages"].as_u64().expect("a number");
    assert!(messages >= 16, "{protocol}: {messages} messages; {said}");
    if harm.contains(&"--loss") {
        assert!(said.contains("dropped"), "{protocol}: {said}");
    }
}

const LOSS: &[&str] = &["--loss", "10%", "--seed", "5"];
const STREAM: &[&str] = &["--delay", "20ms+-10ms", "--chop", "1-8", "--seed", "5"];

/// All at once: they mostly wait.
fn together(runs: Vec<Box<dyn FnOnce() + Send>>) {
    std::thread::scope(|scope| {
        for run in runs {
            scope.spawn(run);
        }
    });
}

#[test]
fn conforming_in_conforming_out() {
    let lossy = ["imp", "shen", "c2w-g9", "c2w-g22"];
    let chopped = ["chatos", "c2w-g9", "c2w-g22"];
    let mut runs: Vec<Box<dyn FnOnce() + Send>> = Vec::new();
    runs.extend(lossy.map(|protocol| -> Box<dyn FnOnce() + Send> { Box::new(|| conforms(protocol, "--udp", LOSS)) }));
    runs.extend(
        chopped.map(|protocol| -> Box<dyn FnOnce() + Send> { Box::new(|| conforms(protocol, "--tcp", STREAM)) }),
    );
    together(runs);
}

/// Alice's client never sends again, whatever is lost: the relay drops half of what clients send.
fn is_found_to_send_nothing_again(protocol: &str) {
    let (json, said) = recorded(protocol, "--udp", &["--loss", "up:40%", "--seed", "2"], "--timer never");
    let found = findings(&json);
    assert!(!found.is_empty(), "{protocol}: {said}");
    assert!(found.iter().all(|(rule, session, _)| rule == "R002" && *session == 1), "{protocol}: {found:?} {said}");
}

/// Alice's client sends again far too soon.
fn is_found_to_send_again_too_soon(protocol: &str) {
    let harm = ["--delay", "down:200ms", "--seed", "2"];
    let (json, said) = recorded(protocol, "--udp", &harm, "--timer 120ms");
    let found = findings(&json);
    assert!(!found.is_empty(), "{protocol}: {said}");
    assert!(found.iter().all(|(rule, session, _)| rule == "R001" && *session == 1), "{protocol}: {found:?} {said}");
}

#[test]
fn a_client_that_ignores_its_timer_is_found_and_nothing_else() {
    let mut runs: Vec<Box<dyn FnOnce() + Send>> = Vec::new();
    for protocol in ["imp", "shen", "c2w-g9"] {
        runs.push(Box::new(|| is_found_to_send_nothing_again(protocol)));
        runs.push(Box::new(|| is_found_to_send_again_too_soon(protocol)));
    }
    together(runs);
}
