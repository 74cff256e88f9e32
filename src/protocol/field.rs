//! A dissected message as a tree of named values with their bytes, for `dissect` and the reports.

use crate::bytes::{Span, Time};
use std::net::Ipv4Addr;

/// One named value of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'a> {
    /// snake_case, as in the JSON.
    pub name: &'static str,
    /// What it holds.
    pub value: Value<'a>,
    /// Its bytes, counted from the start of the message. A field of some bits covers the bytes that hold them.
    pub span: Span,
}

/// One element of a list.
pub type Record<'a> = Vec<Field<'a>>;

/// What a field holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number.
    Number(u64),
    /// A signed number.
    Signed(i64),
    /// Text as it was sent; it may not be UTF-8.
    Text(&'a [u8]),
    /// One of a set of words, e.g. `centralized`.
    Word(&'static str),
    /// Yes or no.
    Flag(bool),
    /// A number with the document's name for it.
    Code {
        /// As sent.
        code: u64,
        /// `None` where the document assigns none.
        name: Option<&'static str>,
    },
    /// A moment the message speaks of.
    Time(Time),
    /// An IPv4 address.
    Address(Ipv4Addr),
    /// A list of plain numbers.
    Numbers(Vec<u64>),
    /// A list of records.
    Records(Vec<Record<'a>>),
}

impl<'a> Field<'a> {
    /// A field with its bytes.
    #[must_use]
    pub fn new(name: &'static str, value: Value<'a>, span: Span) -> Field<'a> {
        Field { name, value, span }
    }
}
