//! `export` in a program that was built without it: says how to get one that has it, whatever else was asked.

use super::term::{ExitStatus, Stop};

/// Anything: none of it is read.
#[derive(clap::Args, Debug)]
#[command(hide = true, disable_help_flag = true)]
pub(super) struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, num_args = 0.., hide = true)]
    _rest: Vec<std::ffi::OsString>,
}

pub(super) fn run(_: &Args) -> Result<ExitStatus, Stop> {
    let text = "this build has no `export` (cargo install --path . --features export builds one that has; see \
                docs/export.md)";
    Err(Stop::Usage(text.to_owned()))
}
