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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn find<'f, 'a>(fields: &'f [Field<'a>], name: &str) -> Option<(&'f Value<'a>, Span)> {
        fields.iter().find(|field| field.name == name).map(|field| (&field.value, field.span))
    }

    #[test]
    fn the_header_comes_bit_by_bit() {
        let fields = fields(&[0x1a, 33, 1, 0, 5], RowOrder::Figure);
        let flag = Value::Flag(false);
        let header = [
            ("type", Value::Number(3), 0, 1),
            ("reserved", Value::Number(0), 0, 1),
            ("sequence", Value::Number(1), 0, 1),
            ("acknowledgement", flag, 0, 1),
            ("source_id", Value::Number(33), 1, 2),
            ("group_id", Value::Number(1), 2, 3),
            ("header_length", Value::Number(5), 3, 5),
        ];
        assert_eq!(fields, header.map(|(name, value, start, end)| Field::new(name, value, Span::new(start, end))));
    }

    #[test]
    fn rows_come_in_the_order_of_the_wire() {
        let names = |order| {
            let bytes = b"\x70\x00\xff\x00\x15\x07\x01bob\0\0\0\0\0\x0a\x00\x00\x09\x12\x34";
            let fields = fields(bytes, order);
            let Some((Value::Records(rows), span)) = find(&fields, "rows") else { panic!("no rows") };
            assert_eq!((rows.len(), span), (1, Span::new(5, 21)));
            let spans = rows[0].iter().map(|field| (field.name, field.span.start, field.span.end));
            (spans.collect::<Vec<_>>(), find(&rows[0], "username").map(|(value, _)| value.clone()))
        };
        let last = [("address", 15, 19), ("port", 19, 21)];
        let (figure, name) = names(RowOrder::Figure);
        assert_eq!(figure, [[("client_id", 5, 6), ("group_id", 6, 7), ("username", 7, 15)].as_slice(), &last].concat());
        assert_eq!(name, Some(Value::Text(b"bob")));
        let (text, name) = names(RowOrder::Text);
        assert_eq!(
            text,
            [[("username", 5, 13), ("client_id", 13, 14), ("group_id", 14, 15)].as_slice(), &last].concat()
        );
        assert_eq!(name, Some(Value::Text(b"\x07\x01bob")));
    }

    #[test]
    fn options_and_payload_have_names_of_their_own() {
        let invited = fields(&[0x4a, 33, 0, 0, 8, 0x81, 22, 36], RowOrder::Figure);
        assert_eq!(find(&invited, "mode"), Some((&Value::Word("decentralized"), Span::new(5, 6))));
        assert_eq!(find(&invited, "padding"), Some((&Value::Number(1), Span::new(5, 6))));
        assert_eq!(find(&invited, "option_group_id"), Some((&Value::Number(22), Span::new(6, 7))));
        assert_eq!(find(&invited, "client_id"), Some((&Value::Number(36), Span::new(7, 8))));
        let created = fields(&[0x32, 33, 0, 0, 8, 0, 36, 37], RowOrder::Figure);
        assert_eq!(find(&created, "client_ids"), Some((&Value::Numbers(vec![36, 37]), Span::new(6, 8))));
        let said = fields(b"\x28\x07\x01\x00\x07\x00\x05short", RowOrder::Figure);
        assert_eq!(find(&said, "data_length"), Some((&Value::Number(5), Span::new(5, 7))));
        assert_eq!(find(&said, "payload"), Some((&Value::Text(b"short"), Span::new(7, 12))));
        let refused = fields(&[0x12, 0, 0, 0, 6, 0x80], RowOrder::Figure);
        assert_eq!(find(&refused, "error_code"), Some((&Value::Number(1), Span::new(5, 6))));
        let row = fields(b"\x70\x00\xff\x00\x15\x07\x01bob\0\0\0\0\0\x0a\x00\x00\x09\x12\x34", RowOrder::Figure);
        let Some((Value::Records(rows), _)) = find(&row, "rows") else { panic!("no rows") };
        assert_eq!(
            find(&rows[0], "address").map(|(value, _)| value),
            Some(&Value::Address(Ipv4Addr::new(10, 0, 0, 9)))
        );
    }

    #[test]
    fn what_is_cut_or_left_over_is_still_shown() {
        let cut = fields(b"\x02\x00\x00\x00\x0dbob", RowOrder::Figure);
        assert_eq!(find(&cut, "options"), Some((&Value::Text(b"bob"), Span::new(5, 8))));
        let extra = fields(b"\x82\x0e\x00\x00\x05bye", RowOrder::Figure);
        assert_eq!(find(&extra, "payload"), Some((&Value::Text(b"bye"), Span::new(5, 8))));
        let short = fields(&[0x28, 9], RowOrder::Figure);
        assert_eq!(find(&short, "type"), Some((&Value::Number(5), Span::new(0, 1))));
        assert_eq!(find(&short, "source_id"), Some((&Value::Number(9), Span::new(1, 2))));
        assert_eq!(short.len(), 2);
    }
}
