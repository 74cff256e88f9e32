//! Answers in chatos.

use super::{ALICE, BOB, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "A001",
        fires: &[ALICE, "
+10   A>S 03 0005 'alice' 0005 'hello'  <- A001 server    # SMA
+5000 end
"],
        holds: &[ALICE, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+4900 S>A 08 01                                           # ERROR 1
+5000 end
"],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+50   S>A 08 01  <- A002 server                           # ERROR 1
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    // A second CR is ignored: nothing answers it.
    Case {
        rule: "A002",
        fires: &[ALICE, "
+10   A>S 01 0003 'eve'                                   # CR
+5    S>A 08 01  <- A002 server                           # ERROR 1
+300 end
"],
        holds: &[ALICE, "
+10   A>S 01 0003 'eve'                                   # CR, ignored
+300 end
"],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 04  <- A004 server                           # ERROR 4
+300 end
"],
        holds: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 02                                           # ERROR 2
+300 end
"],
    },
];
