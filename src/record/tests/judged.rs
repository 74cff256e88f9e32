//! What `check` makes of relayed conversations: conforming in, conforming out, whatever the relay did; and a fault is found
//! behind a relay as well.

use super::world::{Plan, judge, play};
use crate::protocol::{Actor, Protocol, Severity, Transport};
use crate::protocols::ALL;
use crate::rules::Finding;
use crate::synth::scenarios::{self, BuiltIn};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

/// Every kind of harm, and all at once.
const HARMS: &[&str] = &[
    "",
    "loss=10%",
    "loss=up:25%",
    "delay=40ms±30ms",
    "delay=down:250ms",
    "duplicate=20%",
    "reorder=20%",
    "loss=10% delay=20ms±15ms duplicate=10% reorder=10%",
];

/// The protocols that go over datagrams, with their scenarios. What is done by chance runs into everything in the end, also
/// into what a document leaves open: the test by hand has that.
fn scenes(by_chance: bool) -> Vec<(&'static dyn Protocol, &'static BuiltIn)> {
    let over_datagrams = ALL.iter().filter(|protocol| protocol.spec().transports.contains(&Transport::Udp));
    // Who is never heard again gives ground for findings of its own.
    let is_fit = |name| name != "impostor" && (by_chance || name != "random");
    let mut scenes = Vec::new();
    for protocol in over_datagrams {
        let own = scenarios::ALL.iter().filter(|built_in| built_in.protocol == protocol.spec().id);
        let taken = own.filter(|built_in| built_in.breaks.is_empty() && is_fit(built_in.name));
        scenes.extend(taken.map(|built_in| (*protocol, built_in)));
    }
    scenes
}

/// Findings that count for something, with their caveats.
fn findings(plan: &Plan<'_>) -> Vec<Finding> {
    let judged = judge(&play(plan));
    assert!(!judged.sessions.is_empty());
    judged.findings.into_iter().filter(|finding| finding.severity >= Severity::Warning).collect()
}

/// Plays everything with so many seeds; what is wrong, and how many conversations there were.
fn blamed(by_chance: bool, seeds: u64) -> (String, u32, u32) {
    let (mut said, mut wrong, mut all) = (String::new(), 0, 0);
    for (protocol, built_in) in scenes(by_chance) {
        let scenario = built_in.scenario().unwrap();
        for (harm, seed) in HARMS.iter().flat_map(|harm| (0..seeds).map(move |seed| (harm, seed))) {
            let found = findings(&Plan { protocol, scenario: &scenario, seed, harm, timer: None });
            all += 1;
            wrong += u32::from(!found.is_empty());
            for finding in found {
                let Finding { rule, actor, frame, message, .. } = finding;
                let id = protocol.spec().id;
                let _ = writeln!(said, "{id} {} {harm:?} {seed}: {rule} {actor:?} {frame} {message}", built_in.name);
            }
        }
    }
    (said, wrong, all)
}

/// One number may be an answer's and a push's at the same time (c2w §2.1), and one bit counts two: a relay that drops the
/// right one of them leaves open what nobody can tell from outside. That is rare: so many in a hundred at the most.
const OPEN: u32 = 1;

#[test]
fn what_the_relay_does_is_held_against_nobody() {
    let (said, wrong, all) = blamed(false, 4);
    assert!(wrong * 100 <= all * OPEN, "{wrong} of {all} conversations\n{said}");
}

#[test]
#[ignore = "takes minutes: 100 seeds of everything, also of what clients do by chance"]
fn what_the_relay_does_is_held_against_nobody_who_acts_by_chance() {
    let (said, wrong, all) = blamed(true, 100);
    assert!(wrong * 100 <= all * (OPEN + 1), "{wrong} of {all} conversations\n{said}");
}

/// Two clients who talk, and nothing that the documents leave open.
const TALK: &str = "
client alice
  login alice
  list
  wait 1s
  say hello
  wait 3s
  list
  wait 3s
  say is anybody there ?
  wait 3s
  say bye
  wait 6s
  logout
client bob after 500ms
  login bob
  wait 2s
  say good morning
  wait 9s
  list
  wait 6s
  logout
";

#[test]
fn a_client_that_never_sends_again_is_found_and_nothing_else() {
    let scenario = TALK.parse().unwrap();
    let protocols: Vec<_> = scenes(false).iter().map(|(protocol, _)| *protocol).collect();
    let mut found = BTreeSet::new();
    for protocol in &protocols {
        let never = Some((1, Duration::from_secs(100_000)));
        for seed in 0..30 {
            let plan = Plan { protocol: *protocol, scenario: &scenario, seed, harm: "loss=15%", timer: never };
            for finding in findings(&plan) {
                let what = (finding.rule, finding.actor, finding.session);
                assert_eq!(what, ("R002", Actor::Client, 1), "{} {seed} {}", finding.spec.id, finding.message);
                found.insert(finding.spec.id);
            }
        }
    }
    // Where the document names no interval there is nothing to be found.
    let named = |protocol: &&&dyn Protocol| protocol.spec().timer.resend.is_some();
    let expected = protocols.iter().filter(named).map(|protocol| protocol.spec().id).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_client_that_does_not_wait_is_found_and_nothing_else() {
    let (protocol, built_in) =
        scenes(false).into_iter().find(|(protocol, _)| protocol.spec().window.is_some()).expect("stop-and-wait");
    let scenario = built_in.scenario().unwrap();
    let hasty = Some((1, Duration::from_millis(150)));
    let mut found = 0;
    for seed in 0..12 {
        let plan = Plan { protocol, scenario: &scenario, seed, harm: "loss=10%", timer: hasty };
        for finding in findings(&plan) {
            assert_eq!((finding.rule, finding.actor), ("R001", Actor::Client), "{seed} {}", finding.message);
            found += 1;
        }
    }
    assert!(found > 5, "{found}");
}
