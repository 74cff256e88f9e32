//! Which packets were recorded before: loopback devices, mirror ports and captures on several interfaces show every packet
//! twice, and a copy must not pass for a retransmission.
//!
//! A packet whose IP header numbers it is a copy when the same one was there within 100 ms. Most are not numbered
//! (IPv6, or identification 0): there a copy and an application that sends the same bytes again look alike. On
//! another interface it is a copy. On the same one, within 5 ms, it is a *twin*, and the company decides: where
//! recording doubles, it doubles everything, so twins are copies where more than half of what these two hosts sent to
//! each other has one. Until enough of it was seen the caller keeps twins back.

use crate::bytes::Time;
use crate::net::{Packet, Transport};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

/// Within this time a numbered packet, or one on another interface, is the same packet.
const SAME: Duration = Duration::from_millis(100);
/// Within this time a packet without a number may be the same one.
const TWIN: Duration = Duration::from_millis(5);
/// How many different packets two hosts must have exchanged for their twins to be judged,
const ENOUGH: u64 = 8;
/// and over what time, as the copies of a burst may come after the burst.
const LONG_ENOUGH: Duration = Duration::from_millis(10);
/// How many packets with nearby fingerprints are remembered: the associativity of the memory.
const WAYS: usize = 4;

/// What a packet is, compared with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Not seen before.
    New,
    /// Recorded before.
    Copy,
    /// Looks like one recorded just before; ask [`Sightings::doubles`].
    Twin(Path),
}

/// The same without asking the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    New,
    Same,
    /// `first`: the packet had none before.
    Twin {
        first: bool,
    },
}

/// Between which two hosts: their addresses, those of IPv4 as IPv6 maps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path {
    low: u128,
    high: u128,
}

impl Path {
    /// Between all those that have no account of their own.
    const OTHERS: Path = Path { low: 0, high: 0 };

    fn of(packet: &Packet<'_>) -> Path {
        let [a, b] = [packet.src, packet.dst].map(|end| match end.ip() {
            IpAddr::V4(ip) => ip.to_ipv6_mapped().to_bits(),
            IpAddr::V6(ip) => ip.to_bits(),
        });
        Path { low: a.min(b), high: a.max(b) }
    }
}

/// The recent packets, and how many of them have twins.
#[derive(Debug)]
pub(super) struct Sightings {
    recent: Vec<Set>,
    paths: HashMap<Path, Evidence, RandomState>,
    max_paths: usize,
}

/// Packets whose fingerprints agree in some bits, the newest first: a line of a cache, so that each packet costs one
/// look at memory.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Set([Sighting; WAYS]);

#[derive(Clone, Copy, Debug)]
struct Sighting {
    /// From the top: 47 bits of the fingerprint, whether it has a twin, 16 bits of the interface.
    mark: u64,
    time: Time,
}

impl Sighting {
    const TWIN: u64 = 1 << 16;
    const INTERFACE: u64 = Sighting::TWIN - 1;

    fn new(fingerprint: u64, interface: u32, time: Time) -> Sighting {
        let mark =
            (fingerprint & !(Sighting::TWIN | Sighting::INTERFACE)) | (u64::from(interface) & Sighting::INTERFACE);
        Sighting { mark, time }
    }

    fn is_of(&self, other: &Sighting) -> bool {
        (self.mark ^ other.mark) & !(Sighting::TWIN | Sighting::INTERFACE) == 0
    }

    fn saw_elsewhere(&self, other: &Sighting) -> bool {
        (self.mark ^ other.mark) & Sighting::INTERFACE != 0
    }

    /// Notes that it has a twin; whether it had none.
    fn has_first_twin(&mut self) -> bool {
        let first = self.mark & Sighting::TWIN == 0;
        self.mark |= Sighting::TWIN;
        first
    }
}

#[derive(Clone, Copy, Debug)]
struct Evidence {
    packets: u64,
    twins: u64,
    since: Time,
}

impl Sightings {
    /// Remembers about `packets` packets and `paths` pairs of hosts; further pairs share one account.
    pub(super) fn new(packets: usize, paths: usize) -> Sightings {
        let sets = packets.div_ceil(WAYS).max(1).next_power_of_two();
        let never = Sighting::new(0, 0, Time(i64::MIN));
        Sightings { recent: vec![Set([never; WAYS]); sets], paths: HashMap::default(), max_paths: paths }
    }

    /// Compares a packet with those before it, and remembers it.
    pub(super) fn see(&mut self, packet: &Packet<'_>, fingerprint: u64) -> Verdict {
        let look = self.look(packet, fingerprint);
        let (Look::New | Look::Twin { .. }, None) = (look, packet.ident) else {
            return if look == Look::Same { Verdict::Copy } else { Verdict::New };
        };
        let path = self.account(Path::of(packet));
        if matches!(packet.transport, Transport::Tcp(segment) if segment.payload.is_empty() && !segment.syn && !segment.fin)
        {
            // Bare acknowledgements repeat each other by nature: they are no evidence, and nothing hangs on them.
            let copy = look != Look::New && self.doubles(path);
            return if copy { Verdict::Copy } else { Verdict::New };
        }
        let evidence = self.paths.entry(path).or_insert(Evidence { packets: 0, twins: 0, since: packet.time });
        match look {
            Look::Twin { first } => {
                evidence.twins += u64::from(first);
                Verdict::Twin(path)
            }
            _ => {
                evidence.packets += 1;
                Verdict::New
            }
        }
    }

    fn look(&mut self, packet: &Packet<'_>, fingerprint: u64) -> Look {
        let now = Sighting::new(fingerprint, packet.interface, packet.time);
        // The bits that the mark leaves out tell the set.
        let mask = self.recent.len().saturating_sub(1) as u64;
        let set = usize::try_from(fingerprint & mask).unwrap_or(0);
        let Some(Set(set)) = self.recent.get_mut(set) else { return Look::New };
        let Some(before) = set.iter_mut().find(|before| before.is_of(&now) && before.time != Time(i64::MIN)) else {
            set.rotate_right(1);
            set[0] = now;
            return Look::New;
        };
        // A capture of several interfaces need not be in order of time.
        let age = now.time.since(before.time).max(before.time.since(now.time));
        if age <= SAME && (packet.ident.is_some() || before.saw_elsewhere(&now)) {
            Look::Same
        } else if age <= TWIN {
            Look::Twin { first: before.has_first_twin() }
        } else {
            *before = now;
            Look::New
        }
    }

    /// Whether twins between these hosts are copies, as far as is known.
    pub(super) fn doubles(&self, path: Path) -> bool {
        self.paths.get(&path).is_some_and(|evidence| 2 * evidence.twins > evidence.packets)
    }

    /// Whether enough was seen for [`Sightings::doubles`] to be trusted.
    pub(super) fn settled(&self, path: Path, now: Time) -> bool {
        self.paths
            .get(&path)
            .is_some_and(|evidence| evidence.packets >= ENOUGH && now.since(evidence.since) >= LONG_ENOUGH)
    }

    /// The account of a path: its own, or that of all others.
    fn account(&self, path: Path) -> Path {
        if self.paths.len() < self.max_paths || self.paths.contains_key(&path) { path } else { Path::OTHERS }
    }
}
