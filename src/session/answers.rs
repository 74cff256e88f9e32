//! Answers: the one that was due, a second one, the wrong one, or one that nothing called for.

use super::broadcast::Circle;
use super::exchange::{self, Match, Sent, Voice, compares_number, interval, name_print, show};
use super::hand::Hand;
use super::intent::Intent;
use super::member::State;
use super::observation::Fact;
use super::report::{Actor, ExchangeReport};
use super::service::{Context, Service};
use crate::bytes::Time;
use crate::protocol::{Due, Identity, Kind, Message, Sender, Seq, Takes, Topic, Transport, Verdict};
use smallvec::SmallVec;

impl Service {
    /// An answer: closes the exchange and applies what it grants. Hands back the id of what it answered.
    pub(super) fn answer(&mut self, hand: &Hand<'_>, index: usize, fit: Match, cx: &mut Context<'_>) -> u64 {
        let Some(mut request) = self.links[hand.link].halves[1 - hand.side].open.remove(index) else { return 0 };
        request.replied(hand.send, cx.passages);
        let asker = self.actor(hand.link, 1 - hand.side);
        let request_session = self.session_of(hand.link, 1 - hand.side);
        if request.spoiled {
            self.unhold_wrong_number(hand, &request);
        }
        self.checked_all(cx, &[Topic::Answers, Topic::AnswerNumber, Topic::RegularTimer], hand.session, hand.actor);
        if fit == Match::WrongCode && !hand.flawed {
            let fact = Fact::WrongAnswer {
                request: request.name().to_owned(),
                allowed: allowed_codes(&request, hand.kind),
                code: hand.message.code,
            };
            self.tell_of(hand, request.frames(), fact, cx);
        } else if hand.actor == Actor::Server
            && let (Voice::Name(asked), Identity::Name(name)) = (request.voice, hand.message.speaker)
            && hand.kind.takes == Takes::Echo
            && asked != name_print(name)
        {
            let fact = Fact::WrongNumber {
                number: crate::bytes::escape(name),
                request: request.name().to_owned(),
                expected: "the name in the request".to_owned(),
            };
            self.tell_of(hand, request.frames(), fact, cx);
        }
        // It can be an answer only to what had come through.
        let asked = cx.passages.latest(&request.sends, hand.send.time).unwrap_or_else(|| request.last());
        let after = interval(asked, hand.send);
        let clean = request.sends.len() == 1;
        // Nearly every answer is in time: only of one that is not is it asked what held it up.
        let late = after.filter(|after| self.timer.resend.is_some_and(|timer| *after > timer));
        if let Some(after) = late
            && self.links[hand.link].transport == Transport::Udp
            && !self.is_held_up(hand, &request, asked.time, cx)
        {
            let related = request.frames();
            let fact = Fact::Answered { request: request.name().to_owned(), after };
            self.tell_of(hand, related, fact, cx);
        }
        let latency = after.filter(|_| clean);
        match latency {
            Some(latency) => {
                let answer = (hand.at.frame, hand.at.time);
                self.sessions[request_session].latencies.record(request.kind.name, hand.actor, latency, answer);
            }
            None => self.sessions[request_session].ambiguous += 1,
        }
        self.sessions[request_session].exchanges += 1;
        self.exchange_over(request_session, asker, &request, Some((hand.name, hand.at.frame)), latency, cx);
        let id = request.id;
        let wrong = fit == Match::WrongCode;
        request.response_due = hand.kind.ack && self.is_answered_otherwise(&request);
        let response_due = request.response_due;
        let (intent, first) = (request.intent.clone(), request.first());
        let frames: SmallVec<[u64; 1]> = request.sends.iter().map(|send| send.frame).collect();
        if fit == Match::OtherContent {
            self.altered_echo(hand, &request, cx);
        }
        self.links[hand.link].halves[1 - hand.side].push_done(request);
        self.unheard(hand.link, 1 - hand.side, false, hand.at.time, cx);
        if response_due {
            // What becomes of it, the response says.
        } else if !wrong {
            self.granted(hand, intent, first, &frames, cx);
        } else {
            self.withdraw(hand, id);
        }
        id
    }

    /// Whether the server has a message of its own for an answer, too.
    fn is_answered_otherwise(&self, request: &Sent) -> bool {
        let is_own = |name: &str| {
            self.spec
                .kinds
                .iter()
                .any(|kind| kind.name == name && kind.takes == Takes::Own && kind.from == Sender::Server)
        };
        request.kind.answered_by.len() > 1 && request.kind.answered_by.iter().any(|row| is_own(row.kind))
    }

    /// Whether an answer may have had to wait for something else. What the other side does not hear to be acknowledged holds
    /// up the rest, under stop-and-wait and where only the order of answers tells them apart; of two that wait for the same,
    /// nobody can tell which one is answered.
    fn is_held_up(&self, hand: &Hand<'_>, request: &Sent, asked: Time, cx: &Context<'_>) -> bool {
        let (mine, theirs) = self.halves(hand);
        let waits = !hand.kind.answered_by.is_empty();
        request.excused
            || cx.passages.knows(hand.at.frame) && self.waits_for_receiver(request, asked, hand.at.time, cx)
            || waits && mine.is_held_up(asked, hand.at.time, cx.passages)
            || cx.passages.knows(hand.at.frame) && theirs.has_twin(request, cx.passages)
    }

    /// Whether the server may have had to wait until who a message is for acknowledged it: it may confirm it only then.
    fn waits_for_receiver(&self, request: &Sent, asked: Time, now: Time, cx: &Context<'_>) -> bool {
        let Intent::Say(id) = request.intent else { return false };
        let Some(Circle::Only(Some(receiver))) = self.broadcast(id).map(|broadcast| &broadcast.circle) else {
            return false;
        };
        self.links_of(*receiver).any(|link| link.halves[1].is_held_up(asked, now, cx.passages))
    }

    /// Tells of an exchange that is over, if anybody listens.
    pub(super) fn exchange_over(
        &self,
        session: usize,
        from: Actor,
        request: &Sent,
        answer: Option<(&str, u64)>,
        latency: Option<std::time::Duration>,
        cx: &mut Context<'_>,
    ) {
        if !cx.witness.wants_exchanges() {
            return;
        }
        cx.witness.exchange(ExchangeReport {
            session: self.sessions[session].number,
            request: request.name().to_owned(),
            from,
            request_frame: request.first().frame,
            time: request.first().time,
            retransmission_frames: request.sends.iter().skip(1).map(|send| send.frame).collect(),
            answer: answer.map(|(name, _)| name.to_owned()),
            answer_frame: answer.map(|(_, frame)| frame),
            latency,
        });
    }

    /// An answer that answers nothing outstanding: a second one, the wrong one, or none that was called for.
    pub(super) fn stray(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        self.checked_all(cx, &[Topic::Answers, Topic::AnswerNumber], hand.session, hand.actor);
        let forgiving = self.is_forgiving(hand.link, hand.at.time);
        let by_number = compares_number(hand.kind, &hand.numbering);
        let mine = &mut self.links[hand.link].halves[hand.side];
        mine.note_spare(hand.message, hand.kind, hand.prints.1, hand.at.time);
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        // A second answer comes before an unsolicited one.
        let answered = |request: &Sent| {
            request.replies > 0
                && by_number
                && request.seq.is(hand.message.seq)
                && exchange::fits(request, hand.message, hand.kind, hand.prints.1).is_some()
        };
        let came = |request: &Sent| cx.passages.copies(&request.sends, hand.send.time);
        // One whose copies are not all answered explains it best.
        let again = theirs
            .done
            .iter()
            .rposition(|request| answered(request) && request.replies < came(request))
            .or_else(|| theirs.done.iter().rposition(answered));
        // What was sent before that answer came, or before what it answers was last sent again, was not what the second one
        // was meant for; nor what was sent so shortly before that it cannot have been there yet.
        let window = again.and_then(|index| theirs.done.get(index)).map(|request| {
            let (sent, sent_again) = (request.first().time, request.last().time);
            let answered = request.reply.map_or(sent_again, |answer| answer.time);
            let shortest = answered.since(sent).min(self.timer.patience) / 2;
            (answered.max(sent_again), hand.send.time.minus(shortest))
        });
        let is_cause = |request: &Sent| {
            let sent = request.last().time;
            window.is_none_or(|(since, until)| sent >= since && sent <= until)
        };
        let all_answered =
            again.and_then(|index| theirs.done.get(index)).is_some_and(|request| request.replies >= came(request));
        let meant_for_another = all_answered
            && theirs.open.iter().any(|request| {
                request.due == Due::Required
                    && !request.spoiled
                    && is_cause(request)
                    && exchange::fits(request, hand.message, hand.kind, hand.prints.1) == Some(Match::Exact)
            });
        let again = again.filter(|_| !meant_for_another).and_then(|index| theirs.done.get_mut(index));
        if let Some(request) = again {
            request.replied(hand.send, cx.passages);
            if request.replies <= came(request) {
                let id = request.id;
                return self.remember_answer(hand, Some(id));
            }
            let related = request.frames().into_iter().chain(request.reply.map(|reply| reply.frame)).collect();
            let fact = Fact::AnsweredAgain { request: request.name().to_owned(), transmissions: request.sends.len() };
            let awaited = |sent: &Sent| {
                std::ptr::eq(sent.kind, hand.kind) && sent.seq.is(hand.message.seq) && sent.due == Due::Required
            };
            // A response that is itself to be acknowledged, and is not: the same again, but for its content.
            let fact = if self.halves(hand).0.open.iter().any(awaited) {
                Fact::ResentAltered { number: show(hand.message.seq).unwrap_or_default() }
            } else {
                fact
            };
            self.tell_of(hand, related, fact, cx);
            return;
        }
        // Of a side that is not captured, nobody knows what it asked.
        let unheard = theirs.messages == 0;
        if forgiving || unheard || theirs.lay_ghost(hand.message.seq) || hand.kind.due == Due::Optional && hand.flawed {
            return self.remember_answer(hand, None);
        }
        if hand.message.kind.is_some_and(|kind| !self.is_ever_asked(kind, hand.message)) {
            // Nothing in the document is answered by it, or its answer is a courtesy: neither presence nor absence counts.
            return self.remember_answer(hand, None);
        }
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        // The right number, but no answer to that message.
        let wrong_kind = theirs.open.iter_mut().find(|request| {
            by_number
                && request.due == Due::Required
                && request.seq.is(hand.message.seq)
                && exchange::fits(request, hand.message, hand.kind, hand.prints.1).is_none()
        });
        if let Some(request) = wrong_kind {
            request.spoiled = true;
            let fact = Fact::WrongAnswer { request: request.name().to_owned(), allowed: request.wanted(), code: None };
            let related = request.frames();
            self.tell_of(hand, related, fact, cx);
            return self.remember_answer(hand, None);
        }
        // The right kind, under another number.
        let wrong_number = theirs.open.iter_mut().find(|request| {
            by_number
                && (!meant_for_another || is_cause(request))
                && request.due == Due::Required
                && exchange::fits(request, hand.message, hand.kind, hand.prints.1) == Some(Match::Exact)
        });
        if let Some(request) = wrong_number {
            request.spoiled = true;
            let fact = Fact::WrongNumber {
                number: show(hand.message.seq).unwrap_or_default(),
                request: request.name().to_owned(),
                expected: show(request.seq.as_seq()).unwrap_or_default(),
            };
            let related = request.frames();
            if meant_for_another {
                // Or was it a second answer after all? Whether the other gets its own tells.
                self.hold(hand, related, fact);
                return self.remember_answer(hand, None);
            }
            self.tell_of(hand, related, fact, cx);
            return self.remember_answer(hand, None);
        }
        // Where answers come in order, the oldest request is the one it was meant for.
        let out_of_turn = theirs.open.iter_mut().find(|request| !by_number && request.due == Due::Required);
        if let Some(request) = out_of_turn
            && hand.kind.takes != Takes::Nothing
        {
            request.spoiled = true;
            let fact = Fact::WrongAnswer { request: request.name().to_owned(), allowed: request.wanted(), code: None };
            let related = request.frames();
            self.tell_of(hand, related, fact, cx);
            return self.remember_answer(hand, None);
        }
        let fact = Fact::Unsolicited { number: show(hand.message.seq) };
        self.tell_of(hand, Vec::new(), fact, cx);
        self.remember_answer(hand, None);
        self.unknown_grant(hand);
    }

    /// The server granted something that the capture does not show: where the client is now is not known.
    fn unknown_grant(&mut self, hand: &Hand<'_>) {
        let Some(member) = self.member_of(hand.link, 1 - hand.side) else { return };
        let grants = match hand.message.verdict {
            Verdict::Granted => true,
            Verdict::Refused => false,
            Verdict::None => !self.members[member].is_inside(),
        };
        if grants && hand.actor == Actor::Server {
            self.members[member].go(State::Unknown);
        }
    }

    /// Whether anything in the protocol that the other side can send calls for this answer.
    pub(super) fn is_ever_asked(&self, kind: &'static Kind, message: &Message<'_>) -> bool {
        self.spec.kinds.iter().any(|request| {
            message.subject.is_none_or(|subject| subject == request.code)
                && request.answered_by.iter().any(|answer| answer.kind == kind.name)
        }) && !message.subject.is_some_and(|subject| {
            self.spec.kinds.iter().any(|request| request.code == subject && request.due == Due::Optional)
        })
    }

    /// A message that usually answers, and repeats what a request of the other side says, but under another number.
    pub(super) fn answers_under_other_number(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) -> bool {
        if hand.kind.takes != Takes::EchoOrOwn || hand.numbering.answers_count || self.has_relay_due(hand) {
            return false;
        }
        let (_, theirs) = self.halves(hand);
        let found = theirs.open.iter().position(|request| {
            !request.spoiled
                && !request.excused
                && request.due == Due::Required
                && exchange::fits(request, hand.message, hand.kind, hand.prints.1) == Some(Match::Exact)
        });
        let Some(index) = found else { return false };
        // A list the server sends on its own account, while one was asked for, is no wrong answer.
        let by_content =
            theirs.open.get(index).is_some_and(|request| request.kind.answered_by.iter().any(|row| row.same_content));
        if !by_content {
            return false;
        }
        let Some(request) = self.links[hand.link].halves[1 - hand.side].open.get_mut(index) else { return false };
        request.spoiled = true;
        let fact = Fact::WrongNumber {
            number: show(hand.message.seq).unwrap_or_default(),
            request: request.name().to_owned(),
            expected: show(request.seq.as_seq()).unwrap_or_default(),
        };
        let related = request.frames();
        self.tell_of(hand, related, fact, cx);
        let answered = self.answer(hand, index, Match::Exact, cx);
        self.remember_answer(hand, Some(answered));
        true
    }

    /// A message that may be an answer, under the number of a request that it cannot answer.
    pub(super) fn answers_with_other_kind(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) -> bool {
        let Seq::Number(number) = hand.message.seq else { return false };
        if hand.kind.takes != Takes::EchoOrOwn
            || hand.numbering.answers_count
            || hand.flawed
            || self.has_relay_due(hand)
        {
            return false;
        }
        let halves = &mut self.links[hand.link].halves;
        let mine = &halves[hand.side];
        // Where what seemed an answer may have been a message of its own, this is the one after it.
        let follows = mine.borrowed.filter(|borrowed| mine.numbers.is_next(*borrowed)).is_some_and(|borrowed| {
            (u32::from(borrowed) + 1).checked_rem(hand.numbering.modulus) == Some(number.into())
        });
        if mine.numbers.is_next(number) || follows || mine.numbers.is_fresh() && hand.numbering.first == Some(number) {
            return false;
        }
        let found = halves[1 - hand.side].open.iter_mut().find(|request| {
            request.seq.is(hand.message.seq) && request.due == Due::Required && !request.spoiled && !request.excused
        });
        let Some(request) = found else { return false };
        request.spoiled = true;
        let fact = Fact::WrongAnswer { request: request.name().to_owned(), allowed: request.wanted(), code: None };
        let (related, id) = (request.frames(), request.id);
        self.tell_of(hand, related, fact, cx);
        self.remember_answer(hand, Some(id));
        true
    }

    /// A response with a number of its own that answers nothing outstanding. Hands back the id of what it answers after all:
    /// something that was acknowledged before.
    pub(super) fn response_out_of_place(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) -> Option<u64> {
        let responds = hand.kind.takes == Takes::Own
            && hand.kind.from == Sender::Server
            && self
                .spec
                .kinds
                .iter()
                .filter(|kind| kind.from != Sender::Server)
                .any(|kind| kind.answered_by.iter().any(|row| row.kind == hand.kind.name));
        let unheard = self.halves(hand).1.messages == 0;
        if !responds
            || unheard
            || hand.flawed
            || hand.actor != Actor::Server
            || self.is_forgiving(hand.link, hand.at.time)
        {
            return None;
        }
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        let is_due = |request: &&mut Sent| {
            request.response_due && request.kind.answered_by.iter().any(|row| row.kind == hand.kind.name)
        };
        let due = theirs.done.iter_mut().find(is_due).map(|request| {
            request.response_due = false;
            (request.id, request.intent.clone(), request.first(), request.frames())
        });
        if let Some((id, intent, first, frames)) = due {
            self.granted(hand, intent, first, &frames, cx);
            return Some(id);
        }
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        if theirs.lay_ghost(Seq::None) {
            return None;
        }
        let (fact, related) =
            match theirs.open.iter_mut().find(|request| request.due == Due::Required && !request.spoiled) {
                Some(request) => {
                    request.spoiled = true;
                    let fact =
                        Fact::WrongAnswer { request: request.name().to_owned(), allowed: request.wanted(), code: None };
                    (fact, request.frames())
                }
                None => (Fact::Unsolicited { number: show(hand.message.seq) }, Vec::new()),
            };
        self.tell_of(hand, related, fact, cx);
        None
    }

    /// An answer that itself awaits one, or whose copies must be recognized, is remembered.
    pub(super) fn remember_answer(&mut self, hand: &Hand<'_>, answered: Option<u64>) {
        let mut sent = hand.sent(self.take_id(hand.link));
        sent.answers = answered.filter(|id| *id != 0);
        let half = &mut self.links[hand.link].halves[hand.side];
        if hand.numbering.answers_count
            && let Seq::Number(number) = hand.message.seq
        {
            half.numbers.maybe_took(number, &hand.numbering);
        }
        if hand.kind.answered_by.is_empty() || hand.refuses() {
            if hand.numbering.answers_count {
                half.push_done(sent);
            }
        } else {
            sent.due = Due::Optional;
            half.push_open(sent);
        }
    }

    /// Stop-and-wait: nothing new while something is unanswered, unless its sender has given it up.
    pub(super) fn window(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        let Some(window) = self.spec.window else { return };
        let unheard = self.halves(hand).1.messages == 0;
        if hand.kind.due != Due::Required || unheard {
            return;
        }
        self.checked(cx, Topic::StopAndWait, hand.session, hand.actor);
        let half = &self.links[hand.link].halves[hand.side];
        if half.open.len() < window {
            return;
        }
        let patience = self.timer.patience.saturating_add(self.tolerance.of(self.timer.patience));
        let waiting = half
            .open
            .iter()
            .filter(|sent| sent.due == Due::Required && !sent.spoiled && !sent.excused)
            // Unanswered for longer than the timer it is a retransmission that is missing, not a window that is exceeded.
            .filter(|sent| interval(sent.last(), hand.send).is_some_and(|gap| gap <= patience))
            // After the last permitted copy and its timer the message is given up.
            .filter(|sent| {
                let exhausted = self.timer.maximum.is_some_and(|maximum| sent.sends.len() > maximum as usize);
                let margin = self.tolerance.of(self.timer.patience);
                let timer_ran_out = interval(sent.last(), hand.send)
                    .is_some_and(|gap| gap.saturating_add(margin) >= self.timer.patience);
                !(exhausted && timer_ran_out)
            });
        let (count, last) = waiting.fold((0, None), |(count, _), sent| (count + 1, Some(sent)));
        if let Some(open) = last.filter(|_| count >= window) {
            let fact =
                Fact::WindowExceeded { open: open.name().to_owned(), since: hand.at.time.since(open.last().time) };
            let related = vec![open.last().frame];
            self.tell_of(hand, related, fact, cx);
        }
    }

    /// Some messages are answered by whatever comes next.
    pub(super) fn implicit_answer(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        if hand.kind.only_answers() {
            return;
        }
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        let Some(index) = theirs.open.iter().position(|sent| sent.kind.answered_by.iter().any(|row| row.kind == "*"))
        else {
            return;
        };
        if let Some(mut sent) = theirs.open.remove(index) {
            sent.replied(hand.send, cx.passages);
            let session = self.session_of(hand.link, 1 - hand.side);
            let asker = self.actor(hand.link, 1 - hand.side);
            let latency = None;
            self.exchange_over(session, asker, &sent, Some((hand.name, hand.at.frame)), latency, cx);
            self.links[hand.link].halves[1 - hand.side].push_done(sent);
        }
    }
}

fn allowed_codes(request: &Sent, kind: &Kind) -> String {
    let codes: Vec<String> = request
        .kind
        .answered_by
        .iter()
        .filter(|row| row.kind == kind.name)
        .flat_map(|row| row.codes.iter().map(u8::to_string))
        .collect();
    format!("{} {}", kind.name, codes.join(", "))
}
