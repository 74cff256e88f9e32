//! What strangers send and how they name files does nothing to a terminal, a page, a log or a spreadsheet: one test an
//! attack, each over every command and format.

use super::support::{Folder, hostile};
use serde_json::Value;

/// Every command that shows what was captured, in every format.
const RUNS: &[&[&str]] = &[
    &["dissect"],
    &["dissect", "-V"],
    &["dissect", "-f", "json"],
    &["dissect", "-f", "jsonl"],
    &["dissect", "-f", "csv"],
    &["flows"],
    &["flows", "-f", "json"],
    &["flows", "-f", "csv"],
    &["check", "--exchanges"],
    &["check", "-f", "json"],
    &["check", "-f", "jsonl"],
    &["check", "-f", "csv"],
    &["check", "-f", "markdown"],
    &["check", "-f", "junit"],
    &["check", "-f", "sarif"],
    &["check", "-f", "github"],
    &["check", "-f", "gitlab"],
    &["ladder"],
    &["ladder", "--ascii"],
    &["ladder", "-f", "svg"],
    &["ladder", "-f", "mermaid"],
    &["ladder", "-f", "json"],
    &["stats"],
    &["stats", "-f", "json"],
    &["stats", "-f", "csv"],
];

/// Runs everything over an attack by user name, by text, and by file name (where a file can have it), and looks at
/// every output. Messages about the run, which name the file, are only looked at for control characters.
fn under(attack: &str, look: impl Fn(&[&str], &str)) {
    let file = format!("{}.pcap", attack.replace(['/', '\0'], "_"));
    let folder = Folder::with(&[(&file, hostile(attack.as_bytes(), attack.as_bytes()).bytes())]);
    let name = format!("./{file}");
    for run in RUNS {
        for path in [&name, &file] {
            // A name that looks like an option is one.
            if path.starts_with('-') {
                continue;
            }
            let output = folder.run(&[run, &["-v", path.as_str()][..]].concat());
            assert!(
                matches!(output.status.code(), Some(0 | 1)),
                "{run:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            assert!(!output.stdout.is_empty(), "{run:?}");
            no_control_characters(run, std::str::from_utf8(&output.stderr).unwrap());
            let text = String::from_utf8(output.stdout).unwrap();
            no_control_characters(run, &text);
            // An attack that does not get that far proves nothing.
            assert!(text.contains("WGX") || ["flows", "stats"].contains(&run[0]), "{run:?}: {text}");
            look(run, &text);
        }
    }
}

fn no_control_characters(run: &[&str], text: &str) {
    for c in text.chars().filter(|c| *c != '\n') {
        assert!(wiregrade::bytes::is_plain(c), "{run:?}: {c:?} in {text}");
    }
}

fn is(run: &[&str], format: &str) -> bool {
    run.contains(&format)
}

#[test]
fn clearing_the_screen() {
    under("WGX\x1b[2J\x1b[H", |run, text| {
        if !["json", "jsonl", "csv", "sarif", "gitlab", "mermaid"].iter().any(|format| is(run, format))
            && text.contains("WGX")
        {
            assert!(text.contains("WGX\\x1B[2J"), "{run:?}: {text}");
        }
    });
}

#[test]
fn setting_the_title_and_ringing_the_bell() {
    under("WGX\x1b]0;owned\x07\u{9b}31m\x7f", |_, _| {});
}

#[test]
fn right_to_left_and_invisible_characters() {
    under("WGX\u{202e}txt.exe\u{200b}\u{2066}\u{feff}", |_, _| {});
}

#[test]
fn a_line_of_its_own() {
    under("WGX\r\n::error::owned\r\n  FAIL", |_, text| {
        for line in text.lines() {
            assert!(!line.starts_with("::error::owned"), "{text}");
            assert!(!line.starts_with("  FAIL"), "{text}");
        }
    });
}

#[test]
fn a_formula() {
    for attack in ["=WGX()", "+WGX", "@WGX", "-WGX"] {
        under(attack, |run, text| {
            if is(run, "csv") && text.contains(',') {
                let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
                for row in rows.records() {
                    for cell in &row.unwrap() {
                        assert!(!cell.contains("WGX") || !cell.starts_with(['=', '+', '-', '@']), "{run:?}: {cell}");
                    }
                }
            }
        });
    }
}

#[test]
fn markup() {
    under("WGX<script>alert(1)</script><img src=x onerror=y>]]>&lt;", |run, text| {
        if is(run, "junit") {
            assert!(!text.contains("<script") && !text.contains("<img"), "{text}");
        }
        if is(run, "markdown") {
            // Only within code: an odd number of backticks stands before it on its line.
            for line in text.lines() {
                for (at, _) in line.match_indices("<script") {
                    assert_eq!(line[..at].matches('`').count() % 2, 1, "{line}");
                }
            }
        }
    });
}

#[test]
fn markdown_that_ends_its_code_and_its_cell() {
    under("WGX`` | <b>x</b> | [y](http://z) @all", |run, text| {
        if is(run, "markdown") {
            for line in text.lines().filter(|line| line.contains("WGX")) {
                // Every bar of the attack is escaped, and the fence around it is longer than its backticks.
                assert!(!line.contains("`` | <b>"), "{line}");
                assert!(line.contains("```"), "{line}");
            }
        }
    });
}

#[test]
fn a_workflow_command() {
    under("WGX::error file=x,line=1::y%0A::stop-commands::z", |run, text| {
        if is(run, "github") {
            let mut stopped: Option<String> = None;
            for line in text.lines() {
                match &stopped {
                    Some(token) if line == format!("::{token}::") => stopped = None,
                    Some(_) => {}
                    None if line.starts_with("::stop-commands::") => {
                        stopped = Some(line.trim_start_matches("::stop-commands::").to_owned());
                    }
                    None => {
                        let command = line.split("::").nth(1).unwrap_or_default();
                        let word = command.split(' ').next().unwrap_or_default();
                        assert!(line.starts_with("::") && ["error", "warning", "notice"].contains(&word), "{line}");
                        assert!(!command.contains("line=1,") && !command.ends_with("line=1"), "{line}");
                        assert!(!line.contains("%0A") || line.contains("%250A"), "{line}");
                    }
                }
            }
            assert_eq!(stopped, None, "{text}");
        }
    });
}

#[test]
fn text_that_is_not_utf_8() {
    let folder = Folder::with(&[("x.pcap", hostile(b"WGX\xff\xc3", b"\x80=WGX").bytes())]);
    for run in RUNS {
        let output = folder.run(&[run, &["x.pcap"][..]].concat());
        no_control_characters(run, std::str::from_utf8(&output.stdout).unwrap());
    }
    let document = folder.json(&["dissect", "-f", "json", "--name", "loginRequest", "x.pcap"], 0);
    let fields = &document["messages"][0]["fields"];
    assert_eq!((&fields["user_name"], &fields["user_name_hex"]), (&"WGX\u{fffd}\u{fffd}".into(), &"574758ffc3".into()));
    assert!(folder.stdout(&["dissect", "--name", "loginRequest", "x.pcap"], 0).contains("\"WGX\\xFF\\xC3\""));
}

#[test]
fn json_keeps_what_was_sent() {
    let attack = "WGX\x1b[2J\u{202e}\"\\\n";
    let folder = Folder::with(&[("x.pcap", hostile(attack.as_bytes(), b"hello").bytes())]);
    let document: Value = folder.json(&["dissect", "-f", "json", "--name", "loginRequest", "x.pcap"], 0);
    assert_eq!(document["messages"][0]["fields"]["user_name"], attack);
}
