//! Texts of strangers, made fit for a terminal and for the logs of build servers.

/// What a tab is printed as: terminals differ in where they take it.
const TAB: &str = "    ";
/// What stands for a letter that is not printed.
const REPLACEMENT: char = '\u{fffd}';

/// A line without anything that moves the cursor, changes the colour, turns the direction of what follows, or is a command to who
/// runs a build.
pub(super) fn plain(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for letter in line.chars() {
        match letter {
            '\t' => shown.push_str(TAB),
            _ if letter.is_control() || turns(letter) || breaks(letter) => shown.push(REPLACEMENT),
            _ => shown.push(letter),
        }
    }
    disarm(shown)
}

/// Several lines, each made plain.
pub(super) fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// The controls of direction of Unicode.
const fn turns(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What ends a line although it is no control, and what XML does not have.
const fn breaks(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
}

/// Build servers look for commands in what is printed: `::name …::` at the beginning of a line (GitHub), `##[…]` (GitHub),
/// `##vso[…]` (Azure), `##teamcity[…]` anywhere. One letter less, and they are none; columns stay where they are.
fn disarm(line: String) -> String {
    let is_command = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.contains("::");
    let line = match line.trim_start().strip_prefix("::") {
        Some(rest) if is_command(rest) => line.replacen("::", &format!(":{REPLACEMENT}"), 1),
        Some(_) | None => line,
    };
    let begins =
        |(_, rest): (&str, &str)| rest.trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[');
    let mut behind =
        line.match_indices("##").filter_map(|(at, _)| line.split_at_checked(at.saturating_add(2)));
    if behind.any(begins) { line.replace("##", &format!("#{REPLACEMENT}")) } else { line }
}

#[cfg(test)]
mod tests {
    use super::{plain, plain_lines};

    #[test]
    fn a_policy_cannot_steer_the_terminal() {
        assert_eq!(
            plain("red \u{1b}[31m\rALLOWED\u{202e}\n"),
            "red \u{fffd}[31m\u{fffd}ALLOWED\u{fffd}\u{fffd}"
        );
        assert_eq!(plain("\tx"), "    x");
        assert_eq!(plain("a\u{fffe}b\u{ffff}c\u{2028}d\u{2029}"), "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}");
        assert_eq!(plain_lines("one\u{7}\r\ntwo"), "one\u{fffd}\ntwo");
    }

    #[test]
    fn a_policy_cannot_steer_the_build() {
        assert_eq!(plain("  ::stop-commands::x"), "  :\u{fffd}stop-commands::x");
        assert_eq!(plain("x ##[error]y"), "x #\u{fffd}[error]y");
        assert_eq!(plain("##vso[task.setvariable]y"), "#\u{fffd}vso[task.setvariable]y");
        for harmless in ["::/0 is open", "::1", "a::b::c", "## title", "#[x]", "x ## y [z]"] {
            assert_eq!(plain(harmless), harmless);
        }
    }
}
