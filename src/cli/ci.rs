//! `ci`: the step of a build: the test run recorded, `check`, a log that folds, annotations where the host has them, a
//! summary, every report as a file.

use super::args::{CaptureArgs, OutputArgs, RecognitionArgs};
use super::check::{self, JudgementArgs};
use super::output::Output;
use super::record::{self, RelayArgs};
use super::term::{self, ExitStatus, Stop};
use super::{input, plan};
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A step of a build: record the tests, check, annotate, sum up, report
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Judges captures that are there, or records the test run without root:
  wiregrade ci captures/
  wiregrade ci --udp :5000 --to :5001 -- ./run-tests

On GitHub Actions the log is folded, findings are annotations, and a summary is
added to the page of the run; elsewhere a table is printed.

Exit status: that of the command, if one is run and fails; else that of check: 0
nothing at or above --fail-on, 1 findings, 2 trouble. Nothing recognized is
trouble, too: a guard that sees nothing guards nothing (--allow-empty).")]
pub(super) struct Args {
    /// Captures, or folders of them
    #[arg(value_name = "CAPTURE")]
    captures: Vec<PathBuf>,
    #[command(flatten)]
    relay: RelayArgs,
    /// Write what is recorded to this file [default: run.pcapng among the reports]
    #[arg(short, long, value_name = "FILE")]
    write: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    recognition: RecognitionArgs,
    /// A capture that is cut off is an error (exit status 2), not a warning
    #[arg(long, help_heading = "Recognition")]
    strict: bool,
    #[command(flatten)]
    judgement: JudgementArgs,
    /// Do not fail where no conversation is recognized
    #[arg(long, help_heading = "Judgement")]
    allow_empty: bool,
    /// Where the reports go
    #[arg(long, value_name = "DIR", default_value = "wiregrade-report", help_heading = "Output")]
    reports: PathBuf,
}

/// The files: format and name.
const REPORTS: &[(&str, &str)] = &[
    ("html", "report.html"),
    ("json", "check.json"),
    ("junit", "junit.xml"),
    ("sarif", "check.sarif"),
    ("gitlab", "gl-code-quality-report.json"),
    ("markdown", "summary.md"),
];

/// Runs it. Its exit status may be that of the command it runs.
pub(super) fn run(mut args: Args) -> Result<ExitCode, Stop> {
    if args.captures.is_empty() && !args.relay.is_asked_for() {
        let text = "nothing to judge: name captures, or record (--udp ADDR:PORT --to ADDR:PORT -- COMMAND)";
        return Err(Stop::Usage(text.to_owned()));
    }
    if !args.relay.is_asked_for() && !args.relay.command.is_empty() {
        let text = "a command is run to be recorded: say where (--udp ADDR:PORT --to ADDR:PORT)";
        return Err(Stop::Usage(text.to_owned()));
    }
    // What is wrong with the arguments is said before a long test run.
    args.judgement.validate(&args.recognition, &args.output)?;
    std::fs::create_dir_all(&args.reports).map_err(|error| failed(&args.reports, error))?;
    let github = term::variable("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    let (mut status, mut command) = (ExitStatus::Clean, None);
    if args.relay.is_asked_for() {
        let file = args.write.clone().unwrap_or_else(|| args.reports.join("run.pcapng"));
        let voice = plan::voice(&args.output);
        let recorded = folded(github, "the run that is recorded", || record::relay(&args.relay, &file, &voice))?;
        (status, command) = (recorded.status, recorded.command);
        if recorded.packets > 0 {
            args.captures.push(file);
        } else if !args.allow_empty {
            voice.error(file.as_os_str(), "nothing was recorded: nothing can be judged (--allow-empty)");
            status = ExitStatus::Failed;
        }
    }
    if !args.captures.is_empty() {
        status = status.max(judge(args, github)?);
    }
    Ok(match command {
        Some(code) if code != 0 => ExitCode::from(code),
        _ => status.into(),
    })
}

fn judge(args: Args, github: bool) -> Result<ExitStatus, Stop> {
    let voice = plan::voice(&args.output);
    let mut output = args.output;
    let annotated = github && output.format == "table";
    if annotated {
        output.format = "github".to_owned();
    }
    let captures = CaptureArgs { strict: args.strict, ..CaptureArgs::of(args.captures, output, args.recognition) };
    let check = check::Args { captures, judgement: args.judgement, annotate: None };
    let reports: Vec<_> = REPORTS.iter().map(|(format, name)| (*format, args.reports.join(name))).collect();
    let outcome = folded(annotated, "wiregrade check", || check::judged(&check, &reports))?;
    if let Some(summary) = term::variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let summary = PathBuf::from(summary);
        let text = input::bytes(&args.reports.join("summary.md"))?;
        let file = OpenOptions::new().append(true).create(true).open(&summary);
        file.and_then(|mut file| file.write_all(within_limit(&text))).map_err(|error| failed(&summary, error))?;
    }
    if outcome.sessions == 0 && !args.allow_empty {
        voice.error(OsStr::new("ci"), "no conversation was recognized: nothing was judged (--allow-empty)");
        return Ok(ExitStatus::Failed);
    }
    Ok(outcome.status)
}

/// GitHub shows nothing of a summary over 1 MiB: then whole lines, as far as they go. The file among the reports has all.
fn within_limit(text: &[u8]) -> &[u8] {
    const MOST: usize = 1_000_000;
    let Some(begin) = text.get(..MOST) else { return text };
    let end = begin.iter().rposition(|byte| *byte == b'\n').map_or(MOST, |at| at + 1);
    begin.get(..end).unwrap_or(begin)
}

/// What is done, its log folded where the host does that.
fn folded<T>(folds: bool, title: &str, work: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
    if folds {
        line(&format!("::group::{title}"))?;
    }
    let done = work();
    if folds {
        line("::endgroup::")?;
    }
    done
}

fn line(text: &str) -> Result<(), Stop> {
    let mut output = Output::open(None)?;
    writeln!(output, "{text}").map_err(|error| output.failed(error))?;
    output.commit()
}

fn failed(path: &Path, source: io::Error) -> Stop {
    Stop::Output { path: input::shown(path), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_that_is_too_long_ends_with_a_whole_line() {
        assert_eq!(within_limit(b"short"), b"short");
        let line = format!("{}\n", "x".repeat(99));
        let long = line.repeat(20_000);
        let cut = within_limit(long.as_bytes());
        assert_eq!((cut.len(), cut.last()), (1_000_000, Some(&b'\n')));
        assert_eq!(within_limit("y".repeat(2_000_000).as_bytes()).len(), 1_000_000);
    }
}
