//! Participants, relays, lists in c2w-g22.

use super::{ALICE, BOB, LIST, MOVIE, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "P001",
        fires: &[ALICE, "
+10   C>S '10:00:02: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>C '10:00:02: CONNECTION_ERROR_NAME|alice|' 0d 0a
+5    C>S '10:00:02: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+10   C>S '10:00:03: USER_LIST_REQUEST|alice|' 0d 0a  <- P001 client
+300 end
"],
        holds: &[ALICE, "
+10   C>S '10:00:02: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>C '10:00:02: CONNECTION_ERROR_NAME|alice|' 0d 0a
+5    C>S '10:00:02: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+10   C>S '10:00:03: CONNECTION_REQUEST|carol|' 0d 0a
+5    S>C '10:00:03: CONNECTION_GRANTED|carol|' 0d 0a
+5    C>S '10:00:03: CONNECTION_RESPONSE_ACK|carol|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "P001",
        fires: &[ALICE, "
+10   C>S '10:00:02: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>C '10:00:02: CONNECTION_ERROR_NAME|alice|' 0d 0a
+5    C>S '10:00:02: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+10   S>C '10:00:03: NEW_MESSAGE|bob|hello' 0d 0a  <- P001 server
+5    C>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|bob|' 0d 0a
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, MOVIE, "
+10   A>S '10:00:04: MOVIE_LIST_REQUEST|alice|' 0d 0a  <- P002 client
+5    S>A '10:00:04: MOVIE_LIST_RESPONSE|alice|' 0d 0a
+5    A>S '10:00:04: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, BOB, MOVIE, "
+10   A>S '10:00:04: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:04: USER_LIST_RESPONSE|alice|' 0d 0a
+5    A>S '10:00:04: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "P003",
        fires: &[ALICE, BOB, "
+10   A>S '10:00:03: LEAVE_SESSION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:03: LEAVE_SESSION_GRANTED|alice|' 0d 0a
+5    A>S '10:00:03: LEAVE_SESSION_RESPONSE_ACK|alice|' 0d 0a
+100  A>S '10:00:04: USER_LIST_REQUEST|alice|' 0d 0a  <- P003 client
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S '10:00:03: LEAVE_SESSION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:03: LEAVE_SESSION_GRANTED|alice|' 0d 0a
+5    A>S '10:00:03: LEAVE_SESSION_RESPONSE_ACK|alice|' 0d 0a
+10   A>S '10:00:04: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:04: CONNECTION_GRANTED|alice|' 0d 0a
+5    A>S '10:00:04: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "P003",
        fires: &[ALICE, BOB, "
+10   A>S '10:00:03: LEAVE_SESSION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:03: LEAVE_SESSION_GRANTED|alice|' 0d 0a
+5    A>S '10:00:03: LEAVE_SESSION_RESPONSE_ACK|alice|' 0d 0a
+100  S>A '10:00:04: NEW_MESSAGE|bob|hello' 0d 0a  <- P003 server
+5    A>S '10:00:04: NEW_MESSAGE_RESPONSE_ACK|bob|' 0d 0a
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P004",
        fires: &[ALICE, BOB, "
+10   A>S '10:00:03: USER_LIST_REQUEST|bob|' 0d 0a  <- P004 client
+5    S>A '10:00:03: USER_LIST_RESPONSE|bob|' 0d 0a
+5    A>S '10:00:03: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "P005",
        fires: &[ALICE, "
+10   C>S '10:00:02: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>C '10:00:02: CONNECTION_GRANTED|alice|' 0d 0a  <- P005 server
+5    C>S '10:00:02: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: LEAVE_SESSION_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: LEAVE_SESSION_GRANTED|alice|' 0d 0a
+5    A>S '10:00:02: LEAVE_SESSION_RESPONSE_ACK|alice|' 0d 0a
+10   C>S '10:00:03: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>C '10:00:03: CONNECTION_GRANTED|alice|' 0d 0a
+5    C>S '10:00:03: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, "
+10   A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
+10   S>B '10:00:03: NEW_MESSAGE|alice|jello' 0d 0a  <- P007 server
+5    B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
+10   S>B '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
+5    B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, "
+10   A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
+10   S>B '10:00:03: NEW_MESSAGE|carol|hello' 0d 0a  <- P007 server
+5    B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|carol|' 0d 0a
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S '10:00:03: SEND_MESSAGE_REQUEST|alice|hello' 0d 0a
+10   S>B '10:00:03: NEW_MESSAGE|alice|hello' 0d 0a
+5    B>S '10:00:03: NEW_MESSAGE_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
];
