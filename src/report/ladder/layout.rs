//! Which diagrams a capture gives, and who stands in each.

use super::heard::{Heard, Seen};
use super::outcome::fates;
use super::panel::Panel;
use super::{Ask, Ladder, Per};
use crate::session::report::SessionReport;
use std::collections::HashMap;

/// The diagrams of one capture: of each session, each service or all, those of many clients in several parts.
#[must_use]
pub fn layout(heard: &Heard, ask: &Ask) -> Vec<Ladder> {
    let fates = fates(heard);
    let mut parts = parts(heard, ask);
    let mut part_of_session: HashMap<u32, usize> = HashMap::new();
    let mut session_of_flow: HashMap<u32, u32> = HashMap::new();
    for (index, part) in parts.iter().enumerate() {
        for session in &part.sessions {
            part_of_session.insert(session.session, index);
            for flow in &session.flows {
                session_of_flow.entry(*flow).or_insert(session.session);
            }
        }
    }
    for (index, seen) in heard.seen.iter().enumerate() {
        let Some((session, part)) = place(seen, &part_of_session, &session_of_flow) else { continue };
        if let Some(part) = parts.get_mut(part) {
            part.items.push((index, session));
        }
    }
    // What is known only at the end, as what a private connection carried, stands where it ended.
    let frame = |index: usize| heard.seen.get(index).map_or(0, |seen| seen.frame);
    for part in &mut parts {
        part.items.sort_by_key(|(index, _)| frame(*index));
    }
    parts
        .into_iter()
        .filter(|part| !part.items.is_empty())
        .map(|part| Panel::new(heard, &part.sessions).ladder(part.title, &part.items, &fates, ask))
        .collect()
}

/// One diagram to be.
struct Part<'h> {
    title: String,
    sessions: Vec<&'h SessionReport>,
    /// What happens in it, with the session of each.
    items: Vec<(usize, u32)>,
}

/// The session of a message: its own, or the one that its flow came to belong to.
fn place(seen: &Seen, parts: &HashMap<u32, usize>, flows: &HashMap<u32, u32>) -> Option<(u32, usize)> {
    let own = seen.session.filter(|session| parts.contains_key(session));
    let session = own.or_else(|| flows.get(&seen.flow).copied())?;
    Some((session, *parts.get(&session)?))
}

fn parts<'h>(heard: &'h Heard, ask: &Ask) -> Vec<Part<'h>> {
    let mut groups: Vec<Vec<&SessionReport>> = Vec::new();
    let mut services: HashMap<(&str, std::net::SocketAddr), usize> = HashMap::new();
    for session in &heard.sessions {
        match ask.per {
            Per::Session => groups.push(vec![session]),
            Per::Capture if groups.is_empty() => groups.push(vec![session]),
            Per::Capture => groups.iter_mut().for_each(|group| group.push(session)),
            Per::Service => {
                let index = *services.entry((session.spec.id, session.server)).or_insert(groups.len());
                match groups.get_mut(index) {
                    Some(group) => group.push(session),
                    None => groups.push(vec![session]),
                }
            }
        }
    }
    groups.into_iter().flat_map(|group| split(group, ask)).collect()
}

/// A group in as many parts as its lifelines need.
fn split<'h>(group: Vec<&'h SessionReport>, ask: &Ask) -> Vec<Part<'h>> {
    let all = group.len();
    let mut chunks: Vec<Vec<&SessionReport>> = vec![Vec::new()];
    let mut servers: Vec<std::net::SocketAddr> = Vec::new();
    for session in group {
        let new_server = !servers.contains(&session.server);
        let filled = chunks.last().map_or(0, Vec::len);
        if filled > 0 && filled + 1 + servers.len() + usize::from(new_server) > ask.lifelines.max(2) {
            chunks.push(Vec::new());
            servers.clear();
        }
        if !servers.contains(&session.server) {
            servers.push(session.server);
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(session);
        }
    }
    let whole = chunks.len() == 1;
    let mut before = 0;
    chunks
        .into_iter()
        .filter(|sessions| !sessions.is_empty())
        .map(|sessions| {
            let mut title = title(&sessions, all, ask.per);
            if !whole {
                title.push_str(&format!(", clients {} to {}", before + 1, before + sessions.len()));
            }
            before += sessions.len();
            Part { title, sessions, items: Vec::new() }
        })
        .collect()
}

fn title(sessions: &[&SessionReport], all: usize, per: Per) -> String {
    let count = crate::report::text::plural(all as u64, "session");
    match (per, sessions.first()) {
        (Per::Capture, _) | (_, None) => format!("the whole capture, {count}"),
        (Per::Session, Some(session)) => {
            let user = session.user.as_ref().map(|user| format!(", {}", crate::bytes::escape_str(user)));
            let user = super::shorten::shorten(&user.unwrap_or_default(), 40);
            format!("{} session {}{user}", session.spec.id, session.session)
        }
        (Per::Service, Some(session)) => format!("{} server {}, {count}", session.spec.id, session.server),
    }
}
