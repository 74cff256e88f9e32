//! Makes the captures in `samples/` from the conversations written in `samples/scripts/`, byte for byte:
//! `cargo run --example samples` writes them, and their texts beside them; `-- --check` only compares.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::exit, reason = "a program of its own")]

use etherparse::{IpNumber, Ipv4Header, PacketBuilder};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;
use wiregrade::protocol::Transport;
use wiregrade::rules::script::{Party, Script};

/// 2017-02-27T10:00:00Z, in nanoseconds.
const BEGIN: u64 = 1_488_189_600_000_000_000;
/// Which part of a latency a packet needs to be answered by the transport.
const TICK: Duration = Duration::from_micros(120);

fn main() -> ExitCode {
    let check = std::env::args().any(|argument| argument == "--check");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut differ = Vec::new();
    for (name, protocol) in [
        ("c2w-g9-udp", "c2w-g9"),
        ("c2w-g9-tcp", "c2w-g9"),
        ("c2w-g22-udp", "c2w-g22"),
        ("c2w-g22-tcp", "c2w-g22"),
        ("imp", "imp"),
        ("imp-faulty", "imp"),
        ("shen", "shen"),
        ("chatos", "chatos"),
    ] {
        let text = std::fs::read_to_string(folder.join("scripts").join(format!("{name}.script"))).expect("its script");
        let protocol = wiregrade::protocols::ALL.iter().find(|known| known.spec().id == protocol).expect("a protocol");
        let script = Script::parse(&text, *protocol).unwrap_or_else(|error| panic!("{name}: {error}"));
        let capture = folder.join(format!("{name}.pcapng"));
        keep(&capture, &captured(&script, name), check, &mut differ);
        let words = said(&folder, &format!("{name}.pcapng"));
        keep(&folder.join(format!("{name}.txt")), words.as_bytes(), check, &mut differ);
    }
    for path in &differ {
        println!("{} is not what its script says", path.display());
    }
    if differ.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn keep(path: &Path, bytes: &[u8], check: bool, differ: &mut Vec<PathBuf>) {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return;
    }
    if check {
        differ.push(path.to_owned());
    } else {
        std::fs::write(path, bytes).expect("samples can be written");
        println!("wrote {}", path.display());
    }
}

/// What the program says of a sample: every message, then the verdict.
fn said(folder: &Path, capture: &str) -> String {
    let run = |command: &str| {
        let program = std::env::current_exe().expect("a path");
        let program = program.parent().and_then(Path::parent).expect("the build folder").join("wiregrade");
        let output = Command::new(&program)
            .args([command, "--color", "never", capture])
            .current_dir(folder)
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}; run cargo build first", program.display()));
        format!("$ wiregrade {command} {capture}\n{}", String::from_utf8(output.stdout).expect("text"))
    };
    format!("{}\n{}", run("dissect"), run("check"))
}

/// One connection: whether it is open, and the next sequence number of each end.
#[derive(Default)]
struct Connection {
    open: bool,
    next: BTreeMap<Party, u32>,
}

/// The frames of a script as a pcapng capture.
fn captured(script: &Script, name: &str) -> Vec<u8> {
    let mut file = Pcapng::new(&format!("wiregrade sample {name}: made from samples/scripts/{name}.script"));
    let mut connections: BTreeMap<Party, Connection> = BTreeMap::new();
    for line in &script.lines {
        let ends = (line.from.endpoint(), line.to.endpoint());
        if script.transport == Transport::Udp {
            let (from, to) = (ends.0.port(), ends.1.port());
            file.packet(
                line.at,
                ends,
                |builder, bytes, out| builder.udp(from, to).write(out, bytes),
                line.bytes.as_deref().unwrap_or_default(),
            );
            continue;
        }
        let client = if line.from.is_server() { line.to } else { line.from };
        let server = if line.from.is_server() { line.from } else { line.to };
        let connection = connections.entry(client).or_default();
        if !connection.open {
            connection.open = true;
            connection.next = [(client, 1000), (server, 5000)].into();
            let (up, down) = ((client.endpoint(), server.endpoint()), (server.endpoint(), client.endpoint()));
            let before = line.at.saturating_sub(TICK * 4);
            segment(&mut file, before, up, 1000, None, "S", &[]);
            segment(&mut file, before + TICK, down, 5000, Some(1001), "S", &[]);
            segment(&mut file, before + TICK * 2, up, 1001, Some(5001), "", &[]);
            connection.next = [(client, 1001), (server, 5001)].into();
        }
        let (seq, ack) = (connection.next[&line.from], connection.next[&line.to]);
        let back = (ends.1, ends.0);
        match &line.bytes {
            Some(bytes) => {
                segment(&mut file, line.at, ends, seq, Some(ack), "P", bytes);
                let taken = u32::try_from(bytes.len()).expect("scripts are short");
                connection.next.insert(line.from, seq + taken);
                segment(&mut file, line.at + TICK, back, ack, Some(seq + taken), "", &[]);
            }
            None => {
                segment(&mut file, line.at, ends, seq, Some(ack), "F", &[]);
                segment(&mut file, line.at + TICK, back, ack, Some(seq + 1), "F", &[]);
                segment(&mut file, line.at + TICK * 2, ends, seq + 1, Some(ack + 1), "", &[]);
            }
        }
    }
    file.bytes
}

fn segment(
    file: &mut Pcapng,
    at: Duration,
    ends: (SocketAddr, SocketAddr),
    seq: u32,
    ack: Option<u32>,
    flag: &str,
    payload: &[u8],
) {
    let (from, to) = (ends.0.port(), ends.1.port());
    let build = |builder: Builder, bytes: &[u8], out: &mut Vec<u8>| {
        let mut step = builder.tcp(from, to, seq, 64_240);
        if let Some(ack) = ack {
            step = step.ack(ack);
        }
        step = match flag {
            "S" => step.syn(),
            "F" => step.fin(),
            "P" => step.psh(),
            _ => step,
        };
        step.write(out, bytes)
    };
    file.packet(at, ends, build, payload);
}

type Builder = etherparse::PacketBuilderStep<etherparse::IpHeaders>;

/// A pcapng capture in memory: one Ethernet interface, times in nanoseconds.
struct Pcapng {
    bytes: Vec<u8>,
    packets: u16,
}

impl Pcapng {
    fn new(comment: &str) -> Pcapng {
        let mut file = Pcapng { bytes: Vec::new(), packets: 0 };
        let mut section = Vec::new();
        section.extend_from_slice(&0x1a2b_3c4d_u32.to_le_bytes());
        section.extend_from_slice(&[1, 0, 0, 0]);
        section.extend_from_slice(&u64::MAX.to_le_bytes());
        option(&mut section, 1, comment.as_bytes());
        option(&mut section, 0, &[]);
        file.block(0x0a0d_0d0a, &section);
        let mut interface = vec![1, 0, 0, 0, 0, 0, 0, 0];
        option(&mut interface, 9, &[9]);
        option(&mut interface, 0, &[]);
        file.block(1, &interface);
        file
    }

    fn block(&mut self, kind: u32, body: &[u8]) {
        let length = u32::try_from(body.len() + 12).expect("blocks are short").to_le_bytes();
        self.bytes.extend_from_slice(&kind.to_le_bytes());
        self.bytes.extend_from_slice(&length);
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(&length);
    }

    fn packet<E: std::fmt::Debug>(
        &mut self,
        at: Duration,
        ends: (SocketAddr, SocketAddr),
        build: impl FnOnce(Builder, &[u8], &mut Vec<u8>) -> Result<(), E>,
        payload: &[u8],
    ) {
        self.packets += 1;
        let mut header = Ipv4Header::new(0, 64, IpNumber::UDP, octets(ends.0), octets(ends.1)).expect("a short packet");
        header.identification = self.packets;
        header.dont_fragment = true;
        let mac = |end: SocketAddr| {
            let [a, b, c, d] = octets(end);
            [2, 0, a, b, c, d]
        };
        let ip = etherparse::IpHeaders::Ipv4(header, etherparse::Ipv4Extensions::default());
        let builder = PacketBuilder::ethernet2(mac(ends.0), mac(ends.1)).ip(ip);
        let mut frame = Vec::new();
        build(builder, payload, &mut frame).expect("a vector takes all");
        let time = BEGIN + u64::try_from(at.as_nanos()).expect("scripts are short");
        let mut body = vec![0; 4];
        body.extend_from_slice(&u32::try_from(time >> 32).expect("half").to_le_bytes());
        body.extend_from_slice(&u32::try_from(time & 0xffff_ffff).expect("half").to_le_bytes());
        let length = u32::try_from(frame.len()).expect("frames are short").to_le_bytes();
        body.extend_from_slice(&length);
        body.extend_from_slice(&length);
        body.extend_from_slice(&frame);
        body.resize(body.len().next_multiple_of(4), 0);
        self.block(6, &body);
    }
}

fn octets(end: SocketAddr) -> [u8; 4] {
    match end {
        SocketAddr::V4(end) => end.ip().octets(),
        SocketAddr::V6(_) => Ipv4Addr::UNSPECIFIED.octets(),
    }
}

fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend_from_slice(&code.to_le_bytes());
    body.extend_from_slice(&u16::try_from(value.len()).expect("options are short").to_le_bytes());
    body.extend_from_slice(value);
    body.resize(body.len().next_multiple_of(4), 0);
}
