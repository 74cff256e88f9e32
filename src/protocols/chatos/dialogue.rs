//! ChatOS messages as the tracker and the rules see them: who speaks, what it does, what is wrong with it.

use super::wire::{self, Fault, Packet, Step};
use super::{SPEC, code_name};
use crate::bytes::is_printable;
use crate::protocol::evidence::{penalty, printable_bits, text_bits};
use crate::protocol::{Act, Audience, Defect, DefectKind, Direction, Identity, Kind, Message, Reason, Verdict};
use crate::reason;

/// Eight of 256 opcodes are assigned.
const OPCODE_BITS: f32 = 5.0;

/// The first byte of a length is zero, which zero bytes elsewhere are too: half of what chance says.
const LENGTH_BITS: f32 = 4.0;

/// Reads one message; never fails.
pub(super) fn dissect(bytes: &[u8], direction: Direction) -> Message<'_> {
    let mut message = Message::unknown(bytes);
    read(bytes, direction, &mut message);
    message.evidence -= message.defects.iter().map(|defect| penalty(defect.kind)).sum::<f32>();
    message
}

fn read<'a>(bytes: &'a [u8], direction: Direction, message: &mut Message<'a>) {
    let packet = match wire::parse(bytes) {
        Ok((packet, length)) => {
            let there = bytes.len();
            if length < there {
                let reason = reason!("the message ends after {length} bytes, {there} are there", length, there);
                message.defects.push(Defect::new(DefectKind::LengthMismatch, length, reason));
            }
            packet
        }
        Err(fault) => {
            let (kind, offset, reason) = explain(fault, bytes.len());
            message.defects.push(Defect::new(kind, offset, reason));
            return;
        }
    };
    let (kind, allowed) = kind(packet.opcode(), direction);
    message.kind = kind;
    if !allowed {
        let name = kind.map_or("this message", |kind| kind.name);
        let way = if direction == Direction::ToClient { "by the server" } else { "by a client" };
        let reason = reason!("{name} is not sent {way}", name, way);
        message.defects.insert(0, Defect::new(DefectKind::WrongDirection, 0, reason));
    }
    message.evidence = OPCODE_BITS;
    lower(&packet, direction, message);
}

/// The row of the table for an opcode, and whether it may travel this way.
fn kind(opcode: u8, direction: Direction) -> (Option<&'static Kind>, bool) {
    let mut rows = SPEC.kinds.iter().filter(|kind| kind.code == u16::from(opcode));
    match rows.clone().find(|kind| kind.from.allows(direction)) {
        Some(kind) => (Some(kind), true),
        None => (rows.next(), false),
    }
}

fn explain(fault: Fault, there: usize) -> (DefectKind, usize, Reason) {
    match fault {
        Fault::Opcode(code) => {
            (DefectKind::UnassignedType, 0, reason!("opcode {code} is not assigned, only 1 to 8 are", code))
        }
        Fault::Negative { offset, length } => {
            (DefectKind::Malformed, offset, format!("the length of a text is negative: {length}").into())
        }
        Fault::Short { at_least } => {
            let reason = reason!("at least {at_least} bytes are needed, {there} are there", at_least, there);
            (DefectKind::LengthMismatch, there, reason)
        }
    }
}

/// Fills in what the fields say.
fn lower<'a>(packet: &Packet<'a>, direction: Direction, message: &mut Message<'a>) {
    // Whoever relays does not speak under the name in the message.
    let own = |name| if direction == Direction::ToClient { Identity::None } else { Identity::Name(name) };
    let content = message.content;
    let mut texts = Texts { at: 1, message };
    match *packet {
        Packet::Cr { pseudo } => {
            texts.name("pseudonym", pseudo);
            message.speaker = own(pseudo);
            message.act = Act::Login { name: pseudo };
        }
        Packet::Spm { sender, recipient, message: text } => {
            texts.name("sender", sender);
            texts.name("recipient", recipient);
            texts.text("message", text);
            message.speaker = own(sender);
            message.act = Act::Say { audience: Audience::User(recipient), author: Identity::Name(sender), text };
        }
        Packet::Sma { sender, message: text } => {
            texts.name("sender", sender);
            texts.text("message", text);
            message.speaker = own(sender);
            message.act = Act::Say { audience: Audience::Everyone, author: Identity::Name(sender), text };
        }
        Packet::Link { step, sender, recipient, .. } => {
            texts.name("sender", sender);
            texts.name("recipient", recipient);
            let toward = |author, other| Act::Say {
                audience: Audience::User(other),
                author: Identity::Name(author),
                text: content,
            };
            // Sender is who asked and recipient who was asked, in all four steps (§Private connexion protocol).
            let (speaker, act) = match step {
                Step::Ask => (sender, toward(sender, recipient)),
                Step::Abort => (recipient, toward(recipient, sender)),
                Step::Accept if direction == Direction::ToClient => (recipient, toward(recipient, sender)),
                Step::Accept => (recipient, Act::Attach { user: recipient }),
                Step::Connect => (sender, Act::Attach { user: sender }),
            };
            message.speaker = own(speaker);
            message.act = act;
        }
        Packet::Error { code } => {
            message.code = Some(code);
            message.verdict = if code == 1 { Verdict::Granted } else { Verdict::Refused };
            if code_name(code).is_none() {
                let reason = reason!("error code {code} is not assigned, only 1 to 6 are", code);
                message.defects.push(Defect::new(DefectKind::OutOfRange, 1, reason));
            } else {
                // Two small bytes are common: no more than a hint.
                message.evidence += 1.0;
            }
        }
    }
}

/// The texts of a message, judged in wire order.
struct Texts<'m, 'a> {
    /// Where the next one's length stands.
    at: usize,
    message: &'m mut Message<'a>,
}

impl Texts<'_, '_> {
    /// A pseudonym: somebody's, so not empty.
    fn name(&mut self, what: &'static str, bytes: &[u8]) {
        if bytes.is_empty() {
            let reason = reason!("the {what} is empty", what);
            self.message.defects.push(Defect::new(DefectKind::BadText, self.at, reason));
        }
        self.text(what, bytes);
    }

    fn text(&mut self, what: &'static str, bytes: &[u8]) {
        let start = self.at + 2;
        self.at = start + bytes.len();
        if is_printable(bytes) {
            self.message.evidence += printable_bits(bytes);
        } else {
            if let Err(error) = std::str::from_utf8(bytes) {
                let offset = start + error.valid_up_to();
                let reason = reason!("the {what} is not UTF-8 from byte {offset} on", what, offset);
                self.message.defects.push(Defect::new(DefectKind::BadText, offset, reason));
            }
            self.message.evidence += text_bits(bytes);
        }
        if bytes.len() < 256 {
            self.message.evidence += LENGTH_BITS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Seq;
    use proptest::prelude::*;

    const C: Direction = Direction::ToServer;
    const S: Direction = Direction::ToClient;

    fn kinds_of(message: &Message<'_>) -> Vec<(DefectKind, usize)> {
        message.defects.iter().map(|defect| (defect.kind, defect.offset)).collect()
    }

    #[test]
    fn a_login_names_its_user() {
        let message = dissect(b"\x01\x00\x05alice", C);
        assert_eq!(message.name(), Some("CR"));
        assert_eq!(message.act, Act::Login { name: b"alice" });
        assert_eq!(message.seq, Seq::None);
        assert!(message.defects.is_empty() && message.evidence > 10.0);
    }

    #[test]
    fn a_relay_is_the_same_content_under_the_other_row() {
        let bytes = b"\x02\x00\x05alice\x00\x03bob\x00\x02ok";
        let (asked, relayed) = (dissect(bytes, C), dissect(bytes, S));
        assert_eq!(asked.kind.map(|kind| kind.answered_by.len()), Some(1));
        assert_eq!(relayed.kind.map(|kind| kind.answered_by.len()), Some(0));
        assert_eq!(asked.act, relayed.act);
        assert_eq!(asked.content, relayed.content);
        assert_eq!((asked.speaker, relayed.speaker), (Identity::Name(b"alice"), Identity::None));
    }

    #[test]
    fn a_refusal_is_spoken_by_the_recipient() {
        let message = dissect(b"\x06\x00\x05carol\x00\x03bob\x00\x07", C);
        assert_eq!(message.speaker, Identity::Name(b"bob"));
        assert!(matches!(message.act, Act::Say { audience: Audience::User(b"carol"), .. }));
    }

    #[test]
    fn private_connections_belong_to_who_opens_them() {
        let act = |bytes| dissect(bytes, C).act;
        assert_eq!(act(b"\x05\x00\x05carol\x00\x03bob\x00\x07"), Act::Attach { user: b"bob" });
        assert_eq!(act(b"\x07\x00\x05carol\x00\x03bob\x00\x07"), Act::Attach { user: b"carol" });
    }

    #[test]
    fn clients_send_no_errors_and_servers_no_logins() {
        assert_eq!(kinds_of(&dissect(b"\x08\x01", C)), [(DefectKind::WrongDirection, 0)]);
        assert_eq!(kinds_of(&dissect(b"\x01\x00\x01a", S)), [(DefectKind::WrongDirection, 0)]);
        assert_eq!(kinds_of(&dissect(b"\x07\x00\x01a\x00\x01b\x00\x00", S)), [(DefectKind::WrongDirection, 0)]);
        assert!(dissect(b"\x08\x01", Direction::Unknown).defects.is_empty());
    }

    #[test]
    fn an_unassigned_code_is_read_all_the_same() {
        let message = dissect(b"\x08\x09", S);
        assert_eq!((message.name(), message.code), (Some("ERROR"), Some(9)));
        assert_eq!(kinds_of(&message), [(DefectKind::OutOfRange, 1)]);
    }

    #[test]
    fn bad_texts_are_found_where_they_are() {
        let message = dissect(b"\x02\x00\x05alice\x00\x00\x00\x04caf\xe9", C);
        assert_eq!(kinds_of(&message), [(DefectKind::BadText, 8), (DefectKind::BadText, 15)]);
        assert_eq!(message.name(), Some("SPM"));
    }

    #[test]
    fn what_is_no_message_says_why() {
        let unassigned = dissect(b"\x09\x00\x05alice", C);
        assert_eq!((unassigned.name(), kinds_of(&unassigned)), (None, vec![(DefectKind::UnassignedType, 0)]));
        assert_eq!(kinds_of(&dissect(b"\x01\xff\xff", C)), [(DefectKind::Malformed, 1)]);
        assert_eq!(kinds_of(&dissect(b"\x01\x00\x05al", C)), [(DefectKind::LengthMismatch, 5)]);
        assert_eq!(kinds_of(&dissect(b"\x08\x01!", S)), [(DefectKind::LengthMismatch, 2)]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for direction in [C, S, Direction::Peer, Direction::Unknown] {
                let message = dissect(&bytes, direction);
                prop_assert!((-80.0..=80.0).contains(&message.evidence));
                prop_assert!(message.defects.iter().all(|defect| defect.offset <= bytes.len()));
            }
        }
    }
}
