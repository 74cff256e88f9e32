//! What recognized flows tell about the others: an endpoint that is a server of one protocol serves it to all.

use super::conventions::Tally;
use super::hypothesis::Roles;
use crate::flow::{FlowId, Side};
use crate::protocol::{Protocol, Transport};
use std::collections::{BTreeSet, HashMap};
use std::net::SocketAddr;

/// Bits for a flow with an endpoint already recognized as a server of the protocol.
pub(super) const SERVED_BEFORE: f32 = 20.0;
/// Bits against taking a known server for a client.
const SERVER_AS_CLIENT: f32 = -12.0;
/// Bits against another protocol than the one the endpoint serves.
const SERVES_ANOTHER: f32 = -8.0;
/// Bits for a known client being one again.
const CLIENT_AGAIN: f32 = 4.0;
/// Bits for two known clients of one protocol talking to each other.
const TWO_CLIENTS: f32 = 16.0;
/// Bits against two strangers being clients of a server that nobody saw.
const TWO_STRANGERS: f32 = -16.0;

/// The endpoints of all flows that are recognized or may be.
#[derive(Default)]
pub(super) struct Endpoints {
    known: HashMap<(Transport, SocketAddr), Endpoint, foldhash::fast::RandomState>,
}

#[derive(Default)]
struct Endpoint {
    /// How many flows are, or may be, of one of our protocols.
    flows: u32,
    /// Those that are not decided yet.
    undecided: BTreeSet<FlowId>,
    serves: Vec<Served>,
    uses: Vec<&'static str>,
}

struct Served {
    id: &'static str,
    tally: Tally,
}

/// The two ends of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) transport: Transport,
    pub(super) a: SocketAddr,
    pub(super) b: SocketAddr,
}

impl Pair {
    pub(super) fn at(&self, side: Side) -> SocketAddr {
        match side {
            Side::A => self.a,
            Side::B => self.b,
        }
    }
}

impl Endpoints {
    /// A flow appeared that may be ours.
    pub(super) fn open(&mut self, pair: Pair, flow: FlowId) {
        for address in [pair.a, pair.b] {
            let endpoint = self.known.entry((pair.transport, address)).or_default();
            endpoint.flows = endpoint.flows.saturating_add(1);
            endpoint.undecided.insert(flow);
        }
    }

    /// It is ours.
    pub(super) fn settle(&mut self, pair: Pair, flow: FlowId) {
        for address in [pair.a, pair.b] {
            if let Some(endpoint) = self.known.get_mut(&(pair.transport, address)) {
                endpoint.undecided.remove(&flow);
            }
        }
    }

    /// It is not ours after all.
    pub(super) fn close(&mut self, pair: Pair, flow: FlowId) {
        self.settle(pair, flow);
        for address in [pair.a, pair.b] {
            let key = (pair.transport, address);
            if let Some(endpoint) = self.known.get_mut(&key) {
                endpoint.flows = endpoint.flows.saturating_sub(1);
                if endpoint.flows == 0 && endpoint.serves.is_empty() && endpoint.uses.is_empty() {
                    self.known.remove(&key);
                }
            }
        }
    }

    /// The undecided flows that share an end with this one.
    pub(super) fn undecided(&self, pair: Pair) -> Vec<FlowId> {
        let mut flows: Vec<_> = [pair.a, pair.b]
            .iter()
            .filter_map(|address| self.known.get(&(pair.transport, *address)))
            .flat_map(|endpoint| endpoint.undecided.iter().copied())
            .collect();
        flows.sort_unstable();
        flows.dedup();
        flows
    }

    /// A flow was recognized.
    pub(super) fn learn(&mut self, pair: Pair, protocol: &'static dyn Protocol, roles: Option<Roles>) {
        let Some(Roles::Client(client)) = roles else { return };
        let id = protocol.spec().id;
        let uses = &mut self.known.entry((pair.transport, pair.at(client))).or_default().uses;
        if !uses.contains(&id) {
            uses.push(id);
        }
        let serves = &mut self.known.entry((pair.transport, pair.at(client.other()))).or_default().serves;
        if !serves.iter().any(|served| served.id == id) {
            serves.push(Served { id, tally: Tally::default() });
        }
    }

    /// Adds a flow's votes to those of its server.
    pub(super) fn vote(&mut self, pair: Pair, protocol: &'static dyn Protocol, server: Side, tally: &Tally) {
        let Some(endpoint) = self.known.get_mut(&(pair.transport, pair.at(server))) else { return };
        if let Some(served) = endpoint.serves.iter_mut().find(|served| served.id == protocol.spec().id) {
            served.tally.add(tally);
        }
    }

    /// What the other flows of a server say about its protocol's conventions.
    pub(super) fn tally(&self, pair: Pair, protocol: &'static dyn Protocol, server: Side) -> Option<&Tally> {
        let endpoint = self.known.get(&(pair.transport, pair.at(server)))?;
        endpoint.serves.iter().find(|served| served.id == protocol.spec().id).map(|served| &served.tally)
    }

    /// What is known of the two ends of a flow.
    pub(super) fn around(&self, pair: Pair) -> Ends<'_> {
        let at = |address| self.known.get(&(pair.transport, address));
        Ends { a: at(pair.a), b: at(pair.b) }
    }
}

/// What is known of the two ends of a flow.
#[derive(Clone, Copy)]
pub(super) struct Ends<'e> {
    a: Option<&'e Endpoint>,
    b: Option<&'e Endpoint>,
}

impl Ends<'_> {
    /// Bits for an explanation of the flow.
    pub(super) fn prior(self, protocol: &'static dyn Protocol, roles: Roles) -> f32 {
        let id = protocol.spec().id;
        let serves = |side| self.at(side).is_some_and(|end| end.serves(id));
        let uses = |side| self.at(side).is_some_and(|end| end.uses.contains(&id));
        let mut bits = 0.0;
        for end in [self.a, self.b].into_iter().flatten() {
            if !end.serves.is_empty() && !end.serves(id) {
                bits += SERVES_ANOTHER;
            }
        }
        match roles {
            Roles::Client(client) => {
                bits += if serves(client.other()) { SERVED_BEFORE } else { 0.0 };
                bits += if serves(client) { SERVER_AS_CLIENT } else { 0.0 };
                bits += if uses(client) && !serves(client) { CLIENT_AGAIN } else { 0.0 };
            }
            Roles::Peers if uses(Side::A) && uses(Side::B) => bits += TWO_CLIENTS,
            Roles::Peers => bits += TWO_STRANGERS,
        }
        bits
    }

    /// The end that several flows share, if only one does: the server's.
    pub(super) fn shared(self) -> Option<Side> {
        let flows = |side| self.at(side).map_or(0, |end| end.flows);
        match (flows(Side::A), flows(Side::B)) {
            (a, b) if a > 1 && b <= 1 => Some(Side::A),
            (a, b) if b > 1 && a <= 1 => Some(Side::B),
            _ => None,
        }
    }

    /// Whether both ends are known as clients of the protocol and neither as its server.
    pub(super) fn are_peers(self, protocol: &'static dyn Protocol) -> bool {
        let id = protocol.spec().id;
        [self.a, self.b].iter().all(|end| end.is_some_and(|end| end.uses.contains(&id) && !end.serves(id)))
    }

    fn at(&self, side: Side) -> Option<&Endpoint> {
        match side {
            Side::A => self.a,
            Side::B => self.b,
        }
    }
}

impl Endpoint {
    fn serves(&self, id: &'static str) -> bool {
        self.serves.iter().any(|served| served.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::chatos::ChatOs;

    fn pair(a: u16, b: u16) -> Pair {
        let at = |port| SocketAddr::from(([10, 0, 0, 1], port));
        Pair { transport: Transport::Tcp, a: at(a), b: at(b) }
    }

    #[test]
    fn a_server_serves_whoever_else_comes() {
        let mut endpoints = Endpoints::default();
        endpoints.learn(pair(40_000, 7), &ChatOs, Some(Roles::Client(Side::A)));
        let prior = |pair, roles| endpoints.around(pair).prior(&ChatOs, roles);
        assert_eq!(prior(pair(40_001, 7), Roles::Client(Side::A)), SERVED_BEFORE);
        assert_eq!(prior(pair(7, 40_001), Roles::Client(Side::B)), SERVED_BEFORE);
        assert_eq!(prior(pair(40_001, 7), Roles::Client(Side::B)), SERVER_AS_CLIENT);
        assert_eq!(prior(pair(1, 2), Roles::Client(Side::A)), 0.0);
    }

    #[test]
    fn two_clients_of_one_server_are_peers() {
        let mut endpoints = Endpoints::default();
        for client in [40_000, 40_001] {
            endpoints.learn(pair(client, 7), &ChatOs, Some(Roles::Client(Side::A)));
        }
        assert!(endpoints.around(pair(40_000, 40_001)).are_peers(&ChatOs));
        assert!(
            !endpoints.around(pair(40_000, 7)).are_peers(&ChatOs)
                && !endpoints.around(pair(40_000, 9)).are_peers(&ChatOs)
        );
        assert_eq!(endpoints.around(pair(40_000, 40_001)).prior(&ChatOs, Roles::Peers), TWO_CLIENTS);
    }

    #[test]
    fn the_end_that_several_share_is_the_server() {
        let mut endpoints = Endpoints::default();
        endpoints.open(pair(1, 7), 1);
        assert_eq!(endpoints.around(pair(1, 7)).shared(), None);
        endpoints.open(pair(7, 2), 2);
        assert_eq!(endpoints.undecided(pair(7, 2)), [1, 2]);
        assert_eq!(endpoints.around(pair(1, 7)).shared(), Some(Side::B));
        assert_eq!(endpoints.around(pair(7, 2)).shared(), Some(Side::A));
        endpoints.close(pair(7, 2), 2);
        assert_eq!(endpoints.around(pair(1, 7)).shared(), None);
    }
}
