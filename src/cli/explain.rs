//! `explain`: the rules, or one of them: what it checks, why, where the documents say so, an example.

use super::args::OutputArgs;
use super::baseline;
use super::plan;
use super::protocols::show;
use super::term::{ExitStatus, Stop};
use crate::report;
use crate::report::view::{ExplainDocument, RuleEntry, SCHEMA_VERSION, Tool};
use crate::rules::{self, RULES, Rule};

/// Explain the rules, or one of them
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A code (R001), a name (early-retransmission) or the beginning of codes (R); without it, all
    #[arg(value_name = "RULE")]
    rule: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitStatus, Stop> {
    let asked = match &args.rule {
        Some(name) => by_name(name)?,
        None => RULES.to_vec(),
    };
    let format = plan::format(report::EXPLAIN, &args.output)?;
    let rules = asked.into_iter().map(RuleEntry::new).collect();
    let document = ExplainDocument { schema_version: SCHEMA_VERSION, tool: Tool::THIS, rules };
    show(format.make, &document, &args.output)
}

/// The rules of a code, a name, or the beginning of codes.
pub(super) fn by_name(name: &str) -> Result<Vec<&'static Rule>, Stop> {
    if let Some(rule) = rules::by_code(name) {
        return Ok(vec![rule]);
    }
    let begins = |rule: &&&Rule| rule.code.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
    let family: Vec<&'static Rule> = RULES.iter().filter(begins).copied().collect();
    if family.is_empty() || name.is_empty() {
        let text = match baseline::by_name(name) {
            Some(about) => about,
            None => format!("there is no rule {name:?} (wiregrade explain lists them)"),
        };
        return Err(Stop::Usage(text));
    }
    Ok(family)
}
