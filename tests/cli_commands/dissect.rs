//! `dissect`: the table, the tree, the records, and looking at a part.

use super::support::{Folder, conversation};
use insta::assert_snapshot;
use serde_json::{Value, json};

fn folder() -> Folder {
    Folder::with(&[("chat.pcap", conversation().bytes())])
}

#[test]
fn the_table_has_a_line_a_message() {
    assert_snapshot!(folder().outcome(&["dissect", "chat.pcap"]));
}

#[test]
fn no_line_of_the_table_is_longer_than_80_columns() {
    for line in folder().stdout(&["dissect", "chat.pcap"], 0).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_tree_has_every_field_with_its_bytes() {
    assert_snapshot!(folder().outcome(&["dissect", "-V", "--from", "10", "--to", "12", "chat.pcap"]));
}

#[test]
fn the_records_are_those_of_the_contract() {
    let document = folder().json(&["dissect", "--format", "json", "chat.pcap"], 0);
    let messages = document["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 20);
    let mut said = messages[11].clone();
    for (name, value) in [("capture", json!(1)), ("session", json!(1)), ("flow", json!(1))] {
        assert_eq!(said[name], value, "{name}");
    }
    for name in ["capture", "session", "flow"] {
        said.as_object_mut().unwrap().remove(name);
    }
    let fields = said.as_object_mut().unwrap().remove("fields").unwrap();
    assert_eq!(
        said,
        json!({
            "frame": 12, "frames": [12], "time": "2017-02-27T10:00:02.000000000Z", "relative_s": 2.0,
            "protocol": "imp", "transport": "udp", "src": "10.0.0.2:40001", "dst": "10.0.0.1:1313",
            "direction": "client-to-server", "name": "DataMessage", "seq": 1, "ack": false, "length": 14, "error": null,
        })
    );
    for (name, value) in [
        ("source_id", json!(1)),
        ("group_id", json!(1)),
        ("header_length", json!(7)),
        ("data_length", json!(7)),
        ("payload", json!("bonjour")),
    ] {
        assert_eq!(fields[name], value, "{name}");
    }
    let acknowledgement = &messages[2];
    assert_eq!(acknowledgement["name"], "Acknowledgement");
    assert_eq!(acknowledgement["ack"], true);
    assert_eq!(acknowledgement["acknowledges"], "ConnectionAccept");
    assert_eq!(document["captures"][0]["packets"], 20);
    assert_eq!(document["captures"][0]["link_type"], "raw");
    assert_eq!(document["captures"][0]["truncated"], false);
    assert_eq!(document["captures"][0]["first_time"], "2017-02-27T10:00:00.000000000Z");
}

#[test]
fn lines_are_the_same_records_and_the_summary_is_the_last() {
    let folder = folder();
    let document = folder.json(&["dissect", "-f", "json", "chat.pcap"], 0);
    let text = folder.stdout(&["dissect", "-f", "jsonl", "chat.pcap"], 0);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut messages = Vec::new();
    for mut line in lines.clone() {
        if line.as_object_mut().unwrap().remove("kind") == Some(json!("message")) {
            messages.push(line);
        }
    }
    assert_eq!(document["messages"], Value::from(messages));
    assert_eq!(lines.last().unwrap()["kind"], "summary");
    assert_eq!(lines.last().unwrap()["messages"], 20);
    assert_eq!(lines.iter().filter(|line| line["kind"] == "capture").count(), 1);
}

#[test]
fn a_row_a_message_in_csv() {
    assert_snapshot!(folder().outcome(&["dissect", "-f", "csv", "--from", "12", "--to", "2.2s", "chat.pcap"]));
}

#[test]
fn a_part_is_looked_at_by_frame_second_time_name_client_session_and_user() {
    let folder = folder();
    let frames = |options: &[&str]| {
        let arguments = [&["dissect", "-q", "-f", "json"], options, &["chat.pcap"]].concat();
        let document = folder.json(&arguments, 0);
        let messages = document["messages"].as_array().unwrap();
        messages.iter().map(|message| message["frame"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(frames(&["--from", "19"]), [19, 20]);
    assert_eq!(frames(&["--to", "0.003s"]), [1, 2]);
    assert_eq!(frames(&["--from", "2017-02-27T10:00:03.005Z"]), [19, 20]);
    assert_eq!(frames(&["--name", "DataMessage"]), [12, 13, 15]);
    assert_eq!(frames(&["--client", "10.0.0.3:40002", "--to", "6"]), [4, 5, 6]);
    assert_eq!(frames(&["--session", "2", "--to", "6"]), [4, 5, 6]);
    assert_eq!(frames(&["--user", "alice", "--to", "6"]), [1, 2, 3]);
    assert_eq!(frames(&["--user", "nobody"]), [0; 0]);
}

#[test]
fn a_tree_has_no_room_in_csv() {
    assert_snapshot!(folder().outcome(&["dissect", "-V", "-f", "csv", "chat.pcap"]), @r"
    $ wiregrade dissect -V -f csv chat.pcap
    [stderr]
    wiregrade: -V draws a tree: csv has no room for it (use table, json or jsonl)
    [exit status: 2]
    ");
}
