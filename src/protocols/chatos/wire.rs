//! ChatOS on the wire: messages as typed values, their parser and their encoder.
//!
//! A message is an opcode and its fields. There is no length in front: where it ends is known only once the last
//! length in it has been read, so one streaming grammar both delimits and parses.

use nom::bytes::streaming::take;
use nom::error::{ErrorKind, ParseError};
use nom::number::streaming::{be_i16, be_u8};
use nom::{Err, IResult, Needed};

/// The opcodes, in the order of the document's table.
pub mod opcode {
    /// Connection request.
    pub const CR: u8 = 1;
    /// Send personal message.
    pub const SPM: u8 = 2;
    /// Send message to all.
    pub const SMA: u8 = 3;
    /// Ask for a private connection.
    pub const TCP_ASK: u8 = 4;
    /// Accept it, on a connection of its own.
    pub const TCP_ACCEPT: u8 = 5;
    /// Refuse it.
    pub const TCP_ABORT: u8 = 6;
    /// Join it, on a connection of its own.
    pub const TCP_CONNECT: u8 = 7;
    /// A server's answer.
    pub const ERROR: u8 = 8;
}

/// One message. Texts are bytes: whether they are UTF-8 is judged, not required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// Opcode 1.
    Cr {
        /// The pseudonym wished for.
        pseudo: &'a [u8],
    },
    /// Opcode 2.
    Spm {
        /// Whose message it is.
        sender: &'a [u8],
        /// Whom it is for.
        recipient: &'a [u8],
        /// The text.
        message: &'a [u8],
    },
    /// Opcode 3.
    Sma {
        /// Whose message it is.
        sender: &'a [u8],
        /// The text.
        message: &'a [u8],
    },
    /// Opcodes 4 to 7: the steps towards a private connection, all with the same fields.
    Link {
        /// Which of them.
        step: Step,
        /// Who asked for the connection.
        sender: &'a [u8],
        /// Who was asked.
        recipient: &'a [u8],
        /// What ties the two connections together.
        password: i16,
    },
    /// Opcode 8.
    Error {
        /// 1 is OK; 2 to 6 are refusals; others are not assigned.
        code: u8,
    },
}

/// A step towards a private connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Opcode 4.
    Ask,
    /// Opcode 5.
    Accept,
    /// Opcode 6.
    Abort,
    /// Opcode 7.
    Connect,
}

/// Why bytes are no message, or not yet one. Offsets count from the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// More bytes must follow: at least this many in all.
    Short {
        /// At least this many.
        at_least: usize,
    },
    /// An opcode the document does not assign; nothing says where such a message ends.
    Opcode(u8),
    /// The length of a text is negative.
    Negative {
        /// Where the length stands.
        offset: usize,
        /// What it says.
        length: i16,
    },
}

/// Reads the message at the start of `bytes`; answers with how many bytes it takes.
///
/// # Errors
/// [`Fault::Short`] when it goes on beyond `bytes`, the others when none starts here.
pub fn parse(bytes: &[u8]) -> Result<(Packet<'_>, usize), Fault> {
    match packet(bytes) {
        Ok((rest, packet)) => Ok((packet, bytes.len().saturating_sub(rest.len()))),
        Err(Err::Incomplete(needed)) => {
            let more = match needed {
                Needed::Size(more) => more.get(),
                Needed::Unknown => 1,
            };
            Err(Fault::Short { at_least: bytes.len().saturating_add(more) })
        }
        Err(Err::Error(stop) | Err::Failure(stop)) => Err(match stop.why {
            Why::Opcode(code) => Fault::Opcode(code),
            Why::Negative(length) => Fault::Negative { offset: bytes.len().saturating_sub(stop.left), length },
        }),
    }
}

/// Appends the message's bytes. A text beyond the 32,767 bytes its length can say is cut there.
pub fn emit(packet: &Packet<'_>, out: &mut Vec<u8>) {
    match *packet {
        Packet::Cr { pseudo } => {
            out.push(opcode::CR);
            emit_string(pseudo, out);
        }
        Packet::Spm { sender, recipient, message } => {
            out.push(opcode::SPM);
            for text in [sender, recipient, message] {
                emit_string(text, out);
            }
        }
        Packet::Sma { sender, message } => {
            out.push(opcode::SMA);
            emit_string(sender, out);
            emit_string(message, out);
        }
        Packet::Link { step, sender, recipient, password } => {
            out.push(step.opcode());
            emit_string(sender, out);
            emit_string(recipient, out);
            out.extend_from_slice(&password.to_be_bytes());
        }
        Packet::Error { code } => out.extend_from_slice(&[opcode::ERROR, code]),
    }
}

impl Step {
    /// Its opcode.
    #[must_use]
    pub fn opcode(self) -> u8 {
        match self {
            Step::Ask => opcode::TCP_ASK,
            Step::Accept => opcode::TCP_ACCEPT,
            Step::Abort => opcode::TCP_ABORT,
            Step::Connect => opcode::TCP_CONNECT,
        }
    }
}

impl Packet<'_> {
    /// Its opcode.
    #[must_use]
    pub fn opcode(&self) -> u8 {
        match self {
            Packet::Cr { .. } => opcode::CR,
            Packet::Spm { .. } => opcode::SPM,
            Packet::Sma { .. } => opcode::SMA,
            Packet::Link { step, .. } => step.opcode(),
            Packet::Error { .. } => opcode::ERROR,
        }
    }
}

fn emit_string(text: &[u8], out: &mut Vec<u8>) {
    let length = i16::try_from(text.len()).unwrap_or(i16::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend(text.iter().take(usize::from(length.unsigned_abs())));
}

fn packet(i: &[u8]) -> IResult<&[u8], Packet<'_>, Stop> {
    let (i, code) = be_u8(i)?;
    match code {
        opcode::CR => {
            let (i, pseudo) = string(i)?;
            Ok((i, Packet::Cr { pseudo }))
        }
        opcode::SPM => {
            let (i, sender) = string(i)?;
            let (i, recipient) = string(i)?;
            let (i, message) = string(i)?;
            Ok((i, Packet::Spm { sender, recipient, message }))
        }
        opcode::SMA => {
            let (i, sender) = string(i)?;
            let (i, message) = string(i)?;
            Ok((i, Packet::Sma { sender, message }))
        }
        opcode::TCP_ASK => link(i, Step::Ask),
        opcode::TCP_ACCEPT => link(i, Step::Accept),
        opcode::TCP_ABORT => link(i, Step::Abort),
        opcode::TCP_CONNECT => link(i, Step::Connect),
        opcode::ERROR => {
            let (i, code) = be_u8(i)?;
            Ok((i, Packet::Error { code }))
        }
        other => Err(Err::Failure(Stop { left: i.len(), why: Why::Opcode(other) })),
    }
}

fn link(i: &[u8], step: Step) -> IResult<&[u8], Packet<'_>, Stop> {
    let (i, sender) = string(i)?;
    let (i, recipient) = string(i)?;
    let (i, password) = be_i16(i)?;
    Ok((i, Packet::Link { step, sender, recipient, password }))
}

/// STRING: a signed length and that many bytes (§ChatOS Packets).
fn string(i: &[u8]) -> IResult<&[u8], &[u8], Stop> {
    let (rest, length) = be_i16(i)?;
    match usize::try_from(length) {
        Ok(length) => take(length)(rest),
        Err(_) => Err(Err::Failure(Stop { left: i.len(), why: Why::Negative(length) })),
    }
}

/// Where and why parsing stopped for good.
#[derive(Debug)]
struct Stop {
    /// How many bytes were left there.
    left: usize,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Opcode(u8),
    Negative(i16),
}

impl<'a> ParseError<&'a [u8]> for Stop {
    // Streaming takes and numbers never fail, they ask for more; this is here for nom's sake.
    fn from_error_kind(input: &'a [u8], _kind: ErrorKind) -> Stop {
        Stop { left: input.len(), why: Why::Opcode(input.first().copied().unwrap_or(0)) }
    }

    fn append(_input: &'a [u8], _kind: ErrorKind, other: Stop) -> Stop {
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes_of(packet: &Packet<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        emit(packet, &mut out);
        out
    }

    #[test]
    fn a_personal_message_is_read_field_by_field() {
        let bytes = b"\x02\x00\x05alice\x00\x03bob\x00\x02ok";
        let want = Packet::Spm { sender: b"alice", recipient: b"bob", message: b"ok" };
        assert_eq!(parse(bytes), Ok((want, 17)));
        assert_eq!(bytes_of(&want), bytes);
    }

    #[test]
    fn passwords_are_signed() {
        let bytes = b"\x04\x00\x05carol\x00\x03bob\xc5\xfd";
        let want = Packet::Link { step: Step::Ask, sender: b"carol", recipient: b"bob", password: -14_851 };
        assert_eq!(parse(bytes), Ok((want, bytes.len())));
    }

    #[test]
    fn a_message_ends_where_it_says_whatever_follows() {
        assert_eq!(parse(b"\x08\x01\x08\x04"), Ok((Packet::Error { code: 1 }, 2)));
    }

    #[test]
    fn what_is_not_there_yet_is_asked_for() {
        assert_eq!(parse(b""), Err(Fault::Short { at_least: 1 }));
        assert_eq!(parse(b"\x01"), Err(Fault::Short { at_least: 3 }));
        assert_eq!(parse(b"\x01\x00\x05al"), Err(Fault::Short { at_least: 8 }));
        assert_eq!(parse(b"\x03\x00\x01a"), Err(Fault::Short { at_least: 6 }));
    }

    #[test]
    fn a_negative_length_is_named_with_its_place() {
        assert_eq!(parse(b"\x03\x00\x01a\xff\xfe"), Err(Fault::Negative { offset: 4, length: -2 }));
    }

    #[test]
    fn an_unassigned_opcode_delimits_nothing() {
        assert_eq!(parse(b"\x09\x00\x05alice"), Err(Fault::Opcode(9)));
        assert_eq!(parse(b"\x00"), Err(Fault::Opcode(0)));
    }

    #[test]
    fn texts_too_long_for_their_length_are_cut() {
        let long = vec![b'x'; 40_000];
        let bytes = bytes_of(&Packet::Cr { pseudo: &long });
        assert_eq!(bytes.len(), 3 + 32_767);
        assert_eq!(parse(&bytes).map(|(_, taken)| taken), Ok(32_770));
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(any::<u8>(), 0..300)
    }

    proptest! {
        #[test]
        fn what_is_emitted_is_read_back(which in 0u8..8, a in text(), b in text(), c in text(), number: i16) {
            let link = |step| Packet::Link { step, sender: &a, recipient: &b, password: number };
            let packet = match which {
                0 => Packet::Cr { pseudo: &a },
                1 => Packet::Spm { sender: &a, recipient: &b, message: &c },
                2 => Packet::Sma { sender: &a, message: &b },
                3 => link(Step::Ask),
                4 => link(Step::Accept),
                5 => link(Step::Abort),
                6 => link(Step::Connect),
                _ => Packet::Error { code: number.to_be_bytes()[0] },
            };
            let bytes = bytes_of(&packet);
            prop_assert_eq!(parse(&bytes), Ok((packet, bytes.len())));
            // Every beginning of it asks for more, and for no more than there is to come.
            for end in 0..bytes.len() {
                match parse(&bytes[..end]) {
                    Err(Fault::Short { at_least }) => prop_assert!(at_least > end && at_least <= bytes.len()),
                    other => prop_assert!(false, "{end} bytes of {}: {other:?}", bytes.len()),
                }
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok((packet, taken)) = parse(&bytes) {
                prop_assert_eq!(bytes_of(&packet), &bytes[..taken]);
            }
        }
    }
}
