//! A rubric over the evidence of a submission: points for each criterion, and for each what they rest on.
//!
//! Everything here is arithmetic in a fixed order: the same captures give the same points, to the last digit.

use super::evidence::Evidence;
use super::glob;
use super::rubric::{Cost, Criterion, Exercised, Rubric};
use crate::protocol::{Actor, Severity, Spec};
use crate::protocols;
use crate::rules::{Finding, RULES, Rule, Verdict};
use std::collections::BTreeSet;

/// How many places of one rule's faults are kept. All are counted.
const PLACES: usize = 12;

/// How many explanations for faults that do not count.
const EXCUSES: usize = 3;

/// What was handed in: captures, in the order of their names.
#[derive(Debug, Default)]
pub struct Submission {
    /// Whose it is: the folder's name, as it is.
    pub name: String,
    /// Each capture with its path below the folder.
    pub captures: Vec<CaptureSeen>,
    /// Files that could not be graded, and why.
    pub passed_over: Vec<(String, String)>,
}

/// A capture of a submission.
#[derive(Debug)]
pub struct CaptureSeen {
    /// Below the submission's folder, with `/`.
    pub path: String,
    /// What it shows.
    pub evidence: Evidence,
    /// What is wrong with the file, if anything; what came before was graded.
    pub damage: Option<String>,
}

/// What a submission is worth.
#[derive(Clone)]
pub struct Grade {
    /// Whose.
    pub name: String,
    /// The protocol it was graded in; `None`: it speaks none.
    pub spec: Option<&'static Spec>,
    /// Points earned, bonus included.
    pub points: f64,
    /// Points there are, bonus not counted.
    pub max: f64,
    /// Of the points, how many are bonus.
    pub bonus: f64,
    /// What became of it.
    pub standing: Standing,
    /// By criterion.
    pub criteria: Vec<Scored>,
    /// Captures with sessions and messages in the protocol, and damage.
    pub captures: Vec<(String, u64, u64, Option<String>)>,
    /// Files that could not be graded, and why.
    pub passed_over: Vec<(String, String)>,
    /// Faults that count, by severity: errors, warnings, info.
    pub faults: [u64; 3],
    /// The same for the client and for the server alone, whatever side the rubric grades.
    pub sides: [(Actor, [u64; 3]); 2],
}

/// What became of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has the points to pass.
    Passed,
    /// It has not.
    Failed,
    /// It holds no capture, or none with a conversation that could be graded.
    Nothing,
}

impl Standing {
    /// As in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Standing::Passed => "pass",
            Standing::Failed => "fail",
            Standing::Nothing => "nothing-to-grade",
        }
    }
}

impl Grade {
    /// The gravest severity among faults that count.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        let [error, warning, info] = self.faults;
        match (error, warning, info) {
            (1.., ..) => Some(Severity::Error),
            (_, 1.., _) => Some(Severity::Warning),
            (.., 1..) => Some(Severity::Info),
            _ => None,
        }
    }
}

/// A criterion's points, and what they rest on.
#[derive(Clone)]
pub struct Scored {
    /// The rubric's words.
    pub criterion: Criterion,
    /// The side that was looked at.
    pub role: Option<Actor>,
    /// Points earned.
    pub points: f64,
    /// Each rule that applies.
    pub rules: Vec<RuleScore>,
    /// Messages asked for and seen.
    pub seen: Vec<&'static str>,
    /// Messages asked for and not seen.
    pub missing: Vec<&'static str>,
    /// Scenarios asked for of which there is no capture.
    pub absent: Vec<String>,
}

/// What one rule brought and cost.
#[derive(Clone)]
pub struct RuleScore {
    /// The rule.
    pub rule: &'static Rule,
    /// Over all captures that were looked at.
    pub verdict: Verdict,
    /// How often there was something to check.
    pub checked: u64,
    /// How often it was broken, and nothing else explains it.
    pub violated: u64,
    /// How often it was broken where the capture itself shows another explanation. That costs nothing.
    pub excused: u64,
    /// The points it could earn; none where it was left out.
    pub share: f64,
    /// The points that its faults cost.
    pub lost: f64,
    /// That is as much as one rule may cost.
    pub capped: bool,
    /// Its first faults that count.
    pub places: Vec<Place>,
    /// Of those that do not count, the first of each explanation that the capture shows, with it.
    pub excuses: Vec<(Place, String)>,
    /// The weight of its gravest fault, and of all together.
    weight: (f64, f64),
}

/// Where a fault shows.
#[derive(Clone, Debug)]
pub struct Place {
    /// The capture, below the submission's folder.
    pub capture: String,
    /// The frame.
    pub frame: u64,
    /// The session.
    pub session: u32,
    /// Whose fault.
    pub actor: Actor,
    /// What was required and what was seen.
    pub message: String,
    /// The section of the document.
    pub section: &'static str,
}

/// The nearest multiple of a step, half up.
#[must_use]
pub fn round_to(points: f64, step: f64) -> f64 {
    // What is half a step in the rubric's numbers may be a hair less in ours.
    let steps = (points / step + 0.5 + 1e-9).floor();
    // 7 steps of 0.1 are 0.7000000000000001; the shortest number with the step's digits is meant.
    let nearest = (steps * step * 1e6).round() / 1e6;
    if nearest == 0.0 { 0.0 } else { nearest }
}

/// The protocol that the captures speak most, of the one the rubric asks for.
fn spoken(rubric: &Rubric, submission: &Submission) -> Option<&'static Spec> {
    let mut best: Option<(u64, &'static Spec)> = None;
    for spec in protocols::ALL.iter().map(|protocol| protocol.spec()) {
        if rubric.protocol.as_deref().is_some_and(|asked| asked != spec.id) {
            continue;
        }
        let messages = submission.captures.iter().map(|capture| capture.evidence.messages_of(spec)).sum();
        if messages > 0 && best.is_none_or(|(most, _)| messages > most) {
            best = Some((messages, spec));
        }
    }
    best.map(|(_, spec)| spec)
}

/// Grades a submission. `adapt` gives the rubric for the protocol that the submission speaks.
#[must_use]
pub fn grade(rubric: &Rubric, adapt: &dyn Fn(&'static Spec) -> Option<Rubric>, submission: Submission) -> Grade {
    let spec = spoken(rubric, &submission);
    let adapted = spec.and_then(adapt);
    let rubric = adapted.as_ref().unwrap_or(rubric);
    let criteria: Vec<Scored> =
        rubric.criteria.iter().map(|criterion| score(rubric, criterion, spec, &submission)).collect();
    let (mut points, mut bonus) = (0.0, 0.0);
    for scored in &criteria {
        points += scored.points;
        bonus += if scored.criterion.bonus { scored.points } else { 0.0 };
    }
    // With rounded parts this only takes away what adding floating numbers leaves behind.
    let step = if rubric.rounding.total_only { rubric.rounding.step } else { 1e-6 };
    let (points, max) = (round_to(points, step), rubric.max());
    let standing = match spec {
        None => Standing::Nothing,
        Some(_) if points + 1e-9 >= rubric.pass * max => Standing::Passed,
        Some(_) => Standing::Failed,
    };
    let faults = counted(&submission, spec, rubric.role);
    let sides = [Actor::Client, Actor::Server].map(|side| (side, counted(&submission, spec, Some(side))));
    let captures = submission
        .captures
        .into_iter()
        .map(|capture| {
            let mine =
                |session: &&crate::session::report::SessionReport| spec.is_some_and(|spec| spec.id == session.spec.id);
            let sessions = capture.evidence.sessions.iter().filter(mine).count() as u64;
            let messages = spec.map_or(0, |spec| capture.evidence.messages_of(spec));
            (capture.path, sessions, messages, capture.damage)
        })
        .collect();
    Grade {
        name: submission.name,
        spec,
        points,
        max,
        bonus: round_to(bonus, 1e-6),
        standing,
        criteria,
        captures,
        passed_over: submission.passed_over,
        faults,
        sides,
    }
}

/// Faults of a side that count, by severity.
fn counted(submission: &Submission, spec: Option<&'static Spec>, role: Option<Actor>) -> [u64; 3] {
    let mut faults = [0; 3];
    for capture in &submission.captures {
        for finding in capture.evidence.about(role).flat_map(|side| &side.findings) {
            if finding.caveat.is_none() && spec.is_some_and(|spec| spec.id == finding.spec.id) {
                faults[match finding.severity {
                    Severity::Error => 0,
                    Severity::Warning => 1,
                    Severity::Info => 2,
                }] += 1;
            }
        }
    }
    faults
}

fn score(rubric: &Rubric, criterion: &Criterion, spec: Option<&'static Spec>, submission: &Submission) -> Scored {
    let role = criterion.role.or(rubric.role);
    let (captures, absent) = looked_at(rubric, criterion, submission);
    let asked = spec.map_or_else(Vec::new, |spec| expanded(&criterion.messages, spec));
    let captured: BTreeSet<(&str, &str)> =
        captures.iter().flat_map(|capture| capture.evidence.messages.iter().copied()).collect();
    let has = |name: &&'static str| spec.is_some_and(|spec| captured.contains(&(spec.id, *name)));
    let (seen, missing): (Vec<_>, Vec<_>) = asked.iter().copied().partition(has);
    let mut rules = spec.map_or_else(Vec::new, |spec| tally(rubric, criterion, role, spec, &captures));
    let mut points = match spec {
        None => 0.0,
        Some(_) if criterion.rules.is_empty() => criterion.points,
        Some(_) => earned(criterion, &mut rules),
    };
    if asked.is_empty() && !criterion.messages.is_empty() {
        // None of them is a message of this protocol.
        points = 0.0;
    } else if !asked.is_empty() {
        points *= seen.len() as f64 / asked.len() as f64;
    }
    if !criterion.scenarios.is_empty() {
        let there = criterion.scenarios.len() - absent.len();
        points *= there as f64 / criterion.scenarios.len() as f64;
    }
    let points = if rubric.rounding.total_only { points } else { round_to(points, rubric.rounding.step) };
    Scored { criterion: criterion.clone(), role, points, rules, seen, missing, absent }
}

/// The captures of the scenarios a criterion asks for, and the scenarios without one.
fn looked_at<'s>(
    rubric: &Rubric,
    criterion: &Criterion,
    submission: &'s Submission,
) -> (Vec<&'s CaptureSeen>, Vec<String>) {
    if criterion.scenarios.is_empty() {
        return (submission.captures.iter().collect(), Vec::new());
    }
    let asked: Vec<_> = rubric.scenarios.iter().filter(|known| criterion.scenarios.contains(&known.name)).collect();
    let serves = |files: &[String], path: &str| files.iter().any(|pattern| glob::matches(pattern, path));
    let captures = submission
        .captures
        .iter()
        .filter(|capture| asked.iter().any(|scenario| serves(&scenario.files, &capture.path)))
        .collect();
    let absent = asked
        .iter()
        .filter(|scenario| !submission.captures.iter().any(|capture| serves(&scenario.files, &capture.path)))
        .map(|scenario| scenario.name.clone())
        .collect();
    (captures, absent)
}

/// The messages of a protocol that names and collective names stand for, in the order of its table.
fn expanded(names: &[String], spec: &'static Spec) -> Vec<&'static str> {
    let mut asked = Vec::new();
    for kind in spec.kinds {
        let wanted = names.iter().any(|name| match name.as_str() {
            "@all" => true,
            "@requests" => super::builtin::is_request(kind),
            name => name == kind.name,
        });
        if wanted && !asked.contains(&kind.name) {
            asked.push(kind.name);
        }
    }
    asked
}

/// Verdicts and faults over the captures, for every rule that applies.
fn tally(
    rubric: &Rubric,
    criterion: &Criterion,
    role: Option<Actor>,
    spec: &'static Spec,
    captures: &[&CaptureSeen],
) -> Vec<RuleScore> {
    let mut scores = Vec::new();
    for rule in RULES.iter().copied().filter(|rule| criterion.covers(rule.code) && spec.section(rule.topic).is_some()) {
        let (mut checked, mut violated, mut excused) = (0, 0, 0);
        let (mut places, mut applies) = (Vec::new(), captures.is_empty());
        let mut excuses: Vec<(Place, String)> = Vec::new();
        let mut weight = (0.0_f64, 0.0);
        for capture in captures {
            for side in capture.evidence.about(role) {
                for verdict in &side.rules {
                    if verdict.rule == rule.code && verdict.spec.id == spec.id {
                        checked += verdict.checked;
                        applies = true;
                    }
                }
            }
            for finding in faults(capture, role, rule, spec) {
                if let Some(caveat) = &finding.caveat {
                    excused += 1;
                    if excuses.len() < EXCUSES && excuses.iter().all(|(_, known)| known != caveat) {
                        excuses.push((place(&capture.path, finding), caveat.clone()));
                    }
                } else {
                    violated += 1;
                    let heavy = rubric.weights.of(finding.severity);
                    weight = (weight.0.max(heavy), weight.1 + heavy);
                    places.push(place(&capture.path, finding));
                }
            }
        }
        places.truncate(PLACES);
        // What no policy asked for is no rule: latency bounds that nobody set.
        if !applies {
            continue;
        }
        let verdict = match (checked, violated, excused) {
            (_, 1.., _) => Verdict::Fail,
            (_, _, 1..) => Verdict::Inconclusive,
            (0, ..) => Verdict::NotExercised,
            _ => Verdict::Pass,
        };
        scores.push(RuleScore {
            rule,
            verdict,
            checked,
            violated,
            excused,
            share: 0.0,
            lost: 0.0,
            capped: false,
            places,
            excuses,
            weight,
        });
    }
    scores
}

/// The faults of one rule in a capture, by frame over all sides.
fn faults<'e>(capture: &'e CaptureSeen, role: Option<Actor>, rule: &Rule, spec: &Spec) -> Vec<&'e Finding> {
    let mut found: Vec<&Finding> = capture
        .evidence
        .about(role)
        .flat_map(|side| &side.findings)
        .filter(|finding| finding.rule == rule.code && finding.spec.id == spec.id)
        .collect();
    found.sort_by_key(|finding| (finding.frame, finding.session, finding.actor));
    found
}

fn place(capture: &str, finding: &Finding) -> Place {
    Place {
        capture: capture.to_owned(),
        frame: finding.frame,
        session: finding.session,
        actor: finding.actor,
        message: finding.message.clone(),
        section: finding.section,
    }
}

/// The points of a criterion's rules: shares, less what faults cost.
fn earned(criterion: &Criterion, rules: &mut [RuleScore]) -> f64 {
    let idle = |score: &RuleScore| score.verdict == Verdict::NotExercised;
    let any = rules.iter().any(|score| !idle(score));
    let left_out = |score: &RuleScore| {
        idle(score)
            && match criterion.exercised {
                Exercised::Each => criterion.may_be_idle(score.rule.code),
                Exercised::Any => true,
                Exercised::Nothing => false,
            }
    };
    let sharing = rules.iter().filter(|score| !left_out(score)).count();
    if sharing == 0 && criterion.exercised == Exercised::Nothing {
        // Where no rule applies there is nothing to lose.
        return criterion.points;
    }
    if sharing == 0 || (!any && criterion.exercised != Exercised::Nothing) {
        return 0.0;
    }
    let share = criterion.points / sharing as f64;
    let mut points = 0.0;
    for score in rules.iter_mut() {
        if left_out(score) {
            continue;
        }
        score.share = share;
        if !idle(score) || criterion.exercised == Exercised::Nothing {
            points += share;
        }
        score.lost = lost(criterion, score);
        if let Cost::Occurrence { each, .. } = criterion.cost {
            score.capped = score.lost + 1e-9 < each * score.weight.1;
        }
        points -= score.lost;
    }
    points.clamp(0.0, criterion.points)
}

/// What a rule's faults cost.
fn lost(criterion: &Criterion, score: &RuleScore) -> f64 {
    let (gravest, sum) = score.weight;
    match criterion.cost {
        Cost::Kind { each } => each.unwrap_or(score.share) * gravest,
        Cost::Occurrence { each, cap } => (each * sum).min(cap.unwrap_or(criterion.points)),
        Cost::Proportion => score.share * (sum / score.checked.max(1) as f64).min(1.0),
    }
}
