//! A class of 60 graded in one command, held against points computed here from what was put into each capture. Who sent
//! what, and how wrongly, is decided in `traffic.rs`, byte by byte; no part of the program makes its own expectation.
#![allow(clippy::disallowed_methods, reason = "tests write the files they read")]

mod outputs;
mod traffic;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use traffic::{Faults, imp};

/// Five protocols, every way to cost, one bonus.
const RUBRIC: &str = r#"
title = "Class"
round = 0.01
pass = "60%"
[weights]
error = 1.0
warning = 0.5
[[criterion]]
id = "bits"
points = 10
rules = ["F005"]
cost = "occurrence"
each = 1
cap = 3
[[criterion]]
id = "share"
points = 20
rules = ["F005"]
cost = "proportion"
[[criterion]]
id = "kinds"
points = 30
rules = ["F001", "F005", "S003"]
cost = "kind"
[[criterion]]
id = "types"
points = 12
rules = ["F002"]
cost = "occurrence"
each = 2
[[criterion]]
id = "names"
points = 6
rules = ["P004"]
cost = "occurrence"
each = 1.5
cap = 3
[[criterion]]
id = "never"
points = 10
rules = ["R001"]
[[criterion]]
id = "lenient"
points = 5
rules = ["R001"]
exercised = "nothing"
[[criterion]]
id = "extra"
points = 4
bonus = true
messages = ["DataMessage", "EnvoyerMessage", "GroupCreationRequest", "Invitation"]
"#;

struct Class {
    folder: tempfile::TempDir,
    /// Points that each submission is to have.
    expected: BTreeMap<String, f64>,
}

/// A protocol as its document has it.
#[derive(Clone, Copy)]
struct Known {
    talk: fn(usize, Faults) -> traffic::Tape,
    /// It has bits that are reserved (F005), numbers or times that tell messages apart (S003), names in messages (P004).
    reserves: bool,
    numbers: bool,
    names: bool,
}

const IMP: Known = Known { talk: traffic::imp, reserves: true, numbers: true, names: true };
const PROTOCOLS: [Known; 5] = [
    IMP,
    Known { talk: traffic::shen, reserves: true, numbers: true, names: true },
    Known { talk: traffic::c2w_g22, reserves: false, numbers: true, names: true },
    Known { talk: traffic::c2w_g9, reserves: false, numbers: true, names: false },
    Known { talk: traffic::chatos, reserves: false, numbers: false, names: true },
];

/// The points of a conversation, from what was put into it and the rubric above; computed by hand, not by the grader.
fn points(known: Known, messages: usize, faults: Faults) -> f64 {
    let half_weight = 0.5;
    let count = |number: usize| number as f64;
    let (mut bits, mut share, mut extra) = (0.0, 0.0, 0.0);
    if known.reserves {
        bits = 10.0 - (count(faults.reserved) * half_weight).min(3.0);
        share = 20.0 - 20.0 * (count(faults.reserved) * half_weight / count(messages)).min(1.0);
        // Of the messages that are asked for, two are of its protocol, and one of those was sent.
        extra = 2.0;
    }
    // F001, F005 and S003 share alike, as far as there is ground for them.
    let each = 30.0 / count(1 + usize::from(known.reserves) + usize::from(known.numbers));
    let mut kinds = 30.0;
    kinds -= if faults.reserved > 0 { each * half_weight } else { 0.0 };
    kinds -= if faults.reused > 0 { each } else { 0.0 };
    let types = (12.0 - 2.0 * count(faults.unknown)).max(0.0);
    let names = if known.names { 6.0 - (1.5 * count(faults.forged)).min(3.0) } else { 0.0 };
    // Nothing was ever sent again: what needs to be seen earns nothing, what can only be lost stays.
    let (never, lenient) = (0.0, 5.0);
    let cents = |value: f64| (value * 100.0 + 0.5 + 1e-9).floor() / 100.0;
    ((bits + cents(share) + kinds + types + names + never + lenient + extra) * 1e6).round() / 1e6
}

fn class() -> Class {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("submissions");
    let mut expected = BTreeMap::new();
    let put = |name: &str, file: &str, bytes: &[u8]| {
        let path = root.join(name).join(file);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    };
    for number in 0..24_usize {
        let known = PROTOCOLS[number % 5];
        let wrong = number % 4;
        let faults = Faults {
            reserved: if known.reserves { number % 5 + wrong } else { 0 },
            reused: if known.reserves && number.is_multiple_of(3) { wrong } else { 0 },
            unknown: if known.numbers && !known.reserves { wrong } else { 0 },
            forged: if known.numbers { 0 } else { wrong },
        };
        let texts = 4 + number % 7;
        let tape = (known.talk)(texts, faults);
        let name = format!("group-{number:02}");
        let file = ["run.pcap", "captures/deep/er/run", "a b/it's.cap"][number % 3];
        put(&name, file, &tape.pcap());
        put(&name, "README.md", b"# our work\n");
        expected.insert(name, points(known, tape.messages(), faults));
    }
    let hostile = [
        "=cmd|' calc'!A0",
        "..%2f..%2fx",
        "<script>alert(1)</script>".split('/').next().expect("a part"),
        "\u{202e}gpj.exe",
        "@SUM(A1)",
        "-rf",
        "+1+1",
        "a,\"b\"",
        "::error::x",
        "|`id`$(id)",
        "NUL",
        "\x1b[2J",
        "..hidden\n# heading",
        "[click](javascript:x)",
    ];
    for (number, name) in hostile.into_iter().enumerate() {
        let faults = Faults { reserved: number % 3, ..Faults::default() };
        let tape = imp(5, faults);
        put(name, "run.pcap", &tape.pcap());
        expected.insert(name.to_owned(), points(IMP, tape.messages(), faults));
    }
    for number in 0..8 {
        let name = format!("empty-{number}");
        fs::create_dir_all(root.join(&name)).expect("a folder");
        expected.insert(name, 0.0);
    }
    for number in 0..8_u8 {
        let name = format!("garbage-{number}");
        let path = root.join(&name);
        fs::create_dir_all(&path).expect("a folder");
        let noise: Vec<u8> = (0..2000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 ^ number).collect();
        fs::write(path.join("run.pcap"), noise).expect("a file");
        expected.insert(name, 0.0);
    }
    // Garbage beside a good capture, a capture cut in its last record, two captures.
    let good = imp(6, Faults::default());
    for (name, extra) in [("mixed-0", &b"garbage"[..]), ("mixed-1", &[0xd4, 0xc3, 0xb2][..]), ("mixed-2", &b""[..])] {
        let path = root.join(name);
        fs::create_dir_all(&path).expect("a folder");
        fs::write(path.join("good.pcap"), good.pcap()).expect("a file");
        fs::write(path.join("bad.pcap"), extra).expect("a file");
        expected.insert(name.to_owned(), points(IMP, good.messages(), Faults::default()));
    }
    let one_bit = Faults { reserved: 1, ..Faults::default() };
    let whole = imp(6, one_bit);
    let mut cut = whole.pcap();
    cut.extend([0; 9]);
    fs::create_dir_all(root.join("cut")).expect("a folder");
    fs::write(root.join("cut/run.pcap"), cut).expect("a file");
    expected.insert("cut".to_owned(), points(IMP, whole.messages(), one_bit));
    let (one, two) = (imp(4, Faults { reserved: 2, ..one_bit }), imp(5, one_bit));
    fs::create_dir_all(root.join("two")).expect("a folder");
    fs::write(root.join("two/1.pcap"), one.pcap()).expect("a file");
    fs::write(root.join("two/2.pcap"), two.pcap()).expect("a file");
    let both = Faults { reserved: 3, ..one_bit };
    expected.insert("two".to_owned(), points(IMP, one.messages() + two.messages(), both));
    let silent = traffic::Tape::default();
    fs::create_dir_all(root.join("silent")).expect("a folder");
    fs::write(root.join("silent/run.pcap"), silent.pcap()).expect("a file");
    expected.insert("silent".to_owned(), 0.0);
    fs::write(folder.path().join("rubric.toml"), RUBRIC).expect("a file");
    assert_eq!(expected.len(), 60);
    Class { folder, expected }
}

impl Class {
    /// Runs `grade` in the class's folder.
    fn grade(&self, arguments: &[&str]) -> std::process::Output {
        let mut command = assert_cmd::Command::cargo_bin("wiregrade").expect("the program");
        command.current_dir(self.folder.path()).arg("grade").args(arguments).output().expect("it runs")
    }

    /// Its output with a status of 0 or 1.
    fn graded(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.grade(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {error}");
        output.stdout
    }
}

/// Every file below a folder.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

#[test]
fn sixty_submissions_have_the_points_that_were_put_into_them() {
    let class = class();
    let output = class.grade(&["submissions", "--rubric", "rubric.toml", "-f", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let graded: BTreeMap<String, f64> = document["submissions"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|one| (one["name"].as_str().expect("a name").to_owned(), one["points"].as_f64().expect("points")))
        .collect();
    assert_eq!(graded, class.expected);
    let mut different: Vec<u64> = class.expected.values().map(|points| (points * 100.0) as u64).collect();
    different.sort_unstable();
    different.dedup();
    assert!(different.len() > 15, "the class is too uniform: {different:?}");
    let protocols: std::collections::BTreeSet<&str> = document["submissions"]
        .as_array()
        .expect("an array")
        .iter()
        .filter_map(|one| one["protocol"].as_str())
        .collect();
    assert_eq!(protocols.len(), 5, "{protocols:?}");
    assert_eq!(document["summary"]["nothing_to_grade"], 17);
    assert_eq!(document["rubric"]["max"], 93.0);
    // Captures are numbered through, and each names its submission.
    let captures = document["captures"].as_array().expect("an array");
    assert_eq!(captures.len(), 45);
    assert_eq!(captures[44]["capture"], 45);
}

#[test]
fn the_same_bytes_come_out_for_any_number_of_threads() {
    let class = class();
    for format in ["json", "csv", "table", "html", "markdown", "junit"] {
        let one = class.graded(&["submissions", "--rubric", "rubric.toml", "-f", format, "--jobs", "1"]);
        let many = class.graded(&["submissions", "--rubric", "rubric.toml", "-f", format, "--jobs", "5"]);
        // JUnit's reports have an identifier of their own only if they are given one.
        assert_eq!(String::from_utf8_lossy(&one), String::from_utf8_lossy(&many), "{format}");
    }
}

#[test]
fn nothing_escapes_the_feedback_folder_and_nothing_in_it_is_markup() {
    let class = class();
    let before = files(class.folder.path());
    class.graded(&["submissions", "--rubric", "rubric.toml", "--feedback", "out/feedback", "-q"]);
    let inside = class.folder.path().join("out/feedback");
    let after: Vec<PathBuf> =
        files(class.folder.path()).into_iter().filter(|path| !path.starts_with(&inside)).collect();
    assert_eq!(before, after);
    let pages = files(&inside);
    assert_eq!(pages.len(), 60);
    for page in pages {
        let name = page.file_name().expect("a name").to_str().expect("UTF-8").to_owned();
        assert!(!name.starts_with(['.', '-', '=', '+', '@']) && name.ends_with(".md"), "{name}");
        let text = fs::read_to_string(&page).expect("UTF-8");
        assert!(text.contains(" points"), "{name}");
        // Outside of code there is no HTML and no link; no character acts on a terminal.
        let outside: String = text.split('`').step_by(2).collect();
        assert!(!outside.contains("<script") && !outside.contains("](javascript"), "{name}: {text}");
        assert!(text.chars().all(|c| c == '\n' || wiregrade::bytes::is_plain(c)), "{name}: {text:?}");
        assert_eq!(text.lines().filter(|line| line.trim() == "# heading").count(), 0, "{name}");
    }
}

#[test]
fn the_gradebook_opens_safely() {
    let class = class();
    let text = class.graded(&["submissions", "--rubric", "rubric.toml", "-f", "csv"]);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("every row has the same cells")).collect();
    assert_eq!(rows.len(), 61);
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        assert!(cell.chars().all(wiregrade::bytes::is_plain), "{cell:?}");
    }
    let names = rows.iter().map(|row| row.get(0).unwrap_or_default());
    assert!(names.into_iter().any(|name| name == "'=cmd|' calc'!A0"));
}

#[test]
fn a_built_in_rubric_grades_the_class_too() {
    let class = class();
    let document: Value =
        serde_json::from_slice(&class.graded(&["submissions", "-f", "json", "--fail-on", "never"])).expect("JSON");
    let points = |name: &str| {
        let all = document["submissions"].as_array().expect("an array");
        all.iter().find(|one| one["name"] == name).expect(name)["points"].as_f64().expect("points")
    };
    // The fewer faults, the more points; where there is nothing, there are none.
    assert!(points("mixed-0") > points("group-15") && points("group-15") > 0.0);
    assert_eq!((points("empty-0"), points("garbage-3"), points("silent")), (0.0, 0.0, 0.0));
    assert_eq!(document["summary"]["verdict"], "pass");
}

/// On a terminal, which `script` makes here, it is said how far the run is; into a file it is not.
#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::print_stderr, reason = "a test that cannot run says so")]
fn progress_is_shown_where_a_person_watches() {
    let class = class();
    let program = assert_cmd::cargo::cargo_bin("wiregrade").display().to_string();
    let line = format!("'{program}' grade submissions --rubric rubric.toml --fail-on never");
    let mut terminal = std::process::Command::new("script");
    let Ok(output) = terminal.args(["-qec", &line, "/dev/null"]).current_dir(class.folder.path()).output() else {
        eprintln!("skipped: there is no script(1) to make a terminal");
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("\rgraded 1 of ") && shown.contains("\r\u{1b}[K"), "{shown}");
    let quiet = class.grade(&["submissions", "--rubric", "rubric.toml", "--fail-on", "never"]);
    assert!(!String::from_utf8_lossy(&quiet.stderr).contains("graded "), "into a file");
}
