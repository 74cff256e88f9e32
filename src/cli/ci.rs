//! `ci`: `check` as a build step: a log that folds, annotations where the host has them, a summary, every report as a file.

use super::check;
use super::input;
use super::term::{self, ExitStatus, Stop};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Check as a step of a build: log, annotations, summary, and every report as a file
#[derive(clap::Args, Debug)]
// The group of check's own arguments has the same name.
#[group(skip)]
#[command(after_help = "\
On GitHub Actions the log is folded, findings are annotations, and a summary is
added to the page of the run; elsewhere a table is printed.

Exit status: as of check.")]
pub(super) struct Args {
    #[command(flatten)]
    check: check::Args,
    /// Where the reports go
    #[arg(long, value_name = "DIR", default_value = "wiregrade-report", help_heading = "Output")]
    reports: PathBuf,
}

/// The files: format and name.
const REPORTS: &[(&str, &str)] = &[
    ("json", "check.json"),
    ("junit", "junit.xml"),
    ("sarif", "check.sarif"),
    ("gitlab", "gl-code-quality-report.json"),
    ("markdown", "summary.md"),
];

pub(super) fn run(mut args: Args) -> Result<ExitStatus, Stop> {
    let failed = |path: &Path, source: io::Error| Stop::Output {
        path: crate::bytes::escape(path.as_os_str().as_encoded_bytes()),
        source,
    };
    std::fs::create_dir_all(&args.reports).map_err(|error| failed(&args.reports, error))?;
    let reports: Vec<_> = REPORTS.iter().map(|(format, name)| (*format, args.reports.join(name))).collect();
    let on_github = term::variable("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let status = if on_github && args.check.captures.output.format == "table" {
        args.check.captures.output.format = "github".to_owned();
        line("::group::wiregrade check")?;
        let status = check::judged(&args.check, &reports);
        line("::endgroup::")?;
        status?
    } else {
        check::judged(&args.check, &reports)?
    };
    if let Some(summary) = term::variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let summary = PathBuf::from(summary);
        let text = input::bytes(&args.reports.join("summary.md"))?;
        let file = OpenOptions::new().append(true).create(true).open(&summary);
        file.and_then(|mut file| file.write_all(&text)).map_err(|error| failed(&summary, error))?;
    }
    Ok(status)
}

fn line(text: &str) -> Result<(), Stop> {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|source| Stop::Output { path: "standard output".to_owned(), source })
}
