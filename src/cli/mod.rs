//! The command line: one file a command, arguments into a plan, the plan into a run. Only here are files opened, the
//! environment read and the terminal written to.

#[cfg(not(feature = "export"))]
mod absent;
mod annotate;
mod args;
mod baseline;
mod diff;
mod dissect;
mod explain;
#[cfg(feature = "export")]
mod export;
mod flows;
mod grade;
mod check;
mod ci;
mod input;
mod install;
mod interrupt;
mod ladder;
mod messages;
mod output;
mod pipeline;
mod plan;
mod policy;
mod progress;
mod protocols;
mod record;
mod run;
mod schema;
mod selection;
mod sessions;
mod signals;
mod split;
mod stats;
mod synth;
mod tally;
mod term;
mod timeline;
mod writer;

use crate::protocols as registry;
use crate::report;
use crate::report::view::SCHEMA_VERSION;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io;
use std::process::ExitCode;
use term::{ExitStatus, Stop, Voice};

/// Recognizes, dissects and judges five student chat protocols in packet captures
#[derive(Parser)]
#[command(name = "wiregrade", version, max_term_width = 80, arg_required_else_help = true, after_help = EXIT_STATUS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "\
Exit status: 0 done (check: no finding at or above --fail-on), 1 findings,
2 bad usage, unreadable input, or output that cannot be written.

Start with:  wiregrade check capture.pcap";

#[derive(Subcommand)]
enum Command {
    Dissect(dissect::Args),
    Flows(flows::Args),
    Check(check::Args),
    Grade(grade::Args),
    Diff(diff::Args),
    Ci(Box<ci::Args>),
    Ladder(ladder::Args),
    Stats(stats::Args),
    #[cfg(feature = "export")]
    Export(Box<export::Args>),
    #[cfg(not(feature = "export"))]
    Export(absent::Args),
    Explain(explain::Args),
    Protocols(protocols::Args),
    Synth(Box<synth::Args>),
    Record(Box<record::Args>),
    Schema(schema::Args),
    Completions(install::CompletionsArgs),
    Man(install::ManArgs),
}

/// The formats of each command, for its `--format`: name and purpose.
fn formats(command: &str) -> Vec<(&'static str, &'static str)> {
    fn rows<M>(formats: &[report::Format<M>]) -> Vec<(&'static str, &'static str)> {
        formats.iter().map(|format| (format.name, format.about)).collect()
    }
    match command {
        "dissect" => rows(report::DISSECT),
        "flows" => rows(report::FLOWS),
        "check" | "record" | "ci" => rows(report::CHECK),
        "grade" => rows(report::grade::GRADE),
        "diff" => rows(report::diff::DIFF),
        "ladder" => rows(report::LADDER),
        "stats" => rows(report::STATS),
        "explain" => rows(report::EXPLAIN),
        "protocols" => rows(report::PROTOCOLS),
        _ => Vec::new(),
    }
}

/// The whole command line, with what only the registries know: formats, protocols, the long version.
fn command_line() -> clap::Command {
    let mut command = Cli::command().long_version(long_version());
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let known = formats(&name);
        if known.is_empty() {
            continue;
        }
        let values = known.iter().map(|(value, about)| PossibleValue::new(*value).help(*about));
        let parser = PossibleValuesParser::new(values);
        command = command.mut_subcommand(&name, |sub| sub.mut_arg("format", |format| format.value_parser(parser)));
    }
    command
}

/// What a bug report should say.
fn long_version() -> String {
    let protocols: Vec<&str> = registry::ALL.iter().map(|protocol| protocol.spec().id).collect();
    let commit = match env!("WIREGRADE_COMMIT") {
        "" => String::new(),
        commit => format!(" ({commit})"),
    };
    format!(
        "{}{commit}\nschema {SCHEMA_VERSION}; {} rules; protocols: {}\nfeatures: {}\nbuilt for {} by {}{}",
        env!("CARGO_PKG_VERSION"),
        crate::rules::RULES.len(),
        protocols.join(", "),
        if cfg!(feature = "export") { "export" } else { "none" },
        env!("WIREGRADE_TARGET"),
        env!("WIREGRADE_RUSTC"),
        if cfg!(debug_assertions) { ", unoptimized" } else { "" },
    )
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match command_line().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return match error.print() {
                Err(source) if asked && source.kind() != io::ErrorKind::BrokenPipe => {
                    failed(&Stop::Output { path: "standard output".to_owned(), source })
                }
                _ if asked => ExitStatus::Clean,
                _ => ExitStatus::Failed,
            }
            .into();
        }
    };
    let status = match cli.command {
        Command::Dissect(args) => dissect::run(&args),
        Command::Flows(args) => flows::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Grade(args) => grade::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Ladder(args) => ladder::run(&args),
        Command::Stats(args) => stats::run(&args),
        #[cfg(feature = "export")]
        Command::Export(args) => export::run(&args),
        #[cfg(not(feature = "export"))]
        Command::Export(args) => absent::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Protocols(args) => protocols::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => install::completions(&args, command_line()),
        Command::Man(args) => install::man(&args, command_line()),
        // Their exit status may be that of the command they run.
        Command::Record(args) => match record::run(&args) {
            Ok(code) => return code,
            Err(stop) => Err(stop),
        },
        Command::Ci(args) => match ci::run(*args) {
            Ok(code) => return code,
            Err(stop) => Err(stop),
        },
        Command::Synth(args) => synth::run(&args),
    };
    match status {
        Ok(status) => status,
        Err(Stop::BrokenPipe) => ExitStatus::Clean,
        Err(stop) => failed(&stop),
    }
    .into()
}

/// Says why the run ends.
fn failed(stop: &Stop) -> ExitStatus {
    Voice { quiet: false, verbose: false }.stop(stop);
    ExitStatus::Failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command_line().debug_assert();
    }

    #[test]
    fn every_command_that_has_a_format_takes_those_of_its_registry() {
        for sub in command_line().get_subcommands() {
            let Some(format) = sub.get_arguments().find(|argument| argument.get_id() == "format") else { continue };
            let values: Vec<String> =
                format.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
            let known: Vec<&str> = formats(sub.get_name()).into_iter().map(|(name, _)| name).collect();
            assert_eq!(values, known, "{}", sub.get_name());
            assert_eq!(known[0], "table", "{}: what is first is the default", sub.get_name());
        }
    }

    #[test]
    fn help_fits_80_columns() {
        let mut command = command_line();
        command.build();
        let mut pages = vec![command.render_help().to_string(), command.render_long_help().to_string()];
        for sub in command.get_subcommands_mut() {
            pages.push(sub.render_help().to_string());
            pages.push(sub.render_long_help().to_string());
        }
        for line in pages.iter().flat_map(|page| page.lines()) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
