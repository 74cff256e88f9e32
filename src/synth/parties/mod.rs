//! The simulated parties, a client and a server for each protocol, on the protocols' own encoders.

pub mod c2w_g22;
pub mod c2w_g9;
pub mod chatos;
pub mod imp;
pub mod shen;

use super::machine::{Cx, Machine};
use super::port::{Class, Count, Draft, Port};
use super::rng::Rng;
use super::script::{Role, Runner};
use crate::bytes::Time;
use crate::protocol::{Actor, Choices, Transport};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// What every party of a service is told at its beginning.
#[derive(Clone, Debug)]
pub struct Setting {
    /// What carries the messages.
    pub transport: Transport,
    /// Which readings of the document are followed.
    pub choices: Choices,
    /// Where the server listens.
    pub server: SocketAddr,
    /// When the simulation begins.
    pub start: Time,
    /// In place of the document's retransmission timer.
    pub timer: Option<Duration>,
}

/// What a client is told beside that.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Its part.
    pub role: Role,
    /// The names of all clients.
    pub names: Arc<[String]>,
    /// Where it speaks from.
    pub own: SocketAddr,
    /// Its chance.
    pub rng: Rng,
}

impl Cast {
    fn runner(&self, start: Time) -> Runner {
        Runner::new(&self.role, start, self.names.clone(), self.rng.clone())
    }
}

/// A client of a protocol.
#[must_use]
pub fn client(protocol: &str, setting: &Setting, cast: Cast) -> Option<Box<dyn Machine>> {
    Some(match protocol {
        "imp" => Box::new(imp::Client::new(setting, cast)),
        "shen" => Box::new(shen::Client::new(setting, cast)),
        "c2w-g9" => Box::new(c2w_g9::Client::new(setting, cast)),
        "c2w-g22" => Box::new(c2w_g22::Client::new(setting, cast)),
        "chatos" => Box::new(chatos::Client::new(setting, cast)),
        _ => return None,
    })
}

/// A server of a protocol.
#[must_use]
pub fn server(protocol: &str, setting: &Setting, rng: Rng) -> Option<Box<dyn Machine>> {
    Some(match protocol {
        "imp" => Box::new(imp::Server::new(setting, rng)),
        "shen" => Box::new(shen::Server::new(setting)),
        "c2w-g9" => Box::new(c2w_g9::Server::new(setting)),
        "c2w-g22" => Box::new(c2w_g22::Server::new(setting)),
        "chatos" => Box::new(chatos::Server::new(setting)),
        _ => return None,
    })
}

/// Parts of a message that every machine fills in alike.
struct Form {
    class: Class,
    name: &'static str,
    count: Count,
    expects: bool,
    tag: u32,
}

impl Form {
    const fn new(class: Class, name: &'static str, count: Count) -> Form {
        Form { class, name, count, expects: false, tag: 0 }
    }
    const fn expecting(self) -> Form {
        Form { expects: true, ..self }
    }
    const fn tag(self, tag: u32) -> Form {
        Form { tag, ..self }
    }
}

fn post(port: &mut Port, to: super::machine::Peer, form: Form, bytes: Vec<u8>, cx: &mut Cx<'_>) -> u64 {
    let actor: Actor = port.actor();
    let Form { class, name, count, expects, tag } = form;
    port.post(Draft { to, actor, class, name, bytes, count, expects, tag, next: 0 }, cx)
}
