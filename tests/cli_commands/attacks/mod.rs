//! What strangers send, and how they name files, does nothing to a terminal, a page, a log, a spreadsheet or whatever
//! reads our output: one test an attack and a format, over every command that has the format.

#![allow(clippy::disallowed_methods, reason = "a test reads the files of a run")]

mod laws;

use super::support::{Folder, hostile};
use serde_json::Value;
use std::fs;
use std::time::Duration;
use wiregrade::protocol::Transport;
use wiregrade::synth::script::{Role, Scenario, Step};
use wiregrade::synth::{Plan, simulate};

/// Every command in every format that shows what was captured: what law its output keeps, and its arguments. `ALL` is a
/// folder of captures, `CLASS` one of submissions, `ONE` a submission, `PAIRS` one of pairs.
const RUNS: &[(&str, &[&str])] = &[
    ("text", &["dissect", "ALL", "-f", "table"]),
    ("text", &["dissect", "ALL", "-V"]),
    ("json", &["dissect", "ALL", "-f", "json"]),
    ("jsonl", &["dissect", "ALL", "-f", "jsonl"]),
    ("csv", &["dissect", "ALL", "-f", "csv"]),
    ("text", &["flows", "ALL", "-f", "table"]),
    ("json", &["flows", "ALL", "-f", "json"]),
    ("jsonl", &["flows", "ALL", "-f", "jsonl"]),
    ("csv", &["flows", "ALL", "-f", "csv"]),
    ("text", &["check", "ALL", "--exchanges", "-f", "table"]),
    ("text", &["check", "ALL", "--color", "never", "-v"]),
    ("json", &["check", "ALL", "--exchanges", "-f", "json"]),
    ("jsonl", &["check", "ALL", "--exchanges", "-f", "jsonl"]),
    ("csv", &["check", "ALL", "-f", "csv"]),
    ("markdown", &["check", "ALL", "-f", "markdown"]),
    ("html", &["check", "ALL", "-f", "html"]),
    ("junit", &["check", "ALL", "-f", "junit"]),
    ("sarif", &["check", "ALL", "-f", "sarif"]),
    ("github", &["check", "ALL", "-f", "github"]),
    ("gitlab", &["check", "ALL", "-f", "gitlab"]),
    ("text", &["grade", "CLASS", "-f", "table"]),
    ("json", &["grade", "CLASS", "-f", "json"]),
    ("csv", &["grade", "CLASS", "-f", "csv"]),
    ("html", &["grade", "CLASS", "-f", "html"]),
    ("markdown", &["grade", "CLASS", "-f", "markdown"]),
    ("junit", &["grade", "CLASS", "-f", "junit"]),
    ("gradescope", &["grade", "ONE", "-f", "gradescope"]),
    ("classroom", &["grade", "ONE", "-f", "classroom"]),
    ("csv", &["grade", "CLASS", "-f", "moodle", "--moodle-key", "username"]),
    ("text", &["grade", "--matrix", "PAIRS", "-f", "table"]),
    ("json", &["grade", "--matrix", "PAIRS", "-f", "json"]),
    ("csv", &["grade", "--matrix", "PAIRS", "-f", "csv"]),
    ("markdown", &["grade", "--matrix", "PAIRS", "-f", "markdown"]),
    ("html", &["grade", "--matrix", "PAIRS", "-f", "html"]),
    ("text", &["diff", "quiet.pcap", "ALL", "-f", "table"]),
    ("json", &["diff", "quiet.pcap", "ALL", "-f", "json"]),
    ("text", &["ladder", "ALL", "-f", "table"]),
    ("text", &["ladder", "ALL", "-f", "text"]),
    ("text", &["ladder", "ALL", "--ascii"]),
    ("svg", &["ladder", "ALL", "-f", "svg"]),
    ("html", &["ladder", "ALL", "-f", "html"]),
    ("mermaid", &["ladder", "ALL", "-f", "mermaid"]),
    ("json", &["ladder", "ALL", "-f", "json"]),
    ("text", &["stats", "ALL", "-f", "table"]),
    ("json", &["stats", "ALL", "-f", "json"]),
    ("csv", &["stats", "ALL", "-f", "csv"]),
];

/// Runs that write files: what is read of them, by what law, and the arguments.
const FILES: &[(&str, &str, &[&str])] = &[
    ("annotated", "out.pcapng", &["check", "ONE", "--annotate", "out.pcapng"]),
    ("json", "base.json", &["check", "ALL", "--write-baseline", "base.json"]),
    ("markdown", "feedback/*.md", &["grade", "CLASS", "--feedback", "feedback"]),
    ("html", "pages/*.html", &["grade", "CLASS", "--feedback", "pages", "--feedback-format", "html"]),
    ("html", "pages/captures/*.html", &["grade", "CLASS", "--feedback", "pages", "--feedback-format", "html"]),
    ("html", "reports/*.html", &["ci", "ALL", "--reports", "reports"]),
    ("json", "reports/check.json", &["ci", "ALL", "--reports", "reports"]),
    ("junit", "reports/*.xml", &["ci", "ALL", "--reports", "reports"]),
    ("sarif", "reports/*.sarif", &["ci", "ALL", "--reports", "reports"]),
    ("gitlab", "reports/gl-code-quality-report.json", &["ci", "ALL", "--reports", "reports"]),
    ("markdown", "reports/*.md", &["ci", "ALL", "--reports", "reports"]),
];

/// Protocols, and what carries them.
const SPOKEN: [(&str, Transport); 5] = [
    ("c2w-g9", Transport::Tcp),
    ("c2w-g22", Transport::Udp),
    ("imp", Transport::Udp),
    ("shen", Transport::Udp),
    ("chatos", Transport::Tcp),
];

/// Somebody of this name says this, and somebody else is told.
fn talk(protocol: &'static str, transport: Transport, attack: &str) -> Vec<u8> {
    let role = |name: &str, after| Role {
        name: name.to_owned(),
        after: Duration::from_millis(after),
        steps: vec![
            Step::Login(name.to_owned()),
            Step::List,
            Step::Wait(Duration::from_secs(2)),
            Step::Say(attack.to_owned()),
            Step::Wait(Duration::from_secs(2)),
            Step::Logout,
        ],
    };
    let scenario = Scenario { roles: vec![role(attack, 0), role("bob", 500)] };
    simulate(&Plan::new(protocol, transport, scenario), Vec::new()).unwrap().0
}

/// A file as strangers may name it; what no file can be called is left out.
fn called(attack: &str) -> String {
    attack.replace(['/', '\0'], "_")
}

/// The captures of an attack, under its name, in every folder that the commands ask for.
fn folder(attack: &str) -> Folder {
    let name = called(attack);
    let login = hostile(attack.as_bytes(), attack.as_bytes());
    let quiet = hostile(b"alice", b"hello");
    let folder = Folder::with(&[("quiet.pcap", quiet.bytes())]);
    for path in ["all/NAME.pcap", "class/NAME/NAME.pcap", "class/b/b.pcap", "pairs/NAME--b/NAME.pcap"] {
        folder.put(&path.replace("NAME", &name), login.bytes());
    }
    for (protocol, transport) in SPOKEN {
        folder.put(&format!("all/{name}{protocol}.pcap"), &talk(protocol, transport, attack));
    }
    folder
}

/// Runs what is asked for, and looks at its output and at what it says.
fn ran(folder: &Folder, run: &[&str], attack: &str) -> String {
    let one = format!("class/{}", called(attack));
    let file = format!("{one}/{}.pcap", called(attack));
    let arguments: Vec<&str> = run
        .iter()
        .map(|word| match *word {
            "ALL" => "all",
            "CLASS" => "class",
            // An annotated copy is of one file.
            "ONE" if run[0] == "check" => &file,
            "ONE" => &one,
            "PAIRS" => "pairs",
            word => word,
        })
        .collect();
    let output = folder.run(&arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{run:?}: {said}");
    laws::plain(run, &said);
    String::from_utf8(output.stdout).unwrap()
}

/// The files of a pattern with one star at most.
fn found(folder: &Folder, pattern: &str) -> Vec<Vec<u8>> {
    let path = folder.path().join(pattern);
    let Some((_, end)) = pattern.rsplit('/').next().unwrap().split_once('*') else {
        return vec![fs::read(path).unwrap()];
    };
    let entries = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.filter(|path| path.is_file() && path.to_string_lossy().ends_with(end));
    named.map(|path| fs::read(path).unwrap()).collect()
}

/// An attack in one format, wherever there is that.
fn under(attack: &str, format: &str) {
    let folder = folder(attack);
    let mut shown = 0;
    for (law, run) in RUNS.iter().filter(|(law, _)| *law == format) {
        let text = ran(&folder, run, attack);
        shown += laws::hold(law, run, text.as_bytes(), attack);
    }
    for (law, pattern, run) in FILES.iter().filter(|(law, ..)| *law == format) {
        ran(&folder, run, attack);
        let files = found(&folder, pattern);
        assert!(!files.is_empty(), "{run:?}: no {pattern}");
        shown += files.iter().map(|file| laws::hold(law, run, file, attack)).sum::<usize>();
    }
    assert!(shown > 0, "an attack that does not get that far proves nothing: {format}");
}

macro_rules! attacks {
    ($($name:ident: $text:expr;)*) => { $(
        mod $name {
            const ATTACK: &str = $text;
            attacks!(@formats text json jsonl csv markdown html junit sarif github gitlab svg mermaid gradescope
                classroom annotated);
        }
    )* };
    (@formats $($format:ident)*) => { $(
        #[test]
        fn $format() {
            super::under(ATTACK, stringify!($format));
        }
    )* };
}

attacks! {
    clearing_the_screen: "WGX\x1b[2J\x1b[H\x1b[31m";
    setting_the_title_and_ringing_the_bell: "WGX\x1b]0;owned\x07\x1b]8;;http://x\x1b\\\x7f";
    c1_controls: "WGX\u{9b}31m\u{85}\u{90}q\u{9c}";
    right_to_left: "WGX\u{202e}txt.exe\u{2066}\u{200f}\u{61c}";
    invisible_characters: "WGX\u{200b}\u{feff}\u{ad}\u{2060}\u{e0041}";
    a_line_of_its_own: "WGX\r\n::error::WGX\r\n  FAIL\u{2028}x";
    equals_formula: "=WGX(\"x\")";
    plus_formula: "+WGX";
    minus_formula: "-WGX";
    at_formula: "@WGX";
    tab_before_a_formula: "\t=WGX";
    markup: "WGX<wgx-x onload=y>]]>&lt;</wgx-x>";
    markup_that_ends_a_script: "WGX</script><wgx-x>-->";
    markup_that_ends_an_attribute: "WGX\"><wgx-x a='\"'><b";
    links_and_images: "[WGX](http://z)![WGX](z) @all #1";
    code_and_cells_that_end: "WGX`` | <b>x</b> | **WGX**";
    a_cell_and_a_backslash: "WGX\\| x \\` y \\";
    a_workflow_command: "::error file=x,line=1::WGX%0A::stop-commands::z";
    characters_xml_has_not: "WGX\u{1}\u{b}\u{fffe}\u{ffff}\u{0}";
    json_that_ends: "WGX\"},{\"x\":\"\\";
    a_diagram_that_goes_on: "WGX;end\n  participant z as %%{init:{}}%% #quot;";
}

#[test]
fn every_command_and_format_is_attacked() {
    let folder = Folder::with(&[]);
    for command in ["dissect", "flows", "check", "grade", "diff", "ladder", "stats"] {
        let said = String::from_utf8(folder.run(&[command, "-f", "?", "x", "y"]).stderr).unwrap();
        let values = said.split("[possible values: ").nth(1).and_then(|rest| rest.split(']').next()).unwrap();
        for format in values.split(", ") {
            let attacked = RUNS.iter().any(|(_, run)| run[0] == command && run.windows(2).any(|w| w == ["-f", format]));
            assert!(attacked, "{command} -f {format}");
        }
    }
}

#[test]
fn text_that_is_not_utf_8() {
    let folder = Folder::with(&[]);
    for path in ["all/x.pcap", "class/x/x.pcap", "class/y/y.pcap", "pairs/a--b/x.pcap", "quiet.pcap"] {
        folder.put(path, hostile(b"WGX\xff\xc3", b"\x80=WGX").bytes());
    }
    for (law, run) in RUNS {
        let text = ran(&folder, run, "x");
        laws::hold(law, run, text.as_bytes(), "WGX");
    }
    let document = folder.json(&["dissect", "-f", "json", "--name", "loginRequest", "quiet.pcap"], 0);
    let fields = &document["messages"][0]["fields"];
    assert_eq!((&fields["user_name"], &fields["user_name_hex"]), (&"WGX\u{fffd}\u{fffd}".into(), &"574758ffc3".into()));
    assert!(folder.stdout(&["dissect", "--name", "loginRequest", "quiet.pcap"], 0).contains("\"WGX\\xFF\\xC3\""));
}

#[test]
fn json_keeps_what_was_sent() {
    let attack = "WGX\x1b[2J\u{202e}\"\\\n";
    let folder = Folder::with(&[("x.pcap", hostile(attack.as_bytes(), b"hello").bytes())]);
    let document: Value = folder.json(&["dissect", "-f", "json", "--name", "loginRequest", "x.pcap"], 0);
    assert_eq!(document["messages"][0]["fields"]["user_name"], attack);
}

#[test]
fn a_table_shows_what_was_sent_instead_of_doing_it() {
    let folder = Folder::with(&[("x.pcap", hostile(b"WGX\x1b[2J", b"hello").bytes())]);
    for run in [&["dissect", "x.pcap"][..], &["ladder", "x.pcap"], &["check", "-f", "junit", "x.pcap"]] {
        let output = folder.run(run);
        assert!(String::from_utf8(output.stdout).unwrap().contains("WGX\\x1B[2J"), "{run:?}");
    }
}
