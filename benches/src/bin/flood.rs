//! Writes a capture of very many flows at the same time, none of them ours, for the measurements in `benches/run`:
//! `cargo run --release --package wiregrade-benches --bin flood -- FLOWS OUT.pcap`. Each flow is one request over TCP.

#![allow(clippy::disallowed_methods, reason = "a program of its own")]

use etherparse::PacketBuilder;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(flows), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("flood FLOWS OUT.pcap".into());
    };
    let mut out = BufWriter::new(File::create(path)?);
    // A capture of raw IP packets, in microseconds.
    for field in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        out.write_all(&field.to_le_bytes())?;
    }
    let request = b"GET / HTTP/1.1\r\nHost: x\r\n";
    for flow in 0..flows.parse::<u32>()? {
        let client = (0x0a00_0000 + (flow >> 14)).to_be_bytes();
        let port = 1024 + u16::try_from(flow & 0x3fff)?;
        let mut packet = Vec::new();
        PacketBuilder::ipv4(client, [10, 100, 0, 1], 64).tcp(port, 80, 1000, 8192).write(&mut packet, request)?;
        let length = u32::try_from(packet.len())?;
        let time = u64::from(flow) * 10;
        let seconds = u32::try_from(time / 1_000_000)?;
        for field in [1_488_189_600 + seconds, u32::try_from(time % 1_000_000)?, length, length] {
            out.write_all(&field.to_le_bytes())?;
        }
        out.write_all(&packet)?;
    }
    Ok(out.flush()?)
}
