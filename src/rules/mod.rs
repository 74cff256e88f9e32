//! The catalogue: one file a rule, each with its explanation, its check and a good and a bad example.
//!
//! A rule looks at what the tracker noticed ([`Observation`]) and says, in one sentence with the measured value, the
//! bound and the tolerance, why it is a fault; or nothing. Where it applies is not its affair: a protocol that cites no
//! section for the rule's [`Topic`] gives it no ground.

mod judge;
pub mod script;
mod words;

mod a001_unacknowledged;
mod a002_unsolicited_ack;
mod a003_ack_sequence_mismatch;
mod a004_wrong_response;
mod a005_malformed_ack;
mod a006_late_ack;
mod a007_duplicate_ack;
mod f001_malformed_message;
mod f002_unassigned_type;
mod f003_wrong_direction;
mod f004_length_mismatch;
mod f005_reserved_bits_set;
mod f006_value_out_of_range;
mod f007_bad_text;
mod f008_unexpected_payload;
mod f009_missing_terminator;
mod p001_not_logged_in;
mod p002_not_allowed_in_state;
mod p003_after_disconnect;
mod p004_identity_mismatch;
mod p005_duplicate_identity;
mod p006_missing_relay;
mod p007_altered_relay;
mod p008_misdirected_relay;
mod p009_missing_notification;
mod p010_inconsistent_list;
mod r001_early_retransmission;
mod r002_missing_retransmission;
mod r003_too_many_retransmissions;
mod r004_altered_retransmission;
mod r005_needless_retransmission;
mod r006_window_exceeded;
mod r007_irregular_timer;
mod s001_initial_sequence;
mod s002_sequence_gap;
mod s003_sequence_reused;
mod s004_sequence_regressed;
mod t001_ack_latency;
mod t002_invitation_expired;

use crate::bytes::Time;
pub use crate::protocol::Severity;
use crate::protocol::{DefectKind, Spec, Topic};
use crate::session::observation::{Fact, Observation};
use crate::session::report::Actor;
use words::{count, duration, list, ordinal, times};

pub use judge::{Judge, Judged, Options};

/// Every rule, by code.
pub static RULES: &[&Rule] = &[
    &a001_unacknowledged::RULE,
    &a002_unsolicited_ack::RULE,
    &a003_ack_sequence_mismatch::RULE,
    &a004_wrong_response::RULE,
    &a005_malformed_ack::RULE,
    &a006_late_ack::RULE,
    &a007_duplicate_ack::RULE,
    &f001_malformed_message::RULE,
    &f002_unassigned_type::RULE,
    &f003_wrong_direction::RULE,
    &f004_length_mismatch::RULE,
    &f005_reserved_bits_set::RULE,
    &f006_value_out_of_range::RULE,
    &f007_bad_text::RULE,
    &f008_unexpected_payload::RULE,
    &f009_missing_terminator::RULE,
    &p001_not_logged_in::RULE,
    &p002_not_allowed_in_state::RULE,
    &p003_after_disconnect::RULE,
    &p004_identity_mismatch::RULE,
    &p005_duplicate_identity::RULE,
    &p006_missing_relay::RULE,
    &p007_altered_relay::RULE,
    &p008_misdirected_relay::RULE,
    &p009_missing_notification::RULE,
    &p010_inconsistent_list::RULE,
    &r001_early_retransmission::RULE,
    &r002_missing_retransmission::RULE,
    &r003_too_many_retransmissions::RULE,
    &r004_altered_retransmission::RULE,
    &r005_needless_retransmission::RULE,
    &r006_window_exceeded::RULE,
    &r007_irregular_timer::RULE,
    &s001_initial_sequence::RULE,
    &s002_sequence_gap::RULE,
    &s003_sequence_reused::RULE,
    &s004_sequence_regressed::RULE,
    &t001_ack_latency::RULE,
    &t002_invitation_expired::RULE,
];

/// One rule of the catalogue.
pub struct Rule {
    /// Written, never reused.
    pub code: &'static str,
    /// Says the fault, never the remedy.
    pub name: &'static str,
    /// The severity a policy may change.
    pub severity: Severity,
    /// What a document must speak of for the rule to have ground there.
    pub topic: Topic,
    /// What it checks.
    pub checks: &'static str,
    /// Why that matters.
    pub matters: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// A conversation that breaks it, and one that does not.
    pub examples: Examples,
    /// The check.
    pub check: fn(&Observation, &Judge<'_>) -> Option<Told>,
}

/// Two conversations between clients `A`, `B`, `C` and the server `S`, as scripts: a line a message, `MILLISECONDS
/// FROM>TO BYTES`, where bytes are hexadecimal pairs and quoted text.
#[derive(Clone, Copy, Debug)]
pub struct Examples {
    /// The protocol they are in.
    pub protocol: &'static str,
    /// Breaks the rule, and no other at warning or above.
    pub bad: &'static str,
    /// Breaks none.
    pub good: &'static str,
}

impl Examples {
    /// No example.
    pub const NONE: Examples = Examples { protocol: "", bad: "", good: "" };
}

/// What a rule says of an observation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The sentence.
    pub message: String,
    /// What else would explain it.
    pub caveat: Option<String>,
}

impl Told {
    fn new(message: String) -> Told {
        Told { message, caveat: None }
    }

    fn but(mut self, caveat: String) -> Told {
        self.caveat = Some(caveat);
        self
    }
}

/// The rule of this code, whatever its case.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name.eq_ignore_ascii_case(code))
}

/// The rule that reports a sort of defect; `None` for what is only a note.
#[must_use]
pub fn of_defect(kind: DefectKind) -> Option<&'static Rule> {
    let code = match kind {
        DefectKind::Malformed => "F001",
        DefectKind::UnassignedType => "F002",
        DefectKind::WrongDirection => "F003",
        DefectKind::LengthMismatch => "F004",
        DefectKind::ReservedBits => "F005",
        DefectKind::OutOfRange => "F006",
        DefectKind::BadText => "F007",
        DefectKind::UnexpectedPayload => "F008",
        DefectKind::MissingTerminator => "F009",
        DefectKind::MalformedAck => "A005",
        DefectKind::Opaque => return None,
    };
    by_code(code)
}

/// The sentence for a defect of one sort.
fn defective(seen: &Observation, kind: DefectKind) -> Option<Told> {
    match &seen.fact {
        Fact::Defective { defect, .. } if defect.kind == kind => {
            Some(Told::new(format!("{}: {} (at byte {})", seen.name, defect.reason, defect.offset)))
        }
        _ => None,
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

#[cfg(test)]
mod tests;
