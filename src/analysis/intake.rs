//! The first half of an analysis: frames into packets, a relay's two legs into one.

use super::{Fact, Options, Relayed};
use crate::bytes::Time;
use crate::capture::Frame;
use crate::net::relayed::{Join, Joined};
use crate::net::{Decoder, Fragments, Packet};
use crate::owned::Lent;

/// What a frame amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival<'a> {
    /// A packet, and its fingerprint: see [`Packet::fingerprint`].
    Packet(Packet<'a>, u64),
    /// What a relay's capture shows of a datagram beside that it was sent: see
    /// [`Step::Relayed`](crate::identify::Step::Relayed).
    Relayed {
        /// The frame in which it reached the relay.
        arrival: u64,
        /// When a copy of it was passed on; `None`: it has just arrived.
        passed: Option<Time>,
        /// The frame that shows it.
        frame: u64,
    },
}

impl Lent for Arrival<'static> {
    type As<'a> = Arrival<'a>;

    fn apart<'a>(whole: &'a Arrival<'_>) -> (Arrival<'static>, &'a [u64], &'a [u8]) {
        match whole {
            Arrival::Packet(packet, fingerprint) => {
                let (hollow, fragments, payload) = Packet::apart(packet);
                (Arrival::Packet(hollow, *fingerprint), fragments, payload)
            }
            Arrival::Relayed { arrival, passed, frame } => {
                (Arrival::Relayed { arrival: *arrival, passed: *passed, frame: *frame }, &[], &[])
            }
        }
    }

    fn whole<'a>(hollow: &Arrival<'static>, fragments: &'a [u64], payload: &'a [u8]) -> Arrival<'a> {
        match hollow {
            Arrival::Packet(packet, fingerprint) => {
                Arrival::Packet(Packet::whole(packet, fragments, payload), *fingerprint)
            }
            other => *other,
        }
    }
}

/// What the frames of a capture show, beside what they carry.
#[derive(Clone, Debug, Default)]
pub struct IntakeFacts {
    /// Datagrams in fragments, put together and given up.
    pub fragments: Fragments,
    /// Frames cut by a snap length.
    pub cut: Fact,
    /// Frames older than one before.
    pub backwards: Fact,
    /// Datagrams of a relay's capture.
    pub relayed: Relayed,
    /// Frames that carry neither UDP nor TCP, or not enough of it.
    pub undecoded: u64,
}

/// Takes the frames of one capture.
pub struct Intake {
    decoder: Decoder,
    join: Option<Join>,
    facts: IntakeFacts,
    latest: Option<Time>,
}

impl Intake {
    /// Of a capture of which nothing has been read.
    #[must_use]
    pub fn new(options: &Options) -> Intake {
        Intake {
            decoder: Decoder::new(&options.limits),
            join: options.recording.clone().map(|recording| Join::new(recording, &options.limits)),
            facts: IntakeFacts::default(),
            latest: None,
        }
    }

    /// The next frame; the sink gets what it amounts to, if anything.
    #[inline]
    pub fn frame(&mut self, frame: &Frame<'_>, sink: &mut dyn FnMut(Arrival<'_>)) {
        if frame.data.len() < frame.wire_len {
            self.facts.cut.note(frame.number);
        }
        if self.latest.is_some_and(|latest| frame.time < latest) {
            self.facts.backwards.note(frame.number);
        }
        self.latest = self.latest.max(Some(frame.time));
        let Ok(packet) = self.decoder.decode(frame) else {
            self.facts.undecoded += 1;
            return;
        };
        let Some(join) = &mut self.join else {
            return sink(arrival(packet));
        };
        match join.see(&packet, frame.options) {
            Joined::Packet(packet) => sink(arrival(packet)),
            Joined::Datagram(packet) => {
                self.facts.relayed.arrived += 1;
                sink(Arrival::Relayed { arrival: packet.frame, passed: None, frame: packet.frame });
                sink(arrival(packet));
            }
            Joined::Passed { arrival } => {
                self.facts.relayed.passed += 1;
                sink(Arrival::Relayed { arrival, passed: Some(frame.time), frame: frame.number });
            }
            Joined::Nothing => {}
        }
    }

    /// The capture is over.
    #[must_use]
    pub fn finish(mut self) -> IntakeFacts {
        self.facts.fragments = self.decoder.fragments();
        self.facts
    }
}

fn arrival(packet: Packet<'_>) -> Arrival<'_> {
    let fingerprint = packet.fingerprint();
    Arrival::Packet(packet, fingerprint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Time;
    use crate::net::{Segment, Transport};
    use crate::owned::Portion;

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
            Arrival::Packet(packet(3, Transport::Udp(b"datagram"), &[1, 2]), 7),
            Arrival::Relayed { arrival: 3, passed: Some(Time(8)), frame: 4 },
            Arrival::Packet(packet(5, Transport::Tcp(segment), &[]), 8),
            Arrival::Packet(packet(6, Transport::Udp(b""), &[]), 9),
        ];
        let mut arrivals = Portion::<Arrival<'static>>::default();
        for _ in 0..2 {
            assert_eq!(arrivals.size(), 0);
            for arrival in &given {
                arrivals.push(arrival);
            }
            assert_eq!(arrivals.iter().collect::<Vec<_>>(), given);
            arrivals.clear();
            assert_eq!(arrivals.size(), 0);
        }
    }

    #[test]
    fn what_lies_in_other_memory_is_given_back_from_there() {
        let memory = b"..a frame with a datagram..".to_vec();
        let frame = &memory[2..25];
        let packet = |payload| Packet {
            frame: 1,
            time: Time(5),
            src: ([10, 0, 0, 1], 1).into(),
            dst: ([10, 0, 0, 2], 2).into(),
            ident: None,
            interface: 0,
            cut: 0,
            fragments: &[],
            transport: Transport::Udp(payload),
        };
        let given = [
            Arrival::Packet(packet(&frame[15..]), 1),
            Arrival::Packet(packet(b"put together"), 2),
            Arrival::Packet(packet(&frame[..0]), 3),
        ];
        let mut arrivals = Portion::<Arrival<'static>>::default();
        for arrival in &given {
            arrivals.push_within(arrival, frame, 2);
        }
        arrivals.keep(memory.clone());
        assert_eq!(arrivals.iter().collect::<Vec<_>>(), given);
        assert_eq!(arrivals.take_memory(), memory);
    }
}
