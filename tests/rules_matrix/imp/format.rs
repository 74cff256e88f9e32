//! Format in imp.

use super::{ALICE, BOB};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "F001",
        fires: &[ALICE, "
+10   A>S 28 01 01 00  <- F001 client
+200 end
"],
        holds: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # the shortest there is
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "F001",
        fires: &[ALICE, "
+10   S>A 70  <- F001 server
+200 end
"],
        holds: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, "
+10   A>S 8a 01 00 00 05  <- F002 client                  # type 0x11 S=1
+200 end
"],
        holds: &[ALICE, "
+10   A>S 82 01 00 00 05                                  # 0x10, the last that is assigned
+5    S>A 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+200 end
"],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, "
+10   S>A fa 00 00 00 05  <- F002 server                  # type 0x1f S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # 0x0f, the last of the server
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+200 end
"],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, "
+10   A>S 0a 01 00 00 06 01  <- F003 client               # ConnectionAccept S=1
+200 end
"],
        holds: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, "
+10   S>A 1a 00 01 00 05  <- F003 server                  # UserListRequest S=1
+200 end
"],
        holds: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 06 'hello'  <- F004 client    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 05 01 01 'alice   ' 0a 00 00 02 9c 41  <- F004 server  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
        holds: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "F005",
        fires: &[ALICE, BOB, "
+10   A>S 2e 01 01 00 07 00 05 'hello'  <- F005 client    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "F005",
        fires: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>C 10 00 00 00 06 81  <- F005 server               # ConnectionReject S=0
+5    C>S 11 00 00 00 05                                  # ack of ConnectionReject S=0
+200 end
"],
        holds: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>C 10 00 00 00 06 80                               # ConnectionReject S=0
+5    C>S 11 00 00 00 05                                  # ack of ConnectionReject S=0
+200 end
"],
    },
    Case {
        rule: "F006",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 00 00 07 00 05 'hello'  <- F006 client    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "F006",
        fires: &[ALICE, "
+10   B>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+5    S>B 08 00 00 00 06 02                               # ConnectionAccept S=0
+5    B>S 09 02 00 00 05                                  # ack of ConnectionAccept S=0
+10   S>A 72 00 01 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  <- F006 server  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+200 end
"],
    },
    Case {
        rule: "F007",
        fires: &["
+10   A>S 00 00 00 00 0d 20 20 20 20 00 00 00 00  <- F007 client  # ConnectionRequest S=0
+5    S>A 08 00 00 00 06 01                               # ConnectionAccept S=0
+5    A>S 09 01 00 00 05                                  # ack of ConnectionAccept S=0
+200 end
"],
        holds: &["
+10   A>S 00 00 00 00 0d 'abcdefgh'                       # all eight bytes
+5    S>A 08 00 00 00 06 01                               # ConnectionAccept S=0
+5    A>S 09 01 00 00 05                                  # ack of ConnectionAccept S=0
+200 end
"],
    },
    Case {
        rule: "F008",
        fires: &[ALICE, "
+10   A>S 1a 01 01 00 05 00  <- F008 client               # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
        holds: &[ALICE, "
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "F008",
        fires: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02 'bob'  <- F008 server         # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+200 end
"],
    },
];
