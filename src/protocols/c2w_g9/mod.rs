//! c2w of Group 9 (2014): binary, over UDP or TCP. A four-byte header, then data; each direction has its own types.

pub mod wire;

mod dialogue;
mod fields;

use crate::protocol::{
    Allowed, Answer, Change, Citation, Convention, Due, Field, Framing, Kind, Message, Notice, Numbering, Owed,
    Protocol, Reading, Relay, Sender, Spec, Takes, Timer, Topic, Transport, answer,
};
use std::time::Duration;
use wire::{client, server};

/// c2w of Group 9.
pub struct C2wG9;

impl Protocol for C2wG9 {
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
        fields::fields(bytes, dialogue::sender(bytes, reading))
    }

    fn frame(&self, bytes: &[u8], _: &Reading) -> Framing {
        match wire::frame_length(bytes) {
            Some(length) if length <= bytes.len() => Framing::Message(length),
            Some(length) => Framing::NeedMore { at_least: length },
            None => Framing::NeedMore { at_least: wire::HEADER },
        }
    }
}

static SPEC: Spec = Spec {
    id: "c2w-g9",
    title: "c2w, Group 9",
    document: "c2w-g9",
    transports: &[Transport::Udp, Transport::Tcp],
    kinds: KINDS,
    conventions: &[Convention {
        name: "ack-sequence",
        values: &["echo", "counter"],
        section: "2.1",
        about: "An answer repeats the number of the message it answers, or takes its sender's next number.",
    }],
    numbering: &[ECHO, Numbering { answers_count: true, ..ECHO }],
    numbering_by: Some(0),
    relay_number_by: None,
    timer: Timer {
        resend: Some(Duration::from_secs(2)),
        server_waits: true,
        regular: true,
        maximum: None,
        over_tcp: false,
        hides_copies: false,
        patience: Duration::from_secs(2),
    },
    window: None,
    invitation: None,
    notices: &[
        Notice { after: Change::Login, kind: MAIN_LIST, to: Owed::Lobby },
        Notice { after: Change::Enter, kind: MAIN_LIST, to: Owed::Lobby },
        Notice { after: Change::Enter, kind: MOVIE_LIST, to: Owed::Room },
        Notice { after: Change::Leave, kind: MAIN_LIST, to: Owed::Lobby },
        Notice { after: Change::Leave, kind: MOVIE_LIST, to: Owed::Room },
        Notice { after: Change::Logout, kind: MAIN_LIST, to: Owed::Lobby },
    ],
    lists_may_omit_receiver: false,
    attaches: false,
    citations: CITATIONS,
};

/// Each side counts from 0 what it sends to the other, and wraps after 255 (§2.1).
const ECHO: Numbering =
    Numbering { modulus: 256, first: Some(0), shared: false, may_skip: false, answers_count: false };

const MAIN_LIST: &str = "sendMainRoomUserList";
const MOVIE_LIST: &str = "sendMovieRoomUserList";

/// Tables 1 and 2, then what only the figures show.
static KINDS: &[Kind] = &[
    request("loginRequest", client::LOGIN_REQUEST, "user_name", &[answer("loginResponse")], Allowed::OUT),
    request("movieListRequest", client::MOVIE_LIST_REQUEST, "", &[answer("movieListResponse")], Allowed::INSIDE),
    request("mainRoomUserListRequest", client::MAIN_ROOM_USER_LIST_REQUEST, "", &[answer(MAIN_LIST)], Allowed::LOBBY),
    request(
        "movieRoomUserListRequest",
        client::MOVIE_ROOM_USER_LIST_REQUEST,
        "movie_name",
        &[answer(MOVIE_LIST)],
        Allowed::ROOM,
    ),
    Kind {
        relay: Some(to_room("sendMsgInMainRoom")),
        ..request(
            "sendMsgInMainRoom",
            client::SEND_MSG_IN_MAIN_ROOM,
            "msg",
            &[comes_back("sendMsgInMainRoom")],
            Allowed::LOBBY,
        )
    },
    Kind {
        relay: Some(to_room("sendMsgInMovieRoom")),
        ..request(
            "sendMsgInMovieRoom",
            client::SEND_MSG_IN_MOVIE_ROOM,
            "msg",
            &[comes_back("sendMsgInMovieRoom")],
            Allowed::ROOM,
        )
    },
    Kind {
        relay: Some(Relay { by: "sendMsgInPrivateRoom", to_author: false, judged: true, if_code: None }),
        ..request(
            "sendMsgInPrivateRoom",
            client::SEND_MSG_IN_PRIVATE_ROOM,
            "msg",
            &[answer("msgReceived")],
            IN_PRIVATE_CHAT,
        )
    },
    request(
        "privateChatRequest",
        client::PRIVATE_CHAT_REQUEST,
        "user_name",
        &[answer("privateChatResponse")],
        Allowed::INSIDE,
    ),
    request("movieRequest", client::MOVIE_REQUEST, "movie_name", &[answer("movieResponse")], Allowed::LOBBY),
    request(
        "leaveMainRoomRequest",
        client::LEAVE_MAIN_ROOM_REQUEST,
        "",
        &[answer("disconnectSuccess")],
        Allowed::LOBBY,
    ),
    request(
        "leaveMovieRoomRequest",
        client::LEAVE_MOVIE_ROOM_REQUEST,
        "",
        &[answer("removedFromMovieRoom")],
        Allowed::ROOM,
    ),
    // From the partner of who left first, it answers the server's message of the same name (§5.6).
    Kind {
        takes: Takes::EchoOrOwn,
        ..request(
            "leavePrivateRoomRequest",
            client::LEAVE_PRIVATE_ROOM_REQUEST,
            "",
            &[answer("privateRoomReleased")],
            IN_PRIVATE_CHAT,
        )
    },
    acknowledgement("userListReceived", client::USER_LIST_RECEIVED),
    acknowledgement("msgReceived", client::MSG_RECEIVED),
    acknowledgement("privateChatStarted", client::PRIVATE_CHAT_STARTED),
    response("loginResponse", server::LOGIN_RESPONSE, "status_code"),
    // Whatever the client asks next shows that the list arrived (§5.1).
    Kind {
        answered_by: &[answer("*")],
        due: Due::Optional,
        ..response("movieListResponse", server::MOVIE_LIST_RESPONSE, "movie_list")
    },
    // On request or, after a change, unasked.
    Kind {
        takes: Takes::EchoOrOwn,
        ..push(MAIN_LIST, server::SEND_MAIN_ROOM_USER_LIST, "user_list", &[answer("userListReceived")], "2.3.2")
    },
    // Back to its author it answers, to the others it is new.
    Kind {
        takes: Takes::EchoOrOwn,
        ..push("sendMsgInMainRoom", server::SEND_MSG_IN_MAIN_ROOM, "msg", &[answer("msgReceived")], "2.3.2")
    },
    Kind {
        takes: Takes::EchoOrOwn,
        ..push("sendMsgInMovieRoom", server::SEND_MSG_IN_MOVIE_ROOM, "msg", &[answer("msgReceived")], "2.3.2")
    },
    push("sendMsgInPrivateRoom", server::SEND_MSG_IN_PRIVATE_ROOM, "msg", &[answer("msgReceived")], "2.3.2"),
    Kind {
        answered_by: &[answer("privateChatStarted")],
        due: Due::IfGranted,
        ..response("privateChatResponse", server::PRIVATE_CHAT_RESPONSE, "status_code")
    },
    Kind {
        takes: Takes::EchoOrOwn,
        ..push(MOVIE_LIST, server::SEND_MOVIE_ROOM_USER_LIST, "user_list", &[answer("userListReceived")], "2.3.2")
    },
    response("movieResponse", server::MOVIE_RESPONSE, "status_code"),
    response("removedFromMovieRoom", server::REMOVED_FROM_MOVIE_ROOM, ""),
    response("disconnectSuccess", server::DISCONNECT_SUCCESS, ""),
    Kind {
        assumed: true,
        ..push(
            "privateChatRequest",
            server::PRIVATE_CHAT_REQUEST,
            "user_name of who asks",
            &[answer("privateChatStarted")],
            "5.4",
        )
    },
    Kind {
        assumed: true,
        ..push(
            "leavePrivateRoomRequest",
            server::LEAVE_PRIVATE_ROOM_REQUEST,
            "",
            &[answer("leavePrivateRoomRequest")],
            "5.6",
        )
    },
    Kind { assumed: true, section: "5.6", ..response("privateRoomReleased", server::PRIVATE_ROOM_RELEASED, "") },
    Kind { assumed: true, section: "5.5", ack: true, ..response("msgReceived", server::MSG_RECEIVED, "") },
];

const IN_PRIVATE_CHAT: Allowed = Allowed(Allowed::INSIDE.0 | Allowed::IN_PRIVATE_CHAT.0);

const fn request(
    name: &'static str,
    code: u8,
    data: &'static str,
    answered_by: &'static [Answer],
    allowed: Allowed,
) -> Kind {
    Kind { data, answered_by, due: Due::Required, allowed, ..Kind::new(name, code as u16, Sender::Client, "2.3.1") }
}

const fn acknowledgement(name: &'static str, code: u8) -> Kind {
    let row = Kind::new(name, code as u16, Sender::Client, "2.3.1");
    Kind { takes: Takes::Echo, ack: true, allowed: Allowed::INSIDE, ..row }
}

const fn response(name: &'static str, code: u8, data: &'static str) -> Kind {
    Kind { data, takes: Takes::Echo, ..Kind::new(name, code as u16, Sender::Server, "2.3.2") }
}

const fn push(
    name: &'static str,
    code: u8,
    data: &'static str,
    answered_by: &'static [Answer],
    section: &'static str,
) -> Kind {
    Kind { data, answered_by, due: Due::Required, ..Kind::new(name, code as u16, Sender::Server, section) }
}

/// To everybody in the room, the author included, who takes it for an acknowledgement (§5.2).
const fn to_room(by: &'static str) -> Relay {
    Relay { by, to_author: true, judged: true, if_code: None }
}

const fn comes_back(kind: &'static str) -> Answer {
    Answer { same_content: true, ..answer(kind) }
}

/// No reserved bits, line ends, maximum of retransmissions, stop-and-wait or invitations in this document, and no
/// message that says who speaks.
const CITATIONS: &[Citation] = &[
    Citation { topic: Topic::Format, section: "2" },
    Citation { topic: Topic::Types, section: "2.3" },
    Citation { topic: Topic::Directions, section: "2.3" },
    Citation { topic: Topic::Lengths, section: "2.2" },
    Citation { topic: Topic::Values, section: "2.4.2" },
    Citation { topic: Topic::Text, section: "2.4.3" },
    Citation { topic: Topic::EmptyData, section: "2.4.1" },
    Citation { topic: Topic::FirstNumber, section: "2.1" },
    Citation { topic: Topic::Numbering, section: "2.1" },
    Citation { topic: Topic::NumberReuse, section: "2.1" },
    Citation { topic: Topic::NumberOrder, section: "2.1" },
    Citation { topic: Topic::Answers, section: "5" },
    Citation { topic: Topic::AnswerNumber, section: "2.1" },
    Citation { topic: Topic::AckForm, section: "2.4.1" },
    Citation { topic: Topic::ResendTimer, section: "3" },
    Citation { topic: Topic::RegularTimer, section: "2.1" },
    Citation { topic: Topic::Resend, section: "2.1" },
    Citation { topic: Topic::ResendIdentical, section: "2.1" },
    Citation { topic: Topic::ResendNeedless, section: "2.1" },
    Citation { topic: Topic::Login, section: "2.3.1" },
    Citation { topic: Topic::States, section: "2.3.1" },
    Citation { topic: Topic::Logout, section: "5.7" },
    Citation { topic: Topic::UniqueIdentity, section: "1" },
    Citation { topic: Topic::Relay, section: "5.2" },
    Citation { topic: Topic::RelayContent, section: "2.3.2" },
    Citation { topic: Topic::RelayAudience, section: "2.3.1" },
    Citation { topic: Topic::Notices, section: "2.3.1" },
    Citation { topic: Topic::Lists, section: "2.3.2" },
];

#[cfg(test)]
mod tests;
