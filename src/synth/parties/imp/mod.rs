//! The Instant Messenger Protocol's client and server: what both need.

mod client;
mod server;

pub use client::Client;
pub use server::Server;

use super::{Form, Setting, post};
use crate::protocols::imp::wire::{Message, RowOrder, Type};
use crate::synth::machine::{Cx, Peer};
use crate::synth::port::{Class, Count, Manner, Port};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

/// How long an invitation stays open once it was acknowledged (§6.3).
const INVITATION: Duration = Duration::from_secs(15);
const PUBLIC: u8 = 1;
const EVERYBODY: u8 = 255;

fn stamp(bytes: &mut [u8], number: u16) {
    if let Some(first) = bytes.first_mut() {
        *first = *first & !0b10 | u8::from(number & 1 == 1) << 1;
    }
}

fn manner(setting: &Setting) -> Manner {
    Manner {
        timer: Some(setting.timer.unwrap_or(Duration::from_millis(500))),
        maximum: Some(5),
        window: Some(1),
        modulus: 2,
        stamp,
        answers_count: false,
        shared: false,
        follows: |_, _| false,
        alike: |_, _| true,
        // One bit comes round again: only the latest message can be told from its copies for longer.
        memory: Some(Duration::from_millis(650)),
    }
}

fn emit(message: &Message<'_>, order: RowOrder) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.emit(order, &mut bytes);
    bytes
}

fn order(setting: &Setting) -> RowOrder {
    if setting.choices.get(0) == 1 { RowOrder::Text } else { RowOrder::Figure }
}

fn v4(address: SocketAddr) -> SocketAddrV4 {
    match address {
        SocketAddr::V4(address) => address,
        // A row has room for IPv4 alone (§5.5).
        SocketAddr::V6(address) => SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, address.port()),
    }
}

/// The name of a type, as faults choose by it.
fn name(kind: Type) -> &'static str {
    match kind {
        Type::CONNECTION_REQUEST => "ConnectionRequest",
        Type::CONNECTION_ACCEPT => "ConnectionAccept",
        Type::CONNECTION_REJECT => "ConnectionReject",
        Type::USER_LIST_REQUEST => "UserListRequest",
        Type::USER_LIST_RESPONSE => "UserListResponse",
        Type::DATA_MESSAGE => "DataMessage",
        Type::GROUP_CREATION_REQUEST => "GroupCreationRequest",
        Type::GROUP_CREATION_ACCEPT => "GroupCreationAccept",
        Type::GROUP_CREATION_REJECT => "GroupCreationReject",
        Type::GROUP_INVITATION_REQUEST => "GroupInvitationRequest",
        Type::GROUP_INVITATION_ACCEPT => "GroupInvitationAccept",
        Type::GROUP_INVITATION_REJECT => "GroupInvitationReject",
        Type::GROUP_DISJOINT_REQUEST => "GroupDisjointRequest",
        Type::GROUP_DISSOLUTION => "GroupDissolution",
        Type::UPDATE_LIST => "UpdateList",
        Type::UPDATE_DISCONNECTION => "UpdateDisconnection",
        Type::DISCONNECTION_REQUEST => "DisconnectionRequest",
        _ => "",
    }
}

/// Acknowledges a message.
fn acknowledge(port: &mut Port, to: Peer, message: &Message<'_>, id: u8, cx: &mut Cx<'_>) {
    let header = message.header;
    let bytes = emit(&Message::acknowledgement(header.kind, header.sequence, id), RowOrder::Figure);
    post(port, to, Form::new(Class::Ack, "Acknowledgement", Count::Fixed), bytes, cx);
}
