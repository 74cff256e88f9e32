//! Single values as the output writes them: instants, endpoints, directions, milliseconds.

use crate::bytes::{self, Time};
use crate::protocol::Direction;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

/// An instant, as ISO 8601 in UTC with nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(pub Time);

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Stamp {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "ISO 8601 in UTC with nanoseconds, e.g. 2017-02-27T10:00:00.123456789Z",
        })
    }
}

/// One end of a flow, as `10.0.0.2:40001` or `[fe80::1]:40001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint(pub SocketAddr);

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Endpoint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            // There are two in each message, and the general way takes several times as long.
            SocketAddr::V4(endpoint) => {
                let mut text = String::with_capacity("255.255.255.255:65535".len());
                for (octet, end) in endpoint.ip().octets().into_iter().zip(['.', '.', '.', ':']) {
                    text.push_str(itoa::Buffer::new().format(octet));
                    text.push(end);
                }
                text.push_str(itoa::Buffer::new().format(endpoint.port()));
                serializer.serialize_str(&text)
            }
            SocketAddr::V6(_) => serializer.collect_str(&self.0),
        }
    }
}

impl JsonSchema for Endpoint {
    fn schema_name() -> Cow<'static, str> {
        "Endpoint".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^([0-9.]+|\\[[0-9a-f:.]+\\]):[0-9]+$",
            "description": "address:port; an IPv6 address in brackets",
        })
    }
}

/// Which way a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Direction")]
pub enum Way {
    /// From a client to the server.
    ClientToServer,
    /// From the server to a client.
    ServerToClient,
    /// Between two clients of one server.
    Peer,
    /// The capture does not tell.
    Unknown,
}

impl Way {
    /// As in the JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Way::ClientToServer => "client-to-server",
            Way::ServerToClient => "server-to-client",
            Way::Peer => "peer",
            Way::Unknown => "unknown",
        }
    }
}

impl From<Direction> for Way {
    fn from(direction: Direction) -> Way {
        match direction {
            Direction::ToServer => Way::ClientToServer,
            Direction::ToClient => Way::ServerToClient,
            Direction::Peer => Way::Peer,
            Direction::Unknown => Way::Unknown,
        }
    }
}

/// Bytes, as lower-case hexadecimal without separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex<'a>(pub &'a [u8]);

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&bytes::hex(self.0))
    }
}

impl JsonSchema for Hex<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Hex".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^([0-9a-f]{2})*$" })
    }
}

/// A duration in milliseconds.
#[must_use]
pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_of_directions_are_what_the_json_says() {
        for way in [Way::ClientToServer, Way::ServerToClient, Way::Peer, Way::Unknown] {
            assert_eq!(serde_json::to_value(way).unwrap(), way.name());
        }
    }

    #[test]
    fn endpoints_bracket_ipv6() {
        let text = |address: &str| serde_json::to_string(&Endpoint(address.parse().unwrap())).unwrap();
        assert_eq!(text("10.0.0.2:40001"), "\"10.0.0.2:40001\"");
        assert_eq!(text("0.9.99.255:0"), "\"0.9.99.255:0\"");
        assert_eq!(text("255.100.10.1:65535"), "\"255.100.10.1:65535\"");
        assert_eq!(text("[fe80::1]:53"), "\"[fe80::1]:53\"");
    }

    #[test]
    fn milliseconds_keep_microseconds() {
        assert_eq!(milliseconds(Duration::from_micros(1_250)), 1.25);
    }
}
