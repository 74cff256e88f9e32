//! Participants, relays, lists in shen.

use super::{GROUP, LUCY, MARC, SHENG, TALK};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "P001",
        fires: &[LUCY, "
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>C 00 00 80 60 'pris' 0d 0a                        # ConnexionInvalide 0
+10   C>S 00 41 00 00  <- P001 client                     # DemandeDeListe 1
+300 end
"],
        holds: &[LUCY, "
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>C 00 00 80 60 'pris' 0d 0a                        # ConnexionInvalide 0
+10   C>S 00 40 40 60 'Marc' 0d 0a                        # Connexion 1
+5    S>C 00 42 00 00                                     # ACK 1
+300 end
"],
    },
    Case {
        rule: "P001",
        fires: &[LUCY, "
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>C 00 00 80 60 'pris' 0d 0a                        # ConnexionInvalide 0
+10   S>C 00 03 00 00  <- P001 server                     # CompterClients 0
+300 end
"],
        holds: &[LUCY, "
+10   S>A 00 03 00 00                                     # CompterClients 0
+300 end
"],
    },
    Case {
        rule: "P002",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 64 'psst' 0d 0a  <- P002 client        # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+300 end
"],
        holds: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c4 80 64 'psst' 0d 0a                        # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 42 40 c0 'psst' 0d 0a 'Lucy' 0d 0a           # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+300 end
"],
    },
    Case {
        rule: "P002",
        fires: &[LUCY, SHENG, MARC, GROUP, "
+5000 A>S 00 c4 80 90 'bonjour' 0d 0a  <- P002 client     # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+300 end
"],
        holds: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c4 80 64 'psst' 0d 0a                        # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 42 40 c0 'psst' 0d 0a 'Lucy' 0d 0a           # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+300 end
"],
    },
    Case {
        rule: "P002",
        fires: &[LUCY, SHENG, "
+10   A>S 00 41 c0 00  <- P002 client                     # QuitterMessagerie 1
+5    S>A 00 42 00 00                                     # ACK 1
+300 end
"],
        holds: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c1 c0 00                                     # QuitterMessagerie 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 43 40 60 'fini' 0d 0a                        # FermerMessagerie 1
+5    B>S 00 42 00 00                                     # ACK 1
+300 end
"],
    },
    Case {
        rule: "P003",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c0 c0 00                                     # Deconnexion 3
+5    S>A 00 c2 00 00                                     # ACK 3
+100  A>S 01 01 00 00  <- P003 client                     # DemandeDeListe 4
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c0 c0 00                                     # Deconnexion 3
+5    S>A 00 c2 00 00                                     # ACK 3
+100  A>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0, a new login
+5    S>A 00 02 00 00                                     # ACK 0
+300 end
"],
    },
    Case {
        rule: "P003",
        fires: &[LUCY, SHENG, TALK, "
+10   A>S 00 c0 c0 00                                     # Deconnexion 3
+5    S>A 00 c2 00 00                                     # ACK 3
+100  S>A 00 83 00 00  <- P003 server                     # CompterClients 2
+300 end
"],
        holds: &[LUCY, SHENG, TALK, "
+10   A>S 00 c0 c0 00                                     # Deconnexion 3
+5    S>A 00 c2 00 00                                     # ACK 3
+100  S>B 00 83 00 00                                     # CompterClients 2
+300 end
"],
    },
    Case {
        rule: "P004",
        fires: &[LUCY, SHENG, "
+10   A>S 00 40 c0 70 'Sheng' 0d 0a  <- P004 client       # Deconnexion 1
+5    S>A 00 42 00 00                                     # ACK 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 40 c0 60 'Lucy' 0d 0a                        # Deconnexion 1
+5    S>A 00 42 00 00                                     # ACK 1
+300 end
"],
    },
    Case {
        rule: "P005",
        fires: &[LUCY, "
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>C 00 02 00 00  <- P005 server                     # ACK 0
+300 end
"],
        holds: &[LUCY, "
+10   A>S 00 40 c0 00                                     # Deconnexion 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   C>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0: the name is free again
+5    S>C 00 02 00 00                                     # ACK 0
+300 end
"],
    },
    Case {
        rule: "P006",
        fires: &[LUCY, SHENG, MARC, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a  <- P006 server     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+5000 end
"],
        holds: &[LUCY, SHENG, MARC, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+10   S>C 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    C>S 00 02 00 00                                     # ACK 0
+5000 end
"],
    },
    Case {
        rule: "P006",
        fires: &[LUCY, SHENG, MARC, GROUP, "
+5000 A>S 00 c4 80 64 'psst' 0d 0a  <- P006 server        # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+5000 end
"],
        holds: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c4 80 64 'psst' 0d 0a                        # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 42 40 c0 'psst' 0d 0a 'Lucy' 0d 0a           # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+5000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonsoir' 0d 0a 'Lucy' 0d 0a  <- P007 server  # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+5000 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+5000 end
"],
    },
    Case {
        rule: "P007",
        fires: &[LUCY, SHENG, MARC, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Marc' 0d 0a  <- P007 server  # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+10   S>C 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    C>S 00 02 00 00                                     # ACK 0
+5000 end
"],
        holds: &[LUCY, SHENG, MARC, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+10   S>C 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    C>S 00 02 00 00                                     # ACK 0
+5000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+10   S>A 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a  <- P008 server  # DiffuserMessage 0
+5    A>S 00 02 00 00                                     # ACK 0
+5000 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+5000 end
"],
    },
    Case {
        rule: "P008",
        fires: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c4 80 64 'psst' 0d 0a                        # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 42 40 c0 'psst' 0d 0a 'Lucy' 0d 0a           # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+10   S>C 00 02 40 c0 'psst' 0d 0a 'Lucy' 0d 0a  <- P008 server  # DiffuserMessage 0
+5    C>S 00 02 00 00                                     # ACK 0
+5000 end
"],
        holds: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c4 80 64 'psst' 0d 0a                        # EnvoyerMessage 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 42 40 c0 'psst' 0d 0a 'Lucy' 0d 0a           # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+5000 end
"],
    },
    Case {
        rule: "P009",
        fires: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c1 c0 00                                     # QuitterMessagerie 3
+5    S>A 00 c2 00 00  <- P009 server                     # ACK 3
+5000 end
"],
        holds: &[LUCY, SHENG, MARC, GROUP, "
+10   A>S 00 c1 c0 00                                     # QuitterMessagerie 3
+5    S>A 00 c2 00 00                                     # ACK 3
+10   S>B 00 43 40 60 'fini' 0d 0a                        # FermerMessagerie 1
+5    B>S 00 42 00 00                                     # ACK 1
+5000 end
"],
    },
    Case {
        rule: "P010",
        fires: &[LUCY, SHENG, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 40 f0 'privee, Sheng' 0d 0a  <- P010 server  # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 10 'publique, Sheng' 0d 0a             # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "P010",
        fires: &[LUCY, SHENG, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a  <- P010 server  # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 42 10 'publique, Lucy' 0d 0a 'publique, Sheng' 0d 0a  # ListeUtilisateurs 1
+300 end
"],
    },
    Case {
        rule: "P010",
        fires: &[LUCY, SHENG, "
+10   B>S 00 40 c0 00                                     # Deconnexion 1
+5    S>B 00 42 00 00                                     # ACK 1
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 10 'publique, Sheng' 0d 0a  <- P010 server  # ListeUtilisateurs 1
+300 end
"],
        holds: &[LUCY, SHENG, "
+10   B>S 00 40 c0 00                                     # Deconnexion 1
+5    S>B 00 42 00 00                                     # ACK 1
+10   A>S 00 41 00 00                                     # DemandeDeListe 1
+5    S>A 00 45 41 00 'publique, Lucy' 0d 0a              # ListeUtilisateurs 1
+300 end
"],
    },
];
