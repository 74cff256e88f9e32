//! Each session: its ladder, its exchanges, its latencies.

use super::page::frame;
use super::{EXCHANGES, Html, ROWS, SESSIONS, plots};
use crate::bytes::escape_str;
use crate::protocols;
use crate::report::ladder::{Ladder, Row, svg};
use crate::report::text::plural;
use crate::report::view::{ExchangeRecord, SessionRecord};
use maud::{Markup, PreEscaped, html};
use std::collections::HashMap;
use std::time::Duration;

/// All sessions, or as many as are drawn.
pub(super) fn section(report: &Html) -> Markup {
    let check = &report.check;
    let mut exchanges: HashMap<(u32, u32), Vec<&ExchangeRecord>> = HashMap::new();
    for exchange in &check.exchanges {
        exchanges.entry((exchange.capture, exchange.session)).or_default().push(exchange);
    }
    let several = check.captures.len() > 1;
    html! {
        section #sessions aria-labelledby="h-sessions" {
            h2 #h-sessions { "Sessions" }
            @if check.sessions.is_empty() { p { "None." } }
            @for (index, session) in check.sessions.iter().take(SESSIONS).enumerate() {
                @let ladder = report.ladders.iter().find(|ladder| {
                    ladder.capture == session.capture && ladder.sessions == [session.session]
                });
                @let mine = exchanges.get(&(session.capture, session.session)).map_or(&[][..], Vec::as_slice);
                details.session open[index == 0] {
                    summary {
                        "Session " (session.session) ": " (session.protocol) ", "
                        @if let Some(user) = &session.user { (escape_str(user)) ", " }
                        (plural(session.messages, "message"))
                        @if several { ", " (escape_str(check.path(session.capture))) }
                    }
                    (facts(session))
                    @if let Some(ladder) = ladder { (diagram(ladder)) }
                    (latencies(session, mine))
                    (exchange_table(session, mine))
                }
            }
            @if check.sessions.len() > SESSIONS {
                p.left-out {
                    (check.sessions.len() - SESSIONS) " more sessions are not drawn (--session chooses; their findings and \
                    messages are here)."
                }
            }
        }
    }
}

fn facts(session: &SessionRecord) -> Markup {
    html! {
        p.facts {
            (session.client.to_string()) " to " (session.server.to_string()) "; "
            @if session.complete { "login and end were seen; " } @else { "login or end were not seen; " }
            (plural(session.exchanges, "exchange")) ", " (plural(session.retransmissions, "retransmission"))
            @for reading in &session.readings {
                "; " (reading.convention) ": " (reading.value) @if !reading.decided { " (assumed)" }
            }
        }
    }
}

fn diagram(ladder: &Ladder) -> Markup {
    let shown = bounded(ladder);
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label="Ladder diagram" data-capture=(ladder.capture) {
                (PreEscaped(svg::figure(&shown)))
            }
            figcaption {
                "Dashed: sent again. Cross: no answer, or none before it was sent again. Choose an arrow for the message's bytes, \
                a mark for its finding."
                @if shown.left_out > 0 {
                    span.left-out { " " (shown.left_out_in_words()) " (wiregrade ladder --session draws all)." }
                }
            }
        }
    }
}

/// The diagram with as many messages as a page can carry.
fn bounded(ladder: &Ladder) -> Ladder {
    let mut shown = ladder.clone();
    if shown.rows.len() > ROWS {
        let rest = shown.rows.split_off(ROWS);
        let frame = rest.iter().filter_map(Row::arrow).map(|arrow| arrow.frame).next().unwrap_or(0);
        let messages = rest.iter().filter(|row| row.arrow().is_some()).count() as u64;
        shown.rows.push(Row::Cut { messages, frame, reason: "more than a page draws" });
        shown.left_out += messages;
    }
    shown
}

fn latencies(session: &SessionRecord, exchanges: &[&ExchangeRecord]) -> Markup {
    let points: Vec<(f64, f64)> =
        exchanges.iter().filter_map(|exchange| Some((exchange.relative_s, exchange.latency_ms?))).collect();
    let latencies: Vec<f64> = points.iter().map(|(_, latency)| *latency).collect();
    let timer = timer(session.protocol);
    let summary = &session.ack_latency_ms;
    let words = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.2} ms"));
    html! {
        @if summary.count > 0 {
            h4 { "Latency" }
            p {
                (plural(summary.count, "answer")) ": median " (words(summary.median)) ", 95 % within " (words(summary.p95))
                ", longest " (words(summary.max))
                @if session.ambiguous > 0 { "; " (session.ambiguous) " left out, because a retransmission makes them unclear" }
                @if let Some(timer) = timer { "; the document's timer is " (crate::report::text::seconds(timer.as_secs_f64())) }
                "."
            }
            div.plots {
                @for (svg, about) in [
                    (plots::distribution(&latencies, timer), "How latencies are distributed"),
                    (plots::over_time(&points, timer), "Latencies over time"),
                ] {
                    @if let Some(svg) = svg {
                        figure.plot role="img" aria-label=(about) { (PreEscaped(svg)) figcaption { (about) } }
                    }
                }
            }
        }
    }
}

fn timer(protocol: &str) -> Option<Duration> {
    protocols::ALL.iter().find(|known| known.spec().id == protocol)?.spec().timer.resend
}

fn exchange_table(session: &SessionRecord, exchanges: &[&ExchangeRecord]) -> Markup {
    let one = |number: u64| frame(session.capture, number);
    html! {
        @if !exchanges.is_empty() {
            details {
                summary { "Exchanges (" (exchanges.len()) ")" }
                div.scroll tabindex="0" role="region" aria-label="Exchanges" {
                    table {
                        thead { tr { th.n { "Frame" } th { "By" } th { "Message" } th { "Sent again" } th { "Answer" } th.n { "Frame" } th.n { "Latency" } } }
                        tbody {
                            @for exchange in exchanges.iter().take(EXCHANGES) {
                                tr {
                                    td.n { (one(exchange.request_frame)) }
                                    td { (exchange.from) }
                                    td { (escape_str(&exchange.request)) }
                                    td {
                                        @for (index, again) in exchange.retransmission_frames.iter().take(8).enumerate() {
                                            @if index > 0 { ", " } (one(*again))
                                        }
                                        @if exchange.retransmission_frames.len() > 8 { ", …" }
                                    }
                                    td { (escape_str(exchange.answer.as_deref().unwrap_or("none"))) }
                                    td.n { @if let Some(answer) = exchange.answer_frame { (one(answer)) } }
                                    td.n { @if let Some(latency) = exchange.latency_ms { (format!("{latency:.2} ms")) } }
                                }
                            }
                        }
                    }
                }
                @if exchanges.len() > EXCHANGES {
                    p.left-out { (exchanges.len() - EXCHANGES) " more are not listed (wiregrade check --exchanges lists all)." }
                }
            }
        }
    }
}
