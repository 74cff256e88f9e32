//! How much the relay of `wiregrade record` takes, and what it adds to a round trip.
//!
//! ```text
//! cargo run --release --example relay_bench -- [RATE [CLIENTS [SECONDS]]]
//! ```
//!
//! An echo server and CLIENTS clients on loopback exchange RATE datagrams a second in all, half of them answers: first
//! without a relay, then through one that writes its capture to a temporary file. All four threads (clients, server, relay, its
//! writer) share the machine.

#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a program for the terminal that measures time")]

use hdrhistogram::Histogram;
use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use wiregrade::limits::Limits;
use wiregrade::record::io::{Guide, Outcome, Output, Relay, Trouble};
use wiregrade::record::{Carrier, Impairments, Mapping};

/// Bytes of a datagram.
const SIZE: usize = 64;
/// How long answers are waited for at the end.
const LAST: Duration = Duration::from_millis(500);

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: u64| arguments.next().map_or(Ok(default), |text| text.parse());
    let (rate, clients, seconds) = (number(50_000)?, number(200)?, number(5)?);
    println!("{rate} datagrams/s of {SIZE} bytes, {clients} clients, {seconds} s");

    let over = Arc::new(AtomicBool::new(false));
    let server = std::net::UdpSocket::bind("127.0.0.1:0")?;
    socket2::SockRef::from(&server).set_recv_buffer_size(8 << 20)?;
    server.set_read_timeout(Some(Duration::from_millis(100)))?;
    let address = server.local_addr()?;
    let echo = {
        let over = Arc::clone(&over);
        thread::spawn(move || {
            let mut buffer = [0; 2048];
            while !over.load(Ordering::Relaxed) {
                if let Ok((length, from)) = server.recv_from(&mut buffer) {
                    let _ = server.send_to(&buffer[..length], from);
                }
            }
        })
    };

    let direct = load(address, rate / 2, clients, seconds)?;
    println!("direct   {direct}");

    let mapping = Mapping { carrier: Carrier::Udp, listen: "127.0.0.1:0".parse()?, server: address };
    let relay = Relay::bind(&[mapping], Impairments::default(), &Limits::default())?;
    let listen = relay.mappings()[0].listen;
    let file = tempfile::NamedTempFile::new()?;
    let output = Output::File(file.reopen()?);
    let until = Arc::clone(&over);
    let relay = thread::spawn(move || -> Outcome { relay.run(output, "", &mut Until(until)) });
    let relayed = load(listen, rate / 2, clients, seconds)?;
    println!("relayed  {relayed}");
    over.store(true, Ordering::Relaxed);
    let outcome = relay.join().map_err(|_| "the relay died")?;
    echo.join().map_err(|_| "the server died")?;

    let added = |of: fn(&Load) -> Duration| of(&relayed).saturating_sub(of(&direct));
    println!("added to a round trip: p50 {:.1?}, p99 {:.1?}", added(|load| load.p50), added(|load| load.p99));
    println!(
        "capture: {} packets, {:.1} MB; the system dropped {} datagrams before the relay",
        outcome.packets,
        file.as_file().metadata()?.len() as f64 / 1e6,
        outcome.lost.map_or("?".to_owned(), |lost| lost.to_string()),
    );
    Ok(())
}

/// Of nanoseconds, up to a minute.
fn histogram() -> Result<Histogram<u64>, Box<dyn Error>> {
    Ok(Histogram::new_with_max(60_000_000_000, 3)?)
}

struct Until(Arc<AtomicBool>);

impl Guide for Until {
    fn is_over(&mut self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn trouble(&mut self, trouble: &Trouble) {
        println!("relay: {trouble}");
    }
}

/// What clients saw.
struct Load {
    sent: u64,
    answered: u64,
    took: Duration,
    p50: Duration,
    p99: Duration,
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = 2.0 * self.answered as f64 / self.took.as_secs_f64();
        let lost = self.sent - self.answered;
        write!(f, "{rate:.0} datagrams/s there and back, {lost} of {} without an answer, ", self.sent)?;
        write!(f, "round trip p50 {:.1?}, p99 {:.1?}", self.p50, self.p99)
    }
}

/// Clients that send `rate` datagrams a second in all, each with the time in it.
fn load(to: SocketAddr, rate: u64, clients: u64, seconds: u64) -> Result<Load, Box<dyn Error>> {
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(1024));
    let mut sockets = Vec::new();
    for index in 0..usize::try_from(clients.max(1))? {
        let mut socket = UdpSocket::bind("127.0.0.1:0".parse()?)?;
        socket.connect(to)?;
        poll.registry().register(&mut socket, Token(index), Interest::READABLE)?;
        sockets.push(socket);
    }
    let start = Instant::now();
    let nanoseconds = |since: Duration| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
    let mut trips = histogram()?;
    let (mut sent, mut answered) = (0, 0);
    let (mut datagram, mut buffer) = ([0; SIZE], [0; 2048]);
    let (total, mut last) = (rate * seconds, Duration::ZERO);
    loop {
        let now = start.elapsed();
        let due = (nanoseconds(now) as u128 * u128::from(rate) / 1_000_000_000).min(u128::from(total));
        // In small steps, as real clients would not come all at once.
        for _ in 0..32 {
            if u128::from(sent) >= due {
                break;
            }
            datagram[..8].copy_from_slice(&nanoseconds(start.elapsed()).to_le_bytes());
            let socket = &sockets[usize::try_from(sent)? % sockets.len()];
            sent += u64::from(socket.send(&datagram).is_ok());
        }
        if (sent >= total && now - last > LAST) || answered >= total {
            break;
        }
        poll.poll(&mut events, Some(if u128::from(sent) < due { Duration::ZERO } else { Duration::from_micros(100) }))?;
        for event in &events {
            let socket = &sockets[event.token().0];
            while let Ok(length) = socket.recv(&mut buffer) {
                let Some(time) = buffer[..length].first_chunk() else { continue };
                last = start.elapsed();
                trips.saturating_record(nanoseconds(last).saturating_sub(u64::from_le_bytes(*time)));
                answered += 1;
            }
        }
    }
    let quantile = |quantile| Duration::from_nanos(trips.value_at_quantile(quantile));
    Ok(Load { sent, answered, took: last, p50: quantile(0.5), p99: quantile(0.99) })
}
