//! A line of a policy with a caret under a place, fit for a terminal whatever the line holds.

use unicode_width::UnicodeWidthChar;

use crate::cli::plain::plain;
use crate::domain::diagnostic::Place;

/// A line and the caret below its place, ready to print; nothing without both.
pub(in crate::cli) fn snippet(place: Option<&Place>, line: Option<&str>) -> Option<String> {
    let (place, line) = (place?, line?);
    let before = usize::try_from(place.col).ok()?.checked_sub(1)?;
    let row = place.row.to_string();
    let shown = format!("  {row} | {}\n", plain(line));
    // A line that was cut may end before the place.
    if before > line.chars().count() {
        return Some(shown);
    }
    let indent: String = line.chars().take(before).collect();
    let width = plain(&indent).chars().filter_map(UnicodeWidthChar::width).sum::<usize>();
    let margin = " ".repeat(row.len().saturating_add(2));
    Some(format!("{shown}{margin} | {}^\n", " ".repeat(width)))
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
    fn a_line_that_was_cut_before_its_place_has_no_caret() {
        check("x", 300, "  12 | x\n");
    }

    #[test]
    fn nothing_in_a_line_reaches_the_terminal_as_a_command() {
        check("\u{1b}[2Jx", 5, "  12 | \u{fffd}[2Jx\n     |     ^\n");
    }
}
