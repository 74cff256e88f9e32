//! `-V`: a message as a tree of its fields, each with the bytes that hold it, and those bytes as a hex dump.

use super::info;
use super::text::Style;
use super::view::MessageRecord;
use crate::bytes::{self, Span};
use crate::protocol::{Field, Value};
use crate::rules;
use std::fmt::Write as _;

/// One message, ending in an empty line.
pub(super) fn draw(message: &MessageRecord<'_>, style: Style) -> String {
    let mut out = String::new();
    head(message, style, &mut out);
    for defect in message.defects {
        let rule = rules::of_defect(defect.kind);
        let code = rule.map_or("note", |rule| rule.code);
        let line = format!("  ! {code} at byte {:#06x}: {}", defect.offset, bytes::escape_str(&defect.reason.text()));
        let line = if rule.is_none() { style.yellow(&line) } else { style.red(&line) };
        let _ = writeln!(out, "{line}");
    }
    tree(message.fields.0, 0, style, &mut out);
    dump(message.bytes, style, &mut out);
    out.push('\n');
    out
}

fn head(message: &MessageRecord<'_>, style: Style, out: &mut String) {
    let frames = match message.frames {
        [_, _, ..] => {
            let all: Vec<String> = message.frames.iter().map(u64::to_string).collect();
            format!(" (frames {})", all.join(", "))
        }
        _ => String::new(),
    };
    let _ = writeln!(
        out,
        "{}",
        style.bold(&format!("Frame {}{frames}, {:.9} s, {}", message.frame, message.relative_s, message.time))
    );
    let name = message.name.map_or_else(|| "(no message)".into(), bytes::escape_str);
    let of = message.acknowledges.map(|kind| format!(" of {kind}")).unwrap_or_default();
    let seq = message.seq.text();
    let seq = if seq.is_empty() { String::new() } else { format!(", seq {}", bytes::escape_str(&seq)) };
    let _ = writeln!(out, "{} {}{of}{seq}, {} bytes", style.cyan(message.protocol), style.bold(&name), message.length);
    let session = message.session.map(|number| format!(", session {number}")).unwrap_or_default();
    let _ = writeln!(
        out,
        "{} → {} ({}), {}, flow {}{session}",
        message.src,
        message.dst,
        message.direction.name(),
        message.transport,
        message.flow
    );
    if message.cut > 0 {
        let _ = writeln!(out, "  ! {} bytes cut off by the snap length", message.cut);
    }
}

fn tree(fields: &[Field<'_>], depth: usize, style: Style, out: &mut String) {
    let indent = "  ".repeat(depth);
    let longest = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for field in fields {
        let _ = write!(out, "  {}  {indent}{:longest$}", style.dim(&range(field.span)), field.name);
        match &field.value {
            Value::Records(records) => {
                let _ = writeln!(out, "  {} in all", records.len());
                for (index, record) in records.iter().enumerate() {
                    let span = match (record.first(), record.last()) {
                        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
                        _ => Span::default(),
                    };
                    let _ = writeln!(out, "  {}  {indent}  [{}]", style.dim(&range(span)), index + 1);
                    tree(record, depth + 2, style, out);
                }
            }
            value => {
                let _ = writeln!(out, "  {}", whole(value));
            }
        }
    }
}

fn whole(value: &Value<'_>) -> String {
    match value {
        Value::Code { code, name } => format!("{code} ({})", name.unwrap_or("not assigned")),
        // They follow, each in lines of its own.
        Value::Records(_) => String::new(),
        value => info::words(value),
    }
}

/// The bytes of a field, both ends included: `0005..0006`, `0004` for one, nothing for none.
fn range(span: Span) -> String {
    match span.len() {
        0 => format!("{:10}", ""),
        1 => format!("{:04x}      ", span.start),
        _ => format!("{:04x}..{:04x}", span.start, span.end.saturating_sub(1)),
    }
}

fn dump(data: &[u8], style: Style, out: &mut String) {
    for (row, chunk) in data.chunks(16).enumerate() {
        let mut hex = String::with_capacity(50);
        for (at, byte) in chunk.iter().enumerate() {
            let _ = write!(hex, "{}{byte:02x} ", if at == 8 { " " } else { "" });
        }
        let text: String =
            chunk.iter().map(|&byte| if (b' '..=b'~').contains(&byte) { char::from(byte) } else { '.' }).collect();
        let _ = writeln!(out, "    {}  {hex:<50} {text}", style.dim(&format!("{:04x}", row * 16)));
    }
}
