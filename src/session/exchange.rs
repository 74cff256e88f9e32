//! One conversation between two endpoints: what each has sent, what is unanswered, and how a new message relates to it.

use super::intent::Intent;
use super::numbers::Numbers;
use super::passage::Passages;
use super::printed::{Print, Printed};
use crate::bytes::Time;
use crate::protocol::{Answer, Due, Identity, Kind, Message, Numbering, Seq, Takes};
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

/// How many answers to one message are remembered one by one.
const KEPT_REPLIES: usize = 16;
/// How many answered messages a side keeps, to recognize copies and second answers.
const KEPT_DONE: usize = 64;
/// How many answers that answered nothing are remembered.
const KEPT_SPARES: usize = 2;
/// How many unanswered messages a side keeps; the oldest is given up beyond.
const KEPT_OPEN: usize = 256;

/// A fingerprint of captured bytes. Fixed seed: the same capture gives the same result, and nothing is keyed by it alone.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = foldhash::quality::FixedState::with_seed(0x77_69_72_65).build_hasher();
    hasher.write(bytes);
    hasher.finish()
}

/// The same of a name, in few bits: it is compared with those of a service's members only.
pub(crate) fn name_print(name: &[u8]) -> u32 {
    (fingerprint(name) >> 32) as u32
}

/// A number or TIME, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    None,
    Value(u16),
    Text(Box<[u8]>),
}

impl Number {
    pub(crate) fn of(seq: Seq<'_>) -> Number {
        match seq {
            Seq::None => Number::None,
            Seq::Number(number) => Number::Value(number),
            Seq::Text(text) => Number::Text(text.into()),
        }
    }

    pub(crate) fn is(&self, seq: Seq<'_>) -> bool {
        match (self, seq) {
            (Number::None, Seq::None) => true,
            (Number::Value(a), Seq::Number(b)) => *a == b,
            (Number::Text(a), Seq::Text(b)) => **a == *b,
            _ => false,
        }
    }

    pub(crate) fn as_seq(&self) -> Seq<'_> {
        match self {
            Number::None => Seq::None,
            Number::Value(number) => Seq::Number(*number),
            Number::Text(text) => Seq::Text(text),
        }
    }
}

/// A number in words, escaped.
pub(crate) fn show(seq: Seq<'_>) -> Option<String> {
    seq.shown()
}

/// Who speaks, owned: a part of the fingerprint for names, since only equality matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    None,
    Id(u8),
    Name(u32),
}

impl Voice {
    pub(crate) fn of(identity: Identity<'_>) -> Voice {
        match identity {
            Identity::None => Voice::None,
            Identity::Id(id) => Voice::Id(id),
            Identity::Name(name) => Voice::Name(name_print(name)),
        }
    }
}

/// One time a message was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transmission {
    pub(crate) frame: u64,
    pub(crate) time: Time,
    /// Counts the backward steps of the capture's clock: intervals across one mean nothing.
    pub(crate) epoch: u32,
}

/// The less usual of a message that is remembered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// Its name where the table has only a family's.
    pub(crate) own_name: Option<Box<str>>,
    /// Those of its answers, and of what passes for one, where it is known what became of them.
    pub(crate) reply_frames: Vec<u64>,
}

/// A message as it is remembered.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Unique within its conversation.
    pub(crate) id: u64,
    pub(crate) kind: &'static Kind,
    pub(crate) seq: Number,
    pub(crate) subject: Option<u16>,
    /// Of everything a retransmission must repeat.
    pub(crate) content: u64,
    /// Of what an answer of the same content must repeat.
    pub(crate) text: u64,
    pub(crate) voice: Voice,
    /// At least one.
    pub(crate) sends: SmallVec<[Transmission; 1]>,
    /// Whether its answer is due; may be milder than the table where the message itself is at fault.
    pub(crate) due: Due,
    pub(crate) reply: Option<Transmission>,
    pub(crate) replies: u32,
    /// The message of the other side that this one answers.
    pub(crate) answers: Option<u64>,
    /// It is acknowledged, and what it asked for may still come.
    pub(crate) response_due: bool,
    /// What few messages have.
    pub(crate) rare: Option<Box<Rare>>,
    /// An answer went wrong: that none came is not reported again.
    pub(crate) spoiled: bool,
    /// The capture may lack its answer.
    pub(crate) excused: bool,
    pub(crate) intent: Intent,
    /// It is one of [`Half::unheard_logins`].
    pub(crate) counted_login: bool,
}

/// Of its content.
impl Print for Sent {
    fn print(&self) -> u64 {
        self.content
    }
}

impl Sent {
    pub(crate) fn name(&self) -> &str {
        self.rare.as_ref().and_then(|rare| rare.own_name.as_deref()).unwrap_or(self.kind.name)
    }

    pub(crate) fn first(&self) -> Transmission {
        self.sends.first().copied().unwrap_or(Transmission { frame: 0, time: Time(0), epoch: 0 })
    }

    pub(crate) fn last(&self) -> Transmission {
        self.sends.last().copied().unwrap_or_else(|| self.first())
    }

    /// It was answered.
    pub(crate) fn replied(&mut self, reply: Transmission, passages: &Passages) {
        self.reply.get_or_insert(reply);
        self.replies += 1;
        if passages.knows(reply.frame) {
            self.note_reply(reply.frame);
        }
    }

    /// The frames of its answers, and of what passes for one, where it is known what became of them.
    pub(crate) fn reply_frames(&self) -> &[u64] {
        self.rare.as_ref().map_or(&[], |rare| &rare.reply_frames)
    }

    fn note_reply(&mut self, frame: u64) {
        let frames = &mut self.rare.get_or_insert_default().reply_frames;
        if frames.len() < KEPT_REPLIES {
            frames.push(frame);
        }
    }

    /// When its sender heard an answer, if it had by then: one that has not come through ends nobody's waiting.
    pub(crate) fn heard(&self, passages: &Passages, by: Time) -> Option<Time> {
        if let Some(reply) = self.reply.filter(|reply| !passages.knows(reply.frame)) {
            return Some(reply.time);
        }
        self.reply_frames().iter().filter_map(|frame| passages.first(*frame, by)).min()
    }

    /// From when until when its sender waits for an answer.
    pub(crate) fn waits(&self, passages: &Passages) -> (Time, Time) {
        let until = self.heard(passages, Time(i64::MAX)).unwrap_or(Time(i64::MAX));
        (self.first().time, until)
    }

    pub(crate) fn frames(&self) -> Vec<u64> {
        self.sends.iter().map(|send| send.frame).collect()
    }

    /// What may answer it, in words.
    pub(crate) fn wanted(&self) -> String {
        let mut names: Vec<&str> = self.kind.answered_by.iter().map(|answer| answer.kind).collect();
        names.dedup();
        names.join(" or ")
    }
}

/// How an answer fits a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    /// The kind fits, but its code is not allowed.
    WrongCode,
    /// The kind fits under the right number, but it should have repeated the content.
    OtherContent,
    /// It answers.
    Exact,
}

/// How messages of this kind relate to numbers here.
pub(crate) fn compares_number(kind: &Kind, numbering: &Numbering) -> bool {
    matches!(kind.takes, Takes::Echo | Takes::EchoOrOwn) && !numbering.answers_count
}

/// Whether a message of this kind, given whether it answers something, takes a number of its sender's own.
pub(crate) fn takes_own(kind: &Kind, answering: bool, numbering: &Numbering) -> bool {
    match kind.takes {
        Takes::Nothing => false,
        Takes::Own => true,
        Takes::Echo | Takes::Invitation => numbering.answers_count,
        Takes::EchoOrOwn => !answering || numbering.answers_count,
        Takes::RelayOrOwn => true,
    }
}

/// Whether a message of this kind is looked for later: by what answers it, which may be `due`, or by a number of its sender's
/// own.
pub(crate) fn is_remembered(kind: &Kind, due: Due, numbering: &Numbering) -> bool {
    match kind.takes {
        Takes::Nothing => !kind.answered_by.is_empty(),
        Takes::Echo => numbering.answers_count || !kind.answered_by.is_empty() && due != Due::No,
        Takes::Own | Takes::EchoOrOwn | Takes::RelayOrOwn | Takes::Invitation => true,
    }
}

/// Which row of a request's table an answer falls under, and how well it fits; numbers are not looked at.
pub(crate) fn fits(request: &Sent, answer: &Message<'_>, kind: &Kind, text: u64) -> Option<Match> {
    if answer.subject.is_some_and(|subject| subject != request.kind.code) {
        return None;
    }
    request
        .kind
        .answered_by
        .iter()
        .filter(|row| row.kind == kind.name)
        .map(|row| judge(row, request, answer, text))
        .max()
}

fn judge(row: &Answer, request: &Sent, answer: &Message<'_>, text: u64) -> Match {
    if row.same_content && request.text != text {
        Match::OtherContent
    } else if !row.codes.is_empty() && answer.code.is_none_or(|code| !row.codes.contains(&code)) {
        Match::WrongCode
    } else {
        Match::Exact
    }
}

/// An answer that answered nothing, or nothing any more: a second one, or a message that may also be sent unasked.
#[derive(Clone, Debug)]
pub(crate) struct Spare {
    kind: &'static Kind,
    seq: Number,
    subject: Option<u16>,
    text: u64,
    time: Time,
}

/// What one side of a conversation has sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Half {
    pub(crate) numbers: Numbers,
    /// Unanswered, oldest first.
    pub(crate) open: VecDeque<Sent>,
    /// Answered, or never to be: oldest first, each under the fingerprint of its content.
    pub(crate) done: Printed<Sent>,
    /// How many of those are logins to which no answer may have been heard.
    pub(crate) unheard_logins: usize,
    /// Answered, and older than those: to be looked at once more.
    pub(crate) past: Vec<Sent>,
    /// How many messages it has sent, copies included.
    pub(crate) messages: u64,
    /// When it last sent anything.
    pub(crate) last_time: Option<Time>,
    /// Numbers of messages that were no proper messages: an answer to one is not unsolicited.
    pub(crate) ghosts: VecDeque<Number>,
    /// Answers that may come for messages the capture lacks.
    pub(crate) forgiven: u64,
    /// The number of its latest message, if that was a copy.
    pub(crate) last_copy: Option<Number>,
    /// When it last sent anything again.
    pub(crate) resent_at: Option<Time>,
    /// The number of an answer that is also the next of its sender's own: it may have been that.
    pub(crate) borrowed: Option<u16>,
    /// It was owed such a message when that answer came.
    pub(crate) was_due: bool,
    /// Its latest answers that answered nothing.
    spares: SmallVec<[Spare; KEPT_SPARES]>,
    /// It will send nothing more.
    pub(crate) ended: Option<Time>,
    /// The latest request's TIME, where numbers are texts.
    pub(crate) latest_text: Option<(Box<[u8]>, String)>,
}

impl Half {
    /// The remembered message that this one repeats, if it does: (it is unanswered, its index).
    pub(crate) fn copy_of(&self, message: &Message<'_>, kind: &'static Kind, content: u64) -> Option<(bool, usize)> {
        if kind.takes == Takes::Nothing || message.seq == Seq::None {
            return None;
        }
        let same = |sent: &Sent| {
            std::ptr::eq(sent.kind, kind)
                && sent.content == content
                && sent.subject == message.subject
                && sent.seq.is(message.seq)
        };
        if let Some(index) = self.open.iter().rposition(same) {
            return Some((true, index));
        }
        let (index, _) = self.done.with(content).rfind(|(_, sent)| same(sent))?;
        Some((false, index))
    }

    /// Whether something else waits at the same time for the same kind of answer under the same number: then nobody can tell
    /// which of the two an answer is for.
    pub(crate) fn has_twin(&self, sent: &Sent, passages: &Passages) -> bool {
        let (from, until) = sent.waits(passages);
        let answers = sent.kind.answered_by;
        self.open.iter().chain(self.done.iter()).chain(&self.past).any(|other| {
            let (since, to) = other.waits(passages);
            other.id != sent.id
                && answers.iter().any(|row| other.kind.answered_by.iter().any(|other| other.kind == row.kind))
                && other.subject == sent.subject
                && other.seq == sent.seq
                && since < until
                && from < to
        })
    }

    /// Whether something waits for its answer at some moment of that time.
    pub(crate) fn is_held_up(&self, from: Time, until: Time, passages: &Passages) -> bool {
        if self.resent_at.is_some_and(|at| at >= from) {
            return true;
        }
        let required = |sent: &&Sent| sent.due == Due::Required && passages.knows(sent.last().frame);
        self.open.iter().chain(self.done.iter()).filter(required).any(|sent| {
            let (since, to) = sent.waits(passages);
            since < until && from < to
        })
    }

    /// A message of the other side came that may pass for an answer to something whose answer did not come through.
    pub(crate) fn note_lookalike(
        &mut self,
        answer: &Message<'_>,
        kind: &'static Kind,
        text: u64,
        at: Transmission,
        passages: &Passages,
    ) {
        for sent in self.done.iter_mut().chain(&mut self.open).filter(|sent| sent.seq.is(answer.seq)) {
            if fits(sent, answer, kind, text) == Some(Match::Exact)
                && !sent.reply_frames().contains(&at.frame)
                && sent.heard(passages, at.time).is_none()
            {
                sent.note_reply(at.frame);
            }
        }
    }

    /// It sent an answer that answers nothing.
    pub(crate) fn note_spare(&mut self, answer: &Message<'_>, kind: &'static Kind, text: u64, time: Time) {
        if self.spares.len() == KEPT_SPARES {
            self.spares.remove(0);
        }
        self.spares.push(Spare { kind, seq: Number::of(answer.seq), subject: answer.subject, text, time });
    }

    /// Whether one of those, sent since then, may be taken for the answer to this message of the other side: the two may
    /// have crossed on their way.
    pub(crate) fn may_have_crossed(
        &self,
        asked: &Message<'_>,
        kind: &'static Kind,
        text: u64,
        numbering: &Numbering,
        since: Time,
    ) -> bool {
        self.spares.iter().filter(|spare| spare.time >= since).any(|spare| {
            spare.subject.is_none_or(|subject| subject == kind.code)
                && (!compares_number(spare.kind, numbering) || spare.seq.is(asked.seq))
                && kind
                    .answered_by
                    .iter()
                    .any(|row| row.kind == spare.kind.name && (!row.same_content || spare.text == text))
        })
    }

    /// A message of the other side came again. Who missed it before may take it for the answer to what it asks: whether that
    /// gets another one, or is asked again, says nothing then. Whether there is something it may be taken for.
    pub(crate) fn note_copy(
        &mut self,
        answer: &Message<'_>,
        kind: &'static Kind,
        text: u64,
        numbering: &Numbering,
    ) -> bool {
        let by_number = compares_number(kind, numbering);
        let mut any = false;
        for sent in self.open.iter_mut().filter(|sent| sent.due == Due::Required) {
            if (!by_number || sent.seq.is(answer.seq)) && fits(sent, answer, kind, text) == Some(Match::Exact) {
                sent.excused = true;
                any = true;
            }
        }
        any
    }

    pub(crate) fn by_id(&self, id: u64) -> Option<&Sent> {
        self.done.iter().rev().chain(self.open.iter().rev()).find(|sent| sent.id == id)
    }

    pub(crate) fn by_id_mut(&mut self, id: u64) -> Option<&mut Sent> {
        self.done.iter_mut().rev().chain(self.open.iter_mut().rev()).find(|sent| sent.id == id)
    }

    /// Remembers a message that awaits an answer; hands back the one that must be given up for it.
    pub(crate) fn push_open(&mut self, sent: Sent) -> Option<Sent> {
        self.open.push_back(sent);
        if self.open.len() > KEPT_OPEN { self.open.pop_front() } else { None }
    }

    /// Remembers a message that awaits none.
    pub(crate) fn push_done(&mut self, mut sent: Sent) {
        // Before the other, which takes its place in memory then.
        if self.done.len() == KEPT_DONE
            && let Some(oldest) = self.done.pop_oldest()
        {
            self.unheard_logins -= usize::from(oldest.counted_login);
            if !oldest.reply_frames().is_empty() && self.past.len() < KEPT_DONE {
                self.past.push(oldest);
            }
        }
        let heard = sent.reply.is_some() && sent.reply_frames().is_empty();
        sent.counted_login = matches!(sent.intent, Intent::Login(_)) && !heard;
        self.unheard_logins += usize::from(sent.counted_login);
        self.done.push(sent);
    }

    /// Whether it wants to log in, and has heard no answer to that by then.
    pub(crate) fn logs_in_unheard(&self, passages: &Passages, by: Time) -> bool {
        let unheard = |sent: &Sent| sent.counted_login && sent.heard(passages, by).is_none();
        self.unheard_logins > 0 && self.done.iter().any(unheard)
    }

    /// A message went by that cannot be paired, under this number.
    pub(crate) fn push_ghost(&mut self, number: Number) {
        if number != Number::None {
            self.ghosts.push_back(number);
            if self.ghosts.len() > 16 {
                self.ghosts.pop_front();
            }
        } else {
            self.forgiven += 1;
        }
    }

    /// Whether an answer under this number may be to a message that could not be paired.
    pub(crate) fn lay_ghost(&mut self, seq: Seq<'_>) -> bool {
        if self.ghosts.iter().any(|number| number.is(seq)) {
            return true;
        }
        if self.forgiven > 0 {
            self.forgiven -= 1;
            return true;
        }
        false
    }

    /// The index of the unanswered message that `answer` answers, and how well.
    ///
    /// Where numbers are repeated, the number decides; otherwise the oldest that can be answered by it, those whose
    /// answer is required first. Nobody answers what has not come through to him.
    pub(crate) fn target(
        &self,
        answer: &Message<'_>,
        kind: &'static Kind,
        text: u64,
        numbering: &Numbering,
        came_through: impl Fn(&Sent) -> bool,
    ) -> Option<(usize, Match)> {
        let by_number = compares_number(kind, numbering) && answer.seq != Seq::None;
        let mut best: Option<(usize, (Match, bool))> = None;
        for (index, request) in self.open.iter().enumerate() {
            if by_number && !request.seq.is(answer.seq) {
                continue;
            }
            let Some(fit) = fits(request, answer, kind, text).filter(|_| came_through(request)) else { continue };
            if fit == Match::OtherContent && !by_number {
                continue;
            }
            let rank = (fit, request.due == Due::Required && !request.excused);
            // The latest under a number is the one it was repeated from, unless it names the author of another; in order, the
            // oldest.
            let names =
                |index: usize| self.open.get(index).is_some_and(|request| request.voice == Voice::of(answer.speaker));
            let is_better = |(at, best): (usize, (Match, bool))| {
                rank > best || by_number && rank == best && (names(index) || !names(at))
            };
            if best.is_none_or(is_better) {
                best = Some((index, rank));
            }
        }
        best.map(|(index, (fit, _))| (index, fit))
    }
}

/// The time between two transmissions, if the clock allows to tell.
pub(crate) fn interval(from: Transmission, to: Transmission) -> Option<Duration> {
    (from.epoch == to.epoch).then(|| to.time.since(from.time))
}
