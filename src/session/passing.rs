//! What the server must pass on to one client: private chats asked for and left, invitations.

use super::hand::Hand;
use super::intent::Intent;
use super::member::Learns;
use super::notice::Promise;
use super::observation::Fact;
use super::service::{Context, Service};
use crate::bytes::Time;
use crate::protocol::Sender;

impl Service {
    pub(super) fn promise(
        &self,
        hand: &Hand<'_>,
        kind: &'static str,
        session: usize,
        members: Vec<usize>,
        related: &[u64],
    ) -> Promise {
        Promise {
            kind,
            place: None,
            members,
            session,
            subject: None,
            at: hand.at,
            related: related.to_vec(),
            deadline: hand.at.time.plus(self.patience()),
            change: String::new(),
            name: hand.name.to_owned(),
            as_relay: true,
            request: None,
        }
    }

    /// A private chat was granted: the other side must hear of it.
    pub(super) fn pass_on_request(&mut self, hand: &Hand<'_>, partner: Option<usize>, since: Time, frames: &[u64]) {
        let Some(partner) = partner.filter(|partner| self.is_present(*partner)) else { return };
        let Some(kind) = self.announcement(hand) else { return };
        if self.members[partner].last_told(kind).is_none_or(|told| told < since) {
            let promise = self.promise(hand, kind, partner, vec![partner], frames);
            self.owe(promise);
        }
    }

    /// A private chat is being left: the other side must hear of it.
    pub(super) fn pass_on_parting(&mut self, hand: &Hand<'_>, member: usize, id: u64) {
        let kind = self.announcement(hand);
        // Nor need it answer separately that the other one does: its own request says as much.
        let theirs = &mut self.links[hand.link].halves[1 - hand.side];
        for sent in theirs.open.iter_mut().filter(|sent| Some(sent.kind.name) == kind) {
            sent.excused = true;
        }
        // Who leaves by itself need not hear that the other one does.
        for promise in self.promises.iter_mut().filter(|promise| promise.as_relay && Some(promise.kind) == kind) {
            promise.members.retain(|owed| *owed != member);
        }
        let Some(Some(partner)) = self.members[member].partner else { return };
        // What the two say to each other while it ends need not come through.
        let ends = [member, partner];
        for broadcast in self.broadcasts.iter_mut().filter(|broadcast| ends.contains(&broadcast.author)) {
            if matches!(broadcast.circle, super::broadcast::Circle::Only(Some(other)) if ends.contains(&other)) {
                broadcast.waiting.clear();
            }
        }
        // Who was told that it ends, and confirms it, has nothing to be passed on.
        let theirs = self.halves(hand).1;
        let answers = theirs.done.iter().any(|sent| sent.reply.is_some_and(|reply| reply.frame == hand.at.frame));
        // Nor is there anybody to pass it on to where the other one is out already.
        if answers
            || !self.is_present(partner)
            || self.members[partner].partner.is_none()
            || self.members[partner].pending.iter().any(|(_, intent)| *intent == Intent::ClosePrivate)
        {
            return;
        }
        let Some(kind) = kind else { return };
        let mut promise = self.promise(hand, kind, member, vec![partner], &[]);
        promise.request = Some((hand.link, hand.side, id));
        self.owe(promise);
    }

    /// Invitations go to those they are for.
    pub(super) fn pass_on_invitations(&mut self, hand: &Hand<'_>, member: usize, id: u64, invited: &[u8]) {
        let Some(relay) = hand.kind.relay.filter(|relay| relay.judged) else { return };
        let members = invited.iter().filter_map(|id| self.with_id(*id)).filter(|other| *other != member).collect();
        let mut promise = self.promise(hand, relay.by, member, members, &[]);
        promise.request = Some((hand.link, hand.side, id));
        self.owe(promise);
    }

    /// The kind by which the server announces what a client's message of the same name does.
    pub(super) fn announcement(&self, hand: &Hand<'_>) -> Option<&'static str> {
        let request = self.spec.kinds.iter().find(|kind| {
            kind.from == Sender::Client
                && (kind.name == hand.kind.name || kind.answered_by.iter().any(|answer| answer.kind == hand.kind.name))
        });
        let name = request?.name;
        self.spec.kinds.iter().find(|kind| kind.name == name && kind.from == Sender::Server).map(|kind| kind.name)
    }

    /// The server says who wants to chat privately: that must be who asked.
    pub(super) fn announced_private(
        &mut self,
        hand: &Hand<'_>,
        receiver: usize,
        partner: Option<usize>,
        cx: &mut Context<'_>,
    ) {
        let own = self.members[receiver].name.clone();
        let has_asked = |member: &usize| {
            let known = &self.members[*member];
            known
                .pending
                .iter()
                .any(|(_, intent)| matches!((intent, &own), (Intent::OpenPrivate(with), Some(own)) if with == own))
                || known.partner == Some(Some(receiver))
        };
        if partner.as_ref().is_some_and(has_asked) {
            return;
        }
        // One whose request has not come through has asked nothing yet.
        let behind = |asker: &usize| self.members[*asker].is_behind(Learns::Server, hand.at.time);
        let Some(asker) = (0..self.members.len()).find(has_asked).filter(|asker| !behind(asker)) else { return };
        let author = self.called(asker);
        let fact = Fact::RelayAltered { what: "the name of who asked", author };
        self.tell_of(hand, Vec::new(), fact, cx);
    }
}
