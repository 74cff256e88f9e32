//! `--matrix`: every capture of a folder is one group's client with another group's server; each side has its verdict.

use super::class::{self, Layout};
use super::{Args, examine, jobs, parallel, rubric, show};
use crate::analysis;
use crate::cli::plan;
use crate::cli::term::{ExitStatus, Stop, Voice};
use crate::grade::Evidence;
use crate::policy::Policy;
use crate::protocol::{Actor, Severity};
use crate::report;
use crate::report::grade::{GradeDocument, GradeSummary, MatrixRecord, MatrixRow, PairingRecord, SideRecord};
use crate::report::view::{SCHEMA_VERSION, SeverityCounts, Tool};
use std::ffi::OsStr;
use std::path::Path;

/// The two names of a pairing, from the name of its file (`CLIENT--SERVER.pcap`) or of its folder.
fn names(path: &str) -> Option<(String, String)> {
    path.rsplit('/').find_map(|part| {
        let (client, server) = part.split_once("--")?;
        let server = server.find(".pcap").or_else(|| server.find(".cap")).map_or(server, |end| &server[..end]);
        (!client.is_empty() && !server.is_empty()).then(|| (client.to_owned(), server.to_owned()))
    })
}

pub(super) fn run(
    folder: &Path,
    args: &Args,
    analysis: &analysis::Options,
    policy: &Policy,
    voice: &Voice,
) -> Result<ExitStatus, Stop> {
    let format = plan::format(report::grade::GRADE, &args.output)?;
    let rubric = rubric(args.rubric.as_deref())?;
    let setting = examine::Setting { analysis, policy, rubric: &rubric, adapt: &|_| None };
    let (folders, mut all_there) = class::submissions(&[folder.to_owned()], Layout::Single, voice);
    let (mut captures, mut matrix) = (Vec::new(), MatrixRecord::default());
    let mut files = Vec::new();
    for (path, below) in folders.iter().flat_map(|folder| &folder.files) {
        match names(below) {
            Some(pair) => files.push((path, below, pair)),
            None => voice.warning(path.as_os_str(), "is not named CLIENT--SERVER.pcap: passed over"),
        }
    }
    let read = |number: usize| files.get(number).map(|(path, ..)| examine::capture(path, &setting));
    let read = parallel::each(files.len(), jobs(args), voice, &read);
    for ((path, below, (client, server)), read) in files.into_iter().zip(read.into_iter().flatten()) {
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                voice.error(path.as_os_str(), &error.to_string());
                all_there = false;
                continue;
            }
        };
        let mut record = read.record;
        record.capture = u32::try_from(captures.len() + 1).unwrap_or(u32::MAX);
        captures.push(record);
        matrix.pairings.push(pairing(client, server, below.clone(), &read.evidence, args.fail_on.level()));
    }
    if matrix.pairings.is_empty() && all_there {
        voice.error(folder.as_os_str(), "holds no capture named CLIENT--SERVER.pcap");
        all_there = false;
    }
    matrix.pairings.sort_by(|a, b| (&a.client, &a.server, &a.path).cmp(&(&b.client, &b.server, &b.path)));
    totals(&mut matrix);
    for again in matrix.pairings.windows(2) {
        if let [one, two] = again
            && (&one.client, &one.server) == (&two.client, &two.server)
        {
            voice.warning(OsStr::new(&two.path), "is a second capture of the same pairing: the table shows the first");
        }
    }
    let failed = matrix.pairings.iter().any(|pairing| pairing.verdict == "fail");
    let mut findings = SeverityCounts::default();
    for side in matrix.pairings.iter().flat_map(|pairing| [&pairing.client_side, &pairing.server_side]) {
        findings.error += side.errors;
        findings.warning += side.warnings;
    }
    let document = GradeDocument {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        captures,
        rubric: None,
        submissions: Vec::new(),
        matrix: Some(matrix),
        summary: GradeSummary {
            findings,
            fail_on: args.fail_on.name(),
            verdict: if failed { "fail" } else { "pass" },
            ..GradeSummary::default()
        },
    };
    show(format.make, &document, &args.output)?;
    let status = if all_there { ExitStatus::Clean } else { ExitStatus::Failed };
    Ok(status.max(if failed { ExitStatus::Findings } else { ExitStatus::Clean }))
}

fn pairing(
    client: String,
    server: String,
    path: String,
    evidence: &Evidence,
    level: Option<Severity>,
) -> PairingRecord {
    let (client_side, server_side) = (side(evidence, Actor::Client, level), side(evidence, Actor::Server, level));
    let whole = evidence.sessions.iter().any(|session| session.complete);
    let (verdict, reason) = if evidence.sessions.is_empty() {
        ("inconclusive", Some("no conversation was recognized".to_owned()))
    } else if client_side.verdict == "fail" {
        ("fail", client_side.reason.clone().map(|reason| format!("client: {reason}")))
    } else if server_side.verdict == "fail" {
        ("fail", server_side.reason.clone().map(|reason| format!("server: {reason}")))
    } else if !whole {
        ("inconclusive", Some("no session was captured from its login to its end".to_owned()))
    } else if let Some(reason) = client_side.reason.clone().or(server_side.reason.clone()) {
        ("inconclusive", Some(reason))
    } else {
        ("pass", None)
    };
    PairingRecord {
        client,
        server,
        path,
        protocol: evidence.sessions.first().map(|session| session.spec.id),
        sessions: evidence.sessions.len() as u64,
        verdict,
        reason,
        client_side,
        server_side,
    }
}

/// What one side did: only what it is at fault for itself counts against it.
fn side(evidence: &Evidence, role: Actor, level: Option<Severity>) -> SideRecord {
    let mut record = SideRecord { verdict: "pass", ..SideRecord::default() };
    let findings: Vec<_> = evidence.about(Some(role)).flat_map(|side| &side.findings).collect();
    let counted = || findings.iter().filter(|finding| finding.caveat.is_none());
    record.errors = counted().filter(|finding| finding.severity == Severity::Error).count() as u64;
    record.warnings = counted().filter(|finding| finding.severity == Severity::Warning).count() as u64;
    let words = |finding: &crate::rules::Finding| {
        format!("{} {} in frame {}: {}", finding.rule, finding.name, finding.frame, finding.message)
    };
    let grave = |finding: &crate::rules::Finding| level.is_some_and(|level| finding.severity >= level);
    if let Some(first) = counted().find(|finding| grave(finding)) {
        record.verdict = "fail";
        record.reason = Some(words(first));
    } else if let Some(first) = findings.iter().find(|finding| finding.caveat.is_some() && grave(finding)) {
        record.verdict = "inconclusive";
        let caveat = first.caveat.as_deref().unwrap_or_default();
        record.reason = Some(format!("{}; but {caveat}", words(first)));
    } else if evidence.sessions.is_empty() {
        record.verdict = "inconclusive";
    }
    record
}

fn totals(matrix: &mut MatrixRecord) {
    for pairing in &matrix.pairings {
        matrix.clients.push(pairing.client.clone());
        matrix.servers.push(pairing.server.clone());
    }
    for names in [&mut matrix.clients, &mut matrix.servers] {
        names.sort();
        names.dedup();
    }
    let total = |role: &'static str, name: &str| {
        let sides: Vec<&SideRecord> = matrix
            .pairings
            .iter()
            .filter(|pairing| name == if role == "client" { pairing.client.as_str() } else { pairing.server.as_str() })
            .map(|pairing| if role == "client" { &pairing.client_side } else { &pairing.server_side })
            .collect();
        let count = |verdict: &str| sides.iter().filter(|side| side.verdict == verdict).count() as u64;
        MatrixRow {
            name: name.to_owned(),
            role,
            pairings: sides.len() as u64,
            passed: count("pass"),
            failed: count("fail"),
        }
    };
    let rows: Vec<MatrixRow> = matrix
        .clients
        .iter()
        .map(|name| total("client", name))
        .chain(matrix.servers.iter().map(|name| total("server", name)))
        .collect();
    matrix.totals = rows;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pairing_is_named_by_its_file_or_its_folder() {
        let pair = |path| names(path).map(|(client, server)| format!("{client}+{server}"));
        assert_eq!(pair("ada--grace.pcap"), Some("ada+grace".to_owned()));
        assert_eq!(pair("x/ada--grace.pcapng.gz"), Some("ada+grace".to_owned()));
        assert_eq!(pair("ada--grace/run 1.pcap"), Some("ada+grace".to_owned()));
        assert_eq!(pair("ada-grace.pcap"), None);
        assert_eq!(pair("--grace.pcap"), None);
    }
}
