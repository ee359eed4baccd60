//! Texts: what is made of them has bounds.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate, measure, text_of};

/// The greatest width or precision of a verb of `sprintf`.
const MAX_WIDTH: usize = 1_000;

/// A function that writes its arguments out, about once.
pub(super) fn sized(name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
    measure::check(arguments)?;
    delegate(name, arguments)
}

pub(super) fn concat(arguments: &[Value]) -> Result<Value, Refusal> {
    let delimiter = text_of(argument(arguments, 0)?)?.len();
    let texts = argument(arguments, 1)?;
    let of_array = texts.as_array().map_or(0, |texts| total(texts.iter(), delimiter));
    let of_set = texts.as_set().map_or(0, |texts| total(texts.iter(), delimiter));
    measure::check_size(of_array.max(of_set))?;
    delegate("concat", arguments)
}

fn total<'a>(texts: impl Iterator<Item = &'a Value>, delimiter: usize) -> usize {
    let sizes = texts.map(|text| text.as_string().map_or(0, |text| text.len()).saturating_add(delimiter));
    sizes.fold(0, usize::saturating_add)
}

pub(super) fn replace(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, old, new) = (argument(arguments, 0)?, argument(arguments, 1)?, argument(arguments, 2)?);
    replaced(text_of(text)?, text_of(old)?, text_of(new)?).map(Value::from)
}

pub(super) fn replace_n(arguments: &[Value]) -> Result<Value, Refusal> {
    let patterns = argument(arguments, 0)?.as_object().map_err(|_| Refusal::wrong_argument())?;
    let mut text = text_of(argument(arguments, 1)?)?.to_owned();
    for (old, new) in patterns.iter_sorted() {
        text = replaced(&text, text_of(old)?, text_of(new)?)?;
    }
    Ok(Value::from(text))
}

fn replaced(text: &str, old: &str, new: &str) -> Result<String, Refusal> {
    let added = text.matches(old).count().saturating_mul(new.len());
    measure::check_size(text.len().saturating_add(added))?;
    Ok(text.replace(old, new))
}

/// As Go counts: without overlaps, and an empty text before, between and after all characters.
pub(super) fn count(arguments: &[Value]) -> Result<Value, Refusal> {
    let (text, part) = (text_of(argument(arguments, 0)?)?, text_of(argument(arguments, 1)?)?);
    Ok(Value::from(text.matches(part).count()))
}

pub(super) fn sprintf(arguments: &[Value]) -> Result<Value, Refusal> {
    check_widths(text_of(argument(arguments, 0)?)?)?;
    sized("sprintf", arguments)
}

fn check_widths(format: &str) -> Result<(), Refusal> {
    let numbers = format.split('%').skip(1).map(|verb| {
        let verb = verb.trim_start_matches(['.', '+', '-', '#', ' ']);
        verb.chars().take_while(|c| c.is_numeric()).collect::<String>()
    });
    for number in numbers.filter(|number| !number.is_empty()) {
        if number.parse::<usize>().is_ok_and(|width| width <= MAX_WIDTH) {
            continue;
        }
        return Err(Refusal::new(format!("a width or precision of more than {MAX_WIDTH}")));
    }
    Ok(())
}
