//! What `docs/architecture.md` claims of the source, held against the source: who imports whom, who may name what, what
//! may fail where, and how long a file may get.

#[path = "architecture/source.rs"]
mod source;

use source::Source;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The modules of `src/lib.rs` in reading order. None imports one that stands below it.
const ORDER: &[&str] = &[
    "bytes",
    "histogram",
    "limits",
    "owned",
    "parallel",
    "capture",
    "net",
    "flow",
    "protocol",
    "protocols",
    "policy",
    "identify",
    "session",
    "rules",
    "analysis",
    "grade",
    "synth",
    "record",
    "report",
    "cli",
];

/// Modules that may touch files, sockets, the clock, the environment and the terminal.
const TOUCHES_THE_WORLD: &[&str] = &["main", "cli", "record"];

/// Modules whose business it is to know the protocols one by one.
const KNOWS_PROTOCOLS: &[&str] = &["protocols", "synth"];

/// A file is to be near 500 lines, and has no reason to be longer than this.
const LONG: usize = 550;

/// Gathers what is wrong, so that one run shows all of it.
#[derive(Default)]
struct Faults(String);

impl Faults {
    fn add(&mut self, source: &Source, line: usize, what: &str) {
        let _ = writeln!(self.0, "src/{}:{line}: {what}", source.path);
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        if !self.0.is_empty() && !std::thread::panicking() {
            panic!("\n{}", self.0);
        }
    }
}

fn place(module: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == module)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

/// The names right behind `path` (which ends in `::`) wherever it stands in `code`, the members of a group each.
fn names_behind<'a>(code: &'a str, path: &str) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(path) {
        if code[..at].ends_with(|c| is_word(c) || c == ':') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        let rest = &code[at + path.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.extend(words(rest).next().filter(|word| rest.starts_with(*word)).map(|word| (line, word)));
            continue;
        };
        let (mut depth, mut fresh) = (0, true);
        for (index, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if depth == 0 && fresh && is_word(c) => {
                    fresh = false;
                    found.extend(words(&group[index..]).next().map(|word| (line, word)));
                }
                _ => {}
            }
        }
    }
    found
}

/// Which modules of the crate a file uses, with lines: by `crate::`, or by enough `super::` to reach the same place.
fn modules_used(source: &Source) -> Vec<(usize, &str)> {
    let mut used = names_behind(&source.code, "crate::");
    for inside_tests in [false, true] {
        let depth = source.depth() + usize::from(inside_tests);
        if depth > 0 {
            let reached = names_behind(&source.code, &"super::".repeat(depth));
            used.extend(reached.into_iter().filter(|(line, _)| (*line >= source.tests_from) == inside_tests));
        }
    }
    used.retain(|(_, name)| place(name).is_some());
    used
}

#[test]
fn modules_are_declared_in_reading_order() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("src/lib.rs");
    let declared: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let expected: Vec<&str> = ORDER.iter().copied().filter(|module| declared.contains(module)).collect();
    assert_eq!(declared, expected, "src/lib.rs and ORDER in this test (and the tree in docs/architecture.md) differ");
}

#[test]
fn the_documented_tree_is_the_order() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md"));
    let page = page.expect("docs/architecture.md");
    let tree = page.split("```text\nsrc/\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a tree");
    let names = tree.lines().filter_map(|line| line.split_whitespace().next());
    let modules: Vec<&str> = names.map(|name| name.trim_end_matches(".rs").trim_end_matches('/')).collect();
    assert_eq!(modules, [&["main", "lib"], ORDER].concat());
}

#[test]
fn no_module_imports_one_below_it() {
    let mut faults = Faults::default();
    for source in Source::all() {
        let Some(own) = place(source.module()) else { continue };
        for (line, name) in modules_used(&source) {
            if place(name).is_some_and(|other| other > own) {
                faults.add(&source, line, &format!("{} stands above {name} and cannot import it", source.module()));
            }
        }
    }
}

#[test]
fn the_program_is_the_command_line_and_nothing_else() {
    for source in Source::all().iter().filter(|source| source.path == "main.rs") {
        let used: BTreeSet<&str> =
            names_behind(&source.code, "wiregrade::").into_iter().map(|(_, name)| name).collect();
        assert!(used.iter().all(|name| *name == "cli"), "main.rs uses {used:?}");
        assert!(source.lines().count() < 60, "main.rs does more than to run the command line");
    }
}

/// The folders under `src/protocols`.
fn protocol_folders(sources: &[Source]) -> BTreeSet<String> {
    let inside = sources.iter().filter_map(|source| source.path.strip_prefix("protocols/")?.split_once('/'));
    inside.map(|(folder, _)| folder.to_owned()).collect()
}

#[test]
fn no_protocol_imports_a_sibling_or_names_a_rule() {
    let mut faults = Faults::default();
    let sources = Source::all();
    let folders = protocol_folders(&sources);
    for source in sources.iter().filter(|source| source.path.starts_with("protocols/") && source.depth() > 1) {
        let own = source.path.split('/').nth(1).unwrap_or_default();
        for (index, line) in source.code.lines().enumerate() {
            let siblings = words(line).filter(|word| folders.contains(*word) && *word != own);
            for sibling in
                siblings.filter(|name| line.contains(&format!("{name}::")) || line.contains(&format!("::{name}")))
            {
                faults.add(source, index + 1, &format!("{own} uses its sibling {sibling}"));
            }
        }
        for (line, text) in &source.quoted {
            if let Some(code) = words(text).find(|word| is_rule_code(word)) {
                faults.add(source, *line, &format!("{own} names the rule {code}: a defect or a topic says it"));
            }
        }
    }
}

fn is_rule_code(word: &str) -> bool {
    wiregrade::rules::RULES.iter().any(|rule| rule.code == word)
}

#[test]
fn only_protocols_know_which_protocols_there_are() {
    let mut faults = Faults::default();
    let ids: Vec<&str> = wiregrade::protocols::ALL.iter().map(|protocol| protocol.spec().id).collect();
    let sources = Source::all();
    let folders = protocol_folders(&sources);
    for source in sources.iter().filter(|source| !KNOWS_PROTOCOLS.contains(&source.module())) {
        for (line, text) in source.lines() {
            if let Some(folder) = folders.iter().find(|folder| text.contains(&format!("protocols::{folder}"))) {
                faults.add(source, line, &format!("uses the folder of {folder}: go through the registry"));
            }
        }
        // The help of the command line shows how options are written, on one of them.
        if source.module() == "cli" {
            continue;
        }
        for (line, text) in source.quoted.iter().filter(|(line, _)| *line < source.tests_from) {
            let mut names = text.split(|c: char| !(is_word(c) || c == '-')).filter(|word| ids.contains(word));
            let is_example = source.path.starts_with("rules/")
                && source
                    .code
                    .lines()
                    .nth(line - 1)
                    .is_some_and(|code| code.trim_start().starts_with("protocol: \"\""));
            // A sentence that shows how an option is written shows it on one of them.
            if let Some(name) = names.next().filter(|_| !is_example && !text.contains("an example: ")) {
                faults.add(source, *line, &format!("names the protocol {name}"));
            }
        }
    }
}

#[test]
fn registries_list_every_folder_and_every_file() {
    let sources = Source::all();
    let mut ids: Vec<String> =
        wiregrade::protocols::ALL.iter().map(|protocol| protocol.spec().id.replace('-', "_")).collect();
    ids.sort();
    assert_eq!(protocol_folders(&sources).into_iter().collect::<Vec<_>>(), ids);

    let files: Vec<&str> = sources
        .iter()
        .filter_map(|source| source.path.strip_prefix("rules/")?.strip_suffix(".rs"))
        .filter(|name| name.split('_').next().is_some_and(|code| is_rule_code(&code.to_uppercase())))
        .collect();
    let rules: Vec<String> = wiregrade::rules::RULES
        .iter()
        .map(|rule| format!("{}_{}", rule.code.to_lowercase(), rule.name.replace('-', "_")))
        .collect();
    assert_eq!(files, rules, "a rule's file is named after it, and RULES is in the order of codes");

    for (path, constant) in [
        ("rules/mod.rs", "pub static RULES: &[&Rule] = &["),
        ("protocols/mod.rs", "pub const ALL: &[&dyn Protocol] = &["),
        ("report/mod.rs", "pub const CHECK: &[Format<Make>] = &["),
    ] {
        let source = sources.iter().find(|source| source.path == path).expect("a registry");
        assert!(source.code.contains(constant), "src/{path}: the registry is no constant slice any more");
    }
}

#[test]
fn nothing_but_the_edge_touches_the_world() {
    const WORLD: &[&str] = &[
        "std::fs",
        "std::env",
        "std::process",
        "fs::File",
        "Instant::now",
        "SystemTime",
        "UdpSocket",
        "TcpStream",
        "TcpListener",
        "io::stdin",
        "io::stdout",
        "io::stderr",
        "println!",
        "print!",
        "dbg!",
        "Timestamp::now",
        "Zoned::now",
    ];
    let mut faults = Faults::default();
    for source in Source::all().iter().filter(|source| !TOUCHES_THE_WORLD.contains(&source.module())) {
        for (line, code) in source.lines() {
            if let Some(name) = WORLD.iter().find(|name| code.contains(*name)) {
                faults.add(source, line, &format!("{name}: only {} may", TOUCHES_THE_WORLD.join(", ")));
            }
        }
    }
}

/// A panic outside tests needs a comment right above it that says why it cannot happen.
#[test]
fn what_could_panic_says_why_it_cannot() {
    const PANICS: &[&str] =
        &[".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!(", "assert!("];
    let mut faults = Faults::default();
    for source in &Source::all() {
        let raw: Vec<&str> = source.text.lines().collect();
        for (line, code) in source.lines() {
            let Some(panic) = PANICS.iter().find(|panic| code.contains(*panic)) else { continue };
            let above =
                line.checked_sub(2).and_then(|index| raw.get(index)).is_some_and(|line| line.trim().starts_with("//"));
            let beside = raw.get(line - 1).is_some_and(|line| line.contains("// "));
            if !above && !beside && !code.contains("debug_assert") {
                faults.add(source, line, &format!("{panic} without a comment above it that says why it cannot happen"));
            }
        }
    }
}

#[test]
fn exceptions_from_lints_have_a_reason() {
    let mut faults = Faults::default();
    for source in &Source::all() {
        for (line, code) in (1..).zip(source.code.lines()) {
            let is_exception = ["[allow(", "[expect("].iter().any(|attribute| code.contains(attribute));
            // A long attribute is broken over lines.
            let whole: String = source.code.lines().skip(line - 1).take(6).collect();
            let attribute = whole.split(']').next().unwrap_or_default();
            if is_exception && !attribute.contains("reason") {
                faults.add(source, line, "allows what a lint forbids without saying why");
            }
        }
    }
}

#[test]
fn every_file_says_first_what_it_is() {
    let mut faults = Faults::default();
    for source in &Source::all() {
        if !source.text.starts_with("//! ") {
            faults.add(source, 1, "does not begin with a module doc");
        }
    }
}

#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    let mut faults = Faults::default();
    for source in &Source::all() {
        let lines = source.text.lines().count();
        if lines > LONG {
            faults.add(source, lines, &format!("more than {LONG} lines: split it"));
        }
    }
}

/// The reader of this test's own input.
mod reading {
    use super::*;

    #[test]
    fn comments_and_texts_are_no_code() {
        let text = "// crate::cli\nuse crate::net; /* crate::cli\n */ let a = \"crate::\\\"cli\"; let b = r#\"x\"y\"#;\nlet c = ('\"', b'\\'', 'x');";
        let source = Source::new("flow/x.rs".to_owned(), text.to_owned());
        assert_eq!(source.code, "\nuse crate::net; \n let a = \"\"; let b = \"\";\nlet c = ('', b'', '');");
        assert_eq!(source.quoted, [(3, "crate::\\\"cli".to_owned()), (3, "x\"y".to_owned())]);
        assert_eq!(modules_used(&source), [(2, "net")]);
    }

    #[test]
    fn paths_are_found_however_they_are_written() {
        let text = "use crate::{bytes::{hex, Span}, flow, net::Packet};\nuse super::super::rules::Rule;\nuse super::table;\n\
                    #[cfg(test)]\nmod tests {\nuse super::super::session;\nuse super::super::super::analysis;\n}";
        let source = Source::new("flow/half.rs".to_owned(), text.to_owned());
        let used: Vec<&str> = modules_used(&source).into_iter().map(|(_, name)| name).collect();
        assert_eq!(used, ["bytes", "flow", "net", "rules", "analysis"]);
        assert_eq!(source.lines().count(), 3);
    }
}
