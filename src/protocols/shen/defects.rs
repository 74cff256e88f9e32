//! What is wrong with the bytes of one message, as far as it shows in the message itself.

use super::kind_of;
use super::text::{Diffusion, Ending, diffusion, line, users};
use super::wire::{Alignment, HEADER, Message, TextLength, Type};
use crate::protocol::{Defect, DefectKind, Direction};
use crate::reason;

/// The most characters of a user name (§2.1).
const NAME: usize = 20;

/// Where the header's fields begin, in whole bytes.
const TYPE: usize = 1;
const LENGTH: usize = 2;
const LAST_BITS: usize = 3;

/// The one defect of bytes that do not hold a header.
pub(super) fn too_short(there: usize) -> Defect {
    Defect::new(
        DefectKind::Malformed,
        there,
        reason!("a message has at least the {HEADER} bytes of the header, this has {there}", there),
    )
}

/// Where the text of a message begins, in whole bytes.
pub(super) fn text_start(message: &Message<'_>, alignment: Alignment) -> usize {
    let shifted = alignment == Alignment::Bit && message.kind.is_first_format() && !message.text.is_empty();
    HEADER - usize::from(shifted)
}

/// Everything wrong with a message, in wire order.
pub(super) fn defects(
    message: &Message<'_>,
    direction: Direction,
    length: TextLength,
    alignment: Alignment,
) -> Vec<Defect> {
    let Some(row) = kind_of(message.kind, direction) else {
        let code = message.kind.0;
        let reason = reason!("type {code}; 1 to 21 are assigned", code);
        return vec![Defect::new(DefectKind::UnassignedType, TYPE, reason)];
    };
    let mut found = Vec::new();
    if !row.from.allows(direction) {
        let (name, way) = (row.name, way(direction));
        let reason = reason!("{name} is not sent {way}", name, way);
        found.push(Defect::new(DefectKind::WrongDirection, TYPE, reason));
    }
    let there = message.text.len();
    let lies = usize::from(message.length) != length.field(there);
    if lies {
        let counted = match length {
            TextLength::Exact => "",
            TextLength::MinusOne => " (which counts as one less)",
        };
        let claimed = message.length;
        let reason =
            reason!("text length {claimed}, {there} bytes of text are there{counted}", claimed, there, counted);
        found.push(Defect::new(DefectKind::LengthMismatch, LENGTH, reason));
    }
    found.extend(last_bits(message, alignment));
    // A text that was cut or has grown is no fault of its own.
    if !lies {
        text(message, text_start(message, alignment), &mut found);
    }
    found.sort_by_key(|defect| defect.offset);
    found
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::ToServer => "by a client to the server",
        Direction::ToClient => "by the server to a client",
        Direction::Peer => "between clients",
        Direction::Unknown => "this way",
    }
}

/// The last four bits of the header: `etat` and `mode` (§2.3) or padding.
fn last_bits(message: &Message<'_>, alignment: Alignment) -> Option<Defect> {
    let (etat, mode) = (message.etat, message.mode);
    let (kind, reason) = if message.kind.is_second_format() {
        let reason = match (etat, mode) {
            (0 | 1, 0 | 1) => return None,
            (0 | 1, _) => reason!("mode {mode}; it is 0 (centralized) or 1 (decentralized)", mode),
            (_, 0 | 1) => reason!("etat {etat}; it is 0 (public) or 1 (private)", etat),
            (_, _) => reason!("etat {etat} and mode {mode}; they are 0 or 1", etat, mode),
        };
        (DefectKind::OutOfRange, reason)
    } else {
        // Shifted, they stand behind the text and nobody says what they are.
        let shifted = alignment == Alignment::Bit && message.kind.is_first_format();
        let bits = etat << 2 | mode;
        if bits == 0 || shifted {
            return None;
        }
        (DefectKind::ReservedBits, format!("the 4 padding bits are {bits:#06b}, not 0").into())
    };
    Some(Defect::new(kind, LAST_BITS, reason))
}

/// The text, as its type defines it (§2.2.1 to §2.4.1).
fn text(message: &Message<'_>, at: usize, found: &mut Vec<Defect>) {
    let there = message.text.len();
    match message.kind {
        Type::ACK if there > 0 => {
            let reason = reason!("an ACK has no text, this has {there} bytes", there);
            found.push(Defect::new(DefectKind::MalformedAck, at, reason));
        }
        Type::DEMANDE_DE_LISTE
        | Type::ACCEPTER_INVITATION
        | Type::REFUSER_INVITATION
        | Type::QUITTER_MESSAGERIE
        | Type::INVITATION_VALIDE
        | Type::COMPTER_CLIENTS
            if there > 0 =>
        {
            let reason = reason!("{there} bytes of text, where it is empty", there);
            found.push(Defect::new(DefectKind::UnexpectedPayload, at, reason));
        }
        // The annex (§5) leaves this one empty.
        Type::DECONNEXION if there == 0 => {}
        Type::CONNEXION | Type::DECONNEXION => {
            required(message.text, at, found);
            name(line(message.text).0, at, found);
        }
        Type::CONNEXION_INVALIDE
        | Type::OFFRIR_MODES
        | Type::FERMER_MESSAGERIE
        | Type::ENVOIE_INVALIDE
        | Type::CLIENT_PRIVE_RECOIT_PUBLIC
        | Type::MESSAGERIE_TERMINEE
        | Type::LIMITE_ATTEINTE
        | Type::ENVOYER_MESSAGE => required(message.text, at, found),
        Type::DIFFUSER_MESSAGE => relayed(message.text, at, found),
        Type::LISTE_UTILISATEURS if users(message.text).is_none() => {
            let reason = reason!("{there} bytes of text that are no `statut, nom` items", there);
            found.push(Defect::new(DefectKind::Opaque, at, reason));
        }
        // In the annex (§5) an invitation names clients and a choice its mode: with or without text.
        _ => {}
    }
}

/// A text that must be there and end in CR LF.
fn required(text: &[u8], at: usize, found: &mut Vec<Defect>) {
    let (line, ending) = line(text);
    if line.is_empty() {
        let there = text.len();
        let reason = reason!("the text is empty: {there} bytes", there);
        found.push(Defect::new(DefectKind::BadText, at, reason));
        return;
    }
    let missing = match ending {
        Ending::CrLf => return,
        Ending::Lf => "the text ends in a bare LF, not in CR LF",
        Ending::None => "the text does not end in CR LF",
    };
    found.push(Defect::new(DefectKind::MissingTerminator, at + line.len(), missing));
}

/// A user name has at most 20 characters (§2.1): in what encoding is not said, so bytes count where it is not UTF-8.
fn name(name: &[u8], at: usize, found: &mut Vec<Defect>) {
    let characters = std::str::from_utf8(name).map_or(name.len(), |name| name.chars().count());
    if characters > NAME {
        let reason = reason!("the user name has {characters} characters, at most {NAME} are allowed", characters);
        found.push(Defect::new(DefectKind::BadText, at, reason));
    }
}

/// The two parts of a relayed message (§2.2.9).
fn relayed(text: &[u8], at: usize, found: &mut Vec<Defect>) {
    let bad = |reason| Defect::new(DefectKind::BadText, at, reason);
    let unterminated = |reason| Defect::new(DefectKind::MissingTerminator, at, reason);
    found.extend(match diffusion(text) {
        Diffusion::Lines { message: [], .. } | Diffusion::Annex { message: [], .. } | Diffusion::Anonymous([]) => {
            Some(bad("the message relayed is empty"))
        }
        Diffusion::Lines { author: [], .. } | Diffusion::Anonymous(_) => {
            Some(bad("the author of the message relayed is not named"))
        }
        Diffusion::Lines { terminated: true, .. } => None,
        Diffusion::Lines { terminated: false, .. } => Some(unterminated("message and author do not both end in CR LF")),
        Diffusion::Annex { .. } => Some(unterminated("message and author are not separated by CR LF")),
    });
}
