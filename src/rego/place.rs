//! Where in a text something stands: rows and columns in characters, and the line to show with them.
//!
//! Positions come from byte offsets. The engine's own rows and columns count a tab as four and a string in bytes, and
//! point at the end of a reference; [`column_of`] turns them back where nothing better is known.

use regorus::unstable::Span;

use crate::domain::bundle::Bundle;
use crate::domain::diagnostic::{Diagnostic, Fault, Place};

/// The longest line shown with a diagnostic, in characters.
const MAX_SHOWN: usize = 160;

/// A diagnostic at the beginning of a piece of syntax.
pub(super) fn at_span(fault: Fault, span: &Span, message: impl Into<String>) -> Diagnostic {
    let offset = usize::try_from(span.start).unwrap_or(usize::MAX);
    at_offset(fault, span.source.get_path(), span.source.get_contents(), offset, message)
}

/// A diagnostic at a byte offset of a text.
pub(super) fn at_offset(
    fault: Fault,
    file: &str,
    text: &str,
    offset: usize,
    message: impl Into<String>,
) -> Diagnostic {
    let place = at(file, text, offset);
    let line = shown_line(text, place.row);
    Diagnostic::at(fault, place, line, message)
}

/// The place of a byte offset of a text.
pub(super) fn at(file: &str, text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or(text);
    let row = before.matches('\n').count().saturating_add(1);
    let col = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    Place { file: file.to_owned(), row: count(row), col: count(col) }
}

/// The place where a piece of syntax begins.
pub(super) fn of_span(span: &Span) -> Option<Place> {
    let offset = usize::try_from(span.start).ok()?;
    Some(at(span.source.get_path(), span.source.get_contents(), offset))
}

/// Where one piece of syntax stands, said beside another: its row, and its file if that is another.
pub(super) fn beside(there: &Span, here: &Span) -> String {
    let row = of_span(there).map_or(0, |place| place.row);
    let (file, own) = (there.source.get_path(), here.source.get_path());
    if file == own { format!("in row {row}") } else { format!("in row {row} of `{file}`") }
}

/// The line `row` of a text, fit to be printed and cut to a readable length; none if there is no such line or it is blank.
pub(super) fn shown_line(text: &str, row: u32) -> Option<String> {
    let line = find_line(text, row)?;
    // A terminal obeys control characters; one for one, so that columns stay.
    let visible = |c: char| if c.is_control() && c != '\t' { '\u{FFFD}' } else { c };
    if line.trim().is_empty() { None } else { Some(line.chars().take(MAX_SHOWN).map(visible).collect()) }
}

/// The author's line at a place, fit to be printed.
pub(super) fn line_at(bundle: &Bundle, place: &Place) -> Option<String> {
    shown_line(&bundle.find(&place.file)?.text, place.row)
}

/// The line `row` of a text.
pub(super) fn find_line(text: &str, row: u32) -> Option<&str> {
    text.lines().nth(usize::try_from(row).ok()?.checked_sub(1)?)
}

/// The column, in characters, that the engine means by its column `col` of this line.
pub(super) fn column_of(line: &str, col: u32) -> u32 {
    let (mut at, mut column, mut quoted, mut escaped) = (1_u32, 1_u32, false, false);
    for character in line.chars() {
        if at >= col {
            break;
        }
        let width = match character {
            '\t' => 4,
            _ if quoted => count(character.len_utf8()),
            _ => 1,
        };
        quoted ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        at = at.saturating_add(width);
        column = column.saturating_add(1);
    }
    start_of_reference(line, column)
}

/// The engine points at the last `.`, `[` or `(` of a reference or call; readers look at its beginning.
fn start_of_reference(line: &str, column: u32) -> u32 {
    let index = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
    let letters: Vec<char> = line.chars().take(index.saturating_add(1)).collect();
    if letters.len() <= index || !matches!(letters.last(), Some('.' | '[' | '(')) {
        return column;
    }
    let before = letters.iter().rev().skip(1);
    let part = before.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
    column.saturating_sub(count(part.count()))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{at_offset, column_of, shown_line};
    use crate::domain::diagnostic::Fault;

    #[track_caller]
    fn check(text: &str, at: &str, row: u32, col: u32) {
        let found = at_offset(Fault::Syntax, "p.rego", text, text.find(at).unwrap(), "x");
        let place = found.place.unwrap();
        assert_eq!((place.row, place.col), (row, col));
        assert_eq!(found.line, shown_line(text, row));
    }

    #[test]
    fn rows_and_columns_count_characters_from_one() {
        check("package p\n", "package", 1, 1);
        check("package p\n\tx := \"é\"; y", "y", 2, 12);
        check("a\r\nb\n", "b", 2, 1);
    }

    #[test]
    fn an_offset_beyond_the_text_is_its_end() {
        let place = at_offset(Fault::Syntax, "p.rego", "ab\nc", 99, "x").place.unwrap();
        assert_eq!((place.row, place.col), (2, 2));
    }

    #[test]
    fn columns_of_the_engine_become_characters() {
        assert_eq!(column_of("\tx := y", 5), 2);
        assert_eq!(column_of("x := \"éé\"; y", 14), 12);
        assert_eq!(column_of("x := \"\\\"é\"; y", 14), 13);
        assert_eq!(column_of("ab", 99), 3);
        assert_eq!(column_of("x := f(input.name.y)", 18), 8);
        assert_eq!(column_of("x := [1]", 6), 6);
        assert_eq!(column_of("x := a.b(1)", 9), 6);
        assert_eq!(column_of("x := (1)", 6), 6);
    }

    #[test]
    fn no_control_character_is_shown() {
        assert_eq!(
            shown_line("x # \u{1b}[2K\t\r\u{9b}1m", 1).unwrap(),
            "x # \u{FFFD}[2K\t\u{FFFD}\u{FFFD}1m"
        );
    }

    #[test]
    fn blank_and_missing_lines_are_not_shown_and_long_ones_are_cut() {
        assert_eq!(shown_line("a\n  \n", 2), None);
        assert_eq!(shown_line("a\n", 7), None);
        assert_eq!(shown_line(&"x".repeat(1000), 1).unwrap().len(), 160);
    }
}
