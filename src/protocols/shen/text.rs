//! What a text is made of: line ends, a relayed message with its author, a list of users.
//!
//! §2.2 and the annex (§5) write them differently; both are read, and §2.2's form is written.

/// The line end that §2.2 asks for after a text.
pub const CRLF: &[u8] = b"\r\n";

/// How a text ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    CrLf,
    /// With a bare line feed.
    Lf,
    /// Without a line end, as in the annex.
    None,
}

/// A text without its line end, and which that was.
#[must_use]
pub fn line(text: &[u8]) -> (&[u8], Ending) {
    if let Some(line) = text.strip_suffix(CRLF) {
        (line, Ending::CrLf)
    } else if let Some(line) = text.strip_suffix(b"\n") {
        (line, Ending::Lf)
    } else {
        (text, Ending::None)
    }
}

/// A text with its line end.
#[must_use]
pub fn terminated(text: &[u8]) -> Vec<u8> {
    [text, CRLF].concat()
}

/// The text of a `DiffuserMessage` (§2.2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diffusion<'a> {
    /// The two parts, a line each.
    Lines {
        /// What was said.
        message: &'a [u8],
        /// By whom.
        author: &'a [u8],
        /// Both lines end in CR LF.
        terminated: bool,
    },
    /// The annex's one text, `message, author envoie`.
    Annex {
        /// What was said.
        message: &'a [u8],
        /// By whom.
        author: &'a [u8],
    },
    /// A text of neither form: nobody is named.
    Anonymous(&'a [u8]),
}

/// Takes the text of a `DiffuserMessage` apart.
#[must_use]
pub fn diffusion(text: &[u8]) -> Diffusion<'_> {
    let (both, ending) = line(text);
    // The author is the last line: a message may hold line ends of its own, a name does not.
    if let Some(end) = both.iter().rposition(|byte| *byte == b'\n') {
        let (before, author) = both.split_at(end + 1);
        let (message, middle) = line(before);
        let terminated = (middle, ending) == (Ending::CrLf, Ending::CrLf);
        return Diffusion::Lines { message, author, terminated };
    }
    let annex = both.strip_suffix(b" envoie").and_then(|named| {
        let comma = named.iter().rposition(|byte| *byte == b',')?;
        Some((named.get(..comma)?, named.get(comma + 1..)?.trim_ascii()))
    });
    match annex {
        Some((message, author)) if !author.is_empty() => Diffusion::Annex { message, author },
        _ => Diffusion::Anonymous(both),
    }
}

/// Writes the text of a `DiffuserMessage`.
#[must_use]
pub fn diffused(message: &[u8], author: &[u8]) -> Vec<u8> {
    [message, CRLF, author, CRLF].concat()
}

/// One user of a `ListeUtilisateurs` (§2.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User<'a> {
    /// `publique`, else `privee`.
    pub public: bool,
    /// The name.
    pub name: &'a [u8],
    /// Where its item begins in the text.
    pub at: usize,
    /// How many bytes the item has.
    pub len: usize,
}

/// The users of a list: `statut, nom` items separated by CR LF, LF or `;`. `None` if the text is not of that form.
#[must_use]
pub fn users(text: &[u8]) -> Option<Vec<User<'_>>> {
    let mut users = Vec::new();
    let mut at = 0;
    for item in text.split(|byte| matches!(byte, b'\n' | b';')) {
        let blank = item.trim_ascii();
        if !blank.is_empty() {
            let comma = blank.iter().position(|byte| *byte == b',')?;
            let (statut, name) = (blank.get(..comma)?.trim_ascii_end(), blank.get(comma + 1..)?.trim_ascii_start());
            let public = match statut {
                b"publique" => true,
                b"privee" => false,
                _ => return None,
            };
            if name.is_empty() {
                return None;
            }
            let indent = item.len() - item.trim_ascii_start().len();
            users.push(User { public, name, at: at + indent, len: blank.len() });
        }
        at += item.len() + 1;
    }
    Some(users)
}

/// Writes a list of (public, name), an item a line.
#[must_use]
pub fn listed<'a>(users: impl IntoIterator<Item = (bool, &'a [u8])>) -> Vec<u8> {
    let mut text = Vec::new();
    for (public, name) in users {
        let statut: &[u8] = if public { b"publique, " } else { b"privee, " };
        text.extend([statut, name, CRLF].concat());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_ends_are_told_apart() {
        assert_eq!(line(b"Lucy\r\n"), (b"Lucy".as_slice(), Ending::CrLf));
        assert_eq!(line(b"lucy\n"), (b"lucy".as_slice(), Ending::Lf));
        assert_eq!(line(b"Lucy"), (b"Lucy".as_slice(), Ending::None));
        assert_eq!(line(b"\r\n"), (b"".as_slice(), Ending::CrLf));
    }

    #[test]
    fn a_relayed_message_comes_apart_in_the_forms_of_both_sections() {
        let lines = |message, author, terminated| Diffusion::Lines { message, author, terminated };
        assert_eq!(diffusion(b"Bonjour\r\nSheng\r\n"), lines(b"Bonjour", b"Sheng", true));
        assert_eq!(diffusion(b"Bonjour\nSheng\n"), lines(b"Bonjour", b"Sheng", false));
        assert_eq!(diffusion(b"Bonjour\r\nSheng"), lines(b"Bonjour", b"Sheng", false));
        assert_eq!(diffusion(b"two\r\nlines\r\nSheng\r\n"), lines(b"two\r\nlines", b"Sheng", true));
        assert_eq!(diffusion(b"Bonjour\r\n\r\n"), lines(b"Bonjour", b"", true));
        let annex = |message, author| Diffusion::Annex { message, author };
        assert_eq!(diffusion(b"Bonjour, Sheng!, Lucy envoie"), annex(b"Bonjour, Sheng!", b"Lucy"));
        assert_eq!(diffusion(b"Rebonjour,shen envoie"), annex(b"Rebonjour", b"shen"));
        assert_eq!(diffusion(b"Bonjour"), Diffusion::Anonymous(b"Bonjour"));
        assert_eq!(diffusion(b"Bonjour, envoie"), Diffusion::Anonymous(b"Bonjour, envoie"));
    }

    #[test]
    fn lists_are_read_with_any_of_the_three_separators() {
        let user = |public, name, at, len| User { public, name, at, len };
        let both = |first, second| Some(vec![first, second]);
        assert_eq!(users(b"publique, Lucy"), Some(vec![user(true, b"Lucy", 0, 14)]));
        let lines = both(user(true, b"Lucy", 0, 14), user(false, b"Sheng", 16, 13));
        assert_eq!(users(b"publique, Lucy\r\nprivee, Sheng\r\n"), lines);
        let others = both(user(true, b"Lucy", 0, 14), user(false, b"Sheng", 15, 12));
        assert_eq!(users(b"publique, Lucy\nprivee,Sheng"), others);
        assert_eq!(users(b"publique, Lucy;privee,Sheng;"), others);
        assert_eq!(users(b""), Some(vec![]));
        assert_eq!(users(b"publique, "), None);
        assert_eq!(users(b"Lucy, Sheng"), None);
        assert_eq!(users(b"\x00\x01\x02"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            message in "[^\\n]{0,40}", names in proptest::collection::vec((any::<bool>(), "[A-Za-z]{1,20}"), 0..8),
        ) {
            let text = terminated(message.as_bytes());
            prop_assert_eq!(line(&text), (message.as_bytes(), Ending::CrLf));
            for (_, name) in &names {
                let text = diffused(message.as_bytes(), name.as_bytes());
                let (message, author) = (message.as_bytes(), name.as_bytes());
                prop_assert_eq!(diffusion(&text), Diffusion::Lines { message, author, terminated: true });
            }
            let text = listed(names.iter().map(|(public, name)| (*public, name.as_bytes())));
            let read = users(&text).expect("a list");
            let read: Vec<_> = read.iter().map(|user| (user.public, user.name.to_vec())).collect();
            let written: Vec<_> = names.iter().map(|(public, name)| (*public, name.clone().into_bytes())).collect();
            prop_assert_eq!(read, written);
        }
    }
}
