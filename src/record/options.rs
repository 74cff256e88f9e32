//! What a relay is to do: between whom, and how it harms what passes. As text and back.

use super::dice::{Dice, Share};
use crate::policy;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Which way something passes the relay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// From a client to the server.
    Up,
    /// From the server to a client.
    Down,
}

impl Way {
    /// The other way.
    #[must_use]
    pub fn back(self) -> Way {
        match self {
            Way::Up => Way::Down,
            Way::Down => Way::Up,
        }
    }
}

/// The same thing said of each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ways<T> {
    /// From clients to the server.
    pub up: T,
    /// From the server to clients.
    pub down: T,
}

impl<T: Copy> Ways<T> {
    /// The same both ways.
    pub fn both(value: T) -> Ways<T> {
        Ways { up: value, down: value }
    }

    /// What is said of one way.
    pub fn of(&self, way: Way) -> T {
        match way {
            Way::Up => self.up,
            Way::Down => self.down,
        }
    }
}

/// Why an option's value is refused, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionError(String);

/// `X` for both ways, `up:X,down:Y` for each; a way not named keeps what it has by default.
impl<T: FromStr<Err = OptionError> + Copy + Default> FromStr for Ways<T> {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Ways<T>, OptionError> {
        let mut ways = Ways::default();
        for part in text.split(',') {
            match part.split_once(':') {
                Some(("up", value)) => ways.up = value.parse()?,
                Some(("down", value)) => ways.down = value.parse()?,
                Some((way, _)) => return Err(OptionError(format!("{way:?} is no way: there are up and down"))),
                None => ways = Ways::both(part.parse()?),
            }
        }
        Ok(ways)
    }
}

impl<T: fmt::Display + PartialEq> fmt::Display for Ways<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.up == self.down { self.up.fmt(f) } else { write!(f, "up:{},down:{}", self.up, self.down) }
    }
}

/// `10%`, `0.5%`, `0`.
impl FromStr for Share {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Share, OptionError> {
        let refused = || OptionError(format!("{text:?} is no share (write 10%, or 0)"));
        let number = match text.strip_suffix('%') {
            Some(number) => number,
            None if text == "0" => text,
            None => return Err(refused()),
        };
        let percent: f64 = number.trim().parse().map_err(|_| refused())?;
        if !(0.0..=100.0).contains(&percent) {
            return Err(OptionError(format!("{text:?} is no share: it is between 0% and 100%")));
        }
        // At most a million, and rounded.
        Ok(Share::millionths((percent * 10_000.0).round() as u32))
    }
}

/// How long something is held back: a time, and how far it strays from it either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// In the middle.
    pub base: Duration,
    /// At most this much less or more.
    pub spread: Duration,
}

impl Delay {
    /// Whether nothing is held back.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.base.is_zero() && self.spread.is_zero()
    }

    /// One of the times it stands for.
    pub(super) fn draw(&self, dice: &mut Dice) -> Duration {
        dice.about(self.base, self.spread)
    }
}

/// `50ms`, `50ms±20ms`, or `50ms+-20ms` where the keyboard has no better.
impl FromStr for Delay {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Delay, OptionError> {
        let parts = text.split_once('±').or_else(|| text.split_once("+-"));
        let (base, spread) = match parts {
            Some((base, spread)) => (duration(base)?, duration(spread)?),
            None => (duration(text)?, Duration::ZERO),
        };
        if spread > base {
            return Err(OptionError(format!("{text:?} would arrive before it was sent: the spread is the longer one")));
        }
        Ok(Delay { base, spread })
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("0");
        }
        write!(f, "{:?}", self.base)?;
        if self.spread.is_zero() { Ok(()) } else { write!(f, "±{:?}", self.spread) }
    }
}

/// `50ms`, `1.5s`, `200us`, `2m`, `0`; an hour at most, so that no sum of them overflows.
///
/// # Errors
/// Anything else.
pub fn duration(text: &str) -> Result<Duration, OptionError> {
    const LONGEST: Duration = Duration::from_secs(3600);
    if text.trim() == "0" {
        return Ok(Duration::ZERO);
    }
    let duration = policy::parse_duration(text).map_err(OptionError)?;
    if duration > LONGEST {
        return Err(OptionError(format!("{text:?} is too long: an hour is the most")));
    }
    Ok(duration)
}

/// How small the pieces are into which a stream is chopped, in bytes. By default it is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chop {
    /// At least.
    pub low: u16,
    /// At most; 0: not chopped.
    pub high: u16,
}

impl Chop {
    /// Whether streams are left as they are.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.high == 0
    }
}

/// `1-8`, `1`, or `0` for none.
impl FromStr for Chop {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<Chop, OptionError> {
        if text == "0" {
            return Ok(Chop::default());
        }
        let (low, high) = text.split_once('-').unwrap_or((text, text));
        let sizes = (low.trim().parse::<u16>(), high.trim().parse::<u16>());
        match sizes {
            (Ok(low), Ok(high)) if 0 < low && low <= high => Ok(Chop { low, high }),
            _ => Err(OptionError(format!("{text:?} is no range of sizes in bytes (write 1-8)"))),
        }
    }
}

impl fmt::Display for Chop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() { f.write_str("0") } else { write!(f, "{}-{}", self.low, self.high) }
    }
}

/// When a connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetAfter {
    /// As soon as this many bytes have been passed on, both ways together.
    Bytes(u64),
    /// This long after it was accepted.
    Time(Duration),
}

/// `4096` bytes, or `500ms`.
impl FromStr for ResetAfter {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<ResetAfter, OptionError> {
        let bytes = text.strip_suffix("bytes").or_else(|| text.strip_suffix('B')).unwrap_or(text).trim();
        match bytes.parse() {
            Ok(bytes) => Ok(ResetAfter::Bytes(bytes)),
            Err(_) => match duration(text) {
                Ok(time) => Ok(ResetAfter::Time(time)),
                Err(_) => Err(OptionError(format!("{text:?} is neither bytes nor a time (write 4096B or 500ms)"))),
            },
        }
    }
}

impl fmt::Display for ResetAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResetAfter::Bytes(bytes) => write!(f, "{bytes}B"),
            ResetAfter::Time(time) => write!(f, "{time:?}"),
        }
    }
}

/// How a relay harms what passes. By default it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impairments {
    /// The seed of all decisions by lot.
    pub seed: u64,
    /// The share of datagrams dropped.
    pub loss: Ways<Share>,
    /// How long everything is held back. Order is kept, whatever the spread.
    pub delay: Ways<Delay>,
    /// The share of datagrams passed on twice.
    pub duplicate: Ways<Share>,
    /// The share of datagrams held back until the next one has overtaken them.
    pub reorder: Ways<Share>,
    /// Streams are passed on in pieces of these sizes.
    pub chop: Ways<Chop>,
    /// Connections are reset then.
    pub reset_after: Option<ResetAfter>,
}

/// `seed=7 loss=10% delay=up:50ms±20ms,down:0`: what is not there is left out, the seed never.
impl fmt::Display for Impairments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed={}", self.seed)?;
        for (name, share) in [("loss", &self.loss), ("duplicate", &self.duplicate), ("reorder", &self.reorder)] {
            if !(share.up.is_none() && share.down.is_none()) {
                write!(f, " {name}={share}")?;
            }
        }
        if !(self.delay.up.is_none() && self.delay.down.is_none()) {
            write!(f, " delay={}", self.delay)?;
        }
        if !(self.chop.up.is_none() && self.chop.down.is_none()) {
            write!(f, " chop={}", self.chop)?;
        }
        if let Some(after) = self.reset_after {
            write!(f, " reset-after={after}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn shares_are_written_in_percent() {
        assert_eq!("10%".parse(), Ok(Share::millionths(100_000)));
        assert_eq!("0.5%".parse(), Ok(Share::millionths(5_000)));
        assert_eq!("0".parse(), Ok(Share::default()));
        for wrong in ["10", "0.1", "-1%", "101%", "%", "nan%", ""] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
        assert_eq!(Share::millionths(5_000).to_string(), "0.5%");
    }

    #[test]
    fn delays_have_a_spread() {
        assert_eq!("50ms±20ms".parse(), Ok(Delay { base: MS(50), spread: MS(20) }));
        assert_eq!("1.5s+-200ms".parse(), Ok(Delay { base: MS(1500), spread: MS(200) }));
        assert_eq!("0".parse(), Ok(Delay::default()));
        assert_eq!("50ms±20ms".parse::<Delay>().unwrap().to_string(), "50ms±20ms");
        for wrong in ["50", "ms", "10ms±20ms", "50ms±", "2h", "1e9s", ".s"] {
            assert!(wrong.parse::<Delay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ways_are_said_together_or_apart() {
        let share = Share::millionths;
        assert_eq!("10%".parse(), Ok(Ways::both(share(100_000))));
        assert_eq!("up:10%,down:0".parse(), Ok(Ways { up: share(100_000), down: share(0) }));
        assert_eq!("down:1%".parse(), Ok(Ways { up: share(0), down: share(10_000) }));
        assert_eq!("up:10%".parse::<Ways<Share>>().unwrap().to_string(), "up:10%,down:0%");
        let error = "left:1%".parse::<Ways<Share>>().unwrap_err();
        assert_eq!(error.to_string(), "\"left\" is no way: there are up and down");
    }

    #[test]
    fn resets_come_after_bytes_or_a_time() {
        assert_eq!("4096".parse(), Ok(ResetAfter::Bytes(4096)));
        assert_eq!("10B".parse(), Ok(ResetAfter::Bytes(10)));
        assert_eq!("10 bytes".parse(), Ok(ResetAfter::Bytes(10)));
        assert_eq!("500ms".parse(), Ok(ResetAfter::Time(MS(500))));
        assert!("soon".parse::<ResetAfter>().is_err());
        assert_eq!("1-8".parse(), Ok(Chop { low: 1, high: 8 }));
        assert_eq!("3".parse(), Ok(Chop { low: 3, high: 3 }));
        for wrong in ["0-8", "8-1", "", "1-x", "70000"] {
            assert!(wrong.parse::<Chop>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn impairments_are_written_on_one_line_that_reads_back() {
        let impairments = Impairments {
            seed: 7,
            loss: "up:10%".parse().unwrap(),
            delay: "50ms±20ms".parse().unwrap(),
            reset_after: Some(ResetAfter::Bytes(4096)),
            chop: "down:1-8".parse().unwrap(),
            ..Impairments::default()
        };
        let line = "seed=7 loss=up:10%,down:0% delay=50ms±20ms chop=up:0,down:1-8 reset-after=4096B";
        assert_eq!(impairments.to_string(), line);
        assert_eq!(Impairments::default().to_string(), "seed=0");
    }
}
