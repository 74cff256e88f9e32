//! Faults in c2w of Groupe 22.

#![allow(clippy::ptr_arg, reason = "harm of every kind has one signature; some of it changes the length")]

use super::{How, Stage, Trick, set, trick};
use crate::protocol::Actor::{Client, Server};
use crate::protocols::c2w_g22::wire::{Message, command, parse};
use crate::synth::port::{Class, Draft};

/// A line with the name of this one, under a TIME so many microseconds away.
fn line(draft: &Draft, by: i64, command: &str, data: &[u8]) -> Option<Vec<u8>> {
    let (asked, _) = parse(&draft.bytes).ok()?;
    let time = std::str::from_utf8(asked.time).ok()?;
    let (seconds, part) = time.split_once('.')?;
    let at = seconds.parse::<i64>().ok()? * 1_000_000 + part.parse::<i64>().ok()? + by;
    let time = format!("{}.{:06}", at / 1_000_000, at % 1_000_000);
    let mut out = Vec::new();
    Message::new(time.as_bytes(), command, asked.user_name, data).emit(&mut out);
    Some(out)
}

fn listed(draft: &Draft) -> bool {
    draft.name == command::USER_LIST_REQUEST
}
fn listed_in_main(draft: &Draft) -> bool {
    listed(draft) && draft.tag & 2 == 0
}
fn listed_in_room(draft: &Draft) -> bool {
    listed(draft) && draft.tag & 2 != 0
}
fn list(draft: &Draft) -> bool {
    draft.name == command::USER_LIST_RESPONSE
}
fn said(draft: &Draft) -> bool {
    draft.name == command::SEND_MESSAGE_REQUEST
}
fn relayed(draft: &Draft) -> bool {
    draft.name == command::NEW_MESSAGE && draft.class == Class::Relay
}
fn login(draft: &Draft) -> bool {
    draft.name == command::CONNECTION_REQUEST
}
fn logout(draft: &Draft) -> bool {
    draft.name == command::LEAVE_SESSION_REQUEST && draft.tag & 2 == 0
}
fn ack(draft: &Draft) -> bool {
    draft.class == Class::Ack
}
fn list_ack(draft: &Draft) -> bool {
    draft.name == command::USER_LIST_RESPONSE_ACK
}
/// A login that is not its client's first: that nothing was granted before is certain then.
fn second_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 != 0
}
fn never(_: &Draft) -> bool {
    false
}

fn ask_list_before(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, -500, command::USER_LIST_REQUEST, b"")
}
fn enter_before(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, -500, command::ENTER_MOVIE_REQUEST, b"Brazil")
}
fn ask_list_after(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 400_000, command::USER_LIST_REQUEST, b"")
}
fn same_time(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 0, command::MOVIE_LIST_REQUEST, b"")
}
fn earlier(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, -7_000_000, command::MOVIE_LIST_REQUEST, b"")
}
fn ack_of_nothing(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 4_321, command::USER_LIST_RESPONSE_ACK, b"")
}
fn grant_of_nothing(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 4_321, command::ENTER_MOVIE_GRANTED, b"")
}
fn garbage(_: &Draft) -> Option<Vec<u8>> {
    Some(b"hello there\r\n".to_vec())
}
fn unassigned(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 4_321, "DANCE_REQUEST", b"")
}
fn servers_message(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 4_321, command::ENTER_MOVIE_GRANTED, b"")
}
fn clients_message(draft: &Draft) -> Option<Vec<u8>> {
    line(draft, 4_321, command::USER_LIST_REQUEST, b"")
}

/// Changes the last byte before the line end.
fn other_text(bytes: &mut Vec<u8>) {
    let at = bytes.len().saturating_sub(3);
    let other = if bytes.get(at) == Some(&b'x') { b'y' } else { b'x' };
    set(bytes, at, other);
}
/// One byte more before the line end.
fn more_text(bytes: &mut Vec<u8>) {
    let at = bytes.len().saturating_sub(2);
    bytes.insert(at, b'x');
}
fn other_time(bytes: &mut Vec<u8>) {
    set(bytes, 0, b'9');
}
fn other_ack(bytes: &mut Vec<u8>) {
    rewrite(bytes, command::MOVIE_LIST_RESPONSE_ACK, None);
}
fn other_name(bytes: &mut Vec<u8>) {
    let command = parse(bytes).map(|(line, _)| String::from_utf8_lossy(line.command).into_owned()).unwrap_or_default();
    rewrite(bytes, &command, Some(b"mallory"));
}
fn rewrite(bytes: &mut Vec<u8>, command: &str, name: Option<&[u8]>) {
    let mut out = Vec::new();
    if let Ok((line, _)) = parse(bytes) {
        Message::new(line.time, command, name.unwrap_or(line.user_name), line.data).emit(&mut out);
    }
    *bytes = out;
}
fn bare_lf(bytes: &mut Vec<u8>) {
    bytes.truncate(bytes.len().saturating_sub(2));
    bytes.push(b'\n');
}

pub(super) const TRICKS: &[Trick] = &[
    trick("A001", Server, listed, How::Deaf).by(Client),
    trick("A001", Client, list_ack, How::Suppress),
    trick("A002", Client, listed, How::Behind(ack_of_nothing, Stage::Complete, 60)),
    trick("A002", Server, relayed, How::Behind(grant_of_nothing, Stage::Complete, 60)),
    trick("A003", Client, list_ack, How::Wire(other_time)).called("ack-time"),
    trick("A003", Server, list, How::Wire(other_name)).called("response-name"),
    trick("A004", Client, list_ack, How::Wire(other_ack)),
    trick("A007", Client, ack, How::Twice),
    trick("F001", Client, listed, How::Stray(garbage, Stage::Complete)),
    trick("F001", Server, relayed, How::Stray(garbage, Stage::Complete)),
    trick("F002", Client, listed, How::Stray(unassigned, Stage::Complete)),
    trick("F002", Server, relayed, How::Stray(unassigned, Stage::Complete)),
    trick("F003", Client, listed, How::Stray(servers_message, Stage::Complete)),
    trick("F003", Server, relayed, How::Stray(clients_message, Stage::Complete)),
    trick("F004", Client, listed, How::Wire(|bytes| bytes.extend(b"extra"))).datagrams(),
    trick("F004", Server, relayed, How::Wire(|bytes| bytes.extend(b"extra"))).datagrams(),
    trick("F009", Client, said, How::Wire(bare_lf)),
    trick("F009", Server, relayed, How::Wire(bare_lf)),
    trick("P001", Client, second_login, How::Before(ask_list_before, Stage::Complete)),
    trick("P002", Client, listed_in_room, How::Before(enter_before, Stage::Complete)).called("enter"),
    trick("P003", Client, logout, How::Behind(ask_list_after, Stage::Complete, 400)).datagrams(),
    trick("P004", Client, listed, How::Real(other_name)),
    trick("P005", Server, never, How::Decide("name")).within("taken"),
    trick("P007", Server, relayed, How::Real(other_text)).needs("new-message-time", "request"),
    trick("R004", Client, listed, How::Alter(more_text)).datagrams(),
    trick("R005", Client, listed, How::Needless).datagrams(),
    trick("S003", Client, listed_in_main, How::Behind(same_time, Stage::Complete, 300)),
    trick("S004", Client, listed_in_main, How::Behind(earlier, Stage::Complete, 300)),
    trick("T001", Server, listed, How::Late(300)).by(Client),
];
