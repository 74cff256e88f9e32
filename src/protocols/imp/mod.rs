//! `imp`, the Instant Messenger Protocol of 2017: stop-and-wait with an alternating bit, over UDP.
//!
//! [`wire`] reads and writes the bytes, `dialogue` says what each message does, `defects` what is wrong with one,
//! `fields` shows it as a tree. Section numbers are the document's.

use crate::protocol::{
    Allowed, Answer, Change, Citation, Convention, Direction, Due, Field, Framing, Kind, Message, Notice, Numbering,
    Owed, Protocol, Reading, Relay, Sender, Spec, Takes, Timer, Topic, Transport, answer,
};
use std::time::Duration;

mod defects;
mod dialogue;
mod fields;
pub mod wire;

/// The protocol.
#[derive(Clone, Copy, Debug)]
pub struct Imp;

impl Protocol for Imp {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn dissect<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Message<'a> {
        dialogue::dissect(bytes, reading)
    }

    fn is_malformed(&self, bytes: &[u8], _: &Reading) -> bool {
        bytes.len() < wire::HEADER
    }

    fn fields<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Vec<Field<'a>> {
        fields::fields(bytes, row_order(reading))
    }

    fn frame(&self, _bytes: &[u8], _reading: &Reading) -> Framing {
        Framing::Broken
    }

    fn vote(&self, bytes: &[u8], _reading: &Reading, vote: &mut dyn FnMut(usize, usize)) {
        dialogue::vote(bytes, vote);
    }
}

/// The index of [`SPEC`]'s one convention.
const ROW_ORDER: usize = 0;

fn row_order(reading: &Reading) -> wire::RowOrder {
    match reading.choices.get(ROW_ORDER) {
        1 => wire::RowOrder::Text,
        _ => wire::RowOrder::Figure,
    }
}

static SPEC: Spec = Spec {
    id: "imp",
    title: "Instant Messenger Protocol",
    document: "imp",
    transports: &[Transport::Udp],
    kinds: &KINDS,
    conventions: &[Convention {
        name: "row-order",
        values: &["figure", "text"],
        section: "5.5",
        about: "whether a row of a user list starts with client and group ID or with the username",
    }],
    // One bit: it can only alternate. Its first value is free.
    numbering: &[Numbering { modulus: 2, first: None, shared: false, may_skip: false, answers_count: false }],
    numbering_by: None,
    relay_number_by: None,
    timer: Timer {
        resend: Some(Duration::from_millis(500)),
        server_waits: true,
        regular: true,
        maximum: Some(5),
        over_tcp: false,
        hides_copies: true,
        patience: Duration::from_millis(500),
    },
    window: Some(1),
    invitation: Some(Duration::from_secs(15)),
    notices: &[
        Notice { after: Change::Login, kind: "UpdateList", to: Owed::Everyone },
        Notice { after: Change::Enter, kind: "UpdateList", to: Owed::Everyone },
        Notice { after: Change::Leave, kind: "UpdateList", to: Owed::Everyone },
        Notice { after: Change::Logout, kind: "UpdateDisconnection", to: Owed::Everyone },
        Notice { after: Change::Alone, kind: "GroupDissolution", to: Owed::Room },
    ],
    lists_may_omit_receiver: false,
    attaches: false,
    citations: &[
        Citation { topic: Topic::Format, section: "4" },
        Citation { topic: Topic::Types, section: "4" },
        Citation { topic: Topic::Directions, section: "5" },
        Citation { topic: Topic::Lengths, section: "4" },
        Citation { topic: Topic::ReservedBits, section: "4" },
        Citation { topic: Topic::Values, section: "5" },
        Citation { topic: Topic::Text, section: "5.1" },
        Citation { topic: Topic::EmptyData, section: "4" },
        Citation { topic: Topic::NumberReuse, section: "4" },
        Citation { topic: Topic::Answers, section: "3.2" },
        Citation { topic: Topic::AnswerNumber, section: "5.18" },
        Citation { topic: Topic::AckForm, section: "5.18" },
        Citation { topic: Topic::ResendTimer, section: "3.2" },
        Citation { topic: Topic::RegularTimer, section: "3.2" },
        Citation { topic: Topic::Resend, section: "3.2" },
        Citation { topic: Topic::ResendMaximum, section: "3.2" },
        Citation { topic: Topic::ResendIdentical, section: "3.2" },
        Citation { topic: Topic::ResendNeedless, section: "3.2" },
        Citation { topic: Topic::StopAndWait, section: "3.2" },
        Citation { topic: Topic::Login, section: "3.2" },
        Citation { topic: Topic::States, section: "3.2" },
        Citation { topic: Topic::Logout, section: "6.5" },
        Citation { topic: Topic::Identity, section: "4" },
        Citation { topic: Topic::UniqueIdentity, section: "3.1.2, 5.1" },
        Citation { topic: Topic::Relay, section: "6.2" },
        Citation { topic: Topic::RelayContent, section: "5.6" },
        Citation { topic: Topic::RelayAudience, section: "6.2" },
        Citation { topic: Topic::Notices, section: "6.4" },
        Citation { topic: Topic::Lists, section: "5.15" },
        Citation { topic: Topic::InvitationTimer, section: "6.3" },
    ],
};

/// What every message with A = 0 is answered by, but for the two that have a response of their own (§3.2).
const ACKNOWLEDGED: &[Answer] = &[answer(ACKNOWLEDGEMENT)];
const ACKNOWLEDGEMENT: &str = "Acknowledgement";
/// The acknowledgement has no code of its own, but bit A: the first number that five bits cannot hold stands for it.
const ACKNOWLEDGEMENT_CODE: u16 = 0x20;

const WHILE_INVITED: Allowed = Allowed(Allowed::INSIDE.0 | Allowed::WHILE_INVITED.0);

/// Everybody invited gets the invitation from the server (§6.3).
const INVITATION: Relay = Relay { by: "GroupInvitationRequest", to_author: false, judged: true, if_code: None };

/// A row of the table below; what differs from it is written out there.
const fn kind(name: &'static str, code: wire::Type, from: Sender, section: &'static str) -> Kind {
    Kind { answered_by: ACKNOWLEDGED, due: Due::Required, ..Kind::new(name, code.0 as u16, from, section) }
}

static KINDS: [Kind; 18] = [
    Kind {
        data: "username, 8 bytes",
        answered_by: &[answer("ConnectionAccept"), answer("ConnectionReject"), answer(ACKNOWLEDGEMENT)],
        allowed: Allowed::OUT,
        ..kind("ConnectionRequest", wire::Type::CONNECTION_REQUEST, Sender::Client, "5.1")
    },
    Kind { data: "client ID", ..kind("ConnectionAccept", wire::Type::CONNECTION_ACCEPT, Sender::Server, "5.2") },
    Kind {
        data: "error, 1 bit",
        // §6.1.2 shows none, §3.2 asks for one.
        due: Due::Optional,
        ..kind("ConnectionReject", wire::Type::CONNECTION_REJECT, Sender::Server, "5.3")
    },
    Kind {
        data: "none",
        answered_by: &[answer("UserListResponse"), answer(ACKNOWLEDGEMENT)],
        allowed: Allowed::INSIDE,
        ..kind("UserListRequest", wire::Type::USER_LIST_REQUEST, Sender::Client, "5.4")
    },
    Kind {
        data: "rows of 16 bytes: client, group, username, address, port",
        ..kind("UserListResponse", wire::Type::USER_LIST_RESPONSE, Sender::Server, "5.5")
    },
    Kind {
        data: "data length, then the payload",
        allowed: Allowed::INSIDE,
        relay: Some(Relay { by: "DataMessage", to_author: false, judged: true, if_code: None }),
        ..kind("DataMessage", wire::Type::DATA_MESSAGE, Sender::Any, "5.6")
    },
    Kind {
        data: "mode, client IDs to invite",
        allowed: Allowed::INSIDE,
        relay: Some(INVITATION),
        ..kind("GroupCreationRequest", wire::Type::GROUP_CREATION_REQUEST, Sender::Client, "5.7")
    },
    Kind {
        data: "mode, group ID",
        ..kind("GroupCreationAccept", wire::Type::GROUP_CREATION_ACCEPT, Sender::Server, "5.8")
    },
    Kind { data: "none", ..kind("GroupCreationReject", wire::Type::GROUP_CREATION_REJECT, Sender::Server, "5.9") },
    Kind {
        data: "mode, group ID, client ID",
        allowed: Allowed::ROOM,
        relay: Some(INVITATION),
        ..kind("GroupInvitationRequest", wire::Type::GROUP_INVITATION_REQUEST, Sender::Either, "5.10")
    },
    Kind {
        data: "mode, group ID, client ID",
        allowed: WHILE_INVITED,
        ..kind("GroupInvitationAccept", wire::Type::GROUP_INVITATION_ACCEPT, Sender::Either, "5.11")
    },
    Kind {
        data: "mode, group ID, client ID",
        allowed: WHILE_INVITED,
        ..kind("GroupInvitationReject", wire::Type::GROUP_INVITATION_REJECT, Sender::Either, "5.12")
    },
    Kind {
        data: "none",
        allowed: Allowed::ROOM,
        ..kind("GroupDisjointRequest", wire::Type::GROUP_DISJOINT_REQUEST, Sender::Client, "5.13")
    },
    Kind { data: "none", ..kind("GroupDissolution", wire::Type::GROUP_DISSOLUTION, Sender::Server, "5.14") },
    Kind {
        data: "rows of 16 bytes, as in UserListResponse",
        ..kind("UpdateList", wire::Type::UPDATE_LIST, Sender::Server, "5.15")
    },
    Kind { data: "client ID", ..kind("UpdateDisconnection", wire::Type::UPDATE_DISCONNECTION, Sender::Server, "5.16") },
    Kind {
        data: "none",
        allowed: Allowed::INSIDE,
        ..kind("DisconnectionRequest", wire::Type::DISCONNECTION_REQUEST, Sender::Client, "5.17")
    },
    Kind {
        data: "none; type and S of the message acknowledged, A = 1",
        takes: Takes::Echo,
        ack: true,
        ..Kind::new(ACKNOWLEDGEMENT, ACKNOWLEDGEMENT_CODE, Sender::Any, "5.18")
    },
];

/// The row of a type, if it is assigned.
fn kind_of(kind: wire::Type) -> Option<&'static Kind> {
    let code = u16::from(kind.0);
    KINDS.iter().find(|row| row.code == code && !row.ack)
}

fn acknowledgement() -> Option<&'static Kind> {
    SPEC.kind(ACKNOWLEDGEMENT, Direction::Unknown)
}
