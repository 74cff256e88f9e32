//! The program itself: its command, its signals, its troubles.

use super::bench::{client, echo_datagrams};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Output, Stdio};
use tempfile::TempDir;
use wiregrade::capture::Reader;

fn program() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("wiregrade"));
    command.arg("record");
    command
}

/// A program that is to relay to `server`, and where its capture goes.
fn relay(server: SocketAddr) -> (Command, PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let mut command = program();
    command.args(["--udp", "127.0.0.1:0", "--to", &server.to_string(), "-w"]).arg(&file);
    (command, file, folder)
}

/// Starts it, and waits until it says where it listens.
fn start(command: &mut Command) -> (Child, SocketAddr, BufReader<ChildStderr>) {
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    let listen = line.split("recording udp ").nth(1).and_then(|rest| rest.split(' ').next());
    let listen = listen.and_then(|listen| listen.parse().ok()).unwrap_or_else(|| panic!("{line}"));
    (child, listen, said)
}

fn frames(file: &Path) -> u64 {
    let mut reader = Reader::new(Box::new(std::fs::File::open(file).unwrap())).unwrap();
    while let Some(frame) = reader.next_frame() {
        frame.unwrap();
    }
    reader.info().packets
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[cfg(unix)]
#[test]
fn signals_end_it_with_a_complete_capture() {
    use rustix::process::{Pid, Signal, kill_process};
    for signal in [Signal::INT, Signal::TERM] {
        let (mut command, file, _folder) = relay(echo_datagrams("127.0.0.1"));
        let (mut child, listen, mut said) = start(&mut command);
        let socket = client(listen);
        for _ in 0..10 {
            socket.send(b"hello").unwrap();
            socket.recv(&mut [0; 16]).unwrap();
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        assert!(rest.contains("recorded 10 datagrams of 1 client") || rest.contains("recorded 20 datagrams"), "{rest}");
        assert_eq!(frames(&file), 40);
    }
}

#[test]
fn what_was_captured_is_in_the_file_before_the_end() {
    let (mut command, file, _folder) = relay(echo_datagrams("127.0.0.1"));
    let (mut child, listen, _said) = start(&mut command);
    let socket = client(listen);
    socket.send(b"hello").unwrap();
    socket.recv(&mut [0; 16]).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(frames(&file), 4);
}

#[cfg(unix)]
#[test]
fn a_command_runs_while_it_is_up_and_gives_its_exit_status() {
    for (script, status) in [("exit 0", 0), ("exit 3", 3), ("kill -TERM $$", 128 + 15)] {
        let (mut command, file, _folder) = relay(echo_datagrams("127.0.0.1"));
        let output = command.args(["--", "sh", "-c", script]).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{}", stderr(&output));
        assert_eq!(frames(&file), 0);
        assert!(stderr(&output).contains("nobody came to the relay"), "{}", stderr(&output));
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_does_not_end_is_ended_with_the_time() {
    let (mut command, _file, _folder) = relay(echo_datagrams("127.0.0.1"));
    let output = command.args(["--duration", "100ms", "--", "sh", "-c", "exec sleep 60"]).output().unwrap();
    assert_eq!(output.status.code(), Some(128 + 15));
}

#[test]
fn a_command_that_cannot_be_run_is_said() {
    let (mut command, _file, _folder) = relay(echo_datagrams("127.0.0.1"));
    let output = command.args(["--", "/no/such/program"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("/no/such/program: cannot be run"), "{}", stderr(&output));
}

#[test]
fn an_address_that_is_taken_is_said_and_no_file_is_touched() {
    let taken = echo_datagrams("127.0.0.1");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let mut command = program();
    let output = command.args(["--udp", &taken.to_string(), "--to", "127.0.0.1:9", "-w"]).arg(&file).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(&format!("{taken}: cannot listen there")), "{}", stderr(&output));
    assert!(!file.exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_once() {
    let mut command = program();
    let server = echo_datagrams("127.0.0.1").to_string();
    command.args(["--udp", "127.0.0.1:0", "--to", &server, "-w", "/dev/full"]);
    let (mut child, _, mut said) = start(&mut command);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.matches("cannot be written").count(), 1, "{rest}");
}

/// A file that cannot grow any further, as on a full disk.
#[cfg(target_os = "linux")]
#[test]
fn what_was_captured_before_the_disk_was_full_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let server = echo_datagrams("127.0.0.1").to_string();
    let program = assert_cmd::cargo::cargo_bin("wiregrade");
    // 32 blocks of 512 or 1024 bytes; the signal that a file is too long is not for programs that read errors.
    let script = "ulimit -f 32; trap '' XFSZ; exec \"$0\" record --udp 127.0.0.1:0 --to \"$1\" -w \"$2\"";
    let mut command = Command::new("sh");
    command.args(["-c", script]).arg(program).arg(server).arg(&file);
    let (mut child, listen, mut said) = start(&mut command);
    let socket = client(listen);
    for _ in 0..100 {
        // The relay ends as soon as it can write no more.
        if socket.send(&[7; 200]).is_err() || child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(rest.matches("cannot be written").count(), 1, "{rest}");
    let length = std::fs::metadata(&file).unwrap().len();
    assert!(length <= 32 * 1024, "{length}");
    assert!(frames(&file) > 4, "whole packets, and all that was written of them");
}

#[cfg(unix)]
#[test]
fn a_command_is_told_where_to_point_its_clients() {
    let (mut command, _file, _folder) = relay(echo_datagrams("127.0.0.1"));
    let second = echo_datagrams("127.0.0.1").to_string();
    command.args(["--udp", "127.0.0.1:0", "--to", &second, "--", "sh", "-c"]);
    let output = command.arg("echo $WIREGRADE_LISTEN $WIREGRADE_LISTEN_1 $WIREGRADE_LISTEN_2").output().unwrap();
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    let told: Vec<&str> = told.split_whitespace().collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0], told[1]);
    for (address, server) in [(told[1], None), (told[2], Some(&second))] {
        let line = format!("recording udp {address} for {}", server.map_or("", String::as_str));
        assert!(stderr(&output).contains(&line), "{}", stderr(&output));
    }
}

#[test]
fn a_capture_can_go_to_standard_output() {
    let mut command = program();
    let server = echo_datagrams("127.0.0.1").to_string();
    command.args(["--udp", "127.0.0.1:0", "--to", &server, "-w", "-", "--duration", "200ms", "--quiet"]);
    let output = command.output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    let reader = Reader::new(Box::new(std::io::Cursor::new(output.stdout))).unwrap();
    assert!(reader.comments()[0].starts_with("wiregrade-record/1 udp 127.0.0.1:"));
}

/// Runs where tshark is installed; elsewhere there is nobody to ask.
#[cfg(unix)]
#[test]
fn tshark_finds_nothing_wrong() {
    for needed in ["tshark", "python3"] {
        if Command::new(needed).arg("--version").output().is_err() {
            eprintln!("skipped: {needed} is not installed");
            return;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.pcapng");
    let (datagrams, streams) = (echo_datagrams("127.0.0.1"), super::bench::echo_streams());
    let script = "
        import socket, sys
        u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.settimeout(0.3)
        for n in range(30):
            u.sendto(b'hello %d' % n, ('127.0.0.1', int(sys.argv[1])))
            try: u.recv(999)
            except TimeoutError: pass
        for n in range(3):
            t = socket.create_connection(('127.0.0.1', int(sys.argv[2])))
            t.sendall(b'hello' * 20000); t.shutdown(socket.SHUT_WR)
            while t.recv(65536): pass
            t.close()
    ";
    let script: String =
        script.lines().map(|line| format!("{}\n", line.strip_prefix("        ").unwrap_or(""))).collect();
    // Ports that were free a moment ago.
    let free = |tcp: bool| match tcp {
        true => std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(),
        false => std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap(),
    };
    let (udp, tcp) = (free(false), free(true));
    let mut command = program();
    command.args(["--udp", &udp.to_string(), "--to", &datagrams.to_string()]);
    command.args(["--tcp", &tcp.to_string(), "--to", &streams.to_string()]);
    command.args([
        "--loss",
        "10%",
        "--duplicate",
        "10%",
        "--reorder",
        "10%",
        "--delay",
        "2ms±1ms",
        "--seed",
        "5",
        "-w",
    ]);
    command.arg(&file).args(["--", "python3", "-c", &script, &udp.port().to_string(), &tcp.port().to_string()]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    let checks = ["ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE"];
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(&file).args(checks.iter().flat_map(|check| ["-o", check]));
    // Warnings and errors of any layer; comments and connections that begin and end are less than that.
    tshark.args([
        "-Y",
        "_ws.expert.severity >= 0x600000",
        "-T",
        "fields",
        "-e",
        "frame.number",
        "-e",
        "_ws.expert.message",
    ]);
    let said = tshark.output().unwrap();
    assert!(said.status.success(), "{}", stderr(&said));
    assert_eq!(String::from_utf8(said.stdout).unwrap(), "");
    assert!(frames(&file) > 100);
}
