//! Why a frame gives no packet: where decoding stopped, and for what reason.

use std::fmt;

/// Where the decoding of a frame stopped, and why. Traffic that is none of ours ends here too: it is no fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Undecoded {
    /// In which header.
    pub layer: Layer,
    /// Why.
    pub reason: Reason,
}

/// The headers in front of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// Ethernet, VLAN tags, Linux cooked, loopback.
    Link,
    /// IPv4, IPv6 and its extensions, fragments.
    Network,
    /// UDP, TCP.
    Transport,
}

/// Why a header leads to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Frames of this LINKTYPE are not decoded.
    UnknownLink(u32),
    /// It carries this EtherType (or, on loopback, this address family): not IP.
    NotIp(u32),
    /// It carries this IP protocol: neither UDP nor TCP.
    OtherProtocol(u8),
    /// The frame, or what was kept of it, ends within the header.
    Short {
        /// How many bytes the header needs.
        needed: usize,
        /// How many there are.
        there: usize,
    },
    /// The header contradicts itself.
    Malformed(&'static str),
    /// More headers of one kind on each other than are looked through.
    TooDeep,
    /// A fragment that waits for the others of its datagram.
    Held,
    /// A fragment recorded again, right after its datagram was complete.
    Copy,
}

impl Undecoded {
    pub(super) fn link(reason: Reason) -> Undecoded {
        Undecoded { layer: Layer::Link, reason }
    }

    pub(super) fn network(reason: Reason) -> Undecoded {
        Undecoded { layer: Layer::Network, reason }
    }

    pub(super) fn transport(reason: Reason) -> Undecoded {
        Undecoded { layer: Layer::Transport, reason }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Layer::Link => "link header",
            Layer::Network => "IP header",
            Layer::Transport => "transport header",
        })
    }
}

impl fmt::Display for Undecoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layer = self.layer;
        match self.reason {
            Reason::UnknownLink(link) => write!(f, "link type {link} is not decoded"),
            Reason::NotIp(kind) => write!(f, "{layer} announces 0x{kind:04x}, not IP"),
            Reason::OtherProtocol(protocol) => write!(f, "IP protocol {protocol}, neither UDP nor TCP"),
            Reason::Short { needed, there } => write!(f, "{layer} needs {needed} bytes, {there} are there"),
            Reason::Malformed(what) => write!(f, "{layer}: {what}"),
            Reason::TooDeep => write!(f, "{layer}: too many on each other"),
            Reason::Held => f.write_str("fragment that waits for the rest of its datagram"),
            Reason::Copy => f.write_str("fragment recorded again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_sentence_with_its_numbers() {
        let short = Undecoded::transport(Reason::Short { needed: 20, there: 14 });
        assert_eq!(short.to_string(), "transport header needs 20 bytes, 14 are there");
        assert_eq!(Undecoded::link(Reason::NotIp(0x806)).to_string(), "link header announces 0x0806, not IP");
        assert_eq!(Undecoded::network(Reason::OtherProtocol(1)).to_string(), "IP protocol 1, neither UDP nor TCP");
    }
}
