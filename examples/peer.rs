//! Runs one simulated party over real sockets in real time: a server, or the clients of a scenario.
//!
//! ```console
//! $ cargo run --example peer -- imp server --at 127.0.0.1:5001 --for 30s
//! $ cargo run --example peer -- imp client --at 127.0.0.1:5000 --scenario login --role alice
//! ```
//!
//! `--tcp` speaks over TCP, `--seed N`, `--convention NAME=VALUE` and `--fault RULE[@N][:VARIANT]` are those of
//! `wiregrade synth`, and `--timer 100ms` (or `never`) replaces the document's retransmission timer: a client that
//! ignores it. Only what a fault changes of what its own party sends is done here: nothing is lost or delayed, that is
//! for what lies between. Without `--role` each client of the scenario speaks from a socket of its own; `--stretch F`
//! has the pauses of the scenario last so many times as long.
//!
//! A server says `listening on ADDRESS` on standard output once it does (`--at 127.0.0.1:0` takes a free port), and ends
//! after `--for`, or once nobody has spoken to it for `--idle`, counted from the first who did. A client ends `--linger`
//! (2 s) after its last step, so that it still answers what is sent to it again.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a tool for contributors, at the edge")]
#![allow(missing_docs)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use wiregrade::bytes::Time;
use wiregrade::protocol::{Choices, Transport};
use wiregrade::synth::fault::{Fault, Meddler, Trick};
use wiregrade::synth::machine::{Cx, Input, Machine, Output, Peer};
use wiregrade::synth::parties::{self, Cast, Setting};
use wiregrade::synth::rng::Rng;
use wiregrade::synth::scenarios;
use wiregrade::synth::script::{Scenario, Step};

/// What a socket has to say.
enum Event {
    Datagram(SocketAddr, Vec<u8>),
    Opened(TcpStream, SocketAddr),
    Bytes(u32, Vec<u8>),
    Closed(u32),
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}

/// A machine and its sockets.
struct Driver {
    machine: Box<dyn Machine>,
    meddler: Meddler,
    udp: Option<UdpSocket>,
    streams: BTreeMap<u32, TcpStream>,
    /// Numbers of connections that others open; a machine counts its own from 1.
    next: u32,
    events: (Sender<Event>, Receiver<Event>),
}

impl Driver {
    fn new(machine: Box<dyn Machine>, fault: Option<(&'static Trick, u32)>, udp: Option<UdpSocket>) -> Driver {
        let events = channel();
        if let Some(socket) = &udp {
            let (socket, to) = (socket.try_clone().expect("a socket"), events.0.clone());
            thread::spawn(move || {
                let mut buffer = vec![0; 65_536];
                loop {
                    match socket.recv_from(&mut buffer) {
                        Ok((length, from)) if to.send(Event::Datagram(from, buffer[..length].to_vec())).is_err() => {
                            return;
                        }
                        // A refused datagram is reported at the next call; others may still come.
                        _ => {}
                    }
                }
            });
        }
        Driver { machine, meddler: Meddler::new(fault), udp, streams: BTreeMap::new(), next: 1_000_000, events }
    }

    fn listen(&self, listener: TcpListener) {
        let to = self.events.0.clone();
        thread::spawn(move || {
            while let Ok((stream, from)) = listener.accept() {
                if to.send(Event::Opened(stream, from)).is_err() {
                    return;
                }
            }
        });
    }

    fn keep(&mut self, number: u32, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        let (mut reader, to) = (stream.try_clone().expect("a stream"), self.events.0.clone());
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if to.send(Event::Bytes(number, buffer[..length].to_vec())).is_err() {
                    return;
                }
            }
            let _ = to.send(Event::Closed(number));
        });
        self.streams.insert(number, stream);
    }

    /// Lets the machine handle something, and does what it wants.
    fn give(&mut self, input: Input<'_>) {
        let mut out = Vec::new();
        let mut cx = Cx { now: now(), cause: None, out: &mut out, meddler: &mut self.meddler };
        self.machine.handle(input, &mut cx);
        for output in out {
            match output {
                Output::Send(send) => {
                    let bytes = send.wire.as_ref().unwrap_or(&send.bytes);
                    // What cannot be sent is lost: the machine's timers see to it.
                    match (send.to, &self.udp) {
                        (Peer::Datagrams(to), Some(socket)) => _ = socket.send_to(bytes, to),
                        (Peer::Stream(number), _) => {
                            if let Some(stream) = self.streams.get_mut(&number) {
                                let _ = stream.write_all(bytes);
                            }
                        }
                        _ => {}
                    }
                }
                Output::Connect { stream: number, to } => match TcpStream::connect(to) {
                    Ok(stream) => {
                        self.keep(number, stream);
                        self.give(Input::Opened { stream: number, peer: to });
                    }
                    Err(error) => println!("{to}: {error}"),
                },
                Output::Close { stream } => {
                    if let Some(stream) = self.streams.get(&stream) {
                        let _ = stream.shutdown(Shutdown::Write);
                    }
                }
            }
        }
    }

    /// Runs until `is_over`, which is told whether something was heard.
    fn run(&mut self, mut is_over: impl FnMut(&dyn Machine, bool) -> bool) {
        self.give(Input::Start);
        let mut heard = false;
        while !is_over(&*self.machine, heard) {
            let wake = self.machine.next_wake().map_or(Duration::MAX, |wake| wake.since(now()));
            heard = true;
            match self.events.1.recv_timeout(wake.min(Duration::from_millis(50))) {
                Ok(Event::Datagram(from, bytes)) => {
                    self.give(Input::Bytes { from: Peer::Datagrams(from), bytes: &bytes });
                }
                Ok(Event::Opened(stream, peer)) => {
                    let number = self.next;
                    self.next += 1;
                    self.keep(number, stream);
                    self.give(Input::Opened { stream: number, peer });
                }
                Ok(Event::Bytes(number, bytes)) => {
                    self.give(Input::Bytes { from: Peer::Stream(number), bytes: &bytes });
                }
                Ok(Event::Closed(number)) => {
                    self.give(Input::Closed { stream: number });
                    self.streams.remove(&number);
                }
                Err(RecvTimeoutError::Timeout) => {
                    heard = false;
                    if self.machine.next_wake().is_some_and(|wake| wake <= now()) {
                        self.give(Input::Wake);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

/// The command line: words, and options with their values.
struct Args {
    words: Vec<String>,
    options: BTreeMap<String, String>,
}

impl Args {
    fn read() -> Result<Args, String> {
        let (mut words, mut options) = (Vec::new(), BTreeMap::new());
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            match arg.strip_prefix("--") {
                Some("tcp") => _ = options.insert("tcp".to_owned(), String::new()),
                Some(name) => {
                    let value = args.next().ok_or_else(|| format!("--{name} needs a value"))?;
                    options.insert(name.to_owned(), value);
                }
                None => words.push(arg),
            }
        }
        Ok(Args { words, options })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    fn duration(&self, name: &str) -> Result<Option<Duration>, String> {
        match self.get(name) {
            None => Ok(None),
            Some("never") => Ok(Some(Duration::from_secs(1_000_000_000))),
            Some(text) => wiregrade::policy::parse_duration(text).map(Some).map_err(|why| format!("--{name}: {why}")),
        }
    }

    fn number<T: std::str::FromStr>(&self, name: &str, default: T) -> Result<T, String> {
        self.get(name).map_or(Ok(default), |text| text.parse().map_err(|_| format!("--{name}: {text:?} is no number")))
    }
}

fn scenario(protocol: &str, name: &str, stretch: f64) -> Result<Scenario, String> {
    let text = match scenarios::find(protocol, name) {
        Some(built_in) => built_in.text.to_owned(),
        None => std::fs::read_to_string(name).map_err(|error| format!("{name}: {error}"))?,
    };
    let mut scenario: Scenario = text.parse().map_err(|error| format!("{name}: {error}"))?;
    for role in &mut scenario.roles {
        role.after = role.after.mul_f64(stretch);
        for step in &mut role.steps {
            if let Step::Wait(pause) = step {
                *pause = pause.mul_f64(stretch);
            }
        }
    }
    Ok(scenario)
}

fn choices(protocol: &str, text: Option<&str>) -> Result<Choices, String> {
    let Some(text) = text else { return Ok(Choices::default()) };
    let known = wiregrade::protocols::ALL.iter().map(|known| known.spec()).find(|spec| spec.id == protocol);
    let found = text.split_once('=').and_then(|(name, value)| {
        let rows = known?.conventions;
        let index = rows.iter().position(|row| row.name == name)?;
        let value = rows[index].values.iter().position(|known| *known == value)?;
        Some(Choices::default().with(index, value))
    });
    found.ok_or_else(|| format!("--convention: {protocol} has no {text:?}"))
}

fn run() -> Result<(), String> {
    let args = Args::read()?;
    let [protocol, part] = args.words.as_slice() else {
        return Err("usage: peer PROTOCOL client|server --at ADDRESS …".to_owned());
    };
    let spec = wiregrade::protocols::ALL.iter().map(|known| known.spec()).find(|spec| spec.id == *protocol);
    let spec = spec.ok_or_else(|| format!("{protocol:?} is no protocol"))?;
    let at: SocketAddr = args.get("at").ok_or("--at is missing")?.parse().map_err(|error| format!("--at: {error}"))?;
    let is_tcp = args.get("tcp").is_some() || !spec.transports.contains(&Transport::Udp);
    let fault = args.get("fault").map(str::parse::<Fault>).transpose()?;
    let fault = fault.map(|fault| fault.trick(spec.id).map(|trick| (trick, fault.nth))).transpose()?;
    let setting = Setting {
        transport: if is_tcp { Transport::Tcp } else { Transport::Udp },
        choices: choices(spec.id, args.get("convention"))?,
        server: at,
        start: now(),
        timer: args.duration("timer")?,
    };
    let mut rng = Rng::new(args.number("seed", 1)?);
    if part == "server" {
        return serve(spec.id, setting, rng, fault, &args);
    }
    let scenario = scenario(spec.id, args.get("scenario").unwrap_or("tour"), args.number("stretch", 1.0)?)?;
    let names: Arc<[String]> = scenario.roles.iter().map(|role| role.name.clone()).collect();
    let linger = args.duration("linger")?.unwrap_or(Duration::from_secs(2));
    let mut clients = Vec::new();
    for (number, role) in scenario.roles.into_iter().enumerate() {
        let rng = rng.fork(number as u64 + 1);
        if args.get("role").is_some_and(|wanted| wanted != role.name) {
            continue;
        }
        let (setting, names, id) = (setting.clone(), names.clone(), spec.id);
        clients.push(thread::spawn(move || {
            let any: SocketAddr = if at.is_ipv6() { "[::1]:0" } else { "127.0.0.1:0" }.parse().expect("an address");
            let udp = (!is_tcp).then(|| UdpSocket::bind(any).expect("a free port"));
            let own = udp.as_ref().and_then(|socket| socket.local_addr().ok()).unwrap_or(any);
            let cast = Cast { role, names, own, rng };
            let machine = parties::client(id, &setting, cast).expect("a protocol");
            let mut done: Option<Instant> = None;
            Driver::new(machine, fault, udp).run(|machine, _| {
                if machine.is_done() {
                    done.get_or_insert_with(Instant::now);
                }
                done.is_some_and(|done| done.elapsed() >= linger)
            });
        }));
    }
    if clients.is_empty() {
        return Err(format!("the scenario has no client {:?}", args.get("role").unwrap_or_default()));
    }
    for client in clients {
        client.join().map_err(|_| "a client panicked".to_owned())?;
    }
    Ok(())
}

fn serve(
    id: &'static str,
    mut setting: Setting,
    rng: Rng,
    fault: Option<(&'static Trick, u32)>,
    args: &Args,
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", setting.server);
    let (mut udp, mut tcp) = (None, None);
    let own = if setting.transport == Transport::Udp {
        udp.insert(UdpSocket::bind(setting.server).map_err(failed)?).local_addr()
    } else {
        tcp.insert(TcpListener::bind(setting.server).map_err(failed)?).local_addr()
    };
    setting.server = own.map_err(failed)?;
    let machine = parties::server(id, &setting, rng).expect("a protocol");
    let mut driver = Driver::new(machine, fault, udp);
    if let Some(listener) = tcp {
        driver.listen(listener);
    }
    println!("listening on {}", setting.server);
    let _ = std::io::stdout().flush();
    let (most, idle) = (args.duration("for")?, args.duration("idle")?);
    let begun = Instant::now();
    let mut spoken: Option<Instant> = None;
    driver.run(|_, heard| {
        if heard {
            spoken = Some(Instant::now());
        }
        let silent = spoken.zip(idle).is_some_and(|(spoken, idle)| spoken.elapsed() >= idle);
        silent || most.is_some_and(|most| begun.elapsed() >= most)
    });
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("peer: {error}");
            ExitCode::from(2)
        }
    }
}
