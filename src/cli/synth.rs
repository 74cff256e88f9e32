//! `synth`: writes a capture of a simulated conversation, conforming or with one fault.

use super::output::Output;
use super::term::{ExitStatus, Stop};
use crate::protocol::{Choices, Spec, Transport};
use crate::protocols;
use crate::synth::fault::{Fault, tricks};
use crate::synth::file::Form;
use crate::synth::net::{Tap, Weather};
use crate::synth::packet::Link;
use crate::synth::scenarios::{self, ALL};
use crate::synth::script::{Role, Scenario, Step};
use crate::synth::{Plan, simulate};
use clap::ValueEnum;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// Write a capture of a simulated conversation, conforming or deliberately faulty
#[derive(clap::Args, Debug)]
#[command(after_help = "\
The same arguments write the same bytes. `synth --list` shows the scenarios and
the faults; docs/synth.md describes the format of --scenario files.

Example:  wiregrade synth imp --fault R001 -o faulty.pcapng")]
pub(super) struct Args {
    /// Which protocol is spoken
    #[arg(required_unless_present = "list")]
    protocol: Option<String>,
    /// Where the capture goes; `-` is standard output
    #[arg(short, long, value_name = "FILE", required_unless_present = "list")]
    output: Option<PathBuf>,
    /// List scenarios and faults, of one protocol or of all
    #[arg(long)]
    list: bool,
    /// A built-in scenario, or a file
    #[arg(long, value_name = "NAME|FILE", help_heading = "Conversation")]
    scenario: Option<String>,
    /// Do a fault at its N-th opportunity: `RULE[@N][:VARIANT]`
    #[arg(long, value_name = "FAULT", help_heading = "Conversation")]
    fault: Option<String>,
    /// Where chance begins
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Conversation")]
    seed: u64,
    /// A reading of the document, as [PROTOCOL.]NAME=VALUE (repeatable)
    #[arg(long, value_name = "READING", help_heading = "Conversation")]
    convention: Vec<String>,
    /// What carries the messages
    #[arg(long, value_enum, help_heading = "Conversation")]
    transport: Option<Carrier>,
    /// So many clients that chat, in place of a scenario
    #[arg(long, value_name = "N", help_heading = "Conversation", conflicts_with = "scenario")]
    clients: Option<u32>,
    /// About so many messages in all, in place of a scenario
    #[arg(long, value_name = "N", help_heading = "Conversation", conflicts_with = "scenario")]
    messages: Option<u64>,
    /// So many servers, each with its own clients
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Conversation")]
    servers: usize,
    /// How long a packet travels
    #[arg(long, value_name = "TIME", default_value = "5ms", help_heading = "Network")]
    delay: String,
    /// How much more or less, by chance
    #[arg(long, value_name = "TIME", default_value = "1ms", help_heading = "Network")]
    jitter: String,
    /// The share of packets lost, e.g. 10%
    #[arg(long, value_name = "SHARE", default_value = "0%", help_heading = "Network")]
    loss: String,
    /// How many packets in a row may be lost between two ends; 0: any number, of any message, which may be given up then
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = "Network")]
    burst: u32,
    /// The share of packets that arrive twice
    #[arg(long, value_name = "SHARE", default_value = "0%", help_heading = "Network")]
    duplicate: String,
    /// The share of packets that are overtaken
    #[arg(long, value_name = "SHARE", default_value = "0%", help_heading = "Network")]
    reorder: String,
    /// Where the capture is taken: losses happen behind it
    #[arg(long, value_enum, default_value = "middle", help_heading = "Network")]
    tap: TapAt,
    /// IPv6 in place of IPv4
    #[arg(short = '6', long, help_heading = "Capture")]
    ipv6: bool,
    /// Clients and servers on one machine: all addresses are 127.0.0.1 or ::1
    #[arg(long, help_heading = "Capture")]
    loopback: bool,
    /// What frames begin with
    #[arg(long, value_name = "TYPE", default_value = "ethernet", value_parser = link_names(), help_heading = "Capture")]
    link_type: String,
    /// How the capture is written
    #[arg(long, value_name = "FORM", default_value = "pcapng", value_parser = form_names(), help_heading = "Capture")]
    file_format: String,
}

fn link_names() -> clap::builder::PossibleValuesParser {
    Link::NAMES.map(|(name, _)| name).into()
}

fn form_names() -> clap::builder::PossibleValuesParser {
    Form::NAMES.map(|(name, _)| name).into()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Carrier {
    /// Datagrams.
    Udp,
    /// Connections.
    Tcp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TapAt {
    /// At the clients.
    Client,
    /// At the server.
    Server,
    /// Between them.
    Middle,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    if args.list {
        return list(args.protocol.as_deref());
    }
    let plan = plan(args)?;
    // `-` is standard output, as it is without.
    let mut output = Output::open(args.output.as_deref().filter(|path| path.as_os_str() != "-"))?;
    let outcome = match simulate(&plan, &mut output) {
        Ok((_, outcome)) => outcome,
        Err(error) => return Err(output.failed(error)),
    };
    if let Some((trick, nth)) = plan.fault
        && outcome.fault.is_none()
    {
        return Err(Stop::Usage(format!(
            "{}@{nth} had no opportunity in this conversation; the scenario {:?} gives it one",
            trick.name(),
            if trick.scenario.is_empty() { "tour" } else { trick.scenario }
        )));
    }
    output.commit()?;
    Ok(ExitStatus::Clean)
}

fn plan(args: &Args) -> Result<Plan, Stop> {
    let usage = Stop::Usage;
    let wanted = args.protocol.clone().unwrap_or_default();
    let known = protocols::ALL.iter().map(|protocol| protocol.spec());
    let ids = || protocols::ALL.iter().map(|protocol| protocol.spec().id).collect::<Vec<_>>().join(", ");
    let spec: &'static Spec = known
        .clone()
        .find(|spec| spec.id == wanted)
        .ok_or_else(|| usage(format!("{wanted:?} is no protocol; there are {}", ids())))?;
    let transport = match args.transport {
        None => spec.transports.first().copied().unwrap_or(Transport::Udp),
        Some(carrier) => {
            let transport = if carrier == Carrier::Udp { Transport::Udp } else { Transport::Tcp };
            if !spec.transports.contains(&transport) {
                return Err(usage(format!("{} is not spoken over {}", spec.id, transport.name())));
            }
            transport
        }
    };
    let fault = args.fault.as_ref().map(|text| text.parse::<Fault>()).transpose().map_err(usage)?;
    let trick = match &fault {
        Some(fault) => Some((fault.trick(spec.id).map_err(usage)?, fault.nth)),
        None => None,
    };
    let weather = Weather {
        delay: duration("--delay", &args.delay)?,
        jitter: duration("--jitter", &args.jitter)?,
        loss: share("--loss", &args.loss)?,
        duplicate: share("--duplicate", &args.duplicate)?,
        reorder: share("--reorder", &args.reorder)?,
        burst: args.burst,
    };
    let scenario = match (&args.scenario, args.clients, args.messages) {
        (Some(name), ..) => scenario(spec.id, name)?,
        (None, None, None) => {
            let wanted = trick.map(|(trick, _)| trick.scenario).filter(|name| !name.is_empty());
            let built_in = match wanted {
                Some(name) => scenarios::find(spec.id, name),
                None => ALL.iter().find(|built_in| built_in.protocol == spec.id),
            };
            let built_in = built_in.ok_or_else(|| usage(format!("{} has no scenario", spec.id)))?;
            built_in.scenario().map_err(|error| usage(error.to_string()))?
        }
        (None, clients, messages) => {
            chat(clients.unwrap_or(4), messages.unwrap_or(1000), args.servers, &weather, spec.timer.patience)
        }
    };
    let mut choices = Choices::default();
    if let Some((name, value)) = trick.and_then(|(trick, _)| trick.needs) {
        choices = convention(spec, choices, &format!("{name}={value}"))?;
    }
    for text in &args.convention {
        choices = convention(spec, choices, text)?;
    }
    let named = |name: &str| Link::NAMES.iter().find(|(known, _)| *known == name).map(|(_, link)| *link);
    let form = Form::NAMES.iter().find(|(known, _)| *known == args.file_format).map(|(_, form)| *form);
    let what = match trick {
        Some((trick, nth)) => format!("with the fault {}@{nth}", trick.name()),
        None => "conforming".to_owned(),
    };
    Ok(Plan {
        seed: args.seed,
        choices,
        weather,
        tap: match args.tap {
            TapAt::Client => Tap::Client,
            TapAt::Server => Tap::Server,
            TapAt::Middle => Tap::Middle,
        },
        link: named(&args.link_type).unwrap_or_default(),
        form: form.unwrap_or_default(),
        ipv6: args.ipv6,
        loopback: args.loopback,
        servers: args.servers,
        fault: trick,
        comment: format!("simulated by wiregrade synth: {}, seed {}, {what}", spec.id, args.seed),
        ..Plan::new(spec.id, transport, scenario)
    })
}

/// A built-in scenario, or a file's.
fn scenario(protocol: &str, name: &str) -> Result<Scenario, Stop> {
    if let Some(built_in) = scenarios::find(protocol, name) {
        return built_in.scenario().map_err(|error| Stop::Usage(error.to_string()));
    }
    let text = std::fs::read_to_string(name).map_err(|error| {
        let known: Vec<&str> =
            ALL.iter().filter(|built_in| built_in.protocol == protocol).map(|built_in| built_in.name).collect();
        Stop::Usage(format!("{name}: {error}; built-in scenarios of {protocol} are {}", known.join(", ")))
    })?;
    text.parse().map_err(|error| Stop::Usage(format!("{name}: {error}")))
}

/// Clients that log in, say things, and leave.
///
/// They leave each other time: a server may have one message at a time on its way to each client, and what everybody says
/// goes that way. It is used by half, so that nothing waits there for long.
fn chat(clients: u32, messages: u64, servers: usize, weather: &Weather, timer: Duration) -> Scenario {
    let clients = clients.max(1);
    let there_and_back = 2 * (weather.delay + weather.jitter);
    // What is lost, it or its answer, comes through a timer later.
    let held_up = timer.mul_f64(2.0 * weather.loss) + weather.delay.mul_f64(10.0 * weather.reorder);
    let apart = (there_and_back + held_up) * clients * 2;
    // Each thing said is sent, answered, and passed on to everybody else, who answers too.
    let each = u64::from(clients) * 2 * u64::from(clients) * u64::try_from(servers.max(1)).unwrap_or(1);
    let says = (messages / each.max(1)).max(1);
    let roles = (0..clients).map(|number| {
        let name = format!("user{number}");
        let steps = vec![
            Step::Login(name.clone()),
            Step::List,
            Step::Wait(Duration::from_millis(u64::from(clients) * 120)),
            Step::Chat(says, apart),
            Step::Wait(Duration::from_secs(3) + apart),
            Step::Logout,
        ];
        Role { name, after: Duration::from_millis(u64::from(number) * 100), steps }
    });
    Scenario { roles: roles.collect() }
}

fn convention(spec: &Spec, choices: Choices, text: &str) -> Result<Choices, Stop> {
    let usage = |what: String| Stop::Usage(format!("--convention {text:?}: {what}"));
    let (name, value) = text.split_once('=').ok_or_else(|| usage("write NAME=VALUE".to_owned()))?;
    let name = name.strip_prefix(spec.id).and_then(|name| name.strip_prefix('.')).unwrap_or(name);
    let known = || spec.conventions.iter().map(|row| row.name).collect::<Vec<_>>().join(", ");
    let index = spec
        .conventions
        .iter()
        .position(|row| row.name == name)
        .ok_or_else(|| usage(format!("{} has no such convention; it has: {}", spec.id, known())))?;
    let row = spec.conventions.get(index);
    let value = row
        .and_then(|row| row.values.iter().position(|known| *known == value))
        .ok_or_else(|| usage(format!("its values are {}", row.map_or(String::new(), |row| row.values.join(", ")))))?;
    Ok(choices.with(index, value))
}

fn duration(option: &str, text: &str) -> Result<Duration, Stop> {
    crate::policy::parse_duration(text).map_err(|error| Stop::Usage(format!("{option}: {error}")))
}

/// `10%` or `0.1`.
fn share(option: &str, text: &str) -> Result<f64, Stop> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().ok().map(|share| share / scale);
    share
        .filter(|share| (0.0..1.0).contains(share))
        .ok_or_else(|| Stop::Usage(format!("{option}: {text:?} is no share below 100%; write 10%")))
}

fn list(protocol: Option<&str>) -> Result<ExitStatus, Stop> {
    let mut out = String::new();
    let mut any = false;
    for spec in protocols::ALL.iter().map(|protocol| protocol.spec()) {
        if protocol.is_some_and(|only| only != spec.id) {
            continue;
        }
        any = true;
        out.push_str(&format!("{}\n  scenarios\n", spec.id));
        for built_in in ALL.iter().filter(|built_in| built_in.protocol == spec.id) {
            let breaks = if built_in.breaks.is_empty() {
                String::new()
            } else {
                format!(" (shows {})", built_in.breaks.join(", "))
            };
            out.push_str(&format!("    {:<10} {}{breaks}\n", built_in.name, built_in.about));
        }
        let names: Vec<String> = tricks(spec.id).iter().map(crate::synth::fault::Trick::name).collect();
        out.push_str("  faults\n");
        for row in names.chunks(5) {
            out.push_str(&format!("    {}\n", row.join("  ")));
        }
    }
    if !any {
        return Err(Stop::Usage(format!("{:?} is no protocol", protocol.unwrap_or_default())));
    }
    let mut output = Output::open(None)?;
    output.write_all(out.as_bytes()).map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(ExitStatus::Clean)
}
