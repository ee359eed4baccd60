//! The `regex.` functions as OPA has them: RE2's syntax, read and matched as Go does, in linear time and bounded.

mod class;
mod cursor;
mod fault;
pub(super) mod glob;
mod parse;
mod pattern;
mod template;
mod unicode;

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, measure, text_of};
use fault::Fault;
use pattern::{Match, Pattern};

/// Says what is wrong with a regular expression that is known before anything is evaluated.
pub(in crate::rego) fn check(pattern: &str) -> Result<(), Refusal> {
    Pattern::find(pattern).map(drop)
}

/// Whether a pattern is found somewhere in a text.
pub(in crate::rego) fn matches(pattern: &str, text: &str) -> bool {
    Pattern::find(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// The same for a glob.
pub(in crate::rego) fn check_glob(glob: &str) -> Result<(), Refusal> {
    glob::check(glob)
}

pub(super) fn is_valid(arguments: &[Value]) -> Result<Value, Refusal> {
    let Ok(pattern) = text_of(argument(arguments, 0)?) else { return Ok(Value::Bool(false)) };
    match parse::parse(pattern) {
        Ok(_) => Ok(Value::Bool(true)),
        Err(Fault::Syntax(_)) => Ok(Value::Bool(false)),
        Err(beyond @ Fault::Beyond(_)) => Err(beyond.into()),
    }
}

pub(super) fn is_match(arguments: &[Value]) -> Result<Value, Refusal> {
    let (pattern, text) = pattern_and_text(arguments)?;
    Ok(Value::Bool(Pattern::find(pattern)?.is_match(text)))
}

pub(super) fn find_n(arguments: &[Value]) -> Result<Value, Refusal> {
    let (pattern, text) = pattern_and_text(arguments)?;
    let limit = limit(argument(arguments, 2)?)?;
    let pattern = Pattern::find(pattern)?;
    Ok(pattern
        .matches(text, limit)
        .map(|found| slice(text, found.start, found.end))
        .collect::<Vec<_>>()
        .into())
}

pub(super) fn find_all_string_submatch_n(arguments: &[Value]) -> Result<Value, Refusal> {
    let (pattern, text) = pattern_and_text(arguments)?;
    let limit = limit(argument(arguments, 2)?)?;
    let pattern = Pattern::find(pattern)?;
    let mut bytes = 0_usize;
    let mut found = Vec::new();
    for groups in pattern.matches(text, limit).map(|found| found.groups) {
        let sizes = groups.iter().flatten().map(|(start, end)| end.saturating_sub(*start));
        bytes = sizes.fold(bytes.saturating_add(groups.len().saturating_mul(8)), usize::saturating_add);
        measure::check_size(bytes)?;
        let groups = groups
            .into_iter()
            .map(|group| group.map_or_else(|| "".into(), |(start, end)| slice(text, start, end)));
        found.push(Value::from(groups.collect::<Vec<_>>()));
    }
    Ok(found.into())
}

pub(super) fn split(arguments: &[Value]) -> Result<Value, Refusal> {
    let (pattern, text) = pattern_and_text(arguments)?;
    let found = Pattern::find(pattern)?;
    if !pattern.is_empty() && text.is_empty() {
        return Ok(vec![Value::from("")].into());
    }
    let mut parts = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for separator in found.matches(text, usize::MAX) {
        end = separator.start;
        // An empty separator at the beginning separates nothing.
        if separator.end != 0 {
            parts.push(slice(text, begin, end));
        }
        begin = separator.end;
    }
    if end != text.len() {
        parts.push(slice(text, begin, text.len()));
    }
    Ok(parts.into())
}

pub(super) fn replace(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, pattern) = (text_of(argument(arguments, 0)?)?, text_of(argument(arguments, 1)?)?);
    let replacement = text_of(argument(arguments, 2)?)?;
    let pattern = Pattern::find(pattern)?;
    let template = template::parse(replacement);
    let (mut replaced, mut last) = (String::new(), 0);
    for found in pattern.matches(text, usize::MAX) {
        replaced.push_str(text.get(last..found.start).unwrap_or_default());
        template::expand(&template, &pattern, text, &found, &mut replaced);
        measure::check_size(replaced.len())?;
        last = found.end;
    }
    replaced.push_str(text.get(last..).unwrap_or_default());
    measure::check_size(replaced.len())?;
    Ok(replaced.into())
}

/// A text with patterns between two delimiters, like `urn:<.*>`.
pub(super) fn template_match(arguments: &[Value]) -> Result<Value, Refusal> {
    let (template, text) = pattern_and_text(arguments)?;
    let (open, close) = (delimiter(argument(arguments, 2)?)?, delimiter(argument(arguments, 3)?)?);
    let pattern = template::delimited(template, open, close)?;
    Ok(Value::Bool(Pattern::find(&pattern)?.is_match(text)))
}

fn pattern_and_text(arguments: &[Value]) -> Result<(&str, &str), Refusal> {
    Ok((text_of(argument(arguments, 0)?)?, text_of(argument(arguments, 1)?)?))
}

/// How many matches: a negative number asks for all.
fn limit(value: &Value) -> Result<usize, Refusal> {
    let number = value.as_i64().map_err(|_| Refusal::wrong_argument())?;
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

fn delimiter(value: &Value) -> Result<u8, Refusal> {
    match text_of(value)?.as_bytes() {
        [delimiter] => Ok(*delimiter),
        _ => Err(Refusal::new("a delimiter is one ASCII character")),
    }
}

fn slice(text: &str, start: usize, end: usize) -> Value {
    Value::from(text.get(start..end).unwrap_or_default())
}

#[cfg(test)]
mod tests;
