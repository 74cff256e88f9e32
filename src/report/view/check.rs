//! What `check` says: sessions, exchanges, verdicts of rules, findings.

use super::{Endpoint, Stamp, milliseconds};
use crate::bytes::Time;
use crate::rules::{Finding, RuleVerdict, Severity};
use crate::session::report::{ExchangeReport, LatencySummary, SessionReport};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// One client's conversation with one server.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SessionRecord {
    /// The capture.
    pub capture: u32,
    /// Its number, from 1 by first frame.
    pub session: u32,
    /// The protocol.
    pub protocol: &'static str,
    /// Its flows.
    pub flows: Vec<u32>,
    /// The client; where the sides are unknown, who spoke first.
    pub client: Endpoint,
    /// The server; where the sides are unknown, the other end.
    pub server: Endpoint,
    /// The name that the server granted.
    pub user: Option<String>,
    /// Whether both login and end were seen.
    pub complete: bool,
    /// The reading of each convention; null while nothing tells.
    pub conventions: BTreeMap<&'static str, Option<&'static str>>,
    /// The same with the reading that was judged against, and why.
    pub readings: Vec<ReadingRecord>,
    /// Messages of both sides.
    pub messages: u64,
    /// Messages that an answer was due for.
    pub exchanges: u64,
    /// Retransmissions of both sides.
    pub retransmissions: u64,
    /// When its first message was captured.
    pub first_time: Stamp,
    /// Seconds from its first message to its last.
    pub duration_s: f64,
    /// From a message to its answer. Those that were sent again are left out: which copy was answered is unclear.
    pub ack_latency_ms: LatencyRecord,
    /// How many were left out.
    pub ambiguous: u64,
}

impl SessionRecord {
    /// The record of a session.
    #[must_use]
    pub fn new(capture: u32, report: &SessionReport) -> SessionRecord {
        SessionRecord {
            capture,
            session: report.session,
            protocol: report.spec.id,
            flows: report.flows.clone(),
            client: Endpoint(report.client),
            server: Endpoint(report.server),
            user: report.user.clone(),
            complete: report.complete,
            conventions: report
                .conventions
                .iter()
                .map(|convention| (convention.name, convention.decided.then_some(convention.value)))
                .collect(),
            readings: report
                .conventions
                .iter()
                .map(|convention| ReadingRecord {
                    convention: convention.name,
                    value: convention.value,
                    decided: convention.decided,
                    why: convention.why.clone(),
                })
                .collect(),
            messages: report.messages,
            exchanges: report.exchanges,
            retransmissions: report.retransmissions,
            first_time: Stamp(report.first_time),
            duration_s: report.last_time.since(report.first_time).as_secs_f64(),
            ack_latency_ms: LatencyRecord::new(report.latency.as_ref()),
            ambiguous: report.ambiguous,
        }
    }
}

/// How a session reads one convention.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReadingRecord {
    /// The convention.
    pub convention: &'static str,
    /// The reading judged against.
    pub value: &'static str,
    /// Whether the session itself showed it.
    pub decided: bool,
    /// What spoke for it.
    pub why: String,
}

/// A distribution of latencies, in milliseconds; all but `count` are null where there were none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct LatencyRecord {
    /// How many.
    pub count: u64,
    /// The shortest.
    pub min: Option<f64>,
    /// The median.
    pub median: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
    /// The 99th percentile.
    pub p99: Option<f64>,
    /// The longest.
    pub max: Option<f64>,
}

impl LatencyRecord {
    /// The record of a distribution, or of none.
    #[must_use]
    pub fn new(summary: Option<&LatencySummary>) -> LatencyRecord {
        summary.map_or_else(LatencyRecord::default, |latency| LatencyRecord {
            count: latency.count,
            min: Some(milliseconds(latency.min)),
            median: Some(milliseconds(latency.median)),
            p95: Some(milliseconds(latency.p95)),
            p99: Some(milliseconds(latency.p99)),
            max: Some(milliseconds(latency.max)),
        })
    }
}

/// A message, its retransmissions and its answer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExchangeRecord {
    /// The capture.
    pub capture: u32,
    /// The session.
    pub session: u32,
    /// The message's name.
    pub request: String,
    /// Who sent it: `client`, `server` or `peer`.
    pub from: &'static str,
    /// The frame of its first transmission.
    pub request_frame: u64,
    /// When that was.
    pub time: Stamp,
    /// Seconds since the capture's first packet.
    pub relative_s: f64,
    /// The answer's name.
    pub answer: Option<String>,
    /// The answer's frame.
    pub answer_frame: Option<u64>,
    /// From the only transmission to the answer; null if unanswered, or unclear because of retransmissions.
    pub latency_ms: Option<f64>,
    /// The frames of its further transmissions.
    pub retransmission_frames: Vec<u64>,
}

impl ExchangeRecord {
    /// The record of an exchange in a capture that starts at `start`.
    #[must_use]
    pub fn new(capture: u32, start: Time, report: &ExchangeReport) -> ExchangeRecord {
        ExchangeRecord {
            capture,
            session: report.session,
            request: report.request.clone(),
            from: report.from.name(),
            request_frame: report.request_frame,
            time: Stamp(report.time),
            relative_s: report.time.seconds_since(start),
            answer: report.answer.clone(),
            answer_frame: report.answer_frame,
            latency_ms: report.latency.map(milliseconds),
            retransmission_frames: report.retransmission_frames.clone(),
        }
    }
}

/// What a capture says about one rule for one protocol.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleRecord {
    /// The capture.
    pub capture: u32,
    /// The rule's code.
    pub rule: &'static str,
    /// The protocol.
    pub protocol: &'static str,
    /// `pass`, `fail`, `not-exercised` or `inconclusive`.
    pub verdict: &'static str,
    /// How often there was something to check.
    pub checked: u64,
    /// How often it was violated.
    pub violated: u64,
}

impl RuleRecord {
    /// The record of a verdict.
    #[must_use]
    pub fn new(capture: u32, verdict: &RuleVerdict) -> RuleRecord {
        RuleRecord {
            capture,
            rule: verdict.rule,
            protocol: verdict.spec.id,
            verdict: verdict.verdict.name(),
            checked: verdict.checked,
            violated: verdict.violated,
        }
    }
}

/// A rule, a place, what was required, what was seen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingRecord {
    /// The capture.
    pub capture: u32,
    /// The rule's code.
    pub rule: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// The protocol.
    pub protocol: &'static str,
    /// The session.
    pub session: u32,
    /// The side at fault: `client`, `server` or `peer`.
    pub actor: &'static str,
    /// Where the fault shows.
    pub frame: u64,
    /// Other frames of the evidence.
    pub related_frames: Vec<u64>,
    /// When its frame was captured.
    pub time: Stamp,
    /// Seconds since the capture's first packet.
    pub relative_s: f64,
    /// What was required and what was seen.
    pub message: String,
    /// What else would explain it. With one, the finding counts neither towards the verdict nor the exit status.
    pub caveat: Option<String>,
    /// Where the document says so.
    pub spec: SpecRecord,
    /// The severity, for the reports that sort by it.
    #[serde(skip)]
    pub level: Severity,
}

impl FindingRecord {
    /// The record of a finding in a capture that starts at `start`.
    #[must_use]
    pub fn new(capture: u32, start: Time, finding: &Finding) -> FindingRecord {
        FindingRecord {
            capture,
            rule: finding.rule,
            name: finding.name,
            severity: finding.severity.name(),
            protocol: finding.spec.id,
            session: finding.session,
            actor: finding.actor.name(),
            frame: finding.frame,
            related_frames: finding.related_frames.clone(),
            time: Stamp(finding.time),
            relative_s: finding.time.seconds_since(start),
            message: finding.message.clone(),
            caveat: finding.caveat.clone(),
            spec: SpecRecord { document: finding.spec.document, section: finding.section },
            level: finding.severity,
        }
    }

    /// Whether it counts towards verdict and exit status.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.caveat.is_none()
    }
}

/// Where a document says something.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct SpecRecord {
    /// The protocol's document.
    pub document: &'static str,
    /// The section, as the document numbers it.
    pub section: &'static str,
}

/// How many findings of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SeverityCounts {
    /// The document is broken.
    pub error: u64,
    /// The document is not followed, but it may not hurt.
    pub warning: u64,
    /// Worth knowing.
    pub info: u64,
}

impl SeverityCounts {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
    }

    /// These without those.
    #[must_use]
    pub fn without(self, those: SeverityCounts) -> SeverityCounts {
        SeverityCounts {
            error: self.error.saturating_sub(those.error),
            warning: self.warning.saturating_sub(those.warning),
            info: self.info.saturating_sub(those.info),
        }
    }

    /// How many there are at or above a severity.
    #[must_use]
    pub fn at_least(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.error + self.warning,
            Severity::Info => self.error + self.warning + self.info,
        }
    }
}

/// What `check` comes to.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct CheckSummary {
    /// Captures read.
    pub captures: u32,
    /// Sessions.
    pub sessions: u64,
    /// Messages in them.
    pub messages: u64,
    /// Findings, those with a caveat included.
    pub findings: SeverityCounts,
    /// Those with a caveat: they do not count towards the verdict.
    pub with_caveat: SeverityCounts,
    /// Findings of each rule.
    pub by_rule: BTreeMap<&'static str, u64>,
    /// From which severity on a finding fails the run: `error`, `warning`, `info` or `never`.
    pub fail_on: &'static str,
    /// `pass` or `fail`.
    pub verdict: &'static str,
    /// How the run stands to its baseline; null without one.
    pub baseline: Option<BaselineCounts>,
}

/// How a run stands to its baseline. Known findings are neither listed nor counted elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BaselineCounts {
    /// Findings that the baseline has.
    pub known: u64,
    /// Findings of the baseline that are no longer there.
    pub gone: u64,
}

impl CheckSummary {
    /// The findings that count towards the verdict.
    #[must_use]
    pub fn counted(&self) -> SeverityCounts {
        self.findings.without(self.with_caveat)
    }
}
