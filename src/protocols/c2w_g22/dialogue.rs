//! What Groupe 22's messages do: from the line to what the tracker reads, and to named values.

use super::time::{comparable_time, unix_time};
use super::wire::{self, LineEnd, command};
use super::{KINDS, wire::Message as Line};
use crate::bytes::Span;
use crate::protocol::evidence::{penalty, text_bits};
use crate::protocol::{
    Act, Audience, Defect, DefectKind, Direction, Field, Identity, Kind, Message, Reason, Scope, Seq, Value, Verdict,
};
use crate::reason;

pub(super) fn dissect(bytes: &[u8], direction: Direction) -> Message<'_> {
    let (line, mut defects) = match wire::parse(bytes) {
        Ok(parsed) => parsed,
        Err(defect) => {
            let evidence = -penalty(defect.kind);
            return Message { defects: vec![defect], evidence, ..Message::unknown(bytes) };
        }
    };
    let kind = kind(line.command);
    let misdirected = match (kind, direction) {
        (_, Direction::Unknown | Direction::Peer) | (None, _) => false,
        (Some(kind), direction) => !kind.from.allows(direction),
    };
    note(&line, kind, misdirected, &mut defects);
    let evidence = evidence(&line, kind, &defects);
    let free = kind.is_none_or(is_family);
    let start = if free { line.command_span().start } else { line.user_name_span().start };
    let content = bytes.get(start..line.data_span().end).unwrap_or_default();
    let message = Message { defects, evidence, ..Message::unknown(content) };
    if message.is_malformed() {
        return message;
    }
    let message = Message { kind, seq: Seq::Text(line.time), speaker: named(line.user_name), ..message };
    let Some(kind) = kind else { return message };
    let name = if free { std::str::from_utf8(line.command).ok() } else { None };
    if misdirected {
        // What the other side alone may say has no effect from this one.
        return Message { name, ..message };
    }
    Message { name, verdict: verdict(kind), act: act(kind, &line), ..message }
}

/// What is wrong with a line's words, in wire order with what is wrong with its form.
fn note(line: &Line<'_>, kind: Option<&Kind>, misdirected: bool, defects: &mut Vec<Defect>) {
    let mut fault = |kind, offset, reason: Reason| defects.push(Defect::new(kind, offset, reason));
    let shown = || crate::bytes::escape(line.command.get(..40).unwrap_or(line.command));
    if comparable_time(line.time).is_none() && !line.time.is_empty() {
        fault(DefectKind::Opaque, 0, "TIME is no Unix time, HH:MM or ISO 8601: taken as it stands".into());
    }
    if kind.is_none() && !line.command.is_empty() {
        fault(
            DefectKind::UnassignedType,
            line.command_span().start,
            format!("{} is no command of the document", shown()).into(),
        );
    }
    if misdirected {
        let reason = format!("{} is a command, but only of the other side", shown());
        fault(DefectKind::WrongDirection, line.command_span().start, reason.into());
    }
    // Of an unknown command nobody can say whether it needs a name.
    if kind.is_some() && line.user_name.is_empty() && !line.command.starts_with(b"CONNECTION_") {
        fault(DefectKind::Malformed, line.user_name_span().start, "USER_NAME is empty".into());
    }
    for (what, text, span) in
        [("USER_NAME", line.user_name, line.user_name_span()), ("DATA", line.data, line.data_span())]
    {
        // The document names no encoding.
        if let Err(error) = std::str::from_utf8(text) {
            let valid = error.valid_up_to();
            let reason = reason!("{what} is no UTF-8 from its byte {valid} on: shown as far as it is", what, valid);
            fault(DefectKind::Opaque, span.start + valid, reason);
        }
    }
    defects.sort_by_key(|defect| defect.offset);
}

/// The row of a command; a family's needs an ending of capitals, digits and underscores.
fn kind(command: &[u8]) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| {
        let ending = command.strip_prefix(kind.name.as_bytes());
        if !is_family(kind) {
            return ending == Some(b"");
        }
        let ending = ending.and_then(|ending| ending.strip_prefix(b"_")).filter(|ending| !ending.is_empty());
        ending.is_some_and(|ending| ending.iter().all(is_word))
    })
}

fn is_family(kind: &Kind) -> bool {
    command::FAMILIES.contains(&kind.name)
}

fn is_word(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_'
}

fn named(name: &[u8]) -> Identity<'_> {
    if name.is_empty() { Identity::None } else { Identity::Name(name) }
}

fn act<'a>(kind: &Kind, line: &Line<'a>) -> Act<'a> {
    // Whom a message reaches is not said; the sender's room is the least that makes sense.
    let say = |author| Act::Say { audience: Audience::OwnRoom, author, text: line.data };
    match kind.name {
        // The name may be left out before `|`; then it is what is asked for.
        command::CONNECTION_REQUEST if line.user_name.is_empty() => Act::Login { name: line.data },
        command::CONNECTION_REQUEST => Act::Login { name: line.user_name },
        command::ENTER_MOVIE_REQUEST => Act::Enter { room: line.data },
        command::LEAVE_SESSION_REQUEST => Act::Back,
        command::SEND_MESSAGE_REQUEST => say(Identity::None),
        command::NEW_MESSAGE => say(named(line.user_name)),
        // How a list is written is not said either.
        command::USER_LIST_RESPONSE => Act::Roster { scope: Scope::All, rows: None },
        _ => Act::None,
    }
}

fn verdict(kind: &Kind) -> Verdict {
    match kind.name {
        command::CONNECTION_GRANTED | command::ENTER_MOVIE_GRANTED | command::LEAVE_SESSION_GRANTED => Verdict::Granted,
        _ if is_family(kind) => Verdict::Refused,
        _ => Verdict::None,
    }
}

/// Bits that speak for the reading: a command of the document is hardly anything else, a line of the same form may be.
fn evidence(line: &Line<'_>, kind: Option<&Kind>, defects: &[Defect]) -> f32 {
    let command = match kind {
        Some(_) => 40.0,
        None if line.command.len() > 3 && line.command.iter().all(is_word) => 8.0,
        None => 2.0,
    };
    let time = if comparable_time(line.time).is_some() { 8.0 } else { 0.0 };
    let end = if line.end == LineEnd::CrLf { 2.0 } else { 0.0 };
    let text = text_bits(line.user_name).min(4.0);
    command + time + end + text - defects.iter().map(|defect| penalty(defect.kind)).sum::<f32>()
}

pub(super) fn fields(bytes: &[u8]) -> Vec<Field<'_>> {
    let Ok((line, _)) = wire::parse(bytes) else {
        return vec![Field::new("text", Value::Text(bytes), Span::new(0, bytes.len()))];
    };
    let mut out = vec![Field::new("time", Value::Text(line.time), line.time_span())];
    if let Some(time) = unix_time(line.time) {
        out.push(Field::new("time_utc", Value::Time(time), line.time_span()));
    }
    out.extend([
        Field::new("command", Value::Text(line.command), line.command_span()),
        Field::new("user_name", Value::Text(line.user_name), line.user_name_span()),
        Field::new("data", Value::Text(line.data), line.data_span()),
    ]);
    if let Some(left) = bytes.get(line.length()..).filter(|left| !left.is_empty()) {
        out.push(Field::new("extra", Value::Text(left), Span::new(line.length(), bytes.len())));
    }
    out
}
