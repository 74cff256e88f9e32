//! `json`: one object a run. The records that matter most are written as they come, the rest behind them. Messages wait
//! for the end of their capture, because a relay's bytes count as of the last frame that carries them.

use super::view::{Record, SCHEMA_VERSION, Summary, Tool};
use super::{Report, Setup};
use crate::bytes;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use std::io::{self, Write};

/// `json` for `dissect`.
pub(super) fn dissect(_: &Setup) -> Box<dyn Report> {
    Box::new(Json::new("messages", &["captures"]))
}

/// `json` for `flows`.
pub(super) fn flows(_: &Setup) -> Box<dyn Report> {
    Box::new(Json::new("flows", &["captures"]))
}

/// `json` for `check`.
pub(super) fn check(_: &Setup) -> Box<dyn Report> {
    Box::new(Json::new("findings", &["captures", "rules", "sessions", "exchanges"]))
}

/// The bytes of a value as JSON: compact, and safe to look at in a terminal.
pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> io::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(512);
    encode_to(value, &mut out)?;
    Ok(out)
}

/// The same behind what is there.
pub(super) fn encode_to<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> io::Result<()> {
    value.serialize(&mut serde_json::Serializer::with_formatter(out, Plain))?;
    Ok(())
}

/// Writes a document as one line of JSON.
pub(super) fn document<T: Serialize>(value: &T, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&encode(value)?)?;
    out.write_all(b"\n")
}

/// JSON lets control characters above 0x7E and bidirectional overrides stand as they are; a terminal obeys them. They
/// are written as `\u` escapes, which read back the same.
struct Plain;

impl Formatter for Plain {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if bytes::is_printable(fragment.as_bytes()) {
            return out.write_all(fragment.as_bytes());
        }
        let mut done = 0;
        for (at, c) in fragment.char_indices() {
            if bytes::is_plain(c) {
                continue;
            }
            CompactFormatter.write_string_fragment(out, fragment.get(done..at).unwrap_or_default())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            done = at + c.len_utf8();
        }
        CompactFormatter.write_string_fragment(out, fragment.get(done..).unwrap_or_default())
    }
}

struct Json {
    /// The array that is written as its records come.
    main: &'static str,
    /// The arrays behind it, in order, each with its records so far.
    rest: Vec<(&'static str, Vec<u8>)>,
    started: bool,
    records: u64,
    /// Messages of the capture in hand: their bytes, and for each its frame and where it is.
    messages: Vec<u8>,
    order: Vec<(u64, std::ops::Range<usize>)>,
    summary: Option<Vec<u8>>,
}

impl Json {
    fn new(main: &'static str, rest: &[&'static str]) -> Json {
        Json {
            main,
            rest: rest.iter().map(|name| (*name, Vec::new())).collect(),
            started: false,
            records: 0,
            messages: Vec::new(),
            order: Vec::new(),
            summary: None,
        }
    }

    fn start(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.started {
            self.started = true;
            write!(out, "{{\"schema_version\":\"{SCHEMA_VERSION}\",\"tool\":")?;
            out.write_all(&encode(&Tool::THIS)?)?;
            write!(out, ",\n\"{}\":[", self.main)?;
        }
        Ok(())
    }
}

impl Json {
    fn write_main(&mut self, bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
        self.start(out)?;
        out.write_all(if self.records == 0 { b"\n" } else { b",\n" })?;
        self.records += 1;
        out.write_all(bytes)
    }

    /// Writes the messages of a capture that is over, by frame.
    fn write_messages(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let (messages, mut order) = (std::mem::take(&mut self.messages), std::mem::take(&mut self.order));
        order.sort_by_key(|(frame, _)| *frame);
        order.into_iter().try_for_each(|(_, place)| self.write_main(messages.get(place).unwrap_or_default(), out))
    }
}

/// The array a record belongs to.
fn place(record: &Record<'_>) -> &'static str {
    match record {
        Record::Capture(_) => "captures",
        Record::Message(_) => "messages",
        Record::Flow(_) => "flows",
        Record::Session(_) => "sessions",
        Record::Exchange(_) => "exchanges",
        Record::Rule(_) => "rules",
        Record::Finding(_) => "findings",
        Record::Summary(_) => "summary",
    }
}

/// The record without the `kind` that only lines need.
fn plain(record: Record<'_>) -> io::Result<Vec<u8>> {
    match record {
        Record::Capture(record) => encode(record),
        Record::Message(record) => encode(record),
        Record::Flow(record) => encode(record),
        Record::Session(record) => encode(record),
        Record::Exchange(record) => encode(record),
        Record::Rule(record) => encode(record),
        Record::Finding(record) => encode(record),
        Record::Summary(Summary::Dissect(record)) => encode(record),
        Record::Summary(Summary::Flows(record)) => encode(record),
        Record::Summary(Summary::Check(record)) => encode(record),
    }
}

impl Report for Json {
    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        let array = place(&record);
        let frame = match &record {
            Record::Message(message) => Some(message.frame),
            _ => None,
        };
        let bytes = plain(record)?;
        if array == "captures" {
            self.write_messages(out)?;
        }
        if let Some(frame) = frame {
            let start = self.messages.len();
            self.messages.extend_from_slice(&bytes);
            self.order.push((frame, start..self.messages.len()));
        } else if array == self.main {
            self.write_main(&bytes, out)?;
        } else if array == "summary" {
            self.summary = Some(bytes);
        } else if let Some((_, array)) = self.rest.iter_mut().find(|(name, _)| *name == array) {
            array.extend_from_slice(if array.is_empty() { b"\n" } else { b",\n" });
            array.extend_from_slice(&bytes);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.start(out)?;
        self.write_messages(out)?;
        out.write_all(if self.records == 0 { b"]" } else { b"\n]" })?;
        for (name, records) in &self.rest {
            write!(out, ",\n\"{name}\":[")?;
            out.write_all(records)?;
            out.write_all(if records.is_empty() { b"]" } else { b"\n]" })?;
        }
        if let Some(summary) = &self.summary {
            out.write_all(b",\n\"summary\":")?;
            out.write_all(summary)?;
        }
        out.write_all(b"}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_reaches_a_terminal_and_the_value_stays() {
        let text = "a\u{1b}[2J\u{9b}m\u{202e}\u{7f}é\u{e0041}\"";
        let json = encode(text).unwrap();
        assert!(json.iter().all(|byte| *byte >= 0x20), "{json:?}");
        let shown = String::from_utf8(json).unwrap();
        assert!(shown.chars().all(bytes::is_plain), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }

    #[test]
    fn a_run_over_nothing_is_still_an_object_with_its_arrays() {
        let mut out = Vec::new();
        let mut json = Json::new("messages", &["captures"]);
        json.finish(&mut out).unwrap();
        let value: serde_json::Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(value["messages"], serde_json::json!([]));
        assert_eq!(value["captures"], serde_json::json!([]));
        assert_eq!(value["schema_version"], SCHEMA_VERSION);
    }
}
