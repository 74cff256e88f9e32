//! Format in chatos.

use super::{ALICE, BOB, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "F001",
        fires: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' ff ff  <- F001 client           # SMA
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F001",
        fires: &[ALICE, BOB, "
+10   S>A 03 0003 'bob' ff ff  <- F001 server             # SMA
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, BOB, "
+10   A>S 09 0005 'alice'  <- F002 client
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F002",
        fires: &[ALICE, BOB, "
+10   S>A 00 0005 'alice'  <- F002 server
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, BOB, "
+10   A>S 08 01  <- F003 client                           # ERROR
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F003",
        fires: &[ALICE, BOB, "
+10   S>A 01 0005 'alice'  <- F003 server                 # CR
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0009 'hello'  <- F004 client
+100  A>S close
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'hello'                    # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'hello'                    # SMA
+100  A>S close
+300 end
"],
    },
    Case {
        rule: "F004",
        fires: &[ALICE, BOB, "
+10   S>A 03 0003 'bob' 0009 'hello'  <- F004 server
+100  S>A close
+300 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 03 0003 'bob' 0005 'hello'                      # SMA
+5    S>B 08 01                                           # ERROR 1
+10   S>A 03 0003 'bob' 0005 'hello'                      # SMA
+100  S>A close
+300 end
"],
    },
    Case {
        rule: "F006",
        fires: &["
+10   A>S 01 0005 'alice'                                 # CR
+5    S>A 08 07  <- F006 server                           # ERROR 7
+300 end
"],
        holds: &[ALICE, "
+10   C>S 01 0005 'alice'                                 # CR
+5    S>C 08 02                                           # ERROR 2
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &["
+10   A>S 01 0000  <- F007 client                         # CR
+5    S>A 08 02                                           # ERROR 2
+300 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "F007",
        fires: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0004 'caf' e9  <- F007 client   # SMA
+5    S>A 08 03                                           # ERROR 3
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 03 0005 'alice' 0005 'caf' c3 a9                # SMA
+5    S>A 08 01                                           # ERROR 1
+10   S>B 03 0005 'alice' 0005 'caf' c3 a9                # SMA
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &[ALICE, BOB, "
+10   S>A 06 0005 'alice' 0000 00 07  <- F007 server      # TCPAbort
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 04 0005 'alice' 0003 'bob' 00 07                # TCPAsk
+5    S>A 08 01                                           # ERROR 1
+10   S>B 04 0005 'alice' 0003 'bob' 00 07                # TCPAsk
+10   B>S 06 0005 'alice' 0003 'bob' 00 07                # TCPAbort
+10   S>A 06 0005 'alice' 0003 'bob' 00 07                # TCPAbort
+300 end
"],
    },
];
