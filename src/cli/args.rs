//! The options that commands share, as they are written.

use super::term::ColorWhen;
use clap::Args;
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;

/// Where the output goes and how it looks.
#[derive(Args, Clone, Debug)]
pub(super) struct OutputArgs {
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    pub(super) format: String,
    /// Write to a file, which appears once it is complete
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// When to use colours (NO_COLOR is respected)
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub(super) color: ColorWhen,
    /// No headings, no summary, no warnings
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Say on standard error what is done
    #[arg(short, long, help_heading = "Output")]
    pub(super) verbose: bool,
}

/// What is read, how it is recognized, and which part of it is looked at.
#[derive(Args, Clone, Debug)]
pub(super) struct CaptureArgs {
    /// pcap or pcapng, plain or compressed; a directory of them; a quoted pattern
    /// ('trace.pcap*') for the pieces of one capture; - for standard input
    #[arg(required = true, value_name = "CAPTURE")]
    pub(super) captures: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
    #[command(flatten)]
    pub(super) recognition: RecognitionArgs,
    #[command(flatten)]
    pub(super) selection: SelectionArgs,
    /// A capture that is cut off is an error (exit status 2), not a warning
    #[arg(long, help_heading = "Recognition")]
    pub(super) strict: bool,
    /// All files named are pieces of one capture, as tcpdump -C or -G writes
    /// them: they are read in the order of their times, frames counted through
    #[arg(long, help_heading = "Recognition")]
    pub(super) joined: bool,
    /// Work on one thread, or on several; the outcome is the same
    #[arg(long, value_name = "N", help_heading = "Recognition")]
    pub(super) threads: Option<NonZero<usize>>,
    /// Keep to so much memory, e.g. 200MB: flows idle for longest are closed
    /// early where there are too many, and a note says so
    #[arg(long, value_name = "SIZE", help_heading = "Recognition")]
    pub(super) max_memory: Option<Size>,
}

/// A number of bytes as people write it: `200MB`, `1.5 GiB`, `65536`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size(pub(super) u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        const UNITS: [(&str, f64); 8] = [
            ("", 1.0),
            ("B", 1.0),
            ("KB", 1e3),
            ("MB", 1e6),
            ("GB", 1e9),
            ("KIB", 1024.0),
            ("MIB", 1_048_576.0),
            ("GIB", 1_073_741_824.0),
        ];
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim().to_ascii_uppercase();
        let factor = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        match (number.parse::<f64>(), factor) {
            (Ok(number), Some(factor)) => Ok(Size((number * factor) as u64)),
            _ => Err("a size is a number with kB, MB, GB, KiB, MiB or GiB, e.g. 200MB".to_owned()),
        }
    }
}

impl CaptureArgs {
    /// All of some captures, for a command that names them in another way; what is not said is as by default.
    pub(super) fn of(captures: Vec<PathBuf>, output: OutputArgs, recognition: RecognitionArgs) -> CaptureArgs {
        let selection = SelectionArgs::default();
        CaptureArgs {
            captures,
            output,
            recognition,
            selection,
            strict: false,
            joined: false,
            threads: None,
            max_memory: None,
        }
    }
}

/// What the user knows better than the evidence.
#[derive(Args, Clone, Debug)]
pub(super) struct RecognitionArgs {
    /// Consider only this protocol (repeatable)
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Recognition")]
    pub(super) protocol: Vec<String>,
    /// Take flows of a port for a protocol, e.g. udp.port==5000,imp (repeatable)
    #[arg(long, value_name = "PORT,ID", help_heading = "Recognition")]
    pub(super) decode_as: Vec<String>,
    /// The endpoint of a server (repeatable)
    #[arg(long, value_name = "ADDR:PORT", help_heading = "Recognition")]
    pub(super) server: Vec<String>,
    /// Settle an open point of a document, e.g. imp.row-order=text (repeatable)
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Recognition")]
    pub(super) convention: Vec<String>,
}

/// Which part to look at. All that is given must hold.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct SelectionArgs {
    /// Only this session (repeatable)
    #[arg(long, value_name = "N", value_delimiter = ',', help_heading = "Selection")]
    pub(super) session: Vec<u32>,
    /// Only the sessions of this user (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "Selection")]
    pub(super) user: Vec<String>,
    /// Only what this client says and is told (repeatable)
    #[arg(long, value_name = "ADDR:PORT", help_heading = "Selection")]
    pub(super) client: Vec<String>,
    /// Only messages of this name (repeatable)
    #[arg(long, value_name = "MESSAGE", help_heading = "Selection")]
    pub(super) name: Vec<String>,
    /// From a frame (120), a second (12.5s) or a time (2017-02-27T10:00:00Z) on
    #[arg(long, value_name = "WHERE", help_heading = "Selection")]
    pub(super) from: Option<String>,
    /// Up to and including such a point
    #[arg(long, value_name = "WHERE", help_heading = "Selection")]
    pub(super) to: Option<String>,
}

/// How strictly is judged.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct PolicyArgs {
    /// Tolerances, timers, severities, rules on and off, and latency bounds
    #[arg(long, value_name = "FILE", help_heading = "Judgement")]
    pub(super) policy: Option<PathBuf>,
    /// The most a latency may be: p95=200ms; median, p99 or max (repeatable)
    #[arg(long, value_name = "BOUND", help_heading = "Judgement")]
    pub(super) max_ack: Vec<String>,
    /// How far an interval may stray from a timer: a share, a time, or the
    /// larger of both [default: 20%,20ms]
    #[arg(long, value_name = "MARGIN", help_heading = "Judgement")]
    pub(super) tolerance: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let sizes = ["65536", "200MB", "1.5 GiB", "10kb", "7 B"].map(|text| text.parse::<Size>().map(|size| size.0));
        assert_eq!(sizes, [Ok(65_536), Ok(200_000_000), Ok(1_610_612_736), Ok(10_000), Ok(7)]);
        for wrong in ["", "MB", "-1", "1e3", "10 parsecs", "1.2.3MB"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }
}
