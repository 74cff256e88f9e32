//! Participants, relays, lists in imp.

use super::{ALICE, BOB, CAROL, GROUP, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "P001",
        fires: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>C 10 00 00 00 06 80                               # ConnectionReject S=0
+10   C>S 1a 00 01 00 05  <- P001 client                  # UserListRequest S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>C 10 00 00 00 06 80                               # ConnectionReject S=0
+10   C>S 02 00 00 00 0d 'carol   '                       # another try
+10   S>C 0a 00 00 00 06 03                               # ConnectionAccept S=1
+5    C>S 0b 03 00 00 05                                  # ack of ConnectionAccept S=1
+10   S>A 70 00 ff 00 15 03 01 'carol   ' 0a 00 00 04 9c 43  # UpdateList S=0
+5    A>S 71 01 00 00 05                                  # ack of UpdateList S=0
+10   S>B 72 00 ff 00 15 03 01 'carol   ' 0a 00 00 04 9c 43  # UpdateList S=1
+5    B>S 73 02 00 00 05                                  # ack of UpdateList S=1
+200 end
"],
    },
    Case {
        rule: "P001",
        fires: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>C 10 00 00 00 06 80                               # ConnectionReject S=0
+10   S>C 72 00 ff 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  <- P001 server  # UpdateList S=1
+5    C>S 73 00 00 00 05                                  # ack of UpdateList S=1
+200 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   C>S 82 03 00 00 05                                  # DisconnectionRequest S=1
+5    S>C 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 7a 00 ff 00 06 03                               # UpdateDisconnection S=1
+5    A>S 7b 01 00 00 05                                  # ack of UpdateDisconnection S=1
+10   S>B 78 00 ff 00 06 03                               # UpdateDisconnection S=0
+5    B>S 79 02 00 00 05                                  # ack of UpdateDisconnection S=0
+200 end
"],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, "
+10   A>S 62 01 00 00 05  <- P002 client                  # GroupDisjointRequest S=1
+5    S>A 63 00 00 00 05                                  # ack of GroupDisjointRequest S=1
+200 end
"],
        holds: &[ALICE, BOB, CAROL, GROUP, "
+10   B>S 60 02 00 00 05                                  # GroupDisjointRequest S=0
+5    S>B 61 00 00 00 05                                  # ack of GroupDisjointRequest S=0
+10   S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+10   S>C 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    C>S 73 03 00 00 05                                  # ack of UpdateList S=1
+10   S>A 68 00 02 00 05                                  # GroupDissolution S=0
+5    A>S 69 01 00 00 05                                  # ack of GroupDissolution S=0
+10   S>B 70 00 ff 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UpdateList S=0
+5    B>S 71 02 00 00 05                                  # ack of UpdateList S=0
+10   S>C 70 00 ff 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UpdateList S=0
+5    C>S 71 03 00 00 05                                  # ack of UpdateList S=0
+200 end
"],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, CAROL, GROUP, "
+10   A>S 28 01 03 00 07 00 04 'psst'  <- P002 client     # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
        holds: &[ALICE, BOB, CAROL, GROUP, "
+10   A>S 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, CAROL, GROUP, "
+10   C>S 2a 03 02 00 07 00 04 'psst'  <- P002 client     # DataMessage S=1
+5    S>C 2b 00 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, CAROL, GROUP, "
+10   A>S 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
    },
    Case {
        rule: "P002",
        fires: &[ALICE, BOB, "
+10   A>S 52 01 00 00 08 00 02 01  <- P002 client         # GroupInvitationAccept S=1
+5    S>A 53 00 00 00 05                                  # ack of GroupInvitationAccept S=1
+200 end
"],
        holds: &[ALICE, BOB, CAROL, GROUP, "
+10   A>S 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+200 end
"],
    },
    Case {
        rule: "P003",
        fires: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+100  B>S 18 02 01 00 05  <- P003 client                  # UserListRequest S=0
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+100  B>S 00 00 00 00 0d 'bob     '                       # a new login
+10   S>B 0a 00 00 00 06 02                               # ConnectionAccept S=1
+5    B>S 0b 02 00 00 05                                  # ack of ConnectionAccept S=1
+10   S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+200 end
"],
    },
    Case {
        rule: "P003",
        fires: &[ALICE, BOB, CAROL, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 7a 00 ff 00 06 02                               # UpdateDisconnection S=1
+5    A>S 7b 01 00 00 05                                  # ack of UpdateDisconnection S=1
+10   S>C 7a 00 ff 00 06 02                               # UpdateDisconnection S=1
+5    C>S 7b 03 00 00 05                                  # ack of UpdateDisconnection S=1
+10   C>S 82 03 00 00 05                                  # DisconnectionRequest S=1
+5    S>C 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 03                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+10   S>B 78 00 ff 00 06 03  <- P003 server               # UpdateDisconnection S=0
+200 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 7a 00 ff 00 06 02                               # UpdateDisconnection S=1
+5    A>S 7b 01 00 00 05                                  # ack of UpdateDisconnection S=1
+10   S>C 7a 00 ff 00 06 02                               # UpdateDisconnection S=1
+5    C>S 7b 03 00 00 05                                  # ack of UpdateDisconnection S=1
+10   C>S 82 03 00 00 05                                  # DisconnectionRequest S=1
+5    S>C 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 03                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+200 end
"],
    },
    Case {
        rule: "P004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 02 01 00 07 00 05 'hello'  <- P004 client    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 01 00 00 05  <- P004 client                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P004",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 01 00 00 05  <- P004 server                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, TALK],
    },
    Case {
        rule: "P005",
        fires: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>C 08 00 00 00 06 03  <- P005 server               # ConnectionAccept S=0
+5    C>S 09 03 00 00 05                                  # ack of ConnectionAccept S=0
+10   S>A 70 00 ff 00 15 03 01 'bob     ' 0a 00 00 04 9c 43  # UpdateList S=0
+5    A>S 71 01 00 00 05                                  # ack of UpdateList S=0
+10   S>B 72 00 ff 00 15 03 01 'bob     ' 0a 00 00 04 9c 43  # UpdateList S=1
+5    B>S 73 02 00 00 05                                  # ack of UpdateList S=1
+500 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "P005",
        fires: &[ALICE, BOB, "
+10   C>S 00 00 00 00 0d 'carol   '                       # ConnectionRequest S=0
+10   S>C 08 00 00 00 06 02  <- P005 server               # ConnectionAccept S=0
+5    C>S 09 02 00 00 05                                  # ack of ConnectionAccept S=0
+500 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+10   C>S 00 00 00 00 0d 'carol   '                       # ConnectionRequest S=0
+10   S>C 08 00 00 00 06 02                               # ID 2 is free again
+5    C>S 09 02 00 00 05                                  # ack of ConnectionAccept S=0
+10   S>A 72 00 ff 00 15 02 01 'carol   ' 0a 00 00 04 9c 43  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+200 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'  <- P006 server    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+2000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
    },
    Case {
        rule: "P006",
        fires: &[ALICE, BOB, "
+10   A>S 32 01 00 00 07 00 02  <- P006 server            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+2500 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 32 01 00 00 07 00 02                            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+10   S>B 4a 01 00 00 08 00 02 02                         # GroupInvitationRequest S=1
+5    B>S 4b 02 00 00 05                                  # ack of GroupInvitationRequest S=1
+2500 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'jello'  <- P007 server    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 03 01 00 07 00 05 'hello'  <- P007 server    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
        holds: &[ALICE, BOB, CAROL, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 28 01 01 00 07 00 05 'hello'                    # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+10   S>A 28 01 01 00 07 00 05 'hello'  <- P008 server    # DataMessage S=0
+5    A>S 29 01 00 00 05                                  # ack of DataMessage S=0
+2000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[ALICE, BOB, CAROL, GROUP, "
+10   A>S 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+10   S>C 2a 01 02 00 07 00 04 'psst'  <- P008 server     # DataMessage S=1
+5    C>S 2b 03 00 00 05                                  # ack of DataMessage S=1
+2000 end
"],
        holds: &[ALICE, BOB, CAROL, GROUP, "
+10   A>S 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    S>A 29 00 00 00 05                                  # ack of DataMessage S=0
+10   S>B 28 01 02 00 07 00 04 'psst'                     # DataMessage S=0
+5    B>S 29 02 00 00 05                                  # ack of DataMessage S=0
+2000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[ALICE, "
+10   B>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+10   S>B 08 00 00 00 06 02  <- P009 server               # ConnectionAccept S=0
+5    B>S 09 02 00 00 05                                  # ack of ConnectionAccept S=0
+2000 end
"],
        holds: &[ALICE, "
+10   B>S 00 00 00 00 0d 'bob     '                       # ConnectionRequest S=0
+5    S>B 08 00 00 00 06 02                               # ConnectionAccept S=0
+5    B>S 09 02 00 00 05                                  # ack of ConnectionAccept S=0
+10   S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+2000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05  <- P009 server                  # ack of DisconnectionRequest S=1
+2000 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+2000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[ALICE, BOB, CAROL, GROUP, "
+10   B>S 60 02 00 00 05                                  # GroupDisjointRequest S=0
+5    S>B 61 00 00 00 05  <- P009 server                  # ack of GroupDisjointRequest S=0
+10   S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+10   S>C 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    C>S 73 03 00 00 05                                  # ack of UpdateList S=1
+2000 end
"],
        holds: &[ALICE, BOB, CAROL, GROUP, "
+10   B>S 60 02 00 00 05                                  # GroupDisjointRequest S=0
+5    S>B 61 00 00 00 05                                  # ack of GroupDisjointRequest S=0
+10   S>A 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    A>S 73 01 00 00 05                                  # ack of UpdateList S=1
+10   S>C 72 00 ff 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  # UpdateList S=1
+5    C>S 73 03 00 00 05                                  # ack of UpdateList S=1
+10   S>A 68 00 02 00 05                                  # GroupDissolution S=0
+5    A>S 69 01 00 00 05                                  # ack of GroupDissolution S=0
+10   S>B 70 00 ff 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UpdateList S=0
+5    B>S 71 02 00 00 05                                  # ack of UpdateList S=0
+10   S>C 70 00 ff 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UpdateList S=0
+5    C>S 71 03 00 00 05                                  # ack of UpdateList S=0
+2000 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   B>S 1a 02 01 00 05                                  # UserListRequest S=1
+10   S>B 22 00 01 00 25 01 01 'alice   ' 0a 00 00 02 9c 41 02 01 'rob     ' 0a 00 00 03 9c 42  <- P010 server  # UserListResponse S=1
+5    B>S 23 02 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 1a 02 01 00 05                                  # UserListRequest S=1
+10   S>B 22 00 01 00 25 01 01 'alice   ' 0a 00 00 02 9c 41 02 01 'bob     ' 0a 00 00 03 9c 42  # UserListResponse S=1
+5    B>S 23 02 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   B>S 1a 02 01 00 05                                  # UserListRequest S=1
+10   S>B 22 00 01 00 15 02 01 'bob     ' 0a 00 00 03 9c 42  <- P010 server  # UserListResponse S=1
+5    B>S 23 02 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 1a 02 01 00 05                                  # UserListRequest S=1
+10   S>B 22 00 01 00 25 02 01 'bob     ' 0a 00 00 03 9c 42 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    B>S 23 02 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   B>S 1a 02 01 00 05                                  # UserListRequest S=1
+10   S>B 22 00 01 00 25 01 01 'alice   ' 0a 00 00 02 9c 41 02 02 'bob     ' 0a 00 00 03 9c 42  <- P010 server  # UserListResponse S=1
+5    B>S 23 02 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 1a 02 01 00 05                                  # UserListRequest S=1
+10   S>B 22 00 01 00 25 01 01 'alice   ' 0a 00 00 02 9c 41 02 01 'bob     ' 0a 00 00 03 9c 42  # UserListResponse S=1
+5    B>S 23 02 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
    Case {
        rule: "P010",
        fires: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 25 01 01 'alice   ' 0a 00 00 02 9c 41 02 01 'bob     ' 0a 00 00 03 9c 42  <- P010 server  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
        holds: &[ALICE, BOB, "
+10   B>S 82 02 00 00 05                                  # DisconnectionRequest S=1
+5    S>B 83 00 00 00 05                                  # ack of DisconnectionRequest S=1
+10   S>A 78 00 ff 00 06 02                               # UpdateDisconnection S=0
+5    A>S 79 01 00 00 05                                  # ack of UpdateDisconnection S=0
+10   A>S 1a 01 01 00 05                                  # UserListRequest S=1
+10   S>A 22 00 01 00 15 01 01 'alice   ' 0a 00 00 02 9c 41  # UserListResponse S=1
+5    A>S 23 01 00 00 05                                  # ack of UserListResponse S=1
+200 end
"],
    },
];
