//! What each message does: from its bytes to what the tracker and the rules see.

use super::defects::{defects, too_short};
use super::text::{Diffusion, Ending, diffusion, line, users};
use super::wire::{self, Alignment, TextLength, Type};
use super::{ALIGNMENT, TEXT_LENGTH, alignment, kind_of, text_length};
use crate::protocol::evidence::{penalty, text_bits};
use crate::protocol::{
    Act, Audience, Defect, DefectKind, Direction, Identity, Message, Reading, Row, Scope, Seq, Verdict,
};

/// Reads a datagram.
pub(super) fn dissect<'a>(bytes: &'a [u8], reading: &Reading) -> Message<'a> {
    let Some(message) = wire::parse(bytes) else {
        let mut nothing = Message::unknown(bytes);
        nothing.defects.push(too_short(bytes.len()));
        nothing.evidence = -penalty(DefectKind::Malformed);
        return nothing;
    };
    let read = |direction| lower(bytes, &message, direction, text_length(reading), alignment(reading));
    if reading.direction != Direction::Unknown {
        return read(reading.direction);
    }
    let (to_server, to_client) = (read(Direction::ToServer), read(Direction::ToClient));
    if to_client.evidence > to_server.evidence { to_client } else { to_server }
}

fn lower<'a>(
    bytes: &'a [u8],
    message: &wire::Message<'a>,
    direction: Direction,
    length: TextLength,
    alignment: Alignment,
) -> Message<'a> {
    let found = defects(message, direction, length, alignment);
    let strays = found.iter().any(|defect| defect.kind == DefectKind::WrongDirection);
    Message {
        kind: kind_of(message.kind, direction),
        name: None,
        seq: Seq::Number(message.sequence),
        subject: None,
        speaker: match message.kind {
            Type::DECONNEXION if !line(message.text).0.is_empty() => Identity::Name(line(message.text).0),
            _ => Identity::None,
        },
        verdict: if strays { Verdict::None } else { verdict(message.kind) },
        code: None,
        act: if strays { Act::None } else { act(message) },
        // All from the third byte on: number and type are before it, but for the type's last two bits.
        content: bytes.get(2..).unwrap_or_default(),
        evidence: evidence(bytes, message, &found, alignment),
        defects: found,
    }
}

fn verdict(kind: Type) -> Verdict {
    match kind {
        Type::CONNEXION_INVALIDE
        | Type::ENVOIE_INVALIDE
        | Type::CLIENT_PRIVE_RECOIT_PUBLIC
        | Type::MESSAGERIE_TERMINEE
        | Type::LIMITE_ATTEINTE => Verdict::Refused,
        _ => Verdict::None,
    }
}

fn act<'a>(message: &wire::Message<'a>) -> Act<'a> {
    let (text, _) = line(message.text);
    match message.kind {
        Type::CONNEXION => Act::Login { name: text },
        Type::DECONNEXION => Act::Logout,
        Type::ACCEPTER_INVITATION => Act::AcceptInvitation { group: None },
        Type::REFUSER_INVITATION => Act::RejectInvitation { group: None },
        Type::QUITTER_MESSAGERIE => Act::Leave,
        Type::DIFFUSER_MESSAGE => {
            let (text, author) = match diffusion(message.text) {
                Diffusion::Lines { message, author, .. } | Diffusion::Annex { message, author } => {
                    (message, Identity::Name(author))
                }
                Diffusion::Anonymous(text) => (text, Identity::None),
            };
            // Whether it comes from the public room or a private one, it does not say: it is the receiver's.
            Act::Say { audience: Audience::OwnRoom, author, text }
        }
        Type::INVITATION_VALIDE => Act::Joined { group: None, decentralized: None },
        Type::FERMER_MESSAGERIE => Act::Dissolved { group: None },
        Type::ENVOYER_MESSAGE => {
            let audience = match message.etat {
                0 => Audience::Lobby,
                1 => Audience::Room,
                _ => Audience::OwnRoom,
            };
            Act::Say { audience, author: Identity::None, text }
        }
        Type::INVITATION => Act::Invite { group: None, invited: None, decentralized: message.mode == 1 },
        // The annex (§5) says it in the text alone.
        Type::CHOISIR_MODE => Act::ChooseMode { decentralized: message.mode == 1 || text.starts_with(b"decentralise") },
        Type::LISTE_UTILISATEURS => {
            let rows = users(message.text).map(|users| {
                let row = |user: super::text::User<'a>| Row {
                    name: user.name,
                    in_lobby: Some(user.public),
                    ..Row::default()
                };
                users.into_iter().map(row).collect()
            });
            Act::Roster { scope: Scope::All, rows }
        }
        _ => Act::None,
    }
}

/// 21 types of 256.
const TYPE_BITS: f32 = 3.5;
/// Ten bits of length that agree with the bytes there, of which the first are zero in most traffic anyway.
const LENGTH_BITS: f32 = 8.0;
/// The same for a length of zero.
const NO_LENGTH_BITS: f32 = 5.0;
/// Four zero bits, or four of which two are zero.
const LAST_BITS: f32 = 2.0;
/// A line end, which other text protocols have too.
const CRLF_BITS: f32 = 8.0;
/// A list that can be taken apart.
const LIST_BITS: f32 = 12.0;
/// What it costs to choose the better of two readings.
const CHOICE_BITS: f32 = 1.0;

/// How improbable it is that other traffic reads like this, in bits. Which of the two lengths and alignments a sender
/// uses is not known when a flow is first looked at: each of them speaks for the protocol.
fn evidence(bytes: &[u8], message: &wire::Message<'_>, found: &[Defect], alignment: Alignment) -> f32 {
    if alignment == Alignment::Byte
        && speaks_for_bits(bytes)
        && let Some(message) = wire::realign(bytes).as_deref().and_then(wire::parse)
    {
        let of_the_header =
            |defect: &&Defect| matches!(defect.kind, DefectKind::WrongDirection | DefectKind::LengthMismatch);
        return weight(&message, found.iter().filter(of_the_header), CHOICE_BITS);
    }
    weight(message, found.iter(), 0.0)
}

fn weight<'d>(message: &wire::Message<'_>, found: impl Iterator<Item = &'d Defect>, cost: f32) -> f32 {
    let there = message.text.len();
    let fits = |length: TextLength| usize::from(message.length) == length.field(there);
    let (exact, minus_one) = (fits(TextLength::Exact), fits(TextLength::MinusOne));
    let explained = exact || minus_one;
    let faults = found.filter(|defect| defect.kind != DefectKind::LengthMismatch || !explained);
    let mut bits = -cost - faults.map(|defect| penalty(defect.kind)).sum::<f32>();
    if matches!(message.kind.0, 1..=21) {
        bits += TYPE_BITS;
    }
    bits += match (exact, minus_one) {
        (true, _) if there == 0 => NO_LENGTH_BITS,
        (true, _) => LENGTH_BITS,
        (false, true) => LENGTH_BITS - CHOICE_BITS,
        (false, false) => 0.0,
    };
    if message.etat <= 1 && message.mode <= 1 && (message.kind.is_second_format() || message.etat + message.mode == 0) {
        bits += LAST_BITS;
    }
    if explained && there > 0 {
        let (line, ending) = line(message.text);
        bits += text_bits(line);
        if ending == Ending::CrLf {
            bits += CRLF_BITS;
        }
        if message.kind == Type::LISTE_UTILISATEURS && users(message.text).is_some() {
            bits += LIST_BITS;
        }
    }
    bits
}

/// Votes for what the bytes of one message, as they were on the wire, show of two conventions.
pub(super) fn vote(bytes: &[u8], vote: &mut dyn FnMut(usize, usize)) {
    let Some(message) = wire::parse(bytes).filter(|message| matches!(message.kind.0, 1..=21)) else { return };
    let there = message.text.len();
    if there == 0 {
        return;
    }
    for (value, length) in [TextLength::Exact, TextLength::MinusOne].into_iter().enumerate() {
        if usize::from(message.length) == length.field(there) {
            vote(TEXT_LENGTH, value);
        }
    }
    if speaks_for_bits(bytes) {
        vote(ALIGNMENT, 1);
    } else if speaks_for_bytes(&message) {
        vote(ALIGNMENT, 0);
    }
}

/// Whether a text of the first format reads where it begins at a byte.
fn speaks_for_bytes(message: &wire::Message<'_>) -> bool {
    message.kind.is_first_format() && reads(message)
}

/// Whether it reads only where it begins at bit 28.
fn speaks_for_bits(bytes: &[u8]) -> bool {
    wire::realign(bytes).as_deref().and_then(wire::parse).is_some_and(|moved| reads(&moved))
        && !wire::parse(bytes).is_some_and(|message| reads(&message))
}

/// Whether the padding is clean and the text holds no control characters but line ends.
fn reads(message: &wire::Message<'_>) -> bool {
    let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n');
    message.etat == 0 && message.mode == 0 && !message.text.iter().any(control)
}

#[cfg(test)]
mod tests {
    use super::super::Shen;
    use super::*;
    use crate::protocol::{Choices, Field, Protocol, Transport, Value};
    use proptest::prelude::*;

    const UP: Direction = Direction::ToServer;
    const DOWN: Direction = Direction::ToClient;

    fn reading(direction: Direction, choices: Choices) -> Reading {
        Reading { direction, transport: Transport::Udp, choices }
    }

    fn read(bytes: &[u8], direction: Direction) -> Message<'_> {
        Shen.dissect(bytes, &reading(direction, Choices::default()))
    }

    /// A message of §2.2's form.
    fn bytes(kind: Type, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        wire::Message::new(kind, 5, text, TextLength::Exact).emit(Alignment::Byte, &mut out);
        out
    }

    fn kinds_and_offsets(message: &Message<'_>) -> Vec<(DefectKind, usize)> {
        message.defects.iter().map(|defect| (defect.kind, defect.offset)).collect()
    }

    /// What is wrong, and where.
    fn wrong(bytes: &[u8], direction: Direction) -> Vec<(DefectKind, usize)> {
        kinds_and_offsets(&read(bytes, direction))
    }

    #[test]
    fn every_message_does_what_it_says() {
        let said = |audience, author, text| Act::Say { audience, author, text };
        let table: &[(Type, &[u8], Direction, &str, Act<'_>)] = &[
            (Type::CONNEXION, b"Lucy\r\n", UP, "Connexion", Act::Login { name: b"Lucy" }),
            (Type::CONNEXION_INVALIDE, b"pris\r\n", DOWN, "ConnexionInvalide", Act::None),
            (Type::DECONNEXION, b"", UP, "Deconnexion", Act::Logout),
            (Type::DEMANDE_DE_LISTE, b"", UP, "DemandeDeListe", Act::None),
            (Type::ACCEPTER_INVITATION, b"", UP, "AccepterInvitation", Act::AcceptInvitation { group: None }),
            (Type::REFUSER_INVITATION, b"", UP, "RefuserInvitation", Act::RejectInvitation { group: None }),
            (Type::QUITTER_MESSAGERIE, b"", UP, "QuitterMessagerie", Act::Leave),
            (Type::ACK, b"", DOWN, "ACK", Act::None),
            (
                Type::DIFFUSER_MESSAGE,
                b"Bonjour\r\nSheng\r\n",
                DOWN,
                "DiffuserMessage",
                said(Audience::OwnRoom, Identity::Name(b"Sheng"), b"Bonjour"),
            ),
            (Type::OFFRIR_MODES, b"lequel ?\r\n", DOWN, "OffrirModes", Act::None),
            (Type::INVITATION_VALIDE, b"", DOWN, "InvitationValide", Act::Joined { group: None, decentralized: None }),
            (Type::COMPTER_CLIENTS, b"", DOWN, "CompterClients", Act::None),
            (Type::FERMER_MESSAGERIE, b"fini\r\n", DOWN, "FermerMessagerie", Act::Dissolved { group: None }),
            (Type::ENVOIE_INVALIDE, b"qui ?\r\n", DOWN, "EnvoieInvalide", Act::None),
            (Type::CLIENT_PRIVE_RECOIT_PUBLIC, b"non\r\n", DOWN, "ClientPriveRecoitPublic", Act::None),
            (Type::MESSAGERIE_TERMINEE, b"fini\r\n", DOWN, "MessagerieTerminee", Act::None),
            (Type::LIMITE_ATTEINTE, b"plein\r\n", DOWN, "LimiteAtteinte", Act::None),
            (
                Type::ENVOYER_MESSAGE,
                b"Bonjour\r\n",
                UP,
                "EnvoyerMessage",
                said(Audience::Lobby, Identity::None, b"Bonjour"),
            ),
            (Type::INVITATION, b"", UP, "Invitation", Act::Invite { group: None, invited: None, decentralized: false }),
            (Type::CHOISIR_MODE, b"", UP, "ChoisirMode", Act::ChooseMode { decentralized: false }),
            (
                Type::LISTE_UTILISATEURS,
                b"privee, Lucy\r\n",
                DOWN,
                "ListeUtilisateurs",
                Act::Roster {
                    scope: Scope::All,
                    rows: Some(vec![Row { name: b"Lucy", in_lobby: Some(false), ..Row::default() }]),
                },
            ),
        ];
        for (kind, text, direction, name, act) in table {
            let bytes = bytes(*kind, text);
            let message = read(&bytes, *direction);
            assert_eq!((message.name(), &message.act), (Some(*name), act));
            assert_eq!((message.seq, &message.defects), (Seq::Number(5), &vec![]), "{name}");
            assert_eq!(message.verdict == Verdict::Refused, matches!(kind.0, 2 | 14..=17), "{name}");
            assert_eq!(read(&bytes, Direction::Unknown).defects, vec![], "{name}");
        }
    }

    #[test]
    fn the_annex_is_read_as_well() {
        let diffused = bytes(Type::DIFFUSER_MESSAGE, b"Bonjour, Sheng!, Lucy envoie");
        let message = read(&diffused, DOWN);
        let (audience, author) = (Audience::OwnRoom, Identity::Name(b"Lucy"));
        assert_eq!(message.act, Act::Say { audience, author, text: b"Bonjour, Sheng!" });
        assert_eq!(kinds_and_offsets(&message), [(DefectKind::MissingTerminator, 4)]);
        assert_eq!(wrong(&bytes(Type::INVITATION, b"Sheng,Lucy"), UP), []);
        let chosen = bytes(Type::CHOISIR_MODE, b"decentralise");
        assert_eq!(read(&chosen, UP).act, Act::ChooseMode { decentralized: true });
        assert_eq!(wrong(&chosen, UP), []);
        let left = bytes(Type::DECONNEXION, b"Lucy\r\n");
        assert_eq!((read(&left, UP).speaker, wrong(&left, UP)), (Identity::Name(b"Lucy"), vec![]));
    }

    #[test]
    fn an_invitation_is_another_row_of_the_table_each_way() {
        let invitation = bytes(Type::INVITATION, b"");
        let answers = |direction| read(&invitation, direction).kind.map(|kind| kind.answered_by[0].kind);
        assert_eq!((answers(UP), answers(DOWN)), (Some("OffrirModes"), Some("AccepterInvitation")));
    }

    #[test]
    fn the_second_format_carries_where_and_how() {
        let mut private = Vec::new();
        let message = wire::Message::new(Type::ENVOYER_MESSAGE, 5, b"ici\r\n", TextLength::Exact);
        message.with_state(true, true).emit(Alignment::Byte, &mut private);
        let said = Act::Say { audience: Audience::Room, author: Identity::None, text: b"ici" };
        assert_eq!(read(&private, Direction::Peer).act, said);
        assert_eq!(wrong(&private, Direction::Peer), []);
        assert_eq!(wrong(b"\x01\x44\x80\x5cici\r\n", UP), [(DefectKind::OutOfRange, 3)]);
        assert_eq!(wrong(b"\x01\x44\x80\x52ici\r\n", UP), [(DefectKind::OutOfRange, 3)]);
    }

    #[test]
    fn what_is_wrong_is_said_once() {
        use DefectKind::*;
        assert_eq!(wrong(&[1, 0x42, 0], UP), [(Malformed, 3)]);
        assert_eq!(wrong(&[1, 0x4a, 0, 0], UP), [(UnassignedType, 1)]);
        assert_eq!(read(&[1, 0x4a, 0, 0], UP).name(), None);
        assert_eq!(wrong(b"\x01\x43\x40\x60fini\r\n", UP), [(WrongDirection, 1)]);
        assert_eq!(read(b"\x01\x43\x40\x60fini\r\n", UP).act, Act::None);
        assert_eq!(wrong(&[1, 0x41, 0, 0], Direction::Peer), [(WrongDirection, 1)]);
        assert_eq!(wrong(b"\x01\x44\x81\xd0combien d'octets ?", UP), [(LengthMismatch, 2)]);
        assert_eq!(wrong(b"\x01\x41\x00\x00abc", UP), [(LengthMismatch, 2)]);
        assert_eq!(wrong(&bytes(Type::DEMANDE_DE_LISTE, b"abc"), UP), [(UnexpectedPayload, 4)]);
        assert_eq!(wrong(&bytes(Type::ACK, b"abc"), UP), [(MalformedAck, 4)]);
        assert_eq!(wrong(&[1, 0x41, 0, 0x0a], UP), [(ReservedBits, 3)]);
        assert_eq!(wrong(&bytes(Type::CONNEXION, b""), UP), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::CONNEXION, b"\r\n"), UP), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::DECONNEXION, b"\r\n"), UP), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::CONNEXION, b"vingt-et-un-caracteres\r\n"), UP), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::CONNEXION, "vingt caractères é è\r\n".as_bytes()), UP), []);
        assert_eq!(wrong(&bytes(Type::ENVOYER_MESSAGE, b"sans fin"), UP), [(MissingTerminator, 12)]);
        assert_eq!(wrong(&bytes(Type::ENVOYER_MESSAGE, b"fin\n"), UP), [(MissingTerminator, 7)]);
        assert_eq!(wrong(&bytes(Type::FERMER_MESSAGERIE, b""), DOWN), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::DIFFUSER_MESSAGE, b"\r\nLucy\r\n"), DOWN), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::DIFFUSER_MESSAGE, b"Bonjour\r\n"), DOWN), [(BadText, 4)]);
        assert_eq!(wrong(&bytes(Type::LISTE_UTILISATEURS, b"Lucy, Sheng"), DOWN), [(Opaque, 4)]);
        let opaque = bytes(Type::LISTE_UTILISATEURS, b"Lucy, Sheng");
        assert_eq!(read(&opaque, DOWN).act, Act::Roster { scope: Scope::All, rows: None });
        assert_eq!(wrong(&bytes(Type::LISTE_UTILISATEURS, b""), DOWN), []);
    }

    #[test]
    fn a_reason_says_what_was_required_and_what_was_there() {
        let text = b"\x01\x44\x81\xd0combien d'octets ?\r\n";
        assert_eq!(read(text, UP).defects[0].reason, "text length 29, 20 bytes of text are there");
        let padding = [1, 0x41, 0, 0x0a];
        assert_eq!(read(&padding, UP).defects[0].reason, "the 4 padding bits are 0b1010, not 0");
    }

    #[test]
    fn lengths_that_count_from_zero_are_right_under_that_convention_only() {
        let mut annex = Vec::new();
        wire::Message::new(Type::CONNEXION, 0, b"Lucy\r\n", TextLength::MinusOne).emit(Alignment::Byte, &mut annex);
        let minus_one = reading(UP, Choices::default().with(TEXT_LENGTH, 1));
        assert_eq!(Shen.dissect(&annex, &minus_one).defects, vec![]);
        assert_eq!(wrong(&annex, UP), [(DefectKind::LengthMismatch, 2)]);
        let exact = bytes(Type::CONNEXION, b"Lucy\r\n");
        assert_eq!(kinds_and_offsets(&Shen.dissect(&exact, &minus_one)), [(DefectKind::LengthMismatch, 2)]);
        assert_eq!(Shen.dissect(&bytes(Type::ACK, b""), &minus_one).defects, vec![]);
    }

    fn votes(bytes: &[u8]) -> Vec<(usize, usize)> {
        let mut votes = Vec::new();
        vote(bytes, &mut |convention, value| votes.push((convention, value)));
        votes
    }

    #[test]
    fn a_text_votes_for_its_length_and_its_place() {
        let emitted = |length, alignment| {
            let mut out = Vec::new();
            wire::Message::new(Type::CONNEXION, 9, "Amélie\r\n".as_bytes(), length).emit(alignment, &mut out);
            out
        };
        assert_eq!(votes(&emitted(TextLength::Exact, Alignment::Byte)), [(TEXT_LENGTH, 0), (ALIGNMENT, 0)]);
        assert_eq!(votes(&emitted(TextLength::MinusOne, Alignment::Byte)), [(TEXT_LENGTH, 1), (ALIGNMENT, 0)]);
        assert_eq!(votes(&emitted(TextLength::Exact, Alignment::Bit)), [(TEXT_LENGTH, 0), (ALIGNMENT, 1)]);
        assert_eq!(votes(&bytes(Type::ENVOYER_MESSAGE, b"oui\r\n")), [(TEXT_LENGTH, 0)]);
        assert_eq!(votes(&bytes(Type::ACK, b"")), []);
        assert_eq!(votes(b"\x01\x44\x81\xd0trop peu"), []);
    }

    #[test]
    fn text_at_bit_28_reads_as_text_at_a_byte_does() {
        let mut wired = Vec::new();
        let message = wire::Message::new(Type::DIFFUSER_MESSAGE, 5, b"salut\r\nLucy\r\n", TextLength::Exact);
        message.emit(Alignment::Bit, &mut wired);
        let by_bit = reading(DOWN, Choices::default().with(ALIGNMENT, 1));
        let whole = Shen.whole_bytes(&wired, &by_bit);
        let plain = bytes(Type::DIFFUSER_MESSAGE, b"salut\r\nLucy\r\n");
        assert_eq!(Shen.dissect(&whole, &by_bit).act, read(&plain, DOWN).act);
        assert_eq!(Shen.dissect(&whole, &by_bit).defects, vec![]);
        let fields = Shen.fields(&whole, &by_bit);
        let field =
            |name| fields.iter().find(|field: &&Field<'_>| field.name == name).map(|field| (&field.value, field.span));
        let spans = |name| field(name).map(|(_, span)| (span.start, span.end));
        assert_eq!(field("text").map(|(value, _)| value), Some(&Value::Text(b"salut")));
        assert_eq!((spans("text"), spans("author")), (Some((3, 9)), Some((10, 15))));
        // Before the convention is known it is recognized all the same.
        assert!(read(&wired, DOWN).evidence > 15.0);
    }

    #[test]
    fn chance_does_not_look_like_the_protocol() {
        assert!(read(&bytes(Type::CONNEXION, b"Lucy\r\n"), UP).evidence > 20.0);
        assert!(read(&bytes(Type::ACK, b""), UP).evidence > 8.0);
        assert!(read(&[0; 4], UP).evidence < 0.0);
        assert!(read(b"\x00\x01ficher\0octet\0", UP).evidence < 0.0);
        assert!(read(b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www", UP).evidence < 0.0);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(
            bytes in proptest::collection::vec(any::<u8>(), 0..64), kind in 0u8..24, direction in 0usize..4, choices in 0usize..4,
        ) {
            let mut bytes = bytes;
            if bytes.len() > 2 {
                bytes[1] = bytes[1] & 0xC0 | kind >> 2;
                bytes[2] = bytes[2] & 0x3F | kind << 6;
            }
            let directions = [UP, DOWN, Direction::Peer, Direction::Unknown];
            let choices = Choices::default().with(TEXT_LENGTH, choices & 1).with(ALIGNMENT, choices >> 1);
            let reading = reading(directions[direction], choices);
            let whole = Shen.whole_bytes(&bytes, &reading);
            prop_assert_eq!(whole.len(), bytes.len());
            let message = Shen.dissect(&whole, &reading);
            prop_assert!(message.defects.iter().all(|defect| defect.offset <= bytes.len()));
            prop_assert!(message.defects.is_sorted_by_key(|defect| defect.offset));
            for field in Shen.fields(&whole, &reading) {
                prop_assert!(field.span.start <= field.span.end && field.span.end <= bytes.len());
            }
            Shen.vote(&bytes, &reading, &mut |convention, value| assert!(convention < 2 && value < 2));
        }

        #[test]
        fn random_datagrams_seldom_speak_for_it(bytes in proptest::collection::vec(any::<u8>(), 5..40)) {
            prop_assert!(read(&bytes, Direction::Unknown).evidence < 15.0);
        }
    }
}
