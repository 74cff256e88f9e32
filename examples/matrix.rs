//! Prints the fault matrix: for each rule and protocol, in how many simulated conversations with that fault the judge
//! found exactly it. `cargo run --example matrix -- [PROTOCOL…] [--seeds N] [--conforming N] [--rule CODE] [--keep DIR]`

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a tool for contributors, at the edge like any command"
)]
#![allow(missing_docs)]

#[path = "../tests/matrix/mod.rs"]
#[allow(dead_code, unreachable_pub)]
mod matrix;

use matrix::{Verdict, all_tricks, conforming, faulty, plan_of, readings, scenarios, spec, suits, transports};
use std::collections::BTreeMap;
use wiregrade::rules::RULES;

const PROTOCOLS: [&str; 5] = ["c2w-g9", "c2w-g22", "imp", "shen", "chatos"];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1)).cloned();
    let seeds: u64 = value("--seeds").and_then(|seeds| seeds.parse().ok()).unwrap_or(3);
    let from: u64 = value("--from").and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let count: u64 = value("--conforming").and_then(|count| count.parse().ok()).unwrap_or(20);
    let (rule, keep, only) = (value("--rule"), value("--keep"), value("--scenario"));
    let asked: Vec<&str> = PROTOCOLS.into_iter().filter(|id| args.iter().any(|arg| arg == id)).collect();
    let asked = if asked.is_empty() { PROTOCOLS.to_vec() } else { asked };
    let quiet = args.iter().any(|arg| arg == "-q");
    let mut kept = 0;
    let mut keep_it = |failure: &matrix::Failure| {
        kept += 1;
        if let Some(dir) = &keep
            && kept <= 40
        {
            let _ = std::fs::write(format!("{dir}/{kept}.pcapng"), &failure.bytes);
        }
        if !quiet {
            println!("#{kept} {}", failure.what);
        }
    };
    let mut cells: BTreeMap<(&str, &str), (u64, u64, u64)> = BTreeMap::new();
    for protocol in &asked {
        if count > 0 && rule.is_none() {
            let (mut good, mut all, mut messages) = (0, 0, 0);
            let built_ins: Vec<_> =
                scenarios(protocol).filter(|one| only.as_ref().is_none_or(|only| only == one.name)).collect();
            let readings = readings(spec(protocol));
            for number in from - 1..from - 1 + count {
                for transport in transports(protocol) {
                    let turn = usize::try_from(number).unwrap_or(0);
                    let built_in = built_ins[turn % built_ins.len()];
                    let mut plan = matrix::plan(built_in, *transport, number + 1);
                    plan.choices = readings[turn / built_ins.len() % readings.len()];
                    if built_in.breaks.is_empty() && !matrix::is_for_faults(built_in) {
                        plan.weather = matrix::weather(number / (built_ins.len() * readings.len()) as u64, protocol);
                    }
                    all += 1;
                    match conforming(&plan, built_in.breaks) {
                        Ok(outcome) => {
                            good += 1;
                            messages += outcome.messages;
                        }
                        Err(failure) => {
                            let what = format!("{}: {}", built_in.name, failure.what);
                            keep_it(&matrix::Failure { what, bytes: failure.bytes });
                        }
                    }
                }
            }
            println!("{protocol}: {good} of {all} conforming conversations clean, {messages} messages");
        }
        for trick in all_tricks(protocol) {
            if rule.as_ref().is_some_and(|rule| !trick.name().eq_ignore_ascii_case(rule) && trick.rule != rule) {
                continue;
            }
            for transport in transports(protocol).iter().filter(|transport| suits(trick, **transport)) {
                for seed in 1..=seeds {
                    let plan = plan_of(trick, protocol, *transport, seed, 1 + u32::try_from(seed % 3).unwrap_or(0));
                    let cell = cells.entry((trick.rule, protocol)).or_default();
                    match faulty(&plan) {
                        Ok(Verdict::Found) => cell.0 += 1,
                        Ok(Verdict::NoChance) => cell.2 += 1,
                        Err(failure) => keep_it(&failure),
                    }
                    cell.1 += 1;
                }
            }
        }
    }
    print!("{:<6}", "rule");
    for protocol in &asked {
        print!("{protocol:>14}");
    }
    println!();
    for known in RULES {
        print!("{:<6}", known.code);
        for protocol in &asked {
            let ground = spec(protocol).section(known.topic).is_some();
            let text = match (cells.get(&(known.code, protocol)), ground) {
                (_, false) => "–".to_owned(),
                (None, true) => "?".to_owned(),
                (Some((found, all, 0)), true) => format!("{found}/{all}"),
                (Some((found, all, never)), true) => format!("{found}/{all} ({never})"),
            };
            print!("{text:>14}");
        }
        println!();
    }
}
