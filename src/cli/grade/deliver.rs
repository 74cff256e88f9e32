//! What is written beside or instead of the report: a file for each student, what Moodle imports.

use super::class::Folder;
use crate::cli::args::{CaptureArgs, OutputArgs};
use crate::cli::check::{self, JudgementArgs};
use crate::cli::input;
use crate::cli::output::Output;
use crate::cli::term::{Stop, Voice};
use crate::report::grade::moodle::{self, KEYS, Key};
use crate::report::grade::{GradeDocument, feedback as text, overview, page};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What students are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Pages {
    /// A Markdown file each
    Markdown,
    /// A page each, one of its captures, and one of the class (index.html)
    Html,
}

/// Where the pages of the captures are, below the folder.
const CHECKS: &str = "captures";

/// Writes a file for each submission into a folder, which is made if need be. Nothing outside it is touched.
pub(super) fn feedback(
    document: &mut GradeDocument,
    folders: &[Folder],
    target: &Path,
    args: &super::Args,
) -> Result<(), Stop> {
    std::fs::create_dir_all(target).map_err(|error| failed(target, error))?;
    let html = args.feedback_format == Pages::Html;
    let mut taken = BTreeSet::new();
    let extension = if html { "html" } else { "md" };
    for submission in &mut document.submissions {
        submission.feedback = Some(text::file_name(&submission.name, extension, &mut taken));
    }
    if !html {
        for submission in &document.submissions {
            let Some(name) = &submission.feedback else { continue };
            put(target, name, text::page(submission, document).as_bytes())?;
        }
        return Ok(());
    }
    let checks = target.join(CHECKS);
    inside(&checks)?;
    std::fs::create_dir_all(&checks).map_err(|error| failed(&checks, error))?;
    for (submission, folder) in document.submissions.iter().zip(folders) {
        let Some(name) = &submission.feedback else { continue };
        let graded = |below: &String| submission.files.iter().any(|file| file.path == *below);
        let captures: Vec<PathBuf> =
            folder.files.iter().filter(|(_, below)| graded(below)).map(|(path, _)| path.clone()).collect();
        let check = (!captures.is_empty()).then(|| format!("{CHECKS}/{name}"));
        if check.is_some() {
            check_page(captures, &checks.join(name), args)?;
        }
        put(target, name, page::page(submission, document, check.as_deref()).as_bytes())?;
    }
    put(target, "index.html", overview::page(document, true).as_bytes())
}

/// The page of `check` over the captures of a submission.
fn check_page(captures: Vec<PathBuf>, path: &Path, args: &super::Args) -> Result<(), Stop> {
    inside(path)?;
    let output = OutputArgs {
        format: "html".to_owned(),
        output: Some(path.to_owned()),
        // What is wrong with the captures was said when they were graded.
        quiet: true,
        verbose: false,
        ..args.output.clone()
    };
    let captures = CaptureArgs::of(captures, output, args.recognition.clone());
    let judgement = JudgementArgs::by(&args.policy);
    check::run(&check::Args { captures, judgement, annotate: None }).map(|_| ())
}

fn failed(path: &Path, source: io::Error) -> Stop {
    Stop::Output { path: input::shown(path), source }
}

/// Refuses a link: it may lead out of the folder.
fn inside(path: &Path) -> Result<(), Stop> {
    if path.symlink_metadata().is_ok_and(|there| there.is_symlink()) {
        return Err(failed(path, io::Error::new(io::ErrorKind::AlreadyExists, "it is a link")));
    }
    Ok(())
}

/// Writes a file in a folder.
fn put(folder: &Path, name: &str, text: &[u8]) -> Result<(), Stop> {
    let path = folder.join(name);
    inside(&path)?;
    let mut output = Output::open(Some(&path))?;
    output.write_all(text).map_err(|error| output.failed(error))?;
    output.commit()
}

/// What Moodle is given.
pub(super) enum Moodle {
    /// A downloaded worksheet, as it was.
    Worksheet(Vec<u8>),
    /// A gradebook whose users are told by this column.
    Gradebook(Key),
}

impl Moodle {
    /// A gradebook by one of the known columns; the command line takes no others.
    pub(super) fn key(name: &str) -> Moodle {
        Moodle::Gradebook(Key(KEYS.iter().copied().find(|key| *key == name).unwrap_or("username")))
    }

    /// Writes it, and says what a person has to look after.
    pub(super) fn write(&self, document: &GradeDocument, args: &OutputArgs, voice: &Voice) -> Result<(), Stop> {
        let filled = match self {
            Moodle::Worksheet(sheet) => {
                moodle::worksheet(document, sheet).map_err(|error| Stop::Usage(format!("--worksheet: {error}")))?
            }
            Moodle::Gradebook(key) => {
                moodle::gradebook(document, *key).map_err(|error| Stop::Usage(error.to_string()))?
            }
        };
        for note in &filled.notes {
            voice.warning(OsStr::new("moodle"), note);
        }
        let mut output = Output::open(args.output.as_deref())?;
        output.write_all(&filled.text).map_err(|error| output.failed(error))?;
        output.commit()
    }
}
