//! What became of each message: which answer ties to which request, what is a retransmission, what ends in a cross.

use super::Outcome;
use super::heard::{Heard, Seen, What};
use crate::protocol::Due;
use crate::session::report::{ExchangeReport, SessionReport};
use std::collections::HashMap;

/// How a message relates to others.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate {
    pub(super) outcome: Outcome,
    pub(super) attempt: u32,
    pub(super) first_frame: Option<u64>,
    pub(super) answers: Option<u64>,
    pub(super) latency_ms: Option<f64>,
}

/// The fate of each message that was kept, parallel to them.
pub(super) fn fates(heard: &Heard) -> Vec<Fate> {
    let mut fates: Vec<Fate> = heard.seen.iter().map(|_| Fate { attempt: 1, ..Fate::default() }).collect();
    let mut by_frame: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, seen) in heard.seen.iter().enumerate() {
        by_frame.entry(seen.frame).or_default().push(index);
    }
    // Several messages of one name may share a frame: each is one transmission, and answers one thing.
    let mut sent = vec![false; fates.len()];
    let mut answered = vec![false; fates.len()];
    let sessions: HashMap<u32, &SessionReport> =
        heard.sessions.iter().map(|session| (session.session, session)).collect();
    for exchange in &heard.exchanges {
        let session = sessions.get(&exchange.session).copied();
        let sends: Vec<u64> =
            std::iter::once(exchange.request_frame).chain(exchange.retransmission_frames.iter().copied()).collect();
        let mut asker = None;
        for (attempt, frame) in (1..).zip(&sends) {
            let found = by_frame.get(frame).and_then(|indices| {
                let mut indices = indices.iter().copied().filter(|index| !sent.get(*index).copied().unwrap_or(true));
                indices.find(|index| heard.seen.get(*index).is_some_and(|seen| is_request(seen, exchange, session)))
            });
            let Some(index) = found else { continue };
            if let (Some(fate), Some(sent), Some(seen)) =
                (fates.get_mut(index), sent.get_mut(index), heard.seen.get(index))
            {
                *sent = true;
                asker = Some(seen);
                fate.attempt = attempt;
                fate.first_frame = (attempt > 1).then_some(exchange.request_frame);
                let next = sends.get(usize::try_from(attempt).unwrap_or(usize::MAX)).copied();
                fate.outcome = outcome(exchange, session, next, seen, heard);
            }
        }
        let (Some(frame), Some(asker)) = (exchange.answer_frame, asker) else { continue };
        let found = by_frame.get(&frame).and_then(|indices| {
            indices.iter().copied().filter(|index| !answered.get(*index).copied().unwrap_or(true)).find(|index| {
                heard.seen.get(*index).is_some_and(|seen| {
                    (seen.src, seen.dst) == (asker.dst, asker.src) && is_named(seen, exchange.answer.as_deref())
                })
            })
        });
        if let Some(index) = found
            && let (Some(fate), Some(answered)) = (fates.get_mut(index), answered.get_mut(index))
        {
            *answered = true;
            fate.answers = sends.iter().rev().copied().find(|send| *send <= frame);
            fate.latency_ms = exchange.latency.map(|latency| latency.as_secs_f64() * 1e3);
        }
    }
    fates
}

fn is_named(seen: &Seen, asked: Option<&str>) -> bool {
    matches!(&seen.what, What::Message { name: Some(name), .. } if Some(name.as_str()) == asked)
}

fn is_request(seen: &Seen, exchange: &ExchangeReport, session: Option<&SessionReport>) -> bool {
    let here =
        seen.session == Some(exchange.session) || session.is_some_and(|session| session.flows.contains(&seen.flow));
    here && is_named(seen, Some(&exchange.request))
}

fn outcome(
    exchange: &ExchangeReport,
    session: Option<&SessionReport>,
    next: Option<u64>,
    seen: &Seen,
    heard: &Heard,
) -> Outcome {
    match (exchange.answer_frame, next) {
        (Some(answer), Some(next)) if answer > next => Outcome::SentAgain,
        (Some(_), _) => Outcome::Answered,
        (None, Some(_)) => Outcome::SentAgain,
        (None, None) => {
            let Some(spec) = session.map(|session| session.spec) else { return Outcome::Unanswered };
            let named = |kind: &&crate::protocol::Kind| is_named(seen, Some(kind.name));
            let must = spec.kinds.iter().filter(named).any(|kind| !matches!(kind.due, Due::Optional | Due::No));
            if !must && spec.kinds.iter().any(|kind| is_named(seen, Some(kind.name))) {
                Outcome::None
            } else if heard.end.since(seen.time) < spec.timer.patience.saturating_mul(2) {
                Outcome::Open
            } else {
                Outcome::Unanswered
            }
        }
    }
}
