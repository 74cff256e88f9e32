//! Retransmission in c2w-g22.

use super::ALICE;
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "R004",
        fires: &[ALICE, "
+10   A>S '10:00:02: ENTER_MOVIE_REQUEST|alice|Up' 0d 0a
+1000 A>S '10:00:02: ENTER_MOVIE_REQUEST|alice|Down' 0d 0a  <- R004 client
+5    S>A '10:00:02: ENTER_MOVIE_GRANTED|alice|' 0d 0a
+5    A>S '10:00:02: ENTER_MOVIE_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: ENTER_MOVIE_REQUEST|alice|Up' 0d 0a
+1000 A>S '10:00:02: ENTER_MOVIE_REQUEST|alice|Up' 0d 0a
+5    S>A '10:00:02: ENTER_MOVIE_GRANTED|alice|' 0d 0a
+5    A>S '10:00:02: ENTER_MOVIE_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "R004",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|nobody' 0d 0a  <- R004 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+1000 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a  <- R005 client
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+1000 A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a  <- R005 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    // Over TCP too what is unanswered may be sent again.
    Case {
        rule: "R005",
        fires: &[ALICE, "
transport tcp
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a  <- R005 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
transport tcp
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+1000 S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
];
