//! What borrows frames and bytes, with memory of its own: one by itself where something waits, many in one piece where they
//! go to another thread.

use std::fmt;

/// Something that borrows a list of frames and some bytes, and may as well borrow them from elsewhere.
pub trait Lent {
    /// The same, borrowed for so long.
    type As<'a>;

    /// Without what it borrows, and that.
    fn apart<'a>(whole: &'a Self::As<'_>) -> (Self::As<'static>, &'a [u64], &'a [u8]);

    /// With these frames and bytes.
    fn whole<'a>(hollow: &Self::As<'static>, frames: &'a [u64], bytes: &'a [u8]) -> Self::As<'a>;
}

/// One that borrows nothing.
pub struct Owned<L: Lent> {
    hollow: L::As<'static>,
    frames: Box<[u64]>,
    bytes: Box<[u8]>,
}

impl<L: Lent> Owned<L> {
    /// A copy.
    pub fn of(whole: &L::As<'_>) -> Owned<L> {
        let (hollow, frames, bytes) = L::apart(whole);
        Owned { hollow, frames: frames.into(), bytes: bytes.into() }
    }

    /// What it is a copy of.
    pub fn lend(&self) -> L::As<'_> {
        L::whole(&self.hollow, &self.frames, &self.bytes)
    }

    /// Its memory, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<Owned<L>>() + size_of_val(&*self.frames) + self.bytes.len()
    }
}

impl<L: Lent> fmt::Debug for Owned<L>
where
    for<'a> L::As<'a>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lend().fmt(f)
    }
}

/// Many in their order, all in the same memory, which serves again after [`Portion::clear`].
pub struct Portion<L: Lent> {
    /// Each with how many frames and bytes it has, and where these are.
    list: Vec<(L::As<'static>, usize, usize, Place)>,
    frames: Vec<u64>,
    bytes: Vec<u8>,
    memory: Vec<u8>,
}

/// Where the bytes of one are.
#[derive(Clone, Copy)]
enum Place {
    /// In what was copied: behind those of the one before.
    Copied,
    /// From there on in [`Portion::memory`].
    Kept(usize),
}

impl<L: Lent> Default for Portion<L> {
    fn default() -> Portion<L> {
        Portion { list: Vec::new(), frames: Vec::new(), bytes: Vec::new(), memory: Vec::new() }
    }
}

impl<L: Lent> Portion<L> {
    /// Takes a copy.
    pub fn push(&mut self, whole: &L::As<'_>) {
        let (hollow, frames, bytes) = L::apart(whole);
        self.frames.extend_from_slice(frames);
        self.bytes.extend_from_slice(bytes);
        self.list.push((hollow, frames.len(), bytes.len(), Place::Copied));
    }

    /// Takes a copy of everything but bytes that lie `within` others, which begin at `at` in the memory that
    /// [`Portion::keep`] will be given.
    pub fn push_within(&mut self, whole: &L::As<'_>, within: &[u8], at: usize) {
        let (hollow, frames, bytes) = L::apart(whole);
        match bytes.as_ptr().addr().checked_sub(within.as_ptr().addr()) {
            Some(before) if before.saturating_add(bytes.len()) <= within.len() => {
                self.frames.extend_from_slice(frames);
                self.list.push((hollow, frames.len(), bytes.len(), Place::Kept(at.saturating_add(before))));
            }
            _ => self.push(whole),
        }
    }

    /// Keeps the memory that was announced.
    pub fn keep(&mut self, memory: Vec<u8>) {
        self.memory = memory;
    }

    /// Gives up memory that was kept.
    pub fn take_memory(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.memory)
    }

    /// All of them, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = L::As<'_>> {
        let (mut frames, mut bytes) = (self.frames.as_slice(), self.bytes.as_slice());
        self.list.iter().map(move |(hollow, frame_count, byte_count, place)| {
            let (mine, others) = frames.split_at_checked(*frame_count).unwrap_or((frames, &[]));
            frames = others;
            let own = match *place {
                Place::Kept(at) => self.memory.get(at..at.saturating_add(*byte_count)).unwrap_or_default(),
                Place::Copied => {
                    let (own, rest) = bytes.split_at_checked(*byte_count).unwrap_or((bytes, &[]));
                    bytes = rest;
                    own
                }
            };
            L::whole(hollow, mine, own)
        })
    }

    /// The memory of what was copied, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of_val(self.list.as_slice()) + size_of_val(self.frames.as_slice()) + self.bytes.len()
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.list.clear();
        self.frames.clear();
        self.bytes.clear();
    }
}
