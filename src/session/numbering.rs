//! The number of a new message: the one due, one skipped, used already, or older.

use super::exchange::{Half, Number};
use super::hand::Hand;
use super::intent::Intent;
use super::numbers::Fit;
use super::observation::Fact;
use super::relay::RelayFit;
use super::report::Actor;
use super::service::{Context, Service};
use crate::protocol::{Act, Due, Seq, Takes, Topic};

impl Service {
    /// Judges the number of a new message.
    pub(super) fn number(&mut self, hand: &Hand<'_>, relay: &RelayFit, cx: &mut Context<'_>) {
        let numbering = hand.numbering;
        let number = match hand.message.seq {
            Seq::Number(number) => number,
            Seq::Text(text) => return self.text_number(hand, text, cx),
            Seq::None => return,
        };
        let from_start = self.links[hand.link].from_start;
        if hand.kind.takes == Takes::RelayOrOwn {
            match relay {
                RelayFit::Relays { seq: Number::Value(original), .. } if *original == number => {
                    return self.links[hand.link].halves[hand.side].numbers.maybe_took(number, &numbering);
                }
                RelayFit::Relays { .. } => {}
                RelayFit::None if self.alters_unanswered(hand) => {
                    let fact = Fact::ResentAltered { number: number.to_string() };
                    return self.tell_of(hand, Vec::new(), fact, cx);
                }
                // What it relays is not known, so neither is its number.
                _ => return self.links[hand.link].halves[hand.side].numbers.maybe_took(number, &numbering),
            }
        }
        // An answer to something the capture lacks repeats a number that nobody can know.
        let unheard = self.halves(hand).1.messages == 0 || self.is_forgiving(hand.link, hand.at.time);
        if unheard && hand.kind.takes == Takes::EchoOrOwn {
            return self.links[hand.link].halves[hand.side].numbers.maybe_took(number, &numbering);
        }
        // Under the number the other side would use next, it answers something the capture lacks.
        let halves = self.halves(hand);
        // Not where what seemed an answer may have been a message of its own, and this is the one after it.
        let follows = halves.0.borrowed.is_some_and(|borrowed| halves.0.numbers.is_next(borrowed));
        let is_first = halves.0.numbers.is_fresh() && numbering.first == Some(number);
        let fits = follows || is_first || halves.0.numbers.is_next(number);
        let answers_unseen = halves.1.numbers.is_next(number) && !fits;
        if answers_unseen && hand.kind.takes == Takes::EchoOrOwn && !numbering.answers_count {
            return;
        }
        let both = numbering.shared;
        let link = &mut self.links[hand.link];
        if hand.flawed
            || matches!(hand.message.act, Act::Login { .. }) && !link.halves[hand.side].numbers.is_fresh() && {
                // A new login may or may not start again.
                if let Some(first) = numbering.first {
                    link.halves[hand.side].numbers.allow(first);
                }
                false
            }
        {
            link.halves[hand.side].numbers.maybe_took(number, &numbering);
            return;
        }
        let latest_holder = |half: &Half| {
            half.open
                .iter()
                .chain(half.done.iter())
                .filter(|sent| sent.seq.is(hand.message.seq))
                .max_by_key(|sent| sent.id)
                .map(|sent| {
                    (
                        sent.name().to_owned(),
                        sent.first().frame,
                        sent.reply.is_none() && std::ptr::eq(sent.kind, hand.kind),
                        sent.due == Due::Required,
                    )
                })
        };
        // One bit says little: what was taken for a copy under the other number was a new message, it seems.
        let half = &mut self.links[hand.link].halves[hand.side];
        if numbering.modulus == 2 && half.last_copy.as_ref().is_some_and(|copy| !copy.is(hand.message.seq)) {
            half.numbers.allow(number);
        }
        // S001 is about the first number of a sender; of a conversation, only its very first message can be wrong.
        let first_known = from_start && (!both || self.conversation.is_fresh());
        let latest = self.links[hand.link].halves[hand.side].numbers.latest();
        let fit = if both {
            self.shared_number(hand, number, first_known)
        } else {
            self.links[hand.link].halves[hand.side].numbers.take(number, &numbering, first_known)
        };
        let was_fresh = latest.is_none();
        if was_fresh && first_known {
            self.checked(cx, Topic::FirstNumber, hand.session, hand.actor);
        }
        self.checked_all(cx, &[Topic::Numbering, Topic::NumberReuse, Topic::NumberOrder], hand.session, hand.actor);
        let shown = || number.to_string();
        let fact = match fit {
            Fit::Due | Fit::Filled => {
                if fit == Fit::Filled {
                    self.unhold_skips(hand.session, hand.actor);
                }
                return;
            }
            Fit::NotFirst(first) => Fact::FirstNumber { number: shown(), first },
            Fit::Skipped(expected) => {
                let half = self.halves(hand).0;
                if half.borrowed == Some(expected) && half.was_due {
                    // What seemed an answer was due of itself, and had that number: nothing was skipped.
                    return;
                }
                if half.borrowed == Some(expected) && self.doubtful.len() < 256 {
                    self.doubtful.push(hand.at.frame);
                }
                // The numbers skipped may still arrive: lost before the capture and sent again.
                return self.hold(hand, Vec::new(), Fact::NumberSkipped { number: shown(), expected });
            }
            Fit::Reused | Fit::Regressed(_) => match latest_holder(&self.links[hand.link].halves[hand.side]) {
                // The same number while the first is unanswered: R004 if the kind is the same, else S003.
                Some((_, frame, true, true)) => {
                    self.tell_of(hand, vec![frame], Fact::ResentAltered { number: shown() }, cx);
                    self.supersede(hand);
                    return;
                }
                Some((holder, frame, ..)) if fit == Fit::Reused => {
                    let fact = Fact::NumberReused { number: shown(), holder };
                    return self.tell_of(hand, vec![frame], fact, cx);
                }
                _ if fit == Fit::Reused => {
                    Fact::NumberReused { number: shown(), holder: "the message before".to_owned() }
                }
                _ => {
                    let latest =
                        latest.or(self.conversation.latest()).map(|number| number.to_string()).unwrap_or_default();
                    Fact::NumberRegressed { number: shown(), latest }
                }
            },
        };
        self.tell_of(hand, Vec::new(), fact, cx);
    }

    /// A relay of nothing that waits to be relayed, of the kind and under the number of one that is unanswered.
    fn alters_unanswered(&self, hand: &Hand<'_>) -> bool {
        let (mine, _) = self.halves(hand);
        let invites = matches!(hand.message.act, Act::Invite { .. });
        (!invites || self.inviters.is_empty())
            && !self.is_forgiving(hand.link, hand.at.time)
            && mine.open.iter().any(|sent| {
                sent.seq.is(hand.message.seq) && std::ptr::eq(sent.kind, hand.kind) && sent.due == Due::Required
            })
    }

    /// One running number for all parties: what counts is the latest number seen on this link, from either side.
    pub(super) fn shared_number(&mut self, hand: &Hand<'_>, number: u16, first_known: bool) -> Fit {
        if self.conversation.is_fresh() {
            self.conversation.take(number, &hand.numbering, first_known);
            let numbers = &mut self.links[hand.link].halves[hand.side].numbers;
            let fit = numbers.take(number, &hand.numbering, first_known);
            self.links[hand.link].halves[1 - hand.side].numbers.maybe_took(number, &hand.numbering);
            return fit;
        }
        self.conversation.allow(number);
        let fit = self.links[hand.link].halves[hand.side].numbers.take(number, &hand.numbering, false);
        self.links[hand.link].halves[1 - hand.side].numbers.maybe_took(number, &hand.numbering);
        fit
    }

    /// The altered message takes the place of the one it altered: either may be answered and relayed.
    pub(super) fn supersede(&mut self, hand: &Hand<'_>) {
        let half = &mut self.links[hand.link].halves[hand.side];
        if let Some(index) =
            half.open.iter().position(|sent| sent.seq.is(hand.message.seq) && std::ptr::eq(sent.kind, hand.kind))
            && let Some(mut old) = half.open.remove(index)
        {
            old.due = Due::Optional;
            if let Intent::Say(broadcast) = old.intent {
                self.excuse_broadcast(broadcast);
            }
            self.links[hand.link].halves[hand.side].push_done(old);
        }
    }

    /// Numbers that are texts: TIME belongs to one request, and does not run backwards.
    pub(super) fn text_number(&mut self, hand: &Hand<'_>, text: &[u8], cx: &mut Context<'_>) {
        if hand.actor != Actor::Client || hand.flawed {
            return;
        }
        self.checked_all(cx, &[Topic::NumberReuse, Topic::NumberOrder], hand.session, hand.actor);
        let half = &mut self.links[hand.link].halves[hand.side];
        let shown = || crate::bytes::escape(text);
        let same = half
            .open
            .iter()
            .chain(half.done.iter())
            .find(|sent| sent.kind.takes == Takes::Own && sent.seq.is(hand.message.seq))
            .map(|sent| {
                (
                    sent.name().to_owned(),
                    sent.first().frame,
                    sent.reply.is_none() && std::ptr::eq(sent.kind, hand.kind) && sent.due == Due::Required,
                )
            });
        let latest = half.latest_text.replace((text.into(), hand.name.to_owned()));
        if let Some((holder, frame, altered)) = same {
            let fact = if altered {
                Fact::ResentAltered { number: shown() }
            } else {
                Fact::NumberReused { number: shown(), holder }
            };
            let supersedes = altered;
            self.tell_of(hand, vec![frame], fact, cx);
            if supersedes {
                self.supersede(hand);
            }
            return;
        }
        let Some((latest, latest_name)) = latest else { return };
        let order = |text: &[u8]| self.protocol.order_of(Seq::Text(text));
        if let (Some((notation, now)), Some((same_notation, before))) = (order(text), order(&latest))
            && notation == same_notation
            && now < before
            && !passes_midnight(before, now)
        {
            // It goes on from where it was: one step back is one finding.
            self.links[hand.link].halves[hand.side].latest_text = Some((latest.clone(), latest_name));
            let fact = Fact::NumberRegressed { number: shown(), latest: crate::bytes::escape(&latest) };
            self.tell_of(hand, Vec::new(), fact, cx);
        }
    }
}

/// A time of day without a date begins again at midnight.
fn passes_midnight(before: i128, now: i128) -> bool {
    const HOUR: i128 = 3_600_000_000_000;
    (0..24 * HOUR).contains(&before) && before - now > 12 * HOUR
}
