//! A policy as a TOML file: what may stand in it, and errors that point at the place.

use super::{Bound, FileError, Policy, RuleSetting, Statistic, TimerOverride, Tolerance};
use crate::protocol::{Actor, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tolerance: Option<Spanned<String>>,
    #[serde(default)]
    timers: BTreeMap<Spanned<String>, Timer>,
    #[serde(default)]
    conventions: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    rule: Vec<Rule>,
    #[serde(default)]
    latency: Vec<Latency>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Timer {
    resend: Option<Spanned<String>>,
    maximum: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    code: Spanned<String>,
    protocol: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
    enabled: Option<bool>,
    severity: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    median: Option<Spanned<String>>,
    p95: Option<Spanned<String>>,
    p99: Option<Spanned<String>>,
    max: Option<Spanned<String>>,
    protocol: Option<Spanned<String>>,
    message: Option<Spanned<String>>,
    role: Option<Spanned<String>>,
}

/// Who knows the names a policy may use: the registries above this module.
pub struct Known<'a> {
    /// Protocol identifiers.
    pub protocols: &'a [&'a str],
    /// Rule codes.
    pub rules: &'a [&'a str],
    /// Names of messages.
    pub messages: &'a [&'a str],
    /// Conventions, as `protocol.name` with their values.
    pub conventions: &'a [(String, &'a [&'a str])],
}

type Checked<T> = Result<T, (Range<usize>, String)>;

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// The first thing wrong with it, with its line and column: TOML syntax, an unknown key, a name or value that does
    /// not exist.
    pub fn from_toml(text: &str, known: &Known<'_>) -> Result<Policy, FileError> {
        let file: File = toml::from_str(text)
            .map_err(|error| FileError::at(text, error.span().unwrap_or(0..0), error.message().to_owned()))?;
        read(file, known).map_err(|(span, message)| FileError::at(text, span, message))
    }
}

fn read(file: File, known: &Known<'_>) -> Checked<Policy> {
    let mut policy = Policy::default();
    if let Some(tolerance) = file.tolerance {
        policy.tolerance = Tolerance::parse(tolerance.get_ref()).map_err(|error| (tolerance.span(), error))?;
    }
    for (protocol, timer) in file.timers {
        let id = one_of(&protocol, known.protocols, "protocol")?;
        let resend = timer.resend.as_ref().map(duration).transpose()?;
        policy.timers.insert(id, TimerOverride { resend, maximum: timer.maximum });
    }
    for (name, value) in file.conventions {
        let found = known.conventions.iter().find(|(known, _)| known == name.get_ref());
        let Some((_, values)) = found else {
            let names: Vec<&str> = known.conventions.iter().map(|(name, _)| name.as_str()).collect();
            return Err((name.span(), unknown("convention", name.get_ref(), &names)));
        };
        let value = one_of(&value, values, "value")?;
        let (protocol, convention) = name.get_ref().split_once('.').unwrap_or((name.get_ref(), ""));
        policy.conventions.push((protocol.to_owned(), convention.to_owned(), value));
    }
    for rule in file.rule {
        let prefix = rule.code.get_ref().clone();
        let begins = |code: &&&str| code.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(&prefix));
        if prefix.is_empty() || known.rules.iter().find(begins).is_none() {
            return Err((rule.code.span(), format!("no rule begins with \"{prefix}\": codes are like R001 or R")));
        }
        policy.rules.push(RuleSetting {
            prefix,
            protocol: rule.protocol.map(|protocol| one_of(&protocol, known.protocols, "protocol")).transpose()?,
            role: rule.role.map(|role| one_of(&role, &["client", "server", "peer"], "role")).transpose()?,
            enabled: rule.enabled.unwrap_or(true),
            severity: rule.severity.map(|severity| parse_severity(&severity)).transpose()?,
        });
    }
    for latency in file.latency {
        let protocol =
            latency.protocol.as_ref().map(|protocol| one_of(protocol, known.protocols, "protocol")).transpose()?;
        let role = latency.role.as_ref().map(parse_role).transpose()?;
        let message = latency.message.as_ref().map(|message| known_message(message, known.messages)).transpose()?;
        let figures = [
            (Statistic::Median, &latency.median),
            (Statistic::P95, &latency.p95),
            (Statistic::P99, &latency.p99),
            (Statistic::Max, &latency.max),
        ];
        for (statistic, limit) in figures {
            if let Some(limit) = limit {
                let limit = duration(limit)?;
                policy.bounds.push(Bound {
                    statistic,
                    limit,
                    protocol: protocol.clone(),
                    message: message.clone(),
                    role,
                });
            }
        }
    }
    Ok(policy)
}

fn duration(text: &Spanned<String>) -> Checked<Duration> {
    parse_duration(text.get_ref()).map_err(|error| (text.span(), error))
}

/// `200ms`, `1.5s`, `2m`.
///
/// # Errors
/// A sentence that says what a duration looks like.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || {
        format!(
            "\"{}\" is no duration: write a number with ms, s or m, like 200ms or 1.5s",
            crate::bytes::escape_str(text)
        )
    };
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit.trim() {
        "us" | "µs" => number / 1e6,
        "ms" => number / 1e3,
        "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(wrong()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|_| wrong())
}

impl Tolerance {
    /// `20%`, `50ms`, or both: `20%,20ms` is the larger of the two.
    ///
    /// # Errors
    /// A sentence that says what a tolerance looks like.
    pub fn parse(text: &str) -> Result<Tolerance, String> {
        let wrong =
            || format!("\"{}\" is no tolerance: write 20%, 50ms, or both as 20%,20ms", crate::bytes::escape_str(text));
        let mut tolerance = Tolerance { ratio: 0.0, floor: Duration::ZERO };
        for part in text.split(',') {
            match part.trim().strip_suffix('%') {
                Some(percent) => {
                    let percent: f64 = percent.trim().parse().map_err(|_| wrong())?;
                    if !(0.0..=100_000.0).contains(&percent) {
                        return Err(wrong());
                    }
                    tolerance.ratio = percent / 100.0;
                }
                None => tolerance.floor = parse_duration(part).map_err(|_| wrong())?,
            }
        }
        Ok(tolerance)
    }
}

impl Bound {
    /// `p95=200ms`, `median=50ms`, `p99=1s`, `max=2s`; a duration alone is the maximum.
    ///
    /// # Errors
    /// A sentence that says what a bound looks like.
    pub fn parse(text: &str) -> Result<Bound, String> {
        let wrong = || {
            format!(
                "\"{}\" is no bound: write median, p95, p99 or max, =, and a duration, like p95=200ms",
                crate::bytes::escape_str(text)
            )
        };
        let (statistic, limit) = text.split_once('=').unwrap_or(("max", text));
        let statistic = match statistic.trim() {
            "median" | "p50" => Statistic::Median,
            "p95" => Statistic::P95,
            "p99" => Statistic::P99,
            "max" => Statistic::Max,
            _ => return Err(wrong()),
        };
        let limit = parse_duration(limit).map_err(|_| wrong())?;
        Ok(Bound { statistic, limit, protocol: None, message: None, role: None })
    }
}

fn parse_severity(text: &Spanned<String>) -> Checked<Severity> {
    one_of(text, &["info", "warning", "error"], "severity").map(|word| match word.as_str() {
        "info" => Severity::Info,
        "warning" => Severity::Warning,
        _ => Severity::Error,
    })
}

fn parse_role(text: &Spanned<String>) -> Checked<Actor> {
    one_of(text, &["client", "server", "peer"], "role").map(|word| match word.as_str() {
        "client" => Actor::Client,
        "server" => Actor::Server,
        _ => Actor::Peer,
    })
}

fn known_message(text: &Spanned<String>, known: &[&str]) -> Checked<String> {
    if known.contains(&text.get_ref().as_str()) {
        return Ok(text.get_ref().clone());
    }
    let name = crate::bytes::escape_str(text.get_ref());
    Err((text.span(), format!("no protocol has a message \"{name}\" (wiregrade protocols ID lists them)")))
}

fn one_of(text: &Spanned<String>, known: &[&str], what: &str) -> Checked<String> {
    if known.contains(&text.get_ref().as_str()) {
        return Ok(text.get_ref().clone());
    }
    Err((text.span(), unknown(what, text.get_ref(), known)))
}

fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    format!("there is no {what} \"{}\": known are {}", crate::bytes::escape_str(name), known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Policy, FileError> {
        let conventions = [("imp.row-order".to_owned(), &["figure", "text"][..])];
        let known = Known {
            protocols: &["imp", "shen"],
            rules: &["R001", "R005", "T001"],
            messages: &["DataMessage"],
            conventions: &conventions,
        };
        Policy::from_toml(text, &known)
    }

    #[test]
    fn everything_a_policy_can_say_is_read() {
        let policy = read(
            "tolerance = \"10%,50ms\"\n\
             [timers.imp]\nresend = \"1s\"\nmaximum = 3\n\
             [conventions]\n\"imp.row-order\" = \"text\"\n\
             [[rule]]\ncode = \"R005\"\nrole = \"client\"\nseverity = \"info\"\n\
             [[rule]]\ncode = \"R\"\nenabled = false\n\
             [[latency]]\np95 = \"200ms\"\nmax = \"1s\"\nprotocol = \"imp\"\n",
        )
        .expect("it is well formed");
        assert_eq!(policy.tolerance.of(Duration::from_millis(500)), Duration::from_millis(50));
        assert_eq!(policy.tolerance.of(Duration::from_secs(2)), Duration::from_millis(200));
        assert_eq!(policy.timers["imp"], TimerOverride { resend: Some(Duration::from_secs(1)), maximum: Some(3) });
        assert_eq!(policy.rule("R005", "imp", "client").map(|rule| rule.severity), Some(Some(Severity::Info)));
        assert_eq!(policy.rule("R005", "imp", "server").map(|rule| rule.enabled), Some(false));
        assert_eq!(policy.rule("A001", "imp", "client"), None);
        assert_eq!(policy.bounds.len(), 2);
    }

    #[test]
    fn errors_point_at_line_and_column() {
        let error = read("[timers.imp]\nresend = \"soon\"\n").expect_err("soon is no duration");
        assert_eq!((error.line, error.column), (2, 10));
        assert!(error.message.contains("like 200ms"), "{error}");
        let error = read("[[rule]]\ncode = \"R001\"\nseverty = \"info\"\n").expect_err("severty is no key");
        assert_eq!(error.line, 3);
        let error = read("tolerance = \n").expect_err("nothing is no value");
        assert_eq!(error.line, 1);
        let error = read("[[rule]]\ncode = \"R\"\nprotocol = \"irc\"\n").expect_err("irc is unknown");
        assert_eq!(
            (error.line, error.column, error.message.as_str()),
            (3, 12, "there is no protocol \"irc\": known are imp, shen")
        );
    }

    #[test]
    fn a_tolerance_is_a_share_a_time_or_both_and_what_is_not_said_is_nothing() {
        let read = |text| Tolerance::parse(text).ok().map(|margin| (margin.ratio, margin.floor.as_millis()));
        assert_eq!(read("20%,20ms"), Some((0.2, 20)));
        assert_eq!(read("35%"), Some((0.35, 0)));
        assert_eq!(read("0.1s"), Some((0.0, 100)));
        for nonsense in ["", "20", "-5%", "nan%", "5 years", "1e300s", "20%,,"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn bounds_and_durations_are_read_or_explained() {
        let bound = Bound::parse("p95=200ms").expect("well formed");
        assert_eq!((bound.statistic, bound.limit), (Statistic::P95, Duration::from_millis(200)));
        assert_eq!(Bound::parse("1s").map(|bound| bound.statistic), Ok(Statistic::Max));
        assert!(Bound::parse("p95").is_err());
        assert!(Bound::parse("p42=1s").is_err());
        assert!(parse_duration("200").is_err());
        assert!(parse_duration("-1s").is_err());
        assert_eq!(parse_duration("1.5s"), Ok(Duration::from_millis(1500)));
    }
}
