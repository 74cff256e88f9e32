//! Format in c2w-g9.

use super::{ALICE, BOB, CAROL, MOVIE, PRIVATE, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "F001",
        fires: &[ALICE, "
+10   A>S 01 02 00  <- F001 client
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1, the shortest there is
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "F001",
        fires: &[ALICE, "
+10   S>A 00 02 00  <- F001 server
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1, an empty list
+300 end
"],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, "
+10   A>S 01 0d 00 00  <- F002 client                     # type 0x0d 1
+300 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 0c 00 00                                     # 0x0c, the last of the requests
+5    S>A 02 84 00 00                                     # privateRoomReleased 2
+10   S>B 01 0c 00 00                                     # leavePrivateRoomRequest 1
+5    B>S 01 0c 00 00                                     # leavePrivateRoomRequest 1
+5    S>B 01 84 00 00                                     # privateRoomReleased 1
+300 end
"],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, "
+10   S>A 00 85 00 00  <- F002 server                     # type 0x85 0
+300 end
"],
        holds: &[ALICE, BOB, PRIVATE, "
+10   A>S 02 0c 00 00                                     # leavePrivateRoomRequest 2
+5    S>A 02 84 00 00                                     # 0x84, ours
+10   S>B 01 0c 00 00                                     # leavePrivateRoomRequest 1
+5    B>S 01 0c 00 00                                     # leavePrivateRoomRequest 1
+5    S>B 01 84 00 00                                     # privateRoomReleased 1
+300 end
"],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, "
+10   A>S 01 83 00 00  <- F003 client                     # type 0x83 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess
+300 end
"],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, "
+10   S>A 00 09 00 02 'Up'  <- F003 server                # type 0x09 0
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 09 00 02 'Up'                                # movieRequest 1
+5    S>A 01 81 00 01 20                                  # movieResponse 1
+300 end
"],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, BOB, "
+10   A>S 01 05 00 06 'hello'  <- F004 client             # sendMsgInMainRoom 1
+5    S>A 01 03 00 05 'hello'                             # sendMsgInMainRoom 1
+5    A>S 01 81 00 00                                     # msgReceived 1
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 05 85 'alice'  <- F004 server          # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
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
        rule: "F006",
        fires: &["
+10   A>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>A 00 00 00 01 07  <- F006 server                  # loginResponse 0
+300 end
"],
        holds: &[ALICE, "
+10   C>S 00 01 00 05 'alice'                             # loginRequest 0
+5    S>C 00 00 00 01 01                                  # loginResponse 0
+300 end
"],
    },
    Case {
        rule: "F006",
        fires: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 04 00 02 'Up'                                # movieRoomUserListRequest 2
+5    S>A 02 07 00 0a 05 'alice' 83 'bob'  <- F006 server  # sendMovieRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
+300 end
"],
        holds: &[ALICE, BOB, CAROL, MOVIE, "
+10   A>S 02 04 00 02 'Up'                                # movieRoomUserListRequest 2
+5    S>A 02 07 00 0a 85 'alice' 83 'bob'                 # sendMovieRoomUserList 2
+5    A>S 02 80 00 00                                     # userListReceived 2
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &["
+10   A>S 00 01 00 00  <- F007 client                     # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+300 end
"],
        holds: &["
+10   A>S 00 01 00 01 61                                  # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &["
+10   A>S 00 01 00 80 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'  <- F007 client  # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+300 end
"],
        holds: &["
+10   A>S 00 01 00 7f 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'  # loginRequest 0
+5    S>A 00 00 00 01 00                                  # loginResponse 0
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &[ALICE, "
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 07 85 'alice' 80  <- F007 server       # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
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
        rule: "F008",
        fires: &[ALICE, "
+10   A>S 01 02 00 02 'Up'  <- F008 client                # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 02 00 00                                     # movieListRequest 1
+5    S>A 01 01 00 00                                     # movieListResponse 1
+300 end
"],
    },
    Case {
        rule: "F008",
        fires: &[ALICE, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 01 00  <- F008 server                  # disconnectSuccess 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 0a 00 00                                     # leaveMainRoomRequest 1
+5    S>A 01 83 00 00                                     # disconnectSuccess 1
+300 end
"],
    },
];
