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

#[test]
fn samples_keep_the_laws_whole_and_cut_anywhere() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for path in files(&samples).iter().filter(|path| path.extension().is_some_and(|name| name == "pcapng")) {
        let bytes = fs::read(path).expect("it is there");
        hold("pipeline", laws::pipeline, path, &bytes);
        for cut in (0..bytes.len()).step_by(97) {
            hold("capture", laws::capture, path, &bytes[..cut]);
        }
        for cut in (0..bytes.len()).step_by(2_003) {
            hold("pipeline", laws::pipeline, path, &bytes[..cut]);
        }
    }
}
