//! The reader of inputs: it takes the JSON that `serde_json` takes and makes the same of it, the magic key and equal keys
//! included, but for great numbers that are not whole; its budget counts every item and member; what it says of others shows nothing of them.

use regorus::Value;
use serde::de::IgnoredAny;
use serde_json::{Value as Json, json};

use crate::rego::builtins::display::display;
use crate::rego::document::{TOO_LARGE, parse_json};
use crate::rego::input;
use crate::rego::numbers::TOO_PRECISE;

/// What the gate sets over the caller's members.
const GATE: &str = "actor";
/// A key under which `serde_json` reads a text as JSON of its own; to us it is a key.
const MAGIC: &str = "$serde_json::private::RawValue";

/// Checks a text as a document and as an input.
pub fn check(bytes: &[u8]) {
    let read = parse_json(bytes, bytes.len());
    if read.as_ref().is_ok_and(has_magic) {
        return;
    }
    if read.as_ref().is_err_and(|error| error.to_string().starts_with(TOO_PRECISE)) {
        assert!(
            serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
                && bytes.iter().any(|byte| matches!(byte, b'.' | b'-')),
            "{read:?}"
        );
        return check_silent(&input::parse(bytes, "{}").unwrap_err().to_string());
    }
    let judged = serde_json::from_slice::<Json>(bytes);
    assert_eq!(read.is_ok(), judged.is_ok(), "{read:?} but {judged:?}");
    if let (Ok(value), Ok(expected)) = (&read, &judged) {
        assert!(is_same(value, expected), "{value:?} is not {expected}");
        check_budget(bytes);
    }
    check_input(bytes, judged.ok());
}

fn check_input(bytes: &[u8], judged: Option<Json>) {
    match (input::parse(bytes, &json!({ GATE: "gate" }).to_string()), judged) {
        (Ok(input), Some(mut expected @ Json::Object(_))) => {
            expected.as_object_mut().unwrap().insert(GATE.to_owned(), json!("gate"));
            assert!(is_same(&input.0, &expected), "{:?} is not {expected}", input.0);
        }
        (
            Err(error),
            None | Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_)),
        ) => {
            check_silent(&error.to_string());
        }
        (read, judged) => panic!("{read:?} of {judged:?}"),
    }
}

/// The values are counted here in another way: a comma or the first of a list or an object is one more.
fn check_budget(text: &[u8]) {
    let values = count(text);
    assert!(parse_json(text, values).is_ok(), "{values} values");
    if let Some(fewer) = values.checked_sub(1) {
        let error = parse_json(text, fewer).unwrap_err().to_string();
        assert!(error.starts_with(TOO_LARGE), "{values} values: {error}");
    }
}

fn count(text: &[u8]) -> usize {
    let (mut values, mut quoted, mut escaped, mut opened) = (0_usize, false, false, false);
    for byte in text {
        if quoted {
            quoted = *byte != b'"' || escaped;
            escaped = *byte == b'\\' && !escaped;
            continue;
        }
        let blank = byte.is_ascii_whitespace();
        let begins = opened && !blank && !matches!(byte, b']' | b'}');
        values = values.saturating_add(usize::from(begins || *byte == b','));
        opened = matches!(byte, b'[' | b'{') || (opened && blank);
        // `[[` opens a list that is the first item of another.
        quoted = *byte == b'"';
    }
    values
}

/// Nothing of a document is shown: the words are few, and ours.
fn check_silent(said: &str) {
    const WORDS: &str = "`input` must be a JSON object: found an array single value is nested more than 128 levels deep, \
        at line column has a beyond 10^15 with fraction which cannot be kept exactly send it as text values number out of range most about 1.8e308 allowed not valid it ends early";
    let known = |word: &str| {
        word.bytes().all(|b| b.is_ascii_digit())
            || WORDS
                .split_whitespace()
                .any(|known| word.trim_end_matches([':', ',']) == known.trim_end_matches([':', ',']))
    };
    assert!(said.split_whitespace().all(|word| known(word.trim_end_matches([':', ',']))), "{said:?}");
}

/// Whether `serde_json` would read it in its own way.
pub(super) fn has_magic(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_magic),
        Value::Object(members) => {
            members.iter().any(|(key, member)| *key == Value::from(MAGIC) || has_magic(member))
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Set(_)
        | Value::Undefined => false,
    }
}

pub(super) fn is_same(value: &Value, expected: &Json) -> bool {
    match (value, expected) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(value), Json::Bool(expected)) => value == expected,
        (Value::String(value), Json::String(expected)) => value.as_ref() == expected,
        (Value::Number(_), Json::Number(expected)) => match (expected.as_i64(), expected.as_u64()) {
            (Some(expected), _) => value.as_i64().is_ok_and(|value| value == expected),
            (None, Some(expected)) => value.as_u64().is_ok_and(|value| value == expected),
            // Great whole numbers are kept as they are written, and `serde_json` has rounded them.
            (None, None) => display(value).parse().ok() == expected.as_f64(),
        },
        (Value::Array(items), Json::Array(expected)) => {
            items.as_slice().len() == expected.len()
                && items.iter().zip(expected).all(|(item, expected)| is_same(item, expected))
        }
        (Value::Object(members), Json::Object(expected)) => {
            let has = |(name, expected): (&String, &Json)| {
                members.get(&Value::from(name.as_str())).is_some_and(|value| is_same(value, expected))
            };
            members.len() == expected.len() && expected.iter().all(has)
        }
        _ => false,
    }
}
