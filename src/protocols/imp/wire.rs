//! The bytes of one message and nothing but the bytes (§4, §5): a parser and its encoder.
//!
//! Reading is lossless: for any bytes that hold a header, `emit(parse(bytes)) == bytes`. What does not fit the
//! document is kept where it stands; `defects` names it.

use nom::bytes::complete::take;
use nom::combinator::{map, map_res, opt, rest};
use nom::multi::count;
use nom::number::complete::{be_u8, be_u16, be_u32};
use nom::{IResult, Parser};
use std::net::Ipv4Addr;

/// Bytes of the fixed header (§4).
pub const HEADER: usize = 5;
/// Bytes of one row of a list of users (§5.5, §5.15).
pub const ROW: usize = 16;
/// Bytes of a username (§5.1).
pub const NAME: usize = 8;

/// What a message is: five bits, assigned or not (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Type(pub u8);

impl Type {
    /// §5.1
    pub const CONNECTION_REQUEST: Type = Type(0x00);
    /// §5.2
    pub const CONNECTION_ACCEPT: Type = Type(0x01);
    /// §5.3
    pub const CONNECTION_REJECT: Type = Type(0x02);
    /// §5.4
    pub const USER_LIST_REQUEST: Type = Type(0x03);
    /// §5.5
    pub const USER_LIST_RESPONSE: Type = Type(0x04);
    /// §5.6
    pub const DATA_MESSAGE: Type = Type(0x05);
    /// §5.7
    pub const GROUP_CREATION_REQUEST: Type = Type(0x06);
    /// §5.8
    pub const GROUP_CREATION_ACCEPT: Type = Type(0x07);
    /// §5.9
    pub const GROUP_CREATION_REJECT: Type = Type(0x08);
    /// §5.10
    pub const GROUP_INVITATION_REQUEST: Type = Type(0x09);
    /// §5.11
    pub const GROUP_INVITATION_ACCEPT: Type = Type(0x0A);
    /// §5.12
    pub const GROUP_INVITATION_REJECT: Type = Type(0x0B);
    /// §5.13
    pub const GROUP_DISJOINT_REQUEST: Type = Type(0x0C);
    /// §5.14
    pub const GROUP_DISSOLUTION: Type = Type(0x0D);
    /// §5.15
    pub const UPDATE_LIST: Type = Type(0x0E);
    /// §5.16
    pub const UPDATE_DISCONNECTION: Type = Type(0x0F);
    /// §5.17
    pub const DISCONNECTION_REQUEST: Type = Type(0x10);
}

/// The fixed header (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Five bits.
    pub kind: Type,
    /// Not yet used: false.
    pub reserved: bool,
    /// S: 0 or 1, in turns.
    pub sequence: u8,
    /// A: this acknowledges a message of that type and sequence.
    pub acknowledgement: bool,
    /// The sender's ID; 0 is the server, or nobody yet.
    pub source: u8,
    /// The group addressed; 0 none, 1 the public one, 255 everybody.
    pub group: u8,
    /// Bytes of header and options, as claimed; the payload does not count.
    pub length: u16,
}

/// An octet of one meaningful bit, the first, and seven of padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag {
    /// The bit.
    pub set: bool,
    /// The seven others: 0.
    pub padding: u8,
}

impl Flag {
    /// T of the group messages: whether the members talk to each other directly (§5.10).
    #[must_use]
    pub const fn decentralized(decentralized: bool) -> Flag {
        Flag { set: decentralized, padding: 0 }
    }

    /// The error of a rejected connection (§5.3): the name is taken, else the server is full.
    #[must_use]
    pub const fn name_taken(taken: bool) -> Flag {
        Flag { set: taken, padding: 0 }
    }
}

/// In which order a row holds its fields: §5.5's figure and text differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowOrder {
    /// Client, group, name, address, port.
    #[default]
    Figure,
    /// Name, client, group, address, port.
    Text,
}

/// One user in a list (§5.5, §5.15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The user's ID.
    pub client: u8,
    /// The group the user is in.
    pub group: u8,
    /// The name with its padding.
    pub name: &'a [u8; NAME],
    /// Where the user can be reached.
    pub address: Ipv4Addr,
    /// The UDP port there.
    pub port: u16,
}

/// What follows the fixed header, by type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Options<'a> {
    /// Nothing is defined.
    None,
    /// `ConnectionRequest`: the name with its padding ([`padded`]).
    Username(&'a [u8; NAME]),
    /// `ConnectionAccept`, `UpdateDisconnection`: a user's ID.
    Client(u8),
    /// `ConnectionReject`: why.
    Error(Flag),
    /// `UserListResponse`, `UpdateList`.
    Rows(Vec<Row<'a>>),
    /// `DataMessage`: bytes of payload, as claimed.
    Data(u16),
    /// `GroupCreationRequest`.
    Creation {
        /// How the group will talk.
        mode: Flag,
        /// The IDs of those to invite.
        invited: &'a [u8],
    },
    /// `GroupCreationAccept` (without a client), and the three messages of an invitation.
    Group {
        /// How the group talks.
        mode: Flag,
        /// Its number.
        group: u8,
        /// Who is invited; §5.11's header length leaves no room for it, its text does.
        client: Option<u8>,
    },
    /// Fewer bytes than the options of this type need.
    Cut(&'a [u8]),
}

impl Options<'_> {
    /// Their bytes on the wire.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Options::None => 0,
            Options::Username(name) => name.len(),
            Options::Client(_) | Options::Error(_) => 1,
            Options::Rows(rows) => rows.len() * ROW,
            Options::Data(_) => 2,
            Options::Creation { invited, .. } => 1 + invited.len(),
            Options::Group { client, .. } => 2 + usize::from(client.is_some()),
            Options::Cut(bytes) => bytes.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// The first five bytes.
    pub header: Header,
    /// What its type defines behind them.
    pub options: Options<'a>,
    /// All that follows.
    pub payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// A message without payload, its header length counted out.
    #[must_use]
    pub fn new(kind: Type, sequence: u8, source: u8, group: u8, options: Options<'a>) -> Message<'a> {
        let length = u16::try_from(HEADER + options.len()).unwrap_or(u16::MAX);
        let header = Header { kind, reserved: false, sequence, acknowledgement: false, source, group, length };
        Message { header, options, payload: &[] }
    }

    /// A `DataMessage`, its data length counted out.
    #[must_use]
    pub fn data(sequence: u8, source: u8, group: u8, payload: &'a [u8]) -> Message<'a> {
        let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
        Message { payload, ..Message::new(Type::DATA_MESSAGE, sequence, source, group, Options::Data(length)) }
    }

    /// The acknowledgement of a message of this type and sequence (§5.18); the server's `source` is 0.
    #[must_use]
    pub fn acknowledgement(kind: Type, sequence: u8, source: u8) -> Message<'a> {
        let mut message = Message::new(kind, sequence, source, 0, Options::None);
        message.header.acknowledgement = true;
        message
    }

    /// Appends the bytes on the wire.
    pub fn emit(&self, order: RowOrder, out: &mut Vec<u8>) {
        let header = self.header;
        let flags = u8::from(header.reserved) << 2 | (header.sequence & 1) << 1 | u8::from(header.acknowledgement);
        out.extend([header.kind.0 << 3 | flags, header.source, header.group]);
        out.extend(header.length.to_be_bytes());
        match &self.options {
            Options::None => {}
            Options::Username(name) => out.extend(*name),
            Options::Client(client) => out.push(*client),
            Options::Error(flag) => emit_flag(*flag, out),
            Options::Rows(rows) => rows.iter().for_each(|row| emit_row(row, order, out)),
            Options::Data(length) => out.extend(length.to_be_bytes()),
            Options::Creation { mode, invited } => {
                emit_flag(*mode, out);
                out.extend(*invited);
            }
            Options::Group { mode, group, client } => {
                emit_flag(*mode, out);
                out.push(*group);
                out.extend(client);
            }
            Options::Cut(bytes) => out.extend(*bytes),
        }
        out.extend(self.payload);
    }
}

fn emit_flag(flag: Flag, out: &mut Vec<u8>) {
    out.push(u8::from(flag.set) << 7 | flag.padding & 0x7F);
}

fn emit_row(row: &Row<'_>, order: RowOrder, out: &mut Vec<u8>) {
    match order {
        RowOrder::Figure => {
            out.extend([row.client, row.group]);
            out.extend(row.name);
        }
        RowOrder::Text => {
            out.extend(row.name);
            out.extend([row.client, row.group]);
        }
    }
    out.extend(row.address.octets());
    out.extend(row.port.to_be_bytes());
}

/// A name filled up with spaces, or cut, to the size of its field (§5.1).
#[must_use]
pub fn padded(name: &[u8]) -> [u8; NAME] {
    let mut field = [b' '; NAME];
    for (slot, byte) in field.iter_mut().zip(name) {
        *slot = *byte;
    }
    field
}

/// A name without the spaces and NULs that fill its field.
#[must_use]
pub fn unpadded(field: &[u8]) -> &[u8] {
    let end = field.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |last| last + 1);
    field.get(..end).unwrap_or(field)
}

/// Reads one message; `None` if the bytes do not hold a header.
#[must_use]
pub fn parse(bytes: &[u8], order: RowOrder) -> Option<Message<'_>> {
    let (behind, header) = header(bytes).ok()?;
    let (payload, options) = options(&header, order, behind);
    Some(Message { header, options, payload })
}

fn header(input: &[u8]) -> IResult<&[u8], Header> {
    let (input, (first, source, group, length)) = (be_u8, be_u8, be_u8, be_u16).parse(input)?;
    let header = Header {
        kind: Type(first >> 3),
        reserved: first & 0b100 != 0,
        sequence: first >> 1 & 1,
        acknowledgement: first & 1 != 0,
        source,
        group,
        length,
    };
    Ok((input, header))
}

/// The options of this type, and what is left. Their own shape decides how far they reach; the header length only
/// where they may have any length, since one that lies must not hide what is there.
fn options<'a>(header: &Header, order: RowOrder, behind: &'a [u8]) -> (&'a [u8], Options<'a>) {
    if header.acknowledgement && behind.is_empty() {
        return (behind, Options::None);
    }
    let claimed = usize::from(header.length).saturating_sub(HEADER);
    let read = match header.kind {
        Type::CONNECTION_REQUEST => map(name, Options::Username).parse(behind),
        Type::CONNECTION_ACCEPT | Type::UPDATE_DISCONNECTION => map(be_u8, Options::Client).parse(behind),
        Type::CONNECTION_REJECT => map(flag, Options::Error).parse(behind),
        Type::USER_LIST_RESPONSE | Type::UPDATE_LIST => {
            map(count(|input| row(order, input), rows_in(claimed, behind.len())), Options::Rows).parse(behind)
        }
        Type::DATA_MESSAGE => map(be_u16, Options::Data).parse(behind),
        Type::GROUP_CREATION_REQUEST => {
            let end = if (2..=behind.len()).contains(&claimed) { claimed } else { behind.len() };
            let (options, payload) = behind.split_at(end);
            (flag, rest).parse(options).map(|(_, (mode, invited))| (payload, Options::Creation { mode, invited }))
        }
        Type::GROUP_CREATION_ACCEPT => {
            map((flag, be_u8), |(mode, group)| Options::Group { mode, group, client: None }).parse(behind)
        }
        Type::GROUP_INVITATION_REQUEST | Type::GROUP_INVITATION_ACCEPT | Type::GROUP_INVITATION_REJECT => {
            map((flag, be_u8, opt(be_u8)), |(mode, group, client)| Options::Group { mode, group, client }).parse(behind)
        }
        _ => Ok((behind, Options::None)),
    };
    read.unwrap_or((&[], Options::Cut(behind)))
}

/// How many rows to read: as many as are claimed if that leaves something that is no row, else all there are.
fn rows_in(claimed: usize, there: usize) -> usize {
    let fits = claimed > 0 && claimed <= there && claimed.is_multiple_of(ROW);
    let bytes = if fits && !(there - claimed).is_multiple_of(ROW) { claimed } else { there };
    bytes / ROW
}

fn flag(input: &[u8]) -> IResult<&[u8], Flag> {
    map(be_u8, |octet: u8| Flag { set: octet & 0x80 != 0, padding: octet & 0x7F }).parse(input)
}

fn name(input: &[u8]) -> IResult<&[u8], &[u8; NAME]> {
    map_res(take(NAME), <&[u8; NAME]>::try_from).parse(input)
}

fn row(order: RowOrder, input: &[u8]) -> IResult<&[u8], Row<'_>> {
    let (input, (client, group, name)) = match order {
        RowOrder::Figure => (be_u8, be_u8, name).parse(input)?,
        RowOrder::Text => map((name, be_u8, be_u8), |(name, client, group)| (client, group, name)).parse(input)?,
    };
    let (input, (address, port)) = (map(be_u32, Ipv4Addr::from_bits), be_u16).parse(input)?;
    Ok((input, Row { client, group, name, address, port }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn emitted(message: &Message<'_>, order: RowOrder) -> Vec<u8> {
        let mut out = Vec::new();
        message.emit(order, &mut out);
        out
    }

    #[test]
    fn the_header_is_packed_as_the_document_draws_it() {
        let list = Message::new(Type::USER_LIST_REQUEST, 1, 33, 1, Options::None);
        assert_eq!(emitted(&list, RowOrder::Figure), [0b00011 << 3 | 0b010, 33, 1, 0, 5]);
        let ack = Message::acknowledgement(Type::UPDATE_LIST, 0, 36);
        assert_eq!(emitted(&ack, RowOrder::Figure), [0b01110 << 3 | 0b001, 36, 0, 0, 5]);
        let data = Message::data(0, 3, 1, b"hi");
        assert_eq!(emitted(&data, RowOrder::Figure), [0x28, 3, 1, 0, 7, 0, 2, b'h', b'i']);
    }

    #[test]
    fn the_two_row_orders_differ_in_where_the_name_stands() {
        let row = Row { client: 7, group: 1, name: b"alice   ", address: Ipv4Addr::new(10, 0, 0, 9), port: 0x1234 };
        let list = Message::new(Type::UPDATE_LIST, 0, 0, 255, Options::Rows(vec![row]));
        assert_eq!(emitted(&list, RowOrder::Figure), b"\x70\x00\xff\x00\x15\x07\x01alice   \x0a\x00\x00\x09\x12\x34");
        assert_eq!(emitted(&list, RowOrder::Text), b"\x70\x00\xff\x00\x15alice   \x07\x01\x0a\x00\x00\x09\x12\x34");
    }

    #[test]
    fn names_are_filled_up_cut_and_stripped() {
        assert_eq!(&padded(b"bob"), b"bob     ");
        assert_eq!(&padded(b"maximilian"), b"maximili");
        assert_eq!(unpadded(b"bob\0\0\0\0\0"), b"bob");
        assert_eq!(unpadded(b"a b  \0 \0"), b"a b");
        assert_eq!(unpadded(b"        "), b"");
    }

    #[test]
    fn rows_are_read_although_the_header_length_hides_them() {
        let bytes = b"\x70\x00\xff\x00\x05\x07\x01alice   \x0a\x00\x00\x09\x12\x34";
        let message = parse(bytes, RowOrder::Figure).expect("a header");
        assert_eq!(message.header.length, 5);
        assert!(matches!(&message.options, Options::Rows(rows) if rows.len() == 1 && rows[0].name == b"alice   "));
    }

    #[test]
    fn rows_end_where_the_header_does_if_what_follows_is_no_row() {
        let mut bytes = b"\x70\x00\xff\x00\x15\x07\x01alice   \x0a\x00\x00\x09\x12\x34".to_vec();
        bytes.extend([9; 20]);
        let message = parse(&bytes, RowOrder::Figure).expect("a header");
        assert_eq!((message.options.len(), message.payload.len()), (ROW, 20));
        bytes.truncate(5 + 32);
        let message = parse(&bytes, RowOrder::Figure).expect("a header");
        assert_eq!((message.options.len(), message.payload.len()), (32, 0));
    }

    #[test]
    fn four_bytes_are_no_header() {
        assert_eq!(parse(&[0x28, 1, 1, 0], RowOrder::Figure), None);
    }

    /// The options a type carries, drawn from a common pool of values.
    fn options<'a>(kind: Type, pool: &'a Pool) -> Options<'a> {
        let flag = Flag { set: pool.set, padding: pool.padding };
        match kind {
            Type::CONNECTION_REQUEST => Options::Username(&pool.name),
            Type::CONNECTION_ACCEPT | Type::UPDATE_DISCONNECTION => Options::Client(pool.id),
            Type::CONNECTION_REJECT => Options::Error(flag),
            Type::USER_LIST_RESPONSE | Type::UPDATE_LIST => Options::Rows(
                pool.rows
                    .iter()
                    .map(|(client, group, name, address, port)| Row {
                        client: *client,
                        group: *group,
                        name,
                        address: Ipv4Addr::from_bits(*address),
                        port: *port,
                    })
                    .collect(),
            ),
            Type::DATA_MESSAGE => Options::Data(pool.bytes.len() as u16),
            Type::GROUP_CREATION_REQUEST => Options::Creation { mode: flag, invited: &pool.bytes },
            Type::GROUP_CREATION_ACCEPT => Options::Group { mode: flag, group: pool.id, client: None },
            Type::GROUP_INVITATION_REQUEST | Type::GROUP_INVITATION_ACCEPT | Type::GROUP_INVITATION_REJECT => {
                Options::Group { mode: flag, group: pool.id, client: pool.client }
            }
            _ => Options::None,
        }
    }

    #[derive(Debug)]
    struct Pool {
        set: bool,
        padding: u8,
        name: [u8; NAME],
        id: u8,
        client: Option<u8>,
        bytes: Vec<u8>,
        rows: Vec<(u8, u8, [u8; NAME], u32, u16)>,
    }

    fn pool() -> impl Strategy<Value = Pool> {
        let rows = proptest::collection::vec(any::<(u8, u8, [u8; NAME], u32, u16)>(), 0..6);
        let bytes = proptest::collection::vec(any::<u8>(), 0..40);
        (any::<bool>(), 0u8..128, any::<[u8; NAME]>(), any::<u8>(), any::<Option<u8>>(), bytes, rows).prop_map(
            |(set, padding, name, id, client, bytes, rows)| Pool { set, padding, name, id, client, bytes, rows },
        )
    }

    fn order() -> impl Strategy<Value = RowOrder> {
        prop_oneof![Just(RowOrder::Figure), Just(RowOrder::Text)]
    }

    proptest! {
        #[test]
        fn what_is_emitted_is_read_back(pool in pool(), order in order(), fixed in any::<(u8, u8, bool)>(), sequence in 0u8..2) {
            let (source, group, reserved) = fixed;
            for code in 0..=0x1F {
                let mut message = Message::new(Type(code), sequence, source, group, options(Type(code), &pool));
                message.header.reserved = reserved;
                if matches!(Type(code), Type::DATA_MESSAGE | Type::DISCONNECTION_REQUEST) {
                    message.payload = &pool.bytes;
                }
                let bytes = emitted(&message, order);
                prop_assert_eq!(parse(&bytes, order), Some(message));
                let acknowledgement = Message::acknowledgement(Type(code), sequence, source);
                let bytes = emitted(&acknowledgement, order);
                prop_assert_eq!(parse(&bytes, order), Some(acknowledgement));
            }
        }

        #[test]
        fn an_invitation_of_header_length_seven_is_read_with_and_without_its_client(
            group in any::<u8>(), client in any::<Option<u8>>(), code in 9u8..12,
        ) {
            let options = Options::Group { mode: Flag::decentralized(true), group, client };
            let mut message = Message::new(Type(code), 1, 4, 0, options);
            message.header.length = 7;
            let bytes = emitted(&message, RowOrder::Figure);
            prop_assert_eq!(parse(&bytes, RowOrder::Figure), Some(message));
        }

        #[test]
        fn reading_loses_no_byte(bytes in proptest::collection::vec(any::<u8>(), HEADER..80), order in order(), honest in any::<bool>()) {
            let mut bytes = bytes;
            if honest {
                let length = (bytes.len() as u16).to_be_bytes();
                bytes[3..5].copy_from_slice(&length);
            }
            let message = parse(&bytes, order).expect("a header");
            prop_assert_eq!(emitted(&message, order), bytes);
        }
    }
}
