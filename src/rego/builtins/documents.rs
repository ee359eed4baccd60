//! JSON and YAML texts inside of policies, read by the same visitor as the input.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, measure, text_of};
use crate::rego::document::{self, TOO_DEEP, TOO_LARGE};
use crate::rego::numbers::TOO_PRECISE;

/// The most values of one text.
const MAX_VALUES: usize = 1_000_000;

pub(super) fn json_unmarshal(arguments: &[Value]) -> Result<Value, Refusal> {
    parse_json(text_of(argument(arguments, 0)?)?)?.ok_or_else(|| Refusal::new("not valid JSON"))
}

pub(super) fn json_is_valid(arguments: &[Value]) -> Result<Value, Refusal> {
    let Ok(text) = text_of(argument(arguments, 0)?) else { return Ok(Value::Bool(false)) };
    Ok(Value::Bool(parse_json(text)?.is_some()))
}

pub(super) fn yaml_unmarshal(arguments: &[Value]) -> Result<Value, Refusal> {
    let value =
        parse_yaml(text_of(argument(arguments, 0)?)?)?.ok_or_else(|| Refusal::new("not valid YAML"))?;
    if holds_old_yaml(&value) {
        return Err(Refusal::bound("a number or a `<<` that means something else in YAML 1.1"));
    }
    Ok(value)
}

pub(super) fn yaml_is_valid(arguments: &[Value]) -> Result<Value, Refusal> {
    let Ok(text) = text_of(argument(arguments, 0)?) else { return Ok(Value::Bool(false)) };
    Ok(Value::Bool(parse_yaml(text)?.is_some()))
}

fn parse_json(text: &str) -> Result<Option<Value>, Refusal> {
    measure::check_size(text.len())?;
    match document::parse_json(text.as_bytes(), MAX_VALUES) {
        Ok(value) => Ok(Some(value)),
        Err(error) => within_bounds(&error.to_string()),
    }
}

fn parse_yaml(text: &str) -> Result<Option<Value>, Refusal> {
    measure::check_size(text.len())?;
    match document::parse_yaml(text, MAX_VALUES) {
        Ok(value) => Ok(Some(value)),
        Err(error) => within_bounds(&error.to_string()),
    }
}

/// A text that is over our bounds may still be valid: saying it is not would be a wrong answer.
fn within_bounds(error: &str) -> Result<Option<Value>, Refusal> {
    let bounds = [
        TOO_DEEP,
        TOO_LARGE,
        "out of range",
        TOO_PRECISE,
        "recursion limit",
        "repetition limit",
        "hex escape",
        "more than one document",
    ];
    if bounds.iter().any(|bound| error.contains(bound)) {
        return Err(Refusal::bound("a text that is nested too deeply, holds too much or too great a number"));
    }
    Ok(None)
}

/// Whether OPA, which reads YAML 1.1, could see a number or an alias where we see a text.
fn holds_old_yaml(value: &Value) -> bool {
    match value {
        Value::String(text) => is_old_number(text) || &**text == "<<",
        Value::Array(items) => items.iter().any(holds_old_yaml),
        Value::Object(members) => {
            members.iter().any(|(key, member)| holds_old_yaml(key) || holds_old_yaml(member))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Set(_) | Value::Undefined => false,
    }
}

/// Digits with `_` between them, or with a zero in front.
fn is_old_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'b' | b'o'));
    let has_zero = digits.strip_prefix('0').is_some_and(|rest| !rest.is_empty() && !rest.starts_with('.'));
    is_number && digits.starts_with(|c: char| c.is_ascii_digit()) && (has_zero || digits.contains('_'))
}
