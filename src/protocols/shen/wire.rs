//! The bytes of one message and nothing but the bytes (§2.2, §2.3, §2.4): a parser and its encoder.
//!
//! Reading is lossless: for any bytes that hold a header, `emit(parse(bytes)) == bytes`. What a text is made of is
//! [`super::text`]'s.

use nom::Parser;
use nom::bits::{bits, complete as bit};
use nom::error::Error;

/// Bytes of the header, its last four bits included (§2.2, §2.3).
pub const HEADER: usize = 4;

/// What a message is: eight bits, assigned or not (§2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Type(pub u8);

impl Type {
    /// §2.2.1
    pub const CONNEXION: Type = Type(1);
    /// §2.2.2
    pub const CONNEXION_INVALIDE: Type = Type(2);
    /// §2.2.3
    pub const DECONNEXION: Type = Type(3);
    /// §2.2.4
    pub const DEMANDE_DE_LISTE: Type = Type(4);
    /// §2.2.5
    pub const ACCEPTER_INVITATION: Type = Type(5);
    /// §2.2.6
    pub const REFUSER_INVITATION: Type = Type(6);
    /// §2.2.7
    pub const QUITTER_MESSAGERIE: Type = Type(7);
    /// §2.2.8
    pub const ACK: Type = Type(8);
    /// §2.2.9
    pub const DIFFUSER_MESSAGE: Type = Type(9);
    /// §2.2.10
    pub const OFFRIR_MODES: Type = Type(10);
    /// §2.2.11
    pub const INVITATION_VALIDE: Type = Type(11);
    /// §2.2.12
    pub const COMPTER_CLIENTS: Type = Type(12);
    /// §2.2.13
    pub const FERMER_MESSAGERIE: Type = Type(13);
    /// §2.2.14
    pub const ENVOIE_INVALIDE: Type = Type(14);
    /// §2.2.15
    pub const CLIENT_PRIVE_RECOIT_PUBLIC: Type = Type(15);
    /// §2.2.16
    pub const MESSAGERIE_TERMINEE: Type = Type(16);
    /// §2.2.17
    pub const LIMITE_ATTEINTE: Type = Type(17);
    /// §2.3.1
    pub const ENVOYER_MESSAGE: Type = Type(18);
    /// §2.3.2
    pub const INVITATION: Type = Type(19);
    /// §2.3.3
    pub const CHOISIR_MODE: Type = Type(20);
    /// §2.4.1
    pub const LISTE_UTILISATEURS: Type = Type(21);

    /// The first format (§2.2), whose figure lets the text begin right behind the length, in the middle of a byte.
    #[must_use]
    pub const fn is_first_format(self) -> bool {
        matches!(self.0, 1..=17)
    }

    /// The second format (§2.3), which has `etat` and `mode`.
    #[must_use]
    pub const fn is_second_format(self) -> bool {
        matches!(self.0, 18..=20)
    }
}

/// What the length field counts: §2.2 and the annex (§5) differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextLength {
    /// The bytes of text, line end included.
    #[default]
    Exact,
    /// The index of the last one.
    MinusOne,
}

impl TextLength {
    /// What the field holds for a text of this many bytes.
    #[must_use]
    pub const fn field(self, text: usize) -> usize {
        match self {
            TextLength::Exact => text,
            TextLength::MinusOne => text.saturating_sub(1),
        }
    }
}

/// Where the text of the first format begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// At the fifth byte.
    #[default]
    Byte,
    /// At bit 28, as Figure 1 draws it; the last four bits of the message fill up its last byte.
    Bit,
}

/// One message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// Ten bits.
    pub sequence: u16,
    /// Eight bits.
    pub kind: Type,
    /// Ten bits: the length of the text, as claimed.
    pub length: u16,
    /// Two bits: 0 public, 1 private. In formats 1 and 3 the upper half of the padding.
    pub etat: u8,
    /// Two bits: 0 centralized, 1 decentralized. In formats 1 and 3 the lower half of the padding.
    pub mode: u8,
    /// The text as it stands, line ends included.
    pub text: &'a [u8],
}

impl<'a> Message<'a> {
    /// A message in the public room and centralized, its length counted out; more than ten bits can say is cut to what
    /// they can.
    #[must_use]
    pub fn new(kind: Type, sequence: u16, text: &'a [u8], length: TextLength) -> Message<'a> {
        let length = u16::try_from(length.field(text.len())).unwrap_or(u16::MAX).min(0x3FF);
        Message { sequence, kind, length, etat: 0, mode: 0, text }
    }

    /// The same with the two fields of the second format.
    #[must_use]
    pub fn with_state(self, private: bool, decentralized: bool) -> Message<'a> {
        Message { etat: private.into(), mode: decentralized.into(), ..self }
    }

    /// The acknowledgement of a message of this number (§2.2.8).
    #[must_use]
    pub fn ack(sequence: u16) -> Message<'static> {
        Message::new(Type::ACK, sequence, &[], TextLength::Exact)
    }

    /// Appends the bytes on the wire.
    pub fn emit(&self, alignment: Alignment, out: &mut Vec<u8>) {
        let header = u32::from(self.sequence & 0x3FF) << 22
            | u32::from(self.kind.0) << 14
            | u32::from(self.length & 0x3FF) << 4
            | u32::from(self.etat & 3) << 2
            | u32::from(self.mode & 3);
        let start = out.len();
        out.extend(header.to_be_bytes());
        out.extend(self.text);
        if alignment == Alignment::Bit
            && self.kind.is_first_format()
            && let Some(tail) = out.get_mut(start + HEADER - 1..)
        {
            rotate_left(tail);
        }
    }
}

/// Reads one message whose text begins at a byte (see [`realign`]); `None` if the bytes do not hold a header.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    type InBits<'a> = Error<(&'a [u8], usize)>;
    let widths = (bit::take(10usize), bit::take(8usize), bit::take(10usize), bit::take(2usize), bit::take(2usize));
    let header = bits::<_, _, InBits<'_>, Error<&[u8]>, _>(widths).parse(bytes);
    let (text, (sequence, kind, length, etat, mode)) = header.ok()?;
    Some(Message { sequence, kind: Type(kind), length, etat, mode, text })
}

/// Moves the text of a message that lets it begin at bit 28 to the byte after, and the four bits that filled up its
/// last byte before it. `None` if there is nothing to move.
#[must_use]
pub fn realign(bytes: &[u8]) -> Option<Vec<u8>> {
    let message = parse(bytes)?;
    if !message.kind.is_first_format() || message.text.is_empty() {
        return None;
    }
    let mut moved = bytes.to_vec();
    rotate_right(moved.get_mut(HEADER - 1..)?);
    Some(moved)
}

/// Keeps the first four bits, moves the next four to the end.
fn rotate_left(tail: &mut [u8]) {
    if let Some((head, text)) = tail.split_first_mut() {
        let mut carry = *head & 0x0F;
        for byte in text.iter_mut().rev() {
            (*byte, carry) = (*byte << 4 | carry, *byte >> 4);
        }
        *head = *head & 0xF0 | carry;
    }
}

/// The inverse.
fn rotate_right(tail: &mut [u8]) {
    if let Some((head, text)) = tail.split_first_mut() {
        let mut carry = *head & 0x0F;
        for byte in text {
            (*byte, carry) = (carry << 4 | *byte >> 4, *byte & 0x0F);
        }
        *head = *head & 0xF0 | carry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn emitted(message: &Message<'_>, alignment: Alignment) -> Vec<u8> {
        let mut out = vec![0xEE];
        message.emit(alignment, &mut out);
        out.split_off(1)
    }

    #[test]
    fn the_header_is_packed_most_significant_bit_first() {
        let ack = Message::ack(0x3FF);
        assert_eq!(emitted(&ack, Alignment::Byte), [0xFF, 0xC2, 0, 0]);
        let said = Message::new(Type::ENVOYER_MESSAGE, 5, b"Rebonjour\r\n", TextLength::Exact).with_state(true, false);
        assert_eq!(emitted(&said, Alignment::Byte), b"\x01\x44\x80\xb4Rebonjour\r\n");
        let asked = Message::new(Type::CONNEXION, 0, b"Lucy", TextLength::MinusOne);
        assert_eq!(emitted(&asked, Alignment::Byte), b"\x00\x00\x40\x30Lucy");
    }

    #[test]
    fn text_at_bit_28_is_half_a_byte_further_to_the_left() {
        let asked = Message::new(Type::CONNEXION, 0, b"AB", TextLength::Exact);
        assert_eq!(emitted(&asked, Alignment::Bit), [0x00, 0x00, 0x40, 0x24, 0x14, 0x20]);
        assert_eq!(realign(&[0x00, 0x00, 0x40, 0x24, 0x14, 0x2F]), Some(vec![0x00, 0x00, 0x40, 0x2F, 0x41, 0x42]));
        // Formats 2 and 3 leave nothing to shift.
        let said = Message::new(Type::ENVOYER_MESSAGE, 0, b"AB", TextLength::Exact);
        assert_eq!(emitted(&said, Alignment::Bit), emitted(&said, Alignment::Byte));
        assert_eq!(realign(&emitted(&said, Alignment::Bit)), None);
        assert_eq!(realign(&emitted(&Message::ack(1), Alignment::Bit)), None);
    }

    #[test]
    fn three_bytes_are_no_header() {
        assert_eq!(parse(&[0, 0x42, 0]), None);
    }

    proptest! {
        #[test]
        fn what_is_emitted_is_read_back(
            sequence in 0u16..1024, kind in any::<u8>(), etat in 0u8..4, mode in 0u8..4,
            text in proptest::collection::vec(any::<u8>(), 0..1024), minus_one in any::<bool>(),
        ) {
            let length = if minus_one { TextLength::MinusOne } else { TextLength::Exact };
            for kind in (0..=22).chain([kind]) {
                let message = Message { etat, mode, ..Message::new(Type(kind), sequence, &text, length) };
                prop_assert_eq!(usize::from(message.length), length.field(text.len()));
                let bytes = emitted(&message, Alignment::Byte);
                prop_assert_eq!(parse(&bytes), Some(message));
                let shifted = emitted(&message, Alignment::Bit);
                let back = realign(&shifted).unwrap_or(shifted);
                prop_assert_eq!(parse(&back), Some(message));
            }
        }

        #[test]
        fn reading_loses_no_bit(bytes in proptest::collection::vec(any::<u8>(), HEADER..40)) {
            let message = parse(&bytes).expect("a header");
            prop_assert_eq!(emitted(&message, Alignment::Byte), bytes.clone());
            if let Some(moved) = realign(&bytes) {
                prop_assert_eq!(emitted(&parse(&moved).expect("a header"), Alignment::Bit), bytes);
            }
        }
    }
}
