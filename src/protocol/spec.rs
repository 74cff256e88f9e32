//! The tables of a protocol: messages, what answers what, numbering, timers, states, relays, citations, conventions.

use super::{Direction, Transport};
use std::ops::BitOr;
use std::time::Duration;

/// Everything the engine, the rules and the reports know about a protocol.
#[derive(Debug)]
pub struct Spec {
    /// The identifier in output and options.
    pub id: &'static str,
    /// Its name in words.
    pub title: &'static str,
    /// The document, as cited.
    pub document: &'static str,
    /// What may carry it.
    pub transports: &'static [Transport],
    /// The message table, in the order of the document.
    pub kinds: &'static [Kind],
    /// Points where the document allows two readings.
    pub conventions: &'static [Convention],
    /// How messages are numbered; more than one where a convention decides (indexed by its value).
    pub numbering: &'static [Numbering],
    /// Which convention (index) selects the numbering, if there is more than one.
    pub numbering_by: Option<usize>,
    /// Which convention (index) says whether a relay keeps the number of what it relays (value 0) or has one of its own.
    pub relay_number_by: Option<usize>,
    /// Timers and retransmission.
    pub timer: Timer,
    /// How many messages may be unanswered per direction: `Some(1)` is stop-and-wait.
    pub window: Option<usize>,
    /// How long an invitation may stay unanswered once it was acknowledged.
    pub invitation: Option<Duration>,
    /// What the server owes to whom after a change.
    pub notices: &'static [Notice],
    /// A list need not name the client it goes to.
    pub lists_may_omit_receiver: bool,
    /// A connection may belong to the session of who has logged in on another one.
    pub attaches: bool,
    /// Where the document says what, by topic. A topic without an entry gives no ground for its rules.
    pub citations: &'static [Citation],
}

impl Spec {
    /// The kind of this name that `direction` may carry, else any of this name.
    #[must_use]
    pub fn kind(&self, name: &str, direction: Direction) -> Option<&'static Kind> {
        let mut named = self.kinds.iter().filter(|kind| kind.name == name);
        named.clone().find(|kind| kind.from.allows(direction)).or_else(|| named.next())
    }

    /// The section that grounds a topic, if the document does.
    #[must_use]
    pub fn section(&self, topic: Topic) -> Option<&'static str> {
        self.citations.iter().find(|citation| citation.topic == topic).map(|citation| citation.section)
    }
}

/// One row of a message table.
#[derive(Debug)]
pub struct Kind {
    /// The exact name in output.
    pub name: &'static str,
    /// Type or opcode on the wire; 0 where commands are words.
    pub code: u16,
    /// Who may send it.
    pub from: Sender,
    /// Where the document defines it.
    pub section: &'static str,
    /// What it carries, in a few words for people.
    pub data: &'static str,
    /// How it comes by its number.
    pub takes: Takes,
    /// What answers it. Empty: nothing does.
    pub answered_by: &'static [Answer],
    /// Whether an answer must come.
    pub due: Due,
    /// Its only purpose is to acknowledge.
    pub ack: bool,
    /// The states in which a client may send it.
    pub allowed: Allowed,
    /// Who gets its content passed on.
    pub relay: Option<Relay>,
    /// Our own assignment, where the document shows the message but no code.
    pub assumed: bool,
}

impl Kind {
    /// The row every table starts from: give it a name, a code, a sender and a section, override the rest.
    #[must_use]
    pub const fn new(name: &'static str, code: u16, from: Sender, section: &'static str) -> Kind {
        Kind {
            name,
            code,
            from,
            section,
            data: "",
            takes: Takes::Own,
            answered_by: &[],
            due: Due::No,
            ack: false,
            allowed: Allowed::ANY,
            relay: None,
            assumed: false,
        }
    }

    /// Whether it can only be an answer: it never opens an exchange of its own accord.
    #[must_use]
    pub fn only_answers(&self) -> bool {
        self.takes == Takes::Echo || (self.takes == Takes::Nothing && self.ack)
    }
}

/// Who may send a kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Clients, to the server.
    Client,
    /// The server, to clients.
    Server,
    /// Either.
    Either,
    /// Clients, to the server or to each other.
    ClientOrPeer,
    /// Anyone to anyone.
    Any,
}

impl Sender {
    /// Whether it may travel this way. Where the way is unknown, yes.
    #[must_use]
    pub fn allows(self, direction: Direction) -> bool {
        match direction {
            Direction::Unknown => true,
            Direction::ToServer => self != Sender::Server,
            Direction::ToClient => !matches!(self, Sender::Client | Sender::ClientOrPeer),
            Direction::Peer => matches!(self, Sender::ClientOrPeer | Sender::Any),
        }
    }
}

/// How a message comes by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// The sender's next one.
    Own,
    /// Repeats the number of what it answers; it is always an answer.
    Echo,
    /// Repeats the number if it answers something outstanding, else the sender's next.
    EchoOrOwn,
    /// A relay: keeps the number of what it relays, or takes the sender's next.
    RelayOrOwn,
    /// Repeats the number of the invitation it concludes.
    Invitation,
    /// Has none; answers are matched first in, first out.
    Nothing,
}

/// One thing that can answer a kind of message.
#[derive(Debug)]
pub struct Answer {
    /// The answer's name; `*` is whatever the other side sends next.
    pub kind: &'static str,
    /// The status or error codes it may carry then; empty: any.
    pub codes: &'static [u8],
    /// It must repeat the content (a chat message that comes back to its author).
    pub same_content: bool,
}

/// An answer of any code.
#[must_use]
pub const fn answer(kind: &'static str) -> Answer {
    Answer { kind, codes: &[], same_content: false }
}

/// Whether an answer must come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// None is.
    No,
    /// Its absence is a fault.
    Required,
    /// Required where the message grants what was asked (see [`Verdict`](super::Verdict)); a refusal has no answer.
    IfGranted,
    /// It may come; its absence is no fault.
    Optional,
}

/// The states in which a client may send something: a set of states, and conditions beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed(pub u8);

impl Allowed {
    /// Before login and after leaving.
    pub const OUT: Allowed = Allowed(1);
    /// Logged in, in no room: main room, public group.
    pub const LOBBY: Allowed = Allowed(2);
    /// In a room or private group.
    pub const ROOM: Allowed = Allowed(4);
    /// Only with a private chat open.
    pub const IN_PRIVATE_CHAT: Allowed = Allowed(8);
    /// Only while an invitation is open.
    pub const WHILE_INVITED: Allowed = Allowed(16);
    /// Logged in, wherever.
    pub const INSIDE: Allowed = Allowed(2 | 4);
    /// Anywhere.
    pub const ANY: Allowed = Allowed(1 | 2 | 4);

    /// Whether all of `other` is in this set.
    #[must_use]
    pub const fn has(self, other: Allowed) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Allowed {
    type Output = Allowed;
    fn bitor(self, other: Allowed) -> Allowed {
        Allowed(self.0 | other.0)
    }
}

/// How a message's content is passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relay {
    /// The kind that carries it to each member.
    pub by: &'static str,
    /// The author gets it too.
    pub to_author: bool,
    /// The document says exactly who gets it, so a missing or misdirected one is a fault.
    pub judged: bool,
    /// It is passed on only once the answer granted it (`None`: at once). Codes of that answer.
    pub if_code: Option<u8>,
}

/// How messages are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbering {
    /// Numbers run from 0 below this; 0: the number is a text, only compared.
    pub modulus: u32,
    /// The number a sender starts with; `None`: free.
    pub first: Option<u16>,
    /// One running number for all parties, instead of one a sender.
    pub shared: bool,
    /// Numbers may be skipped.
    pub may_skip: bool,
    /// Answers take a number of their own and are matched in order, instead of repeating the one they answer.
    pub answers_count: bool,
}

/// Timers and retransmission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// Unanswered for this long: sent again, and not sooner.
    pub resend: Option<Duration>,
    /// The lower bound holds for the server too.
    pub server_waits: bool,
    /// The interval is also an upper bound: later is irregular, an answer later is late.
    pub regular: bool,
    /// At most this many retransmissions.
    pub maximum: Option<u32>,
    /// Retransmission by the application over TCP is legal.
    pub over_tcp: bool,
    /// An interval of several timers may hide copies lost before the capture point.
    pub hides_copies: bool,
    /// Half of how long an answer, a relay or a notice may take before it is missing.
    pub patience: Duration,
}

/// A list or notice the server owes after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// After what.
    pub after: Change,
    /// The kind of message owed.
    pub kind: &'static str,
    /// To whom, besides the client that caused it.
    pub to: Owed,
}

/// What can change in a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A client was logged in.
    Login,
    /// A client entered a room or group.
    Enter,
    /// A client left its room or group.
    Leave,
    /// A client left the service, on its own wish or because it no longer answers.
    Logout,
    /// A room or group is down to one member.
    Alone,
}

/// To whom a notice is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owed {
    /// Every other client that is in no room.
    Lobby,
    /// Every other client in the room or group concerned.
    Room,
    /// Every other client.
    Everyone,
}

/// Where a document says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citation {
    /// What about.
    pub topic: Topic,
    /// The section, as the document numbers it.
    pub section: &'static str,
}

/// What a document can say that a rule can be grounded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Topic {
    /// The shape of a message.
    Format,
    /// The assigned types.
    Types,
    /// Which side sends what.
    Directions,
    /// Length fields.
    Lengths,
    /// Reserved or padding bits.
    ReservedBits,
    /// Fixed fields and enumerated values.
    Values,
    /// Names and texts.
    Text,
    /// Messages without data.
    EmptyData,
    /// Line ends.
    Terminator,
    /// The first number.
    FirstNumber,
    /// Numbers follow one another.
    Numbering,
    /// A number (or TIME) belongs to one message.
    NumberReuse,
    /// Numbers (or TIME) do not run backwards.
    NumberOrder,
    /// What answers what.
    Answers,
    /// Under which number an answer comes.
    AnswerNumber,
    /// The form of an acknowledgement.
    AckForm,
    /// The retransmission timer, as a lower bound.
    ResendTimer,
    /// The retransmission timer, as an upper bound too.
    RegularTimer,
    /// An unanswered message is sent again.
    Resend,
    /// The maximum of retransmissions.
    ResendMaximum,
    /// A retransmission is identical.
    ResendIdentical,
    /// An answered message is not sent again.
    ResendNeedless,
    /// One message at a time.
    StopAndWait,
    /// Login comes first.
    Login,
    /// What is allowed in which state.
    States,
    /// The end of a session.
    Logout,
    /// Names and IDs belong to one client.
    Identity,
    /// Names and IDs are unique.
    UniqueIdentity,
    /// Who gets a message.
    Relay,
    /// Relays are unchanged.
    RelayContent,
    /// Who does not get a message.
    RelayAudience,
    /// Lists and notices due after a change.
    Notices,
    /// Lists say what is so.
    Lists,
    /// How long an invitation stays open.
    InvitationTimer,
}

impl Topic {
    /// How many topics there are.
    pub const COUNT: usize = Topic::InvitationTimer as usize + 1;

    /// Its place among them.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A point where a document honestly allows two readings.
#[derive(Debug)]
pub struct Convention {
    /// As in output and `--convention`.
    pub name: &'static str,
    /// The readings; the first is the default.
    pub values: &'static [&'static str],
    /// Where the document leaves it open.
    pub section: &'static str,
    /// What is open, in a sentence.
    pub about: &'static str,
}

/// Which value of each convention holds, by index; conventions a protocol lacks are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choices(pub [u8; 4]);

impl Choices {
    /// The value chosen for a convention.
    #[must_use]
    pub fn get(self, convention: usize) -> usize {
        self.0.get(convention).copied().unwrap_or(0).into()
    }

    /// The same with one value replaced.
    #[must_use]
    pub fn with(mut self, convention: usize, value: usize) -> Choices {
        if let Some(slot) = self.0.get_mut(convention) {
            *slot = u8::try_from(value).unwrap_or(0);
        }
        self
    }
}
