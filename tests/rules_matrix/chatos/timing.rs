//! Timing in chatos.

use super::ALICE;
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "T001",
        fires: &[ALICE, "
max-ack max=200ms
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+250  S>A 08 01  <- T001 server                           # ERROR 1
+300 end
"],
        holds: &[ALICE, "
max-ack max=200ms
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+150  S>A 08 01                                           # ERROR 1
+300 end
"],
    },
];
