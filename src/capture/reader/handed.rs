//! Frames that stay where they were read: the memory is handed on with them, to be looked at elsewhere.

use super::{Damage, Frame, Reader};

/// Who takes frames, and then the memory that they lie in.
pub trait Taker {
    /// The next frame; its bytes begin at `at` in the memory that comes to [`Taker::memory`] next. `false`: no more are
    /// wanted.
    fn frame(&mut self, frame: &Frame<'_>, at: usize) -> bool;

    /// What the frames since the last time lie in; other memory of the kind, to be written over, in exchange. `None`: no
    /// more is wanted.
    fn memory(&mut self, read: Vec<u8>) -> Option<Vec<u8>>;

    /// The capture is damaged: see [`Reader::next_frame`].
    fn damage(&mut self, damage: Damage);
}

impl Reader {
    /// Hands on all frames with the memory they lie in. Call it once.
    pub fn hand_over(&mut self, taker: &mut impl Taker) {
        self.hand_over_while_wanted(taker);
    }

    fn hand_over_while_wanted(&mut self, taker: &mut impl Taker) -> Option<()> {
        loop {
            if self.over {
                let last = self.buffer.take_bytes();
                taker.memory(last)?;
                match self.go_on()? {
                    Ok(()) => {}
                    Err(damage) => taker.damage(damage),
                }
                continue;
            }
            self.buffer.give_away();
            let next = self.next_record();
            if let Some(spent) = self.buffer.spent() {
                let spare = taker.memory(spent)?;
                self.buffer.reuse(spare);
            }
            match next {
                Ok(Some(record)) => {
                    let at = record.data.start;
                    taker.frame(&self.frame(record), at).then_some(())?;
                }
                Ok(None) => self.over = true,
                Err(stop) => {
                    let damage = self.damage(stop);
                    taker.damage(damage);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::capture;
    use super::*;
    use proptest::prelude::*;
    use std::io::{Cursor, Read};

    /// Keeps where frames lie until their memory comes.
    #[derive(Default)]
    struct Gathered {
        lying: Vec<(u64, usize, usize)>,
        frames: Vec<(u64, Vec<u8>)>,
        damages: Vec<String>,
        memories: usize,
        enough: usize,
    }

    impl Taker for Gathered {
        fn frame(&mut self, frame: &Frame<'_>, at: usize) -> bool {
            self.lying.push((frame.number, at, frame.data.len()));
            self.enough == 0 || self.lying.len() + self.frames.len() < self.enough
        }

        fn memory(&mut self, read: Vec<u8>) -> Option<Vec<u8>> {
            self.memories += 1;
            for (number, at, len) in self.lying.drain(..) {
                self.frames.push((number, read[at..at + len].to_vec()));
            }
            // Whatever stood there is written over.
            Some(vec![0xee; 7])
        }

        fn damage(&mut self, damage: Damage) {
            self.damages.push(damage.to_string());
        }
    }

    fn reader(bytes: Vec<u8>) -> Reader {
        Reader::new(Box::new(Cursor::new(bytes).take(u64::MAX))).expect("a capture")
    }

    fn one_by_one(mut reader: Reader) -> Gathered {
        let mut gathered = Gathered::default();
        while let Some(next) = reader.next_frame() {
            match next {
                Ok(frame) => gathered.frames.push((frame.number, frame.data.to_vec())),
                Err(damage) => gathered.damages.push(damage.to_string()),
            }
        }
        gathered
    }

    fn bytes(lengths: &[usize]) -> Vec<u8> {
        let frames: Vec<(i64, Vec<u8>)> =
            lengths.iter().zip(1..).map(|(length, n)| (i64::from(n), vec![n as u8; *length])).collect();
        let frames: Vec<_> = frames.iter().map(|(time, data)| (*time as _, data.as_slice())).collect();
        capture(1, &frames)
    }

    proptest! {
        #[test]
        fn what_is_handed_over_is_what_is_read_frame_by_frame(
            lengths in prop::collection::vec(prop_oneof![0..2000_usize, 60_000..200_000_usize], 0..30),
            more in prop::collection::vec(0..3000_usize, 0..5),
            cut in 0..64_usize,
        ) {
            let mut first = bytes(&lengths);
            first.truncate(first.len().saturating_sub(cut).max(24));
            let split = || {
                let rest = vec![("second".to_owned(), Ok(reader(bytes(&more))))];
                reader(first.clone()).joined("first".to_owned(), Box::new(rest.into_iter()))
            };
            let mut gathered = Gathered::default();
            split().hand_over(&mut gathered);
            let expected = one_by_one(split());
            prop_assert!(gathered.lying.is_empty());
            prop_assert_eq!(gathered.frames, expected.frames);
            prop_assert_eq!(gathered.damages, expected.damages);
        }
    }

    #[test]
    fn nothing_more_is_read_when_no_more_is_wanted() {
        let mut gathered = Gathered { enough: 2, ..Gathered::default() };
        reader(bytes(&[1, 2, 3])).hand_over(&mut gathered);
        assert_eq!((gathered.lying.len(), gathered.memories), (2, 0));
    }
}
