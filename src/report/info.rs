//! A message in a few words: its name and its telling fields, the most telling first.

use super::text::{columns, fit};
use super::view::MessageRecord;
use crate::bytes;
use crate::protocol::{Field, Record, Seq, Value};
use std::fmt::Write as _;

/// The name and what it says, escaped, in at most `width` columns. `brief` words spare columns.
pub(super) fn of(message: &MessageRecord<'_>, brief: bool, width: usize) -> String {
    let mut out = match (message.name, message.acknowledges) {
        (_, Some(kind)) if brief && message.ack => format!("ack of {kind}"),
        (Some(name), Some(kind)) => format!("{} of {kind}", bytes::escape_str(name)),
        (Some(name), None) => bytes::escape_str(name),
        (None, _) => "(no message)".to_owned(),
    };
    if let Some(error) = &message.error {
        let _ = write!(out, " !{}", error.rule);
    }
    let (words, numbers) = telling(message);
    for word in words {
        out.push(' ');
        out.push_str(&word);
    }
    // Half a text tells something, half a number nothing.
    for number in numbers {
        if columns(&out) + 1 + columns(&number) <= width {
            out.push(' ');
            out.push_str(&number);
        }
    }
    if let Some(error) = &message.error {
        let _ = write!(out, " ({})", bytes::escape_str(&error.reason));
    }
    fit(&out, width).into_owned()
}

/// What it says, without its name: the words and the most telling number; escaped, not cut.
pub(super) fn detail(message: &MessageRecord<'_>) -> String {
    let (mut words, numbers) = telling(message);
    words.extend(numbers.into_iter().take(1));
    words.join(" ")
}

/// The value of a field, escaped; of a list, how long it is.
pub(super) fn words(value: &Value<'_>) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Signed(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::Word(word) => (*word).to_owned(),
        Value::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Code { code, name: Some(name) } => format!("{code} {name}"),
        Value::Code { code, name: None } => code.to_string(),
        Value::Time(time) => time.to_string(),
        Value::Address(address) => address.to_string(),
        Value::Numbers(numbers) => numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", "),
        Value::Records(records) => format!("{} in the list", records.len()),
    }
}

/// What headers of many protocols have, and columns of their own show.
const OF_HEADERS: [&str; 5] = ["type", "opcode", "sequence", "reserved", "padding"];

/// The values worth a word, and the numbers worth one. What a person wrote and what a document names tells most; numbers follow, the last first,
/// for those of a header come first and tell least. Lengths, flags that are not set, and what the name and the number
/// said already, tell nothing.
fn telling(message: &MessageRecord<'_>) -> (Vec<String>, Vec<String>) {
    let said = |text: &[u8]| {
        [message.name, message.acknowledges].into_iter().flatten().any(|name| name.as_bytes() == text)
            || matches!(message.seq.0, Seq::Text(time) if time == text)
    };
    let mut words = Vec::new();
    let mut numbers = Vec::new();
    for Field { name, value, .. } in message.fields.0 {
        match value {
            Value::Text(text) if text.is_empty() || said(text) => {}
            Value::Code { name: Some(word), .. } if said(word.as_bytes()) => {}
            // The number that the message travels under says it already.
            Value::Time(_) | Value::Number(0) | Value::Flag(false) => {}
            // Of an acknowledgement all that matters is what it acknowledges.
            Value::Flag(true) | Value::Number(_) if message.ack => {}
            Value::Number(_) if message.name.is_some() && OF_HEADERS.contains(name) => {}
            Value::Number(_) if name.ends_with("length") => {}
            Value::Number(number) => numbers.push(format!("{name}={number}")),
            other => words.push(brief(name, other)),
        }
    }
    numbers.reverse();
    (words, numbers)
}

fn brief(name: &str, value: &Value<'_>) -> String {
    match value {
        Value::Number(number) => format!("{name}={number}"),
        Value::Signed(number) => format!("{name}={number}"),
        Value::Text(text) => quoted(text),
        Value::Word(word) => (*word).to_owned(),
        Value::Flag(flag) => format!("{name}={}", if *flag { "yes" } else { "no" }),
        Value::Code { name: Some(word), .. } => (*word).to_owned(),
        Value::Code { code, name: None } => format!("{name}={code}"),
        Value::Time(time) => time.to_string(),
        Value::Address(address) => address.to_string(),
        Value::Numbers(numbers) => {
            format!("{name}={}", numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(","))
        }
        Value::Records(records) => {
            format!("[{}]", records.iter().map(label).collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a record of a list is called: its name, or else the first of its values.
fn label(record: &Record<'_>) -> String {
    let text = record.iter().rev().find_map(|field| match field.value {
        Value::Text(text) => Some(bytes::escape(text)),
        _ => None,
    });
    text.or_else(|| record.first().map(|field| brief(field.name, &field.value))).unwrap_or_default()
}

/// Text in quotes, escaped; a quote in it stays one, for it is read by people.
pub(super) fn quoted(text: &[u8]) -> String {
    format!("\"{}\"", bytes::escape(text))
}
