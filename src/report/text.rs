//! Text for people: columns, wrapping, numbers with units, colour. Everything here measures in terminal columns.

use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a report for people is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns of a line.
    pub width: usize,
    /// Whether colours may be used.
    pub color: bool,
}

impl Default for Style {
    fn default() -> Style {
        Style { width: Style::NARROW, color: false }
    }
}

impl Style {
    /// The width that every table fits: that of a pipe, a file and an old terminal.
    pub const NARROW: usize = 80;

    /// `text` in bold.
    #[must_use]
    pub fn bold<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.paint("1", text)
    }

    /// `text` dimmed.
    #[must_use]
    pub fn dim<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.paint("2", text)
    }

    /// `text` in red.
    #[must_use]
    pub fn red<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.paint("31", text)
    }

    /// `text` in green.
    #[must_use]
    pub fn green<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.paint("32", text)
    }

    /// `text` in yellow.
    #[must_use]
    pub fn yellow<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.paint("33", text)
    }

    /// `text` in cyan.
    #[must_use]
    pub fn cyan<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.paint("36", text)
    }

    fn paint<'t>(&self, code: &str, text: &'t str) -> Cow<'t, str> {
        if self.color && !text.is_empty() {
            Cow::Owned(format!("\x1b[{code}m{text}\x1b[0m"))
        } else {
            Cow::Borrowed(text)
        }
    }
}

/// How many columns a text takes.
#[must_use]
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// `text` in at most `width` columns; what does not fit is cut and an ellipsis says so.
#[must_use]
pub fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if text.len() <= width || columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(width + 2);
    let mut taken = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if taken + wide + 1 > width {
            break;
        }
        taken += wide;
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    Cow::Owned(out)
}

/// The end of `text` in at most `width` columns, behind an ellipsis where something was cut.
#[must_use]
pub fn fit_end(text: &str, width: usize) -> Cow<'_, str> {
    if text.len() <= width || columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut start = text.len();
    let mut taken = 0;
    for (at, c) in text.char_indices().rev() {
        taken += c.width().unwrap_or(0);
        if taken + 1 > width {
            break;
        }
        start = at;
    }
    Cow::Owned(format!("…{}", text.get(start..).unwrap_or_default()))
}

/// `text` filled with spaces on the right to `width` columns, cut where it is longer.
#[must_use]
pub fn left(text: &str, width: usize) -> String {
    let fitted = fit(text, width);
    let fill = width.saturating_sub(columns(&fitted));
    format!("{fitted}{:fill$}", "")
}

/// `text` filled with spaces on the left to `width` columns, cut where it is longer.
#[must_use]
pub fn right(text: &str, width: usize) -> String {
    let fitted = fit(text, width);
    let fill = width.saturating_sub(columns(&fitted));
    format!("{:fill$}{fitted}", "")
}

/// `text` in lines of at most `width` columns, broken at spaces; a word that is longer is broken where it must.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let long = columns(word);
        if taken > 0 && taken + 1 + long > width {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        if taken > 0 {
            line.push(' ');
            taken += 1;
        }
        for c in word.chars() {
            let wide = c.width().unwrap_or(0);
            if taken + wide > width {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            }
            line.push(c);
            taken += wide;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `text` wrapped behind a label: the first line starts with `label`, the others under the text.
#[must_use]
pub fn hang(label: &str, text: &str, width: usize) -> String {
    let indent = columns(label);
    let mut out = String::new();
    let lines = wrap(text, width.saturating_sub(indent));
    if lines.is_empty() {
        out.push_str(label.trim_end());
        out.push('\n');
    }
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            out.push_str(label);
        } else {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `1 session`, `2 sessions`.
#[must_use]
pub fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// A number of bytes with a unit, in at most eight columns: `999 B`, `1.2 kB`, `34.5 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS.get(unit).copied().unwrap_or_default())
}

/// Seconds with a unit that suits them: `0.42 ms`, `12.3 ms`, `1.25 s`, `4 min 05 s`, `2 h 03 min`.
#[must_use]
pub fn seconds(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude < 0.009_995 {
        format!("{:.2} ms", value * 1e3)
    } else if magnitude < 0.9995 {
        format!("{:.0} ms", value * 1e3)
    } else if magnitude < 9.995 {
        format!("{value:.2} s")
    } else if magnitude < 59.95 {
        format!("{value:.1} s")
    } else if magnitude < 3599.5 {
        format!("{:.0} min {:02.0} s", (value / 60.0).trunc(), (value % 60.0).abs().trunc())
    } else {
        format!("{:.0} h {:02.0} min", (value / 3600.0).trunc(), (value / 60.0 % 60.0).abs().trunc())
    }
}

/// Frames in words: `frame 3`, `frames 3, 7, 12, … (40 in all)`, nothing for none.
#[must_use]
pub fn frames(numbers: &[u64], most: usize) -> String {
    let shown: Vec<String> = numbers.iter().take(most).map(u64::to_string).collect();
    match numbers.len() {
        0 => String::new(),
        1 => format!("frame {}", shown.join("")),
        count if count > most => format!("frames {}, … ({count} in all)", shown.join(", ")),
        _ => format!("frames {}", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(fit("bonjour", 7), "bonjour");
        assert_eq!(fit("bonjour", 6), "bonjo…");
        assert_eq!(fit("bonjour", 0), "");
        assert_eq!(fit_end("10:00:02.183", 6), "…2.183");
        assert_eq!(fit_end("12", 6), "12");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(fit("你好吗", 5), "你好…");
        assert_eq!(left("你好", 6), "你好  ");
        assert_eq!(columns(&left("你好吗", 4)), 4);
    }

    #[test]
    fn text_is_wrapped_at_spaces_and_long_words_are_broken() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("abcdefghijklmnop", 8), ["abcdefgh", "ijklmnop"]);
        assert_eq!(hang("Why: ", "one two three", 14), "Why: one two\n     three\n");
    }

    #[test]
    fn sizes_and_seconds_have_units() {
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_250), "1.2 kB");
        assert_eq!(size(999_960), "1.0 MB");
        assert_eq!(size(u64::MAX), "18.4 EB");
        assert_eq!(seconds(0.000_42), "0.42 ms");
        assert_eq!(seconds(0.0123), "12 ms");
        assert_eq!(seconds(1.25), "1.25 s");
        assert_eq!(seconds(245.0), "4 min 05 s");
        assert_eq!(seconds(7_420.0), "2 h 03 min");
    }

    #[test]
    fn many_frames_are_counted_not_listed() {
        assert_eq!(frames(&[], 3), "");
        assert_eq!(frames(&[3], 3), "frame 3");
        assert_eq!(frames(&[3, 7], 3), "frames 3, 7");
        assert_eq!(frames(&[3, 7, 12, 15], 3), "frames 3, 7, 12, … (4 in all)");
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        let style = Style { width: 80, color: true };
        assert_eq!(style.red("no"), "\x1b[31mno\x1b[0m");
        assert_eq!(Style::default().red("no"), "no");
    }
}
