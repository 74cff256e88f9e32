//! Timing in shen.

use super::{LUCY, SHENG};
use crate::Case;

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        rule: "T001",
        fires: &[LUCY, SHENG, "
max-ack max=200ms
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+250  S>A 00 42 00 00  <- T001 server                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+5    B>S 00 02 00 00                                     # ACK 0
+300 end
"],
        holds: &[LUCY, SHENG, "
max-ack max=200ms
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+150  S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+150  B>S 00 02 00 00                                     # ACK 0
+300 end
"],
    },
    Case {
        rule: "T001",
        fires: &[LUCY, SHENG, "
max-ack max=200ms
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+5    S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+250  B>S 00 02 00 00  <- T001 client                     # ACK 0
+300 end
"],
        holds: &[LUCY, SHENG, "
max-ack max=200ms
+10   A>S 00 44 80 90 'bonjour' 0d 0a                     # EnvoyerMessage 1
+150  S>A 00 42 00 00                                     # ACK 1
+10   S>B 00 02 40 f0 'bonjour' 0d 0a 'Lucy' 0d 0a        # DiffuserMessage 0
+150  B>S 00 02 00 00                                     # ACK 0
+300 end
"],
    },
];
