//! What a message is in its conversation: a copy, an answer, a stray answer, or something new.

use super::exchange::{
    self, Half, Match, Number, Sent, Transmission, Voice, compares_number, fingerprint, interval, show, takes_own,
};
use super::intent::Intent;
use super::numbers::Fit;
use super::observation::Fact;
use super::relay::RelayFit;
use super::report::{Actor, ExchangeReport};
use super::service::{At, Context, Party, Service};
use crate::identify::Unit;
use crate::protocol::{
    Act, Defect, DefectKind, Direction, Due, Identity, Kind, Message, Numbering, Reading, Seq, Takes, Topic, Transport,
    Verdict,
};

/// Topics that every message gives something to check of.
const EVERY_MESSAGE: [Topic; 9] = [
    Topic::Format,
    Topic::Types,
    Topic::Directions,
    Topic::Lengths,
    Topic::ReservedBits,
    Topic::Values,
    Topic::Text,
    Topic::EmptyData,
    Topic::Terminator,
];

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

impl Service {
    /// Takes the next message of a link.
    pub(super) fn message(&mut self, link: usize, side: usize, unit: &Unit<'_>, cx: &mut Context<'_>) {
        let at = At { frame: unit.frame, time: unit.time };
        let choices = unit.choices;
        let reading = Reading { direction: unit.direction, transport: unit.transport, choices };
        let bytes = self.protocol.whole_bytes(unit.bytes, &reading);
        let message = self.protocol.dissect(&bytes, &reading);
        let (session, actor) = (self.session_of(link, side), self.actor(link, side));
        let half = &mut self.links[link].halves[side];
        half.messages += 1;
        half.last_time = Some(at.time);
        self.sessions[session].messages += 1;
        self.sessions[session].last_time = at.time;
        for topic in EVERY_MESSAGE {
            self.checked(cx, topic, session, actor);
        }
        let flawed = self.defects(session, actor, at, &message, unit.cut > 0, cx);
        let numbering = self.numbering(link);
        let wrong_way = message.defects.iter().any(|defect| defect.kind == DefectKind::WrongDirection);
        let Some(kind) = message.kind.filter(|_| !message.is_malformed() && !wrong_way) else {
            self.ghost(link, side, &message, &numbering);
            return;
        };
        if kind.ack || message.subject.is_some() {
            self.checked(cx, Topic::AckForm, session, actor);
        }
        let text = match &message.act {
            Act::Say { text, .. } => text,
            _ => message.content,
        };
        let hand = Hand {
            link,
            side,
            session,
            actor,
            at,
            send: Transmission { frame: at.frame, time: at.time, epoch: cx.epoch },
            message: &message,
            kind,
            prints: (fingerprint(message.content), fingerprint(text)),
            name: message.name().unwrap_or(kind.name),
            numbering,
            flawed,
        };
        self.place(&hand, cx);
    }

    /// Reports what is wrong with a message's bytes; whether that makes it unfit to be judged further.
    fn defects(
        &mut self,
        session: usize,
        actor: Actor,
        at: At,
        message: &Message<'_>,
        cut: bool,
        cx: &mut Context<'_>,
    ) -> bool {
        if cut {
            return true;
        }
        let mut told: Vec<DefectKind> = Vec::new();
        let mut flawed = false;
        for defect in &message.defects {
            if defect.kind == DefectKind::Opaque {
                continue;
            }
            flawed |= defect.kind != DefectKind::MissingTerminator;
            // One fault, one finding: what follows from a length that lies, or from bytes that are no message, is not told again.
            let follows = told.iter().any(|earlier| {
                *earlier == defect.kind
                    || matches!(
                        earlier,
                        DefectKind::Malformed | DefectKind::UnassignedType | DefectKind::WrongDirection
                    )
                    || (*earlier == DefectKind::MalformedAck
                        && matches!(defect.kind, DefectKind::OutOfRange | DefectKind::UnexpectedPayload))
                    || (*earlier == DefectKind::LengthMismatch
                        && matches!(
                            defect.kind,
                            DefectKind::BadText | DefectKind::UnexpectedPayload | DefectKind::MissingTerminator
                        ))
            });
            if follows {
                continue;
            }
            told.push(defect.kind);
            let section = message.kind.map(|kind| kind.section);
            let name = message.name().unwrap_or("message");
            let defect = Defect::clone(defect);
            self.tell(cx, session, actor, at, Vec::new(), name, section, Fact::Defective(defect));
        }
        flawed
    }

    /// A message that cannot be placed went by.
    fn ghost(&mut self, link: usize, side: usize, message: &Message<'_>, numbering: &Numbering) {
        let half = &mut self.links[link].halves[side];
        half.push_ghost(Number::of(message.seq));
        match message.seq {
            Seq::Number(number) => half.numbers.maybe_took(number, numbering),
            _ => half.numbers.maybe_took_next(numbering),
        }
    }

    fn place(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        let (mine, theirs) = self.halves(hand);
        if let Some((open, index)) = mine.copy_of(hand.message, hand.kind, hand.prints.0)
            && !self.is_new_after_all(hand, open, index)
        {
            self.copy(hand, open, index, cx);
            return;
        }
        let target = theirs.target(hand.message, hand.kind, hand.prints.1, &hand.numbering);
        self.identity(hand, target.map(|(index, _)| index), cx);
        // The server's relay of somebody else's identical text is no answer.
        let target = target.filter(|_| !self.is_relay_of_another(hand));
        match target {
            Some((index, fit)) => {
                let answered = self.answer(hand, index, fit, cx);
                self.fresh(hand, Some(answered), cx);
            }
            None if hand.kind.only_answers() => self.stray(hand, cx),
            None => {
                if self.answers_under_other_number(hand, cx) {
                    return;
                }
                self.fresh(hand, None, cx);
            }
        }
    }

    fn halves(&self, hand: &Hand<'_>) -> (&Half, &Half) {
        let halves = &self.links[hand.link].halves;
        (&halves[hand.side], &halves[1 - hand.side])
    }

    /// The same bytes under the number that is due next are a new message if the earlier one is answered and done with.
    fn is_new_after_all(&self, hand: &Hand<'_>, open: bool, index: usize) -> bool {
        let (mine, _) = self.halves(hand);
        if open {
            return false;
        }
        let Some(earlier) = mine.done.get(index) else { return false };
        let is_next = matches!(hand.message.seq, Seq::Number(number) if mine.numbers.is_next(number));
        if is_next && hand.kind.takes != Takes::Echo {
            return match hand.kind.takes {
                // It was an answer then, and may be a relay now: only if somebody else's message of this text waits.
                Takes::EchoOrOwn if earlier.answers.is_some() => self.has_relay_due(hand),
                _ => true,
            };
        }
        if matches!(hand.message.seq, Seq::Text(_)) {
            return false;
        }
        // Nobody's timer runs that long: the number was simply used again.
        let limit = self.timer.resend.unwrap_or(self.timer.patience).saturating_mul(4);
        hand.kind.takes == Takes::Own && interval(earlier.last(), hand.send).is_some_and(|gap| gap > limit)
    }

    fn copy(&mut self, hand: &Hand<'_>, open: bool, index: usize, cx: &mut Context<'_>) {
        let half = &mut self.links[hand.link].halves[hand.side];
        let list = if open { &mut half.open } else { &mut half.done };
        let Some(sent) = list.get_mut(index) else { return };
        let (before, first_frame) = (sent.last(), sent.first().frame);
        sent.sends.push(hand.send);
        let copy = sent.sends.len() - 1;
        let (reply, answers, only_answers, due) = (sent.reply, sent.answers, sent.kind.only_answers(), sent.due);
        let related = sent.frames().into_iter().filter(|frame| *frame != hand.at.frame).collect();
        let wakes = open && sent.due == Due::Required;
        let intent = sent.intent.clone();
        let request = answers.and_then(|id| self.links[hand.link].halves[1 - hand.side].by_id_mut(id));
        // The request came again, so its answer may come again, whatever the timer says.
        let asked_again = request
            .as_ref()
            .is_some_and(|request| request.last().time >= before.time && request.sends.len() > request.replies);
        let request_name = request.as_ref().map(|request| request.name().to_owned());
        let request_sends = request.as_ref().map_or(0, |request| request.sends.len());
        if let Some(request) = request {
            request.replies += 1;
        }
        self.sessions[hand.session].retransmissions += 1;
        let section = Some(hand.kind.section);
        if asked_again {
            self.rebroadcast(&intent, hand.at);
            return;
        }
        if only_answers && due == Due::No {
            let fact = Fact::AnsweredAgain { request: request_name.unwrap_or_default(), transmissions: request_sends };
            self.checked(cx, Topic::Answers, hand.session, hand.actor);
            self.tell(cx, hand.session, hand.actor, hand.at, vec![first_frame], hand.name, section, fact);
            return;
        }
        for topic in [
            Topic::ResendTimer,
            Topic::RegularTimer,
            Topic::ResendMaximum,
            Topic::ResendNeedless,
            Topic::ResendIdentical,
        ] {
            self.checked(cx, topic, hand.session, hand.actor);
        }
        if reply.is_none() {
            self.losses += 1;
        }
        self.rebroadcast(&intent, hand.at);
        if wakes {
            self.wake_at(hand.at.time.plus(self.patience()));
        }
        let over_tcp = self.links[hand.link].transport == Transport::Tcp && !self.timer.over_tcp;
        let fact = Fact::Resent {
            gap: hand.at.time.since(before.time),
            copy,
            answered: reply.map(|reply| hand.at.time.since(reply.time)),
            over_tcp,
            clock_stepped: before.epoch != hand.send.epoch,
        };
        if reply.is_some() && !over_tcp {
            // Whether the capture shows loss elsewhere is known only later: it may have lost the answer behind the tap.
            self.hold(hand, related, fact);
        } else {
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
        }
    }

    /// Speaks under its own name or ID? (P004 comes before A003.)
    fn identity(&mut self, hand: &Hand<'_>, target: Option<usize>, cx: &mut Context<'_>) {
        if hand.flawed {
            return;
        }
        let (claimed, own) = match (hand.message.speaker, self.member_of(hand.link, hand.side)) {
            (Identity::None, _) | (_, None) if !hand.kind.ack => return,
            (Identity::Id(id), None) if id != 0 && hand.actor == Actor::Server => {
                (format!("ID {id}"), "ID 0".to_owned())
            }
            (Identity::Id(id), Some(member)) => {
                let known = &mut self.members[member];
                match (known.id, &known.state) {
                    (Some(own), _) if own != id => {
                        if known.state == super::member::State::Out || !known.pending.is_empty() && id == 0 {
                            return;
                        }
                        (format!("ID {id}"), format!("ID {own}"))
                    }
                    (None, super::member::State::Unknown) if id != 0 => {
                        known.id = Some(id);
                        return;
                    }
                    _ => return,
                }
            }
            (Identity::Name(name), Some(member)) => {
                let known = &self.members[member];
                let own = known.name.as_deref().or(known.asked.as_deref());
                let Some(own) = own else {
                    if known.state == super::member::State::Unknown {
                        self.members[member].name = Some(name.into());
                    }
                    return;
                };
                // An acknowledgement may repeat the name of what it acknowledges.
                let quoted = target.is_some_and(|index| {
                    self.halves(hand)
                        .1
                        .open
                        .get(index)
                        .is_some_and(|request| request.voice == Voice::of(hand.message.speaker))
                });
                let asked = known.asked.as_deref() == Some(name);
                if own == name || asked || (quoted && hand.kind.ack) || matches!(hand.message.act, Act::Login { .. }) {
                    return;
                }
                if matches!(hand.message.act, Act::Attach { .. }) || known.state == super::member::State::Out {
                    return;
                }
                (crate::bytes::escape(name), crate::bytes::escape(own))
            }
            _ => return,
        };
        let section = Some(hand.kind.section);
        self.tell(
            cx,
            hand.session,
            hand.actor,
            hand.at,
            Vec::new(),
            hand.name,
            section,
            Fact::Impostor { claimed, own },
        );
    }

    /// An answer: closes the exchange and applies what it grants. Hands back the id of what it answered.
    fn answer(&mut self, hand: &Hand<'_>, index: usize, fit: Match, cx: &mut Context<'_>) -> u64 {
        let Some(mut request) = self.links[hand.link].halves[1 - hand.side].open.remove(index) else { return 0 };
        request.reply = Some(hand.send);
        request.replies += 1;
        let asker = self.actor(hand.link, 1 - hand.side);
        let request_session = self.session_of(hand.link, 1 - hand.side);
        for topic in [Topic::Answers, Topic::AnswerNumber, Topic::RegularTimer] {
            self.checked(cx, topic, hand.session, hand.actor);
        }
        let section = Some(hand.kind.section);
        let related = request.frames();
        if fit == Match::WrongCode {
            let fact = Fact::WrongAnswer {
                request: request.name().to_owned(),
                allowed: allowed_codes(&request, hand.kind),
                code: hand.message.code,
            };
            self.tell(cx, hand.session, hand.actor, hand.at, related.clone(), hand.name, section, fact);
        } else if hand.actor == Actor::Server
            && let (Voice::Name(asked), Identity::Name(name)) = (request.voice, hand.message.speaker)
            && hand.kind.takes == Takes::Echo
            && asked != fingerprint(name)
        {
            let fact = Fact::WrongNumber {
                number: crate::bytes::escape(name),
                request: request.name().to_owned(),
                expected: "the name in the request".to_owned(),
            };
            self.tell(cx, hand.session, hand.actor, hand.at, related.clone(), hand.name, section, fact);
        }
        let after = interval(request.last(), hand.send);
        let clean = request.sends.len() == 1;
        if let Some(after) = after
            && self.links[hand.link].transport == Transport::Udp
        {
            let fact = Fact::Answered { request: request.name().to_owned(), after };
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
        }
        let latency = after.filter(|_| clean);
        match latency {
            Some(latency) => {
                let session = &mut self.sessions[request_session];
                session.latencies.record(request.kind.name, asker, latency);
                if session.slowest.is_none_or(|(slowest, ..)| latency > slowest) {
                    session.slowest = Some((latency, hand.at.frame, hand.at.time));
                }
            }
            None => self.sessions[request_session].ambiguous += 1,
        }
        self.sessions[request_session].exchanges += 1;
        let exchange =
            self.exchange_report(request_session, asker, &request, Some((hand.name, hand.at.frame)), latency);
        cx.witness.exchange(exchange);
        let id = request.id;
        let wrong = fit == Match::WrongCode;
        let effect = (request.intent.clone(), request.first(), request.frames());
        if fit == Match::OtherContent {
            self.altered_echo(hand, &request, cx);
        }
        self.links[hand.link].halves[1 - hand.side].push_done(request);
        if !wrong {
            self.granted(hand, effect.0, effect.1, effect.2, cx);
        } else {
            self.withdraw(hand, id);
        }
        id
    }

    pub(super) fn exchange_report(
        &self,
        session: usize,
        from: Actor,
        request: &Sent,
        answer: Option<(&str, u64)>,
        latency: Option<std::time::Duration>,
    ) -> ExchangeReport {
        ExchangeReport {
            session: self.sessions[session].number,
            request: request.name().to_owned(),
            from,
            request_frame: request.first().frame,
            time: request.first().time,
            retransmission_frames: request.sends.iter().skip(1).map(|send| send.frame).collect(),
            answer: answer.map(|(name, _)| name.to_owned()),
            answer_frame: answer.map(|(_, frame)| frame),
            latency,
        }
    }

    /// An answer that answers nothing outstanding: a second one, the wrong one, or none that was called for.
    fn stray(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        for topic in [Topic::Answers, Topic::AnswerNumber] {
            self.checked(cx, topic, hand.session, hand.actor);
        }
        let forgiving = self.is_forgiving(hand.link, hand.at.time);
        let section = Some(hand.kind.section);
        let by_number = compares_number(hand.kind, &hand.numbering);
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        // A second answer comes before an unsolicited one (CONTRACT).
        let again = theirs.done.iter_mut().rev().find(|request| {
            request.replies > 0
                && (!by_number || request.seq.is(hand.message.seq))
                && by_number
                && exchange::fits(request, hand.message, hand.kind, hand.prints.1).is_some()
        });
        if let Some(request) = again {
            request.replies += 1;
            if request.replies <= request.sends.len() {
                return self.remember_answer(hand, None);
            }
            let related = request.frames().into_iter().chain(request.reply.map(|reply| reply.frame)).collect();
            let fact = Fact::AnsweredAgain { request: request.name().to_owned(), transmissions: request.sends.len() };
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
            return;
        }
        if forgiving || theirs.lay_ghost(hand.message.seq) || hand.kind.due == Due::Optional && hand.flawed {
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
                && request.seq.is(hand.message.seq)
                && exchange::fits(request, hand.message, hand.kind, hand.prints.1).is_none()
        });
        if let Some(request) = wrong_kind {
            request.spoiled = true;
            let fact = Fact::WrongAnswer { request: request.name().to_owned(), allowed: request.wanted(), code: None };
            let related = request.frames();
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
            return self.remember_answer(hand, None);
        }
        // The right kind, under another number.
        let wrong_number = theirs.open.iter_mut().find(|request| {
            by_number && exchange::fits(request, hand.message, hand.kind, hand.prints.1) == Some(Match::Exact)
        });
        if let Some(request) = wrong_number {
            request.spoiled = true;
            let fact = Fact::WrongNumber {
                number: show(hand.message.seq).unwrap_or_default(),
                request: request.name().to_owned(),
                expected: show(request.seq.as_seq()).unwrap_or_default(),
            };
            let related = request.frames();
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
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
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
            return self.remember_answer(hand, None);
        }
        let fact = Fact::Unsolicited { number: show(hand.message.seq) };
        self.tell(cx, hand.session, hand.actor, hand.at, Vec::new(), hand.name, section, fact);
        self.remember_answer(hand, None);
    }

    /// Whether anything in the protocol that the other side can send calls for this answer.
    fn is_ever_asked(&self, kind: &'static Kind, message: &Message<'_>) -> bool {
        self.spec.kinds.iter().any(|request| {
            message.subject.is_none_or(|subject| subject == request.code)
                && request.answered_by.iter().any(|answer| answer.kind == kind.name)
        }) && !message.subject.is_some_and(|subject| {
            self.spec.kinds.iter().any(|request| request.code == subject && request.due == Due::Optional)
        })
    }

    /// A message that usually answers, and repeats what a request of the other side says, but under another number.
    fn answers_under_other_number(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) -> bool {
        if hand.kind.takes != Takes::EchoOrOwn || hand.numbering.answers_count || self.has_relay_due(hand) {
            return false;
        }
        let (mine, theirs) = self.halves(hand);
        let _ = mine;
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
        let section = Some(hand.kind.section);
        self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, section, fact);
        let answered = self.answer(hand, index, Match::Exact, cx);
        self.remember_answer(hand, Some(answered));
        true
    }

    /// An answer that itself awaits one, or whose copies must be recognized, is remembered.
    fn remember_answer(&mut self, hand: &Hand<'_>, answered: Option<u64>) {
        let mut sent = self.remember(hand.link, hand.kind, hand.message, hand.prints, hand.at, hand.send.epoch);
        sent.answers = answered.filter(|id| *id != 0);
        let half = &mut self.links[hand.link].halves[hand.side];
        if hand.numbering.answers_count
            && let Seq::Number(number) = hand.message.seq
        {
            half.numbers.maybe_took(number, &hand.numbering);
        }
        if hand.kind.answered_by.is_empty() {
            if hand.numbering.answers_count {
                half.push_done(sent);
            }
        } else {
            sent.due = Due::Optional;
            half.push_open(sent);
        }
    }

    /// A message sent for the first time.
    fn fresh(&mut self, hand: &Hand<'_>, answered: Option<u64>, cx: &mut Context<'_>) {
        let member = self.member_of(hand.link, hand.side);
        let receiver = self.member_of(hand.link, 1 - hand.side);
        let echo = answered.is_some() && !takes_own(hand.kind, true, &hand.numbering);
        let relay = if hand.actor != Actor::Client {
            self.relay(hand, receiver, answered.is_some(), cx)
        } else {
            RelayFit::None
        };
        if !echo && takes_own(hand.kind, answered.is_some(), &hand.numbering) {
            self.number(hand, &relay, cx);
        }
        let mut blamed = hand.flawed;
        if let Some(member) = member
            && hand.actor == Actor::Client
            && !(answered.is_some() && hand.kind.ack)
            && !hand.flawed
        {
            blamed |= self.state(hand, member, cx);
        }
        if hand.actor == Actor::Server
            && let Some(receiver) = receiver
            && answered.is_none()
            && !hand.flawed
        {
            blamed |= self.to_the_gone(hand, receiver, &relay, cx);
        }
        let needs_answer = !hand.kind.answered_by.is_empty();
        if needs_answer && !hand.flawed {
            self.window(hand, cx);
        }
        self.implicit_answer(hand, cx);
        let mut sent = self.remember(hand.link, hand.kind, hand.message, hand.prints, hand.at, hand.send.epoch);
        sent.answers = answered.filter(|id| *id != 0);
        if sent.due == Due::IfGranted {
            sent.due = if hand.message.verdict == Verdict::Granted { Due::Required } else { Due::No };
        }
        if blamed && sent.due == Due::Required {
            sent.due = Due::Optional;
        }
        if let Some(ignored) = self.ignored(hand, member)
            && ignored
        {
            self.links[hand.link].halves[hand.side].push_done(sent);
            return;
        }
        sent.intent = self.act(hand, member, receiver, &relay, blamed, sent.id, cx);
        let due = sent.due;
        let half = &mut self.links[hand.link].halves[hand.side];
        if needs_answer && due != Due::No {
            let given_up = half.push_open(sent);
            if due == Due::Required {
                self.wake_at(hand.at.time.plus(self.patience()));
            }
            if let Some(given_up) = given_up {
                self.give_up(hand.link, hand.side, given_up, hand.at.time, cx);
            }
        } else if hand.kind.takes != Takes::Echo || hand.numbering.answers_count {
            half.push_done(sent);
        }
    }

    /// Judges the number of a new message.
    fn number(&mut self, hand: &Hand<'_>, relay: &RelayFit, cx: &mut Context<'_>) {
        let numbering = hand.numbering;
        let section = None;
        let number = match hand.message.seq {
            Seq::Number(number) => number,
            Seq::Text(text) => return self.text_number(hand, text, cx),
            Seq::None => return,
        };
        let from_start = self.links[hand.link].from_start;
        if hand.kind.takes == Takes::RelayOrOwn {
            match relay {
                RelayFit::Relays { seq: Number::Number(original), .. } if *original == number => {
                    return self.links[hand.link].halves[hand.side].numbers.maybe_took(number, &numbering);
                }
                RelayFit::Relays { .. } => {}
                // What it relays is not known, so neither is its number.
                _ => return self.links[hand.link].halves[hand.side].numbers.maybe_took(number, &numbering),
            }
        }
        let both = numbering.shared;
        let link = &mut self.links[hand.link];
        if hand.flawed
            || matches!(hand.message.act, Act::Login { .. }) && !link.halves[hand.side].numbers.is_fresh() && {
                // A new login may or may not start again.
                if let Some(first) = numbering.first {
                    link.halves[hand.side].numbers.allow(first);
                }
                false
            }
        {
            link.halves[hand.side].numbers.maybe_took(number, &numbering);
            return;
        }
        let latest_holder = |half: &Half| {
            half.open
                .iter()
                .chain(half.done.iter())
                .filter(|sent| sent.seq.is(hand.message.seq))
                .max_by_key(|sent| sent.id)
                .map(|sent| {
                    (
                        sent.name().to_owned(),
                        sent.first().frame,
                        sent.reply.is_none() && std::ptr::eq(sent.kind, hand.kind),
                        sent.due == Due::Required,
                    )
                })
        };
        let holder = latest_holder(&link.halves[hand.side]);
        // S001 is about the first number of a sender; of a conversation, only its very first message can be wrong.
        let first_known = from_start && (!both || self.conversation.is_fresh());
        let latest = self.links[hand.link].halves[hand.side].numbers.latest();
        let fit = if both {
            self.shared_number(hand, number, first_known)
        } else {
            self.links[hand.link].halves[hand.side].numbers.take(number, &numbering, first_known)
        };
        let was_fresh = latest.is_none();
        if was_fresh && first_known {
            self.checked(cx, Topic::FirstNumber, hand.session, hand.actor);
        }
        for topic in [Topic::Numbering, Topic::NumberReuse, Topic::NumberOrder] {
            self.checked(cx, topic, hand.session, hand.actor);
        }
        let shown = number.to_string();
        let fact = match fit {
            Fit::Due | Fit::Filled => {
                if fit == Fit::Filled {
                    self.unhold_skips(hand.session, hand.actor);
                }
                return;
            }
            Fit::NotFirst(first) => Fact::FirstNumber { number: shown, first },
            Fit::Skipped(expected) => {
                // The numbers skipped may still arrive: lost before the capture and sent again.
                return self.hold(hand, Vec::new(), Fact::NumberSkipped { number: shown, expected });
            }
            Fit::Reused | Fit::Regressed(_) => match holder {
                // The same number while the first is unanswered: R004 if the kind is the same, else S003.
                Some((_, frame, true, true)) => {
                    self.tell(
                        cx,
                        hand.session,
                        hand.actor,
                        hand.at,
                        vec![frame],
                        hand.name,
                        section,
                        Fact::ResentAltered { number: shown },
                    );
                    self.supersede(hand);
                    return;
                }
                Some((holder, frame, ..)) if fit == Fit::Reused => {
                    let fact = Fact::NumberReused { number: shown, holder };
                    return self.tell(cx, hand.session, hand.actor, hand.at, vec![frame], hand.name, section, fact);
                }
                _ if fit == Fit::Reused => {
                    Fact::NumberReused { number: shown, holder: "the message before".to_owned() }
                }
                _ => {
                    let latest =
                        latest.or(self.conversation.latest()).map(|number| number.to_string()).unwrap_or_default();
                    Fact::NumberRegressed { number: shown, latest }
                }
            },
        };
        self.tell(cx, hand.session, hand.actor, hand.at, Vec::new(), hand.name, section, fact);
    }

    /// One running number for all parties: what counts is the latest number seen on this link, from either side.
    fn shared_number(&mut self, hand: &Hand<'_>, number: u16, first_known: bool) -> Fit {
        if self.conversation.is_fresh() {
            self.conversation.take(number, &hand.numbering, first_known);
            let numbers = &mut self.links[hand.link].halves[hand.side].numbers;
            let fit = numbers.take(number, &hand.numbering, first_known);
            self.links[hand.link].halves[1 - hand.side].numbers.maybe_took(number, &hand.numbering);
            return fit;
        }
        self.conversation.allow(number);
        let fit = self.links[hand.link].halves[hand.side].numbers.take(number, &hand.numbering, false);
        self.links[hand.link].halves[1 - hand.side].numbers.maybe_took(number, &hand.numbering);
        fit
    }

    /// The altered message takes the place of the one it altered: either may be answered and relayed.
    fn supersede(&mut self, hand: &Hand<'_>) {
        let half = &mut self.links[hand.link].halves[hand.side];
        if let Some(index) =
            half.open.iter().position(|sent| sent.seq.is(hand.message.seq) && std::ptr::eq(sent.kind, hand.kind))
            && let Some(mut old) = half.open.remove(index)
        {
            old.due = Due::Optional;
            if let Intent::Say(broadcast) = old.intent {
                self.excuse_broadcast(broadcast);
            }
            self.links[hand.link].halves[hand.side].push_done(old);
        }
    }

    /// Numbers that are texts: TIME belongs to one request, and does not run backwards.
    fn text_number(&mut self, hand: &Hand<'_>, text: &[u8], cx: &mut Context<'_>) {
        if hand.actor != Actor::Client || hand.flawed {
            return;
        }
        for topic in [Topic::NumberReuse, Topic::NumberOrder] {
            self.checked(cx, topic, hand.session, hand.actor);
        }
        let half = &mut self.links[hand.link].halves[hand.side];
        let shown = crate::bytes::escape(text);
        let same = half
            .open
            .iter()
            .chain(half.done.iter())
            .find(|sent| sent.kind.takes == Takes::Own && sent.seq.is(hand.message.seq))
            .map(|sent| {
                (
                    sent.name().to_owned(),
                    sent.first().frame,
                    sent.reply.is_none() && std::ptr::eq(sent.kind, hand.kind) && sent.due == Due::Required,
                )
            });
        let latest = half.latest_text.replace((text.into(), hand.name.to_owned()));
        let section = None;
        if let Some((holder, frame, altered)) = same {
            let fact = if altered {
                Fact::ResentAltered { number: shown }
            } else {
                Fact::NumberReused { number: shown, holder }
            };
            let supersedes = altered;
            self.tell(cx, hand.session, hand.actor, hand.at, vec![frame], hand.name, section, fact);
            if supersedes {
                self.supersede(hand);
            }
            return;
        }
        let Some((latest, latest_name)) = latest else { return };
        let order = |text: &[u8]| self.protocol.order_of(Seq::Text(text));
        if let (Some((notation, now)), Some((same_notation, before))) = (order(text), order(&latest))
            && notation == same_notation
            && now < before
        {
            // It goes on from where it was: one step back is one finding.
            self.links[hand.link].halves[hand.side].latest_text = Some((latest.clone(), latest_name));
            let fact = Fact::NumberRegressed { number: shown, latest: crate::bytes::escape(&latest) };
            self.tell(cx, hand.session, hand.actor, hand.at, Vec::new(), hand.name, section, fact);
        }
    }

    /// Stop-and-wait: nothing new while something is unanswered, unless its sender has given it up.
    fn window(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        let Some(window) = self.spec.window else { return };
        if hand.kind.due != Due::Required {
            return;
        }
        self.checked(cx, Topic::StopAndWait, hand.session, hand.actor);
        let patience = self.timer.patience.saturating_add(self.tolerance.of(self.timer.patience));
        let half = &self.links[hand.link].halves[hand.side];
        let waiting: Vec<&Sent> = half
            .open
            .iter()
            .filter(|sent| sent.due == Due::Required && !sent.spoiled && !sent.excused)
            // Unanswered for longer than the timer it is a retransmission that is missing, not a window that is exceeded.
            .filter(|sent| interval(sent.last(), hand.send).is_some_and(|gap| gap <= patience))
            .collect();
        if waiting.len() < window {
            return;
        }
        if let Some(open) = waiting.last() {
            let fact =
                Fact::WindowExceeded { open: open.name().to_owned(), since: hand.at.time.since(open.last().time) };
            let related = vec![open.last().frame];
            self.tell(cx, hand.session, hand.actor, hand.at, related, hand.name, None, fact);
        }
    }

    /// Some messages are answered by whatever comes next.
    fn implicit_answer(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        if hand.kind.only_answers() {
            return;
        }
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        let Some(index) = theirs.open.iter().position(|sent| sent.kind.answered_by.iter().any(|row| row.kind == "*"))
        else {
            return;
        };
        if let Some(mut sent) = theirs.open.remove(index) {
            sent.reply = Some(hand.send);
            sent.replies += 1;
            let session = self.session_of(hand.link, 1 - hand.side);
            let asker = self.actor(hand.link, 1 - hand.side);
            let latency = None;
            let exchange = self.exchange_report(session, asker, &sent, Some((hand.name, hand.at.frame)), latency);
            cx.witness.exchange(exchange);
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

/// The direction a side's messages travel, for the reading.
pub(super) fn direction_of(parties: [Party; 2], side: usize) -> Direction {
    match parties {
        [Party::Client(_), Party::Client(_)] => Direction::Peer,
        parties => match parties[side] {
            Party::Client(_) => Direction::ToServer,
            Party::Server => Direction::ToClient,
        },
    }
}
