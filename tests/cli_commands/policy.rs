//! How strictly is judged: `--policy`, `--max-ack`, `--tolerance`.

use super::support::{Folder, conversation};
use insta::assert_snapshot;
use serde_json::json;

fn folder() -> Folder {
    Folder::with(&[("chat.pcap", conversation().bytes())])
}

fn policed(policy: &str) -> Folder {
    let folder = folder();
    folder.put("strict.toml", policy.as_bytes());
    folder
}

#[test]
fn a_bound_that_is_exceeded_is_a_finding_with_both_figures() {
    assert_snapshot!(folder().outcome(&["check", "-q", "--select", "T001", "--max-ack", "p95=1ms", "chat.pcap"]));
}

#[test]
fn each_bound_is_held_by_itself() {
    let folder = folder();
    let status = |bounds: &[&str]| {
        let options: Vec<&str> = bounds.iter().flat_map(|bound| ["--max-ack", bound]).collect();
        let arguments = [&["check", "--select", "T001"], options.as_slice(), &["chat.pcap"]].concat();
        folder.run(&arguments).status.code()
    };
    assert_eq!(status(&[]), Some(0));
    assert_eq!(status(&["p95=10s", "median=10s"]), Some(0));
    assert_eq!(status(&["p95=10s", "max=1us"]), Some(1));
    assert_eq!(status(&["1us"]), Some(1), "a duration alone is the maximum");
}

#[test]
fn a_rule_without_a_bound_does_not_exist_and_with_one_it_is_counted() {
    let verdict = |options: &[&str]| {
        let arguments = [&["check", "-f", "json", "--fail-on", "never"], options, &["chat.pcap"]].concat();
        let document = folder().json(&arguments, 0);
        let rules = document["rules"].as_array().unwrap().clone();
        rules.into_iter().find(|rule| rule["rule"] == "T001").map(|rule| rule["verdict"].clone())
    };
    assert_eq!(verdict(&["--max-ack", "p95=10s"]), Some(json!("pass")));
    assert_eq!(verdict(&["--max-ack", "p95=1us"]), Some(json!("fail")));
    assert_ne!(verdict(&[]), Some(json!("pass")));
}

#[test]
fn a_policy_turns_rules_off_and_changes_what_they_weigh() {
    let status = |policy: &str, options: &[&str]| {
        let arguments = [&["check", "--policy", "strict.toml"], options, &["chat.pcap"]].concat();
        policed(policy).run(&arguments).status.code()
    };
    let of_r001 = |what: &str| format!("[[rule]]\ncode = \"R001\"\n{what}\n");
    assert_eq!(status("", &[]), Some(1));
    assert_eq!(status(&of_r001("enabled = false"), &[]), Some(0));
    assert_eq!(status(&of_r001("severity = \"warning\""), &[]), Some(0));
    assert_eq!(status(&of_r001("severity = \"warning\""), &["--fail-on", "warning"]), Some(1));
    assert_eq!(status(&of_r001("role = \"server\"\nenabled = false"), &[]), Some(1));
    assert_eq!(status("[timers.imp]\nresend = \"150ms\"\n", &["--select", "R001"]), Some(0));
    assert_eq!(status("[[latency]]\nmax = \"1us\"\nprotocol = \"shen\"\n", &["--select", "T001"]), Some(0));
    assert_eq!(status("[[latency]]\nmax = \"1us\"\nprotocol = \"imp\"\n", &["--select", "T001"]), Some(1));
}

#[test]
fn an_option_goes_before_the_file() {
    let folder = policed("tolerance = \"90%\"\n");
    let status = |options: &[&str]| {
        let arguments = [&["check", "--policy", "strict.toml"], options, &["chat.pcap"]].concat();
        folder.run(&arguments).status.code()
    };
    assert_eq!(status(&[]), Some(0));
    assert_eq!(status(&["--tolerance", "10%"]), Some(1));
}

#[test]
fn a_reading_that_the_policy_settles_is_settled() {
    let folder = policed("[conventions]\n\"imp.row-order\" = \"text\"\n");
    let row_order = |options: &[&str]| {
        let arguments = [&["check", "-f", "json", "--fail-on", "never"], options, &["chat.pcap"]].concat();
        folder.json(&arguments, 0)["sessions"][0]["conventions"]["row-order"].clone()
    };
    assert_eq!(row_order(&["--policy", "strict.toml"]), json!("text"));
    assert_eq!(row_order(&["--policy", "strict.toml", "--convention", "imp.row-order=figure"]), json!("figure"));
}

#[test]
fn mistakes_are_said_with_their_place() {
    let said = |policy: &str| {
        let output = policed(policy).run(&["check", "--policy", "strict.toml", "chat.pcap"]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_snapshot!(
        [
            said("tolerance = \n"),
            said("[timers.imp]\nresend = \"soon\"\n"),
            said("[timers.irc]\n"),
            said("[conventions]\n\"imp.row-order\" = \"sideways\"\n"),
            said("[[rule]]\ncode = \"X\"\n"),
            said("[[rule]]\ncode = \"R001\"\nseverty = \"info\"\n"),
            said("[[latency]]\np95 = \"200ms\"\nmessage = \"DataMesage\"\n"),
        ]
        .concat()
    );
    let usage = |arguments: &[&str]| folder().outcome(&[&["check", "chat.pcap"], arguments].concat());
    assert_snapshot!(
        "mistakes_in_options_are_said",
        [
            usage(&["--policy", "nowhere.toml"]),
            usage(&["--max-ack", "p42=1s"]),
            usage(&["--max-ack", "p95=soon"]),
            usage(&["--tolerance=-5%"]),
        ]
        .concat()
    );
}
