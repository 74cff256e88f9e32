//! The floor of `benches/run`: walks the records of a capture with the program's own reader and does nothing with them:
//! `cargo run --release --package wiregrade-benches --bin floor -- CAPTURE`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a program of its own")]

use std::error::Error;
use std::fs::File;
use wiregrade::capture::Reader;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("floor CAPTURE")?;
    let mut reader = Reader::new(Box::new(File::open(path)?))?;
    let (mut packets, mut bytes) = (0_u64, 0_usize);
    while let Some(next) = reader.next_frame() {
        let frame = next?;
        packets += 1;
        bytes += frame.data.len();
    }
    println!("{packets} packets, {bytes} bytes");
    Ok(())
}
