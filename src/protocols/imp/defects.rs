//! What is wrong with the bytes of one message, as far as it shows in the message itself.
//!
//! Values that are merely somebody else's (an ID, a group) are the dialogue's business; here only what the document
//! never allows in that direction counts.

use super::wire::{Flag, HEADER, Message, Options, ROW, Type, unpadded};
use super::{kind_of, wire};
use crate::protocol::{Defect, DefectKind, Direction, Reason};
use crate::reason;

/// The groups a client or a list can name: 0 is none, 255 is everybody (§4).
const GROUPS: std::ops::RangeInclusive<u8> = 1..=254;
/// The private ones; 1 is public.
pub(super) const PRIVATE_GROUPS: std::ops::RangeInclusive<u8> = 2..=254;

/// Where the header's fields stand.
const SOURCE: usize = 1;
const GROUP: usize = 2;
const LENGTH: usize = 3;

/// The one defect of bytes that do not hold a header.
pub(super) fn too_short(there: usize) -> Defect {
    Defect::new(
        DefectKind::Malformed,
        there,
        reason!("a message has at least the {HEADER} bytes of the header, this has {there}", there),
    )
}

/// Everything wrong with a message of `there` bytes, in wire order.
pub(super) fn defects(message: &Message<'_>, there: usize, direction: Direction) -> Vec<Defect> {
    let mut found = Vec::new();
    let mut report = |kind, offset, reason: Reason| found.push(Defect::new(kind, offset, reason));
    let header = &message.header;
    let row = kind_of(header.kind);

    if row.is_none() {
        let code = header.kind.0;
        report(DefectKind::UnassignedType, 0, reason!("type {code:#04x}; 0x00 to 0x10 are assigned", code));
    }
    if header.reserved {
        report(DefectKind::ReservedBits, 0, "the reserved bit is 1, not 0".into());
    }
    match row {
        // An acknowledgement carries the type of what it acknowledges, which the other side sends.
        _ if header.acknowledgement => {
            acknowledgement(message, there, &mut report);
            values(message, &mut report);
        }
        // Whoever sends the other side's message has nothing right to put into it.
        Some(row) if !row.from.allows(direction) => {
            let (name, way) = (row.name, way(direction));
            report(DefectKind::WrongDirection, 0, reason!("{name} is not sent {way}", name, way));
        }
        Some(_) => {
            addresses(message, &mut report);
            lengths(message, there, &mut report);
            values(message, &mut report);
        }
        None => {}
    }

    found.sort_by_key(|defect| defect.offset);
    found
}

type Report<'r> = dyn FnMut(DefectKind, usize, Reason) + 'r;

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "by a client to the server",
        Direction::ToClient => "by the server to a client",
        Direction::Peer => "between clients",
        Direction::Unknown => "this way",
    }
}

/// The form of an acknowledgement (§5.18): five bytes and group 0. Whose source it bears is a matter of identity.
fn acknowledgement(message: &Message<'_>, there: usize, report: &mut Report<'_>) {
    let header = &message.header;
    let claimed = usize::from(header.length);
    if there > HEADER {
        report(
            DefectKind::MalformedAck,
            HEADER,
            reason!("an acknowledgement is a header of {HEADER} bytes and nothing else, this has {there} bytes", there),
        );
        if claimed > there {
            report(
                DefectKind::LengthMismatch,
                LENGTH,
                reason!("the header length says {claimed}, and {there} bytes are there", claimed, there),
            );
        }
        return;
    }
    if claimed != HEADER {
        report(
            DefectKind::LengthMismatch,
            LENGTH,
            reason!(
                "header length {claimed}; an acknowledgement has {HEADER}, and {there} bytes are there",
                claimed,
                there
            ),
        );
    }
    let group = header.group;
    if group != 0 {
        report(DefectKind::MalformedAck, GROUP, reason!("group {group}; an acknowledgement has group 0", group));
    }
}

/// Source and group where the message's section fixes them (§5.1 to §5.17).
fn addresses(message: &Message<'_>, report: &mut Report<'_>) {
    let (source, group) = (message.header.source, message.header.group);
    let from_nobody = matches!(
        message.header.kind,
        Type::CONNECTION_REQUEST
            | Type::CONNECTION_ACCEPT
            | Type::CONNECTION_REJECT
            | Type::GROUP_DISSOLUTION
            | Type::UPDATE_LIST
            | Type::UPDATE_DISCONNECTION
    );
    if from_nobody && source != 0 {
        report(DefectKind::OutOfRange, SOURCE, reason!("the header's source is {source}; it has to be 0", source));
    }
    let required = match message.header.kind {
        Type::USER_LIST_REQUEST | Type::USER_LIST_RESPONSE => (group != 1).then_some("group 1, the public one"),
        Type::UPDATE_LIST | Type::UPDATE_DISCONNECTION => (group != 255).then_some("group 255, everybody"),
        Type::DATA_MESSAGE => (!GROUPS.contains(&group)).then_some("a group from 1 to 254"),
        Type::GROUP_DISSOLUTION => (!PRIVATE_GROUPS.contains(&group)).then_some("a private group, 2 to 254"),
        _ => (group != 0).then_some("group 0"),
    };
    if let Some(required) = required {
        let reason = reason!("the header's group is {group}; it has to be {required}", group, required);
        report(DefectKind::OutOfRange, GROUP, reason);
    }
}

/// Header length and data length against the message's section and the bytes there.
fn lengths(message: &Message<'_>, there: usize, report: &mut Report<'_>) {
    let claimed = usize::from(message.header.length);
    let before = HEADER + message.options.len();
    if let Some(required) = required_length(message, claimed, there) {
        report(
            DefectKind::LengthMismatch,
            LENGTH,
            format!("the header length says {claimed}; it should be {required}; {there} bytes are there").into(),
        );
    } else if claimed > there {
        report(
            DefectKind::LengthMismatch,
            LENGTH,
            reason!("the header length says {claimed}, and {there} bytes are there", claimed, there),
        );
    } else if let Options::Creation { .. } = message.options
        && claimed < there
    {
        // They may be IDs that the length leaves out as well as data: either way it does not reach to the end.
        report(
            DefectKind::LengthMismatch,
            LENGTH,
            reason!(
                "the header length says {claimed}, {there} bytes are there, and no payload is defined",
                claimed,
                there
            ),
        );
    } else if !message.payload.is_empty() && message.header.kind != Type::DATA_MESSAGE {
        let extra = message.payload.len();
        report(
            DefectKind::UnexpectedPayload,
            before,
            reason!("{extra} bytes after the header, where none are defined", extra),
        );
    }
    if let Options::Data(length) = message.options {
        let length = usize::from(length);
        let payload = message.payload.len();
        // With a header length that lies already, take the payload to begin where either says.
        let other = there.checked_sub(claimed).filter(|_| claimed > HEADER);
        if length != payload && other != Some(length) {
            let reason = reason!("data length {length}, {payload} bytes follow", length, payload);
            report(DefectKind::LengthMismatch, HEADER, reason);
        }
    }
}

/// What the header length should be, if it is not.
fn required_length(message: &Message<'_>, claimed: usize, there: usize) -> Option<String> {
    let fixed = |length: usize| (claimed != length).then(|| length.to_string());
    match message.header.kind {
        Type::CONNECTION_REQUEST => fixed(HEADER + wire::NAME),
        Type::CONNECTION_ACCEPT | Type::CONNECTION_REJECT | Type::UPDATE_DISCONNECTION => fixed(HEADER + 1),
        Type::DATA_MESSAGE | Type::GROUP_CREATION_ACCEPT => fixed(HEADER + 2),
        Type::GROUP_INVITATION_REQUEST | Type::GROUP_INVITATION_ACCEPT | Type::GROUP_INVITATION_REJECT => {
            (!matches!(claimed, 7 | 8)).then(|| "8 (or 7)".to_owned())
        }
        Type::GROUP_CREATION_REQUEST => {
            (claimed < HEADER + 1).then(|| format!("{} and one for each client ID", HEADER + 1))
        }
        Type::USER_LIST_RESPONSE | Type::UPDATE_LIST => {
            let rows = HEADER + message.options.len();
            (claimed <= there && claimed != rows).then(|| format!("{rows}, {HEADER} and {ROW} for each row"))
        }
        _ => fixed(HEADER),
    }
}

/// Padding bits, IDs and names within the options.
fn values(message: &Message<'_>, report: &mut Report<'_>) {
    match &message.options {
        Options::None | Options::Data(_) | Options::Cut(_) => {}
        Options::Username(name) => username(*name, report),
        Options::Client(id) => client(*id, HEADER, report),
        Options::Error(flag) => padding(*flag, report),
        Options::Rows(rows) => {
            for (index, row) in rows.iter().enumerate() {
                let at = HEADER + index * ROW;
                client(row.client, at, report);
                if !GROUPS.contains(&row.group) {
                    let (number, group) = (index + 1, row.group);
                    let reason = reason!("row {number} names group {group}; groups are 1 to 254", number, group);
                    report(DefectKind::OutOfRange, at, reason);
                }
            }
        }
        Options::Creation { mode, invited } => {
            padding(*mode, report);
            for (index, id) in invited.iter().enumerate() {
                client(*id, HEADER + 1 + index, report);
            }
        }
        Options::Group { mode, group, client: id } => {
            padding(*mode, report);
            if !PRIVATE_GROUPS.contains(group) {
                let group = *group;
                let reason = reason!("group {group} in the options; private groups are 2 to 254", group);
                report(DefectKind::OutOfRange, HEADER + 1, reason);
            }
            if let Some(id) = id {
                client(*id, HEADER + 2, report);
            }
        }
    }
}

fn padding(flag: Flag, report: &mut Report<'_>) {
    let bits = flag.padding;
    if bits != 0 {
        report(DefectKind::ReservedBits, HEADER, reason!("the 7 padding bits are {bits:#04x}, not 0", bits));
    }
}

fn client(id: u8, offset: usize, report: &mut Report<'_>) {
    if id == 0 {
        report(DefectKind::OutOfRange, offset, "client ID 0; clients have 1 to 255".into());
    }
}

/// A name is ASCII (§5.1). Where a list repeats one, the fault is the same one and is not counted again.
fn username(name: &[u8], report: &mut Report<'_>) {
    if unpadded(name).is_empty() {
        let bytes = name.len();
        report(DefectKind::BadText, HEADER, reason!("the username is empty: {bytes} bytes of padding", bytes));
    } else if let Some(index) = name.iter().position(|byte| !byte.is_ascii()) {
        let byte = name.get(index).copied().unwrap_or_default();
        report(
            DefectKind::BadText,
            HEADER + index,
            reason!("the username is ASCII; byte {index} of it is {byte:#04x}", index, byte),
        );
    }
}
