//! What an undecided flow has said so far, kept to be said again once it is decided.

use crate::bytes::Time;
use crate::flow::{Event, Side};

/// One thing a flow said: an [`Item`](crate::flow::Item) without its flow.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    pub(super) from: Side,
    pub(super) frame: u64,
    pub(super) time: Time,
    pub(super) event: Event<'a>,
}

/// Inputs, owned.
#[derive(Default)]
pub(super) struct Held {
    bytes: Vec<u8>,
    frames: Vec<u64>,
    entries: Vec<Entry>,
}

struct Entry {
    from: Side,
    frame: u64,
    time: Time,
    what: What,
}

/// Lengths refer to what follows the entries before in `bytes` and `frames`.
enum What {
    Datagram { len: usize, cut: usize, frames: usize },
    Run { len: usize, carried_by: u64, carried_at: Time },
    Gap { missing: u64 },
    End { reset: bool },
}

impl Held {
    pub(super) fn push(&mut self, input: &Input<'_>) {
        let what = match input.event {
            Event::Datagram { bytes, cut, frames } => {
                self.bytes.extend_from_slice(bytes);
                self.frames.extend_from_slice(frames);
                What::Datagram { len: bytes.len(), cut, frames: frames.len() }
            }
            Event::Run { bytes, carried_by, carried_at } => {
                self.bytes.extend_from_slice(bytes);
                What::Run { len: bytes.len(), carried_by, carried_at }
            }
            Event::Gap { missing } => What::Gap { missing },
            Event::End { reset } => What::End { reset },
        };
        self.entries.push(Entry { from: input.from, frame: input.frame, time: input.time, what });
    }

    /// How many things are kept.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The memory they take, in bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len() + 8 * self.frames.len() + size_of::<Entry>() * self.entries.len()
    }

    /// The first thing's frame and time.
    pub(super) fn first(&self) -> Option<(u64, Time)> {
        self.entries.first().map(|entry| (entry.frame, entry.time))
    }

    /// Says everything again, in order.
    pub(super) fn replay(&self, hear: &mut dyn FnMut(Input<'_>)) {
        let (mut bytes, mut frames) = (&self.bytes[..], &self.frames[..]);
        for entry in &self.entries {
            let event = match entry.what {
                What::Datagram { len, cut, frames: count } => {
                    Event::Datagram { bytes: take(&mut bytes, len), cut, frames: take(&mut frames, count) }
                }
                What::Run { len, carried_by, carried_at } => {
                    Event::Run { bytes: take(&mut bytes, len), carried_by, carried_at }
                }
                What::Gap { missing } => Event::Gap { missing },
                What::End { reset } => Event::End { reset },
            };
            hear(Input { from: entry.from, frame: entry.frame, time: entry.time, event });
        }
    }
}

/// Splits the first `count` items off.
fn take<'a, T>(items: &mut &'a [T], count: usize) -> &'a [T] {
    let (head, rest) = items.split_at_checked(count).unwrap_or((items, &[]));
    *items = rest;
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_comes_out() {
        let inputs = [
            Event::Datagram { bytes: b"one", cut: 2, frames: &[1, 2] },
            Event::Run { bytes: b"", carried_by: 3, carried_at: Time(3) },
            Event::Run { bytes: b"two", carried_by: 4, carried_at: Time(4) },
            Event::Gap { missing: 9 },
            Event::Datagram { bytes: b"three", cut: 0, frames: &[7] },
            Event::End { reset: true },
        ];
        let mut held = Held::default();
        for (event, frame) in inputs.into_iter().zip(1..) {
            held.push(&Input { from: Side::B, frame, time: Time(5), event });
        }
        let mut out = Vec::new();
        held.replay(&mut |input| out.push(format!("{} {:?}", input.frame, input.event)));
        let want: Vec<_> = inputs.iter().zip(1..).map(|(event, frame)| format!("{frame} {event:?}")).collect();
        assert_eq!(out, want);
        assert_eq!((held.len(), held.first()), (6, Some((1, Time(5)))));
    }
}
