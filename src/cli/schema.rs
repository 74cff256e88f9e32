//! `schema`: the JSON Schema of a command's output.

use super::output::Output;
use super::term::{ExitStatus, Stop};
use crate::report::view;
use clap::builder::PossibleValuesParser;
use std::io::Write;
use std::path::PathBuf;

/// Print the JSON Schema of a command's output
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The command
    #[arg(value_name = "COMMAND", value_parser = PossibleValuesParser::new(view::SCHEMAS.iter().map(|row| row.command)))]
    command: String,
    /// Of one line of its `--format jsonl`, where it has that
    #[arg(long)]
    lines: bool,
    /// Write to a file, which appears once it is complete
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let row = view::SCHEMAS.iter().find(|row| row.command == args.command);
    let schema = row.and_then(|row| if args.lines { row.line.map(|line| line()) } else { Some((row.document)()) });
    let schema = schema.ok_or_else(|| Stop::Usage(format!("{} writes no lines of JSON", args.command)))?;
    let mut output = Output::open(args.output.as_deref())?;
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    writeln!(output, "{text}").map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(ExitStatus::Clean)
}
