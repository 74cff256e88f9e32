//! c2w's client and server, as Group 9 wrote it: what both need.

mod client;
mod server;

pub use client::Client;
pub use server::Server;

use super::Setting;
use crate::protocol::Transport;
use crate::protocols::c2w_g9::wire::{Data, HEADER, Message, frame_length, server as from_server};
use crate::synth::port::Manner;
use std::time::Duration;

fn stamp(bytes: &mut [u8], number: u16) {
    if let Some(first) = bytes.first_mut() {
        *first = u8::try_from(number & 0xFF).unwrap_or(0);
    }
}

fn manner(setting: &Setting) -> Manner {
    Manner {
        timer: Some(setting.timer.unwrap_or(Duration::from_secs(2))),
        maximum: None,
        // Where answers take numbers of their own, only their order pairs them: one at a time, or a loss mixes them up.
        window: (setting.choices.get(0) == 1 && setting.transport == Transport::Udp).then_some(1),
        modulus: 256,
        stamp,
        answers_count: setting.choices.get(0) == 1,
        shared: false,
        // The end of a private chat does not overtake its beginning, nor the next one the end.
        follows: |first, then| {
            let is_private = |name: &str| name.starts_with("privateChat") || name == "leavePrivateRoomRequest";
            first != then && is_private(first) && is_private(then) && !then.ends_with("Response")
        },
        alike: |first, then| kind_of_answer(first) == kind_of_answer(then),
        memory: None,
    }
}

/// What the answer to a message is known by, beside its number.
fn kind_of_answer(name: &str) -> &str {
    match name {
        "sendMainRoomUserList" | "sendMovieRoomUserList" => "userListReceived",
        "sendMsgInMainRoom" | "sendMsgInMovieRoom" | "sendMsgInPrivateRoom" => "msgReceived",
        "privateChatRequest" | "privateChatResponse" => "privateChatStarted",
        name => name,
    }
}

fn emit(code: u8, data: Data<'_>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Message { sequence: 0, code, data }.emit(&mut bytes);
    bytes
}

/// Cuts whole messages off the front of a stream.
fn next_message(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = frame_length(buffer).filter(|length| *length <= buffer.len() && *length >= HEADER)?;
    let rest = buffer.split_off(length);
    Some(std::mem::replace(buffer, rest))
}

/// The text or name a message carries.
fn text<'d>(data: &Data<'d>) -> &'d [u8] {
    match data {
        Data::Text(text) | Data::Name(text) | Data::Other(text) => text,
        _ => &[],
    }
}

/// What answers a request of a client, by type of the server.
fn is_answer(request: &str, code: u8, empty: bool) -> bool {
    match request {
        "loginRequest" => code == from_server::LOGIN_RESPONSE,
        "movieListRequest" => code == from_server::MOVIE_LIST_RESPONSE,
        "mainRoomUserListRequest" => code == from_server::SEND_MAIN_ROOM_USER_LIST,
        "movieRoomUserListRequest" => code == from_server::SEND_MOVIE_ROOM_USER_LIST,
        "sendMsgInMainRoom" => code == from_server::SEND_MSG_IN_MAIN_ROOM,
        "sendMsgInMovieRoom" => code == from_server::SEND_MSG_IN_MOVIE_ROOM,
        "sendMsgInPrivateRoom" => code == from_server::MSG_RECEIVED && empty,
        "privateChatRequest" => code == from_server::PRIVATE_CHAT_RESPONSE,
        "movieRequest" => code == from_server::MOVIE_RESPONSE && !empty,
        "leaveMovieRoomRequest" => code == from_server::REMOVED_FROM_MOVIE_ROOM,
        "leaveMainRoomRequest" => code == from_server::DISCONNECT_SUCCESS,
        "leavePrivateRoomRequest" => code == from_server::PRIVATE_ROOM_RELEASED,
        _ => false,
    }
}
