//! The simulated network: hosts, links that delay, lose, double and reorder, a capture point, and an event queue that
//! brings it all in order of time.

use super::fault::{Landed, Meddler, Trick};
use super::file::Capture;
use super::loss::{Carried, Losses};
use super::machine::{Cx, Input, Machine, Output, Peer, Send};
use super::packet::{Body, Link, Packet};
use super::rng::Rng;
use super::tcp::{Chunk, End, Learned, RETRANSMIT, Segment};
use crate::bytes::Time;
use crate::protocol::Actor;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

/// What links do to packets.
#[derive(Clone, Debug, PartialEq)]
pub struct Weather {
    /// How long a packet travels.
    pub delay: Duration,
    /// How much more or less, by chance.
    pub jitter: Duration,
    /// The share that is lost.
    pub loss: f64,
    /// The share that arrives twice.
    pub duplicate: f64,
    /// The share that arrives late.
    pub reorder: f64,
    /// How many in a row may be lost between the same two ends. Unless it is 0, which means any number, of no message
    /// so many copies are lost that it would be given up.
    pub burst: u32,
}

impl Default for Weather {
    fn default() -> Weather {
        Weather {
            delay: Duration::from_millis(5),
            jitter: Duration::from_millis(1),
            loss: 0.0,
            duplicate: 0.0,
            reorder: 0.0,
            burst: 1,
        }
    }
}

/// Where the capture is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tap {
    /// Between the two: it sees everything sent, and what is lost is lost behind it.
    #[default]
    Middle,
    /// At the clients.
    Client,
    /// At the server.
    Server,
}

/// What became of a simulation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Frames written.
    pub frames: u64,
    /// Messages among them: datagrams, and what was sent at once on a connection.
    pub messages: u64,
    /// The frame at which the fault shows, if one was asked for and its opportunity came.
    pub fault: Option<u64>,
    /// How many packets were lost behind the capture point.
    pub lost: u64,
    /// How long it took, in simulated time.
    pub lasted: Duration,
}

enum Event {
    Tap { packet: Packet, cargo: Cargo, to: usize, rest: Duration, fate: Fate },
    Arrive { to: usize, from: SocketAddr, cargo: Cargo, frame: u64 },
    Hand { to: usize, stream: Option<u32>, from: SocketAddr, bytes: Vec<u8>, frame: u64, fatal: bool },
    Wake(usize),
    Resend { connection: usize, side: usize, seq: u32 },
}

#[derive(Clone)]
enum Cargo {
    Datagram(Send),
    Segment { connection: usize, side: usize, segment: Segment },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    Lost,
    Doubled,
}

/// A machine's place in the network.
struct Host {
    machine: Box<dyn Machine>,
    address: SocketAddr,
    is_server: bool,
    wake: Option<Time>,
    /// It has fallen silent.
    dead: bool,
    ident: u16,
    next_port: u16,
    next_stream: u32,
    /// When its latest packet passes the tap: one wire keeps the order.
    passes: Time,
    /// Its connections: by its own number, the connection and which end of it is its.
    streams: BTreeMap<u32, (usize, usize)>,
}

struct Connection {
    ends: [End; 2],
    /// Which host, under which number, from which address.
    places: [(usize, u32, SocketAddr); 2],
}

/// The way from one end to another.
struct Path {
    /// When the latest that was not held up arrives.
    arrives: Time,
}

impl Default for Path {
    fn default() -> Path {
        Path { arrives: Time(i64::MIN) }
    }
}

struct Queued {
    at: Time,
    order: u64,
    event: Event,
}

impl PartialEq for Queued {
    fn eq(&self, other: &Queued) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Queued {}
impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Queued) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Queued {
    fn cmp(&self, other: &Queued) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// A network with its hosts.
pub struct Network<W: Write> {
    capture: Capture<W>,
    link: Link,
    weather: Weather,
    tap: Tap,
    hosts: Vec<Host>,
    by_address: BTreeMap<SocketAddr, usize>,
    connections: BTreeMap<usize, Connection>,
    next_connection: usize,
    queue: BinaryHeap<Reverse<Queued>>,
    order: u64,
    now: Time,
    start: Time,
    last: Time,
    rng: Rng,
    meddler: Meddler,
    paths: BTreeMap<(SocketAddr, SocketAddr), Path>,
    losses: Losses,
    messages: u64,
    fault: Option<u64>,
    lost: u64,
    on_the_way: u64,
}

impl<W: Write> Network<W> {
    /// A network without hosts.
    pub fn new(
        capture: Capture<W>,
        link: Link,
        weather: Weather,
        tap: Tap,
        start: Time,
        rng: Rng,
        meddler: Meddler,
    ) -> Self {
        Network {
            losses: Losses::new(weather.loss, weather.burst),
            capture,
            link,
            weather,
            tap,
            hosts: Vec::new(),
            by_address: BTreeMap::new(),
            connections: BTreeMap::new(),
            next_connection: 0,
            queue: BinaryHeap::new(),
            order: 0,
            now: start,
            start,
            last: start,
            rng,
            meddler,
            paths: BTreeMap::new(),
            messages: 0,
            fault: None,
            lost: 0,
            on_the_way: 0,
        }
    }

    /// Adds a host.
    pub fn add(&mut self, machine: Box<dyn Machine>, address: SocketAddr, is_server: bool) {
        self.by_address.insert(address, self.hosts.len());
        let ident = u16::try_from(self.rng.below(60_000)).unwrap_or(0);
        self.hosts.push(Host {
            machine,
            address,
            is_server,
            wake: None,
            dead: false,
            ident,
            next_port: address.port(),
            next_stream: 1_000_000,
            passes: Time(i64::MIN),
            streams: BTreeMap::new(),
        });
    }

    fn push(&mut self, at: Time, event: Event) {
        self.order += 1;
        self.queue.push(Reverse(Queued { at, order: self.order, event }));
    }

    /// Runs until every client is done and `settle` has gone by.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn run(mut self, settle: Duration) -> io::Result<(W, Outcome)> {
        for host in 0..self.hosts.len() {
            self.give(host, Input::Start, None);
        }
        let mut done_at: Option<Time> = None;
        while let Some(Reverse(Queued { at, event, .. })) = self.queue.pop() {
            if done_at.is_some_and(|done| at > done.plus(settle)) && self.on_the_way == 0 {
                break;
            }
            self.now = self.now.max(at);
            self.happen(event)?;
            if done_at.is_none() && self.hosts.iter().all(|host| host.is_server || host.dead || host.machine.is_done())
            {
                done_at = Some(self.now);
            }
        }
        let outcome = Outcome {
            frames: self.capture.frames(),
            messages: self.messages,
            fault: self.fault,
            lost: self.lost,
            lasted: self.last.since(self.start),
        };
        let comment = self.meddler.plan().map(|trick| told(trick, self.fault));
        let written = self.capture.finish(self.last, comment.as_deref())?;
        Ok((written, outcome))
    }

    fn happen(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Wake(host) => {
                if self.hosts[host].wake.is_some_and(|wake| wake <= self.now) {
                    self.hosts[host].wake = None;
                    self.give(host, Input::Wake, None);
                }
            }
            Event::Tap { packet, cargo, to, rest, fate } => {
                self.on_the_way -= 1;
                let frame = self.write(&packet, &cargo)?;
                let times = match fate {
                    Fate::Lost => 0,
                    Fate::Arrives => 1,
                    Fate::Doubled => 2,
                };
                for time in 0..times {
                    let gap =
                        if time == 0 { Duration::ZERO } else { Duration::from_micros(200 + self.rng.below(1_300)) };
                    let event = Event::Arrive { to, from: packet.src, cargo: cargo.clone(), frame };
                    self.on_the_way += 1;
                    self.push(self.now.plus(rest + gap), event);
                }
            }
            Event::Arrive { to, from, cargo, frame } => {
                self.on_the_way -= 1;
                match cargo {
                    Cargo::Datagram(send) => {
                        if send.lost && !send.fatal {
                            return Ok(());
                        }
                        let hand = Event::Hand { to, stream: None, from, bytes: send.bytes, frame, fatal: send.fatal };
                        if send.late.is_zero() {
                            return self.happen(hand);
                        }
                        self.push(self.now.plus(send.late), hand);
                    }
                    Cargo::Segment { connection, side, segment } => self.segment(connection, 1 - side, segment, frame),
                }
            }
            Event::Hand { to, stream, from, bytes, frame, fatal } => {
                if fatal {
                    self.hosts[to].dead = true;
                }
                let from = stream.map_or(Peer::Datagrams(from), Peer::Stream);
                self.give(to, Input::Bytes { from, bytes: &bytes }, Some(frame));
            }
            Event::Resend { connection, side, seq } => {
                if let Some(held) = self.connections.get_mut(&connection)
                    && let Some(segment) = held.ends[side].again(seq)
                {
                    self.travel_segment(connection, side, segment);
                }
            }
        }
        Ok(())
    }

    /// Writes what passes the tap.
    fn write(&mut self, packet: &Packet, cargo: &Cargo) -> io::Result<u64> {
        let mut bytes = Vec::new();
        packet.emit(self.link, &mut bytes);
        let frame = self.capture.frames() + 1;
        let mark = match cargo {
            Cargo::Datagram(send) => Some((send.token, send.copy)),
            Cargo::Segment { segment, .. } if segment.tries == 0 => segment.chunk.as_ref().map(|chunk| chunk.mark),
            Cargo::Segment { .. } => None,
        };
        self.messages += u64::from(mark.is_some());
        let mut comment = None;
        if let Some((token, copy)) = mark {
            self.meddler.passed(token, frame);
            if self.fault.is_none() && self.meddler.landed() == Some(Landed::Send { token, copy }) {
                self.fault = Some(frame);
                comment = self.meddler.plan().map(|trick| told(trick, Some(frame)));
            }
        }
        if let (None, Some(Landed::Frame(frame))) = (self.fault, self.meddler.landed()) {
            self.fault = Some(frame);
        }
        self.last = self.now;
        self.capture.frame(self.now, &bytes, comment.as_deref())?;
        Ok(frame)
    }

    /// Lets a host handle something, and does what it wants.
    fn give(&mut self, host: usize, input: Input<'_>, cause: Option<u64>) {
        if self.hosts[host].dead {
            return;
        }
        let mut out = Vec::new();
        let mut cx = Cx { now: self.now, cause, out: &mut out, meddler: &mut self.meddler };
        self.hosts[host].machine.handle(input, &mut cx);
        for output in out {
            match output {
                Output::Send(send) => self.send(host, send),
                Output::Connect { stream, to } => self.connect(host, stream, to),
                Output::Close { stream } => {
                    if let Some((connection, side)) = self.hosts[host].streams.get(&stream).copied()
                        && let Some(held) = self.connections.get_mut(&connection)
                        && let Some(segment) = held.ends[side].close()
                    {
                        self.travel_segment(connection, side, segment);
                    }
                }
            }
        }
        if let Some(wake) = self.hosts[host].machine.next_wake()
            && self.hosts[host].wake.is_none_or(|known| wake < known)
        {
            let wake = wake.max(self.now);
            self.hosts[host].wake = Some(wake);
            self.push(wake, Event::Wake(host));
        }
    }

    fn send(&mut self, host: usize, send: Send) {
        match send.to {
            Peer::Datagrams(dst) => {
                let payload = send.wire.clone().unwrap_or_else(|| send.bytes.clone());
                let src = self.hosts[host].address;
                self.travel(host, src, dst, Body::Udp(payload), Cargo::Datagram(send));
            }
            Peer::Stream(stream) => {
                let Some((connection, side)) = self.hosts[host].streams.get(&stream).copied() else { return };
                let Some(held) = self.connections.get_mut(&connection) else { return };
                let wire = send.wire.as_ref().unwrap_or(&send.bytes);
                let chunk = Chunk {
                    meant: if send.lost { Vec::new() } else { send.bytes.clone() },
                    mark: (send.token, send.copy),
                    late: send.late,
                    fatal: send.fatal,
                };
                for segment in held.ends[side].send(wire, chunk) {
                    self.travel_segment(connection, side, segment);
                }
            }
        }
    }

    fn connect(&mut self, host: usize, stream: u32, to: SocketAddr) {
        let Some(server) = self.by_address.get(&to).copied() else { return };
        let here = &mut self.hosts[host];
        let mut from = here.address;
        from.set_port(here.next_port);
        here.next_port = here.next_port.wrapping_add(1).max(1024);
        let connection = self.next_connection;
        self.next_connection += 1;
        here.streams.insert(stream, (connection, 0));
        let there = &mut self.hosts[server];
        let number = there.next_stream;
        there.next_stream += 1;
        there.streams.insert(number, (connection, 1));
        let mut first = || u32::try_from(self.rng.draw() >> 32).unwrap_or(0);
        let mut ends = [End::new(first()), End::new(first())];
        let syn = ends[0].connect();
        self.connections.insert(connection, Connection { ends, places: [(host, stream, from), (server, number, to)] });
        self.travel_segment(connection, 0, syn);
    }

    fn travel_segment(&mut self, connection: usize, side: usize, segment: Segment) {
        let Some(held) = self.connections.get(&connection) else { return };
        let [mine, theirs] = if side == 0 { [0, 1] } else { [1, 0] }.map(|end: usize| held.places[end]);
        if let Some(seq) = segment.guarded {
            let wait = RETRANSMIT * (1 << segment.tries.min(6));
            self.push(self.now.plus(wait), Event::Resend { connection, side, seq });
        }
        let body = segment.body.clone();
        self.travel(mine.0, mine.2, theirs.2, body, Cargo::Segment { connection, side, segment });
    }

    /// A segment arrived at an end.
    fn segment(&mut self, connection: usize, side: usize, segment: Segment, frame: u64) {
        let Some(held) = self.connections.get_mut(&connection) else { return };
        let (host, stream, _) = held.places[side];
        let peer = held.places[1 - side].2;
        let (learned, answer) = held.ends[side].receive(segment);
        if let Some(answer) = answer {
            self.travel_segment(connection, side, answer);
        }
        for learned in learned {
            match learned {
                Learned::Open => self.give(host, Input::Opened { stream, peer }, Some(frame)),
                Learned::Closed => self.give(host, Input::Closed { stream }, Some(frame)),
                Learned::Chunk(chunk) => {
                    if chunk.meant.is_empty() && !chunk.fatal {
                        continue;
                    }
                    let hand = Event::Hand {
                        to: host,
                        stream: Some(stream),
                        from: peer,
                        bytes: chunk.meant,
                        frame,
                        fatal: chunk.fatal,
                    };
                    self.push(self.now.plus(chunk.late), hand);
                }
            }
        }
    }

    /// Sends a packet on its way: past the tap, and if it is not lost to the other end.
    fn travel(&mut self, host: usize, src: SocketAddr, dst: SocketAddr, body: Body, cargo: Cargo) {
        let there = self.by_address.get(&dst).copied();
        let to = match &cargo {
            Cargo::Datagram(_) => there,
            Cargo::Segment { connection, side, .. } => {
                self.connections.get(connection).map(|held| held.places[1 - *side].0)
            }
        };
        let ident = self.hosts[host].ident;
        self.hosts[host].ident = ident.wrapping_add(1);
        let packet = Packet { src, dst, ident, body };
        let span = u64::try_from(self.weather.jitter.as_nanos()).unwrap_or(0);
        let base = u64::try_from(self.weather.delay.as_nanos()).unwrap_or(0);
        let travel = (base + self.rng.below(2 * span + 1)).saturating_sub(span).max(1000);
        let held_up = self.rng.chance(self.weather.reorder).then(|| 2 * base + self.rng.below(3 * base + 1));
        let path = self.paths.entry((src, dst)).or_default();
        let message = match &cargo {
            Cargo::Datagram(send) => Some(Carried::Message(send.token)),
            Cargo::Segment { connection, side, segment } => {
                segment.guarded.map(|first| Carried::Bytes { connection: *connection, side: *side, first })
            }
        };
        let lost = self.losses.take((src, dst), message, &mut self.rng);
        let doubled = !lost && self.rng.chance(self.weather.duplicate);
        let mut arrival = self.now.plus(Duration::from_nanos(travel + held_up.unwrap_or(0)));
        if held_up.is_none() {
            // One path keeps the order, unless something is held up on it.
            arrival = arrival.max(path.arrives.plus(Duration::from_micros(1)));
            path.arrives = arrival;
        }
        // Where on its way the packet passes the tap.
        let from_server = self.hosts[host].is_server;
        let share = match (self.tap, from_server) {
            (Tap::Middle, _) => 0.5,
            (Tap::Client, false) | (Tap::Server, true) => 0.01,
            (Tap::Client, true) | (Tap::Server, false) => 0.99,
        };
        if lost && share > 0.9 {
            return;
        }
        self.lost += u64::from(lost);
        let fate = match (lost || to.is_none(), doubled) {
            (true, _) => Fate::Lost,
            (_, true) => Fate::Doubled,
            _ => Fate::Arrives,
        };
        let at = if share < 0.9 {
            let at = self.now.plus(Duration::from_nanos(travel).mul_f64(share));
            let passes = &mut self.hosts[host].passes;
            *passes = at.max(passes.plus(Duration::from_micros(1)));
            *passes
        } else {
            self.now.plus(arrival.since(self.now).mul_f64(share))
        };
        let rest = arrival.since(at).max(Duration::from_micros(1));
        let event = Event::Tap { packet, cargo, to: to.unwrap_or(0), rest, fate };
        self.on_the_way += 1;
        self.push(at, event);
    }
}

/// What was done, for the capture's comments.
fn told(trick: &Trick, frame: Option<u64>) -> String {
    let who = match trick.actor {
        Actor::Client => "a client",
        Actor::Server => "the server",
        Actor::Peer => "a client towards another",
    };
    match frame {
        Some(frame) => format!("fault {} by {who}, shows at frame {frame}", trick.name()),
        None => format!("fault {} by {who}: its opportunity did not come", trick.name()),
    }
}
