//! Bytes of packets: link layer, IP, UDP and TCP headers with correct checksums.

use etherparse::{IpHeaders, IpNumber, Ipv4Extensions, Ipv4Header, Ipv6Extensions, Ipv6Header};
use etherparse::{PacketBuilder, TcpHeader, TcpOptionElement};
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

/// Hops a packet may take.
const TTL: u8 = 64;
/// Announced in every segment.
const WINDOW: u16 = 64_240;
/// Announced in a SYN.
const MSS: u16 = 1460;

/// IP headers between two addresses of one family. Lengths and checksums are filled in on writing.
pub(crate) fn ip(src: IpAddr, dst: IpAddr, protocol: IpNumber, ident: u16) -> IpHeaders {
    match (src, dst) {
        (IpAddr::V4(src), IpAddr::V4(dst)) => {
            let header = Ipv4Header {
                identification: ident,
                time_to_live: TTL,
                protocol,
                source: src.octets(),
                destination: dst.octets(),
                ..Ipv4Header::default()
            };
            IpHeaders::Ipv4(header, Ipv4Extensions::default())
        }
        (src, dst) => {
            let octets = |ip: IpAddr| match ip {
                IpAddr::V4(ip) => ip.to_ipv6_mapped().octets(),
                IpAddr::V6(ip) => ip.octets(),
            };
            let header = Ipv6Header {
                next_header: protocol,
                hop_limit: TTL,
                source: octets(src),
                destination: octets(dst),
                ..Ipv6Header::default()
            };
            IpHeaders::Ipv6(header, Ipv6Extensions::default())
        }
    }
}

impl Packet {
    /// Appends the frame. No message is so long that there is none for it.
    pub fn emit(&self, link: Link, out: &mut Vec<u8>) {
        link_header(link, self, self.src.is_ipv6(), out);
        let (src, dst) = (self.src, self.dst);
        let behind = |protocol| PacketBuilder::ip(ip(src.ip(), dst.ip(), protocol, self.ident));
        let _ = match &self.body {
            Body::Udp(payload) => behind(IpNumber::UDP).udp(src.port(), dst.port()).write(out, payload),
            Body::Tcp { seq, ack, flags, payload } => {
                let is = |bit| flags & bit != 0;
                let mut header = TcpHeader::new(src.port(), dst.port(), *seq, WINDOW);
                header.acknowledgment_number = *ack;
                (header.fin, header.syn, header.rst) = (is(flag::FIN), is(flag::SYN), is(flag::RST));
                (header.psh, header.ack) = (is(flag::PSH), is(flag::ACK));
                if header.syn {
                    // Four bytes of room are always there.
                    let _ = header.set_options(&[TcpOptionElement::MaximumSegmentSize(MSS)]);
                }
                behind(IpNumber::TCP).tcp_header(header).write(out, payload)
            }
        };
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
