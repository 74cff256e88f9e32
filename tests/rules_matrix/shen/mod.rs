//! Shen: ten-bit numbers, two seconds for clients, texts with line ends.

mod format;
mod numbers;
mod answers;
mod resending;
mod participants;
mod timing;

use super::{Case, Exempt};
use wiregrade::protocol::Actor;

/// Lucy (A) logs in. Next: A 1, S to A 0.
const LUCY: &str = "
+10   A>S 00 00 40 60 'Lucy' 0d 0a                        # Connexion 0
+5    S>A 00 02 00 00                                     # ACK 0
";

/// Sheng too (B). Next: A 1, B 1, S to A 0, S to B 0.
const SHENG: &str = "
+10   B>S 00 00 40 70 'Sheng' 0d 0a                       # Connexion 0
+5    S>B 00 02 00 00                                     # ACK 0
";

/// Marc too (C). Next: clients 1, S to each 0.
const MARC: &str = "
+10   C>S 00 00 40 60 'Marc' 0d 0a                        # Connexion 0
+5    S>C 00 02 00 00                                     # ACK 0
";

/// Lucy and Sheng in a private room, centralized; Marc is not. Next: A 3, B 1, S to A 0, S to B 1.
const GROUP: &str = "
+10   A>S 00 44 c0 00                                     # Invitation 1
+5    S>A 00 42 81 c0 'centralise ou decentralise' 0d 0a  # OffrirModes 1
+10   A>S 00 85 00 00                                     # ChoisirMode 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 04 c0 00                                     # Invitation 0
+5    B>S 00 01 40 00                                     # AccepterInvitation 0
+10   S>A 00 42 c0 00                                     # InvitationValide 1
";

/// After SHENG: they talk. Next: A 3, B 3, S to A 2, S to B 2.
const TALK: &str = "
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+10   B>S 00 44 80 70 'salut' 0d 0a                       # EnvoyerMessage 1
+5    S>B 00 42 00 00                                     # ACK 1
+10   S>A 00 02 40 e0 'salut' 0d 0a 'Sheng' 0d 0a         # DiffuserMessage 0
+5    A>S 00 02 00 00                                     # ACK 0
+10   A>S 00 84 80 70 'ca va' 0d 0a                       # EnvoyerMessage 2
+5    S>A 00 82 00 00                                     # ACK 2
+10   S>B 00 42 40 d0 'ca va' 0d 0a 'Lucy' 0d 0a          # DiffuserMessage 1
+5    B>S 00 42 00 00                                     # ACK 1
+10   B>S 00 84 80 50 'oui' 0d 0a                         # EnvoyerMessage 2
+5    S>B 00 82 00 00                                     # ACK 2
+10   S>A 00 42 40 c0 'oui' 0d 0a 'Sheng' 0d 0a           # DiffuserMessage 1
+5    A>S 00 42 00 00                                     # ACK 1
";

pub(crate) const CASES: &[&[Case]] =
    &[format::CASES, numbers::CASES, answers::CASES, resending::CASES, participants::CASES, timing::CASES];

/// What only one side can do.
pub(crate) const EXEMPT: &[Exempt] = &[
    Exempt { rule: "R001", actor: Actor::Server, why: "only a client must wait (§3)" },
    Exempt { rule: "P002", actor: Actor::Server, why: "states are of clients (§2.3)" },
    Exempt { rule: "P004", actor: Actor::Server, why: "no message of the server claims a name for itself (§2.2)" },
    Exempt { rule: "P005", actor: Actor::Client, why: "the server grants names (§2.2.2)" },
    Exempt { rule: "P006", actor: Actor::Client, why: "the server passes on (§2.2.9)" },
    Exempt { rule: "P007", actor: Actor::Client, why: "the server passes on (§2.2.9)" },
    Exempt { rule: "P008", actor: Actor::Client, why: "the server passes on (§2.3)" },
    Exempt { rule: "P009", actor: Actor::Client, why: "the server notifies (§2.2.13)" },
    Exempt { rule: "P010", actor: Actor::Client, why: "the server lists (§2.4.1)" },
];
