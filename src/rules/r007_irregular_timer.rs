//! R007: A message sent again later than its timer plus the tolerance.

use super::{Examples, Judge, Rule, Severity, Told, duration};
use crate::protocol::Topic;
use crate::session::observation::{Fact, Observation};

/// The rule.
pub(super) const RULE: Rule = Rule {
    code: "R007",
    name: "irregular-timer",
    severity: Severity::Warning,
    topic: Topic::RegularTimer,
    checks: "A message sent again later than its timer plus the tolerance.",
    matters: "A timer that fires late makes every loss cost more than the document allows.",
    instead: "Restart the timer with each transmission, with the document's interval.",
    examples: Examples {
        protocol: "imp",
        bad: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  780 A>S 2a 01 01 00 07 00 05 'hello'          <- # DataMessage S=1 again
  785 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
        good: "
   10 A>S 00 00 00 00 0d 'alice   '                # ConnectionRequest S=0
   15 S>A 08 00 00 00 06 01                        # ConnectionAccept S=0
   20 A>S 09 01 00 00 05                           # ack of ConnectionAccept S=0
   30 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1
  530 A>S 2a 01 01 00 07 00 05 'hello'             # DataMessage S=1 again
  535 S>A 2b 00 00 00 05                           # ack of DataMessage S=1
",
    },
    check,
};

fn check(seen: &Observation, judge: &Judge<'_>) -> Option<Told> {
    let Fact::Resent { gap, answered: None, over_tcp: false, clock_stepped: false, .. } = seen.fact else {
        return None;
    };
    let timer = judge.timer(seen);
    let bound = timer.resend.filter(|_| timer.regular)?;
    let margin = judge.tolerance(bound);
    if gap <= bound.saturating_add(margin) {
        return None;
    }
    let told = Told::new(format!(
        "{} sent again after {}; the timer is {} (tolerance {})",
        seen.name,
        duration(gap),
        duration(bound),
        duration(margin)
    ));
    let timers = gap.as_secs_f64() / bound.as_secs_f64();
    let whole = timers.round();
    let hides = timer.hides_copies && whole >= 2.0 && (timers - whole).abs() <= 0.05 * whole;
    Some(if hides {
        told.but(format!("it is {whole} timers: copies between may have been lost before the capture point"))
    } else {
        told
    })
}
