//! Writes a capture of traffic that is none of ours, for the measurements in `benches/run`:
//! `cargo run --release --package wiregrade-benches --bin background -- MEGABYTES OUT.pcap`. The same size gives the same bytes.
//!
//! Flows come and go, a few hundred at a time: TLS, HTTP, DNS, NTP, QUIC and RTP, with handshakes, pure
//! acknowledgements, some segments sent twice and some swapped.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

use etherparse::{IpHeaders, IpNumber, Ipv4Extensions, Ipv4Header, PacketBuilder};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::Ipv4Addr;

/// How many flows are alive at a time.
const ALIVE: usize = 400;
/// 2017-02-27T10:00:00Z, in microseconds.
const BEGIN: u64 = 1_488_189_600_000_000;

/// Vigna's xorshift64*: enough to look random to a dissector.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(count + 8);
        while bytes.len() < count {
            bytes.extend(self.next().to_le_bytes());
        }
        bytes.truncate(count);
        bytes
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tls,
    Http,
    Dns,
    Ntp,
    Quic,
    Rtp,
}

/// One flow: what it is, and how far it is.
struct Flow {
    kind: Kind,
    client: (Ipv4Addr, u16),
    server: (Ipv4Addr, u16),
    /// Packets still to come.
    left: u64,
    step: u64,
    /// Sequence numbers of client and server.
    seq: [u32; 2],
}

impl Flow {
    fn new(number: u64, chance: &mut Chance) -> Flow {
        let kind = match chance.below(20) {
            0..6 => Kind::Tls,
            6..9 => Kind::Http,
            9..15 => Kind::Dns,
            15 => Kind::Ntp,
            16..19 => Kind::Quic,
            _ => Kind::Rtp,
        };
        let (port, left) = match kind {
            Kind::Tls => (443, 20 + chance.below(160)),
            Kind::Http => (80, 20 + chance.below(100)),
            Kind::Dns => (53, 2),
            Kind::Ntp => (123, 2),
            Kind::Quic => (443, 20 + chance.below(200)),
            Kind::Rtp => (5004, 100 + chance.below(200)),
        };
        let host = |base: u8, number: u64| {
            let [.., high, low] = number.to_be_bytes();
            Ipv4Addr::new(10, base, high, low)
        };
        Flow {
            kind,
            client: (host(1, number % 5000), 20_000 + u16::try_from(number % 40_000).unwrap_or(0)),
            server: (host(2, chance.below(800)), port),
            left,
            step: 0,
            seq: [chance.next() as u32, chance.next() as u32],
        }
    }

    fn is_tcp(&self) -> bool {
        matches!(self.kind, Kind::Tls | Kind::Http)
    }

    /// The next packet, from the client or not, or `None`: it is over.
    fn packet(&mut self, chance: &mut Chance) -> Option<Vec<u8>> {
        let step = self.step;
        self.step += 1;
        self.left = self.left.checked_sub(1)?;
        let last = self.left == 0;
        let (up, payload) = match self.kind {
            Kind::Tls => tls(step, chance),
            Kind::Http => http(step, chance),
            Kind::Dns => (step == 0, dns(step, chance)),
            Kind::Ntp => (step == 0, [vec![if step == 0 { 0x23 } else { 0x24 }], chance.bytes(47)].concat()),
            Kind::Quic => quic(step, chance),
            Kind::Rtp => (true, [vec![0x80, 0x60], (step as u16).to_be_bytes().to_vec(), chance.bytes(168)].concat()),
        };
        let ((src, sport), (dst, dport)) = if up { (self.client, self.server) } else { (self.server, self.client) };
        let mut ip = Ipv4Header::new(0, 64, IpNumber::TCP, src.octets(), dst.octets()).expect("it fits");
        // Linux numbers what it sends over TCP, and leaves small datagrams without a number.
        ip.identification = if self.is_tcp() { (self.seq[0] as u16 ^ step as u16) | 1 } else { 0 };
        let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [2, 0, 0, 0, 0, 2])
            .ip(IpHeaders::Ipv4(ip, Ipv4Extensions::default()));
        let mut packet = Vec::with_capacity(payload.len() + 64);
        if self.is_tcp() {
            let (mine, other) = if up { (0, 1) } else { (1, 0) };
            let tcp = builder.tcp(sport, dport, self.seq[mine], 64_240);
            let tcp = match step {
                0 => tcp.syn(),
                1 => tcp.syn().ack(self.seq[other]),
                _ if last => tcp.fin().ack(self.seq[other]),
                _ => tcp.ack(self.seq[other]),
            };
            let taken = u32::try_from(payload.len()).unwrap_or(0) + u32::from(step < 2 || last);
            // One in two hundred is sent again: its number is not used up.
            if chance.below(200) > 0 || payload.is_empty() {
                self.seq[mine] = self.seq[mine].wrapping_add(taken);
            }
            tcp.write(&mut packet, &payload).expect("it fits");
        } else {
            builder.udp(sport, dport).write(&mut packet, &payload).expect("it fits");
        }
        Some(packet)
    }
}

fn tls(step: u64, chance: &mut Chance) -> (bool, Vec<u8>) {
    let record = |kind: u8, count: usize, chance: &mut Chance| {
        let length = u16::try_from(count).unwrap_or(0).to_be_bytes();
        [vec![kind, 3, 3], length.to_vec(), chance.bytes(count)].concat()
    };
    match step {
        0 | 2 => (true, Vec::new()),
        1 => (false, Vec::new()),
        3 => (true, record(22, 512, chance)),
        4 => (false, record(22, 1200, chance)),
        _ => match chance.below(4) {
            0 => (true, Vec::new()),
            1 => (true, record(23, 60 + chance.below(400) as usize, chance)),
            _ => (false, record(23, 1395, chance)),
        },
    }
}

fn http(step: u64, chance: &mut Chance) -> (bool, Vec<u8>) {
    match step {
        0 | 2 => (true, Vec::new()),
        1 => (false, Vec::new()),
        _ if step % 12 == 3 => {
            let path = chance.below(1_000_000);
            (true, format!("GET /film/{path} HTTP/1.1\r\nHost: example.org\r\nAccept: */*\r\n\r\n").into_bytes())
        }
        _ if step % 12 == 4 => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 9000\r\n\r\n";
            (false, [head.as_bytes().to_vec(), chance.bytes(1200)].concat())
        }
        _ if step.is_multiple_of(3) => (true, Vec::new()),
        _ => (false, chance.bytes(1400)),
    }
}

fn dns(step: u64, chance: &mut Chance) -> Vec<u8> {
    let flags = if step == 0 { [1, 0] } else { [0x81, 0x80] };
    let id = (chance.next() as u16).to_be_bytes();
    let mut message = [id.as_slice(), &flags, &[0, 1, 0, u8::from(step == 1), 0, 0, 0, 0]].concat();
    message.extend(b"\x03www\x07example\x03org\x00\x00\x01\x00\x01");
    if step == 1 {
        message.extend(b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x0e\x10\x00\x04\x5d\xb8\xd8\x22");
    }
    message
}

fn quic(step: u64, chance: &mut Chance) -> (bool, Vec<u8>) {
    match step {
        0 => (true, [vec![0xc3, 0, 0, 0, 1, 8], chance.bytes(1194)].concat()),
        1 => (false, [vec![0xc1, 0, 0, 0, 1, 0], chance.bytes(1194)].concat()),
        _ => {
            let up = chance.below(3) == 0;
            let count = if up { 40 + chance.below(60) as usize } else { 1200 };
            (up, [vec![0x40 | (chance.next() as u8 & 0x3f)], chance.bytes(count)].concat())
        }
    }
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(size), Some(path)) = (arguments.next().and_then(|size| size.parse::<u64>().ok()), arguments.next())
    else {
        println!("background MEGABYTES OUT.pcap");
        return Ok(());
    };
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 262_144, 1] {
        out.write_all(&word.to_le_bytes())?;
    }
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let (mut flows, mut written, mut packets) = (0, 24, 0_u64);
    let mut alive: Vec<Flow> = Vec::new();
    let mut due: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    while written < size * 1_000_000 {
        if alive.len() < ALIVE {
            due.push(Reverse((BEGIN + chance.below(1_000_000), alive.len())));
            alive.push(Flow::new(flows, &mut chance));
            flows += 1;
            continue;
        }
        let Some(Reverse((now, index))) = due.pop() else { break };
        match alive[index].packet(&mut chance) {
            Some(packet) => {
                let count = u32::try_from(packet.len()).expect("a packet is small");
                for word in [(now / 1_000_000) as u32, (now % 1_000_000) as u32, count, count] {
                    out.write_all(&word.to_le_bytes())?;
                }
                out.write_all(&packet)?;
                written += 16 + packet.len() as u64;
                packets += 1;
            }
            None => {
                alive[index] = Flow::new(flows, &mut chance);
                flows += 1;
            }
        }
        due.push(Reverse((now + 100 + chance.below(20_000), index)));
    }
    out.flush()?;
    println!("{packets} packets, {flows} flows, {} bytes a packet", written / packets.max(1));
    Ok(())
}
