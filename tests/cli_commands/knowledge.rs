//! `explain`, `protocols`, `schema`, and what the program says of itself.

use super::support::Folder;
use insta::assert_snapshot;

#[test]
fn a_rule_explains_itself() {
    let text = Folder::with(&[]).stdout(&["explain", "R002"], 0);
    let headings = ["What it checks", "Why it matters", "What to do instead", "Where the documents say so"];
    let places: Vec<Option<usize>> = headings.iter().map(|heading| text.find(&format!("\n{heading}\n  "))).collect();
    assert!(text.starts_with("R002 missing-retransmission (error)\n"), "{text}");
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    assert!(text.contains("\n  imp      §3.2\n"), "{text}");
}

#[test]
fn what_the_program_knows_fits_80_columns() {
    let folder = Folder::with(&[]);
    let mut asked = vec!["explain".to_owned(), "protocols".to_owned()];
    for (command, key, id) in [("explain", "rules", "code"), ("protocols", "protocols", "id")] {
        let document = folder.json(&[command, "-f", "json"], 0);
        for entry in document[key].as_array().unwrap() {
            asked.push(format!("{command} {}", entry[id].as_str().unwrap()));
        }
    }
    assert!(asked.len() > 40);
    for command in asked {
        let text = folder.stdout(&command.split(' ').collect::<Vec<_>>(), 0);
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

#[test]
fn the_rules_are_listed_by_family() {
    assert_snapshot!(Folder::with(&[]).outcome(&["explain"]));
}

#[test]
fn a_rule_is_found_by_name_and_a_family_by_letter() {
    let folder = Folder::with(&[]);
    assert!(folder.stdout(&["explain", "early-retransmission"], 0).starts_with("R001 early-retransmission (error)\n"));
    assert_eq!(folder.json(&["explain", "T", "-f", "json"], 0)["rules"].as_array().unwrap().len(), 2);
    assert_snapshot!(folder.outcome(&["explain", "X999"]), @r#"
    $ wiregrade explain X999
    [stderr]
    wiregrade: there is no rule "X999" (wiregrade explain lists them)
    [exit status: 2]
    "#);
}

#[test]
fn the_protocols_are_listed() {
    assert_snapshot!(Folder::with(&[]).outcome(&["protocols"]));
}

#[test]
fn a_protocol_shows_its_messages_and_timers() {
    let text = Folder::with(&[]).stdout(&["protocols", "imp"], 0);
    for part in [
        "  0x05 DataMessage ",
        "answered by: ",
        "an unanswered message is sent again after 500 ms, not sooner",
        "at most 5 times",
        "stop and wait",
        "imp.row-order: figure (default) | text",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let unknown = Folder::with(&[]).outcome(&["protocols", "irc"]);
    assert!(unknown.contains("there is no protocol \"irc\"; there are c2w-g9, "), "{unknown}");
    assert!(unknown.ends_with("[exit status: 2]\n"), "{unknown}");
}

#[test]
fn the_version_says_what_a_bug_report_needs() {
    let folder = Folder::with(&[]);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(folder.stdout(&["-V"], 0), format!("wiregrade {version}\n"));
    let long = folder.stdout(&["--version"], 0);
    for part in [version, "schema 1.0", "39 rules", "imp", std::env::consts::ARCH] {
        assert!(long.contains(part), "{part}: {long}");
    }
}

#[test]
fn help_names_every_command_and_the_exit_statuses() {
    let help = Folder::with(&[]).stdout(&["--help"], 0);
    for part in ["dissect", "flows", "check", "stats", "explain", "protocols", "schema", "Exit status: 0 done"] {
        assert!(help.contains(part), "{part}: {help}");
    }
}
