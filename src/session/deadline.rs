//! What time alone shows: answers, retransmissions, relays and notices that did not come; and what the whole of a
//! capture says about what was noticed on the way.

use super::exchange::{Half, Sent, Transmission, interval};
use super::hand::Hand;
use super::observation::{Fact, Observation};
use super::report::Actor;
use super::service::{At, Context, FALLBACK, Party, Service};
use crate::bytes::Time;
use crate::protocol::{Due, Topic, Transport};
use std::borrow::Cow;
use std::time::Duration;

/// How many observations are held back at the most; beyond, they are told as they are.
const KEPT: usize = 4096;

impl Service {
    /// Holds an observation back until the whole can be weighed.
    pub(super) fn hold(&mut self, hand: &Hand<'_>, related: Vec<u64>, fact: Fact) {
        if self.held.len() >= KEPT {
            self.held.remove(0);
        }
        self.held.push(Observation {
            spec: self.spec,
            session: self.sessions[hand.session].number,
            actor: hand.actor,
            frame: hand.at.frame,
            time: hand.at.time,
            related,
            name: hand.name.to_owned(),
            caveat: None,
            fact,
        });
    }

    /// A number that had been skipped arrived after all: it was not skipped.
    pub(super) fn unhold_skips(&mut self, session: usize, actor: Actor) {
        let number = self.sessions[session].number;
        if let Some(index) = self.held.iter().rposition(|held| {
            held.session == number && held.actor == actor && matches!(held.fact, Fact::NumberSkipped { .. })
        }) {
            self.held.remove(index);
        }
    }

    /// What seemed to be answered under the number of an earlier message got an answer of its own, and was not sent again for
    /// it: the earlier one was answered twice.
    pub(super) fn unhold_wrong_number(&mut self, hand: &Hand<'_>, request: &Sent) {
        let (number, frames) = (self.sessions[hand.session].number, request.frames());
        let mistaken = self.held.iter_mut().filter(|held| {
            held.session == number
                && held.actor == hand.actor
                && held.related == frames
                && request.last().time <= held.time
                && matches!(held.fact, Fact::WrongNumber { .. })
        });
        for held in mistaken {
            held.fact = Fact::AnsweredAgain { request: "message".to_owned(), transmissions: 1 };
            held.related.clear();
        }
    }

    /// Tells what was held back, with the caveat the whole suggests.
    fn release(&mut self, cx: &mut Context<'_>) {
        for mut held in std::mem::take(&mut self.held) {
            if let Fact::Resent { gap, answered: Some(_), .. } = &held.fact {
                // Who has no timer to keep to may have any that is not much shorter than what answers are given.
                let timely = match self.timer.resend {
                    Some(timer) => *gap + self.tolerance.of(timer) >= timer,
                    None => gap.saturating_mul(2) >= self.timer.patience,
                };
                if self.losses > 0 && timely {
                    held.caveat = Some(Cow::Borrowed(
                        "the capture shows messages lost elsewhere: the answer may have been lost behind the capture point",
                    ));
                }
            }
            if matches!(held.fact, Fact::NumberSkipped { .. }) && self.losses > 0 && self.doubtful.contains(&held.frame)
            {
                held.caveat = Some(Cow::Borrowed(
                    "the capture shows messages lost, and one under that number could be an answer as well as a message of its own",
                ));
            }
            cx.witness.observe(held);
        }
    }

    /// Time has come to `now`: looks at what was due.
    pub(super) fn advance(&mut self, now: Time, cx: &mut Context<'_>) {
        self.now = self.now.max(now);
        if self.next_deadline.is_none_or(|deadline| now < deadline) {
            return;
        }
        self.next_deadline = None;
        self.due(now, cx);
    }

    fn due(&mut self, now: Time, cx: &mut Context<'_>) {
        self.missing_relays(now);
        self.missing_notices(now, cx);
        self.expired_invitations(now, false, cx);
        self.gone_silent(now, cx);
    }

    /// A client that let the last permitted retransmission pass counts as disconnected (where a maximum is named).
    fn gone_silent(&mut self, now: Time, cx: &mut Context<'_>) {
        let (Some(maximum), Some(timer)) = (self.timer.maximum, self.timer.resend) else { return };
        let margin = timer.saturating_add(self.tolerance.of(timer));
        let mut silent = Vec::new();
        let mut again: Option<Time> = None;
        for link in &self.links {
            let [Party::Client(member), Party::Server] = link.parties else { continue };
            if !self.is_present(member) {
                continue;
            }
            // What was answered, and its sender never heard it, is as good as unanswered.
            let unheard = |sent: &&Sent| sent.reply.is_some() && sent.heard(cx.passages, now).is_none();
            let Half { open, done, .. } = &link.halves[1];
            // Which only a capture shows that tells what came through.
            let done = if cx.passages.is_empty() { None } else { Some(done.iter().filter(unheard)) };
            let waiting = open.iter().chain(done.into_iter().flatten());
            let exhausted = |sent: &&Sent| sent.sends.len() > maximum as usize;
            for sent in waiting.filter(|sent| sent.due == Due::Required && !sent.excused).filter(exhausted) {
                let given_up = sent.last().time.plus(margin);
                if now >= given_up {
                    silent.push((member, sent.clone()));
                    break;
                }
                again = Some(again.map_or(given_up, |again| again.min(given_up)));
            }
        }
        for (member, sent) in silent {
            self.members[member].lost = true;
            let last = sent.last();
            if cx.passages.knows(last.frame) {
                let links = self.links.iter_mut().filter(|link| link.parties == [Party::Client(member), Party::Server]);
                for open in links.flat_map(|link| &mut link.halves).flat_map(|half| &mut half.open) {
                    open.excused |= open.id != sent.id;
                }
            }
            let at = At { frame: last.frame, time: last.time };
            let room = self.members[member].state.clone();
            self.changed(
                crate::protocol::Change::Logout,
                member,
                None,
                sent.first().time,
                at,
                &sent.frames(),
                sent.name(),
                cx,
            );
            if let super::member::State::In(room) = room {
                self.maybe_alone(&room, sent.first().time, at, &[], sent.name(), cx);
            }
        }
        if let Some(again) = again {
            self.wake_at(again);
        }
    }

    /// An exchange that will not be answered any more, as far as the capture goes: `end`.
    pub(super) fn give_up(&mut self, link: usize, side: usize, sent: Sent, end: Time, cx: &mut Context<'_>) {
        let session = self.session_of(link, side);
        let asker = self.actor(link, side);
        let other = self.actor(link, 1 - side);
        if sent.due == Due::Required {
            self.sessions[session].exchanges += 1;
            self.exchange_over(session, asker, &sent, None, None, cx);
        }
        if sent.due != Due::Required || sent.spoiled || sent.excused {
            return;
        }
        let transport = self.links[link].transport;
        let last = sent.last();
        // A side that is never heard at all may simply not be captured; a relay captures all that there is.
        let relayed = cx.passages.knows(last.frame);
        let one_sided = !relayed && self.links[link].halves[1 - side].messages == 0 && !self.hears(link, side);
        // What never came through could not be answered.
        let came = cx.passages.latest(&sent.sends, end);
        let waited = came.map_or(Duration::ZERO, |came| end.since(came.time));
        let bound = self.patience();
        // The sixth transmission unanswered is enough, however short the capture.
        let exhausted = cx.passages.copies(&sent.sends, end) > self.timer.maximum.unwrap_or(5);
        let closed = transport == Transport::Tcp
            && self.links[link]
                .halves
                .iter()
                .filter_map(|half| half.ended)
                .any(|ended| ended.since(last.time) < FALLBACK);
        let at = At { frame: sent.first().frame, time: sent.first().time };
        let related: Vec<u64> = sent.frames().into_iter().skip(1).collect();
        let unanswered = (waited >= bound || exhausted) && !closed && !one_sided;
        if unanswered {
            let answerer = self.answering_session(link, side);
            self.checked(cx, Topic::Answers, answerer, other);
            let fact = Fact::Unanswered { transmissions: sent.sends.len(), waited, bound, wanted: sent.wanted() };
            let given_up =
                self.member_of(link, side).is_some_and(|member| self.members[member].lost) && self.losses > 0;
            let caveat = given_up.then_some(Cow::Borrowed(
                "the server had given this client up, and the capture shows loss: its answers may have been lost behind the capture point",
            ));
            self.tell_with(cx, answerer, other, at, related.clone(), sent.name(), caveat, fact);
        }
        self.not_resent(link, side, &sent, session, asker, at, related, one_sided, cx);
    }

    /// The session a missing answer is held against: for messages between clients, the one that should have answered.
    fn answering_session(&self, link: usize, side: usize) -> usize {
        self.session_of(link, 1 - side)
    }

    /// Whether the other side was heard elsewhere: a server through another client.
    fn hears(&self, link: usize, side: usize) -> bool {
        match self.links[link].parties[1 - side] {
            Party::Server => {
                self.links.iter().any(|link| link.parties[1] == Party::Server && link.halves[1].messages > 0)
            }
            Party::Client(_) => false,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the circumstances of one exchange")]
    fn not_resent(
        &mut self,
        link: usize,
        side: usize,
        sent: &Sent,
        session: usize,
        asker: Actor,
        at: At,
        related: Vec<u64>,
        one_sided: bool,
        cx: &mut Context<'_>,
    ) {
        let Some(timer) = self.timer.resend else { return };
        if self.links[link].transport == Transport::Tcp && !self.timer.over_tcp || one_sided {
            return;
        }
        self.checked(cx, Topic::Resend, session, asker);
        let done = match self.timer.maximum {
            Some(maximum) => sent.sends.len() > maximum as usize,
            None => !self.timer.regular && sent.sends.len() > 1,
        };
        let last = sent.last();
        let relayed = cx.passages.knows(last.frame);
        let heard = || sent.heard(cx.passages, self.now).is_some();
        if done || relayed && (heard() || self.links[link].halves[side].has_twin(sent, cx.passages)) {
            return;
        }
        let heard = match self.links[link].parties[side] {
            Party::Server => self
                .links
                .iter()
                .filter(|link| link.parties[1] == Party::Server)
                .filter_map(|link| link.halves[1].last_time)
                .max(),
            Party::Client(_) => self.links[link].halves[side].last_time,
        };
        // Who has left is sent nothing any more.
        let left = self.member_of(link, 1 - side).filter(|member| self.members[*member].is_gone());
        let left = left.and_then(|_| self.links[link].halves[1 - side].last_time);
        let Some(heard) = heard.map(|heard| left.map_or(heard, |left| heard.min(left))) else { return };
        let spoke = Transmission { frame: 0, time: heard, epoch: last.epoch };
        let Some(waited) = interval(last, spoke) else { return };
        if waited > timer.saturating_add(self.tolerance.of(timer)) {
            let fact = Fact::NotResent { transmissions: sent.sends.len(), waited, timer };
            let one_more = timer.saturating_mul(2).saturating_add(self.tolerance.of(timer));
            let caveat = (self.hidden > 0 && waited <= one_more).then_some(Cow::Borrowed(
                "the capture lacks copies of other messages: one of this may have been lost before the capture point",
            ));
            self.tell_with(cx, session, asker, at, related, sent.name(), caveat, fact);
        }
    }

    /// What was answered, but so that its sender cannot know: it should have sent it again all the same. Looked at when a
    /// message is about to be forgotten, and of all when it is `over`.
    pub(super) fn unheard(&mut self, link: usize, side: usize, over: bool, now: Time, cx: &mut Context<'_>) {
        let half = &mut self.links[link].halves[side];
        if !over && half.past.is_empty() {
            return;
        }
        let unheard = |sent: &Sent| {
            sent.due == Due::Required
                && !sent.spoiled
                && !sent.excused
                && sent.reply.is_some()
                && sent.heard(cx.passages, now).is_none()
        };
        let mut answered = std::mem::take(&mut half.past);
        answered.retain(unheard);
        if over {
            answered.extend(half.done.iter().filter(|sent| unheard(sent)).cloned());
        }
        let (session, asker) = (self.session_of(link, side), self.actor(link, side));
        for sent in &answered {
            let at = At { frame: sent.first().frame, time: sent.first().time };
            let related: Vec<u64> = sent.frames().into_iter().skip(1).collect();
            // Asked again, and that came through: it should have been answered again.
            let answered = sent.reply_frames().iter().max().copied().unwrap_or_default();
            let later: Vec<Transmission> = sent.sends.iter().copied().filter(|send| send.frame > answered).collect();
            let waited = cx.passages.latest(&later, now).map(|came| now.since(came.time));
            if let Some(waited) = waited.filter(|waited| *waited >= self.patience() && cx.passages.knows(answered)) {
                let transmissions = sent.sends.len();
                let fact = Fact::Unanswered { transmissions, waited, bound: self.patience(), wanted: sent.wanted() };
                let (answerer, other) = (self.answering_session(link, side), self.actor(link, 1 - side));
                self.tell_with(cx, answerer, other, at, related, sent.name(), None, fact);
                continue;
            }
            self.not_resent(link, side, sent, session, asker, at, related, false, cx);
        }
    }

    /// The capture is over.
    pub(crate) fn finish(&mut self, end: Time, cx: &mut Context<'_>) {
        self.now = self.now.max(end);
        self.come_through(end, cx.passages);
        self.due(end, cx);
        self.expired_invitations(end, true, cx);
        for broadcast in self.broadcasts.take() {
            self.tell_missed(&broadcast, cx);
        }
        for link in 0..self.links.len() {
            for side in 0..2 {
                self.unheard(link, side, true, end, cx);
                let open = std::mem::take(&mut self.links[link].halves[side].open);
                let mut silent_since: Option<Time> = None;
                for sent in open {
                    let first = sent.first().time;
                    // Once a peer is gone, everything sent to it stays unanswered: that is told once.
                    let heard = self.links[link].halves[1 - side].last_time;
                    let follows = silent_since.is_some_and(|since| heard.is_none_or(|heard| heard <= since));
                    if follows {
                        let session = self.session_of(link, side);
                        self.sessions[session].exchanges += u64::from(sent.due == Due::Required);
                        continue;
                    }
                    if sent.due == Due::Required && !sent.spoiled && !sent.excused {
                        silent_since.get_or_insert(first);
                    }
                    self.give_up(link, side, sent, end, cx);
                }
            }
        }
        self.release(cx);
        for session in 0..self.sessions.len() {
            cx.witness.session(self.report(session));
        }
    }
}
