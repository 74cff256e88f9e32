//! A protocol for which no message of a flow has spoken yet: cheap to carry, as most flows of most captures are
//! somebody else's. The first message that speaks for it makes it explanations.

use super::conventions::Tally;
use super::hypothesis::{Hypothesis, Roles};
use crate::flow::Side;
use crate::protocol::evidence::penalty;
use crate::protocol::{DefectKind, Direction, Protocol, Reading, Reason, Sender, Transport};

/// The most that one message can say against it, in bits.
const LEAST: f32 = -20.0;

/// Bits below which an explanation is given up: worse than one message that is none.
pub(super) const HOPELESS: f32 = -24.0;

/// Further bits it may lose for each message that fitted, up to [`CREDIT_MESSAGES`] of them.
const CREDIT: f32 = 6.0;
const CREDIT_MESSAGES: u16 = 5;

/// A protocol that a flow may speak.
pub(super) struct Candidate {
    pub(super) protocol: &'static dyn Protocol,
    /// The client's end, where that is known from outside.
    client: Option<Side>,
    tally: Tally,
    pub(super) record: Record,
}

/// What speaks for and against a protocol.
#[derive(Clone, Default)]
pub(super) struct Record {
    /// Bits for it, less bits against it.
    pub(super) score: f32,
    /// Messages that are right, or nearly.
    pub(super) fit: u16,
    /// The others.
    pub(super) misfit: u16,
    /// What was wrong first.
    pub(super) complaint: Option<Reason>,
}

impl Record {
    /// Whether so much spoke against it that nothing would redeem it. `prior`: bits known from elsewhere.
    pub(super) fn is_hopeless(&self, prior: f32) -> bool {
        let credit = CREDIT * f32::from(self.fit.min(CREDIT_MESSAGES));
        self.score + prior.max(0.0) < HOPELESS - credit
    }

    /// Messages heard.
    pub(super) fn heard(&self) -> u16 {
        self.fit.saturating_add(self.misfit)
    }
}

impl Candidate {
    pub(super) fn new(protocol: &'static dyn Protocol, client: Option<Side>, tally: Tally) -> Candidate {
        Candidate { protocol, client, tally, record: Record::default() }
    }

    /// Hears a datagram, of which the snap length cut off `cut` bytes; answers whether it speaks for the protocol.
    /// It is then still to be heard by the explanations.
    pub(super) fn datagram(&mut self, from: Side, wire: &[u8], cut: usize) -> bool {
        if wire.is_empty() {
            return false;
        }
        let direction = self.client.map_or(Direction::Unknown, |client| Roles::Client(client).direction(from));
        let mut tally = self.tally.clone();
        let reading = |tally: &Tally| Reading { direction, transport: Transport::Udp, choices: tally.choices(None) };
        tally.hear(self.protocol, wire, &reading(&tally));
        let reading = reading(&tally);
        let bytes = self.protocol.whole_bytes(wire, &reading);
        let message = self.protocol.dissect(&bytes, &reading);
        let short = cut > 0 && message.defects.iter().any(|defect| defect.kind == DefectKind::LengthMismatch);
        let bits = message.evidence + if short { penalty(DefectKind::LengthMismatch) } else { 0.0 };
        if bits > 0.0 {
            return true;
        }
        self.tally = tally;
        self.record.score += bits.max(LEAST);
        self.record.misfit = self.record.misfit.saturating_add(1);
        if self.record.complaint.is_none() {
            self.record.complaint = message.defects.into_iter().next().map(|defect| defect.reason);
        }
        false
    }

    /// The ways in which the ends of the flow can be distributed.
    pub(super) fn roles(&self) -> impl Iterator<Item = Roles> + use<> {
        let among_clients = |from| matches!(from, Sender::ClientOrPeer | Sender::Any);
        let peers = self.client.is_none() && self.protocol.spec().kinds.iter().any(|kind| among_clients(kind.from));
        let client = self.client;
        let sides = [Side::A, Side::B].into_iter().filter(move |side| client.is_none_or(|client| client == *side));
        sides.map(Roles::Client).chain(peers.then_some(Roles::Peers))
    }

    /// Its explanations. `from_start`: the first byte of a stream is the connection's first.
    pub(super) fn explanations(&self, transport: Transport, from_start: bool) -> impl Iterator<Item = Hypothesis> {
        self.roles().map(move |roles| {
            let (tally, record) = (self.tally.clone(), self.record.clone());
            Hypothesis::new(self.protocol, roles, transport, from_start, tally, record)
        })
    }
}
