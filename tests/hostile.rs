//! Captures made to exhaust whoever reads them: bombs, fragments, holes, lies, clocks. The program ends, in bounded memory
//! and time, and says what it met.
//!
//! Memory is bounded by the system: a run that asks for more dies of it. So these are for systems with `ulimit -v`.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, reason = "a test writes the files it reads, and looks at the clock")]
#![allow(clippy::print_stdout, reason = "a test says what it did not check")]

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The most address space of a run, in KiB. Three threads with their arenas and stacks take 300 MB of it that nobody
/// ever touches.
const SPACE: u64 = 800 << 10;

/// No run takes longer for each MB it is given; of less than one, for all of it. Far more than any takes: machines that
/// run tests do other things, too.
const SECONDS_PER_MB: u64 = 5;

/// Runs the program in a bounded space, `size` being how many bytes it is given to read.
fn bounded(arguments: &[&str], size: u64, space: u64) -> Output {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {space}; exec \"$@\"");
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_wiregrade")]).args(arguments);
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let most = Duration::from_secs(SECONDS_PER_MB * size.div_ceil(1 << 20).max(6));
    assert!(begun.elapsed() < most, "{arguments:?}: {:?} for {size} bytes", begun.elapsed());
    let code = output.status.code();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(code, Some(0..=2)) && !said.contains("panicked"), "{arguments:?}: {:?} {said}", output.status);
    output
}

/// A file with these bytes in a folder of its own.
fn file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// What a command says of a capture in JSON; whatever else it says.
fn told(command: &str, bytes: &[u8], unpacked: u64) -> (Value, String) {
    let (_folder, path) = file(bytes);
    let output = bounded(&[command, "-f", "json", path.to_str().unwrap()], unpacked, SPACE);
    let value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (value, String::from_utf8(output.stderr).unwrap())
}

/// The note of this code, of the first capture.
fn note(document: &Value, code: &str) -> String {
    let notes = document["captures"][0]["notes"].as_array().unwrap();
    let found = notes.iter().find(|note| note["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {notes:?}"))["message"].as_str().unwrap().to_owned()
}

/// A pcap capture of raw IPv4 packets.
struct Pcap(Vec<u8>);

impl Pcap {
    fn new() -> Pcap {
        Pcap(b"\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\0\0\x04\0\x65\0\0\0".to_vec())
    }

    fn record(&mut self, seconds: u32, packet: &[u8]) {
        self.0.extend(seconds.to_le_bytes());
        self.0.extend([0; 4]);
        let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
        self.0.extend(length);
        self.0.extend(length);
        self.0.extend(packet);
    }

    /// A packet, or a fragment: where it is in eights of bytes, and whether more follow.
    fn ip(&mut self, seconds: u32, [protocol, src, dst]: [u8; 3], id: u16, (place, more): (u16, bool), data: &[u8]) {
        let mut packet = vec![0x45, 0];
        packet.extend(u16::try_from(20 + data.len()).unwrap_or(u16::MAX).to_be_bytes());
        packet.extend(id.to_be_bytes());
        packet.extend((place | if more { 0x2000 } else { 0 }).to_be_bytes());
        packet.extend([64, protocol, 0, 0, 10, 0, 0, src, 10, 0, 0, dst]);
        packet.extend(data);
        self.record(seconds, &packet);
    }

    fn tcp(&mut self, from_client: bool, seq: u32, ack: u32, flags: u8, data: &[u8]) {
        let (ports, ends) = if from_client { ([40_001, 1900], [6, 2, 1]) } else { ([1900, 40_001], [6, 1, 2]) };
        let mut segment: Vec<u8> = ports.iter().flat_map(|port: &u16| port.to_be_bytes()).collect();
        segment.extend(seq.to_be_bytes());
        segment.extend(ack.to_be_bytes());
        segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        segment.extend(data);
        self.ip(1, ends, 0, (0, false), &segment);
    }

    /// A connection that begins like one of c2w-g9: somebody logs in and asks for the movies.
    fn login(&mut self) {
        self.tcp(true, 100, 0, 2, b"");
        self.tcp(false, 900, 101, 18, b"");
        self.tcp(true, 101, 901, 16, b"");
        self.tcp(true, 101, 901, 24, b"\0\x01\0\x05alice");
        self.tcp(false, 901, 110, 24, b"\0\0\0\x01\0");
        self.tcp(true, 110, 906, 24, b"\x01\x02\0\0");
    }
}

fn udp(src: u16, dst: u16, payload: &[u8]) -> Vec<u8> {
    let mut datagram: Vec<u8> = [src, dst].iter().flat_map(|port| port.to_be_bytes()).collect();
    datagram.extend(u16::try_from(8 + payload.len()).unwrap_or(0).to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(payload);
    datagram
}

fn gzip(fill: &mut dyn FnMut(&mut dyn Write)) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    fill(&mut to);
    to.finish().unwrap()
}

fn zstd(fill: &mut dyn FnMut(&mut dyn Write)) -> Vec<u8> {
    let mut to = zstd::Encoder::new(Vec::new(), 1).unwrap();
    fill(&mut to);
    to.finish().unwrap()
}

fn lz4(fill: &mut dyn FnMut(&mut dyn Write)) -> Vec<u8> {
    let mut to = lz4_flex::frame::FrameEncoder::new(Vec::new());
    fill(&mut to);
    to.finish().unwrap()
}

type Pack = fn(&mut dyn FnMut(&mut dyn Write)) -> Vec<u8>;

/// Each with how many megabytes it makes a bomb of: those that are not in C are slow in a build for tests.
const PACKERS: [(Pack, usize); 3] = [(gzip, 48), (zstd, 1024), (lz4, 48)];

/// So many megabytes of zeros.
fn zeros(to: &mut dyn Write, megabytes: usize) {
    let zeros = vec![0; 1 << 20];
    for _ in 0..megabytes {
        to.write_all(&zeros).unwrap();
    }
}

#[test]
fn a_bomb_that_is_one_endless_record_is_damage() {
    for (pack, megabytes) in PACKERS {
        // 2 GiB less a byte of packet are claimed, and far more is there than the file is long.
        let bomb = pack(&mut |to| {
            to.write_all(&Pcap::new().0).unwrap();
            to.write_all(&[0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f]).unwrap();
            zeros(to, megabytes);
        });
        assert!(bomb.len() < megabytes << 14);
        let (_, said) = told("flows", &bomb, 1 << 20);
        assert!(said.contains("is damaged: the record at byte 24 claims 2147483663 bytes"), "{said}");
    }
}

#[test]
fn a_bomb_that_is_no_capture_is_refused_at_its_beginning() {
    for (pack, megabytes) in PACKERS {
        let bomb = pack(&mut |to| zeros(to, megabytes));
        let (_, said) = told("flows", &bomb, 1 << 20);
        assert!(said.contains("is not a capture: it begins with 0000000000000000"), "{said}");
        let twice = pack(&mut |to| to.write_all(&bomb).unwrap());
        let (_, said) = told("flows", &twice, 1 << 20);
        assert!(said.contains("is not a capture: it begins with"), "{said}");
    }
}

#[test]
fn a_bomb_of_empty_records_is_read_to_its_end() {
    for (pack, _) in PACKERS {
        let bomb = pack(&mut |to| {
            to.write_all(&Pcap::new().0).unwrap();
            zeros(to, 8);
        });
        let (document, _) = told("flows", &bomb, 8 << 20);
        assert_eq!(document["captures"][0]["packets"], 1 << 19);
        assert_eq!(document["flows"], Value::Array(Vec::new()));
    }
}

#[test]
fn a_window_as_large_as_the_format_allows_is_refused() {
    let mut to = zstd::Encoder::new(Vec::new(), 1).unwrap();
    to.set_parameter(zstd::zstd_safe::CParameter::WindowLog(31)).unwrap();
    zeros(&mut to, 1);
    let mut bomb = to.finish().unwrap();
    // Whatever the library made of it: a window of 2 TB, by its descriptor (RFC 8878 §3.1.1.1.2).
    bomb[4] = 0;
    bomb[5] = 0xf8;
    let (_, said) = told("flows", &bomb, 1 << 20);
    assert!(said.contains("zstd"), "{said}");
}

#[test]
fn a_block_that_claims_more_than_is_believed_is_damage() {
    let section = b"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\x01\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\x1c\0\0\0";
    let bomb = zstd(&mut |to| {
        to.write_all(section).unwrap();
        to.write_all(&[6, 0, 0, 0, 0, 0, 0, 0x70]).unwrap();
        zeros(to, 1024);
    });
    let (_, said) = told("flows", &bomb, 1 << 30);
    assert!(said.contains("is damaged: the record at byte 28 claims 1879048192 bytes"), "{said}");
}

#[test]
fn datagrams_of_64_kib_out_of_fragments_are_put_together_or_counted() {
    let payload = vec![7; 65_507];
    let whole = udp(40_001, 1313, &payload);
    let mut capture = Pcap::new();
    for id in 0..40_u16 {
        // The last fragment first; of every other datagram one is missing for ever.
        for (number, part) in whole.chunks(1480).enumerate().rev() {
            if id % 2 == 0 || number != 20 {
                let place = u16::try_from(number * 185).unwrap();
                capture.ip(1, [17, 2, 1], id, (place, number != 44), part);
            }
        }
    }
    let size = capture.0.len() as u64;
    let (document, _) = told("flows", &capture.0, size);
    assert_eq!(document["flows"][0]["packets"], 20);
    assert_eq!(document["flows"][0]["bytes"], 20 * 65_507);
    assert!(note(&document, "missing-fragments").starts_with("of 20 datagrams not all fragments"));
}

#[test]
fn fragments_that_overlap_disagree_or_lie_beyond_the_end_are_counted() {
    let datagram = udp(40_001, 1313, &[1; 1000]);
    let mut other = datagram.clone();
    other[500..600].fill(9);
    let mut capture = Pcap::new();
    capture.ip(1, [17, 2, 1], 1, (0, true), &datagram[..800]);
    capture.ip(1, [17, 2, 1], 1, (50, true), &other[400..800]);
    capture.ip(1, [17, 2, 1], 1, (100, false), &datagram[800..]);
    // The ping of death: the last byte would be the 66,000th.
    capture.ip(1, [17, 2, 1], 2, (8_150, false), &[0; 800]);
    // Alone at the very end, ten thousand times.
    for id in 3..10_003 {
        capture.ip(1, [17, 2, 1], id, (8_000, false), &[0; 64]);
    }
    let size = capture.0.len() as u64;
    let (document, _) = told("flows", &capture.0, size);
    assert_eq!((&document["flows"][0]["packets"], &document["flows"][0]["bytes"]), (&1.into(), &1000.into()));
    assert!(note(&document, "disagreeing-fragments").starts_with("1 fragment brings bytes"));
    let lacking = note(&document, "missing-fragments");
    assert!(lacking.starts_with("of 10000 datagrams") || lacking.starts_with("of 10001 datagrams"), "{lacking}");
}

#[test]
fn segments_that_disagree_are_told_and_the_first_are_taken() {
    let mut capture = Pcap::new();
    capture.login();
    capture.tcp(true, 114, 906, 24, b"\x02\x05\0\x05hello");
    capture.tcp(true, 114, 906, 24, b"\x02\x05\0\x05HELLOabc");
    let (document, _) = told("dissect", &capture.0, 0);
    assert!(note(&document, "disagreeing-segments").starts_with("1 segment brings bytes"), "{document}");
    let text = document.to_string();
    assert!(text.contains("hello") && !text.contains("HELLO"), "{text}");
}

#[test]
fn a_hole_of_two_gibibytes_costs_nothing_and_is_told() {
    let mut capture = Pcap::new();
    capture.login();
    let behind = 114_u32 + (1 << 31) - 2;
    for at in 0..64 {
        capture.tcp(true, behind + at * 4, 906, 24, b"\x02\x03\0\0");
        // The other side has it all.
        capture.tcp(false, 906, behind + at * 4 + 4, 16, b"");
    }
    let (document, _) = told("flows", &capture.0, 0);
    assert_eq!(document["flows"][0]["protocol"], "c2w-g9");
    // A hole is believed once two segments agree on it: the first one may be among what is missing.
    let missing = document["flows"][0]["tcp"]["missing_bytes"].as_u64().unwrap();
    assert!(((1 << 31) - 2..(1 << 31) + 64).contains(&missing), "{missing}");
    assert!(note(&document, "missing-bytes").starts_with(&format!("{missing} bytes")));
}

#[test]
fn a_clock_that_runs_backwards_is_told_and_nobody_is_blamed_for_it() {
    let login = |name: &[u8]| [&[0, 1, 0, u8::try_from(name.len()).unwrap()], name].concat();
    let times = [u32::MAX, 0, 1_500_000_000, 3, u32::MAX, 7, 1_400_000_000, 1];
    let mut capture = Pcap::new();
    for (at, seconds) in times.into_iter().cycle().take(800).enumerate() {
        let (number, port) = (u8::try_from(at % 2).unwrap(), 40_001 + u16::try_from(at / 8).unwrap());
        match number {
            0 => capture.ip(seconds, [17, 2, 1], 0, (0, false), &udp(port, 1900, &login(b"alice"))),
            _ => capture.ip(seconds, [17, 1, 2], 0, (0, false), &udp(1900, port, &[0, 0, 0, 1, 0])),
        }
    }
    for command in ["check", "stats", "ladder"] {
        let (document, _) = told(command, &capture.0, 0);
        let steps = note(&document, "clock-steps");
        assert!(steps.starts_with("the clock runs backwards 600 times"), "{steps}");
        let text = document.to_string();
        assert!(!text.contains("latency_ms\":-") && !text.contains("duration_s\":-"), "{command}");
    }
    let (document, _) = told("check", &capture.0, 0);
    for finding in document["findings"].as_array().unwrap() {
        let timed = ["R001", "R002", "R003", "A006", "T001", "T002"];
        assert!(!timed.contains(&finding["rule"].as_str().unwrap()), "{finding}");
    }
}

/// So many flows of one packet each, in as many milliseconds.
fn tiny_flows(count: u32, to: &mut dyn Write) {
    to.write_all(&Pcap::new().0).unwrap();
    let mut one = Pcap(Vec::new());
    one.ip(0, [17, 0, 1], 0, (0, false), &udp(0, 9, b"tiny"));
    let record = one.0;
    for flow in 0..count {
        let mut record = record.clone();
        record[0..4].copy_from_slice(&(flow / 1000).to_le_bytes());
        record[4..8].copy_from_slice(&(flow % 1000 * 1000).to_le_bytes());
        // The source address and port, behind 16 bytes of record and 12 of header.
        record[28..32].copy_from_slice(&(0x0b00_0000 + flow / 60_000).to_be_bytes());
        record[36..38].copy_from_slice(&u16::try_from(1000 + flow % 60_000).unwrap().to_be_bytes());
        to.write_all(&record).unwrap();
    }
}

fn many_flows(count: u32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.pcap");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    tiny_flows(count, &mut file);
    file.flush().unwrap();
    drop(file);
    let size = path.metadata().unwrap().len();
    let output = bounded(&["check", "-q", "-f", "json", path.to_str().unwrap()], size, SPACE);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["captures"][0]["packets"], count);
    assert_eq!(document["summary"]["sessions"], 0);
}

#[test]
fn two_hundred_thousand_tiny_flows_take_bounded_memory() {
    many_flows(200_000);
}

/// `cargo test --release --test hostile -- --ignored`
#[test]
#[ignore = "takes half a minute, or minutes where it is not optimized, and 640 MB of disk"]
fn ten_million_tiny_flows_take_bounded_memory() {
    many_flows(10_000_000);
}

/// Every file beside a checkout, where there are some, through the whole program.
#[test]
fn every_file_of_the_corpus_is_judged_or_refused_in_bounds() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for path in folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let size = path.metadata().map_or(0, |there| there.len());
            let output = bounded(&["check", "-f", "json", "--exchanges", path.to_str().unwrap()], size, SPACE);
            if output.stdout.is_empty() || output.status.code() == Some(2) {
                assert!(!output.stderr.is_empty(), "{} is refused without a word", path.display());
            } else {
                serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|error| panic!("{path:?}: {error}"));
            }
            count += 1;
        }
    }
    println!("{}", if count == 0 { "skipped: there is no corpus".to_owned() } else { format!("{count} files") });
}
