//! How strictly is judged: the policy file, and the options that go before what it says.

use super::args::PolicyArgs;
use super::input;
use super::term::Stop;
use crate::identify::{self, OptionError};
use crate::policy::{Bound, Known, Policy, Tolerance};
use crate::protocols;
use crate::rules::RULES;
use std::path::Path;

/// The policy of a run: that of the file, with what the options say in its place; `--max-ack` adds to the bounds of the
/// file. Readings that either of them settles are settled for recognition and tracking alike.
pub(super) fn policy(args: &PolicyArgs, identify: &mut identify::Options) -> Result<Policy, Stop> {
    let usage = |option: &'static str| move |error: String| Stop::Usage(format!("{option}: {error}"));
    let mut policy = args.policy.as_deref().map(read).transpose()?.unwrap_or_default();
    if let Some(tolerance) = &args.tolerance {
        policy.tolerance = Tolerance::parse(tolerance).map_err(usage("--tolerance"))?;
    }
    for bound in &args.max_ack {
        policy.bounds.push(Bound::parse(bound).map_err(usage("--max-ack"))?);
    }
    let forced = policy.conventions.iter().map(|(protocol, name, value)| format!("{protocol}.{name}={value}").parse());
    let forced: Vec<_> = forced.collect::<Result<_, OptionError>>().map_err(|error| Stop::Usage(error.to_string()))?;
    identify.conventions.splice(..0, forced);
    policy.conventions = settled(identify);
    Ok(policy)
}

/// The readings that the user settled, as a policy has them.
fn settled(identify: &identify::Options) -> Vec<(String, String, String)> {
    let settled = identify.conventions.iter().filter_map(|forced| {
        let spec = forced.protocol.spec();
        let convention = spec.conventions.get(forced.convention)?;
        let value = convention.values.get(forced.value)?;
        Some((spec.id.to_owned(), convention.name.to_owned(), (*value).to_owned()))
    });
    settled.collect()
}

/// Reads a policy file.
fn read(path: &Path) -> Result<Policy, Stop> {
    let text = input::text(path)?;
    let specs = || protocols::ALL.iter().map(|protocol| protocol.spec());
    let ids: Vec<&str> = specs().map(|spec| spec.id).collect();
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let messages: Vec<&str> = specs().flat_map(|spec| spec.kinds).map(|kind| kind.name).collect();
    let conventions: Vec<(String, &[&str])> = specs()
        .flat_map(|spec| spec.conventions.iter().map(|row| (format!("{}.{}", spec.id, row.name), row.values)))
        .collect();
    let known = Known { protocols: &ids, rules: &codes, messages: &messages, conventions: &conventions };
    Policy::from_toml(&text, &known).map_err(|error| input::refused(path, &error))
}
