//! A capture that was split into several files (`tcpdump -C`, `-G`), read as the one it is.

use super::super::{CaptureError, Damage};
use super::Reader;

/// The further files of a split capture, in order, each with its name: opened when it is its turn.
pub type Rest = Box<dyn Iterator<Item = (String, Result<Reader, CaptureError>)> + Send>;

/// A file of a split capture, as far as it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// How many frames came before it: its first is the next one.
    pub before: u64,
}

/// What a [`Reader`] knows of the files behind the one that it reads.
pub(super) struct Joined {
    rest: Rest,
    parts: Vec<Part>,
}

impl Reader {
    /// The same capture with more files: frames go on being counted, and a file that is damaged ends by itself only.
    /// What [`Reader::interfaces`] and [`Reader::comments`] say is of the file that is being read; [`super::Info`] is
    /// of all of them, its format and compression of the latest.
    #[must_use]
    pub fn joined(mut self, name: String, rest: Rest) -> Reader {
        let first = Part { name, before: self.info.packets };
        self.joined = Some(Box::new(Joined { rest, parts: vec![first] }));
        self
    }

    /// The files of a split capture that were reached; none where it is not split.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        self.joined.as_ref().map_or(&[], |joined| &joined.parts)
    }

    /// The file at hand is over: the next one takes its place. `None`: there is none.
    #[cold]
    pub(super) fn go_on(&mut self) -> Option<Result<(), Damage>> {
        let joined = self.joined.as_mut()?;
        let (name, next) = joined.rest.next()?;
        let next = match next {
            Ok(next) => next,
            Err(source) => return Some(Err(Damage::Part { name, damage: source.to_string(), truncated: false })),
        };
        joined.parts.push(Part { name, before: self.info.packets });
        let Reader { buffer, container, limits, info, head, over, joined: _ } = next;
        (self.buffer, self.container, self.limits, self.head, self.over) = (buffer, container, limits, head, over);
        for link in info.links {
            if !self.info.links.contains(&link) {
                self.info.links.push(link);
            }
        }
        (self.info.format, self.info.compression) = (info.format, info.compression);
        self.info.snaplen =
            if self.info.snaplen == 0 || info.snaplen == 0 { 0 } else { self.info.snaplen.max(info.snaplen) };
        Some(Ok(()))
    }

    /// Damage, with the name of its file where there are several.
    pub(super) fn placed(&self, damage: Damage) -> Damage {
        match self.parts().last() {
            Some(part) => {
                Damage::Part { name: part.name.clone(), truncated: damage.is_truncation(), damage: damage.to_string() }
            }
            None => damage,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::capture;
    use super::*;
    use std::io::Cursor;

    fn reader(bytes: Vec<u8>) -> Result<Reader, CaptureError> {
        Reader::new(Box::new(Cursor::new(bytes)))
    }

    /// The number of a frame, and its bytes.
    type Numbered = (u64, Vec<u8>);

    /// All frames, and what was damaged.
    fn drained(mut reader: Reader) -> (Vec<Numbered>, Vec<String>, Reader) {
        let (mut frames, mut damages) = (Vec::new(), Vec::new());
        while let Some(next) = reader.next_frame() {
            match next {
                Ok(frame) => frames.push((frame.number, frame.data.to_vec())),
                Err(damage) => damages.push(damage.to_string()),
            }
        }
        assert!(reader.next_frame().is_none());
        (frames, damages, reader)
    }

    fn split(pieces: Vec<Vec<u8>>) -> Reader {
        let mut pieces = pieces.into_iter().zip(1..).map(|(bytes, n)| (format!("t{n}"), reader(bytes)));
        let (name, first) = pieces.next().expect("a first");
        let rest: Vec<_> = pieces.collect();
        first.expect("a capture").joined(name, Box::new(rest.into_iter()))
    }

    #[test]
    fn frames_are_counted_through_and_files_are_told_apart() {
        let pieces = vec![capture(1, &[(1, b"a"), (2, b"b")]), capture(1, &[]), capture(101, &[(3, b"c")])];
        let (frames, damages, reader) = drained(split(pieces));
        assert_eq!(frames, [(1, b"a".to_vec()), (2, b"b".to_vec()), (3, b"c".to_vec())]);
        assert!(damages.is_empty());
        let parts: Vec<_> = reader.parts().iter().map(|part| (part.name.as_str(), part.before)).collect();
        assert_eq!(parts, [("t1", 0), ("t2", 2), ("t3", 2)]);
        assert_eq!((reader.info().packets, reader.info().bytes), (3, 3));
        assert_eq!(reader.info().links, [1, 101]);
    }

    #[test]
    fn a_damaged_file_ends_by_itself_only() {
        let mut cut = capture(1, &[(1, b"a"), (2, b"bcd")]);
        cut.truncate(cut.len() - 1);
        let (frames, damages, reader) = drained(split(vec![cut, b"garbage".to_vec(), capture(1, &[(3, b"e")])]));
        assert_eq!(frames, [(1, b"a".to_vec()), (2, b"e".to_vec())]);
        assert!(damages[0].starts_with("has a piece, t1, that is cut off: "), "{}", damages[0]);
        assert!(damages[1].starts_with("has a piece, t2, that is not a capture: "), "{}", damages[1]);
        assert!(reader.info().truncated);
    }
}
