//! `table` for `flows`: for each flow who with whom, which protocol and why, how much, and how its TCP fared.

use super::text::{Style, columns, fit, hang, plural, seconds, size};
use super::view::{FlowRecord, FlowsSummary, Record, Summary, TcpRecord};
use super::{Report, Setup};
use crate::bytes;
use std::io::{self, Write};

/// A few lines a flow.
pub(super) fn make(setup: &Setup) -> Box<dyn Report> {
    Box::new(Table { setup: *setup })
}

struct Table {
    setup: Setup,
}

impl Report for Table {
    fn begin(&mut self, _: u32, path: &str, out: &mut dyn Write) -> io::Result<()> {
        let style = self.setup.style;
        if self.setup.several && !self.setup.quiet {
            writeln!(out, "{}\n", style.bold(&fit(&bytes::escape_str(path), style.width)))?;
        }
        Ok(())
    }

    fn record(&mut self, record: Record<'_>, out: &mut dyn Write) -> io::Result<()> {
        match record {
            Record::Flow(flow) => out.write_all(block(flow, self.setup.style).as_bytes()),
            Record::Summary(Summary::Flows(summary)) if !self.setup.quiet => {
                out.write_all(closing(summary, self.setup.style).as_bytes())
            }
            _ => Ok(()),
        }
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn block(flow: &FlowRecord, style: Style) -> String {
    let ends = match (flow.client, flow.server) {
        (Some(client), Some(server)) => format!("{client} → {server}"),
        _ => format!("{} ↔ {}", flow.a, flow.b),
    };
    let verdict = match flow.protocol {
        Some(protocol) => style.green(&format!("{protocol} ({:.0} %)", flow.confidence * 100.0)).into_owned(),
        None => style.dim("none of ours").into_owned(),
    };
    let first = format!("{:>5}  {} {ends}", flow.flow, flow.transport);
    // Two IPv6 addresses leave no room beside them.
    let gap = if columns(&first) + 17 > style.width { "\n       " } else { "  " };
    let mut out = format!("{first}{gap}{verdict}\n");
    let mut figures =
        format!("{}, {} in {}", plural(flow.packets, "packet"), size(flow.bytes), seconds(flow.duration_s));
    if flow.protocol.is_some() {
        figures.push_str(&format!("; {}", plural(flow.messages, "message")));
        if flow.malformed > 0 {
            figures.push_str(&format!(", {} malformed", flow.malformed));
        }
    }
    out.push_str(&hang("       ", &figures, style.width));
    if let Some(tcp) = &flow.tcp {
        out.push_str(&hang("       tcp: ", &health(tcp), style.width));
    }
    out.push_str(&hang("       why: ", &bytes::escape_str(&flow.reason), style.width));
    out.push('\n');
    out
}

fn health(tcp: &TcpRecord) -> String {
    let mut words = vec![match tcp.handshake_ms {
        Some(round_trip) => format!("handshake {}", seconds(round_trip / 1e3)),
        None => "handshake not seen".to_owned(),
    }];
    for (count, what) in [(tcp.retransmitted, "retransmitted"), (tcp.out_of_order, "out of order")] {
        if count > 0 {
            words.push(format!("{} {what}", plural(count, "segment")));
        }
    }
    if tcp.missing_bytes > 0 {
        words.push(format!("{} missing", plural(tcp.missing_bytes, "byte")));
    }
    if tcp.reset {
        words.push("reset".to_owned());
    }
    words.join(", ")
}

fn closing(summary: &FlowsSummary, style: Style) -> String {
    let mut text = format!("{}, {} recognized", plural(summary.flows, "flow"), summary.recognized);
    if !summary.by_protocol.is_empty() {
        let each: Vec<String> = summary.by_protocol.iter().map(|(id, count)| format!("{count} {id}")).collect();
        text.push_str(&format!(": {}", each.join(", ")));
    }
    hang("", &text, style.width)
}
