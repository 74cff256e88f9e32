//! One message as a tree of named values, each with its bytes.

use super::wire::{self, Flag, HEADER, NAME, Options, ROW, Row, RowOrder, Type, unpadded};
use crate::bytes::Span;
use crate::protocol::{Field, Record, Value};

/// Every field, in wire order; of bytes too short for a header those that are there.
pub(super) fn fields(bytes: &[u8], order: RowOrder) -> Vec<Field<'_>> {
    let Some(message) = wire::parse(bytes, order) else {
        return beginning(bytes);
    };
    let header = &message.header;
    let mut fields = vec![
        number("type", header.kind.0, 0, 1),
        number("reserved", u8::from(header.reserved), 0, 1),
        number("sequence", header.sequence, 0, 1),
        Field::new("acknowledgement", Value::Flag(header.acknowledgement), Span::new(0, 1)),
        number("source_id", header.source, 1, 2),
        number("group_id", header.group, 2, 3),
        number("header_length", header.length, 3, HEADER),
    ];
    match message.options {
        Options::None => {}
        Options::Username(name) => fields.push(text("username", unpadded(name), HEADER, HEADER + NAME)),
        Options::Client(id) => fields.push(number("client_id", id, HEADER, HEADER + 1)),
        Options::Error(flag) => {
            fields.push(number("error_code", u8::from(flag.set), HEADER, HEADER + 1));
            fields.push(padding(flag));
        }
        Options::Rows(rows) => {
            let end = HEADER + rows.len() * ROW;
            let records = rows.iter().enumerate().map(|(index, row)| record(row, HEADER + index * ROW, order));
            fields.push(Field::new("rows", Value::Records(records.collect()), Span::new(HEADER, end)));
        }
        Options::Data(length) => fields.push(number("data_length", length, HEADER, HEADER + 2)),
        Options::Creation { mode, invited } => {
            fields.extend([self::mode(mode), padding(mode)]);
            let ids = invited.iter().copied().map(u64::from).collect();
            let span = Span::new(HEADER + 1, HEADER + 1 + invited.len());
            fields.push(Field::new("client_ids", Value::Numbers(ids), span));
        }
        Options::Group { mode, group, client } => {
            fields.extend([self::mode(mode), padding(mode)]);
            fields.push(number("option_group_id", group, HEADER + 1, HEADER + 2));
            fields.extend(client.map(|id| number("client_id", id, HEADER + 2, HEADER + 3)));
        }
        Options::Cut([]) => {}
        Options::Cut(cut) => fields.push(text("options", cut, HEADER, bytes.len())),
    }
    if !message.payload.is_empty() || header.kind == Type::DATA_MESSAGE && !header.acknowledgement {
        let start = bytes.len().saturating_sub(message.payload.len());
        fields.push(text("payload", message.payload, start, bytes.len()));
    }
    fields
}

/// The header as far as it goes.
fn beginning(bytes: &[u8]) -> Vec<Field<'_>> {
    let names = ["source_id", "group_id"];
    let first = bytes.first().map(|octet| number("type", octet >> 3, 0, 1));
    let others = bytes.iter().skip(1).zip(names).enumerate();
    first.into_iter().chain(others.map(|(index, (octet, name))| number(name, *octet, index + 1, index + 2))).collect()
}

fn number(name: &'static str, value: impl Into<u64>, start: usize, end: usize) -> Field<'static> {
    Field::new(name, Value::Number(value.into()), Span::new(start, end))
}

fn text<'a>(name: &'static str, value: &'a [u8], start: usize, end: usize) -> Field<'a> {
    Field::new(name, Value::Text(value), Span::new(start, end))
}

fn mode(flag: Flag) -> Field<'static> {
    let word = if flag.set { "decentralized" } else { "centralized" };
    Field::new("mode", Value::Word(word), Span::new(HEADER, HEADER + 1))
}

fn padding(flag: Flag) -> Field<'static> {
    number("padding", flag.padding, HEADER, HEADER + 1)
}

fn record<'a>(row: &Row<'a>, at: usize, order: RowOrder) -> Record<'a> {
    let (ids, name) = match order {
        RowOrder::Figure => (at, at + 2),
        RowOrder::Text => (at + NAME, at),
    };
    let mut record = vec![
        number("client_id", row.client, ids, ids + 1),
        number("group_id", row.group, ids + 1, ids + 2),
        text("username", unpadded(row.name), name, name + NAME),
        Field::new("address", Value::Address(row.address), Span::new(at + 10, at + 14)),
        number("port", row.port, at + 14, at + ROW),
    ];
    record.sort_by_key(|field| field.span.start);
    record
}
