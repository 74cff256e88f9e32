//! One line of a terminal, written to in any order.

use crate::report::text::Style;
use std::io::{self, Write};
use unicode_width::UnicodeWidthChar;

/// What a stretch of a line looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Paint {
    #[default]
    None,
    Bold,
    Dim,
    Red,
    Green,
    Yellow,
    Cyan,
}

#[derive(Clone, Default)]
struct Cell {
    /// A character with what combines with it; empty where a wide one before it reaches into this column.
    text: Option<String>,
    paint: Paint,
}

/// A line of fixed width. What is written beyond it is lost.
pub(super) struct Canvas {
    cells: Vec<Cell>,
}

impl Canvas {
    pub(super) fn new(width: usize) -> Canvas {
        Canvas { cells: vec![Cell::default(); width] }
    }

    /// Writes over what is there.
    pub(super) fn put(&mut self, at: usize, text: &str, paint: Paint) {
        let mut at = at;
        for c in text.chars() {
            match c.width().unwrap_or(0) {
                0 => {
                    let before = at.checked_sub(1).and_then(|before| self.cells.get_mut(before));
                    if let Some(Cell { text: Some(text), .. }) = before {
                        text.push(c);
                    }
                }
                wide => {
                    if at + wide > self.cells.len() {
                        return;
                    }
                    self.clear(at);
                    self.clear(at + wide - 1);
                    for (index, cell) in self.cells.iter_mut().skip(at).take(wide).enumerate() {
                        let text = if index == 0 { c.to_string() } else { String::new() };
                        *cell = Cell { text: Some(text), paint };
                    }
                    at += wide;
                }
            }
        }
    }

    /// Half of a wide character is none.
    fn clear(&mut self, at: usize) {
        let is_tail = |cell: Option<&Cell>| cell.and_then(|cell| cell.text.as_deref()) == Some("");
        if is_tail(self.cells.get(at))
            && let Some(head) = at.checked_sub(1).and_then(|head| self.cells.get_mut(head))
        {
            *head = Cell::default();
        }
        if is_tail(self.cells.get(at + 1))
            && let Some(tail) = self.cells.get_mut(at + 1)
        {
            *tail = Cell::default();
        }
    }

    /// The line without spaces at its end.
    pub(super) fn write(&self, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let is_blank = |cell: &Cell| cell.text.as_deref().is_none_or(|text| text == " ");
        let end = self.cells.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1);
        let mut run = String::new();
        let mut paint = Paint::None;
        for cell in self.cells.iter().take(end) {
            let next = if is_blank(cell) { paint } else { cell.paint };
            if next != paint {
                flush(&mut run, paint, style, out)?;
                paint = next;
            }
            run.push_str(cell.text.as_deref().unwrap_or(" "));
        }
        flush(&mut run, paint, style, out)?;
        writeln!(out)
    }
}

fn flush(run: &mut String, paint: Paint, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let painted = match paint {
        Paint::None => run.as_str().into(),
        Paint::Bold => style.bold(run),
        Paint::Dim => style.dim(run),
        Paint::Red => style.red(run),
        Paint::Green => style.green(run),
        Paint::Yellow => style.yellow(run),
        Paint::Cyan => style.cyan(run),
    };
    out.write_all(painted.as_bytes())?;
    run.clear();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(canvas: &Canvas, color: bool) -> String {
        let mut out = Vec::new();
        canvas.write(Style { width: 80, color }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_written_later_covers_what_was_there() {
        let mut canvas = Canvas::new(8);
        canvas.put(0, "│   │", Paint::None);
        canvas.put(1, "ab", Paint::None);
        canvas.put(7, "beyond", Paint::None);
        assert_eq!(written(&canvas, false), "│ab │  b\n");
    }

    #[test]
    fn wide_characters_keep_the_columns() {
        let mut canvas = Canvas::new(6);
        canvas.put(0, "你好", Paint::None);
        canvas.put(5, "|", Paint::None);
        assert_eq!(written(&canvas, false), "你好 |\n");
        canvas.put(1, "x", Paint::None);
        assert_eq!(written(&canvas, false), " x好 |\n");
    }

    #[test]
    fn colours_change_where_they_must() {
        let mut canvas = Canvas::new(6);
        canvas.put(0, "ab", Paint::Red);
        canvas.put(3, "c", Paint::Red);
        assert_eq!(written(&canvas, true), "\x1b[31mab c\x1b[0m\n");
    }
}
