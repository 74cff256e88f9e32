//! The relay at work: sockets, clock and file around the decisions of `record::udp` and `record::tcp`.
//!
//! One thread waits for all sockets (with `mio`) and passes everything on by itself, so that the order in the capture is the order of
//! events and a datagram waits for no other thread. A second one writes the file: a disk that takes its time
//! must not let datagrams overflow in the system's buffers.

mod connections;
mod datagrams;
mod lost;
mod trouble;
mod writer;

use super::tape::Tape;
use super::udp::Tally;
use super::{Carrier, Impairments, Mapping, Recording};
use crate::bytes::Time;
use crate::limits::Limits;
use connections::Connections;
use datagrams::DatagramDoors;
use mio::{Events, Poll, Token};
use std::io::{self, ErrorKind};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use trouble::Trouble;
pub use writer::Output;
use writer::Writer;

/// How long the relay sleeps at most: it writes down what it has, and asks whether it should go on.
const TICK: Duration = Duration::from_millis(50);
/// So many bytes are written at once at the latest.
const BATCH: usize = 256 << 10;
/// How often one socket is read before others have their turn.
const TURN: usize = 128;

/// Whoever runs a relay.
pub trait Guide {
    /// Asked twenty times a second at least: whether the relay should end.
    fn is_over(&mut self) -> bool;
    /// Something went wrong, for the first time; the relay goes on.
    fn trouble(&mut self, trouble: &Trouble);
}

/// What a relay did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Packets in the capture, over both interfaces.
    pub packets: u64,
    /// Datagrams.
    pub datagrams: Tally,
    /// Clients that sent datagrams.
    pub clients: u64,
    /// Connections accepted.
    pub connections: u64,
    /// Datagrams that the system dropped before the relay could take them, where it says so.
    pub lost: Option<u64>,
    /// The capture could not be written to its end.
    pub unwritten: bool,
}

/// A relay whose sockets are bound.
pub struct Relay {
    poll: Poll,
    events: Events,
    mappings: Vec<Mapping>,
    impairments: Impairments,
    unwritten: usize,
    datagrams: DatagramDoors,
    connections: Connections,
    clock: Clock,
}

/// What a token stands for: two bits for the kind, the rest for which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The listening socket of a mapping.
    Door(usize),
    /// The upstream socket of a client that sends datagrams.
    Upstream(usize),
    /// One end of a connection.
    Client(usize),
    Server(usize),
}

impl From<Place> for Token {
    fn from(place: Place) -> Token {
        Token(match place {
            Place::Door(index) => index << 2,
            Place::Upstream(index) => index << 2 | 1,
            Place::Client(index) => index << 2 | 2,
            Place::Server(index) => index << 2 | 3,
        })
    }
}

impl From<Token> for Place {
    fn from(Token(token): Token) -> Place {
        let index = token >> 2;
        match token & 3 {
            0 => Place::Door(index),
            1 => Place::Upstream(index),
            2 => Place::Client(index),
            _ => Place::Server(index),
        }
    }
}

/// Wall-clock time that never runs backwards.
#[derive(Clone, Copy, Debug)]
struct Clock {
    start: Time,
    since: Instant,
}

impl Clock {
    #[expect(clippy::disallowed_methods, reason = "a relay lives by the clock; only this module looks at it")]
    fn new() -> Clock {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Clock { start: Time(0).plus(since_1970), since: Instant::now() }
    }

    fn now(&self) -> Time {
        self.start.plus(self.since.elapsed())
    }
}

/// What the parts of a relay share while it runs.
struct Desk<'a> {
    clock: Clock,
    tape: &'a mut Tape,
    voice: trouble::Once<'a>,
    buffer: &'a mut [u8],
}

impl Relay {
    /// Binds all listening sockets.
    ///
    /// # Errors
    /// [`Trouble::Bind`] with the mapping that could not be bound, [`Trouble::System`] for what else is refused.
    pub fn bind(mappings: &[Mapping], impairments: Impairments, limits: &Limits) -> Result<Relay, Trouble> {
        let poll = Poll::new().map_err(Trouble::System)?;
        let mut relay = Relay {
            datagrams: DatagramDoors::new(impairments.clone(), limits),
            connections: Connections::new(impairments.clone(), limits),
            poll,
            events: Events::with_capacity(1024),
            mappings: mappings.to_vec(),
            impairments,
            unwritten: limits.relay_unwritten_bytes,
            clock: Clock::new(),
        };
        for (index, mapping) in relay.mappings.iter_mut().enumerate() {
            let registry = relay.poll.registry();
            let bound = match mapping.carrier {
                Carrier::Udp => relay.datagrams.open(registry, index, mapping),
                Carrier::Tcp => relay.connections.open(registry, index, mapping),
            };
            let listen = mapping.listen;
            mapping.listen = bound.map_err(|error| Trouble::Bind { listen, error })?;
        }
        Ok(relay)
    }

    /// The mappings as they are bound: port 0 has become one that was free.
    #[must_use]
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// Relays until `guide` says that it is over, and writes the capture to `output`. `remark`: a further line for
    /// the capture's comment.
    pub fn run(mut self, output: Output, remark: &str, guide: &mut dyn Guide) -> Outcome {
        let recording = Recording { mappings: self.mappings.clone(), remarks: self.impairments.to_string() };
        let mut tape = Tape::new(&recording, remark);
        let mut writer = Writer::start(output);
        let mut buffer = vec![0; 1 << 16];
        let mut said = trouble::Said::default();
        let mut ready: Vec<Token> = Vec::new();
        let mut flushed = self.clock.now();
        writer.give(&mut tape, self.unwritten);
        loop {
            let over = guide.is_over();
            let mut desk = Desk { clock: self.clock, tape: &mut tape, voice: said.to(guide), buffer: &mut buffer };
            let timeout = if over || !ready.is_empty() { Duration::ZERO } else { self.rest() };
            if let Err(error) = self.poll.poll(&mut self.events, Some(timeout))
                && error.kind() != ErrorKind::Interrupted
            {
                // Nothing can be waited for any more: what there is, is written.
                desk.voice.say(Trouble::System(error));
                break;
            }
            for event in &self.events {
                match Place::from(event.token()) {
                    Place::Client(_) | Place::Server(_) => self.connections.note(event),
                    _ => {}
                }
                if !ready.contains(&event.token()) {
                    ready.push(event.token());
                }
            }
            ready.retain(|token| match Place::from(*token) {
                Place::Door(door) => match self.mappings.get(door).map(|mapping| mapping.carrier) {
                    Some(Carrier::Udp) => self.datagrams.read_door(self.poll.registry(), door, &mut desk),
                    _ => self.connections.accept(self.poll.registry(), door, &mut desk),
                },
                Place::Upstream(client) => self.datagrams.read_upstream(client, &mut desk),
                Place::Client(link) | Place::Server(link) => self.connections.drive(link, &mut desk),
            });
            self.datagrams.send_due(&mut desk);
            self.connections.drive_due(&mut desk);
            let now = self.clock.now();
            if tape.len() >= BATCH || now.since(flushed) >= TICK {
                writer.give(&mut tape, self.unwritten);
                flushed = now;
            }
            if let Some(error) = writer.trouble() {
                said.to(guide).say(Trouble::Output(error));
            }
            if over {
                break;
            }
        }
        let lost = lost::datagrams(&self.datagrams.ports());
        tape.close(lost);
        writer.give(&mut tape, self.unwritten);
        let packets = tape.packets();
        let unwritten = match writer.finish() {
            Ok(()) => said.has_said_output(),
            Err(error) => {
                said.to(guide).say(Trouble::Output(error));
                true
            }
        };
        if let Some(lost) = lost.filter(|lost| *lost > 0) {
            said.to(guide).say(Trouble::Lost(lost));
        }
        Outcome {
            packets,
            datagrams: self.datagrams.tally(),
            clients: self.datagrams.clients(),
            connections: self.connections.accepted(),
            lost,
            unwritten,
        }
    }

    /// How long nothing is due.
    fn rest(&self) -> Duration {
        let due = self.datagrams.next_due().into_iter().chain(self.connections.next_due()).min();
        due.map_or(TICK, |due| due.since(self.clock.now()).min(TICK))
    }
}

/// Whether an error only says that it is not the time.
fn is_too_early(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
