//! What the documentation says of tables, keys and policies, held against the program.
//!
//! A part of a page between `<!-- generated: NAME -->` and `<!-- end of NAME -->` is written by the program. To write it
//! anew after a change: `WIREGRADE_BLESS=1 cargo test --test docs`.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use wiregrade::policy::{Known, Policy};
use wiregrade::protocol::{Answer, Kind, Spec};
use wiregrade::protocols;
use wiregrade::rules::RULES;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// What the program prints.
fn printed(arguments: &[&str]) -> String {
    let output = assert_cmd::Command::cargo_bin("wiregrade").expect("the program").args(arguments).output();
    let output = output.expect("the program runs");
    assert!(output.status.success(), "wiregrade {}: {output:?}", arguments.join(" "));
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed(arguments)).expect("it prints JSON")
}

/// Holds the generated part of a page against `body`, or writes it where that is asked for.
#[allow(clippy::disallowed_methods, reason = "writing pages anew is what it is asked for")]
fn hold(page: &str, name: &str, body: &str) {
    let path = docs().join(page);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("docs/{page}: {error}"));
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end of {name} -->"));
    let from = text.find(&begin).unwrap_or_else(|| panic!("docs/{page} has no {begin}")) + begin.len();
    let to = from + text[from..].find(&end).unwrap_or_else(|| panic!("docs/{page} has no {end}"));
    let fresh = format!("\n{}\n\n", body.trim());
    if std::env::var_os("WIREGRADE_BLESS").is_some() {
        fs::write(&path, format!("{}{fresh}{}", &text[..from], &text[to..])).expect("docs can be written");
    } else {
        assert_eq!(text[from..to], fresh, "docs/{page}: {name} has drifted; WIREGRADE_BLESS=1 cargo test --test docs");
    }
}

/// A cell of a table: on one line, and no bar that would end it.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let values = value[key].as_array().map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn protocols_are_described_as_they_are_judged() {
    let mut pages: BTreeSet<String> = fs::read_dir(docs().join("protocols"))
        .expect("docs/protocols")
        .map(|entry| entry.expect("docs/protocols").file_name().to_string_lossy().into_owned())
        .collect();
    for protocol in protocols::ALL {
        let spec = protocol.spec();
        let page = format!("{}.md", spec.id);
        assert!(pages.remove(&page), "{page} is missing");
        let page = format!("protocols/{page}");
        let said = &json(&["protocols", spec.id, "--format", "json"])["protocols"][0];
        hold(&page, "messages", &messages(spec, said));
        hold(&page, "rules of the dialogue", &dialogue(said));
        if !spec.conventions.is_empty() {
            hold(&page, "conventions", &conventions(said));
        }
        hold(&page, "grounds", &grounds(spec, said));
    }
    assert_eq!(pages, BTreeSet::new(), "pages of no protocol");
}

fn messages(spec: &Spec, said: &Value) -> String {
    let rows = said["messages"].as_array().expect("messages");
    let coded = rows.iter().any(|row| row["code"].is_u64());
    let mut out = String::new();
    let code_head = if coded { ("| type ", "|---") } else { ("", "") };
    let _ = writeln!(out, "{}| message | from | carries | answered by | its number | allowed | § |", code_head.0);
    let _ = writeln!(out, "{}|---|---|---|---|---|---|---|", code_head.1);
    for (kind, row) in spec.kinds.iter().zip(rows) {
        if coded {
            let code = row["code"].as_u64().map_or_else(String::new, |code| format!("0x{code:02X}"));
            let _ = write!(out, "| {code}{} ", if kind.assumed { " (ours)" } else { "" });
        }
        let allowed = match texts(row, "allowed").join(", ") {
            allowed if allowed == "anywhere" || !text(row, "from").starts_with("client") => String::new(),
            allowed => allowed,
        };
        let _ = writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {allowed} | {} |",
            kind.name,
            text(row, "from"),
            cell(kind.data),
            cell(&answered_by(kind, text(row, "answer_due"))),
            text(row, "number"),
            kind.section,
        );
    }
    out
}

fn answered_by(kind: &Kind, due: &str) -> String {
    let one = |answer: &Answer| {
        let name = if answer.kind == "*" { "whatever comes next".to_owned() } else { format!("`{}`", answer.kind) };
        let codes: Vec<String> = answer.codes.iter().map(u8::to_string).collect();
        let codes = if codes.is_empty() { String::new() } else { format!(" {}", codes.join("/")) };
        let same = if answer.same_content { " of the same text" } else { "" };
        format!("{name}{codes}{same}")
    };
    let answers: Vec<String> = kind.answered_by.iter().map(one).collect();
    let due = match due {
        "optional" => " (need not be)",
        "required" | "no" => "",
        _ => " (where it grants)",
    };
    if answers.is_empty() { String::new() } else { format!("{}{due}", answers.join(" or ")) }
}

fn dialogue(said: &Value) -> String {
    let mut out = String::new();
    let milliseconds = |value: &Value| {
        value.as_f64().map(|ms| if ms < 1000.0 { format!("{ms} ms") } else { format!("{} s", ms / 1e3) })
    };
    for numbering in said["numbering"].as_array().expect("numbering") {
        let under = numbering["convention"].as_str().map_or_else(String::new, |value| format!(" (`{value}`)"));
        let _ = writeln!(out, "- Numbers{under}: {}.", text(numbering, "summary"));
    }
    let timer = &said["timer"];
    let bound = match (timer["regular"].as_bool(), timer["server_waits"].as_bool()) {
        (Some(true), _) => "neither much sooner nor much later",
        (_, Some(true)) => "not sooner",
        _ => "by a client not sooner; the server is free",
    };
    match milliseconds(&timer["resend_ms"]) {
        Some(interval) => _ = writeln!(out, "- An unanswered message is sent again after {interval}: {bound}."),
        None => _ = writeln!(out, "- The document names no interval after which a message is sent again."),
    }
    match timer["maximum"].as_u64() {
        Some(maximum) => _ = writeln!(out, "- It is sent again at most {maximum} times."),
        None => _ = writeln!(out, "- No maximum of retransmissions is given."),
    }
    if texts(said, "transports").contains(&"tcp".to_owned()) && timer["over_tcp"] == false {
        let _ = writeln!(out, "- Over TCP nothing is sent again.");
    }
    if let Some(window) = said["window"].as_u64() {
        let _ = writeln!(out, "- At most {window} unanswered message at a time, in each direction.");
    }
    if let Some(open) = milliseconds(&said["invitation_ms"]) {
        let _ = writeln!(out, "- An invitation stays open for {open} once it was acknowledged.");
    }
    for notice in said["notices"].as_array().expect("notices") {
        let (message, after, to) = (text(notice, "message"), text(notice, "after"), text(notice, "to"));
        let _ = writeln!(out, "- After {after} the server sends `{message}` to {to}.");
    }
    out
}

fn conventions(said: &Value) -> String {
    let mut out = "| convention | readings, the default first | § | what is open |\n|---|---|---|---|\n".to_owned();
    for convention in said["conventions"].as_array().expect("conventions") {
        let values: Vec<String> = texts(convention, "values").iter().map(|value| format!("`{value}`")).collect();
        let (name, section, about) = (text(convention, "name"), text(convention, "section"), text(convention, "about"));
        let _ = writeln!(out, "| `{name}` | {} | {section} | {} |", values.join(", "), cell(about));
    }
    out
}

fn grounds(spec: &Spec, said: &Value) -> String {
    let mut out = "| what the document speaks of | § | rules that stand on it |\n|---|---|---|\n".to_owned();
    for (citation, row) in spec.citations.iter().zip(said["citations"].as_array().expect("citations")) {
        let rules: Vec<&str> = RULES.iter().filter(|rule| rule.topic == citation.topic).map(|rule| rule.code).collect();
        let _ = writeln!(out, "| {} | {} | {} |", text(row, "topic"), citation.section, rules.join(", "));
    }
    let bare: Vec<&str> =
        RULES.iter().filter(|rule| spec.section(rule.topic).is_none()).map(|rule| rule.code).collect();
    if !bare.is_empty() {
        let _ = writeln!(out, "\nNo ground, and so never judged: {}.", bare.join(", "));
    }
    out
}

#[test]
fn every_record_of_the_output_is_described() {
    const COMMANDS: &[&str] = &["dissect", "flows", "check", "ladder", "stats"];
    let schemas: Vec<(&str, Value)> = COMMANDS.iter().map(|command| (*command, json(&["schema", command]))).collect();
    let mut documents = String::new();
    let mut records: Vec<(String, Value)> = Vec::new();
    for (command, schema) in &schemas {
        let keys: Vec<String> = properties(schema).map(|(key, _)| format!("`{key}`")).collect();
        let _ = writeln!(documents, "- `{command}`: {}", keys.join(", "));
        let definitions = schema["$defs"].as_object().expect("definitions");
        for (name, definition) in definitions {
            if properties(definition).next().is_some() && !records.iter().any(|(known, _)| known == name) {
                records.push((name.clone(), definition.clone()));
            }
        }
    }
    hold("output.md", "documents", &documents);
    let mut tables = String::new();
    for (name, definition) in &records {
        let about = text(definition, "description");
        let _ = writeln!(tables, "### {}\n\n{}\n\n| key | type | |\n|---|---|---|", title(name), about);
        for (key, property) in properties(definition) {
            let always = texts(definition, "required").contains(key);
            let may = if always || type_of(property).contains("null") { "" } else { ", may be absent" };
            let about = cell(text(property, "description"));
            let _ = writeln!(tables, "| `{key}` | {}{may} | {about} |", type_of(property));
        }
        tables.push('\n');
    }
    hold("output.md", "records", &tables);
    let mut formats = "| command | formats |\n|---|---|\n".to_owned();
    for (command, names) in format_names() {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(formats, "| `{command}` | {} |", names.join(", "));
    }
    hold("output.md", "formats", &formats);
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

/// `FindingRecord` as people call it.
fn title(name: &str) -> String {
    let mut words = String::new();
    for c in name.trim_end_matches("Record").chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(c.to_lowercase());
    }
    words
}

fn type_of(property: &Value) -> String {
    if let Some(reference) = property["$ref"].as_str() {
        return title(reference.rsplit('/').next().unwrap_or(reference));
    }
    if let Some(choices) = property["anyOf"].as_array() {
        return choices.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let plain = |name: &str| match name {
        "array" => format!("list of {}", type_of(&property["items"])),
        "object" => match &property["additionalProperties"] {
            Value::Object(_) => format!("object of {}", type_of(&property["additionalProperties"])),
            _ => "object".to_owned(),
        },
        name => name.to_owned(),
    };
    match &property["type"] {
        Value::String(name) => plain(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(plain).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

fn format_names() -> Vec<(&'static str, Vec<&'static str>)> {
    fn names<M>(formats: &[wiregrade::report::Format<M>]) -> Vec<&'static str> {
        formats.iter().map(|format| format.name).collect()
    }
    use wiregrade::report::{CHECK, DISSECT, EXPLAIN, FLOWS, LADDER, PROTOCOLS, STATS};
    vec![
        ("dissect", names(DISSECT)),
        ("flows", names(FLOWS)),
        ("check", names(CHECK)),
        ("ladder", names(LADDER)),
        ("stats", names(STATS)),
        ("explain", names(EXPLAIN)),
        ("protocols", names(PROTOCOLS)),
    ]
}

/// Every ```toml block of `docs/policy.md` is a policy that is read, and together they use every key there is.
#[test]
fn policies_in_the_documentation_are_read() {
    let page = fs::read_to_string(docs().join("policy.md")).expect("docs/policy.md");
    let ids: Vec<&str> = protocols::ALL.iter().map(|protocol| protocol.spec().id).collect();
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let conventions: Vec<(String, &[&str])> = protocols::ALL
        .iter()
        .map(|protocol| protocol.spec())
        .flat_map(|spec| spec.conventions.iter().map(|row| (format!("{}.{}", spec.id, row.name), row.values)))
        .collect();
    let messages: Vec<&str> =
        protocols::ALL.iter().flat_map(|protocol| protocol.spec().kinds).map(|kind| kind.name).collect();
    let known = Known { protocols: &ids, rules: &codes, messages: &messages, conventions: &conventions };
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or(rest)).collect();
    assert!(!blocks.is_empty(), "docs/policy.md shows no policy");
    let policies: Vec<Policy> = blocks
        .iter()
        .map(|block| {
            Policy::from_toml(block, &known).unwrap_or_else(|error| panic!("docs/policy.md: {error} in\n{block}"))
        })
        .collect();
    let whole = &policies[0];
    assert!(whole.tolerance != Policy::default().tolerance, "the first example sets a tolerance");
    assert!(whole.timers.values().any(|timer| timer.resend.is_some() && timer.maximum.is_some()));
    assert!(!whole.conventions.is_empty());
    assert!(whole.rules.iter().any(|rule| !rule.enabled));
    assert!(whole.rules.iter().any(|rule| rule.severity.is_some() && rule.protocol.is_some() && rule.role.is_some()));
    assert!(
        whole.bounds.iter().any(|bound| bound.protocol.is_some() && bound.message.is_some() && bound.role.is_some())
    );
    for (name, _) in &conventions {
        assert!(page.contains(&format!("`{name}`")), "docs/policy.md does not name the convention {name}");
    }
}
