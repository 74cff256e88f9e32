//! `jsonl`: one record a line, each with its `kind`, as soon as it is known; nothing is kept.

use super::json::encode_to;
use super::view::{Record, SCHEMA_VERSION, Tool};
use super::{Report, Setup};
use std::io::{self, Write};

/// `jsonl` for every command that has records.
pub(super) fn make(_: &Setup) -> Box<dyn Report> {
    Box::new(JsonLines::default())
}

#[derive(Default)]
struct JsonLines {
    /// The memory of the line at hand.
    line: Vec<u8>,
}

impl Report for JsonLines {
    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        let line = &mut self.line;
        line.clear();
        encode_to(&record, line)?;
        // The summary is the line that is always there: it says who wrote all of them.
        if let Record::Summary(_) = record
            && line.pop() == Some(b'}')
        {
            write!(line, ",\"schema_version\":\"{SCHEMA_VERSION}\",\"tool\":")?;
            encode_to(&Tool::THIS, line)?;
            line.push(b'}');
        }
        line.push(b'\n');
        out.write_all(line)
    }

    fn another(&self) -> Option<Box<dyn Report + Send>> {
        Some(Box::new(JsonLines::default()))
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
