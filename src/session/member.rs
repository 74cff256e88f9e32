//! One client of a service: who it is, where it is, what it may do.

use super::exchange::name_print;
use super::intent::Intent;
use super::underway::Behind;
use crate::bytes::Time;
use smallvec::SmallVec;

/// A room or group of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// Named.
    Named(Box<[u8]>),
    /// Numbered.
    Group(u8),
    /// Known only by who opened it (an index into the service's members).
    Of(usize),
}

/// Where a client is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The capture does not show it.
    Unknown,
    /// Not logged in.
    Out,
    /// Logged in, in no room.
    Lobby,
    /// In a room.
    In(Room),
}

/// Who has to learn of a change, and may act on the old state until it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Learns {
    /// The server changed it: the client's next messages may have crossed the news.
    Client,
    /// The client changed it by itself: the server's may.
    Server,
}

/// An invitation open to a client.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    /// The group, where it is said.
    pub(crate) group: Option<u8>,
    /// Who invited, an index into the service's members, where known.
    pub(crate) by: Option<usize>,
    /// The invitation's frame.
    pub(crate) frame: u64,
    /// The invitation's time.
    pub(crate) time: Time,
    /// When it was acknowledged.
    pub(crate) acknowledged: Option<(u64, Time)>,
    /// Its name.
    pub(crate) name: &'static str,
    /// Its group was entered by another: it may be answered still, and need not be.
    pub(crate) moot: bool,
}

/// One client of a service.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// The name granted.
    pub(crate) name: Option<Box<[u8]>>,
    /// The name last asked for.
    pub(crate) asked: Option<Box<[u8]>>,
    /// The ID granted, or the one it was seen to use.
    pub(crate) id: Option<u8>,
    pub(crate) state: State,
    /// Where it was before, until when that may still show, and in whose messages: the side that has to learn of it.
    pub(crate) before: Option<(State, Time, Learns)>,
    /// Where it may believe to be, since it was told again what had been overtaken.
    pub(crate) adrift: Option<State>,
    /// The group that it was told is closed last, and when.
    pub(crate) dissolved: Option<(u8, Time)>,
    /// When it last entered or left a room.
    pub(crate) moved: Option<Time>,
    /// A change it has asked for and that is not answered.
    pub(crate) pending: Vec<(u64, Intent)>,
    /// It has been logged in, and left.
    pub(crate) has_left: bool,
    /// It has been logged in within the capture.
    pub(crate) was_admitted: bool,
    /// The other side of its private chat; `Some(None)`: open, but with whom is not known.
    pub(crate) partner: Option<Option<usize>>,
    /// Until when a private chat that is over may still show in its last messages.
    pub(crate) partner_until: Option<Time>,
    pub(crate) invitations: Vec<Invitation>,
    /// When the server last sent it each kind of list or notice.
    pub(crate) told: Vec<(&'static str, Time)>,
    /// Bytes towards it or from it are missing until then.
    pub(crate) damaged_until: Option<Time>,
    /// What did not reach the server of what it said, and what did not reach it.
    pub(crate) behind: [Behind; 2],
    /// The server has given up on it.
    pub(crate) lost: bool,
}

impl Member {
    pub(crate) fn new(state: State) -> Member {
        Member {
            name: None,
            asked: None,
            id: None,
            state,
            before: None,
            adrift: None,
            dissolved: None,
            moved: None,
            pending: Vec::new(),
            has_left: false,
            was_admitted: false,
            partner: None,
            partner_until: None,
            invitations: Vec::new(),
            told: Vec::new(),
            damaged_until: None,
            behind: [Behind::default(); 2],
            lost: false,
        }
    }

    /// Moves to another state, as granted.
    pub(crate) fn go(&mut self, state: State) {
        self.state = state;
        self.before = None;
        self.adrift = None;
    }

    /// Moves to another state that one side has to learn of: until then its messages may show the old one.
    pub(crate) fn slip(&mut self, state: State, until: Time, learns: Learns) {
        let old = std::mem::replace(&mut self.state, state);
        self.before = Some((old, until, learns));
        self.adrift = None;
    }

    /// Whether it is logged in, as far as known.
    pub(crate) fn is_inside(&self) -> bool {
        matches!(self.state, State::Lobby | State::In(_))
    }

    /// Every state that a message of this side may show at this time.
    pub(crate) fn possible(&self, now: Time, side: Learns) -> SmallVec<[State; 2]> {
        let mut states = SmallVec::new();
        self.each_possible(now, side, &mut |state| states.push(state.clone()));
        states
    }

    /// Whether it may be in such a state, as far as a message of this side may show at this time.
    pub(crate) fn may_be(&self, now: Time, side: Learns, such: impl Fn(&State) -> bool) -> bool {
        let mut found = false;
        self.each_possible(now, side, &mut |state| found = found || such(state));
        found
    }

    fn each_possible(&self, now: Time, side: Learns, each: &mut impl FnMut(&State)) {
        each(&self.state);
        if let Some((before, until, learns)) = &self.before
            && now <= *until
            && *learns == side
        {
            each(before);
        }
        if side == Learns::Client {
            self.adrift.iter().for_each(&mut *each);
        }
        for (_, intent) in &self.pending {
            match intent {
                Intent::Login(_) | Intent::Leave => each(&State::Lobby),
                Intent::Logout => each(&State::Out),
                Intent::Enter(room) => each(&State::In(Room::Named(room.clone()))),
                Intent::Back => [State::Lobby, State::Out].iter().for_each(&mut *each),
                Intent::Accept(group) => each(&self.accepted_room(*group)),
                _ => {}
            }
        }
    }

    /// Whether it was logged in once, and is not any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.has_left && self.state == State::Out
    }

    /// Whether it has asked for something that is not answered.
    pub(crate) fn is_waiting(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Whether nothing about its state is in motion.
    pub(crate) fn is_settled(&self, now: Time) -> bool {
        self.pending.iter().all(|(_, intent)| {
            matches!(
                intent,
                Intent::None | Intent::Say(_) | Intent::OpenPrivate(_) | Intent::ClosePrivate | Intent::Invited
            )
        }) && self.before.as_ref().is_none_or(|(_, until, _)| now > *until)
            && !self.is_behind(Learns::Server, now)
    }

    /// The room it enters by accepting an invitation.
    pub(crate) fn accepted_room(&self, group: Option<u8>) -> State {
        if let Some(group) = group {
            return State::In(Room::Group(group));
        }
        match self.invitations.last() {
            Some(Invitation { group: Some(group), .. }) => State::In(Room::Group(*group)),
            Some(Invitation { by: Some(by), .. }) => State::In(Room::Of(*by)),
            _ => State::Unknown,
        }
    }

    pub(crate) fn told(&mut self, kind: &'static str, now: Time) {
        match self.told.iter_mut().find(|(told, _)| *told == kind) {
            Some(entry) => entry.1 = now,
            None => self.told.push((kind, now)),
        }
    }

    pub(crate) fn last_told(&self, kind: &str) -> Option<Time> {
        self.told.iter().find(|(told, _)| *told == kind).map(|(_, time)| *time)
    }

    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        self.name.as_deref() == Some(name)
    }

    pub(crate) fn name_print(&self) -> Option<u32> {
        self.name.as_deref().map(name_print)
    }

    /// How a sentence calls it.
    pub(crate) fn called(&self, endpoint: std::net::SocketAddr) -> String {
        match (&self.name, self.id) {
            (Some(name), Some(id)) => format!("{} (ID {id})", crate::bytes::escape(name)),
            (Some(name), None) => crate::bytes::escape(name),
            (None, _) => endpoint.to_string(),
        }
    }

    /// Whether its part of the capture cannot be relied on at this time.
    pub(crate) fn is_damaged(&self, now: Time) -> bool {
        self.damaged_until.is_some_and(|until| now <= until) || self.is_behind(Learns::Server, now)
    }
}
