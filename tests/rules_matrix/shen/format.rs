//! Format in shen.

use super::{LUCY, SHENG, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "F001",
        fires: &[LUCY, "
+10   A>S 00 42 00  <- F001 client
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "F001",
        fires: &[LUCY, "
+10   S>A 00 42 00  <- F001 server
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "F002",
        fires: &[LUCY, "
+10   A>S 00 45 80 00  <- F002 client                     # type 22 1
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # 21, the last that is assigned
+300 end
"],
    },
    Case {
        rule: "F002",
        fires: &[LUCY, "
+10   S>A 00 00 00 00  <- F002 server                     # type 0 0
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "F003",
        fires: &[LUCY, "
+10   A>S 00 42 80 70 'modes' 0d 0a  <- F003 client       # OffrirModes 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 c0 00                                     # Invitation 1
+5    S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
+10   A>S 00 85 00 00                                     # ChoisirMode 2
+5    S>A 00 82 00 00                                     # ACK 2
+300 end
"],
    },
    Case {
        rule: "F003",
        fires: &[LUCY, "
+10   S>A 00 01 00 00  <- F003 server                     # DemandeDeListe 0
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "F004",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 a0 'bonjour' 0d 0a  <- F004 client     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "F004",
        fires: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 40 f0 'publique, Lucy' 0d 0a  <- F004 server  # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "F005",
        fires: &[LUCY, "
+10   A>S 00 41 00 01  <- F005 client                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "F005",
        fires: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 04 'publique, Lucy' 0d 0a  <- F005 server  # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "F006",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 98 'bonjour' 0d 0a  <- F006 client     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "F006",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 c0 00                                     # Invitation 1
+5    S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
+10   A>S 00 85 00 00                                     # ChoisirMode 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 04 c0 03  <- F006 server                     # Invitation 0
+5    B>S 00 01 40 00                                     # AccepterInvitation 0
+10   S>A 00 42 c0 00                                     # InvitationValide 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 c0 00                                     # Invitation 1
+5    S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
+10   A>S 00 85 00 01                                     # ChoisirMode 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 04 c0 01                                     # Invitation 0
+5    B>S 00 01 40 00                                     # AccepterInvitation 0
+10   S>A 00 42 c0 00                                     # InvitationValide 1
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &["
+10   A>S 00 00 41 70 'abcdefghijklmnopqrstu' 0d 0a  <- F007 client  # Connexion 0
+5    S>A 00 02 00 00                                     # ACK 0
+300 end
"],
        holds: &["
+10   A>S 00 00 41 60 'abcdefghijklmnopqrst' 0d 0a        # Connexion 0, twenty characters
+5    S>A 00 02 00 00                                     # ACK 0
+300 end
"],
    },
    Case {
        rule: "F007",
        fires: &[LUCY, "
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>C 00 00 80 20 0d 0a  <- F007 server               # ConnexionInvalide 0
+300 end
"],
        holds: &[LUCY, "
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>C 00 00 80 60 'pris' 0d 0a                        # ConnexionInvalide 0
+300 end
"],
    },
    Case {
        rule: "F008",
        fires: &[LUCY, "
+10   A>S 00 41 00 60 'tous' 0d 0a  <- F008 client        # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "F008",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 c0 00                                     # Invitation 1
+5    S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
+10   A>S 00 85 00 00                                     # ChoisirMode 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 04 c0 00                                     # Invitation 0
+5    B>S 00 01 40 00                                     # AccepterInvitation 0
+10   S>A 00 42 c0 50 'oui' 0d 0a  <- F008 server         # InvitationValide 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 c0 00                                     # Invitation 1
+5    S>A 00 42 80 70 'modes' 0d 0a                       # OffrirModes 1
+10   A>S 00 85 00 00                                     # ChoisirMode 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 04 c0 00                                     # Invitation 0
+5    B>S 00 01 40 00                                     # AccepterInvitation 0
+10   S>A 00 42 c0 00                                     # InvitationValide 1
+300 end
"],
    },
    Case {
        rule: "F009",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 70 'bonjour'  <- F009 client           # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
    Case {
        rule: "F009",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 d0 'bonjour' 0d 0a 'Lucy'  <- F009 server  # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+300 end
"],
        holds: &[LUCY, SHENG, TALK],
    },
];
