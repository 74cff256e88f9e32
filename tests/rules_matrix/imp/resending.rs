//! Retransmission in imp.

use super::{ALICE, BOB, CAROL};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "R001",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+180  A>S 2a 01 01 00 07 00 05 'hello'  <- R001 client    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+400  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R001",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+180  S>B 2a 01 01 00 07 00 05 'hello'  <- R001 server    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+400  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R002",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'  <- A001 server, R002 client  # DataMessage S=1
+1500 A>S 80 01 00 00 05                                  # DisconnectionRequest S=0
+5    S>A 81 00 00 00 05                                  # ack of DisconnectionRequest S=0
+10   S>B 7a 00 ff 00 06 01                               # UpdateDisconnection S=1
+5    B>S 7b 02 00 00 05                                  # ack of UpdateDisconnection S=1
+1500 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R002",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'  <- A001 client, R002 server  # DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+1500 C>S 2a 03 01 00 07 00 02 'hi'                       # DataMessage S=1
+5    S>C 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>A 2a 03 01 00 07 00 02 'hi'                       # DataMessage S=1
+5    A>S 2b 01 00 00 05                                  # ack of DataMessage S=1
+3000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R003",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'  <- R003 client    # DataMessage S=1 again
+100  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+100  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R003",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+500  S>B 2a 01 01 00 07 00 05 'hello'  <- R003 server    # DataMessage S=1 again
+100  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
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
+100  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'HELLO'  <- R004 client    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'HELLO'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R004",
        fires: &[ALICE, BOB, "
+10   A>S 32 01 00 00 07 00 02                            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+10   S>B 4a 01 00 00 08 00 02 02                         # GroupInvitationRequest S=1
+500  S>B 4a 01 00 00 08 00 03 02  <- R004 server         # GroupInvitationRequest S=1
+5    B>S 4b 02 00 00 05                                  # ack of GroupInvitationRequest S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 32 01 00 00 07 00 02                            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+10   S>B 4a 01 00 00 08 00 02 02                         # GroupInvitationRequest S=1
+500  S>B 4a 01 00 00 08 00 02 02                         # GroupInvitationRequest S=1 again
+5    B>S 4b 02 00 00 05                                  # ack of GroupInvitationRequest S=1
+200 end
"],
    },
    Case {
        rule: "R005",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+400  A>S 2a 01 01 00 07 00 05 'hello'  <- R005 client    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+5    A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R005",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+400  S>B 2a 01 01 00 07 00 05 'hello'  <- R005 server    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+500  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+5    S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R006",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+100  A>S 28 01 01 00 07 00 03 'two'  <- R006 client      # DataMessage S=0
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   A>S 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
    },
    Case {
        rule: "R006",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   A>S 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+10   S>B 28 01 01 00 07 00 03 'two'  <- R006 server      # DataMessage S=0
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   A>S 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 2a 01 01 00 07 00 03 'one'                      # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 03 'two'                      # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
    },
    Case {
        rule: "R007",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+750  A>S 2a 01 01 00 07 00 05 'hello'  <- R007 client    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+600  A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "R007",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+750  S>B 2a 01 01 00 07 00 05 'hello'  <- R007 server    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+600  S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1 again
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
];
