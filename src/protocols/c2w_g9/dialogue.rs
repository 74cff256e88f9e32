//! What Group 9's messages do: from the wire form to what the tracker reads.

use super::KINDS;
use super::wire::{self, Data, Parsed, client, server, status};
use crate::protocol::evidence::{penalty, text_bits};
use crate::protocol::{
    Act, Audience, DefectKind, Direction, Identity, Kind, Message, Reading, Row, Scope, Sender, Seq, Transport, Verdict,
};

pub(super) fn dissect<'a>(bytes: &'a [u8], reading: &Reading) -> Message<'a> {
    match known_sender(reading.direction) {
        Some(sender) => lower(bytes, sender, reading.transport),
        None => likelier(bytes, reading.transport).1,
    }
}

/// Who sends bytes that travel this way; where that is not known, whoever makes more sense of them.
pub(super) fn sender(bytes: &[u8], reading: &Reading) -> Sender {
    known_sender(reading.direction).unwrap_or_else(|| likelier(bytes, reading.transport).0)
}

fn known_sender(direction: Direction) -> Option<Sender> {
    match direction {
        Direction::ToServer => Some(Sender::Client),
        Direction::ToClient => Some(Sender::Server),
        Direction::Peer | Direction::Unknown => None,
    }
}

/// Whoever makes more sense of the bytes, and as what.
fn likelier(bytes: &[u8], transport: Transport) -> (Sender, Message<'_>) {
    let [client, server] = [Sender::Client, Sender::Server].map(|side| lower(bytes, side, transport));
    if reads_better(&server, &client) { (Sender::Server, server) } else { (Sender::Client, client) }
}

fn reads_better(this: &Message<'_>, that: &Message<'_>) -> bool {
    match this.defects.len().cmp(&that.defects.len()) {
        std::cmp::Ordering::Equal => this.evidence > that.evidence,
        order => order.is_lt(),
    }
}

fn lower(bytes: &[u8], from: Sender, transport: Transport) -> Message<'_> {
    let parsed = match wire::parse(bytes, from) {
        Ok(parsed) => parsed,
        Err(defect) => {
            let evidence = -penalty(defect.kind);
            return Message { defects: vec![defect], evidence, ..Message::unknown(bytes) };
        }
    };
    let content = bytes.get(parsed.data.start..parsed.data.end).unwrap_or_default();
    let message = Message {
        kind: parsed.table.and_then(|side| kind(side, parsed.message.code, content.is_empty())),
        seq: Seq::Number(parsed.message.sequence.into()),
        evidence: evidence(&parsed, transport),
        ..Message::unknown(content)
    };
    if parsed.table != Some(from) {
        // What the other side alone may say has no effect from this one.
        return Message { defects: parsed.defects, ..message };
    }
    let code = match parsed.message.data {
        Data::Status(code) => Some(code),
        _ => None,
    };
    Message {
        verdict: verdict(from, parsed.message.code, code),
        code,
        act: act(from, parsed.message.code, parsed.message.data),
        defects: parsed.defects,
        ..message
    }
}

/// The row of a type; the two of 0x81 from the server are told apart by whether there is data.
pub(super) fn kind(side: Sender, code: u8, empty: bool) -> Option<&'static Kind> {
    let mut rows = KINDS.iter().filter(|kind| kind.from == side && kind.code == u16::from(code));
    let row = rows.next()?;
    let received = if empty { rows.next() } else { None };
    Some(received.unwrap_or(row))
}

#[rustfmt::skip]
fn act(from: Sender, code: u8, data: Data<'_>) -> Act<'_> {
    match (from, code, data) {
        (Sender::Client, client::LOGIN_REQUEST,              Data::Name(name)) => Act::Login { name },
        (Sender::Client, client::MOVIE_REQUEST,              Data::Name(room)) => Act::Enter { room },
        (Sender::Client, client::LEAVE_MOVIE_ROOM_REQUEST,   _)                => Act::Leave,
        (Sender::Client, client::LEAVE_MAIN_ROOM_REQUEST,    _)                => Act::Logout,
        (Sender::Client, client::PRIVATE_CHAT_REQUEST,       Data::Name(with)) => Act::OpenPrivate { with },
        (Sender::Server, server::PRIVATE_CHAT_REQUEST,       Data::Name(with)) => Act::OpenPrivate { with },
        (Sender::Client, client::LEAVE_PRIVATE_ROOM_REQUEST, _)                => Act::ClosePrivate,
        (Sender::Server, server::LEAVE_PRIVATE_ROOM_REQUEST, _)                => Act::ClosePrivate,
        (Sender::Server, server::PRIVATE_ROOM_RELEASED,      _)                => Act::Released,
        (Sender::Client, client::SEND_MSG_IN_MAIN_ROOM,      Data::Text(text)) => say(Audience::Lobby, text),
        (Sender::Server, server::SEND_MSG_IN_MAIN_ROOM,      Data::Text(text)) => say(Audience::Lobby, text),
        (Sender::Client, client::SEND_MSG_IN_MOVIE_ROOM,     Data::Text(text)) => say(Audience::OwnRoom, text),
        (Sender::Server, server::SEND_MSG_IN_MOVIE_ROOM,     Data::Text(text)) => say(Audience::OwnRoom, text),
        (Sender::Client, client::SEND_MSG_IN_PRIVATE_ROOM,   Data::Text(text)) => say(Audience::Partner, text),
        (Sender::Server, server::SEND_MSG_IN_PRIVATE_ROOM,   Data::Text(text)) => say(Audience::Partner, text),
        (Sender::Server, server::SEND_MAIN_ROOM_USER_LIST,   Data::Users(list)) => roster(Scope::All, &list),
        (Sender::Server, server::SEND_MOVIE_ROOM_USER_LIST,  Data::Users(list)) => roster(Scope::OwnRoom, &list),
        _ => Act::None,
    }
}

/// No chat message says whose it is.
fn say<'a>(audience: Audience<'a>, text: &'a [u8]) -> Act<'a> {
    Act::Say { audience, author: Identity::None, text }
}

fn roster<'a>(scope: Scope, users: &[wire::User<'a>]) -> Act<'a> {
    // In a movie room's list bit S is always 1 (§2.4.3) and says nothing about where the user is.
    let in_lobby = |user: &wire::User<'_>| (scope == Scope::All).then_some(user.available);
    let rows = users.iter().map(|user| Row { name: user.name, in_lobby: in_lobby(user), ..Row::default() });
    Act::Roster { scope, rows: Some(rows.collect()) }
}

fn verdict(from: Sender, code: u8, said: Option<u8>) -> Verdict {
    match (from, code, said) {
        (Sender::Server, server::LOGIN_RESPONSE, Some(status::LOGIN_SUCCESS)) => Verdict::Granted,
        (Sender::Server, server::LOGIN_RESPONSE, Some(status::USERNAME_EXIST)) => Verdict::Refused,
        (Sender::Server, server::PRIVATE_CHAT_RESPONSE, Some(status::PRIVATE_ROOM_AVAILABLE)) => Verdict::Granted,
        (Sender::Server, server::PRIVATE_CHAT_RESPONSE, Some(status::PRIVATE_ROOM_UNAVAILABLE)) => Verdict::Refused,
        (Sender::Server, server::MOVIE_RESPONSE, Some(status::MOVIE_JOIN_SUCCESS)) => Verdict::Granted,
        (Sender::Server, server::MOVIE_RESPONSE, Some(status::USER_FULL)) => Verdict::Refused,
        (
            Sender::Server,
            server::REMOVED_FROM_MOVIE_ROOM | server::DISCONNECT_SUCCESS | server::PRIVATE_ROOM_RELEASED,
            _,
        ) => Verdict::Granted,
        _ => Verdict::None,
    }
}

/// Bits that speak for the reading. A datagram's length tells 16 by itself; of a stream's length, which cut the message
/// out, only what the type demands of it counts.
fn evidence(parsed: &Parsed<'_>, transport: Transport) -> f32 {
    /// 15 of 256 types from a client, 14 from the server.
    const TYPE: f32 = 4.1;
    // Half of what chance says for an octet of zero: other protocols' headers are full of them.
    let length_bits: f32 = parsed.length.to_be_bytes().iter().map(|octet| if *octet == 0 { 4.0 } else { 8.0 }).sum();
    let lost: f32 = parsed.defects.iter().map(|defect| penalty(defect.kind)).sum();
    let has = |kind| parsed.defects.iter().any(|defect| defect.kind == kind);
    if has(DefectKind::LengthMismatch) {
        return -lost;
    }
    if parsed.table.is_none() {
        return if transport == Transport::Udp { length_bits - lost } else { -lost };
    }
    // How many of its 16 bits the type leaves the length no choice of, and what the data adds.
    let (fixed, data) = match &parsed.message.data {
        Data::Empty => (length_bits, 2.0),
        Data::Status(_) => (length_bits, 7.0),
        Data::Name(name) => (8.0, text_bits(name)),
        // Chat messages seldom are longer than a kilobyte, and seldom empty.
        Data::Text([]) => (0.0, -10.0),
        Data::Text(text) => (if text.len() < 1024 { 6.0 } else { 0.0 }, text_bits(text)),
        Data::Users(rows) => (4.0, rows_bits(rows.iter().map(|row| row.name), 1.0)),
        Data::Movies(rows) => (4.0, rows_bits(rows.iter().map(|row| row.name), 2.0)),
        Data::Other(_) => (0.0, 0.0),
    };
    let length = match transport {
        Transport::Udp => length_bits,
        Transport::Tcp => fixed,
    };
    TYPE + length + data - lost
}

/// A list whose rows come out even, with names that read as names.
fn rows_bits<'a>(names: impl ExactSizeIterator<Item = &'a [u8]>, each: f32) -> f32 {
    const EVEN: f32 = 4.0;
    if names.len() == 0 {
        return 0.0;
    }
    (EVEN + names.map(|name| each + text_bits(name)).sum::<f32>()).min(40.0)
}
