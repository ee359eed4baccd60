//! A line of a policy with a caret under a place, fit for a terminal whatever the line holds.

use unicode_width::UnicodeWidthChar;

use crate::cli::plain::plain;
use crate::domain::diagnostic::Place;

/// The longest part of a line that is shown, in characters.
const MAX_SHOWN: usize = 100;

/// A line and the caret below its place, ready to print; of a long line the part around the place; nothing without both.
pub(in crate::cli) fn snippet(place: Option<&Place>, line: Option<&str>) -> Option<String> {
    let (place, line) = (place?, line?);
    let before = usize::try_from(place.col).ok()?.checked_sub(1)?;
    let (line, before) = excerpt(line, before);
    let row = place.row.to_string();
    let shown = format!("  {row} | {}\n", plain(&line));
    // A line that was cut may end before the place.
    if before > line.chars().count() {
        return Some(shown);
    }
    let indent: String = line.chars().take(before).collect();
    let width = plain(&indent).chars().filter_map(UnicodeWidthChar::width).sum::<usize>();
    let margin = " ".repeat(row.len().saturating_add(2));
    Some(format!("{shown}{margin} | {}^\n", " ".repeat(width)))
}

/// The part of a line around the character after `before` others, and how many stand before it there.
fn excerpt(line: &str, before: usize) -> (String, usize) {
    let length = line.chars().count();
    if length <= MAX_SHOWN {
        return (line.to_owned(), before);
    }
    let last_start = length.saturating_sub(MAX_SHOWN);
    let start = before.saturating_sub(MAX_SHOWN / 2).min(last_start);
    let part: String = line.chars().skip(start).take(MAX_SHOWN).collect();
    let [left, right] = [start > 0, start < last_start].map(|is_cut| if is_cut { "…" } else { "" });
    let before = before.saturating_sub(start).saturating_add(usize::from(start > 0));
    (format!("{left}{part}{right}"), before)
}

#[cfg(test)]
mod tests {
    use super::snippet;
    use crate::domain::diagnostic::Place;

    #[track_caller]
    fn check(line: &str, col: u32, expected: &str) {
        let place = Place { file: "p.rego".to_owned(), row: 12, col };
        assert_eq!(snippet(Some(&place), Some(line)).unwrap(), expected);
    }

    #[test]
    fn the_caret_stands_under_its_letter() {
        check("x := y", 6, "  12 | x := y\n     |      ^\n");
        check("\tx := y", 2, "  12 |     x := y\n     |     ^\n");
        check("é := y", 6, "  12 | é := y\n     |      ^\n");
        check("\"日本\" y", 6, "  12 | \"日本\" y\n     |        ^\n");
        check("\"e\u{301}\" y", 6, "  12 | \"e\u{301}\" y\n     |     ^\n");
        check("x", 2, "  12 | x\n     |  ^\n");
    }

    #[test]
    fn a_long_line_is_shown_around_its_place() {
        let line = format!("{}!{}", "a".repeat(300), "b".repeat(300));
        let (half, rest) = ("a".repeat(50), "b".repeat(49));
        check(&line, 301, &format!("  12 | …{half}!{rest}…\n     | {}^\n", " ".repeat(51)));
        let (begin, end) = ("a".repeat(100), "b".repeat(100));
        check(&line, 1, &format!("  12 | {begin}…\n     | ^\n"));
        check(&line, 601, &format!("  12 | …{end}\n     | {}^\n", " ".repeat(100)));
    }

    #[test]
    fn a_line_that_was_cut_before_its_place_has_no_caret() {
        check("x", 300, "  12 | x\n");
    }

    #[test]
    fn nothing_in_a_line_reaches_the_terminal_as_a_command() {
        check("\u{1b}[2Jx", 5, "  12 | \u{fffd}[2Jx\n     |     ^\n");
    }
}
