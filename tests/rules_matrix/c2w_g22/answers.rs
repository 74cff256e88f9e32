//! Answers in c2w-g22.

use super::{ALICE, LIST};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "A001",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a  <- A001 server
+5000 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+4900 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+5000 end
"],
    },
    Case {
        rule: "A001",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a  <- A001 client
+5000 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+4900 A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+5000 end
"],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+10   S>A '10:00:03: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a  <- A002 server
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+10   A>S '10:00:03: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a  <- A002 client
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:09: USER_LIST_RESPONSE|alice|alice' 0d 0a  <- A003 server
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|bob|alice' 0d 0a  <- A003 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:09: USER_LIST_RESPONSE_ACK|alice|' 0d 0a  <- A003 client
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a  <- A004 server
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a  <- A004 client
+300 end
"],
        holds: &[ALICE, LIST],
    },
    Case {
        rule: "A007",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+20   A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a  <- A007 client
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+20   A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
];
