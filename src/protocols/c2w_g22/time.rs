//! The TIME of Groupe 22's messages: bytes that are compared as they stand, and a moment where they can be read as one.

use crate::bytes::Time;

/// How a TIME is written. Two are comparable only in the same notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// Unix seconds or milliseconds, decimals allowed.
    Unix = 0,
    /// `HH:MM[:SS[.fff]]`: within a day, so midnight starts again.
    Clock = 1,
    /// ISO 8601 with an offset from UTC.
    Instant = 2,
    /// ISO 8601 without one.
    Civil = 3,
}

const SECOND: i128 = 1_000_000_000;
/// Seconds since 1970 stay below this for three thousand years; milliseconds have been above it since 1973.
const MILLISECONDS_FROM: i128 = 100_000_000_000;

/// A TIME as nanoseconds, since 1970 or midnight as its notation has it; `None` if it is opaque.
#[must_use]
pub fn comparable_time(time: &[u8]) -> Option<(Notation, i128)> {
    let time = std::str::from_utf8(time).ok().filter(|time| time.len() <= 64)?;
    if let Some(nanoseconds) = unix(time) {
        return Some((Notation::Unix, nanoseconds));
    }
    if let Some(nanoseconds) = clock(time) {
        return Some((Notation::Clock, nanoseconds));
    }
    if let Ok(instant) = time.parse::<jiff::Timestamp>() {
        return Some((Notation::Instant, instant.as_nanosecond()));
    }
    let civil = time.parse::<jiff::civil::DateTime>().ok()?;
    let since = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    Some((Notation::Civil, since.as_nanosecond()))
}

/// The moment a TIME in Unix seconds or milliseconds stands for, to show it.
#[must_use]
pub fn unix_time(time: &[u8]) -> Option<Time> {
    match comparable_time(time)? {
        (Notation::Unix, nanoseconds) => i64::try_from(nanoseconds).ok().map(Time),
        _ => None,
    }
}

fn unix(time: &str) -> Option<i128> {
    let (whole, decimals) = time.split_once('.').map_or((time, None), |(whole, decimals)| (whole, Some(decimals)));
    let units = number(whole, 18)?;
    let unit = if units < MILLISECONDS_FROM { SECOND } else { SECOND / 1000 };
    let part = match decimals {
        Some(decimals) => fraction(decimals)? * unit / SECOND,
        None => 0,
    };
    Some(units * unit + part)
}

fn clock(time: &str) -> Option<i128> {
    let (time, part) = match time.split_once('.') {
        Some((time, decimals)) => (time, Some(fraction(decimals)?)),
        None => (time, None),
    };
    let mut fields = time.split(':');
    let mut next =
        |below| fields.next().filter(|field| field.len() == 2).map(|field| number(field, 2).filter(|n| *n < below));
    let (hours, minutes, seconds) = (next(24)??, next(60)??, next(61));
    // Decimals belong to seconds.
    if fields.next().is_some() || (part.is_some() && seconds.is_none()) {
        return None;
    }
    let seconds = match seconds {
        Some(seconds) => seconds?,
        None => 0,
    };
    Some(((hours * 60 + minutes) * 60 + seconds) * SECOND + part.unwrap_or(0))
}

/// One to `most` digits.
fn number(digits: &str, most: usize) -> Option<i128> {
    let sound = (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if sound { digits.parse().ok() } else { None }
}

/// Decimals as billionths; what is beyond is cut off.
fn fraction(decimals: &str) -> Option<i128> {
    number(decimals, 30)?;
    let kept = decimals.get(..9).unwrap_or(decimals);
    let scale = 10_i128.checked_pow(9 - u32::try_from(kept.len()).ok()?)?;
    Some(number(kept, 9)? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn unix_seconds_and_milliseconds_meet() {
        let seconds = Some((Notation::Unix, 1_488_189_601_313_000_000));
        assert_eq!(comparable_time(b"1488189601.313"), seconds);
        assert_eq!(comparable_time(b"1488189601313"), seconds);
        assert_eq!(comparable_time(b"1488189601313.000"), seconds);
        assert_eq!(comparable_time(b"1488189601"), Some((Notation::Unix, 1_488_189_601 * SECOND)));
        assert_eq!(comparable_time(b"1488189601.1234567891"), Some((Notation::Unix, 1_488_189_601_123_456_789)));
        assert_eq!(
            unix_time(b"1488189601.313").map(|time| time.to_string()),
            Some("2017-02-27T10:00:01.313000000Z".to_owned())
        );
    }

    #[test]
    fn clocks_count_from_midnight() {
        assert_eq!(comparable_time(b"10:30"), Some((Notation::Clock, 37_800 * SECOND)));
        assert_eq!(comparable_time(b"10:30:01"), Some((Notation::Clock, 37_801 * SECOND)));
        assert_eq!(comparable_time(b"10:30:01.25"), Some((Notation::Clock, 37_801_250_000_000)));
        assert_eq!(unix_time(b"10:30:01"), None);
    }

    #[test]
    fn iso_8601_is_compared_with_its_own_kind() {
        let instant = Some((Notation::Instant, 1_488_189_600 * SECOND));
        assert_eq!(comparable_time(b"2017-02-27T10:00:00Z"), instant);
        assert_eq!(comparable_time(b"2017-02-27T11:00:00+01:00"), instant);
        assert_eq!(comparable_time(b"2017-02-27T10:00:00"), Some((Notation::Civil, 1_488_189_600 * SECOND)));
    }

    #[test]
    fn anything_else_is_opaque() {
        let odd: [&[u8]; 14] = [
            b"",
            b"now",
            b"-5",
            b"1.",
            b".5",
            b"1.2.3",
            b"24:00",
            b"10:60",
            b"1:30",
            b"10:30.5",
            b"10:30:01:02",
            b"14881\xef9601",
            b"1488a89602.331",
            b"12345678901234567890",
        ];
        for time in odd {
            assert_eq!(comparable_time(time), None, "{}", crate::bytes::escape(time));
        }
    }

    proptest! {
        #[test]
        fn nothing_is_too_odd(time in "[0-9T:.Z+ -]{0,70}") {
            let _ = comparable_time(time.as_bytes());
        }

        #[test]
        fn later_seconds_are_greater(early in 0..4_000_000_000_u64, more in 1..1_000_000_u64, milli in 0..1000_u64) {
            let at = |seconds: u64| comparable_time(format!("{seconds}.{milli:03}").as_bytes()).map(|(_, place)| place);
            prop_assert_eq!(at(early).map(|place| place + i128::from(more) * SECOND), at(early + more));
        }
    }
}
