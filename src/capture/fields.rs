//! Integers in either byte order, and the option lists of pcapng blocks.

/// The byte order of a capture or of a section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    #[default]
    Little,
    Big,
}

/// Each reads the integer of its type that stands at `at`, if it is there as a whole.
impl Order {
    #[inline]
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = array(bytes, at)?;
        Some(if self == Order::Big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    }

    #[inline]
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = array(bytes, at)?;
        Some(if self == Order::Big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    /// So many in a row, from the beginning.
    #[inline]
    pub(super) fn words<const N: usize>(self, bytes: &[u8]) -> Option<[u32; N]> {
        let words: [[u8; 4]; N] = *bytes.as_chunks().0.first_chunk()?;
        Some(if self == Order::Big { words.map(u32::from_be_bytes) } else { words.map(u32::from_le_bytes) })
    }

    #[inline]
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> Option<u64> {
        let bytes = array(bytes, at)?;
        Some(if self == Order::Big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    #[inline]
    pub(super) fn i64(self, bytes: &[u8], at: usize) -> Option<i64> {
        let bytes = array(bytes, at)?;
        Some(if self == Order::Big { i64::from_be_bytes(bytes) } else { i64::from_le_bytes(bytes) })
    }
}

/// Each appends an integer.
impl Order {
    pub(super) fn put16(self, out: &mut Vec<u8>, value: u16) {
        out.extend(if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() });
    }

    pub(super) fn put32(self, out: &mut Vec<u8>, value: u32) {
        out.extend(if self == Order::Big { value.to_be_bytes() } else { value.to_le_bytes() });
    }
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// The options of a pcapng block.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    bytes: &'a [u8],
    order: Order,
}

/// Option codes, each of its block.
pub(crate) mod code {
    pub(crate) const END: u16 = 0;
    pub(crate) const COMMENT: u16 = 1;
    pub(crate) const SHB_USERAPPL: u16 = 4;
    pub(crate) const IF_NAME: u16 = 2;
    pub(crate) const IF_DESCRIPTION: u16 = 3;
    pub(crate) const IF_TSRESOL: u16 = 9;
    pub(crate) const IF_TSOFFSET: u16 = 14;
    pub(crate) const EPB_FLAGS: u16 = 2;
    pub(crate) const EPB_PACKETID: u16 = 5;
    pub(crate) const ISB_IFRECV: u16 = 4;
    pub(crate) const ISB_IFDROP: u16 = 5;
}

impl<'a> Options<'a> {
    pub(super) fn new(bytes: &'a [u8], order: Order) -> Options<'a> {
        Options { bytes, order }
    }

    #[cfg(test)]
    pub(crate) fn little_endian(bytes: &'a [u8]) -> Options<'a> {
        Options { bytes, order: Order::Little }
    }

    /// Code and value of each, in file order, up to the end or to one that claims more than there is.
    pub fn iter(self) -> impl Iterator<Item = (u16, &'a [u8])> {
        let mut rest = self.bytes;
        std::iter::from_fn(move || {
            let code = self.order.u16(rest, 0).filter(|&code| code != code::END)?;
            let length = usize::from(self.order.u16(rest, 2)?);
            let value = rest.get(4..4 + length)?;
            rest = rest.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
            Some((code, value))
        })
    }

    /// Of a packet block: whether the packet went out at its interface (true) or came in (false), where that is said.
    #[must_use]
    pub fn outbound(self) -> Option<bool> {
        let flags = self.iter().find(|&(code, _)| code == code::EPB_FLAGS)?;
        match self.order.u32(flags.1, 0)? & 0b11 {
            1 => Some(false),
            2 => Some(true),
            _ => None,
        }
    }

    /// Of a packet block: the identifier that all blocks of one packet share, on whatever interface.
    #[must_use]
    pub fn packet_id(self) -> Option<u64> {
        let (_, value) = self.iter().find(|&(code, _)| code == code::EPB_PACKETID)?;
        self.order.u64(value, 0)
    }

    /// The comments, as bytes: they should be UTF-8, and need not be.
    pub fn comments(self) -> impl Iterator<Item = &'a [u8]> {
        self.iter().filter(|&(code, _)| code == code::COMMENT).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_come_in_either_order_or_not_at_all() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        assert_eq!(Order::Big.u16(&bytes, 1), Some(0x0203));
        assert_eq!(Order::Little.u32(&bytes, 0), Some(0x0403_0201));
        assert_eq!(Order::Big.i64(&bytes, 0), Some(0x0102_0304_0506_0708));
        assert_eq!(Order::Little.i64(&[0xff; 8], 0), Some(-1));
        assert_eq!(Order::Big.u32(&bytes, 5), None);
        assert_eq!(Order::Big.u16(&bytes, usize::MAX), None);
    }

    #[test]
    fn options_are_padded_and_end_at_the_end_marker() {
        let bytes =
            [&[0, 1, 0, 5][..], b"hello\0\0\0", &[0, 99, 0, 0], &[0, 1, 0, 2], b"\xffx\0\0", &[0; 4], &[0, 1, 0, 0]];
        let bytes = bytes.concat();
        let options = Options::new(&bytes, Order::Big);
        assert_eq!(options.iter().map(|(code, _)| code).collect::<Vec<_>>(), [1, 99, 1]);
        assert_eq!(options.comments().collect::<Vec<_>>(), [&b"hello"[..], b"\xffx"]);
    }

    #[test]
    fn a_packet_says_which_way_it_went_and_which_one_it_is() {
        let bytes = [&[0, 2, 0, 4, 0, 0, 0, 0x1e][..], &[0, 5, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2]].concat();
        let options = Options::new(&bytes, Order::Big);
        assert_eq!((options.outbound(), options.packet_id()), (Some(true), Some(258)));
        let inbound = Options::new(&[2, 0, 4, 0, 1, 0, 0, 0, 5, 0, 4, 0, 1, 2, 3, 4], Order::Little);
        assert_eq!((inbound.outbound(), inbound.packet_id()), (Some(false), None));
        assert_eq!(Options::new(&[0, 2, 0, 4, 0, 0, 0, 0], Order::Big).outbound(), None);
        assert_eq!(Options::default().outbound(), None);
    }

    #[test]
    fn an_option_longer_than_its_block_ends_the_list() {
        let options = Options::new(&[0, 1, 0, 1, b'a', 0, 0, 0, 0, 1, 0, 9, b'b'], Order::Big);
        assert_eq!(options.comments().collect::<Vec<_>>(), [b"a"]);
        let unpadded = Options::new(&[0, 1, 0, 1, b'a'], Order::Big);
        assert_eq!(unpadded.comments().collect::<Vec<_>>(), [b"a"], "padding may be missing at the end");
    }
}
