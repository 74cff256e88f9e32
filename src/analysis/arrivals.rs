//! What arrived, with memory of its own: what one thread hands to another.

use super::Arrival;
use crate::net::{Packet, Segment, Transport};

/// Arrivals in their order, all in the same memory, which serves again after [`Arrivals::clear`].
#[derive(Debug, Default)]
pub struct Arrivals {
    /// Each with how many bytes and fragments' frames are its own.
    list: Vec<(Arrival<'static>, usize, usize)>,
    bytes: Vec<u8>,
    fragments: Vec<u64>,
}

impl Arrivals {
    /// Takes a copy.
    pub fn push(&mut self, arrival: &Arrival<'_>) {
        let stored = match arrival {
            Arrival::Packet(packet, print) => {
                let payload = payload(packet);
                self.bytes.extend_from_slice(payload);
                self.fragments.extend_from_slice(packet.fragments);
                (Arrival::Packet(hollow(packet), *print), payload.len(), packet.fragments.len())
            }
            Arrival::Relayed { arrival, passed, frame } => {
                (Arrival::Relayed { arrival: *arrival, passed: *passed, frame: *frame }, 0, 0)
            }
        };
        self.list.push(stored);
    }

    /// The arrivals, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = Arrival<'_>> {
        let (mut bytes, mut fragments) = (self.bytes.as_slice(), self.fragments.as_slice());
        self.list.iter().map(move |(arrival, byte_count, fragment_count)| {
            let (payload, rest) = bytes.split_at_checked(*byte_count).unwrap_or((bytes, &[]));
            let (frames, others) = fragments.split_at_checked(*fragment_count).unwrap_or((fragments, &[]));
            (bytes, fragments) = (rest, others);
            match *arrival {
                Arrival::Packet(packet, print) => Arrival::Packet(filled(packet, payload, frames), print),
                other => other,
            }
        })
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Their memory, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        size_of_val(self.list.as_slice()) + self.bytes.len() + size_of_val(self.fragments.as_slice())
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.list.clear();
        self.bytes.clear();
        self.fragments.clear();
    }
}

fn payload<'a>(packet: &Packet<'a>) -> &'a [u8] {
    match packet.transport {
        Transport::Udp(payload) | Transport::Tcp(Segment { payload, .. }) => payload,
    }
}

fn hollow(packet: &Packet<'_>) -> Packet<'static> {
    let transport = match packet.transport {
        Transport::Udp(_) => Transport::Udp(&[]),
        Transport::Tcp(Segment { seq, ack, syn, fin, rst, .. }) => {
            Transport::Tcp(Segment { seq, ack, syn, fin, rst, payload: &[] })
        }
    };
    let Packet { frame, time, src, dst, ident, interface, cut, .. } = *packet;
    Packet { frame, time, src, dst, ident, interface, cut, fragments: &[], transport }
}

fn filled<'a>(packet: Packet<'static>, payload: &'a [u8], fragments: &'a [u64]) -> Packet<'a> {
    let transport = match packet.transport {
        Transport::Udp(_) => Transport::Udp(payload),
        Transport::Tcp(segment) => Transport::Tcp(Segment { payload, ..segment }),
    };
    Packet { fragments, transport, ..packet }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Time;

    #[test]
    fn what_is_given_back_is_what_arrived() {
        let segment = Segment { seq: 7, ack: Some(9), syn: true, fin: false, rst: true, payload: b"stream" };
        let packet = |frame, transport, fragments| Packet {
            frame,
            time: Time(5),
            src: ([10, 0, 0, 1], 1).into(),
            dst: ([10, 0, 0, 2], 2).into(),
            ident: Some(3),
            interface: 4,
            cut: 6,
            fragments,
            transport,
        };
        let given = [
            Arrival::Packet(packet(3, Transport::Udp(b"datagram"), &[1, 2]), 11),
            Arrival::Relayed { arrival: 3, passed: Some(Time(8)), frame: 4 },
            Arrival::Packet(packet(5, Transport::Tcp(segment), &[]), 12),
            Arrival::Packet(packet(6, Transport::Udp(b""), &[]), 13),
        ];
        let mut arrivals = Arrivals::default();
        for _ in 0..2 {
            assert!(arrivals.is_empty());
            for arrival in &given {
                arrivals.push(arrival);
            }
            assert_eq!(arrivals.iter().collect::<Vec<_>>(), given);
            assert_eq!(arrivals.len(), 4);
            arrivals.clear();
            assert_eq!(arrivals.size(), 0);
        }
    }
}
