//! What can go wrong while a relay runs, each said once.

use super::Guide;
use std::io;
use std::net::SocketAddr;

/// Something that went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A listening socket cannot be had.
    #[error("{listen}: cannot listen there: {error} (is something else using it?)")]
    Bind {
        /// Where.
        listen: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The server does not take datagrams.
    #[error("{0}: nothing takes datagrams there (is the server running?)")]
    Refused(SocketAddr),
    /// The server does not take connections.
    #[error("{server}: cannot be connected to: {error} (is the server running?)")]
    Connect {
        /// Where.
        server: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// Something could not be sent.
    #[error("{to}: cannot be sent to: {error}")]
    Send {
        /// Where to.
        to: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The capture cannot be written.
    #[error("cannot be written: {0} (what was written so far is complete)")]
    Output(io::Error),
    /// More clients than sockets.
    #[error("{0}: no socket for a new client: the one that was idle for longest lost its own")]
    Crowded(SocketAddr),
    /// A new client cannot be served.
    #[error("{client}: cannot be served: {error}")]
    Client {
        /// Which.
        client: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The system dropped datagrams before the relay could take them.
    #[error("the system dropped {0} datagrams before the relay could take them: the capture lacks them")]
    Lost(u64),
    /// The system refuses something else.
    #[error("the system refuses: {0}")]
    System(io::Error),
}

impl Trouble {
    /// Troubles of one kind with one peer are said once.
    fn key(&self) -> (u8, Option<SocketAddr>) {
        match self {
            Trouble::Bind { listen, .. } => (0, Some(*listen)),
            Trouble::Refused(server) => (1, Some(*server)),
            Trouble::Connect { server, .. } => (2, Some(*server)),
            // Clients come and go: one of them stands for all.
            Trouble::Send { .. } => (3, None),
            Trouble::Output(_) => OUTPUT,
            Trouble::Crowded(_) => (5, None),
            Trouble::Client { .. } => (6, None),
            Trouble::Lost(_) => (7, None),
            Trouble::System(_) => (8, None),
        }
    }
}

const OUTPUT: (u8, Option<SocketAddr>) = (4, None);

/// What has been said.
#[derive(Debug, Default)]
pub(super) struct Said(Vec<(u8, Option<SocketAddr>)>);

impl Said {
    pub(super) fn to<'a>(&'a mut self, guide: &'a mut dyn Guide) -> Once<'a> {
        Once { said: self, guide }
    }

    /// Whether writing has failed.
    pub(super) fn has_said_output(&self) -> bool {
        self.0.contains(&OUTPUT)
    }
}

/// Says what has not been said.
pub(super) struct Once<'a> {
    said: &'a mut Said,
    guide: &'a mut dyn Guide,
}

impl Once<'_> {
    pub(super) fn say(&mut self, trouble: Trouble) {
        let key = trouble.key();
        if !self.said.0.contains(&key) {
            self.said.0.push(key);
            self.guide.trouble(&trouble);
        }
    }
}
