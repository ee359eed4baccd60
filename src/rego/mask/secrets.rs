//! The values that were masked, and what hides them wherever else they stand: in other values, in the texts of policies.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use regorus::Value;

use crate::domain::mask::MARKER;

/// A shorter value is too likely to stand somewhere by chance.
const MIN_LENGTH: usize = 6;
/// As much of a long value as is looked for; what follows is compared.
const PREFIX: usize = 64;
/// The most values.
const MAX_VALUES: usize = 20_000;
/// A text this long may have been cut within a value.
const MAYBE_CUT: usize = 1_000;

/// Secret values, as texts.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    values: BTreeSet<String>,
    /// Whether there were more than can be looked for.
    pub(super) is_overfull: bool,
}

impl Secrets {
    /// Takes note of every text and number in `value`.
    pub(super) fn add(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add_text(text),
            Value::Number(number) => self.add_text(&number.format_decimal()),
            Value::Array(items) => items.iter().for_each(|item| self.add(item)),
            Value::Set(items) => items.iter_sorted().for_each(|item| self.add(item)),
            // Names are seldom secret, and common in other places.
            Value::Object(members) => members.values().for_each(|member| self.add(member)),
            Value::Null | Value::Bool(_) | Value::Undefined => {}
        }
    }

    pub(super) fn add_text(&mut self, text: &str) {
        if text.len() < MIN_LENGTH || text == MARKER {
            return;
        }
        if self.values.len() >= MAX_VALUES {
            self.is_overfull = true;
            return;
        }
        // As a text inside another one is written: a policy may print a whole object.
        let escaped = serde_json::to_string(text).unwrap_or_default();
        let escaped = escaped.get(1..escaped.len().saturating_sub(1)).unwrap_or_default();
        if escaped != text {
            self.values.insert(escaped.to_owned());
        }
        self.values.insert(text.to_owned());
    }

    /// What finds them; nothing if there are none.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn finder(self) -> Result<Option<Finder>, String> {
        if self.is_overfull {
            return Err(format!("the input has more than {MAX_VALUES} secrets"));
        }
        if self.values.is_empty() {
            return Ok(None);
        }
        let values: Vec<String> = self.values.into_iter().collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(values.iter().map(|value| prefix(value)))
            .map_err(|cause| format!("the secrets of the input cannot be looked for: {cause}"))?;
        Ok(Some(Finder { automaton, values }))
    }
}

/// Finds secret values in texts.
#[derive(Debug)]
pub(super) struct Finder {
    automaton: AhoCorasick,
    values: Vec<String>,
}

impl Finder {
    /// Whether one of them stands in `bytes`.
    pub(super) fn finds_in(&self, bytes: &[u8]) -> bool {
        self.automaton.is_match(bytes)
    }

    /// `text` with the marker for each of them; `None` when there is none in it.
    pub(super) fn hide(&self, text: &str) -> Option<String> {
        let (mut hidden, mut rest) = (String::new(), 0);
        while let Some((start, end)) = self.find(text, rest) {
            hidden.push_str(text.get(rest..start)?);
            hidden.push_str(MARKER);
            rest = end;
        }
        if rest < text.len()
            && let Some(start) = self.find_cut(text.get(rest..)?)
        {
            hidden.push_str(text.get(rest..)?.get(..start)?);
            hidden.push_str(MARKER);
            return Some(hidden);
        }
        hidden.push_str(text.get(rest..)?);
        (rest > 0).then_some(hidden)
    }

    fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let found = self.automaton.find(Input::new(text).range(from..))?;
        let value = self.values.get(found.pattern().as_usize())?;
        // The values are sorted, so those with the same beginning follow.
        let same = self
            .values
            .iter()
            .skip(found.pattern().as_usize())
            .take_while(|other| prefix(other) == prefix(value));
        let tail = text.get(found.start()..)?;
        let common = same.map(|value| common(tail, value)).max().unwrap_or_default();
        Some((found.start(), found.start().saturating_add(common)))
    }

    /// Where the beginning of a value stands at the end of a text that may have been cut there.
    fn find_cut(&self, text: &str) -> Option<usize> {
        if text.len() < MAYBE_CUT {
            return None;
        }
        let lengths = |value: &str| MIN_LENGTH..value.len().min(PREFIX);
        let ends = |value: &String| {
            lengths(value).rev().find(|length| value.get(..*length).is_some_and(|part| text.ends_with(part)))
        };
        let longest = self.values.iter().filter_map(ends).max()?;
        Some(text.len().saturating_sub(longest))
    }
}

fn prefix(value: &str) -> &str {
    value.get(..value.floor_char_boundary(PREFIX)).unwrap_or(value)
}

/// How many bytes `text` and `value` have in common from their beginning, up to a whole character.
fn common(text: &str, value: &str) -> usize {
    let equal = text.bytes().zip(value.bytes()).take_while(|(left, right)| left == right).count();
    text.floor_char_boundary(equal)
}

#[cfg(test)]
mod tests {
    use super::{Finder, Secrets};

    fn finder(values: &[&str]) -> Finder {
        let mut secrets = Secrets::default();
        for value in values {
            secrets.add_text(value);
        }
        secrets.finder().unwrap().unwrap()
    }

    #[track_caller]
    fn check(values: &[&str], text: &str, expected: Option<&str>) {
        assert_eq!(finder(values).hide(text).as_deref(), expected);
    }

    #[test]
    fn every_occurrence_is_hidden_and_nothing_else() {
        check(&["hunter2"], "it is hunter2, really hunter2!", Some("it is (masked), really (masked)!"));
        check(&["hunter2", "hunter2-long"], "hunter2-long", Some("(masked)"));
        check(&["hunter2"], "hunter", None);
        check(&["geheim-日本"], "x geheim-日本 y", Some("x (masked) y"));
    }

    #[test]
    fn a_value_is_found_as_json_writes_it() {
        check(&["two\nlines\""], r#"{"a": "two\nlines\""}"#, Some(r#"{"a": "(masked)"}"#));
    }

    #[test]
    fn a_long_value_is_hidden_whole_and_so_is_its_beginning_at_a_cut() {
        let long = "0123456789".repeat(20);
        check(&[&long], &format!("a{long}b"), Some("a(masked)b"));
        check(&[&long], &format!("a{}", "0123456789".repeat(10)), Some("a(masked)"));
        let cut = format!("{}{}", "x".repeat(1_000), "0123456789".repeat(3));
        check(&[&long], &cut, Some(&format!("{}(masked)", "x".repeat(1_000))));
        let other = format!("{long}!");
        check(&[&long, &other], &other, Some("(masked)"));
    }

    #[test]
    fn short_values_are_not_looked_for_and_too_many_are_an_error() {
        let mut secrets = Secrets::default();
        secrets.add_text("short");
        assert!(secrets.finder().unwrap().is_none());
        let mut secrets = Secrets::default();
        (0..20_001).for_each(|number| secrets.add_text(&format!("secret-{number}")));
        assert!(secrets.finder().is_err());
    }
}
