//! Each session: its ladder, its exchanges, its latencies.

use super::page::frame;
use super::{EXCHANGES, Html, ROWS, ROWS_IN_ALL, SESSIONS, plots};
use crate::bytes::escape_str;
use crate::protocols;
use crate::report::ladder::{Ladder, Row, svg};
use crate::report::text::plural;
use crate::report::view::{ExchangeRecord, FindingRecord, SessionRecord};
use maud::{Markup, PreEscaped, html};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// The sessions that are drawn, in order; and of those whether their ladder still fits the page.
fn chosen(report: &Html) -> Vec<(&SessionRecord, bool)> {
    let faulty: HashSet<(u32, u32)> =
        report.check.findings.iter().map(|finding| (finding.capture, finding.session)).collect();
    let mut order: Vec<(usize, &SessionRecord)> = report.check.sessions.iter().enumerate().collect();
    order.sort_by_key(|(index, session)| (!faulty.contains(&(session.capture, session.session)), *index));
    order.truncate(SESSIONS);
    let mut room = ROWS_IN_ALL;
    let mut chosen: Vec<_> = order
        .into_iter()
        .map(|(index, session)| {
            let rows = report.ladder(session.capture, session.session).map_or(0, |ladder| ladder.rows.len());
            let drawn = rows <= room;
            room -= if drawn { rows } else { 0 };
            (index, session, drawn)
        })
        .collect();
    chosen.sort_by_key(|(index, ..)| *index);
    chosen.into_iter().map(|(_, session, drawn)| (session, drawn)).collect()
}

/// All sessions, or as many as are drawn.
pub(super) fn section(report: &Html) -> Markup {
    let check = &report.check;
    let mut exchanges: HashMap<(u32, u32), Vec<&ExchangeRecord>> = HashMap::new();
    for exchange in &check.exchanges {
        exchanges.entry((exchange.capture, exchange.session)).or_default().push(exchange);
    }
    let several = check.captures.len() > 1;
    let chosen = chosen(report);
    // The one that is open: where there is something to see.
    let found = |session: &SessionRecord| {
        let of = |finding: &&FindingRecord| (finding.capture, finding.session) == (session.capture, session.session);
        check.findings.iter().filter(of).count() as u64
    };
    let first = chosen.iter().find(|(session, _)| found(session) > 0).or(chosen.first());
    let first = first.map(|(session, _)| (session.capture, session.session));
    html! {
        section #sessions aria-labelledby="h-sessions" {
            h2 #h-sessions { "Sessions" }
            @if check.sessions.is_empty() { p { "None." } }
            @for (session, drawn) in &chosen {
                @let mine = exchanges.get(&(session.capture, session.session)).map_or(&[][..], Vec::as_slice);
                details.session open[first == Some((session.capture, session.session))] {
                    summary {
                        "Session " (session.session) ": " (session.protocol) ", "
                        @if let Some(user) = &session.user { (escape_str(user)) ", " }
                        (plural(session.messages, "message"))
                        @if found(session) > 0 { ", " span.error { (plural(found(session), "finding")) } }
                        @if several { ", " (escape_str(check.path(session.capture))) }
                    }
                    (facts(session))
                    @if *drawn {
                        @if let Some(ladder) = report.ladder(session.capture, session.session) { (diagram(ladder)) }
                    } @else {
                        p.left-out {
                            "Its ladder is not drawn here, because the page draws enough already (wiregrade ladder --session "
                            (session.session) " draws it)."
                        }
                    }
                    (latencies(session, mine))
                    (exchange_table(session, mine))
                }
            }
            @if check.sessions.len() > chosen.len() {
                p.left-out {
                    (check.sessions.len() - chosen.len()) " more sessions are not drawn (--session chooses; their findings and \
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
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label={ "Ladder of " (ladder.title) } data-capture=(ladder.capture) data-session=(ladder.sessions.first().copied().unwrap_or_default()) {
                (PreEscaped(svg::figure(ladder)))
            }
            figcaption {
                "Dashed: sent again. Cross: no answer, or none before it was sent again. Choose an arrow for the message's bytes, \
                a mark for its finding."
                @if ladder.left_out > 0 {
                    span.left-out { " " (ladder.left_out_in_words()) " (wiregrade ladder --session draws all)." }
                }
            }
        }
    }
}

/// How many rows around a finding are drawn where not all are.
const AROUND: usize = 4;

/// The diagram with as many rows as a page can carry: its beginning, and what stands around its findings.
pub(super) fn bounded(ladder: &Ladder) -> Ladder {
    let rows = ladder.rows.len();
    if rows <= ROWS {
        return ladder.clone();
    }
    let marked =
        ladder.rows.iter().enumerate().filter(|(_, row)| row.arrow().is_some_and(|arrow| !arrow.marks.is_empty()));
    let mut keep: Vec<bool> = ladder.rows.iter().map(|row| matches!(row, Row::Cut { .. })).collect();
    let mut kept = 0;
    let beginning = ROWS / 2;
    for at in marked.flat_map(|(at, _)| at.saturating_sub(AROUND)..rows.min(at + AROUND + 1)) {
        if kept < ROWS - beginning && keep.get(at) == Some(&false) {
            keep[at] = true;
            kept += 1;
        }
    }
    for each in &mut keep {
        if kept < ROWS && !*each {
            *each = true;
            kept += 1;
        }
    }
    let mut shown = Ladder { rows: Vec::new(), ..ladder.clone() };
    let mut cut: Option<(u64, u64)> = None;
    for (row, keep) in ladder.rows.iter().zip(keep) {
        if !keep {
            if let Some(arrow) = row.arrow() {
                cut.get_or_insert((0, arrow.frame)).0 += 1;
                for mark in shown.marks.iter_mut().filter(|mark| arrow.marks.contains(&mark.number)) {
                    mark.drawn = false;
                }
            }
            continue;
        }
        shown.left_out += close(&mut cut, &mut shown.rows);
        shown.rows.push(row.clone());
    }
    shown.left_out += close(&mut cut, &mut shown.rows);
    shown
}

/// Says what was cut before a row; how many messages that were.
fn close(cut: &mut Option<(u64, u64)>, rows: &mut Vec<Row>) -> u64 {
    let Some((messages, frame)) = cut.take() else { return 0 };
    rows.push(Row::Cut { messages, frame, reason: "more than a page draws" });
    messages
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
            h3 { "Latency" }
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
                        figure.plot {
                            div role="img" aria-label=(about) { (PreEscaped(svg)) }
                            figcaption {
                                (about)
                                @if let Some(timer) = timer {
                                    "; " span.bound { "red: the timer, " (crate::report::text::seconds(timer.as_secs_f64())) }
                                }
                            }
                        }
                    }
                }
                @if latencies.len() > plots::POINTS {
                    p.left-out { "Over time, " (plots::POINTS) " of " (latencies.len()) " are drawn: the slowest, and of the others evenly." }
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
                div.scroll tabindex="0" role="region" aria-label={ "Exchanges of session " (session.session) } {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ladder::samples;

    #[test]
    fn a_long_ladder_keeps_its_beginning_and_what_stands_around_its_findings() {
        let mut ladder = samples::ladder();
        let drawn = bounded(&ladder);
        assert_eq!((&drawn.rows, drawn.left_out), (&ladder.rows, ladder.left_out), "a short one is left as it is");
        let plain = ladder.rows.iter().find(|row| row.arrow().is_some_and(|arrow| arrow.marks.is_empty())).cloned();
        let marked = ladder.rows.iter().find(|row| row.arrow().is_some_and(|arrow| !arrow.marks.is_empty())).cloned();
        ladder.rows = vec![plain.unwrap(); 2 * ROWS];
        ladder.left_out = 0;
        ladder.rows[780] = marked.unwrap();
        let drawn = bounded(&ladder);
        let cuts: Vec<u64> = drawn
            .rows
            .iter()
            .filter_map(|row| if let Row::Cut { messages, .. } = row { Some(*messages) } else { None })
            .collect();
        // 391 from the beginning, and 776 to 784 around the finding.
        assert_eq!(cuts, [385, 15]);
        assert_eq!(drawn.left_out, cuts.iter().sum::<u64>());
        assert_eq!(drawn.rows.len(), ROWS + cuts.len());
        assert!(drawn.rows.iter().any(|row| row.arrow().is_some_and(|arrow| !arrow.marks.is_empty())));
    }
}
