//! What a run asks for: tolerances, timers, severities, rules on and off, latency bounds.

use crate::protocol::{Spec, Timer};
use std::collections::BTreeMap;
use std::time::Duration;

/// How far a measured interval may stray from a document's timer before it is a fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerance {
    /// A share of the timer, 0.2 for 20 %.
    pub ratio: f64,
    /// But at least this much.
    pub floor: Duration,
}

impl Default for Tolerance {
    fn default() -> Tolerance {
        Tolerance { ratio: 0.2, floor: Duration::from_millis(20) }
    }
}

impl Tolerance {
    /// The margin for one timer: the larger of the share and the floor.
    #[must_use]
    pub fn of(&self, timer: Duration) -> Duration {
        timer.mul_f64(self.ratio.clamp(0.0, 1000.0)).max(self.floor)
    }
}

/// Values that replace those of a document for one protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimerOverride {
    /// The retransmission timer.
    pub resend: Option<Duration>,
    /// The maximum of retransmissions.
    pub maximum: Option<u32>,
}

/// Everything a user can ask of the judge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// For all timers.
    pub tolerance: Tolerance,
    /// By protocol identifier.
    pub timers: BTreeMap<String, TimerOverride>,
    /// Readings forced, as (protocol, convention, value).
    pub conventions: Vec<(String, String, String)>,
}

impl Policy {
    /// The timer of a protocol under this policy.
    #[must_use]
    pub fn timer(&self, spec: &Spec) -> Timer {
        let mut timer = spec.timer;
        if let Some(asked) = self.timers.get(spec.id) {
            if let Some(resend) = asked.resend {
                timer.resend = Some(resend);
                timer.patience = resend;
                timer.server_waits = true;
                timer.regular = true;
            }
            timer.maximum = asked.maximum.or(timer.maximum);
        }
        timer
    }

    /// The value forced for a convention, as an index into its values.
    #[must_use]
    pub fn forced(&self, spec: &Spec, convention: usize) -> Option<usize> {
        let convention = spec.conventions.get(convention)?;
        let (_, _, value) =
            self.conventions.iter().rev().find(|(protocol, name, _)| protocol == spec.id && name == convention.name)?;
        convention.values.iter().position(|known| known == value)
    }
}
