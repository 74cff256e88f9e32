//! One diagram: its lifelines, its rows, its marks.

use super::heard::{Heard, Seen, What};
use super::outcome::Fate;
use super::shorten::shorten;
use super::{Arrow, Ask, Event, Ladder, Lifeline, Mark, Row};
use crate::bytes;
use crate::report::view::{Endpoint, FindingRecord, Way};
use crate::session::report::SessionReport;
use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

/// A pause this long is always drawn, in nanoseconds.
const LONG: i64 = 1_000_000_000;
/// A shorter one is drawn from here on, where it stands out.
const NOTABLE: i64 = 200_000_000;

pub(super) struct Panel<'h> {
    heard: &'h Heard,
    sessions: HashMap<u32, &'h SessionReport>,
    lifelines: Vec<Lifeline>,
    clients: HashMap<u32, usize>,
    servers: HashMap<SocketAddr, usize>,
    by_address: HashMap<SocketAddr, usize>,
}

impl<'h> Panel<'h> {
    /// The sessions' clients to both sides of their server, in the order in which they came.
    pub(super) fn new(heard: &'h Heard, sessions: &[&'h SessionReport]) -> Panel<'h> {
        let mut panel = Panel {
            heard,
            sessions: sessions.iter().map(|session| (session.session, *session)).collect(),
            lifelines: Vec::new(),
            clients: HashMap::new(),
            servers: HashMap::new(),
            by_address: HashMap::new(),
        };
        let mut servers: Vec<SocketAddr> = Vec::new();
        for session in sessions {
            if !servers.contains(&session.server) {
                servers.push(session.server);
            }
        }
        for server in servers {
            let clients: Vec<_> = sessions.iter().filter(|session| session.server == server).collect();
            let (left, right) = clients.split_at(clients.len().div_ceil(2));
            left.iter().for_each(|session| panel.client(session));
            panel.servers.insert(server, panel.lifelines.len());
            let name = "server".to_owned();
            panel.lifelines.push(Lifeline { role: "server", session: None, name, endpoint: Endpoint(server) });
            right.iter().for_each(|session| panel.client(session));
        }
        panel
    }

    fn client(&mut self, session: &SessionReport) {
        let name = session.user.as_ref().filter(|user| !user.is_empty()).map(|user| bytes::escape_str(user));
        let name = shorten(&name.unwrap_or_else(|| format!("client {}", session.session)), 40);
        self.clients.insert(session.session, self.lifelines.len());
        self.by_address.entry(session.client).or_insert(self.lifelines.len());
        let endpoint = Endpoint(session.client);
        self.lifelines.push(Lifeline { role: "client", session: Some(session.session), name, endpoint });
    }

    /// Whoever has this address; a new lifeline on the right for somebody not met before.
    fn someone(&mut self, address: SocketAddr) -> usize {
        if let Some(index) = self.by_address.get(&address).or_else(|| self.servers.get(&address)) {
            return *index;
        }
        let elsewhere = self.heard.sessions.iter().find(|session| session.client == address);
        let name = elsewhere.and_then(|session| session.user.as_ref()).map(|user| bytes::escape_str(user));
        let name = shorten(&name.unwrap_or_else(|| "peer".to_owned()), 40);
        self.by_address.insert(address, self.lifelines.len());
        self.lifelines.push(Lifeline { role: "peer", session: None, name, endpoint: Endpoint(address) });
        self.lifelines.len() - 1
    }

    fn ends(&mut self, seen: &Seen, session: u32) -> (usize, usize) {
        let known = self.sessions.get(&session).copied();
        let client = self.clients.get(&session).copied();
        let server = known.and_then(|session| self.servers.get(&session.server).copied());
        let (Some(known), Some(client), Some(server)) = (known, client, server) else {
            return (self.someone(seen.src), self.someone(seen.dst));
        };
        match seen.way {
            Way::ClientToServer => (client, server),
            Way::ServerToClient => (server, client),
            Way::Peer => (self.someone(seen.src), self.someone(seen.dst)),
            Way::Unknown if seen.src == known.server => (server, client),
            Way::Unknown if seen.dst == known.server => (client, server),
            Way::Unknown => (self.someone(seen.src), self.someone(seen.dst)),
        }
    }

    /// Draws what happens between them.
    pub(super) fn ladder(mut self, title: String, items: &[(usize, u32)], fates: &[Fate], ask: &Ask) -> Ladder {
        let mut rows: Vec<(i64, u32, Row)> = Vec::new();
        for (index, session) in items {
            let (Some(seen), Some(fate)) = (self.heard.seen.get(*index), fates.get(*index)) else { continue };
            let (from, to) = self.ends(seen, *session);
            let relative_s = seen.time.seconds_since(self.heard.start);
            let row = match &seen.what {
                What::Message { name, acknowledges, seq, detail, ack, error } => Row::Message(Box::new(Arrow {
                    frame: seen.frame,
                    relative_s,
                    from,
                    to,
                    name: name.clone(),
                    acknowledges: *acknowledges,
                    seq: seq.clone(),
                    detail: detail.clone(),
                    ack: *ack,
                    outcome: fate.outcome,
                    attempt: fate.attempt,
                    first_frame: fate.first_frame,
                    answers: fate.answers,
                    latency_ms: fate.latency_ms,
                    error: *error,
                    marks: Vec::new(),
                })),
                What::Event(text) => {
                    Row::Event(Event { frame: seen.frame, relative_s, lifeline: from, text: text.clone() })
                }
            };
            rows.push((seen.time.0, *session, row));
        }
        let mut marks = self.marks(&mut rows);
        let mut sessions: Vec<u32> = self.sessions.keys().copied().collect();
        sessions.sort_unstable();
        let mut protocols: Vec<&'static str> = Vec::new();
        for session in &sessions {
            let id = self.sessions.get(session).map(|session| session.spec.id);
            protocols.extend(id.filter(|id| !protocols.contains(id)));
        }
        let unkept: u64 = sessions.iter().filter_map(|session| self.heard.unkept.get(session)).sum();
        let drawn = rows.iter().filter(|(_, _, row)| row.arrow().is_some()).count() as u64;
        let rows = cut(rows, ask, unkept);
        let shown: BTreeSet<usize> =
            rows.iter().filter_map(Row::arrow).flat_map(|arrow| arrow.marks.iter().copied()).collect();
        for mark in &mut marks {
            mark.drawn = shown.contains(&mark.number);
        }
        let left_out = rows.iter().map(|row| if let Row::Cut { messages, .. } = row { *messages } else { 0 }).sum();
        Ladder {
            capture: self.heard.capture,
            title,
            protocols,
            sessions,
            lifelines: self.lifelines,
            rows,
            marks,
            messages: drawn + unkept,
            left_out,
        }
    }

    /// The findings, each at the message that fits it best.
    fn marks(&self, rows: &mut [(i64, u32, Row)]) -> Vec<Mark> {
        let mut by_frame: HashMap<u64, Vec<usize>> = HashMap::new();
        for (index, (_, _, row)) in rows.iter().enumerate() {
            if let Row::Message(arrow) = row {
                by_frame.entry(arrow.frame).or_default().push(index);
            }
        }
        let mine = self.heard.findings.iter().filter(|finding| self.sessions.contains_key(&finding.session));
        let mut marks = Vec::new();
        for (number, finding) in (1..).zip(mine) {
            let candidates = by_frame.get(&finding.frame).map_or(&[][..], Vec::as_slice);
            let best = candidates.iter().copied().max_by_key(|index| {
                let fit = rows.get(*index).map_or(0, |(_, session, row)| self.fit(finding, *session, row));
                (fit, std::cmp::Reverse(*index))
            });
            if let Some((_, _, Row::Message(arrow))) = best.and_then(|index| rows.get_mut(index)) {
                arrow.marks.push(number);
            }
            marks.push(Mark {
                number,
                rule: finding.rule,
                name: finding.name,
                severity: finding.severity,
                actor: finding.actor,
                session: finding.session,
                frame: finding.frame,
                message: bytes::escape_str(&finding.message),
                caveat: finding.caveat.as_deref().map(bytes::escape_str),
                citation: format!("{} §{}", finding.spec.document, finding.spec.section),
                drawn: false,
            });
        }
        marks
    }

    /// How well a finding fits one of several messages of its frame.
    fn fit(&self, finding: &FindingRecord, session: u32, row: &Row) -> u8 {
        let Row::Message(arrow) = row else { return 0 };
        let named = arrow.name.as_ref().is_some_and(|name| finding.message.contains(name.as_str()));
        let by = self.lifelines.get(arrow.from).is_some_and(|sender| sender.role == finding.actor);
        u8::from(session == finding.session) * 4 + u8::from(named) * 2 + u8::from(by)
    }
}

/// Leaves out what is not asked for, saying where, and puts in the pauses.
fn cut(rows: Vec<(i64, u32, Row)>, ask: &Ask, unkept: u64) -> Vec<Row> {
    let mut wanted = vec![ask.only_findings.is_none(); rows.len()];
    if let Some(around) = ask.only_findings {
        for (index, (_, _, row)) in rows.iter().enumerate() {
            if row.arrow().is_some_and(|arrow| !arrow.marks.is_empty()) {
                let first = index.saturating_sub(around);
                let last = index.saturating_add(around).min(rows.len() - 1);
                wanted.iter_mut().take(last + 1).skip(first).for_each(|wanted| *wanted = true);
            }
        }
    }
    let typical = typical(&rows);
    let most = ask.max_rows.unwrap_or(usize::MAX);
    let mut drawn = 0;
    let mut out: Vec<Row> = Vec::new();
    let mut before: Option<i64> = None;
    for ((time, _, row), wanted) in rows.into_iter().zip(wanted) {
        let over = drawn >= most;
        if wanted && !over {
            if let Some(before) = before {
                let pause = time.saturating_sub(before);
                if pause >= LONG || (pause >= NOTABLE && pause >= typical.saturating_mul(4)) {
                    out.push(Row::Pause { seconds: pause as f64 / 1e9 });
                }
            }
            before = Some(time);
            drawn += usize::from(row.arrow().is_some());
            out.push(row);
            continue;
        }
        before = None;
        let Row::Message(arrow) = row else { continue };
        let why = if over { MAX_ROWS } else { NO_FINDING };
        match out.last_mut() {
            Some(Row::Cut { messages, reason, .. }) if *reason == why => *messages += 1,
            _ => out.push(Row::Cut { messages: 1, frame: arrow.frame, reason: why }),
        }
    }
    if unkept > 0 {
        out.push(Row::Cut { messages: unkept, frame: 0, reason: UNKEPT });
    }
    out
}

const MAX_ROWS: &str = "beyond --max-rows (0 draws all, --from begins later)";
const NO_FINDING: &str = "not near a finding";
const UNKEPT: &str = "more than are kept (--from and --to choose a part)";

/// The median time between two rows, in nanoseconds.
fn typical(rows: &[(i64, u32, Row)]) -> i64 {
    let times = rows.iter().map(|(time, _, _)| *time);
    let mut steps: Vec<i64> = times.clone().zip(times.skip(1)).map(|(a, b)| b.saturating_sub(a)).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).copied().unwrap_or_default()
}
