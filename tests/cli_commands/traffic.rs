//! `flows` and `stats`.

use super::support::{Folder, conversation, strangers};
use insta::assert_snapshot;

fn folder() -> Folder {
    Folder::with(&[("chat.pcap", conversation().bytes()), ("other.pcap", strangers().bytes())])
}

#[test]
fn every_flow_says_which_protocol_it_speaks_or_that_it_speaks_none() {
    let folder = folder();
    let document = folder.json(&["flows", "-f", "json", "chat.pcap", "other.pcap"], 0);
    let flows = document["flows"].as_array().unwrap();
    let of = |key: &str| flows.iter().map(|flow| flow[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("capture"), [1, 1, 2, 2]);
    assert_eq!(of("flow"), [1, 2, 1, 2]);
    assert_eq!(of("protocol"), ["imp".into(), "imp".into(), serde_json::Value::Null, serde_json::Value::Null]);
    assert_eq!(of("server")[0], "10.0.0.1:1313");
    assert_eq!(of("messages")[..2], [10, 10]);
    assert!(flows.iter().all(|flow| (0.0..=1.0).contains(&flow["confidence"].as_f64().unwrap())));
    let tcp = &flows[2]["tcp"];
    assert_eq!(tcp["handshake_ms"], 2.0);
    assert_eq!((&tcp["retransmitted"], &tcp["missing_bytes"]), (&1.into(), &0.into()));
    assert_eq!(flows[0]["tcp"], serde_json::Value::Null);
}

#[test]
fn the_table_of_flows_says_why() {
    let text = folder().stdout(&["flows", "chat.pcap", "other.pcap"], 0);
    assert_eq!(text.matches("why: ").count(), 4);
    assert!(text.contains("    1  udp 10.0.0.2:40001 → 10.0.0.1:1313  imp ("), "{text}");
    assert!(text.contains("tcp: handshake 2.00 ms, 1 segment retransmitted"), "{text}");
    assert!(text.ends_with("4 flows, 2 recognized: 2 imp\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn a_row_a_flow_in_csv() {
    let text = folder().stdout(&["flows", "-f", "csv", "chat.pcap", "other.pcap"], 0);
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let column = |index: usize| rows.iter().map(|row| row[index].to_owned()).collect::<Vec<_>>();
    assert_eq!(column(1), ["chat.pcap", "chat.pcap", "other.pcap", "other.pcap"]);
    assert_eq!(column(4), ["10.0.0.2:40001", "10.0.0.3:40002", "10.0.0.9:50000", "10.0.0.9:50001"]);
}

#[test]
fn flows_are_looked_at_in_part() {
    let folder = folder();
    let flows = |options: &[&str]| {
        let arguments = [&["flows", "-f", "json"], options, &["chat.pcap"]].concat();
        let document = folder.json(&arguments, 0);
        let flows = document["flows"].as_array().unwrap();
        flows.iter().map(|flow| flow["flow"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(flows(&["--client", "10.0.0.2:40001"]), [1]);
    assert_eq!(flows(&["--user", "bob"]), [2]);
    assert_eq!(flows(&["--name", "DisconnectionRequest"]), [1]);
    assert_eq!(flows(&["--to", "0.5s"]), [1]);
}

#[test]
fn stats_count_what_is_there() {
    assert_snapshot!(folder().outcome(&["stats", "chat.pcap", "other.pcap"]));
}

#[test]
fn the_sums_of_stats_agree() {
    let document = folder().json(&["stats", "-f", "json", "chat.pcap", "other.pcap"], 0);
    let sum = |key: &str, field: &str| {
        document[key].as_array().unwrap().iter().map(|row| row[field].as_u64().unwrap()).sum::<u64>()
    };
    assert_eq!(sum("messages", "count"), 20);
    assert_eq!((sum("endpoints", "sent"), sum("endpoints", "received")), (20, 20));
    assert_eq!(sum("activity", "messages"), 20);
    let all = &document["hierarchy"][0];
    assert_eq!((&all["path"], &all["packets"], &all["flows"]), (&serde_json::json!([]), &29.into(), &4.into()));
}
