//! How a page's security policy names what may run and what may style it: by SHA-256.

use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// `'sha256-…'`, as a content security policy wants it.
pub(super) fn source(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_is_the_digest_in_base64() {
        // The digest of "abc" is published in FIPS 180-4.
        assert_eq!(source("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
    }
}
