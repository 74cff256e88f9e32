//! From the first byte of a frame to the first byte of its IP packet.

use super::undecoded::{Reason, Undecoded};
use crate::limits::Limits;
use std::borrow::Cow;

/// LINKTYPE numbers, as registered with the pcap formats.
mod linktype {
    pub(super) const NULL: u32 = 0;
    pub(super) const ETHERNET: u32 = 1;
    pub(super) const RAW: u32 = 101;
    /// What systems call raw IP among themselves, and some files say.
    pub(super) const RAW_BSD: u32 = 12;
    pub(super) const RAW_OPENBSD: u32 = 14;
    pub(super) const LOOP: u32 = 108;
    pub(super) const LINUX_SLL: u32 = 113;
    pub(super) const IPV4: u32 = 228;
    pub(super) const IPV6: u32 = 229;
    pub(super) const LINUX_SLL2: u32 = 276;
}

/// What the LINKTYPE numbers are called that are decoded here, and those met most often that are not.
const NAMES: [(u32, &str); 14] = [
    (linktype::NULL, "null"),
    (linktype::ETHERNET, "ethernet"),
    (linktype::RAW_BSD, "raw"),
    (linktype::RAW_OPENBSD, "raw"),
    (linktype::RAW, "raw"),
    (linktype::LOOP, "loop"),
    (linktype::LINUX_SLL, "linux-sll"),
    (linktype::IPV4, "ipv4"),
    (linktype::IPV6, "ipv6"),
    (linktype::LINUX_SLL2, "linux-sll2"),
    (9, "ppp"),
    (105, "ieee802-11"),
    (127, "ieee802-11-radiotap"),
    (220, "usb-linux"),
];

/// What a link type is called in reports: `ethernet`, or `linktype-147` for one without a name here.
#[must_use]
pub fn link_name(link: u32) -> Cow<'static, str> {
    match NAMES.iter().find(|&&(number, _)| number == link) {
        Some(&(_, name)) => Cow::Borrowed(name),
        None => Cow::Owned(format!("linktype-{link}")),
    }
}

/// EtherTypes.
mod ethertype {
    pub(super) const IPV4: u16 = 0x0800;
    pub(super) const IPV6: u16 = 0x86dd;
    pub(super) const VLAN: u16 = 0x8100;
    pub(super) const PROVIDER_BRIDGE: u16 = 0x88a8;
    pub(super) const QINQ: u16 = 0x9100;
}

/// Address families of loopback headers: IPv4 everywhere, IPv6 as Linux, NetBSD, FreeBSD and macOS number it.
const FAMILIES: [u32; 5] = [2, 10, 24, 28, 30];

/// The two addresses in front of the EtherType.
const ADDRESSES: usize = 12;
const VLAN_TAG: usize = 4;
const SLL_HEADER: usize = 16;
const SLL2_HEADER: usize = 20;
const LOOPBACK_HEADER: usize = 4;

/// The IP packet of a frame.
pub(super) struct Link<'a> {
    pub(super) packet: &'a [u8],
    /// The number by which the capturing system knows the interface, where the link header tells.
    pub(super) interface: Option<u32>,
}

/// Finds the IP packet. Its own first bits say which IP it is: where a header above them says otherwise, they are right.
#[inline]
pub(super) fn strip<'a>(link: u32, data: &'a [u8], limits: &Limits) -> Result<Link<'a>, Undecoded> {
    let packet = match link {
        linktype::ETHERNET => tagged(data, ADDRESSES, limits)?,
        linktype::RAW | linktype::RAW_BSD | linktype::RAW_OPENBSD | linktype::IPV4 | linktype::IPV6 => data,
        linktype::LINUX_SLL => tagged(data, SLL_HEADER - 2, limits)?,
        linktype::LINUX_SLL2 => {
            let Some((header, rest)) = data.split_first_chunk::<SLL2_HEADER>() else {
                return Err(short(SLL2_HEADER, data));
            };
            let [p0, p1, _, _, i0, i1, i2, i3, ..] = *header;
            let packet = untag(u16::from_be_bytes([p0, p1]), rest, limits)?;
            return Ok(Link { packet, interface: Some(u32::from_be_bytes([i0, i1, i2, i3])) });
        }
        linktype::NULL | linktype::LOOP => loopback(data)?,
        other => return Err(Undecoded::link(Reason::UnknownLink(other))),
    };
    Ok(Link { packet, interface: None })
}

/// What follows an EtherType that stands at `at`.
#[inline]
fn tagged<'a>(data: &'a [u8], at: usize, limits: &Limits) -> Result<&'a [u8], Undecoded> {
    let (Some(kind), Some(rest)) = (data.get(at..).and_then(<[u8]>::first_chunk), data.get(at + 2..)) else {
        return Err(short(at + 2, data));
    };
    untag(u16::from_be_bytes(*kind), rest, limits)
}

/// Looks through VLAN tags.
#[inline]
fn untag<'a>(mut kind: u16, mut rest: &'a [u8], limits: &Limits) -> Result<&'a [u8], Undecoded> {
    for _ in 0..=limits.stacked_headers {
        match kind {
            ethertype::IPV4 | ethertype::IPV6 => return Ok(rest),
            ethertype::VLAN | ethertype::PROVIDER_BRIDGE | ethertype::QINQ => {
                let Some((&[_, _, k0, k1], inner)) = rest.split_first_chunk::<VLAN_TAG>() else {
                    return Err(short(VLAN_TAG, rest));
                };
                (kind, rest) = (u16::from_be_bytes([k0, k1]), inner);
            }
            other => return Err(Undecoded::link(Reason::NotIp(u32::from(other)))),
        }
    }
    Err(Undecoded::link(Reason::TooDeep))
}

/// The address family comes in the byte order of the machine that captured; LINKTYPE_LOOP fixes it, and is not obeyed
/// by all who write it.
fn loopback(data: &[u8]) -> Result<&[u8], Undecoded> {
    let Some((&family, rest)) = data.split_first_chunk::<LOOPBACK_HEADER>() else {
        return Err(short(LOOPBACK_HEADER, data));
    };
    let (big, little) = (u32::from_be_bytes(family), u32::from_le_bytes(family));
    if FAMILIES.contains(&big) || FAMILIES.contains(&little) {
        Ok(rest)
    } else {
        Err(Undecoded::link(Reason::NotIp(big.min(little))))
    }
}

fn short(needed: usize, data: &[u8]) -> Undecoded {
    Undecoded::link(Reason::Short { needed, there: data.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip_all(link: u32, data: &[u8]) -> Result<(&[u8], Option<u32>), Undecoded> {
        strip(link, data, &Limits::default()).map(|link| (link.packet, link.interface))
    }

    fn ethernet(rest: &[u8]) -> Vec<u8> {
        [&[0xaa; 12][..], rest].concat()
    }

    #[test]
    fn ethernet_with_any_tags() {
        for tags in [&b""[..], b"\x81\0\0\x07", b"\x88\xa8\0\x07\x81\0\0\x09", b"\x91\0\0\x07\x81\0\0\x09\x81\0\0\x0a"]
        {
            for kind in [b"\x08\0", b"\x86\xdd"] {
                let frame = ethernet(&[tags, kind, b"IP"].concat());
                assert_eq!(strip_all(1, &frame), Ok((&b"IP"[..], None)));
            }
        }
    }

    #[test]
    fn a_tower_of_tags_is_climbed_so_far() {
        let deepest = Limits::default().stacked_headers;
        let tower = |tags: usize| ethernet(&[&b"\x81\0\0\x07".repeat(tags)[..], b"\x08\0IP"].concat());
        assert_eq!(strip_all(1, &tower(deepest)), Ok((&b"IP"[..], None)));
        assert_eq!(strip_all(1, &tower(deepest + 1)), Err(Undecoded::link(Reason::TooDeep)));
    }

    #[test]
    fn linux_cooked_in_both_versions() {
        let sll = b"\0\0\0\x01\0\x06......\0\0\x08\0IP";
        assert_eq!(strip_all(113, sll), Ok((&b"IP"[..], None)));
        let tagged = b"\0\0\0\x01\0\x06......\0\0\x81\0\0\x05\x86\xddIP";
        assert_eq!(strip_all(113, tagged), Ok((&b"IP"[..], None)));
        let sll2 = b"\x86\xdd\0\0\0\0\x01\x02\0\x01\x04\x06......\0\0IP";
        assert_eq!(strip_all(276, sll2), Ok((&b"IP"[..], Some(0x0102))));
    }

    #[test]
    fn loopback_in_either_byte_order() {
        for link in [0, 108] {
            for family in [2u32, 10, 24, 28, 30] {
                for bytes in [family.to_be_bytes(), family.to_le_bytes()] {
                    assert_eq!(strip_all(link, &[&bytes[..], b"IP"].concat()), Ok((&b"IP"[..], None)));
                }
            }
        }
        assert_eq!(strip_all(0, b"\x07\0\0\0IP"), Err(Undecoded::link(Reason::NotIp(7))));
    }

    #[test]
    fn raw_ip_has_no_header() {
        for link in [12, 14, 101, 228, 229] {
            assert_eq!(strip_all(link, b"IP"), Ok((&b"IP"[..], None)));
        }
    }

    #[test]
    fn what_is_not_ip_says_what_it_is() {
        assert_eq!(strip_all(1, &ethernet(b"\x08\x06arp")), Err(Undecoded::link(Reason::NotIp(0x806))));
        assert_eq!(strip_all(1, &ethernet(b"\0\x26llc")), Err(Undecoded::link(Reason::NotIp(0x26))));
        assert_eq!(strip_all(105, b"802.11"), Err(Undecoded::link(Reason::UnknownLink(105))));
    }

    #[test]
    fn link_types_have_names_and_those_that_are_decoded_all_of_them() {
        assert_eq!(link_name(1), "ethernet");
        assert_eq!(link_name(147), "linktype-147");
        for link in 0..400 {
            let decoded = strip_all(link, b"") != Err(Undecoded::link(Reason::UnknownLink(link)));
            assert!(!decoded || !link_name(link).starts_with("linktype-"), "{link}");
        }
    }

    #[test]
    fn a_frame_that_ends_within_its_header_says_how_much_is_missing() {
        let short = |needed, there| Err(Undecoded::link(Reason::Short { needed, there }));
        assert_eq!(strip_all(1, &[0; 13]), short(14, 13));
        assert_eq!(strip_all(1, &ethernet(b"\x81\0\0\x07\x08")), short(4, 3));
        assert_eq!(strip_all(113, &[0; 15]), short(16, 15));
        assert_eq!(strip_all(276, &[0; 19]), short(20, 19));
        assert_eq!(strip_all(0, &[0; 3]), short(4, 3));
        assert_eq!(strip_all(101, b""), Ok((&b""[..], None)));
    }
}
