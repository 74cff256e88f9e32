//! `mermaid` for `ladder`: one sequence diagram, in the text form that web pages of code hosts draw.

use super::{Arrow, Ladder, LadderDocument, Row};
use crate::report::Setup;
use crate::report::text::seconds;
use std::fmt::Write as _;
use std::io::{self, Write};

/// What the usual renderers take; they refuse longer diagrams.
const RENDERED: usize = 50_000;

/// Writes all diagrams as one, each in a box of its own where there are several.
pub(in crate::report) fn show(document: &LadderDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("sequenceDiagram\n");
    let several = document.ladders.len() > 1;
    for (index, ladder) in document.ladders.iter().enumerate() {
        participants(&mut text, ladder, index, several);
    }
    if document.ladders.is_empty() {
        text.push_str("  participant nobody as no message found\n");
    }
    for (index, ladder) in document.ladders.iter().enumerate() {
        rows(&mut text, ladder, index);
    }
    if text.len() > RENDERED {
        let size = text.len();
        let _ = writeln!(
            text,
            "%% {size} characters: many renderers stop at {RENDERED} (--from, --to, --only findings+-5)"
        );
    }
    out.write_all(text.as_bytes())
}

fn participants(text: &mut String, ladder: &Ladder, index: usize, boxed: bool) {
    if boxed {
        let _ = writeln!(text, "  box transparent {}", escape(&ladder.title));
    }
    for (number, lifeline) in ladder.lifelines.iter().enumerate() {
        let name = format!("{}, {}", lifeline.name, lifeline.endpoint);
        let _ = writeln!(text, "  participant l{index}x{number} as {}", escape(&name));
    }
    if boxed {
        text.push_str("  end\n");
    }
}

fn rows(text: &mut String, ladder: &Ladder, index: usize) {
    let last = ladder.lifelines.len().saturating_sub(1);
    let over_all = if last == 0 { format!("l{index}x0") } else { format!("l{index}x0,l{index}x{last}") };
    for row in &ladder.rows {
        match row {
            Row::Message(arrow) => {
                let (from, to) = (arrow.from, arrow.to);
                let label = escape(&format!("{} {}", arrow.frame, arrow.label()));
                let _ = writeln!(text, "  l{index}x{from}{}l{index}x{to}: {label}", line(arrow));
                for mark in arrow.marks.iter().filter_map(|number| ladder.marks.get(number.wrapping_sub(1))) {
                    let note = format!("[{}] {} {}: {}", mark.number, mark.severity, mark.rule, mark.message);
                    let _ = writeln!(text, "  Note over l{index}x{from},l{index}x{to}: {}", escape(&note));
                }
            }
            Row::Event(event) => {
                let _ = writeln!(text, "  Note over l{index}x{}: {}", event.lifeline, escape(&event.text));
            }
            Row::Pause { seconds: pause } => {
                let _ = writeln!(text, "  Note over {over_all}: {}", escape(&format!("… {} …", seconds(*pause))));
            }
            Row::Cut { messages, reason, .. } => {
                let note = format!("{} not drawn: {reason}", crate::report::text::plural(*messages, "message"));
                let _ = writeln!(text, "  Note over {over_all}: {}", escape(&note));
            }
        }
    }
    for mark in ladder.marks.iter().filter(|mark| !mark.drawn) {
        let note = format!("[{}] {} {}, frame {}: {}", mark.number, mark.severity, mark.rule, mark.frame, mark.message);
        let _ = writeln!(text, "  Note over {over_all}: {}", escape(&note));
    }
}

fn line(arrow: &Arrow) -> &'static str {
    match (arrow.attempt > 1, arrow.outcome.is_cross()) {
        (false, false) => "->>",
        (true, false) => "-->>",
        (false, true) => "-x",
        (true, true) => "--x",
    }
}

/// Text that is nothing but text to the parser and to the page around it: letters, figures and a few signs stay, all
/// else becomes a numbered entity.
///
/// Entities begin with `#` and end with `;`, which is why both must go; lines with `style:…#…;` or `classDef:…` are
/// rewritten before they are parsed, `end` closes a block, and `wrap:` at the start of a text is an instruction.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut word_before = false;
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        let keyword = !word_before && ["end", "style", "class"].iter().any(|word| begins(rest, word));
        let stays = (c.is_alphanumeric() && !keyword)
            || matches!(c, ' ' | '.' | ',' | '(' | ')' | '[' | ']' | '/' | '=' | '_' | '!' | '…' | '·' | '§');
        word_before = c.is_alphanumeric();
        if stays {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}

fn begins(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::super::Outcome;
    use super::*;

    #[test]
    fn nothing_captured_is_syntax() {
        assert_eq!(escape("salut; #1"), "salut#59; #35;1");
        assert_eq!(escape("<b>&"), "#60;b#62;#38;");
        assert_eq!(escape("the end. End"), "the #101;nd. #69;nd");
        assert_eq!(escape("friend"), "friend");
        assert_eq!(escape("style:x#1;"), "#115;tyle#58;x#35;1#59;");
        assert_eq!(escape("a%%b"), "a#37;#37;b");
    }

    #[test]
    fn lost_and_repeated_messages_are_drawn_apart() {
        let mut arrow = Arrow { attempt: 1, ..super::super::samples::arrow() };
        assert_eq!(line(&arrow), "->>");
        arrow.outcome = Outcome::SentAgain;
        assert_eq!(line(&arrow), "-x");
        arrow.attempt = 2;
        assert_eq!(line(&arrow), "--x");
        arrow.outcome = Outcome::Answered;
        assert_eq!(line(&arrow), "-->>");
    }
}
