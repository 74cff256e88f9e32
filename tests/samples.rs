//! The samples are what their scripts say, and nothing in the conforming ones is a fault.

use std::path::Path;
use std::process::Command;

/// The builder of the samples, which cargo builds beside the tests.
fn builder() -> std::path::PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_wiregrade"));
    program
        .parent()
        .expect("the build folder")
        .join("examples")
        .join(format!("samples{}", std::env::consts::EXE_SUFFIX))
}

#[test]
fn every_sample_is_rebuilt_byte_for_byte() {
    let output = Command::new(builder()).arg("--check").output().expect("cargo builds the examples with the tests");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn conforming_samples_have_no_finding_and_the_faulty_one_has_its_two() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let check = |name: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_wiregrade"))
            .args(["check", "--format", "json", name])
            .current_dir(&samples)
            .output()
            .expect("the program runs");
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let rules: Vec<String> =
            json["findings"].as_array().expect("findings").iter().map(|finding| finding["rule"].to_string()).collect();
        (output.status.code(), rules, json["sessions"].as_array().map_or(0, Vec::len))
    };
    for (name, sessions) in [
        ("c2w-g9-udp", 2),
        ("c2w-g9-tcp", 2),
        ("c2w-g22-udp", 2),
        ("c2w-g22-tcp", 2),
        ("imp", 3),
        ("shen", 2),
        ("chatos", 3),
    ] {
        assert_eq!(check(&format!("{name}.pcapng")), (Some(0), Vec::new(), sessions), "{name}");
    }
    let faults = vec!["\"R001\"".to_owned(), "\"P007\"".to_owned()];
    assert_eq!(check("imp-faulty.pcapng"), (Some(1), faults, 2));
}
