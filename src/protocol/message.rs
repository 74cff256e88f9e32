//! A message as the tracker and the rules see it: which one, under which number, what it does, what is wrong with it.

use super::reason::Reason;
use super::spec::Kind;
use std::net::SocketAddrV4;

/// One message, borrowed from its bytes.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// Its row of the message table; `None` if its type is unassigned or its bytes are no message.
    pub kind: Option<&'static Kind>,
    /// Its name where that is not simply the table's (a command whose ending is free).
    pub name: Option<&'a str>,
    /// The number or TIME it travels under.
    pub seq: Seq<'a>,
    /// For an acknowledgement that names what it acknowledges: the code of that kind.
    pub subject: Option<u16>,
    /// Under which identity it speaks, where the message says so.
    pub speaker: Identity<'a>,
    /// Whether it grants or refuses what it answers.
    pub verdict: Verdict,
    /// The status or error code it carries.
    pub code: Option<u8>,
    /// What it does in the dialogue.
    pub act: Act<'a>,
    /// What a retransmission must repeat and a relay must not change: everything but number and direction.
    pub content: &'a [u8],
    /// What is wrong with its bytes, in wire order.
    pub defects: Vec<Defect>,
    /// How improbable it is that other bytes read like this: bits, less penalties. For recognition only.
    pub evidence: f32,
}

impl<'a> Message<'a> {
    /// A message of no known kind, with nothing known about it.
    #[must_use]
    pub fn unknown(content: &'a [u8]) -> Message<'a> {
        Message {
            kind: None,
            name: None,
            seq: Seq::None,
            subject: None,
            speaker: Identity::None,
            verdict: Verdict::None,
            code: None,
            act: Act::None,
            content,
            defects: Vec::new(),
            evidence: 0.0,
        }
    }

    /// The exact name for output, `None` for an unassigned type or what is no message.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.name.or(self.kind.map(|kind| kind.name))
    }

    /// Whether its bytes are no message at all.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        self.defects.iter().any(|defect| defect.kind == DefectKind::Malformed)
    }
}

/// The number, or the text that serves as one, under which a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seq<'a> {
    /// The protocol has none, or it could not be read.
    None,
    /// A number.
    Number(u16),
    /// Compared byte for byte.
    Text(&'a [u8]),
}

impl Seq<'_> {
    /// In words, escaped; `None` where there is none.
    #[must_use]
    pub fn shown(self) -> Option<String> {
        match self {
            Seq::None => None,
            Seq::Number(number) => Some(number.to_string()),
            Seq::Text(text) => Some(crate::bytes::escape(text)),
        }
    }
}

/// A claim of who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Identity<'a> {
    /// The message does not say.
    None,
    /// An ID; 0 is the server, or nobody yet.
    Id(u8),
    /// A user's name, without padding or line end.
    Name(&'a [u8]),
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It is no verdict, or an acknowledgement that simply confirms.
    None,
    /// Granted.
    Granted,
    /// Refused.
    Refused,
}

/// Whom a message of content is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience<'a> {
    /// Everybody in the state before any room (main room, public group).
    Lobby,
    /// Everybody in the sender's own room, whichever state that is.
    OwnRoom,
    /// Everybody in the sender's private group, which there must be.
    Room,
    /// The members of the group of this number.
    Group(u8),
    /// The other side of the sender's private chat.
    Partner,
    /// The user of this name.
    User(&'a [u8]),
    /// Everybody who is logged in.
    Everyone,
}

/// Which users a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All users, or all but those in a room.
    All,
    /// The users in the receiver's room.
    OwnRoom,
    /// Only the entries that changed.
    Changes,
}

/// One row of a list of users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row<'a> {
    /// The name, without padding.
    pub name: &'a [u8],
    /// The ID, where users have one.
    pub id: Option<u8>,
    /// The group's number, where the list says it.
    pub group: Option<u8>,
    /// Whether the user is in the lobby (`Some(true)`) or in a room, where the list says only that.
    pub in_lobby: Option<bool>,
    /// Where the user can be reached, where the list says it.
    pub address: Option<SocketAddrV4>,
}

/// What a message does, as the service's book-keeping understands it. Requests take effect when they are granted;
/// everything from the server takes effect when it is sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Act<'a> {
    /// Nothing but what the message table says.
    None,
    /// Asks to be logged in under this name.
    Login {
        /// Without padding or line end.
        name: &'a [u8],
    },
    /// The answer to a login: an ID is granted with it.
    Admit {
        /// The ID granted.
        id: u8,
    },
    /// Asks to leave the service.
    Logout,
    /// Asks to enter a room, from the lobby.
    Enter {
        /// The room's name.
        room: &'a [u8],
    },
    /// Asks to leave the room for the lobby.
    Leave,
    /// Asks to leave the room for the lobby or, from the lobby, the service.
    Back,
    /// Content for others: to be relayed by the server, relayed by it, or sent directly.
    Say {
        /// For whom; in a relay, what the relay itself says of that.
        audience: Audience<'a>,
        /// Whose it is, in a relay that says so.
        author: Identity<'a>,
        /// What must arrive unchanged.
        text: &'a [u8],
    },
    /// Asks for a private chat with a user (client), or announces one (server: who asked).
    OpenPrivate {
        /// The other user.
        with: &'a [u8],
    },
    /// Ends the private chat (client), or announces that the partner did (server).
    ClosePrivate,
    /// The private chat is over (server).
    Released,
    /// Asks for a new group (client).
    CreateGroup {
        /// Without a server in the middle.
        decentralized: bool,
        /// The IDs of those to invite.
        invited: &'a [u8],
    },
    /// The receiver is now in this group (server).
    Joined {
        /// The group's number, where it has one.
        group: Option<u8>,
        /// Without a server in the middle, where the message says so.
        decentralized: Option<bool>,
    },
    /// The wish for a new group is refused (server).
    NotJoined,
    /// Invites a client to a group (client), or relays that (server).
    Invite {
        /// The group's number, where it has one.
        group: Option<u8>,
        /// The ID of the one invited, where it is said.
        invited: Option<u8>,
        /// Without a server in the middle.
        decentralized: bool,
    },
    /// Accepts an invitation (client), or tells the inviter (server).
    AcceptInvitation {
        /// The group's number, where it has one.
        group: Option<u8>,
    },
    /// Declines an invitation (client), or tells the inviter (server).
    RejectInvitation {
        /// The group's number, where it has one.
        group: Option<u8>,
    },
    /// Chooses how the group will talk (client).
    ChooseMode {
        /// Without a server in the middle.
        decentralized: bool,
    },
    /// The receiver's group is no more (server).
    Dissolved {
        /// The group's number, where it has one.
        group: Option<u8>,
    },
    /// A list of users (server).
    Roster {
        /// About whom.
        scope: Scope,
        /// Its rows, as far as they could be read; `None` if the list is opaque.
        rows: Option<Vec<Row<'a>>>,
    },
    /// This connection, just opened, belongs to the session of a user (client).
    Attach {
        /// Who opened it.
        user: &'a [u8],
    },
    /// A user is gone (server).
    Gone {
        /// The user's ID.
        id: u8,
    },
}

/// One thing wrong with the bytes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// What sort of wrong.
    pub kind: DefectKind,
    /// Where, in bytes from the start of the message.
    pub offset: usize,
    /// A clause with numbers that a stranger understands: what was required, what was there.
    pub reason: Reason,
}

impl Defect {
    /// A defect at an offset.
    #[must_use]
    pub fn new(kind: DefectKind, offset: usize, reason: impl Into<Reason>) -> Defect {
        Defect { kind, offset, reason: reason.into() }
    }
}

/// The sorts of defect a parser can see in one message by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DefectKind {
    /// The bytes are no message of the protocol.
    Malformed,
    /// The document does not assign the type.
    UnassignedType,
    /// Assigned, but only for the other direction.
    WrongDirection,
    /// A length field against the bytes there, or bytes left over.
    LengthMismatch,
    /// Reserved or padding bits not zero.
    ReservedBits,
    /// A fixed or enumerated field with a value the document rules out.
    OutOfRange,
    /// Text empty, too long or in the wrong encoding.
    BadText,
    /// Data where the document says none.
    UnexpectedPayload,
    /// A required line end is absent.
    MissingTerminator,
    /// An acknowledgement not in its prescribed form.
    MalformedAck,
    /// Legal, but kept as opaque text: worth a note, never a finding.
    Opaque,
}
