//! The flow layer from packets to items, phenomenon by phenomenon.

mod doubled;
mod laws;
mod table;
mod tcp;

use super::{Event, Item, Side, Sieve, Stats, Table};
use crate::bytes::Time;
use crate::limits::Limits;
use crate::net::{Packet, Segment, Transport};
use std::net::SocketAddr;

/// A packet to be pushed: a client at port 1000 and a server at port 7.
#[derive(Clone, Debug)]
struct Sent {
    from: Side,
    /// In microseconds; none: a little after the one before.
    at: Option<i64>,
    src: SocketAddr,
    dst: SocketAddr,
    ident: Option<u32>,
    interface: u32,
    cut: usize,
    udp: bool,
    segment: Segment<'static>,
    payload: Vec<u8>,
}

const CLIENT: Side = Side::A;
const SERVER: Side = Side::B;

fn address(side: Side) -> SocketAddr {
    match side {
        Side::A => SocketAddr::from(([10, 0, 0, 2], 1000)),
        Side::B => SocketAddr::from(([10, 0, 0, 1], 7)),
    }
}

/// A segment with an ACK flag, sequence number counted by the caller.
fn tcp(from: Side, seq: u32, ack: u32, payload: &[u8]) -> Sent {
    Sent {
        from,
        at: None,
        src: address(from),
        dst: address(from.other()),
        ident: None,
        interface: 0,
        cut: 0,
        udp: false,
        segment: Segment { seq, ack: Some(ack), syn: false, fin: false, rst: false, payload: &[] },
        payload: payload.to_vec(),
    }
}

fn udp(from: Side, payload: &[u8]) -> Sent {
    Sent { udp: true, ..tcp(from, 0, 0, payload) }
}

fn syn(from: Side, seq: u32) -> Sent {
    let mut sent = tcp(from, seq, 0, b"");
    (sent.segment.syn, sent.segment.ack) = (true, None);
    sent
}

fn syn_ack(from: Side, seq: u32, ack: u32) -> Sent {
    let mut sent = tcp(from, seq, ack, b"");
    sent.segment.syn = true;
    sent
}

fn fin(from: Side, seq: u32, ack: u32) -> Sent {
    let mut sent = tcp(from, seq, ack, b"");
    sent.segment.fin = true;
    sent
}

fn rst(from: Side, seq: u32) -> Sent {
    let mut sent = tcp(from, seq, 0, b"");
    (sent.segment.rst, sent.segment.ack) = (true, None);
    sent
}

impl Sent {
    fn at(mut self, microseconds: i64) -> Sent {
        self.at = Some(microseconds);
        self
    }

    fn ident(mut self, ident: u32) -> Sent {
        self.ident = Some(ident);
        self
    }

    fn interface(mut self, interface: u32) -> Sent {
        self.interface = interface;
        self
    }

    fn cut(mut self, cut: usize) -> Sent {
        self.cut = cut;
        self
    }

    fn port(mut self, port: u16) -> Sent {
        match self.from {
            Side::A => self.src.set_port(port),
            Side::B => self.dst.set_port(port),
        }
        self
    }
}

/// The next packet, through a sieve into a table.
fn sift(sieve: &mut Sieve, packet: &Packet<'_>, table: &mut Table, see: &mut impl FnMut(Item<'_>)) {
    match sieve.push(packet, packet.fingerprint()) {
        Some(is_copy) => table.push(packet, is_copy, see),
        None => drain(sieve, table, see),
    }
}

fn drain(sieve: &mut Sieve, table: &mut Table, see: &mut impl FnMut(Item<'_>)) {
    while let Some((packet, is_copy)) = sieve.pop() {
        table.push(&packet.lend(), is_copy, see);
    }
}

fn finish(sieve: &mut Sieve, table: &mut Table, see: &mut impl FnMut(Item<'_>)) {
    sieve.finish();
    drain(sieve, table, see);
    table.finish(see);
}

/// Client's data start at 101, the server's at 501.
fn handshake() -> Vec<Sent> {
    vec![syn(CLIENT, 100), syn_ack(SERVER, 500, 101), tcp(CLIENT, 101, 501, b"")]
}

/// A driven table, and what it said, written down: `frame A hello`, `frame A <12>` for a gap, `frame B end`.
#[derive(Debug)]
struct Run {
    sieve: Sieve,
    table: Table,
    frame: u64,
    now: i64,
    said: Vec<String>,
    retired: Vec<Stats>,
}

impl Run {
    fn new(limits: &Limits) -> Run {
        Run {
            sieve: Sieve::new(limits),
            table: Table::new(limits),
            frame: 0,
            now: 0,
            said: Vec::new(),
            retired: Vec::new(),
        }
    }

    /// Pushes packets; frames count from 1, 20 µs apart where nothing else is said. Returns what they made known.
    fn push(&mut self, sent: impl IntoIterator<Item = Sent>) -> Vec<String> {
        let before = self.said.len();
        for sent in sent {
            self.frame += 1;
            self.now = sent.at.unwrap_or(self.now + 20);
            let transport = if sent.udp {
                Transport::Udp(&sent.payload)
            } else {
                Transport::Tcp(Segment { payload: &sent.payload, ..sent.segment })
            };
            let packet = Packet {
                frame: self.frame,
                time: Time(self.now * 1000),
                src: sent.src,
                dst: sent.dst,
                ident: sent.ident,
                interface: sent.interface,
                cut: sent.cut,
                fragments: &[],
                transport,
            };
            let Run { sieve, table, said, .. } = self;
            sift(sieve, &packet, table, &mut |item| said.push(line(&item)));
            self.retired.extend(self.table.retired());
        }
        self.said[before..].to_vec()
    }

    fn finish(&mut self) -> Vec<String> {
        let before = self.said.len();
        let Run { sieve, table, said, .. } = self;
        finish(sieve, table, &mut |item| said.push(line(&item)));
        self.retired.extend(self.table.retired());
        self.said[before..].to_vec()
    }
}

fn line(item: &Item<'_>) -> String {
    let what = match item.event {
        Event::Datagram { bytes, .. } => String::from_utf8_lossy(bytes).into_owned(),
        Event::Run { bytes, carried_by, .. } if carried_by == item.frame => String::from_utf8_lossy(bytes).into_owned(),
        Event::Run { bytes, carried_by, .. } => format!("{} (of {carried_by})", String::from_utf8_lossy(bytes)),
        Event::Gap { missing } => format!("<{missing}>"),
        Event::End { reset: false } => "end".to_owned(),
        Event::End { reset: true } => "reset".to_owned(),
    };
    let flow = if item.flow == 1 { String::new() } else { format!("#{} ", item.flow) };
    format!("{flow}{} {:?} {what}", item.frame, item.from)
}

/// Pushes everything through a new table and finishes it.
fn run(sent: impl IntoIterator<Item = Sent>) -> Run {
    let mut run = Run::new(&Limits::default());
    run.push(sent);
    run.finish();
    run
}
