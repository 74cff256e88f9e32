//! Which side does not know yet what the other one has said: messages that a relay holds back or has dropped.
//!
//! The capture shows a message when it is sent. Until it has come through, its receiver acts on what it knew before, and
//! rightly so.

use super::exchange::Number;
use super::member::Learns;
use super::passage::Passages;
use super::service::{At, Party, Service};
use crate::bytes::Time;
use crate::protocol::Message;
use std::time::Duration;

/// How many messages on their way are followed.
const KEPT: usize = 256;
/// A way so short is none.
const AT_ONCE: Duration = Duration::from_millis(10);
/// So long a program may take to act on what it got.
const SCHEDULING: Duration = Duration::from_millis(50);
/// After so many times the patience nobody sends it again.
const GIVEN_UP: u32 = 16;

/// A message on its way, with its copies.
#[derive(Clone, Debug)]
pub(crate) struct Underway {
    member: usize,
    side: usize,
    kind: Option<&'static str>,
    subject: Option<u16>,
    seq: Number,
    since: Time,
    frames: Vec<u64>,
}

/// Of one side: how much it has not got, and until when it may not have acted on what it got late.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Behind {
    messages: usize,
    until: Option<Time>,
}

impl Behind {
    fn holds(&self, now: Time) -> bool {
        self.messages > 0 || self.until.is_some_and(|until| now <= until)
    }
}

impl super::member::Member {
    /// Whether this side lacks something that the other one has said.
    pub(crate) fn is_behind(&self, side: Learns, now: Time) -> bool {
        match side {
            Learns::Server => self.behind[0].holds(now),
            Learns::Client => self.behind[1].holds(now),
        }
    }
}

impl Service {
    /// A message was sent, through a relay: it is on its way.
    pub(super) fn set_out(&mut self, link: usize, side: usize, message: &Message<'_>, at: At, passages: &Passages) {
        let [Party::Client(member), Party::Server] = self.links[link].parties else { return };
        if !passages.knows(at.frame) {
            return;
        }
        let kind = message.kind.map(|kind| kind.name);
        let same = |one: &&mut Underway| {
            (one.member, one.side, one.kind, one.subject) == (member, side, kind, message.subject)
                && one.seq.is(message.seq)
        };
        if let Some(copy) = self.underway.iter_mut().find(same) {
            copy.frames.push(at.frame);
            return;
        }
        let one = Underway {
            member,
            side,
            kind,
            subject: message.subject,
            seq: Number::of(message.seq),
            since: at.time,
            frames: vec![at.frame],
        };
        if self.underway.len() < KEPT {
            self.members[member].behind[side].messages += 1;
            self.underway.push(one);
        }
    }

    /// Time has come to `now`: what has come through by then?
    pub(super) fn come_through(&mut self, now: Time, passages: &Passages) {
        let patience = self.patience();
        let members = &mut self.members;
        self.underway.retain(|one| {
            let came = one.frames.iter().filter_map(|frame| passages.first(*frame, now)).min();
            let given_up = now.since(one.since) > patience.saturating_mul(GIVEN_UP);
            let Some(came) = came.or(given_up.then_some(one.since)) else { return true };
            let behind = &mut members[one.member].behind[one.side];
            behind.messages = behind.messages.saturating_sub(1);
            if came.since(one.since) > AT_ONCE {
                // What was dropped before may have held up what came after it.
                let slack = if one.frames.len() > 1 { patience } else { SCHEDULING };
                behind.until = behind.until.max(Some(came.plus(slack)));
            }
            false
        });
    }
}
