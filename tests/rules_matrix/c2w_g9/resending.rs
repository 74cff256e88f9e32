//! Retransmission in c2w-g9.

use super::{ALICE, BOB};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "R001",
        fires: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+1500 A>S 01 02 00 00  <- R001 client                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+1600 A>S 01 02 00 00                                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "R001",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+1500 S>B 00 03 00 05 'hello'  <- R001 server             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+1600 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
    },
    Case {
        rule: "R002",
        fires: &[ALICE, "
+10   A>S 01 02 00 00  <- A001 server, R002 client        # movieListRequest 1
+2500 A>S 02 03 00 00                                     # mainRoomUserListRequest 2
+5    S>A 02 02 00 06 85 'alice'                          # sendMainRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
+2000 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2000 A>S 01 02 00 00                                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "R002",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'  <- A001 client, R002 server  # sendMsgInMainRoom 0
+2500 A>S 02 02 00 00                                     # movieListRequest 2
+5    S>A 02 01 00 00                                     # movieListResponse 2
+2000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+2000 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
    },
    Case {
        rule: "R004",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+2000 A>S 01 05 00 05 'HELLO'  <- R004 client             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'HELLO'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'HELLO'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+2000 A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1 again
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
    },
    Case {
        rule: "R004",
        fires: &[ALICE, "
+10   B>S 00 01 00 03 'bob'                               # loginRequest 0
+5    S>B 00 00 00 01 00                                  # loginResponse 0
+10   S>A 00 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 0
+2000 S>A 00 02 00 0a 83 'bob' 85 'alice'  <- R004 server  # sendMainRoomUserList 0
+5    A>S 00 80 00 00                                     # userListReceived 0
+300 end
"],
        holds: &[ALICE, "
+10   B>S 00 01 00 03 'bob'                               # loginRequest 0
+5    S>B 00 00 00 01 00                                  # loginResponse 0
+10   S>A 00 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 0
+2000 S>A 00 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 0 again
+5    A>S 00 80 00 00                                     # userListReceived 0
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+2000 A>S 01 02 00 00  <- R005 client                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2000 S>A 01 01 00 00                                     # movieListResponse 1
+10   A>S 01 02 00 00                                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+2000 S>B 00 03 00 05 'hello'  <- R005 server             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+2000 B>S 00 81 00 00                                     # msgReceived 0
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &["
transport tcp
+10   A>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2000 A>S 01 02 00 00  <- R005 client                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2000 A>S 01 02 00 00                                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "R007",
        fires: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2500 A>S 01 02 00 00  <- R007 client                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2400 A>S 01 02 00 00                                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "R007",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+2500 S>B 00 03 00 05 'hello'  <- R007 server             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+2400 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+5    B>S 00 81 00 00                                     # msgReceived 0
+300 end
"],
    },
];
