//! Who speaks: under its own name or ID, or under another's.

use super::exchange::{Sent, Voice};
use super::hand::Hand;
use super::observation::Fact;
use super::report::Actor;
use super::service::{Context, Service};
use crate::protocol::{Act, Identity, Topic};

impl Service {
    /// Speaks under its own name or ID? (P004 comes before A003.)
    pub(super) fn identity(&mut self, hand: &Hand<'_>, target: Option<usize>, cx: &mut Context<'_>) -> bool {
        if hand.flawed {
            return false;
        }
        if hand.message.speaker != Identity::None {
            self.checked(cx, Topic::Identity, hand.session, hand.actor);
        }
        let (claimed, own) = match (hand.message.speaker, self.member_of(hand.link, hand.side)) {
            (Identity::None, _) | (_, None) if !hand.kind.ack => return false,
            (Identity::Id(id), None) if id != 0 && hand.actor == Actor::Server => {
                (format!("ID {id}"), "ID 0".to_owned())
            }
            (Identity::Id(id), Some(member)) => {
                let known = &mut self.members[member];
                match (known.id, &known.state) {
                    (Some(own), _) if own != id => {
                        if known.state == super::member::State::Out || !known.pending.is_empty() && id == 0 {
                            return false;
                        }
                        (format!("ID {id}"), format!("ID {own}"))
                    }
                    (None, super::member::State::Unknown) if id != 0 => {
                        known.id = Some(id);
                        return false;
                    }
                    _ => return false,
                }
            }
            (Identity::Name(name), Some(member)) => {
                let known = &self.members[member];
                let own = known.name.as_deref().or(known.asked.as_deref());
                let Some(own) = own else {
                    if known.state == super::member::State::Unknown {
                        self.members[member].name = Some(name.into());
                    }
                    return false;
                };
                let asked = known.asked.as_deref() == Some(name);
                if own == name || asked || matches!(hand.message.act, Act::Login { .. } | Act::Attach { .. }) {
                    return false;
                }
                // An acknowledgement may repeat the name of what it acknowledges; one that comes again repeats what is
                // answered already.
                let theirs = self.halves(hand).1;
                let voice = Voice::of(hand.message.speaker);
                let quotes = |request: &Sent| request.voice == voice && request.seq.is(hand.message.seq);
                let quoted = match target {
                    Some(index) => theirs.open.get(index).is_some_and(|request| request.voice == voice),
                    None => theirs.done.iter().any(quotes),
                };
                if quoted && hand.kind.ack || known.state == super::member::State::Out {
                    return false;
                }
                (crate::bytes::escape(name), crate::bytes::escape(own))
            }
            _ => return false,
        };
        self.tell_of(hand, Vec::new(), Fact::Impostor { claimed, own }, cx);
        true
    }
}
