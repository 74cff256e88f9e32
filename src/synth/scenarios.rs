//! The built-in scenarios, in the scenario format itself: what the documents' figures show.

use super::script::Scenario;

/// A built-in scenario.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// The protocol it is for.
    pub protocol: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Rules that are broken in it, because the document's own figure shows a fault.
    pub breaks: &'static [&'static str],
}

impl BuiltIn {
    /// Its steps.
    ///
    /// # Errors
    /// None but those of its text; a test reads them all.
    pub fn scenario(&self) -> Result<Scenario, super::script::ScenarioError> {
        self.text.parse()
    }
}

/// The built-in scenario of this name.
#[must_use]
pub fn find(protocol: &str, name: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|built_in| built_in.protocol == protocol && built_in.name == name)
}

const fn built_in(protocol: &'static str, name: &'static str, about: &'static str, text: &'static str) -> BuiltIn {
    BuiltIn { protocol, name, about, text, breaks: &[] }
}

const IMP_IMPOSTOR: &str = include_str!("scenarios/imp-impostor.scenario");
const TAKEN: &str = include_str!("scenarios/taken.scenario");
const G22_TOUR: &str = include_str!("scenarios/g22-tour.scenario");
const G22_RANDOM: &str = include_str!("scenarios/g22-random.scenario");
const SHEN_ANNEX: &str = include_str!("scenarios/shen-annex.scenario");
const SHEN_TOUR: &str = include_str!("scenarios/shen-tour.scenario");
const SHEN_RANDOM: &str = include_str!("scenarios/shen-random.scenario");
const CHATOS_TOUR: &str = include_str!("scenarios/chatos-tour.scenario");
const CHATOS_RANDOM: &str = include_str!("scenarios/chatos-random.scenario");
const G9_LOGIN: &str = include_str!("scenarios/g9-login.scenario");
const G9_TOUR: &str = include_str!("scenarios/g9-tour.scenario");
const GONE: &str = include_str!("scenarios/gone.scenario");
const G9_RANDOM: &str = include_str!("scenarios/g9-random.scenario");
const IMP_LOGIN: &str = include_str!("scenarios/imp-login.scenario");
const IMP_TOUR: &str = include_str!("scenarios/imp-tour.scenario");
const IMP_GROUPS: &str = include_str!("scenarios/imp-groups.scenario");
const IMP_EXPIRY: &str = include_str!("scenarios/imp-expiry.scenario");
const IMP_GONE: &str = include_str!("scenarios/imp-gone.scenario");
const IMP_INVITED: &str = include_str!("scenarios/imp-invited.scenario");
const IMP_RANDOM: &str = include_str!("scenarios/imp-random.scenario");

/// All of them, the default of each protocol first.
pub static ALL: &[BuiltIn] = &[
    built_in("imp", "tour", "login refused and accepted, lists, messages, groups of both modes, leaving", IMP_TOUR),
    built_in("imp", "login", "figures 2 and 3", IMP_LOGIN),
    built_in("imp", "groups", "figures 6, 7, 9, 10, 12 and 13", IMP_GROUPS),
    BuiltIn {
        breaks: &["T002"],
        ..built_in("imp", "expiry", "figures 8 and 11: invitations nobody answers", IMP_EXPIRY)
    },
    BuiltIn {
        breaks: &["A001"],
        ..built_in("imp", "gone", "figure 19: a client falls silent and is removed", IMP_GONE)
    },
    built_in("imp", "invited", "three users are invited into one group", IMP_INVITED),
    built_in("imp", "random", "four clients doing things by chance", IMP_RANDOM),
    built_in("c2w-g9", "tour", "login refused and accepted, lists, rooms, messages, private chat, leaving", G9_TOUR),
    built_in("c2w-g9", "login", "figure 4: a name that is taken, then another", G9_LOGIN),
    BuiltIn { breaks: &["A001"], ..built_in("c2w-g9", "gone", "a client falls silent", GONE) },
    built_in("c2w-g9", "random", "four clients doing things by chance", G9_RANDOM),
    built_in("c2w-g22", "tour", "login refused and accepted, lists, rooms, messages, leaving", G22_TOUR),
    BuiltIn { breaks: &["A001"], ..built_in("c2w-g22", "gone", "a client falls silent", GONE) },
    built_in("c2w-g22", "random", "four clients doing things by chance", G22_RANDOM),
    built_in("shen", "tour", "login refused and accepted, lists, messages, a private group, leaving", SHEN_TOUR),
    built_in("shen", "annex", "the scenario of the annex", SHEN_ANNEX),
    BuiltIn { breaks: &["A001"], ..built_in("shen", "gone", "a client falls silent", GONE) },
    built_in("shen", "random", "four clients doing things by chance", SHEN_RANDOM),
    built_in(
        "chatos",
        "tour",
        "login refused and accepted, messages to all and to one, private connections",
        CHATOS_TOUR,
    ),
    built_in("chatos", "random", "four clients doing things by chance", CHATOS_RANDOM),
    built_in("imp", "taken", "a name that is taken, and little else", TAKEN),
    built_in("imp", "impostor", "a client that logs in and is never heard again", IMP_IMPOSTOR),
    built_in("c2w-g9", "taken", "a name that is taken, and little else", TAKEN),
    built_in("c2w-g22", "taken", "a name that is taken, and little else", TAKEN),
    built_in("shen", "taken", "a name that is taken, and little else", TAKEN),
    built_in("chatos", "taken", "a name that is taken, and little else", TAKEN),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_a_scenario() {
        for built_in in ALL {
            assert!(built_in.scenario().is_ok(), "{} {}: {:?}", built_in.protocol, built_in.name, built_in.scenario());
        }
    }
}
