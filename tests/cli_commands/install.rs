//! `completions` and `man`: made from the definitions of the command line, so that nothing is missing from them.

use super::support::Folder;
use std::process::Command;

/// Every command, as `--help` lists them.
fn commands(folder: &Folder) -> Vec<String> {
    let help = folder.stdout(&["--help"], 0);
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    listed
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn shells_complete_every_command() {
    let folder = Folder::with(&[]);
    let commands = commands(&folder);
    assert!(commands.len() >= 14, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = folder.stdout(&["completions", shell], 0);
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
        assert!(script.contains("max-ack"), "{shell}: options too");
    }
    let script = folder.stdout(&["completions", "bash"], 0);
    folder.put("completions.bash", script.as_bytes());
    if let Ok(output) = Command::new("bash").arg("-n").arg(folder.path().join("completions.bash")).output() {
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::with(&[("pages/.keep", b"")]);
    folder.stdout(&["man", "--all", "pages"], 0);
    for command in commands(&folder) {
        let page = std::fs::read_to_string(folder.path().join(format!("pages/wiregrade-{command}.1"))).unwrap();
        assert!(page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"), "{command}");
        assert_eq!(folder.stdout(&["man", &command], 0), page, "{command}");
    }
    let page = folder.stdout(&["man"], 0);
    assert!(page.contains(".TH wiregrade 1"), "{page}");
    assert!(folder.outcome(&["man", "sing"]).contains("there is no command \"sing\""));
}

#[test]
fn the_long_version_says_what_a_bug_report_should() {
    let folder = Folder::with(&[]);
    let short = folder.stdout(&["-V"], 0);
    assert_eq!(short, format!("wiregrade {}\n", env!("CARGO_PKG_VERSION")));
    let long = folder.stdout(&["--version"], 0);
    for part in
        ["schema ", " rules; protocols: c2w-g9, ", "features: ", "built for ", " by rustc 1.", std::env::consts::ARCH]
    {
        assert!(long.contains(part), "{part}: {long}");
    }
    assert!(long.lines().all(|line| line.len() <= 100), "{long}");
}
