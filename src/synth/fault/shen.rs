//! Faults in S. Shen's protocol.

#![allow(clippy::ptr_arg, reason = "harm of every kind has one signature; some of it changes the length")]

use super::{How, Stage, Trick, add, set, trick};
use crate::protocol::Actor::{Client, Server};
use crate::protocols::shen::text::terminated;
use crate::protocols::shen::wire::{Alignment, HEADER, Message, TextLength, Type};
use crate::synth::port::{Class, Count, Draft};

fn bytes(kind: Type, text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    Message::new(kind, 0, text, TextLength::Exact).emit(Alignment::Byte, &mut out);
    Some(out)
}

fn listed(draft: &Draft) -> bool {
    draft.name == "DemandeDeListe"
}
/// A list that names others than its receiver.
fn list(draft: &Draft) -> bool {
    draft.name == "ListeUtilisateurs" && draft.bytes.iter().filter(|byte| **byte == b',').count() > 1
}
fn said(draft: &Draft) -> bool {
    draft.name == "EnvoyerMessage"
}
fn said_in_public(draft: &Draft) -> bool {
    said(draft) && draft.bytes.get(3).is_some_and(|last| last & 4 == 0)
}
fn relayed(draft: &Draft) -> bool {
    draft.name == "DiffuserMessage"
}
fn closed(draft: &Draft) -> bool {
    draft.name == "FermerMessagerie"
}
fn login(draft: &Draft) -> bool {
    draft.name == "Connexion"
}
fn logout(draft: &Draft) -> bool {
    draft.name == "Deconnexion"
}
fn ack(draft: &Draft) -> bool {
    draft.class == Class::Ack
}
/// A login that is not its client's first: that nothing was granted before is certain then.
fn second_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 != 0
}
fn due_ack(draft: &Draft) -> bool {
    ack(draft) && draft.tag == 1
}
/// No optional acknowledgement can be meant: what was refused or listed has another number.
fn first_ack(draft: &Draft) -> bool {
    due_ack(draft) && draft.count == Count::Of(0)
}
fn first_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 == 0
}
/// A first number was seen before.
fn relayed_later(draft: &Draft) -> bool {
    relayed(draft) && draft.next >= 1
}
fn said_later(draft: &Draft) -> bool {
    said(draft) && draft.next >= 4
}
fn never(_: &Draft) -> bool {
    false
}

fn ask_list(_: &Draft) -> Option<Vec<u8>> {
    bytes(Type::DEMANDE_DE_LISTE, b"")
}
fn leave_group(_: &Draft) -> Option<Vec<u8>> {
    bytes(Type::QUITTER_MESSAGERIE, b"")
}
fn ack_of_nothing(_: &Draft) -> Option<Vec<u8>> {
    bytes(Type::ACK, b"")
}
fn garbage(_: &Draft) -> Option<Vec<u8>> {
    Some(vec![0, 0x44])
}
fn unassigned(_: &Draft) -> Option<Vec<u8>> {
    bytes(Type(99), b"")
}
fn servers_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(Type::FERMER_MESSAGERIE, &terminated(b"fermer"))
}
fn clients_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(Type::DEMANDE_DE_LISTE, b"")
}

/// One byte of text more, and the length says so.
fn one_more(bytes: &mut Vec<u8>) {
    bytes.push(b'x');
    add(bytes, 3, 0x10);
}
/// The text of another length, with the length field right.
fn with_text(bytes: &mut Vec<u8>, text: &[u8]) {
    bytes.truncate(HEADER);
    bytes.extend(text);
    let length = u16::try_from(text.len()).unwrap_or(0);
    let (high, low) = (u8::try_from(length >> 4 & 0x3F).unwrap_or(0), u8::try_from(length & 0xF).unwrap_or(0));
    if let [_, _, third, fourth, ..] = bytes.as_mut_slice() {
        *third = *third & 0xC0 | high;
        *fourth = *fourth & 0x0F | low << 4;
    }
}
fn without_end(bytes: &mut Vec<u8>) {
    let text = bytes.get(HEADER..bytes.len().saturating_sub(2)).unwrap_or_default().to_vec();
    with_text(bytes, &text);
}
fn no_text(bytes: &mut Vec<u8>) {
    with_text(bytes, b"\r\n");
}
/// An acknowledgement in place of another answer under the same number.
fn only_ack(bytes: &mut Vec<u8>) {
    with_text(bytes, b"");
    if let [_, second, third, ..] = bytes.as_mut_slice() {
        *second = *second & 0xC0 | Type::ACK.0 >> 2;
        *third = *third & 0x3F | (Type::ACK.0 & 3) << 6;
    }
}
fn other_number(bytes: &mut Vec<u8>) {
    add(bytes, 0, 0x40);
}
fn other_text(bytes: &mut Vec<u8>) {
    let other = if bytes.get(HEADER) == Some(&b'x') { b'y' } else { b'x' };
    set(bytes, HEADER, other);
}
fn other_user(bytes: &mut Vec<u8>) {
    // Behind `publique, ` or `privee, `.
    let at = bytes.iter().position(|byte| *byte == b',').map_or(0, |comma| comma + 2);
    set(bytes, at, b'#');
}

pub(super) const TRICKS: &[Trick] = &[
    trick("A001", Server, listed, How::Deaf).by(Client),
    trick("A001", Client, relayed, How::Deaf).by(Server),
    trick("A002", Client, said, How::Behind(ack_of_nothing, Stage::Fixed(900), 40)),
    trick("A002", Server, relayed, How::Behind(ack_of_nothing, Stage::Fixed(900), 40)),
    trick("A003", Client, due_ack, How::Wire(other_number)),
    trick("A003", Server, ack, How::Wire(other_number)),
    trick("A004", Server, list, How::Wire(only_ack)),
    trick("A005", Client, due_ack, How::Wire(one_more)),
    trick("A005", Server, ack, How::Wire(one_more)),
    trick("A007", Server, ack, How::Twice),
    trick("A007", Client, first_ack, How::Twice).within("taken"),
    trick("F001", Client, said, How::Stray(garbage, Stage::Complete)),
    trick("F001", Server, relayed, How::Stray(garbage, Stage::Complete)),
    trick("F002", Client, said, How::Stray(unassigned, Stage::Peek)),
    trick("F002", Server, relayed, How::Stray(unassigned, Stage::Peek)),
    trick("F003", Client, said, How::Stray(servers_message, Stage::Peek)),
    trick("F003", Server, relayed, How::Stray(clients_message, Stage::Peek)),
    trick("F004", Client, said, How::Wire(|bytes| add(bytes, 3, 0x10))),
    trick("F004", Server, relayed, How::Wire(|bytes| add(bytes, 3, 0x10))),
    trick("F005", Client, listed, How::Wire(|bytes| add(bytes, 3, 1))),
    trick("F005", Server, relayed, How::Wire(|bytes| add(bytes, 3, 1))),
    trick("F006", Client, said_in_public, How::Wire(|bytes| add(bytes, 3, 8))).called("etat"),
    trick("F007", Client, said, How::Wire(no_text)).called("empty"),
    trick("F008", Client, listed, How::Wire(one_more)),
    trick("F009", Client, said, How::Wire(without_end)),
    trick("F009", Server, relayed, How::Wire(without_end)),
    trick("P001", Client, second_login, How::Before(ask_list, Stage::Next)),
    trick("P002", Client, said_in_public, How::Before(leave_group, Stage::Next)),
    trick("P002", Client, said_in_public, How::Wire(|bytes| add(bytes, 3, 4))).called("etat"),
    trick("P003", Client, logout, How::Behind(ask_list, Stage::Next, 400)),
    trick("P004", Client, logout, How::Wire(other_text)),
    trick("P005", Server, never, How::Decide("name")).within("taken"),
    trick("P006", Server, relayed, How::Suppress).within("taken"),
    trick("P007", Server, relayed, How::Real(other_text)),
    trick("P008", Server, never, How::Decide("audience")),
    trick("P009", Server, closed, How::Withhold),
    trick("P010", Server, list, How::Wire(other_user)),
    trick("R001", Client, said, How::Timer(0.4)),
    trick("R002", Client, listed, How::NoCopy).also(&[("A001", Server)]),
    trick("R002", Server, relayed, How::NoCopy).also(&[("A001", Client)]),
    trick("R004", Client, said, How::Alter(other_text)),
    trick("R005", Client, said, How::Needless),
    trick("R005", Server, relayed, How::Needless),
    trick("S001", Client, first_login, How::First(5)),
    trick("S002", Client, said, How::Skip(40)),
    trick("S002", Server, relayed_later, How::Skip(40)),
    trick("S003", Client, said, How::Reuse(1)),
    trick("S004", Client, said_later, How::Reuse(3)),
    trick("T001", Server, listed, How::Late(300)).by(Client),
];
