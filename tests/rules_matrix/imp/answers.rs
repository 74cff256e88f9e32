//! Answers in imp.

use super::{ALICE, BOB, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "A001",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'  <- A001 server    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+1000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+400  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+500 end
"],
    },
    Case {
        rule: "A001",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'  <- A001 client    # DataMessage S=1
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+700  S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+300 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+400  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+500 end
"],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+50   A>S 71 01 00 00 05  <- A002 client                  # ack of UpdateList S=0
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A002",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+50   S>A 29 00 00 00 05  <- A002 server                  # ack of DataMessage S=0
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 29 00 00 00 05  <- A003 server                  # ack of DataMessage S=0
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A003",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 29 02 00 00 05  <- A003 client                  # ack of DataMessage S=0
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 1b 00 00 00 05  <- A004 server                  # ack of UserListRequest S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 73 02 00 00 05  <- A004 client                  # ack of UpdateList S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A005",
        fires: &["
+10   A>S 00 00 00 00 0d 'alice   '                       # ConnectionRequest S=0
+5    S>A 09 00 00 00 06 01  <- A005 server               # ack of ConnectionAccept S=0
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A005",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 0c 00 05 'hello'  <- A005 client    # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "A006",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+700  S>A 2b 00 00 00 05  <- A006 server                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+600  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "A006",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+700  B>S 2b 02 00 00 05  <- A006 client                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+600  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "A007",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+20   S>A 2b 00 00 00 05  <- A007 server                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+20   S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "A007",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+20   B>S 2b 02 00 00 05  <- A007 client                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+20   B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
];
