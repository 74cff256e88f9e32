//! The messages of a capture that are looked at, each with its session.

use super::plan::Plan;
use super::run::Place;
use super::selection::Selection;
use super::sessions::Sessions;
use super::term::Stop;
use crate::bytes::Time;
use crate::identify::{Step, Unit};
use crate::owned::{Owned, Portion};
use crate::report::view::{CaptureRecord, MessageRecord, Origin, with_record};
use crate::session::Tracker;
use crate::session::observation::Divided;
use std::collections::BTreeSet;
use std::ops::Range;

/// What is done with each message.
pub(super) type Each<'e> = &'e mut dyn FnMut(MessageRecord<'_>) -> Result<(), Stop>;

/// Steps of a capture in, messages out.
pub(super) struct Messages<'p> {
    plan: &'p Plan,
    tracker: Tracker,
    seen: Sessions<'p>,
    /// With `--user`: what waits until it is known whose it is.
    kept: Vec<(Owned<Unit<'static>>, Option<u32>)>,
}

impl<'p> Messages<'p> {
    /// Of the captures of a plan.
    pub(super) fn new(plan: &'p Plan) -> Messages<'p> {
        let seen = Sessions::new(&plan.selection);
        Messages { plan, tracker: tracker(plan, &seen), seen, kept: Vec::new() }
    }

    /// The same with the latencies of the exchanges.
    pub(super) fn with_latencies(mut self) -> Messages<'p> {
        self.seen.wants_latencies = true;
        self.tracker = tracker(self.plan, &self.seen);
        self
    }

    /// The next steps.
    pub(super) fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place, each: Each<'_>) -> Result<(), Stop> {
        self.told(steps, place).each(0..steps.len(), each)
    }

    /// The next steps, to be gone through by whoever likes.
    pub(super) fn told<'m>(&'m mut self, steps: &'m Portion<Step<'static>>, place: Place) -> Told<'m> {
        self.seen.start = place.start;
        let selection = &self.plan.selection;
        let sessions = self.tracker.steps(steps, &mut self.seen);
        let told = Told { selection, steps, sessions, place };
        if selection.by_user() {
            self.kept.extend(told.asked(0..steps.len()).map(|(unit, session)| (Owned::of(&unit), session)));
        }
        told
    }

    /// The capture is over: the rest of its messages, and its sessions. The next capture begins anew.
    pub(super) fn end(&mut self, capture: &CaptureRecord, place: Place, each: Each<'_>) -> Result<Sessions<'p>, Stop> {
        let end = capture.last_time.map_or(Time::default(), |stamp| stamp.0);
        if follows(self.plan, &self.seen) {
            self.tracker.finish_shared(end, &mut self.seen);
        }
        self.tracker = tracker(self.plan, &self.seen);
        let next = self.seen.another();
        let seen = std::mem::replace(&mut self.seen, next);
        let asked = seen.sessions.iter().filter(|session| self.plan.selection.has_user(session));
        let asked: BTreeSet<u32> = asked.map(|session| session.session).collect();
        for (kept, session) in std::mem::take(&mut self.kept) {
            if session.is_some_and(|session| asked.contains(&session)) {
                hand_on(&self.plan.selection, &kept.lend(), session, place, each)?;
            }
        }
        Ok(seen)
    }
}

fn tracker(plan: &Plan, seen: &Sessions<'_>) -> Tracker {
    if follows(plan, seen) { plan.tracker() } else { plan.tracker().sessions_only() }
}

/// Whether anybody asks what comes of the conversations.
fn follows(plan: &Plan, seen: &Sessions<'_>) -> bool {
    seen.wants_latencies || plan.selection.by_user()
}

/// Steps of a capture that the tracker has taken.
pub(super) struct Told<'m> {
    selection: &'m Selection,
    steps: &'m Portion<Step<'static>>,
    sessions: &'m [Option<u32>],
    place: Place,
}

impl Told<'_> {
    /// How many steps there are.
    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Does something with each message of a range of them.
    pub(super) fn each(&self, range: Range<usize>, each: Each<'_>) -> Result<(), Stop> {
        if self.selection.by_user() {
            // They wait until it is known whose they are.
            return Ok(());
        }
        self.asked(range).try_for_each(|(unit, session)| hand_on(self.selection, &unit, session, self.place, each))
    }

    /// Those that are asked for, as far as is known by now, with their sessions.
    fn asked(&self, range: Range<usize>) -> impl Iterator<Item = (Unit<'_>, Option<u32>)> {
        range.filter_map(|index| {
            let Step::Unit(unit) = self.steps.get(index)? else { return None };
            let session = self.sessions.get(index).copied().flatten();
            let asked = self.selection.has_number(session)
                && self.selection.has_ends([unit.src, unit.dst])
                && self.selection.has_moment(unit.frame, unit.time, self.place.start);
            asked.then_some((unit, session))
        })
    }
}

fn hand_on(
    selection: &Selection,
    unit: &Unit<'_>,
    session: Option<u32>,
    place: Place,
    each: Each<'_>,
) -> Result<(), Stop> {
    let origin = Origin { capture: place.capture, start: place.start, session };
    with_record(unit, origin, |message| if selection.has_name(message.name) { each(message) } else { Ok(()) })
}
