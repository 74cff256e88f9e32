//! Groupe 22's messages as bytes: one line, `TIME: CMD|USER_NAME|DATA` (*Message format*). Reading is lenient, writing exact.

use crate::bytes::Span;
use crate::protocol::{Defect, DefectKind, Reason};
use crate::reason;
use nom::bytes::{tag, take_until};
use nom::combinator::rest;
use nom::sequence::terminated;
use nom::{FindSubstring as _, IResult, Parser};

/// A line of a stream that is longer than this is none.
pub const LINE_MAX: usize = 64 * 1024;

/// The commands; of the error families, what comes before `_<X>`.
#[allow(missing_docs, reason = "each is the document's name")]
pub mod command {
    pub const CONNECTION_REQUEST: &str = "CONNECTION_REQUEST";
    pub const CONNECTION_GRANTED: &str = "CONNECTION_GRANTED";
    pub const CONNECTION_ERROR: &str = "CONNECTION_ERROR";
    pub const CONNECTION_RESPONSE_ACK: &str = "CONNECTION_RESPONSE_ACK";
    pub const USER_LIST_REQUEST: &str = "USER_LIST_REQUEST";
    pub const USER_LIST_RESPONSE: &str = "USER_LIST_RESPONSE";
    pub const USER_LIST_RESPONSE_ACK: &str = "USER_LIST_RESPONSE_ACK";
    pub const MOVIE_LIST_REQUEST: &str = "MOVIE_LIST_REQUEST";
    pub const MOVIE_LIST_RESPONSE: &str = "MOVIE_LIST_RESPONSE";
    pub const MOVIE_LIST_RESPONSE_ACK: &str = "MOVIE_LIST_RESPONSE_ACK";
    pub const ENTER_MOVIE_REQUEST: &str = "ENTER_MOVIE_REQUEST";
    pub const ENTER_MOVIE_GRANTED: &str = "ENTER_MOVIE_GRANTED";
    pub const ENTER_MOVIE_ERROR: &str = "ENTER_MOVIE_ERROR";
    pub const ENTER_MOVIE_RESPONSE_ACK: &str = "ENTER_MOVIE_RESPONSE_ACK";
    pub const LEAVE_SESSION_REQUEST: &str = "LEAVE_SESSION_REQUEST";
    pub const LEAVE_SESSION_GRANTED: &str = "LEAVE_SESSION_GRANTED";
    pub const LEAVE_SESSION_ERROR: &str = "LEAVE_SESSION_ERROR";
    pub const LEAVE_SESSION_RESPONSE_ACK: &str = "LEAVE_SESSION_RESPONSE_ACK";
    pub const SEND_MESSAGE_REQUEST: &str = "SEND_MESSAGE_REQUEST";
    pub const NEW_MESSAGE: &str = "NEW_MESSAGE";
    pub const NEW_MESSAGE_RESPONSE_ACK: &str = "NEW_MESSAGE_RESPONSE_ACK";

    /// The commands that end in a word of the server's choice.
    pub const FAMILIES: [&str; 3] = [CONNECTION_ERROR, ENTER_MOVIE_ERROR, LEAVE_SESSION_ERROR];
}

/// A message as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// When the request was sent; in whatever is said in answer, that of the request. Holds no `": "`.
    pub time: &'a [u8],
    /// One of [`command`]; of the error families with its ending. Holds no `|`.
    pub command: &'a [u8],
    /// Who the message is from, or repeats it. Holds no `|`.
    pub user_name: &'a [u8],
    /// The rest of the line.
    pub data: &'a [u8],
    /// How the line ends.
    pub end: LineEnd,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnd {
    /// As the document wants it.
    CrLf,
    /// LF alone.
    Lf,
    /// CR alone, at the end of a datagram.
    Cr,
    /// Not at all: the datagram does.
    None,
}

impl LineEnd {
    /// Its bytes.
    #[must_use]
    pub fn bytes(self) -> &'static [u8] {
        match self {
            LineEnd::CrLf => b"\r\n",
            LineEnd::Lf => b"\n",
            LineEnd::Cr => b"\r",
            LineEnd::None => b"",
        }
    }
}

impl<'a> Message<'a> {
    /// A message that ends as it should.
    #[must_use]
    pub fn new(time: &'a [u8], command: &'a str, user_name: &'a [u8], data: &'a [u8]) -> Message<'a> {
        Message { time, command: command.as_bytes(), user_name, data, end: LineEnd::CrLf }
    }

    /// Appends the message.
    pub fn emit(&self, out: &mut Vec<u8>) {
        for part in [self.time, b": ", self.command, b"|", self.user_name, b"|", self.data, self.end.bytes()] {
            out.extend_from_slice(part);
        }
    }

    /// Where TIME is.
    #[must_use]
    pub fn time_span(&self) -> Span {
        Span::new(0, self.time.len())
    }

    /// Where CMD is.
    #[must_use]
    pub fn command_span(&self) -> Span {
        let start = self.time.len() + 2;
        Span::new(start, start + self.command.len())
    }

    /// Where USER_NAME is.
    #[must_use]
    pub fn user_name_span(&self) -> Span {
        let start = self.command_span().end + 1;
        Span::new(start, start + self.user_name.len())
    }

    /// Where DATA is.
    #[must_use]
    pub fn data_span(&self) -> Span {
        let start = self.user_name_span().end + 1;
        Span::new(start, start + self.data.len())
    }

    /// How long the line is, its end included.
    #[must_use]
    pub fn length(&self) -> usize {
        self.data_span().end + self.end.bytes().len()
    }
}

/// How long the line at the start of a stream is, its end included, if that is there.
#[must_use]
pub fn line_length(bytes: &[u8]) -> Option<usize> {
    line_feed(bytes.get(..LINE_MAX).unwrap_or(bytes)).map(|at| at + 1)
}

/// Reads one line, with what is wrong with its form; commands are not looked up here.
///
/// # Errors
/// A defect of kind `Malformed` if a separator is missing.
pub fn parse(bytes: &[u8]) -> Result<(Message<'_>, Vec<Defect>), Defect> {
    let (line, end) = cut(bytes);
    let (time, command, user_name, data) = match parts(line) {
        Ok((_, parts)) => parts,
        Err(broken) => return Err(broken_at(line, broken)),
    };
    let message = Message { time, command, user_name, data, end };
    let mut defects = Vec::new();
    let mut fault = |kind, offset, reason: Reason| defects.push(Defect::new(kind, offset, reason));
    if time.is_empty() {
        fault(DefectKind::Malformed, 0, "TIME is empty".into());
    }
    if command.is_empty() {
        fault(DefectKind::Malformed, message.command_span().start, "CMD is empty".into());
    }
    match end {
        LineEnd::CrLf => {}
        LineEnd::Lf => fault(DefectKind::MissingTerminator, line.len(), "the line ends in LF, not CR LF".into()),
        LineEnd::Cr => fault(DefectKind::MissingTerminator, line.len(), "the line ends in CR, not CR LF".into()),
        LineEnd::None => fault(DefectKind::MissingTerminator, line.len(), "no CR LF ends the line".into()),
    }
    let left = bytes.len().saturating_sub(message.length());
    if left > 0 {
        let reason = reason!("{left} bytes follow the line end; a datagram carries one line", left);
        fault(DefectKind::LengthMismatch, message.length(), reason);
    }
    Ok((message, defects))
}

/// Where the first line feed is: many bytes are looked at a time.
fn line_feed(bytes: &[u8]) -> Option<usize> {
    bytes.find_substring("\n")
}

/// The first line without its end.
fn cut(bytes: &[u8]) -> (&[u8], LineEnd) {
    let (line, feed) = match line_feed(bytes) {
        Some(at) => (bytes.get(..at).unwrap_or(bytes), true),
        None => (bytes, false),
    };
    match (line.strip_suffix(b"\r"), feed) {
        (Some(line), true) => (line, LineEnd::CrLf),
        (None, true) => (line, LineEnd::Lf),
        (Some(line), false) => (line, LineEnd::Cr),
        (None, false) => (line, LineEnd::None),
    }
}

type Parts<'a> = (&'a [u8], &'a [u8], &'a [u8], &'a [u8]);

fn parts(line: &[u8]) -> IResult<&[u8], Parts<'_>> {
    let up_to = |separator: &'static str| terminated(take_until(separator), tag(separator));
    (up_to(": "), up_to("|"), up_to("|"), rest).parse_complete(line)
}

/// Says which separator is missing, from where the parser stopped.
fn broken_at(line: &[u8], error: nom::Err<nom::error::Error<&[u8]>>) -> Defect {
    let left = match error {
        nom::Err::Error(error) | nom::Err::Failure(error) => error.input,
        nom::Err::Incomplete(_) => line,
    };
    let left = left.len();
    let offset = line.len().saturating_sub(left);
    let before = line.get(..offset).unwrap_or_default();
    let missing = match before.last() {
        None => "a colon and a space after TIME",
        Some(b' ') => "a | after CMD",
        Some(_) => "a | after USER_NAME",
    };
    Defect::new(
        DefectKind::Malformed,
        offset,
        reason!("no message: {missing} is missing in the {left} bytes left", missing, left),
    )
}

#[cfg(test)]
mod tests;
