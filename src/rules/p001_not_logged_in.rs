//! P001: A message before the login was granted.

use super::{Examples, Judge, Rule, Severity, Told};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};
use crate::session::report::Actor;

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "P001",
    name: "not-logged-in",
    severity: Severity::Error,
    topic: Topic::Login,
    checks: "A message before the login was granted.",
    matters: "A server that accepts it serves strangers; a client that sends it has not read the answer to its login.",
    instead: "Wait for the answer that grants the login.",
    examples: Examples {
        protocol: "shen",
        bad: "
   10 A>S 00 00 40 60 'Lucy' 0d 0a                 # Connexion 0
   15 S>A 00 02 00 00                              # ACK 0
   25 B>S 00 00 40 60 'Lucy' 0d 0a                 # Connexion 0
   30 S>B 00 00 80 a0 'nom pris' 0d 0a             # ConnexionInvalide 0
   40 B>S 00 41 00 00                           <- # DemandeDeListe 1
",
        good: "
   10 A>S 00 00 40 60 'Lucy' 0d 0a                 # Connexion 0
   15 S>A 00 02 00 00                              # ACK 0
   25 B>S 00 00 40 60 'Lucy' 0d 0a                 # Connexion 0
   30 S>B 00 00 80 a0 'nom pris' 0d 0a             # ConnexionInvalide 0
   40 B>S 00 40 40 70 'Sheng' 0d 0a                # Connexion 1
   45 S>B 00 42 00 00                              # ACK 1
   55 B>S 00 81 00 00                              # DemandeDeListe 2
   60 S>B 00 85 42 10 'publique, Lucy' 0d 0a 'publique, Sheng' 0d 0a # ListeUtilisateurs 2
",
    },
    check,
};

fn check(seen: &Observation, _: &Judge<'_>) -> Option<Told> {
    let Fact::NotLoggedIn = seen.fact else { return None };
    let whom = if seen.actor == Actor::Server {
        "is sent to a client that is not logged in"
    } else {
        "is sent before a login was granted"
    };
    Some(Told::new(format!("{} {whom}", seen.name)))
}
