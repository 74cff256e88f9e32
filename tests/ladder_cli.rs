//! `ladder` as it is run: what is drawn, which part of it, and what is said of the rest.

#[allow(dead_code, reason = "shared with the other commands, of which this file runs one")]
#[path = "cli_commands/support.rs"]
mod support;

use insta::assert_snapshot;
use serde_json::{Value, json};
use support::{Folder, conversation};

fn folder() -> Folder {
    Folder::with(&[("chat.pcap", conversation().bytes())])
}

fn ladders(arguments: &[&str]) -> Vec<Value> {
    let document = folder().json(&[&["ladder", "chat.pcap", "-f", "json"], arguments].concat(), 0);
    document["ladders"].as_array().unwrap().clone()
}

fn rows<'v>(ladder: &'v Value, kind: &str) -> Vec<&'v Value> {
    ladder["rows"].as_array().unwrap().iter().filter(|row| row["row"] == kind).collect()
}

#[test]
fn a_server_stands_between_its_clients() {
    assert_snapshot!(folder().outcome(&["ladder", "chat.pcap"]));
}

#[test]
fn one_client_stands_beside_its_server() {
    assert_snapshot!(folder().outcome(&["ladder", "chat.pcap", "--session", "1", "--ascii"]));
}

#[test]
fn a_sequence_diagram_for_code_hosts() {
    assert_snapshot!(folder().outcome(&["ladder", "chat.pcap", "-f", "mermaid"]));
}

#[test]
fn the_layout_ties_answers_and_marks_what_was_sent_again() {
    let ladders = ladders(&[]);
    assert_eq!(ladders.len(), 1);
    let names: Vec<&Value> = ladders[0]["lifelines"].as_array().unwrap().iter().map(|line| &line["name"]).collect();
    assert_eq!(names, ["alice", "server", "bob"]);
    let messages = rows(&ladders[0], "message");
    let by_frame = |frame: u64| *messages.iter().find(|row| row["frame"] == frame).unwrap();
    assert_eq!(messages.len(), 20);
    assert_eq!((&by_frame(2)["answers"], &by_frame(2)["latency_ms"]), (&json!(1), &json!(3.0)));
    assert_eq!(by_frame(12)["outcome"], "sent_again");
    let again = by_frame(13);
    assert_eq!((&again["attempt"], &again["first_frame"]), (&json!(2), &json!(12)));
    assert_eq!((&again["outcome"], &again["marks"]), (&json!("answered"), &json!([1])));
    assert_eq!((&by_frame(14)["answers"], &by_frame(14)["latency_ms"]), (&json!(13), &Value::Null));
    assert_eq!(ladders[0]["marks"][0]["rule"], "R001");
}

#[test]
fn what_is_left_out_is_said_and_counted() {
    let near = &ladders(&["--only", "findings±2"])[0];
    assert_eq!(rows(near, "message").len(), 5);
    let cuts: Vec<u64> = rows(near, "cut").iter().map(|row| row["messages"].as_u64().unwrap()).collect();
    assert_eq!(cuts, [10, 5]);
    assert_eq!((&near["messages"], &near["left_out"]), (&json!(20), &json!(15)));
    for spelling in ["findings+-2", "findings:2"] {
        assert_eq!(&ladders(&["--only", spelling])[0], near);
    }
    let first = &ladders(&["--max-rows", "4"])[0];
    assert_eq!((rows(first, "message").len(), &first["left_out"]), (4, &json!(16)));
    assert_eq!(first["marks"][0]["drawn"], false);
    assert_eq!(rows(&ladders(&["--max-rows", "0"])[0], "message").len(), 20);
}

#[test]
fn a_part_is_drawn_as_a_part() {
    assert_eq!(rows(&ladders(&["--from", "12", "--to", "14"])[0], "message").len(), 3);
    assert_eq!(rows(&ladders(&["--from", "2s", "--to", "2.2s"])[0], "message").len(), 4);
    assert_eq!(rows(&ladders(&["--name", "DataMessage"])[0], "message").len(), 3);
    let of =
        |arguments: &[&str]| ladders(arguments).iter().map(|ladder| ladder["sessions"].clone()).collect::<Vec<_>>();
    assert_eq!(of(&["--per", "session"]), [json!([1]), json!([2])]);
    assert_eq!(of(&["--user", "bob"]), [json!([2])]);
    assert_eq!(of(&["--per", "capture"]), [json!([1, 2])]);
}

#[test]
fn table_is_another_word_for_text() {
    let folder = folder();
    let drawn = |format| folder.stdout(&["ladder", "chat.pcap", "-f", format], 0);
    assert_eq!(drawn("table"), drawn("text"));
    for line in drawn("text").lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(!drawn("text").contains('\x1b'));
    let coloured = folder.stdout(&["ladder", "chat.pcap", "--color", "always"], 0);
    assert!(coloured.contains("\x1b[31m"), "the finding is red");
}

#[test]
fn what_is_asked_wrongly_is_a_usage_error() {
    let output = folder().run(&["ladder", "chat.pcap", "--only", "faults"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("write findings±5"));
}
