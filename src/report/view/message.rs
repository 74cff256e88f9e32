//! A dissected message: its record, its fields as an object, its error.

use super::{Endpoint, Hex, Stamp, Way};
use crate::bytes::{self, Span, Time};
use crate::identify::{Content, Unit};
use crate::protocol::{Defect, DefectKind, Field, Message, Reading, Seq, Value, Verdict};
use crate::rules;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// One message, borrowed from what the pipeline hands on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MessageRecord<'a> {
    /// The capture.
    pub capture: u32,
    /// The frame in which it ends.
    pub frame: u64,
    /// All frames that carry it.
    pub frames: &'a [u64],
    /// When its frame was captured.
    pub time: Stamp,
    /// Seconds since the capture's first packet.
    pub relative_s: f64,
    /// The flow.
    pub flow: u32,
    /// The session, where it belongs to one.
    pub session: Option<u32>,
    /// The protocol.
    pub protocol: &'static str,
    /// `udp` or `tcp`.
    pub transport: &'static str,
    /// The sender.
    pub src: Endpoint,
    /// The receiver.
    pub dst: Endpoint,
    /// Which way it travels.
    pub direction: Way,
    /// Its name; null where its type is unassigned or its bytes are no message.
    pub name: Option<&'a str>,
    /// For an acknowledgement that names the kind it acknowledges: that kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledges: Option<&'static str>,
    /// The number or TIME it travels under.
    pub seq: SeqValue<'a>,
    /// Whether its only purpose is to acknowledge.
    pub ack: bool,
    /// Its bytes on the wire.
    pub length: u64,
    /// How many of them the snap length cut off.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default)]
    pub cut: u64,
    /// What it says.
    pub fields: Fields<'a>,
    /// What is wrong with its bytes, if anything is.
    pub error: Option<ErrorRecord<'a>>,
    /// Its bytes, where asked for with `-V`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hex: Option<Hex<'a>>,
    /// Its bytes, for the reports that draw them.
    #[serde(skip)]
    pub bytes: &'a [u8],
    /// All that is wrong with them, and what is merely worth a note.
    #[serde(skip)]
    pub defects: &'a [Defect],
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What a message's record needs beside the message.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The capture.
    pub capture: u32,
    /// The time of its first packet.
    pub start: Time,
    /// The session, where it is known.
    pub session: Option<u32>,
}

/// Reads a unit, and hands its record on.
pub fn with_record<T>(unit: &Unit<'_>, origin: Origin, then: impl FnOnce(MessageRecord<'_>) -> T) -> T {
    let reading = Reading { direction: unit.direction, transport: unit.transport, choices: unit.choices };
    let bytes = unit.protocol.whole_bytes(unit.bytes, &reading);
    let mut fields = Vec::new();
    let mut message = match unit.content {
        Content::Message | Content::NoMessage { .. } => unit.protocol.dissect(&bytes, &reading),
        Content::Incomplete { .. } | Content::Private { .. } => Message::unknown(&[]),
    };
    match unit.content {
        Content::Message => fields = unit.protocol.fields(&bytes, &reading),
        Content::NoMessage { torn } => {
            let seen = std::mem::take(&mut message.defects).into_iter().next();
            let (offset, reason) = seen.map_or((0, "no message starts here".into()), |seen| (seen.offset, seen.reason));
            message = Message::unknown(&[]);
            // What a hole in the capture left of a message is nobody's fault.
            if !torn {
                message.defects.push(Defect::new(DefectKind::Malformed, offset, reason));
            }
        }
        Content::Incomplete { needed } => {
            let there = unit.bytes.len();
            let reason = format!("the connection closed after {there} of at least {needed} bytes");
            message.defects.push(Defect::new(DefectKind::LengthMismatch, there, reason));
        }
        Content::Private { total } => {
            message.name = Some(PRIVATE_DATA);
            fields.push(Field::new("bytes", Value::Number(total), Span::default()));
        }
    }
    then(MessageRecord::new(unit, &message, &fields, origin))
}

/// What the bytes of an opaque relay are called.
const PRIVATE_DATA: &str = "private-data";

impl<'a> MessageRecord<'a> {
    fn new(unit: &Unit<'a>, message: &'a Message<'a>, fields: &'a [Field<'a>], origin: Origin) -> Self {
        let spec = unit.protocol.spec();
        let subject = message.subject.and_then(|code| spec.kinds.iter().find(|kind| kind.code == code));
        let length = match unit.content {
            Content::Private { total } => total,
            _ => (unit.bytes.len() as u64).saturating_add(unit.cut as u64),
        };
        MessageRecord {
            capture: origin.capture,
            frame: unit.frame,
            frames: unit.frames,
            time: Stamp(unit.time),
            relative_s: unit.time.seconds_since(origin.start),
            flow: unit.flow,
            session: origin.session,
            protocol: spec.id,
            transport: unit.transport.name(),
            src: Endpoint(unit.src),
            dst: Endpoint(unit.dst),
            direction: unit.direction.into(),
            name: message.name(),
            acknowledges: subject.map(|kind| kind.name),
            seq: SeqValue(message.seq),
            // A refusal says more than that something arrived.
            ack: message.kind.is_some_and(|kind| kind.ack) && message.verdict != Verdict::Refused,
            length,
            cut: unit.cut as u64,
            fields: Fields(fields),
            // What the snap length cut off is nobody's fault, and everything behind it is guesswork.
            error: if unit.cut == 0 { ErrorRecord::of(&message.defects) } else { None },
            hex: None,
            bytes: unit.bytes,
            defects: &message.defects,
        }
    }
}

/// The number or TIME of a message: a number, a text or null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeqValue<'a>(pub Seq<'a>);

impl SeqValue<'_> {
    /// As text; empty where there is none.
    #[must_use]
    pub fn text(&self) -> String {
        match self.0 {
            Seq::None => String::new(),
            Seq::Number(number) => number.to_string(),
            Seq::Text(text) => String::from_utf8_lossy(text).into_owned(),
        }
    }
}

impl Serialize for SeqValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Seq::None => serializer.serialize_none(),
            Seq::Number(number) => serializer.serialize_u16(number),
            Seq::Text(text) => serializer.serialize_str(&String::from_utf8_lossy(text)),
        }
    }
}

impl JsonSchema for SeqValue<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Sequence".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["integer", "string", "null"] })
    }
}

/// What is wrong with the bytes of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ErrorRecord<'a> {
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Where, in bytes from the start of the message.
    pub offset: u64,
    /// What was required and what was there.
    pub reason: Cow<'a, str>,
}

impl<'a> ErrorRecord<'a> {
    /// The gravest of some defects: what makes the message unreadable first, what is merely worth knowing last.
    #[must_use]
    pub fn of(defects: &'a [Defect]) -> Option<ErrorRecord<'a>> {
        let rank = |kind: DefectKind| match kind {
            DefectKind::UnassignedType | DefectKind::Malformed => 0,
            DefectKind::MalformedAck => 1,
            DefectKind::MissingTerminator => 3,
            _ => 2,
        };
        let faults = defects.iter().filter_map(|defect| rules::of_defect(defect.kind).map(|rule| (defect, rule.code)));
        faults.min_by_key(|(defect, _)| rank(defect.kind)).map(|(defect, rule)| ErrorRecord {
            rule,
            offset: defect.offset as u64,
            reason: defect.reason.text(),
        })
    }
}

/// A tree of named values as one object. Text that is not UTF-8 comes lossily, with `<name>_hex` beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fields<'a>(pub &'a [Field<'a>]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in self.0 {
            map.serialize_entry(field.name, &ValueView(&field.value))?;
            if let Value::Text(text) = field.value
                && std::str::from_utf8(text).is_err()
            {
                map.serialize_entry(&format!("{}_hex", field.name), &bytes::hex(text))?;
            }
        }
        map.end()
    }
}

impl JsonSchema for Fields<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Fields".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "What the message says, by field name; `wiregrade protocols ID` lists the messages. \
                Text that is not UTF-8 comes lossily, with <name>_hex beside it.",
        })
    }
}

struct ValueView<'a, 'b>(&'b Value<'a>);

impl Serialize for ValueView<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => serializer.serialize_u64(*number),
            Value::Signed(number) => serializer.serialize_i64(*number),
            Value::Text(text) => serializer.serialize_str(&String::from_utf8_lossy(text)),
            Value::Word(word) => serializer.serialize_str(word),
            Value::Flag(flag) => serializer.serialize_bool(*flag),
            Value::Code { code, name } => {
                let mut object = serializer.serialize_struct("Code", 2)?;
                object.serialize_field("code", code)?;
                object.serialize_field("name", name)?;
                object.end()
            }
            Value::Time(time) => serializer.collect_str(time),
            Value::Address(address) => serializer.collect_str(address),
            Value::Numbers(numbers) => numbers.serialize(serializer),
            Value::Records(records) => {
                let mut list = serializer.serialize_seq(Some(records.len()))?;
                for record in records {
                    list.serialize_element(&Fields(record))?;
                }
                list.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Span;
    use serde_json::json;

    fn field<'a>(name: &'static str, value: Value<'a>) -> Field<'a> {
        Field::new(name, value, Span::new(0, 1))
    }

    #[test]
    fn fields_come_as_one_object() {
        let fields = [
            field("source_id", Value::Number(3)),
            field("password", Value::Signed(-14_851)),
            field("payload", Value::Text(b"bonjour")),
            field("mode", Value::Word("centralized")),
            field("status", Value::Code { code: 0, name: Some("LOGIN_SUCCESS") }),
            field("client_ids", Value::Numbers(vec![35, 36])),
            field(
                "users",
                Value::Records(vec![vec![field("name", Value::Text(b"alice")), field("available", Value::Flag(true))]]),
            ),
            field("address", Value::Address([224, 1, 2, 3].into())),
        ];
        assert_eq!(
            serde_json::to_value(Fields(&fields)).unwrap(),
            json!({
                "source_id": 3, "password": -14851, "payload": "bonjour", "mode": "centralized",
                "status": {"code": 0, "name": "LOGIN_SUCCESS"}, "client_ids": [35, 36],
                "users": [{"name": "alice", "available": true}], "address": "224.1.2.3",
            })
        );
    }

    #[test]
    fn text_that_is_not_utf_8_brings_its_bytes() {
        let fields = [field("text", Value::Text(b"a\xff")), field("code", Value::Code { code: 9, name: None })];
        assert_eq!(
            serde_json::to_value(Fields(&fields)).unwrap(),
            json!({"text": "a\u{fffd}", "text_hex": "61ff", "code": {"code": 9, "name": null}})
        );
    }

    #[test]
    fn the_error_shown_is_the_gravest() {
        let defects = [
            Defect::new(DefectKind::Opaque, 0, "kept as text"),
            Defect::new(DefectKind::MissingTerminator, 9, "no CR LF"),
            Defect::new(DefectKind::LengthMismatch, 2, "length says 40, 17 bytes are there"),
        ];
        let shown = |defects| ErrorRecord::of(defects).map(|error| (error.rule, error.offset));
        assert_eq!(shown(&defects), Some(("F004", 2)));
        assert_eq!(shown(&defects[..2]), Some(("F009", 9)));
        assert_eq!(shown(&defects[..1]), None);
    }

    #[test]
    fn numbers_are_numbers_and_times_are_text() {
        assert_eq!(serde_json::to_value(SeqValue(Seq::Number(7))).unwrap(), json!(7));
        assert_eq!(serde_json::to_value(SeqValue(Seq::Text(b"10:00:02.183"))).unwrap(), json!("10:00:02.183"));
        assert_eq!(serde_json::to_value(SeqValue(Seq::None)).unwrap(), json!(null));
    }
}
