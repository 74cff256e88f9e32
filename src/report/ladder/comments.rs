//! What is said of each frame, for a capture that carries it as comments: message, exchange, findings.

use super::{Arrow, Ladder, Mark, Row};
use std::collections::BTreeMap;

/// The comments of each frame, in the order of its messages, findings behind them.
#[must_use]
pub fn comments(ladders: &[Ladder]) -> BTreeMap<u64, Vec<String>> {
    let mut comments: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for ladder in ladders {
        let answers = answers(ladder);
        for arrow in ladder.rows.iter().filter_map(Row::arrow) {
            comments.entry(arrow.frame).or_default().push(message(ladder, arrow, &answers));
        }
    }
    for mark in ladders.iter().flat_map(|ladder| &ladder.marks) {
        comments.entry(mark.frame).or_default().push(finding(mark));
    }
    comments
}

/// The frames in which the frames of a diagram are answered.
fn answers(ladder: &Ladder) -> BTreeMap<u64, u64> {
    ladder.rows.iter().filter_map(Row::arrow).filter_map(|arrow| Some((arrow.answers?, arrow.frame))).collect()
}

fn message(ladder: &Ladder, arrow: &Arrow, answers: &BTreeMap<u64, u64>) -> String {
    let name = |index: usize| ladder.lifelines.get(index).map_or("?", |lifeline| lifeline.name.as_str());
    let mut text =
        format!("{} {} to {}: {}", ladder.protocols.join(" "), name(arrow.from), name(arrow.to), arrow.label());
    if let Some(first) = arrow.first_frame {
        text.push_str(&format!(" (first in frame {first})"));
    }
    if let Some(frame) = answers.get(&arrow.frame) {
        text.push_str(&format!("; answered in frame {frame}"));
    }
    text
}

fn finding(mark: &Mark) -> String {
    let mut text =
        format!("{} {} {} ({}, {}): {}", mark.severity, mark.rule, mark.name, mark.actor, mark.citation, mark.message);
    if let Some(caveat) = &mark.caveat {
        text.push_str(". But: ");
        text.push_str(caveat);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn messages_exchanges_and_findings_stand_at_their_frames() {
        let comments = comments(&[samples::ladder()]);
        assert_eq!(
            comments[&2],
            [
                "demo alice to server: Hello #0 \"alice\" · 2nd time (first in frame 1); answered in frame 3",
                "error R001 early-retransmission (client, demo §2.1): Hello #0 sent again after 500 ms; the timer is 2 s \
                 (tolerance 400 ms)",
            ]
        );
        assert_eq!(comments[&3], ["demo server to alice: Welcome #0 id=7 · 12 ms after 2"]);
        assert!(comments[&9][0].ends_with("never answered. But: the capture lacks 12 bytes"));
    }
}
