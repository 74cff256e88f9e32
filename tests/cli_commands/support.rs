//! Captures made by hand, and runs of the program whose whole outcome is looked at.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// 2017-02-27T10:00:00Z, in seconds.
const START: u64 = 1_488_189_600;

/// A pcap capture of raw IPv4 packets.
#[derive(Clone)]
pub(crate) struct Capture {
    bytes: Vec<u8>,
    packets: u16,
}

/// An endpoint in 10.0.0.0/24.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct End(pub(crate) u8, pub(crate) u16);

impl End {
    fn address(self) -> SocketAddrV4 {
        SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, self.0), self.1)
    }
}

impl Capture {
    /// Without packets.
    pub(crate) fn new() -> Capture {
        let mut bytes = Vec::new();
        bytes.extend(0xa1b2_c3d4_u32.to_le_bytes());
        bytes.extend([2, 0, 4, 0]);
        bytes.extend([0; 8]);
        bytes.extend(65_535_u32.to_le_bytes());
        bytes.extend(101_u32.to_le_bytes());
        Capture { bytes, packets: 0 }
    }

    /// A datagram, this many milliseconds after the start.
    pub(crate) fn udp(&mut self, at: u64, from: End, to: End, payload: &[u8]) {
        let mut data = Vec::new();
        data.extend(from.1.to_be_bytes());
        data.extend(to.1.to_be_bytes());
        data.extend(u16::try_from(8 + payload.len()).unwrap().to_be_bytes());
        data.extend([0, 0]);
        data.extend(payload);
        self.ip(at, from, to, 17, &data);
    }

    /// A segment: `flags` as on the wire (SYN 2, ACK 16, FIN 1).
    pub(crate) fn tcp(&mut self, at: u64, from: End, to: End, (seq, ack): (u32, u32), flags: u8, payload: &[u8]) {
        let mut data = Vec::new();
        data.extend(from.1.to_be_bytes());
        data.extend(to.1.to_be_bytes());
        data.extend(seq.to_be_bytes());
        data.extend(ack.to_be_bytes());
        data.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        data.extend(payload);
        self.ip(at, from, to, 6, &data);
    }

    fn ip(&mut self, at: u64, from: End, to: End, protocol: u8, data: &[u8]) {
        self.packets += 1;
        let mut packet = vec![0x45, 0];
        packet.extend(u16::try_from(20 + data.len()).unwrap().to_be_bytes());
        packet.extend(self.packets.to_be_bytes());
        packet.extend([0x40, 0, 64, protocol, 0, 0]);
        packet.extend(from.address().ip().octets());
        packet.extend(to.address().ip().octets());
        packet.extend(data);
        let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
        self.bytes.extend(u32::try_from(START + at / 1000).unwrap().to_le_bytes());
        self.bytes.extend(u32::try_from(at % 1000 * 1000).unwrap().to_le_bytes());
        self.bytes.extend(length);
        self.bytes.extend(length);
        self.bytes.extend(packet);
    }

    /// As it is in a file.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A folder with files, in which the program is run.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, content) in files {
            folder.put(name, content);
        }
        folder
    }

    /// One more file.
    #[allow(clippy::disallowed_methods)]
    pub(crate) fn put(&self, name: &str, content: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// What a run in it comes to.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A run in it, not yet started. Nothing of the terminal or the environment of whoever runs the tests gets in.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wiregrade"));
        command.args(arguments).current_dir(self.path()).env_remove("COLUMNS").env_remove("NO_COLOR");
        command
    }

    /// The standard output of a run that must end with this status.
    pub(crate) fn stdout(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The JSON of a run that must end with this status.
    pub(crate) fn json(&self, arguments: &[&str], status: i32) -> serde_json::Value {
        serde_json::from_str(&self.stdout(arguments, status)).unwrap()
    }

    /// The whole outcome of a run as one text: command, output, messages, status. The version is masked.
    pub(crate) fn outcome(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let mut text = format!("$ wiregrade {}\n", arguments.join(" "));
        text.push_str(std::str::from_utf8(&output.stdout).unwrap());
        if !output.stderr.is_empty() {
            let _ = write!(text, "[stderr]\n{}", std::str::from_utf8(&output.stderr).unwrap());
        }
        let _ = writeln!(text, "[exit status: {}]", output.status.code().unwrap());
        text.replace(env!("CARGO_PKG_VERSION"), "VERSION")
    }
}

pub(crate) const SERVER: End = End(1, 1313);
pub(crate) const ALICE: End = End(2, 40_001);
pub(crate) const BOB: End = End(3, 40_002);

/// An imp message: type, S and A, source, group, options, payload (§4).
pub(crate) fn imp(kind: u8, (s, a): (u8, u8), (source, group): (u8, u8), options: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![kind << 3 | s << 1 | a, source, group];
    bytes.extend(u16::try_from(5 + options.len()).unwrap().to_be_bytes());
    bytes.extend(options);
    bytes.extend(payload);
    bytes
}

/// A c2w-g9 message: number, type, data (§2).
pub(crate) fn g9(number: u8, kind: u8, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number, kind];
    bytes.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    bytes.extend(data);
    bytes
}

/// Two imp clients log in, Alice says something that is relayed to Bob and sends it again too early.
pub(crate) fn conversation() -> Capture {
    let mut capture = Capture::new();
    let row = |id: u8, name: &[u8; 8], end: End| {
        let mut row = vec![id, 1];
        row.extend(name);
        row.extend(end.address().ip().octets());
        row.extend(end.1.to_be_bytes());
        row
    };
    let (alice, bob) = (row(1, b"alice   ", ALICE), row(2, b"bob     ", BOB));
    let both = [alice.clone(), bob.clone()].concat();
    let words = b"bonjour";
    let data = imp(5, (1, 0), (1, 1), &[0, 7], words);
    let steps: &[(u64, End, End, Vec<u8>)] = &[
        (0, ALICE, SERVER, imp(0, (0, 0), (0, 0), b"alice   ", b"")),
        (3, SERVER, ALICE, imp(1, (0, 0), (0, 0), &[1], b"")),
        (5, ALICE, SERVER, imp(1, (0, 1), (1, 0), b"", b"")),
        (1000, BOB, SERVER, imp(0, (0, 0), (0, 0), b"bob     ", b"")),
        (1004, SERVER, BOB, imp(1, (0, 0), (0, 0), &[2], b"")),
        (1006, BOB, SERVER, imp(1, (0, 1), (2, 0), b"", b"")),
        (1010, SERVER, ALICE, imp(14, (1, 0), (0, 255), &bob, b"")),
        (1013, ALICE, SERVER, imp(14, (1, 1), (1, 0), b"", b"")),
        (1500, BOB, SERVER, imp(3, (1, 0), (2, 1), b"", b"")),
        (1502, SERVER, BOB, imp(4, (1, 0), (0, 1), &both, b"")),
        (1505, BOB, SERVER, imp(4, (1, 1), (2, 0), b"", b"")),
        (2000, ALICE, SERVER, data.clone()),
        (2180, ALICE, SERVER, data.clone()),
        (2190, SERVER, ALICE, imp(5, (1, 1), (0, 0), b"", b"")),
        (2200, SERVER, BOB, imp(5, (0, 0), (1, 1), &[0, 7], words)),
        (2204, BOB, SERVER, imp(5, (0, 1), (2, 0), b"", b"")),
        (3000, ALICE, SERVER, imp(16, (0, 0), (1, 0), b"", b"")),
        (3001, SERVER, ALICE, imp(16, (0, 1), (0, 0), b"", b"")),
        (3005, SERVER, BOB, imp(15, (1, 0), (0, 255), &[1], b"")),
        (3007, BOB, SERVER, imp(15, (1, 1), (2, 0), b"", b"")),
    ];
    for (at, from, to, bytes) in steps {
        capture.udp(*at, *from, *to, bytes);
    }
    capture
}

/// A client of c2w-g9 logs in under this name and says this; then another asks for the same name, and is granted it.
pub(crate) fn hostile(name: &[u8], text: &[u8]) -> Capture {
    let server = End(1, 1900);
    let mut capture = Capture::new();
    let mut list = vec![0x80 | u8::try_from(name.len()).unwrap()];
    list.extend(name);
    let steps: &[(End, End, Vec<u8>)] = &[
        (ALICE, server, g9(0, 1, name)),
        (server, ALICE, g9(0, 0, &[0])),
        (ALICE, server, g9(1, 2, b"")),
        (server, ALICE, g9(1, 1, &[&[224, 1, 2, 3, 0x13, 0x88, 6][..], b"Batman"].concat())),
        (ALICE, server, g9(2, 3, b"")),
        (server, ALICE, g9(2, 2, &list)),
        (ALICE, server, g9(2, 0x80, b"")),
        (ALICE, server, g9(3, 5, text)),
        (server, ALICE, g9(3, 3, text)),
        (ALICE, server, g9(3, 0x81, b"")),
        (BOB, server, g9(0, 1, name)),
        (server, BOB, g9(0, 0, &[0])),
        (ALICE, server, g9(4, 0x0a, b"")),
        (server, ALICE, g9(4, 0x83, b"")),
    ];
    for (at, (from, to, bytes)) in steps.iter().enumerate() {
        capture.udp(at as u64 * 20, *from, *to, bytes);
    }
    capture
}

/// A TCP connection that is none of ours, and a datagram that is none either.
pub(crate) fn strangers() -> Capture {
    let (client, server) = (End(9, 50_000), End(8, 80));
    let mut capture = Capture::new();
    capture.tcp(0, client, server, (100, 0), 2, b"");
    capture.tcp(1, server, client, (900, 101), 18, b"");
    capture.tcp(2, client, server, (101, 901), 16, b"");
    capture.tcp(3, client, server, (101, 901), 24, b"GET / HTTP/1.0\r\n\r\n");
    capture.tcp(4, client, server, (101, 901), 24, b"GET / HTTP/1.0\r\n\r\n");
    capture.tcp(5, server, client, (901, 119), 24, b"HTTP/1.0 200 OK\r\n\r\n");
    capture.tcp(6, client, server, (119, 920), 17, b"");
    capture.tcp(7, server, client, (920, 120), 17, b"");
    capture.udp(9, End(9, 50_001), End(8, 53), b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\x03org\0\0\x01\0\x01");
    capture
}
