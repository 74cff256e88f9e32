//! The part of a capture that is looked at: sessions, users, clients, messages, a stretch of time.

use super::args::SelectionArgs;
use super::term::Stop;
use crate::bytes::Time;
use crate::flow::Stats;
use crate::session::report::SessionReport;
use jiff::Timestamp;
use std::net::SocketAddr;

/// What is looked at. What is empty or absent does not restrict.
#[derive(Clone, Debug, Default)]
pub(super) struct Selection {
    sessions: Vec<u32>,
    users: Vec<String>,
    clients: Vec<SocketAddr>,
    names: Vec<String>,
    from: Option<Bound>,
    to: Option<Bound>,
}

/// A point of a capture.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Frame(u64),
    /// Nanoseconds since the first packet.
    Since(i64),
    At(Time),
}

impl Selection {
    /// What the options ask for.
    pub(super) fn new(args: &SelectionArgs) -> Result<Selection, Stop> {
        let clients = args.client.iter().map(|text| endpoint("--client", text)).collect::<Result<_, _>>()?;
        let bound = |option, text: &Option<String>| text.as_deref().map(|text| bound(option, text)).transpose();
        Ok(Selection {
            sessions: args.session.clone(),
            users: args.user.clone(),
            clients,
            names: args.name.clone(),
            from: bound("--from", &args.from)?,
            to: bound("--to", &args.to)?,
        })
    }

    /// Whether everything is looked at.
    pub(super) fn is_all(&self) -> bool {
        !self.by_message() && self.clients.is_empty() && self.from.is_none() && self.to.is_none()
    }

    /// Whether it asks for users, which are known only when a session is.
    pub(super) fn by_user(&self) -> bool {
        !self.users.is_empty()
    }

    /// Whether it asks for names of messages.
    pub(super) fn by_name(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether it asks for what only messages show: their name, their session, its user.
    pub(super) fn by_message(&self) -> bool {
        !self.sessions.is_empty() || self.by_user() || self.by_name()
    }

    /// Whether a frame of a capture that began at `start` is within it.
    pub(super) fn has_moment(&self, frame: u64, time: Time, start: Time) -> bool {
        self.overlaps((frame, time), (frame, time), start)
    }

    /// Whether what lasted from one frame to another is in part within it.
    fn overlaps(&self, first: (u64, Time), last: (u64, Time), start: Time) -> bool {
        let since_start = |time: Time| time.0.saturating_sub(start.0);
        self.from.is_none_or(|from| match from {
            Bound::Frame(frame) => last.0 >= frame,
            Bound::Since(since) => since_start(last.1) >= since,
            Bound::At(time) => last.1 >= time,
        }) && self.to.is_none_or(|to| match to {
            Bound::Frame(frame) => first.0 <= frame,
            Bound::Since(since) => since_start(first.1) <= since,
            Bound::At(time) => first.1 <= time,
        })
    }

    /// Whether one of these endpoints is one asked for.
    pub(super) fn has_ends(&self, ends: [SocketAddr; 2]) -> bool {
        self.clients.is_empty() || self.clients.iter().any(|client| ends.contains(client))
    }

    /// Whether a flow is within it, as far as its ends and its time tell. A stretch of time has the flows that were there
    /// in it, not only those that began in it.
    pub(super) fn has_flow(&self, flow: &Stats, start: Time) -> bool {
        let (first, last) = ((flow.first_frame, flow.first_time), (flow.last_frame, flow.last_time));
        self.has_ends([flow.ends.a, flow.ends.b]) && self.overlaps(first, last, start)
    }

    /// Whether a message of this name is asked for.
    pub(super) fn has_name(&self, name: Option<&str>) -> bool {
        self.names.is_empty()
            || name.is_some_and(|name| self.names.iter().any(|asked| asked.eq_ignore_ascii_case(name)))
    }

    /// Whether a session's number is asked for, as far as the number tells.
    pub(super) fn has_number(&self, session: Option<u32>) -> bool {
        self.sessions.is_empty() || session.is_some_and(|number| self.sessions.contains(&number))
    }

    /// Whether a session's user is asked for.
    pub(super) fn has_user(&self, session: &SessionReport) -> bool {
        self.users.is_empty() || session.user.as_ref().is_some_and(|user| self.users.contains(user))
    }

    /// Whether a session is asked for.
    pub(super) fn has_session(&self, session: &SessionReport) -> bool {
        self.has_number(Some(session.session)) && self.has_ends([session.client; 2]) && self.has_user(session)
    }
}

/// An endpoint as an option names it.
pub(super) fn endpoint(option: &str, text: &str) -> Result<SocketAddr, Stop> {
    text.parse()
        .map_err(|_| Stop::Usage(format!("{option} {text:?} is no endpoint (write 10.0.0.2:40001 or [fe80::1]:40001)")))
}

fn bound(option: &str, text: &str) -> Result<Bound, Stop> {
    let usage = || {
        Stop::Usage(format!("{option} {text:?} is no point of a capture (write 120, 12.5s or 2017-02-27T10:00:00Z)"))
    };
    if let Ok(frame) = text.parse() {
        return Ok(Bound::Frame(frame));
    }
    if let Some(seconds) = text.strip_suffix('s') {
        let seconds: f64 = seconds.parse().map_err(|_| usage())?;
        // Saturates, and what is no number becomes 0: nothing a capture could mean.
        return if seconds.is_finite() { Ok(Bound::Since((seconds * 1e9).round() as i64)) } else { Err(usage()) };
    }
    let moment: Timestamp = text.parse().map_err(|_| usage())?;
    i64::try_from(moment.as_nanosecond()).map(|nanoseconds| Bound::At(Time(nanoseconds))).map_err(|_| usage())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_a_frame_a_second_or_a_time() {
        let read = |text| bound("--from", text).ok();
        assert_eq!(read("120"), Some(Bound::Frame(120)));
        assert_eq!(read("12.5s"), Some(Bound::Since(12_500_000_000)));
        assert_eq!(read("-1s"), Some(Bound::Since(-1_000_000_000)));
        assert_eq!(read("2017-02-27T10:00:00Z"), Some(Bound::At(Time(1_488_189_600_000_000_000))));
        for nonsense in ["", "s", "nans", "infs", "12.5", "yesterday", "99999999-01-01T00:00:00Z"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn both_ends_of_a_stretch_belong_to_it() {
        let args = SelectionArgs { from: Some("3".into()), to: Some("1.5s".into()), ..SelectionArgs::default() };
        let selection = Selection::new(&args).unwrap();
        let start = Time(1_000_000_000);
        let has = |frame, seconds: f64| selection.has_moment(frame, Time((seconds * 1e9) as i64), start);
        assert!(!has(2, 1.0));
        assert!(has(3, 1.0));
        assert!(has(9, 2.5));
        assert!(!has(9, 2.6));
    }

    #[test]
    fn what_is_not_restricted_is_all_there() {
        let all = Selection::new(&SelectionArgs::default()).unwrap();
        assert!(all.has_moment(1, Time(0), Time(0)) && all.has_name(None) && all.has_number(None));
    }
}
