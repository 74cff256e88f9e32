//! Parts of diagrams for tests.

use super::{Arrow, Ladder, Lifeline, Mark, Outcome, Row};
use crate::report::view::Endpoint;

pub(super) fn arrow() -> Arrow {
    Arrow {
        frame: 1,
        relative_s: 0.0,
        from: 0,
        to: 1,
        name: Some("Hello".to_owned()),
        acknowledges: None,
        seq: Some("#0".to_owned()),
        detail: "\"alice\"".to_owned(),
        ack: false,
        outcome: Outcome::None,
        attempt: 1,
        first_frame: None,
        answers: None,
        latency_ms: None,
        error: None,
        marks: Vec::new(),
    }
}

fn lifeline(role: &'static str, name: &str, endpoint: &str) -> Lifeline {
    let endpoint = Endpoint(endpoint.parse().expect("an endpoint"));
    Lifeline { role, session: None, name: name.to_owned(), endpoint }
}

/// Everything that can be in a diagram, once.
pub(in crate::report) fn ladder() -> Ladder {
    let message = |arrow| Row::Message(Box::new(arrow));
    let hello = arrow();
    let lost = Arrow { outcome: Outcome::SentAgain, ..arrow() };
    let again = Arrow {
        frame: 2,
        relative_s: 0.5,
        outcome: Outcome::Answered,
        attempt: 2,
        first_frame: Some(1),
        marks: vec![1],
        ..arrow()
    };
    let answer = Arrow {
        frame: 3,
        relative_s: 0.512,
        from: 1,
        to: 0,
        name: Some("Welcome".to_owned()),
        detail: "id=7".to_owned(),
        answers: Some(2),
        latency_ms: Some(12.0),
        ack: true,
        ..arrow()
    };
    let relay = Arrow {
        frame: 4,
        relative_s: 3.0,
        from: 1,
        to: 2,
        name: Some("Chat".to_owned()),
        detail: "\"<script>alert(1)</script> & a text that is rather longer than its arrow\"".to_owned(),
        outcome: Outcome::Unanswered,
        error: Some("F007"),
        ..arrow()
    };
    let direct = Arrow { frame: 5, relative_s: 3.1, from: 0, to: 2, name: None, seq: None, ..hello.clone() };
    Ladder {
        capture: 1,
        title: "demo server 10.0.0.1:5000, 2 sessions".to_owned(),
        protocols: vec!["demo"],
        sessions: vec![1, 2],
        lifelines: vec![
            lifeline("client", "alice", "10.0.0.2:40001"),
            lifeline("server", "server", "10.0.0.1:5000"),
            lifeline("client", "bob <b>", "10.0.0.3:40002"),
        ],
        rows: vec![
            message(lost),
            Row::Pause { seconds: 0.5 },
            message(again),
            message(answer),
            Row::Pause { seconds: 2.488 },
            message(relay),
            message(direct),
            Row::Event(super::Event { frame: 6, relative_s: 3.2, lifeline: 2, text: "ends the connection".to_owned() }),
            Row::Cut { messages: 12, frame: 7, reason: "not near a finding" },
        ],
        marks: vec![
            Mark {
                number: 1,
                rule: "R001",
                name: "early-retransmission",
                severity: "error",
                actor: "client",
                session: 1,
                frame: 2,
                message: "Hello #0 sent again after 500 ms; the timer is 2 s (tolerance 400 ms)".to_owned(),
                caveat: None,
                citation: "demo §2.1".to_owned(),
                drawn: true,
            },
            Mark {
                number: 2,
                rule: "A001",
                name: "unacknowledged",
                severity: "warning",
                actor: "server",
                session: 2,
                frame: 9,
                message: "Chat #0 was never answered".to_owned(),
                caveat: Some("the capture lacks 12 bytes".to_owned()),
                citation: "demo §2.2".to_owned(),
                drawn: false,
            },
        ],
        messages: 17,
        left_out: 12,
    }
}
