//! Numbers in c2w-g9.

use super::{ALICE, BOB, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "S001",
        fires: &["
+10   A>S 01 01 00 05 'alice'  <- S001 client             # loginRequest 1
+5    S>A 01 00 00 01 00                                  # loginResponse 1
+10   A>S 02 02 00 00                                     # movieListRequest 2
+5    S>A 02 01 00 00                                     # movieListResponse 2
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S001",
        fires: &[ALICE, "
+10   B>S 00 01 00 03 'bob'                               # loginRequest 0
+5    S>B 00 00 00 01 00                                  # loginResponse 0
+10   S>A 05 02 00 0a 85 'alice' 83 'bob'  <- S001 server  # sendMainRoomUserList 5
+5    A>S 05 80 00 00                                     # userListReceived 5
+10   B>S 01 05 00 02 'hi'                                # sendMsgInMainRoom 1
+5    S>B 01 03 00 02 'hi'                                # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+10   S>A 06 03 00 02 'hi'                                # sendMsgInMainRoom 6
+5    A>S 06 81 00 00                                     # msgReceived 6
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S002",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 04 05 00 04 'well'  <- S002 client              # sendMsgInMainRoom 4
+5    S>A 04 03 00 04 'well'                              # sendMsgInMainRoom 4
+5    A>S 04 81 00 00                                     # msgReceived 4
+10   S>B 01 03 00 04 'well'                              # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S002",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 02 05 00 04 'well'                              # sendMsgInMainRoom 2
+5    S>A 02 03 00 04 'well'                              # sendMsgInMainRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 03 03 00 04 'well'  <- S002 server              # sendMsgInMainRoom 3
+5    B>S 03 81 00 00                                     # msgReceived 3
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S003",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 01 02 00 00  <- S003 client                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+10   A>S 02 05 00 04 'well'                              # sendMsgInMainRoom 2
+5    S>A 02 03 00 04 'well'                              # sendMsgInMainRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 01 03 00 04 'well'                              # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S003",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 02 05 00 04 'well'                              # sendMsgInMainRoom 2
+5    S>A 02 03 00 04 'well'                              # sendMsgInMainRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 00 03 00 04 'well'  <- S003 server              # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S004",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 02 05 00 02 'so'                                # sendMsgInMainRoom 2
+5    S>A 02 03 00 02 'so'                                # sendMsgInMainRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 01 03 00 02 'so'                                # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+10   A>S 01 02 00 00  <- S004 client                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+10   A>S 03 05 00 04 'well'                              # sendMsgInMainRoom 3
+5    S>A 03 03 00 04 'well'                              # sendMsgInMainRoom 3
+5    A>S 03 81 00 00                                     # msgReceived 3
+10   S>B 02 03 00 04 'well'                              # sendMsgInMainRoom 2
+5    B>S 02 81 00 00                                     # msgReceived 2
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S004",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 02 05 00 02 'so'                                # sendMsgInMainRoom 2
+5    S>A 02 03 00 02 'so'                                # sendMsgInMainRoom 2
+5    A>S 02 81 00 00                                     # msgReceived 2
+10   S>B 01 03 00 02 'so'                                # sendMsgInMainRoom 1
+5    B>S 01 81 00 00                                     # msgReceived 1
+10   A>S 03 05 00 04 'well'                              # sendMsgInMainRoom 3
+5    S>A 03 03 00 04 'well'                              # sendMsgInMainRoom 3
+5    A>S 03 81 00 00                                     # msgReceived 3
+10   S>B 00 03 00 04 'well'  <- S004 server              # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S002",
        fires: &["
convention ack-sequence=counter
+10   A>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 03 80 00 00  <- S002 client                     # userListReceived 3
+10   A>S 04 02 00 00                                     # movieListRequest 4
+5    S>A 02 01 00 00                                     # movieListResponse 2
+300 end
"],
        holds: &["
convention ack-sequence=counter
+10   A>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 02 80 00 00                                     # userListReceived 2
+10   A>S 03 02 00 00                                     # movieListRequest 3
+5    S>A 02 01 00 00                                     # movieListResponse 2
+300 end
"],
    },
];
