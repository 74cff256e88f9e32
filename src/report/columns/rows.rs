//! Records into rows: the cells of each table, in the order of its columns.

use super::super::view::{CaptureRecord, FindingRecord, FlowRecord, MessageRecord, SessionRecord};
use super::{Cell, ColumnError, Histogram, Sheet};
use crate::protocol::{Field, Seq, Value};
use crate::report::grade::{CriterionRecord, RuleScoreRecord, SubmissionRecord};
use crate::session::report::ExchangeReport;
use std::borrow::Cow;

const USER: &[&str] = &["user_name", "username", "pseudo", "sender", "author"];
const TEXT: &[&str] = &["message", "text", "payload", "data"];
const CODE: &[&str] = &["status", "error_code", "code"];

/// The first of these fields that is there with a value that `read` takes.
fn first<'f, T>(fields: &'f [Field<'f>], names: &[&str], read: impl Fn(&'f Value<'f>) -> Option<T>) -> Option<T> {
    names.iter().find_map(|name| fields.iter().find(|field| field.name == *name).and_then(|field| read(&field.value)))
}

fn text<'v>(value: &'v Value<'v>) -> Option<Cow<'v, str>> {
    if let Value::Text(text) = value { Some(String::from_utf8_lossy(text)) } else { None }
}

fn number(value: &Value<'_>) -> Option<u64> {
    match value {
        Value::Number(number) | Value::Code { code: number, .. } => Some(*number),
        _ => None,
    }
}

/// JSON of our own types: this does not fail.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A row of `messages`.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn message(sheet: &mut Sheet, capture: &str, record: &MessageRecord<'_>) -> Result<(), ColumnError> {
    let fields = record.fields.0;
    let (user, said) = (first(fields, USER, text), first(fields, TEXT, text));
    let seq_text = if let Seq::Text(_) = record.seq.0 { Some(record.seq.text()) } else { None };
    let error = record.error.as_ref();
    sheet.push(&[
        Cell::Text(capture),
        Cell::Number(record.frame),
        Cell::Numbers(record.frames),
        Cell::Signed(record.time.0.0),
        Cell::Signed(record.time.0.0),
        Cell::Real(record.relative_s),
        Cell::Number(record.flow.into()),
        Cell::or_null(record.session, |session| Cell::Number(session.into())),
        Cell::Text(record.transport),
        Cell::Text(&record.src.to_string()),
        Cell::Text(&record.dst.to_string()),
        Cell::Text(record.direction.name()),
        Cell::or_null(record.name, Cell::Text),
        Cell::or_null(record.acknowledges, Cell::Text),
        if let Seq::Number(number) = record.seq.0 { Cell::Number(number.into()) } else { Cell::Null },
        Cell::or_null(seq_text.as_deref(), Cell::Text),
        Cell::Flag(record.ack),
        Cell::Number(record.length),
        Cell::Number(record.cut),
        Cell::or_null(user.as_deref(), Cell::Text),
        Cell::or_null(said.as_deref(), Cell::Text),
        Cell::or_null(first(fields, CODE, number), Cell::Number),
        Cell::Text(&json(&record.fields)),
        Cell::or_null(error, |error| Cell::Text(error.rule)),
        Cell::or_null(error, |error| Cell::Number(error.offset)),
        Cell::or_null(error, |error| Cell::Text(&error.reason)),
    ])
}

/// A row of `exchanges`.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn exchange(sheet: &mut Sheet, capture: &str, report: &ExchangeReport) -> Result<(), ColumnError> {
    sheet.push(&[
        Cell::Text(capture),
        Cell::Number(report.session.into()),
        Cell::Text(&report.request),
        Cell::Text(report.from.name()),
        Cell::Number(report.request_frame),
        Cell::Signed(report.time.0),
        Cell::Signed(report.time.0),
        Cell::or_null(report.answer.as_deref(), Cell::Text),
        Cell::or_null(report.answer_frame, Cell::Number),
        Cell::or_null(report.latency, |latency| Cell::Number(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX))),
        Cell::Numbers(&report.retransmission_frames),
    ])
}

/// A row of `sessions`.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn session(
    sheet: &mut Sheet,
    capture: &str,
    record: &SessionRecord,
    latencies: &Histogram,
) -> Result<(), ColumnError> {
    let flows: Vec<u64> = record.flows.iter().map(|flow| u64::from(*flow)).collect();
    let latency = &record.ack_latency_ms;
    sheet.push(&[
        Cell::Text(capture),
        Cell::Number(record.session.into()),
        Cell::Numbers(&flows),
        Cell::Text(&record.client.to_string()),
        Cell::Text(&record.server.to_string()),
        Cell::or_null(record.user.as_deref(), Cell::Text),
        Cell::Flag(record.complete),
        Cell::Text(&json(&record.conventions)),
        Cell::Number(record.messages),
        Cell::Number(record.exchanges),
        Cell::Number(record.retransmissions),
        Cell::Number(record.ambiguous),
        Cell::Signed(record.first_time.0.0),
        Cell::Signed(record.first_time.0.0),
        Cell::Real(record.duration_s),
        Cell::Number(latency.count),
        Cell::or_null(latency.min, Cell::Real),
        Cell::or_null(latency.median, Cell::Real),
        Cell::or_null(latency.p95, Cell::Real),
        Cell::or_null(latency.p99, Cell::Real),
        Cell::or_null(latency.max, Cell::Real),
        Cell::Counts(latencies),
    ])
}

/// A row of `flows`.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn flow(sheet: &mut Sheet, capture: &str, record: &FlowRecord) -> Result<(), ColumnError> {
    let end = |end: Option<super::super::view::Endpoint>| end.map(|end| end.to_string());
    let (client, server) = (end(record.client), end(record.server));
    let tcp = record.tcp.as_ref();
    sheet.push(&[
        Cell::Text(capture),
        Cell::Number(record.flow.into()),
        Cell::Text(record.transport),
        Cell::Text(&record.a.to_string()),
        Cell::Text(&record.b.to_string()),
        Cell::or_null(client.as_deref(), Cell::Text),
        Cell::or_null(server.as_deref(), Cell::Text),
        Cell::Real(record.confidence),
        Cell::Text(&record.reason),
        Cell::Number(record.packets),
        Cell::Number(record.bytes),
        Cell::Number(record.messages),
        Cell::Number(record.malformed),
        Cell::Signed(record.first_time.0.0),
        Cell::Signed(record.first_time.0.0),
        Cell::Real(record.duration_s),
        Cell::or_null(tcp.and_then(|tcp| tcp.handshake_ms), Cell::Real),
        Cell::or_null(tcp, |tcp| Cell::Number(tcp.retransmitted)),
        Cell::or_null(tcp, |tcp| Cell::Number(tcp.out_of_order)),
        Cell::or_null(tcp, |tcp| Cell::Number(tcp.missing_bytes)),
        Cell::or_null(tcp, |tcp| Cell::Flag(tcp.reset)),
    ])
}

/// A row of `findings`.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn finding(sheet: &mut Sheet, capture: &str, record: &FindingRecord) -> Result<(), ColumnError> {
    sheet.push(&[
        Cell::Text(capture),
        Cell::Text(record.rule),
        Cell::Text(record.name),
        Cell::Text(record.severity),
        Cell::Number(record.session.into()),
        Cell::Text(record.actor),
        Cell::Number(record.frame),
        Cell::Numbers(&record.related_frames),
        Cell::Signed(record.time.0.0),
        Cell::Signed(record.time.0.0),
        Cell::Real(record.relative_s),
        Cell::Text(&record.message),
        Cell::or_null(record.caveat.as_deref(), Cell::Text),
        Cell::Text(record.spec.document),
        Cell::Text(record.spec.section),
    ])
}

/// What is said of every capture, read or not.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'r> {
    /// What it is called.
    pub name: &'r str,
    /// Whose it is, where there are grades.
    pub submission: Option<&'r str>,
    /// What is wrong with it; empty: nothing.
    pub error: &'r str,
}

/// A row of `captures`, of one that was read.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn capture(sheet: &mut Sheet, row: &Listed<'_>, record: &CaptureRecord) -> Result<(), ColumnError> {
    let time = |stamp: Option<super::super::view::Stamp>| Cell::or_null(stamp, |stamp| Cell::Signed(stamp.0.0));
    let pieces: Vec<String> = record.pieces.iter().map(|piece| piece.path.clone()).collect();
    sheet.push(&[
        Cell::Text(row.name),
        if row.error.is_empty() { Cell::Null } else { Cell::Text(row.error) },
        Cell::Text(&record.format),
        Cell::or_null(record.compression.as_deref(), Cell::Text),
        Cell::or_null(record.link_type.as_deref(), Cell::Text),
        Cell::Number(record.packets),
        Cell::Number(record.bytes),
        time(record.first_time),
        time(record.first_time),
        time(record.last_time),
        time(record.last_time),
        Cell::Flag(record.truncated),
        Cell::Text(&json(&record.notes)),
        Cell::Texts(&pieces),
        Cell::or_null(row.submission, Cell::Text),
    ])
}

/// A row of `captures`, of one that could not be read.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn refused(sheet: &mut Sheet, row: &Listed<'_>) -> Result<(), ColumnError> {
    let nothing = || Cell::Null;
    sheet.push(&[
        Cell::Text(row.name),
        Cell::Text(row.error),
        nothing(),
        nothing(),
        nothing(),
        Cell::Number(0),
        Cell::Number(0),
        nothing(),
        nothing(),
        nothing(),
        nothing(),
        Cell::Flag(false),
        Cell::Text("[]"),
        Cell::Texts(&[]),
        Cell::or_null(row.submission, Cell::Text),
    ])
}

/// A row of `grades`, by a rubric of this title.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn grade(sheet: &mut Sheet, rubric: &str, record: &SubmissionRecord) -> Result<(), ColumnError> {
    let of = |side: &str| {
        let counts = record.sides.iter().find(|counts| counts.side == side).map(|counts| &counts.findings);
        (counts.map_or(0, |counts| counts.error), counts.map_or(0, |counts| counts.warning))
    };
    let (client, server) = (of("client"), of("server"));
    sheet.push(&[
        Cell::Text(&record.name),
        Cell::Text(rubric),
        Cell::Text(record.status),
        Cell::Real(record.points),
        Cell::Real(record.max),
        Cell::Real(record.bonus),
        Cell::Number(record.findings.error),
        Cell::Number(record.findings.warning),
        Cell::Number(record.findings.info),
        Cell::Number(client.0),
        Cell::Number(client.1),
        Cell::Number(server.0),
        Cell::Number(server.1),
        Cell::Number(record.files.len() as u64),
        Cell::Number(record.passed_over.len() as u64),
        Cell::Number(record.files.iter().map(|file| file.sessions).sum()),
        Cell::Number(record.files.iter().map(|file| file.messages).sum()),
        Cell::Text(&record.remark()),
    ])
}

/// What `criteria` says of a rule. Where it was broken stands in `findings`.
#[derive(serde::Serialize)]
struct Rule {
    rule: &'static str,
    verdict: &'static str,
    checked: u64,
    violated: u64,
    excused: u64,
    share: f64,
    lost: f64,
}

/// A row of `criteria`.
///
/// # Errors
/// What [`Sheet::push`] says.
pub fn criterion(sheet: &mut Sheet, submission: &str, record: &CriterionRecord) -> Result<(), ColumnError> {
    let rule = |score: &RuleScoreRecord| Rule {
        rule: score.rule,
        verdict: score.verdict,
        checked: score.checked,
        violated: score.violated,
        excused: score.excused,
        share: score.share,
        lost: score.lost,
    };
    let rules: Vec<Rule> = record.rules.iter().map(rule).collect();
    let missing: Vec<String> = record.messages_missing.iter().map(|name| (*name).to_owned()).collect();
    sheet.push(&[
        Cell::Text(submission),
        Cell::Text(&record.id),
        Cell::Text(&record.title),
        Cell::or_null(record.role, Cell::Text),
        Cell::Real(record.points),
        Cell::Real(record.max),
        Cell::Flag(record.bonus),
        Cell::Text(&record.why),
        Cell::Text(&json(&rules)),
        Cell::Texts(&missing),
        Cell::Texts(&record.scenarios_missing),
    ])
}
