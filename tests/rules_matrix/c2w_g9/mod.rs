//! Group 9's c2w: numbers of one byte that answers repeat, two seconds for both sides.

mod format;
mod numbers;
mod answers;
mod resending;
mod participants;
mod timing;

use super::{Case, Exempt};
use wiregrade::protocol::Actor;

/// Alice (A) logs in. Next: A 1, S to A 0.
const ALICE: &str = "
+10   A>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
";

/// Bob too (B). Next: A 1, B 1, S to A 1, S to B 0.
const BOB: &str = "
+10   B>S 00 01 00 03 'bob'                               # loginRequest 0
+5    S>B 00 00 00 01 00                                  # loginResponse 0
+10   S>A 00 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 0
+5    A>S 00 80 00 00                                     # userListReceived 0
";

/// Carol too (C). Next: clients 1, S to A 2, S to B 1, S to C 0.
const CAROL: &str = "
+10   C>S 00 01 00 05 'carol'                             # loginRequest 0
+5    S>C 00 00 00 01 00                                  # loginResponse 0
+10   S>A 01 02 00 10 85 'alice' 83 'bob' 85 'carol'      # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+10   S>B 00 02 00 10 85 'alice' 83 'bob' 85 'carol'      # sendMainRoomUserList 0
+5    B>S 00 80 00 00                                     # userListReceived 0
";

/// Alice and Bob are in the movie room Up; Carol stays. Next: A 2, B 2, C 1, S to A 3, S to B 2, S to C 2.
const MOVIE: &str = "
+10   A>S 01 09 00 02 'Up'                                # movieRequest 1
+5    S>A 01 81 00 01 20                                  # movieResponse 1
+10   S>B 01 02 00 10 05 'alice' 83 'bob' 85 'carol'      # sendMainRoomUserList 1
+5    B>S 01 80 00 00                                     # userListReceived 1
+10   S>C 00 02 00 10 05 'alice' 83 'bob' 85 'carol'      # sendMainRoomUserList 0
+5    C>S 00 80 00 00                                     # userListReceived 0
+10   B>S 01 09 00 02 'Up'                                # movieRequest 1
+5    S>B 01 81 00 01 20                                  # movieResponse 1
+10   S>C 01 02 00 10 05 'alice' 03 'bob' 85 'carol'      # sendMainRoomUserList 1
+5    C>S 01 80 00 00                                     # userListReceived 1
+10   S>A 02 07 00 0a 85 'alice' 83 'bob'                 # sendMovieRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
";

/// After BOB: Alice and Bob chat privately. Next: A 2, B 1, S to A 1, S to B 1.
const PRIVATE: &str = "
+10   A>S 01 08 00 03 'bob'                               # privateChatRequest 1
+5    S>A 01 06 00 01 11                                  # privateChatResponse 1
+5    A>S 01 82 00 00                                     # privateChatStarted 1
+10   S>B 00 08 00 05 'alice'                             # privateChatRequest 0
+5    B>S 00 82 00 00                                     # privateChatStarted 0
";

/// After BOB: Alice and Bob say something. Next: A 2, B 2, S to A 2, S to B 1.
const TALK: &str = "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+10   B>S 01 05 00 02 'hi'                                # sendMsgInMainRoom 1
+5    S>B 01 03 00 02 'hi'                                # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+10   S>A 01 03 00 02 'hi'                                # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
";

pub(crate) const CASES: &[&[Case]] =
    &[format::CASES, numbers::CASES, answers::CASES, resending::CASES, participants::CASES, timing::CASES];

/// What only one side can do.
pub(crate) const EXEMPT: &[Exempt] = &[
    Exempt {
        rule: "F006",
        actor: Actor::Client,
        why: "no field of a client holds a status or a bit with a fixed value (§2.3.1)",
    },
    Exempt {
        rule: "A005",
        actor: Actor::Server,
        why: "its only bare acknowledgement, 0x81, is a movieResponse as soon as it has data (§5.5)",
    },
    Exempt { rule: "P002", actor: Actor::Server, why: "states are of clients (§2.3.1)" },
    Exempt { rule: "P005", actor: Actor::Client, why: "the server grants names (§1)" },
    Exempt { rule: "P006", actor: Actor::Client, why: "the server passes on (§5.2)" },
    Exempt { rule: "P007", actor: Actor::Client, why: "the server passes on (§2.3.2)" },
    Exempt { rule: "P008", actor: Actor::Client, why: "the server passes on (§2.3.1)" },
    Exempt { rule: "P009", actor: Actor::Client, why: "the server notifies (§2.3.1)" },
    Exempt { rule: "P010", actor: Actor::Client, why: "the server lists (§2.3.2)" },
];
