//! What the tracker noticed: facts about messages, exchanges and services. The rules turn them into findings.

use super::report::{Actor, ExchangeReport, SessionReport};
use crate::bytes::Time;
use crate::protocol::{Defect, Spec, Topic};
use std::borrow::Cow;
use std::time::Duration;

/// Something that may be a fault, with its place and its evidence.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The protocol.
    pub spec: &'static Spec,
    /// The session, from 1.
    pub session: u32,
    /// The side it is about.
    pub actor: Actor,
    /// Where it shows.
    pub frame: u64,
    /// When that was.
    pub time: Time,
    /// Other frames of the evidence.
    pub related: Vec<u64>,
    /// The name of the message it shows at.
    pub name: String,
    /// What else would explain it, where the capture shows a reason.
    pub caveat: Option<Cow<'static, str>>,
    /// What.
    pub fact: Fact,
}

/// A fact, with what was required and what was seen.
#[derive(Clone, Debug)]
pub enum Fact {
    /// Something wrong with the bytes of a message.
    Defective {
        /// What.
        defect: Defect,
        /// The section that defines the message, where it is known which one it is.
        section: Option<&'static str>,
    },
    /// Bytes of a stream at which no message starts.
    NoMessage {
        /// How many.
        bytes: usize,
    },
    /// A message still incomplete when its connection closed.
    Incomplete {
        /// Bytes needed, at least.
        needed: usize,
        /// Bytes there.
        there: usize,
    },
    /// The first number of a sender is not the specified one.
    FirstNumber {
        /// As sent.
        number: String,
        /// As specified.
        first: u16,
    },
    /// Numbers were skipped.
    NumberSkipped {
        /// As sent.
        number: String,
        /// The next one due.
        expected: u16,
    },
    /// A new message under the number of the one before.
    NumberReused {
        /// As sent.
        number: String,
        /// The message that has it already.
        holder: String,
    },
    /// A new message under an older number.
    NumberRegressed {
        /// As sent.
        number: String,
        /// The latest so far.
        latest: String,
    },
    /// Never answered.
    Unanswered {
        /// How often it was sent.
        transmissions: usize,
        /// How long the capture went on after the last transmission.
        waited: Duration,
        /// How long an answer was given.
        bound: Duration,
        /// What would have answered it.
        wanted: String,
    },
    /// Never answered and not sent again.
    NotResent {
        /// How often it was sent.
        transmissions: usize,
        /// How long after the last transmission its sender was still speaking.
        waited: Duration,
        /// The timer.
        timer: Duration,
    },
    /// An answer that nothing outstanding called for.
    Unsolicited {
        /// Its number.
        number: Option<String>,
    },
    /// The right kind of answer under the wrong number.
    WrongNumber {
        /// As sent.
        number: String,
        /// The message it must answer.
        request: String,
        /// That message's number.
        expected: String,
    },
    /// An answer of a kind, or with a code, that the request does not allow.
    WrongAnswer {
        /// The message answered.
        request: String,
        /// What may answer it.
        allowed: String,
        /// The code that is not allowed, where the kind is.
        code: Option<u8>,
    },
    /// An answer that came after this long, counted from the latest transmission.
    Answered {
        /// The message answered.
        request: String,
        /// How long.
        after: Duration,
    },
    /// A second answer.
    AnsweredAgain {
        /// The message answered.
        request: String,
        /// How often it had been sent.
        transmissions: usize,
    },
    /// The same message again.
    Resent {
        /// Since the transmission before.
        gap: Duration,
        /// Which retransmission this is, from 1.
        copy: usize,
        /// How long its answer had been captured then.
        answered: Option<Duration>,
        /// The transport does not allow it.
        over_tcp: bool,
        /// The clock ran backwards meanwhile: intervals mean nothing.
        clock_stepped: bool,
    },
    /// Same kind and number while the first is unanswered, but other content.
    ResentAltered {
        /// The number.
        number: String,
    },
    /// A new message while one is unanswered.
    WindowExceeded {
        /// The message unanswered.
        open: String,
        /// For how long.
        since: Duration,
    },
    /// Sent before the login was granted.
    NotLoggedIn,
    /// The state does not allow it.
    NotAllowed {
        /// Where the sender is, and what that rules out.
        why: String,
    },
    /// Sent after the disconnection was confirmed.
    AfterLogout,
    /// Speaks under a name or ID that is not its own.
    Impostor {
        /// As claimed.
        claimed: String,
        /// Its own.
        own: String,
    },
    /// The server granted a name or ID that is in use.
    DuplicateIdentity {
        /// Which, in words.
        what: String,
        /// Whose it is.
        holder: String,
    },
    /// Members who should have got a message did not.
    NotRelayed {
        /// Who.
        members: Vec<String>,
        /// How long the capture went on.
        waited: Duration,
    },
    /// A relay's content is not what was sent.
    RelayAltered {
        /// What differs.
        what: &'static str,
        /// The author.
        author: String,
    },
    /// A relay went to someone who should not get it.
    RelayMisdirected {
        /// The receiver.
        to: String,
        /// Why not.
        why: &'static str,
    },
    /// A notice that was due was not sent.
    NoNotice {
        /// Its kind.
        kind: &'static str,
        /// After what.
        change: String,
        /// To whom.
        members: Vec<String>,
        /// How long the capture went on.
        waited: Duration,
    },
    /// A list that contradicts what the server itself granted.
    ListContradicts {
        /// How.
        what: String,
    },
    /// A latency bound of the policy is exceeded.
    Latency {
        /// Which statistic, of what.
        what: String,
        /// As measured.
        measured: Duration,
        /// As allowed.
        bound: Duration,
        /// Of how many answers.
        count: u64,
    },
    /// An invitation left unanswered.
    InvitationExpired {
        /// For how long after it was acknowledged.
        waited: Duration,
        /// The timer.
        timer: Duration,
        /// An answer came after all.
        answered_late: bool,
    },
}

/// Whoever listens to the tracker.
pub trait Witness {
    /// A topic came up that rules check, once, for a side of a session.
    fn opportunity(&mut self, spec: &'static Spec, topic: Topic, session: u32, actor: Actor);
    /// Several topics came up at once.
    fn opportunities(&mut self, spec: &'static Spec, topics: &[Topic], session: u32, actor: Actor) {
        for topic in topics {
            self.opportunity(spec, *topic, session, actor);
        }
    }
    /// Something noticed.
    fn observe(&mut self, observation: Observation);
    /// Whether anybody listens to [`Witness::exchange`].
    fn wants_exchanges(&self) -> bool {
        true
    }
    /// An exchange is over: answered, or given up.
    fn exchange(&mut self, exchange: ExchangeReport);
    /// A session is over.
    fn session(&mut self, session: SessionReport);
}

/// A listener that several can stand in for, each on a thread of its own, who hear of different services.
pub trait Divided: Witness + Send + Sized {
    /// Another one, who has heard nothing.
    fn another(&self) -> Self;
    /// It is told what another one has heard.
    fn rejoin(&mut self, other: Self);
}
