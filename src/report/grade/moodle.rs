//! Moodle: a downloaded assignment worksheet filled, or a gradebook to import.

use super::{GradeDocument, SubmissionRecord, points};
use crate::grade::round_to;
use crate::report::Setup;
use crate::report::csv::{line, safe};
use std::io::{self, Write};

/// Which column names a user in a gradebook import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub &'static str);

/// The columns that Moodle can tell a user by.
pub const KEYS: &[&str] = &["id", "idnumber", "email", "username"];

/// What came of it, beside the text.
#[derive(Debug, Default)]
pub struct Filled {
    /// The text.
    pub text: Vec<u8>,
    /// What the teacher has to know.
    pub notes: Vec<String>,
}

/// The row of the formats; the command line says which of the two is meant.
pub(super) fn show(_: &GradeDocument, _: &Setup, _: &mut dyn Write) -> io::Result<()> {
    let text =
        "moodle needs a downloaded worksheet (--worksheet FILE) or the column that names users (--moodle-key KEY)";
    Err(io::Error::new(io::ErrorKind::InvalidInput, text))
}

/// A gradebook: the submissions' names are the keys.
///
/// One user that Moodle does not know, or one grade above the maximum, stops a whole import: names that no key can be
/// are left out, and grades are cut at the maximum.
///
/// # Errors
/// None but what writing to memory says.
pub fn gradebook(document: &GradeDocument, key: Key) -> io::Result<Filled> {
    let mut filled = Filled::default();
    filled.text.extend(line(&[key.0, "grade", "feedback"])?);
    for submission in &document.submissions {
        let name = submission.name.as_str();
        let digits = name.chars().all(|c| c.is_ascii_digit());
        let plausible = !name.is_empty()
            && name.chars().next().is_some_and(|first| first.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '+'))
            && (key.0 != "email" || name.contains('@'))
            && (key.0 != "id" || digits);
        if !plausible {
            filled.notes.push(format!("\"{name}\" cannot be the {} of a user: left out", key.0));
            continue;
        }
        let grade = capped(submission, submission.max, &mut filled.notes);
        filled.text.extend(line(&[name.to_owned(), grade, safe(&submission.remark())])?);
    }
    Ok(filled)
}

/// Points on a scale up to `most`, and not above it.
fn capped(submission: &SubmissionRecord, most: f64, notes: &mut Vec<String>) -> String {
    let scaled = if submission.max > 0.0 { submission.points * most / submission.max } else { 0.0 };
    let scaled = round_to(scaled, 0.001);
    if scaled > most {
        notes.push(format!("\"{}\" has {} of {}: cut at the maximum", submission.name, points(scaled), points(most)));
    }
    points(scaled.min(most))
}

/// What the columns are called, as far as they are known.
const IDENTIFIER: &[&str] =
    &["identifier", "identifiant", "id", "kennung", "identificador", "identificatore", "identificativo"];
const GRADE: &[&str] = &["grade", "note", "bewertung", "calificación", "calificacion", "valutazione", "nota", "cijfer"];
const MAXIMUM: &[&str] = &[
    "maximum grade",
    "note maximale",
    "maximalpunktzahl",
    "bestwertung",
    "calificación máxima",
    "calificación más alta",
    "valutazione massima",
];
const FEEDBACK: &[&str] = &[
    "feedback comments",
    "feedback",
    "commentaires de feedback",
    "commentaires",
    "feedback als kommentar",
    "comentarios de retroalimentación",
    "commenti",
];
const NAME: &[&str] =
    &["full name", "nom complet", "vollständiger name", "nombre completo", "nome completo", "cognome/nome"];
const OTHERS: &[&str] = &[
    "id number",
    "email address",
    "username",
    "numéro d'identification",
    "adresse de courriel",
    "id-nummer",
    "e-mail-adresse",
    "número de id",
    "dirección de correo",
];

/// Fills a worksheet that was downloaded: grades, and a line of feedback where there is a column for it. Everything else
/// stays as it is.
///
/// # Errors
/// A sentence that says why this is no worksheet.
pub fn worksheet(document: &GradeDocument, sheet: &[u8]) -> Result<Filled, String> {
    let (mark, body) = match sheet.strip_prefix(b"\xef\xbb\xbf") {
        Some(body) => (&sheet[..3], body),
        None => (&sheet[..0], sheet),
    };
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(body);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("is no CSV in UTF-8: {error}"))?;
        rows.push(record.iter().map(str::to_owned).collect());
    }
    let heading = rows.first().cloned().ok_or("is empty: download the grading worksheet again")?;
    let column = |names: &[&str]| heading.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
    let missing = |what: &str| {
        let there: Vec<String> = heading.iter().map(|cell| crate::bytes::escape_str(cell)).collect();
        format!(
            "has no column for the {what}: it has {} (download the grading worksheet from the assignment)",
            there.join(", ")
        )
    };
    let identifier = column(IDENTIFIER).ok_or_else(|| missing("identifier"))?;
    let maximum = column(MAXIMUM);
    // Where the language is not known: the grade stands before its maximum.
    let grade = column(GRADE).or_else(|| maximum?.checked_sub(1)).ok_or_else(|| missing("grade"))?;
    let feedback = column(FEEDBACK);
    let keys: Vec<usize> = (0..heading.len())
        .filter(|index| [NAME, OTHERS].iter().any(|names| column_is(&heading, *index, names)))
        .collect();
    let mut filled = Filled::default();
    let mut used = vec![0_u32; document.submissions.len()];
    for row in rows.iter_mut().skip(1) {
        let owners = owners(row, identifier, &keys, document);
        let [only] = owners.as_slice() else {
            if !owners.is_empty() {
                let who = row.get(identifier).cloned().unwrap_or_default();
                filled.notes.push(format!("several submissions could be of {who}: left as it was"));
            }
            continue;
        };
        let (Some(submission), Some(count)) = (document.submissions.get(*only), used.get_mut(*only)) else { continue };
        *count += 1;
        let most = maximum
            .and_then(|index| row.get(index))
            .and_then(|cell| cell.trim().replace(',', ".").parse::<f64>().ok())
            .filter(|most| *most > 0.0 && most.is_finite())
            .unwrap_or(submission.max);
        let text = capped(submission, most, &mut filled.notes);
        if let Some(cell) = row.get_mut(grade) {
            *cell = text;
        }
        if let Some(cell) = feedback.and_then(|index| row.get_mut(index)) {
            *cell = safe(&submission.remark());
        }
    }
    for (submission, used) in document.submissions.iter().zip(used) {
        match used {
            0 => filled.notes.push(format!("nobody in the worksheet is \"{}\"", submission.name)),
            1 => {}
            _ => filled.notes.push(format!("\"{}\" is in the worksheet more than once", submission.name)),
        }
    }
    filled.text.extend(mark);
    for row in &rows {
        filled.text.extend(line(row).map_err(|error| error.to_string())?);
    }
    Ok(filled)
}

fn column_is(heading: &[String], index: usize, names: &[&str]) -> bool {
    heading.get(index).is_some_and(|cell| names.contains(&cell.trim().to_lowercase().as_str()))
}

/// The submissions that a row may be about: by the number that Moodle puts into the names of downloaded folders, else by
/// a name, address or number that is the folder's.
fn owners(row: &[String], identifier: usize, keys: &[usize], document: &GradeDocument) -> Vec<usize> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = row.get(identifier).map(|cell| digits(cell)).unwrap_or_default();
    let all = || document.submissions.iter().enumerate();
    let by_number: Vec<usize> = all()
        .filter(|(_, submission)| !number.is_empty() && number_of(&submission.name) == Some(number.as_str()))
        .map(|(index, _)| index)
        .collect();
    if !by_number.is_empty() {
        return by_number;
    }
    let known: Vec<String> = keys
        .iter()
        .filter_map(|key| row.get(*key))
        .map(|cell| cell.trim().to_lowercase())
        .filter(|cell| !cell.is_empty())
        .collect();
    all()
        .filter(|(_, submission)| {
            let name = submission.name.to_lowercase();
            let first = name.split('_').next().unwrap_or_default();
            number_of(&submission.name).is_none() && known.iter().any(|known| *known == name || known == first)
        })
        .map(|(index, _)| index)
        .collect()
}

/// `Ada Lovelace_12345_assignsubmission_file`: the number of the participant.
fn number_of(folder: &str) -> Option<&str> {
    let (before, _) = folder.split_once("_assignsubmission")?;
    let number = before.rsplit('_').next()?;
    (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit())).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::grade::GradeSummary;
    use crate::report::view::{SCHEMA_VERSION, SeverityCounts, Tool};

    fn document(submissions: &[(&str, f64)]) -> GradeDocument {
        let submissions = submissions.iter().map(|(name, earned)| SubmissionRecord {
            name: (*name).to_owned(),
            protocol: Some("x"),
            protocol_title: Some("X"),
            points: *earned,
            max: 20.0,
            bonus: 0.0,
            status: "pass",
            findings: SeverityCounts::default(),
            sides: Vec::new(),
            criteria: Vec::new(),
            files: Vec::new(),
            passed_over: Vec::new(),
            feedback: None,
        });
        GradeDocument {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            captures: Vec::new(),
            rubric: None,
            submissions: submissions.collect(),
            matrix: None,
            summary: GradeSummary::default(),
        }
    }

    #[test]
    fn a_worksheet_is_filled_and_nothing_else_in_it_changes() {
        let sheet = "\u{feff}Identifiant,\"Nom complet\",Statut,Note,\"Note maximale\",\"Feedback\"\r\n\
                     \"Participant 12\",Ada,\"=x, y\",,\"100,00\",\r\n\"Participant 13\",Grace,Remis,-,100,old\r\n";
        let document = document(&[("Ada_12_assignsubmission_file_", 15.0), ("nobody", 3.0)]);
        let filled = worksheet(&document, sheet.as_bytes()).expect("it is a worksheet");
        let text = String::from_utf8(filled.text).expect("UTF-8");
        assert_eq!(
            text,
            "\u{feff}Identifiant,Nom complet,Statut,Note,Note maximale,Feedback\n\
             Participant 12,Ada,\"=x, y\",75,\"100,00\",no capture was found\nParticipant 13,Grace,Remis,-,100,old\n"
        );
        assert_eq!(filled.notes, ["nobody in the worksheet is \"nobody\""]);
    }

    #[test]
    fn a_sheet_in_another_language_finds_the_grade_before_its_maximum_or_says_what_is_missing() {
        let sheet = b"Identifier,Full name,Arvosana,Maximum grade\n1,ada,,20\n";
        let filled = worksheet(&document(&[("Ada", 7.5)]), sheet).expect("it is a worksheet");
        assert!(String::from_utf8_lossy(&filled.text).contains("1,ada,7.5,20"), "{filled:?}");
        let error = worksheet(&document(&[]), b"a,b\n1,2\n").expect_err("it is no worksheet");
        assert!(error.contains("identifier") && error.contains("it has a, b"), "{error}");
    }

    #[test]
    fn a_gradebook_has_no_user_that_cannot_be_and_no_grade_above_the_maximum() {
        let filled = gradebook(&document(&[("ada", 25.0), ("=cmd|x", 1.0), ("../../x", 1.0)]), Key("username"));
        let filled = filled.expect("memory does not fail");
        assert_eq!(String::from_utf8_lossy(&filled.text), "username,grade,feedback\nada,20,no capture was found\n");
        assert_eq!(filled.notes.len(), 3);
        let mails = gradebook(&document(&[("ada", 2.0), ("ada@x.org", 1.5)]), Key("email")).expect("memory");
        assert!(String::from_utf8_lossy(&mails.text).ends_with("\nada@x.org,1.5,no capture was found\n"));
    }
}
