//! One message as a tree of named values, each with its bytes.

use super::defects::text_start;
use super::text::{Diffusion, User, diffusion, line, users};
use super::wire::{self, Alignment, HEADER, Type};
use crate::bytes::Span;
use crate::protocol::{Field, Record, Value};

/// Every field, in wire order; none of bytes too short for a header.
pub(super) fn fields(bytes: &[u8], alignment: Alignment) -> Vec<Field<'_>> {
    let Some(message) = wire::parse(bytes) else {
        return Vec::new();
    };
    let mut fields = vec![
        number("sequence", message.sequence, 0, 2),
        number("type", message.kind.0, 1, 3),
        number("text_length", message.length, 2, HEADER),
    ];
    if message.kind.is_second_format() {
        fields.push(word("etat", message.etat, ["public", "private"]));
        fields.push(word("mode", message.mode, ["centralized", "decentralized"]));
    } else {
        fields.push(number("padding", message.etat << 2 | message.mode, HEADER - 1, HEADER));
    }
    if message.text.is_empty() {
        return fields;
    }
    let at = text_start(&message, alignment);
    // What is shifted by half a byte reaches into the one behind.
    let span = |from: usize, len: usize| Span::new(at + from, (at + from + len + (HEADER - at)).min(bytes.len()));
    match (message.kind, diffusion(message.text)) {
        (Type::DIFFUSER_MESSAGE, Diffusion::Lines { message: said, author, .. }) => {
            fields.push(Field::new("text", Value::Text(said), span(0, said.len())));
            let behind = line(message.text).0.len().saturating_sub(author.len());
            fields.push(Field::new("author", Value::Text(author), span(behind, author.len())));
        }
        _ => {
            let (text, _) = line(message.text);
            fields.push(Field::new("text", Value::Text(text), span(0, text.len())));
        }
    }
    if message.kind == Type::LISTE_UTILISATEURS
        && let Some(users) = users(message.text)
    {
        let records = users.iter().map(|user| record(user, at)).collect();
        fields.push(Field::new("users", Value::Records(records), span(0, message.text.len())));
    }
    fields
}

fn number(name: &'static str, value: impl Into<u64>, start: usize, end: usize) -> Field<'static> {
    Field::new(name, Value::Number(value.into()), Span::new(start, end))
}

/// Two bits of the header's last byte; a value without a name stays a number.
fn word(name: &'static str, value: u8, words: [&'static str; 2]) -> Field<'static> {
    let value = match words.get(usize::from(value)) {
        Some(word) => Value::Word(word),
        None => Value::Number(value.into()),
    };
    Field::new(name, value, Span::new(HEADER - 1, HEADER))
}

fn record<'a>(user: &User<'a>, at: usize) -> Record<'a> {
    let (start, end) = (at + user.at, at + user.at + user.len);
    let statut = if user.public { "publique" } else { "privee" };
    let named = end.saturating_sub(user.name.len());
    vec![
        Field::new("statut", Value::Word(statut), Span::new(start, start + statut.len())),
        Field::new("name", Value::Text(user.name), Span::new(named, end)),
    ]
}

#[cfg(test)]
mod tests {
    use super::wire::{Message, TextLength};
    use super::*;

    fn bytes(kind: Type, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Message::new(kind, 5, text, TextLength::Exact).with_state(false, false).emit(Alignment::Byte, &mut out);
        out
    }

    fn find<'f, 'a>(fields: &'f [Field<'a>], name: &str) -> Option<(&'f Value<'a>, Span)> {
        fields.iter().find(|field| field.name == name).map(|field| (&field.value, field.span))
    }

    #[test]
    fn the_header_covers_the_bytes_that_hold_its_bits() {
        let bytes = bytes(Type::ACK, b"");
        let header = [
            ("sequence", Value::Number(5), 0, 2),
            ("type", Value::Number(8), 1, 3),
            ("text_length", Value::Number(0), 2, 4),
            ("padding", Value::Number(0), 3, 4),
        ];
        let header = header.map(|(name, value, start, end)| Field::new(name, value, Span::new(start, end)));
        assert_eq!(fields(&bytes, Alignment::Byte), header);
    }

    #[test]
    fn the_second_format_says_where_and_how() {
        let fields = fields(b"\x01\x44\x80\x5dici\r\n", Alignment::Byte);
        assert_eq!(find(&fields, "etat"), Some((&Value::Number(3), Span::new(3, 4))));
        assert_eq!(find(&fields, "mode"), Some((&Value::Word("decentralized"), Span::new(3, 4))));
        assert_eq!(find(&fields, "text"), Some((&Value::Text(b"ici"), Span::new(4, 7))));
    }

    #[test]
    fn a_relayed_message_and_its_author_are_two_fields_or_one_text() {
        let lines = bytes(Type::DIFFUSER_MESSAGE, b"salut\r\nLucy\r\n");
        let both = fields(&lines, Alignment::Byte);
        assert_eq!(find(&both, "text"), Some((&Value::Text(b"salut"), Span::new(4, 9))));
        assert_eq!(find(&both, "author"), Some((&Value::Text(b"Lucy"), Span::new(11, 15))));
        let annex = bytes(Type::DIFFUSER_MESSAGE, b"salut, Lucy envoie");
        let one = fields(&annex, Alignment::Byte);
        assert_eq!(find(&one, "text"), Some((&Value::Text(b"salut, Lucy envoie"), Span::new(4, 22))));
        assert_eq!(find(&one, "author"), None);
    }

    #[test]
    fn lists_come_with_their_items() {
        let list = bytes(Type::LISTE_UTILISATEURS, b"publique, Lucy\r\nprivee,Al\r\n");
        let fields = fields(&list, Alignment::Byte);
        let Some((Value::Records(users), span)) = find(&fields, "users") else { panic!("no users") };
        assert_eq!((users.len(), span), (2, Span::new(4, 31)));
        assert_eq!(find(&users[1], "statut"), Some((&Value::Word("privee"), Span::new(20, 26))));
        assert_eq!(find(&users[1], "name"), Some((&Value::Text(b"Al"), Span::new(27, 29))));
    }
}
