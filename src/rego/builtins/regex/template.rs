//! Templates of two kinds: what `regex.replace` puts in place of a match, and texts with patterns between delimiters.

use crate::rego::builtins::Refusal;
use crate::rego::builtins::characters::is_letter_or_digit;
use crate::rego::builtins::regex::{Match, Pattern};

/// A part of what takes the place of a match.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Stands for itself.
    Text(&'a str),
    /// `$1`: what the group of that number matched.
    Number(usize),
    /// `$name`: what the first group of that name matched that took part.
    Name(&'a str),
}

/// Reads a template as Go's `Regexp.Expand` does: `$1`, `${1}`, `$name`, `${name}`, and `$$` for a dollar.
pub(super) fn parse(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        parts.push(Part::Text(before));
        if let Some(after) = after.strip_prefix('$') {
            parts.push(Part::Text("$"));
            rest = after;
        } else if let Some((part, after)) = reference(after) {
            parts.push(part);
            rest = after;
        } else {
            parts.push(Part::Text("$"));
            rest = after;
        }
    }
    parts.push(Part::Text(rest));
    parts
}

/// Writes what takes the place of a match.
pub(super) fn expand(parts: &[Part<'_>], pattern: &Pattern, text: &str, found: &Match, to: &mut String) {
    let group = |index: usize| found.groups.get(index).copied().flatten();
    for part in parts {
        let span = match part {
            Part::Text(text) => {
                to.push_str(text);
                continue;
            }
            Part::Number(index) => group(*index),
            Part::Name(name) => pattern.groups_named(name).find_map(group),
        };
        to.push_str(span.and_then(|(start, end)| text.get(start..end)).unwrap_or_default());
    }
}

/// The pattern that a text with patterns between `open` and `close` stands for.
pub(super) fn delimited(template: &str, open: u8, close: u8) -> Result<String, Refusal> {
    let mut pattern = String::from("^");
    let (mut level, mut from) = (0_usize, 0_usize);
    for (at, byte) in template.bytes().enumerate() {
        if byte == open {
            level = level.saturating_add(1);
            if level == 1 {
                pattern.push_str(&quoted(template.get(from..at).unwrap_or_default()));
                from = at.saturating_add(1);
            }
        } else if byte == close {
            level = level.checked_sub(1).ok_or_else(unbalanced)?;
            if level == 0 {
                let inner = template.get(from..at).unwrap_or_default();
                Pattern::find(&format!("^{inner}$"))?;
                pattern.extend(["(", inner, ")"]);
                from = at.saturating_add(1);
            }
        }
    }
    if level > 0 {
        return Err(unbalanced());
    }
    pattern.push_str(&quoted(template.get(from..).unwrap_or_default()));
    pattern.push('$');
    Ok(pattern)
}

fn unbalanced() -> Refusal {
    Refusal::new("the delimiters of the template are not balanced")
}

/// `text` as a pattern that matches it and nothing else.
fn quoted(text: &str) -> String {
    let special = |c: char| r"\.+*?()|[]{}^$".contains(c);
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// What comes after a `$`, if it names a group.
fn reference(text: &str) -> Option<(Part<'_>, &str)> {
    let inner = text.strip_prefix('{');
    let body = inner.unwrap_or(text);
    let end = body.find(|c: char| !is_name(c)).unwrap_or(body.len());
    let (name, rest) = body.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
    let rest = if inner.is_some() { rest.strip_prefix('}')? } else { rest };
    let is_number = name.bytes().all(|b| b.is_ascii_digit()) && (name.len() == 1 || !name.starts_with('0'));
    match name.parse().ok().filter(|number| is_number && *number < 1_000_000_000) {
        Some(number) => Some((Part::Number(number), rest)),
        None => Some((Part::Name(name), rest)),
    }
}

/// Go's letters and digits, and `_`. Names of groups are ASCII, so others only make a name that nothing has.
fn is_name(character: char) -> bool {
    character == '_' || is_letter_or_digit(character)
}
