//! How a value is written as Rego, as OPA writes it: this is what `%v` shows of arrays, objects and sets.

use std::cmp::Ordering;

use regorus::Value;

use crate::rego::builtins::sprintf::float;
use crate::rego::builtins::sprintf::quote::{Within, quote};

/// `value` as Rego text. The caller has bounded what it holds: see `measure`.
pub(in crate::rego) fn display(value: &Value) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

/// OPA's order of all values, which is the order in which sets and objects are written.
///
/// The engine's own order puts sets before objects and compares objects otherwise.
pub(super) fn order(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Array(left), Value::Array(right)) => order_all(left.iter(), right.iter()),
        (Value::Set(left), Value::Set(right)) => {
            order_all(sorted(left.iter()).into_iter(), sorted(right.iter()).into_iter())
        }
        (Value::Object(left), Value::Object(right)) => {
            let (left, right) = (members(left.iter()), members(right.iter()));
            let pairs = left
                .iter()
                .zip(&right)
                .map(|(left, right)| order(left.0, right.0).then_with(|| order(left.1, right.1)));
            first_difference(pairs).then_with(|| left.len().cmp(&right.len()))
        }
        (left, right) => rank(left).cmp(&rank(right)).then_with(|| left.cmp(right)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
        Value::Set(_) => 6,
        Value::Undefined => 7,
    }
}

fn order_all<'a>(
    left: impl ExactSizeIterator<Item = &'a Value>,
    right: impl ExactSizeIterator<Item = &'a Value>,
) -> Ordering {
    let lengths = left.len().cmp(&right.len());
    first_difference(left.zip(right).map(|(left, right)| order(left, right))).then(lengths)
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn sorted<'a>(items: impl Iterator<Item = &'a Value>) -> Vec<&'a Value> {
    let mut items: Vec<_> = items.collect();
    items.sort_by(|left, right| order(left, right));
    items
}

fn members<'a>(members: impl Iterator<Item = (&'a Value, &'a Value)>) -> Vec<(&'a Value, &'a Value)> {
    let mut members: Vec<_> = members.collect();
    members.sort_by(|left, right| order(left.0, right.0));
    members
}

fn write(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => match float::find_float(value) {
            Some(float) => text.push_str(&float::literal(float)),
            None => text.push_str(&number.format_decimal()),
        },
        Value::String(string) => text.push_str(&quote(string, Within::Printable)),
        Value::Array(items) => write_items(text, "[", items.iter(), "]"),
        Value::Set(items) if items.is_empty() => text.push_str("set()"),
        Value::Set(items) => write_items(text, "{", sorted(items.iter()).into_iter(), "}"),
        Value::Object(object) => {
            text.push('{');
            for (at, (key, member)) in members(object.iter()).into_iter().enumerate() {
                text.push_str(if at == 0 { "" } else { ", " });
                write(text, key);
                text.push_str(": ");
                write(text, member);
            }
            text.push('}');
        }
        // No array, set or object holds it.
        Value::Undefined => text.push_str("undefined"),
    }
}

fn write_items<'a>(text: &mut String, open: &str, items: impl Iterator<Item = &'a Value>, close: &str) {
    text.push_str(open);
    for (at, item) in items.enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        write(text, item);
    }
    text.push_str(close);
}
