//! What the fuzzer found interesting, and the samples, against the laws of `fuzz/laws.rs`; every prefix of a sample too.
//! `fuzz/README.md` tells how the corpora came about.

#![allow(clippy::disallowed_methods, reason = "a test may look at files")]

#[path = "../fuzz/laws.rs"]
mod laws;

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

fn hold(name: &str, law: laws::Law, path: &Path, bytes: &[u8]) {
    let held = std::panic::catch_unwind(|| law(bytes));
    assert!(held.is_ok(), "{name}: {}", path.display());
}

#[test]
fn everything_the_fuzzer_found_keeps_the_laws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    for (name, law) in laws::LAWS {
        let files = files(&root.join(name));
        assert!(!files.is_empty(), "fuzz/corpus/{name} is empty");
        for path in files {
            hold(name, *law, &path, &fs::read(&path).expect("it is there"));
        }
    }
}

/// The samples, by path.
fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let samples = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("samples"));
    let captures = samples.into_iter().filter(|path| path.extension().is_some_and(|name| name == "pcapng"));
    captures.map(|path| (path.clone(), fs::read(path).expect("it is there"))).collect()
}

#[test]
fn samples_keep_the_laws_whole_and_cut_anywhere() {
    for (path, bytes) in samples() {
        hold("pipeline", laws::pipeline, &path, &bytes);
        for cut in (0..bytes.len()).step_by(2_003) {
            hold("pipeline", laws::pipeline, &path, &bytes[..cut]);
        }
    }
}

#[test]
fn every_prefix_of_every_sample_is_read_to_its_end() {
    for (path, bytes) in samples() {
        for cut in 0..bytes.len() {
            hold("capture", laws::capture, &path, &bytes[..cut]);
        }
    }
}

/// Chance that comes out the same each time (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).expect("less than a usize")
    }
}

/// A sample with up to eight harms: bytes changed, to values that lengths and counters fear most; pieces taken out, said
/// twice, or put elsewhere.
fn harmed(sample: &[u8], seed: u64) -> Vec<u8> {
    const FEARED: [u8; 8] = [0, 1, 0x7f, 0x80, 0xff, 0x40, 0x10, 0x05];
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut bytes = sample.to_vec();
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len());
        let end = (at + 1 + chance.below(64)).min(bytes.len());
        match chance.below(6) {
            0 | 1 => bytes[at] = FEARED[chance.below(FEARED.len())],
            2 => bytes[at] ^= 1 << chance.below(8),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let piece = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                drop(bytes.splice(to..to, piece));
            }
            _ => bytes[at..end].fill(FEARED[chance.below(FEARED.len())]),
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

/// Thousands of them are read, and a quarter go through everything: `WIREGRADE_MUTATIONS=100000` says how many.
#[test]
fn harmed_samples_keep_the_laws() {
    let asked = std::env::var("WIREGRADE_MUTATIONS").ok().and_then(|count| count.parse().ok());
    let count: u64 = asked.unwrap_or(4_000);
    let samples = samples();
    for seed in 0..count {
        let (path, bytes) = &samples[usize::try_from(seed).expect("few") % samples.len()];
        let harmed = harmed(bytes, seed);
        let name = format!("seed {seed}");
        hold(&name, laws::capture, path, &harmed);
        if asked.is_some() || seed % 4 == 0 {
            hold(&name, laws::pipeline, path, &harmed);
        }
    }
}
