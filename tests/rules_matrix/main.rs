//! Every rule in every protocol that gives it ground, for every side that can break it: a conversation in which it fires,
//! on the marked frames and nowhere else, and a neighbour in which it was checked and does not.
//!
//! A case is a pair of scripts (see `wiregrade::rules::script`). Scripts are written in parts, so that logins stand once.
//! In the first, what is expected stands behind the marks: `<- R001 client`, several with commas; no other finding at
//! warning or above may come, and of the case's own rule none of any severity.

mod c2w_g22;
mod c2w_g9;
mod chatos;
mod imp;
mod shen;

use std::collections::{BTreeMap, BTreeSet};
use wiregrade::protocol::{Actor, Protocol, Severity, Spec};
use wiregrade::protocols::ALL;
use wiregrade::rules::script::Script;
use wiregrade::rules::{Judged, Options, RULES, Verdict};

/// One rule in one protocol.
pub(crate) struct Case {
    /// Its code.
    pub(crate) rule: &'static str,
    /// Breaks it.
    pub(crate) fires: &'static [&'static str],
    /// Gives it something to check, and does not break it.
    pub(crate) holds: &'static [&'static str],
}

/// What a protocol cannot show: the rule has ground there, but this side has no way to break it.
pub(crate) struct Exempt {
    /// The rule.
    pub(crate) rule: &'static str,
    /// The side.
    pub(crate) actor: Actor,
    /// Why, with the section.
    pub(crate) why: &'static str,
}

struct Suite {
    protocol: &'static dyn Protocol,
    cases: Vec<&'static Case>,
    exempt: &'static [Exempt],
}

fn suites() -> Vec<Suite> {
    let of = |id: &str| *ALL.iter().find(|protocol| protocol.spec().id == id).expect("a protocol");
    let suite = |id, cases: &[&'static [Case]], exempt| Suite {
        protocol: of(id),
        cases: cases.iter().copied().flatten().collect(),
        exempt,
    };
    vec![
        suite("c2w-g9", c2w_g9::CASES, c2w_g9::EXEMPT),
        suite("c2w-g22", c2w_g22::CASES, c2w_g22::EXEMPT),
        suite("imp", imp::CASES, imp::EXEMPT),
        suite("shen", shen::CASES, shen::EXEMPT),
        suite("chatos", chatos::CASES, chatos::EXEMPT),
    ]
}

/// A frame, a rule and the side at fault.
type Place = (u64, String, String);

fn script(parts: &[&str], protocol: &'static dyn Protocol) -> Result<Script, String> {
    Script::parse(&parts.join("\n"), protocol).map_err(|error| error.to_string())
}

fn expected(script: &Script) -> BTreeSet<Place> {
    let mut expected = BTreeSet::new();
    for (line, frame) in script.lines.iter().zip(1..) {
        for words in line.mark.iter().flat_map(|mark| mark.split(',')) {
            let (rule, actor) = words.trim().split_once(' ').expect("a mark is RULE ACTOR");
            expected.insert((frame, rule.to_owned(), actor.to_owned()));
        }
    }
    expected
}

/// What counts: warnings and errors, and whatever the rule in question says.
fn found(judged: &Judged, rule: &str) -> BTreeSet<Place> {
    judged
        .findings
        .iter()
        .filter(|finding| finding.severity >= Severity::Warning || finding.rule == rule)
        .map(|finding| (finding.frame, finding.rule.to_owned(), finding.actor.name().to_owned()))
        .collect()
}

fn sentences(judged: &Judged) -> String {
    let line = |finding: &wiregrade::rules::Finding| {
        let caveat = finding.caveat.as_deref().map_or(String::new(), |caveat| format!(" [but {caveat}]"));
        let (frame, rule, actor) = (finding.frame, finding.rule, finding.actor.name());
        format!("      frame {frame} {rule} {actor}: {}{caveat}\n", finding.message)
    };
    judged.findings.iter().map(line).collect()
}

/// What is wrong with a case, if anything.
fn complaints(case: &Case, spec: &'static Spec, protocol: &'static dyn Protocol) -> Result<(), String> {
    let about = |text: String| format!("{} in {}: {text}", case.rule, spec.id);
    let fires = script(case.fires, protocol).map_err(|error| about(format!("fires: {error}")))?;
    let (judged, wanted) = (fires.judge(), expected(&fires));
    if !wanted.iter().any(|(_, rule, _)| rule == case.rule) {
        return Err(about("its script marks no line for it".to_owned()));
    }
    let got = found(&judged, case.rule);
    if got != wanted {
        return Err(about(format!("wanted {wanted:?}\n    got {got:?}\n{}", sentences(&judged))));
    }
    let unsure = judged.findings.iter().any(|finding| finding.rule == case.rule && finding.caveat.is_some());
    if unsure {
        return Err(about(format!("fires only with a caveat\n{}", sentences(&judged))));
    }
    let holds = script(case.holds, protocol).map_err(|error| about(format!("holds: {error}")))?;
    let judged = holds.judge();
    if !found(&judged, case.rule).is_empty() {
        return Err(about(format!("its neighbour breaks\n{}", sentences(&judged))));
    }
    for actor in actors(case, protocol) {
        let options = Options { role: Some(actor), ..Options::default() };
        let verdicts = holds.judge_with(options).rules;
        let verdict = verdicts.iter().find(|verdict| verdict.rule == case.rule).map(|verdict| verdict.verdict);
        if verdict != Some(Verdict::Pass) {
            return Err(about(format!("its neighbour is {verdict:?} for the {}", actor.name())));
        }
    }
    Ok(())
}

/// The sides a case shows at fault.
fn actors(case: &Case, protocol: &'static dyn Protocol) -> Vec<Actor> {
    let Ok(script) = script(case.fires, protocol) else { return Vec::new() };
    let expected = expected(&script);
    [Actor::Client, Actor::Server, Actor::Peer]
        .into_iter()
        .filter(|actor| expected.iter().any(|(_, rule, name)| rule == case.rule && name == actor.name()))
        .collect()
}

#[test]
fn each_rule_fires_where_it_should_and_not_next_to_it() {
    let mut failed = Vec::new();
    for suite in suites() {
        for case in &suite.cases {
            failed.extend(complaints(case, suite.protocol.spec(), suite.protocol).err());
        }
    }
    assert!(failed.is_empty(), "{} cases fail\n  {}", failed.len(), failed.join("\n  "));
}

#[test]
fn no_rule_is_untried_in_a_protocol_that_gives_it_ground() {
    let mut gaps = Vec::new();
    for suite in suites() {
        let spec = suite.protocol.spec();
        let mut tried: BTreeMap<(&str, Actor), usize> = BTreeMap::new();
        for case in &suite.cases {
            for actor in actors(case, suite.protocol) {
                *tried.entry((case.rule, actor)).or_default() += 1;
            }
        }
        for rule in RULES {
            let grounded = spec.section(rule.topic).is_some();
            for actor in [Actor::Client, Actor::Server] {
                let exempt = suite.exempt.iter().any(|exempt| exempt.rule == rule.code && exempt.actor == actor);
                let place = format!("{} in {} for the {}", rule.code, spec.id, actor.name());
                match (grounded, tried.contains_key(&(rule.code, actor)), exempt) {
                    (true, false, false) => gaps.push(format!("{place} is not tried")),
                    (true, true, true) => gaps.push(format!("{place} is exempt and tried all the same")),
                    (false, true, _) | (false, _, true) => gaps.push(format!("{place} has no ground")),
                    _ => {}
                }
            }
        }
    }
    assert!(gaps.is_empty(), "{} gaps\n  {}", gaps.len(), gaps.join("\n  "));
}

#[test]
fn an_exemption_says_why() {
    for suite in suites() {
        for exempt in suite.exempt {
            assert!(exempt.why.contains('§'), "{} in {}", exempt.rule, suite.protocol.spec().id);
        }
    }
}
