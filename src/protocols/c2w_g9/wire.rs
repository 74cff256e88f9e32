//! Group 9's messages as bytes: sequence, type, length, data (§2). Reading is lenient, writing is exact.

use crate::bytes::Span;
use crate::protocol::{Defect, DefectKind, Reason, Sender};
use crate::reason;
use nom::bytes::take;
use nom::number::{be_u8, be_u16, be_u32};
use nom::{IResult, Parser};
use std::net::Ipv4Addr;

/// Bytes before the data.
pub const HEADER: usize = 4;
/// The longest user name (§2.4.3).
pub const USER_NAME_MAX: usize = 127;
/// The longest movie name (§2.4.4).
pub const MOVIE_NAME_MAX: usize = 255;

/// Types that clients send (Table 1).
#[allow(missing_docs, reason = "each is the document's name, in capitals")]
pub mod client {
    pub const LOGIN_REQUEST: u8 = 0x01;
    pub const MOVIE_LIST_REQUEST: u8 = 0x02;
    pub const MAIN_ROOM_USER_LIST_REQUEST: u8 = 0x03;
    pub const MOVIE_ROOM_USER_LIST_REQUEST: u8 = 0x04;
    pub const SEND_MSG_IN_MAIN_ROOM: u8 = 0x05;
    pub const SEND_MSG_IN_MOVIE_ROOM: u8 = 0x06;
    pub const SEND_MSG_IN_PRIVATE_ROOM: u8 = 0x07;
    pub const PRIVATE_CHAT_REQUEST: u8 = 0x08;
    pub const MOVIE_REQUEST: u8 = 0x09;
    pub const LEAVE_MAIN_ROOM_REQUEST: u8 = 0x0a;
    pub const LEAVE_MOVIE_ROOM_REQUEST: u8 = 0x0b;
    pub const LEAVE_PRIVATE_ROOM_REQUEST: u8 = 0x0c;
    pub const USER_LIST_RECEIVED: u8 = 0x80;
    pub const MSG_RECEIVED: u8 = 0x81;
    pub const PRIVATE_CHAT_STARTED: u8 = 0x82;
}

/// Types that the server sends (Table 2); the last four are ours, for messages that only Figures 7 to 9 show.
#[allow(missing_docs, reason = "each is the document's name, in capitals")]
pub mod server {
    pub const LOGIN_RESPONSE: u8 = 0x00;
    pub const MOVIE_LIST_RESPONSE: u8 = 0x01;
    pub const SEND_MAIN_ROOM_USER_LIST: u8 = 0x02;
    pub const SEND_MSG_IN_MAIN_ROOM: u8 = 0x03;
    pub const SEND_MSG_IN_MOVIE_ROOM: u8 = 0x04;
    pub const SEND_MSG_IN_PRIVATE_ROOM: u8 = 0x05;
    pub const PRIVATE_CHAT_RESPONSE: u8 = 0x06;
    pub const SEND_MOVIE_ROOM_USER_LIST: u8 = 0x07;
    pub const MOVIE_RESPONSE: u8 = 0x81;
    pub const REMOVED_FROM_MOVIE_ROOM: u8 = 0x82;
    pub const DISCONNECT_SUCCESS: u8 = 0x83;
    pub const PRIVATE_CHAT_REQUEST: u8 = 0x08;
    pub const LEAVE_PRIVATE_ROOM_REQUEST: u8 = 0x0c;
    pub const PRIVATE_ROOM_RELEASED: u8 = 0x84;
    /// A [`MOVIE_RESPONSE`] without a status.
    pub const MSG_RECEIVED: u8 = 0x81;
}

/// Status codes (Table 3).
#[allow(missing_docs, reason = "each is the document's name")]
pub mod status {
    pub const LOGIN_SUCCESS: u8 = 0x00;
    pub const USERNAME_EXIST: u8 = 0x01;
    pub const PRIVATE_ROOM_UNAVAILABLE: u8 = 0x10;
    pub const PRIVATE_ROOM_AVAILABLE: u8 = 0x11;
    pub const MOVIE_JOIN_SUCCESS: u8 = 0x20;
    pub const USER_FULL: u8 = 0x21;
}

/// The document's name for a status in a response of this type, if it may carry that status (Table 3).
#[must_use]
pub fn status_name(response: u8, code: u8) -> Option<&'static str> {
    match (response, code) {
        (server::LOGIN_RESPONSE, status::LOGIN_SUCCESS) => Some("LOGIN_SUCCESS"),
        (server::LOGIN_RESPONSE, status::USERNAME_EXIST) => Some("USERNAME_EXIST"),
        (server::PRIVATE_CHAT_RESPONSE, status::PRIVATE_ROOM_UNAVAILABLE) => Some("PRIVATE_ROOM_UNAVAILABLE"),
        (server::PRIVATE_CHAT_RESPONSE, status::PRIVATE_ROOM_AVAILABLE) => Some("PRIVATE_ROOM_AVAILABLE"),
        (server::MOVIE_RESPONSE, status::MOVIE_JOIN_SUCCESS) => Some("MOVIE_JOIN_SUCCESS"),
        (server::MOVIE_RESPONSE, status::USER_FULL) => Some("USER_FULL"),
        _ => None,
    }
}

/// A message as it travels. What its type means depends on who sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The number.
    pub sequence: u8,
    /// The type: one of [`client`] or of [`server`].
    pub code: u8,
    /// What follows the header.
    pub data: Data<'a>,
}

/// What follows the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data<'a> {
    /// Nothing.
    Empty,
    /// The name of a user or a movie.
    Name(&'a [u8]),
    /// A chat message.
    Text(&'a [u8]),
    /// One of [`status`].
    Status(u8),
    /// The users of the service or of a room.
    Users(Vec<User<'a>>),
    /// The movies.
    Movies(Vec<Movie<'a>>),
    /// Anything else: data where there should be none, or of an unassigned type.
    Other(&'a [u8]),
}

/// A row of a user list (§2.4.3, Figure 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// In the main room (bit S); otherwise in a movie room.
    pub available: bool,
    /// 1 to 127 bytes; what is longer is cut when written.
    pub name: &'a [u8],
}

/// A row of a movie list (§2.4.4, Figure 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movie<'a> {
    /// Where its video is sent.
    pub address: Ipv4Addr,
    /// Where its video is sent.
    pub port: u16,
    /// 1 to 255 bytes; what is longer is cut when written.
    pub name: &'a [u8],
}

impl User<'_> {
    /// Bytes of a row before the name.
    pub const FIXED: usize = 1;
}

impl Movie<'_> {
    /// Bytes of a row before the name.
    pub const FIXED: usize = 7;
}

impl Message<'_> {
    /// Appends the message. Its length field tells the data's length, or 65535 if there is more than that.
    pub fn emit(&self, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend([self.sequence, self.code, 0, 0]);
        match &self.data {
            Data::Empty => {}
            Data::Name(bytes) | Data::Text(bytes) | Data::Other(bytes) => out.extend_from_slice(bytes),
            Data::Status(code) => out.push(*code),
            Data::Users(users) => {
                for user in users {
                    let (length, name) = counted(user.name, 127);
                    out.push(if user.available { 0x80 } else { 0 } | length);
                    out.extend_from_slice(name);
                }
            }
            Data::Movies(movies) => {
                for movie in movies {
                    let (length, name) = counted(movie.name, 255);
                    out.extend_from_slice(&movie.address.octets());
                    out.extend_from_slice(&movie.port.to_be_bytes());
                    out.push(length);
                    out.extend_from_slice(name);
                }
            }
        }
        let length = u16::try_from(out.len().saturating_sub(start + HEADER)).unwrap_or(u16::MAX);
        for (slot, byte) in out.iter_mut().skip(start + 2).zip(length.to_be_bytes()) {
            *slot = byte;
        }
    }
}

/// A name with its length, cut to what its length byte can say.
fn counted(name: &[u8], limit: u8) -> (u8, &[u8]) {
    let length = u8::try_from(name.len()).unwrap_or(limit).min(limit);
    (length, name.get(..length.into()).unwrap_or(name))
}

/// What was read, and what is wrong with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed<'a> {
    /// The message, as far as it could be read.
    pub message: Message<'a>,
    /// Whose table its type was found in: the other side's if its sender may not send it; `None` if in neither.
    pub table: Option<Sender>,
    /// The length field.
    pub length: u16,
    /// Where the data is: from the header to what the length field says, or to the end if that comes first.
    pub data: Span,
    /// What is wrong, in wire order.
    pub defects: Vec<Defect>,
}

/// How long the message at the start of a stream is, if its header is there.
#[must_use]
pub fn frame_length(bytes: &[u8]) -> Option<usize> {
    let (_, (_, _, length)) = header(bytes).ok()?;
    Some(HEADER + usize::from(length))
}

/// Reads a message that a client or the server sent.
///
/// # Errors
/// A defect of kind `Malformed` if the bytes are too few for a header.
pub fn parse(bytes: &[u8], from: Sender) -> Result<Parsed<'_>, Defect> {
    let Ok((rest, (sequence, code, length))) = header(bytes) else {
        let there = bytes.len();
        let reason = reason!("{there} bytes are no message: a header takes {HEADER}", there);
        return Err(Defect::new(DefectKind::Malformed, there, reason));
    };
    let mut defects = Vec::new();
    let data = rest.get(..usize::from(length)).unwrap_or(rest);
    let empty = data.is_empty();
    let other = if from == Sender::Client { Sender::Server } else { Sender::Client };
    let table = [from, other].into_iter().find(|side| Shape::of(*side, code, empty).is_some());
    if table.is_none() {
        defects.push(Defect::new(DefectKind::UnassignedType, 1, reason!("type 0x{code:02x} is not assigned", code)));
    } else if table == Some(other) {
        let side = if from == Sender::Client { "the server" } else { "a client" };
        let reason = reason!("type 0x{code:02x} is assigned, but only {side} may send it", code, side);
        defects.push(Defect::new(DefectKind::WrongDirection, 1, reason));
    }
    let framed = rest.len() == usize::from(length);
    if !framed {
        let (there, left) = (rest.len(), rest.len().saturating_sub(data.len()));
        let (offset, reason) = match left {
            0 => (2, reason!("the length field says {length}, but {there} bytes follow the header", length, there)),
            _ => (
                HEADER + data.len(),
                reason!(
                    "the length field says {length}, but {there} bytes follow the header, {left} too many",
                    length,
                    there,
                    left
                ),
            ),
        };
        defects.push(Defect::new(DefectKind::LengthMismatch, offset, reason));
    }
    let shape = table.and_then(|side| Shape::of(side, code, empty));
    // Where the type or the length is wrong already, what follows from that is not told again.
    let sound = defects.is_empty();
    let mut found = Vec::new();
    let read = shape.map_or_else(|| opaque(data), |shape| shape.read(code, data, &mut found));
    if sound {
        defects = found;
    }
    let data = Span::new(HEADER, HEADER + data.len());
    Ok(Parsed { message: Message { sequence, code, data: read }, table, length, data, defects })
}

fn header(bytes: &[u8]) -> IResult<&[u8], (u8, u8, u16)> {
    (be_u8(), be_u8(), be_u16()).parse_complete(bytes)
}

/// What a type's data is made of.
#[derive(Clone, Copy)]
enum Shape {
    Nothing,
    Acknowledgement,
    UserName,
    MovieName,
    Text,
    Status,
    Users { all_available: bool },
    Movies,
}

impl Shape {
    /// The data column of Tables 1 and 2; only 0x81 from the server has two, told apart by whether there is data.
    fn of(from: Sender, code: u8, empty: bool) -> Option<Shape> {
        if from == Sender::Client {
            return Some(match code {
                client::LOGIN_REQUEST | client::PRIVATE_CHAT_REQUEST => Shape::UserName,
                client::MOVIE_ROOM_USER_LIST_REQUEST | client::MOVIE_REQUEST => Shape::MovieName,
                client::SEND_MSG_IN_MAIN_ROOM..=client::SEND_MSG_IN_PRIVATE_ROOM => Shape::Text,
                client::MOVIE_LIST_REQUEST | client::MAIN_ROOM_USER_LIST_REQUEST => Shape::Nothing,
                client::LEAVE_MAIN_ROOM_REQUEST..=client::LEAVE_PRIVATE_ROOM_REQUEST => Shape::Nothing,
                client::USER_LIST_RECEIVED..=client::PRIVATE_CHAT_STARTED => Shape::Acknowledgement,
                _ => return None,
            });
        }
        Some(match code {
            server::MSG_RECEIVED if empty => Shape::Acknowledgement,
            server::LOGIN_RESPONSE | server::PRIVATE_CHAT_RESPONSE | server::MOVIE_RESPONSE => Shape::Status,
            server::MOVIE_LIST_RESPONSE => Shape::Movies,
            server::SEND_MAIN_ROOM_USER_LIST => Shape::Users { all_available: false },
            server::SEND_MOVIE_ROOM_USER_LIST => Shape::Users { all_available: true },
            server::SEND_MSG_IN_MAIN_ROOM..=server::SEND_MSG_IN_PRIVATE_ROOM => Shape::Text,
            server::PRIVATE_CHAT_REQUEST => Shape::UserName,
            server::REMOVED_FROM_MOVIE_ROOM | server::DISCONNECT_SUCCESS => Shape::Nothing,
            server::LEAVE_PRIVATE_ROOM_REQUEST | server::PRIVATE_ROOM_RELEASED => Shape::Nothing,
            _ => return None,
        })
    }

    fn read<'a>(self, code: u8, data: &'a [u8], defects: &mut Vec<Defect>) -> Data<'a> {
        let mut fault = |kind, offset, reason: Reason| defects.push(Defect::new(kind, HEADER + offset, reason));
        match self {
            Shape::Nothing => none(DefectKind::UnexpectedPayload, data, fault),
            Shape::Acknowledgement => none(DefectKind::MalformedAck, data, fault),
            Shape::UserName => name("user", USER_NAME_MAX, data, fault),
            Shape::MovieName => name("movie", MOVIE_NAME_MAX, data, fault),
            Shape::Text => Data::Text(data),
            Shape::Status => {
                let Some(&value) = data.first() else {
                    fault(DefectKind::LengthMismatch, 0, "the length is 0, but a status code takes 1 byte".into());
                    return Data::Empty;
                };
                if status_name(code, value).is_none() {
                    let reason = reason!("status 0x{value:02x} is none that type 0x{code:02x} may carry", value, code);
                    fault(DefectKind::OutOfRange, 0, reason);
                }
                if data.len() > 1 {
                    let extra = data.len() - 1;
                    let reason = reason!("{extra} bytes follow the status code, the only data here", extra);
                    fault(DefectKind::UnexpectedPayload, 1, reason);
                }
                Data::Status(value)
            }
            Shape::Users { all_available } => {
                let rows = list("user", data, user, |row| row.name, &mut fault);
                let away = |(_, row): &&(usize, User<'_>)| all_available && !row.available;
                if let Some((offset, _)) = rows.iter().find(away) {
                    let (count, all) = (rows.iter().filter(away).count(), rows.len());
                    let reason =
                        reason!("bit S is 0 for {count} of {all} users; in this list it is always 1", count, all);
                    fault(DefectKind::OutOfRange, *offset, reason);
                }
                Data::Users(rows.into_iter().map(|(_, row)| row).collect())
            }
            Shape::Movies => {
                let rows = list("movie", data, movie, |row| row.name, &mut fault);
                Data::Movies(rows.into_iter().map(|(_, row)| row).collect())
            }
        }
    }
}

fn opaque(data: &[u8]) -> Data<'_> {
    if data.is_empty() { Data::Empty } else { Data::Other(data) }
}

fn none(kind: DefectKind, data: &[u8], mut fault: impl FnMut(DefectKind, usize, Reason)) -> Data<'_> {
    let there = data.len();
    if there > 0 {
        fault(kind, 0, reason!("{there} bytes of data where the type has none", there));
    }
    opaque(data)
}

fn name<'a>(
    what: &'static str,
    limit: usize,
    data: &'a [u8],
    mut fault: impl FnMut(DefectKind, usize, Reason),
) -> Data<'a> {
    let there = data.len();
    if there == 0 || there > limit {
        let reason = reason!("the {what} name has {there} bytes; it takes 1 to {limit}", what, there, limit);
        fault(DefectKind::BadText, 0, reason);
    }
    Data::Name(data)
}

/// The rows of a list with their offsets, as far as there are whole ones.
fn list<'a, R>(
    what: &'static str,
    data: &'a [u8],
    row: impl Fn(&'a [u8]) -> IResult<&'a [u8], R>,
    name: impl Fn(&R) -> &'a [u8],
    fault: &mut impl FnMut(DefectKind, usize, Reason),
) -> Vec<(usize, R)> {
    let mut rows = Vec::new();
    let mut rest = data;
    while !rest.is_empty() {
        let offset = data.len() - rest.len();
        let Ok((after, one)) = row(rest) else {
            let left = rest.len();
            let reason = reason!("the last {left} bytes of the list are less than the {what} they begin", left, what);
            fault(DefectKind::LengthMismatch, offset, reason);
            break;
        };
        rows.push((offset, one));
        rest = after;
    }
    let nameless = |(_, row): &&(usize, R)| name(row).is_empty();
    if let Some((offset, _)) = rows.iter().find(nameless) {
        let (count, all) = (rows.iter().filter(nameless).count(), rows.len());
        let reason = reason!("{count} of {all} {what} names in the list are empty", count, all, what);
        fault(DefectKind::BadText, *offset, reason);
    }
    rows
}

fn user(row: &[u8]) -> IResult<&[u8], User<'_>> {
    let (rest, head) = be_u8().parse_complete(row)?;
    let (rest, name) = take(head & 0x7f).parse_complete(rest)?;
    Ok((rest, User { available: head & 0x80 != 0, name }))
}

fn movie(row: &[u8]) -> IResult<&[u8], Movie<'_>> {
    let (rest, (address, port, length)) = (be_u32(), be_u16(), be_u8()).parse_complete(row)?;
    let (rest, name) = take(length).parse_complete(rest)?;
    Ok((rest, Movie { address: Ipv4Addr::from_bits(address), port, name }))
}

#[cfg(test)]
mod tests;
