//! The sockets that datagrams pass through: one for each mapping, and one for each client towards the server.

use super::super::options::{Impairments, Way};
use super::super::tape::Route;
use super::super::udp::{Datagrams, Sent, Tally, Verdict};
use super::{Desk, Place, TURN, Trouble};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::relayed::Mapping;
use mio::net::UdpSocket;
use mio::{Interest, Registry};
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// How much the system is asked to keep for a socket until it is read; it gives what it allows.
const RECEIVE_BUFFER: usize = 8 << 20;
/// For the upstream socket of one client.
const CLIENT_BUFFER: usize = 1 << 20;

/// All sockets for datagrams, and what is decided about what passes.
pub(super) struct DatagramDoors {
    core: Datagrams,
    /// By mapping; none where a mapping relays connections.
    doors: Vec<Option<Door>>,
    /// By the core's number of the client.
    upstreams: Vec<Option<Upstream>>,
}

struct Door {
    socket: UdpSocket,
    listen: SocketAddr,
    server: SocketAddr,
}

struct Upstream {
    socket: UdpSocket,
    door: usize,
    /// The client as its door's socket knows it: an IPv4 client of an IPv6 socket has a mapped address.
    client: SocketAddr,
    server: SocketAddr,
}

impl DatagramDoors {
    pub(super) fn new(impairments: Impairments, limits: &Limits) -> DatagramDoors {
        DatagramDoors { core: Datagrams::new(impairments, limits), doors: Vec::new(), upstreams: Vec::new() }
    }

    /// Listens for the clients of a mapping; hands back where.
    pub(super) fn open(&mut self, registry: &Registry, index: usize, mapping: &Mapping) -> io::Result<SocketAddr> {
        let mut socket = UdpSocket::bind(mapping.listen)?;
        enlarge(&socket, RECEIVE_BUFFER);
        let listen = socket.local_addr()?;
        registry.register(&mut socket, Place::Door(index).into(), Interest::READABLE)?;
        if self.doors.len() <= index {
            self.doors.resize_with(index + 1, || None);
        }
        if let Some(door) = self.doors.get_mut(index) {
            *door = Some(Door { socket, listen, server: mapping.server });
        }
        Ok(listen)
    }

    pub(super) fn tally(&self) -> Tally {
        self.core.tally()
    }

    pub(super) fn clients(&self) -> u64 {
        self.core.clients()
    }

    pub(super) fn next_due(&self) -> Option<Time> {
        self.core.next_due()
    }

    /// The ports of all sockets.
    pub(super) fn ports(&self) -> Vec<u16> {
        let doors = self.doors.iter().flatten().map(|door| door.listen.port());
        let upstreams = self.upstreams.iter().flatten().filter_map(|upstream| upstream.socket.local_addr().ok());
        doors.chain(upstreams.map(|address| address.port())).collect()
    }

    /// Takes what clients sent. Whether there may be more.
    pub(super) fn read_door(&mut self, registry: &Registry, index: usize, desk: &mut Desk<'_>) -> bool {
        for _ in 0..TURN {
            let Some(Some(door)) = self.doors.get(index) else { return false };
            let (length, raw) = match door.socket.recv_from(desk.buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                // What came back of an earlier datagram: not of this socket's reading.
                Err(_) => continue,
            };
            let now = desk.clock.now();
            let address = canonical(raw);
            let client = match self.core.client(index, address) {
                Some(client) => client,
                None => match self.admit(registry, index, raw, now, desk) {
                    Some(client) => client,
                    None => continue,
                },
            };
            self.pass(client, Way::Up, length, now, desk);
        }
        true
    }

    /// Takes what the server sent to a client. Whether there may be more.
    pub(super) fn read_upstream(&mut self, client: usize, desk: &mut Desk<'_>) -> bool {
        for _ in 0..TURN {
            let Some(Some(upstream)) = self.upstreams.get(client) else { return false };
            match upstream.socket.recv(desk.buffer) {
                Ok(length) => {
                    let now = desk.clock.now();
                    self.pass(client, Way::Down, length, now, desk);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    desk.voice.say(Trouble::Refused(upstream.server));
                }
                Err(_) => {}
            }
        }
        true
    }

    /// Sends what was held back until now.
    pub(super) fn send_due(&mut self, desk: &mut Desk<'_>) {
        let now = desk.clock.now();
        while let Some(outgoing) = self.core.take_due(now) {
            for nth in 0..outgoing.copies {
                let (client, way, id) = (outgoing.client, outgoing.way, outgoing.id);
                self.send(Sent { client, way, id, nth, payload: &outgoing.payload }, desk);
            }
        }
    }

    /// A datagram arrived, of which the buffer's first bytes are the payload.
    fn pass(&mut self, client: usize, way: Way, length: usize, now: Time, desk: &mut Desk<'_>) {
        let payload = desk.buffer.get(..length).unwrap_or_default();
        if let Verdict::Pass { id, copies } = self.core.arrived(desk.tape, now, client, way, payload) {
            // The buffer stays as it is while its datagram is sent.
            let buffer = std::mem::take(&mut desk.buffer);
            let payload = buffer.get(..length).unwrap_or_default();
            for nth in 0..copies {
                self.send(Sent { client, way, id, nth, payload }, desk);
            }
            desk.buffer = buffer;
        }
    }

    fn send(&mut self, sent: Sent<'_>, desk: &mut Desk<'_>) {
        let Some(Some(upstream)) = self.upstreams.get(sent.client) else { return };
        // The copy is recorded with the time before it is sent: the answer must not come first.
        let now = desk.clock.now();
        let result = match sent.way {
            Way::Up => match upstream.socket.send(sent.payload) {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    // That is about an earlier one; this one has not been sent.
                    desk.voice.say(Trouble::Refused(upstream.server));
                    upstream.socket.send(sent.payload)
                }
                result => result,
            },
            Way::Down => match self.doors.get(upstream.door) {
                Some(Some(door)) => door.socket.send_to(sent.payload, upstream.client),
                _ => return,
            },
        };
        match result {
            Ok(_) => self.core.passed(desk.tape, now, &sent),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(error) => {
                let to = if sent.way == Way::Up { upstream.server } else { upstream.client };
                desk.voice.say(Trouble::Send { to, error });
            }
        }
    }

    /// A socket of its own for a client that was not known.
    fn admit(
        &mut self,
        registry: &Registry,
        index: usize,
        raw: SocketAddr,
        now: Time,
        desk: &mut Desk<'_>,
    ) -> Option<usize> {
        let Some(Some(door)) = self.doors.get(index) else { return None };
        let (listen, server) = (door.listen, door.server);
        let client = canonical(raw);
        if let Some(idlest) = self.core.surplus() {
            desk.voice.say(Trouble::Crowded(listen));
            self.dismiss(idlest);
        }
        let mut opened = upstream(server);
        // Out of file descriptors, most likely: then there is one less for somebody who may be gone.
        if opened.is_err()
            && let Some(idlest) = self.core.idlest()
        {
            desk.voice.say(Trouble::Crowded(listen));
            self.dismiss(idlest);
            opened = upstream(server);
        }
        let served = opened.and_then(|socket| {
            let route =
                Route { client, local: local(listen, client)?, upstream: canonical(socket.local_addr()?), server };
            Ok((socket, route))
        });
        let (mut socket, route) = match served {
            Ok(served) => served,
            Err(error) => {
                desk.voice.say(Trouble::Client { client, error });
                return None;
            }
        };
        let number = self.core.admit(now, index, route);
        if let Err(error) = registry.register(&mut socket, Place::Upstream(number).into(), Interest::READABLE) {
            self.core.dismiss(number);
            desk.voice.say(Trouble::Client { client, error });
            return None;
        }
        if self.upstreams.len() <= number {
            self.upstreams.resize_with(number + 1, || None);
        }
        if let Some(place) = self.upstreams.get_mut(number) {
            *place = Some(Upstream { socket, door: index, client: raw, server });
        }
        Some(number)
    }

    fn dismiss(&mut self, client: usize) {
        self.core.dismiss(client);
        if let Some(upstream) = self.upstreams.get_mut(client) {
            // Closing it takes it from the registry.
            *upstream = None;
        }
    }
}

/// A socket that speaks with this server only, and learns when nothing is there.
fn upstream(server: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(anywhere(server))?;
    enlarge(&socket, CLIENT_BUFFER);
    socket.connect(server)?;
    Ok(socket)
}

/// The relay's address as a client uses it: where it listens at all of the host's, the one that leads to the client.
pub(super) fn local(listen: SocketAddr, client: SocketAddr) -> io::Result<SocketAddr> {
    if !listen.ip().is_unspecified() {
        return Ok(canonical(listen));
    }
    let probe = std::net::UdpSocket::bind(anywhere(client))?;
    probe.connect(client)?;
    Ok(SocketAddr::new(probe.local_addr()?.ip(), listen.port()))
}

/// An IPv4 address as such, where an IPv6 socket gives it mapped.
pub(super) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Any address and port of the same family.
fn anywhere(peer: SocketAddr) -> SocketAddr {
    let ip = match peer {
        SocketAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        SocketAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    SocketAddr::new(ip, 0)
}

/// Room for a burst. The system may allow less; that is no error.
fn enlarge(socket: &UdpSocket, bytes: usize) {
    let _ = socket2::SockRef::from(socket).set_recv_buffer_size(bytes);
}
