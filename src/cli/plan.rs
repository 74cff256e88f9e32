//! Arguments into a plan: everything is looked up and opened that can be wrong by itself, before any work is done.

use super::args::{CaptureArgs, OutputArgs, PolicyArgs, RecognitionArgs, Size};
use super::input::{self, Source};
use super::output::Output;
use super::policy;
use super::selection::{self, Selection};
use super::split;
use super::term::{self, Stop, Voice};
use crate::analysis;
use crate::identify::{self, OptionError, decode_as};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::report::{Format, Setup};
use crate::session::Tracker;
use std::num::NonZero;

/// What a command that reads captures is going to do.
pub(super) struct Plan {
    /// What is read.
    pub(super) sources: Vec<Source>,
    /// False if something named is not there; the rest is done all the same.
    pub(super) all_there: bool,
    /// How many threads work at a capture.
    pub(super) threads: usize,
    /// A capture that is cut off is an error.
    pub(super) strict: bool,
    /// How a capture is analysed.
    pub(super) analysis: analysis::Options,
    /// How the tracker reads and the judge judges.
    pub(super) policy: Policy,
    /// What is looked at.
    pub(super) selection: Selection,
    /// Where messages about the run go.
    pub(super) voice: Voice,
}

impl Plan {
    /// The plan that the arguments ask for.
    pub(super) fn new(args: &CaptureArgs) -> Result<Plan, Stop> {
        Plan::judging(args, &PolicyArgs::default())
    }

    /// The same for a command that judges.
    pub(super) fn judging(args: &CaptureArgs, policy: &PolicyArgs) -> Result<Plan, Stop> {
        let voice = voice(&args.output);
        let mut identify = recognition(&args.recognition)?;
        let policy = policy::policy(policy, &mut identify)?;
        let limits = match args.max_memory {
            None => Limits::default(),
            Some(Size(bytes)) => {
                Limits::within(bytes).map_err(|error| Stop::Usage(format!("--max-memory: {error}")))?
            }
        };
        let selection = Selection::new(&args.selection)?;
        let (sources, all_there) = input::sources(&args.captures, &voice)?;
        let (sources, all_there) = if args.joined {
            let (joined, all_read) = split::joined(sources, &voice)?;
            (joined, all_there && all_read)
        } else {
            (sources, all_there)
        };
        input::keep_apart(&sources, args.output.output.as_deref())?;
        Ok(Plan {
            sources,
            all_there,
            threads: args.threads.map_or_else(cores, NonZero::get),
            strict: args.strict,
            policy,
            analysis: analysis::Options { identify, limits, only_ours: true, ..analysis::Options::default() },
            selection,
            voice,
        })
    }

    /// The same for a command that tells of all flows, whoever's they are.
    pub(super) fn of_all_flows(mut self) -> Plan {
        self.analysis.only_ours = false;
        self
    }

    /// A tracker for one capture.
    pub(super) fn tracker(&self) -> Tracker {
        Tracker::new(self.policy.clone()).on_threads(self.threads)
    }
}

/// How many threads can run at a time.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Who speaks about the run.
pub(super) fn voice(args: &OutputArgs) -> Voice {
    Voice { quiet: args.quiet, verbose: args.verbose }
}

impl Plan {
    /// Opens the output and says how it is to look.
    pub(super) fn output(&self, args: &OutputArgs) -> Result<(Output, Setup), Stop> {
        let (output, setup) = output(args)?;
        Ok((output, Setup { several: self.sources.len() > 1, ..setup }))
    }
}

/// Opens the output and says how it is to look, for a command that reads no captures.
pub(super) fn output(args: &OutputArgs) -> Result<(Output, Setup), Stop> {
    let output = Output::open(args.output.as_deref())?;
    let style = term::style(args.color, output.is_stdout() && term::stdout_is_terminal());
    Ok((output, Setup { style, quiet: args.quiet, ..Setup::default() }))
}

/// The row of a format. The command line takes only those that there are.
pub(super) fn format<'f, M>(formats: &'f [Format<M>], args: &OutputArgs) -> Result<&'f Format<M>, Stop> {
    let known = || formats.iter().map(|format| format.name).collect::<Vec<_>>().join(", ");
    formats
        .iter()
        .find(|format| format.name == args.format)
        .ok_or_else(|| Stop::Usage(format!("unknown format {:?}; there are {}", args.format, known())))
}

/// What the user knows better than the evidence.
pub(super) fn recognition(args: &RecognitionArgs) -> Result<identify::Options, Stop> {
    let usage = |option: &'static str| move |error: OptionError| Stop::Usage(format!("{option}: {error}"));
    let protocol = |name: &String| decode_as::protocol(name).map_err(usage("--protocol"));
    Ok(identify::Options {
        protocols: args.protocol.iter().map(protocol).collect::<Result<_, _>>()?,
        decode_as: args
            .decode_as
            .iter()
            .map(|text| text.parse().map_err(usage("--decode-as")))
            .collect::<Result<_, _>>()?,
        servers: args.server.iter().map(|text| selection::endpoint("--server", text)).collect::<Result<_, _>>()?,
        conventions: args
            .convention
            .iter()
            .map(|text| text.parse().map_err(usage("--convention")))
            .collect::<Result<_, _>>()?,
    })
}
