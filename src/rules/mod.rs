//! The catalogue: one file a rule, each with its explanation, its check and a good and a bad example.

use crate::bytes::Time;
use crate::protocol::Spec;
use crate::session::report::Actor;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The document is not followed, but it may not hurt.
    Warning,
    /// The document is broken.
    Error,
}

impl Severity {
    /// As in the JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A rule, a place, what was required, what was seen.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its code, e.g. `R001`.
    pub rule: &'static str,
    /// Its name, e.g. `early-retransmission`.
    pub name: &'static str,
    /// Its severity under the policy.
    pub severity: Severity,
    /// The protocol.
    pub spec: &'static Spec,
    /// The session.
    pub session: u32,
    /// The side at fault.
    pub actor: Actor,
    /// Where the fault shows.
    pub frame: u64,
    /// Other frames of the evidence, ascending, without `frame`.
    pub related_frames: Vec<u64>,
    /// The time of `frame`.
    pub time: Time,
    /// One sentence with the measured value, the bound and the tolerance.
    pub message: String,
    /// What else would explain it, if the capture itself shows a reason.
    pub caveat: Option<String>,
    /// The section of the protocol's document that grounds it.
    pub section: &'static str,
}

/// What a capture says about one rule for one protocol.
#[derive(Clone, Debug)]
pub struct RuleVerdict {
    /// The rule's code.
    pub rule: &'static str,
    /// The protocol.
    pub spec: &'static Spec,
    /// The verdict.
    pub verdict: Verdict,
    /// How often there was something to check.
    pub checked: u64,
    /// How often it was violated.
    pub violated: u64,
}

/// A rule's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Checked and never violated.
    Pass,
    /// Violated without a caveat.
    Fail,
    /// Nothing to check.
    NotExercised,
    /// Violated only where the capture itself shows another explanation.
    Inconclusive,
}

impl Verdict {
    /// As in the JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::NotExercised => "not-exercised",
            Verdict::Inconclusive => "inconclusive",
        }
    }
}
