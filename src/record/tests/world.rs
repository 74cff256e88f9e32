//! Simulated parties through the relay's decisions, in simulated time: a conversation under any harm, in memory.

use crate::analysis::{Analysis, Options};
use crate::bytes::Time;
use crate::capture::Reader;
use crate::limits::Limits;
use crate::net::Carrier;
use crate::net::relayed::{Mapping, Recording};
use crate::policy::Policy;
use crate::protocol::{Choices, Protocol, Transport};
use crate::record::tape::{Route, Tape};
use crate::record::udp::{Datagrams, Sent, Verdict};
use crate::record::{Impairments, Way};
use crate::rules::{self, Judge, Judged};
use crate::session::Tracker;
use crate::synth::fault::Meddler;
use crate::synth::machine::{Cx, Input, Machine, Output, Peer};
use crate::synth::parties::{self, Cast, Setting};
use crate::synth::rng::Rng;
use crate::synth::script::Scenario;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long a datagram travels between a party and the relay.
const HOP: Duration = Duration::from_micros(80);
/// How long everything goes on when all clients are done.
const SETTLE: Duration = Duration::from_secs(6);
/// No conversation lasts longer.
const LONGEST: Duration = Duration::from_secs(1200);

fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn listen() -> SocketAddr {
    address(5000)
}

fn server() -> SocketAddr {
    address(5001)
}

enum Event {
    /// A datagram reaches the relay.
    Relay { client: usize, way: Way },
    /// One reaches a party: the server, or a client (by number, from 1).
    Party { host: usize, from: SocketAddr },
}

struct Host {
    machine: Box<dyn Machine>,
    meddler: Meddler,
}

/// What a conversation is made of.
pub(super) struct Plan<'a> {
    pub(super) protocol: &'static dyn Protocol,
    pub(super) scenario: &'a Scenario,
    pub(super) seed: u64,
    pub(super) harm: &'a str,
    /// In place of the document's timer, for one client (from 1).
    pub(super) timer: Option<(usize, Duration)>,
}

struct World {
    now: Time,
    hosts: Vec<Host>,
    relay: Datagrams,
    tape: Tape,
    /// The relay's number of each client, once it has spoken.
    known: Vec<Option<usize>>,
    queue: BinaryHeap<Reverse<(Time, u64)>>,
    events: std::collections::BTreeMap<u64, (Event, Vec<u8>)>,
    order: u64,
}

/// Plays it, and hands back the capture.
pub(super) fn play(plan: &Plan<'_>) -> Vec<u8> {
    let start = crate::synth::START;
    let impairments = Impairments { seed: plan.seed, ..super::datagrams::impairments(plan.harm) };
    let mut rng = Rng::new(plan.seed);
    let setting = |at: SocketAddr, timer| Setting {
        transport: Transport::Udp,
        choices: Choices::default(),
        server: at,
        start,
        timer,
    };
    let id = plan.protocol.spec().id;
    let mut hosts = vec![parties::server(id, &setting(server(), None), rng.fork(0)).unwrap()];
    let names: Arc<[String]> = plan.scenario.roles.iter().map(|role| role.name.clone()).collect();
    for (role, number) in plan.scenario.roles.iter().zip(1_u16..) {
        let timer = plan.timer.filter(|(client, _)| *client == usize::from(number)).map(|(_, timer)| timer);
        let own = address(40_000 + number);
        let cast = Cast { role: role.clone(), names: Arc::clone(&names), own, rng: rng.fork(u64::from(number)) };
        hosts.push(parties::client(id, &setting(listen(), timer), cast).unwrap());
    }
    let mapping = Mapping { carrier: Carrier::Udp, listen: listen(), server: server() };
    let recording = Recording { mappings: vec![mapping], remarks: impairments.to_string() };
    let mut world = World {
        now: start,
        known: vec![None; hosts.len()],
        hosts: hosts.into_iter().map(|machine| Host { machine, meddler: Meddler::new(None) }).collect(),
        relay: Datagrams::new(impairments, &Limits::default()),
        tape: Tape::new(&recording, ""),
        queue: BinaryHeap::new(),
        events: Default::default(),
        order: 0,
    };
    world.run(start);
    world.tape.close(None);
    world.tape.take(Vec::new())
}

impl World {
    fn run(&mut self, start: Time) {
        for host in 0..self.hosts.len() {
            self.give(host, Input::Start);
        }
        let mut done: Option<Time> = None;
        loop {
            if done.is_none() && self.hosts.iter().skip(1).all(|host| host.machine.is_done()) {
                done = Some(self.now);
            }
            let wake =
                (0..self.hosts.len()).filter_map(|host| Some((self.hosts[host].machine.next_wake()?, host))).min();
            let event = self.queue.peek().map(|Reverse((time, _))| *time);
            let due = self.relay.next_due();
            let Some(next) = event.into_iter().chain(due).chain(wake.map(|(wake, _)| wake)).min() else { return };
            if done.is_some_and(|done| next.since(done) > SETTLE) || next.since(start) > LONGEST {
                return;
            }
            self.now = self.now.max(next);
            if due == Some(next) {
                while let Some(out) = self.relay.take_due(self.now) {
                    for nth in 0..out.copies {
                        self.pass(out.client, out.way, out.id, nth, &out.payload);
                    }
                }
            } else if event == Some(next) {
                let Some(Reverse((_, order))) = self.queue.pop() else { return };
                let Some((event, payload)) = self.events.remove(&order) else { return };
                self.happen(event, &payload);
            } else if let Some((_, host)) = wake {
                self.give(host, Input::Wake);
            }
        }
    }

    fn later(&mut self, event: Event, payload: Vec<u8>) {
        self.order += 1;
        self.queue.push(Reverse((self.now.plus(HOP), self.order)));
        self.events.insert(self.order, (event, payload));
    }

    fn happen(&mut self, event: Event, payload: &[u8]) {
        match event {
            Event::Relay { client, way } => {
                let index = match self.known[client] {
                    Some(index) => index,
                    None => {
                        let port = u16::try_from(client).unwrap();
                        let (own, upstream) = (address(40_000 + port), address(20_000 + port));
                        let route = Route { client: own, local: listen(), upstream, server: server() };
                        *self.known[client].insert(self.relay.admit(self.now, 0, route))
                    }
                };
                if let Verdict::Pass { id, copies } = self.relay.arrived(&mut self.tape, self.now, index, way, payload)
                {
                    for nth in 0..copies {
                        self.pass(index, way, id, nth, payload);
                    }
                }
            }
            Event::Party { host, from } => {
                self.give(host, Input::Bytes { from: Peer::Datagrams(from), bytes: payload })
            }
        }
    }

    fn pass(&mut self, index: usize, way: Way, id: u64, nth: u8, payload: &[u8]) {
        self.relay.passed(&mut self.tape, self.now, &Sent { client: index, way, id, nth, payload });
        let client = self.known.iter().position(|known| *known == Some(index)).unwrap();
        let event = match way {
            Way::Up => Event::Party { host: 0, from: address(20_000 + u16::try_from(client).unwrap()) },
            Way::Down => Event::Party { host: client, from: listen() },
        };
        self.later(event, payload.to_vec());
    }

    fn give(&mut self, host: usize, input: Input<'_>) {
        let mut out = Vec::new();
        let Host { machine, meddler } = &mut self.hosts[host];
        machine.handle(input, &mut Cx { now: self.now, cause: None, out: &mut out, meddler });
        for output in out {
            let Output::Send(send) = output else { continue };
            let Peer::Datagrams(to) = send.to else { continue };
            let event = if host > 0 && to == listen() {
                Event::Relay { client: host, way: Way::Up }
            } else if host == 0 && (20_001..20_000 + u16::try_from(self.hosts.len()).unwrap()).contains(&to.port()) {
                Event::Relay { client: usize::from(to.port()) - 20_000, way: Way::Down }
            } else {
                // A client to an upstream address: refused by the system, and seen by nobody.
                continue;
            };
            self.later(event, send.bytes);
        }
    }
}

/// What the judge says of a capture.
pub(super) fn judge(capture: &[u8]) -> Judged {
    let policy = Policy::default();
    let (mut tracker, mut judge) = (Tracker::new(policy.clone()), Judge::new(&policy, rules::Options::default()));
    let mut reader = Reader::new(Box::new(Cursor::new(capture.to_vec()))).unwrap();
    let mut analysis = Analysis::new(Options::default().for_capture(reader.comments()));
    while let Some(frame) = reader.next_frame() {
        analysis.frame(&frame.unwrap(), &mut |step| {
            tracker.step(&step, &mut judge);
        });
    }
    analysis.finish(&mut |step| {
        tracker.step(&step, &mut judge);
    });
    tracker.finish(reader.info().last_time.unwrap(), &mut judge);
    judge.finish()
}
