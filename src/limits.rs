//! Every bound of the program in one place: what a capture can make it keep, and where it stops believing.
//!
//! A buffer anywhere that a stranger's bytes can grow has its bound here, with its unit and its default.

use std::time::Duration;

/// How much is kept and believed. [`Limits::default`] is what every command uses unless told otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    // capture
    /// The longest record or block that is believed, in bytes; a capture that claims more is damaged there.
    pub record_bytes: usize,
    /// The most interfaces of a pcapng capture, over all its sections.
    pub interfaces: usize,

    // net
    /// The most datagrams that wait for fragments at one time; one more drops the oldest.
    pub fragments: usize,
    /// The most bytes kept for all of them together; more drops the oldest.
    pub fragment_bytes: usize,
    /// The most pieces kept for one datagram; one more drops the datagram.
    pub fragment_pieces: usize,
    /// How long a datagram waits for its missing fragments, in capture time, from its first one.
    pub fragment_wait: Duration,
    /// How long after a datagram was complete its fragments are taken for recorded twice rather than sent again.
    pub fragment_copy: Duration,
    /// The most headers of one kind stacked on each other (VLAN tags, IPv6 extensions) that are looked through.
    pub stacked_headers: usize,
    /// Of how many clients of a relay it is remembered which address it speaks from in their name.
    pub relayed_clients: usize,
    /// How many packets of a relay's capture are remembered, to join what it passes on with what arrived.
    pub relayed_packets: usize,

    // flow
    /// The most flows followed at one time; one more closes the one that is idle for longest.
    pub flows: usize,
    /// How long a flow that has not ended may be idle, in capture time, before it is closed.
    pub flow_idle: Duration,
    /// How long a TCP connection that has ended is still known, so that late segments do not pass for a new one.
    pub flow_linger: Duration,
    /// The most memory for bytes of one direction of a connection that wait behind a hole; more gives the hole up.
    pub stream_bytes: usize,
    /// The same for all connections together.
    pub streams_bytes: usize,
    /// How many delivered bytes of each direction are remembered, to notice later ones that contradict them.
    pub stream_recent: usize,
    /// How many recent packets are remembered, to tell recorded copies.
    pub sightings: usize,
    /// Of how many pairs of hosts it is remembered apart whether their packets come doubled.
    pub sighted_pairs: usize,
    /// The most packets kept back until it is known whether packets come doubled.
    pub undecided_packets: usize,

    // identify
    /// The most flows undecided at one time; one more decides the oldest.
    pub undecided_flows: usize,
    /// After how many datagrams or runs a flow is decided one way or the other.
    pub undecided_items: usize,
    /// After how many bytes kept of it.
    pub undecided_flow_bytes: usize,
    /// The most bytes kept of all undecided flows together; more decides the oldest.
    pub undecided_bytes: usize,
    /// The longest message in a stream; what claims to be longer is none.
    pub message_bytes: usize,
    /// How many bytes of a stream are searched for the start of a message before they are let go.
    pub seek_bytes: usize,
    /// How many frames of an opaque relay are named.
    pub relay_frames: usize,
    /// How many frames others wait for a flow to be decided.
    pub lookahead_packets: u64,
    /// How long, in capture time.
    pub lookahead: Duration,
    /// The most memory for what waits, in bytes; more decides the flow it waits for.
    pub sequence_bytes: usize,

    // record
    /// The most clients for which a relay keeps an upstream socket; one more takes the place of the one idle for longest.
    pub relay_clients: usize,
    /// The most connections that are relayed at one time; one more is refused.
    pub relay_connections: usize,
    /// The most bytes of datagrams held back; what would be held back beyond is dropped.
    pub relay_bytes: usize,
    /// The most bytes on their way through one direction of a connection; beyond, its sender must wait.
    pub relay_stream_bytes: usize,
    /// The most bytes of a recording that wait to be written; beyond, the relay waits for the disk.
    pub relay_unwritten_bytes: usize,
}

/// What a run takes, whatever is in the capture, in bytes: the program, what it reads ahead, what is remembered of packets.
const ALWAYS: u64 = 40 << 20;
/// What a TCP flow takes that is followed, and not yet known to be none of ours, in bytes, roughly.
const FLOW: u64 = 2 << 10;

/// Memory that nothing can be done in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no run gets by with less than {} MB", Limits::LEAST_MEMORY / 1_000_000)]
pub struct TooLittle;

impl Limits {
    /// The least that [`Limits::within`] can keep to, in bytes.
    pub const LEAST_MEMORY: u64 = 64_000_000;

    /// Bounds with which a run takes about so many bytes at the most, whoever's traffic it reads, beside what is kept of
    /// the sessions it reports on.
    ///
    /// # Errors
    /// If nothing can be done with so little.
    pub fn within(bytes: u64) -> Result<Limits, TooLittle> {
        if bytes < Limits::LEAST_MEMORY {
            return Err(TooLittle);
        }
        let percent = |share: u64| (bytes - ALWAYS.min(bytes)) / 100 * share;
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let usual = Limits::default();
        let record_bytes = usual.record_bytes.min(size(percent(20)));
        Ok(Limits {
            record_bytes,
            fragment_bytes: size(percent(5)),
            flows: size(percent(40) / FLOW),
            stream_bytes: usual.stream_bytes.min(size(percent(10))),
            streams_bytes: size(percent(15)),
            undecided_bytes: size(percent(10)),
            undecided_flow_bytes: usual.undecided_flow_bytes.min(size(percent(2))),
            sequence_bytes: size(percent(15)),
            ..usual
        })
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            record_bytes: 64 << 20,
            interfaces: 65_536,
            fragments: 256,
            fragment_bytes: 8 << 20,
            fragment_pieces: 8_192,
            fragment_wait: Duration::from_secs(30),
            fragment_copy: Duration::from_millis(10),
            stacked_headers: 64,
            relayed_clients: 65_536,
            relayed_packets: 65_536,
            flows: 65_536,
            flow_idle: Duration::from_secs(4 * 3600),
            flow_linger: Duration::from_secs(120),
            stream_bytes: 1 << 20,
            streams_bytes: 64 << 20,
            stream_recent: 1 << 10,
            sightings: 16_384,
            sighted_pairs: 4_096,
            undecided_packets: 64,
            undecided_flows: 4_096,
            undecided_items: 64,
            undecided_flow_bytes: 64 << 10,
            undecided_bytes: 32 << 20,
            message_bytes: 128 << 10,
            seek_bytes: 8 << 10,
            relay_frames: 65_536,
            lookahead_packets: 16_384,
            lookahead: Duration::from_secs(30),
            sequence_bytes: 64 << 20,
            relay_clients: 4_096,
            relay_connections: 4_096,
            relay_bytes: 64 << 20,
            relay_stream_bytes: 256 << 10,
            relay_unwritten_bytes: 128 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_memory_is_more_of_everything_that_grows_and_none_of_it_exceeds_the_whole() {
        let mut before = Limits::within(Limits::LEAST_MEMORY).expect("enough");
        for megabytes in [100, 500, 4_000, 64_000] {
            let bytes = megabytes * 1_000_000;
            let limits = Limits::within(bytes).expect("enough");
            let sum = [limits.record_bytes, limits.fragment_bytes, limits.streams_bytes, limits.undecided_bytes]
                .into_iter()
                .chain([limits.sequence_bytes, limits.flows * 2048])
                .sum::<usize>();
            assert!(sum as u64 <= bytes, "{sum} of {bytes}");
            assert!(limits.flows > before.flows && limits.streams_bytes > before.streams_bytes);
            before = limits;
        }
        assert_eq!(Limits::within(Limits::LEAST_MEMORY - 1), Err(TooLittle));
        assert_eq!(Limits::within(u64::MAX).map(|limits| limits.stream_bytes), Ok(Limits::default().stream_bytes));
    }
}
