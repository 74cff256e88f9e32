//! `table` (and `text`) for `ladder`: lifelines and arrows in a terminal's characters, in its width.
//!
//! With few lifelines a message's words stand in its arrow, or above it where they are too long; with many the arrows
//! are short and the words stand beside them.

mod canvas;

use super::{Arrow, Event, Ladder, LadderDocument, Mark, Outcome, Row};
use crate::bytes;
use crate::report::Setup;
use crate::report::text::{Style, columns, fit, hang, plural, seconds, wrap};
use canvas::{Canvas, Paint};
use std::borrow::Cow;
use std::io::{self, Write};

/// Columns for frame and time on the left.
const GUTTER: usize = 16;
/// Between lifelines at least this much for words in arrows.
const ROOMY: usize = 22;
/// And at most this much: longer arrows are harder to follow.
const WIDEST: usize = 56;
/// Between lifelines where the words stand beside.
const NARROW: usize = 4;
/// At least this much for words beside.
const WORDS: usize = 30;
/// The most lines for the words of one message.
const LINES: usize = 3;

/// How many lifelines fit a width.
pub(in crate::report) fn lifelines(setup: &Setup) -> usize {
    (setup.style.width.saturating_sub(GUTTER + WORDS) / NARROW + 1).max(2)
}

/// Draws all diagrams.
pub(in crate::report) fn show(document: &LadderDocument, setup: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let several = document.captures.len() > 1;
    let mut last = 0;
    for (index, ladder) in document.ladders.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        if several && ladder.capture != last {
            last = ladder.capture;
            let path = document.captures.iter().find(|capture| capture.capture == last);
            let path = path.map(|capture| bytes::escape_str(&capture.path)).unwrap_or_default();
            writeln!(out, "{}", setup.style.bold(&fitted(&path, setup.style.width, setup)))?;
        }
        Drawing::new(ladder, setup).draw(out)?;
    }
    Ok(())
}

/// `text` in the characters that may be used.
fn spell<'t>(text: &'t str, setup: &Setup) -> Cow<'t, str> {
    if !setup.ascii || text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '·' => out.push('-'),
            '…' => out.push_str("..."),
            '§' => out.push_str("section "),
            c if c.is_ascii() => out.push(c),
            c => out.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
        }
    }
    Cow::Owned(out)
}

/// `text` in the characters that may be used, in some columns.
fn fitted(text: &str, width: usize, setup: &Setup) -> String {
    let spelled = spell(text, setup);
    let fitted = fit(&spelled, width);
    if setup.ascii { fitted.replace('…', "~") } else { fitted.into_owned() }
}

/// What lines are made of.
struct Pen {
    life: &'static str,
    pause: &'static str,
    line: &'static str,
    dashes: [&'static str; 2],
    start: [&'static str; 2],
    crossing: &'static str,
    head: [&'static str; 2],
    lost: &'static str,
    event: &'static str,
}

const UNICODE: Pen = Pen {
    life: "│",
    pause: "┊",
    line: "─",
    dashes: ["╌", "╌"],
    start: ["├", "┤"],
    crossing: "┼",
    head: ["▶", "◀"],
    lost: "╳",
    event: "■",
};

const ASCII: Pen = Pen {
    life: "|",
    pause: ":",
    line: "-",
    dashes: ["-", " "],
    start: ["|", "|"],
    crossing: "+",
    head: [">", "<"],
    lost: "x",
    event: "#",
};

struct Drawing<'l> {
    ladder: &'l Ladder,
    setup: &'l Setup,
    style: Style,
    pen: &'static Pen,
    /// The column of each lifeline.
    at: Vec<usize>,
    /// Where words beside the arrows begin, if that is where they stand.
    beside: Option<usize>,
    /// Columns for marks on the right.
    margin: usize,
}

impl<'l> Drawing<'l> {
    fn new(ladder: &'l Ladder, setup: &'l Setup) -> Drawing<'l> {
        let width = setup.style.width;
        let spaces = ladder.lifelines.len().saturating_sub(1).max(1);
        let margin = match ladder.marks.len() {
            0 => 0,
            1..=9 => 4,
            _ => 5,
        };
        let room = width.saturating_sub(GUTTER + margin + 1) / spaces;
        let roomy = room >= ROOMY;
        let gap = if roomy { room.min(WIDEST) } else { NARROW };
        let at: Vec<usize> = (0..ladder.lifelines.len()).map(|index| GUTTER + index * gap).collect();
        let beside = (!roomy).then(|| at.last().copied().unwrap_or(GUTTER) + 2);
        let pen = if setup.ascii { &ASCII } else { &UNICODE };
        Drawing { ladder, setup, style: setup.style, pen, at, beside, margin }
    }

    /// The last column that words may take.
    fn edge(&self) -> usize {
        self.style.width.saturating_sub(self.margin)
    }

    fn draw(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.setup.quiet {
            self.heading(out)?;
        }
        for row in &self.ladder.rows {
            match row {
                Row::Message(arrow) => self.message(arrow, out)?,
                Row::Event(event) => self.event(event, out)?,
                Row::Pause { seconds: pause } => {
                    let mut line = self.lines(self.pen.pause);
                    let words = format!("{:>15}", seconds(*pause));
                    line.put(0, &words, Paint::Dim);
                    line.write(self.style, out)?;
                }
                Row::Cut { messages, frame, reason } => {
                    let mut line = self.lines(self.pen.pause);
                    let from = if *frame > 0 { format!(" from frame {frame} on") } else { String::new() };
                    let words = format!(" {}{from} not drawn: {reason} ", plural(*messages, "message"));
                    let words = fitted(&words, self.style.width.saturating_sub(GUTTER + 1), self.setup);
                    line.put(GUTTER + 1, &words, Paint::Cyan);
                    line.write(self.style, out)?;
                }
            }
        }
        self.findings(out)?;
        if !self.setup.quiet {
            self.legend(out)?;
        }
        Ok(())
    }

    /// A line with every lifeline in it.
    fn lines(&self, life: &str) -> Canvas {
        let mut line = Canvas::new(self.style.width);
        for at in &self.at {
            line.put(*at, life, Paint::Dim);
        }
        line
    }

    fn heading(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut title = format!("{}, {}", self.ladder.title, plural(self.ladder.messages, "message"));
        let left_out = self.ladder.left_out_in_words();
        if !left_out.is_empty() {
            title.push_str(&format!(" ({left_out})"));
        }
        for line in wrap(&spell(&title, self.setup), self.style.width) {
            writeln!(out, "{}", self.style.bold(&line))?;
        }
        writeln!(out)?;
        if self.beside.is_some() {
            for (index, lifeline) in self.ladder.lifelines.iter().enumerate() {
                let words = format!("  {:<2} {}  {}", self.letter(index), lifeline.name, lifeline.endpoint);
                writeln!(out, "{}", fitted(&words, self.style.width, self.setup))?;
            }
            writeln!(out)?;
            let mut line = Canvas::new(self.style.width);
            line.put(0, &format!("{:>5} {:>9}", "frame", "seconds"), Paint::Dim);
            for (index, at) in self.at.iter().enumerate() {
                line.put(*at, &self.letter(index), Paint::Bold);
            }
            return line.write(self.style, out);
        }
        let mut names = Canvas::new(self.style.width);
        let mut endpoints = Canvas::new(self.style.width);
        for (index, lifeline) in self.ladder.lifelines.iter().enumerate() {
            self.centred(&mut names, index, &lifeline.name, Paint::Bold);
            self.centred(&mut endpoints, index, &lifeline.endpoint.to_string(), Paint::Dim);
        }
        names.write(self.style, out)?;
        endpoints.write(self.style, out)?;
        let mut line = self.lines(self.pen.life);
        line.put(0, &format!("{:>5} {:>9}", "frame", "seconds"), Paint::Dim);
        line.write(self.style, out)
    }

    /// What a lifeline is called where its name has no room: S for a server, A, B, C for the others.
    fn letter(&self, index: usize) -> String {
        const LETTERS: [char; 25] = [
            'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'T', 'U', 'V',
            'W', 'X', 'Y', 'Z',
        ];
        let is_server = |index: usize| self.ladder.lifelines.get(index).is_some_and(|line| line.role == "server");
        let before = (0..index).filter(|other| is_server(*other) == is_server(index)).count();
        let letter = if is_server(index) { 'S' } else { LETTERS.get(before % 25).copied().unwrap_or('?') };
        match if is_server(index) { before } else { before / 25 } {
            0 => letter.to_string(),
            round => format!("{letter}{}", round + 1),
        }
    }

    /// Text in the middle over a lifeline, within its share of the line.
    fn centred(&self, line: &mut Canvas, index: usize, text: &str, paint: Paint) {
        let at = self.at.get(index).copied().unwrap_or(GUTTER);
        let before = index.checked_sub(1).and_then(|index| self.at.get(index));
        let start = before.map_or(0, |before| (before + at) / 2 + 1);
        let end = self.at.get(index + 1).map_or(self.style.width, |next| (at + next) / 2);
        let text = fitted(text, end.saturating_sub(start), self.setup);
        let wide = columns(&text);
        let left = at.saturating_sub(wide / 2).max(start).min(end.saturating_sub(wide));
        line.put(left, &text, paint);
    }

    fn message(&self, arrow: &Arrow, out: &mut dyn Write) -> io::Result<()> {
        let label = arrow.label();
        let label = spell(&label, self.setup);
        let paint = self.paint(arrow);
        let (Some(&from), Some(&to)) = (self.at.get(arrow.from), self.at.get(arrow.to)) else { return Ok(()) };
        let mut line = self.lines(self.pen.life);
        self.gutter(&mut line, arrow.frame, arrow.relative_s);
        let (left, right) = (from.min(to), from.max(to));
        let mut below: Vec<String> = Vec::new();
        if let Some(beside) = self.beside {
            let mut words = wrap(&label, self.style.width.saturating_sub(beside + self.margin)).into_iter();
            line.put(beside, &words.next().unwrap_or_default(), paint);
            below.extend(words.take(LINES - 1));
            self.shaft(&mut line, arrow, from, to, paint);
        } else if columns(&label) + 6 <= right - left {
            self.shaft(&mut line, arrow, from, to, paint);
            // One more where the head takes a column.
            let start = left + if to < from { 3 } else { 2 };
            line.put(start, &format!(" {label} "), paint);
        } else {
            self.words(&spell(&arrow.brief(), self.setup), left, paint, out)?;
            self.shaft(&mut line, arrow, from, to, paint);
            let relation = arrow.relation();
            if !relation.is_empty() {
                let room = (right - left).saturating_sub(if to < from { 7 } else { 6 });
                let words = format!(" {} ", fitted(&relation, room, self.setup));
                line.put(left + if to < from { 3 } else { 2 }, &words, paint);
            }
        }
        let marks = self.marks(arrow);
        let start = self.style.width.saturating_sub(columns(&marks));
        if columns(&marks) <= self.margin {
            line.put(start, &marks, self.severity(arrow));
        }
        line.write(self.style, out)?;
        for words in below {
            let mut line = self.lines(self.pen.life);
            line.put(self.beside.unwrap_or(GUTTER), &words, paint);
            line.write(self.style, out)?;
        }
        if columns(&marks) > self.margin {
            let mut line = self.lines(self.pen.life);
            line.put(start, &marks, self.severity(arrow));
            line.write(self.style, out)?;
        }
        Ok(())
    }

    /// The words of a message on lines of their own.
    fn words(&self, label: &str, left: usize, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
        let start = if self.edge().saturating_sub(left + 2) >= ROOMY - 4 { left + 2 } else { GUTTER + 2 };
        let mut words = wrap(label, self.edge().saturating_sub(start));
        if words.len() > LINES {
            words.truncate(LINES);
            if let Some(last) = words.last_mut() {
                let cut = format!("{last} …");
                *last = spell(&cut, self.setup).into_owned();
            }
        }
        for words in words {
            let mut line = self.lines(self.pen.life);
            line.put(start, &words, paint);
            line.write(self.style, out)?;
        }
        Ok(())
    }

    fn shaft(&self, line: &mut Canvas, arrow: &Arrow, from: usize, to: usize, paint: Paint) {
        let pen = self.pen;
        if from == to {
            line.put(from, pen.start[0], paint);
            return;
        }
        let (left, right) = (from.min(to), from.max(to));
        let backwards = usize::from(to < from);
        for at in left + 1..right {
            let stroke = if arrow.attempt > 1 { pen.dashes[at % 2] } else { pen.line };
            let stroke = if self.at.contains(&at) { pen.crossing } else { stroke };
            line.put(at, stroke, paint);
        }
        line.put(from, pen.start[backwards], paint);
        // A message that is lost does not reach the other side.
        let tip = if to < from { to + 1 } else { to - 1 };
        if arrow.outcome.is_cross() {
            let short = if to < from { tip + 1 } else { tip - 1 };
            line.put(tip, " ", paint);
            line.put(short, pen.lost, Paint::Red);
        } else {
            line.put(tip, pen.head[backwards], paint);
        }
    }

    fn gutter(&self, line: &mut Canvas, frame: u64, relative_s: f64) {
        let words = format!("{frame:>5} {relative_s:>9.4}");
        let wide = columns(&words);
        line.put(0, &fitted(&words, GUTTER - 1, self.setup), Paint::Dim);
        if wide > GUTTER - 1 {
            line.put(0, &fitted(&format!("{frame} {relative_s:.1}"), GUTTER - 1, self.setup), Paint::Dim);
        }
    }

    fn event(&self, event: &Event, out: &mut dyn Write) -> io::Result<()> {
        let mut line = self.lines(self.pen.life);
        self.gutter(&mut line, event.frame, event.relative_s);
        let at = self.at.get(event.lifeline).copied().unwrap_or(GUTTER);
        line.put(at, self.pen.event, Paint::Cyan);
        let words = spell(&event.text, self.setup);
        let wide = columns(&words);
        let start =
            self.beside.unwrap_or(if at + 2 + wide <= self.edge() { at + 2 } else { at.saturating_sub(wide + 1) });
        line.put(start, &words, Paint::Cyan);
        line.write(self.style, out)
    }

    fn marks(&self, arrow: &Arrow) -> String {
        arrow.marks.iter().map(|number| format!("[{number}]")).collect()
    }

    fn severity(&self, arrow: &Arrow) -> Paint {
        paint_of(self.ladder.gravest(arrow).unwrap_or_default())
    }

    fn paint(&self, arrow: &Arrow) -> Paint {
        if let Some(severity) = self.ladder.gravest(arrow) {
            return paint_of(severity);
        }
        match arrow {
            Arrow { error: Some(_), .. } | Arrow { outcome: Outcome::Unanswered, .. } => Paint::Red,
            Arrow { attempt: 2.., .. } => Paint::Yellow,
            Arrow { ack: true, .. } => Paint::Dim,
            Arrow { outcome: Outcome::Answered, .. } => Paint::Green,
            _ => Paint::None,
        }
    }

    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.ladder.marks.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        for mark in &self.ladder.marks {
            let label = format!("[{}] ", mark.number);
            let text = hang(&label, &spell(&in_words(mark), self.setup), self.style.width);
            // The number carries the colour; a whole paragraph in red is hard to read.
            let rest = text.strip_prefix(&label).unwrap_or(&text);
            let number = match paint_of(mark.severity) {
                Paint::Red => self.style.red(&label),
                Paint::Yellow => self.style.yellow(&label),
                _ => self.style.cyan(&label),
            };
            write!(out, "{number}{rest}")?;
        }
        Ok(())
    }

    /// What the signs mean, of those that are there.
    fn legend(&self, out: &mut dyn Write) -> io::Result<()> {
        let any = |test: fn(&Arrow) -> bool| self.ladder.rows.iter().filter_map(Row::arrow).any(test);
        let mut words: Vec<String> = Vec::new();
        if any(|arrow| arrow.attempt > 1) {
            words.push("dashed: sent again".to_owned());
        }
        if any(|arrow| arrow.outcome.is_cross()) {
            words.push(format!("{}: no answer, or none before it was sent again", self.pen.lost));
        }
        if words.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        for line in wrap(&words.join("; "), self.style.width) {
            writeln!(out, "{}", self.style.dim(&line))?;
        }
        Ok(())
    }
}

/// A finding in a paragraph.
fn in_words(mark: &Mark) -> String {
    let place = if mark.drawn { "frame" } else { "not drawn: frame" };
    let mut text = format!(
        "{} {} {} ({place} {}, {}, {}): {}",
        mark.severity, mark.rule, mark.name, mark.frame, mark.actor, mark.citation, mark.message
    );
    if let Some(caveat) = &mark.caveat {
        text.push_str(". But: ");
        text.push_str(caveat);
    }
    text
}

fn paint_of(severity: &str) -> Paint {
    match severity {
        "error" => Paint::Red,
        "warning" => Paint::Yellow,
        _ => Paint::Cyan,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::report::view::{SCHEMA_VERSION, Tool};

    fn drawn(width: usize, ascii: bool) -> String {
        let ladders = vec![samples::ladder()];
        let document = LadderDocument { schema_version: SCHEMA_VERSION, tool: Tool::THIS, captures: vec![], ladders };
        let setup = Setup { style: Style { width, color: false }, ascii, ..Setup::default() };
        let mut out = Vec::new();
        show(&document, &setup, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_ascii_is_ascii() {
        for width in [40, 60, 80, 120, 200] {
            for ascii in [false, true] {
                let text = drawn(width, ascii);
                for line in text.lines() {
                    assert!(columns(line) <= width, "{width}: {line}");
                }
                assert!(!ascii || text.is_ascii(), "{text}");
            }
        }
    }

    #[test]
    fn everything_of_a_diagram_is_in_its_text() {
        for width in [50, 80, 160] {
            let text = drawn(width, false).split_whitespace().collect::<Vec<_>>().join(" ");
            for part in ["Hello #0", "2nd time", "Welcome", "12 messages", "[1]", "not drawn: frame 9", "╳", "ends the"]
            {
                assert!(text.contains(part), "{width}: {part}\n{}", drawn(width, false));
            }
        }
    }

    #[test]
    fn golden() {
        insta::assert_snapshot!("text_80", drawn(80, false));
        insta::assert_snapshot!("text_60_ascii", drawn(60, true));
    }
}
