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
    /// Each with how many frames and bytes are its own.
    list: Vec<(L::As<'static>, usize, usize)>,
    frames: Vec<u64>,
    bytes: Vec<u8>,
}

impl<L: Lent> Default for Portion<L> {
    fn default() -> Portion<L> {
        Portion { list: Vec::new(), frames: Vec::new(), bytes: Vec::new() }
    }
}

impl<L: Lent> Portion<L> {
    /// Takes a copy.
    pub fn push(&mut self, whole: &L::As<'_>) {
        let (hollow, frames, bytes) = L::apart(whole);
        self.frames.extend_from_slice(frames);
        self.bytes.extend_from_slice(bytes);
        self.list.push((hollow, frames.len(), bytes.len()));
    }

    /// All of them, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = L::As<'_>> {
        let (mut frames, mut bytes) = (self.frames.as_slice(), self.bytes.as_slice());
        self.list.iter().map(move |(hollow, frame_count, byte_count)| {
            let (mine, others) = frames.split_at_checked(*frame_count).unwrap_or((frames, &[]));
            let (own, rest) = bytes.split_at_checked(*byte_count).unwrap_or((bytes, &[]));
            (frames, bytes) = (others, rest);
            L::whole(hollow, mine, own)
        })
    }

    /// Their memory, in bytes.
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
