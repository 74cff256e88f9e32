//! The fault matrix and the conforming runs, at a size that fits CI. `WIREGRADE_MATRIX=10000` runs so many conforming
//! conversations per protocol, and every fault with a share of as many seeds.

#![allow(clippy::disallowed_methods, reason = "the size comes from the environment")]

#[allow(dead_code, unreachable_pub, missing_docs)]
mod matrix;

use matrix::{Verdict, all_tricks, conforming, faulty, plan_of, readings, scenarios, spec, suits, transports, weather};
use wiregrade::rules::RULES;

const PROTOCOLS: [&str; 5] = ["c2w-g9", "c2w-g22", "imp", "shen", "chatos"];

/// Rules that a protocol gives ground, and that nothing in it can break alone.
const UNREACHABLE: [(&str, &str, &str); 1] =
    [("A007", "chatos", "there are no numbers: a second answer is one that nothing called for")];

/// How many conforming conversations per protocol.
fn size() -> u64 {
    std::env::var("WIREGRADE_MATRIX").ok().and_then(|size| size.parse().ok()).unwrap_or(CI)
}

const CI: u64 = 50;

#[test]
fn every_rule_with_ground_can_be_broken() {
    for protocol in PROTOCOLS {
        for rule in RULES.iter().filter(|rule| spec(protocol).section(rule.topic).is_some()) {
            let has_one = all_tricks(protocol).iter().any(|trick| trick.rule == rule.code);
            let cannot = UNREACHABLE.iter().any(|(code, id, _)| (*code, *id) == (rule.code, protocol));
            assert_ne!(has_one, cannot, "{} in {protocol}", rule.code);
        }
        for trick in all_tricks(protocol) {
            let rule = RULES.iter().find(|rule| rule.code == trick.rule).expect("a rule");
            assert!(spec(protocol).section(rule.topic).is_some(), "{} has no ground in {protocol}", trick.name());
        }
    }
}

/// Every fault of a protocol, over everything that carries it.
fn faults_of(protocol: &'static str) {
    let seeds = (size() / 500).max(1);
    let mut failed = Vec::new();
    for trick in all_tricks(protocol) {
        for transport in transports(protocol).iter().filter(|transport| suits(trick, **transport)) {
            for seed in 1..=seeds {
                let nth = 1 + u32::try_from(seed % 3).unwrap_or(0);
                match faulty(&plan_of(trick, protocol, *transport, seed, nth)) {
                    Ok(Verdict::Found) => {}
                    Ok(Verdict::NoChance) => failed.push(format!("{}: no opportunity", trick.name())),
                    Err(failure) => failed.push(failure.what),
                }
            }
        }
    }
    assert!(failed.is_empty(), "{} faults not found, or not alone:\n{}", failed.len(), failed.join("\n"));
}

/// Conforming conversations: every scenario, convention, transport; fair weather and foul.
fn conforming_of(protocol: &'static str) {
    let built_ins: Vec<_> = scenarios(protocol).collect();
    let readings = readings(spec(protocol));
    let mut failed = Vec::new();
    let size = size();
    for number in 0..size {
        let turn = usize::try_from(number).unwrap_or(0);
        let built_in = built_ins[turn % built_ins.len()];
        let transports = transports(protocol);
        let transport = transports[turn / built_ins.len() % transports.len()];
        let mut plan = matrix::plan(built_in, transport, number + 1);
        plan.choices = readings[turn / built_ins.len() / transports.len() % readings.len()];
        if built_in.breaks.is_empty() && !matrix::is_for_faults(built_in) {
            plan.weather = weather(number / (built_ins.len() * transports.len()) as u64, protocol);
        }
        if let Err(failure) = conforming(&plan, built_in.breaks) {
            failed.push(format!("{}: {}", built_in.name, failure.what));
        }
    }
    assert!(failed.is_empty(), "{} of {} conversations:\n{}", failed.len(), size, failed.join("\n"));
}

macro_rules! for_each_protocol {
    ($($module:ident $id:literal),*) => {$(
        mod $module {
            #[test]
            fn each_fault_is_found_and_nothing_else() {
                super::faults_of($id);
            }

            #[test]
            fn nothing_is_held_against_those_who_conform() {
                super::conforming_of($id);
            }
        }
    )*};
}

for_each_protocol!(c2w_g9 "c2w-g9", c2w_g22 "c2w-g22", imp "imp", shen "shen", chatos "chatos");
