//! Numbers in shen.

use super::{LUCY, SHENG, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "S001",
        fires: &["
+10   A>S 00 40 40 60 'Lucy' 0d 0a  <- S001 client        # Connexion 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   A>S 00 81 00 00                                     # DemandeDeListe 2
+5    S>A 00 85 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S001",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 01 c2 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a  <- S001 server  # DiffuserMessage 7
+5    B>S 01 c2 00 00                                     # ACK 7
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S002",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 01 44 80 80 'encore' 0d 0a  <- S002 client      # EnvoyerMessage 5
+5    S>A 01 42 00 00                                     # ACK 5
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S002",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 01 02 40 e0 'encore' 0d 0a 'Lucy' 0d 0a  <- S002 server  # DiffuserMessage 4
+5    B>S 01 02 00 00                                     # ACK 4
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S003",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 84 80 80 'encore' 0d 0a  <- S003 client      # EnvoyerMessage 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S003",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 43 00 00  <- S003 server                     # CompterClients 1
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S004",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 44 80 80 'encore' 0d 0a  <- S004 client      # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S004",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c4 80 80 'encore' 0d 0a                      # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 82 40 e0 'encore' 0d 0a 'Lucy' 0d 0a         # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+10   S>B 00 03 00 00  <- S004 server                     # CompterClients 0
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "S004",
        fires: &["
convention numbering=conversation
+10   A>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>A 00 02 00 00                                     # ACK 0
+10   B>S 00 40 40 70 'Sheng' 0d 0a                       # Connexion 1
+5    S>B 00 42 00 00                                     # ACK 1
+10   A>S 00 84 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 82 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+10   B>S 00 04 80 70 'salut' 0d 0a  <- S004 client       # EnvoyerMessage 0
+5    S>B 00 02 00 00                                     # ACK 0
+10   S>A 01 02 40 e0 'salut' 0d 0a 'Sheng' 0d 0a         # DiffuserMessage 4
+5    A>S 01 02 00 00                                     # ACK 4
+300 end
"],
        holds: &["
convention numbering=conversation
+10   A>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>A 00 02 00 00                                     # ACK 0
+10   B>S 00 40 40 70 'Sheng' 0d 0a                       # Connexion 1
+5    S>B 00 42 00 00                                     # ACK 1
+10   A>S 00 84 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 82 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 2
+5    B>S 00 82 00 00                                     # ACK 2
+10   B>S 00 c4 80 70 'salut' 0d 0a                       # EnvoyerMessage 3
+5    S>B 00 c2 00 00                                     # ACK 3
+10   S>A 00 c2 40 e0 'salut' 0d 0a 'Sheng' 0d 0a         # DiffuserMessage 3
+5    A>S 00 c2 00 00                                     # ACK 3
+300 end
"],
    },
];
