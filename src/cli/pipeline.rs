//! One capture through its analysis: in three stages, each on a thread of its own.
//!
//! ```text
//! read and decode ──arrivals──▶ follow and identify ──steps──▶ what the command makes of it
//! ```
//!
//! Each stage takes what the one before it made in its order, so that the outcome is the same as on one thread.

use super::run::{Pass, Place};
use super::term::Stop;
use crate::analysis::{Analysis, Arrival, Follower, Intake, Options, Summary};
use crate::bytes::Time;
use crate::capture::{Damage, Frame, Reader, Taker};
use crate::identify::Step;
use crate::owned::{Lent, Portion};
use crate::parallel::joined;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How much goes from one stage to the next at a time, in bytes: about what a cache holds.
const ENOUGH: usize = 1 << 20;
/// How many portions may wait for a stage.
const AHEAD: usize = 4;

/// What is known when a capture is over.
pub(super) struct Outcome {
    pub(super) summary: Summary,
    pub(super) damage: Option<Damage>,
}

/// Analyses capture number `capture` on this thread alone. With `live`, the pass may pause after each frame that made
/// something known.
pub(super) fn alone(
    reader: &mut Reader,
    options: Options,
    (capture, live): (u32, bool),
    pass: &mut dyn Pass,
) -> Result<Outcome, Stop> {
    let mut analysis = Analysis::new(options);
    let mut place = Place { capture, start: Time::default() };
    let mut damage = None;
    let mut steps = Portion::default();
    while let Some(next) = reader.next_frame() {
        match next {
            Ok(frame) => {
                if frame.number == 1 {
                    place.start = frame.time;
                }
                analysis.frame(&frame, &mut |step| steps.push(&step));
                if steps.size() >= ENOUGH || live && !steps.is_empty() {
                    pass.steps(&steps, place)?;
                    steps.clear();
                    if live {
                        pass.pause()?;
                    }
                }
            }
            Err(found) => damage = Some(found),
        }
    }
    let summary = analysis.finish(&mut |step| steps.push(&step));
    pass.steps(&steps, place)?;
    Ok(Outcome { summary, damage })
}

/// The same with the help of two more threads.
pub(super) fn threaded(
    reader: &mut Reader,
    options: Options,
    capture: u32,
    pass: &mut dyn Pass,
) -> Result<Outcome, Stop> {
    let start = OnceLock::new();
    thread::scope(|scope| {
        let (arrivals, arrived) = channel::<Arrival<'static>>();
        let (mut steps, stepped) = channel::<Step<'static>>();
        let mut reading = Reading { intake: Intake::new(&options), arrivals, start: &start, damage: None };
        let read = scope.spawn(move || {
            reader.hand_over(&mut reading);
            let Reading { intake, mut arrivals, damage, .. } = reading;
            arrivals.send();
            (intake.finish(), damage)
        });
        let mut follower = Follower::new(options);
        let follow = scope.spawn(move || {
            let mut wanted = true;
            let mut hand_on = |step: Step<'_>| {
                steps.portion.push(&step);
                if wanted && steps.portion.size() >= ENOUGH {
                    wanted = steps.send();
                }
                wanted
            };
            let mut go_on = true;
            while let Some(portion) = arrived.next().filter(|_| go_on) {
                for arrival in portion.iter() {
                    follower.take(&arrival, &mut |step| go_on = hand_on(step));
                }
                arrived.give_back(portion);
            }
            drop(arrived);
            let (facts, damage) = joined(read);
            let summary = follower.finish(facts, &mut |step| {
                hand_on(step);
            });
            steps.send();
            Outcome { summary, damage }
        });
        let mut done = Ok(());
        while let Some(portion) = stepped.next().filter(|_| done.is_ok()) {
            let place = Place { capture, start: start.get().copied().unwrap_or_default() };
            done = pass.steps(&portion, place);
            stepped.give_back(portion);
        }
        drop(stepped);
        let outcome = joined(follow);
        done.map(|()| outcome)
    })
}

/// The first stage.
struct Reading<'s> {
    intake: Intake,
    arrivals: Sending<Arrival<'static>>,
    /// The time of the first frame.
    start: &'s OnceLock<Time>,
    damage: Option<Damage>,
}

impl Taker for Reading<'_> {
    fn frame(&mut self, frame: &Frame<'_>, at: usize) -> bool {
        if frame.number == 1 {
            self.start.get_or_init(|| frame.time);
        }
        let portion = &mut self.arrivals.portion;
        self.intake.frame(frame, &mut |arrival| portion.push_within(&arrival, frame.data, at));
        true
    }

    fn memory(&mut self, read: Vec<u8>) -> Option<Vec<u8>> {
        self.arrivals.portion.keep(read);
        self.arrivals.send().then(|| self.arrivals.portion.take_memory())
    }

    fn damage(&mut self, damage: Damage) {
        self.damage = Some(damage);
    }
}

/// Fills portions, and hands them over.
struct Sending<L: Lent> {
    portion: Portion<L>,
    full: SyncSender<Portion<L>>,
    empty: Receiver<Portion<L>>,
}

/// Takes portions, and gives them back to be filled again.
struct Receiving<L: Lent> {
    full: Receiver<Portion<L>>,
    empty: SyncSender<Portion<L>>,
}

fn channel<L: Lent>() -> (Sending<L>, Receiving<L>) {
    let (full, filled) = sync_channel(AHEAD);
    // One more is being filled, and one more emptied: giving back never waits.
    let (emptied, empty) = sync_channel(AHEAD + 2);
    (Sending { portion: Portion::default(), full, empty }, Receiving { full: filled, empty: emptied })
}

impl<L: Lent> Sending<L> {
    /// Hands the portion over and begins another; `false`: nobody wants it.
    fn send(&mut self) -> bool {
        let next = self.empty.try_recv().unwrap_or_default();
        self.full.send(std::mem::replace(&mut self.portion, next)).is_ok()
    }
}

impl<L: Lent> Receiving<L> {
    fn next(&self) -> Option<Portion<L>> {
        self.full.recv().ok()
    }

    fn give_back(&self, mut portion: Portion<L>) {
        portion.clear();
        // Who is done with sending needs no more memory.
        let _ = self.empty.try_send(portion);
    }
}
