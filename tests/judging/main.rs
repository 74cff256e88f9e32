//! Conversations whose judgement hangs on more than one rule, written as the examples of the rules are.

mod ambiguous;
mod crossed;
mod held_up_answers;
mod lists_later;
mod openings;
mod second_answers;

use wiregrade::protocols::ALL;
use wiregrade::rules::script::Script;

/// The frames and rules of what is found in a script, which is given in parts.
fn findings(protocol: &str, parts: &[&str]) -> Vec<(u64, &'static str)> {
    let protocol = ALL.iter().find(|known| known.spec().id == protocol).expect("a protocol");
    let script = Script::parse(&parts.concat(), *protocol).expect("it can be read");
    script.judge().findings.iter().map(|finding| (finding.frame, finding.rule)).collect()
}
