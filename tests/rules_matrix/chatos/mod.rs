//! ChatOS: opcodes over TCP, no numbers, no timers; ERROR answers in order.

mod format;
mod answers;
mod participants;
mod timing;

use super::{Case, Exempt};
use wiregrade::protocol::Actor;

/// Alice (A) logs in.
const ALICE: &str = "
+10   A>S 01 0005 'alice'                                 # CR
+5    S>A 08 01                                           # ERROR 1
";

/// Bob (B) too.
const BOB: &str = "
+10   B>S 01 0003 'bob'                                   # CR
+5    S>B 08 01                                           # ERROR 1
";

/// Carol (C) too.
const CAROL: &str = "
+10   C>S 01 0005 'carol'                                 # CR
+5    S>C 08 01                                           # ERROR 1
";

/// After BOB: they talk.
const TALK: &str = "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+10   B>S 02 0003 'bob' 0005 'alice' 0002 'hi'            # SPM
+5    S>B 08 01                                           # ERROR 1
+10   S>A 02 0003 'bob' 0005 'alice' 0002 'hi'            # SPM
";

pub(crate) const CASES: &[&[Case]] = &[format::CASES, answers::CASES, participants::CASES, timing::CASES];

/// What only one side can do.
pub(crate) const EXEMPT: &[Exempt] = &[
    Exempt {
        rule: "F006",
        actor: Actor::Client,
        why: "no field of a client has a value that is ruled out (§ChatOS Packets)",
    },
    Exempt {
        rule: "A001",
        actor: Actor::Client,
        why: "nothing that the server sends is answered (§ChatOS packets description)",
    },
    Exempt {
        rule: "A002",
        actor: Actor::Client,
        why: "nothing that the server sends is answered (§ChatOS packets description)",
    },
    Exempt {
        rule: "A004",
        actor: Actor::Client,
        why: "nothing that the server sends is answered (§ChatOS packets description)",
    },
    Exempt {
        rule: "A007",
        actor: Actor::Client,
        why: "nothing that the server sends is answered (§ChatOS packets description)",
    },
    Exempt {
        rule: "T001",
        actor: Actor::Client,
        why: "nothing that the server sends is answered (§ChatOS packets description)",
    },
    Exempt {
        rule: "A007",
        actor: Actor::Server,
        why: "answers have no number: a second one is one that nothing called for, A002 (§Error)",
    },
    Exempt {
        rule: "P004",
        actor: Actor::Server,
        why: "what the server passes on bears another's name, and ERROR none (§Send private message)",
    },
    Exempt { rule: "P005", actor: Actor::Client, why: "the server grants pseudonyms (§Connexion request)" },
    Exempt { rule: "P006", actor: Actor::Client, why: "the server passes on (§Send message to all)" },
    Exempt { rule: "P007", actor: Actor::Client, why: "the server passes on (§Send message to all)" },
    Exempt { rule: "P008", actor: Actor::Client, why: "the server passes on (§Send private message)" },
];
