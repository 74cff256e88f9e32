//! `table` for `dissect`: a line a message in fixed columns, in frame order. 80 columns show the client's end and an
//! arrow; 120 and more show both ends.

use super::text::{Style, columns, fit, fit_end, left, right};
use super::view::{Endpoint, MessageRecord, Record, Way};
use super::{Report, Setup, dissect_tree, info};
use crate::bytes;
use crate::protocol::Seq;
use std::io::{self, Write};

/// From this width on both ends of a message are shown in full.
const WIDE: usize = 120;

/// A line a message, or a tree a message with `-V`.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Box::new(Table { setup: *setup, captures: 0 })
}

struct Table {
    setup: Setup,
    captures: u32,
}

impl Report for Table {
    fn begin(&mut self, _: u32, path: &str, out: &mut dyn Write) -> io::Result<()> {
        self.captures += 1;
        if self.captures > 1 {
            writeln!(out)?;
        }
        if self.setup.quiet {
            return Ok(());
        }
        let style = self.setup.style;
        if self.setup.several {
            writeln!(out, "{}", style.bold(&fit(&bytes::escape_str(path), style.width)))?;
        }
        if !self.setup.tree {
            writeln!(out, "{}", style.dim(&heading(style)))?;
        }
        Ok(())
    }

    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        let Record::Message(message) = record else { return Ok(()) };
        let draw = if self.setup.tree { dissect_tree::draw } else { line };
        out.write_all(draw(message, self.setup.style).as_bytes())
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn heading(style: Style) -> String {
    if style.width >= WIDE {
        format!(
            "{:>6} {:>13} {:<21} → {:<21} {:<7} {:>13} message",
            "frame", "seconds", "source", "destination", "proto", "seq"
        )
    } else {
        format!("{:>5} {:>9} {:<16}   {:<7} {:>6} message", "frame", "seconds", "client", "proto", "seq")
    }
}

fn line(message: &MessageRecord<'_>, style: Style) -> String {
    let mut start = if style.width >= WIDE {
        format!(
            "{:>6} {:>13.6} {} → {} {} {}",
            message.frame,
            message.relative_s,
            left(&end(message.src, 21), 21),
            left(&end(message.dst, 21), 21),
            left(message.protocol, 7),
            right(&number(message, 13), 13),
        )
    } else {
        let (client, arrow) = match message.direction {
            Way::ServerToClient => (message.dst, '←'),
            _ => (message.src, '→'),
        };
        format!(
            "{:>5} {:>9.4} {} {arrow} {} {}",
            message.frame,
            message.relative_s,
            left(&end(client, 16), 16),
            left(message.protocol, 7),
            right(&number(message, 6), 6),
        )
    };
    start.push(' ');
    // Beside the client's end one arrow tells all; between peers, or where sides are unknown, it does not.
    if style.width < WIDE && matches!(message.direction, Way::Peer | Way::Unknown) {
        start.push_str(&format!("to {}: ", end(message.dst, 16)));
    }
    let room = style.width.saturating_sub(columns(&start)).max(8);
    let words = info::of(message, style.width < WIDE, room);
    let words = if message.error.is_some() {
        style.red(&words)
    } else if message.ack {
        style.dim(&words)
    } else {
        words.as_str().into()
    };
    format!("{start}{words}\n")
}

fn number(message: &MessageRecord<'_>, width: usize) -> String {
    match message.seq.0 {
        Seq::None => "-".to_owned(),
        Seq::Number(number) => number.to_string(),
        // The end of a time tells one message from the next.
        Seq::Text(text) => fit_end(&bytes::escape(text), width).into_owned(),
    }
}

/// An endpoint in at most `width` columns: the front of a long address is dropped, part by part.
fn end(endpoint: Endpoint, width: usize) -> String {
    let whole = endpoint.to_string();
    if whole.len() <= width {
        return whole;
    }
    let parts = whole.char_indices().filter(|(_, c)| matches!(c, '.' | ':')).map(|(at, _)| at + 1);
    let tail = parts.filter_map(|at| whole.get(at..)).find(|tail| tail.len() < width).unwrap_or_default();
    format!("…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_address_loses_its_front() {
        let shortened = |address: &str| end(Endpoint(address.parse().unwrap()), 16);
        assert_eq!(shortened("10.74.0.11:52468"), "10.74.0.11:52468");
        assert_eq!(shortened("192.168.100.23:52468"), "…100.23:52468");
        assert_eq!(shortened("[2001:db8::12:3456]:40001"), "…:12:3456]:40001");
    }
}
