//! Texts of strangers, made fit for a terminal.

/// What a tab is printed as: terminals differ in where they take it.
const TAB: &str = "    ";

/// A line without anything that moves the cursor, changes the colour or turns the direction of what follows.
pub(super) fn plain(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for letter in line.chars() {
        match letter {
            '\t' => shown.push_str(TAB),
            _ if letter.is_control() || turns(letter) => shown.push('\u{fffd}'),
            _ => shown.push(letter),
        }
    }
    shown
}

/// Several lines, each made plain.
pub(super) fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// The controls of direction of Unicode.
const fn turns(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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
        assert_eq!(plain_lines("one\u{7}\r\ntwo"), "one\u{fffd}\ntwo");
    }
}
