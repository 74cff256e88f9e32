//! `html` for `ladder`: the drawings in a page that needs nothing but itself and runs nothing.

use super::{STYLE, digest};
use crate::report::Setup;
use crate::report::ladder::{LadderDocument, svg};
use maud::{DOCTYPE, PreEscaped, html};
use std::io::{self, Write};

/// Writes the page.
pub(in crate::report) fn drawings(document: &LadderDocument, _: &Setup, out: &mut dyn Write) -> io::Result<()> {
    let style = format!("{STYLE}{}", svg::STYLE);
    let policy =
        format!("default-src 'none'; style-src {}; base-uri 'none'; form-action 'none'", digest::source(&style));
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "wiregrade ladders" }
                style { (PreEscaped(&style)) }
            }
            body {
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
            }
        }
    };
    out.write_all(page.into_string().as_bytes())?;
    out.write_all(b"\n")
}
