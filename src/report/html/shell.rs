//! What every page has: head, security policy, style, the switch between light and dark. What stands in it is the page's
//! own.
//!
//! The policy names the one style and the one script by their hashes; nothing else that came to stand in a page would
//! run, be loaded or be sent anywhere.

use super::digest;
use maud::{Markup, PreEscaped, html};
use std::io::{self, Write};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("theme.js");

/// A page that needs nothing but itself. `style` and `script` come behind the common ones; both are ours, never a
/// stranger's, and must not contain what would end their element.
pub(in crate::report) struct Shell<'s> {
    /// Escaped for people already; the template makes it text.
    pub(in crate::report) title: &'s str,
    pub(in crate::report) style: &'s str,
    pub(in crate::report) script: &'s str,
}

impl Shell<'_> {
    /// Writes the page around a body.
    pub(in crate::report) fn write(
        &self,
        out: &mut dyn Write,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        let style = format!("{STYLE}{}", self.style);
        let script = format!("{SCRIPT}{}", self.script);
        out.write_all(b"<!DOCTYPE html>\n<html lang=\"en\">\n")?;
        out.write_all(self.head(&style, &script).into_string().as_bytes())?;
        out.write_all(b"\n<body>\n<button id=\"theme\" type=\"button\" hidden></button>\n")?;
        body(out)?;
        out.write_all(b"\n<script>")?;
        out.write_all(script.as_bytes())?;
        out.write_all(b"</script>\n</body>\n</html>\n")
    }

    fn head(&self, style: &str, script: &str) -> Markup {
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            digest::source(style),
            digest::source(script),
        );
        html! {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "wiregrade " (env!("CARGO_PKG_VERSION")) };
                title { (self.title) }
                style { (PreEscaped(style)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_text_and_the_body_stands_between() {
        let mut out = Vec::new();
        let shell = Shell { title: "<script>", style: ".own{}", script: "own();" };
        shell.write(&mut out, |out| out.write_all(b"<p>body</p>")).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(page.contains("<title>&lt;script&gt;</title>"));
        assert!(page.contains("</button>\n<p>body</p>\n<script>\"use strict\""));
        assert!(page.contains(".own{}</style>") && page.contains("own();</script>"));
        assert_eq!(page.matches("'sha256-").count(), 2);
    }
}
