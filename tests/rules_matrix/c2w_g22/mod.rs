//! Groupe 22's c2w: lines of text, TIME in place of numbers, three-way exchanges, no interval.

mod format;
mod numbers;
mod answers;
mod resending;
mod participants;
mod timing;

use super::{Case, Exempt};
use wiregrade::protocol::Actor;

/// Alice (A) logs in at 10:00:01.
const ALICE: &str = "
+10   A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:01: CONNECTION_GRANTED|alice|' 0d 0a
+5    A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
";

/// Bob (B) at 10:00:02.
const BOB: &str = "
+10   B>S '10:00:02: CONNECTION_REQUEST|bob|' 0d 0a
+5    S>B '10:00:02: CONNECTION_GRANTED|bob|' 0d 0a
+5    B>S '10:00:02: CONNECTION_RESPONSE_ACK|bob|' 0d 0a
";

/// Alice enters a movie room at 10:00:03.
const MOVIE: &str = "
+10   A>S '10:00:03: ENTER_MOVIE_REQUEST|alice|Up' 0d 0a
+5    S>A '10:00:03: ENTER_MOVIE_GRANTED|alice|' 0d 0a
+5    A>S '10:00:03: ENTER_MOVIE_RESPONSE_ACK|alice|' 0d 0a
";

/// After ALICE: she asks for the users at 10:00:02.
const LIST: &str = "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
";

/// After BOB: they talk.
const TALK: &str = "
+10   A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
+5    S>A '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
+5    A>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
+5    S>B '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
+5    B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
+10   B>S '10:00:04: SEND_MESSAGE_REQUEST|bob|hi' 0d 0a
+5    S>B '10:00:04: NEW_MESSAGE|bob|hi' 0d 0a
+5    B>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|bob|' 0d 0a
+5    S>A '10:00:04: NEW_MESSAGE|bob|hi' 0d 0a
+5    A>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|bob|' 0d 0a
";

pub(crate) const CASES: &[&[Case]] =
    &[format::CASES, numbers::CASES, answers::CASES, resending::CASES, participants::CASES, timing::CASES];

/// What only one side can do.
pub(crate) const EXEMPT: &[Exempt] = &[
    Exempt {
        rule: "S003",
        actor: Actor::Server,
        why: "the server repeats the TIME of requests, and that of its own messages is its own affair (§Message format)",
    },
    Exempt { rule: "S004", actor: Actor::Server, why: "the server repeats the TIME of requests (§Message format)" },
    Exempt {
        rule: "A007",
        actor: Actor::Server,
        why: "every response must be acknowledged, so a second one is a retransmission (§Main Qualities of our protocol)",
    },
    Exempt { rule: "P002", actor: Actor::Server, why: "states are of clients (§Movie Room Window)" },
    Exempt {
        rule: "P004",
        actor: Actor::Server,
        why: "USER_NAME in what the server sends is another's: of the request (A003) or of the author (P007) (§Message format)",
    },
    Exempt { rule: "P005", actor: Actor::Client, why: "the server grants names (§Connection Window)" },
    Exempt { rule: "P007", actor: Actor::Client, why: "the server passes on (§2) Sending a message)" },
];
