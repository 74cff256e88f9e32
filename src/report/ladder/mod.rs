//! Ladder diagrams: a conversation as lifelines with arrows between them, in time order. The layout is made once, and
//! each format draws it.
//!
//! ```text
//! MessageRecord → Heard → layout → Ladder → text | svg | mermaid | json | html
//! ```

mod comments;
mod heard;
mod layout;
pub(super) mod mermaid;
mod outcome;
mod panel;
#[cfg(test)]
pub(super) mod samples;
mod shorten;
pub(super) mod svg;
pub(super) mod text;

pub use comments::comments;
pub use heard::{Heard, KEPT_EVENTS};
pub use layout::layout;

use super::Setup;
use super::view::{CaptureRecord, Endpoint, Tool};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// A format of `ladder`.
#[derive(Clone, Copy)]
pub struct Form {
    /// Writes the diagrams.
    pub show: fn(&LadderDocument, &Setup, &mut dyn Write) -> io::Result<()>,
    /// How many lifelines it can draw beside each other.
    pub lifelines: fn(&Setup) -> usize,
}

/// What is drawn, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What one diagram is of.
    pub per: Per,
    /// The most lifelines of a diagram; more are drawn in several.
    pub lifelines: usize,
    /// The most messages of a diagram.
    pub max_rows: Option<usize>,
    /// Only findings, with this many messages before and behind each.
    pub only_findings: Option<usize>,
}

/// What one diagram is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Per {
    /// One client's conversation with one server.
    Session,
    /// One server with its clients side by side.
    #[default]
    Service,
    /// Everything recognized in a capture.
    Capture,
}

/// The output of `ladder --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LadderDocument {
    /// The version of this schema.
    pub schema_version: &'static str,
    /// Who wrote it.
    pub tool: Tool,
    /// What was read.
    pub captures: Vec<CaptureRecord>,
    /// The diagrams, capture by capture.
    pub ladders: Vec<Ladder>,
}

/// One diagram. All text in it is safe to print: what strangers sent is escaped.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Ladder {
    /// The capture.
    pub capture: u32,
    /// What it is of, in a line.
    pub title: String,
    /// The protocols spoken in it.
    pub protocols: Vec<&'static str>,
    /// The sessions in it.
    pub sessions: Vec<u32>,
    /// From left to right.
    pub lifelines: Vec<Lifeline>,
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// The findings, by number: the first is 1.
    pub marks: Vec<Mark>,
    /// How many messages belong to it, drawn or not.
    pub messages: u64,
    /// How many of them are not drawn; rows of the kind `cut` say where.
    pub left_out: u64,
}

/// Someone who speaks and is spoken to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lifeline {
    /// `client`, `server` or `peer`.
    pub role: &'static str,
    /// The session, of a client.
    pub session: Option<u32>,
    /// The user's name once it is known, else what it is.
    pub name: String,
    /// Its endpoint.
    pub endpoint: Endpoint,
}

/// One thing that happens, or a pause.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum Row {
    /// A message.
    Message(Box<Arrow>),
    /// Something about one lifeline that is no message: a connection ends, bytes are missing.
    Event(Event),
    /// Nothing for this long: the time is not drawn to scale.
    Pause {
        /// How long.
        seconds: f64,
    },
    /// Messages that are not drawn here.
    Cut {
        /// How many.
        messages: u64,
        /// The frame of the first.
        frame: u64,
        /// Why not, and how to see them.
        reason: &'static str,
    },
}

/// A message from one lifeline to another.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Arrow {
    /// The frame in which it ends.
    pub frame: u64,
    /// Seconds since the capture's first packet.
    pub relative_s: f64,
    /// The sender, as an index of the lifelines.
    pub from: usize,
    /// The receiver.
    pub to: usize,
    /// Its name; null for what is no message.
    pub name: Option<String>,
    /// For an acknowledgement that names the kind it acknowledges: that kind.
    pub acknowledges: Option<&'static str>,
    /// The number or TIME it travels under.
    pub seq: Option<String>,
    /// The fields that tell most.
    pub detail: String,
    /// Whether its only purpose is to acknowledge.
    pub ack: bool,
    /// What became of it.
    pub outcome: Outcome,
    /// How often it has been sent: 1, and more for a retransmission.
    pub attempt: u32,
    /// Of a retransmission: the frame of the first transmission.
    pub first_frame: Option<u64>,
    /// The frame of what it answers: the latest transmission before it.
    pub answers: Option<u64>,
    /// From there to here, in milliseconds; null where a retransmission makes it unclear which copy is answered.
    pub latency_ms: Option<f64>,
    /// The rule that its bytes break.
    pub error: Option<&'static str>,
    /// The numbers of the findings that show here.
    pub marks: Vec<usize>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing was due.
    #[default]
    None,
    /// An answer came.
    Answered,
    /// It was sent again before an answer came: it or its answer was lost, or late.
    SentAgain,
    /// No answer came.
    Unanswered,
    /// No answer came before the capture ended, which was soon.
    Open,
}

impl Outcome {
    /// Whether the arrow ends in a cross.
    #[must_use]
    pub fn is_cross(self) -> bool {
        matches!(self, Outcome::SentAgain | Outcome::Unanswered)
    }
}

/// Something about one lifeline that is no message.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// The frame that showed it.
    pub frame: u64,
    /// Seconds since the capture's first packet.
    pub relative_s: f64,
    /// Of whom, as an index of the lifelines.
    pub lifeline: usize,
    /// What.
    pub text: String,
}

/// A finding at its place in a diagram.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Mark {
    /// Its number in the diagram, from 1.
    pub number: usize,
    /// The rule's code.
    pub rule: &'static str,
    /// The rule's name.
    pub name: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// The side at fault.
    pub actor: &'static str,
    /// The session.
    pub session: u32,
    /// Where the fault shows.
    pub frame: u64,
    /// What was required and what was seen.
    pub message: String,
    /// What else would explain it.
    pub caveat: Option<String>,
    /// Document and section.
    pub citation: String,
    /// Whether its message is among the rows.
    pub drawn: bool,
}

impl Arrow {
    /// The message in a line: name, number, telling fields, and how it relates to others.
    #[must_use]
    pub fn label(&self) -> String {
        let relation = self.relation();
        if relation.is_empty() { self.brief() } else { format!("{} · {relation}", self.brief()) }
    }

    /// How it relates to others: a retransmission, an answer, unanswered; empty where it does not.
    #[must_use]
    pub fn relation(&self) -> String {
        let mut words = Vec::new();
        if self.attempt > 1 {
            words.push(format!("{} time", ordinal(self.attempt)));
        }
        match (self.answers, self.latency_ms) {
            (Some(frame), Some(latency)) => {
                words.push(format!("{} after {frame}", super::text::seconds(latency / 1e3)))
            }
            (Some(frame), None) => words.push(format!("answers {frame}")),
            _ => {}
        }
        match self.outcome {
            Outcome::Unanswered => words.push("unanswered".to_owned()),
            Outcome::Open => words.push("the capture ends".to_owned()),
            _ => {}
        }
        words.join(" · ")
    }

    /// Name, number and telling fields.
    #[must_use]
    pub fn brief(&self) -> String {
        let mut label = match (&self.name, self.acknowledges) {
            (Some(_), Some(kind)) if self.ack => format!("ack of {kind}"),
            (Some(name), Some(kind)) => format!("{name} of {kind}"),
            (Some(name), None) => name.clone(),
            (None, _) => "(no message)".to_owned(),
        };
        for part in [self.seq.as_deref(), Some(self.detail.as_str())].into_iter().flatten() {
            if !part.is_empty() {
                label.push(' ');
                label.push_str(part);
            }
        }
        if let Some(rule) = self.error {
            label.push_str(" !");
            label.push_str(rule);
        }
        label
    }
}

impl Mark {
    /// What it is found by within its capture.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}-{}-{}", self.session, self.rule, self.frame)
    }
}

impl Row {
    /// The message, if it is one.
    #[must_use]
    pub fn arrow(&self) -> Option<&Arrow> {
        match self {
            Row::Message(arrow) => Some(arrow),
            _ => None,
        }
    }
}

impl Ladder {
    /// The gravest severity among the findings of an arrow.
    #[must_use]
    pub fn gravest(&self, arrow: &Arrow) -> Option<&'static str> {
        let marks = arrow.marks.iter().filter_map(|number| self.marks.get(number.wrapping_sub(1)));
        marks.map(|mark| mark.severity).min_by_key(|severity| match *severity {
            "error" => 0,
            "warning" => 1,
            _ => 2,
        })
    }

    /// What is not drawn, in words; empty where all is.
    #[must_use]
    pub fn left_out_in_words(&self) -> String {
        if self.left_out == 0 {
            return String::new();
        }
        format!("{} of {} not drawn", self.left_out, super::text::plural(self.messages, "message"))
    }
}

/// `2nd`.
fn ordinal(number: u32) -> String {
    let suffix = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}
