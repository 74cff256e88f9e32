//! What a message is in its conversation: a copy, an answer, a stray answer, or something new.

use super::exchange::{self, Half, Match, Number, Sent, Transmission, fingerprint, interval, takes_own};
use super::hand::Hand;
use super::intent::Intent;
use super::observation::Fact;
use super::passage::Passages;
use super::relay::RelayFit;
use super::report::Actor;
use super::service::{At, Context, Service};
use crate::identify::Unit;
use crate::protocol::{
    Act, Allowed, Defect, DefectKind, Due, Message, Numbering, Reading, Seq, Takes, Topic, Transport,
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
        self.checked_all(cx, &EVERY_MESSAGE, session, actor);
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
        self.set_out(link, side, &message, at, cx.passages);
    }

    /// Bytes of a stream at which no message starts.
    pub(super) fn no_message(&mut self, link: usize, side: usize, unit: &Unit<'_>, cx: &mut Context<'_>) {
        let at = At { frame: unit.frame, time: unit.time };
        let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
        let bytes = self.protocol.whole_bytes(unit.bytes, &reading);
        let message = self.protocol.dissect(&bytes, &reading);
        let (session, actor) = (self.session_of(link, side), self.actor(link, side));
        self.checked(cx, Topic::Format, session, actor);
        let defect = message.defects.into_iter().find(|defect| defect.kind != DefectKind::Opaque);
        let fact = defect
            .map_or(Fact::NoMessage { bytes: unit.bytes.len() }, |defect| Fact::Defective { defect, section: None });
        self.tell(cx, session, actor, at, Vec::new(), "message", fact);
        self.links[link].halves[side].push_ghost(Number::None);
    }

    /// Reports what is wrong with a message's bytes; whether that makes it unfit to be judged further.
    pub(super) fn defects(
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
            let fact = Fact::Defective { defect: Defect::clone(defect), section };
            self.tell(cx, session, actor, at, Vec::new(), name, fact);
        }
        flawed
    }

    /// A message that cannot be placed went by.
    pub(super) fn ghost(&mut self, link: usize, side: usize, message: &Message<'_>, numbering: &Numbering) {
        let half = &mut self.links[link].halves[side];
        half.push_ghost(Number::of(message.seq));
        match message.seq {
            Seq::Number(number) => half.numbers.maybe_took(number, numbering),
            _ => half.numbers.maybe_took_next(numbering),
        }
    }

    pub(super) fn place(&mut self, hand: &Hand<'_>, cx: &mut Context<'_>) {
        if cx.passages.knows(hand.at.frame) && exchange::compares_number(hand.kind, &hand.numbering) {
            let theirs = &mut self.links[hand.link].halves[1 - hand.side];
            theirs.note_lookalike(hand.message, hand.kind, hand.prints.1, hand.send, cx.passages);
        }
        let (mine, theirs) = self.halves(hand);
        if let Some((open, index)) = mine.copy_of(hand.message, hand.kind, hand.prints.0)
            && !self.is_new_after_all(hand, open, index, cx.passages)
        {
            self.copy(hand, open, index, cx);
            return;
        }
        let came = |sent: &Sent| cx.passages.copies(&sent.sends, hand.send.time) > 0;
        let target = theirs.target(hand.message, hand.kind, hand.prints.1, &hand.numbering, came);
        let impostor = self.identity(hand, target.map(|(index, _)| index), cx);
        // The server's relay of somebody else's identical text is no answer.
        let target = target.filter(|_| !self.is_relay_of_another(hand));
        match target {
            Some((index, fit)) => {
                let answered = self.answer(hand, index, fit, cx);
                self.fresh(hand, Some(answered), impostor, cx);
            }
            None if hand.kind.only_answers() => self.stray(hand, cx),
            None => {
                if self.answers_under_other_number(hand, cx) || self.answers_with_other_kind(hand, cx) {
                    return;
                }
                let answered = self.response_out_of_place(hand, cx);
                self.fresh(hand, answered, impostor, cx);
            }
        }
    }

    pub(super) fn halves(&self, hand: &Hand<'_>) -> (&Half, &Half) {
        let halves = &self.links[hand.link].halves;
        (&halves[hand.side], &halves[1 - hand.side])
    }

    /// The same bytes under the number that is due next are a new message if the earlier one is answered and done with.
    pub(super) fn is_new_after_all(&self, hand: &Hand<'_>, open: bool, index: usize, passages: &Passages) -> bool {
        let (mine, theirs) = self.halves(hand);
        // Where all parties share one number, many may come next: that this is one of them says nothing.
        let is_next =
            !hand.numbering.shared && matches!(hand.message.seq, Seq::Number(number) if mine.numbers.is_next(number));
        let Some(earlier) = (if open { mine.open.get(index) } else { mine.done.get(index) }) else { return false };
        // What the other side asked under this number and nobody has answered is answered by it, whatever went before
        // under the same number: the two sides count apart.
        let came = |sent: &Sent| passages.copies(&sent.sends, hand.send.time) > 0;
        let fits = theirs.target(hand.message, hand.kind, hand.prints.1, &hand.numbering, came);
        let fits = fits.filter(|(_, fit)| *fit == Match::Exact).and_then(|(asked, _)| theirs.open.get(asked));
        let answers = fits.filter(|asked| asked.due == Due::Required && earlier.answers != Some(asked.id));
        // Over TCP nothing comes again by a timer.
        let timed = self.timer.over_tcp || self.links[hand.link].transport == Transport::Udp;
        let timer = self.timer.resend.filter(|_| timed);
        let one_timer = timer.is_some_and(|timer| {
            interval(earlier.last(), hand.send).is_some_and(|gap| gap.abs_diff(timer) <= timer / 100)
        });
        if exchange::compares_number(hand.kind, &hand.numbering) && !one_timer && answers.is_some() {
            return true;
        }
        // What was asked again is answered again, at once: copies of a relay that nobody answered call for nothing later.
        let answered = earlier.answers.and_then(|id| theirs.by_id(id));
        let asked_again = answered.is_some_and(|request| {
            let latest = passages.latest(&request.sends, hand.send.time);
            latest.is_some_and(|latest| hand.send.time.since(latest.time) <= self.patience())
                && passages.copies(&request.sends, hand.send.time) > request.replies
        });
        if asked_again && exchange::compares_number(hand.kind, &hand.numbering) {
            // Unless it is due of itself, under its own number, and not at once.
            let at_once = answered.is_none_or(|asked| hand.send.time.since(asked.last().time) <= self.at_once());
            return is_next && !one_timer && !at_once && self.has_notice_due(hand);
        }
        if open {
            // Where answers are not captured, what looks unanswered may be done with. And an answer that waits for its own
            // acknowledgement is no push, whose number is another count's.
            let one_sided = theirs.messages == 0 && hand.numbering.modulus == 2;
            return is_next && (one_sided || !one_timer && earlier.answers.is_some() && self.has_notice_due(hand));
        }
        // Who has left and logs in anew may begin with the same number.
        let is_gone = |member: usize| self.members[member].is_gone();
        if matches!(hand.message.act, Act::Login { .. }) && self.member_of(hand.link, hand.side).is_some_and(is_gone) {
            return true;
        }
        // What its sender has heard no answer to is sent again.
        if earlier.reply.is_some_and(|reply| passages.knows(reply.frame))
            && earlier.heard(passages, hand.at.time).is_none()
        {
            return false;
        }
        // One bit says little: the same content one timer after its last copy is a copy.
        let one_timer_later = timer.is_some_and(|timer| {
            let margin = self.tolerance.of(timer);
            interval(earlier.last(), hand.send).is_some_and(|gap| gap + margin >= timer && gap <= timer + margin)
        });
        // Unless it is what has just been asked for.
        let at_once = answers.is_some_and(|asked| hand.send.time.since(asked.last().time) <= self.at_once());
        if is_next && hand.numbering.modulus == 2 && one_timer_later && !at_once {
            return false;
        }
        if is_next && hand.kind.takes != Takes::Echo {
            return match hand.kind.takes {
                // It was an answer then, and may be a relay now: only if somebody else's message of this text waits.
                Takes::EchoOrOwn if earlier.answers.is_some() => {
                    // Copies come when the timer says so.
                    let untimely = self.timer.resend.is_some() && !one_timer_later;
                    !one_timer && (untimely || self.has_relay_due(hand) || self.has_notice_due(hand))
                }
                // It may have kept the number of what it relayed: under a number that is next all the same, it is new
                // only if there is something to relay.
                Takes::RelayOrOwn if matches!(hand.message.act, Act::Say { .. }) => self.has_relay_due(hand),
                Takes::RelayOrOwn if matches!(hand.message.act, Act::Invite { .. }) => {
                    !one_timer && self.inviters.iter().any(|inviter| inviter.chose.is_some())
                }
                // Under the number of the invitation, whichever is next.
                Takes::Invitation => false,
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

    pub(super) fn copy(&mut self, hand: &Hand<'_>, open: bool, index: usize, cx: &mut Context<'_>) {
        let half = &mut self.links[hand.link].halves[hand.side];
        let Some(sent) = (if open { half.open.get_mut(index) } else { half.done.get_mut(index) }) else { return };
        let (before, first_frame) = (sent.last(), sent.first().frame);
        sent.sends.push(hand.send);
        let copy = sent.sends.len() - 1;
        let (reply, answers, only_answers, due) = (sent.reply, sent.answers, sent.kind.only_answers(), sent.due);
        let heard = sent.heard(cx.passages, hand.at.time);
        let this = cx.passages.knows(hand.at.frame).then(|| sent.clone());
        let related = sent.frames().into_iter().filter(|frame| *frame != hand.at.frame).collect();
        let wakes = open && sent.due == Due::Required;
        let intent = sent.intent.clone();
        let request = answers.and_then(|id| self.links[hand.link].halves[1 - hand.side].by_id_mut(id));
        // Each copy of a request may be answered, whatever the timer says.
        let asked_again =
            request.as_ref().is_some_and(|request| cx.passages.copies(&request.sends, hand.at.time) > request.replies);
        let request_name = request.as_ref().map(|request| request.name().to_owned());
        let request_sends = request.as_ref().map_or(0, |request| request.sends.len());
        if let Some(request) = request {
            request.replied(hand.send, cx.passages);
        }
        let half = &mut self.links[hand.link].halves[hand.side];
        if only_answers || answers.is_some() {
            half.note_spare(hand.message, hand.kind, hand.prints.1, hand.at.time);
        }
        half.last_copy = Some(Number::of(hand.message.seq));
        half.resent_at = Some(hand.at.time);
        let mut may_be_own = false;
        if let Seq::Number(number) = hand.message.seq
            && hand.kind.takes == Takes::EchoOrOwn
            && answers.is_some()
            && half.numbers.is_next(number)
        {
            // Or a message of its own that says the same as that answer.
            may_be_own = true;
            half.numbers.maybe_took(number, &hand.numbering);
        }
        if may_be_own
            && heard.is_some()
            && self.has_notice_due(hand)
            && let Some(receiver) = self.member_of(hand.link, 1 - hand.side)
        {
            return self.told(hand, receiver);
        }
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        let may_answer = theirs.note_copy(hand.message, hand.kind, hand.prints.1, &hand.numbering);
        self.sessions[hand.session].retransmissions += 1;
        use Act::{AcceptInvitation, Dissolved, Invite, Joined};
        if matches!(hand.message.act, AcceptInvitation { .. } | Joined { .. } | Invite { .. } | Dissolved { .. }) {
            self.joined_again(hand);
        }
        self.moved_again(hand);
        if asked_again {
            self.rebroadcast(&intent, hand.at);
            return;
        }
        if (only_answers && due == Due::No) || (answers.is_some() && due != Due::Required) {
            let fact = Fact::AnsweredAgain { request: request_name.unwrap_or_default(), transmissions: request_sends };
            self.checked(cx, Topic::Answers, hand.session, hand.actor);
            self.tell_of(hand, vec![first_frame], fact, cx);
            return;
        }
        self.checked_all(
            cx,
            &[
                Topic::ResendTimer,
                Topic::RegularTimer,
                Topic::ResendMaximum,
                Topic::ResendNeedless,
                Topic::ResendIdentical,
                Topic::Resend,
            ],
            hand.session,
            hand.actor,
        );
        if reply.is_none() && !cx.passages.knows(hand.at.frame) {
            self.losses += 1;
        }
        let gap = hand.at.time.since(before.time);
        let timers = self.timer.resend.map_or(0.0, |timer| gap.as_secs_f64() / timer.as_secs_f64());
        if self.timer.hides_copies && timers > 1.5 && (timers - timers.round()).abs() <= 0.05 * timers.round() {
            self.hidden += 1;
        }
        self.rebroadcast(&intent, hand.at);
        if wakes {
            self.wake_at(hand.at.time.plus(self.patience()));
        }
        // Whose timer it was, and what stopped it, nobody can tell then.
        let half = &self.links[hand.link].halves[hand.side];
        if this.is_some_and(|this| half.has_twin(&this, cx.passages)) || may_answer && heard.is_some() {
            return;
        }
        let over_tcp = self.links[hand.link].transport == Transport::Tcp && !self.timer.over_tcp;
        let fact = Fact::Resent {
            gap: hand.at.time.since(before.time),
            copy,
            answered: heard.map(|heard| hand.at.time.since(heard)),
            over_tcp,
            clock_stepped: before.epoch != hand.send.epoch,
        };
        if heard.is_some() && !over_tcp {
            // Whether the capture shows loss elsewhere is known only later: it may have lost the answer behind the tap.
            self.hold(hand, related, fact);
        } else {
            self.tell_of(hand, related, fact, cx);
        }
    }

    /// A message sent for the first time.
    pub(super) fn fresh(&mut self, hand: &Hand<'_>, answered: Option<u64>, impostor: bool, cx: &mut Context<'_>) {
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
        if echo
            && hand.kind.takes == Takes::EchoOrOwn
            && let Seq::Number(number) = hand.message.seq
        {
            let was_due = self.has_notice_due(hand);
            // One that does not come at once, or is due anyway, may be a message of its own under that number; so may any by
            // which a client asks as well as answers.
            let asked = answered.and_then(|id| self.halves(hand).1.by_id(id)).map(|asked| asked.last().time);
            let late = asked.is_some_and(|asked| hand.send.time.since(asked) > self.at_once());
            let either = late || was_due || hand.actor == Actor::Client;
            let half = &mut self.links[hand.link].halves[hand.side];
            if half.numbers.is_next(number) {
                (half.borrowed, half.was_due) = (Some(number), was_due);
                if either {
                    half.numbers.maybe_took_or_left(number, &hand.numbering);
                }
            }
        }
        if answered.is_none() && hand.kind.takes == Takes::EchoOrOwn {
            let half = &mut self.links[hand.link].halves[hand.side];
            half.note_spare(hand.message, hand.kind, hand.prints.1, hand.at.time);
        }
        let mut blamed = hand.flawed || impostor;
        if let Some(member) = member
            && hand.actor == Actor::Client
            // What the server asked for may be given wherever its sender is.
            && !(answered.is_some() && (hand.kind.ack || hand.kind.allowed.has(Allowed::IN_PRIVATE_CHAT)))
            && !hand.flawed
        {
            blamed |= self.state(hand, member, cx);
        }
        if hand.actor == Actor::Server
            && let Some(receiver) = receiver
            && answered.is_none()
            && !hand.flawed
        {
            blamed |= self.addresses_the_gone(hand, receiver, &relay, cx);
        }
        let needs_answer = !hand.kind.answered_by.is_empty();
        if needs_answer && !hand.flawed {
            self.window(hand, cx);
        }
        self.implicit_answer(hand, cx);
        let id = self.take_id(hand.link);
        let due = match hand.kind.due {
            _ if hand.refuses() => Due::No,
            Due::IfGranted | Due::Required if blamed => Due::Optional,
            Due::IfGranted => Due::Required,
            due => due,
        };
        let sent = exchange::is_remembered(hand.kind, due, &hand.numbering).then(|| {
            let mut sent = Sent { due, ..hand.sent(id) };
            sent.answers = answered.filter(|id| *id != 0);
            sent.excused = self.is_excused(hand, answered.is_some(), cx.passages);
            sent
        });
        if let Some(ignored) = self.ignored(hand, member)
            && ignored
        {
            sent.into_iter().for_each(|sent| self.links[hand.link].halves[hand.side].push_done(sent));
            return;
        }
        let intent = self.act(hand, member, receiver, &relay, blamed, id, cx);
        let half = &mut self.links[hand.link].halves[hand.side];
        if !hand.kind.ack {
            half.last_copy = None;
        }
        let Some(sent) = sent.map(|sent| Sent { intent, ..sent }) else { return };
        if needs_answer && due != Due::No {
            let given_up = half.push_open(sent);
            if due == Due::Required {
                self.wake_at(hand.at.time.plus(self.patience()));
            }
            if let Some(given_up) = given_up {
                self.give_up(hand.link, hand.side, given_up, hand.at.time, cx);
            }
        } else {
            half.push_done(sent);
        }
    }

    /// Whether an answer to a new message, though its kind asks for one, may stay out without anybody being at fault.
    fn is_excused(&self, hand: &Hand<'_>, answers: bool, passages: &Passages) -> bool {
        let (member, receiver) = (self.member_of(hand.link, hand.side), self.member_of(hand.link, 1 - hand.side));
        let theirs = self.halves(hand).1;
        // Whom the server has given up, because a relay let nothing through, it owes nothing.
        let is_given_up = |member: usize| self.members[member].lost && passages.knows(hand.at.frame);
        // Who has left is answered no more, and answers nobody.
        let is_gone = |member: usize| self.members[member].is_gone();
        // Who asks for the same at the same time may take its own message for the answer.
        let asks_too =
            |receiver: usize| self.members[receiver].pending.iter().any(|(_, at)| *at == Intent::ClosePrivate);
        let of_its_own = hand.actor == Actor::Server && !answers;
        member.or(receiver).is_some_and(is_given_up)
            || match hand.actor {
                Actor::Client => !matches!(hand.message.act, Act::Login { .. }) && member.is_some_and(is_gone),
                Actor::Peer => receiver.is_some_and(is_gone),
                Actor::Server => matches!(hand.message.act, Act::ClosePrivate) && receiver.is_some_and(asks_too),
            }
            // What its sender may have taken for the answer ends its waiting, and the other side need not have got it.
            || !hand.kind.answered_by.is_empty() && {
                let since = hand.at.time.minus(self.at_once());
                theirs.may_have_crossed(hand.message, hand.kind, hand.prints.1, &hand.numbering, since)
            }
            // Nor does a client answer before it knows that it is logged in.
            || of_its_own && theirs.logs_in_unheard(passages, hand.at.time)
    }
}
