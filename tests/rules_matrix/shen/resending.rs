//! Retransmission in shen.

use super::{LUCY, MARC, SHENG, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "R001",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+1500 A>S 00 c4 80 80 'encore' 0d 0a  <- R001 client      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+1600 A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
    Case {
        rule: "R002",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a  <- A001 server, R002 client  # EnvoyerMessage 3
+2500 A>S 01 04 80 70 'alors' 0d 0a                       # EnvoyerMessage 4
+5    S>A 01 02 00 00                                     # ACK 4
+10   S>B 00 82 40 d0 'alors' 0d 0a 'Lucy' 0d 0a          # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+2000 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+4000 A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+10   A>S 01 04 80 70 'alors' 0d 0a                       # EnvoyerMessage 4
+5    S>A 01 02 00 00                                     # ACK 4
+10   S>B 00 c2 40 d0 'alors' 0d 0a 'Lucy' 0d 0a          # DiffuserMessage 3
+5    B>S 00 c2 00 00                                     # ACK 3
+300 end
"],
    },
    Case {
        rule: "R002",
        fires: &[LUCY, SHENG, MARC, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a  <- A001 client, R002 server  # DiffuserMessage 0
+10   S>C 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    C>S 00 02 00 00                                     # ACK 0
+2500 C>S 00 44 80 70 'salut' 0d 0a                       # EnvoyerMessage 1
+5    S>C 00 42 00 00                                     # ACK 1
+10   S>A 00 02 40 d0 'salut' 0d 0a 'Marc' 0d 0a          # DiffuserMessage 0
+5    A>S 00 02 00 00                                     # ACK 0
+10   S>B 00 42 40 d0 'salut' 0d 0a 'Marc' 0d 0a          # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+2000 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+2500 S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2 again
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
    Case {
        rule: "R004",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+2000 A>S 00 c4 80 80 'ENCORE' 0d 0a  <- R004 client      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'ENCORE' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+2000 A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
    Case {
        rule: "R004",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 c0 00                                     # Invitation 3
+5    S>A 00 c2 80 70 'modes' 0d 0a                       # OffrirModes 3
+10   A>S 01 05 00 00                                     # ChoisirMode 4
+5    S>A 01 02 00 00                                     # ACK 4
+10   S>B 00 84 c0 00                                     # Invitation 2
+2000 S>B 00 84 c0 01  <- R004 server                     # Invitation 2
+5    B>S 00 81 40 00                                     # AccepterInvitation 2
+10   S>A 00 c2 c0 00                                     # InvitationValide 3
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 c0 00                                     # Invitation 3
+5    S>A 00 c2 80 70 'modes' 0d 0a                       # OffrirModes 3
+10   A>S 01 05 00 00                                     # ChoisirMode 4
+5    S>A 01 02 00 00                                     # ACK 4
+10   S>B 00 84 c0 00                                     # Invitation 2
+2000 S>B 00 84 c0 00                                     # Invitation 2 again
+5    B>S 00 81 40 00                                     # AccepterInvitation 2
+10   S>A 00 c2 c0 00                                     # InvitationValide 3
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+2000 A>S 00 c4 80 80 'encore' 0d 0a  <- R005 client      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+2000 S>A 00 c2 00 00                                     # ACK 3
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
    Case {
        rule: "R005",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+2000 S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a  <- R005 server  # DiffuserMessage 2 again
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+2000 B>S 00 82 00 00                                     # ACK 2
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2 again
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
];
