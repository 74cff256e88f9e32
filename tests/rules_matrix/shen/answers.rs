//! Answers in shen.

use super::{LUCY, SHENG, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "A001",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a  <- A001 server     # EnvoyerMessage 1
+2000 A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1 again
+2000 A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1 again
+4500 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+2000 A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1 again
+2000 A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1 again
+3900 S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+500 end
"],
    },
    Case {
        rule: "A001",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a  <- A001 client  # DiffuserMessage 0
+2000 S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0 again
+2000 S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0 again
+4500 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+2000 S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0 again
+2000 S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0 again
+3900 B>S 00 02 00 00                                     # ACK 0
+500 end
"],
    },
    Case {
        rule: "A002",
        fires: &[LUCY, SHENG, TALK, "
+10   S>A 02 42 00 00  <- A002 server                     # ACK 9
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A002",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 02 42 00 00  <- A002 client                     # ACK 9
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A003",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 02 42 00 00  <- A003 server                     # ACK 9
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A003",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 02 42 00 00  <- A003 client                     # ACK 9
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A004",
        fires: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 44 40 80 'limite' 0d 0a  <- A004 server      # LimiteAtteinte 1
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "A004",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 81 80 00  <- A004 client                     # RefuserInvitation 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A005",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 60 'recu' 0d 0a  <- A005 server        # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A005",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 60 'recu' 0d 0a  <- A005 client        # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "A007",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+20   S>A 00 c2 00 00  <- A007 server                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+2000 A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3 again
+5    S>A 00 c2 00 00                                     # ACK 3
+20   S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
    Case {
        rule: "A007",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+20   B>S 00 82 00 00  <- A007 client                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+2000 S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2 again
+5    B>S 00 82 00 00                                     # ACK 2
+20   B>S 00 82 00 00                                     # ACK 2
+300 end
"],
    },
];
