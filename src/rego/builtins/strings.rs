//! Texts as Go sees them: characters are counted, not their parts; cases change one character at a time; nothing is
//! found of an empty text.

use std::collections::BTreeMap;

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate, measure, text_of};

/// The most times that texts to replace are compared with a place in a text.
const MAX_COMPARISONS: usize = 100_000_000;

pub(super) fn count(arguments: &[Value]) -> Result<Value, Refusal> {
    match argument(arguments, 0)?.as_string() {
        Ok(text) => Ok(Value::from(text.chars().count())),
        Err(_) => delegate("count", arguments),
    }
}

pub(super) fn lower(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    Ok(Value::from(text.chars().map(|c| single(c, c.to_lowercase(), lower_of_special)).collect::<String>()))
}

pub(super) fn upper(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    Ok(Value::from(text.chars().map(|c| single(c, c.to_uppercase(), upper_of_special)).collect::<String>()))
}

pub(super) fn index_of(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, part) = text_and_part(arguments)?;
    let Some(at) = text.find(part) else { return Ok(Value::from(-1_i64)) };
    Ok(Value::from(text.get(..at).unwrap_or_default().chars().count()))
}

/// Where `part` begins, also where it overlaps itself.
pub(super) fn indexes_of(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, part) = text_and_part(arguments)?;
    if text.len().saturating_mul(part.len()) > MAX_COMPARISONS {
        return Err(Refusal::bound("texts that are too long"));
    }
    let places = text.char_indices().enumerate();
    let found = places.filter(|(_, (at, _))| text.get(*at..).is_some_and(|rest| rest.starts_with(part)));
    Ok(found.map(|(index, _)| Value::from(index)).collect::<Vec<_>>().into())
}

pub(super) fn substring(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    let whole = |index| argument(arguments, index)?.as_i64().map_err(|_| Refusal::wrong_argument());
    let (offset, length) = (whole(1)?, whole(2)?);
    let offset = usize::try_from(offset).map_err(|_| Refusal::new("the offset is negative"))?;
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    Ok(Value::from(text.chars().skip(offset).take(length).collect::<String>()))
}

pub(super) fn replace(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    let (old, new) = (text_of(argument(arguments, 1)?)?, text_of(argument(arguments, 2)?)?);
    if old.is_empty() && !text.is_ascii() {
        return Err(Refusal::new("an empty text is replaced within characters"));
    }
    let added = text.matches(old).count().saturating_mul(new.len());
    measure::check_size(text.len().saturating_add(added))?;
    Ok(Value::from(text.replace(old, new)))
}

/// Replaces several texts at once: what was put in is not looked at again, and of two that fit, the first counts.
pub(super) fn replace_all(arguments: &[Value]) -> Result<Value, Refusal> {
    let pairs = argument(arguments, 0)?.as_object().map_err(|_| Refusal::wrong_argument())?;
    let text = text_of(argument(arguments, 1)?)?;
    let mut by_first = BTreeMap::<char, Vec<(&str, &str)>>::new();
    for (old, new) in pairs.iter_sorted() {
        let (old, new) = (text_of(old)?, text_of(new)?);
        let first = old.chars().next().ok_or_else(|| Refusal::new("an empty text can't be replaced"))?;
        by_first.entry(first).or_default().push((old, new));
    }
    let most = by_first.values().flatten().map(|(old, _)| old.len()).fold(0, usize::saturating_add);
    if text.len().saturating_mul(most) > MAX_COMPARISONS {
        return Err(Refusal::bound("too many texts to replace in too long a text"));
    }
    let (mut replaced, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let fitting =
            by_first.get(&first).and_then(|pairs| pairs.iter().find(|(old, _)| rest.starts_with(old)));
        let (old, new) = match fitting {
            Some((old, new)) => (old.len(), *new),
            None => (first.len_utf8(), rest.get(..first.len_utf8()).unwrap_or_default()),
        };
        replaced.push_str(new);
        measure::check_size(replaced.len())?;
        rest = rest.get(old..).unwrap_or_default();
    }
    Ok(Value::from(replaced))
}

/// As Go counts: without overlaps, and an empty text before, between and after all characters.
pub(super) fn count_parts(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, part) = (text_of(argument(arguments, 0)?)?, text_of(argument(arguments, 1)?)?);
    Ok(Value::from(text.matches(part).count()))
}

/// A text as a glob that matches it and nothing else.
pub(super) fn quote_glob(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    let special = |c: char| "*?\\[]{}".contains(c);
    let quoted = text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c]));
    Ok(Value::from(quoted.collect::<String>()))
}

fn text_and_part(arguments: &[Value]) -> Result<(&str, &str), Refusal> {
    let (text, part) = (text_of(argument(arguments, 0)?)?, text_of(argument(arguments, 1)?)?);
    if part.is_empty() { Err(Refusal::new("an empty text is looked for")) } else { Ok((text, part)) }
}

/// What one character becomes, if it becomes one; what becomes several in full has a form of one, or stays.
fn single(character: char, mut full: impl Iterator<Item = char>, special: fn(char) -> char) -> char {
    match (full.next(), full.next()) {
        (Some(only), None) => only,
        _ => special(character),
    }
}

fn lower_of_special(character: char) -> char {
    if character == 'İ' { 'i' } else { character }
}

/// Greek letters with an iota below have a capital of their own, eight places on or nine.
fn upper_of_special(character: char) -> char {
    let distance = match character {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        'ᾳ' | 'ῃ' | 'ῳ' => 9,
        _ => 0,
    };
    u32::from(character).checked_add(distance).and_then(char::from_u32).unwrap_or(character)
}
