//! What a run asks for: tolerances, timers, severities, rules on and off, latency bounds.

mod error;
mod file;

use crate::protocol::{Actor, Severity, Spec, Timer};
use std::collections::BTreeMap;
use std::time::Duration;

pub use error::FileError;
pub use file::{Known, parse_duration};

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

/// Which figure of a distribution a bound is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statistic {
    /// The median.
    Median,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The longest.
    Max,
}

/// A bound on the latencies of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// On which figure.
    pub statistic: Statistic,
    /// At most this long.
    pub limit: Duration,
    /// Only for this protocol.
    pub protocol: Option<String>,
    /// Only for answers to this kind of message.
    pub message: Option<String>,
    /// Only for answers of this side.
    pub role: Option<Actor>,
}

impl Bound {
    /// Whether it bounds sessions of this protocol.
    #[must_use]
    pub fn applies_to(&self, protocol: &str) -> bool {
        self.protocol.as_deref().is_none_or(|only| only == protocol)
    }
}

/// What a policy says of one rule, or of a family of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// A code or the beginning of one.
    pub prefix: String,
    /// Only for this protocol.
    pub protocol: Option<String>,
    /// Only where this side is at fault.
    pub role: Option<String>,
    /// Checked at all.
    pub enabled: bool,
    /// In place of the rule's own.
    pub severity: Option<Severity>,
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
    /// Latency bounds.
    pub bounds: Vec<Bound>,
    /// Settings of rules; a later one, and a longer prefix, wins.
    pub rules: Vec<RuleSetting>,
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

    /// What it says of a rule, for a protocol and a side: the setting with the longest prefix, the latest of equals.
    #[must_use]
    pub fn rule(&self, code: &str, protocol: &str, role: &str) -> Option<&RuleSetting> {
        self.rules
            .iter()
            .filter(|setting| {
                code.get(..setting.prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(&setting.prefix))
            })
            .filter(|setting| setting.protocol.as_deref().is_none_or(|only| only == protocol))
            .filter(|setting| setting.role.as_deref().is_none_or(|only| only == role))
            .max_by_key(|setting| setting.prefix.len())
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
