//! Arrays, objects and sets: their growth has bounds, and empty ones are no reason to panic.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate};

/// The most items of an array that a function makes.
const MAX_ITEMS: usize = 1_000_000;

pub(super) fn array_concat(arguments: &[Value]) -> Result<Value, Refusal> {
    let lengths = arguments.iter().map(|array| array.as_array().map_or(0, |array| array.as_slice().len()));
    if lengths.fold(0, usize::saturating_add) > MAX_ITEMS {
        return Err(Refusal::new(format!("more than {MAX_ITEMS} items")));
    }
    delegate("array.concat", arguments)
}

/// Without paths whose parts the engine would read as JSON, with its magic key.
pub(super) fn json_filter(arguments: &[Value]) -> Result<Value, Refusal> {
    let is_odd_part = |part: &str| part.trim_start().starts_with('{');
    let is_odd = |path: &Value| match (path.as_string(), path.as_array()) {
        (Ok(text), _) => text.split('/').any(is_odd_part),
        (_, Ok(parts)) => parts.iter().any(|part| part.as_string().is_ok_and(|part| is_odd_part(part))),
        _ => false,
    };
    let paths = argument(arguments, 1)?;
    let odd = paths.as_array().is_ok_and(|paths| paths.iter().any(is_odd))
        || paths.as_set().is_ok_and(|paths| paths.iter().any(is_odd));
    if odd {
        return Err(Refusal::new("a part of a path that begins with a brace"));
    }
    delegate("json.filter", arguments)
}

pub(super) fn subset(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(Value::Bool(has_subset(argument(arguments, 0)?, argument(arguments, 1)?)))
}

fn has_subset(all: &Value, some: &Value) -> bool {
    match (all, some) {
        (Value::Object(all), Value::Object(some)) => {
            some.iter().all(|(key, wanted)| all.get(key).is_some_and(|found| has_subset(found, wanted)))
        }
        (Value::Set(all), Value::Set(some)) => some.is_subset(all),
        (Value::Array(all), Value::Array(some)) => {
            let (all, some) = (all.as_slice(), some.as_slice());
            some.is_empty() || all.windows(some.len()).any(|window| window == some)
        }
        (Value::Array(all), Value::Set(some)) => some.iter().all(|item| all.contains(item)),
        (all, some) => all == some,
    }
}
