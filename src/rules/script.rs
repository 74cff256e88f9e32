//! Conversations as scripts: the examples of the rules, and their tests, byte for byte.
//!
//! ```text
//! # Between the clients A, B, C and the server S. A setting has a line of its own and no time before it.
//! transport tcp                        over TCP; else what the protocol's table names first
//! convention ack-sequence=counter      a reading forced, as by --convention
//! max-ack p95=200ms                    a bound of the policy, as by --max-ack
//! 0     A>S 00 01 00 03 'bob'          milliseconds, who to whom, hexadecimal pairs and quoted text
//! +12   S>A 00 00 00 01 00             so long after the line before
//! 500   A>S 00 01 00 03 'bob'  <-      the line at fault; words may follow the mark
//! 900   A2>S 01 03 00 00               another connection of A
//! 1000  A>S close                      A will send nothing more on this connection (TCP)
//! 5000  end                            when the capture ends; else with the last line
//! ```
//!
//! Lines with a sender are frames, numbered from 1. What the bytes are is left to the protocol, as everywhere.

use super::{Judge, Judged, Options};
use crate::bytes::Time;
use crate::flow::{FlowId, Side};
use crate::identify::{Content, Step, Unit};
use crate::policy::{Bound, Policy};
use crate::protocol::{Choices, Direction, Framing, Protocol, Reading, Transport};
use crate::session::Tracker;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// When every script begins: 2017-02-27T10:00:00Z.
const BEGIN: Time = Time(1_488_189_600_000_000_000);

/// A conversation in one protocol.
#[derive(Clone)]
pub struct Script {
    /// The protocol it is in.
    pub protocol: &'static dyn Protocol,
    /// What carries it.
    pub transport: Transport,
    /// What it asks of the judge: readings and bounds.
    pub policy: Policy,
    /// Frame by frame.
    pub lines: Vec<Line>,
    /// When the capture ends, from its beginning.
    pub end: Duration,
}

/// One frame of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Since the beginning.
    pub at: Duration,
    /// The sender.
    pub from: Party,
    /// The receiver.
    pub to: Party,
    /// The bytes; `None`: the sender closes the connection.
    pub bytes: Option<Vec<u8>>,
    /// It is at fault: the words behind the mark.
    pub mark: Option<String>,
}

/// Who speaks: the server, or a client by one of its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Party {
    /// `S` or a client's letter.
    pub letter: char,
    /// Its connection, from 1.
    pub connection: u8,
}

impl Party {
    /// Whether it is the server.
    #[must_use]
    pub fn is_server(self) -> bool {
        self.letter == 'S'
    }

    /// Its endpoint in every script: A is 10.0.0.2:40001, B 10.0.0.3:40002; further connections have ports 1000 up.
    #[must_use]
    pub fn endpoint(self) -> SocketAddr {
        if self.is_server() {
            return (Ipv4Addr::new(10, 0, 0, 1), 5000).into();
        }
        let place = u8::try_from(u32::from(self.letter).saturating_sub(u32::from('A'))).unwrap_or(0);
        let port = 40_001 + u16::from(place) + 1000 * u16::from(self.connection.saturating_sub(1));
        (Ipv4Addr::new(10, 0, 0, place.saturating_add(2)), port).into()
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.connection {
            0 | 1 => write!(f, "{}", self.letter),
            connection => write!(f, "{}{connection}", self.letter),
        }
    }
}

/// Why a script cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub reason: String,
}

/// One frame of a script as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// From 1.
    pub frame: u64,
    /// Since the beginning.
    pub at: Duration,
    /// The sender.
    pub from: Party,
    /// The receiver.
    pub to: Party,
    /// What it is: the message's name, or a word for what is none.
    pub name: String,
    /// What it acknowledges, where it says so.
    pub of: Option<&'static str>,
    /// Its number or TIME.
    pub number: Option<String>,
    /// It is at fault.
    pub guilty: bool,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// The first line that is none.
    pub fn parse(text: &str, protocol: &'static dyn Protocol) -> Result<Script, ScriptError> {
        let transport = protocol.spec().transports.first().copied().unwrap_or(Transport::Udp);
        let end = Duration::ZERO;
        let mut script = Script { protocol, transport, policy: Policy::default(), lines: Vec::new(), end };
        let mut ended = false;
        for (index, line) in text.lines().enumerate() {
            let line = unquoted(line, "#").map_or(line, |(line, _)| line).trim();
            if line.is_empty() {
                continue;
            }
            let read = if ended { Err("nothing comes after the end".to_owned()) } else { script.line(line) };
            ended = read.map_err(|reason| ScriptError { line: index + 1, reason })?;
        }
        Ok(script)
    }

    /// Takes one line; whether it was the end.
    fn line(&mut self, line: &str) -> Result<bool, String> {
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        if !first.starts_with(|c: char| c.is_ascii_digit() || c == '+') {
            self.setting(first, rest)?;
            return Ok(false);
        }
        let number = first.strip_prefix('+').unwrap_or(first);
        let number = number.parse().map_err(|_| format!("{first} is no number of milliseconds"))?;
        let at = Duration::from_millis(number);
        let at = if first.starts_with('+') { self.end.saturating_add(at) } else { at };
        if at < self.end {
            return Err(format!("{first} ms is before the line above"));
        }
        self.end = at;
        if rest == "end" {
            return Ok(true);
        }
        let (ways, said) = rest.split_once(char::is_whitespace).ok_or("nothing is said")?;
        let (from, to) = ways.split_once('>').ok_or_else(|| format!("{ways} is not FROM>TO"))?;
        let (from, to) = (party(from)?, party(to)?);
        let (said, mark) = match unquoted(said, "<-") {
            Some((said, mark)) => (said.trim(), Some(mark.trim().to_owned())),
            None => (said.trim(), None),
        };
        let bytes = match (said, self.transport) {
            ("close", Transport::Tcp) => None,
            ("close", Transport::Udp) => return Err("there is no connection to close".to_owned()),
            _ => Some(bytes(said)?),
        };
        self.lines.push(Line { at, from, to, bytes, mark });
        Ok(false)
    }

    fn setting(&mut self, word: &str, value: &str) -> Result<(), String> {
        let spec = self.protocol.spec();
        match word {
            "transport" => {
                let named = |transport: &&Transport| transport.name() == value;
                self.transport = *spec.transports.iter().find(named).ok_or_else(|| format!("not over {value}"))?;
            }
            "convention" => {
                let (name, value) = value.split_once('=').ok_or("a convention is NAME=VALUE")?;
                let known = spec.conventions.iter().find(|convention| convention.name == name);
                if !known.is_some_and(|convention| convention.values.contains(&value)) {
                    return Err(format!("{} has no convention {name}={value}", spec.id));
                }
                self.policy.conventions.push((spec.id.to_owned(), name.to_owned(), value.to_owned()));
            }
            "max-ack" => self.policy.bounds.push(Bound::parse(value)?),
            _ => return Err(format!("{word} is neither a time nor a setting")),
        }
        Ok(())
    }

    /// The readings its bytes are parsed with.
    #[must_use]
    pub fn choices(&self) -> Choices {
        let spec = self.protocol.spec();
        (0..spec.conventions.len()).fold(Choices::default(), |choices, convention| {
            choices.with(convention, self.policy.forced(spec, convention).unwrap_or(0))
        })
    }

    /// How the bytes of a line are to be read.
    #[must_use]
    pub fn reading(&self, line: &Line) -> Reading {
        let direction = match (line.from.is_server(), line.to.is_server()) {
            (_, true) => Direction::ToServer,
            (true, false) => Direction::ToClient,
            (false, false) => Direction::Peer,
        };
        Reading { direction, transport: self.transport, choices: self.choices() }
    }

    /// The conversation message by message.
    #[must_use]
    pub fn shown(&self) -> Vec<Shown> {
        let show = |(line, frame): (&Line, u64)| {
            let mut shown = Shown {
                frame,
                at: line.at,
                from: line.from,
                to: line.to,
                name: "closes the connection".to_owned(),
                of: None,
                number: None,
                guilty: line.mark.is_some(),
            };
            let Some(wire) = &line.bytes else { return shown };
            let reading = self.reading(line);
            let whole = self.protocol.whole_bytes(wire, &reading);
            let message = self.protocol.dissect(&whole, &reading);
            shown.name = message.name().map_or_else(|| "no message".to_owned(), crate::bytes::escape_str);
            shown.number = message.seq.shown();
            shown.of = message.subject.and_then(|code| {
                let kinds = self.protocol.spec().kinds;
                kinds.iter().find(|kind| kind.code == code && !kind.ack).map(|kind| kind.name)
            });
            shown
        };
        self.lines.iter().zip(1..).map(show).collect()
    }

    /// What the judge says of it.
    #[must_use]
    pub fn judge(&self) -> Judged {
        self.judge_with(Options::default())
    }

    /// What the judge says of it when asked for a part only.
    #[must_use]
    pub fn judge_with(&self, options: Options) -> Judged {
        let mut judge = Judge::new(&self.policy, options);
        let mut stage = Stage { script: self, tracker: Tracker::new(self.policy.clone()), flows: Vec::new() };
        for (line, frame) in self.lines.iter().zip(1..) {
            stage.play(line, frame, &mut judge);
        }
        stage.tracker.finish(BEGIN.plus(self.end), &mut judge);
        judge.finish()
    }
}

fn party(name: &str) -> Result<Party, String> {
    let mut letters = name.chars();
    let letter = letters.next().filter(|letter| letter.is_ascii_uppercase());
    let connection = match letters.as_str() {
        "" => Some(1),
        digit => digit.parse().ok().filter(|connection| (1..=9).contains(connection)),
    };
    match (letter, connection) {
        (Some(letter), Some(connection)) => Ok(Party { letter, connection }),
        _ => Err(format!("{name} is no party: a capital letter, and a digit for a further connection")),
    }
}

/// What is before and behind the first `sign` that is not in quotes.
fn unquoted<'l>(line: &'l str, sign: &str) -> Option<(&'l str, &'l str)> {
    let is_quoted = |at: usize| line.get(..at).is_some_and(|before| before.matches('\'').count() % 2 == 1);
    let (at, _) = line.match_indices(sign).find(|(at, _)| !is_quoted(*at))?;
    Some((line.get(..at)?, line.get(at + sign.len()..)?))
}

/// Hexadecimal pairs, however spaced, and quoted text.
fn bytes(said: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for (index, part) in said.split('\'').enumerate() {
        if index % 2 == 1 {
            bytes.extend_from_slice(part.as_bytes());
            continue;
        }
        for word in part.split_whitespace() {
            if !word.is_ascii() || word.len() % 2 == 1 {
                return Err(format!("{word} is neither hexadecimal pairs nor quoted"));
            }
            for at in (0..word.len()).step_by(2) {
                let pair = word.get(at..at + 2).unwrap_or_default();
                bytes.push(u8::from_str_radix(pair, 16).map_err(|_| format!("{pair} is not hexadecimal"))?);
            }
        }
    }
    match said.matches('\'').count() % 2 {
        0 => Ok(bytes),
        _ => Err("a quote is not closed".to_owned()),
    }
}

/// A script being played to the tracker.
struct Stage<'s> {
    script: &'s Script,
    tracker: Tracker,
    /// By flow number, less one.
    flows: Vec<Flow>,
}

/// Two endpoints, and what of each one's stream is no whole message yet.
struct Flow {
    ends: [Party; 2],
    begun: [Begun; 2],
}

#[derive(Clone, Default)]
struct Begun {
    bytes: Vec<u8>,
    frames: Vec<u64>,
    time: Time,
}

impl Stage<'_> {
    /// The flow of a line, and the side that speaks. Over TCP the client is who opened the connection.
    fn flow(&mut self, line: &Line) -> (FlowId, Side) {
        let ends = [line.from, line.to];
        let known = self.flows.iter().position(|flow| flow.ends == ends || flow.ends == [line.to, line.from]);
        let index = known.unwrap_or_else(|| {
            let opened = self.script.transport == Transport::Tcp && line.from.is_server();
            let ends = if opened { [line.to, line.from] } else { ends };
            self.flows.push(Flow { ends, begun: Default::default() });
            self.flows.len() - 1
        });
        let side = if self.flows.get(index).is_some_and(|flow| flow.ends[0] == line.from) { Side::A } else { Side::B };
        (FlowId::try_from(index + 1).unwrap_or(FlowId::MAX), side)
    }

    fn play(&mut self, line: &Line, frame: u64, judge: &mut Judge<'_>) {
        let (flow, from) = self.flow(line);
        let time = BEGIN.plus(line.at);
        match (&line.bytes, self.script.transport) {
            (Some(bytes), Transport::Udp) => {
                self.unit(line, (flow, from), (&[frame], time), bytes, Content::Message, judge);
            }
            (bytes, _) => {
                let index = usize::try_from(flow).unwrap_or(0).saturating_sub(1);
                let Some(entry) = self.flows.get_mut(index) else { return };
                let mut begun = std::mem::take(&mut entry.begun[usize::from(from == Side::B)]);
                if let Some(bytes) = bytes {
                    begun.bytes.extend_from_slice(bytes);
                    begun.frames.push(frame);
                    begun.time = time;
                }
                let left = self.cut(line, (flow, from), begun, bytes.is_none(), judge);
                if bytes.is_none() {
                    let end = Step::End { flow, from, reset: false, frame, time };
                    self.tracker.step(&end, judge);
                }
                if let Some(entry) = self.flows.get_mut(index) {
                    entry.begun[usize::from(from == Side::B)] = left;
                }
            }
        }
    }

    /// Cuts a stream into units; what is left is no whole message yet.
    fn cut(
        &mut self,
        line: &Line,
        flow: (FlowId, Side),
        mut begun: Begun,
        closes: bool,
        judge: &mut Judge<'_>,
    ) -> Begun {
        let reading = self.script.reading(line);
        while !begun.bytes.is_empty() {
            let there = begun.bytes.len();
            let (taken, content) = match self.script.protocol.frame(&begun.bytes, &reading) {
                Framing::Message(length) if (1..=there).contains(&length) => (length, Content::Message),
                Framing::NeedMore { at_least } if closes => (there, Content::Incomplete { needed: at_least }),
                Framing::NeedMore { .. } => return begun,
                Framing::Message(_) | Framing::Broken => (there, Content::NoMessage { torn: false }),
            };
            let left = begun.bytes.split_off(taken);
            self.unit(line, flow, (&begun.frames, begun.time), &begun.bytes, content, judge);
            let last = begun.frames.last().copied();
            begun = Begun { bytes: left, frames: last.into_iter().collect(), time: begun.time };
        }
        Begun::default()
    }

    fn unit(
        &mut self,
        line: &Line,
        (flow, from): (FlowId, Side),
        (frames, time): (&[u64], Time),
        bytes: &[u8],
        content: Content,
        judge: &mut Judge<'_>,
    ) {
        let unit = Unit {
            frame: frames.last().copied().unwrap_or(0),
            frames,
            time,
            flow,
            from,
            transport: self.script.transport,
            src: line.from.endpoint(),
            dst: line.to.endpoint(),
            direction: self.script.reading(line).direction,
            protocol: self.script.protocol,
            choices: self.script.choices(),
            cut: 0,
            bytes,
            content,
        };
        self.tracker.step(&Step::Unit(unit), judge);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::{c2w_g9::C2wG9, chatos::ChatOs};

    fn parsed(text: &str) -> Script {
        Script::parse(text, &C2wG9).expect("a script")
    }

    fn refused(text: &str) -> String {
        Script::parse(text, &C2wG9).err().expect("no script").to_string()
    }

    #[test]
    fn lines_are_read_with_times_parties_and_bytes() {
        let script =
            parsed("# a comment\n\n0 A>S 0001 00 03 'bob' # joins\n+5 S>A2 00 'x' 0d0a <- guilty as charged\n");
        let [login, answer] = &script.lines[..] else { panic!("{} lines", script.lines.len()) };
        assert_eq!(login.bytes.as_deref(), Some(&b"\x00\x01\x00\x03bob"[..]));
        assert_eq!((login.at, login.mark.as_deref()), (Duration::ZERO, None));
        assert_eq!(answer.bytes.as_deref(), Some(&b"\x00x\r\n"[..]));
        assert_eq!((answer.at, answer.mark.as_deref()), (Duration::from_millis(5), Some("guilty as charged")));
        assert_eq!((answer.from.to_string(), answer.to.to_string()), ("S".to_owned(), "A2".to_owned()));
        assert_eq!(script.end, Duration::from_millis(5));
        assert_eq!(answer.to.endpoint(), "10.0.0.2:41001".parse().expect("an endpoint"));
    }

    #[test]
    fn signs_in_quotes_are_text() {
        let script = parsed("0 A>S '# <-' # a comment\n");
        assert_eq!((script.lines[0].bytes.as_deref(), script.lines[0].mark.as_ref()), (Some(&b"# <-"[..]), None));
    }

    #[test]
    fn settings_reach_the_policy() {
        let script = parsed("transport tcp\nconvention ack-sequence=counter\nmax-ack p95=200ms\n0 A>S 00\n2500 end\n");
        assert_eq!(script.transport, Transport::Tcp);
        assert_eq!(script.choices().get(0), 1);
        assert_eq!(script.policy.bounds.len(), 1);
        assert_eq!(script.end, Duration::from_millis(2500));
    }

    #[test]
    fn what_is_no_line_is_refused_with_its_number() {
        assert_eq!(refused("0 A>S 00\n\n0 A>S 0g"), "line 3: 0g is not hexadecimal");
        assert_eq!(refused("0 A>S 'bob"), "line 1: a quote is not closed");
        assert_eq!(refused("0 A-S 00"), "line 1: A-S is not FROM>TO");
        assert_eq!(
            refused("0 a>S 00"),
            "line 1: a is no party: a capital letter, and a digit for a further connection"
        );
        assert_eq!(refused("9 A>S 00\n8 A>S 00"), "line 2: 8 ms is before the line above");
        assert_eq!(refused("9 end\n10 A>S 00"), "line 2: nothing comes after the end");
        assert_eq!(refused("colour red"), "line 1: colour is neither a time nor a setting");
        assert_eq!(refused("convention ack-sequence=both"), "line 1: c2w-g9 has no convention ack-sequence=both");
        assert_eq!(refused("0 A>S close"), "line 1: there is no connection to close");
        assert_eq!(refused("0 A>S 000"), "line 1: 000 is neither hexadecimal pairs nor quoted");
    }

    #[test]
    fn a_script_is_shown_message_by_message() {
        let shown = parsed("0 A>S 07 01 00 03 'bob'\n3 S>A 07 <-").shown();
        assert_eq!((shown[0].name.as_str(), shown[0].number.as_deref()), ("loginRequest", Some("7")));
        assert_eq!((shown[1].name.as_str(), shown[1].guilty, shown[1].frame), ("no message", true, 2));
    }

    #[test]
    fn a_stream_is_cut_into_messages_wherever_the_lines_break() {
        let whole = "0 A>S 01 0003 'bob'\n5 S>A 08 01\n";
        let parts = "0 A>S 01 00\n1 A>S 03 'bob'\n5 S>A 08 01\n";
        for script in [whole, parts] {
            let judged = Script::parse(script, &ChatOs).expect("a script").judge();
            assert_eq!(judged.sessions.len(), 1);
            assert_eq!((judged.sessions[0].messages, judged.sessions[0].user.as_deref()), (2, Some("bob")));
            assert!(judged.findings.is_empty());
        }
    }
}
