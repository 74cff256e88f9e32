//! The composition root: frames into packets, packets into flows, flows into the messages of our protocols.
//!
//! ```text
//! Frame → net::Decoder → flow::Table → identify::Identifier → identify::Sequencer → Step
//! ```
//!
//! One [`Analysis`] takes one capture, frame by frame, and hands every [`Step`] to the sink it is given, in frame order
//! where that is wanted. What is known of the flows and of the capture itself is in the [`Summary`] at the end.

use crate::bytes::Time;
use crate::capture::Frame;
use crate::flow::{self, FlowId, Stats, Table};
use crate::identify::{self, FlowVerdict, Identifier, Sequencer, Step};
use crate::limits::Limits;
use crate::net::relayed::{Join, Joined, Recording};
use crate::net::{Decoder, Fragments};

/// How a capture is to be analysed.
#[derive(Clone, Default)]
pub struct Options {
    /// What identification is told from outside.
    pub identify: identify::Options,
    /// The bounds.
    pub limits: Limits,
    /// The relay that wrote the capture, if one did: its two legs of every conversation are joined into one.
    pub recording: Option<Recording>,
    /// Hand steps on as soon as their flow is decided, not in frame order. What is decided stays the same.
    pub unordered: bool,
}

impl Options {
    /// The same for a capture with these comments of its section ([`crate::capture::Reader::comments`]): if a relay wrote it, its
    /// legs are joined, and which sides are servers is known.
    #[must_use]
    pub fn for_capture(&self, comments: &[String]) -> Options {
        let mut options = self.clone();
        options.recording = comments.iter().find_map(|comment| Recording::recognize(comment)).or(options.recording);
        let mappings = options.recording.iter().flat_map(|recording| &recording.mappings);
        options.identify.servers.extend(mappings.map(|mapping| mapping.server));
        options
    }
}

/// The analysis of one capture.
pub struct Analysis {
    options: Options,
    decoder: Decoder,
    join: Option<Join>,
    table: Table,
    identifier: Identifier,
    sequencer: Sequencer,
    facts: Facts,
    latest: Option<Time>,
    flows: Vec<Stats>,
}

/// What is known of a capture when it is over.
#[derive(Clone, Default)]
pub struct Summary {
    /// Every UDP and TCP flow, by number.
    pub flows: Vec<FlowReport>,
    /// What the capture shows of itself.
    pub facts: Facts,
}

/// A flow with what was decided about it.
#[derive(Clone)]
pub struct FlowReport {
    /// Its endpoints and figures.
    pub stats: Stats,
    /// What it speaks.
    pub verdict: FlowVerdict,
}

/// What a capture shows of itself, beside the traffic in it: what bounds the trust in any judgement.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What the flows showed: packets recorded twice, one direction only, bytes missing.
    pub flows: flow::Notes,
    /// Datagrams in fragments, put together and given up.
    pub fragments: Fragments,
    /// Recognized flows of which only one direction was captured.
    pub one_sided: Vec<FlowId>,
    /// Frames cut by a snap length.
    pub cut: Fact,
    /// Frames older than one before.
    pub backwards: Fact,
    /// Datagrams of a relay's capture.
    pub relayed: Relayed,
    /// Frames that carry neither UDP nor TCP, or not enough of it.
    pub undecoded: u64,
}

/// What a relay's capture shows of datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// That reached the relay.
    pub arrived: u64,
    /// That it passed on, second copies included.
    pub passed: u64,
}

/// How often something was so, and where first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// How often.
    pub count: u64,
    /// The first frames of them, at most [`Fact::FRAMES`].
    pub frames: Vec<u64>,
}

impl Fact {
    /// How many frames are named.
    pub const FRAMES: usize = 8;

    fn note(&mut self, frame: u64) {
        self.count += 1;
        if self.frames.len() < Fact::FRAMES {
            self.frames.push(frame);
        }
    }
}

impl Analysis {
    /// Of a capture of which nothing has been read.
    #[must_use]
    pub fn new(options: Options) -> Analysis {
        Analysis {
            decoder: Decoder::new(&options.limits),
            join: options.recording.clone().map(|recording| Join::new(recording, &options.limits)),
            table: Table::new(&options.limits),
            identifier: Identifier::new(options.identify.clone(), options.limits.clone()),
            sequencer: Sequencer::default(),
            facts: Facts::default(),
            latest: None,
            flows: Vec::new(),
            options,
        }
    }

    /// The next frame; the sink gets what becomes known by it.
    pub fn frame(&mut self, frame: &Frame<'_>, sink: &mut dyn FnMut(Step<'_>)) {
        if frame.data.len() < frame.wire_len {
            self.facts.cut.note(frame.number);
        }
        if self.latest.is_some_and(|latest| frame.time < latest) {
            self.facts.backwards.note(frame.number);
        }
        self.latest = self.latest.max(Some(frame.time));
        let ordered = !self.options.unordered;
        let sequencer = &mut self.sequencer;
        let mut emit = |step: Step<'_>| if ordered { sequencer.push(step, sink) } else { sink(step) };
        let packet = match (self.decoder.decode(frame), &mut self.join) {
            (Err(_), _) => {
                self.facts.undecoded += 1;
                None
            }
            (Ok(packet), None) => Some(packet),
            (Ok(packet), Some(join)) => match join.see(&packet, frame.options) {
                Joined::Packet(packet) => Some(packet),
                Joined::Datagram(packet) => {
                    self.facts.relayed.arrived += 1;
                    emit(Step::Relayed { arrival: packet.frame, passed: None, frame: packet.frame });
                    Some(packet)
                }
                Joined::Passed { arrival } => {
                    self.facts.relayed.passed += 1;
                    emit(Step::Relayed { arrival, passed: Some(frame.time), frame: frame.number });
                    None
                }
                Joined::Nothing => None,
            },
        };
        if let Some(packet) = packet {
            self.table.push(&packet, &mut |item| self.identifier.item(&item, &mut emit));
        }
        self.identifier.advance(frame.number, frame.time, &mut emit);
        self.flows.extend(self.table.retired());
        if ordered {
            self.settle(sink);
        }
    }

    /// The capture is over; the sink gets the rest.
    pub fn finish(mut self, sink: &mut dyn FnMut(Step<'_>)) -> Summary {
        let ordered = !self.options.unordered;
        if ordered {
            // What the undecided still have to say may belong anywhere.
            self.sequencer.settle(self.identifier.barrier().or(Some(0)), sink);
        }
        let sequencer = &mut self.sequencer;
        let mut emit = |step: Step<'_>| if ordered { sequencer.push(step, sink) } else { sink(step) };
        self.table.finish(&mut |item| self.identifier.item(&item, &mut emit));
        self.identifier.finish(&mut emit);
        self.sequencer.settle(None, sink);
        self.flows.extend(self.table.retired());
        self.facts.flows = self.table.notes().clone();
        self.facts.fragments = self.decoder.fragments();
        self.summary()
    }

    /// What has been known for long enough goes; what would take too much memory to hold goes too.
    fn settle(&mut self, sink: &mut dyn FnMut(Step<'_>)) {
        self.sequencer.settle(self.identifier.barrier(), sink);
        while self.sequencer.size() > self.options.limits.sequence_bytes {
            let sequencer = &mut self.sequencer;
            if !self.identifier.force_oldest(&mut |step| sequencer.push(step, sink)) {
                break;
            }
            self.sequencer.settle(self.identifier.barrier(), sink);
        }
    }

    fn summary(self) -> Summary {
        let Analysis { mut flows, identifier, mut facts, .. } = self;
        flows.sort_by_key(|stats| stats.flow);
        let mut verdicts = identifier.verdicts().into_iter().peekable();
        let flows: Vec<_> = flows
            .into_iter()
            .map(|stats| {
                let verdict = verdicts
                    .next_if(|verdict| verdict.flow == stats.flow)
                    .unwrap_or_else(|| FlowVerdict::silent(stats.flow));
                FlowReport { stats, verdict }
            })
            .collect();
        let one_sided = flows.iter().filter(|flow| flow.verdict.protocol.is_some() && is_one_sided(&flow.stats));
        facts.one_sided = one_sided.map(|flow| flow.stats.flow).collect();
        Summary { flows, facts }
    }
}

fn is_one_sided(stats: &Stats) -> bool {
    match &stats.tcp {
        Some(tcp) => tcp.only_from.is_some(),
        None => stats.from_a.packets == 0 || stats.from_b.packets == 0,
    }
}
