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
    list: Vec<Item<L::As<'static>>>,
    frames: Vec<u64>,
    bytes: Vec<u8>,
    memory: Vec<u8>,
}

/// One, with where its frames and its bytes are: from where on, and how many.
struct Item<H> {
    hollow: H,
    frames: (usize, usize),
    bytes: (usize, usize),
    /// Its bytes are in [`Portion::memory`], and not among those that were copied.
    kept: bool,
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
        let at = (self.frames.len(), self.bytes.len());
        self.frames.extend_from_slice(frames);
        self.bytes.extend_from_slice(bytes);
        let (frames, bytes) = ((at.0, frames.len()), (at.1, bytes.len()));
        self.list.push(Item { hollow, frames, bytes, kept: false });
    }

    /// Takes a copy of everything but bytes that lie `within` others, which begin at `at` in the memory that
    /// [`Portion::keep`] will be given.
    pub fn push_within(&mut self, whole: &L::As<'_>, within: &[u8], at: usize) {
        let (hollow, frames, bytes) = L::apart(whole);
        match bytes.as_ptr().addr().checked_sub(within.as_ptr().addr()) {
            Some(before) if before.saturating_add(bytes.len()) <= within.len() => {
                let bytes = (at.saturating_add(before), bytes.len());
                let first = self.frames.len();
                self.frames.extend_from_slice(frames);
                self.list.push(Item { hollow, frames: (first, frames.len()), bytes, kept: true });
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

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The one that came after `index` others.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<L::As<'_>> {
        self.list.get(index).map(|item| self.whole(item))
    }

    /// All of them, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = L::As<'_>> {
        self.list.iter().map(|item| self.whole(item))
    }

    /// The same without what they borrow, for those who need not look at that.
    pub fn outlines(&self) -> impl Iterator<Item = &L::As<'static>> {
        self.list.iter().map(|item| &item.hollow)
    }

    fn whole(&self, item: &Item<L::As<'static>>) -> L::As<'_> {
        let from = if item.kept { &self.memory } else { &self.bytes };
        L::whole(&item.hollow, part(&self.frames, item.frames), part(from, item.bytes))
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

/// So many from there on, or none if they are not all there.
fn part<T>(all: &[T], (from, count): (usize, usize)) -> &[T] {
    all.get(from..from.saturating_add(count)).unwrap_or_default()
}
