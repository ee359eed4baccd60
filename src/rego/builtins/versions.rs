//! Semantic versions as OPA reads and orders them: with a `v` in front or without, in 63 bits.

use std::cmp::Ordering;

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, text_of};

struct Version<'a> {
    numbers: [i64; 3],
    pre_release: Option<&'a str>,
}

pub(super) fn compare(arguments: &[Value]) -> Result<Value, Refusal> {
    let version = |index: usize| {
        let none =
            || format!("argument {} must be a semantic version such as `1.2.3`", index.saturating_add(1));
        parse(text_of(argument(arguments, index)?)?).ok_or_else(|| Refusal::new(none()))
    };
    let (left, right) = (version(0)?, version(1)?);
    let order = left.numbers.cmp(&right.numbers).then_with(|| order(left.pre_release, right.pre_release));
    Ok(Value::from(match order {
        Ordering::Less => -1_i64,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

pub(super) fn is_valid(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(Value::Bool(text_of(argument(arguments, 0)?).is_ok_and(|text| parse(text).is_some())))
}

fn parse(text: &str) -> Option<Version<'_>> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (text, build) = cut(text, '+');
    let (text, pre_release) = cut(text, '-');
    let are_fit = [build, pre_release].into_iter().flatten().all(|text| text.split('.').all(is_identifier));
    let are_numbers =
        pre_release.is_none_or(|text| text.split('.').all(|part| !is_number(part) || is_canonical(part)));
    let mut numbers =
        text.split('.').map(|part| part.parse().ok().filter(|_| is_number(part) && is_canonical(part)));
    let numbers =
        [numbers.next()??, numbers.next()??, numbers.next()??].into_iter().chain(numbers.next().map(|_| -1));
    let numbers: Vec<i64> = numbers.collect();
    let numbers = <[i64; 3]>::try_from(numbers).ok()?;
    (are_fit && are_numbers).then_some(Version { numbers, pre_release })
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_canonical(number: &str) -> bool {
    number.len() == 1 || !number.starts_with('0')
}

/// A version comes after its pre-releases, and these are ordered part by part: numbers before words.
fn order(left: Option<&str>, right: Option<&str>) -> Ordering {
    let (Some(left), Some(right)) = (left, right) else { return right.is_some().cmp(&left.is_some()) };
    let parts = left.split('.').zip(right.split('.')).map(|(left, right)| {
        match (is_number(left), is_number(right)) {
            (true, true) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
            (false, false) => left.cmp(right),
            (left_is_number, right_is_number) => right_is_number.cmp(&left_is_number),
        }
    });
    let lengths = left.split('.').count().cmp(&right.split('.').count());
    parts.fold(Ordering::Equal, Ordering::then).then(lengths)
}
