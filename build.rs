//! What only the build knows and a bug report wants: the target, the compiler, the commit.

#![allow(clippy::disallowed_methods, reason = "a build script is told by its environment")]

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    println!("cargo::rustc-env=WIREGRADE_TARGET={}", variable("TARGET"));
    println!("cargo::rustc-env=WIREGRADE_RUSTC={}", said(&variable("RUSTC"), &["--version"]).unwrap_or_default());
    // Only of builds that are used: others would have to be made anew after each commit.
    let commit = if variable("PROFILE") == "release" { commit() } else { None };
    println!("cargo::rustc-env=WIREGRADE_COMMIT={}", commit.unwrap_or_default());
}

/// The commit that is built, with a plus where the files are not those of it.
fn commit() -> Option<String> {
    // Ours, not that of a repository this source lies in.
    if !std::path::Path::new(".git").exists() {
        return None;
    }
    if let Some(log) = said("git", &["rev-parse", "--git-path", "logs/HEAD"]) {
        println!("cargo::rerun-if-changed={log}");
        println!("cargo::rerun-if-changed=src");
    }
    let commit = said("git", &["rev-parse", "--short=12", "HEAD"])?;
    let changed = said("git", &["status", "--porcelain", "--untracked-files=no"]).is_some();
    Some(format!("{commit}{}", if changed { "+" } else { "" }))
}

/// The first line of what a command says; `None` where it says nothing or fails.
fn said(command: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(command).args(arguments).output().ok().filter(|output| output.status.success())?;
    let line = String::from_utf8(output.stdout).ok()?.lines().next()?.trim().to_owned();
    Some(line).filter(|line| !line.is_empty())
}
