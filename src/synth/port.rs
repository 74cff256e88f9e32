//! Reliable sending for every machine: numbers, a window, timers and copies on the way out; copies recognized and
//! answered again on the way in. What a protocol's document fixes of it stands in [`Manner`].

pub use super::channel::Flight;
use super::channel::{Channel, Heard, REMEMBERED, Waiting, print};
pub use super::draft::{Class, Count, Draft, Manner};
use super::fault::{Extra, Stage};
use super::machine::{Cx, Output, Peer, Send};
use crate::bytes::Time;
use crate::protocol::Actor;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// All of a machine's conversations.
#[derive(Clone, Debug)]
pub struct Port {
    manner: Manner,
    actor: Actor,
    channels: BTreeMap<Peer, Channel>,
    /// Transmissions put off.
    later: Vec<(Time, Send)>,
    /// Whose message is being handled.
    current: Option<Peer>,
    /// What the next answer is to, where that was handled before.
    resumed: Option<(Peer, u64)>,
    /// The latest number anywhere, where all parties share one.
    latest: Option<u16>,
    /// Tagged notices that were sent for the first time: what they tell is so from then on.
    told: VecDeque<(Peer, &'static str, u32)>,
}

impl Port {
    /// A port that has said and heard nothing.
    #[must_use]
    pub fn new(manner: Manner, actor: Actor) -> Port {
        Port {
            manner,
            actor,
            channels: BTreeMap::new(),
            later: Vec::new(),
            current: None,
            resumed: None,
            latest: None,
            told: VecDeque::new(),
        }
    }

    /// The protocol's manner.
    #[must_use]
    pub fn manner(&self) -> &Manner {
        &self.manner
    }

    /// Starts counting at this number.
    pub fn count_from(&mut self, peer: Peer, number: u16) {
        self.channels.entry(peer).or_default().next = number;
    }

    /// Where all parties share one number: this one went by.
    pub fn note_number(&mut self, number: u16) {
        let modulus = self.manner.modulus.max(1);
        let ahead = self
            .latest
            .map_or(1, |latest| (u32::from(number) + modulus - u32::from(latest)).checked_rem(modulus).unwrap_or(0));
        if ahead > 0 && ahead * 2 < modulus {
            self.latest = Some(number);
        }
    }

    /// Something arrived: is it new? A copy is answered again as it was answered before. What is `awaited` is new, whatever
    /// went before.
    pub fn hear(&mut self, from: Peer, bytes: &[u8], awaited: bool, cx: &mut Cx<'_>) -> bool {
        self.current = Some(from);
        let print = print(bytes);
        let memory = self.manner.memory;
        // Where every message has a number of its own, the same bytes are the same message.
        let awaited = awaited && !self.manner.answers_count;
        let now = cx.now;
        let channel = self.channels.entry(from).or_default();
        let last = channel.heard.len().saturating_sub(1);
        let known = channel.heard.iter().enumerate().rposition(|(index, heard)| {
            heard.print == print && (index == last || memory.is_none_or(|memory| now.since(heard.at) <= memory))
        });
        if matches!(from, Peer::Datagrams(_))
            && !awaited
            && let Some(known) = known
        {
            let heard = &mut channel.heard[known];
            heard.latest = now;
            let again: Vec<Send> = heard
                .answers
                .iter_mut()
                .filter_map(|(_, send)| send.as_mut())
                .map(|send| {
                    send.copy += 1;
                    Send { wire: None, ..send.clone() }
                })
                .collect();
            cx.out.extend(again.into_iter().map(Output::Send));
            self.current = None;
            return false;
        }
        channel.heard.push_back(Heard { print, at: now, latest: now, answers: Vec::new() });
        if channel.heard.len() > REMEMBERED {
            channel.heard.pop_front();
        }
        true
    }

    /// The number of the next message of its own to a peer.
    #[must_use]
    pub fn next_to(&self, peer: Peer) -> u16 {
        self.channels.get(&peer).map_or(0, |channel| channel.next)
    }

    /// When exactly this was heard from a peer last, if it is remembered.
    #[must_use]
    pub fn heard_at(&self, from: Peer, bytes: &[u8]) -> Option<Time> {
        let print = print(bytes);
        self.channels.get(&from)?.heard.iter().rev().find(|heard| heard.print == print).map(|heard| heard.latest)
    }

    /// A mark of what is being handled, for [`Port::resume`].
    #[must_use]
    pub fn mark(&self, peer: Peer) -> u64 {
        self.channels.get(&peer).and_then(|channel| channel.heard.back()).map_or(0, |heard| heard.print)
    }

    /// The next answer to this peer is to what was marked so: copies of it are answered by it again.
    pub fn resume(&mut self, peer: Peer, mark: u64) {
        self.resumed = Some((peer, mark));
    }

    /// Sends a message, or lets it wait for its turn.
    pub fn post(&mut self, mut draft: Draft, cx: &mut Cx<'_>) -> u64 {
        let token = cx.meddler.token();
        draft.next = self.channels.get(&draft.to).map_or(0, |channel| channel.next);
        let meddling = cx.meddler.draft(&mut draft, token, cx.cause);
        if meddling.suppress {
            return token;
        }
        if let Some(before) = meddling.before.clone() {
            self.extra(draft.to, before, cx);
        }
        let manner = self.manner;
        let channel = self.channels.entry(draft.to).or_default();
        let required = channel.flights.len();
        // A client that must answer before its own question is answered would wait for ever.
        let owes = manner.answers_count && draft.class == Class::Answer && self.actor == Actor::Client;
        let is_full = !owes && manner.window.is_some_and(|window| required >= window);
        // Nor does anything overtake what waits for its number.
        let in_line = manner.memory.is_some() || manner.window.is_none() && draft.count == Count::Own;
        let waits = in_line && !channel.queue.is_empty() || channel.is_early(&draft, &manner, cx.now);
        if draft.expects && (is_full || waits || channel.clashes(&draft, &manner)) {
            channel.queue.push_back(Waiting { draft, token, meddling });
        } else {
            self.transmit(Waiting { draft, token, meddling }, cx);
        }
        token
    }

    fn next_number(&mut self, to: Peer, cx: &mut Cx<'_>) -> u16 {
        let modulus = self.manner.modulus.max(1);
        let after = |number: u16| u16::try_from((u32::from(number) + 1).checked_rem(modulus).unwrap_or(0)).unwrap_or(0);
        if self.manner.shared {
            // Where all parties are in one simulation they do share it; else each knows what it has seen.
            if let Some(latest) = cx.meddler.conversation {
                self.note_number(latest);
            }
            let number = self.latest.map_or(0, after);
            self.latest = Some(number);
            cx.meddler.conversation = Some(number);
            return number;
        }
        let channel = self.channels.entry(to).or_default();
        let number = channel.next;
        channel.next = after(number);
        number
    }

    fn transmit(&mut self, waiting: Waiting, cx: &mut Cx<'_>) {
        let Waiting { mut draft, token, meddling } = waiting;
        let answering = matches!(draft.class, Class::Answer | Class::Ack);
        let count = match draft.count {
            Count::Of(_) if answering && self.manner.answers_count => Count::Own,
            count => count,
        };
        let modulus = i32::try_from(self.manner.modulus.max(1)).unwrap_or(1);
        let shift = |number: u16, by: i32| {
            let moved = (i32::from(number) + by).rem_euclid(modulus);
            u16::try_from(moved).unwrap_or(number)
        };
        let mut number = match count {
            Count::Own => {
                if let Some(first) = meddling.first_number {
                    self.count_from(draft.to, first);
                    if self.manner.shared {
                        self.latest = Some(first.wrapping_sub(1));
                    }
                }
                if meddling.skip > 0 {
                    for _ in 0..meddling.skip {
                        self.next_number(draft.to, cx);
                    }
                }
                if meddling.reuse > 0 {
                    // Under an older number; the count itself goes on from where it was.
                    let next = match self.latest.filter(|_| self.manner.shared) {
                        Some(latest) => shift(latest, 1),
                        None => self.channels.entry(draft.to).or_default().next,
                    };
                    shift(next, -meddling.reuse)
                } else {
                    self.next_number(draft.to, cx)
                }
            }
            Count::Of(number) => number,
            Count::Fixed => 0,
        };
        if count != Count::Fixed {
            number = shift(number, meddling.number);
            (self.manner.stamp)(&mut draft.bytes, number);
        }
        let wire = meddling.wire.map(|harm| {
            let mut wire = draft.bytes.clone();
            harm(&mut wire);
            wire
        });
        if draft.class == Class::Notice && draft.tag != 0 {
            self.told.push_back((draft.to, draft.name, draft.tag));
        }
        let send = Send {
            to: draft.to,
            bytes: draft.bytes.clone(),
            wire,
            token,
            copy: 1,
            lost: meddling.lose >= 1,
            late: meddling.late,
            fatal: meddling.fatal,
        };
        if meddling.twice {
            self.later.push((cx.now.plus(Duration::from_millis(3)), Send { copy: 2, ..send.clone() }));
        }
        cx.out.push(Output::Send(send.clone()));
        let behind = meddling.behind.clone();
        let resumed = self.resumed.take_if(|(peer, _)| answering && *peer == draft.to).map(|(_, mark)| mark);
        if answering
            && (self.current == Some(draft.to) || resumed.is_some())
            && let Some(channel) = self.channels.get_mut(&draft.to)
            && let Some(heard) = match resumed {
                Some(mark) => channel.heard.iter_mut().rev().find(|heard| heard.print == mark),
                None => channel.heard.back_mut(),
            }
        {
            // What waits for an answer of its own comes again by its own timer.
            heard.answers.push((token, (!draft.expects).then_some(Send { lost: false, late: Duration::ZERO, ..send })));
        }
        if draft.expects {
            let timer = self.manner.timer.filter(|_| matches!(draft.to, Peer::Datagrams(_)));
            let patient = meddling.patient && !meddling.quits;
            let factor = if meddling.quits { 3.0 } else { meddling.factor };
            let due = timer.filter(|_| !patient).map(|timer| cx.now.plus(timer.mul_f64(factor)));
            let channel = self.channels.entry(draft.to).or_default();
            if self.manner.memory.is_some() {
                channel.note_said(&draft.bytes, cx.now);
            }
            let flight = Flight {
                name: draft.name,
                number,
                bytes: draft.bytes,
                tag: draft.tag,
                token,
                sends: 1,
                last: cx.now,
                due,
                meddling,
            };
            channel.flights.push_back(flight);
        }
        if let Some(behind) = behind {
            self.extra(draft.to, behind, cx);
        }
    }

    /// A message that only a fault sends: past the window, never sent again.
    pub fn extra(&mut self, to: Peer, extra: Extra, cx: &mut Cx<'_>) {
        let Extra { mut bytes, numbered, token, after, lost } = extra;
        if let Some(fixed) = numbered.fixed() {
            (self.manner.stamp)(&mut bytes, fixed);
        } else if numbered == Stage::Next {
            let number = self.next_number(to, cx);
            (self.manner.stamp)(&mut bytes, number);
        } else if numbered == Stage::Peek {
            let number = self.channels.entry(to).or_default().next;
            (self.manner.stamp)(&mut bytes, number);
        }
        let send = Send { to, bytes, wire: None, token, copy: 1, lost, late: Duration::ZERO, fatal: false };
        if after.is_zero() {
            cx.out.push(Output::Send(send));
        } else {
            self.later.push((cx.now.plus(after), send));
        }
    }

    /// The unanswered message of this kind, the oldest, is answered.
    pub fn settle(&mut self, from: Peer, cx: &mut Cx<'_>, mut is_it: impl FnMut(&Flight) -> bool) -> Option<Flight> {
        let channel = self.channels.get_mut(&from)?;
        let index = channel.flights.iter().position(&mut is_it)?;
        let flight = channel.flights.remove(index)?;
        if flight.meddling.needless {
            let timer = if matches!(from, Peer::Stream(_)) {
                Duration::from_millis(40)
            } else {
                self.manner.timer.unwrap_or(Duration::from_secs(2))
            };
            let send = Send {
                to: from,
                bytes: flight.bytes.clone(),
                wire: None,
                token: flight.token,
                copy: flight.sends + 1,
                lost: false,
                late: Duration::ZERO,
                fatal: false,
            };
            self.later.push((flight.last.plus(timer).max(cx.now.plus(Duration::from_millis(40))), send));
        }
        self.pump(from, cx);
        Some(flight)
    }

    /// What was heard last came too early to be understood: when it comes again, it is new.
    pub fn unhear(&mut self, from: Peer) {
        if let Some(channel) = self.channels.get_mut(&from) {
            channel.heard.pop_back();
        }
    }

    /// Whether nothing was said to a peer, nor heard from it.
    #[must_use]
    pub fn is_new(&self, peer: Peer) -> bool {
        !self.channels.contains_key(&peer)
    }

    /// Until when a message of its own would have to wait, because it would look like a copy.
    #[must_use]
    pub fn held_until(&self, peer: Peer, bytes: &[u8], now: Time) -> Option<Time> {
        let ripe = self.channels.get(&peer)?.ripe(bytes, Count::Own, &self.manner);
        ripe.filter(|ripe| *ripe > now)
    }

    /// Whether something waits for its answer.
    #[must_use]
    pub fn is_waiting(&self, peer: Peer) -> bool {
        self.channels.get(&peer).is_some_and(|channel| !channel.flights.is_empty() || !channel.queue.is_empty())
    }

    /// The next notice that was sent and whose machine must see to what follows.
    pub fn take_told(&mut self) -> Option<(Peer, &'static str, u32)> {
        self.told.pop_front()
    }

    /// Whether a message of this name waits for its turn or its answer.
    #[must_use]
    pub fn is_saying(&self, peer: Peer, name: &str) -> bool {
        self.channels.get(&peer).is_some_and(|channel| {
            channel.flights.iter().any(|flight| flight.name == name)
                || channel.queue.iter().any(|waiting| waiting.draft.name == name)
        })
    }

    /// Whether a message of this name and tag waits for its turn or its answer.
    #[must_use]
    pub fn is_telling(&self, peer: Peer, name: &str, tag: u32) -> bool {
        self.channels.get(&peer).is_some_and(|channel| {
            channel.flights.iter().any(|flight| (flight.name, flight.tag) == (name, tag))
                || channel.queue.iter().any(|waiting| (waiting.draft.name, waiting.draft.tag) == (name, tag))
        })
    }

    /// The messages a peer has not answered.
    pub fn flights(&self, peer: Peer) -> impl Iterator<Item = &Flight> {
        self.channels.get(&peer).into_iter().flat_map(|channel| channel.flights.iter())
    }

    fn pump(&mut self, peer: Peer, cx: &mut Cx<'_>) {
        let window = self.manner.window.unwrap_or(usize::MAX);
        let manner = self.manner;
        while let Some(channel) = self.channels.get_mut(&peer)
            && channel.flights.len() < window
            && channel.queue.front().is_some_and(|waiting| {
                !channel.clashes(&waiting.draft, &manner) && !channel.is_early(&waiting.draft, &manner, cx.now)
            })
            && let Some(waiting) = channel.queue.pop_front()
        {
            self.transmit(waiting, cx);
        }
    }

    /// Nothing more is sent again to a peer, and nothing waits for it.
    pub fn abandon(&mut self, peer: Peer) {
        if let Some(channel) = self.channels.get_mut(&peer) {
            channel.flights.clear();
            channel.queue.clear();
        }
    }

    /// What waits in line for a peer that it need not get any more.
    pub fn unqueue(&mut self, peer: Peer, mut is_it: impl FnMut(&'static str) -> bool) {
        if let Some(channel) = self.channels.get_mut(&peer) {
            channel.queue.retain(|waiting| {
                !matches!(waiting.draft.class, Class::Notice | Class::Relay) || !is_it(waiting.draft.name)
            });
        }
    }

    /// What waits in line for a peer that it has no use for any more, answers too. Whether there was any.
    pub fn outdate(&mut self, peer: Peer, mut is_it: impl FnMut(&'static str, u32) -> bool) -> bool {
        let Some(channel) = self.channels.get_mut(&peer) else { return false };
        let before = channel.queue.len();
        channel.queue.retain(|waiting| !is_it(waiting.draft.name, waiting.draft.tag));
        channel.queue.len() < before
    }

    /// Rewrites what waits in line: a list is sent as things are then.
    pub fn rewrite(&mut self, mut with: impl FnMut(Peer, &'static str) -> Option<Vec<u8>>) {
        for (peer, channel) in &mut self.channels {
            for waiting in &mut channel.queue {
                if let Some(bytes) = with(*peer, waiting.draft.name) {
                    waiting.draft.bytes = bytes;
                }
            }
        }
    }

    /// Drops what waits, in flight or in line, where `is_it` says so.
    pub fn drop_where(&mut self, peer: Peer, mut is_it: impl FnMut(&'static str, u32) -> bool, cx: &mut Cx<'_>) {
        if let Some(channel) = self.channels.get_mut(&peer) {
            channel.flights.retain(|flight| !is_it(flight.name, flight.tag));
            channel.queue.retain(|waiting| !is_it(waiting.draft.name, waiting.draft.tag));
        }
        self.pump(peer, cx);
    }

    /// The whole conversation is forgotten, numbers too.
    pub fn forget(&mut self, peer: Peer) {
        self.channels.remove(&peer);
        self.later.retain(|(_, send)| send.to != peer);
    }

    /// Sends again what is due. What was given up comes back.
    pub fn tick(&mut self, cx: &mut Cx<'_>) -> Vec<(Peer, Flight)> {
        self.current = None;
        let now = cx.now;
        let mut later = std::mem::take(&mut self.later);
        later.retain(|(at, send)| {
            if *at <= now {
                cx.out.push(Output::Send(send.clone()));
            }
            *at > now
        });
        self.later = later;
        if self.manner.memory.is_some() {
            let idle = |channel: &Channel| channel.flights.is_empty() && !channel.queue.is_empty();
            let peers: Vec<Peer> =
                self.channels.iter().filter(|(_, channel)| idle(channel)).map(|(peer, _)| *peer).collect();
            for peer in peers {
                self.pump(peer, cx);
            }
        }
        let Some(timer) = self.manner.timer else { return Vec::new() };
        let (mut given_up, mut freed) = (Vec::new(), Vec::new());
        for (peer, channel) in &mut self.channels {
            let (mut gone, mut quits, mut again) = (Vec::new(), Vec::new(), Vec::new());
            for (index, flight) in channel.flights.iter_mut().enumerate() {
                if flight.due.is_none_or(|due| due > now) {
                    continue;
                }
                if flight.meddling.quits {
                    quits.push(index);
                    continue;
                }
                let most = self.manner.maximum.map(|maximum| maximum.saturating_add(flight.meddling.beyond));
                if most.is_some_and(|most| flight.sends > most) {
                    gone.push(index);
                    continue;
                }
                flight.sends += 1;
                if let Some(alter) = flight.meddling.alter {
                    alter(&mut flight.bytes);
                    flight.meddling.alter = None;
                }
                flight.last = now;
                flight.due = Some(now.plus(timer));
                again.push(print(&flight.bytes));
                cx.out.push(Output::Send(Send {
                    to: *peer,
                    bytes: flight.bytes.clone(),
                    wire: None,
                    token: flight.token,
                    copy: flight.sends,
                    lost: flight.meddling.lose >= flight.sends,
                    late: Duration::ZERO,
                    fatal: false,
                }));
            }
            for (_, said) in channel.said.iter_mut().filter(|(said, _)| again.contains(said)) {
                *said = now;
            }
            freed.extend((!quits.is_empty()).then_some(*peer));
            let is_quit = |index: &usize| quits.contains(index);
            let mut both: Vec<usize> = gone.iter().chain(&quits).copied().collect();
            both.sort_unstable();
            for index in both.into_iter().rev() {
                if let Some(flight) = channel.flights.remove(index)
                    && !is_quit(&index)
                {
                    given_up.push((*peer, flight));
                }
            }
        }
        freed.extend(given_up.iter().map(|(peer, _)| *peer));
        for peer in freed {
            self.pump(peer, cx);
        }
        given_up
    }

    /// When [`Port::tick`] has something to do.
    #[must_use]
    pub fn next_wake(&self) -> Option<Time> {
        let flights = self.channels.values().flat_map(|channel| channel.flights.iter().filter_map(|flight| flight.due));
        let idle = self.channels.values().filter(|channel| channel.flights.is_empty());
        let ripe = idle.filter_map(|channel| {
            let front = &channel.queue.front()?.draft;
            channel.ripe(&front.bytes, front.count, &self.manner)
        });
        flights.chain(ripe).chain(self.later.iter().map(|(at, _)| *at)).min()
    }

    /// Whose side this is.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }
}
