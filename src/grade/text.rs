//! Words for mistakes: what was probably meant.

use crate::bytes::escape_str;

/// The known name that is nearest to a mistyped one, if it is near enough to be meant.
pub(super) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower = name.to_lowercase();
    known
        .iter()
        .map(|known| (distance(&lower, &known.to_lowercase()), *known))
        .filter(|(distance, known)| *distance <= 1 + known.chars().count().min(name.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// `there is no X "y"`, and what was meant, or what there is.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    let begin = format!("there is no {what} \"{}\"", escape_str(name));
    match nearest(name, known) {
        Some(meant) => format!("{begin}: \"{meant}\" is meant?"),
        None if known.is_empty() => begin,
        None => format!("{begin}: known are {}", known.join(", ")),
    }
}

/// How many letters must be added, dropped, changed or swapped with their neighbour to get from one to the other.
fn distance(a: &str, b: &str) -> usize {
    // Names are short; a stranger's long one is not worth the square of its length.
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = rows[i][j] + usize::from(x != y);
            let mut best = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_is_understood() {
        assert_eq!(nearest("pionts", &["points", "rules"]), Some("points"));
        assert_eq!(nearest("DataMesage", &["DataMessage", "Other"]), Some("DataMessage"));
        assert_eq!(nearest("elephant", &["points", "rules"]), None);
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
