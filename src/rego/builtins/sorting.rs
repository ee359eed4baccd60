//! What is in an order: OPA's, which puts objects before sets and compares them otherwise than the engine.

use std::cmp::Ordering;

use regorus::Value;

use crate::rego::builtins::display::{display, order};
use crate::rego::builtins::{Refusal, argument, delegate, items_of, measure, text_of};

pub(super) fn sort(arguments: &[Value]) -> Result<Value, Refusal> {
    let mut items = items(arguments)?;
    items.sort_by(order);
    Ok(items.into())
}

pub(super) fn max(arguments: &[Value]) -> Result<Value, Refusal> {
    items(arguments)?.into_iter().max_by(order).map_or_else(|| delegate("max", arguments), Ok)
}

pub(super) fn min(arguments: &[Value]) -> Result<Value, Refusal> {
    items(arguments)?.into_iter().min_by(order).map_or_else(|| delegate("min", arguments), Ok)
}

/// `json.marshal` and its kin: the items of sets in OPA's order, and no number that would lose digits.
pub(super) fn marshal(name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
    measure::check(arguments)?;
    let options = arguments.get(1).map(display).unwrap_or_default();
    if escaped(&options) != options {
        return Err(Refusal::bound("an indent or prefix with a character that is escaped in JSON"));
    }
    let mut ordered = arguments.to_vec();
    if let Some(first) = ordered.first_mut() {
        *first = without_sets(first)?;
    }
    Ok(Value::from(escaped(text_of(&delegate(name, &ordered)?)?)))
}

/// Go escapes what has a meaning in HTML or ends a line in JavaScript; outside of texts none of these occurs.
fn escaped(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn items(arguments: &[Value]) -> Result<Vec<Value>, Refusal> {
    Ok(items_of(argument(arguments, 0)?)?.into_iter().cloned().collect())
}

fn without_sets(value: &Value) -> Result<Value, Refusal> {
    match value {
        Value::Array(items) => items.iter().map(without_sets).collect::<Result<Vec<_>, _>>().map(Value::from),
        Value::Set(items) => {
            let mut items: Vec<_> = items.iter().collect();
            items.sort_by(|left, right| order(left, right));
            items.into_iter().map(without_sets).collect::<Result<Vec<_>, _>>().map(Value::from)
        }
        Value::Object(members) => {
            let mut object = Value::new_object();
            let into = object.as_object_mut().map_err(|_| Refusal::wrong_argument())?;
            for (key, member) in members.iter() {
                into.insert(named(key)?, without_sets(member)?);
            }
            Ok(object)
        }
        Value::Number(number) if number.as_f64().is_none() && is_beyond(value) => {
            Err(Refusal::bound("a number that fits no 64 bits"))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Undefined => {
            Ok(value.clone())
        }
    }
}

/// A key as JSON has it, where OPA has sorted it as a text.
fn named(key: &Value) -> Result<Value, Refusal> {
    if matches!(key, Value::String(_)) {
        Ok(key.clone())
    } else {
        delegate("json.marshal", &[without_sets(key)?])
    }
}

fn is_beyond(number: &Value) -> bool {
    let limits = (Value::from(i64::MIN), Value::from(u64::MAX));
    number.cmp(&limits.0) == Ordering::Less || number.cmp(&limits.1) == Ordering::Greater
}
