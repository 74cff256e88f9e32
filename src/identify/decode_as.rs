//! What the user knows better than the evidence: `--decode-as`, `--convention`, `--server`, `--protocol`.

use crate::protocol::{Protocol, Transport};
use crate::protocols;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// What identification is told from outside.
#[derive(Clone, Default)]
pub struct Options {
    /// The protocols to look for; empty: all.
    pub protocols: Vec<&'static dyn Protocol>,
    /// Flows whose protocol is settled, by port. The last one that fits holds.
    pub decode_as: Vec<DecodeAs>,
    /// Endpoints that are servers.
    pub servers: Vec<SocketAddr>,
    /// Conventions whose reading is settled.
    pub conventions: Vec<ForcedConvention>,
}

/// `--decode-as`: flows of these ports speak this protocol. tshark's `-d`.
#[derive(Clone)]
pub struct DecodeAs {
    /// UDP or TCP.
    pub transport: Transport,
    /// Either end's port.
    pub ports: RangeInclusive<u16>,
    /// What they speak.
    pub protocol: &'static dyn Protocol,
    /// As it was written.
    pub text: String,
}

impl DecodeAs {
    /// Whether a flow between these endpoints is meant.
    #[must_use]
    pub fn fits(&self, transport: Transport, a: SocketAddr, b: SocketAddr) -> bool {
        transport == self.transport && (self.ports.contains(&a.port()) || self.ports.contains(&b.port()))
    }
}

/// `--convention`: this protocol's convention is read this way.
#[derive(Clone, Copy)]
pub struct ForcedConvention {
    /// The protocol.
    pub protocol: &'static dyn Protocol,
    /// Its convention, by index.
    pub convention: usize,
    /// The reading, by index.
    pub value: usize,
}

/// An option that cannot be understood, as a sentence with what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// Not of the form `udp.port==5000,imp`.
    #[error("{0:?} is not of the form LAYER.port==PORT,PROTOCOL; an example: udp.port==5000,imp")]
    Form(String),
    /// A layer other than UDP and TCP.
    #[error("{0:?} cannot select flows; only udp.port and tcp.port can")]
    Layer(String),
    /// Not a port or a range of ports.
    #[error("{0:?} is no port; write 5000, 5000-5010 (a range) or 5000:3 (a port and how many)")]
    Port(String),
    /// No such protocol.
    #[error("there is no protocol {name:?}; there are {known}")]
    Protocol {
        /// As written.
        name: String,
        /// The identifiers.
        known: String,
    },
    /// The protocol does not run over that.
    #[error("{protocol} does not run over {transport}")]
    Transport {
        /// Its identifier.
        protocol: &'static str,
        /// As it is called.
        transport: &'static str,
    },
    /// Not of the form `imp.row-order=text`.
    #[error("{0:?} is not of the form PROTOCOL.CONVENTION=READING; an example: imp.row-order=text")]
    ConventionForm(String),
    /// The protocol has no such convention.
    #[error("{protocol} has no convention {name:?}; it has {known}")]
    Convention {
        /// The protocol's identifier.
        protocol: &'static str,
        /// As written.
        name: String,
        /// Its conventions.
        known: String,
    },
    /// The convention has no such reading.
    #[error("{convention} cannot be {name:?}; it can be {known}")]
    Reading {
        /// The convention.
        convention: &'static str,
        /// As written.
        name: String,
        /// Its readings.
        known: String,
    },
}

/// Finds a protocol by its identifier.
///
/// # Errors
/// [`OptionError::Protocol`] names those there are.
pub fn protocol(name: &str) -> Result<&'static dyn Protocol, OptionError> {
    protocols::ALL.iter().copied().find(|protocol| protocol.spec().id == name).ok_or_else(|| OptionError::Protocol {
        name: name.to_owned(),
        known: list(protocols::ALL.iter().map(|protocol| protocol.spec().id)),
    })
}

impl FromStr for DecodeAs {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<DecodeAs, OptionError> {
        let form = || OptionError::Form(text.to_owned());
        let (selector, name) = text.split_once(',').ok_or_else(form)?;
        let (layer, ports) = selector.split_once("==").ok_or_else(form)?;
        let transport = match layer.trim() {
            "udp.port" => Transport::Udp,
            "tcp.port" => Transport::Tcp,
            other => return Err(OptionError::Layer(other.to_owned())),
        };
        let ports = ports.trim();
        let range = port_range(ports).ok_or_else(|| OptionError::Port(ports.to_owned()))?;
        let protocol = protocol(name.trim())?;
        if !protocol.spec().transports.contains(&transport) {
            return Err(OptionError::Transport { protocol: protocol.spec().id, transport: transport.name() });
        }
        Ok(DecodeAs { transport, ports: range, protocol, text: text.to_owned() })
    }
}

impl FromStr for ForcedConvention {
    type Err = OptionError;

    fn from_str(text: &str) -> Result<ForcedConvention, OptionError> {
        let form = || OptionError::ConventionForm(text.to_owned());
        let (path, reading) = text.split_once('=').ok_or_else(form)?;
        let (id, name) = path.split_once('.').ok_or_else(form)?;
        let protocol = protocol(id.trim())?;
        let spec = protocol.spec();
        let (convention, row) =
            spec.conventions.iter().enumerate().find(|(_, row)| row.name == name.trim()).ok_or_else(|| {
                OptionError::Convention {
                    protocol: spec.id,
                    name: name.trim().to_owned(),
                    known: list(spec.conventions.iter().map(|row| row.name)),
                }
            })?;
        let value =
            row.values.iter().position(|value| *value == reading.trim()).ok_or_else(|| OptionError::Reading {
                convention: row.name,
                name: reading.trim().to_owned(),
                known: list(row.values.iter().copied()),
            })?;
        Ok(ForcedConvention { protocol, convention, value })
    }
}

/// `5000`, `5000-5010` or `5000:3`.
fn port_range(text: &str) -> Option<RangeInclusive<u16>> {
    let port = |text: &str| text.trim().parse::<u16>().ok();
    if let Some((first, last)) = text.split_once('-') {
        let (first, last) = (port(first)?, port(last)?);
        return (first <= last).then_some(first..=last);
    }
    if let Some((first, count)) = text.split_once(':') {
        let (first, count) = (port(first)?, port(count)?);
        return Some(first..=first.checked_add(count.checked_sub(1)?)?);
    }
    port(text).map(|port| port..=port)
}

fn list(names: impl Iterator<Item = &'static str>) -> String {
    let names: Vec<_> = names.collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(text: &str) -> Result<RangeInclusive<u16>, OptionError> {
        text.parse::<DecodeAs>().map(|rule| rule.ports)
    }

    fn refusal(text: &str) -> String {
        ports(text).expect_err("it should be refused").to_string()
    }

    #[test]
    fn ports_are_written_as_tshark_takes_them() {
        assert_eq!(ports("tcp.port==5000,chatos"), Ok(5000..=5000));
        assert_eq!(ports("tcp.port==5000-5010,chatos"), Ok(5000..=5010));
        assert_eq!(ports("tcp.port==5000:3,chatos"), Ok(5000..=5002));
        assert_eq!(ports(" tcp.port == 5000 , chatos "), Ok(5000..=5000));
    }

    #[test]
    fn what_cannot_be_understood_is_answered_with_what_can() {
        assert!(refusal("imp").contains("udp.port==5000,imp"));
        assert!(refusal("tcp.port=5000,chatos").contains("is not of the form"));
        assert_eq!(refusal("ip.addr==5000,chatos"), "\"ip.addr\" cannot select flows; only udp.port and tcp.port can");
        assert!(refusal("tcp.port==70000,chatos").contains("\"70000\" is no port"));
        assert!(refusal("tcp.port==9-3,chatos").contains("is no port"));
        assert!(refusal("tcp.port==5:0,chatos").contains("is no port"));
        assert!(refusal("tcp.port==65535:2,chatos").contains("is no port"));
        assert!(refusal("tcp.port==5000,irc").starts_with("there is no protocol \"irc\"; there are "));
        assert_eq!(refusal("udp.port==5000,chatos"), "chatos does not run over udp");
    }

    #[test]
    fn either_end_may_have_the_port() {
        let rule: DecodeAs = "tcp.port==5000,chatos".parse().expect("well formed");
        let at = |port| SocketAddr::from(([10, 0, 0, 1], port));
        assert!(rule.fits(Transport::Tcp, at(5000), at(1)) && rule.fits(Transport::Tcp, at(1), at(5000)));
        assert!(!rule.fits(Transport::Udp, at(5000), at(1)) && !rule.fits(Transport::Tcp, at(1), at(2)));
    }

    #[test]
    fn conventions_are_forced_by_name() {
        for protocol in protocols::ALL {
            let spec = protocol.spec();
            for (convention, row) in spec.conventions.iter().enumerate() {
                for (value, name) in row.values.iter().enumerate() {
                    let forced: ForcedConvention =
                        format!("{}.{}={name}", spec.id, row.name).parse().expect("a convention of the table");
                    assert_eq!((forced.convention, forced.value), (convention, value));
                }
                let refused = format!("{}.{}=neither", spec.id, row.name).parse::<ForcedConvention>().err();
                assert!(matches!(refused, Some(OptionError::Reading { .. })));
            }
        }
        let refused = "chatos.row-order=text".parse::<ForcedConvention>().err();
        assert!(matches!(refused, Some(OptionError::Convention { .. })), "{refused:?}");
        assert!(matches!("row-order".parse::<ForcedConvention>().err(), Some(OptionError::ConventionForm(_))));
    }
}
