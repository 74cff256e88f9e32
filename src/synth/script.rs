//! What clients do: the steps of a scenario, its file format, and how a client goes through them.
//!
//! A scenario is lines: `client NAME [after DURATION]` begins a client, the lines below it are its steps, one each;
//! `#` begins a comment. `docs/synth.md` describes the steps.

use super::machine::Cx;
use super::rng::Rng;
use crate::bytes::Time;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// How long a step may keep a client from the next.
const PATIENCE: Duration = Duration::from_secs(11);
/// How long a client waits for an event if the scenario does not say.
const UNTIL: Duration = Duration::from_secs(20);

/// One thing a client does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Logs in under this name.
    Login(String),
    /// Asks who is there.
    List,
    /// Asks for the movies.
    Movies,
    /// Asks who is in its room.
    RoomList,
    /// Says something to its room or group, or to all.
    Say(String),
    /// Says something to one user: in the private chat, or as a private message.
    Tell(String, String),
    /// Enters a room.
    Enter(String),
    /// Leaves the room or group.
    Leave,
    /// Opens a private chat or connection with a user.
    Private(String),
    /// Ends it.
    Close,
    /// Asks for a group with these users.
    Create {
        /// Without a server in the middle.
        decentralized: bool,
        /// Whom to invite.
        users: Vec<String>,
    },
    /// Invites a user to its group.
    Invite(String),
    /// How it answers invitations from now on.
    Answer(Reply),
    /// Leaves the service.
    Logout,
    /// Falls silent without a word.
    Vanish,
    /// Does nothing for so long.
    Wait(Duration),
    /// Does nothing until something is so, or for so long.
    Until(Event, Duration),
    /// Does so many things by chance.
    Random(u64),
    /// Says so many things, about so long apart.
    Chat(u64, Duration),
}

/// How a client answers invitations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Accepts.
    Accept,
    /// Refuses.
    Refuse,
    /// Does not answer.
    Ignore,
}

/// What a client can wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is in a room or group.
    Inside,
    /// It is in none.
    Outside,
    /// A private chat or connection is open.
    Private,
    /// None is.
    Alone,
}

/// One client of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name in the scenario.
    pub name: String,
    /// When it begins.
    pub after: Duration,
    /// What it does.
    pub steps: Vec<Step>,
}

/// What happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// Who does what.
    pub roles: Vec<Role>,
}

/// What is wrong with a scenario, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct ScenarioError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What was expected, and what is there.
    pub reason: String,
}

/// One line on its way through the parser.
struct Words<'t> {
    text: &'t str,
    rest: &'t str,
    line: usize,
}

impl<'t> Words<'t> {
    fn error(&self, at: &str, reason: String) -> ScenarioError {
        let offset = self.text.len().saturating_sub(at.len());
        let column = self.text.get(..offset).map_or(0, |before| before.chars().count()) + 1;
        ScenarioError { line: self.line, column, reason }
    }

    fn word(&mut self, what: &str) -> Result<&'t str, ScenarioError> {
        let rest = self.rest.trim_start();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            return Err(self.error(rest, format!("{what} is missing")));
        }
        self.rest = after;
        Ok(word)
    }

    fn is_over(&self) -> bool {
        self.rest.trim().is_empty()
    }

    fn remainder(&mut self, what: &str) -> Result<String, ScenarioError> {
        let rest = self.rest.trim();
        if rest.is_empty() {
            return Err(self.error(self.rest, format!("{what} is missing")));
        }
        self.rest = "";
        Ok(rest.to_owned())
    }

    fn duration(&mut self) -> Result<Duration, ScenarioError> {
        let word = self.word("a duration")?;
        crate::policy::parse_duration(word).map_err(|reason| self.error_at(word, reason))
    }

    fn number(&mut self) -> Result<u64, ScenarioError> {
        let word = self.word("a number")?;
        word.parse().map_err(|_| self.error_at(word, format!("{word:?} is no number")))
    }

    /// An error at a word that was taken already.
    fn error_at(&self, word: &str, reason: String) -> ScenarioError {
        let back = self.text.len().saturating_sub(self.rest.len() + word.len());
        let column = self.text.get(..back).map_or(0, |before| before.chars().count()) + 1;
        ScenarioError { line: self.line, column, reason }
    }
}

impl std::str::FromStr for Scenario {
    type Err = ScenarioError;

    fn from_str(text: &str) -> Result<Scenario, ScenarioError> {
        let mut roles: Vec<Role> = Vec::new();
        for (index, full) in text.lines().enumerate() {
            let line = full.split_once('#').map_or(full, |(line, _)| line).trim_end();
            let mut words = Words { text: line, rest: line, line: index + 1 };
            if words.is_over() {
                continue;
            }
            let first = words.word("a step")?;
            if first == "client" {
                let name = words.word("the client's name")?.to_owned();
                let mut after = Duration::ZERO;
                if !words.is_over() {
                    let word = words.word("after")?;
                    if word != "after" {
                        return Err(words.error_at(word, format!("{word:?} where only `after DURATION` may stand")));
                    }
                    after = words.duration()?;
                }
                roles.push(Role { name, after, steps: Vec::new() });
            } else {
                let Some(role) = roles.last_mut() else {
                    return Err(words.error_at(first, "a step before the first `client NAME`".to_owned()));
                };
                role.steps.push(step(first, &mut words)?);
            }
            if !words.is_over() {
                let rest = words.rest.trim_start();
                return Err(words.error(rest, format!("{rest:?} is too much")));
            }
        }
        if roles.is_empty() {
            return Err(ScenarioError { line: 1, column: 1, reason: "no `client NAME` in it".to_owned() });
        }
        Ok(Scenario { roles })
    }
}

fn step(first: &str, words: &mut Words<'_>) -> Result<Step, ScenarioError> {
    Ok(match first {
        "login" => Step::Login(words.word("a name")?.to_owned()),
        "list" => Step::List,
        "movies" => Step::Movies,
        "roomlist" => Step::RoomList,
        "say" => Step::Say(words.remainder("a text")?),
        "tell" => {
            let user = words.word("a name")?.to_owned();
            Step::Tell(user, words.remainder("a text")?)
        }
        "enter" => Step::Enter(words.remainder("a room")?),
        "leave" => Step::Leave,
        "private" => Step::Private(words.word("a name")?.to_owned()),
        "close" => Step::Close,
        "create" => {
            let mut users = Vec::new();
            let mut decentralized = false;
            while !words.is_over() {
                match words.word("a name")? {
                    "decentralized" => decentralized = true,
                    "centralized" => decentralized = false,
                    user => users.push(user.to_owned()),
                }
            }
            Step::Create { decentralized, users }
        }
        "invite" => Step::Invite(words.word("a name")?.to_owned()),
        "answer" => {
            let word = words.word("accept, refuse or ignore")?;
            Step::Answer(match word {
                "accept" => Reply::Accept,
                "refuse" => Reply::Refuse,
                "ignore" => Reply::Ignore,
                _ => return Err(words.error_at(word, format!("{word:?} is not accept, refuse or ignore"))),
            })
        }
        "logout" => Step::Logout,
        "vanish" => Step::Vanish,
        "wait" => Step::Wait(words.duration()?),
        "until" => {
            let word = words.word("inside, outside, private or alone")?;
            let event = match word {
                "inside" => Event::Inside,
                "outside" => Event::Outside,
                "private" => Event::Private,
                "alone" => Event::Alone,
                _ => return Err(words.error_at(word, format!("{word:?} is not inside, outside, private or alone"))),
            };
            Step::Until(event, if words.is_over() { UNTIL } else { words.duration()? })
        }
        "random" => Step::Random(words.number()?),
        "chat" => Step::Chat(words.number()?, if words.is_over() { Duration::ZERO } else { words.duration()? }),
        _ => return Err(words.error_at(first, format!("{first:?} is no step"))),
    })
}

/// How far a step got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It is over, or was not possible.
    Over,
    /// It waits for an answer; [`Runner::done`] ends it.
    Busy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    At(Time),
    Busy(Time),
    Until(Event, Time),
    Dead,
}

/// A client on its way through its steps.
#[derive(Clone, Debug)]
pub struct Runner {
    steps: VecDeque<Step>,
    now: Now,
    /// The names of all clients.
    pub names: Arc<[String]>,
    /// Its own in the scenario.
    pub name: String,
    /// Its chance.
    pub rng: Rng,
    said: u64,
    /// Since when something else keeps it from going on.
    occupied: Option<Time>,
}

const TEXTS: [&str; 8] =
    ["hello", "salut", "how are you?", "ça va ?", "see you", "à bientôt", "1 + 1 = 2", "quelle heure est-il ?"];

impl Runner {
    /// One that begins at `start` with the first step.
    #[must_use]
    pub fn new(role: &Role, start: Time, names: Arc<[String]>, rng: Rng) -> Runner {
        Runner {
            steps: role.steps.iter().cloned().collect(),
            now: Now::At(start.plus(role.after)),
            names,
            name: role.name.clone(),
            rng,
            said: 0,
            occupied: None,
        }
    }

    /// The step that was waiting is over.
    pub fn done(&mut self, now: Time) {
        if let Now::Busy(_) = self.now {
            self.now = Now::At(now.plus(self.think()));
        }
    }

    fn think(&mut self) -> Duration {
        Duration::from_micros(20_000 + self.rng.below(100_000))
    }

    /// Does this next: something had to come before it.
    pub fn again(&mut self, step: Step) {
        self.steps.push_front(step);
    }

    /// Falls silent.
    pub fn die(&mut self) {
        self.now = Now::Dead;
        self.steps.clear();
    }

    /// It does nothing any more, not even answer.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.now == Now::Dead
    }

    /// When it went on last.
    #[must_use]
    pub fn at(&self) -> Time {
        match self.now {
            Now::At(at) | Now::Busy(at) | Now::Until(_, at) => at,
            Now::Dead => Time(0),
        }
    }

    /// No step is left.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps.is_empty() && !matches!(self.now, Now::Busy(_) | Now::Until(..))
    }

    /// When it wants to go on.
    #[must_use]
    pub fn next_wake(&self) -> Option<Time> {
        match self.now {
            Now::At(at) if !self.steps.is_empty() => Some(at),
            Now::Busy(until) | Now::Until(_, until) => Some(until),
            _ => None,
        }
    }

    /// A text nobody said before: texts differ, so that relays can be told apart.
    pub fn text(&mut self) -> String {
        self.said += 1;
        let text = self.rng.pick(&TEXTS).copied().unwrap_or("hello");
        format!("{text} {}-{}", self.name, self.said)
    }

    /// The name of another client.
    pub fn other(&mut self) -> Option<String> {
        let others: Vec<String> = self.names.iter().filter(|name| **name != self.name).cloned().collect();
        self.rng.pick(&others).cloned()
    }
}

/// What goes through a script.
pub trait Scripted {
    /// Its place in it.
    fn runner(&mut self) -> &mut Runner;
    /// Begins a step; what its state does not allow is skipped.
    fn perform(&mut self, step: &Step, cx: &mut Cx<'_>) -> Progress;
    /// Whether something is so.
    fn holds(&self, event: Event) -> bool;
    /// Steps that its state allows.
    fn choices(&mut self) -> Vec<Step>;
    /// It is in the middle of something that is no step of its own.
    fn is_occupied(&self) -> bool;
}

/// Goes on as far as possible.
pub fn advance(client: &mut impl Scripted, cx: &mut Cx<'_>) {
    loop {
        let now = cx.now;
        let state = client.runner().now;
        match state {
            Now::Dead => return,
            Now::At(at) if at > now => return,
            Now::At(_) => {}
            Now::Busy(until) if until > now => return,
            Now::Until(event, until) if until > now && !client.holds(event) => return,
            Now::Busy(_) | Now::Until(..) => {
                let think = client.runner().think();
                client.runner().now = Now::At(now.plus(think));
                continue;
            }
        }
        if client.is_occupied() {
            // What is never answered does not hold it up for ever.
            let since = *client.runner().occupied.get_or_insert(now);
            if now.since(since) < PATIENCE {
                client.runner().now = Now::At(now.plus(Duration::from_millis(40)));
                return;
            }
        }
        client.runner().occupied = None;
        let Some(step) = client.runner().steps.pop_front() else { return };
        match step {
            Step::Wait(pause) => client.runner().now = Now::At(now.plus(pause)),
            Step::Until(event, most) => client.runner().now = Now::Until(event, now.plus(most)),
            Step::Random(left) => {
                if left > 1 {
                    client.runner().steps.push_front(Step::Random(left - 1));
                }
                let choices = client.choices();
                let runner = client.runner();
                if let Some(step) = runner.rng.pick(&choices).cloned() {
                    runner.steps.push_front(step);
                }
                // Longer than any timer that could make it look like a copy of what went before.
                let pause = Duration::from_millis(700 + runner.rng.below(800));
                runner.now = Now::At(now.plus(pause));
            }
            Step::Chat(left, apart) => {
                let runner = client.runner();
                if left > 1 {
                    runner.steps.push_front(Step::Chat(left - 1, apart));
                }
                if !apart.is_zero() {
                    // By chance, or all would speak at once.
                    let span = u64::try_from(apart.as_nanos()).unwrap_or(u64::MAX / 2);
                    let pause = Duration::from_nanos(span / 2 + runner.rng.below(span));
                    runner.steps.push_front(Step::Wait(pause));
                }
                let text = runner.text();
                runner.steps.push_front(Step::Say(text));
            }
            Step::Vanish => client.runner().die(),
            step => {
                client.runner().now = Now::Busy(now.plus(PATIENCE));
                if client.perform(&step, cx) == Progress::Over {
                    client.runner().done(now);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_is_read_line_by_line() {
        let text =
            "# two\nclient alice\n  login alice # now\n  say hello all\nclient bob after 1.5s\n  until inside 3s\n";
        let scenario: Scenario = text.parse().expect("a scenario");
        assert_eq!(scenario.roles.len(), 2);
        assert_eq!(scenario.roles[0].steps, [Step::Login("alice".into()), Step::Say("hello all".into())]);
        assert_eq!(scenario.roles[1].after, Duration::from_millis(1500));
        assert_eq!(scenario.roles[1].steps, [Step::Until(Event::Inside, Duration::from_secs(3))]);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let fails = |text: &str| {
            let error = text.parse::<Scenario>().expect_err(text);
            (error.line, error.column, error.reason)
        };
        assert_eq!(fails("client a\n  dance\n"), (2, 3, "\"dance\" is no step".to_owned()));
        assert_eq!(fails("login a\n"), (1, 1, "a step before the first `client NAME`".to_owned()));
        assert_eq!(fails("client a\n  wait soon\n").1, 8);
        assert_eq!(fails("client a\n  list all\n"), (2, 8, "\"all\" is too much".to_owned()));
        assert_eq!(fails("client a\n  login\n").2, "a name is missing");
        assert_eq!(fails(""), (1, 1, "no `client NAME` in it".to_owned()));
    }
}
