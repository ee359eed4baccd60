//! Queries of URLs, written and read as Go does: `~` stays, `*` does not, and a blank is a `+`.

use std::collections::BTreeMap;

use regorus::Value;

use crate::rego::builtins::encodings::{byte, text_from};
use crate::rego::builtins::{Refusal, argument, items_of, measure, text_of};

pub(super) fn encode(arguments: &[Value]) -> Result<Value, Refusal> {
    measure::check(arguments)?;
    Ok(Value::from(escape(text_of(argument(arguments, 0)?)?)))
}

/// A text, or several of one name, for each member.
pub(super) fn encode_object(arguments: &[Value]) -> Result<Value, Refusal> {
    measure::check(arguments)?;
    let members = argument(arguments, 0)?.as_object().map_err(|_| Refusal::wrong_argument())?;
    let mut pairs = Vec::new();
    for (name, value) in members.iter_sorted() {
        let name = escape(text_of(name)?);
        for value in texts_of(value)? {
            pairs.push(format!("{name}={}", escape(value)));
        }
    }
    Ok(Value::from(pairs.join("&")))
}

pub(super) fn decode(arguments: &[Value]) -> Result<Value, Refusal> {
    unescape(text_of(argument(arguments, 0)?)?).map(Value::from)
}

pub(super) fn decode_object(arguments: &[Value]) -> Result<Value, Refusal> {
    let mut found = BTreeMap::<String, Vec<Value>>::new();
    for pair in text_of(argument(arguments, 0)?)?.split('&').filter(|pair| !pair.is_empty()) {
        if pair.contains(';') {
            return Err(Refusal::new("a `;` in a query"));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        found.entry(unescape(name)?).or_default().push(Value::from(unescape(value)?));
    }
    let members = found.into_iter().map(|(name, values)| (Value::from(name), Value::from(values)));
    Ok(members.collect::<BTreeMap<_, _>>().into())
}

fn texts_of(value: &Value) -> Result<Vec<&str>, Refusal> {
    let several = || items_of(value)?.into_iter().map(text_of).collect();
    text_of(value).map_or_else(|_| several(), |only| Ok(vec![only]))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            b' ' => escaped.push('+'),
            other => {
                escaped.push('%');
                escaped.extend([other >> 4, other & 15].iter().filter_map(|half| {
                    char::from_digit((*half).into(), 16).map(|digit| digit.to_ascii_uppercase())
                }));
            }
        }
    }
    escaped
}

fn unescape(text: &str) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'%', high, low, rest @ ..] => {
                bytes.push(byte(*high, *low).ok_or_else(Refusal::wrong_argument)?);
                rest
            }
            [b'%', ..] => return Err(Refusal::wrong_argument()),
            [b'+', rest @ ..] => {
                bytes.push(b' ');
                rest
            }
            [other, rest @ ..] => {
                bytes.push(*other);
                rest
            }
        };
    }
    text_from(bytes)
}
