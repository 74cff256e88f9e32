//! Faults in ChatOS.

#![allow(clippy::ptr_arg, reason = "harm of every kind has one signature; some of it changes the length")]

use super::{How, Stage, Trick, other_text, set, trick};
use crate::protocol::Actor::{Client, Server};
use crate::protocols::chatos::wire::{Packet, emit, opcode, parse};
use crate::synth::port::{Class, Draft};

fn bytes(packet: &Packet<'_>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    emit(packet, &mut out);
    Some(out)
}

fn said(draft: &Draft) -> bool {
    draft.name == "SMA" && draft.class == Class::Request
}
fn relayed(draft: &Draft) -> bool {
    draft.name == "SMA" && draft.class == Class::Relay
}
fn whispered(draft: &Draft) -> bool {
    draft.name == "SPM" && draft.class == Class::Relay
}
fn granted_sma(draft: &Draft) -> bool {
    draft.name == "ERROR" && draft.tag == u32::from(opcode::SMA) << 8 | 1
}
fn refused_cr(draft: &Draft) -> bool {
    draft.name == "ERROR" && draft.tag == u32::from(opcode::CR) << 8 | 2
}
fn login(draft: &Draft) -> bool {
    draft.name == "CR"
}
/// A login that is not its client's first: that nothing was granted before is certain then.
fn second_login(draft: &Draft) -> bool {
    login(draft) && draft.tag & 4 != 0
}
fn never(_: &Draft) -> bool {
    false
}

fn ok(_: &Draft) -> Option<Vec<u8>> {
    bytes(&Packet::Error { code: 1 })
}
fn too_early(draft: &Draft) -> Option<Vec<u8>> {
    let (Packet::Cr { pseudo }, _) = parse(&draft.bytes).ok()? else { return None };
    bytes(&Packet::Sma { sender: pseudo, message: b"am I in ?" })
}
fn negative(_: &Draft) -> Option<Vec<u8>> {
    Some(vec![opcode::CR, 0xFF, 0xFE])
}
fn unassigned(_: &Draft) -> Option<Vec<u8>> {
    Some(vec![9, 0, 1, b'a'])
}
fn clients_message(_: &Draft) -> Option<Vec<u8>> {
    bytes(&Packet::Cr { pseudo: b"me" })
}
/// The first letter of the sender.
fn other_sender(bytes: &mut Vec<u8>) {
    set(bytes, 3, b'#');
}

pub(super) const TRICKS: &[Trick] = &[
    trick("A001", Server, said, How::Deaf).by(Client).within("taken"),
    trick("A002", Server, relayed, How::Behind(ok, Stage::Complete, 300)).within("taken"),
    trick("A004", Server, granted_sma, How::Wire(|bytes| set(bytes, 1, 5))),
    trick("A004", Server, refused_cr, How::Wire(|bytes| set(bytes, 1, 4))).called("cr"),
    trick("F001", Client, said, How::Stray(negative, Stage::Complete)),
    trick("F001", Server, relayed, How::Stray(negative, Stage::Complete)),
    trick("F002", Client, said, How::Stray(unassigned, Stage::Complete)),
    trick("F002", Server, relayed, How::Stray(unassigned, Stage::Complete)),
    trick("F003", Client, said, How::Stray(ok, Stage::Complete)),
    trick("F003", Server, relayed, How::Stray(clients_message, Stage::Complete)),
    trick("F004", Client, never, How::Decide("cut")),
    trick("F006", Server, granted_sma, How::Wire(|bytes| set(bytes, 1, 9))),
    trick(
        "F007",
        Client,
        said,
        How::Wire(|bytes| {
            if let Some(last) = bytes.last_mut() {
                *last = 0xE9;
            }
        }),
    ),
    trick("P001", Client, second_login, How::Before(too_early, Stage::Complete)),
    trick("P004", Client, said, How::Real(other_sender)),
    trick("P005", Server, never, How::Decide("name")).within("taken"),
    trick("P006", Server, relayed, How::Suppress).called("sma"),
    trick("P006", Server, whispered, How::Suppress).called("spm"),
    trick("P007", Server, relayed, How::Real(other_text)).called("sma"),
    trick("P007", Server, whispered, How::Real(other_text)).called("spm"),
    trick("P008", Server, never, How::Decide("audience")),
    trick("T001", Server, said, How::Late(300)).by(Client),
];
