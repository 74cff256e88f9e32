//! A capture piece by piece, for a copy of it: records, and blocks whatever they are.

use super::super::fields::Order;
use super::super::{Damage, Frame};
use super::{Container, Reader};

/// What stands next in a capture, for a copy that keeps what it does not understand.
pub(in crate::capture) enum Piece<'a> {
    /// A record of pcap.
    Frame(Frame<'a>),
    /// The next file of a split capture begins.
    File,
    /// A block of pcapng, whole, in its section's byte order; with the number of its packet if it carries one.
    Block(&'a [u8], Order, Option<u64>),
}

impl Reader {
    /// The section header that a pcapng capture begins with; empty for pcap.
    pub(in crate::capture) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The next block or frame; `None` at the end. Not to be mixed with [`Reader::next_frame`].
    pub(in crate::capture) fn next_piece(&mut self) -> Option<Result<Piece<'_>, Damage>> {
        if self.over {
            return Some(self.go_on()?.map(|()| Piece::File));
        }
        let next = match &mut self.container {
            Container::Pcap(pcap, _) => match pcap.next(&mut self.buffer, &self.limits) {
                Ok(record) => Ok(record.map(Err)),
                Err(stop) => Err(stop),
            },
            Container::Pcapng(pcapng) => match pcapng.next_block(&mut self.buffer, &self.limits) {
                Ok(block) => Ok(block.map(|(range, record)| Ok((range, pcapng.order(), record.is_some())))),
                Err(stop) => Err(stop),
            },
        };
        match next {
            Ok(Some(Err(record))) => Some(Ok(Piece::Frame(self.frame(record)))),
            Ok(Some(Ok((range, order, packet)))) => {
                self.info.packets += u64::from(packet);
                let number = packet.then_some(self.info.packets);
                Some(Ok(Piece::Block(self.buffer.get(range), order, number)))
            }
            Ok(None) => {
                self.over = true;
                Some(self.go_on()?.map(|()| Piece::File))
            }
            Err(stop) => Some(Err(self.damage(stop))),
        }
    }
}
