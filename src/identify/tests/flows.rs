//! Whole flows through the identifier: what is recognized by what, who is who, and when it is decided.

use crate::bytes::Time;
use crate::flow::{self, Ends, Event, Item, Side};
use crate::identify::{Content, FlowVerdict, Identifier, Options, Step};
use crate::limits::Limits;
use crate::protocol::Direction;
use std::collections::BTreeMap;
use std::net::SocketAddr;

const SERVER: u16 = 7;

/// A capture in the making: flows are named by their ports, frames are counted, a millisecond passes between them.
struct Scene {
    identifier: Identifier,
    numbers: BTreeMap<(bool, u16, u16), u32>,
    frame: u64,
    steps: Vec<Seen>,
}

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    frame: u64,
    flow: u32,
    direction: Direction,
    content: Content,
    choice: usize,
    bytes: Vec<u8>,
}

impl Scene {
    fn new(options: Options) -> Scene {
        Scene::within(options, Limits::default())
    }

    fn within(options: Options, limits: Limits) -> Scene {
        let identifier = Identifier::new(options, limits);
        Scene { identifier, numbers: BTreeMap::new(), frame: 0, steps: Vec::new() }
    }

    fn event(&mut self, tcp: bool, from: u16, to: u16, event: Event<'_>) -> &mut Scene {
        self.frame += 1;
        self.again(tcp, from, to, event)
    }

    /// In the same frame as the event before.
    fn again(&mut self, tcp: bool, from: u16, to: u16, event: Event<'_>) -> &mut Scene {
        let next = u32::try_from(self.numbers.len() + 1).unwrap();
        let (a, b, side) = match self.numbers.contains_key(&(tcp, to, from)) {
            true => (to, from, Side::B),
            false => (from, to, Side::A),
        };
        let flow = *self.numbers.entry((tcp, a, b)).or_insert(next);
        let at = |port| SocketAddr::from(([10, 0, 0, 1], port));
        let transport = if tcp { flow::Transport::Tcp } else { flow::Transport::Udp };
        let ends = Ends { transport, a: at(a), b: at(b), opened_by: tcp.then_some(Side::A) };
        let time = Time(self.frame as i64 * 1_000_000);
        let frames = [self.frame];
        let event = match event {
            Event::Datagram { bytes, cut, .. } => Event::Datagram { bytes, cut, frames: &frames },
            Event::Run { bytes, .. } => Event::Run { bytes, carried_by: self.frame, carried_at: time },
            other => other,
        };
        let steps = &mut self.steps;
        let item = Item { flow, ends: &ends, from: side, frame: self.frame, time, event };
        self.identifier.item(&item, &mut |step| record(steps, step));
        self.identifier.advance(self.frame, time, &mut |step| record(steps, step));
        self
    }

    fn udp(&mut self, from: u16, to: u16, bytes: &[u8]) -> &mut Scene {
        self.event(false, from, to, Event::Datagram { bytes, cut: 0, frames: &[] })
    }

    fn tcp(&mut self, from: u16, to: u16, bytes: &[u8]) -> &mut Scene {
        self.event(true, from, to, Event::Run { bytes, carried_by: 0, carried_at: Time(0) })
    }

    fn end(&mut self, from: u16, to: u16) -> &mut Scene {
        self.event(true, from, to, Event::End { reset: false })
    }

    fn finish(&mut self) -> Vec<FlowVerdict> {
        let steps = &mut self.steps;
        self.identifier.finish(&mut |step| record(steps, step));
        self.verdicts()
    }

    fn verdicts(&self) -> Vec<FlowVerdict> {
        let numbers = 1..=u32::try_from(self.numbers.len()).unwrap();
        numbers
            .map(|flow| self.identifier.verdict(flow))
            .filter(|verdict| verdict.reason != FlowVerdict::silent(0).reason)
            .collect()
    }

    /// The protocols of all flows.
    fn protocols(&mut self) -> Vec<Option<&'static str>> {
        self.finish().iter().map(|verdict| verdict.protocol.map(|protocol| protocol.spec().id)).collect()
    }

    fn frames(&self) -> Vec<u64> {
        self.steps.iter().map(|step| step.frame).collect()
    }

    /// An imp client logs in.
    fn imp_login(&mut self, client: u16, id: u8) -> &mut Scene {
        self.udp(client, SERVER, format!("\x02\0\0\0\x0duser{id:<4}").as_bytes())
            .udp(SERVER, client, &[0x08, 0, 0, 0, 6, id])
            .udp(client, SERVER, &[0x09, id, 0, 0, 5])
    }

    /// A ChatOS client logs in.
    fn chat_login(&mut self, client: u16, name: &str) -> &mut Scene {
        let length = u8::try_from(name.len()).unwrap();
        let request = [&[1, 0, length], name.as_bytes()].concat();
        self.tcp(client, SERVER, &request).tcp(SERVER, client, b"\x08\x01")
    }
}

fn record(steps: &mut Vec<Seen>, step: Step<'_>) {
    if let Step::Unit(unit) = step {
        steps.push(Seen {
            frame: unit.frame,
            flow: unit.flow,
            direction: unit.direction,
            content: unit.content,
            choice: unit.choices.get(0),
            bytes: unit.bytes.to_vec(),
        });
    }
}

fn port(address: Option<SocketAddr>) -> Option<u16> {
    address.map(|address| address.port())
}

const DATA: &[u8] = b"\x28\x09\x01\x00\x07\x00\x07bonjour";

#[test]
fn what_was_held_comes_once_the_flow_is_decided() {
    let mut scene = Scene::new(Options::default());
    scene.tcp(1000, SERVER, b"\x01\x00\x05alice");
    assert_eq!((scene.frames(), scene.identifier.barrier()), (vec![], Some(1)));
    scene.tcp(SERVER, 1000, b"\x08\x01").tcp(1000, SERVER, b"\x03\x00\x05alice\x00\x02hi");
    assert_eq!((scene.frames(), scene.identifier.barrier()), (vec![1, 2, 3], None));
    let directions: Vec<_> = scene.steps.iter().map(|step| step.direction).collect();
    assert_eq!(directions, [Direction::ToServer, Direction::ToClient, Direction::ToServer]);
}

#[test]
fn other_traffic_is_left_alone_at_once() {
    let mut scene = Scene::new(Options::default());
    let query = b"\xb2\x3e\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03com\x00\x00\x01\x00\x01";
    scene.udp(2000, 53, query).tcp(2001, 80, b"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
    let hello: Vec<u8> =
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".iter().copied().chain(1..=255).chain(0..=250).collect();
    scene.tcp(2002, 443, &hello);
    assert_eq!(scene.identifier.barrier(), None, "nothing waits for them");
    let verdicts = scene.finish();
    assert!(verdicts.iter().all(|verdict| verdict.protocol.is_none() && verdict.confidence > 0.9));
    assert!(verdicts[1].reason.starts_with("nearest is "), "{}", verdicts[1].reason);
    assert!(scene.frames().is_empty());
}

#[test]
fn too_little_is_none_of_ours_unless_its_server_is_known() {
    let ack = [0x29, 9, 0, 0, 5];
    let mut scene = Scene::new(Options::default());
    assert_eq!(scene.udp(1000, SERVER, &ack).protocols(), [None]);
    let mut scene = Scene::new(Options::default());
    scene.udp(1000, SERVER, &ack).imp_login(1001, 4);
    assert_eq!(scene.protocols(), [Some("imp"), Some("imp")]);
    let mut frames = scene.frames();
    frames.sort_unstable();
    assert_eq!(frames, [1, 2, 3, 4]);
}

#[test]
fn one_command_line_is_enough() {
    let mut scene = Scene::new(Options::default());
    scene.udp(1000, SERVER, b"1488189600.844: CONNECTION_REQUEST|alice|\r\n");
    assert_eq!(scene.frames(), [1]);
}

#[test]
fn a_malformed_message_among_good_ones_is_one_of_them() {
    let mut scene = Scene::new(Options::default());
    scene.imp_login(1000, 9).udp(1000, SERVER, b"\xff\xff").udp(1000, SERVER, DATA);
    let verdict = scene.finish().remove(0);
    assert_eq!((scene.frames().len(), verdict.messages, verdict.malformed), (5, 5, 1));
}

#[test]
fn a_flow_that_begins_with_a_malformed_message_is_recognized_by_what_follows() {
    let mut scene = Scene::new(Options::default());
    scene.udp(1000, SERVER, b"\x02\0").imp_login(1000, 9).udp(1000, SERVER, DATA);
    let verdict = scene.finish().remove(0);
    assert_eq!((verdict.messages, verdict.malformed), (5, 1), "{}", verdict.reason);
}

#[test]
fn flows_recognized_by_one_another_come_in_order_of_frames() {
    let mut scene = Scene::new(Options::default());
    scene.udp(1001, SERVER, &[0x29, 9, 0, 0, 5]).imp_login(1000, 9);
    scene.finish();
    assert_eq!(scene.frames(), [1, 2, 3, 4]);
}

#[test]
fn the_first_login_goes_to_the_server() {
    let mut scene = Scene::new(Options::default());
    // The server speaks first in this capture.
    scene.udp(SERVER, 1000, &[0x78, 0, 255, 0, 6, 4]).imp_login(1000, 9);
    let verdict = scene.finish().remove(0);
    assert_eq!((port(verdict.client), port(verdict.server)), (Some(1000), Some(SERVER)));
    assert_eq!(scene.steps[0].direction, Direction::ToClient);
}

#[test]
fn who_is_told_to_be_the_server_is() {
    let servers = vec![SocketAddr::from(([10, 0, 0, 1], 1000))];
    let mut scene = Scene::new(Options { servers, ..Options::default() });
    let verdict = scene.udp(1000, SERVER, DATA).udp(1000, SERVER, &[0x29, 9, 0, 0, 5]).finish().remove(0);
    assert_eq!((port(verdict.client), port(verdict.server)), (Some(SERVER), Some(1000)));
}

#[test]
fn where_nothing_tells_the_sides_stay_unknown() {
    let mut scene = Scene::new(Options::default());
    let verdict = scene.udp(1000, 2000, DATA).udp(1000, 2000, b"\x2a\x09\x01\x00\x07\x00\x03oui").finish().remove(0);
    assert_eq!(verdict.protocol.map(|protocol| protocol.spec().id), Some("imp"));
    assert_eq!((verdict.client, verdict.server, verdict.peers), (None, None, false));
    assert_eq!(scene.steps[0].direction, Direction::Unknown);
}

#[test]
fn two_clients_of_a_server_are_peers() {
    let mut scene = Scene::new(Options::default());
    scene.imp_login(1000, 9).imp_login(1001, 4);
    scene.udp(1000, 1001, b"\x28\x09\x16\x00\x07\x00\x05salut").udp(1001, 1000, &[0x29, 4, 0, 0, 5]);
    let verdicts = scene.finish();
    assert!(verdicts[2].peers && verdicts[2].server.is_none(), "{}", verdicts[2].reason);
    assert!(scene.steps.iter().filter(|step| step.flow == 3).all(|step| step.direction == Direction::Peer));
}

#[test]
fn decode_as_decides_by_port() {
    let decode_as = vec!["udp.port==5000,imp".parse().expect("well formed")];
    let mut scene = Scene::new(Options { decode_as, ..Options::default() });
    scene.udp(1000, 5000, b"what is this").udp(1000, 6000, b"what is this");
    let verdicts = scene.finish();
    assert_eq!(verdicts[0].protocol.map(|protocol| protocol.spec().id), Some("imp"));
    assert_eq!((verdicts[0].confidence, port(verdicts[0].server)), (1.0, Some(5000)));
    assert!(verdicts[0].reason.contains("udp.port==5000,imp"));
    assert!(verdicts[1].protocol.is_none());
    assert_eq!(scene.frames(), [1]);
}

#[test]
fn only_the_protocols_asked_for_are_looked_for() {
    let protocols = vec![crate::identify::decode_as::protocol("shen").expect("one of ours")];
    let mut scene = Scene::new(Options { protocols, ..Options::default() });
    scene.imp_login(1000, 9).chat_login(1001, "alice");
    let verdicts = scene.finish();
    assert!(verdicts.iter().all(|verdict| verdict.protocol.is_none()));
    assert_eq!(verdicts[1].reason, "nothing that was looked for runs over this");
}

/// A list of one user, in either order of fields.
fn list(text_order: bool) -> Vec<u8> {
    let head = b"\x20\x00\x01\x00\x15";
    let row: &[u8] = if text_order {
        b"user9   \x09\x01\x0a\x00\x00\x01\x10\x00"
    } else {
        b"\x09\x01user9   \x0a\x00\x00\x01\x10\x00"
    };
    [head, row].concat()
}

#[test]
fn a_convention_is_settled_by_the_first_message_that_speaks_for_one() {
    let mut scene = Scene::new(Options::default());
    scene.imp_login(1000, 9).udp(SERVER, 1000, &list(true)).udp(SERVER, 1000, &list(false));
    // Another client of the same server, about whom nothing speaks yet.
    scene.imp_login(1001, 4);
    let verdicts = scene.finish();
    assert_eq!((&verdicts[0].conventions, &verdicts[1].conventions), (&vec![Some(1)], &vec![None]));
    let choices: Vec<_> = scene.steps.iter().map(|step| (step.flow, step.choice)).collect();
    assert_eq!(choices[..5], [(1, 0), (1, 0), (1, 0), (1, 1), (1, 1)]);
    assert_eq!(choices[5..], [(2, 1); 3], "as the server's other flows");
}

#[test]
fn a_forced_convention_is_not_voted_on() {
    let conventions = vec!["imp.row-order=figure".parse().expect("well formed")];
    let mut scene = Scene::new(Options { conventions, ..Options::default() });
    scene.imp_login(1000, 9).udp(SERVER, 1000, &list(true));
    assert_eq!(scene.finish()[0].conventions, [Some(0)]);
    assert!(scene.steps.iter().all(|step| step.choice == 0));
}

#[test]
fn a_granted_private_connection_is_opaque_even_where_the_grant_comes_to_light_late() {
    let mut scene = Scene::new(Options::default());
    scene.chat_login(1000, "alice").chat_login(1001, "bob");
    let connect = b"\x07\x00\x05alice\x00\x03bob\x00\x07";
    // A hole kept the server's answer back until after the client's first private bytes.
    scene.tcp(1002, SERVER, connect).tcp(1002, SERVER, b"GET / HTTP/1.1\r\n\r\n");
    scene.tcp(SERVER, 1002, b"\x08\x01HTTP/1.1 200 OK\r\n\r\n").end(1002, SERVER).end(SERVER, 1002);
    scene.finish();
    let seen: Vec<_> =
        scene.steps.iter().filter(|step| step.flow == 3).map(|step| (step.direction, step.content)).collect();
    let (up, down) = (Direction::ToServer, Direction::ToClient);
    // In order of frames, as it is known by one decision.
    let expected = [
        (up, Content::Message),
        (up, Content::Private { total: 18 }),
        (down, Content::Message),
        (down, Content::Private { total: 19 }),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_refused_private_connection_goes_on_in_messages() {
    let mut scene = Scene::new(Options::default());
    scene.chat_login(1000, "alice");
    let connect = b"\x07\x00\x05alice\x00\x03bob\x00\x07";
    scene.tcp(1002, SERVER, connect).tcp(1002, SERVER, connect).tcp(SERVER, 1002, b"\x08\x06");
    scene.finish();
    assert!(scene.steps.iter().all(|step| step.content == Content::Message));
    assert_eq!(scene.steps.iter().filter(|step| step.flow == 2).count(), 3);
}

#[test]
fn what_stays_undecided_holds_the_others_up_for_so_long_only() {
    let limits = Limits { lookahead_packets: 10, ..Limits::default() };
    let mut scene = Scene::within(Options::default(), limits);
    scene.udp(3000, 3001, &[0x29, 9, 0, 0, 5]);
    assert_eq!(scene.identifier.barrier(), Some(1));
    scene.imp_login(1000, 9);
    for _ in 0..8 {
        scene.udp(1000, SERVER, DATA);
    }
    assert_eq!(scene.identifier.barrier(), None);
    // It is still recognized if it says enough later.
    scene.udp(3000, 3001, DATA).udp(3001, 3000, &[0x29, 0, 0, 0, 5]);
    assert_eq!(scene.protocols(), [Some("imp"), Some("imp")]);
}

#[test]
fn however_many_flows_stay_undecided_few_are_kept() {
    let limits = Limits { undecided_flows: 20, ..Limits::default() };
    let mut scene = Scene::within(Options::default(), limits);
    for client in 0..100 {
        scene.udp(3000 + client, 3000, &[0x29, 9, 0, 0, 5]);
    }
    let waiting = scene.verdicts().iter().filter(|verdict| verdict.reason.contains("too few")).count();
    assert_eq!(waiting, 100);
    assert!(scene.identifier.barrier() >= Some(80));
}

#[test]
fn a_flow_is_decided_one_way_or_the_other_by_so_many_messages() {
    let limits = Limits { undecided_items: 6, ..Limits::default() };
    let mut scene = Scene::within(Options::default(), limits);
    for _ in 0..6 {
        scene.udp(3000, 3001, &[0x29, 9, 0, 0, 5]);
    }
    assert_eq!(scene.identifier.barrier(), None);
    scene.imp_login(3000, 9);
    assert_eq!(scene.numbers.len(), 2);
}
