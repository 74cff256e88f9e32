//! Answers in c2w-g9.

use super::{ALICE, BOB, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "A001",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'  <- A001 server             # sendMsgInMainRoom 1
+2000 A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1 again
+2000 A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1 again
+4500 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+2000 A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1 again
+2000 A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1 again
+2000 S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+5    B>S 00 81 00 00                                     # msgReceived 0
+500 end
"],
    },
    Case {
        rule: "A001",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'  <- A001 client             # sendMsgInMainRoom 0
+2000 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+2000 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+4500 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 01 05 00 05 'hello'                             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+10   S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0
+2000 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+2000 S>B 00 03 00 05 'hello'                             # sendMsgInMainRoom 0 again
+2000 B>S 00 81 00 00                                     # msgReceived 0
+500 end
"],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 09 81 00 00  <- A002 client                     # msgReceived 9
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, BOB, TALK, "
+10   S>A 09 83 00 00  <- A002 server                     # disconnectSuccess 9
+300 end
"],
        holds: &[ALICE, BOB, TALK, "
+10   A>S 02 0a 00 00                                     # leaveMainRoomRequest 2
+5    S>A 02 83 00 00                                     # disconnectSuccess 2
+10   S>B 01 02 00 04 83 'bob'                            # sendMainRoomUserList 1
+5    B>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 02 02 00 00                                     # movieListRequest 2
+5    S>A 09 01 00 00  <- A003 server                     # movieListResponse 9
+300 end
"],
        holds: &[ALICE, BOB, TALK, "
+10   A>S 02 02 00 00                                     # movieListRequest 2
+5    S>A 02 01 00 00                                     # movieListResponse 2
+300 end
"],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, BOB, TALK, "
+10   A>S 02 03 00 00                                     # mainRoomUserListRequest 2
+5    S>A 02 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 2
+5    A>S 09 80 00 00  <- A003 client                     # userListReceived 9
+300 end
"],
        holds: &[ALICE, BOB, TALK, "
+10   A>S 02 03 00 00                                     # mainRoomUserListRequest 2
+5    S>A 02 02 00 0a 85 'alice' 83 'bob'                 # sendMainRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
+300 end
"],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+5    S>A 01 82 00 00  <- A004 server                     # removedFromMovieRoom 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 01 81 00 00  <- A004 client                     # msgReceived 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "A005",
        fires: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 01 80 00 01 01  <- A005 client                  # userListReceived 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "A006",
        fires: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2500 S>A 01 01 00 00  <- A006 server                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2300 S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "A006",
        fires: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+2500 A>S 01 80 00 00  <- A006 client                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+2300 A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "A007",
        fires: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+20   S>A 01 01 00 00  <- A007 server                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+2000 A>S 01 02 00 00                                     # movieListRequest 1 again
+5    S>A 01 01 00 00                                     # movieListResponse 1
+20   S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "A007",
        fires: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+20   A>S 01 80 00 00  <- A007 client                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+2000 S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1 again
+5    A>S 01 80 00 00                                     # userListReceived 1
+20   A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
];
