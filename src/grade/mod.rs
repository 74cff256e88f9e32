//! Rubrics and scores: what a submission's captures show, and how many points that is worth. Files are read elsewhere.
//!
//! ```text
//! Step → Examiner → Evidence ─┐
//!                    Rubric ──┴→ Grade
//! ```

mod builtin;
mod evidence;
mod glob;
mod rubric;
mod score;
mod text;

pub use builtin::{DEFAULT, adapted, builtin, commented};
pub use evidence::{Evidence, Examiner, Panel, SideEvidence};
pub use glob::matches as glob_matches;
pub use rubric::{Cost, Criterion, Exercised, Rounding, Rubric, Scenario, Weights};
pub use score::{CaptureSeen, Grade, Place, RuleScore, Scored, Standing, Submission, grade, round_to};
