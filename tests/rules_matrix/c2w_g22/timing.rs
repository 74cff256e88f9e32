//! Timing in c2w-g22.

use super::ALICE;
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "T001",
        fires: &[ALICE, "
max-ack max=200ms
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+250  S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a  <- T001 server
+5    A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
        holds: &[ALICE, "
max-ack max=200ms
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+150  S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+150  A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
    Case {
        rule: "T001",
        fires: &[ALICE, "
max-ack max=200ms
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+5    S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+250  A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a  <- T001 client
+300 end
"],
        holds: &[ALICE, "
max-ack max=200ms
+10   A>S '10:00:02: USER_LIST_REQUEST|alice|' 0d 0a
+150  S>A '10:00:02: USER_LIST_RESPONSE|alice|alice' 0d 0a
+150  A>S '10:00:02: USER_LIST_RESPONSE_ACK|alice|' 0d 0a
+300 end
"],
    },
];
