//! What the program knows by itself: its rules and its protocols.

use super::Tool;
use crate::protocol::{Allowed, Answer, Change, Due, Kind, Numbering, Owed, Sender, Spec, Takes, Timer, Topic};
use crate::protocols;
use crate::rules::Rule;
use schemars::JsonSchema;
use serde::Serialize;

/// The output of `explain --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// The rules asked for.
    pub rules: Vec<RuleEntry>,
}

/// One rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleEntry {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its severity, unless a policy changes it: `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What it checks.
    pub checks: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do instead.
    pub instead: &'static str,
    /// Where each protocol gives ground for it; a protocol that gives none does not have the rule.
    pub grounds: Vec<GroundRecord>,
    /// A conversation that breaks it and one that does not, where there is an example.
    pub example: Option<ExampleRecord>,
}

impl RuleEntry {
    /// The entry of a rule, with the ground it has in each protocol.
    #[must_use]
    pub fn new(rule: &Rule) -> RuleEntry {
        let grounds = protocols::ALL.iter().filter_map(|protocol| {
            let spec = protocol.spec();
            spec.section(rule.topic).map(|section| GroundRecord { protocol: spec.id, section })
        });
        RuleEntry {
            code: rule.code,
            name: rule.name,
            severity: rule.severity.name(),
            checks: rule.checks,
            why: rule.matters,
            instead: rule.instead,
            grounds: grounds.collect(),
            example: (!rule.examples.protocol.is_empty()).then_some(ExampleRecord {
                protocol: rule.examples.protocol,
                bad: rule.examples.bad,
                good: rule.examples.good,
            }),
        }
    }
}

/// Two conversations between clients A, B, C and the server S, a line a message: milliseconds, who to whom, the bytes as
/// hexadecimal pairs and quoted text.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ExampleRecord {
    /// The protocol they are in.
    pub protocol: &'static str,
    /// Breaks the rule.
    pub bad: &'static str,
    /// Does not.
    pub good: &'static str,
}

/// Where a protocol's document grounds a rule.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct GroundRecord {
    /// The protocol.
    pub protocol: &'static str,
    /// The section, as the document numbers it.
    pub section: &'static str,
}

/// The output of `protocols --format json`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProtocolsDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// The protocols asked for.
    pub protocols: Vec<ProtocolRecord>,
}

/// One protocol.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProtocolRecord {
    /// Its identifier.
    pub id: &'static str,
    /// Its name in words.
    pub title: &'static str,
    /// Its document.
    pub document: &'static str,
    /// What may carry it: `udp`, `tcp`.
    pub transports: Vec<&'static str>,
    /// Its messages, in the order of the document.
    pub messages: Vec<KindRecord>,
    /// How they are numbered: one entry, or one for each value of the convention that decides.
    pub numbering: Vec<NumberingRecord>,
    /// Timers and retransmission.
    pub timer: TimerRecord,
    /// How many messages may be unanswered in one direction; null: any number.
    pub window: Option<usize>,
    /// How long an invitation stays open, in milliseconds.
    pub invitation_ms: Option<f64>,
    /// What the server owes to whom after a change.
    pub notices: Vec<NoticeRecord>,
    /// Points where the document allows two readings.
    pub conventions: Vec<ConventionEntry>,
    /// Where the document says what.
    pub citations: Vec<CitationRecord>,
}

/// One row of a message table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KindRecord {
    /// Its name.
    pub name: &'static str,
    /// Its type or opcode; null where commands are words.
    pub code: Option<u16>,
    /// Who sends it: `client`, `server`, `either`, `client or peer` or `any`.
    pub from: &'static str,
    /// What it carries.
    pub data: &'static str,
    /// Where the document defines it.
    pub section: &'static str,
    /// What answers it.
    pub answered_by: Vec<&'static str>,
    /// Whether an answer must come: `no`, `required`, `required where it grants` or `optional`.
    pub answer_due: &'static str,
    /// How it comes by its number, in words.
    pub number: &'static str,
    /// In which states a client may send it.
    pub allowed: Vec<&'static str>,
    /// What passes its content on, if anything does.
    pub relayed_by: Option<&'static str>,
    /// Whether its only purpose is to acknowledge.
    pub ack: bool,
    /// Whether its type is this program's assumption.
    pub assumed: bool,
}

/// How messages are numbered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NumberingRecord {
    /// The convention's value this holds for; null where no convention decides.
    pub convention: Option<&'static str>,
    /// Numbers run from 0 below this; null: the number is a text or there is none.
    pub modulus: Option<u32>,
    /// The number a sender starts with; null: free.
    pub first: Option<u16>,
    /// In a sentence.
    pub summary: String,
}

/// Timers and retransmission.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimerRecord {
    /// Unanswered for this long: sent again, and not sooner. Null: no interval is given.
    pub resend_ms: Option<f64>,
    /// Whether the interval is an upper bound too.
    pub regular: bool,
    /// Whether the lower bound holds for the server too.
    pub server_waits: bool,
    /// At most this many retransmissions.
    pub maximum: Option<u32>,
    /// Whether the application may send again over TCP.
    pub over_tcp: bool,
}

/// A list or notice that the server owes after a change.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct NoticeRecord {
    /// After what.
    pub after: &'static str,
    /// The kind of message owed.
    pub message: &'static str,
    /// To whom.
    pub to: &'static str,
}

/// A point where a document allows two readings.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConventionEntry {
    /// As in `--convention`.
    pub name: &'static str,
    /// The readings; the first is the default.
    pub values: Vec<&'static str>,
    /// Where the document leaves it open.
    pub section: &'static str,
    /// What is open.
    pub about: &'static str,
}

/// Where a document says something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CitationRecord {
    /// What about.
    pub topic: String,
    /// The section.
    pub section: &'static str,
}

impl ProtocolRecord {
    /// The record of a protocol's tables.
    #[must_use]
    pub fn new(spec: &'static Spec) -> ProtocolRecord {
        let deciding = spec.numbering_by.and_then(|index| spec.conventions.get(index));
        ProtocolRecord {
            id: spec.id,
            title: spec.title,
            document: spec.document,
            transports: spec.transports.iter().map(|transport| transport.name()).collect(),
            messages: spec.kinds.iter().map(KindRecord::new).collect(),
            numbering: spec
                .numbering
                .iter()
                .enumerate()
                .map(|(index, numbering)| {
                    let value = deciding.and_then(|convention| convention.values.get(index).copied());
                    NumberingRecord::new(value, numbering)
                })
                .collect(),
            timer: TimerRecord::new(&spec.timer),
            window: spec.window,
            invitation_ms: spec.invitation.map(super::milliseconds),
            notices: spec
                .notices
                .iter()
                .map(|notice| NoticeRecord {
                    after: change_in_words(notice.after),
                    message: notice.kind,
                    to: owed_in_words(notice.to),
                })
                .collect(),
            conventions: spec
                .conventions
                .iter()
                .map(|convention| ConventionEntry {
                    name: convention.name,
                    values: convention.values.to_vec(),
                    section: convention.section,
                    about: convention.about,
                })
                .collect(),
            citations: spec
                .citations
                .iter()
                .map(|citation| CitationRecord { topic: topic_in_words(citation.topic), section: citation.section })
                .collect(),
        }
    }
}

impl KindRecord {
    fn new(kind: &'static Kind) -> KindRecord {
        KindRecord {
            name: kind.name,
            code: (kind.code != 0 || kind.takes != Takes::Nothing).then_some(kind.code),
            from: match kind.from {
                Sender::Client => "client",
                Sender::Server => "server",
                Sender::Either => "either",
                Sender::ClientOrPeer => "client or peer",
                Sender::Any => "any",
            },
            data: kind.data,
            section: kind.section,
            answered_by: answers(kind.answered_by),
            answer_due: match kind.due {
                Due::No => "no",
                Due::Required => "required",
                Due::IfGranted => "required where it grants",
                Due::Optional => "optional",
            },
            number: match kind.takes {
                Takes::Own => "its sender's next",
                Takes::Echo => "that of the message it answers",
                Takes::EchoOrOwn => "that of the message it answers, else its sender's next",
                Takes::RelayOrOwn => "that of the message it relays, or its sender's next",
                Takes::Invitation => "that of the invitation it concludes",
                Takes::Nothing => "none",
            },
            allowed: states_in_words(kind.allowed),
            relayed_by: kind.relay.map(|relay| relay.by),
            ack: kind.ack,
            assumed: kind.assumed,
        }
    }
}

fn answers(answers: &'static [Answer]) -> Vec<&'static str> {
    answers.iter().map(|answer| if answer.kind == "*" { "whatever comes next" } else { answer.kind }).collect()
}

impl NumberingRecord {
    fn new(convention: Option<&'static str>, numbering: &Numbering) -> NumberingRecord {
        let mut words = Vec::new();
        match numbering.modulus {
            0 => words.push("compared as text".to_owned()),
            modulus => words.push(format!("0 to {}, then 0 again", modulus - 1)),
        }
        if numbering.modulus > 0 {
            match numbering.first {
                Some(first) => words.push(format!("the first is {first}")),
                None => words.push("the first is free".to_owned()),
            }
            words.push(if numbering.shared { "one count for all" } else { "one count a sender" }.to_owned());
            if numbering.may_skip {
                words.push("numbers may be skipped".to_owned());
            }
        }
        if numbering.answers_count {
            words.push("answers take a number of their own".to_owned());
        }
        NumberingRecord {
            convention,
            modulus: (numbering.modulus > 0).then_some(numbering.modulus),
            first: numbering.first,
            summary: words.join("; "),
        }
    }
}

impl TimerRecord {
    fn new(timer: &Timer) -> TimerRecord {
        TimerRecord {
            resend_ms: timer.resend.map(super::milliseconds),
            regular: timer.regular,
            server_waits: timer.server_waits,
            maximum: timer.maximum,
            over_tcp: timer.over_tcp,
        }
    }
}

fn states_in_words(allowed: Allowed) -> Vec<&'static str> {
    let mut words = Vec::new();
    if allowed.has(Allowed::ANY) {
        words.push("anywhere");
    } else {
        for (state, word) in [
            (Allowed::OUT, "before login"),
            (Allowed::LOBBY, "logged in, in no room or group"),
            (Allowed::ROOM, "in a room or group"),
        ] {
            if allowed.has(state) {
                words.push(word);
            }
        }
        if words.len() == 2 && !allowed.has(Allowed::OUT) {
            words = vec!["logged in"];
        }
    }
    for (condition, word) in
        [(Allowed::IN_PRIVATE_CHAT, "only with a private chat open"), (Allowed::WHILE_INVITED, "only while invited")]
    {
        if allowed.has(condition) {
            words.push(word);
        }
    }
    words
}

fn change_in_words(change: Change) -> &'static str {
    match change {
        Change::Login => "a login",
        Change::Enter => "entering a room or group",
        Change::Leave => "leaving a room or group",
        Change::Logout => "a logout",
        Change::Alone => "a group is down to one member",
    }
}

fn owed_in_words(owed: Owed) -> &'static str {
    match owed {
        Owed::Lobby => "every other client that is in no room",
        Owed::Room => "every other client in the room or group",
        Owed::Everyone => "every other client",
    }
}

/// `StopAndWait` as `stop and wait`: the topics are named for people already.
fn topic_in_words(topic: Topic) -> String {
    let mut words = String::new();
    for c in format!("{topic:?}").chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_read_as_words() {
        assert_eq!(states_in_words(Allowed::ANY), ["anywhere"]);
        assert_eq!(states_in_words(Allowed::INSIDE), ["logged in"]);
        assert_eq!(states_in_words(Allowed::OUT), ["before login"]);
        assert_eq!(states_in_words(Allowed::INSIDE | Allowed::WHILE_INVITED), ["logged in", "only while invited"]);
    }

    #[test]
    fn topics_read_as_words() {
        assert_eq!(topic_in_words(Topic::StopAndWait), "stop and wait");
        assert_eq!(topic_in_words(Topic::Lists), "lists");
    }
}
