//! Who works with whom: clients against servers.

use crate::bytes::escape_str;
use crate::report::Setup;
use crate::report::markdown::cell;
use crate::report::text::{hang, left, plural};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// Clients against servers.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct MatrixRecord {
    /// The rows.
    pub clients: Vec<String>,
    /// The columns.
    pub servers: Vec<String>,
    /// Every pairing there is a capture of, by client, then server.
    pub pairings: Vec<PairingRecord>,
    /// What each did over all its pairings.
    pub totals: Vec<MatrixRow>,
}

/// One client with one server.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PairingRecord {
    /// Whose client.
    pub client: String,
    /// Whose server.
    pub server: String,
    /// The capture.
    pub path: String,
    /// The protocol; null: none was recognized.
    pub protocol: Option<&'static str>,
    /// Conversations.
    pub sessions: u64,
    /// `pass`, `fail` or `inconclusive`.
    pub verdict: &'static str,
    /// The first reason, where it is no pass.
    pub reason: Option<String>,
    /// What the client did.
    pub client_side: SideRecord,
    /// What the server did.
    pub server_side: SideRecord,
}

/// One side of a pairing.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct SideRecord {
    /// `pass`, `fail` or `inconclusive`.
    pub verdict: &'static str,
    /// Errors, those with a caveat not counted.
    pub errors: u64,
    /// Warnings, likewise.
    pub warnings: u64,
    /// The first reason, where it is no pass.
    pub reason: Option<String>,
}

/// What one group did over all its pairings.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MatrixRow {
    /// Who.
    pub name: String,
    /// `client` or `server`.
    pub role: &'static str,
    /// Pairings.
    pub pairings: u64,
    /// Those in which this side passed.
    pub passed: u64,
    /// Those in which it failed.
    pub failed: u64,
}

impl MatrixRecord {
    pub(super) fn pairing(&self, client: &str, server: &str) -> Option<&PairingRecord> {
        self.pairings.iter().find(|pairing| pairing.client == client && pairing.server == server)
    }
}

/// The verdict in a word, and who is to blame.
pub(super) fn word(pairing: Option<&PairingRecord>) -> &'static str {
    match pairing {
        None => "-",
        Some(pairing) => match (pairing.verdict, pairing.client_side.verdict, pairing.server_side.verdict) {
            ("pass", ..) => "pass",
            ("fail", "fail", "fail") => "fail (both)",
            ("fail", "fail", _) => "fail (client)",
            ("fail", _, "fail") => "fail (server)",
            ("fail", ..) => "fail",
            _ => "inconcl.",
        },
    }
}

/// A verdict before its reason.
fn label(verdict: &str) -> String {
    format!("{verdict:<12}  ")
}

/// For people.
pub(super) fn table(matrix: &MatrixRecord, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let style = setup.style;
    writeln!(out, "{}", style.bold("Rows are clients, columns are servers"))?;
    let names = matrix.clients.iter().map(|name| crate::report::text::columns(&escape_str(name))).max().unwrap_or(0);
    let first = names.clamp(8, 24);
    // Columns that do not fit beside each other go into further blocks.
    let fitting = (style.width.saturating_sub(first) / 15).max(1);
    for servers in matrix.servers.chunks(fitting) {
        let heading: Vec<String> = servers.iter().map(|name| left(&escape_str(name), 13)).collect();
        writeln!(out, "{}  {}", left("", first), heading.join("  ").trim_end())?;
        for client in &matrix.clients {
            write!(out, "{}", left(&escape_str(client), first))?;
            for server in servers {
                let text = word(matrix.pairing(client, server));
                let filled = left(text, 13);
                let colored = match text.get(..4) {
                    Some("pass") => style.green(&filled),
                    Some("fail") => style.red(&filled),
                    _ => style.dim(&filled),
                };
                write!(out, "  {colored}")?;
            }
            writeln!(out)?;
        }
        writeln!(out)?;
    }
    for pairing in matrix.pairings.iter().filter(|pairing| pairing.verdict != "pass") {
        for (who, side) in [("client", &pairing.client_side), ("server", &pairing.server_side)] {
            if let Some(reason) = &side.reason {
                let text = format!("{who} of {} with {}: {reason}", pairing.client, pairing.server);
                out.write_all(hang(&label(side.verdict), &escape_str(&text), style.width).as_bytes())?;
            }
        }
        if let (None, None, Some(reason)) = (&pairing.client_side.reason, &pairing.server_side.reason, &pairing.reason)
        {
            let text = format!("{} with {}: {reason}", pairing.client, pairing.server);
            out.write_all(hang(&label(pairing.verdict), &escape_str(&text), style.width).as_bytes())?;
        }
    }
    writeln!(out)?;
    for row in &matrix.totals {
        writeln!(
            out,
            "{} {}: {} of {} passed",
            row.role,
            escape_str(&row.name),
            row.passed,
            plural(row.pairings, "pairing")
        )?;
    }
    Ok(())
}

/// For a page.
pub(super) fn markdown(matrix: &MatrixRecord, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "| client \\ server |")?;
    for server in &matrix.servers {
        write!(out, " {} |", cell(server))?;
    }
    writeln!(out, "\n|---|{}", "---|".repeat(matrix.servers.len()))?;
    for client in &matrix.clients {
        write!(out, "| {} |", cell(client))?;
        for server in &matrix.servers {
            write!(out, " {} |", word(matrix.pairing(client, server)))?;
        }
        writeln!(out)?;
    }
    writeln!(out)?;
    for pairing in matrix.pairings.iter().filter(|pairing| pairing.verdict != "pass") {
        let reason = pairing.reason.as_deref().map(cell).unwrap_or_default();
        writeln!(out, "- {} with {}: {} {reason}", cell(&pairing.client), cell(&pairing.server), word(Some(pairing)))?;
    }
    Ok(())
}

/// A row a pairing.
pub(super) fn csv(matrix: &MatrixRecord, out: &mut dyn Write) -> io::Result<()> {
    use crate::report::csv::{line, safe};
    out.write_all(&line(&[
        "client",
        "server",
        "path",
        "verdict",
        "client_verdict",
        "server_verdict",
        "client_errors",
        "server_errors",
        "reason",
    ])?)?;
    for pairing in &matrix.pairings {
        out.write_all(&line(&[
            safe(&pairing.client),
            safe(&pairing.server),
            safe(&pairing.path),
            pairing.verdict.to_owned(),
            pairing.client_side.verdict.to_owned(),
            pairing.server_side.verdict.to_owned(),
            pairing.client_side.errors.to_string(),
            pairing.server_side.errors.to_string(),
            pairing.reason.as_deref().map(safe).unwrap_or_default(),
        ])?)?;
    }
    Ok(())
}
