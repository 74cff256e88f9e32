//! What is wrong with a file that a person wrote, and where.

use std::ops::Range;

/// Why a policy or a rubric was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct FileError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong, and what was meant.
    pub message: String,
}

impl FileError {
    /// At these bytes of the file.
    #[must_use]
    pub fn at(text: &str, span: Range<usize>, message: String) -> FileError {
        let before = text.get(..span.start.min(text.len())).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        FileError { line, column, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_lines_and_characters() {
        let place = |start| {
            let error = FileError::at("a\n\u{e9}=1", start..start, String::new());
            (error.line, error.column)
        };
        // A span within a character, or beyond the end, is of no library that we know.
        assert_eq!([place(0), place(2), place(4), place(99)], [(1, 1), (2, 1), (2, 2), (2, 4)]);
    }
}
