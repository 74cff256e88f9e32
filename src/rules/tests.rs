//! The catalogue itself: what every rule must say of itself, and its examples played to the judge.

use super::script::Script;
use super::{RULES, Rule, Severity, Verdict};
use crate::protocol::Protocol;
use crate::protocols::ALL;
use std::collections::BTreeSet;

fn protocol(rule: &Rule) -> &'static dyn Protocol {
    let named = ALL.iter().find(|protocol| protocol.spec().id == rule.examples.protocol);
    *named.unwrap_or_else(|| panic!("{}: its examples are in no protocol", rule.code))
}

fn script(rule: &Rule, text: &str) -> Script {
    Script::parse(text, protocol(rule)).unwrap_or_else(|error| panic!("{}: {error}", rule.code))
}

/// What the judge says against a script: all at warning or above, and of the rule in question whatever it is.
fn findings(rule: &Rule, script: &Script) -> BTreeSet<(u64, &'static str)> {
    let judged = script.judge();
    let counts = |severity, code| severity >= Severity::Warning || code == rule.code;
    let found = judged.findings.iter().filter(|finding| counts(finding.severity, finding.rule));
    found.map(|finding| (finding.frame, finding.rule)).collect()
}

#[test]
fn the_bad_example_breaks_its_rule_on_the_marked_line_and_no_other() {
    for rule in RULES {
        let script = script(rule, rule.examples.bad);
        let marked: BTreeSet<_> = script
            .lines
            .iter()
            .zip(1..)
            .filter(|(line, _)| line.mark.is_some())
            .map(|(_, frame)| (frame, rule.code))
            .collect();
        assert_eq!(marked.len(), 1, "{}: one line is at fault", rule.code);
        assert_eq!(findings(rule, &script), marked, "{}", rule.code);
    }
}

#[test]
fn the_good_example_is_checked_and_breaks_nothing() {
    for rule in RULES {
        let script = script(rule, rule.examples.good);
        assert!(script.lines.iter().all(|line| line.mark.is_none()), "{}: nothing is marked", rule.code);
        assert_eq!(findings(rule, &script), BTreeSet::new(), "{}", rule.code);
        let judged = script.judge();
        let verdict = judged.rules.iter().find(|verdict| verdict.rule == rule.code);
        assert_eq!(verdict.map(|verdict| verdict.verdict), Some(Verdict::Pass), "{}", rule.code);
        assert!(verdict.is_some_and(|verdict| verdict.checked > 0), "{}: never checked", rule.code);
    }
}

#[test]
fn the_examples_are_two_tellings_of_one_conversation() {
    for rule in RULES {
        let (bad, good) = (script(rule, rule.examples.bad), script(rule, rule.examples.good));
        assert_eq!(bad.lines.first(), good.lines.first().filter(|_| bad.lines[0].mark.is_none()).or(bad.lines.first()));
        for script in [bad, good] {
            let lines = script.lines.len();
            assert!((2..=20).contains(&lines), "{}: {lines} lines are no example", rule.code);
        }
    }
}

#[test]
fn codes_are_unique_and_in_order() {
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let sorted: Vec<&str> = codes.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    assert_eq!(codes, sorted);
    for code in codes {
        let (letter, number) = code.split_at(1);
        assert!("FSARPT".contains(letter) && number.len() == 3 && number.parse::<u16>().is_ok(), "{code}");
    }
}

#[test]
fn names_are_words_joined_by_hyphens_and_used_once() {
    let mut seen = BTreeSet::new();
    for rule in RULES {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(rule.name.split('-').all(is_word), "{}: {}", rule.code, rule.name);
        // A fault has a name of its own; a remedy would begin with what to do.
        for remedy in ["no-", "use-", "check-", "must-", "should-", "require-", "avoid-"] {
            assert!(!rule.name.starts_with(remedy), "{}: {} says a remedy", rule.code, rule.name);
        }
        assert!(seen.insert(rule.name), "{} is used twice", rule.name);
    }
}

#[test]
fn explanations_are_sentences_of_different_content() {
    for rule in RULES {
        let texts = [rule.checks, rule.matters, rule.instead];
        for text in texts {
            assert!(text.starts_with(|c: char| c.is_uppercase()) && text.ends_with('.'), "{}: {text}", rule.code);
            assert!(text.len() > 15, "{}: {text}", rule.code);
        }
        assert_eq!(texts.into_iter().collect::<BTreeSet<_>>().len(), 3, "{}", rule.code);
    }
}

#[test]
fn every_rule_has_ground_where_its_examples_are() {
    for rule in RULES {
        assert!(protocol(rule).spec().section(rule.topic).is_some(), "{} in {}", rule.code, rule.examples.protocol);
    }
}

#[test]
fn a_rule_is_found_by_code_and_by_name_in_any_case() {
    for rule in RULES {
        for wanted in [rule.code.to_lowercase(), rule.name.to_uppercase()] {
            assert_eq!(super::by_code(&wanted).map(|found| found.code), Some(rule.code));
        }
    }
    assert!(super::by_code("X999").is_none());
}
