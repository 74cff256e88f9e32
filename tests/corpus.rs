//! Other projects' captures and our own cases: every file is read to its end or refused with a reason.
//!
//! The folder lies beside a checkout where it exists at all; without it these tests say so and check nothing.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test reads files and says what it did not check"
)]

use std::fs::File;
use std::path::{Path, PathBuf};
use wiregrade::capture::{CaptureError, Reader};

/// All files below a folder beside the checkout, sorted; none where it does not exist.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(folder);
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("skipped: there is no {}", root.display());
    }
    found
}

fn open(path: &Path) -> Result<Reader, CaptureError> {
    Reader::new(Box::new(File::open(path).unwrap()))
}

#[test]
fn every_file_is_read_to_its_end_or_refused_with_a_reason() {
    let (mut read, mut damaged, mut refused) = (0, 0, 0);
    for path in files("corpus") {
        let mut reader = match open(&path) {
            Ok(reader) => reader,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                refused += 1;
                println!("{}: {error}", path.display());
                continue;
            }
        };
        let mut frames = 0;
        let end = loop {
            match reader.next_frame() {
                Some(Ok(frame)) => {
                    frames += 1;
                    assert_eq!(frame.number, frames);
                    assert!(frame.wire_len >= frame.data.len());
                }
                Some(Err(damage)) => break Some(damage),
                None => break None,
            }
        };
        assert!(reader.next_frame().is_none());
        assert_eq!(reader.info().packets, frames);
        read += 1;
        if let Some(damage) = end {
            damaged += 1;
            println!("{}: {damage}", path.display());
        }
    }
    println!("{read} read, of these {damaged} damaged; {refused} refused");
}
