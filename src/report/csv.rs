//! `csv`: a row a record, UTF-8, a heading row first. No cell that holds a stranger's text is a formula, and none
//! holds a control character.

use super::json::encode;
use super::view::{FindingRecord, FlowRecord, MessageRecord, Record, StatsDocument};
use super::{Report, Setup};
use crate::bytes;
use std::io::{self, Write};

/// `csv` for `dissect`.
pub(super) fn dissect(_: &Setup) -> Box<dyn Report> {
    Box::new(Csv { heading: MESSAGE, row: of_message, path: String::new(), started: false })
}

/// `csv` for `flows`.
pub(super) fn flows(_: &Setup) -> Box<dyn Report> {
    Box::new(Csv { heading: FLOW, row: of_flow, path: String::new(), started: false })
}

/// `csv` for `check`.
pub(super) fn check(_: &Setup) -> Box<dyn Report> {
    Box::new(Csv { heading: FINDING, row: of_finding, path: String::new(), started: false })
}

/// `csv` for `stats`: messages by protocol, name and direction.
pub(super) fn stats(document: &StatsDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&line(&["protocol", "name", "direction", "count", "bytes", "errors"])?)?;
    for row in &document.messages {
        let cells = [
            row.protocol.to_owned(),
            row.name.as_deref().map(safe).unwrap_or_default(),
            row.direction.to_owned(),
            row.count.to_string(),
            row.bytes.to_string(),
            row.errors.to_string(),
        ];
        out.write_all(&line(&cells)?)?;
    }
    Ok(())
}

struct Csv {
    heading: &'static [&'static str],
    /// The row of a record; `None` for records without one.
    row: fn(&Record<'_>, &str) -> io::Result<Option<Vec<String>>>,
    /// The capture at hand, ready for a cell.
    path: String,
    started: bool,
}

impl Csv {
    fn start(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.started {
            return Ok(());
        }
        self.started = true;
        out.write_all(&line(self.heading)?)
    }
}

impl Report for Csv {
    fn begin(&mut self, _: u32, path: &str, _: &mut dyn Write) -> io::Result<()> {
        self.path = safe(path);
        Ok(())
    }

    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        if let Some(cells) = (self.row)(&record, &self.path)? {
            self.start(out)?;
            out.write_all(&line(&cells)?)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.start(out)
    }
}

/// A row as it is written.
pub(super) fn line<C: AsRef<[u8]>>(cells: &[C]) -> io::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(|error| error.into_error())
}

/// Text for a cell: escaped, and no formula to a spreadsheet.
pub(super) fn safe(text: &str) -> String {
    let mut cell = bytes::escape_str(text);
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        cell.insert(0, '\'');
    }
    cell
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn frames(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

const MESSAGE: &[&str] = &[
    "capture",
    "path",
    "frame",
    "time",
    "relative_s",
    "flow",
    "session",
    "protocol",
    "transport",
    "src",
    "dst",
    "direction",
    "name",
    "seq",
    "ack",
    "length",
    "error_rule",
    "error_offset",
    "error_reason",
    "fields",
];

fn of_message(record: &Record<'_>, path: &str) -> io::Result<Option<Vec<String>>> {
    let Record::Message(message) = record else { return Ok(None) };
    let MessageRecord { error, .. } = message;
    Ok(Some(vec![
        message.capture.to_string(),
        path.to_owned(),
        message.frame.to_string(),
        message.time.to_string(),
        message.relative_s.to_string(),
        message.flow.to_string(),
        optional(message.session),
        message.protocol.to_owned(),
        message.transport.to_owned(),
        message.src.to_string(),
        message.dst.to_string(),
        message.direction.name().to_owned(),
        safe(message.name.unwrap_or_default()),
        safe(&message.seq.text()),
        message.ack.to_string(),
        message.length.to_string(),
        optional(error.as_ref().map(|error| error.rule)),
        optional(error.as_ref().map(|error| error.offset)),
        error.as_ref().map(|error| safe(&error.reason)).unwrap_or_default(),
        // An object begins with a brace: no formula.
        String::from_utf8(encode(&message.fields)?).unwrap_or_default(),
    ]))
}

const FLOW: &[&str] = &[
    "capture",
    "path",
    "flow",
    "transport",
    "a",
    "b",
    "client",
    "server",
    "protocol",
    "confidence",
    "packets",
    "bytes",
    "messages",
    "malformed",
    "first_time",
    "duration_s",
    "handshake_ms",
    "retransmitted",
    "out_of_order",
    "missing_bytes",
    "reset",
    "reason",
];

fn of_flow(record: &Record<'_>, path: &str) -> io::Result<Option<Vec<String>>> {
    let Record::Flow(flow) = record else { return Ok(None) };
    let FlowRecord { tcp, .. } = flow;
    let tcp = tcp.as_ref();
    Ok(Some(vec![
        flow.capture.to_string(),
        path.to_owned(),
        flow.flow.to_string(),
        flow.transport.to_owned(),
        flow.a.to_string(),
        flow.b.to_string(),
        optional(flow.client),
        optional(flow.server),
        optional(flow.protocol),
        flow.confidence.to_string(),
        flow.packets.to_string(),
        flow.bytes.to_string(),
        flow.messages.to_string(),
        flow.malformed.to_string(),
        flow.first_time.to_string(),
        flow.duration_s.to_string(),
        optional(tcp.and_then(|tcp| tcp.handshake_ms)),
        optional(tcp.map(|tcp| tcp.retransmitted)),
        optional(tcp.map(|tcp| tcp.out_of_order)),
        optional(tcp.map(|tcp| tcp.missing_bytes)),
        optional(tcp.map(|tcp| tcp.reset)),
        safe(&flow.reason),
    ]))
}

const FINDING: &[&str] = &[
    "capture",
    "path",
    "rule",
    "name",
    "severity",
    "protocol",
    "session",
    "actor",
    "frame",
    "related_frames",
    "time",
    "relative_s",
    "message",
    "caveat",
    "section",
];

fn of_finding(record: &Record<'_>, path: &str) -> io::Result<Option<Vec<String>>> {
    let Record::Finding(finding) = record else { return Ok(None) };
    let FindingRecord { spec, .. } = finding;
    Ok(Some(vec![
        finding.capture.to_string(),
        path.to_owned(),
        finding.rule.to_owned(),
        finding.name.to_owned(),
        finding.severity.to_owned(),
        finding.protocol.to_owned(),
        finding.session.to_string(),
        finding.actor.to_owned(),
        finding.frame.to_string(),
        frames(&finding.related_frames),
        finding.time.to_string(),
        finding.relative_s.to_string(),
        safe(&finding.message),
        finding.caveat.as_deref().map(safe).unwrap_or_default(),
        safe(spec.section),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        for attack in ["=1+1", "+1", "-2", "@SUM(A1)"] {
            assert_eq!(safe(attack), format!("'{attack}"));
        }
        assert_eq!(safe("\t=1"), "\\t=1");
        assert_eq!(safe("\r=1"), "\\r=1");
        assert_eq!(safe("1-1"), "1-1");
    }

    #[test]
    fn quotes_are_doubled_and_escapes_are_shown() {
        assert_eq!(line(&[safe("say \"hi\", now"), safe("\x1b[2J")]).unwrap(), b"\"say \"\"hi\"\", now\",\\x1B[2J\n");
    }
}
