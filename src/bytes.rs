//! Instants, spans, hexadecimal and the escaping of untrusted text: shared by every parser and every report.

use std::fmt::{self, Write as _};
use std::time::Duration;

/// An instant of a capture: nanoseconds since 1970-01-01T00:00:00Z.
///
/// Arithmetic saturates: a capture may claim any time at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// The time from `earlier` to `self`; zero if the clock ran backwards.
    #[must_use]
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(self.nanoseconds_since(earlier))
    }

    /// The same in nanoseconds.
    #[must_use]
    pub fn nanoseconds_since(self, earlier: Time) -> u64 {
        if self > earlier { self.0.abs_diff(earlier.0) } else { 0 }
    }

    /// Seconds from `earlier` to `self`, negative if the clock ran backwards.
    #[must_use]
    pub fn seconds_since(self, earlier: Time) -> f64 {
        (i128::from(self.0) - i128::from(earlier.0)) as f64 / 1e9
    }

    /// This instant moved by `by` into the future.
    #[must_use]
    pub fn plus(self, by: Duration) -> Time {
        Time(self.0.saturating_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }

    /// This instant moved by `by` into the past.
    #[must_use]
    pub fn minus(self, by: Duration) -> Time {
        Time(self.0.saturating_sub(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX)))
    }
}

/// ISO 8601 in UTC with nanoseconds, `2017-02-27T10:00:00.123456789Z`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(i128::from(self.0)) {
            Ok(timestamp) => write!(f, "{timestamp:.9}"),
            Err(_) => write!(f, "{} ns", self.0),
        }
    }
}

/// A range of bytes, counted from the start of its message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// How many bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether it holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Lower-case hexadecimal without separators.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Whether a character may reach a terminal, a page or a log as it is: no control, no bidirectional
/// override, no zero-width or other invisible format character, nothing that XML has no place for.
#[must_use]
pub fn is_plain(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'))
}

/// Whether all bytes are printable ASCII, blanks included, which is always plain: eight are looked at at a time.
#[must_use]
pub fn is_printable(bytes: &[u8]) -> bool {
    const ONES: u64 = u64::MAX / 0xff;
    const BLANKS: u64 = ONES * 0x20;
    // The highest bit of a byte that is below the blank, or beyond the tilde; others may have it set only beside one.
    let odd = |word: u64| ((word.wrapping_sub(BLANKS) & !word) | word | word.wrapping_add(ONES)) & (ONES << 7);
    // What is no multiple of a chunk is looked at by its first and its last one, which overlap then.
    if let Some(last) = bytes.last_chunk() {
        let eights = bytes.as_chunks().0.iter().chain([last]);
        return eights.fold(0, |found, eight| found | odd(u64::from_le_bytes(*eight))) == 0;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        let both = u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
        return odd(both) == 0;
    }
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Text a stranger sent, made safe to print: what [`is_plain`] refuses and what is not UTF-8 comes as `\x1B` or `\u{202E}`.
#[must_use]
pub fn escape(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        escape_into(chunk.valid(), &mut out);
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02X}");
        }
    }
    out
}

/// [`escape`] for text that is UTF-8 already.
#[must_use]
pub fn escape_str(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(text, &mut out);
    out
}

fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_plain(c) => out.push(c),
            c if u32::from(c) < 0x100 => {
                let _ = write!(out, "\\x{:02X}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\u{{{:X}}}", u32::from(c));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_is_not_printable_is_seen_wherever_it_stands() {
        for length in 0..20 {
            let mut bytes = vec![b'~'; length];
            assert!(is_printable(&bytes));
            for at in 0..length {
                for byte in 0..=0xff {
                    bytes[at] = byte;
                    assert_eq!(is_printable(&bytes), (b' '..=b'~').contains(&byte), "{byte:#04x} at {at} of {length}");
                }
                bytes[at] = b' ';
            }
        }
    }

    #[test]
    fn instants_print_as_iso_8601_with_nanoseconds() {
        assert_eq!(Time(1_488_189_600_123_456_789).to_string(), "2017-02-27T10:00:00.123456789Z");
        assert_eq!(Time(0).to_string(), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(Time(-1).to_string(), "1969-12-31T23:59:59.999999999Z");
    }

    #[test]
    fn a_clock_that_runs_backwards_gives_no_duration() {
        assert_eq!(Time(5).since(Time(9)), Duration::ZERO);
        assert_eq!(Time(i64::MAX).since(Time(i64::MIN)), Duration::from_nanos(u64::MAX));
        assert_eq!(Time(i64::MAX).plus(Duration::from_secs(1)), Time(i64::MAX));
    }

    #[test]
    fn clearing_the_screen_is_printed_not_done() {
        assert_eq!(escape(b"\x1b[2Jhi"), "\\x1B[2Jhi");
    }

    #[test]
    fn right_to_left_overrides_are_shown() {
        assert_eq!(escape("abc\u{202e}gpj".as_bytes()), "abc\\u{202E}gpj");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_hexadecimal() {
        assert_eq!(escape(b"a\xffb\xc3"), "a\\xFFb\\xC3");
        assert_eq!(escape("été ✓\r\n".as_bytes()), "été ✓\\r\\n");
    }
}
