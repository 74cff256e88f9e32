//! A common measure of how telling bytes are, so that what one protocol claims can be weighed against another.
//!
//! Evidence is in bits: −log₂ of how likely bytes of anything else would read as well by chance. What is not as the
//! document wants it counts against the reading, by how rarely an implementation that follows the document does it.

use super::DefectKind;
use crate::bytes::is_printable;

/// Text that reads as text speaks for the reading, up to this many bits: other protocols carry text as well.
const TEXT_CAP: f32 = 12.0;

/// What a text field is worth: one bit a byte if it is UTF-8 without control characters (a random byte is printable in
/// two cases of five), half of that if it may be some other encoding. Controls count against it, the more the worse, as
/// binary data is full of them; the NULs that end or pad a text do not.
#[must_use]
pub fn text_bits(text: &[u8]) -> f32 {
    let end = text.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let text = text.get(..end).unwrap_or(text);
    if is_printable(text) {
        return printable_bits(text);
    }
    let control = |byte: &&u8| (**byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r')) || **byte == 0x7f;
    let controls = text.iter().filter(control).take(4).count();
    if controls > 0 {
        return -4.0 - 4.0 * controls as f32;
    }
    let a_byte = if std::str::from_utf8(text).is_ok() { 1.0 } else { 0.5 };
    (text.len().min(64) as f32 * a_byte).min(TEXT_CAP)
}

/// The same of a text that is known to be printable ASCII.
#[must_use]
pub fn printable_bits(text: &[u8]) -> f32 {
    (text.len().min(64) as f32).min(TEXT_CAP)
}

/// What a defect takes away, in bits.
#[must_use]
pub fn penalty(defect: DefectKind) -> f32 {
    match defect {
        DefectKind::Malformed => 20.0,
        // A reading that has to excuse data it has no place for explains little: lengths in the same place are common.
        DefectKind::UnexpectedPayload | DefectKind::MalformedAck => 18.0,
        DefectKind::LengthMismatch => 14.0,
        DefectKind::UnassignedType | DefectKind::WrongDirection => 10.0,
        DefectKind::OutOfRange | DefectKind::ReservedBits => 8.0,
        DefectKind::BadText => 6.0,
        DefectKind::MissingTerminator => 2.0,
        DefectKind::Opaque => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_counts_up_to_a_cap_and_controls_count_against() {
        assert_eq!(text_bits(b""), 0.0);
        assert_eq!(text_bits(b"alice"), 5.0);
        assert_eq!(text_bits("Amélie".as_bytes()), 7.0);
        assert_eq!(text_bits(b"Am\xe9lie"), 3.0);
        assert_eq!(text_bits(&[b'a'; 500]), TEXT_CAP);
        assert_eq!(text_bits(b"alice\0\0\0"), 5.0);
        assert_eq!(text_bits(b"\x1b[2Jalice"), -8.0);
        assert_eq!(text_bits(b"\0\x01\0\x1c\x0a\x01\x02\x01\0"), -20.0);
    }

    #[test]
    fn what_is_no_message_costs_more_than_a_message_with_a_fault() {
        assert!(penalty(DefectKind::Malformed) > penalty(DefectKind::LengthMismatch));
        assert!(penalty(DefectKind::LengthMismatch) > penalty(DefectKind::MissingTerminator));
        assert_eq!(penalty(DefectKind::Opaque), 0.0);
    }
}
