//! Writes the packets of two captures as one, in order of time, for the measurements in `benches/run`:
//! `cargo run --release --package wiregrade-benches --bin merge -- ONE OTHER OUT.pcapng`. Both are of Ethernet.

#![allow(clippy::disallowed_methods, reason = "a program of its own")]

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use wiregrade::bytes::Time;
use wiregrade::capture::Reader;
use wiregrade::synth::file::{Capture, Form};
use wiregrade::synth::packet::Link;

/// The next packet of a capture: its time and its bytes.
type Next = Option<(Time, Vec<u8>)>;

fn next(reader: &mut Reader) -> Result<Next, Box<dyn Error>> {
    let Some(frame) = reader.next_frame().transpose()? else { return Ok(None) };
    if frame.link != u32::from(Link::Ethernet.number()) {
        return Err(format!("frame {} is none of Ethernet", frame.number).into());
    }
    Ok(Some((frame.time, frame.data.to_vec())))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [one, other, out] = arguments.as_slice() else { return Err("merge ONE OTHER OUT.pcapng".into()) };
    let open = |path: &str| -> Result<Reader, Box<dyn Error>> { Ok(Reader::new(Box::new(File::open(path)?))?) };
    let mut readers = [open(one)?, open(other)?];
    let mut heads = [next(&mut readers[0])?, next(&mut readers[1])?];
    let mut capture = Capture::new(BufWriter::new(File::create(out)?), Form::Pcapng, Link::Ethernet, "")?;
    loop {
        let earlier = match &heads {
            [Some((one, _)), Some((other, _))] => usize::from(other < one),
            [Some(_), None] => 0,
            [None, Some(_)] => 1,
            [None, None] => break,
        };
        let after = next(&mut readers[earlier])?;
        if let Some((time, bytes)) = std::mem::replace(&mut heads[earlier], after) {
            capture.frame(time, &bytes, None)?;
        }
    }
    capture.finish(Time::default(), None)?;
    Ok(())
}
