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
use std::collections::BTreeSet;

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
        let tracker = plan.tracker();
        Messages { plan, tracker, seen: Sessions::new(&plan.selection), kept: Vec::new() }
    }

    /// The next steps.
    pub(super) fn steps(&mut self, steps: &Portion<Step<'static>>, place: Place, each: Each<'_>) -> Result<(), Stop> {
        self.seen.start = place.start;
        let selection = &self.plan.selection;
        let sessions = self.tracker.steps(steps, &mut self.seen);
        for (step, session) in steps.iter().zip(sessions.iter().copied()) {
            let Step::Unit(unit) = step else { continue };
            let asked = selection.has_number(session)
                && selection.has_ends([unit.src, unit.dst])
                && selection.has_moment(unit.frame, unit.time, place.start);
            if !asked {
                continue;
            } else if selection.by_user() {
                self.kept.push((Owned::of(&unit), session));
            } else {
                hand_on(selection, &unit, session, place, each)?;
            }
        }
        Ok(())
    }

    /// The capture is over: the rest of its messages, and its sessions. The next capture begins anew.
    pub(super) fn end(&mut self, capture: &CaptureRecord, place: Place, each: Each<'_>) -> Result<Sessions<'p>, Stop> {
        let end = capture.last_time.map_or(Time::default(), |stamp| stamp.0);
        self.tracker.finish(end, &mut self.seen);
        self.tracker = self.plan.tracker();
        let seen = std::mem::replace(&mut self.seen, Sessions::new(&self.plan.selection));
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
