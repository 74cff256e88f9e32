//! What is wrong, in words that are put together only when somebody reads them: most messages of most captures are
//! somebody else's, and of those nobody does.

use std::borrow::Cow;
use std::fmt;

/// How many numbers and words a clause may have in it.
const PARTS: usize = 3;

/// A clause with numbers that a stranger understands: what was required, what was there.
#[derive(Clone, Copy)]
pub struct Clause {
    say: Say,
    parts: [Part; PARTS],
}

/// Writes a clause with these in it.
type Say = fn(&mut fmt::Formatter<'_>, &[Part; PARTS]) -> fmt::Result;

/// Why something is a defect.
#[derive(Clone)]
pub enum Reason {
    /// As it stands.
    Text(Cow<'static, str>),
    /// To be put together: see [`reason!`](crate::reason).
    Clause(Clause),
}

/// What stands in a clause.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// A number.
    Number(usize),
    /// A word, or a few.
    Word(&'static str),
}

impl Clause {
    /// A clause that `say` writes with these parts, and empty ones behind them.
    #[must_use]
    pub fn new<const COUNT: usize>(say: Say, parts: [Part; COUNT]) -> Clause {
        let mut all = [Part::Word(""); PARTS];
        for (slot, part) in all.iter_mut().zip(parts) {
            *slot = part;
        }
        Clause { say, parts: all }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.say)(f, &self.parts)
    }
}

/// A [`Reason`] as `format!` would write it, of at most three variables, each of which is an unsigned number or a word that
/// the program itself knows: `reason!("type {code:#04x}; 1 to {last} are assigned", code, last)`.
#[macro_export]
macro_rules! reason {
    ($text:literal $(, $part:ident)* $(,)?) => {
        $crate::protocol::Reason::Clause($crate::protocol::Clause::new(
            |f, parts| {
                let [$($part,)* ..] = parts;
                ::std::write!(f, $text)
            },
            [$($crate::protocol::Part::from($part)),*],
        ))
    };
}

impl Reason {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Reason::Text(text) => Cow::Borrowed(text),
            Reason::Clause(clause) => Cow::Owned(clause.to_string()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Text(text) => f.write_str(text),
            Reason::Clause(clause) => clause.fmt(f),
        }
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_string().fmt(f)
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Reason) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Reason {}

impl PartialEq<&str> for Reason {
    fn eq(&self, other: &&str) -> bool {
        self.text() == *other
    }
}

impl From<&'static str> for Reason {
    fn from(text: &'static str) -> Reason {
        Reason::Text(text.into())
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Reason {
        Reason::Text(text.into())
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Number(number) => number.fmt(f),
            Part::Word(word) => f.pad(word),
        }
    }
}

impl fmt::LowerHex for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Number(number) => fmt::LowerHex::fmt(number, f),
            Part::Word(word) => f.pad(word),
        }
    }
}

impl From<usize> for Part {
    fn from(number: usize) -> Part {
        Part::Number(number)
    }
}

impl From<u16> for Part {
    fn from(number: u16) -> Part {
        Part::Number(number.into())
    }
}

impl From<u8> for Part {
    fn from(number: u8) -> Part {
        Part::Number(number.into())
    }
}

impl From<&'static str> for Part {
    fn from(word: &'static str) -> Part {
        Part::Word(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_reads_as_format_would_write_it() {
        let (code, there, way, last) = (0x1f_u8, 300_usize, "by a client", 21_u16);
        assert_eq!(reason!("type {code:#04x} and 0x{code:02x} of {last}", code, last), "type 0x1f and 0x1f of 21");
        assert_eq!(reason!("{there} bytes, sent {way}", there, way), "300 bytes, sent by a client");
        assert_eq!(reason!("nothing in it"), Reason::from("nothing in it"));
        assert_ne!(reason!("{there} bytes", there), Reason::from(format!("{} bytes", there + 1)));
    }
}
