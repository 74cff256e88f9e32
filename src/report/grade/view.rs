//! The output types of `grade`.

use super::matrix::MatrixRecord;
use crate::grade::{self, Grade, Rubric, Scored};
use crate::report::text::plural;
use crate::report::view::{CaptureRecord, SCHEMA_VERSION, SeverityCounts, Tool};
use crate::rules::Verdict;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The output of `grade --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GradeDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// What was read.
    pub captures: Vec<CaptureRecord>,
    /// What was graded by; null for a matrix.
    pub rubric: Option<RubricRecord>,
    /// Every submission, by name.
    pub submissions: Vec<SubmissionRecord>,
    /// Who works with whom; null unless asked for with `--matrix`.
    pub matrix: Option<MatrixRecord>,
    /// What it comes to.
    pub summary: GradeSummary,
}

/// What was graded by.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RubricRecord {
    /// What is graded.
    pub title: String,
    /// The protocol it is for; null: what a submission speaks most.
    pub protocol: Option<String>,
    /// The side it is for: `client`, `server` or null.
    pub role: Option<&'static str>,
    /// Points there are, bonus not counted.
    pub max: f64,
    /// From which share of them on a submission has passed.
    pub pass: f64,
}

impl RubricRecord {
    /// The record of a rubric.
    #[must_use]
    pub fn new(rubric: &Rubric) -> RubricRecord {
        RubricRecord {
            title: rubric.title.clone(),
            protocol: rubric.protocol.clone(),
            role: rubric.role.map(|role| role.name()),
            max: rubric.max(),
            pass: rubric.pass,
        }
    }
}

/// A submission.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SubmissionRecord {
    /// The name of its folder.
    pub name: String,
    /// The protocol it was graded in; null: it holds none.
    pub protocol: Option<&'static str>,
    /// The same in words.
    pub protocol_title: Option<&'static str>,
    /// Points earned, bonus included.
    pub points: f64,
    /// Points there are, bonus not counted.
    pub max: f64,
    /// How many of the points are bonus.
    pub bonus: f64,
    /// `pass`, `fail` or `nothing-to-grade`.
    pub status: &'static str,
    /// Faults that count.
    pub findings: SeverityCounts,
    /// The same for each side, whatever side the rubric grades.
    pub sides: Vec<SideCounts>,
    /// Each criterion of the rubric.
    pub criteria: Vec<CriterionRecord>,
    /// Its captures.
    pub files: Vec<FileRecord>,
    /// Files that could not be graded.
    pub passed_over: Vec<PassedOverRecord>,
    /// The name of its file in the folder of `--feedback`.
    pub feedback: Option<String>,
}

/// What one side did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SideCounts {
    /// `client` or `server`.
    pub side: &'static str,
    /// Its faults that count.
    pub findings: SeverityCounts,
    /// `pass`: no error; `fail`: some; `nothing-to-grade`.
    pub verdict: &'static str,
}

/// A capture of a submission.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FileRecord {
    /// Below the submission's folder.
    pub path: String,
    /// Conversations in the protocol graded.
    pub sessions: u64,
    /// Messages in them.
    pub messages: u64,
    /// What is wrong with the file; what came before was graded.
    pub damage: Option<String>,
}

/// A file that could not be graded.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PassedOverRecord {
    /// Below the submission's folder.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// A criterion's points, and what they rest on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CriterionRecord {
    /// The rubric's name for it.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What is asked.
    pub about: String,
    /// Points earned.
    pub points: f64,
    /// At most this many.
    pub max: f64,
    /// Whether they come on top.
    pub bonus: bool,
    /// The side that was looked at: `client`, `server` or null.
    pub role: Option<&'static str>,
    /// Why so many, in a sentence.
    pub why: String,
    /// Each rule that applies.
    pub rules: Vec<RuleScoreRecord>,
    /// Messages asked for and captured.
    pub messages_seen: Vec<&'static str>,
    /// Messages asked for and not captured.
    pub messages_missing: Vec<&'static str>,
    /// Scenarios asked for of which there is no capture.
    pub scenarios_missing: Vec<String>,
}

/// What one rule brought and cost.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleScoreRecord {
    /// Its code.
    pub rule: &'static str,
    /// Its name.
    pub name: &'static str,
    /// `pass`, `fail`, `not-exercised` or `inconclusive`.
    pub verdict: &'static str,
    /// How often there was something to check.
    pub checked: u64,
    /// How often it was broken.
    pub violated: u64,
    /// How often it was broken where the capture itself shows another explanation: that costs nothing.
    pub excused: u64,
    /// The points it could earn.
    pub share: f64,
    /// The points that its faults cost.
    pub lost: f64,
    /// Whether that is the most that one rule may cost.
    pub capped: bool,
    /// Its first faults.
    pub findings: Vec<PlaceRecord>,
    /// Of what does not count, the first of each explanation.
    pub excuses: Vec<ExcuseRecord>,
}

/// Why something that looks like a fault does not count.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExcuseRecord {
    /// The capture, below the submission's folder.
    pub path: String,
    /// The frame.
    pub frame: u64,
    /// What was seen.
    pub message: String,
    /// What else explains it.
    pub caveat: String,
}

/// Where a fault shows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlaceRecord {
    /// The capture, below the submission's folder.
    pub path: String,
    /// The frame.
    pub frame: u64,
    /// The session.
    pub session: u32,
    /// The side at fault: `client`, `server` or `peer`.
    pub actor: &'static str,
    /// What was required and what was seen.
    pub message: String,
    /// Where the document says so.
    pub section: &'static str,
}

/// What a class comes to.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct GradeSummary {
    /// Submissions.
    pub submissions: u64,
    /// Those with the points to pass.
    pub passed: u64,
    /// Those without.
    pub failed: u64,
    /// Those that hold nothing to grade.
    pub nothing_to_grade: u64,
    /// The mean of the points of those that were graded.
    pub mean: Option<f64>,
    /// The median of them.
    pub median: Option<f64>,
    /// Tenths of the maximum: how many submissions have up to 10 %, up to 20 %, and so on.
    pub distribution: [u64; 10],
    /// Rules by how many submissions broke them.
    pub by_rule: Vec<RuleCount>,
    /// Faults that count, of all.
    pub findings: SeverityCounts,
    /// From which severity on a fault fails the run: `error`, `warning`, `info` or `never`.
    pub fail_on: &'static str,
    /// `pass` or `fail`.
    pub verdict: &'static str,
}

/// A rule and how many broke it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleCount {
    /// Its code.
    pub rule: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Submissions that broke it.
    pub submissions: u64,
    /// How often in all.
    pub violated: u64,
}

impl SubmissionRecord {
    /// The record of a grade.
    #[must_use]
    pub fn new(grade: &Grade) -> SubmissionRecord {
        let [error, warning, info] = grade.faults;
        SubmissionRecord {
            name: grade.name.clone(),
            protocol: grade.spec.map(|spec| spec.id),
            protocol_title: grade.spec.map(|spec| spec.title),
            points: grade.points,
            max: grade.max,
            bonus: grade.bonus,
            status: grade.standing.name(),
            findings: SeverityCounts { error, warning, info },
            sides: grade
                .sides
                .iter()
                .map(|(side, [error, warning, info])| SideCounts {
                    side: side.name(),
                    findings: SeverityCounts { error: *error, warning: *warning, info: *info },
                    verdict: match (grade.spec, error) {
                        (None, _) => "nothing-to-grade",
                        (_, 0) => "pass",
                        _ => "fail",
                    },
                })
                .collect(),
            criteria: grade.criteria.iter().map(|scored| CriterionRecord::new(scored, grade.spec.is_some())).collect(),
            files: grade
                .captures
                .iter()
                .map(|(path, sessions, messages, damage)| FileRecord {
                    path: path.clone(),
                    sessions: *sessions,
                    messages: *messages,
                    damage: damage.clone(),
                })
                .collect(),
            passed_over: grade
                .passed_over
                .iter()
                .map(|(path, reason)| PassedOverRecord { path: path.clone(), reason: reason.clone() })
                .collect(),
            feedback: None,
        }
    }

    /// The points in percent of the maximum.
    #[must_use]
    pub fn percent(&self) -> f64 {
        if self.max > 0.0 { grade::round_to(self.points / self.max * 100.0, 0.1) } else { 0.0 }
    }

    /// One sentence for a cell.
    #[must_use]
    pub fn remark(&self) -> String {
        if self.files.is_empty() {
            return "no capture was found".to_owned();
        }
        if self.protocol.is_none() {
            return "no conversation in a protocol that is graded was found".to_owned();
        }
        let mut broken: Vec<&RuleScoreRecord> =
            self.criteria.iter().flat_map(|criterion| &criterion.rules).filter(|rule| rule.violated > 0).collect();
        broken.sort_by(|a, b| b.lost.total_cmp(&a.lost).then(a.rule.cmp(b.rule)));
        broken.dedup_by_key(|rule| rule.rule);
        if broken.is_empty() {
            let all = self.points >= self.max;
            return if all { "no faults" } else { "not everything shown" }.to_owned();
        }
        let more = broken.len().saturating_sub(3);
        let mut text: Vec<String> =
            broken.iter().take(3).map(|rule| format!("{} {} ({}x)", rule.rule, rule.name, rule.violated)).collect();
        if more > 0 {
            text.push(format!("{more} more"));
        }
        text.join("; ")
    }
}

impl CriterionRecord {
    /// Whether all went well: nothing was broken, and what had nothing to check was not asked for.
    pub(super) fn has_nothing_to_say(&self) -> bool {
        let left_out = |rule: &RuleScoreRecord| rule.verdict == "not-exercised" && rule.share <= 0.0;
        self.rules.iter().all(|rule| rule.verdict == "pass" || left_out(rule))
            && (self.rules.is_empty() || self.rules.iter().any(|rule| rule.verdict == "pass"))
            && self.messages_missing.is_empty()
            && self.scenarios_missing.is_empty()
    }

    /// Rules that earned nothing because nothing called for them, and the points they would have brought.
    pub(super) fn idle(&self) -> (Vec<&RuleScoreRecord>, f64) {
        let unused = |rule: &&RuleScoreRecord| rule.verdict == "not-exercised";
        let earning: Vec<_> = self.rules.iter().filter(unused).filter(|rule| rule.share > 0.0).collect();
        let shown: Vec<_> = match earning.is_empty() && self.rules.iter().all(|rule| unused(&rule)) {
            true => self.rules.iter().collect(),
            false => earning,
        };
        let share = shown.iter().map(|rule| rule.share).sum();
        (shown, share)
    }

    fn new(scored: &Scored, graded: bool) -> CriterionRecord {
        CriterionRecord {
            id: scored.criterion.id.clone(),
            title: scored.criterion.title.clone(),
            about: scored.criterion.about.clone(),
            points: scored.points,
            max: scored.criterion.points,
            bonus: scored.criterion.bonus,
            role: scored.role.map(|role| role.name()),
            why: why(scored, graded),
            rules: scored
                .rules
                .iter()
                .map(|score| RuleScoreRecord {
                    rule: score.rule.code,
                    name: score.rule.name,
                    verdict: score.verdict.name(),
                    checked: score.checked,
                    violated: score.violated,
                    excused: score.excused,
                    share: grade::round_to(score.share, 0.001),
                    lost: grade::round_to(score.lost, 0.001),
                    capped: score.capped,
                    excuses: score
                        .excuses
                        .iter()
                        .map(|(place, caveat)| ExcuseRecord {
                            path: place.capture.clone(),
                            frame: place.frame,
                            message: place.message.clone(),
                            caveat: caveat.clone(),
                        })
                        .collect(),
                    findings: score
                        .places
                        .iter()
                        .map(|place| PlaceRecord {
                            path: place.capture.clone(),
                            frame: place.frame,
                            session: place.session,
                            actor: place.actor.name(),
                            message: place.message.clone(),
                            section: place.section,
                        })
                        .collect(),
                })
                .collect(),
            messages_seen: scored.seen.clone(),
            messages_missing: scored.missing.clone(),
            scenarios_missing: scored.absent.clone(),
        }
    }
}

/// Why a criterion has its points, in a sentence.
fn why(scored: &Scored, graded: bool) -> String {
    if !graded {
        return "nothing could be graded".to_owned();
    }
    let mut parts = Vec::new();
    let broken = scored.rules.iter().filter(|score| score.violated > 0).count() as u64;
    let faults: u64 = scored.rules.iter().map(|score| score.violated).sum();
    if broken > 0 {
        parts.push(format!("{} of {}", plural(faults, "fault"), plural(broken, "kind")));
    }
    let idle = |score: &&grade::RuleScore| score.verdict == Verdict::NotExercised && score.share > 0.0;
    let idle = scored.rules.iter().filter(idle).count() as u64;
    if !scored.rules.is_empty() && scored.rules.iter().all(|score| score.verdict == Verdict::NotExercised) {
        parts.push("the captures gave nothing to check".to_owned());
    } else if idle > 0 {
        parts.push(format!("{} had nothing to check", plural(idle, "rule")));
    }
    if !scored.missing.is_empty() {
        let asked = scored.seen.len() + scored.missing.len();
        parts.push(format!("{} of {} messages were captured", scored.seen.len(), asked));
    }
    for name in &scored.absent {
        parts.push(format!("there is no capture of \"{name}\""));
    }
    if parts.is_empty() { "nothing was wrong".to_owned() } else { parts.join("; ") }
}

impl GradeSummary {
    /// What some submissions come to.
    #[must_use]
    pub fn new(submissions: &[SubmissionRecord]) -> GradeSummary {
        let mut summary = GradeSummary { submissions: submissions.len() as u64, ..GradeSummary::default() };
        let mut points = Vec::new();
        let mut rules: BTreeMap<(&'static str, &'static str), (u64, u64)> = BTreeMap::new();
        for submission in submissions {
            match submission.status {
                "pass" => summary.passed += 1,
                "fail" => summary.failed += 1,
                _ => summary.nothing_to_grade += 1,
            }
            summary.findings.error += submission.findings.error;
            summary.findings.warning += submission.findings.warning;
            summary.findings.info += submission.findings.info;
            if submission.protocol.is_some() {
                points.push(submission.points);
                let tenth = (0..9).find(|tenth| submission.percent() <= f64::from(tenth + 1) * 10.0).unwrap_or(9);
                if let Some(count) = usize::try_from(tenth).ok().and_then(|tenth| summary.distribution.get_mut(tenth)) {
                    *count += 1;
                }
            }
            let mut broken: BTreeMap<(&'static str, &'static str), u64> = BTreeMap::new();
            for rule in submission.criteria.iter().flat_map(|criterion| &criterion.rules) {
                if rule.violated > 0 {
                    let most = broken.entry((rule.rule, rule.name)).or_default();
                    *most = (*most).max(rule.violated);
                }
            }
            for (rule, violated) in broken {
                let count = rules.entry(rule).or_default();
                count.0 += 1;
                count.1 += violated;
            }
        }
        points.sort_by(f64::total_cmp);
        if !points.is_empty() {
            let middle = points.len() / 2;
            let (low, high) = (points.get(middle.wrapping_sub(1)), points.get(middle));
            summary.median = match (low, high) {
                (Some(low), Some(high)) if points.len().is_multiple_of(2) => {
                    Some(grade::round_to((low + high) / 2.0, 0.001))
                }
                (_, high) => high.copied(),
            };
            summary.mean = Some(grade::round_to(points.iter().sum::<f64>() / points.len() as f64, 0.001));
        }
        summary.by_rule = rules
            .into_iter()
            .map(|((rule, name), (submissions, violated))| RuleCount { rule, name, submissions, violated })
            .collect();
        summary
            .by_rule
            .sort_by_key(|count| (std::cmp::Reverse(count.submissions), std::cmp::Reverse(count.violated), count.rule));
        summary
    }
}

impl GradeDocument {
    /// A class that was graded.
    #[must_use]
    pub fn class(rubric: &Rubric, captures: Vec<CaptureRecord>, submissions: Vec<SubmissionRecord>) -> GradeDocument {
        GradeDocument {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            captures,
            rubric: Some(RubricRecord::new(rubric)),
            summary: GradeSummary::new(&submissions),
            submissions,
            matrix: None,
        }
    }
}
