//! Numbers in c2w-g22.

use super::ALICE;
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "S003",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+10   A>S '10:00:02: MOVIE_LIST_REQUEST|alice|' 0d 0a  <- S003 client
+5    S>A '10:00:02: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a
+5    A>S '10:00:02: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+10   A>S '10:00:03: MOVIE_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:03: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a
+5    A>S '10:00:03: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    // Past midnight the time of day begins anew.
    Case {
        rule: "S004",
        fires: &[ALICE, "
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|' 0d 0a
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+10   A>S '09:59:59: MOVIE_LIST_REQUEST|alice|' 0d 0a  <- S004 client
+5    S>A '09:59:59: MOVIE_LIST_RESPONSE|alice|Up' 0d 0a
+5    A>S '09:59:59: MOVIE_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &["
+10   A>S '23:59:59: CONNECTION_REQUEST|alice|' 0d 0a
+5    S>A '23:59:59: CONNECTION_GRANTED|alice|' 0d 0a
+5    A>S '23:59:59: CONNECTION_RESPONSE_ACK|alice|' 0d 0a
+10   A>S '00:00:01: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '00:00:01: USER_LIST_RESPONSE|alice|alice' 0d 0a
+5    A>S '00:00:01: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
];
