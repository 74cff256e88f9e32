//! What makes a finding the same one in the next run: rule, capture, session and frame.

use super::view::FindingRecord;
use std::collections::BTreeMap;

/// Fingerprints of a run; equal findings are told apart by their order.
#[derive(Default)]
pub(super) struct Fingerprints(BTreeMap<u128, u32>);

impl Fingerprints {
    /// The fingerprint of the next finding, 32 hexadecimal digits.
    pub(super) fn of(&mut self, path: &str, finding: &FindingRecord) -> String {
        let key = format!("{}\0{path}\0{}\0{}\0{}", finding.rule, finding.session, finding.frame, finding.actor);
        let seen = self.0.entry(fnv(key.as_bytes())).or_default();
        *seen += 1;
        format!("{:032x}", fnv(format!("{key}\0{seen}").as_bytes()))
    }
}

/// FNV-1a over 128 bits: written out because it must never change, and nothing is guarded by it.
fn fnv(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, |hash, byte| {
        (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the FNV authors for the 128-bit FNV-1a.
        assert_eq!(fnv(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }
}
