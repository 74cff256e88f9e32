//! `table` for `stats`: what is in there, from the whole to the parts.

use super::Setup;
use super::text::{Style, fit, left, right, seconds, size};
use super::view::{ActivityRecord, StatsDocument};
use crate::bytes::escape_str;
use std::io::{self, Write};

/// Six tables.
pub(super) fn show(document: &StatsDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let style = setup.style;
    captures(document, style, out)?;
    hierarchy(document, style, out)?;
    messages(document, style, out)?;
    endpoints(document, style, out)?;
    latencies(document, style, out)?;
    activity(document, style, out)
}

fn heading(title: &str, columns: &str, style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", style.bold(title))?;
    if columns.is_empty() { Ok(()) } else { writeln!(out, "{}", style.dim(columns)) }
}

fn captures(document: &StatsDocument, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for capture in &document.captures {
        let path = escape_str(&capture.path);
        writeln!(out, "{}", style.bold(&fit(&path, style.width)))?;
        let mut line = format!("  {} packets, {}", capture.packets, size(capture.bytes));
        if let (Some(first), Some(last)) = (capture.first_time, capture.last_time) {
            let length = seconds(last.0.since(first.0).as_secs_f64());
            line.push_str(&format!(" in {length} from {first}"));
        }
        writeln!(out, "{}", fit(&line, style.width))?;
        for note in &capture.notes {
            writeln!(out, "{}", style.yellow(&fit(&format!("  note: {}", escape_str(&note.message)), style.width)))?;
        }
    }
    Ok(())
}

fn hierarchy(document: &StatsDocument, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let columns = format!("{:<24} {:>8} {:>9} {:>11} {:>9}", "", "flows", "packets", "bytes", "messages");
    heading("Protocols", &columns, style, out)?;
    for row in &document.hierarchy {
        let name = format!("{}{}", "  ".repeat(row.path.len()), row.path.last().unwrap_or(&"all"));
        writeln!(
            out,
            "{:<24} {:>8} {:>9} {} {:>9}",
            name,
            row.flows,
            row.packets,
            right(&size(row.bytes), 11),
            row.messages
        )?;
    }
    Ok(())
}

fn messages(document: &StatsDocument, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if document.messages.is_empty() {
        return Ok(());
    }
    let columns = format!(
        "{:<8} {:<28} {:<16} {:>7} {:>9} {:>6}",
        "protocol", "message", "direction", "count", "bytes", "errors"
    );
    heading("Messages", &columns, style, out)?;
    for row in &document.messages {
        let name = row.name.as_deref().map_or_else(|| "(no message)".to_owned(), escape_str);
        let errors = if row.errors == 0 { "-".into() } else { row.errors.to_string() };
        let errors = right(&errors, 6);
        writeln!(
            out,
            "{:<8} {} {:<16} {:>7} {} {}",
            row.protocol,
            left(&name, 28),
            row.direction,
            row.count,
            right(&size(row.bytes), 9),
            if row.errors == 0 { style.dim(&errors) } else { style.red(&errors) },
        )?;
    }
    Ok(())
}

fn endpoints(document: &StatsDocument, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if document.endpoints.is_empty() {
        return Ok(());
    }
    let columns = format!(
        "{:<8} {:<7} {:<26} {:>7} {:>9} {:>7} {:>9}",
        "protocol", "role", "endpoint", "sent", "bytes", "recv", "bytes"
    );
    heading("Endpoints", &columns, style, out)?;
    for row in &document.endpoints {
        let line = format!(
            "{:<8} {:<7} {} {:>7} {} {:>7} {}",
            row.protocol,
            row.role,
            left(&row.endpoint.to_string(), 26),
            row.sent,
            right(&size(row.sent_bytes), 9),
            row.received,
            right(&size(row.received_bytes), 9),
        );
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn latencies(document: &StatsDocument, style: Style, out: &mut dyn Write) -> io::Result<()> {
    if document.latencies.is_empty() {
        return Ok(());
    }
    let columns = format!(
        "{:<8} {:<24} {:<6} {:>5} {:>8} {:>8} {:>8}",
        "protocol", "message", "from", "count", "median", "p95", "max"
    );
    heading("Answered after", &columns, style, out)?;
    for row in &document.latencies {
        let of = |value: Option<f64>| right(&value.map_or_else(|| "-".to_owned(), |ms| seconds(ms / 1e3)), 8);
        let latency = &row.latency_ms;
        writeln!(
            out,
            "{:<8} {} {:<6} {:>5} {} {} {}",
            row.protocol,
            left(row.request, 24),
            row.from,
            latency.count,
            of(latency.median),
            of(latency.p95),
            of(latency.max),
        )?;
    }
    Ok(())
}

fn activity(document: &StatsDocument, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for capture in &document.captures {
        let intervals: Vec<&ActivityRecord> =
            document.activity.iter().filter(|interval| interval.capture == capture.capture).collect();
        let (Some(first), Some(last)) = (intervals.first(), intervals.last()) else { continue };
        let most = intervals.iter().map(|interval| interval.messages).max().unwrap_or(0);
        let title = if document.captures.len() > 1 {
            format!("Activity in {}", escape_str(&capture.path))
        } else {
            "Activity".to_owned()
        };
        heading(&fit(&title, style.width), "", style, out)?;
        let bars: String = intervals.iter().map(|interval| bar(interval.messages, most)).collect();
        writeln!(out, "{bars}")?;
        writeln!(
            out,
            "{}",
            style.dim(&format!(
                "from {} to {}; each bar is {}, the highest {} messages",
                at(first.relative_s),
                at(last.relative_s + last.seconds),
                seconds(last.seconds),
                most
            ))
        )?;
    }
    Ok(())
}

fn at(relative: f64) -> String {
    if relative == 0.0 { "0 s".to_owned() } else { seconds(relative) }
}

/// An eighth of a line for each eighth of the most; a message is never invisible.
fn bar(count: u64, most: u64) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    if count == 0 {
        return ' ';
    }
    let eighth = (u128::from(count) * 8).div_ceil(u128::from(most.max(1)));
    let index = usize::try_from(eighth).unwrap_or(8).clamp(1, 8) - 1;
    BARS.get(index).copied().unwrap_or('█')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_grow_with_the_count_and_one_message_shows() {
        let bars: String = [0, 1, 50, 100].into_iter().map(|count| bar(count, 100)).collect();
        assert_eq!(bars, " ▁▄█");
        assert_eq!(bar(u64::MAX, u64::MAX), '█');
    }
}
