//! What must hold of output in a format, whatever was captured.

use crate::xml::xml;
use serde_json::Value;
use std::io::Cursor;
use wiregrade::bytes::is_plain;
use wiregrade::capture::Reader;

/// Holds output against the law of its format. How often the attack is in it.
pub(super) fn hold(law: &str, run: &[&str], output: &[u8], attack: &str) -> usize {
    if law == "annotated" {
        return annotated(run, output);
    }
    let text = std::str::from_utf8(output).unwrap();
    assert!(!text.is_empty(), "{run:?}");
    plain(run, text);
    match law {
        "text" => lines_are_ours(text, attack),
        "json" => drop(json(text)),
        "jsonl" => text.lines().for_each(|line| drop(json(line))),
        "csv" => csv(text),
        "markdown" => markdown(text),
        "html" => html(text),
        "junit" | "svg" => is_xml(text),
        "sarif" => sarif(text),
        "github" => github(text),
        "gitlab" => strings(&json(text), &mut |text| plain(run, text)),
        "mermaid" => mermaid(text),
        "gradescope" => gradescope(run, text),
        "classroom" => classroom(run, text),
        law => panic!("{law} is no law"),
    }
    text.matches("WGX").count() + usize::from(law == "classroom")
}

/// Nothing in it moves a cursor, hides, turns text around, or is an end of a line that is not ours.
pub(super) fn plain(run: &[&str], text: &str) {
    for c in text.chars().filter(|c| *c != '\n') {
        assert!(is_plain(c), "{run:?}: {c:?} in {text}");
    }
}

/// No line begins with what stands behind a line end in the attack.
fn lines_are_ours(text: &str, attack: &str) {
    for begin in attack.split(['\r', '\n', '\u{2028}']).skip(1).filter(|begin| !begin.is_empty()) {
        assert!(!text.lines().any(|line| line.starts_with(begin)), "{begin:?} in {text}");
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// All texts of a value, keys included.
fn strings(value: &Value, look: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(values) => values.iter().for_each(|value| strings(value, look)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            look(key);
            strings(value, look);
        }),
        _ => {}
    }
}

/// Rows of one length, and no cell that a spreadsheet computes.
fn csv(text: &str) {
    // Not flexible: a row of another length is an error.
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    for row in rows.records() {
        for cell in &row.unwrap_or_else(|error| panic!("{error}: {text}")) {
            assert!(!cell.starts_with(['=', '+', '-', '@']) || cell.parse::<f64>().is_ok(), "{cell:?} in {text}");
        }
    }
}

/// What strangers wrote is code, or has an escape before whatever could be markup, a link or a mention; no row of a table
/// has more cells than its heading.
fn markdown(text: &str) {
    let (mut cells, mut block) = (None, None);
    for line in text.lines() {
        // A block of code: only its own fence ends it.
        let fence = line.bytes().take_while(|byte| *byte == b'`').count();
        match block {
            Some(length) if fence >= length && line.len() == fence => block = None,
            None if fence >= 3 && !line[fence..].contains('`') => block = Some(fence),
            _ => {}
        }
        if block.is_some() {
            continue;
        }
        let outside = unescaped(&outside_code(line));
        if outside.contains("WGX") || outside.contains("wgx-x") {
            let markup = ["<", "](", "@", "://", "www.", "`", "**WGX", "![", "~~"];
            assert!(!markup.iter().any(|markup| outside.contains(markup)), "{outside:?} in {line}");
        }
        // A bar ends a cell in code, too.
        let bars = line.starts_with('|').then(|| line.replace("\\|", "").matches('|').count());
        assert!(bars.is_none() || cells.is_none() || bars == cells, "{line}");
        cells = bars;
    }
}

/// A line without its code spans: as many backticks end one as began it.
fn outside_code(line: &str) -> String {
    let (mut outside, mut rest) = (String::new(), line);
    while let Some(at) = rest.find('`') {
        outside.push_str(&rest[..at]);
        let length = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
        let (fence, behind) = rest[at..].split_at(length);
        rest = match end_of_code(behind, length) {
            Some(end) => &behind[end..],
            None => {
                outside.push_str(fence);
                behind
            }
        };
    }
    outside + rest
}

/// Text without what is escaped by a backslash or written by number or name.
fn unescaped(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line.chars());
    while let Some(c) = rest.next() {
        match c {
            '\\' => drop(rest.next()),
            '&' if rest.as_str().split_once(';').is_some_and(|(name, _)| name.len() < 6) => {
                rest.by_ref().find(|c| *c == ';');
            }
            c => out.push(c),
        }
    }
    out
}

/// Behind the next fence of exactly this length.
fn end_of_code(text: &str, length: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let ticks = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        at = start + ticks;
        if ticks == length {
            return Some(at);
        }
    }
    None
}

/// Every tag is one of ours, without what runs when something happens.
fn html(text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let begin = rest.get(at..rest.len().min(at + 40)).unwrap_or(&rest[at..at + 1]);
        rest = &rest[at + 1..];
        let next = rest.chars().next().unwrap();
        assert!(next.is_ascii_alphabetic() || matches!(next, '/' | '!'), "a bracket in text: {begin}");
        let (name, end) = tag(rest);
        assert!(!name.contains("wgx"), "{begin}");
        rest = &rest[end..];
        // What is in there is no markup, up to its end.
        if matches!(name.as_str(), "script" | "style") {
            let close = format!("</{name}");
            rest = &rest[rest.find(&close).expect("a script ends")..];
        }
    }
}

/// The name of a tag, and where it ends.
fn tag(text: &str) -> (String, usize) {
    let name: String = text.chars().take_while(|c| !c.is_whitespace() && *c != '>').collect();
    let (mut quote, mut word) = (None, String::new());
    for (at, c) in text.char_indices().skip(name.chars().count()) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return (name.to_lowercase(), at + 1),
            (None, c) if c.is_whitespace() => word.clear(),
            (None, c) => {
                word.push(c.to_ascii_lowercase());
                assert!(!(word.starts_with("on") && word.ends_with('=')), "{word} in <{name}");
                assert!(!word.contains("wgx"), "{word} in <{name}");
            }
        }
    }
    panic!("<{name} does not end");
}

fn is_xml(text: &str) {
    fn look(element: &crate::xml::Element) {
        assert!(!element.name.contains("wgx"), "{element:?}");
        assert!(!element.attributes.keys().any(|key| key.starts_with("on")), "{element:?}");
        element.children.iter().for_each(look);
    }
    look(&xml(text));
    assert!(text.chars().all(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')), "{text}");
}

/// Plain text, in which SARIF knows links: a bracket closed and a parenthesis opened.
fn sarif(text: &str) {
    strings(&json(text), &mut |text| {
        plain(&["sarif"], text);
        assert!(!text.contains("]("), "{text}");
    });
}

/// Commands are ours, and what is free text stands where none is obeyed.
fn github(text: &str) {
    let mut stopped: Option<String> = None;
    for line in text.lines() {
        match &stopped {
            Some(token) if line == format!("::{token}::") => stopped = None,
            Some(_) => {}
            None if line.starts_with("::stop-commands::") => {
                stopped = Some(line.trim_start_matches("::stop-commands::").to_owned());
            }
            None => {
                let command = line.split("::").nth(1).unwrap_or_default();
                let word = command.split(' ').next().unwrap_or_default();
                assert!(line.starts_with("::") && ["error", "warning", "notice"].contains(&word), "{line}");
                // Ours are file, line and title, each once.
                for property in ["file=", "line=", "title="] {
                    let properties = command.split_once(' ').map_or("", |(_, properties)| properties);
                    let count = properties.split(',').filter(|part| part.starts_with(property)).count();
                    assert!(count == 1 || count == 0 && word == "notice", "{line}");
                }
                assert!(!line.contains("%0A") || line.contains("%250A"), "{line}");
            }
        }
    }
    assert_eq!(stopped, None, "{text}");
}

/// Lines of ours, without what Mermaid takes for the end of one, a comment or a setting.
fn mermaid(text: &str) {
    for line in text.lines() {
        let mut rest = line.to_owned();
        while let Some(at) = rest.find('#') {
            let end = rest[at..].find(';').unwrap_or_else(|| panic!("{line}")) + at;
            assert!(rest[at + 1..end].bytes().all(|byte| byte.is_ascii_digit()), "{line}");
            rest.replace_range(at..=end, "");
        }
        assert!(!rest.contains([';', '<', '"', '{', '}']) && !rest.contains("%%"), "{line}");
        let word = rest.split_whitespace().next().unwrap_or_default();
        let ours = ["sequenceDiagram", "participant", "Note", "box", "end", "rect", "title", "---"];
        assert!(word.is_empty() || ours.contains(&word) || word.starts_with('l'), "{line}");
    }
}

fn gradescope(run: &[&str], text: &str) {
    let results = json(text);
    strings(&results, &mut |text| plain(run, text));
    for test in results["tests"].as_array().unwrap().iter().chain([&results]) {
        if test["output_format"] == "md" {
            markdown(test["output"].as_str().unwrap());
        }
    }
}

/// A line that a workflow takes, of letters that mean nothing to it, with results in it.
fn classroom(run: &[&str], text: &str) {
    let coded = text.strip_prefix("result=").and_then(|rest| rest.strip_suffix('\n')).unwrap();
    assert!(coded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)), "{coded}");
    let decoded = data_encoding::BASE64.decode(coded.as_bytes()).unwrap();
    strings(&json(std::str::from_utf8(&decoded).unwrap()), &mut |text| plain(run, text));
}

/// A capture whose comments are plain text.
fn annotated(run: &[&str], output: &[u8]) -> usize {
    let mut reader = Reader::new(Box::new(Cursor::new(output.to_vec()))).unwrap();
    let mut shown = 0;
    while let Some(frame) = reader.next_frame() {
        for comment in frame.unwrap().options.comments() {
            let comment = std::str::from_utf8(comment).unwrap();
            plain(run, comment);
            shown += comment.matches("WGX").count();
        }
    }
    shown
}
