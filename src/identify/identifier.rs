//! All flows of a capture: each undecided until its evidence suffices, then handed on or left alone.

use super::decode_as::Options;
use super::endpoints::{Endpoints, Pair};
use super::held::Input;
use super::recognized::{Around, Recognized};
use super::undecided::{Decision, Foreign, Undecided};
use super::{FlowVerdict, Step};
use crate::bytes::Time;
use crate::flow::{Ends, Event, FlowId, Item};
use crate::limits::Limits;
use crate::owned::Owned;
use foldhash::fast::RandomState;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What every flow speaks.
///
/// Feed it every item of the flow layer, and [`Identifier::advance`] every frame. What a flow said before it was
/// decided comes late; [`Identifier::barrier`] tells up to where nothing earlier is still to come.
pub struct Identifier {
    options: Options,
    limits: Limits,
    flows: HashMap<FlowId, Slot, RandomState>,
    /// Flows that are not ours, and were not yet asked for.
    dismissed: Vec<(FlowId, Ends)>,
    endpoints: Endpoints,
    /// Flows in [`State::Undecided`].
    undecided: BTreeSet<FlowId>,
    /// Memory for what they said.
    held: usize,
    /// Flows that may still say something of an earlier frame, by that frame, with its time.
    waiting: Waiting,
}

type Waiting = BTreeMap<(u64, FlowId), Time>;

#[derive(Default)]
struct Slot {
    state: State,
    waits: Option<(u64, Time)>,
}

impl Slot {
    fn ours(&mut self) -> Option<&mut Recognized> {
        match &mut self.state {
            State::Ours(ours) => Some(ours),
            _ => None,
        }
    }

    /// Works on it, where it is recognized, and heeds what that tells about its server, and what it waits for.
    fn follow(
        &mut self,
        flow: FlowId,
        (endpoints, limits, waiting): (&mut Endpoints, &Limits, &mut Waiting),
        work: &mut dyn FnMut(&mut Recognized, Around<'_>),
    ) {
        let Some(ours) = self.ours() else { return };
        work(ours, Around { endpoints, limits });
        if let Some((pair, server)) = ours.told() {
            let protocol = ours.protocol();
            endpoints.vote(pair, protocol, server, ours.tally());
        }
        let waits = ours.waiting();
        self.wait(flow, waits, waiting);
    }

    /// From which frame on, with its time, the flow may still say something.
    fn wait(&mut self, flow: FlowId, waits: Option<(u64, Time)>, waiting: &mut Waiting) {
        let before = std::mem::replace(&mut self.waits, waits);
        if before != waits {
            if let Some((frame, _)) = before {
                waiting.remove(&(frame, flow));
            }
            if let Some((frame, since)) = waits {
                waiting.insert((frame, flow), since);
            }
        }
    }
}

#[derive(Default)]
enum State {
    /// It has carried nothing yet.
    #[default]
    Silent,
    Undecided(Box<Undecided>),
    Ours(Box<Recognized>),
    Foreign(Box<Foreign>),
}

impl Identifier {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(options: Options, limits: Limits) -> Identifier {
        Identifier {
            options,
            limits,
            flows: HashMap::default(),
            dismissed: Vec::new(),
            endpoints: Endpoints::default(),
            undecided: BTreeSet::new(),
            held: 0,
            waiting: BTreeMap::new(),
        }
    }

    /// What the flow layer says next.
    pub fn item(&mut self, item: &Item<'_>, sink: &mut dyn FnMut(Step<'_>)) {
        let slot = self.flows.entry(item.flow).or_default();
        let input = Input { from: item.from, frame: item.frame, time: item.time, event: item.event };
        match &mut slot.state {
            State::Foreign(_) => {}
            State::Ours(_) => {
                let Identifier { endpoints, limits, waiting, .. } = self;
                slot.follow(item.flow, (endpoints, limits, waiting), &mut |flow, around| {
                    flow.hear(&input, around, sink);
                });
            }
            State::Undecided(_) => self.consider(item.flow, &input, sink),
            State::Silent if tells(&item.event) => {
                let pair = Pair { transport: item.ends.transport, a: item.ends.a, b: item.ends.b };
                slot.state = State::Undecided(Box::new(Undecided::new(pair, item.ends.opened_by, &self.options)));
                self.undecided.insert(item.flow);
                self.endpoints.open(pair, item.flow);
                self.consider(item.flow, &input, sink);
                self.bound(sink);
            }
            State::Silent => {}
        }
    }

    /// The capture has got this far: decides what has been undecided for too long.
    pub fn advance(&mut self, frame: u64, time: Time, sink: &mut dyn FnMut(Step<'_>)) {
        while let Some((&(first, flow), since)) = self.waiting.first_key_value()
            && (frame.saturating_sub(first) > self.limits.lookahead_packets
                || time.since(*since) > self.limits.lookahead)
        {
            self.force(flow, sink);
        }
    }

    /// Decides the flow that has been undecided for longest; `false` if none is.
    pub fn force_oldest(&mut self, sink: &mut dyn FnMut(Step<'_>)) -> bool {
        let Some((&(_, flow), _)) = self.waiting.first_key_value() else { return false };
        self.force(flow, sink);
        true
    }

    /// The frame before which nothing is still to come; `None`: nothing at all is.
    #[must_use]
    pub fn barrier(&self) -> Option<u64> {
        self.waiting.first_key_value().map(|((frame, _), _)| *frame)
    }

    /// The capture is over: decides the rest.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Step<'_>)) {
        // One recognized flow can be what another was waiting for.
        loop {
            let before = self.undecided.len();
            for flow in self.undecided.iter().copied().collect::<Vec<_>>() {
                self.decide(flow, true, sink);
            }
            if self.undecided.len() == before {
                break;
            }
        }
        for flow in self.undecided.iter().copied().collect::<Vec<_>>() {
            self.dismiss(flow);
        }
        let mut ours: Vec<_> = self.flows.iter_mut().filter_map(|(flow, slot)| Some((*flow, slot.ours()?))).collect();
        ours.sort_unstable_by_key(|(flow, _)| *flow);
        for (_, ours) in ours {
            ours.finish(Around { endpoints: &self.endpoints, limits: &self.limits }, sink);
        }
        self.waiting.clear();
    }

    /// The next flow that was found to be none of ours: nothing it says is heard any more.
    pub fn dismissed(&mut self) -> Option<(FlowId, Ends)> {
        self.dismissed.pop()
    }

    /// What was decided about a flow; what is still open is decided for want of more.
    #[must_use]
    pub fn verdict(&self, flow: FlowId) -> FlowVerdict {
        match self.flows.get(&flow).map(|slot| &slot.state) {
            None | Some(State::Silent) => FlowVerdict::silent(flow),
            Some(State::Ours(ours)) => ours.verdict(),
            Some(State::Foreign(foreign)) => none_of_ours(flow, foreign),
            Some(State::Undecided(undecided)) => {
                none_of_ours(flow, &undecided.too_little(self.endpoints.around(undecided.pair)))
            }
        }
    }

    /// Whether a flow is of one of our protocols, or may be.
    #[must_use]
    pub fn may_be_ours(&self, flow: FlowId) -> bool {
        matches!(self.flows.get(&flow).map(|slot| &slot.state), Some(State::Ours(_) | State::Undecided(_)))
    }

    /// A flow is over, and its verdict is not asked for any more.
    pub fn forget(&mut self, flow: FlowId) {
        self.flows.remove(&flow);
    }

    fn slot(&mut self, flow: FlowId) -> Option<&mut Slot> {
        self.flows.get_mut(&flow)
    }

    /// Works on a recognized flow.
    fn follow(&mut self, flow: FlowId, work: &mut dyn FnMut(&mut Recognized, Around<'_>)) {
        let Identifier { flows, endpoints, limits, waiting, .. } = self;
        if let Some(slot) = flows.get_mut(&flow) {
            slot.follow(flow, (endpoints, limits, waiting), work);
        }
    }

    /// An undecided flow says something.
    fn consider(&mut self, flow: FlowId, input: &Input<'_>, sink: &mut dyn FnMut(Step<'_>)) {
        let Some(slot) = self.slot(flow) else { return };
        let parked = slot.waits.is_none();
        let State::Undecided(mut undecided) = std::mem::take(&mut slot.state) else { return };
        undecided.hear(input, self.endpoints.around(undecided.pair), &self.limits);
        let size = undecided.held.size();
        let full = undecided.held.len() + 1 >= self.limits.undecided_items || size >= self.limits.undecided_flow_bytes;
        if let Some(decision) = undecided.decide(self.endpoints.around(undecided.pair), full) {
            self.settle(flow, *undecided, Some(input), decision, sink);
            return;
        }
        if full {
            self.reject(flow, &undecided);
            return;
        }
        undecided.held.push(input);
        self.held = self.held.saturating_add(undecided.held.size().saturating_sub(size));
        let first = undecided.held.len() == 1;
        let waits = undecided
            .held
            .first()
            .filter(|_| (first || !parked) && undecided.is_promising(self.endpoints.around(undecided.pair)));
        if let Some(slot) = self.slot(flow) {
            slot.state = State::Undecided(undecided);
        }
        self.wait(flow, waits);
    }

    /// Decides a flow by what it has said so far; `last`: for want of more.
    fn decide(&mut self, flow: FlowId, last: bool, sink: &mut dyn FnMut(Step<'_>)) -> bool {
        let endpoints = &self.endpoints;
        let Some(Slot { state: State::Undecided(undecided), .. }) = self.flows.get(&flow) else { return false };
        let Some(decision) = undecided.decide(endpoints.around(undecided.pair), last) else { return false };
        let Some(slot) = self.slot(flow) else { return false };
        let State::Undecided(undecided) = std::mem::take(&mut slot.state) else { return false };
        self.settle(flow, *undecided, None, decision, sink);
        true
    }

    /// What one decision makes known, and those that follow from it, is handed on in order of frames.
    fn settle(
        &mut self,
        flow: FlowId,
        undecided: Undecided,
        input: Option<&Input<'_>>,
        decision: Decision,
        sink: &mut dyn FnMut(Step<'_>),
    ) {
        let ours = match decision {
            Decision::Foreign(foreign) => {
                self.close(flow, &undecided, foreign);
                return;
            }
            Decision::Ours(ours) => ours,
        };
        let pair = undecided.pair;
        self.undecided.remove(&flow);
        self.held = self.held.saturating_sub(undecided.held.size());
        self.endpoints.settle(pair, flow);
        self.endpoints.learn(pair, ours.protocol, ours.roles);
        let recognized = Recognized::new(flow, pair, undecided.from_start, ours);
        if let Some(slot) = self.slot(flow) {
            slot.state = State::Ours(Box::new(recognized));
        }
        let mut known: Vec<Owned<Step<'static>>> = Vec::new();
        let mut note = |step: Step<'_>| known.push(Owned::of(&step));
        self.follow(flow, &mut |recognized, around| {
            undecided.held.replay(&mut |input| recognized.hear(&input, around, &mut note));
            if let Some(input) = input {
                recognized.hear(input, around, &mut note);
            }
        });
        // Its server's other flows may now be recognized by it.
        for other in self.endpoints.undecided(pair) {
            self.decide(other, false, &mut note);
        }
        known.sort_by_key(|step| step.lend().frame());
        known.iter().for_each(|step| sink(step.lend()));
    }

    /// Stops waiting for a flow.
    fn force(&mut self, flow: FlowId, sink: &mut dyn FnMut(Step<'_>)) {
        match self.slot(flow).map(|slot| &slot.state) {
            Some(State::Undecided(_)) => {
                self.decide(flow, true, sink);
            }
            Some(State::Ours(_)) => self.follow(flow, &mut |ours, around| ours.give_up(around, sink)),
            _ => {}
        }
        // A message that is not complete may take its time.
        self.wait(flow, None);
    }

    /// Keeps what is undecided within its bounds.
    fn bound(&mut self, sink: &mut dyn FnMut(Step<'_>)) {
        while self.undecided.len() > self.limits.undecided_flows || self.held > self.limits.undecided_bytes {
            let Some(flow) = self.undecided.first().copied() else { return };
            if !self.decide(flow, true, sink) {
                self.dismiss(flow);
            }
        }
    }

    /// Gives up on an undecided flow.
    fn dismiss(&mut self, flow: FlowId) {
        let Some(slot) = self.slot(flow) else { return };
        if let State::Undecided(undecided) = std::mem::take(&mut slot.state) {
            self.reject(flow, &undecided);
        }
    }

    fn reject(&mut self, flow: FlowId, undecided: &Undecided) {
        let foreign = undecided.too_little(self.endpoints.around(undecided.pair));
        self.close(flow, undecided, foreign);
    }

    fn close(&mut self, flow: FlowId, undecided: &Undecided, foreign: Foreign) {
        self.undecided.remove(&flow);
        self.held = self.held.saturating_sub(undecided.held.size());
        self.endpoints.close(undecided.pair, flow);
        if let Some(slot) = self.slot(flow) {
            slot.state = State::Foreign(Box::new(foreign));
        }
        let Pair { transport, a, b } = undecided.pair;
        self.dismissed.push((flow, Ends { transport, a, b, opened_by: None }));
        self.wait(flow, None);
    }

    fn wait(&mut self, flow: FlowId, waits: Option<(u64, Time)>) {
        if let Some(slot) = self.flows.get_mut(&flow) {
            slot.wait(flow, waits, &mut self.waiting);
        }
    }
}

/// Whether an event says anything about what a flow speaks.
fn tells(event: &Event<'_>) -> bool {
    match event {
        Event::Datagram { bytes, .. } | Event::Run { bytes, .. } => !bytes.is_empty(),
        Event::Gap { .. } => true,
        Event::End { .. } => false,
    }
}

fn none_of_ours(flow: FlowId, foreign: &Foreign) -> FlowVerdict {
    FlowVerdict::foreign(flow, foreign.confidence, foreign.why.to_string())
}
