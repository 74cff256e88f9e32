//! Observations into findings and verdicts, under a policy.

use super::{Finding, RULES, Rule, RuleVerdict, Severity, Verdict};
use crate::policy::{Bound, Policy, Statistic};
use crate::protocol::{Spec, Timer, Topic};
use crate::session::observation::{Divided, Fact, Observation, Witness};
use crate::session::report::{Actor, ExchangeReport, SessionReport, SideLatency};
use std::time::Duration;

/// What of the findings is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only rules with one of these code prefixes; empty: all.
    pub select: Vec<String>,
    /// No rule with one of these code prefixes.
    pub ignore: Vec<String>,
    /// Only what this side is at fault for.
    pub role: Option<Actor>,
    /// Keep the exchanges too.
    pub exchanges: bool,
}

/// Everything the judge has to say about one capture.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// By frame, then rule.
    pub findings: Vec<Finding>,
    /// By number.
    pub sessions: Vec<SessionReport>,
    /// By first frame, if asked for.
    pub exchanges: Vec<ExchangeReport>,
    /// By protocol, then code: every rule that has ground in a protocol of the capture.
    pub rules: Vec<RuleVerdict>,
}

impl Judged {
    /// The gravest severity among findings that count: those without a caveat.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().filter(|finding| finding.caveat.is_none()).map(|finding| finding.severity).max()
    }
}

/// Listens to the tracker, asks the rules.
pub struct Judge<'p> {
    policy: &'p Policy,
    options: Options,
    findings: Vec<Finding>,
    sessions: Vec<SessionReport>,
    exchanges: Vec<ExchangeReport>,
    /// How often each topic came up, by protocol.
    checked: Vec<(&'static Spec, [u64; Topic::COUNT])>,
}

impl<'p> Judge<'p> {
    /// A judge that has heard nothing.
    #[must_use]
    pub fn new(policy: &'p Policy, options: Options) -> Judge<'p> {
        Judge {
            policy,
            options,
            findings: Vec::new(),
            sessions: Vec::new(),
            exchanges: Vec::new(),
            checked: Vec::new(),
        }
    }

    /// How many findings there are so far.
    #[must_use]
    pub fn found(&self) -> usize {
        self.findings.len()
    }

    /// The timer that an observation is judged by.
    #[must_use]
    pub fn timer(&self, seen: &Observation) -> Timer {
        self.policy.timer(seen.spec)
    }

    /// The margin around a timer.
    #[must_use]
    pub fn tolerance(&self, timer: Duration) -> Duration {
        self.policy.tolerance.of(timer)
    }

    /// The smallest margin: what may cross on the wire.
    #[must_use]
    pub fn floor(&self) -> Duration {
        self.policy.tolerance.floor
    }

    /// Findings so far that were not taken yet, for output as they become known.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    fn is_on(&self, rule: &Rule) -> bool {
        let begins =
            |prefix: &String| rule.code.len() >= prefix.len() && rule.code[..prefix.len()].eq_ignore_ascii_case(prefix);
        (self.options.select.is_empty() || self.options.select.iter().any(begins))
            && !self.options.ignore.iter().any(begins)
    }

    fn severity(&self, rule: &Rule, spec: &Spec, actor: Actor) -> Option<Severity> {
        match self.policy.rule(rule.code, spec.id, actor.name()) {
            Some(asked) if !asked.enabled => None,
            Some(asked) => Some(asked.severity.unwrap_or(rule.severity)),
            None => Some(rule.severity),
        }
    }

    fn concerns(&self, actor: Actor) -> bool {
        self.options.role.is_none_or(|role| role == actor)
    }

    fn counts(&mut self, spec: &'static Spec) -> &mut [u64; Topic::COUNT] {
        let index = self.checked.iter().position(|(known, _)| std::ptr::eq(*known, spec)).unwrap_or_else(|| {
            self.checked.push((spec, [0; Topic::COUNT]));
            self.checked.len() - 1
        });
        &mut self.checked[index].1
    }

    /// Everything said, in order.
    #[must_use]
    pub fn finish(mut self) -> Judged {
        self.findings.sort_by(|a, b| {
            (a.frame, a.rule, a.session, a.actor, &a.message).cmp(&(b.frame, b.rule, b.session, b.actor, &b.message))
        });
        self.sessions.sort_by_key(|session| session.session);
        self.exchanges.sort_by_key(|exchange| (exchange.request_frame, exchange.session));
        let rules = self.verdicts();
        Judged { findings: self.findings, sessions: self.sessions, exchanges: self.exchanges, rules }
    }

    fn verdicts(&self) -> Vec<RuleVerdict> {
        let mut verdicts = Vec::new();
        let mut present: Vec<&'static Spec> = self.sessions.iter().map(|session| session.spec).collect();
        present.extend(self.checked.iter().map(|(spec, _)| *spec));
        present.sort_by_key(|spec| crate::protocols::ALL.iter().position(|known| known.spec().id == spec.id));
        present.dedup_by_key(|spec| spec.id);
        for spec in present {
            let counts = self.checked.iter().find(|(known, _)| known.id == spec.id).map(|(_, counts)| counts);
            for rule in RULES {
                if spec.section(rule.topic).is_none() || !self.is_on(rule) {
                    continue;
                }
                if rule.code == "T001" && self.policy.bounds.is_empty() {
                    continue;
                }
                let mine =
                    self.findings.iter().filter(|finding| finding.rule == rule.code && finding.spec.id == spec.id);
                let (mut violated, mut certain) = (0, 0);
                for finding in mine {
                    violated += 1;
                    certain += u64::from(finding.caveat.is_none());
                }
                let checked = counts.map_or(0, |counts| counts[rule.topic.index()]).max(violated);
                let verdict = match (checked, violated, certain) {
                    (_, _, 1..) => Verdict::Fail,
                    (_, 1.., _) => Verdict::Inconclusive,
                    (0, ..) => Verdict::NotExercised,
                    _ => Verdict::Pass,
                };
                verdicts.push(RuleVerdict { rule: rule.code, spec, verdict, checked, violated });
            }
        }
        verdicts
    }

    fn judge(&mut self, seen: &Observation) {
        if !self.concerns(seen.actor) {
            return;
        }
        for rule in RULES {
            let Some(told) = (rule.check)(seen, self) else { continue };
            let Some(section) = seen.spec.section(rule.topic) else { continue };
            if !self.is_on(rule) {
                continue;
            }
            let Some(severity) = self.severity(rule, seen.spec, seen.actor) else { continue };
            let mut related_frames: Vec<u64> =
                seen.related.iter().copied().filter(|frame| *frame != seen.frame).collect();
            related_frames.sort_unstable();
            related_frames.dedup();
            // A fault of form is grounded where its message is defined, any other where its topic is.
            let section = match seen.fact {
                Fact::Defective { section: Some(own), .. } => own,
                _ => section,
            };
            self.findings.push(Finding {
                rule: rule.code,
                name: rule.name,
                severity,
                spec: seen.spec,
                session: seen.session,
                actor: seen.actor,
                frame: seen.frame,
                related_frames,
                time: seen.time,
                message: told.message,
                caveat: told.caveat.or_else(|| seen.caveat.as_ref().map(ToString::to_string)),
                section,
            });
        }
    }

    /// The policy's latency bounds on a session that is over. Each side answers for itself: whoever is slow is blamed.
    fn bounds(&mut self, session: &SessionReport) {
        let asked: Vec<Bound> =
            self.policy.bounds.iter().filter(|bound| bound.applies_to(session.spec.id)).cloned().collect();
        for bound in asked {
            for side in &session.latency_by_side {
                if bound.message.as_deref() == side.kind && bound.role.is_none_or(|role| role == side.answerer) {
                    self.exceeds(session, &bound, side);
                }
            }
        }
    }

    fn exceeds(&mut self, session: &SessionReport, bound: &Bound, side: &SideLatency) {
        let latency = &side.summary;
        let (words, measured) = match bound.statistic {
            Statistic::Median => ("the median", latency.median),
            Statistic::P95 => ("the 95th percentile", latency.p95),
            Statistic::P99 => ("the 99th percentile", latency.p99),
            Statistic::Max => ("the longest", latency.max),
        };
        if measured <= bound.limit {
            return;
        }
        let what = side.kind.map_or_else(|| words.to_owned(), |kind| format!("{words} for {kind}"));
        let (frame, time) = side.slowest;
        self.judge(&Observation {
            spec: session.spec,
            session: session.session,
            actor: side.answerer,
            frame,
            time,
            related: Vec::new(),
            name: String::new(),
            caveat: None,
            fact: Fact::Latency { what, measured, bound: bound.limit, count: latency.count },
        });
    }
}

impl Witness for Judge<'_> {
    fn opportunity(&mut self, spec: &'static Spec, topic: Topic, _session: u32, actor: Actor) {
        if self.concerns(actor) {
            self.counts(spec)[topic.index()] += 1;
        }
    }

    fn opportunities(&mut self, spec: &'static Spec, topics: &[Topic], _session: u32, actor: Actor) {
        if self.concerns(actor) {
            let counts = self.counts(spec);
            for topic in topics {
                counts[topic.index()] += 1;
            }
        }
    }

    fn observe(&mut self, observation: Observation) {
        self.judge(&observation);
    }

    fn wants_exchanges(&self) -> bool {
        self.options.exchanges
    }

    fn exchange(&mut self, exchange: ExchangeReport) {
        if self.options.exchanges {
            self.exchanges.push(exchange);
        }
    }

    fn session(&mut self, session: SessionReport) {
        self.bounds(&session);
        self.sessions.push(session);
    }
}

impl Divided for Judge<'_> {
    fn another(&self) -> Self {
        Judge::new(self.policy, self.options.clone())
    }

    fn rejoin(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.sessions.extend(other.sessions);
        self.exchanges.extend(other.exchanges);
        for (spec, counts) in other.checked {
            self.counts(spec).iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
}
