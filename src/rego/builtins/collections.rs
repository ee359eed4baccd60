//! Arrays, objects and sets: their growth has bounds, and empty ones are no reason to panic.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate};

/// The most items of an array that a function makes.
const MAX_ITEMS: usize = 1_000_000;

pub(super) fn array_concat(arguments: &[Value]) -> Result<Value, Refusal> {
    let lengths = arguments.iter().map(|array| array.as_array().map_or(0, |array| array.as_slice().len()));
    if lengths.fold(0, usize::saturating_add) > MAX_ITEMS {
        return Err(Refusal::bound(format!("more than {MAX_ITEMS} items")));
    }
    delegate("array.concat", arguments)
}

/// Of two objects, sets or arrays, or of an array and a set, whether the first holds the second.
pub(super) fn subset(arguments: &[Value]) -> Result<Value, Refusal> {
    let (all, some) = (argument(arguments, 0)?, argument(arguments, 1)?);
    match (all, some) {
        (Value::Object(_), Value::Object(_))
        | (Value::Set(_), Value::Set(_))
        | (Value::Array(_), Value::Array(_)) => Ok(Value::Bool(has_subset(all, some))),
        // OPA counts the items that are in the set, and the same item each time it is there.
        (Value::Array(all), Value::Set(some)) => {
            let found = all.iter().filter(|item| some.contains(item)).count();
            Ok(Value::Bool(!all.as_slice().is_empty() && found >= some.len()))
        }
        _ => Err(Refusal::wrong_argument()),
    }
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
        (all, some) => all == some,
    }
}
