//! File patterns of a rubric: `*` and `?` within a name, `**` across folders.

/// Whether a file fits a pattern. A pattern without a slash is held against the file's name alone, one with a slash
/// against its whole path below the submission's folder (written with `/`).
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    let text = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    // Row by row: which beginnings of the text the beginning of the pattern fits. No pattern makes this explode.
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    let mut at = 0;
    while let Some(&c) = pattern.get(at) {
        let across = c == '*' && pattern.get(at + 1) == Some(&'*');
        let mut next = vec![false; text.len() + 1];
        if across {
            // `**/` also fits nothing at all, so that `**/x` finds `x` at the top.
            let slash = pattern.get(at + 2) == Some(&'/');
            let mut open = false;
            for index in 0..=text.len() {
                open |= row[index];
                let after_slash = index > 0 && text[index - 1] == '/';
                next[index] = if slash { row[index] || (open && after_slash) } else { open };
            }
            at += if slash { 3 } else { 2 };
        } else {
            let mut open = false;
            for index in 0..=text.len() {
                if c == '*' {
                    if index > 0 && text[index - 1] == '/' {
                        open = false;
                    }
                    open |= row[index];
                    next[index] = open;
                } else if index > 0 {
                    let fits = text[index - 1] == c || (c == '?' && text[index - 1] != '/');
                    next[index] = row[index - 1] && fits;
                }
            }
            at += 1;
        }
        row = next;
    }
    row.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stays_in_its_folder_and_two_do_not() {
        assert!(matches("login*.pcap*", "a/b/login-1.pcapng"));
        assert!(matches("login/*.pcap", "login/x.pcap"));
        assert!(!matches("login/*.pcap", "login/y/x.pcap"));
        assert!(matches("login/**", "login/y/x.pcap"));
        assert!(matches("**/x.pcap", "x.pcap"));
        assert!(matches("**/x.pcap", "a/b/x.pcap"));
        assert!(!matches("**/x.pcap", "a/bx.pcap"));
        assert!(matches("run?.pcap", "run1.pcap"));
        assert!(!matches("run?.pcap", "run12.pcap"));
        assert!(!matches("", "x"));
    }

    #[test]
    fn a_pattern_made_to_explode_does_not() {
        assert!(!matches(&"*a".repeat(60), &"a".repeat(59)));
        assert!(matches(&"*a".repeat(60), &"a".repeat(60)));
    }
}
