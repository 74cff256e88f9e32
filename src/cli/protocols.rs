//! `protocols`: the list, or one protocol as its tables say.

use super::args::OutputArgs;
use super::plan;
use super::term::{ExitStatus, Stop};
use crate::identify::decode_as;
use crate::protocols::ALL;
use crate::report::view::{ProtocolRecord, ProtocolsDocument, SCHEMA_VERSION, Tool};
use crate::report::{self, Show};

/// Show the protocols, or one of them: messages, timers, what answers what
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The identifier of a protocol; without it, the list
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let protocols = match &args.id {
        Some(id) => {
            let protocol = decode_as::protocol(id).map_err(|error| Stop::Usage(error.to_string()))?;
            vec![ProtocolRecord::new(protocol.spec())]
        }
        None => ALL.iter().map(|protocol| ProtocolRecord::new(protocol.spec())).collect(),
    };
    let format = plan::format(report::PROTOCOLS, &args.output)?;
    let document = ProtocolsDocument { schema_version: SCHEMA_VERSION, tool: Tool::THIS, protocols };
    show(format.make, &document, &args.output)
}

/// Writes a document that is there as a whole.
pub(super) fn show<D>(show: Show<D>, document: &D, args: &OutputArgs) -> Result<ExitStatus, Stop> {
    let (mut output, setup) = plan::output(args)?;
    show(document, &setup, &mut output).map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(ExitStatus::Clean)
}
