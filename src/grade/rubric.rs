//! A rubric as a TOML file: criteria with points, what they ask for, what faults cost; mistakes point at their place.

use super::text::{nearest, unknown};
use crate::bytes::escape_str;
use crate::policy::FileError;
use crate::protocol::{Actor, Severity, Spec};
use crate::protocols;
use crate::rules::RULES;
use serde::Deserialize;
use std::ops::Range;
use toml::Spanned;

/// How a submission is graded.
#[derive(Clone, Debug, PartialEq)]
pub struct Rubric {
    /// What is graded, in a line.
    pub title: String,
    /// Only conversations in this protocol; else the one that the submission speaks most.
    pub protocol: Option<String>,
    /// Only what this side did, unless a criterion says otherwise.
    pub role: Option<Actor>,
    /// To what points are rounded.
    pub rounding: Rounding,
    /// From which share of the points on a submission has passed, 0 to 1.
    pub pass: f64,
    /// How much of its cost a fault of each severity costs.
    pub weights: Weights,
    /// Which files show what.
    pub scenarios: Vec<Scenario>,
    /// What points are given for.
    pub criteria: Vec<Criterion>,
}

/// To what points are rounded, half up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// The nearest multiple of this.
    pub step: f64,
    /// Only the total; else each criterion, so that they add up.
    pub total_only: bool,
}

/// How much of its cost a fault of each severity costs, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of errors.
    pub error: f64,
    /// Of warnings.
    pub warning: f64,
    /// Of what is only worth knowing.
    pub info: f64,
}

impl Weights {
    /// The weight of a severity.
    #[must_use]
    pub fn of(&self, severity: Severity) -> f64 {
        match severity {
            Severity::Error => self.error,
            Severity::Warning => self.warning,
            Severity::Info => self.info,
        }
    }
}

/// Which files of a submission show what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What criteria call it.
    pub name: String,
    /// Patterns of file names.
    pub files: Vec<String>,
}

/// What points are given for.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// A short name for columns.
    pub id: String,
    /// A heading.
    pub title: String,
    /// What is asked, for the student.
    pub about: String,
    /// At most this many.
    pub points: f64,
    /// They come on top of the maximum.
    pub bonus: bool,
    /// Codes, or beginnings of codes, of the rules that are looked at.
    pub rules: Vec<String>,
    /// But none of these.
    pub except: Vec<String>,
    /// Rules of these may have had nothing to check: they are then left out.
    pub optional: Vec<String>,
    /// Only what this side did.
    pub role: Option<Actor>,
    /// Only files of these scenarios, each of which must be there.
    pub scenarios: Vec<String>,
    /// Messages that must have been captured.
    pub messages: Vec<String>,
    /// What must have been checked to earn points.
    pub exercised: Exercised,
    /// What faults cost.
    pub cost: Cost,
}

/// What must have been checked to earn the points of a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exercised {
    /// Each rule earns its share only if it had something to check.
    Each,
    /// One rule that had something to check is enough.
    Any,
    /// Nothing: points are only ever lost.
    Nothing,
}

/// What faults cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cost {
    /// A rule that is broken costs this much, once; without a number, its share.
    Kind {
        /// In points.
        each: Option<f64>,
    },
    /// Each fault costs this much, up to a cap.
    Occurrence {
        /// In points.
        each: f64,
        /// For one rule at most; without a number, all points of the criterion.
        cap: Option<f64>,
    },
    /// A rule loses that part of its share that it was broken of all the times it was checked.
    Proportion,
}

impl Criterion {
    /// Whether it looks at a rule.
    #[must_use]
    pub fn covers(&self, code: &str) -> bool {
        begins(&self.rules, code) && !begins(&self.except, code)
    }

    /// Whether a rule may have had nothing to check.
    #[must_use]
    pub fn may_be_idle(&self, code: &str) -> bool {
        begins(&self.optional, code)
    }
}

fn begins(prefixes: &[String], code: &str) -> bool {
    prefixes.iter().any(|prefix| code.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix)))
}

impl Rubric {
    /// All points there are, bonus not counted.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.criteria.iter().filter(|criterion| !criterion.bonus).map(|criterion| criterion.points).sum()
    }

    /// Reads a rubric.
    ///
    /// # Errors
    /// The first thing wrong with it, with its line and column: TOML syntax, an unknown key, a name that does not exist,
    /// a number that makes no sense.
    pub fn from_toml(text: &str) -> Result<Rubric, FileError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let message = meant(error.message());
            FileError::at(text, error.span().unwrap_or(0..0), message)
        })?;
        read(file).map_err(|(span, message)| FileError::at(text, span, message))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<String>,
    protocol: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
    round: Option<Spanned<f64>>,
    round_of: Option<Spanned<String>>,
    pass: Option<Spanned<String>>,
    weights: Option<WeightsTable>,
    #[serde(default)]
    scenario: Vec<ScenarioTable>,
    criterion: Option<Vec<Spanned<CriterionTable>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightsTable {
    error: Option<Spanned<f64>>,
    warning: Option<Spanned<f64>>,
    info: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioTable {
    name: Spanned<String>,
    files: Spanned<Vec<Spanned<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CriterionTable {
    id: Spanned<String>,
    title: Option<String>,
    about: Option<String>,
    points: Spanned<f64>,
    #[serde(default)]
    bonus: bool,
    #[serde(default)]
    rules: Vec<Spanned<String>>,
    #[serde(default)]
    except: Vec<Spanned<String>>,
    #[serde(default)]
    optional: Vec<Spanned<String>>,
    role: Option<Spanned<String>>,
    #[serde(default)]
    scenarios: Vec<Spanned<String>>,
    #[serde(default)]
    messages: Vec<Spanned<String>>,
    exercised: Option<Spanned<String>>,
    cost: Option<Spanned<String>>,
    each: Option<Spanned<f64>>,
    cap: Option<Spanned<f64>>,
}

type Checked<T> = Result<T, (Range<usize>, String)>;

/// The parser's message about an unknown key, with the key that was meant.
fn meant(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let first = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.collect();
    match nearest(first, &known) {
        Some(meant) if message.starts_with("unknown field") => {
            format!("there is no key `{}`: `{meant}` is meant?", escape_str(first))
        }
        _ => escape_str(message),
    }
}

fn read(file: File) -> Checked<Rubric> {
    let ids: Vec<&str> = protocols::ALL.iter().map(|protocol| protocol.spec().id).collect();
    let protocol = file.protocol.map(|name| one_of(&name, &ids, "protocol")).transpose()?;
    let specs: Vec<&'static Spec> = protocols::ALL
        .iter()
        .map(|known| known.spec())
        .filter(|spec| protocol.as_deref().is_none_or(|id| id == spec.id))
        .collect();
    let weight = |value: Option<Spanned<f64>>, default| {
        value.map_or(Ok(default), |value| within(&value, 0.0, 1.0, "a weight is a number from 0 to 1"))
    };
    let weights = match file.weights {
        Some(table) => Weights {
            error: weight(table.error, 1.0)?,
            warning: weight(table.warning, 0.5)?,
            info: weight(table.info, 0.0)?,
        },
        None => Weights { error: 1.0, warning: 0.5, info: 0.0 },
    };
    let step = file
        .round
        .map_or(Ok(0.01), |round| within(&round, 0.001, 1e6, "points are rounded to a multiple from 0.001 on"))?;
    let total_only = match file.round_of {
        Some(of) => one_of(&of, &["criterion", "total"], "thing to round")? == "total",
        None => false,
    };
    let mut scenarios: Vec<Scenario> = Vec::new();
    for table in file.scenario {
        let name =
            named(&table.name, "scenario", &scenarios.iter().map(|known| known.name.as_str()).collect::<Vec<_>>())?;
        if table.files.get_ref().is_empty() {
            return Err((
                table.files.span(),
                format!("scenario \"{name}\" has no files: give a pattern, like \"login*\""),
            ));
        }
        let files = table.files.into_inner().into_iter().map(Spanned::into_inner).collect();
        scenarios.push(Scenario { name, files });
    }
    let mut criteria: Vec<Criterion> = Vec::new();
    for table in file.criterion.unwrap_or_default() {
        criteria.push(criterion(table, &specs, &scenarios, &criteria)?);
    }
    let rubric = Rubric {
        title: file.title.unwrap_or_else(|| "Grade".to_owned()),
        protocol,
        role: file.role.as_ref().map(role).transpose()?,
        rounding: Rounding { step, total_only },
        pass: file.pass.as_ref().map_or(Ok(0.5), share)?,
        weights,
        scenarios,
        criteria,
    };
    if rubric.max() <= 0.0 {
        return Err((0..0, "there are no points to earn: add a [[criterion]] with points".to_owned()));
    }
    Ok(rubric)
}

fn criterion(
    table: Spanned<CriterionTable>,
    specs: &[&'static Spec],
    scenarios: &[Scenario],
    before: &[Criterion],
) -> Checked<Criterion> {
    let whole = table.span();
    let table = table.into_inner();
    let id = named(&table.id, "criterion", &before.iter().map(|known| known.id.as_str()).collect::<Vec<_>>())?;
    let points = within(&table.points, 0.0, 1e6, "points are a number from 0 to 1000000")?;
    let rules = codes(&table.rules)?;
    let messages = messages(&table.messages, specs)?;
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    let asked: Vec<String> =
        table.scenarios.iter().map(|name| one_of(name, &names, "scenario")).collect::<Checked<_>>()?;
    if rules.is_empty() && messages.is_empty() && asked.is_empty() {
        let text = format!("criterion \"{id}\" asks for nothing: give it rules, messages or scenarios");
        return Err((whole, text));
    }
    let exercised = match &table.exercised {
        None => Exercised::Each,
        Some(word) => match one_of(word, &["each", "any", "nothing"], "value for exercised")?.as_str() {
            "any" => Exercised::Any,
            "nothing" => Exercised::Nothing,
            _ => Exercised::Each,
        },
    };
    let positive = |value: &Option<Spanned<f64>>| {
        value.as_ref().map(|value| within(value, 0.0, 1e6, "a cost is a number of points from 0 on")).transpose()
    };
    let (each, cap) = (positive(&table.each)?, positive(&table.cap)?);
    let way = table.cost.as_ref().map(|word| one_of(word, &["kind", "occurrence", "proportion"], "way to cost"));
    let way = way.transpose()?.unwrap_or_else(|| "kind".to_owned());
    if let Some(cap) = table.cap.as_ref().filter(|_| way != "occurrence") {
        return Err((cap.span(), "only cost = \"occurrence\" has a cap".to_owned()));
    }
    let cost = match (way.as_str(), each) {
        ("kind", each) => Cost::Kind { each },
        ("occurrence", Some(each)) => Cost::Occurrence { each, cap },
        ("occurrence", None) => {
            let place = table.cost.as_ref().map_or(whole, Spanned::span);
            return Err((place, "cost = \"occurrence\" needs the points of one fault: each = 0.5".to_owned()));
        }
        (_, None) => Cost::Proportion,
        (_, Some(_)) => {
            let place = table.each.as_ref().map_or(whole, Spanned::span);
            return Err((
                place,
                "cost = \"proportion\" takes no each: it follows from how often a rule was checked".to_owned(),
            ));
        }
    };
    Ok(Criterion {
        title: table.title.unwrap_or_else(|| id.clone()),
        id,
        about: table.about.unwrap_or_default(),
        points,
        bonus: table.bonus,
        rules,
        except: codes(&table.except)?,
        optional: codes(&table.optional)?,
        role: table.role.as_ref().map(role).transpose()?,
        scenarios: asked,
        messages,
        exercised,
        cost,
    })
}

fn named(name: &Spanned<String>, what: &str, taken: &[&str]) -> Checked<String> {
    let text = name.get_ref();
    if text.trim().is_empty() {
        return Err((name.span(), format!("a {what} needs a name")));
    }
    if taken.contains(&text.as_str()) {
        return Err((name.span(), format!("there is a {what} \"{}\" already", escape_str(text))));
    }
    Ok(text.clone())
}

/// Codes and beginnings of codes, each of a rule that there is; a rule's name becomes its code.
fn codes(asked: &[Spanned<String>]) -> Checked<Vec<String>> {
    let mut found = Vec::new();
    for code in asked {
        let text = code.get_ref();
        if let Some(rule) = crate::rules::by_code(text) {
            found.push(rule.code.to_owned());
            continue;
        }
        let known = |rule: &&&crate::rules::Rule| {
            rule.code.get(..text.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(text))
        };
        if text.is_empty() || RULES.iter().find(known).is_none() {
            let names: Vec<&str> = RULES.iter().flat_map(|rule| [rule.code, rule.name]).collect();
            let hint = match nearest(text, &names) {
                Some(meant) => format!("\"{meant}\" is meant?"),
                None => "codes are like R001 or R; wiregrade explain lists them".to_owned(),
            };
            return Err((code.span(), format!("no rule begins with \"{}\": {hint}", escape_str(text))));
        }
        found.push(text.to_uppercase());
    }
    Ok(found)
}

/// Names of messages that some protocol in question has; `@requests` and `@all` stay as they are.
fn messages(asked: &[Spanned<String>], specs: &[&'static Spec]) -> Checked<Vec<String>> {
    let known: Vec<&str> = specs.iter().flat_map(|spec| spec.kinds.iter().map(|kind| kind.name)).collect();
    let mut found = Vec::new();
    for name in asked {
        if ["@requests", "@all"].contains(&name.get_ref().as_str()) {
            found.push(name.get_ref().clone());
        } else {
            found.push(one_of(name, &known, "message")?);
        }
    }
    Ok(found)
}

fn within(value: &Spanned<f64>, from: f64, to: f64, otherwise: &str) -> Checked<f64> {
    let number = *value.get_ref();
    if (from..=to).contains(&number) { Ok(number) } else { Err((value.span(), format!("{number}: {otherwise}"))) }
}

fn share(text: &Spanned<String>) -> Checked<f64> {
    let percent = text.get_ref().trim().strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok());
    match percent {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent / 100.0),
        _ => Err((text.span(), format!("\"{}\" is no share: write \"50%\"", escape_str(text.get_ref())))),
    }
}

fn role(text: &Spanned<String>) -> Checked<Actor> {
    one_of(text, &["client", "server"], "role").map(|word| if word == "client" { Actor::Client } else { Actor::Server })
}

fn one_of(text: &Spanned<String>, known: &[&str], what: &str) -> Checked<String> {
    if known.contains(&text.get_ref().as_str()) {
        return Ok(text.get_ref().clone());
    }
    Err((text.span(), unknown(what, text.get_ref(), known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "[[criterion]]\nid = \"form\"\npoints = 10\nrules = [\"F\", \"early-retransmission\"]\n";

    fn error(text: &str) -> (usize, usize, String) {
        let error = Rubric::from_toml(text).expect_err(text);
        (error.line, error.column, error.message)
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        let rubric = Rubric::from_toml(SMALL).expect("it is well formed");
        assert_eq!(rubric.max(), 10.0);
        assert_eq!((rubric.pass, rubric.rounding.step, rubric.rounding.total_only), (0.5, 0.01, false));
        assert_eq!(rubric.weights, Weights { error: 1.0, warning: 0.5, info: 0.0 });
        let form = &rubric.criteria[0];
        assert_eq!((form.exercised, form.cost), (Exercised::Each, Cost::Kind { each: None }));
        assert!(form.covers("F004") && form.covers("R001") && !form.covers("R002"));
    }

    #[test]
    fn everything_can_be_said() {
        let text = "title = \"Lab 3\"\nprotocol = \"imp\"\nrole = \"server\"\nround = 0.5\nround_of = \"total\"\npass = \"60%\"\n\
            [weights]\nwarning = 1.0\n[[scenario]]\nname = \"loss\"\nfiles = [\"loss*\"]\n\
            [[criterion]]\nid = \"a\"\ntitle = \"A\"\nabout = \"b\"\npoints = 4.5\nbonus = true\nrules = [\"A\"]\n\
            except = [\"A007\"]\noptional = [\"A005\"]\nrole = \"client\"\nscenarios = [\"loss\"]\nmessages = [\"DataMessage\"]\n\
            exercised = \"any\"\ncost = \"occurrence\"\neach = 0.25\ncap = 2\n[[criterion]]\nid = \"b\"\npoints = 1\nmessages = [\"@all\"]\n";
        let rubric = Rubric::from_toml(text).expect("it is well formed");
        assert_eq!((rubric.role, rubric.pass, rubric.max()), (Some(Actor::Server), 0.6, 1.0));
        let first = &rubric.criteria[0];
        assert_eq!(first.cost, Cost::Occurrence { each: 0.25, cap: Some(2.0) });
        assert!(first.covers("A001") && !first.covers("A007") && first.may_be_idle("A005"));
        assert_eq!((first.role, first.exercised), (Some(Actor::Client), Exercised::Any));
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_what_was_meant() {
        assert_eq!(
            error("[[criterion]]\nid = \"a\"\npionts = 3\n"),
            (3, 1, "there is no key `pionts`: `points` is meant?".to_owned())
        );
        assert_eq!(
            error("[[criterion]]\nid = \"a\"\npoints = 3\nrules = [\"F\", \"X9\"]\n"),
            (4, 15, "no rule begins with \"X9\": codes are like R001 or R; wiregrade explain lists them".to_owned())
        );
        assert_eq!(
            error("protocol = \"imp\"\n[[criterion]]\nid = \"a\"\npoints = 3\nmessages = [\"DataMesage\"]\n"),
            (5, 13, "there is no message \"DataMesage\": \"DataMessage\" is meant?".to_owned())
        );
        assert_eq!(
            error("protocol = \"imp\"\n[[criterion]]\nid = \"a\"\npoints = 3\nscenarios = [\"los\"]\n"),
            (5, 14, "there is no scenario \"los\"".to_owned())
        );
        let (line, column, message) = error(&format!("{SMALL}cost = \"occurrence\"\n"));
        assert_eq!((line, column), (5, 8));
        assert!(message.contains("each = 0.5"), "{message}");
        let (line, column, message) = error(&format!("{SMALL}{SMALL}"));
        assert_eq!((line, column, message.as_str()), (6, 6, "there is a criterion \"form\" already"));
        assert_eq!(error("[[criterion]]\nid = \"a\"\npoints = -1\nrules = [\"F\"]\n").0, 3);
        assert_eq!(error("[[criterion]]\nid = \"a\"\npoints = 1\n").0, 1);
        assert_eq!(error("pass = \"150%\"\n"), (1, 8, "\"150%\" is no share: write \"50%\"".to_owned()));
        assert_eq!(error("title = \n").0, 1);
        assert!(error("title = \"x\"\n").2.contains("no points to earn"));
    }
}
