//! `svg` for `ladder`: a drawing that stands by itself, in light and in dark, and the same drawing for a page.

use super::{Arrow, Ladder, LadderDocument, Outcome, Row};
use crate::report::Setup;
use crate::report::text::{plural, seconds};
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

/// For frame and time on the left; half a lane's name must fit above the first lifeline.
const LEFT: usize = 190;
/// For marks, and half a name, on the right.
const RIGHT: usize = 130;
/// Above the first row: names and endpoints.
const HEAD: usize = 56;
/// A row with a message.
const ROW: usize = 34;
/// A row with a pause or a note.
const NOTE: usize = 24;
/// Over at most this many rows an answer is tied to its question by a bracket.
const TIED: usize = 10;
/// The width of a character of the small text, in tenths: all text is monospaced, so that it can be measured.
const CHAR_TENTHS: usize = 67;

/// Between lifelines: few leave more room for the text of a message.
fn lane(lifelines: usize) -> usize {
    match lifelines {
        0..=2 => 420,
        3 => 350,
        _ => 270,
    }
}

/// How many lifelines stand beside each other.
pub(in crate::report) fn lifelines(_: &Setup) -> usize {
    9
}

/// The colours and strokes, for the drawing itself and for a page that holds it.
pub(in crate::report) const STYLE: &str = "\
.ladder{--fg:#1b1f24;--bg:#fff;--soft:#6a737d;--line:#b6bdc5;--ok:#1a6b3c;--again:#8a5a00;--bad:#b3261e;--note:#0b5cad;\
font:11px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;background:var(--bg);color:var(--fg)}\
@media (prefers-color-scheme:dark){.ladder{--fg:#e6e8ea;--bg:#14171a;--soft:#9aa4ae;--line:#4a525a;--ok:#6fcf97;--again:#f0c060;\
--bad:#ff8a80;--note:#82b7ff}}\
.ladder text{fill:var(--fg)}.ladder .who{font-weight:700;font-size:13px}.ladder .soft{fill:var(--soft)}\
.ladder .life{stroke:var(--line)}.ladder .arrow{stroke:var(--fg);stroke-width:1.4;fill:none}.ladder .head{fill:var(--fg)}\
.ladder .ack .arrow{stroke:var(--soft)}.ladder .ack .head,.ladder .ack .label{fill:var(--soft)}\
.ladder .again .arrow{stroke:var(--again);stroke-dasharray:6 4}.ladder .again .head,.ladder .again .label{fill:var(--again)}\
.ladder .lost .arrow,.ladder .cross{stroke:var(--bad)}.ladder .cross{stroke-width:2;fill:none}\
.ladder .found .label{fill:var(--bad);font-weight:700}.ladder .found .arrow{stroke:var(--bad)}.ladder .found .head{fill:var(--bad)}\
.ladder .when{fill:var(--ok)}.ladder .tie{stroke:var(--ok);fill:none;stroke-width:1.2}\
.ladder .mark circle{fill:var(--bad)}.ladder .mark.warning circle{fill:var(--again)}.ladder .mark.info circle{fill:var(--note)}\
.ladder .mark text{fill:var(--bg);font-weight:700;text-anchor:middle}.ladder .note{fill:var(--note)}\
.ladder .pause{stroke:var(--line);stroke-dasharray:2 5}.ladder .bg{fill:var(--bg)}";

/// Draws all diagrams below each other.
pub(in crate::report) fn show(document: &LadderDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let drawings: Vec<Drawing> = document.ladders.iter().map(|ladder| Drawing::new(ladder, true)).collect();
    let width = drawings.iter().map(|drawing| drawing.width).max().unwrap_or(400);
    let height: usize = drawings.iter().map(|drawing| drawing.height + 20).sum::<usize>().max(60);
    let mut text = String::new();
    let _ = write!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"ladder\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"ladder-title\">\n\
         <title id=\"ladder-title\">{}</title>\n<style>{STYLE}</style>\n\
         <rect class=\"bg\" width=\"{width}\" height=\"{height}\"/>\n",
        Escaped(&document.ladders.iter().map(|ladder| ladder.title.as_str()).collect::<Vec<_>>().join("; ")),
    );
    if drawings.is_empty() {
        text.push_str("<text x=\"20\" y=\"34\">no message found</text>\n");
    }
    let mut top = 10;
    for drawing in &drawings {
        let _ = write!(text, "<g transform=\"translate(0 {top})\">\n{}</g>\n", drawing.body);
        top += drawing.height + 20;
    }
    text.push_str("</svg>\n");
    out.write_all(text.as_bytes())
}

/// One diagram for a page that has [`STYLE`]: its messages can be reached by key and by `data-frame`.
pub(in crate::report) fn figure(ladder: &Ladder) -> String {
    let drawing = Drawing::new(ladder, false);
    format!(
        "<svg class=\"ladder\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"group\" aria-label=\"{}\">\n{}</svg>",
        Escaped(&format!("Ladder diagram: {}", ladder.title)),
        drawing.body,
        w = drawing.width,
        h = drawing.height,
    )
}

struct Drawing {
    body: String,
    width: usize,
    height: usize,
}

impl Drawing {
    /// `whole`: with title, and the findings below; a page has both already.
    fn new(ladder: &Ladder, whole: bool) -> Drawing {
        let spaces = ladder.lifelines.len().saturating_sub(1).max(1);
        let lane = lane(ladder.lifelines.len());
        let width = LEFT + spaces * lane + RIGHT;
        let mut sheet = Sheet { ladder, out: String::new(), lane, width, y: 0, whole, in_frame: HashMap::new() };
        sheet.draw();
        let Sheet { out, width, y, .. } = sheet;
        Drawing { body: out, width, height: y }
    }
}

struct Sheet<'l> {
    ladder: &'l Ladder,
    out: String,
    lane: usize,
    width: usize,
    y: usize,
    whole: bool,
    /// How many messages of each frame are drawn.
    in_frame: HashMap<u64, usize>,
}

impl Sheet<'_> {
    fn x(&self, lifeline: usize) -> usize {
        LEFT + lifeline * self.lane
    }

    fn draw(&mut self) {
        if self.whole {
            self.y += 18;
            let left_out = self.ladder.left_out_in_words();
            let mut title = format!("{}, {}", self.ladder.title, plural(self.ladder.messages, "message"));
            if !left_out.is_empty() {
                title.push_str(&format!(" ({left_out})"));
            }
            self.text(12, self.y, "who", "start", &title);
            self.y += 10;
        }
        let top = self.y + HEAD - 14;
        for (index, lifeline) in self.ladder.lifelines.iter().enumerate() {
            let x = self.x(index);
            self.text(x, self.y + 20, "who", "middle", &cut(&lifeline.name, self.lane - 10));
            self.text(x, self.y + 36, "soft", "middle", &lifeline.endpoint.to_string());
        }
        // Lifelines lie under everything else; how far down they reach is known at the end.
        let under = self.out.len();
        self.y += HEAD;
        self.rows();
        self.y += 8;
        let mut lives = String::new();
        for index in 0..self.ladder.lifelines.len() {
            let x = self.x(index);
            let _ = writeln!(lives, "<line class=\"life\" x1=\"{x}\" y1=\"{top}\" x2=\"{x}\" y2=\"{}\"/>", self.y);
        }
        self.out.insert_str(under, &lives);
        self.y += 10;
        if self.whole {
            self.findings();
        }
    }

    fn rows(&mut self) {
        let mut sent: HashMap<u64, (usize, usize)> = HashMap::new();
        for index in 0..self.ladder.rows.len() {
            let ladder = self.ladder;
            match ladder.rows.get(index) {
                Some(Row::Message(arrow)) => {
                    self.y += ROW;
                    sent.insert(arrow.frame, (index, self.y));
                    let tied = arrow.answers.and_then(|frame| sent.get(&frame).copied());
                    self.arrow(arrow, tied.map(|(row, y)| (index - row, y)));
                }
                Some(Row::Event(event)) => {
                    self.y += NOTE;
                    let x = self.x(event.lifeline);
                    let y = self.y;
                    let _ = writeln!(
                        self.out,
                        "<rect class=\"note\" x=\"{}\" y=\"{}\" width=\"8\" height=\"8\"/>",
                        x - 4,
                        y - 8
                    );
                    self.when(event.frame, event.relative_s);
                    // On the inner side, where there is room.
                    let last = event.lifeline + 1 == ladder.lifelines.len() && event.lifeline > 0;
                    let (at, anchor) = if last { (x - 10, "end") } else { (x + 10, "start") };
                    self.text(at, y, "note", anchor, &event.text);
                }
                Some(Row::Pause { seconds: pause }) => {
                    self.y += NOTE;
                    let (y, right) = (self.y, self.width - 20);
                    let _ = writeln!(
                        self.out,
                        "<line class=\"pause\" x1=\"{LEFT}\" y1=\"{0}\" x2=\"{right}\" y2=\"{0}\"/>",
                        y - 4
                    );
                    self.text(LEFT - 12, y, "soft", "end", &seconds(*pause));
                }
                Some(Row::Cut { messages, frame, reason }) => {
                    self.y += NOTE;
                    let from = if *frame > 0 { format!(" from frame {frame} on") } else { String::new() };
                    let words = format!("… {}{from} not drawn: {reason}", plural(*messages, "message"));
                    self.text(LEFT + 12, self.y, "note", "start", &words);
                }
                None => {}
            }
        }
    }

    fn arrow(&mut self, arrow: &Arrow, tied: Option<(usize, usize)>) {
        let (from, to, y) = (self.x(arrow.from), self.x(arrow.to), self.y);
        let found = !arrow.marks.is_empty();
        let mut class = String::from("message");
        for (is, name) in [
            (arrow.ack, " ack"),
            (arrow.attempt > 1, " again"),
            (arrow.outcome == Outcome::Unanswered, " lost"),
            (found || arrow.error.is_some(), " found"),
        ] {
            if is {
                class.push_str(name);
            }
        }
        let label = arrow.label();
        // The latency stands beyond the receiver, where a row has nothing else.
        let mut short = arrow.brief();
        if arrow.attempt > 1 {
            short = format!("{} time · {short}", super::ordinal(arrow.attempt));
        }
        match arrow.outcome {
            Outcome::Unanswered => short.insert_str(0, "unanswered · "),
            Outcome::Open => short.insert_str(0, "capture ends · "),
            _ => {}
        }
        let sender = self.ladder.lifelines.get(arrow.from).map_or("", |lifeline| lifeline.name.as_str());
        let receiver = self.ladder.lifelines.get(arrow.to).map_or("", |lifeline| lifeline.name.as_str());
        let said = format!("Frame {}, {sender} to {receiver}: {label}", arrow.frame);
        let nth = self.in_frame.entry(arrow.frame).or_default();
        let reach = if self.whole {
            String::new()
        } else {
            format!(
                " data-frame=\"{}\" data-nth=\"{nth}\" tabindex=\"-1\" role=\"button\" aria-label=\"{}\"",
                arrow.frame,
                Escaped(&said)
            )
        };
        *nth += 1;
        let _ = writeln!(self.out, "<g class=\"{class}\"{reach}><title>{}</title>", Escaped(&said));
        self.when(arrow.frame, arrow.relative_s);
        if from == to {
            self.text(from + 12, y, "label", "start", &cut(&label, self.lane - 20));
        } else {
            let (left, right) = (from.min(to), from.max(to));
            let cross = arrow.outcome.is_cross();
            let start = left + if cross && to < from { 34 } else { 12 };
            self.text(
                start,
                y - 5,
                "label",
                "start",
                &cut(&short, right - start - if cross && to > from { 32 } else { 8 }),
            );
            // A message that is lost does not reach the other side.
            let tip = match (to > from, cross) {
                (true, false) => to - 2,
                (true, true) => to - 22,
                (false, false) => to + 2,
                (false, true) => to + 22,
            };
            let _ = writeln!(self.out, "<line class=\"arrow\" x1=\"{from}\" y1=\"{y}\" x2=\"{tip}\" y2=\"{y}\"/>");
            if cross {
                let (a, b, c, d) = (tip - 6, tip + 6, y - 6, y + 6);
                let _ = writeln!(self.out, "<path class=\"cross\" d=\"M{a} {c}L{b} {d}M{a} {d}L{b} {c}\"/>");
            } else {
                let back = if to > from { tip - 9 } else { tip + 9 };
                let _ =
                    writeln!(self.out, "<path class=\"head\" d=\"M{tip} {y}L{back} {}L{back} {}Z\"/>", y - 4, y + 4);
            }
        }
        self.tie(arrow, tied);
        for (index, number) in arrow.marks.iter().enumerate() {
            let Some(mark) = self.ladder.marks.get(number.wrapping_sub(1)) else { continue };
            let x = self.width - RIGHT + 60 + index * 24;
            let _ = writeln!(
                self.out,
                "<g class=\"mark {}\"{}><title>{}</title><circle cx=\"{x}\" cy=\"{}\" r=\"9\"/><text x=\"{x}\" y=\"{y}\">{number}</text></g>",
                mark.severity,
                if self.whole { String::new() } else { format!(" data-finding=\"{}\"", mark.key()) },
                Escaped(&format!("{} {}: {}", mark.rule, mark.name, mark.message)),
                y - 4,
            );
        }
        self.out.push_str("</g>\n");
    }

    /// A bracket beside the lifeline of whoever asked, from the question to the answer, and how long it took.
    fn tie(&mut self, arrow: &Arrow, tied: Option<(usize, usize)>) {
        let Some(answers) = arrow.answers else { return };
        let outside: i64 = if arrow.to == 0 || arrow.to < arrow.from { -1 } else { 1 };
        let x = i64::try_from(self.x(arrow.to)).unwrap_or(0) + outside * 3;
        let y = self.y;
        let mut bend = x + outside * 2;
        let mut words = match arrow.latency_ms {
            Some(latency) => seconds(latency / 1e3),
            None => format!("↩ {answers}"),
        };
        match tied {
            Some((rows, top)) if rows <= TIED => {
                bend = x + outside * (5 + 2 * i64::try_from(rows).unwrap_or(0));
                let _ = writeln!(self.out, "<path class=\"tie\" d=\"M{x} {top}H{bend}V{y}H{x}\"/>");
            }
            // Far apart a bracket would cross too much to be followed.
            _ if arrow.latency_ms.is_some() => words.push_str(&format!(" ↩ {answers}")),
            _ => {}
        }
        let anchor = if outside < 0 { "end" } else { "start" };
        let at = usize::try_from(bend + outside * 4).unwrap_or(0);
        self.text(at, y + 4, "when", anchor, &words);
    }

    fn when(&mut self, frame: u64, relative_s: f64) {
        self.text(8, self.y, "soft", "start", &format!("{frame:>5} {relative_s:>9.4}"));
    }

    fn findings(&mut self) {
        let wide = (self.width - 50) * 10 / CHAR_TENTHS;
        for mark in &self.ladder.marks {
            let place = if mark.drawn { "frame" } else { "not drawn: frame" };
            let caveat = mark.caveat.as_ref().map(|caveat| format!(". But: {caveat}")).unwrap_or_default();
            let words = format!(
                "{} {} {} ({place} {}, {}, {}): {}{caveat}",
                mark.severity, mark.rule, mark.name, mark.frame, mark.actor, mark.citation, mark.message
            );
            self.y += 8;
            let y = self.y + 12;
            let _ = writeln!(
                self.out,
                "<g class=\"mark {}\"><circle cx=\"22\" cy=\"{}\" r=\"9\"/><text x=\"22\" y=\"{y}\">{}</text></g>",
                mark.severity,
                y - 4,
                mark.number,
            );
            for line in crate::report::text::wrap(&words, wide) {
                self.y += 16;
                let y = self.y - 4;
                self.text(38, y, "", "start", &line);
            }
        }
    }

    fn text(&mut self, x: usize, y: usize, class: &str, anchor: &str, text: &str) {
        let anchor = if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
        // Runs of spaces line numbers up.
        let space = if text.contains("  ") { " xml:space=\"preserve\"" } else { "" };
        let _ = writeln!(self.out, "<text x=\"{x}\" y=\"{y}\"{class}{anchor}{space}>{}</text>", Escaped(text));
    }
}

/// `text` in some pixels; an ellipsis says that something was cut, and the tooltip has all of it.
fn cut(text: &str, pixels: usize) -> String {
    crate::report::text::fit(text, pixels * 10 / CHAR_TENTHS).into_owned()
}

/// Text as XML wants it, in elements and in attributes.
pub(in crate::report) struct Escaped<'t>(pub(in crate::report) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // What XML 1.0 cannot hold in any spelling.
                '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                    f.write_char('\u{fffd}')?
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::report::view::{SCHEMA_VERSION, Tool};

    fn drawn(ladders: Vec<Ladder>) -> String {
        let document = LadderDocument { schema_version: SCHEMA_VERSION, tool: Tool::THIS, captures: vec![], ladders };
        let mut out = Vec::new();
        show(&document, &Setup::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn captured_text_is_text() {
        let svg = drawn(vec![samples::ladder()]);
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script"));
        assert!(svg.contains("bob &lt;b&gt;"));
    }

    #[test]
    fn nothing_found_is_a_drawing_too() {
        assert!(drawn(vec![]).contains("no message found"));
    }

    #[test]
    fn golden() {
        insta::assert_snapshot!("svg", drawn(vec![samples::ladder()]));
    }
}
