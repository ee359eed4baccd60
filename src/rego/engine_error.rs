//! The engine's error texts, taken apart: the only place that knows how they are written.
//!
//! A text can hold the input document and a whole line of the policy, so nobody shows it as it is.

use crate::domain::diagnostic::{Diagnostic, Fault, Place};
use crate::rego::normalise::RowMaps;
use crate::rego::place::{column_of, find_line, shown_line};

/// The longest message kept, in characters.
const MAX_MESSAGE: usize = 300;

/// An error text of the engine, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EngineError {
    /// The file, if it names one.
    pub(super) file: Option<String>,
    /// The row, from 1.
    pub(super) row: u32,
    /// The column as the engine counts.
    pub(super) col: u32,
    /// What it says, without the place and the line of source.
    pub(super) message: String,
}

impl EngineError {
    /// Takes a text apart.
    pub(super) fn parse(text: &str) -> Self {
        let framed = text.lines().find_map(|line| line.strip_prefix("--> ")).and_then(parse_position);
        let said = text.lines().find_map(|line| line.strip_prefix("error: "));
        if let (Some((file, row, col)), Some(said)) = (&framed, said) {
            return Self { file: Some(file.clone()), row: *row, col: *col, message: cut(said) };
        }
        let one_line =
            text.split_once(" error: ").and_then(|(place, said)| Some((parse_position(place)?, said)));
        match one_line {
            Some(((file, row, col), said)) => Self { file: Some(file), row, col, message: cut(said) },
            None => {
                Self { file: None, row: 0, col: 0, message: cut(text.lines().next().unwrap_or_default()) }
            }
        }
    }

    /// The place, in characters, if the text names one of the files that `find_text` knows.
    pub(super) fn place<'a>(&self, find_text: impl Fn(&str) -> Option<&'a str>) -> Option<Place> {
        let file = self.file.as_ref()?;
        let line = find_line(find_text(file)?, self.row).unwrap_or_default();
        Some(Place { file: file.clone(), row: self.row, col: column_of(line, self.col) })
    }

    /// The place in the author's text of what the engine read rewritten.
    pub(super) fn origin(&self, rows: &RowMaps) -> Option<Place> {
        rows.get(self.file.as_ref()?)?.find(self.row, self.col)
    }

    /// The same as a diagnostic, with the line it stands in.
    pub(super) fn diagnose<'a>(
        &self,
        fault: Fault,
        find_text: impl Fn(&str) -> Option<&'a str>,
        message: impl Into<String>,
    ) -> Diagnostic {
        let line = self.file.as_ref().and_then(|file| shown_line(find_text(file)?, self.row));
        match self.place(find_text) {
            Some(place) => Diagnostic::at(fault, place, line, message),
            None => Diagnostic::new(fault, message),
        }
    }
}

fn parse_position(text: &str) -> Option<(String, u32, u32)> {
    let mut parts = text.rsplitn(3, ':');
    let col = parts.next()?.trim().parse().ok()?;
    let row = parts.next()?.parse().ok()?;
    Some((parts.next()?.to_owned(), row, col))
}

fn cut(message: &str) -> String {
    message.trim().chars().take(MAX_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::EngineError;
    use crate::domain::diagnostic::Fault;

    #[track_caller]
    fn check(text: &str, file: Option<&str>, row: u32, col: u32, message: &str) {
        let expected = EngineError { file: file.map(str::to_owned), row, col, message: message.to_owned() };
        assert_eq!(EngineError::parse(text), expected);
    }

    #[test]
    fn a_framed_text_gives_place_and_message() {
        let text =
            "\n--> a/b.rego:2:10\n  |\n2 | x := \"abc\n  |          ^\nerror: invalid character in string";
        check(text, Some("a/b.rego"), 2, 10, "invalid character in string");
    }

    #[test]
    fn a_line_of_source_that_looks_like_an_error_is_not_one() {
        let text = "\n--> p.rego:1:1\n  |\n1 | error: no\n  | ^\nerror: yes";
        check(text, Some("p.rego"), 1, 1, "yes");
    }

    #[test]
    fn a_framed_text_inside_another_keeps_the_outer_one() {
        let text = "\n--> p.rego:3:1\n  |\n3 | f\n  | ^\nerror: outer\n--> q.rego:1:1\n  |\n1 | g\n  | ^\nerror: inner";
        check(text, Some("p.rego"), 3, 1, "outer");
    }

    #[test]
    fn the_one_line_form_and_bare_texts_are_read() {
        check("p.rego:4:2 error: encountered `x`", Some("p.rego"), 4, 2, "encountered `x`");
        check("not a valid rule path", None, 0, 0, "not a valid rule path");
        check("", None, 0, 0, "");
    }

    #[test]
    fn a_diagnostic_has_the_line_and_the_column_in_characters() {
        let error = EngineError::parse("\n--> p.rego:2:5\n  |\n2 | \ty\n  | ^\nerror: no");
        let found = error.diagnose(Fault::Syntax, |_| Some("x\n\ty\n"), "told");
        assert_eq!(found.to_string(), "p.rego:2:2: told: y");
        assert_eq!(error.diagnose(Fault::Syntax, |_| None, "told").place, None);
    }
}
