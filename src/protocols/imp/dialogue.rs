//! What each message does: from its bytes to what the tracker and the rules see.

use super::defects::{PRIVATE_GROUPS, defects, too_short};
use super::wire::{self, HEADER, Header, Options, RowOrder, Type, unpadded};
use super::{acknowledgement, kind_of, row_order};
use crate::protocol::evidence::{penalty, text_bits};
use crate::protocol::{
    Act, Audience, Defect, DefectKind, Direction, Identity, Message, Reading, Row, Scope, Seq, Verdict,
};
use std::net::SocketAddrV4;

/// Reads a datagram.
pub(super) fn dissect<'a>(bytes: &'a [u8], reading: &Reading) -> Message<'a> {
    let order = row_order(reading);
    let Some(message) = wire::parse(bytes, order) else {
        let mut nothing = Message::unknown(bytes);
        nothing.defects.push(too_short(bytes.len()));
        nothing.evidence = -penalty(DefectKind::Malformed);
        return nothing;
    };
    if reading.direction != Direction::Unknown {
        return lower(bytes, &message, reading.direction);
    }
    let to_server = lower(bytes, &message, Direction::ToServer);
    let to_client = lower(bytes, &message, Direction::ToClient);
    if to_client.evidence > to_server.evidence { to_client } else { to_server }
}

fn lower<'a>(bytes: &'a [u8], message: &wire::Message<'a>, direction: Direction) -> Message<'a> {
    let header = &message.header;
    let found = defects(message, bytes.len(), direction);
    let row = kind_of(header.kind);
    let acknowledges = header.acknowledgement && !answers_itself(message, direction);
    // With options, which an acknowledgement has not, it goes by the name of the type it carries (§5.18).
    let kind = if acknowledges { row.and(acknowledgement()) } else { row };
    let name = row.filter(|_| acknowledges && bytes.len() > HEADER).map(|row| row.name);
    let strays = found.iter().any(|defect| matches!(defect.kind, DefectKind::WrongDirection));
    let silent = strays || acknowledges;
    Message {
        kind,
        name,
        seq: Seq::Number(header.sequence.into()),
        subject: row.filter(|_| acknowledges).map(|row| row.code),
        speaker: Identity::Id(header.source),
        verdict: if silent { Verdict::None } else { verdict(header.kind) },
        code: match message.options {
            Options::Error(error) => Some(error.set.into()),
            _ => None,
        },
        act: if silent { Act::None } else { act(message, direction) },
        // All but the octet of type and sequence.
        content: bytes.get(1..).unwrap_or_default(),
        evidence: evidence(bytes, message, &found),
        defects: found,
    }
}

/// Whether a message with A = 1 is not the acknowledgement of its own type but a response that means to be one.
fn answers_itself(message: &wire::Message<'_>, direction: Direction) -> bool {
    match message.header.kind {
        // From a client it can only be the acknowledgement of what the server sent.
        _ if direction == Direction::ToServer => false,
        Type::CONNECTION_ACCEPT | Type::CONNECTION_REJECT | Type::USER_LIST_RESPONSE => !message.options.is_empty(),
        _ => false,
    }
}

fn verdict(kind: Type) -> Verdict {
    match kind {
        Type::CONNECTION_ACCEPT | Type::GROUP_CREATION_ACCEPT => Verdict::Granted,
        Type::CONNECTION_REJECT | Type::GROUP_CREATION_REJECT => Verdict::Refused,
        _ => Verdict::None,
    }
}

fn act<'a>(message: &wire::Message<'a>, direction: Direction) -> Act<'a> {
    let Header { kind, source, group: addressed, .. } = message.header;
    match (kind, &message.options) {
        (Type::CONNECTION_REQUEST, Options::Username(name)) => Act::Login { name: unpadded(*name) },
        (Type::CONNECTION_ACCEPT, Options::Client(id)) => Act::Admit { id: *id },
        (Type::USER_LIST_RESPONSE, Options::Rows(rows)) => roster(Scope::All, rows),
        (Type::DATA_MESSAGE, _) => Act::Say {
            audience: Audience::Group(addressed),
            author: if direction == Direction::ToClient { Identity::Id(source) } else { Identity::None },
            text: message.payload,
        },
        (Type::GROUP_CREATION_REQUEST, Options::Creation { mode, invited }) => {
            Act::CreateGroup { decentralized: mode.set, invited }
        }
        (Type::GROUP_CREATION_ACCEPT, Options::Group { mode, group, .. }) => {
            Act::Joined { group: Some(*group), decentralized: Some(mode.set) }
        }
        (Type::GROUP_CREATION_REJECT, _) => Act::NotJoined,
        (Type::GROUP_INVITATION_REQUEST, Options::Group { mode, group, client }) => {
            Act::Invite { group: Some(*group), invited: *client, decentralized: mode.set }
        }
        (Type::GROUP_INVITATION_ACCEPT, Options::Group { group, .. }) => Act::AcceptInvitation { group: Some(*group) },
        (Type::GROUP_INVITATION_REJECT, Options::Group { group, .. }) => Act::RejectInvitation { group: Some(*group) },
        (Type::GROUP_INVITATION_ACCEPT, _) => Act::AcceptInvitation { group: None },
        (Type::GROUP_INVITATION_REJECT, _) => Act::RejectInvitation { group: None },
        (Type::GROUP_DISJOINT_REQUEST, _) => Act::Leave,
        // One that no private group can bear means the one its receiver is in.
        (Type::GROUP_DISSOLUTION, _) => {
            Act::Dissolved { group: PRIVATE_GROUPS.contains(&addressed).then_some(addressed) }
        }
        (Type::UPDATE_LIST, Options::Rows(rows)) => roster(Scope::Changes, rows),
        (Type::UPDATE_DISCONNECTION, Options::Client(id)) => Act::Gone { id: *id },
        (Type::DISCONNECTION_REQUEST, _) => Act::Logout,
        _ => Act::None,
    }
}

fn roster<'a>(scope: Scope, rows: &[wire::Row<'a>]) -> Act<'a> {
    let rows = rows.iter().map(|row| Row {
        name: unpadded(row.name),
        id: Some(row.client),
        group: Some(row.group),
        in_lobby: None,
        address: Some(SocketAddrV4::new(row.address, row.port)),
    });
    Act::Roster { scope, rows: Some(rows.collect()) }
}

/// A zero octet where one is due. Binary traffic is full of zeros: half of the 8 bits a random one would be worth.
const ZERO: f32 = 4.0;
/// Any other octet.
const OCTET: f32 = 8.0;

/// How improbable it is that other traffic reads like this, in bits.
fn evidence(bytes: &[u8], message: &wire::Message<'_>, found: &[Defect]) -> f32 {
    let faults = found.iter().map(|defect| penalty(defect.kind)).sum::<f32>();
    let has = |kind: DefectKind| found.iter().any(|defect| defect.kind == kind);
    // What was not looked at says nothing.
    if has(DefectKind::UnassignedType) || has(DefectKind::WrongDirection) {
        return -faults;
    }
    let header = &message.header;
    // 17 types of 32, and the reserved bit.
    let mut bits = 2.0 - faults;
    if !has(DefectKind::LengthMismatch) && !has(DefectKind::UnexpectedPayload) && !has(DefectKind::MalformedAck) {
        bits += ZERO + OCTET;
    }
    if found.iter().all(|defect| defect.offset != 2) {
        bits += match header.group {
            0 => ZERO,
            // Any number serves a message to a group.
            _ if header.kind == Type::DATA_MESSAGE => 0.0,
            _ => OCTET,
        };
    }
    if header.source == 0 {
        bits += ZERO / 2.0;
    }
    bits + match &message.options {
        Options::Username(name) => name_bits(*name),
        Options::Error(error) if error.padding == 0 => ZERO,
        Options::Creation { mode, .. } | Options::Group { mode, .. } if mode.padding == 0 => ZERO,
        Options::Data(length) if usize::from(*length) == message.payload.len() => {
            ZERO + OCTET + text_bits(message.payload).max(0.0)
        }
        // In which order the sender writes rows is not known when a flow is first looked at: either speaks for it.
        Options::Rows(_) => {
            [RowOrder::Figure, RowOrder::Text].map(|order| rows_bits(bytes, order)).into_iter().fold(f32::MIN, f32::max)
        }
        _ => 0.0,
    }
}

fn rows_bits(bytes: &[u8], order: RowOrder) -> f32 {
    match wire::parse(bytes, order).map(|message| message.options) {
        // One row more says hardly more than the first three.
        Some(Options::Rows(rows)) => rows.iter().take(3).map(|row| name_bits(row.name)).sum(),
        _ => 0.0,
    }
}

/// The eight octets of a name, its padding included: only nothing but padding says nothing.
fn name_bits(field: &[u8]) -> f32 {
    let name = unpadded(field);
    let padding = field.len() - name.len();
    text_bits(name) + if name.is_empty() { 0.0 } else { padding as f32 }
}

/// Votes for the order in which the rows of a list make more sense, each row once.
pub(super) fn vote(bytes: &[u8], vote: &mut dyn FnMut(usize, usize)) {
    let rows = |order| match wire::parse(bytes, order)?.options {
        Options::Rows(rows) => Some(rows),
        _ => None,
    };
    if let Some(figure) = rows(RowOrder::Figure)
        && let Some(text) = rows(RowOrder::Text)
    {
        for (figure, text) in figure.iter().zip(&text) {
            match oddity(figure).cmp(&oddity(text)) {
                std::cmp::Ordering::Less => vote(super::ROW_ORDER, 0),
                std::cmp::Ordering::Greater => vote(super::ROW_ORDER, 1),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
}

/// How unlike a user a row reads.
fn oddity(row: &wire::Row<'_>) -> usize {
    let name = unpadded(row.name);
    let unprintable = name.iter().filter(|byte| !matches!(byte, b' '..=b'~')).count();
    let gaps = name.iter().filter(|byte| **byte == b' ').count();
    4 * unprintable
        + gaps
        + if name.is_empty() { 4 } else { 0 }
        // More likely the padding of a name that is read too far to the left.
        + [row.client, row.group].iter().filter(|octet| **octet == b' ').count()
        + if row.client == 0 { 4 } else { 0 }
        + match row.group {
            0 | 255 => 4,
            1 => 0,
            _ => 1,
        }
}

#[cfg(test)]
mod tests {
    use super::super::Imp;
    use super::*;
    use crate::protocol::{Choices, Protocol, Transport};
    use proptest::prelude::*;

    fn read(bytes: &[u8], direction: Direction) -> Message<'_> {
        Imp.dissect(bytes, &Reading { direction, transport: Transport::Udp, choices: Choices::default() })
    }

    fn bytes(message: &wire::Message<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        message.emit(RowOrder::Figure, &mut out);
        out
    }

    /// What is wrong, and where.
    fn wrong(bytes: &[u8], direction: Direction) -> Vec<(DefectKind, usize)> {
        read(bytes, direction).defects.iter().map(|defect| (defect.kind, defect.offset)).collect()
    }

    const UP: Direction = Direction::ToServer;
    const DOWN: Direction = Direction::ToClient;

    #[test]
    fn a_login_is_asked_for_granted_and_refused() {
        let asked = read(b"\x02\x00\x00\x00\x0dbob     ", UP);
        assert_eq!(asked.name(), Some("ConnectionRequest"));
        assert_eq!((asked.seq, asked.speaker), (Seq::Number(1), Identity::Id(0)));
        assert_eq!(asked.act, Act::Login { name: b"bob" });
        assert_eq!((asked.subject, &asked.defects), (None, &vec![]));
        let granted = read(&[0x08, 0, 0, 0, 6, 36], DOWN);
        assert_eq!((granted.act, granted.verdict), (Act::Admit { id: 36 }, Verdict::Granted));
        let refused = read(&[0x12, 0, 0, 0, 6, 0x80], DOWN);
        assert_eq!(
            (refused.name(), refused.code, refused.verdict),
            (Some("ConnectionReject"), Some(1), Verdict::Refused)
        );
    }

    #[test]
    fn an_acknowledgement_names_what_it_acknowledges() {
        let ack = read(&[0x73, 9, 0, 0, 5], UP);
        assert_eq!((ack.name(), ack.subject, ack.seq), (Some("Acknowledgement"), Some(0x0E), Seq::Number(1)));
        assert_eq!((ack.act, ack.speaker, ack.defects), (Act::None, Identity::Id(9), vec![]));
    }

    #[test]
    fn a_relayed_message_says_whose_it_is() {
        let data = bytes(&wire::Message::data(0, 3, 61, b"salut"));
        let say = |author| Act::Say { audience: Audience::Group(61), author, text: b"salut" };
        assert_eq!(read(&data, DOWN).act, say(Identity::Id(3)));
        assert_eq!(read(&data, UP).act, say(Identity::None));
        assert_eq!(read(&data, Direction::Peer).act, say(Identity::None));
        let again = bytes(&wire::Message::data(1, 3, 61, b"salut"));
        assert_eq!(read(&data, UP).content, read(&again, DOWN).content, "the number is no content");
    }

    #[test]
    fn lists_carry_their_rows() {
        let list = read(b"\x70\x00\xff\x00\x15\x07\x01bob\0\0\0\0\0\x0a\x00\x00\x09\x12\x34", DOWN);
        let row = Row {
            name: b"bob",
            id: Some(7),
            group: Some(1),
            in_lobby: None,
            address: Some("10.0.0.9:4660".parse().expect("an address")),
        };
        assert_eq!(list.act, Act::Roster { scope: Scope::Changes, rows: Some(vec![row]) });
        assert_eq!(list.defects, vec![]);
    }

    #[test]
    fn groups_are_created_joined_left_and_dissolved() {
        let asked = read(&[0x32, 33, 0, 0, 8, 0x80, 36, 37], UP);
        assert_eq!(asked.act, Act::CreateGroup { decentralized: true, invited: &[36, 37] });
        let invited = read(&[0x4a, 33, 0, 0, 8, 0x80, 22, 36], DOWN);
        assert_eq!(invited.act, Act::Invite { group: Some(22), invited: Some(36), decentralized: true });
        let accepted = read(&[0x52, 36, 0, 0, 7, 0x80, 22], UP);
        assert_eq!((accepted.act, accepted.defects), (Act::AcceptInvitation { group: Some(22) }, vec![]));
        let joined = read(&[0x38, 0, 0, 0, 7, 0x80, 22], DOWN);
        assert_eq!(joined.act, Act::Joined { group: Some(22), decentralized: Some(true) });
        assert_eq!(read(&[0x40, 0, 0, 0, 5], DOWN).act, Act::NotJoined);
        assert_eq!(read(&[0x62, 36, 0, 0, 5], UP).act, Act::Leave);
        assert_eq!(read(&[0x68, 0, 22, 0, 5], DOWN).act, Act::Dissolved { group: Some(22) });
        assert_eq!(read(&[0x68, 0, 1, 0, 5], DOWN).act, Act::Dissolved { group: None });
        assert_eq!(read(&[0x78, 0, 255, 0, 6, 4], DOWN).act, Act::Gone { id: 4 });
        assert_eq!(read(&[0x80, 4, 0, 0, 5], UP).act, Act::Logout);
    }

    #[test]
    fn lengths_that_lie_are_told_from_bytes_that_nobody_defined() {
        use DefectKind::{LengthMismatch, Malformed, UnexpectedPayload};
        assert_eq!(wrong(&[0x28, 1, 1], UP), [(Malformed, 3)]);
        assert_eq!(wrong(b"\x82\x0e\x00\x00\x05bye", UP), [(UnexpectedPayload, 5)]);
        assert_eq!(wrong(b"\x28\x07\x01\x00\x07\x00\x28short", UP), [(LengthMismatch, 5)]);
        assert_eq!(wrong(b"\x28\x07\x01\x00\x07\x00\x03shorter", UP), [(LengthMismatch, 5)]);
        assert_eq!(wrong(b"\x28\x07\x01\x00\x05\x00\x05short", UP), [(LengthMismatch, 3)]);
        assert_eq!(wrong(b"\x28\x07\x01\x00\x09\x00\x03short", UP), [(LengthMismatch, 3)]);
        assert_eq!(wrong(b"\x02\x00\x00\x00\x0cbob     ", UP), [(LengthMismatch, 3)]);
        assert_eq!(wrong(b"\x02\x00\x00\x00\x0dbob", UP), [(LengthMismatch, 3)]);
        assert_eq!(wrong(b"\x02\x00\x00\x00\x0dbob      ", UP), [(UnexpectedPayload, 13)]);
        assert_eq!(wrong(&[0x08, 0, 0, 0, 5, 36], DOWN), [(LengthMismatch, 3)]);
        assert_eq!(wrong(&[0x4a, 33, 0, 0, 8, 0x80, 22], UP), [(LengthMismatch, 3)]);
        assert_eq!(wrong(&[0x4a, 33, 0, 0, 7, 0x80, 22, 36], UP), []);
        assert_eq!(wrong(&[0x32, 33, 0, 0, 7, 0x80, 36, 37], UP), [(LengthMismatch, 3)]);
        assert_eq!(wrong(&[0x80, 4, 0, 0, 4], UP), [(LengthMismatch, 3)]);
    }

    #[test]
    fn rows_behind_a_header_that_leaves_them_out_are_a_length_that_lies() {
        let list = b"\x70\x00\xff\x00\x05\x07\x01bob     \x0a\x00\x00\x09\x12\x34";
        assert_eq!(wrong(list, DOWN), [(DefectKind::LengthMismatch, 3)]);
        assert!(matches!(read(list, DOWN).act, Act::Roster { rows: Some(rows), .. } if rows.len() == 1));
        let claims_two = b"\x70\x00\xff\x00\x25\x07\x01bob     \x0a\x00\x00\x09\x12\x34";
        assert_eq!(wrong(claims_two, DOWN), [(DefectKind::LengthMismatch, 3)]);
        let odd = b"\x70\x00\xff\x00\x15\x07\x01bob     \x0a\x00\x00\x09\x12\x34abc";
        assert_eq!(wrong(odd, DOWN), [(DefectKind::UnexpectedPayload, 21)]);
        assert_eq!(wrong(&[0x70, 0, 255, 0, 5], DOWN), []);
    }

    #[test]
    fn an_acknowledgement_out_of_form_is_that_and_nothing_else() {
        use DefectKind::{LengthMismatch, MalformedAck};
        assert_eq!(wrong(&[0x29, 3, 1, 0, 5], UP), [(MalformedAck, 2)]);
        assert_eq!(wrong(&[0x29, 3, 0, 0, 5], DOWN), [], "whose ID the server bears is for the dialogue to judge");
        assert_eq!(wrong(&[0x29, 3, 0, 0, 7], UP), [(LengthMismatch, 3)]);
        let with_data = b"\x29\x03\x01\x00\x07\x00\x02ab";
        assert_eq!(wrong(with_data, UP), [(MalformedAck, 5)]);
        let message = read(with_data, UP);
        assert!(message.kind.is_some_and(|kind| kind.ack));
        assert_eq!((message.name(), message.subject, message.act), (Some("DataMessage"), Some(5), Act::None));
    }

    #[test]
    fn a_response_that_calls_itself_acknowledgement_still_grants() {
        let message = read(&[0x09, 0, 0, 0, 6, 36], DOWN);
        assert_eq!((message.name(), message.subject), (Some("ConnectionAccept"), None));
        assert_eq!((message.act, message.verdict), (Act::Admit { id: 36 }, Verdict::Granted));
        assert_eq!(wrong(&[0x09, 0, 0, 0, 6, 36], DOWN), [(DefectKind::MalformedAck, 5)]);
    }

    #[test]
    fn acknowledgements_carry_types_the_other_side_sends() {
        assert_eq!(wrong(&[0x69, 3, 0, 0, 5], UP), []);
        assert_eq!(wrong(&[0x68, 0, 22, 0, 5], UP), [(DefectKind::WrongDirection, 0)]);
        assert_eq!(read(&[0x68, 0, 22, 0, 5], UP).act, Act::None);
        assert_eq!(wrong(&[0x80, 4, 0, 0, 5], DOWN), [(DefectKind::WrongDirection, 0)]);
        assert_eq!(wrong(&[0x80, 4, 0, 0, 5], Direction::Peer), [(DefectKind::WrongDirection, 0)]);
        assert_eq!(wrong(&[0x28, 4, 22, 0, 7, 0, 0], Direction::Peer), []);
    }

    #[test]
    fn values_that_are_never_legal_are_out_of_range() {
        use DefectKind::{BadText, OutOfRange, ReservedBits, UnassignedType};
        assert_eq!(wrong(&[0xa8, 0x22, 0, 0, 5], UP), [(UnassignedType, 0)]);
        assert_eq!(read(&[0xa8, 0x22, 0, 0, 5], UP).name(), None);
        assert_eq!(wrong(&[0x1a, 0x20, 9, 0, 5], UP), [(OutOfRange, 2)]);
        assert_eq!(wrong(&[0x28, 4, 0, 0, 7, 0, 0], UP), [(OutOfRange, 2)]);
        assert_eq!(wrong(&[0x28, 4, 255, 0, 7, 0, 0], UP), [(OutOfRange, 2)]);
        assert_eq!(wrong(&[0x68, 0, 1, 0, 5], DOWN), [(OutOfRange, 2)]);
        assert_eq!(wrong(&[0x78, 3, 255, 0, 6, 4], DOWN), [(OutOfRange, 1)]);
        assert_eq!(wrong(&[0x08, 0, 0, 0, 6, 0], DOWN), [(OutOfRange, 5)]);
        assert_eq!(wrong(&[0x38, 0, 0, 0, 7, 0x80, 1], DOWN), [(OutOfRange, 6)]);
        assert_eq!(wrong(&[0x10, 0, 0, 0, 6, 1], DOWN), [(ReservedBits, 5)]);
        assert_eq!(wrong(&[0x1c, 4, 1, 0, 5], UP), [(ReservedBits, 0)]);
        assert_eq!(wrong(b"\x02\x00\x00\x00\x0d  \0\0    ", UP), [(BadText, 5)]);
        assert_eq!(wrong(b"\x02\x00\x00\x00\x0dzo\xc3\xa9    ", UP), [(BadText, 7)]);
        let row = b"\x70\x00\xff\x00\x15\x00\xffbob     \x0a\x00\x00\x09\x12\x34";
        assert_eq!(wrong(row, DOWN), [(OutOfRange, 5), (OutOfRange, 5)]);
    }

    #[test]
    fn a_reason_says_what_was_required_and_what_was_there() {
        let reason = |bytes, direction| read(bytes, direction).defects[0].reason.to_string();
        assert_eq!(reason(b"\x28\x07\x01\x00\x07\x00\x28short", UP), "data length 40, 5 bytes follow");
        assert_eq!(
            reason(b"\x70\x00\xff\x00\x05\x07\x01bob     \x0a\x00\x00\x09\x12\x34", DOWN),
            "the header length says 5; it should be 21, 5 and 16 for each row; 21 bytes are there"
        );
    }

    #[test]
    fn rows_vote_for_the_order_in_which_they_make_sense() {
        let votes = |bytes: &[u8]| {
            let mut votes = Vec::new();
            vote(bytes, &mut |convention, value| votes.push((convention, value)));
            votes
        };
        let address = b"\x0a\x00\x00\x09\x12\x34";
        assert_eq!(votes(&[b"\x70\x00\xff\x00\x15\x07\x01alice   ", address.as_slice()].concat()), [(0, 0)]);
        assert_eq!(votes(&[b"\x70\x00\xff\x00\x15alice   \x07\x01", address.as_slice()].concat()), [(0, 1)]);
        // An ID and a group that are letters do not mislead where the padding tells.
        assert_eq!(votes(&[b"\x70\x00\xff\x00\x15ABbob     ", address.as_slice()].concat()), [(0, 0)]);
        assert_eq!(votes(&[b"\x70\x00\xff\x00\x15bob     AB", address.as_slice()].concat()), [(0, 1)]);
        assert_eq!(votes(&[b"\x70\x00\xff\x00\x15ABcarolina", address.as_slice()].concat()), []);
        assert_eq!(votes(b"\x28\x07\x01\x00\x07\x00\x02ab"), []);
    }

    #[test]
    fn where_the_direction_is_unknown_the_better_reading_is_taken() {
        assert_eq!(wrong(&[0x68, 0, 22, 0, 5], Direction::Unknown), []);
        assert_eq!(wrong(&[0x80, 4, 0, 0, 5], Direction::Unknown), []);
    }

    #[test]
    fn a_list_speaks_for_the_protocol_in_either_order_of_its_rows() {
        let list = |order| {
            let row = wire::Row { client: 7, group: 1, name: b"alice   ", address: [10, 0, 0, 9].into(), port: 4660 };
            let mut out = Vec::new();
            let rows = Options::Rows(vec![row]);
            wire::Message::new(Type::UPDATE_LIST, 0, 0, 255, rows).emit(order, &mut out);
            read(&out, DOWN).evidence
        };
        assert_eq!(list(RowOrder::Figure), list(RowOrder::Text));
        assert!(list(RowOrder::Text) > 30.0);
    }

    #[test]
    fn chance_does_not_look_like_the_protocol() {
        assert!(read(&[0x29, 3, 0, 0, 5], UP).evidence > 15.0);
        assert!(read(b"\x02\x00\x00\x00\x0dbob     ", UP).evidence > 25.0);
        assert!(read(&[0; 5], UP).evidence < 0.0);
        // What is not looked at for an unassigned type does not speak for it.
        assert!(read(&[0xa8, 3, 0, 0, 5], UP).evidence < 0.0);
        assert!(read(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www", UP).evidence < 0.0);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..64), direction in 0..4, text in 0..2) {
            let directions = [UP, DOWN, Direction::Peer, Direction::Unknown];
            let choices = Choices::default().with(0, text as usize);
            let reading = Reading { direction: directions[direction as usize], transport: Transport::Udp, choices };
            let message = Imp.dissect(&bytes, &reading);
            prop_assert!(message.defects.iter().all(|defect| defect.offset <= bytes.len()));
            prop_assert!(message.defects.is_sorted_by_key(|defect| defect.offset));
            for field in Imp.fields(&bytes, &reading) {
                prop_assert!(field.span.start <= field.span.end && field.span.end <= bytes.len());
            }
        }

        #[test]
        fn random_datagrams_seldom_speak_for_it(bytes in proptest::collection::vec(any::<u8>(), 5..40)) {
            prop_assert!(read(&bytes, Direction::Unknown).evidence < 15.0);
        }
    }
}
