//! IMP: one bit of sequence, stop-and-wait, 500 ms.

mod format;
mod numbers;
mod answers;
mod resending;
mod participants;
mod timing;

use super::{Case, Exempt};
use wiregrade::protocol::Actor;

/// Alice (A, ID 1) logs in. Next: A S=1, S to A S=1.
const ALICE: &str = "
+10   A>S 00 00 00 00 0d 'alice   '                       # ConnectionRequest S=0
+5    S>A 08 00 00 00 06 01                               # ConnectionAccept S=0
+5    A>S 09 01 00 00 05                                  # ack of ConnectionAccept S=0
";

/// Bob too (B, ID 2). Next: A S=1, B S=1, S to A S=0, S to B S=1.
const BOB: &str = "
+10   B>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+5    S>B 08 00 00 00 06 02                               # ConnectionAccept S=0
+5    B>S 09 02 00 00 05                                  # ack of ConnectionAccept S=0
+10   S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
";

/// Carol too (C, ID 3). Next: all clients S=1, S to A S=1, S to B S=0, S to C S=1.
const CAROL: &str = "
+10   C>S 00 00 00 00 0d 'carol   '                       # ConnectionRequest S=0
+5    S>C 08 00 00 00 06 03                               # ConnectionAccept S=0
+5    C>S 09 03 00 00 05                                  # ack of ConnectionAccept S=0
+10   S>A 70 00 ff 00 15 03 01 'carol   ' 0a 00 00 04 9c 43  # UpdateList S=0
+5    A>S 71 01 00 00 05                                  # ack of UpdateList S=0
+10   S>B 72 00 ff 00 15 03 01 'carol   ' 0a 00 00 04 9c 43  # UpdateList S=1
+5    B>S 73 02 00 00 05                                  # ack of UpdateList S=1
";

/// Alice and Bob are in the private group 2, centralized; Carol is not.
const GROUP: &str = "
+10   A>S 32 01 00 00 07 00 02                            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+10   S>B 48 01 00 00 08 00 02 02                         # GroupInvitationRequest S=0
+5    B>S 49 02 00 00 05                                  # ack of GroupInvitationRequest S=0
+10   B>S 52 02 00 00 08 00 02 02                         # GroupInvitationAccept S=1
+5    S>B 53 00 00 00 05                                  # ack of GroupInvitationAccept S=1
+10   S>A 72 00 ff 00 15 02 02 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+10   S>C 72 00 ff 00 15 02 02 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    C>S 73 03 00 00 05                                  # ack of UpdateList S=1
+10   S>A 38 00 00 00 07 00 02                            # GroupCreationAccept S=0
+5    A>S 39 01 00 00 05                                  # ack of GroupCreationAccept S=0
+10   S>B 72 00 ff 00 15 01 02 'alice   ' 0a 00 00 02 9c 41  # UpdateList S=1
+5    B>S 73 02 00 00 05                                  # ack of UpdateList S=1
+10   S>C 70 00 ff 00 15 01 02 'alice   ' 0a 00 00 02 9c 41  # UpdateList S=0
+5    C>S 71 03 00 00 05                                  # ack of UpdateList S=0
";

/// After BOB: Alice and Bob say something. Next: A S=0, B S=0, S to A S=1, S to B S=0.
const TALK: &str = "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   B>S 2a 02 01 00 07 00 02 'hi'                       # DataMessage S=1
+5    S>B 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>A 28 02 01 00 07 00 02 'hi'                       # DataMessage S=0
+5    A>S 29 01 00 00 05                                  # ack of DataMessage S=0
";

pub(crate) const CASES: &[&[Case]] =
    &[format::CASES, numbers::CASES, answers::CASES, resending::CASES, participants::CASES, timing::CASES];

/// What only one side can do.
pub(crate) const EXEMPT: &[Exempt] = &[
    Exempt {
        rule: "F007",
        actor: Actor::Server,
        why: "names come from clients; a list that repeats a bad one repeats a fault that is told already (§5.1, §5.5)",
    },
    Exempt { rule: "P002", actor: Actor::Server, why: "states are of clients (§3.2)" },
    Exempt { rule: "P005", actor: Actor::Client, why: "the server grants names and IDs (§5.2)" },
    Exempt { rule: "P006", actor: Actor::Client, why: "the server passes on (§6.2)" },
    Exempt { rule: "P007", actor: Actor::Client, why: "the server passes on (§6.2)" },
    Exempt { rule: "P008", actor: Actor::Client, why: "the server passes on (§6.2)" },
    Exempt { rule: "P009", actor: Actor::Client, why: "the server notifies (§6.4)" },
    Exempt { rule: "P010", actor: Actor::Client, why: "the server lists (§5.15)" },
    Exempt { rule: "T002", actor: Actor::Server, why: "the invited client lets it expire (§6.3)" },
];
