//! Timing in c2w-g9.

use super::ALICE;
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "T001",
        fires: &[ALICE, "
max-ack max=200ms
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+250  S>A 01 02 00 06 85 'alice'  <- T001 server          # sendMainRoomUserList 1
+5    A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, "
max-ack max=200ms
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+150  S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+150  A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
    Case {
        rule: "T001",
        fires: &[ALICE, "
max-ack max=200ms
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+5    S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+250  A>S 01 80 00 00  <- T001 client                     # userListReceived 1
+300 end
"],
        holds: &[ALICE, "
max-ack max=200ms
+10   A>S 01 03 00 00                                     # mainRoomUserListRequest 1
+150  S>A 01 02 00 06 85 'alice'                          # sendMainRoomUserList 1
+150  A>S 01 80 00 00                                     # userListReceived 1
+300 end
"],
    },
];
