//! Grades beside the other tables: a submission is graded once the last of its captures was read.

use super::listing::Entry;
use crate::cli::term::Stop;
use crate::grade::{self, CaptureSeen, Panel, Rubric, Submission};
use crate::policy::Policy;
use crate::protocol::Spec;
use crate::report::grade::SubmissionRecord;
use std::collections::BTreeMap;
use std::path::Path;

/// Submissions in the making.
pub(super) struct Grading<'p> {
    policy: &'p Policy,
    rubric: Rubric,
    built_in: bool,
    /// Listens to the capture at hand.
    pub(super) panel: Panel<'p>,
    open: BTreeMap<String, Open>,
}

/// A submission of which captures are to come.
struct Open {
    left: usize,
    submission: Submission,
}

impl<'p> Grading<'p> {
    /// By this rubric or the built-in one, of these captures.
    pub(super) fn new(path: Option<&Path>, policy: &'p Policy, entries: &[Entry]) -> Result<Grading<'p>, Stop> {
        let mut open: BTreeMap<String, Open> = BTreeMap::new();
        for (name, _) in entries.iter().filter_map(|entry| entry.submission.as_ref()) {
            let submission = || Submission { name: name.clone(), ..Submission::default() };
            open.entry(name.clone()).or_insert_with(|| Open { left: 0, submission: submission() }).left += 1;
        }
        let rubric = crate::cli::grade::rubric(path)?;
        Ok(Grading { policy, rubric, built_in: path.is_none(), panel: Panel::new(policy), open })
    }

    /// What the rubric is called.
    pub(super) fn title(&self) -> &str {
        &self.rubric.title
    }

    /// A capture begins.
    pub(super) fn begin(&mut self) {
        self.panel = Panel::new(self.policy);
    }

    /// The capture is over. Answers the submission's grade, if that was its last.
    pub(super) fn end(&mut self, entry: &Entry, damage: Option<&str>) -> Option<SubmissionRecord> {
        let evidence = std::mem::replace(&mut self.panel, Panel::new(self.policy)).finish();
        self.one_less(entry, |below, submission| {
            let damage = damage.map(str::to_owned);
            submission.captures.push(CaptureSeen { path: below, evidence, damage });
        })
    }

    /// A capture could not be read.
    pub(super) fn refused(&mut self, entry: &Entry, error: &str) -> Option<SubmissionRecord> {
        self.one_less(entry, |below, submission| submission.passed_over.push((below, error.to_owned())))
    }

    fn one_less(&mut self, entry: &Entry, add: impl FnOnce(String, &mut Submission)) -> Option<SubmissionRecord> {
        let (name, below) = entry.submission.as_ref()?;
        let open = self.open.get_mut(name)?;
        add(below.clone(), &mut open.submission);
        open.left = open.left.saturating_sub(1);
        if open.left > 0 {
            return None;
        }
        let mut submission = self.open.remove(name)?.submission;
        // In the order in which `grade` has them: points do not depend on the order of a listing.
        submission.captures.sort_by(|a, b| a.path.cmp(&b.path));
        let adapt = |spec: &'static Spec| self.built_in.then(|| grade::adapted(&self.rubric, spec));
        Some(SubmissionRecord::new(&grade::grade(&self.rubric, &adapt, submission)))
    }
}
