//! Who belongs to which session, for the commands that do not judge: the tracker, listened to for its sessions only.

use crate::protocol::{Spec, Topic};
use crate::session::observation::{Observation, Witness};
use crate::session::report::{Actor, ExchangeReport, SessionReport};

/// Keeps sessions, and exchanges where asked to; has no opinion.
pub(super) struct Sessions {
    /// Those that are over.
    pub(super) sessions: Vec<SessionReport>,
    /// Those that are over, if asked for.
    pub(super) exchanges: Vec<ExchangeReport>,
    with_exchanges: bool,
}

impl Sessions {
    /// Nothing heard yet.
    pub(super) fn new(with_exchanges: bool) -> Sessions {
        Sessions { sessions: Vec::new(), exchanges: Vec::new(), with_exchanges }
    }
}

impl Witness for Sessions {
    fn opportunity(&mut self, _: &'static Spec, _: Topic, _: u32, _: Actor) {}

    fn observe(&mut self, _: Observation) {}

    fn exchange(&mut self, exchange: ExchangeReport) {
        if self.with_exchanges {
            self.exchanges.push(exchange);
        }
    }

    fn session(&mut self, session: SessionReport) {
        self.sessions.push(session);
    }
}
