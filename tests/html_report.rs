//! `check --format html`: one page, complete and harmless; and the same page in a browser, where there is one.
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

#[allow(dead_code, reason = "shared with the other commands, of which this file runs one")]
#[path = "cli_commands/support.rs"]
mod support;

use std::path::Path;
use std::process::Command;
use support::{ALICE, Capture, End, Folder, conversation, g9, hostile};

const ATTACK: &[u8] = b"<script>window.WGX=1</script><img src=x onerror=window.WGX=1>";

fn page(folder: &Folder, capture: &str, page: &str) -> String {
    let output = folder.run(&["check", "-f", "html", "-o", page, capture]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    read(&folder.path().join(page))
}

#[allow(clippy::disallowed_methods, reason = "tests read what they had written")]
fn read(path: &Path) -> String {
    String::from_utf8(std::fs::read(path).unwrap()).unwrap()
}

/// More messages than a page carries: a login and then chat, three messages each time.
fn large() -> Capture {
    let server = End(1, 1900);
    let mut capture = Capture::new();
    capture.udp(0, ALICE, server, &g9(0, 1, b"alice"));
    capture.udp(1, server, ALICE, &g9(0, 0, &[0]));
    for turn in 1..7_000_u64 {
        let number = u8::try_from(turn % 256).unwrap();
        let text = format!("bonjour {turn}");
        for (after, from, to, kind) in [(0, ALICE, server, 5), (1, server, ALICE, 3), (2, ALICE, server, 0x81)] {
            let data = if kind == 0x81 { b"".as_slice() } else { text.as_bytes() };
            capture.udp(turn * 10 + after, from, to, &g9(number, kind, data));
        }
    }
    capture
}

#[test]
fn the_page_has_everything_and_needs_nothing() {
    let folder = Folder::with(&[("chat.pcap", conversation().bytes())]);
    let page = page(&folder, "chat.pcap", "report.html");
    for part in [
        "R001",
        "early-retransmission",
        "§3.2",
        "<svg class=\"ladder\"",
        "Exchanges (",
        "Latency",
        "data-key=\"1-1-R001-13\"",
        ">1 finding</span>",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page == self::page(&folder, "chat.pcap", "again.html"), "the same capture gives the same bytes");
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for outside in ["http://", "https://", "src=", "@import", "url(", " style=\"", " onclick"] {
        let found = page.matches(outside).count();
        assert_eq!(found, 0, "{outside}: a page that opens from disk asks nobody for anything");
    }
}

#[test]
fn what_was_captured_is_text_in_the_page_and_in_its_data() {
    let folder = Folder::with(&[("hostile.pcap", hostile(ATTACK, ATTACK).bytes())]);
    let page = page(&folder, "hostile.pcap", "report.html");
    assert_eq!(page.matches("<script").count(), 2, "the data and the page's own");
    assert!(!page.contains("<img") && page.contains("&lt;img") && page.contains("\\u003cimg"));
    let drawn = folder.stdout(&["ladder", "-f", "html", "hostile.pcap"], 0);
    assert_eq!(drawn.matches("<script").count(), 1, "the switch between light and dark");
    assert!(!drawn.contains("<img"));
}

#[test]
fn captures_are_told_apart() {
    let one = conversation();
    let folder = Folder::with(&[("a.pcap", one.bytes()), ("b.pcap", one.bytes())]);
    folder.run(&["check", "-f", "html", "-o", "both.html", "a.pcap", "b.pcap"]);
    let page = read(&folder.path().join("both.html"));
    for part in ["data-key=\"1-1-R001-13\"", "data-key=\"2-1-R001-13\"", ">Capture<", "<code>b.pcap</code>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("{\"c\":1,\"f\":13,") && page.contains("{\"c\":2,\"f\":13,"));
    assert_eq!(page.matches("<details class=\"session\" open").count(), 1);
}

#[test]
fn what_a_page_leaves_out_is_said() {
    let folder = Folder::with(&[("large.pcap", large().bytes())]);
    let page = page(&folder, "large.pcap", "large.html");
    assert!(page.contains("The first 20000 are here; 999 more are left out"), "{}", page.len());
    assert!(page.contains("more than a page draws"));
    assert!(page.len() < 20 << 20, "{} bytes", page.len());
}

#[test]
fn a_browser_opens_it_and_finds_its_way() {
    let Some(chromium) = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()))
    else {
        eprintln!("skipped: no Chromium is installed");
        return;
    };
    if Command::new("node").arg("--version").output().is_err() {
        eprintln!("skipped: Node is not installed");
        return;
    }
    let folder = Folder::with(&[
        ("chat.pcap", conversation().bytes()),
        ("hostile.pcap", hostile(ATTACK, ATTACK).bytes()),
        ("large.pcap", large().bytes()),
    ]);
    for name in ["chat", "hostile", "large"] {
        page(&folder, &format!("{name}.pcap"), &format!("{name}.html"));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/drive.mjs");
    let mut command = Command::new("node");
    command.current_dir(folder.path()).args([script, chromium, "chat.html", "hostile.html", "large.html"]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    eprintln!("{said}");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
