//! The rubric that is there without one: criteria that suit any protocol, cut to what a protocol's document gives ground
//! for, so that every protocol has its own; and the same as a commented file to start from.

use super::rubric::{Cost, Criterion, Exercised, Rubric};
use super::score::round_to;
use crate::policy::FileError;
use crate::protocol::{Actor, Due, Kind, Sender, Spec, Takes};
use crate::rules::{RULES, Rule};
use std::fmt::Write as _;

/// The rubric for any protocol, as a file.
pub const DEFAULT: &str = include_str!("../../rubrics/default.toml");

/// Everything a rubric can say, as comments.
const GUIDE: &str = include_str!("../../rubrics/guide.toml");

/// Whether a client opens an exchange with it: what a demonstration is expected to show.
pub(super) fn is_request(kind: &Kind) -> bool {
    kind.from != Sender::Server && !kind.ack && kind.takes != Takes::Echo && kind.due != Due::No
}

/// The rubric for any protocol.
///
/// # Errors
/// None: a test reads the same text.
pub fn builtin() -> Result<Rubric, FileError> {
    Rubric::from_toml(DEFAULT)
}

/// Rules about what only a server does: grant, pass on, list, give notice.
const OF_SERVERS: &[&str] = &["P005", "P006", "P007", "P008", "P009", "P010"];

/// Rules about what only a client does.
const OF_CLIENTS: &[&str] = &["T002"];

/// Whether a side of a protocol can break a rule at all. Who is never asked never answers wrongly, and who never waits for
/// an answer never sends again.
fn concerns(rule: &Rule, spec: &Spec, side: Actor) -> bool {
    let asks = |by: Actor| {
        let others: &[Sender] = match by {
            Actor::Client => &[Sender::Server],
            _ => &[Sender::Client, Sender::ClientOrPeer],
        };
        spec.kinds.iter().any(|kind| kind.due != Due::No && !others.contains(&kind.from))
    };
    let other = if side == Actor::Client { Actor::Server } else { Actor::Client };
    match rule.code.get(..1) {
        Some("A") => asks(other),
        Some("R") => asks(side),
        _ if side == Actor::Client => !OF_SERVERS.contains(&rule.code),
        _ => !OF_CLIENTS.contains(&rule.code),
    }
}

/// A rubric cut to one protocol: rules without ground there go, also those that do not concern the side that is graded;
/// criteria that ask for nothing then go too, and their points go to the others, in proportion and in whole points.
#[must_use]
pub fn adapted(rubric: &Rubric, spec: &'static Spec) -> Rubric {
    let mut criteria = rubric.criteria.clone();
    for criterion in &mut criteria {
        let side = criterion.role.or(rubric.role);
        let foreign =
            |rule: &&&Rule| criterion.covers(rule.code) && side.is_some_and(|side| !concerns(rule, spec, side));
        let foreign: Vec<String> = RULES.iter().filter(foreign).map(|rule| rule.code.to_owned()).collect();
        criterion.except.extend(foreign);
    }
    let grounded = |criterion: &Criterion| {
        criterion.rules.is_empty()
            || RULES.iter().any(|rule| criterion.covers(rule.code) && spec.section(rule.topic).is_some())
    };
    criteria.retain(grounded);
    let before = rubric.max();
    let left: f64 = criteria.iter().filter(|criterion| !criterion.bonus).map(|criterion| criterion.points).sum();
    if left > 0.0 && left < before {
        let mut given = 0.0;
        let mut exact = Vec::new();
        for criterion in criteria.iter_mut().filter(|criterion| !criterion.bonus) {
            let points = criterion.points * before / left;
            criterion.points = points.floor();
            given += criterion.points;
            exact.push(points - points.floor());
        }
        // What flooring left over goes to those that lost most by it, the first of equals first.
        let mut order: Vec<usize> = (0..exact.len()).collect();
        order.sort_by(|a, b| exact[*b].total_cmp(&exact[*a]).then(a.cmp(b)));
        let mut over = round_to(before - given, 1.0);
        for index in order {
            if over < 1.0 {
                break;
            }
            if let Some(criterion) = criteria.iter_mut().filter(|criterion| !criterion.bonus).nth(index) {
                criterion.points += 1.0;
                over -= 1.0;
            }
        }
    }
    Rubric {
        title: format!("{} ({})", rubric.title, spec.title),
        protocol: Some(spec.id.to_owned()),
        criteria,
        ..rubric.clone()
    }
}

/// A rubric for a protocol as a commented file; for none, the one for any.
#[must_use]
pub fn commented(rubric: &Rubric, spec: Option<&'static Spec>) -> String {
    let mut out = String::from(GUIDE);
    let _ = writeln!(out, "\ntitle = {}", quoted(&rubric.title));
    match spec {
        Some(spec) => {
            let _ = writeln!(out, "protocol = {}", quoted(spec.id));
        }
        None => out.push_str("# protocol = \"…\"         # without it: what a submission speaks most\n"),
    }
    out.push_str("# role = \"server\"         # grade only this side\n");
    let _ = writeln!(out, "round = {}", rubric.rounding.step);
    let _ = writeln!(out, "pass = \"{}%\"", rubric.pass * 100.0);
    let weights = rubric.weights;
    let _ = writeln!(
        out,
        "\n[weights]\nerror = {:?}\nwarning = {:?}\ninfo = {:?}",
        weights.error, weights.warning, weights.info
    );
    for criterion in &rubric.criteria {
        written(&mut out, criterion, spec);
    }
    out
}

fn written(out: &mut String, criterion: &Criterion, spec: Option<&'static Spec>) {
    let list = |items: &[String]| items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "\n[[criterion]]\nid = {}\ntitle = {}", quoted(&criterion.id), quoted(&criterion.title));
    let _ = writeln!(out, "about = {}", quoted(&criterion.about));
    let _ = writeln!(out, "points = {}", criterion.points);
    if criterion.bonus {
        out.push_str("bonus = true\n");
    }
    if !criterion.rules.is_empty() {
        let _ = writeln!(out, "rules = [{}]", list(&criterion.rules));
        for rule in RULES.iter().filter(|rule| criterion.covers(rule.code)) {
            if spec.is_none_or(|spec| spec.section(rule.topic).is_some()) {
                let section = spec.and_then(|spec| spec.section(rule.topic)).map(|section| format!(" (§{section})"));
                let _ = writeln!(out, "#   {} {}{}", rule.code, rule.name, section.unwrap_or_default());
            }
        }
    }
    for (key, items) in [("except", &criterion.except), ("optional", &criterion.optional)] {
        if !items.is_empty() {
            let _ = writeln!(out, "{key} = [{}]", list(items));
        }
    }
    if !criterion.messages.is_empty() {
        let _ = writeln!(out, "messages = [{}]", list(&criterion.messages));
        if let Some(spec) = spec {
            let requests = spec.kinds.iter().filter(|kind| is_request(kind)).map(|kind| kind.name);
            let _ = writeln!(out, "#   @requests stands for {}", requests.collect::<Vec<_>>().join(", "));
        }
    }
    let exercised = match criterion.exercised {
        Exercised::Each => "each",
        Exercised::Any => "any",
        Exercised::Nothing => "nothing",
    };
    if !criterion.rules.is_empty() {
        let _ = writeln!(out, "exercised = \"{exercised}\"");
        match criterion.cost {
            Cost::Kind { each } => {
                out.push_str("cost = \"kind\"\n");
                if let Some(each) = each {
                    let _ = writeln!(out, "each = {each}");
                }
            }
            Cost::Occurrence { each, cap } => {
                let _ = writeln!(out, "cost = \"occurrence\"\neach = {each}");
                if let Some(cap) = cap {
                    let _ = writeln!(out, "cap = {cap}");
                }
            }
            Cost::Proportion => out.push_str("cost = \"proportion\"\n"),
        }
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols;

    #[test]
    fn every_protocol_has_a_rubric_of_100_points_that_reads_back() {
        let any = builtin().expect("the built-in rubric is well formed");
        assert_eq!(any.max(), 100.0);
        for protocol in protocols::ALL {
            let spec = protocol.spec();
            let own = adapted(&any, spec);
            assert_eq!(own.max(), 100.0, "{}", spec.id);
            assert!(own.criteria.len() >= 4, "{}", spec.id);
            let text = commented(&own, Some(spec));
            assert_eq!(Rubric::from_toml(&text).expect(&text), own, "{}", spec.id);
        }
        let text = commented(&any, None);
        assert_eq!(Rubric::from_toml(&text).expect(&text), any);
    }

    #[test]
    fn a_side_is_asked_for_nothing_that_only_the_other_does() {
        for protocol in protocols::ALL {
            for side in [Actor::Client, Actor::Server] {
                let mut any = builtin().expect("well formed");
                any.role = Some(side);
                let own = adapted(&any, protocol.spec());
                assert_eq!(own.max(), 100.0, "{} {side:?}", protocol.spec().id);
                let covers = |code: &str| own.criteria.iter().any(|criterion| criterion.covers(code));
                assert_eq!(covers("P007"), side == Actor::Server, "{}", protocol.spec().id);
                assert!(covers("F001") && covers("P002"));
            }
        }
        // Where servers ask nothing, clients are not graded for answering.
        let mut any = builtin().expect("well formed");
        any.role = Some(Actor::Client);
        let graded = |spec| adapted(&any, spec).criteria.iter().any(|criterion| criterion.id == "answers");
        let graded: Vec<bool> = protocols::ALL.iter().map(|known| graded(known.spec())).collect();
        assert!(graded.contains(&true) && graded.contains(&false), "{graded:?}");
    }

    #[test]
    fn a_criterion_without_ground_gives_its_points_to_the_others() {
        let any = builtin().expect("well formed");
        let numberless = protocols::ALL.iter().map(|protocol| protocol.spec());
        let numberless = numberless
            .filter(|spec| RULES.iter().all(|rule| !rule.code.starts_with('S') || spec.section(rule.topic).is_none()));
        let mut looked = 0;
        for spec in numberless {
            looked += 1;
            assert!(adapted(&any, spec).criteria.iter().all(|criterion| criterion.id != "numbers"));
        }
        assert!(looked > 0, "no protocol goes without numbers any more: look for another gap");
    }

    #[test]
    fn every_protocol_has_requests_to_show() {
        for protocol in protocols::ALL {
            let requests: Vec<_> =
                protocol.spec().kinds.iter().filter(|kind| is_request(kind)).map(|kind| kind.name).collect();
            assert!(requests.len() >= 4, "{}: {requests:?}", protocol.spec().id);
        }
    }
}
