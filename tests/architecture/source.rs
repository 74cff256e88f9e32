//! Rust source as far as the architecture test reads it: comments and texts taken out, tests told from the rest.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// One file under `src`.
pub(crate) struct Source {
    /// Relative to `src`, with `/`.
    pub(crate) path: String,
    /// As it stands.
    pub(crate) text: String,
    /// Without comments and without what stands in quotes; every line where it was.
    pub(crate) code: String,
    /// What stands in quotes, with its line (from 1).
    pub(crate) quoted: Vec<(usize, String)>,
    /// From this line on (from 1) there are only tests; 1 where the whole file is compiled for tests only.
    pub(crate) tests_from: usize,
}

impl Source {
    /// Every file under `src`, by path.
    pub(crate) fn all() -> Vec<Source> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut paths = Vec::new();
        collect(&root, &mut paths);
        let mut sources: Vec<Source> = paths
            .iter()
            .map(|path| {
                let relative = path.strip_prefix(&root).expect("it was found under src");
                let name = relative.to_str().expect("our paths are UTF-8").replace('\\', "/");
                Source::new(name, fs::read_to_string(path).expect("our sources are UTF-8"))
            })
            .collect();
        let for_tests: BTreeSet<String> = sources.iter().flat_map(Source::modules_for_tests).collect();
        for source in &mut sources {
            let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
            let inside = |module: &String| stem == module || stem.starts_with(&format!("{module}/"));
            if for_tests.iter().any(inside) {
                source.tests_from = 1;
            }
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        sources
    }

    /// A file of this text.
    pub(crate) fn new(path: String, text: String) -> Source {
        let (code, quoted) = split(&text);
        let tests = for_tests(&code).find(|(_, item)| item.ends_with('{'));
        let tests_from = tests.map_or(usize::MAX, |(line, _)| line);
        Source { path, text, code, quoted, tests_from }
    }

    /// The module of `lib.rs` it belongs to.
    pub(crate) fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many names its module's path has below `crate`.
    pub(crate) fn depth(&self) -> usize {
        let stem = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        if matches!(stem, "lib" | "main") { 0 } else { stem.split('/').count() }
    }

    /// Its lines of code with their numbers (from 1), tests left out.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code.lines()).take_while(|(line, _)| *line < self.tests_from)
    }

    /// The modules it declares for tests only, as paths below `src` without ending.
    fn modules_for_tests(&self) -> Vec<String> {
        let folder = self.path.trim_end_matches(".rs").trim_end_matches("mod").trim_end_matches('/');
        for_tests(&self.code)
            .filter_map(|(_, item)| item.strip_suffix(';'))
            .map(|name| format!("{folder}/{name}"))
            .collect()
    }
}

/// What stands behind `mod` wherever a module is declared for tests only, with the line (from 1) where that begins.
fn for_tests(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let begins = (1..).zip(code.lines()).filter(|(_, line)| *line == "#[cfg(test)]");
    begins.filter_map(|(line, _)| {
        let item = code.lines().skip(line).find(|line| !line.starts_with("#["))?;
        let item = if item.starts_with("pub") { item.split_once(' ')?.1 } else { item };
        Some((line, item.strip_prefix("mod ")?))
    })
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be read") {
        let path = entry.expect("src can be read").path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// Code without comments and texts, and the texts with their lines.
fn split(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let mut split =
        Split { chars: &chars, at: 0, line: 1, code: String::with_capacity(text.len()), quoted: Vec::new() };
    split.run();
    (split.code, split.quoted)
}

struct Split<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    code: String,
    quoted: Vec<(usize, String)>,
}

impl Split<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    /// The next character; a line end always reaches the code, so that line numbers stand.
    fn next(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        if c == '\n' {
            self.line += 1;
            self.code.push('\n');
        }
        Some(c)
    }

    fn run(&mut self) {
        while let Some(c) = self.peek(0) {
            let in_word = self.code.ends_with(|last: char| last.is_alphanumeric() || last == '_');
            match (c, self.peek(1)) {
                ('/', Some('/')) => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.next();
                    }
                }
                ('/', Some('*')) => self.comment(),
                ('"', _) => self.quote(0, true),
                ('r', Some('"' | '#')) if !in_word || self.code.ends_with('b') => self.raw(),
                // A character, unless it is a lifetime: that has no second quote.
                ('\'', Some('\\')) => self.character(),
                ('\'', Some(_)) if self.peek(2) == Some('\'') => self.character(),
                _ => {
                    if c != '\n' {
                        self.code.push(c);
                    }
                    self.next();
                }
            }
        }
    }

    fn comment(&mut self) {
        let mut open = 0;
        while let Some(c) = self.next() {
            match (c, self.peek(0)) {
                ('/', Some('*')) => open += 1,
                ('*', Some('/')) => open -= 1,
                _ => continue,
            }
            self.next();
            if open == 0 {
                return;
            }
        }
    }

    fn raw(&mut self) {
        let hashes = self.chars[self.at + 1..].iter().take_while(|c| **c == '#').count();
        if self.peek(1 + hashes) == Some('"') {
            self.at += 1 + hashes;
            self.quote(hashes, false);
        } else {
            self.code.push('r');
            self.next();
        }
    }

    fn quote(&mut self, hashes: usize, escapes: bool) {
        let (line, mut text) = (self.line, String::new());
        self.next();
        while let Some(c) = self.next() {
            if c == '"' && self.chars[self.at..].iter().take(hashes).filter(|c| **c == '#').count() == hashes {
                self.at += hashes;
                break;
            }
            text.push(c);
            if escapes && c == '\\' {
                text.extend(self.next());
            }
        }
        self.code.push_str("\"\"");
        self.quoted.push((line, text));
    }

    fn character(&mut self) {
        self.next();
        if self.next() == Some('\\') {
            self.next();
        }
        while self.next().is_some_and(|c| c != '\'') {}
        self.code.push_str("''");
    }
}
