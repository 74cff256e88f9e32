//! Faults in c2w of Group 9.

use super::{How, Stage, Trick, add, other_text, set, trick};
use crate::protocol::Actor::{Client, Server};
use crate::protocols::c2w_g9::wire::{Data, Message, client, server};
use crate::synth::port::{Class, Draft};

fn bytes(code: u8, data: Data<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    Message { sequence: 0, code, data }.emit(&mut out);
    Some(out)
}

fn movies(draft: &Draft) -> bool {
    draft.name == "movieListRequest"
}
fn movie_list(draft: &Draft) -> bool {
    draft.name == "movieListResponse"
}
fn said(draft: &Draft) -> bool {
    draft.name == "sendMsgInMainRoom" && draft.class == Class::Request
}
fn relayed(draft: &Draft) -> bool {
    matches!(draft.name, "sendMsgInMainRoom" | "sendMsgInMovieRoom") && draft.class == Class::Relay
}
fn update(draft: &Draft) -> bool {
    draft.name == "sendMainRoomUserList" && draft.class == Class::Notice
}
fn asked_list(draft: &Draft) -> bool {
    draft.name == "sendMainRoomUserList" && draft.class == Class::Answer
}
fn room_list(draft: &Draft) -> bool {
    draft.name == "sendMovieRoomUserList"
}
fn login(draft: &Draft) -> bool {
    draft.name == "loginRequest"
}
fn logout(draft: &Draft) -> bool {
    draft.name == "leaveMainRoomRequest"
}
fn ack(draft: &Draft) -> bool {
    draft.class == Class::Ack
}
fn list_ack(draft: &Draft) -> bool {
    draft.name == "userListReceived"
}
/// A login that is not its client's first: that nothing was granted before is certain then.
fn second_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 != 0
}
fn first_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 == 0
}
/// There are older numbers to go back to, and a first one that is known.
fn relayed_later(draft: &Draft) -> bool {
    relayed(draft) && draft.next >= 4
}
fn never(_: &Draft) -> bool {
    false
}

fn ask_movies(_: &Draft) -> Option<Vec<u8>> {
    bytes(client::MOVIE_LIST_REQUEST, Data::Empty)
}
fn leave_movie(_: &Draft) -> Option<Vec<u8>> {
    bytes(client::LEAVE_MOVIE_ROOM_REQUEST, Data::Empty)
}
fn nobody(_: &Draft) -> Option<Vec<u8>> {
    bytes(client::PRIVATE_CHAT_REQUEST, Data::Empty)
}
fn ack_of_nothing(_: &Draft) -> Option<Vec<u8>> {
    bytes(client::USER_LIST_RECEIVED, Data::Empty)
}
fn released(_: &Draft) -> Option<Vec<u8>> {
    bytes(server::PRIVATE_ROOM_RELEASED, Data::Empty)
}
fn garbage(_: &Draft) -> Option<Vec<u8>> {
    Some(vec![7, 5, 0])
}
fn unassigned(_: &Draft) -> Option<Vec<u8>> {
    bytes(0x6F, Data::Empty)
}
fn servers_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(server::DISCONNECT_SUCCESS, Data::Empty)
}
fn clients_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(client::LEAVE_MAIN_ROOM_REQUEST, Data::Empty)
}

/// One byte of data more, and the length says so.
fn one_more(bytes: &mut Vec<u8>) {
    bytes.push(0x55);
    add(bytes, 3, 1);
}
/// Another answer under the same number.
fn other_answer(bytes: &mut Vec<u8>) {
    bytes.truncate(4);
    set(bytes, 1, server::REMOVED_FROM_MOVIE_ROOM);
    set(bytes, 2, 0);
    set(bytes, 3, 0);
}

pub(super) const TRICKS: &[Trick] = &[
    trick("A001", Server, movies, How::Deaf).by(Client),
    trick("A001", Client, update, How::Deaf).by(Server),
    trick("A002", Client, said, How::Behind(ack_of_nothing, Stage::Fixed(200), 40)).needs("ack-sequence", "echo"),
    trick("A002", Server, relayed, How::Behind(released, Stage::Fixed(200), 40)).needs("ack-sequence", "echo"),
    trick("A003", Client, ack, How::Wire(|bytes| add(bytes, 0, 77))).needs("ack-sequence", "echo"),
    trick("A003", Server, movie_list, How::Wire(|bytes| add(bytes, 0, 77))).needs("ack-sequence", "echo"),
    trick("A004", Server, movie_list, How::Wire(other_answer)),
    trick("A004", Client, list_ack, How::Wire(|bytes| set(bytes, 1, client::MSG_RECEIVED))),
    trick("A005", Client, ack, How::Wire(one_more)),
    trick("A006", Server, movies, How::Late(3000)).by(Client).datagrams(),
    trick("A006", Client, update, How::Late(3000)).by(Server).datagrams(),
    trick("A007", Client, ack, How::Twice),
    trick("A007", Server, movie_list, How::Twice),
    trick("F001", Client, said, How::Stray(garbage, Stage::Complete)).datagrams(),
    trick("F001", Server, relayed, How::Stray(garbage, Stage::Complete)).datagrams(),
    trick("F002", Client, said, How::Stray(unassigned, Stage::Peek)),
    trick("F002", Server, relayed, How::Stray(unassigned, Stage::Peek)),
    trick("F003", Client, said, How::Stray(servers_message, Stage::Peek)),
    trick("F003", Server, relayed, How::Stray(clients_message, Stage::Peek)),
    trick("F004", Client, said, How::Wire(|bytes| add(bytes, 3, 1))).datagrams(),
    trick("F004", Server, relayed, How::Wire(|bytes| add(bytes, 3, 1))).datagrams(),
    trick("F006", Server, room_list, How::Wire(|bytes| add(bytes, 4, 0x80))).called("availability"),
    trick("F007", Client, said, How::Behind(nobody, Stage::Next, 40)),
    trick("F008", Client, movies, How::Wire(one_more)),
    trick("P001", Client, second_login, How::Before(ask_movies, Stage::Next)),
    trick("P002", Client, said, How::Before(leave_movie, Stage::Next)),
    trick("P003", Client, logout, How::Behind(ask_movies, Stage::Next, 400)).datagrams(),
    trick("P005", Server, never, How::Decide("name")).within("taken"),
    trick("P006", Server, relayed, How::Suppress).within("taken"),
    trick("P007", Server, relayed, How::Real(other_text)),
    trick("P008", Server, never, How::Decide("audience")),
    trick("P009", Server, update, How::Withhold).within("taken"),
    trick("P010", Server, asked_list, How::Wire(|bytes| set(bytes, 6, b'#'))),
    trick("P010", Server, update, How::Wire(|bytes| set(bytes, 6, b'#'))).called("update"),
    trick("R001", Client, movies, How::Timer(0.4)).datagrams(),
    trick("R001", Server, update, How::Timer(0.4)).datagrams(),
    trick("R002", Client, movies, How::NoCopy).also(&[("A001", Server)]).datagrams(),
    trick("R002", Server, update, How::NoCopy).also(&[("A001", Client)]).datagrams(),
    trick("R004", Client, said, How::Alter(other_text)).datagrams(),
    trick("R004", Server, relayed, How::Alter(other_text)).datagrams(),
    trick("R005", Client, movies, How::Needless),
    trick("R005", Server, update, How::Needless),
    trick("R007", Client, movies, How::Timer(1.6)).datagrams(),
    trick("R007", Server, update, How::Timer(1.6)).datagrams(),
    trick("S001", Client, first_login, How::First(5)),
    trick("S002", Client, said, How::Skip(40)),
    trick("S002", Server, relayed_later, How::Skip(40)),
    trick("S003", Client, said, How::Reuse(1)),
    trick("S003", Server, relayed_later, How::Reuse(1)),
    trick("S004", Client, said, How::Reuse(3)),
    trick("S004", Server, relayed_later, How::Reuse(3)),
    trick("T001", Server, movies, How::Late(300)).by(Client),
];
