//! The wrapped command in words, for a person and for a record.

use std::ffi::OsString;

use crate::cli::plain::plain;

/// The longest command line that is shown, in characters.
const LONGEST: usize = 200;

/// The command as a person would type it, cut to a readable length.
pub(super) fn command(words: &[OsString]) -> String {
    let line = words.iter().map(|word| quote(&word.to_string_lossy())).collect::<Vec<_>>().join(" ");
    let line = plain(&line);
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain("…".chars()).collect()
}

fn quote(word: &str) -> String {
    let is_simple = |c: char| c.is_alphanumeric() || "-_./=:@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_simple) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[track_caller]
    fn check(words: &[&str], expected: &str) {
        let words: Vec<_> = words.iter().map(Into::into).collect();
        assert_eq!(command(&words), expected);
    }

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        check(&["terraform", "apply", "plan.out"], "terraform apply plan.out");
        check(&["sh", "-c", "echo it's"], r"sh -c 'echo it'\''s'");
        check(&["true", ""], "true ''");
        check(&["x", "\u{1b}[31m"], "x '\u{fffd}[31m'");
        check(&[&"a".repeat(300)], &format!("{}…", "a".repeat(200)));
    }
}
