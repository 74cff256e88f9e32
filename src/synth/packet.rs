//! Bytes of packets: link layer, IP, UDP and TCP headers with correct checksums, built by hand.

use std::net::{IpAddr, SocketAddr};

/// What frames begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// Ethernet.
    #[default]
    Ethernet,
    /// Linux cooked capture, version 1.
    Sll,
    /// Linux cooked capture, version 2.
    Sll2,
    /// BSD loopback: the address family, in the byte order of the machine (here little-endian).
    Null,
    /// IP without anything before it.
    Raw,
}

impl Link {
    /// As `--link-type` takes them.
    pub const NAMES: [(&'static str, Link); 5] = [
        ("ethernet", Link::Ethernet),
        ("sll", Link::Sll),
        ("sll2", Link::Sll2),
        ("null", Link::Null),
        ("raw", Link::Raw),
    ];

    /// The number of the link type in a capture.
    #[must_use]
    pub fn number(self) -> u16 {
        match self {
            Link::Null => 0,
            Link::Ethernet => 1,
            Link::Raw => 101,
            Link::Sll => 113,
            Link::Sll2 => 276,
        }
    }
}

/// TCP flags.
pub mod flag {
    /// No more from the sender.
    pub const FIN: u8 = 1;
    /// The first sequence number.
    pub const SYN: u8 = 2;
    /// Reset.
    pub const RST: u8 = 4;
    /// Hand it on.
    pub const PSH: u8 = 8;
    /// The acknowledgement number counts.
    pub const ACK: u8 = 16;
}

/// What an IP packet carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A datagram.
    Udp(Vec<u8>),
    /// A segment.
    Tcp {
        /// Sequence number.
        seq: u32,
        /// Acknowledgement number.
        ack: u32,
        /// See [`flag`].
        flags: u8,
        /// Bytes.
        payload: Vec<u8>,
    },
}

/// A packet on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// From where.
    pub src: SocketAddr,
    /// Where to.
    pub dst: SocketAddr,
    /// The IP identification.
    pub ident: u16,
    /// What it carries.
    pub body: Body,
}

/// The ones' complement sum of 16-bit words, not yet complemented.
fn sum(bytes: &[u8], mut sum: u32) -> u32 {
    for pair in bytes.chunks(2) {
        let word = match pair {
            [high, low] => u16::from_be_bytes([*high, *low]),
            [high] => u16::from_be_bytes([*high, 0]),
            _ => 0,
        };
        sum += u32::from(word);
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    sum
}

fn fold(sum: u32) -> u16 {
    let folded = (sum & 0xFFFF) + (sum >> 16);
    let folded = (folded & 0xFFFF) + (folded >> 16);
    !u16::try_from(folded & 0xFFFF).unwrap_or(0)
}

fn put(bytes: &mut [u8], at: usize, value: u16) {
    for (slot, byte) in bytes.iter_mut().skip(at).zip(value.to_be_bytes()) {
        *slot = byte;
    }
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

impl Packet {
    /// Appends the frame.
    pub fn emit(&self, link: Link, out: &mut Vec<u8>) {
        let v6 = self.src.is_ipv6();
        link_header(link, self, v6, out);
        let transport = self.transport();
        let protocol = if matches!(self.body, Body::Udp(_)) { 17 } else { 6 };
        match (self.src.ip(), self.dst.ip()) {
            (IpAddr::V4(src), IpAddr::V4(dst)) => {
                let start = out.len();
                out.extend([0x45, 0]);
                out.extend(short(20 + transport.len()).to_be_bytes());
                out.extend(self.ident.to_be_bytes());
                // Don't fragment; 64 hops.
                out.extend([0x40, 0, 64, protocol, 0, 0]);
                out.extend(src.octets());
                out.extend(dst.octets());
                let check = fold(sum(out.get(start..).unwrap_or_default(), 0));
                put(out, start + 10, check);
            }
            (IpAddr::V6(src), IpAddr::V6(dst)) => {
                out.extend([0x60, 0, 0, 0]);
                out.extend(short(transport.len()).to_be_bytes());
                out.extend([protocol, 64]);
                out.extend(src.octets());
                out.extend(dst.octets());
            }
            _ => {}
        }
        out.extend(transport);
    }

    /// UDP or TCP header and payload, with the checksum over the pseudo-header.
    fn transport(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend(self.src.port().to_be_bytes());
        bytes.extend(self.dst.port().to_be_bytes());
        let (protocol, check_at) = match &self.body {
            Body::Udp(payload) => {
                bytes.extend(short(8 + payload.len()).to_be_bytes());
                bytes.extend([0, 0]);
                bytes.extend(payload);
                (17u8, 6)
            }
            Body::Tcp { seq, ack, flags, payload } => {
                bytes.extend(seq.to_be_bytes());
                bytes.extend(ack.to_be_bytes());
                let syn = flags & flag::SYN != 0;
                bytes.extend([if syn { 0x60 } else { 0x50 }, *flags, 0xFA, 0xF0, 0, 0, 0, 0]);
                if syn {
                    // Maximum segment size.
                    bytes.extend([2, 4, 0x05, 0xB4]);
                }
                bytes.extend(payload);
                (6, 16)
            }
        };
        let mut pseudo = Vec::with_capacity(40);
        match (self.src.ip(), self.dst.ip()) {
            (IpAddr::V4(src), IpAddr::V4(dst)) => {
                pseudo.extend(src.octets());
                pseudo.extend(dst.octets());
                pseudo.extend([0, protocol]);
                pseudo.extend(short(bytes.len()).to_be_bytes());
            }
            (IpAddr::V6(src), IpAddr::V6(dst)) => {
                pseudo.extend(src.octets());
                pseudo.extend(dst.octets());
                pseudo.extend(u32::try_from(bytes.len()).unwrap_or(0).to_be_bytes());
                pseudo.extend([0, 0, 0, protocol]);
            }
            _ => {}
        }
        let check = fold(sum(&bytes, sum(&pseudo, 0)));
        // In UDP a checksum of zero means none.
        let check = if check == 0 && protocol == 17 { 0xFFFF } else { check };
        put(&mut bytes, check_at, check);
        bytes
    }
}

/// A locally administered address for a host.
fn mac(address: &SocketAddr) -> [u8; 6] {
    let last: [u8; 4] = match address.ip() {
        IpAddr::V4(address) if address.is_loopback() => return [0; 6],
        IpAddr::V4(address) => address.octets(),
        IpAddr::V6(address) if address.is_loopback() => return [0; 6],
        IpAddr::V6(address) => {
            let octets = address.octets();
            [octets[12], octets[13], octets[14], octets[15]]
        }
    };
    [2, 0, last[0], last[1], last[2], last[3]]
}

fn link_header(link: Link, packet: &Packet, v6: bool, out: &mut Vec<u8>) {
    let ether_type: u16 = if v6 { 0x86DD } else { 0x0800 };
    let from = mac(&packet.src);
    match link {
        Link::Ethernet => {
            out.extend(mac(&packet.dst));
            out.extend(from);
            out.extend(ether_type.to_be_bytes());
        }
        Link::Sll => {
            out.extend([0, 0, 0, 1, 0, 6]);
            out.extend(from);
            out.extend([0, 0]);
            out.extend(ether_type.to_be_bytes());
        }
        Link::Sll2 => {
            out.extend(ether_type.to_be_bytes());
            out.extend([0, 0, 0, 0, 0, 1, 0, 1, 0, 6]);
            out.extend(from);
            out.extend([0, 0]);
        }
        Link::Null => out.extend(if v6 { 30u32 } else { 2 }.to_le_bytes()),
        Link::Raw => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_the_standards() {
        // The header of RFC 1071's kind of example, checked by hand: a correct header sums to zero.
        for (src, dst) in [("10.0.0.1:5000", "10.0.0.2:6000"), ("[fd00::1]:5000", "[fd00::2]:6000")] {
            let (src, dst): (SocketAddr, SocketAddr) = (src.parse().expect("src"), dst.parse().expect("dst"));
            let packet = Packet { src, dst, ident: 7, body: Body::Udp(b"odd".to_vec()) };
            let mut out = Vec::new();
            packet.emit(Link::Raw, &mut out);
            if src.is_ipv4() {
                assert_eq!(fold(sum(&out[..20], 0)), 0);
                let mut pseudo = out[12..20].to_vec();
                pseudo.extend([0, 17, 0, 11]);
                assert_eq!(fold(sum(&out[20..], sum(&pseudo, 0))), 0);
                assert_eq!(out.len(), 31);
            } else {
                let mut pseudo = out[8..40].to_vec();
                pseudo.extend([0, 0, 0, 11, 0, 0, 0, 17]);
                assert_eq!(fold(sum(&out[40..], sum(&pseudo, 0))), 0);
            }
        }
    }
}
