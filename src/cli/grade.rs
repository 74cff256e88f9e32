//! `grade`: submissions scored by a rubric, a gradebook, feedback for each.

pub(super) mod class;
mod deliver;
mod examine;
mod matrix;
mod parallel;

use super::args::{OutputArgs, PolicyArgs, RecognitionArgs};
use super::check::{FailOn, Role};
use super::input;
use super::output::Output;
use super::term::{ExitStatus, Stop};
use super::{plan, policy};
use crate::analysis;
use crate::grade::{self, Rubric};
use crate::identify::decode_as;
use crate::policy::Policy;
use crate::report;
use crate::report::grade::{GradeDocument, SubmissionRecord};
use clap::builder::PossibleValuesParser;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Score submissions by a rubric: a gradebook, and feedback for each
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A PATH with captures in it is one submission, with folders below or not. A PATH
with only folders in it is a class: each of them is a submission (see --layout).

Exit status: 0 no fault at or above --fail-on, 1 there are some, 2 bad usage,
unreadable input, or output that cannot be written.")]
pub(super) struct Args {
    /// A folder of submissions, or submissions: folders of captures, captures
    #[arg(value_name = "PATH", required_unless_present_any = ["init", "matrix"])]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    recognition: RecognitionArgs,
    /// Score by this rubric instead of the built-in one
    #[arg(long, value_name = "FILE", help_heading = "Grading")]
    rubric: Option<PathBuf>,
    /// Write a commented rubric to start from, for a protocol or for any
    #[arg(long, value_name = "PROTOCOL", num_args = 0..=1, default_missing_value = "", help_heading = "Grading")]
    init: Option<String>,
    /// What the folders in PATH are
    #[arg(long, value_name = "LAYOUT", value_enum, default_value = "auto", help_heading = "Grading")]
    layout: class::Layout,
    /// Grade only this side, by the criteria that are not about the other
    #[arg(long, value_name = "SIDE", value_enum, help_heading = "Grading")]
    role: Option<Role>,
    /// Print who works with whom: a folder of captures named CLIENT--SERVER
    #[arg(long, value_name = "DIR", conflicts_with_all = ["paths", "init", "feedback", "worksheet", "moodle_key"], help_heading = "Grading")]
    matrix: Option<PathBuf>,
    /// The severity from which on a fault makes the exit status 1
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "error", help_heading = "Grading")]
    fail_on: FailOn,
    #[command(flatten)]
    policy: PolicyArgs,
    /// Captures read at a time; the output is the same for any number
    #[arg(short, long, value_name = "N", help_heading = "Grading")]
    jobs: Option<usize>,
    /// Write a file for each student into this folder
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    feedback: Option<PathBuf>,
    /// What is written there
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "markdown",
        requires = "feedback",
        help_heading = "Output"
    )]
    feedback_format: deliver::Pages,
    /// With -f moodle: a downloaded assignment worksheet, to be filled
    #[arg(long, value_name = "CSV", conflicts_with = "moodle_key", help_heading = "Output")]
    worksheet: Option<PathBuf>,
    /// With -f moodle: what submissions are named by, for a gradebook import
    #[arg(long, value_name = "KEY", value_parser = PossibleValuesParser::new(report::grade::moodle::KEYS), help_heading = "Output")]
    moodle_key: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    if let Some(protocol) = &args.init {
        return init(protocol, &args.output);
    }
    let voice = plan::voice(&args.output);
    let (analysis, policy) = judging(args)?;
    let format = plan::format(report::grade::GRADE, &args.output)?;
    if let Some(folder) = &args.matrix {
        return matrix::run(folder, args, &analysis, &policy, &voice);
    }
    let moodle = match (format.name, &args.worksheet, &args.moodle_key) {
        ("moodle", Some(path), _) => Some(deliver::Moodle::Worksheet(input::bytes(path)?)),
        ("moodle", _, Some(key)) => Some(deliver::Moodle::key(key)),
        ("moodle", ..) => {
            let text = "-f moodle needs --worksheet (the CSV downloaded from the assignment) or --moodle-key";
            return Err(Stop::Usage(text.to_owned()));
        }
        (_, None, None) => None,
        _ => return Err(Stop::Usage("--worksheet and --moodle-key belong to -f moodle".to_owned())),
    };
    let mut rubric = rubric(args.rubric.as_deref())?;
    if let Some(role) = args.role.map(Role::actor) {
        rubric.role = Some(role);
        rubric.criteria.retain(|criterion| criterion.role.is_none_or(|asked| asked == role));
        if rubric.max() <= 0.0 {
            return Err(Stop::Usage(format!("the rubric has no points for the {}", role.name())));
        }
    }
    let (folders, all_there) = class::submissions(&args.paths, args.layout, &voice);
    if matches!(format.name, "gradescope" | "classroom") && folders.len() != 1 {
        let text = format!("-f {} is for one submission, and there are {}", format.name, folders.len());
        return Err(Stop::Usage(format!("{text} (name one, or say --layout single)")));
    }
    let built_in = args.rubric.is_none();
    let adapt = |spec| built_in.then(|| grade::adapted(&rubric, spec));
    let setting = examine::Setting { analysis: &analysis, policy: &policy, rubric: &rubric, adapt: &adapt };
    let graded = examine::all(&folders, &setting, jobs(args), &voice);
    let (mut captures, mut submissions) = (Vec::new(), Vec::new());
    for graded in graded {
        for (name, message) in &graded.warnings {
            voice.warning(OsStr::new(name), message);
        }
        for mut capture in graded.captures {
            capture.capture = u32::try_from(captures.len() + 1).unwrap_or(u32::MAX);
            captures.push(capture);
        }
        submissions.push(SubmissionRecord::new(&graded.grade));
    }
    let mut document = GradeDocument::class(&rubric, captures, submissions);
    let counted = |level| document.summary.findings.at_least(level);
    let failed = args.fail_on.level().is_some_and(|level| counted(level) > 0);
    document.summary.fail_on = args.fail_on.name();
    document.summary.verdict = if failed { "fail" } else { "pass" };
    if let Some(folder) = &args.feedback {
        deliver::feedback(&mut document, &folders, folder, args)?;
    }
    match moodle {
        Some(moodle) => moodle.write(&document, &args.output, &voice)?,
        None => show(format.make, &document, &args.output)?,
    }
    let status = if all_there { ExitStatus::Clean } else { ExitStatus::Failed };
    Ok(status.max(if failed { ExitStatus::Findings } else { ExitStatus::Clean }))
}

/// How many captures are read at a time.
fn jobs(args: &Args) -> usize {
    args.jobs.unwrap_or_else(plan::cores)
}

/// Writes the document in its format. What a format cannot show is usage, not trouble with the output.
fn show(make: report::Show<GradeDocument>, document: &GradeDocument, args: &OutputArgs) -> Result<(), Stop> {
    let (mut output, setup) = plan::output(args)?;
    make(document, &setup, &mut output).map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => Stop::Usage(error.to_string()),
        _ => output.failed(error),
    })?;
    output.commit()
}

/// How captures are analysed and judged.
fn judging(args: &Args) -> Result<(analysis::Options, Policy), Stop> {
    let mut identify = plan::recognition(&args.recognition)?;
    let policy = policy::policy(&args.policy, &mut identify)?;
    Ok((analysis::Options { identify, only_ours: true, ..analysis::Options::default() }, policy))
}

/// The rubric of a file, or the built-in one.
pub(super) fn rubric(path: Option<&Path>) -> Result<Rubric, Stop> {
    let Some(path) = path else {
        return grade::builtin().map_err(|error| Stop::Usage(format!("the built-in rubric: {error}")));
    };
    Rubric::from_toml(&input::text(path)?).map_err(|error| input::refused(path, &error))
}

/// `--init`: a rubric to start from.
fn init(protocol: &str, output: &OutputArgs) -> Result<ExitStatus, Stop> {
    let any = grade::builtin().map_err(|error| Stop::Usage(format!("the built-in rubric: {error}")))?;
    let text = if protocol.is_empty() {
        grade::commented(&any, None)
    } else {
        let protocol = decode_as::protocol(protocol).map_err(|error| Stop::Usage(format!("--init: {error}")))?;
        grade::commented(&grade::adapted(&any, protocol.spec()), Some(protocol.spec()))
    };
    let mut output = Output::open(output.output.as_deref())?;
    output.write_all(text.as_bytes()).map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(ExitStatus::Clean)
}
