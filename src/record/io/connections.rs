//! The sockets that connections pass through: a listener for each mapping, and two ends for each connection.

use super::super::options::{Impairments, ResetAfter, Way, Ways};
use super::super::tape::{Leg, Route};
use super::super::tcp::{Headers, Pipe};
use super::datagrams::{canonical, local};
use super::{Desk, Place, Trouble, is_too_early};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::relayed::Mapping;
use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Registry, Token};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr};
use std::time::Duration;

/// The most bytes read at once: one segment.
const READ: usize = 32 << 10;
/// How often one connection is read and written before others have their turn.
const TURN: usize = 16;

/// All sockets for connections.
pub(super) struct Connections {
    impairments: Impairments,
    most: usize,
    pipe_bytes: usize,
    doors: Vec<Option<Door>>,
    links: Vec<Option<Link>>,
    free: Vec<usize>,
    accepted: u64,
    /// When a link is to be looked at next.
    due: Option<Time>,
}

struct Door {
    listener: TcpListener,
    listen: SocketAddr,
    server: SocketAddr,
}

/// A relayed connection: two, end to end.
struct Link {
    headers: Headers,
    client: End,
    server: End,
    server_address: SocketAddr,
    pipes: Ways<Pipe>,
    connected: bool,
    passed: u64,
    cut_at: Option<Time>,
    cut_after: Option<u64>,
}

/// One of its ends.
struct End {
    stream: TcpStream,
    readable: bool,
    writable: bool,
    /// It sends nothing more.
    read_over: bool,
    /// It was told that nothing more comes.
    write_over: bool,
}

/// What becomes of a link.
enum Next {
    /// It waits for its sockets or for a time.
    Wait,
    /// It has more to do, and others their turn first.
    Again,
    /// It is over.
    Over,
}

impl Connections {
    pub(super) fn new(impairments: Impairments, limits: &Limits) -> Connections {
        Connections {
            impairments,
            most: limits.relay_connections.max(1),
            pipe_bytes: limits.relay_stream_bytes,
            doors: Vec::new(),
            links: Vec::new(),
            free: Vec::new(),
            accepted: 0,
            due: None,
        }
    }

    /// Listens for the clients of a mapping; hands back where.
    pub(super) fn open(&mut self, registry: &Registry, index: usize, mapping: &Mapping) -> io::Result<SocketAddr> {
        let mut listener = TcpListener::bind(mapping.listen)?;
        let listen = listener.local_addr()?;
        registry.register(&mut listener, Place::Door(index).into(), Interest::READABLE)?;
        if self.doors.len() <= index {
            self.doors.resize_with(index + 1, || None);
        }
        if let Some(door) = self.doors.get_mut(index) {
            *door = Some(Door { listener, listen, server: mapping.server });
        }
        Ok(listen)
    }

    /// How many there have been.
    pub(super) fn accepted(&self) -> u64 {
        self.accepted
    }

    pub(super) fn next_due(&self) -> Option<Time> {
        self.due
    }

    /// A socket can be read or written again.
    pub(super) fn note(&mut self, event: &Event) {
        let (index, is_client) = match Place::from(event.token()) {
            Place::Client(index) => (index, true),
            Place::Server(index) => (index, false),
            Place::Door(_) | Place::Upstream(_) => return,
        };
        let Some(Some(link)) = self.links.get_mut(index) else { return };
        let end = if is_client { &mut link.client } else { &mut link.server };
        end.readable |= event.is_readable() || event.is_read_closed() || event.is_error();
        end.writable |= event.is_writable() || event.is_write_closed() || event.is_error();
    }

    /// Takes new connections. Whether there may be more.
    pub(super) fn accept(&mut self, registry: &Registry, index: usize, desk: &mut Desk<'_>) -> bool {
        let Some(Some(door)) = self.doors.get(index) else { return false };
        let (listen, server) = (door.listen, door.server);
        match door.listener.accept() {
            Ok((stream, client)) => {
                if self.links.len() - self.free.len() >= self.most {
                    let error = io::Error::other("too many connections are open already");
                    desk.voice.say(Trouble::Client { client: canonical(client), error });
                } else if let Err(error) = self.serve(registry, stream, client, listen, server, desk) {
                    desk.voice.say(Trouble::Client { client: canonical(client), error });
                }
                true
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => false,
            // That connection is gone already, or there is no file descriptor for it: others may do better.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted || is_too_early(&error) => true,
            Err(error) => {
                desk.voice.say(Trouble::Client { client: listen, error });
                false
            }
        }
    }

    fn serve(
        &mut self,
        registry: &Registry,
        mut stream: TcpStream,
        client: SocketAddr,
        listen: SocketAddr,
        server: SocketAddr,
        desk: &mut Desk<'_>,
    ) -> io::Result<()> {
        let now = desk.clock.now();
        let nth = self.accepted;
        self.accepted += 1;
        let client = canonical(client);
        // A connection knows its own address, unless it has gone already.
        let own = stream.local_addr().map(canonical).or_else(|_| local(listen, client))?;
        let route = Route { client, local: own, upstream: server, server };
        let mut headers = Headers::new(route, self.impairments.seed, nth);
        headers.accepted(desk.tape, now);
        let refused = |desk: &mut Desk<'_>, error| desk.voice.say(Trouble::Connect { server, error });
        let mut upstream = match TcpStream::connect(server) {
            Ok(upstream) => upstream,
            Err(error) => {
                refused(desk, error);
                reset(&stream);
                headers.cut(desk.tape, now, "the relay could not connect to the server");
                return Ok(());
            }
        };
        headers.connecting(desk.tape, now, canonical(upstream.local_addr()?));
        // A piece that is passed on is a segment.
        let _ = stream.set_nodelay(true);
        let _ = upstream.set_nodelay(true);
        let number = match self.free.pop() {
            Some(number) => number,
            None => {
                self.links.push(None);
                self.links.len() - 1
            }
        };
        let both = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut stream, Place::Client(number).into(), both)?;
        registry.register(&mut upstream, Token::from(Place::Server(number)), both)?;
        let pipe = |way| Pipe::new(&self.impairments, way, nth, self.pipe_bytes);
        let (cut_at, cut_after) = match self.impairments.reset_after {
            Some(ResetAfter::Time(time)) => (Some(now.plus(time)), None),
            Some(ResetAfter::Bytes(bytes)) => (None, Some(bytes)),
            None => (None, None),
        };
        let link = Link {
            headers,
            client: End::new(stream),
            server: End::new(upstream),
            server_address: server,
            pipes: Ways { up: pipe(Way::Up), down: pipe(Way::Down) },
            connected: false,
            passed: 0,
            cut_at,
            cut_after,
        };
        if let Some(place) = self.links.get_mut(number) {
            *place = Some(link);
        }
        self.due = self.due.into_iter().chain(cut_at).min();
        Ok(())
    }

    /// Lets a connection do what it can. Whether it could do more at once.
    pub(super) fn drive(&mut self, index: usize, desk: &mut Desk<'_>) -> bool {
        let again = self.turn(index, desk);
        self.plan();
        again
    }

    /// Lets the connections work that waited until now.
    pub(super) fn drive_due(&mut self, desk: &mut Desk<'_>) {
        if self.due.is_none_or(|due| due > desk.clock.now()) {
            return;
        }
        for index in 0..self.links.len() {
            while self.turn(index, desk) {}
        }
        self.plan();
    }

    fn turn(&mut self, index: usize, desk: &mut Desk<'_>) -> bool {
        let Some(Some(link)) = self.links.get_mut(index) else { return false };
        match link.work(desk) {
            Next::Wait => false,
            Next::Again => true,
            Next::Over => {
                if let Some(place) = self.links.get_mut(index) {
                    // Closing its sockets takes them from the registry.
                    *place = None;
                }
                self.free.push(index);
                false
            }
        }
    }

    fn plan(&mut self) {
        self.due = self.links.iter().flatten().filter_map(Link::next_due).min();
    }
}

impl End {
    fn new(stream: TcpStream) -> End {
        End { stream, readable: false, writable: false, read_over: false, write_over: false }
    }
}

impl Link {
    fn work(&mut self, desk: &mut Desk<'_>) -> Next {
        if !self.connected {
            match self.connect(desk) {
                Ok(true) => {}
                Ok(false) => return self.due_cut(desk).unwrap_or(Next::Wait),
                Err(error) => {
                    let server = self.server_address;
                    let now = desk.clock.now();
                    // Its refusal is a reset; of any other failure there is nothing to be seen.
                    if error.kind() == io::ErrorKind::ConnectionRefused {
                        self.headers.broken(desk.tape, now, Way::Down);
                    } else {
                        self.headers.cut(desk.tape, now, "the relay could not connect to the server");
                    }
                    desk.voice.say(Trouble::Connect { server, error });
                    reset(&self.client.stream);
                    return Next::Over;
                }
            }
        }
        for _ in 0..TURN {
            let mut moved = false;
            for way in [Way::Up, Way::Down] {
                if let Some(over) = self.due_cut(desk) {
                    return over;
                }
                match self.read(way, desk).and_then(|read| Ok(read | self.write(way, desk)?)) {
                    Ok(more) => moved |= more,
                    Err(broken) => return self.fail(broken, desk),
                }
            }
            if self.client.write_over && self.server.write_over {
                return Next::Over;
            }
            if !moved {
                return Next::Wait;
            }
        }
        Next::Again
    }

    /// Whether the server has accepted.
    fn connect(&mut self, desk: &mut Desk<'_>) -> io::Result<bool> {
        if !self.server.writable && !self.server.readable {
            return Ok(false);
        }
        if let Some(error) = self.server.stream.take_error()? {
            return Err(error);
        }
        match self.server.stream.peer_addr() {
            Ok(_) => {
                self.connected = true;
                self.headers.connected(desk.tape, desk.clock.now());
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Reads once from where this way begins. Whether anything came.
    ///
    /// Fails with the way that begins at the side that broke off.
    fn read(&mut self, way: Way, desk: &mut Desk<'_>) -> Result<bool, Way> {
        let (pipe, end) = match way {
            Way::Up => (&mut self.pipes.up, &mut self.client),
            Way::Down => (&mut self.pipes.down, &mut self.server),
        };
        if !end.readable || end.read_over || pipe.is_full() {
            return Ok(false);
        }
        let buffer = desk.buffer.get_mut(..READ).unwrap_or_default();
        match end.stream.read(buffer) {
            Ok(0) => {
                end.read_over = true;
                let now = desk.clock.now();
                self.headers.ended(desk.tape, now, way, Leg::Arrival);
                pipe.end(now);
                Ok(true)
            }
            Ok(length) => {
                let now = desk.clock.now();
                let bytes = desk.buffer.get(..length).unwrap_or_default();
                self.headers.read(desk.tape, now, way, bytes);
                pipe.push(now, bytes);
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                end.readable = false;
                Ok(false)
            }
            Err(error) if is_too_early(&error) => Ok(true),
            Err(_) => Err(way),
        }
    }

    /// Writes once to where this way ends. Whether anything went.
    ///
    /// Fails with the way that begins at the side that broke off.
    fn write(&mut self, way: Way, desk: &mut Desk<'_>) -> Result<bool, Way> {
        let (pipe, end) = match way {
            Way::Up => (&mut self.pipes.up, &mut self.server),
            Way::Down => (&mut self.pipes.down, &mut self.client),
        };
        if !end.writable || end.write_over {
            return Ok(false);
        }
        let now = desk.clock.now();
        if pipe.is_over(now) {
            // It may have broken off by itself; reading will tell.
            let _ = end.stream.shutdown(Shutdown::Write);
            end.write_over = true;
            self.headers.ended(desk.tape, now, way, Leg::Forwarded);
            return Ok(true);
        }
        let Some(bytes) = pipe.ready(now) else { return Ok(false) };
        let room = self
            .cut_after
            .map_or(usize::MAX, |after| usize::try_from(after.saturating_sub(self.passed)).unwrap_or(usize::MAX));
        let bytes = bytes.get(..room).unwrap_or(bytes);
        match end.stream.write(bytes) {
            Ok(count) => {
                self.headers.written(desk.tape, now, way, bytes.get(..count).unwrap_or_default());
                self.passed = self.passed.saturating_add(count as u64);
                pipe.written(count);
                Ok(count > 0)
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                end.writable = false;
                Ok(false)
            }
            Err(error) if is_too_early(&error) => Ok(true),
            Err(_) => Err(way.back()),
        }
    }

    /// One side broke off, so the other one learns it.
    fn fail(&mut self, broken: Way, desk: &mut Desk<'_>) -> Next {
        self.headers.broken(desk.tape, desk.clock.now(), broken);
        match broken {
            Way::Up => reset(&self.server.stream),
            Way::Down => reset(&self.client.stream),
        }
        Next::Over
    }

    /// Breaks off by itself, when it is time.
    fn due_cut(&mut self, desk: &mut Desk<'_>) -> Option<Next> {
        let now = desk.clock.now();
        let time = self.cut_at.is_some_and(|at| at <= now);
        let bytes = self.cut_after.is_some_and(|after| after <= self.passed);
        if !time && !bytes {
            return None;
        }
        self.headers.cut(desk.tape, now, "reset by the relay");
        reset(&self.client.stream);
        reset(&self.server.stream);
        Some(Next::Over)
    }

    /// When it has something to do, whatever its sockets say.
    fn next_due(&self) -> Option<Time> {
        let pipe = |pipe: &Pipe, end: &End| pipe.next_due().filter(|_| end.writable && !end.write_over);
        let flows = self.connected.then(|| {
            let up = pipe(&self.pipes.up, &self.server);
            up.into_iter().chain(pipe(&self.pipes.down, &self.client)).min()
        });
        self.cut_at.into_iter().chain(flows.flatten()).min()
    }
}

/// Closing it is a reset then.
fn reset(stream: &TcpStream) {
    // Where that fails it closes in order: the peer learns that it is over all the same.
    let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
}
