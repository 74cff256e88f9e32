//! The options that commands share, as they are written.

use super::term::ColorWhen;
use clap::Args;
use std::num::NonZero;
use std::path::PathBuf;

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
}

impl CaptureArgs {
    /// All of some captures, for a command that names them in another way; what is not said is as by default.
    pub(super) fn of(captures: Vec<PathBuf>, output: OutputArgs, recognition: RecognitionArgs) -> CaptureArgs {
        let selection = SelectionArgs::default();
        CaptureArgs { captures, output, recognition, selection, strict: false, joined: false, threads: None }
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
