//! `jsonl`: one record a line, each with its `kind`, as soon as it is known; nothing is kept.

use super::json::encode;
use super::view::{Record, SCHEMA_VERSION, Tool};
use super::{Report, Setup};
use std::io::{self, Write};

/// `jsonl` for every command that has records.
pub(super) fn make(_: &Setup) -> Box<dyn Report> {
    Box::new(JsonLines)
}

struct JsonLines;

impl Report for JsonLines {
    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut line = encode(&record)?;
        // The summary is the line that is always there: it says who wrote all of them.
        if let Record::Summary(_) = record
            && line.pop() == Some(b'}')
        {
            write!(line, ",\"schema_version\":\"{SCHEMA_VERSION}\",\"tool\":")?;
            line.extend_from_slice(&encode(&Tool::THIS)?);
            line.push(b'}');
        }
        line.push(b'\n');
        out.write_all(&line)
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
