//! `completions` and `man`: what shells and manuals want to know, from the definitions of the command line themselves.

use super::input;
use super::output::Output;
use super::term::{ExitStatus, Stop};
use clap_complete::Shell;
use std::io::{self, Write};
use std::path::PathBuf;

/// Print what a shell needs to complete the command line
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:  wiregrade completions bash > ~/.local/share/bash-completion/completions/wiregrade
           wiregrade completions fish > ~/.config/fish/completions/wiregrade.fish")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

pub(super) fn completions(args: &CompletionsArgs, mut command: clap::Command) -> Result<ExitStatus, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "wiregrade", &mut script);
    written(None, &script)
}

/// Write the manual pages
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:  wiregrade man check | man -l -
           wiregrade man --all ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// Of this command; without it, of the program
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// Write all of them into this folder
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    all: Option<PathBuf>,
}

pub(super) fn man(args: &ManArgs, mut command: clap::Command) -> Result<ExitStatus, Stop> {
    command.build();
    if let Some(folder) = &args.all {
        let made = std::fs::create_dir_all(folder);
        made.map_err(|source| Stop::Output { path: input::shown(folder), source })?;
        for (name, page) in pages(&command) {
            written(Some(folder.join(format!("{name}.1"))), &page)?;
        }
        return Ok(ExitStatus::Clean);
    }
    let wanted = match &args.command {
        None => "wiregrade".to_owned(),
        Some(name) => format!("wiregrade-{name}"),
    };
    let page = pages(&command).into_iter().find(|(name, _)| *name == wanted).map(|(_, page)| page);
    let name = args.command.as_deref().unwrap_or_default();
    written(None, &page.ok_or_else(|| Stop::Usage(format!("there is no command {name:?} (see --help)")))?)
}

/// Each page by its name: the program's own, then one for each command.
fn pages(command: &clap::Command) -> Vec<(String, Vec<u8>)> {
    let named = |sub: &clap::Command| {
        let name = format!("wiregrade-{}", sub.get_name());
        (name.clone(), sub.clone().name(name))
    };
    let shown = |sub: &&clap::Command| sub.get_name() != "help" && !sub.is_hide_set();
    let subs = command.get_subcommands().filter(shown).map(named);
    std::iter::once(("wiregrade".to_owned(), command.clone()))
        .chain(subs)
        .filter_map(|(name, command)| Some((name, roff(command).ok()?)))
        .collect()
}

fn roff(command: clap::Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    Ok(page)
}

fn written(path: Option<PathBuf>, bytes: &[u8]) -> Result<ExitStatus, Stop> {
    let mut output = Output::open(path.as_deref())?;
    output.write_all(bytes).map_err(|error| output.failed(error))?;
    output.commit()?;
    Ok(ExitStatus::Clean)
}
