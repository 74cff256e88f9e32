//! Group 9's messages as trees of named values.

use super::dialogue;
use super::wire::{self, Data, HEADER, Movie, User};
use crate::bytes::Span;
use crate::protocol::{Field, Sender, Value};

pub(super) fn fields(bytes: &[u8], from: Sender) -> Vec<Field<'_>> {
    let number = |name, value: u64, start, end| Field::new(name, Value::Number(value), Span::new(start, end));
    let Ok(parsed) = wire::parse(bytes, from) else {
        let parts = ["sequence", "type", "length"].into_iter().zip(bytes).take(2).enumerate();
        return parts.map(|(at, (name, byte))| number(name, u64::from(*byte), at, at + 1)).collect();
    };
    let message = &parsed.message;
    let mut out = vec![
        number("sequence", message.sequence.into(), 0, 1),
        number("type", message.code.into(), 1, 2),
        number("length", parsed.length.into(), 2, HEADER),
    ];
    if parsed
        .table
        .and_then(|side| dialogue::kind(side, message.code, parsed.data.is_empty()))
        .is_some_and(|k| k.assumed)
    {
        out.push(Field::new("assumed", Value::Flag(true), Span::new(1, 2)));
    }
    let data = parsed.data;
    let all = |name, text| Field::new(name, Value::Text(text), data);
    let mut read = data.end;
    match &message.data {
        Data::Empty => {}
        Data::Name(name) => out.push(all(name_of(parsed.table, message.code), name)),
        Data::Text(text) => out.push(all("message", text)),
        Data::Other(bytes) => out.push(all("data", bytes)),
        Data::Status(code) => {
            read = data.start + 1;
            let value = Value::Code { code: (*code).into(), name: wire::status_name(message.code, *code) };
            out.push(Field::new("status", value, Span::new(data.start, read)));
        }
        Data::Users(users) => {
            read = data.start;
            let rows = users.iter().map(|user| user_record(user, &mut read)).collect();
            out.push(Field::new("users", Value::Records(rows), Span::new(data.start, read)));
        }
        Data::Movies(movies) => {
            read = data.start;
            let rows = movies.iter().map(|movie| movie_record(movie, &mut read)).collect();
            out.push(Field::new("movies", Value::Records(rows), Span::new(data.start, read)));
        }
    }
    if let Some(left) = bytes.get(read..).filter(|left| !left.is_empty()) {
        out.push(Field::new("extra", Value::Text(left), Span::new(read, bytes.len())));
    }
    out
}

fn name_of(table: Option<Sender>, code: u8) -> &'static str {
    use wire::client::{MOVIE_REQUEST, MOVIE_ROOM_USER_LIST_REQUEST};
    match (table, code) {
        (Some(Sender::Client), MOVIE_REQUEST | MOVIE_ROOM_USER_LIST_REQUEST) => "movie_name",
        _ => "user_name",
    }
}

fn user_record<'a>(user: &User<'a>, at: &mut usize) -> Vec<Field<'a>> {
    let start = *at;
    let name = start + User::FIXED;
    *at = name + user.name.len();
    vec![
        Field::new("available", Value::Flag(user.available), Span::new(start, name)),
        Field::new("name", Value::Text(user.name), Span::new(name, *at)),
    ]
}

fn movie_record<'a>(movie: &Movie<'a>, at: &mut usize) -> Vec<Field<'a>> {
    let start = *at;
    let name = start + Movie::FIXED;
    *at = name + movie.name.len();
    vec![
        Field::new("address", Value::Address(movie.address), Span::new(start, start + 4)),
        Field::new("port", Value::Number(movie.port.into()), Span::new(start + 4, start + 6)),
        Field::new("name", Value::Text(movie.name), Span::new(name, *at)),
    ]
}
