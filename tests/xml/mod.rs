//! XML, read strictly: what tests hold reports and drawings against.

use std::collections::BTreeMap;

/// An element of XML.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// With what stands before it and a colon.
    pub(crate) name: String,
    /// As they are written.
    pub(crate) attributes: BTreeMap<String, String>,
    /// Text is passed over.
    pub(crate) children: Vec<Element>,
}

/// Reads XML strictly: what is not well formed is a panic.
pub(crate) fn xml(text: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "a bracket in text: {}", &rest[..at]);
        entities(&rest[..at]);
        // No attribute of ours holds a bracket that is not escaped.
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let done = open.pop().expect("an element is open");
            assert_eq!(done.name, name);
            open.last_mut().expect("a parent").children.push(done);
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut fields) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut element = Element { name: name.to_owned(), ..Element::default() };
        while let Some((key, value)) = fields.trim_start().split_once("=\"") {
            let (value, after) = value.split_once('"').expect("a value ends");
            assert!(!value.contains('<'), "{value}");
            entities(value);
            assert!(element.attributes.insert(key.to_owned(), value.to_owned()).is_none(), "{key} twice");
            fields = after;
        }
        assert_eq!(fields.trim(), "");
        match closed {
            true => open.last_mut().expect("a parent").children.push(element),
            false => open.push(element),
        }
    }
    assert_eq!(open.len(), 1, "elements are left open");
    let mut root = open.remove(0);
    assert_eq!(root.children.len(), 1);
    root.children.remove(0)
}

/// Every ampersand begins an entity that XML has, and there is no character that XML 1.0 has not.
fn entities(text: &str) {
    for after in text.split('&').skip(1) {
        let name = after.split(';').next().expect("a name");
        assert!(["amp", "lt", "gt", "quot", "apos"].contains(&name) || name.starts_with('#'), "&{name}");
    }
    assert!(text.chars().all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..)), "{text:?}");
}
