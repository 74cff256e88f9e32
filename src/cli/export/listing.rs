//! Which captures are exported, what they are called, and whose they are: from paths, or from a listing.

use super::Args;
use crate::cli::args::{CaptureArgs, OutputArgs};
use crate::cli::grade::class;
use crate::cli::input::{self, Source};
use crate::cli::plan::Plan;
use crate::cli::split;
use crate::cli::term::{ColorWhen, Stop, Voice};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Nobody lists more at a time.
const MOST: u64 = 256 << 20;

/// What is known of a capture before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// The submission that it is graded in, and what it is called below that.
    pub(super) submission: Option<(String, String)>,
    /// Why not all of its pieces are read.
    pub(super) trouble: Option<String>,
}

impl Entry {
    /// The submission that it is graded in.
    pub(super) fn owner(&self) -> Option<&str> {
        self.submission.as_ref().map(|(owner, _)| owner.as_str())
    }
}

/// A line of a listing that says more than a path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// What the capture is called; else as its first file.
    capture: Option<String>,
    /// The files that it is read from.
    files: Vec<PathBuf>,
    /// What these are called, where they are copies.
    names: Option<Vec<String>>,
    /// Whose it is.
    submission: Option<String>,
}

/// The plan of a run, and an entry for each of its sources.
pub(super) fn plan(args: &Args) -> Result<(Plan, Vec<Entry>), Stop> {
    let output = OutputArgs {
        format: String::new(),
        output: None,
        color: ColorWhen::Never,
        quiet: args.quiet,
        verbose: args.verbose,
    };
    let captured = CaptureArgs {
        strict: args.strict,
        joined: args.joined,
        threads: args.threads,
        ..CaptureArgs::of(args.captures.clone(), output, args.recognition.clone())
    };
    let mut plan = Plan::judging(&captured, &args.policy)?.of_all_flows();
    let mut entries = match &args.listing {
        None => named(&mut plan, args)?,
        Some(path) => listed(&mut plan, path)?,
    };
    // The file of a stream; a folder is never read.
    input::keep_apart(&plan.sources, args.output.as_deref())?;
    if !args.grades() {
        entries.iter_mut().for_each(|entry| entry.submission = None);
    }
    Ok((plan, entries))
}

/// Of captures on the command line.
fn named(plan: &mut Plan, args: &Args) -> Result<Vec<Entry>, Stop> {
    if let Some(name) = &args.name {
        match plan.sources.as_mut_slice() {
            [] => {}
            [Source::Stdin] => return Err(Stop::Usage("--as names a file, and `-` is none".to_owned())),
            [source] => {
                let files: Vec<PathBuf> = source.files().into_iter().map(Path::to_owned).collect();
                *source = Source::Called { name: name.clone(), files: split::named(&files) };
            }
            _ => return Err(Stop::Usage("--as names one capture, and there are several".to_owned())),
        }
    }
    // What belongs together in a folder is told as by `grade`. It has said on its way here what cannot be listed.
    let mut owners = BTreeMap::new();
    if args.grades() {
        let silent = Voice { quiet: true, verbose: false };
        for folder in args.captures.iter().filter(|path| path.is_dir()) {
            for submission in class::submissions(std::slice::from_ref(folder), args.layout, &silent).0 {
                let owner = submission.root.to_string_lossy().into_owned();
                owners.extend(submission.files.into_iter().map(|(path, below)| (path, (owner.clone(), below))));
            }
        }
    }
    let entry = |source: &Source| {
        let owner = if let Source::File(path) = source { owners.get(path).cloned() } else { None };
        let alone = || (source.path(), below(&source.path(), &source.path()));
        Entry { submission: Some(owner.unwrap_or_else(alone)), trouble: None }
    };
    Ok(plan.sources.iter().map(entry).collect())
}

/// What a capture is called below its submission: scenarios of a rubric go by that.
fn below(capture: &str, submission: &str) -> String {
    let rest = capture.strip_prefix(submission).and_then(|rest| rest.strip_prefix('/'));
    let last = || capture.rsplit('/').next().unwrap_or(capture);
    rest.unwrap_or_else(last).to_owned()
}

/// Of captures in a file, a line each.
fn listed(plan: &mut Plan, path: &Path) -> Result<Vec<Entry>, Stop> {
    let shown = input::shown(path);
    let mut entries = Vec::new();
    for (number, line) in text(path)?.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        let line = understood(line).map_err(|error| Stop::Usage(format!("{shown}:{}: {error}", number + 1)))?;
        let (source, entry) = capture(line, &plan.voice);
        plan.all_there &= entry.trouble.is_none();
        plan.sources.push(source);
        entries.push(entry);
    }
    if entries.is_empty() {
        return Err(Stop::Usage(format!("{shown}: lists no capture (a line each: a path, or JSON)")));
    }
    Ok(entries)
}

fn text(path: &Path) -> Result<String, Stop> {
    if path.as_os_str() != "-" {
        return input::text(path);
    }
    let mut text = String::new();
    let read = std::io::stdin().take(MOST).read_to_string(&mut text);
    read.map_err(|error| Stop::Usage(format!("the listing on standard input cannot be read: {error}")))?;
    Ok(text)
}

/// A line of a listing: a path, or JSON.
fn understood(line: &str) -> Result<Line, String> {
    if !line.starts_with('{') {
        return Ok(Line { capture: None, files: vec![line.into()], names: None, submission: None });
    }
    let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
    match &line.names {
        _ if line.files.is_empty() => Err("names no file".to_owned()),
        Some(names) if names.len() != line.files.len() => Err("names are as many as files".to_owned()),
        _ => Ok(line),
    }
}

/// The capture of a line; its pieces in the order of their times.
fn capture(line: Line, voice: &Voice) -> (Source, Entry) {
    let names = line.names.unwrap_or_else(|| split::named(&line.files).into_iter().map(|(_, name)| name).collect());
    let name = line.capture.or_else(|| names.first().cloned()).unwrap_or_default();
    let called: BTreeMap<PathBuf, String> = line.files.iter().cloned().zip(names).collect();
    let mut trouble = Vec::new();
    let files = match line.files.as_slice() {
        [_] => line.files.clone(),
        _ => split::in_order(line.files.clone(), &mut |path, error| {
            let name = called.get(path).map_or("", String::as_str);
            voice.error(OsStr::new(name), &error.to_string());
            trouble.push(format!("{name}: {error}"));
        }),
    };
    // Where no piece is a capture, it is opened all the same: that says why.
    let files = if files.is_empty() { line.files.into_iter().take(1).collect() } else { files };
    let named = |path: PathBuf| called.get(&path).cloned().map(|name| (path, name));
    let submission = line.submission.or_else(|| Some(name.clone()));
    let submission = submission.map(|owner| (owner.clone(), below(&name, &owner)));
    let entry = Entry { submission, trouble: (!trouble.is_empty()).then(|| trouble.join("; ")) };
    (Source::Called { name, files: files.into_iter().filter_map(named).collect() }, entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_path_or_says_more() {
        let silent = Voice { quiet: true, verbose: false };
        let of = |line| capture(understood(line).unwrap(), &silent);
        let (source, entry) = of("a/b.pcap");
        let files = vec![(PathBuf::from("a/b.pcap"), "a/b.pcap".to_owned())];
        assert_eq!(source, Source::Called { name: "a/b.pcap".to_owned(), files });
        assert_eq!(entry.submission, Some(("a/b.pcap".to_owned(), "b.pcap".to_owned())));
        let line = r#"{"files":["/tmp/1"],"names":["s3://a/b/x/c.pcap"],"submission":"s3://a/b"}"#;
        let (source, entry) = of(line);
        let files = vec![(PathBuf::from("/tmp/1"), "s3://a/b/x/c.pcap".to_owned())];
        assert_eq!(source, Source::Called { name: "s3://a/b/x/c.pcap".to_owned(), files });
        assert_eq!(entry.submission, Some(("s3://a/b".to_owned(), "x/c.pcap".to_owned())));
    }

    #[test]
    fn a_line_that_means_nothing_is_refused() {
        let refused = |line| understood(line).err().unwrap();
        assert_eq!(refused(r#"{"files":[]}"#), "names no file");
        assert_eq!(refused(r#"{"files":["a"],"names":["b","c"]}"#), "names are as many as files");
        assert!(refused(r#"{"files":["a"],"name":"b"}"#).starts_with("unknown field `name`"));
        assert!(refused(r#"{"files":"#).starts_with("EOF"));
    }
}
