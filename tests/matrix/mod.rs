//! Simulated conversations against the judge: what is expected of each, what it said, and where they differ. Shared by
//! the test and by the command that prints the matrix.

use std::time::Duration;
use wiregrade::analysis::{self, Analysis};
use wiregrade::capture::Reader;
use wiregrade::identify::Step;
use wiregrade::policy::{Bound, Policy, Statistic};
use wiregrade::protocol::{Actor, Choices, Spec, Transport};
use wiregrade::rules::{Finding, Judge, Judged, Options, RULES, Severity};
use wiregrade::session::Tracker;
use wiregrade::synth::fault::{How, Trick, tricks};
use wiregrade::synth::net::{Outcome, Weather};
use wiregrade::synth::scenarios::{ALL, BuiltIn};
use wiregrade::synth::{Plan, simulate};

/// Runs a plan and judges its capture.
pub fn run(plan: &Plan) -> (Vec<u8>, Outcome, Judged) {
    let (bytes, outcome) = simulate(plan, Vec::new()).expect("memory takes everything");
    let mut policy = Policy::default();
    if plan.fault.is_some_and(|(trick, _)| trick.rule == "T001") {
        let limit = Duration::from_millis(200);
        policy.bounds.push(Bound { statistic: Statistic::Max, limit, protocol: None, message: None, role: None });
    }
    let judged = judge(&bytes, &policy);
    (bytes, outcome, judged)
}

/// What the judge says of a capture.
pub fn judge(bytes: &[u8], policy: &Policy) -> Judged {
    let mut reader = Reader::new(Box::new(std::io::Cursor::new(bytes.to_vec()))).expect("a capture");
    let mut analysis = Analysis::new(analysis::Options::default());
    let mut tracker = Tracker::new(policy.clone());
    let mut judge = Judge::new(policy, Options::default());
    // Whose a message is must not depend on whether anybody asks for more.
    let mut apart = Tracker::new(policy.clone()).sessions_only();
    let mut nobody = Judge::new(policy, Options::default());
    let mut step = |step: Step<'_>| {
        let session = tracker.step(&step, &mut judge);
        assert_eq!(apart.step(&step, &mut nobody), session);
    };
    let mut end = wiregrade::bytes::Time::default();
    while let Some(frame) = reader.next_frame() {
        let frame = frame.expect("a whole capture");
        end = end.max(frame.time);
        analysis.frame(&frame, &mut step);
    }
    analysis.finish(&mut step);
    tracker.finish(end, &mut judge);
    judge.finish()
}

/// Findings that matter: at warning or above, and not explained away.
pub fn serious(judged: &Judged) -> Vec<&Finding> {
    judged.findings.iter().filter(|finding| finding.severity >= Severity::Warning && finding.caveat.is_none()).collect()
}

pub fn spec(id: &str) -> &'static Spec {
    let known = wiregrade::protocols::ALL.iter().find(|protocol| protocol.spec().id == id);
    known.expect("a protocol").spec()
}

/// Every reading of a protocol's conventions.
pub fn readings(spec: &Spec) -> Vec<Choices> {
    let mut all = vec![Choices::default()];
    for (convention, row) in spec.conventions.iter().enumerate() {
        all = all
            .into_iter()
            .flat_map(|choices| (0..row.values.len()).map(move |value| choices.with(convention, value)))
            .collect();
    }
    all
}

fn told(finding: &Finding) -> String {
    format!(
        "{} {} frame {} (session {}): {}{}",
        finding.rule,
        finding.actor.name(),
        finding.frame,
        finding.session,
        finding.message,
        finding.caveat.as_ref().map(|caveat| format!(" [but {caveat}]")).unwrap_or_default()
    )
}

/// What went wrong, with all that is needed to see it again.
pub struct Failure {
    pub what: String,
    pub bytes: Vec<u8>,
}

/// A conforming conversation: `Err` if anything is held against it.
pub fn conforming(plan: &Plan, breaks: &[&str]) -> Result<Outcome, Failure> {
    let (bytes, outcome, judged) = run(plan);
    let mut found: Vec<&str> = serious(&judged).iter().map(|finding| finding.rule).collect();
    // An answer lost behind the capture point leaves no other trace than the copy of what it answered: nothing in the
    // capture tells it from an answer its receiver did not heed. Where the capture shows losses the judge says so itself
    // (a caveat), but where only answers are lost it shows none, and who does not heed answers must be found. So many
    // losses excuse as many copies, here; no judge can do better: one in 27 conversations is of that kind.
    let lost = usize::try_from(outcome.lost).unwrap_or(0);
    if found.iter().all(|rule| *rule == "R005") && found.len() <= lost {
        found.clear();
    }
    found.dedup();
    if found == breaks && !judged.sessions.is_empty() {
        return Ok(outcome);
    }
    let told: Vec<String> = serious(&judged).into_iter().take(12).map(told).collect();
    Err(Failure { what: format!("{} instead of {breaks:?}\n    {}", describe(plan), told.join("\n    ")), bytes })
}

pub fn describe(plan: &Plan) -> String {
    let spec = spec(plan.protocol);
    let conventions: Vec<String> = spec
        .conventions
        .iter()
        .enumerate()
        .map(|(index, row)| format!("{}={}", row.name, row.values[plan.choices.get(index)]))
        .collect();
    let weather = &plan.weather;
    format!(
        "{} {} seed {} [{}] loss {} dup {} reorder {}{}",
        plan.protocol,
        plan.transport.name(),
        plan.seed,
        conventions.join(" "),
        weather.loss,
        weather.duplicate,
        weather.reorder,
        plan.fault.map(|(trick, nth)| format!(" fault {}@{nth}", trick.name())).unwrap_or_default()
    )
}

/// One cell's worth: a fault is done, and exactly that is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Found, and nothing else.
    Found,
    /// Its opportunity did not come.
    NoChance,
}

pub fn faulty(plan: &Plan) -> Result<Verdict, Failure> {
    let (trick, _) = plan.fault.expect("a fault");
    let (bytes, outcome, judged) = run(plan);
    let Some(frame) = outcome.fault else {
        // There are not so many opportunities: the first, then.
        return match plan.fault {
            Some((trick, nth)) if nth > 1 => faulty(&Plan { fault: Some((trick, 1)), ..plan.clone() }),
            _ => Ok(Verdict::NoChance),
        };
    };
    let rule = RULES.iter().find(|rule| rule.code == trick.rule).expect("a rule");
    let is_it = |finding: &Finding| {
        let here = finding.frame == frame || trick.rule == "T001";
        finding.rule == trick.rule && here && (finding.actor == trick.actor || finding.actor == Actor::Peer)
    };
    let found = judged.findings.iter().filter(|finding| is_it(finding)).count();
    let allowed = |finding: &&Finding| {
        is_it(finding) || trick.also.iter().any(|(also, actor)| finding.rule == *also && finding.actor == *actor)
    };
    let others: Vec<&Finding> = serious(&judged).into_iter().filter(|finding| !allowed(finding)).collect();
    let missing: Vec<_> =
        trick.also.iter().filter(|(also, _)| !judged.findings.iter().any(|finding| finding.rule == *also)).collect();
    if found == 1 && others.is_empty() && missing.is_empty() {
        return Ok(Verdict::Found);
    }
    let all: Vec<String> = judged.findings.iter().map(told).collect();
    let what = format!(
        "{}: {} by {} at frame {frame} ({}) found {found} times, {} others\n    {}",
        describe(plan),
        trick.rule,
        trick.actor.name(),
        rule.name,
        others.len(),
        all.join("\n    ")
    );
    Err(Failure { what, bytes })
}

pub fn transports(protocol: &str) -> &'static [Transport] {
    spec(protocol).transports
}

pub fn scenarios(protocol: &str) -> impl Iterator<Item = &'static BuiltIn> {
    ALL.iter().filter(move |built_in| built_in.protocol == protocol)
}

pub fn plan(built_in: &BuiltIn, transport: Transport, seed: u64) -> Plan {
    let scenario = built_in.scenario().expect("a scenario");
    Plan { seed, ..Plan::new(built_in.protocol, transport, scenario) }
}

/// The plan that gives a fault its opportunity.
pub fn plan_of(trick: &'static Trick, protocol: &'static str, transport: Transport, seed: u64, nth: u32) -> Plan {
    let mut of_protocol = scenarios(protocol);
    let built_in = if trick.scenario.is_empty() {
        of_protocol.next()
    } else {
        of_protocol.find(|built_in| built_in.name == trick.scenario)
    };
    let mut plan =
        plan(built_in.unwrap_or_else(|| panic!("{}: no scenario {:?}", trick.name(), trick.scenario)), transport, seed);
    if let Some((name, value)) = trick.needs {
        let spec = spec(protocol);
        let convention = spec.conventions.iter().position(|row| row.name == name).expect("a convention");
        let value = spec.conventions[convention].values.iter().position(|known| *known == value).expect("a value");
        plan.choices = plan.choices.with(convention, value);
    }
    plan.fault = Some((trick, nth));
    plan
}

pub fn suits(trick: &Trick, transport: Transport) -> bool {
    transport == Transport::Udp || !trick.datagrams
}

/// Weather for the `number`-th conforming conversation.
pub fn weather(number: u64, protocol: &str) -> Weather {
    let calm = Weather::default();
    let burst = if protocol == "imp" { 1 } else { 2 };
    match number % 4 {
        0 => calm,
        1 => Weather { loss: 0.05, burst, ..calm },
        2 => Weather { loss: 0.15, burst, jitter: Duration::from_millis(3), ..calm },
        _ => Weather { loss: 0.02, duplicate: 0.03, reorder: 0.05, burst, ..calm },
    }
}

pub fn all_tricks(protocol: &'static str) -> &'static [Trick] {
    tricks(protocol)
}

/// Whether the harm is seen in the answer rather than in the message it is done to.
pub fn is_late(trick: &Trick) -> bool {
    matches!(trick.how, How::Late(_))
}

/// Whether a scenario is there only to give faults their opportunity: a client in it falls silent, and what is lost then
/// nobody sends again.
pub fn is_for_faults(built_in: &BuiltIn) -> bool {
    built_in.name == "impostor"
}
