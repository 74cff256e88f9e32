//! What is written beside or instead of the report: a file for each student, what Moodle imports.

use crate::bytes;
use crate::cli::args::OutputArgs;
use crate::cli::output::Output;
use crate::cli::term::{Stop, Voice};
use crate::report::grade::moodle::{self, KEYS, Key};
use crate::report::grade::{GradeDocument, feedback as page};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;

/// Writes a file for each submission into a folder, which is made if need be. Nothing outside it is touched.
pub(super) fn feedback(document: &mut GradeDocument, folder: &Path) -> Result<(), Stop> {
    let failed = |path: &Path, source: io::Error| Stop::Output {
        path: bytes::escape(path.as_os_str().as_encoded_bytes()),
        source,
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut taken = BTreeSet::new();
    for submission in &mut document.submissions {
        submission.feedback = Some(page::file_name(&submission.name, &mut taken));
    }
    for submission in &document.submissions {
        let Some(name) = &submission.feedback else { continue };
        let path = folder.join(name);
        // A link in the folder leads out of it.
        if path.symlink_metadata().is_ok_and(|there| there.is_symlink()) {
            return Err(failed(&path, io::Error::new(io::ErrorKind::AlreadyExists, "it is a link")));
        }
        let mut output = Output::open(Some(&path))?;
        let text = page::page(submission, document);
        output.write_all(text.as_bytes()).map_err(|error| output.failed(error))?;
        output.commit()?;
    }
    Ok(())
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
