//! Numbers in imp.

use super::{ALICE, BOB, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "S003",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   A>S 2a 01 01 00 07 00 05 'again'  <- S003 client    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'again'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "S003",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   A>S 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 2a 01 01 00 07 00 03 'two'  <- S003 server      # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
];
