//! The messages as data for the page's script: short keys, because there may be many.

use crate::bytes;
use crate::protocol::{Field, Value};
use crate::report::view::MessageRecord;
use crate::report::{info, json};
use serde::Serialize;
use std::io;

/// The most bytes of a message that are shown.
const BYTES: usize = 2048;
/// The most fields of a message that are listed.
const FIELDS: usize = 400;

#[derive(Serialize)]
struct Row<'a> {
    /// Capture, frame, seconds, session.
    c: u32,
    f: u64,
    t: f64,
    s: Option<u32>,
    /// Protocol, sender, receiver, direction.
    p: &'a str,
    a: String,
    b: String,
    d: &'static str,
    /// Name, number, what it says, the rule its bytes break and why.
    n: Option<String>,
    q: String,
    i: String,
    e: Option<&'static str>,
    w: Option<String>,
    /// Bytes on the wire, the bytes, and name, value, start, end and depth of each field.
    l: u64,
    h: String,
    v: Vec<(&'static str, String, usize, usize, u8)>,
}

/// Adds a message, with a comma in front if it is not the first.
pub(super) fn add(out: &mut Vec<u8>, message: &MessageRecord<'_>) -> io::Result<()> {
    let mut fields = Vec::new();
    flatten(message.fields.0, 0, &mut fields);
    let row = Row {
        c: message.capture,
        f: message.frame,
        t: message.relative_s,
        s: message.session,
        p: message.protocol,
        a: message.src.to_string(),
        b: message.dst.to_string(),
        d: message.direction.name(),
        n: message.name.map(|name| match message.acknowledges {
            Some(kind) if message.ack => format!("ack of {kind}"),
            Some(kind) => format!("{} of {kind}", bytes::escape_str(name)),
            None => bytes::escape_str(name),
        }),
        q: bytes::escape_str(&message.seq.text()),
        i: info::detail(message),
        e: message.error.as_ref().map(|error| error.rule),
        w: message.error.as_ref().map(|error| bytes::escape_str(&error.reason)),
        l: message.length,
        h: bytes::hex(message.bytes.get(..BYTES).unwrap_or(message.bytes)),
        v: fields,
    };
    if !out.is_empty() {
        out.extend(b",\n");
    }
    safe(&json::encode(&row)?, out);
    Ok(())
}

/// JSON in which nothing can end the element that holds it: these three stand only within texts.
fn safe(json: &[u8], out: &mut Vec<u8>) {
    for byte in json {
        match byte {
            b'<' => out.extend(b"\\u003c"),
            b'>' => out.extend(b"\\u003e"),
            b'&' => out.extend(b"\\u0026"),
            byte => out.push(*byte),
        }
    }
}

fn flatten(fields: &[Field<'_>], depth: u8, out: &mut Vec<(&'static str, String, usize, usize, u8)>) {
    for field in fields {
        if out.len() >= FIELDS {
            if out.last().is_some_and(|last| last.0 != MORE) {
                out.push((MORE, "dissect -V lists all fields".to_owned(), 0, 0, 0));
            }
            return;
        }
        out.push((field.name, info::words(&field.value), field.span.start, field.span.end, depth));
        if let Value::Records(records) = &field.value {
            for record in records {
                flatten(record, depth.saturating_add(1), out);
            }
        }
    }
}

const MORE: &str = "…";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_end_its_element() {
        let mut out = Vec::new();
        safe(br#"{"n":"</script><!--&"}"#, &mut out);
        assert_eq!(out, br#"{"n":"\u003c/script\u003e\u003c!--\u0026"}"#);
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&out).unwrap()["n"], "</script><!--&");
    }
}
