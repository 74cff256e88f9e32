//! The composition root: frames into packets, packets into flows, flows into the messages of our protocols.
//!
//! ```text
//! Frame → Intake   net::Decoder → net::relayed                  one packet at a time
//!       → Follower flow::Sieve → flow::Table → identify::Identifier → identify::Sequencer
//!       → Step
//! ```
//!
//! One [`Analysis`] takes one capture, frame by frame, and hands every [`Step`] to the sink it is given, in frame order
//! where that is wanted. What is known of the flows and of the capture itself is in the [`Summary`] at the end. Its two
//! halves can work on two threads, with portions of [`Arrival`]s between them; what they find is the same.

mod intake;

pub use intake::{Arrival, Intake, IntakeFacts};

use crate::capture::Frame;
use crate::flow::{self, FlowId, Sieve, Stats, Table};
use crate::identify::{self, FlowVerdict, Identifier, Sequencer, Step};
use crate::limits::Limits;
use crate::net::relayed::Recording;
use crate::net::{Fragments, Packet};
use std::collections::BTreeMap;

/// How a capture is to be analysed.
#[derive(Clone, Default)]
pub struct Options {
    /// What identification is told from outside.
    pub identify: identify::Options,
    /// The bounds.
    pub limits: Limits,
    /// The relay that wrote the capture, if one did: its two legs of every conversation are joined into one.
    pub recording: Option<Recording>,
    /// Forget the flows that are none of ours as soon as they are over: the summary has the others only.
    pub only_ours: bool,
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

/// The analysis of one capture, both halves of it.
pub struct Analysis {
    intake: Intake,
    follower: Follower,
}

/// What is known of a capture when it is over.
#[derive(Clone, Default)]
pub struct Summary {
    /// Every UDP and TCP flow by number, but for those that [`Options::only_ours`] leaves out.
    pub flows: Vec<FlowReport>,
    /// How many UDP and TCP flows there are, whoever's.
    pub flow_count: u64,
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
        Analysis { intake: Intake::new(&options), follower: Follower::new(options) }
    }

    /// The next frame; the sink gets what becomes known by it.
    pub fn frame(&mut self, frame: &Frame<'_>, sink: &mut dyn FnMut(Step<'_>)) {
        let follower = &mut self.follower;
        self.intake.frame(frame, &mut |arrival| follower.take(&arrival, sink));
    }

    /// The capture is over; the sink gets the rest.
    pub fn finish(self, sink: &mut dyn FnMut(Step<'_>)) -> Summary {
        self.follower.finish(self.intake.finish(), sink)
    }
}

/// The second half of an analysis: packets into flows, and into steps of those that are ours.
pub struct Follower {
    options: Options,
    sieve: Sieve,
    table: Table,
    identifier: Identifier,
    sequencer: Sequencer,
    /// Those that are over.
    flows: BTreeMap<FlowId, Stats>,
    flow_count: u64,
}

impl Follower {
    /// Of a capture of which nothing has been read.
    #[must_use]
    pub fn new(options: Options) -> Follower {
        Follower {
            sieve: Sieve::new(&options.limits),
            table: Table::new(&options.limits),
            identifier: Identifier::new(options.identify.clone(), options.limits.clone()),
            sequencer: Sequencer::default(),
            flows: BTreeMap::new(),
            flow_count: 0,
            options,
        }
    }

    /// What arrived next; the sink gets what becomes known by it.
    pub fn take(&mut self, arrival: &Arrival<'_>, sink: &mut dyn FnMut(Step<'_>)) {
        match arrival {
            Arrival::Packet(packet, fingerprint) => match self.sieve.push(packet, *fingerprint) {
                Some(is_copy) => self.packet(packet, is_copy, sink),
                None => self.kept(sink),
            },
            Arrival::Relayed { arrival, passed, frame } => {
                let step = Step::Relayed { arrival: *arrival, passed: *passed, frame: *frame };
                self.sequencer.push(step, sink);
                self.settle(sink);
            }
        }
    }

    /// The capture is over; the sink gets the rest.
    pub fn finish(mut self, intake: IntakeFacts, sink: &mut dyn FnMut(Step<'_>)) -> Summary {
        self.sieve.finish();
        self.kept(sink);
        // What the undecided still have to say may belong anywhere.
        self.sequencer.settle(Some(0), sink);
        let mut emit = |step: Step<'_>| self.sequencer.push(step, sink);
        self.table.finish(&mut |item| self.identifier.item(&item, &mut emit));
        self.identifier.finish(&mut emit);
        self.sequencer.settle(None, sink);
        self.keep_or_forget();
        self.summary(intake)
    }

    /// Takes the packets that the sieve keeps no longer.
    fn kept(&mut self, sink: &mut dyn FnMut(Step<'_>)) {
        while let Some((packet, is_copy)) = self.sieve.pop() {
            self.packet(&packet.lend(), is_copy, sink);
        }
    }

    fn packet(&mut self, packet: &Packet<'_>, is_copy: bool, sink: &mut dyn FnMut(Step<'_>)) {
        let mut emit = |step: Step<'_>| self.sequencer.push(step, sink);
        self.table.push(packet, is_copy, &mut |item| self.identifier.item(&item, &mut emit));
        self.identifier.advance(packet.frame, packet.time, &mut emit);
        self.keep_or_forget();
        self.settle(sink);
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

    /// Nobody listens any more to what is not ours, and it goes when it is over.
    fn keep_or_forget(&mut self) {
        let Follower { options, table, identifier, flows, flow_count, .. } = self;
        while let Some((flow, ends)) = identifier.dismissed() {
            table.dismiss(flow, &ends);
            if options.only_ours && flows.remove(&flow).is_some() {
                identifier.forget(flow);
            }
        }
        for stats in table.retired() {
            *flow_count += 1;
            if !options.only_ours || identifier.may_be_ours(stats.flow) {
                flows.insert(stats.flow, stats);
            } else {
                identifier.forget(stats.flow);
            }
        }
    }

    fn summary(self, intake: IntakeFacts) -> Summary {
        let Follower { table, flows, flow_count, identifier, .. } = self;
        let flows: Vec<_> =
            flows.into_values().map(|stats| FlowReport { verdict: identifier.verdict(stats.flow), stats }).collect();
        let one_sided = flows.iter().filter(|flow| flow.verdict.protocol.is_some() && is_one_sided(&flow.stats));
        let one_sided = one_sided.map(|flow| flow.stats.flow).collect();
        let IntakeFacts { fragments, cut, backwards, relayed, undecoded } = intake;
        let flow_notes = table.notes().clone();
        Summary {
            flows,
            flow_count,
            facts: Facts { flows: flow_notes, fragments, one_sided, cut, backwards, relayed, undecoded },
        }
    }
}

fn is_one_sided(stats: &Stats) -> bool {
    match &stats.tcp {
        Some(tcp) => tcp.only_from.is_some(),
        None => stats.from_a.packets == 0 || stats.from_b.packets == 0,
    }
}
