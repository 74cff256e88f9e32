//! Faults in the Instant Messenger Protocol.

#![allow(clippy::ptr_arg, reason = "harm of every kind has one signature; some of it changes the length")]

use super::{How, Stage, Trick, add, other_text, set, trick};
use crate::protocol::Actor::{Client, Server};
use crate::protocols::imp::wire::{Flag, Message, Options, RowOrder, Type};
use crate::synth::port::{Class, Draft};

fn bytes(message: &Message<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    message.emit(RowOrder::Figure, &mut out);
    Some(out)
}

fn source(draft: &Draft) -> u8 {
    draft.bytes.get(1).copied().unwrap_or(0)
}

fn said(draft: &Draft) -> bool {
    draft.name == "DataMessage" && draft.class == Class::Request
}
fn said_in_public(draft: &Draft) -> bool {
    said(draft) && draft.bytes.get(2) == Some(&1)
}
fn relayed(draft: &Draft) -> bool {
    draft.name == "DataMessage" && draft.class == Class::Relay
}
fn listed(draft: &Draft) -> bool {
    draft.name == "UserListRequest"
}
fn list(draft: &Draft) -> bool {
    draft.name == "UserListResponse"
}
fn update(draft: &Draft) -> bool {
    draft.name == "UpdateList"
}
fn gone(draft: &Draft) -> bool {
    draft.name == "UpdateDisconnection"
}
fn login(draft: &Draft) -> bool {
    draft.name == "ConnectionRequest"
}
fn logout(draft: &Draft) -> bool {
    draft.name == "DisconnectionRequest"
}
fn ack(draft: &Draft) -> bool {
    draft.class == Class::Ack
}
/// A login that is not its client's first: that nothing was granted before is certain then.
fn second_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 != 0
}
fn never(_: &Draft) -> bool {
    false
}

fn ask_list(draft: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::new(Type::USER_LIST_REQUEST, 0, source(draft), 1, Options::None))
}
fn leave_group(draft: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::new(Type::GROUP_DISJOINT_REQUEST, 0, source(draft), 0, Options::None))
}
fn ack_of_nothing(draft: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::acknowledgement(Type::GROUP_DISSOLUTION, 0, source(draft)))
}
fn servers_ack_of_nothing(_: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::acknowledgement(Type::GROUP_DISJOINT_REQUEST, 0, 0))
}
fn garbage(_: &Draft) -> Option<Vec<u8>> {
    Some(vec![0x28, 1, 1])
}
fn unassigned(draft: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::new(Type(0x1B), 0, source(draft), 1, Options::None))
}
fn servers_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::new(Type::UPDATE_DISCONNECTION, 0, 0, 255, Options::Client(3)))
}
fn clients_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(&Message::new(
        Type::GROUP_CREATION_REQUEST,
        0,
        0,
        0,
        Options::Creation { mode: Flag::decentralized(false), invited: &[3] },
    ))
}

/// Writes another type into the first octet.
fn retype(bytes: &mut [u8], kind: Type) {
    if let Some(first) = bytes.first_mut() {
        *first = kind.0 << 3 | *first & 7;
    }
}
fn other_bit(bytes: &mut Vec<u8>) {
    if let Some(first) = bytes.first_mut() {
        *first ^= 0b10;
    }
}

pub(super) const TRICKS: &[Trick] = &[
    trick("A001", Server, said, How::Deaf).by(Client),
    trick("A001", Client, relayed, How::Mute).by(Server),
    trick("A002", Client, said, How::Behind(ack_of_nothing, Stage::Complete, 40)).within("login"),
    trick("A002", Server, list, How::Behind(servers_ack_of_nothing, Stage::Complete, 40)).within("login"),
    trick("A003", Client, ack, How::Wire(other_bit)),
    trick("A003", Server, ack, How::Wire(other_bit)),
    trick("A004", Client, ack, How::Wire(|bytes| retype(bytes, Type::GROUP_DISSOLUTION))).within("login"),
    trick("A004", Server, ack, How::Wire(|bytes| retype(bytes, Type::GROUP_DISJOINT_REQUEST))).within("login"),
    trick("A005", Client, ack, How::Wire(|bytes| bytes.push(0))),
    trick("A005", Server, ack, How::Wire(|bytes| bytes.push(0))),
    trick("A006", Server, said, How::Late(900)).by(Client),
    trick("A006", Client, relayed, How::Late(900)).by(Server),
    trick("A007", Client, ack, How::Twice),
    trick("A007", Server, ack, How::Twice),
    trick("F001", Client, said, How::Stray(garbage, Stage::Complete)),
    trick("F001", Server, relayed, How::Stray(garbage, Stage::Complete)),
    trick("F002", Client, said, How::Stray(unassigned, Stage::Complete)),
    trick("F002", Server, relayed, How::Stray(unassigned, Stage::Complete)),
    trick("F003", Client, said, How::Stray(servers_message, Stage::Complete)),
    trick("F003", Server, relayed, How::Stray(clients_message, Stage::Complete)),
    trick("F004", Client, said, How::Wire(|bytes| add(bytes, 6, 1))).called("data-length"),
    trick("F004", Client, listed, How::Wire(|bytes| add(bytes, 4, 3))).called("header-length"),
    trick("F004", Server, relayed, How::Wire(|bytes| add(bytes, 6, 1))),
    trick("F005", Client, said, How::Wire(|bytes| add(bytes, 0, 4))),
    trick("F005", Server, relayed, How::Wire(|bytes| add(bytes, 0, 4))),
    trick("F006", Client, listed, How::Wire(|bytes| set(bytes, 2, 7))),
    trick("F006", Server, update, How::Wire(|bytes| set(bytes, 2, 7))),
    trick("F007", Client, login, How::Real(|bytes| set(bytes, 6, 0xE9))),
    trick("F008", Client, listed, How::Wire(|bytes| bytes.push(0x55))),
    trick("P001", Client, second_login, How::Before(ask_list, Stage::Next)),
    trick("P002", Client, said_in_public, How::Before(leave_group, Stage::Next)),
    trick("P003", Client, logout, How::Behind(ask_list, Stage::Next, 400)),
    trick("P004", Client, said, How::Wire(|bytes| add(bytes, 1, 101))),
    trick("P004", Client, ack, How::Wire(|bytes| add(bytes, 1, 101))).called("ack"),
    trick("P005", Server, never, How::Decide("name")).called("name").within("taken"),
    trick("P005", Server, never, How::Decide("id")).called("id").within("impostor"),
    trick("P006", Server, relayed, How::Suppress),
    trick("P007", Server, relayed, How::Real(other_text)),
    trick("P008", Server, never, How::Decide("audience")),
    trick("P009", Server, update, How::Withhold).within("login"),
    trick("P009", Server, gone, How::Withhold).called("disconnection").within("login"),
    trick("P010", Server, list, How::Wire(|bytes| set(bytes, 8, b'#'))),
    trick("P010", Server, update, How::Wire(|bytes| set(bytes, 8, b'#'))).called("update"),
    trick("R001", Client, said, How::Timer(0.4)),
    trick("R001", Server, relayed, How::Timer(0.4)),
    trick("R002", Client, said, How::NoCopy).also(&[("A001", Server)]),
    trick("R002", Server, relayed, How::NoCopy).also(&[("A001", Client)]),
    trick("R003", Client, said, How::Beyond(5)).within("login"),
    trick("R004", Client, said, How::Alter(other_text)),
    trick("R005", Client, said, How::Needless),
    trick("R005", Server, relayed, How::Needless),
    trick("R006", Client, said, How::Behind(ask_list, Stage::Next, 0)),
    trick("R007", Client, said, How::Timer(1.6)),
    trick("R007", Server, relayed, How::Timer(1.6)),
    trick("S003", Client, said, How::Reuse(1)),
    trick("S003", Server, relayed, How::Reuse(1)),
    trick("T001", Server, listed, How::Late(300)).by(Client),
    trick("T002", Client, never, How::Ignore("invitation")).within("invited"),
];
