//! Participants, relays, lists in chatos.

use super::{ALICE, BOB, CAROL, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "P001",
        fires: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 02                                           # ERROR 2
+10   C>S 03 0005 'carol' 0005 'hello'  <- P001 client    # SMA
+300 end
"],
        holds: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 02                                           # ERROR 2
+10   C>S 01 0005 'carol'                                 # CR
+5    S>C 08 01                                           # ERROR 1
+300 end
"],
    },
    Case {
        rule: "P001",
        fires: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 02                                           # ERROR 2
+10   S>C 03 0005 'alice' 0005 'hello'  <- P001 server    # SMA
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P004",
        fires: &[ALICE, BOB, "
+10   A>S 03 0003 'bob' 0005 'hello'  <- P004 client      # SMA
+5    S>A 08 03                                           # ERROR 3
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P004",
        fires: &[ALICE, BOB, "
+10   A>S 04 0005 'alice' 0003 'bob' 00 07                # TCPAsk
+5    S>A 08 01                                           # ERROR 1
+10   S>B 04 0005 'alice' 0003 'bob' 00 07                # TCPAsk
+10   B>S 06 0005 'alice' 0005 'carol' 00 07  <- P004 client  # TCPAbort
+5    S>B 08 03                                           # ERROR 3
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P005",
        fires: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 01  <- P005 server                           # ERROR 1
+300 end
"],
        holds: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 02                                           # ERROR 2
+300 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 03 0005 'alice' 0005 'hello'  <- P006 server    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+6000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+10   S>C 03 0005 'alice' 0005 'hello'                    # SMA
+6000 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, "
+10   A>S 02 0005 'alice' 0003 'bob' 0004 'psst'  <- P006 server  # SPM
+5    S>A 08 01                                           # ERROR 1
+6000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 02 0005 'alice' 0003 'bob' 0004 'psst'          # SPM
+5    S>A 08 01                                           # ERROR 1
+10   S>B 02 0005 'alice' 0003 'bob' 0004 'psst'          # SPM
+6000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'jello'  <- P007 server    # SMA
+6000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+6000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'carol' 0005 'hello'  <- P007 server    # SMA
+10   S>C 03 0005 'alice' 0005 'hello'                    # SMA
+6000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+10   S>C 03 0005 'alice' 0005 'hello'                    # SMA
+6000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+10   S>A 03 0005 'alice' 0005 'hello'  <- P008 server    # SMA
+6000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+6000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 02 0005 'alice' 0003 'bob' 0004 'psst'          # SPM
+5    S>A 08 01                                           # ERROR 1
+10   S>B 02 0005 'alice' 0003 'bob' 0004 'psst'          # SPM
+10   S>C 02 0005 'alice' 0003 'bob' 0004 'psst'  <- P008 server  # SPM
+6000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 02 0005 'alice' 0003 'bob' 0004 'psst'          # SPM
+5    S>A 08 01                                           # ERROR 1
+10   S>B 02 0005 'alice' 0003 'bob' 0004 'psst'          # SPM
+6000 end
"],
    },
];
