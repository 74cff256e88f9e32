//! Who belongs to which session and how long answers took, for the commands that do not judge: the tracker, listened to
//! without an opinion.

use super::selection::Selection;
use crate::bytes::Time;
use crate::protocol::{Spec, Topic};
use crate::session::observation::{Divided, Observation, Witness};
use crate::session::report::{Actor, ExchangeReport, SessionReport};
use std::collections::BTreeMap;

/// Sessions that are over, and the latencies of the exchanges that are looked at.
pub(super) struct Sessions<'p> {
    selection: &'p Selection,
    /// The time of the capture's first packet.
    pub(super) start: Time,
    /// In the order in which they ended.
    pub(super) sessions: Vec<SessionReport>,
    /// Whether the following are asked for.
    pub(super) wants_latencies: bool,
    /// In nanoseconds, by session, message answered, and who sent it. As numbers, for there can be millions.
    pub(super) latencies: BTreeMap<(u32, String, Actor), Vec<u64>>,
}

impl Sessions<'_> {
    /// Nothing heard yet.
    pub(super) fn new(selection: &Selection) -> Sessions<'_> {
        Sessions {
            selection,
            start: Time::default(),
            sessions: Vec::new(),
            wants_latencies: false,
            latencies: BTreeMap::new(),
        }
    }
}

impl Witness for Sessions<'_> {
    fn opportunity(&mut self, _: &'static Spec, _: Topic, _: u32, _: Actor) {}

    fn observe(&mut self, _: Observation) {}

    fn wants_exchanges(&self) -> bool {
        self.wants_latencies
    }

    fn exchange(&mut self, exchange: ExchangeReport) {
        let Some(latency) = exchange.latency else { return };
        if self.selection.has_number(Some(exchange.session))
            && self.selection.has_moment(exchange.request_frame, exchange.time, self.start)
            && self.selection.has_name(Some(&exchange.request))
        {
            let key = (exchange.session, exchange.request, exchange.from);
            self.latencies.entry(key).or_default().push(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
        }
    }

    fn session(&mut self, session: SessionReport) {
        self.sessions.push(session);
    }
}

impl Divided for Sessions<'_> {
    fn another(&self) -> Self {
        Sessions { start: self.start, wants_latencies: self.wants_latencies, ..Sessions::new(self.selection) }
    }

    fn rejoin(&mut self, other: Self) {
        self.sessions.extend(other.sessions);
        for (key, latencies) in other.latencies {
            self.latencies.entry(key).or_default().extend(latencies);
        }
    }
}
