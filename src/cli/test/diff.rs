//! Where two values differ, line by line.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::cli::test::tried::Line;

/// How many equal lines stand around those that differ.
const CONTEXT: usize = 3;
/// The most lines.
const MAX_LINES: usize = 80;

/// The lines in which two texts of JSON differ, written over several lines; nothing if they do not.
pub(super) fn json(left: &str, right: &str) -> Vec<Line> {
    lines(&spread(left), &spread(right))
}

/// The same of two texts as they are.
pub(super) fn lines(left: &str, right: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(left, right);
    let mut found = Vec::new();
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            found.push(Line::Plain("  …".to_owned()));
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let text = change.value().trim_end_matches(['\r', '\n']).to_owned();
            found.push(match change.tag() {
                ChangeTag::Equal => Line::Plain(format!("  {text}")),
                ChangeTag::Delete => Line::Left(text),
                ChangeTag::Insert => Line::Right(text),
            });
        }
    }
    if found.len() > MAX_LINES {
        found.truncate(MAX_LINES);
        found.push(Line::Plain("  … the rest is cut".to_owned()));
    }
    found
}

/// What is no JSON, because it was cut, stays as it is.
fn spread(text: &str) -> String {
    let value = serde_json::from_str::<Value>(text);
    value.and_then(|value| serde_json::to_string_pretty(&value)).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::json;
    use crate::cli::test::tried::Line;

    #[track_caller]
    fn check(left: &str, right: &str, expected: &[&str]) {
        let found: Vec<_> = json(left, right).iter().map(Line::signed).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn values_are_compared_member_by_member() {
        check(
            r#"{"b": 1, "a": true}"#,
            r#"{"a": false, "b": 1}"#,
            &["  {", "-   \"a\": true,", "+   \"a\": false,", "    \"b\": 1", "  }"],
        );
        check("1", "2", &["- 1", "+ 2"]);
        check("[1]", "[1]", &[]);
    }

    #[test]
    fn what_was_cut_is_compared_as_it_is() {
        check("[1, …", "[1]", &["- [1, …", "+ [", "+   1", "+ ]"]);
    }

    #[test]
    fn only_what_differs_is_shown_with_its_neighbours_and_not_without_end() {
        let left: Vec<u32> = (0..100).collect();
        let right: Vec<u32> = (0..100).map(|number| if number == 50 { 0 } else { number }).collect();
        let [left, right] = [left, right].map(|numbers| serde_json::to_string(&numbers).unwrap());
        assert_eq!(json(&left, &right).len(), 8);
        let other: Vec<u32> = (200..300).collect();
        assert_eq!(json(&left, &serde_json::to_string(&other).unwrap()).len(), 81);
    }
}
