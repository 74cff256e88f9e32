//! c2w of Groupe 22: text, over UDP or TCP. One line a message, `TIME: CMD|USER_NAME|DATA`, and three-way exchanges.

pub mod time;
pub mod wire;

mod dialogue;

use crate::protocol::{
    Allowed, Answer, Citation, Convention, Due, Field, Framing, Kind, Message, Numbering, Protocol, Reading, Relay,
    Sender, Seq, Spec, Takes, Timer, Topic, Transport, answer,
};
use std::time::Duration;
use wire::command;

/// c2w of Groupe 22.
pub struct C2wG22;

impl Protocol for C2wG22 {
    fn spec(&self) -> &'static Spec {
        &SPEC
    }

    fn dissect<'a>(&self, bytes: &'a [u8], reading: &Reading) -> Message<'a> {
        dialogue::dissect(bytes, reading.direction)
    }

    fn fields<'a>(&self, bytes: &'a [u8], _: &Reading) -> Vec<Field<'a>> {
        dialogue::fields(bytes)
    }

    fn frame(&self, bytes: &[u8], _: &Reading) -> Framing {
        match wire::line_length(bytes) {
            Some(length) => Framing::Message(length),
            None if bytes.len() < wire::LINE_MAX => Framing::NeedMore { at_least: bytes.len() + 1 },
            None => Framing::Broken,
        }
    }

    fn order_of(&self, seq: Seq<'_>) -> Option<(u8, i128)> {
        let Seq::Text(time) = seq else { return None };
        time::comparable_time(time).map(|(notation, place)| (notation as u8, place))
    }
}

/// The document numbers only its two examples; the rest is cited by heading.
const CONNECTION: &str = "Connection Window";
const MAIN_ROOM: &str = "Main Room Window";
const MOVIE_ROOM: &str = "Movie Room Window";
const OPENING: &str = "1) Opening a Movie Room session";
const SENDING: &str = "2) Sending a message";
const FORMAT: &str = "Message format";
const QUALITIES: &str = "Main Qualities of our protocol";

static SPEC: Spec = Spec {
    id: "c2w-g22",
    title: "c2w, Groupe 22",
    document: "c2w-g22",
    transports: &[Transport::Udp, Transport::Tcp],
    kinds: KINDS,
    conventions: &[Convention {
        name: "new-message-time",
        values: &["request", "own"],
        section: SENDING,
        about: "A NEW_MESSAGE carries the TIME of the SEND_MESSAGE_REQUEST it relays, or the server's own.",
    }],
    // There are no numbers: TIME is compared as it stands.
    numbering: &[Numbering { modulus: 0, first: None, shared: false, may_skip: true, answers_count: false }],
    numbering_by: None,
    relay_number_by: Some(0),
    timer: Timer {
        resend: None,
        server_waits: false,
        regular: false,
        maximum: None,
        over_tcp: true,
        hides_copies: false,
        patience: Duration::from_millis(2500),
    },
    window: None,
    invitation: None,
    notices: &[],
    lists_may_omit_receiver: false,
    attaches: false,
    citations: CITATIONS,
};

/// Requests, responses and their acknowledgements, window by window. The names of the three error families are what
/// their commands begin with.
static KINDS: &[Kind] = &[
    request(
        command::CONNECTION_REQUEST,
        CONNECTION,
        &[answer(command::CONNECTION_GRANTED), answer(command::CONNECTION_ERROR)],
        Allowed::OUT,
    ),
    response(command::CONNECTION_GRANTED, CONNECTION, &[answer(command::CONNECTION_RESPONSE_ACK)]),
    response(command::CONNECTION_ERROR, CONNECTION, &[answer(command::CONNECTION_RESPONSE_ACK)]),
    acknowledgement(command::CONNECTION_RESPONSE_ACK, CONNECTION),
    request(command::USER_LIST_REQUEST, MAIN_ROOM, &[answer(command::USER_LIST_RESPONSE)], Allowed::INSIDE),
    Kind {
        data: "the users",
        ..response(command::USER_LIST_RESPONSE, MAIN_ROOM, &[answer(command::USER_LIST_RESPONSE_ACK)])
    },
    acknowledgement(command::USER_LIST_RESPONSE_ACK, MAIN_ROOM),
    request(command::MOVIE_LIST_REQUEST, MAIN_ROOM, &[answer(command::MOVIE_LIST_RESPONSE)], Allowed::LOBBY),
    Kind {
        data: "the movies",
        ..response(command::MOVIE_LIST_RESPONSE, MAIN_ROOM, &[answer(command::MOVIE_LIST_RESPONSE_ACK)])
    },
    acknowledgement(command::MOVIE_LIST_RESPONSE_ACK, MAIN_ROOM),
    Kind {
        data: "the movie",
        ..request(
            command::ENTER_MOVIE_REQUEST,
            MAIN_ROOM,
            &[answer(command::ENTER_MOVIE_GRANTED), answer(command::ENTER_MOVIE_ERROR)],
            Allowed::LOBBY,
        )
    },
    response(command::ENTER_MOVIE_GRANTED, MAIN_ROOM, &[answer(command::ENTER_MOVIE_RESPONSE_ACK)]),
    response(command::ENTER_MOVIE_ERROR, MAIN_ROOM, &[answer(command::ENTER_MOVIE_RESPONSE_ACK)]),
    acknowledgement(command::ENTER_MOVIE_RESPONSE_ACK, MAIN_ROOM),
    request(
        command::LEAVE_SESSION_REQUEST,
        MOVIE_ROOM,
        &[answer(command::LEAVE_SESSION_GRANTED), answer(command::LEAVE_SESSION_ERROR)],
        Allowed::INSIDE,
    ),
    response(command::LEAVE_SESSION_GRANTED, MOVIE_ROOM, &[answer(command::LEAVE_SESSION_RESPONSE_ACK)]),
    response(command::LEAVE_SESSION_ERROR, MOVIE_ROOM, &[answer(command::LEAVE_SESSION_RESPONSE_ACK)]),
    acknowledgement(command::LEAVE_SESSION_RESPONSE_ACK, MOVIE_ROOM),
    // It has no response of its own, and who gets it is not said.
    Kind {
        data: "the text",
        due: Due::Optional,
        relay: Some(Relay { by: command::NEW_MESSAGE, to_author: true, judged: false, if_code: None }),
        ..request(
            command::SEND_MESSAGE_REQUEST,
            SENDING,
            &[Answer { same_content: true, ..answer(command::NEW_MESSAGE) }],
            Allowed::INSIDE,
        )
    },
    Kind {
        data: "the text",
        takes: Takes::RelayOrOwn,
        ..response(command::NEW_MESSAGE, SENDING, &[answer(command::NEW_MESSAGE_RESPONSE_ACK)])
    },
    acknowledgement(command::NEW_MESSAGE_RESPONSE_ACK, SENDING),
];

const fn request(name: &'static str, section: &'static str, answered_by: &'static [Answer], allowed: Allowed) -> Kind {
    Kind { answered_by, due: Due::Required, allowed, ..Kind::new(name, 0, Sender::Client, section) }
}

const fn response(name: &'static str, section: &'static str, answered_by: &'static [Answer]) -> Kind {
    Kind { takes: Takes::Echo, answered_by, due: Due::Required, ..Kind::new(name, 0, Sender::Server, section) }
}

/// Allowed anywhere: the one that confirms a refused login, or the end of a session, is sent from outside.
const fn acknowledgement(name: &'static str, section: &'static str) -> Kind {
    Kind { takes: Takes::Echo, ack: true, ..Kind::new(name, 0, Sender::Client, section) }
}

/// No interval, no maximum, no numbers, no length fields, no fixed values, no encoding, and no word on who gets a
/// message or what a list holds. `Lengths` grounds that nothing follows the line end.
const CITATIONS: &[Citation] = &[
    Citation { topic: Topic::Format, section: FORMAT },
    Citation { topic: Topic::Types, section: FORMAT },
    Citation { topic: Topic::Directions, section: OPENING },
    Citation { topic: Topic::Lengths, section: FORMAT },
    Citation { topic: Topic::Terminator, section: FORMAT },
    Citation { topic: Topic::NumberReuse, section: FORMAT },
    Citation { topic: Topic::NumberOrder, section: FORMAT },
    Citation { topic: Topic::Answers, section: OPENING },
    Citation { topic: Topic::AnswerNumber, section: FORMAT },
    Citation { topic: Topic::ResendIdentical, section: QUALITIES },
    Citation { topic: Topic::ResendNeedless, section: QUALITIES },
    Citation { topic: Topic::Login, section: CONNECTION },
    Citation { topic: Topic::States, section: MOVIE_ROOM },
    Citation { topic: Topic::Logout, section: MOVIE_ROOM },
    Citation { topic: Topic::Identity, section: FORMAT },
    Citation { topic: Topic::UniqueIdentity, section: CONNECTION },
    Citation { topic: Topic::RelayContent, section: SENDING },
];

#[cfg(test)]
mod tests;
