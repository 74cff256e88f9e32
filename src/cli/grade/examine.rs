//! The captures of submissions read and graded, several at a time. What comes out does not depend on how many.

use super::class::Folder;
use super::parallel;
use crate::analysis::{self, Analysis};
use crate::bytes::Time;
use crate::capture::{CaptureError, Damage};
use crate::cli::input::Source;
use crate::cli::term::Voice;
use crate::grade::{CaptureSeen, Evidence, Examiner, Grade, Rubric, Submission, grade};
use crate::policy::Policy;
use crate::protocol::Spec;
use crate::report::view::CaptureRecord;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How everything is read, judged and scored.
pub(super) struct Setting<'s> {
    pub(super) analysis: &'s analysis::Options,
    pub(super) policy: &'s Policy,
    pub(super) rubric: &'s Rubric,
    /// The rubric for a protocol, where it is not the same for all.
    pub(super) adapt: &'s (dyn Fn(&'static Spec) -> Option<Rubric> + Sync),
}

/// A submission that is graded.
pub(super) struct Graded {
    pub(super) grade: Grade,
    pub(super) captures: Vec<CaptureRecord>,
    /// What a person should know, with the file it is about.
    pub(super) warnings: Vec<(String, String)>,
}

/// A submission's captures as they are read, by place; the last one to be done has it graded.
struct Desk {
    left: AtomicUsize,
    read: Mutex<Vec<(usize, Result<Read, CaptureError>)>>,
}

/// Grades all submissions, in their order. Captures are read several at a time, whosesoever they are; what was read of a
/// submission is kept until it is complete, and no longer.
pub(super) fn all(folders: &[Folder], setting: &Setting<'_>, jobs: usize, voice: &Voice) -> Vec<Graded> {
    let desk = |folder: &Folder| Desk { left: AtomicUsize::new(folder.files.len()), read: Mutex::new(Vec::new()) };
    let desks: Vec<Desk> = folders.iter().map(desk).collect();
    let files: Vec<(usize, usize)> = folders
        .iter()
        .enumerate()
        .flat_map(|(owner, folder)| (0..folder.files.len()).map(move |place| (owner, place)))
        .collect();
    let work = |number: usize| {
        let (owner, place) = *files.get(number)?;
        let (folder, desk) = (folders.get(owner)?, desks.get(owner)?);
        let read = capture(&folder.files.get(place)?.0, setting);
        // Another thread's panic leaves the list as whole as it was.
        desk.read.lock().unwrap_or_else(PoisonError::into_inner).push((place, read));
        if desk.left.fetch_sub(1, Ordering::AcqRel) > 1 {
            return None;
        }
        let mut read = std::mem::take(&mut *desk.read.lock().unwrap_or_else(PoisonError::into_inner));
        read.sort_by_key(|(place, _)| *place);
        Some((owner, one(folder, read.into_iter().map(|(_, read)| read).collect(), setting)))
    };
    let mut graded: Vec<(usize, Graded)> =
        parallel::each(files.len(), jobs, voice, &work).into_iter().flatten().collect();
    let empty = folders.iter().enumerate().filter(|(_, folder)| folder.files.is_empty());
    graded.extend(empty.map(|(owner, folder)| (owner, one(folder, Vec::new(), setting))));
    graded.sort_by_key(|(owner, _)| *owner);
    graded.into_iter().map(|(_, graded)| graded).collect()
}

/// One submission, from what was read of each of its files. One that is bad does not stop the others.
fn one(folder: &Folder, read: Vec<Result<Read, CaptureError>>, setting: &Setting<'_>) -> Graded {
    let mut submission = Submission { name: folder.name.clone(), ..Submission::default() };
    let (mut captures, mut warnings) = (Vec::new(), Vec::new());
    let mut others = Vec::new();
    for ((_, below), read) in folder.files.iter().zip(read) {
        match read {
            Ok(read) => {
                let damage = read.damage.map(|damage| damage.to_string());
                if let Some(damage) = &damage {
                    warnings
                        .push((format!("{}/{below}", folder.name), format!("{damage}; what came before is graded")));
                }
                captures.push(CaptureRecord { path: format!("{}/{below}", folder.name), ..read.record });
                submission.captures.push(CaptureSeen { path: below.clone(), evidence: read.evidence, damage });
            }
            Err(error @ (CaptureError::NotACapture { .. } | CaptureError::Empty)) if !named_like_one(below) => {
                others.push((below.clone(), error.to_string()));
            }
            Err(error) => {
                warnings.push((format!("{}/{below}", folder.name), format!("{error}; passed over")));
                submission.passed_over.push((below.clone(), error.to_string()));
            }
        }
    }
    submission.passed_over.extend(folder.trouble.iter().cloned());
    if submission.captures.is_empty() {
        // Then whatever is there may be what was meant.
        submission.passed_over.extend(others.into_iter().take(20));
        warnings.push((folder.name.clone(), "holds no capture: nothing to grade".to_owned()));
    }
    Graded { grade: grade(setting.rubric, setting.adapt, submission), captures, warnings }
}

/// Whether a file's name says that it is a capture.
fn named_like_one(path: &str) -> bool {
    let name = path.to_lowercase();
    [".pcap", ".pcapng", ".cap", ".dmp"].iter().any(|end| name.contains(end))
}

/// A capture that was read.
pub(super) struct Read {
    pub(super) evidence: Evidence,
    pub(super) record: CaptureRecord,
    pub(super) damage: Option<Damage>,
}

/// Reads one capture as far as it goes.
pub(super) fn capture(path: &Path, setting: &Setting<'_>) -> Result<Read, CaptureError> {
    let source = Source::File(path.to_owned());
    let mut reader = source.open()?;
    let mut analysis = Analysis::new(setting.analysis.for_capture(reader.comments()));
    let mut examiner = Examiner::new(setting.policy);
    let mut damage = None;
    while let Some(next) = reader.next_frame() {
        match next {
            Ok(frame) => analysis.frame(&frame, &mut |step| examiner.step(&step)),
            Err(found) => damage = Some(found),
        }
    }
    let summary = analysis.finish(&mut |step| examiner.step(&step));
    let info = reader.info();
    let evidence = examiner.finish(info.last_time.unwrap_or(Time::default()));
    let record = CaptureRecord::new(0, source.path(), &info, &summary, damage.as_ref());
    Ok(Read { evidence, record, damage })
}
