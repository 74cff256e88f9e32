//! `record`: the capturing relay, alone or around a command.

use super::args::{CaptureArgs, OutputArgs, RecognitionArgs};
use super::check::{self, JudgementArgs};
use super::interrupt;
use super::plan;
use super::signals;
use super::term::{ExitStatus, Stop, Voice};
use crate::limits::Limits;
use crate::record::io::{Guide, Outcome, Output, Relay, Trouble};
use crate::record::{Carrier, Chop, Delay, Impairments, Mapping, OptionError, ResetAfter, Share, Ways, duration};
use clap::{Arg, ArgAction, ArgMatches, FromArgMatches};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus as ChildStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the relay goes on after its command has ended: what is on its way still arrives.
const AFTERGLOW: Duration = Duration::from_millis(200);
/// The variable that holds where the relay listens.
const ADDRESS: &str = "WIREGRADE_LISTEN";
/// How long a command may take to end when it is told to, before it is made to.
const GRACE: Duration = Duration::from_secs(5);

/// Relay between clients and a server, and write what passes as a capture
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Clients are pointed at --udp or --tcp; the server stays where --to says.
  wiregrade record --udp 127.0.0.1:5000 --to 127.0.0.1:5001 -w run.pcapng
  wiregrade record --udp :5000 --to :5001 --loss 10% -w run.pcapng \\
      --check -- ./run-my-tests

A command finds the first listening address in WIREGRADE_LISTEN, and the n-th in
WIREGRADE_LISTEN_n; port 0 listens at one that is free.

What harms datagrams is decided by lot from the seed: the same seed harms the
same datagrams of the same clients. Each can be said for one way, as in
--loss up:10%,down:0 (up is towards the server).

Exit status: that of the command, if one is given and fails; with --check, that
of the check; 2 if the relay cannot do its work.")]
pub(super) struct Args {
    #[command(flatten)]
    relay: RelayArgs,
    /// Write the capture to this file (- for standard output)
    #[arg(short, long, value_name = "FILE")]
    write: PathBuf,
    /// Judge the capture afterwards; all options of `check` but its selection hold
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    recognition: RecognitionArgs,
    #[command(flatten)]
    judgement: JudgementArgs,
}

/// What is relayed, for how long, and how it is harmed.
#[derive(clap::Args, Debug)]
pub(super) struct RelayArgs {
    #[command(flatten)]
    mappings: Mappings,
    /// End after this time
    #[arg(long, value_name = "TIME", value_parser = duration)]
    duration: Option<Duration>,
    #[command(flatten)]
    harm: Harm,
    /// Run this command while the relay is up, and end with it
    #[arg(last = true, value_name = "COMMAND")]
    pub(super) command: Vec<OsString>,
}

impl RelayArgs {
    /// Whether there is anything to relay.
    pub(super) fn is_asked_for(&self) -> bool {
        !self.mappings.0.is_empty()
    }
}

/// What came of a recording.
pub(super) struct Recorded {
    /// Trouble of the relay itself.
    pub(super) status: ExitStatus,
    pub(super) packets: u64,
    /// The command's exit status, if one was run.
    pub(super) command: Option<u8>,
}

/// How what passes is harmed.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Harm")]
struct Harm {
    /// Drop this share of the datagrams
    #[arg(long, value_name = "SHARE", default_value = "0", hide_default_value = true, value_parser = ways::<Share>)]
    loss: Ways<Share>,
    /// Hold everything back for this long, e.g. 50ms±20ms (or 50ms+-20ms)
    #[arg(long, value_name = "TIME", default_value = "0", hide_default_value = true, value_parser = ways::<Delay>)]
    delay: Ways<Delay>,
    /// Pass this share of the datagrams on twice
    #[arg(long, value_name = "SHARE", default_value = "0", hide_default_value = true, value_parser = ways::<Share>)]
    duplicate: Ways<Share>,
    /// Let this share of the datagrams be overtaken by the next one
    #[arg(long, value_name = "SHARE", default_value = "0", hide_default_value = true, value_parser = ways::<Share>)]
    reorder: Ways<Share>,
    /// Pass streams on in pieces of these sizes in bytes, e.g. 1-8
    #[arg(long, value_name = "SIZES", default_value = "0", hide_default_value = true, value_parser = ways::<Chop>)]
    chop: Ways<Chop>,
    /// Reset connections after so many bytes or this time, e.g. 4096B or 500ms
    #[arg(long, value_name = "WHEN", value_parser = reset_after)]
    reset_after: Option<ResetAfter>,
    /// Decide by lot from this number on (by default another one each time)
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
}

fn ways<T>(text: &str) -> Result<Ways<T>, OptionError>
where
    Ways<T>: std::str::FromStr<Err = OptionError>,
{
    text.parse()
}

fn reset_after(text: &str) -> Result<ResetAfter, OptionError> {
    text.parse()
}

/// `--udp` and `--tcp`, each with the `--to` that follows it.
#[derive(Clone, Debug)]
struct Mappings(Vec<Mapping>);

impl clap::Args for Mappings {
    fn augment_args(command: clap::Command) -> clap::Command {
        let address = |id: &'static str, help: &'static str| {
            Arg::new(id).long(id).value_name("ADDR:PORT").action(ArgAction::Append).help(help)
        };
        command
            .arg(address("udp", "Relay datagrams that come here (repeatable)"))
            .arg(address("tcp", "Relay connections that come here (repeatable)"))
            .arg(address("to", "The server, of the --udp and --tcp before it (repeatable)"))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Mappings::augment_args(command)
    }
}

impl FromArgMatches for Mappings {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Mappings, clap::Error> {
        let mut given: Vec<(usize, &str, &String)> = Vec::new();
        for id in ["udp", "tcp", "to"] {
            let indices = matches.indices_of(id).into_iter().flatten();
            let values = matches.get_many::<String>(id).into_iter().flatten();
            given.extend(indices.zip(values).map(|(index, value)| (index, id, value)));
        }
        if given.is_empty() {
            // Whether that will do is for the command to say.
            return Ok(Mappings(Vec::new()));
        }
        given.sort_unstable();
        let given = given.into_iter().map(|(_, id, value)| (id, value.as_str()));
        pair(given, &mut resolve)
            .map(Mappings)
            .map_err(|message| clap::Error::raw(clap::error::ErrorKind::ValueValidation, format!("{message}\n")))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Mappings::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Every `--to` is the server of all listening addresses since the one before it.
fn pair<'a>(
    given: impl Iterator<Item = (&'a str, &'a str)>,
    resolve: &mut dyn FnMut(&str) -> Result<SocketAddr, String>,
) -> Result<Vec<Mapping>, String> {
    let mut mappings = Vec::new();
    let mut waiting: Vec<(Carrier, SocketAddr)> = Vec::new();
    for (option, value) in given {
        let address = resolve(value).map_err(|error| format!("--{option} {value}: {error}"))?;
        match option {
            "udp" => waiting.push((Carrier::Udp, address)),
            "tcp" => waiting.push((Carrier::Tcp, address)),
            _ if waiting.is_empty() => return Err(format!("--to {value}: no --udp or --tcp stands before it")),
            _ => {
                mappings.extend(waiting.drain(..).map(|(carrier, listen)| Mapping { carrier, listen, server: address }))
            }
        }
    }
    if let Some((carrier, listen)) = waiting.first() {
        return Err(format!("--{} {listen}: no --to follows that says where the server is", carrier.name()));
    }
    if let Some(itself) = mappings.iter().find(|mapping| mapping.listen == mapping.server) {
        return Err(format!("{}: would relay to itself (point --to at the server)", itself.listen));
    }
    Ok(mappings)
}

/// `127.0.0.1:5000`, `[::1]:5000`, `localhost:5000`, or `:5000` on this host.
fn resolve(text: &str) -> Result<SocketAddr, String> {
    let named = if text.starts_with(':') { format!("127.0.0.1{text}") } else { text.to_owned() };
    let found: Vec<SocketAddr> =
        named.to_socket_addrs().map_err(|error| format!("{error} (write ADDR:PORT)"))?.collect();
    // A name may stand for both families; what students write mostly listens at the older one.
    let first = found.iter().find(|address| address.is_ipv4()).or(found.first());
    first.copied().ok_or_else(|| "has no address".to_owned())
}

/// Runs it. Its exit status may be the command's own.
pub(super) fn run(args: &Args) -> Result<ExitCode, Stop> {
    let voice = plan::voice(&args.output);
    let to_stdout = args.write.as_os_str() == "-";
    if args.check && to_stdout {
        return Err(Stop::Usage("--check reads the capture again: give -w a file".to_owned()));
    }
    if !args.relay.is_asked_for() {
        return Err(Stop::Usage("nothing to relay (write --udp ADDR:PORT --to ADDR:PORT)".to_owned()));
    }
    // Nothing is recorded that cannot be judged afterwards.
    args.judgement.validate(&args.recognition, &args.output)?;
    let recorded = relay(&args.relay, &args.write, &voice)?;
    let mut status = recorded.status;
    if args.check && recorded.packets > 0 {
        status = status.max(judge(args)?);
    }
    Ok(match recorded.command {
        Some(code) if code != 0 => ExitCode::from(code),
        _ => status.into(),
    })
}

/// Relays and captures, until the command, the time or a signal ends it. What happened is said on standard error.
pub(super) fn relay(args: &RelayArgs, write: &Path, voice: &Voice) -> Result<Recorded, Stop> {
    let impairments = Impairments {
        seed: args.harm.seed.unwrap_or_else(any_seed),
        loss: args.harm.loss,
        delay: args.harm.delay,
        duplicate: args.harm.duplicate,
        reorder: args.harm.reorder,
        chop: args.harm.chop,
        reset_after: args.harm.reset_after,
    };
    let words = impairments.to_string();
    // Sockets first: where they cannot be had, no file is touched.
    let relay = match Relay::bind(&args.mappings.0, impairments, &Limits::default()) {
        Ok(relay) => relay,
        Err(trouble) => {
            voice.error(OsStr::new("record"), &trouble.to_string());
            return Ok(Recorded { status: ExitStatus::Failed, packets: 0, command: None });
        }
    };
    let file = write.as_os_str();
    let output = if file == "-" {
        Output::Stream(Box::new(io::stdout()))
    } else {
        Output::File(create(write).map_err(|source| {
            let path = crate::bytes::escape(file.as_encoded_bytes());
            Stop::Output { path, source }
        })?)
    };
    for mapping in relay.mappings() {
        let Mapping { carrier, listen, server } = mapping;
        voice.warning(file, &format!("recording {} {listen} for {server} ({words})", carrier.name()));
    }
    let mut supervisor = Supervisor::new(args, file, voice, relay.mappings())?;
    let outcome = relay.run(output, "", &mut supervisor);
    supervisor.end();
    voice.warning(file, &describe(&outcome));
    let status = if outcome.unwritten { ExitStatus::Failed } else { ExitStatus::Clean };
    Ok(Recorded { status, packets: outcome.packets, command: supervisor.status() })
}

/// `check` of what was recorded.
fn judge(args: &Args) -> Result<ExitStatus, Stop> {
    let captures = CaptureArgs::of(vec![args.write.clone()], args.output.clone(), args.recognition.clone());
    check::run(&check::Args { captures, judgement: args.judgement.clone(), annotate: None })
}

/// What happened, in a sentence.
fn describe(outcome: &Outcome) -> String {
    let count = |number: u64, one: &str, many: &str| format!("{number} {}", if number == 1 { one } else { many });
    let mut parts = Vec::new();
    let tally = outcome.datagrams;
    if tally.arrived > 0 {
        let mut part = count(tally.arrived, "datagram", "datagrams");
        part += &format!(" of {}", count(outcome.clients, "client", "clients"));
        let fates = [
            (tally.dropped, "dropped"),
            (tally.duplicated, "passed on twice"),
            (tally.reordered, "held back to be overtaken"),
            (tally.crowded, "dropped for lack of room"),
        ];
        let fates: Vec<_> =
            fates.iter().filter(|(number, _)| *number > 0).map(|(number, fate)| format!("{number} {fate}")).collect();
        if !fates.is_empty() {
            part += &format!(" ({})", fates.join(", "));
        }
        parts.push(part);
    }
    if outcome.connections > 0 {
        parts.push(count(outcome.connections, "connection", "connections"));
    }
    if parts.is_empty() {
        return "nobody came to the relay (are clients pointed at it?)".to_owned();
    }
    format!("recorded {} in {}", parts.join(" and "), count(outcome.packets, "packet", "packets"))
}

fn any_seed() -> u64 {
    // The only source of chance in the standard library; 32 bits are easier to write down.
    std::hash::RandomState::new().build_hasher().finish() >> 32
}

#[expect(clippy::disallowed_methods, reason = "this is the edge of the program")]
fn create(path: &Path) -> io::Result<File> {
    File::create(path)
}

#[expect(clippy::disallowed_methods, reason = "this is the edge of the program: a relay runs in real time")]
fn now() -> Instant {
    Instant::now()
}

/// Decides when a relay ends: signals, the time, the command.
struct Supervisor<'a> {
    voice: &'a Voice,
    file: &'a OsStr,
    until: Option<Instant>,
    child: Option<Child>,
    ended: Option<(Instant, ChildStatus)>,
    /// When a command that was told to end is made to.
    deadline: Option<Instant>,
    /// From the terminal, which tells the command too; and from elsewhere, which does not.
    interrupted: Arc<AtomicBool>,
    terminated: Arc<AtomicBool>,
    /// The relay has ended: signals do what they always do.
    over: Arc<AtomicBool>,
    asked: u32,
    unwritable: bool,
}

impl<'a> Supervisor<'a> {
    /// Starts the command, if there is one.
    fn new(args: &RelayArgs, file: &'a OsStr, voice: &'a Voice, mappings: &[Mapping]) -> Result<Supervisor<'a>, Stop> {
        let (interrupted, terminated, over) = (Arc::default(), Arc::default(), Arc::default());
        signals::flags(&interrupted, &terminated, &over)
            .map_err(|error| Stop::Usage(format!("signals cannot be waited for: {error}")))?;
        let child = match args.command.split_first() {
            None => None,
            Some((program, rest)) => {
                Some(Command::new(program).args(rest).envs(addresses(mappings)).spawn().map_err(|error| {
                    let name = crate::bytes::escape(program.as_encoded_bytes());
                    Stop::Usage(format!("{name}: cannot be run: {error}"))
                })?)
            }
        };
        Ok(Supervisor {
            voice,
            file,
            until: args.duration.map(|duration| now() + duration),
            child,
            ended: None,
            deadline: None,
            interrupted,
            terminated,
            over,
            asked: 0,
            unwritable: false,
        })
    }

    /// The command's exit status, 128 and the signal where one ended it; none without a command.
    fn status(&self) -> Option<u8> {
        let (_, status) = self.ended.as_ref()?;
        let code = status.code().or_else(|| signals::of(status).map(|signal| 128 + signal));
        Some(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
    }

    /// No command outlives its relay, and what follows it can be interrupted like anything else.
    fn end(&mut self) {
        interrupt::watch();
        self.over.store(true, Ordering::Relaxed);
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            if let Ok(status) = child.wait() {
                self.ended = Some((now(), status));
            }
        }
    }

    /// Tells the command to end; made to, if it was told before.
    fn tell(&mut self, now: Instant, by_terminal: bool) {
        let Some(child) = &mut self.child else { return };
        self.asked += 1;
        if self.asked > 1 {
            let _ = child.kill();
        } else if !by_terminal {
            signals::terminate(child);
            self.deadline = Some(now + GRACE);
        }
    }
}

/// Where a command finds the addresses to point its clients at.
fn addresses(mappings: &[Mapping]) -> Vec<(String, String)> {
    let numbered = mappings.iter().zip(1..).map(|(mapping, n)| (format!("{ADDRESS}_{n}"), mapping.listen.to_string()));
    let first = mappings.first().map(|mapping| (ADDRESS.to_owned(), mapping.listen.to_string()));
    first.into_iter().chain(numbered).collect()
}

impl Guide for Supervisor<'_> {
    fn is_over(&mut self) -> bool {
        let now = now();
        let interrupted = self.interrupted.swap(false, Ordering::Relaxed);
        let mut terminated = self.terminated.swap(false, Ordering::Relaxed);
        if self.until.is_some_and(|until| now >= until) {
            self.until = None;
            terminated = true;
        }
        if let Some((ended, _)) = &self.ended {
            return interrupted || terminated || now.duration_since(*ended) >= AFTERGLOW;
        }
        if self.child.is_none() {
            return interrupted || terminated || self.unwritable;
        }
        if interrupted || terminated {
            self.tell(now, interrupted);
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            self.deadline = None;
            self.tell(now, false);
        }
        if let Some(child) = &mut self.child
            && let Ok(Some(status)) = child.try_wait()
        {
            self.child = None;
            self.ended = Some((now, status));
        }
        false
    }

    fn trouble(&mut self, trouble: &Trouble) {
        match trouble {
            Trouble::Output(_) => {
                self.unwritable = true;
                self.voice.error(self.file, &trouble.to_string());
            }
            Trouble::Lost(_) => self.voice.error(self.file, &trouble.to_string()),
            _ => self.voice.error(OsStr::new("record"), &trouble.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paired(given: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let mappings = pair(given.iter().copied(), &mut resolve)?;
        Ok(mappings.iter().map(Mapping::to_string).collect())
    }

    #[test]
    fn each_server_is_that_of_the_listening_addresses_before_it() {
        let given = [("udp", "127.0.0.1:1"), ("tcp", ":1"), ("to", "127.0.0.1:2"), ("tcp", "[::1]:3"), ("to", ":4")];
        let expected = ["udp 127.0.0.1:1=127.0.0.1:2", "tcp 127.0.0.1:1=127.0.0.1:2", "tcp [::1]:3=127.0.0.1:4"];
        assert_eq!(paired(&given).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_relayed_is_said() {
        let says = |given: &[(&str, &str)], expected: &str| assert_eq!(paired(given).unwrap_err(), expected);
        says(&[("udp", ":1")], "--udp 127.0.0.1:1: no --to follows that says where the server is");
        says(&[("to", ":1")], "--to :1: no --udp or --tcp stands before it");
        says(&[("udp", ":1"), ("to", ":1")], "127.0.0.1:1: would relay to itself (point --to at the server)");
        assert!(paired(&[("udp", "5000"), ("to", ":1")]).unwrap_err().contains("write ADDR:PORT"));
    }

    #[test]
    fn what_happened_is_one_sentence() {
        let mut outcome = Outcome::default();
        assert_eq!(describe(&outcome), "nobody came to the relay (are clients pointed at it?)");
        outcome.datagrams.arrived = 20;
        outcome.datagrams.dropped = 3;
        outcome.datagrams.duplicated = 1;
        outcome.clients = 1;
        outcome.connections = 2;
        outcome.packets = 40;
        let said = "recorded 20 datagrams of 1 client (3 dropped, 1 passed on twice) and 2 connections in 40 packets";
        assert_eq!(describe(&outcome), said);
    }
}
