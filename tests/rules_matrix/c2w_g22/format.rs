//! Format in c2w-g22.

use super::{ALICE, LIST};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "F001",
        fires: &[ALICE, "
+10   A>S '10:00:03 USER_LIST_REQUEST|alice' 0d 0a  <- F001 client
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F001",
        fires: &[ALICE, "
+10   S>A '10:00:02: NEW_MESSAGE||hello' 0d 0a  <- F001 server
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, "
+10   A>S '10:00:02: USERS_PLEASE|alice|' 0d 0a  <- F002 client
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F002",
        fires: &["
+10   A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:01: CONNECTION_ERROR_|alice|' 0d 0a  <- F002 server
+300 end
"],
        holds: &["
+10   A>S '10:00:01: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:01: CONNECTION_ERROR_1|alice|' 0d 0a
+5    A>S '10:00:01: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, "
+10   A>S '10:00:02: CONNECTION_GRANTED|alice|' 0d 0a  <- F003 client
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, "
+10   S>A '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a  <- F003 server
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a 0d 0a  <- F004 client
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a 'bob' 0d 0a  <- F004 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F009",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0a  <- F009 client
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "F009",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice'  <- F009 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, LIST],
    },
];
