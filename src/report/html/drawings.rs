//! `html` for `ladder`: the drawings in a page that needs nothing but itself.

use super::shell::Shell;
use crate::report::Setup;
use crate::report::ladder::{LadderDocument, svg};
use maud::{PreEscaped, html};
use std::io::{self, Write};

/// Writes the page.
pub(in crate::report) fn drawings(document: &LadderDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let body = html! {
        main {
            h1 { "Ladders" }
            @if document.ladders.is_empty() { p { "No message found." } }
            @for ladder in &document.ladders {
                section {
                    h2 { (ladder.title) }
                    @if ladder.left_out > 0 { p.left-out { (ladder.left_out_in_words()) "." } }
                    (PreEscaped(svg::figure(ladder)))
                    ol {
                        @for mark in &ladder.marks {
                            li {
                                span.badge.(mark.severity) { (mark.severity) } " " (mark.rule) " " (mark.name)
                                " (frame " (mark.frame) @if !mark.drawn { ", not drawn" } ", " (mark.actor) ", "
                                (mark.citation) "): " (mark.message)
                                @if let Some(caveat) = &mark.caveat { ". But: " (caveat) }
                            }
                        }
                    }
                }
            }
        }
    };
    let shell = Shell { title: "wiregrade ladders", style: svg::STYLE, script: "" };
    shell.write(out, |out| out.write_all(body.into_string().as_bytes()))
}
