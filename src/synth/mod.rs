//! Simulated conversations, on the protocols' own encoders: conforming ones, and such with exactly one fault.
//!
//! ```text
//! script    what clients do                 parties   a client and a server per protocol: machines without I/O
//! port      numbers, timers, copies         fault     harm done on purpose, a row per rule and protocol
//! net       hosts, links, tap, event queue  tcp, packet, file   bytes down to the capture
//! ```
//!
//! The parties are machines without input or output of their own ([`machine::Machine`]): [`parties::client`] and
//! [`parties::server`] make one, an [`machine::Input`] tells it what happened, an [`machine::Output`] what it wants done,
//! and `next_wake` when it wants to be woken. [`simulate`] puts them on a simulated network; `examples/peer.rs` drives the same
//! machines over real sockets, as separate processes.

mod channel;
pub mod draft;
pub mod fault;
pub mod file;
mod loss;
pub mod machine;
pub mod net;
pub mod packet;
pub mod parties;
pub mod port;
pub mod rng;
pub mod scenarios;
pub mod script;
mod tcp;

use crate::bytes::Time;
use crate::protocol::{Choices, Transport};
use fault::{Meddler, Trick};
use file::{Capture, Form};
use machine::Machine;
use net::{Network, Outcome, Tap, Weather};
use packet::Link;
use parties::{Cast, Setting};
use rng::Rng;
use script::Scenario;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Everything that decides what a simulation writes: the same plan gives the same bytes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The protocol's identifier.
    pub protocol: &'static str,
    /// What happens.
    pub scenario: Scenario,
    /// Chance.
    pub seed: u64,
    /// The readings followed.
    pub choices: Choices,
    /// What carries the messages.
    pub transport: Transport,
    /// What links do.
    pub weather: Weather,
    /// Where the capture is taken.
    pub tap: Tap,
    /// What frames begin with.
    pub link: Link,
    /// How the capture is written.
    pub form: Form,
    /// IPv6 in place of IPv4.
    pub ipv6: bool,
    /// Everybody on one machine.
    pub loopback: bool,
    /// So many servers, each with the scenario's clients.
    pub servers: usize,
    /// When it begins.
    pub start: Time,
    /// The fault, and at which opportunity.
    pub fault: Option<(&'static Trick, u32)>,
    /// How long the capture goes on when all clients are done.
    pub settle: Duration,
    /// Said of the whole capture.
    pub comment: String,
}

/// 2017-02-27, 10:00 UTC: when two of the documents were new.
pub const START: Time = Time(1_488_189_600_000_000_000);

impl Plan {
    /// A plan with everything at its default.
    #[must_use]
    pub fn new(protocol: &'static str, transport: Transport, scenario: Scenario) -> Plan {
        Plan {
            protocol,
            scenario,
            seed: 1,
            choices: Choices::default(),
            transport,
            weather: Weather::default(),
            tap: Tap::Middle,
            link: Link::Ethernet,
            form: Form::Pcapng,
            ipv6: false,
            loopback: false,
            servers: 1,
            start: START,
            fault: None,
            settle: Duration::from_secs(4),
            comment: String::new(),
        }
    }

    fn address(&self, host: u32, port: u16) -> SocketAddr {
        let ip = match (self.loopback, self.ipv6) {
            (true, false) => IpAddr::V4(Ipv4Addr::LOCALHOST),
            (true, true) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            (false, false) => IpAddr::V4(Ipv4Addr::from_bits(0x0A00_0000 + host)),
            (false, true) => IpAddr::V6(Ipv6Addr::from_bits((0xFD00_u128 << 112) + u128::from(host))),
        };
        SocketAddr::new(ip, port)
    }
}

/// Where servers listen.
const SERVER_PORT: u16 = 1313;

/// Simulates a plan and writes its capture.
///
/// # Errors
/// Those of the writer; and of kind `InvalidInput` if the protocol is unknown.
pub fn simulate<W: Write>(plan: &Plan, to: W) -> io::Result<(W, Outcome)> {
    let unknown = || io::Error::new(io::ErrorKind::InvalidInput, format!("{:?} is no protocol", plan.protocol));
    let mut rng = Rng::new(plan.seed);
    let capture = Capture::new(to, plan.form, plan.link, &plan.comment)?;
    let weather = plan.weather.clone();
    let mut net =
        Network::new(capture, plan.link, weather, plan.tap, plan.start, rng.fork(1), Meddler::new(plan.fault));
    let names: Arc<[String]> = plan.scenario.roles.iter().map(|role| role.name.clone()).collect();
    let mut host = 0;
    for number in 0..plan.servers.max(1) {
        host += 1;
        let port = SERVER_PORT + if plan.loopback { u16::try_from(number).unwrap_or(0) } else { 0 };
        let server = plan.address(host, port);
        let setting =
            Setting { transport: plan.transport, choices: plan.choices, server, start: plan.start, timer: None };
        let machine: Box<dyn Machine> =
            parties::server(plan.protocol, &setting, rng.fork(u64::from(host))).ok_or_else(unknown)?;
        net.add(machine, server, true);
        for role in &plan.scenario.roles {
            host += 1;
            let mut own_rng = rng.fork(u64::from(host));
            // On one machine only the port tells clients apart.
            let port = if plan.loopback {
                20_000 + u16::try_from(host * 11 % 40_000).unwrap_or(0)
            } else {
                40_000 + u16::try_from(own_rng.below(20_000)).unwrap_or(0)
            };
            let own = plan.address(host, port);
            let cast = Cast { role: role.clone(), names: names.clone(), own, rng: own_rng };
            let machine = parties::client(plan.protocol, &setting, cast).ok_or_else(unknown)?;
            net.add(machine, own, false);
        }
    }
    net.run(plan.settle)
}
