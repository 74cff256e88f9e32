//! IPv4 and IPv6 headers with their extensions: addresses, fragment, and what is carried.

use super::undecoded::{Reason, Undecoded};
use crate::limits::Limits;
use etherparse::{Ipv4HeaderSlice, Ipv6HeaderSlice};
use std::net::IpAddr;

/// IP protocol numbers.
pub(super) mod protocol {
    pub(crate) const TCP: u8 = 6;
    pub(crate) const UDP: u8 = 17;
    pub(super) const HOP_BY_HOP: u8 = 0;
    pub(super) const ROUTING: u8 = 43;
    pub(super) const FRAGMENT: u8 = 44;
    pub(super) const AUTHENTICATION: u8 = 51;
    pub(super) const DESTINATION: u8 = 60;
    pub(super) const MOBILITY: u8 = 135;
    pub(super) const HOST_IDENTITY: u8 = 139;
    pub(super) const SHIM6: u8 = 140;
}

const IPV4_HEADER: usize = 20;
const IPV6_HEADER: usize = 40;
const FRAGMENT_HEADER: usize = 8;

/// An IP packet without its headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ip<'a> {
    pub(super) src: IpAddr,
    pub(super) dst: IpAddr,
    /// The IPv4 identification where it is not 0; the IPv6 one where there is a fragment header.
    pub(super) ident: Option<u32>,
    pub(super) upper: Upper<'a>,
}

/// What stands behind IP headers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Upper<'a> {
    pub(super) protocol: u8,
    pub(super) payload: &'a [u8],
    /// How long the payload was when it was sent: more than there is, where the frame was cut.
    pub(super) sent: usize,
    /// Which part of a datagram it is, if not all of one.
    pub(super) fragment: Option<Fragment>,
}

/// The place of a fragment in its datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) id: u32,
    /// In bytes.
    pub(super) offset: usize,
    pub(super) more: bool,
}

/// Reads an IP packet of either version, of which `missing` bytes were not kept. No checksum is looked at: what a
/// network card fills in later is wrong in every capture of the sender.
#[inline]
pub(super) fn parse<'a>(packet: &'a [u8], missing: usize, limits: &Limits) -> Result<Ip<'a>, Undecoded> {
    match packet.first().map(|first| first >> 4) {
        Some(4) => v4(packet, missing, limits),
        Some(6) => v6(packet, missing, limits),
        Some(_) => Err(malformed("version is neither 4 nor 6")),
        None => Err(short(1, 0)),
    }
}

#[inline]
fn v4<'a>(packet: &'a [u8], missing: usize, limits: &Limits) -> Result<Ip<'a>, Undecoded> {
    let Ok(header) = Ipv4HeaderSlice::from_slice(packet) else {
        let claimed = packet.first().map_or(0, |first| usize::from(first & 0xf) * 4);
        return Err(if claimed < IPV4_HEADER {
            malformed("says that it is shorter than 20 bytes")
        } else {
            short(claimed, packet.len())
        });
    };
    let own = header.slice().len();
    let body = packet.get(own..).unwrap_or_default();
    // A length of 0 is left to the network card, which cuts what the system hands over into several packets.
    let (payload, sent) = match usize::from(header.total_len()) {
        0 => (body, body.len() + missing),
        total if total < own => return Err(malformed("says that the packet is shorter than its header")),
        total => bounded(body, total - own),
    };
    let ident = u32::from(header.identification());
    let offset = usize::from(header.fragments_offset().value()) * 8;
    let fragment = Fragment { id: ident, offset, more: header.more_fragments() };
    let (src, dst) = (IpAddr::V4(header.source_addr()), IpAddr::V4(header.destination_addr()));
    let whole = Upper { protocol: header.protocol().0, payload, sent, fragment: None };
    let upper = if header.is_fragmenting_payload() {
        Upper { fragment: Some(fragment), ..whole }
    } else {
        extensions(whole, limits)?.0
    };
    Ok(Ip { src, dst, ident: Some(ident).filter(|&ident| ident != 0), upper })
}

#[inline]
fn v6<'a>(packet: &'a [u8], missing: usize, limits: &Limits) -> Result<Ip<'a>, Undecoded> {
    let Ok(header) = Ipv6HeaderSlice::from_slice(packet) else {
        return Err(short(IPV6_HEADER, packet.len()));
    };
    let body = packet.get(IPV6_HEADER..).unwrap_or_default();
    let (payload, sent) = match usize::from(header.payload_length()) {
        0 => (body, body.len() + missing),
        length => bounded(body, length),
    };
    let whole = Upper { protocol: header.next_header().0, payload, sent, fragment: None };
    let (upper, ident) = extensions(whole, limits)?;
    Ok(Ip { src: IpAddr::V6(header.source_addr()), dst: IpAddr::V6(header.destination_addr()), ident, upper })
}

/// What a length field allows of the bytes there: behind it stands what filled an Ethernet frame.
fn bounded(body: &[u8], sent: usize) -> (&[u8], usize) {
    (body.get(..sent).unwrap_or(body), sent)
}

/// Looks through extension headers up to a transport protocol or a fragment; says the identification of the latter,
/// also where it is all of its datagram.
#[inline]
pub(super) fn extensions<'a>(mut upper: Upper<'a>, limits: &Limits) -> Result<(Upper<'a>, Option<u32>), Undecoded> {
    if matches!(upper.protocol, protocol::UDP | protocol::TCP) {
        return Ok((upper, None));
    }
    let mut ident = None;
    for _ in 0..=limits.stacked_headers {
        let Upper { protocol, payload, sent, .. } = upper;
        let Some(length) = extension_length(protocol, payload) else {
            return Ok((upper, ident));
        };
        let (Some(header), Some(rest)) = (payload.get(..length), payload.get(length..)) else {
            return Err(short(length, payload.len()));
        };
        upper.protocol = header.first().copied().unwrap_or_default();
        (upper.payload, upper.sent) = (rest, sent.saturating_sub(length));
        if protocol == protocol::FRAGMENT
            && let &[_, _, o0, o1, i0, i1, i2, i3] = header
        {
            let place = u16::from_be_bytes([o0, o1]);
            let (offset, more) = (usize::from(place & !7), place & 1 != 0);
            let id = u32::from_be_bytes([i0, i1, i2, i3]);
            ident = Some(id);
            // One that is all of its datagram is no part of any other, whatever its number (RFC 6946).
            if offset > 0 || more {
                upper.fragment = Some(Fragment { id, offset, more });
                return Ok((upper, ident));
            }
        }
    }
    Err(Undecoded::network(Reason::TooDeep))
}

/// How long the extension header of this kind is, as far as it can say; `None` for what is no extension.
fn extension_length(kind: u8, header: &[u8]) -> Option<usize> {
    let field = header.get(1).map_or(0, |&length| usize::from(length));
    match kind {
        protocol::FRAGMENT => Some(FRAGMENT_HEADER),
        protocol::AUTHENTICATION => Some((field + 2) * 4),
        protocol::HOP_BY_HOP | protocol::ROUTING | protocol::DESTINATION => Some((field + 1) * 8),
        protocol::MOBILITY | protocol::HOST_IDENTITY | protocol::SHIM6 => Some((field + 1) * 8),
        _ => None,
    }
}

fn malformed(what: &'static str) -> Undecoded {
    Undecoded::network(Reason::Malformed(what))
}

fn short(needed: usize, there: usize) -> Undecoded {
    Undecoded::network(Reason::Short { needed, there })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{v4, v6, v6_fragment};
    use super::*;

    fn read(packet: &[u8]) -> Result<Ip<'_>, Undecoded> {
        parse(packet, 0, &Limits::default())
    }

    fn upper(protocol: u8, payload: &[u8]) -> Upper<'_> {
        Upper { protocol, payload, sent: payload.len(), fragment: None }
    }

    #[test]
    fn version_4_without_what_fills_the_frame() {
        let mut packet = v4(1, 2, 7, 0x4000, protocol::UDP, b"payload");
        packet.extend(b"padding");
        let ip = read(&packet).unwrap();
        assert_eq!((ip.src.to_string(), ip.dst.to_string()), ("10.0.0.1".to_owned(), "10.0.0.2".to_owned()));
        assert_eq!((ip.ident, ip.upper), (Some(7), upper(17, b"payload")));
    }

    #[test]
    fn version_4_with_options_and_without_identification() {
        let mut packet = v4(1, 2, 0, 0, protocol::TCP, b"opt:payload");
        packet[0] = 0x46;
        let ip = read(&packet).unwrap();
        assert_eq!((ip.ident, ip.upper), (None, upper(6, b"payload")));
    }

    #[test]
    fn a_length_left_to_the_network_card_means_all_there_is() {
        let mut packet = v4(1, 2, 0, 0, protocol::TCP, b"payload");
        packet[2..4].fill(0);
        assert_eq!(read(&packet).unwrap().upper, upper(6, b"payload"));
        let cut = parse(&packet, 100, &Limits::default()).unwrap();
        assert_eq!(cut.upper, Upper { sent: 107, ..upper(6, b"payload") });
        let mut packet = v6(1, 2, protocol::TCP, b"payload");
        packet[4..6].fill(0);
        assert_eq!(read(&packet).unwrap().upper, upper(6, b"payload"));
    }

    #[test]
    fn what_was_cut_off_still_counts_as_sent() {
        let packet = v4(1, 2, 0, 0, protocol::UDP, b"payload");
        assert_eq!(read(&packet[..24]).unwrap().upper, Upper { sent: 7, ..upper(17, b"payl") });
        let packet = v6(1, 2, protocol::UDP, b"payload");
        assert_eq!(read(&packet[..41]).unwrap().upper, Upper { sent: 7, ..upper(17, b"p") });
    }

    #[test]
    fn headers_that_contradict_themselves_or_end_early() {
        let packet = v4(1, 2, 0, 0, protocol::UDP, b"payload");
        assert_eq!(read(b""), Err(short(1, 0)));
        assert_eq!(read(&packet[..19]), Err(short(20, 19)));
        assert_eq!(read(&v6(1, 2, 17, b"")[..39]), Err(short(40, 39)));
        let with = |at: usize, value: u8| {
            let mut packet = packet.clone();
            packet[at] = value;
            packet
        };
        assert_eq!(read(&with(0, 0x75)), Err(malformed("version is neither 4 nor 6")));
        assert_eq!(read(&with(0, 0x44)), Err(malformed("says that it is shorter than 20 bytes")));
        assert_eq!(read(&with(0, 0x4f)), Err(short(60, 27)));
        assert_eq!(read(&with(3, 19)), Err(malformed("says that the packet is shorter than its header")));
    }

    #[test]
    fn fragments_say_their_place() {
        let packet = v4(1, 2, 9, 0x2003, protocol::UDP, b"part");
        let fragment = Some(Fragment { id: 9, offset: 24, more: true });
        assert_eq!(read(&packet).unwrap().upper, Upper { fragment, ..upper(17, b"part") });
        let packet = v6(1, 2, 44, &v6_fragment(17, 24, 70_000, b"part"));
        let fragment = Some(Fragment { id: 70_000, offset: 24, more: false });
        let ip = read(&packet).unwrap();
        assert_eq!((ip.ident, ip.upper), (Some(70_000), Upper { fragment, ..upper(17, b"part") }));
    }

    #[test]
    fn a_fragment_that_is_all_of_its_datagram_is_none() {
        let packet = v6(1, 2, 44, &v6_fragment(17, 0, 5, b"whole"));
        let ip = read(&packet).unwrap();
        assert_eq!((ip.ident, ip.upper), (Some(5), upper(17, b"whole")));
    }

    #[test]
    fn extension_headers_are_looked_through_in_any_order() {
        let routing = [60, 1, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let destination = [51, 0, 1, 4, 0, 0, 0, 0];
        let authentication = [6, 1, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
        let hop_by_hop = [43, 0, 1, 4, 0, 0, 0, 0];
        let body = [&hop_by_hop[..], &routing, &destination, &authentication, b"payload"].concat();
        assert_eq!(read(&v6(1, 2, 0, &body)).unwrap().upper, upper(6, b"payload"));
        assert_eq!(
            read(&v4(1, 2, 1, 0, 51, &[&authentication[..], b"payload"].concat())).unwrap().upper,
            upper(6, b"payload")
        );
        assert_eq!(read(&v6(1, 2, 0, &hop_by_hop[..7])), Err(short(8, 7)));
        assert_eq!(read(&v6(1, 2, 0, b"")), Err(short(8, 0)));
    }

    #[test]
    fn a_tower_of_extension_headers_is_climbed_so_far() {
        let deepest = Limits::default().stacked_headers;
        let tower = |height: usize| {
            let mut body = [60, 0, 1, 4, 0, 0, 0, 0].repeat(height);
            body[height * 8 - 8] = 17;
            v6(1, 2, 60, &body)
        };
        assert_eq!(read(&tower(deepest)).unwrap().upper, upper(17, b""));
        assert_eq!(read(&tower(deepest + 1)), Err(Undecoded::network(Reason::TooDeep)));
    }

    #[test]
    fn other_protocols_are_named_and_not_entered() {
        for protocol in [1, 50, 58, 59, 89, 132] {
            assert_eq!(read(&v6(1, 2, protocol, b"payload")).unwrap().upper, upper(protocol, b"payload"));
        }
    }
}
