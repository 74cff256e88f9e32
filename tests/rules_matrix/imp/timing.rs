//! Timing in imp.

use super::{ALICE, BOB};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "T002",
        fires: &[ALICE, BOB, "
+10   A>S 32 01 00 00 07 00 02                            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+10   S>B 4a 01 00 00 08 00 02 02  <- T002 client         # GroupInvitationRequest S=1
+5    B>S 4b 02 00 00 05                                  # ack of GroupInvitationRequest S=1
+15500 S>A 40 00 00 00 05                                 # GroupCreationReject S=0
+5    A>S 41 01 00 00 05                                  # ack of GroupCreationReject S=0
+3000 end
"],
        holds: &[ALICE, BOB, "
+10   A>S 32 01 00 00 07 00 02                            # GroupCreationRequest S=1
+5    S>A 33 00 00 00 05                                  # ack of GroupCreationRequest S=1
+10   S>B 4a 01 00 00 08 00 02 02                         # GroupInvitationRequest S=1
+5    B>S 4b 02 00 00 05                                  # ack of GroupInvitationRequest S=1
+14900 B>S 5a 02 00 00 08 00 02 02                        # GroupInvitationReject S=1
+5    S>B 5b 00 00 00 05                                  # ack of GroupInvitationReject S=1
+10   S>A 58 02 00 00 08 00 02 02                         # GroupInvitationReject S=0
+5    A>S 59 01 00 00 05                                  # ack of GroupInvitationReject S=0
+10   S>A 42 00 00 00 05                                  # GroupCreationReject S=1
+5    A>S 43 01 00 00 05                                  # ack of GroupCreationReject S=1
+500 end
"],
    },
    Case {
        rule: "T001",
        fires: &[ALICE, BOB, "
max-ack max=200ms
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+250  S>A 2b 00 00 00 05  <- T001 server                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
max-ack max=200ms
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+150  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+150  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
    Case {
        rule: "T001",
        fires: &[ALICE, BOB, "
max-ack max=200ms
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+5    S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+250  B>S 2b 02 00 00 05  <- T001 client                  # ack of DataMessage S=1
+200 end
"],
        holds: &[ALICE, BOB, "
max-ack max=200ms
+10   A>S 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+150  S>A 2b 00 00 00 05                                  # ack of DataMessage S=1
+10   S>B 2a 01 01 00 07 00 05 'hello'                    # DataMessage S=1
+150  B>S 2b 02 00 00 05                                  # ack of DataMessage S=1
+200 end
"],
    },
];
