//! `table` for `protocols`: the list, or one protocol as its document describes it, on paper that is 80 columns wide.

use super::Setup;
use super::text::{Style, fit, hang, left, seconds};
use super::view::{KindRecord, ProtocolRecord, ProtocolsDocument, TimerRecord};
use std::io::{self, Write};

/// One protocol in full, or a line each.
pub(super) fn show(document: &ProtocolsDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    match document.protocols.as_slice() {
        [protocol] => one(protocol, setup.style, out),
        protocols => list(protocols, setup.style, out),
    }
}

fn list(protocols: &[ProtocolRecord], style: Style, out: &mut dyn Write) -> io::Result<()> {
    for protocol in protocols {
        let conventions: Vec<&str> = protocol.conventions.iter().map(|convention| convention.name).collect();
        let text = format!(
            "{} over {}; {} messages; conventions: {}",
            protocol.title,
            protocol.transports.join(" and "),
            protocol.messages.len(),
            if conventions.is_empty() { "none".to_owned() } else { conventions.join(", ") },
        );
        out.write_all(hang(&format!("{:<9}", protocol.id), &text, style.width).as_bytes())?;
    }
    writeln!(out, "\nwiregrade protocols ID shows one of them: messages, timers, states, conventions.")
}

fn one(protocol: &ProtocolRecord, style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}, over {}\n", style.bold(protocol.id), protocol.title, protocol.transports.join(" and "))?;
    writeln!(out, "{}", style.bold("Messages"))?;
    for kind in &protocol.messages {
        message(kind, style, out)?;
    }
    writeln!(out, "\n{}", style.bold("Numbers"))?;
    for numbering in &protocol.numbering {
        let label = numbering.convention.map_or_else(|| "  ".to_owned(), |value| format!("  {value}: "));
        out.write_all(hang(&label, &numbering.summary, style.width).as_bytes())?;
    }
    writeln!(out, "\n{}", style.bold("Timers"))?;
    for line in timers(protocol) {
        out.write_all(hang("  ", &line, style.width).as_bytes())?;
    }
    if !protocol.notices.is_empty() {
        writeln!(out, "\n{}", style.bold("The server tells others"))?;
        for notice in &protocol.notices {
            let text = format!("{} to {}", notice.message, notice.to);
            out.write_all(hang(&format!("  after {}: ", notice.after), &text, style.width).as_bytes())?;
        }
    }
    if !protocol.conventions.is_empty() {
        writeln!(out, "\n{}", style.bold("Conventions (points the document leaves open)"))?;
        for convention in &protocol.conventions {
            let (first, rest) = convention.values.split_first().unwrap_or((&"", &[]));
            let values = format!("{first} (default) | {}", rest.join(" | "));
            writeln!(out, "  {}.{}: {values}", protocol.id, style.bold(convention.name))?;
            let about = format!("§{}: {}", convention.section, convention.about);
            out.write_all(hang("      ", &about, style.width).as_bytes())?;
        }
    }
    if !protocol.citations.is_empty() {
        writeln!(out, "\n{}", style.bold("Where the document says what"))?;
        let each: Vec<String> =
            protocol.citations.iter().map(|citation| format!("{} §{}", citation.topic, citation.section)).collect();
        out.write_all(hang("  ", &each.join("; "), style.width).as_bytes())?;
    }
    Ok(())
}

fn message(kind: &KindRecord, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let code = kind.code.map_or_else(|| "    ".to_owned(), |code| format!("0x{code:02x}"));
    let mut head = format!("  {code} {} {} §{}", left(kind.name, 26), left(kind.from, 14), kind.section);
    if kind.assumed {
        head.push_str(" (type assumed)");
    }
    writeln!(out, "{}", fit(head.trim_end(), style.width))?;
    let mut lines: Vec<(&str, String)> = Vec::new();
    if !kind.data.is_empty() {
        lines.push(("data", kind.data.to_owned()));
    }
    if !kind.answered_by.is_empty() {
        let due = match kind.answer_due {
            "required" => "",
            "optional" => " (optional)",
            _ => " (where it grants)",
        };
        lines.push(("answered by", format!("{}{due}", kind.answered_by.join(" or "))));
    }
    if kind.allowed != ["anywhere"] && kind.from.starts_with("client") {
        lines.push(("allowed", kind.allowed.join(", ")));
    }
    if let Some(relay) = kind.relayed_by {
        lines.push(("relayed by", relay.to_owned()));
    }
    for (label, text) in lines {
        out.write_all(hang(&format!("       {label}: "), &text, style.width).as_bytes())?;
    }
    Ok(())
}

fn timers(protocol: &ProtocolRecord) -> Vec<String> {
    let TimerRecord { resend_ms, regular, server_waits, maximum, over_tcp } = protocol.timer;
    let mut lines = Vec::new();
    match resend_ms {
        Some(interval) => {
            let interval = seconds(interval / 1e3);
            lines.push(format!(
                "an unanswered message is sent again after {interval}, not sooner{}{}",
                if regular { "" } else { "; no upper bound" },
                if server_waits { "" } else { " (by a client)" },
            ));
        }
        None => lines.push("an unanswered message is sent again; the document names no interval".to_owned()),
    }
    match maximum {
        Some(maximum) => lines.push(format!("at most {maximum} times")),
        None => lines.push("no maximum of retransmissions is given".to_owned()),
    }
    if protocol.transports.contains(&"tcp") && !over_tcp {
        lines.push("over TCP nothing is sent again".to_owned());
    }
    match protocol.window {
        Some(1) => lines.push("stop and wait: one unanswered message at a time".to_owned()),
        Some(window) => lines.push(format!("at most {window} unanswered messages at a time")),
        None => {}
    }
    if let Some(open) = protocol.invitation_ms {
        lines.push(format!("an invitation stays open for {}", seconds(open / 1e3)));
    }
    lines
}
