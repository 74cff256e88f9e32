//! A message in hand, and how it is remembered.

use super::exchange::{Number, Rare, Sent, Transmission, Voice};
use super::intent::Intent;
use super::report::Actor;
use super::service::At;
use crate::protocol::{Due, Kind, Message, Numbering, Verdict};
use smallvec::smallvec;

/// A message in hand: all that is needed to place it.
pub(super) struct Hand<'m> {
    pub(super) link: usize,
    pub(super) side: usize,
    pub(super) session: usize,
    pub(super) actor: Actor,
    pub(super) at: At,
    pub(super) send: Transmission,
    pub(super) message: &'m Message<'m>,
    pub(super) kind: &'static Kind,
    /// Fingerprints of everything a copy repeats, and of the text an answer or relay repeats.
    pub(super) prints: (u64, u64),
    pub(super) name: &'m str,
    pub(super) numbering: Numbering,
    /// Something is wrong with its bytes: it counts as sent, and nothing more is asked of it.
    pub(super) flawed: bool,
}

impl Hand<'_> {
    /// Whether it awaits no answer because it does not grant what was asked.
    pub(super) fn refuses(&self) -> bool {
        self.kind.due == Due::IfGranted && self.message.verdict != Verdict::Granted
    }

    /// It as it is remembered under this id.
    pub(super) fn sent(&self, id: u64) -> Sent {
        let own_name = self.message.name.filter(|name| *name != self.kind.name);
        Sent {
            id,
            kind: self.kind,
            seq: Number::of(self.message.seq),
            subject: self.message.subject,
            content: self.prints.0,
            text: self.prints.1,
            voice: Voice::of(self.message.speaker),
            sends: smallvec![self.send],
            due: self.kind.due,
            reply: None,
            replies: 0,
            answers: None,
            response_due: false,
            rare: own_name.map(|name| Box::new(Rare { own_name: Some(name.into()), ..Rare::default() })),
            spoiled: false,
            excused: false,
            intent: Intent::None,
            counted_login: false,
        }
    }
}
