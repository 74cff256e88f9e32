//! What the formats of `check` share: everything of a run gathered, and its findings grouped by fault.

use super::text::plural;
use super::view::{
    CaptureRecord, CheckSummary, ExchangeRecord, FindingRecord, Record, RuleRecord, SessionRecord, SeverityCounts,
    Summary,
};
use super::{Report, Setup};
use crate::rules::Severity;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// All that `check` found in a run.
#[derive(Default)]
pub(super) struct Check {
    /// The captures' names by number, from 1.
    pub(super) paths: Vec<String>,
    pub(super) captures: Vec<CaptureRecord>,
    pub(super) rules: Vec<RuleRecord>,
    pub(super) sessions: Vec<SessionRecord>,
    pub(super) exchanges: Vec<ExchangeRecord>,
    pub(super) findings: Vec<FindingRecord>,
    pub(super) summary: CheckSummary,
}

impl Check {
    /// A capture of this name begins.
    pub(super) fn begin(&mut self, path: &str) {
        self.paths.push(path.to_owned());
    }

    /// Keeps what is judged.
    pub(super) fn take(&mut self, record: Record<'_>) {
        match record {
            Record::Capture(record) => self.captures.push(record.clone()),
            Record::Rule(record) => self.rules.push(record.clone()),
            Record::Session(record) => self.sessions.push(record.clone()),
            Record::Exchange(record) => self.exchanges.push(record.clone()),
            Record::Finding(record) => self.findings.push(record.clone()),
            Record::Summary(Summary::Check(summary)) => self.summary = summary.clone(),
            Record::Summary(_) | Record::Message(_) | Record::Flow(_) => {}
        }
    }

    /// The name of a capture, as it was given: untrusted.
    pub(super) fn path(&self, capture: u32) -> &str {
        let index = usize::try_from(capture).unwrap_or(0).wrapping_sub(1);
        self.paths.get(index).map_or("", String::as_str)
    }

    /// Whether the run fails on findings of this severity.
    pub(super) fn fails(&self, severity: Severity) -> bool {
        match self.summary.fail_on {
            "info" => true,
            "warning" => severity >= Severity::Warning,
            "error" => severity >= Severity::Error,
            _ => false,
        }
    }

    /// The findings, the gravest first, those with a caveat last; else by capture and frame.
    pub(super) fn by_weight(&self) -> Vec<&FindingRecord> {
        let mut sorted: Vec<&FindingRecord> = self.findings.iter().collect();
        sorted.sort_by_key(|finding| {
            (finding.caveat.is_some(), std::cmp::Reverse(finding.level), finding.capture, finding.frame)
        });
        sorted
    }

    /// The findings by fault: what the same side did wrong in the same way, the gravest and most frequent first.
    pub(super) fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: BTreeMap<_, Vec<&FindingRecord>> = BTreeMap::new();
        for finding in &self.findings {
            let key = (finding.rule, finding.protocol, finding.actor, finding.caveat.is_some());
            groups.entry(key).or_default().push(finding);
        }
        let mut groups: Vec<Group<'_>> = groups.into_values().filter_map(Group::new).collect();
        groups.sort_by_key(|group| {
            let first = group.first;
            let count = std::cmp::Reverse(group.findings.len());
            (first.caveat.is_some(), std::cmp::Reverse(first.level), count, first.rule)
        });
        groups
    }
}

/// The findings of one fault.
pub(super) struct Group<'a> {
    /// The first, by capture and frame.
    pub(super) first: &'a FindingRecord,
    /// All, by capture and frame.
    pub(super) findings: Vec<&'a FindingRecord>,
}

impl<'a> Group<'a> {
    fn new(mut findings: Vec<&'a FindingRecord>) -> Option<Group<'a>> {
        findings.sort_by_key(|finding| (finding.capture, finding.frame));
        Some(Group { first: findings.first()?, findings })
    }

    /// How often, in words.
    pub(super) fn times(&self) -> String {
        match self.findings.len() {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            count => format!("{count} times"),
        }
    }

    /// Who did it, in words.
    pub(super) fn by(&self) -> &'static str {
        match self.first.actor {
            "client" => "by the client",
            "server" => "by the server",
            _ => "by a peer",
        }
    }
}

/// `3 errors, 12 warnings, 1 info`, without what there is none of; `no findings`.
pub(super) fn counts_in_words(counts: SeverityCounts) -> String {
    let words: Vec<String> = [(counts.error, "error"), (counts.warning, "warning"), (counts.info, "info")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    if words.is_empty() { "no findings".to_owned() } else { words.join(", ") }
}

/// What a run comes to: `1 error in 2 sessions, 20 messages; 3 findings with a caveat not counted`.
pub(super) fn outcome_in_words(summary: &CheckSummary) -> String {
    let mut text = format!(
        "{} in {}, {}",
        counts_in_words(summary.counted()),
        plural(summary.sessions, "session"),
        plural(summary.messages, "message"),
    );
    let caveats = summary.with_caveat.at_least(Severity::Info);
    if caveats > 0 {
        text.push_str(&format!("; {} with a caveat not counted", plural(caveats, "finding")));
    }
    if let Some(baseline) = summary.baseline {
        text.push_str(&format!("; {} known from the baseline, {} of it gone", baseline.known, baseline.gone));
    }
    text
}

/// Writes a whole run.
pub(super) type Render = fn(&Check, &Setup, &mut dyn Write) -> io::Result<()>;

/// A format that needs the whole run before it can write.
pub(super) struct Whole {
    setup: Setup,
    check: Check,
    render: Render,
}

impl Whole {
    pub(super) fn boxed(setup: &Setup, render: Render) -> Box<dyn Report> {
        Box::new(Whole { setup: *setup, check: Check::default(), render })
    }
}

impl Report for Whole {
    fn begin(&mut self, _: u32, path: &str, _: &mut dyn Write) -> io::Result<()> {
        self.check.begin(path);
        Ok(())
    }

    fn record(&mut self, record: Record<'_>, _: &mut dyn Write) -> io::Result<()> {
        self.check.take(record);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        (self.render)(&self.check, &self.setup, out)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::bytes::Time;
    use crate::report::view::{SpecRecord, Stamp};

    /// A finding of R001 in a frame, grave or with a caveat.
    pub(in crate::report) fn finding(frame: u64, message: &str, caveat: Option<&str>) -> FindingRecord {
        FindingRecord {
            capture: 1,
            rule: "R001",
            name: "early-retransmission",
            severity: "error",
            protocol: "imp",
            session: 1,
            actor: "client",
            frame,
            related_frames: vec![frame - 1],
            time: Stamp(Time(0)),
            relative_s: 0.0,
            message: message.to_owned(),
            caveat: caveat.map(str::to_owned),
            spec: SpecRecord { document: "imp", section: "3.2" },
            level: Severity::Error,
        }
    }

    /// What a report writes of some findings in a capture of this name.
    pub(in crate::report) fn written(make: crate::report::Make, path: &str, findings: &[FindingRecord]) -> String {
        let mut out = Vec::new();
        let mut report = make(&Setup::default());
        let mut summary = CheckSummary { captures: 1, fail_on: "error", verdict: "pass", ..CheckSummary::default() };
        report.begin(1, path, &mut out).unwrap();
        for finding in findings {
            summary.findings.add(finding.level);
            if finding.counts() {
                summary.verdict = "fail";
            } else {
                summary.with_caveat.add(finding.level);
            }
            report.record(Record::Finding(finding), &mut out).unwrap();
        }
        let verdict = if summary.verdict == "fail" { "fail" } else { "inconclusive" };
        let violated = findings.len() as u64;
        let rule = RuleRecord { capture: 1, rule: "R001", protocol: "imp", verdict, checked: violated, violated };
        report.record(Record::Rule(&rule), &mut out).unwrap();
        report.record(Record::Summary(&Summary::Check(summary)), &mut out).unwrap();
        report.finish(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn check(findings: &[FindingRecord]) -> Check {
        Check { findings: findings.to_vec(), ..Check::default() }
    }

    #[test]
    fn a_caveat_makes_a_group_of_its_own_and_the_last() {
        let check = check(&[finding(9, "a", Some("lost")), finding(7, "b", None), finding(3, "c", None)]);
        let groups: Vec<(u64, String)> =
            check.groups().iter().map(|group| (group.first.frame, group.times())).collect();
        assert_eq!(groups, [(3, "twice".to_owned()), (9, "once".to_owned())]);
        let frames: Vec<u64> = check.by_weight().iter().map(|finding| finding.frame).collect();
        assert_eq!(frames, [3, 7, 9]);
    }

    #[test]
    fn what_has_a_caveat_is_counted_apart() {
        let mut summary = CheckSummary { sessions: 1, messages: 9, ..CheckSummary::default() };
        summary.findings.add(Severity::Error);
        assert_eq!(outcome_in_words(&summary), "1 error in 1 session, 9 messages");
        summary.with_caveat.add(Severity::Error);
        assert_eq!(
            outcome_in_words(&summary),
            "no findings in 1 session, 9 messages; 1 finding with a caveat not counted"
        );
    }
}
