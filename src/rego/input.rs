//! From the bytes of an input document to a value of the engine, within budgets.

use std::fmt;

use regorus::Value;
use regorus::value::Object;
use serde_json::error::Category;

use crate::rego::document::{self, TOO_DEEP, TOO_LARGE};
use crate::rego::numbers::TOO_PRECISE;

/// The most values of an input: members of objects and items of arrays.
const MAX_VALUES: usize = 2_000_000;
/// The most values of the gate's own members.
pub(super) const MAX_GATE_VALUES: usize = 10_000;

/// An input document as the engine holds it, ready for any number of evaluations.
#[derive(Debug, Clone)]
pub struct Input(pub(super) Value);

impl Input {
    /// `{}`: what a policy is tried on when it is registered.
    pub fn empty() -> Self {
        Self(Value::new_object())
    }
}

/// Why a document is no input. The text is meant for the caller and shows nothing of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError(String);

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InputError {}

/// Reads an input document and sets the gate's members, the text of an object, at its top level, over the caller's own.
///
/// # Errors
/// When the bytes are no JSON object, or one that is nested too deeply, holds too many values or too great a number.
pub fn parse(bytes: &[u8], gate_members: &str) -> Result<Input, InputError> {
    let mut value = document::parse_json(bytes, MAX_VALUES).map_err(|error| explain(&error))?;
    let kind = if matches!(value, Value::Array(_)) { "an array" } else { "a single value" };
    let object = value
        .as_object_mut()
        .map_err(|_| InputError(format!("`input` must be a JSON object: found {kind}")))?;
    let members =
        document::parse_json(gate_members.as_bytes(), MAX_GATE_VALUES).map_err(|error| explain(&error))?;
    for (name, member) in members.as_object().into_iter().flat_map(Object::iter) {
        object.insert(name.clone(), member.clone());
    }
    Ok(Input(value))
}

fn explain(error: &serde_json::Error) -> InputError {
    let text = error.to_string();
    let at = format!("line {} column {}", error.line(), error.column());
    InputError(match error.classify() {
        _ if text.contains(TOO_DEEP) || text.contains("recursion limit") => {
            format!("`input` is {TOO_DEEP}, at {at}")
        }
        _ if text.contains(TOO_LARGE) => format!("`input` has more than {MAX_VALUES} values"),
        _ if text.contains(TOO_PRECISE) => {
            format!("`input` has {text}, which cannot be kept exactly: send it as a text")
        }
        _ if text.contains("number out of range") => {
            format!("`input` has a number out of range at {at}: at most about 1.8e308 is allowed")
        }
        Category::Eof => format!("`input` is not valid JSON: it ends early, at {at}"),
        Category::Io | Category::Syntax | Category::Data => format!("`input` is not valid JSON at {at}"),
    })
}

#[cfg(test)]
mod tests {
    use super::{Input, parse};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[track_caller]
    fn refuses(bytes: &[u8], expected: &str) {
        assert_eq!(parse(bytes, "{}").unwrap_err().to_string(), expected);
    }

    fn json_of(input: &Input) -> Value {
        serde_json::from_str(&input.0.to_json_str().unwrap()).unwrap()
    }

    #[test]
    fn the_gates_members_win_over_the_callers() {
        let input = parse(br#"{"actor":"me","x":1}"#, r#"{"actor":"you","phase":"pre"}"#).unwrap();
        assert_eq!(json_of(&input), json!({"actor": "you", "phase": "pre", "x": 1}));
    }

    #[test]
    fn of_equal_keys_the_last_one_counts() {
        let input = parse(br#"{"x":1,"x":2,"__proto__":3}"#, "{}").unwrap();
        assert_eq!(json_of(&input), json!({"x": 2, "__proto__": 3}));
    }

    #[test]
    fn what_is_no_object_is_refused_in_words() {
        refuses(b"[1]", "`input` must be a JSON object: found an array");
        refuses(b"7", "`input` must be a JSON object: found a single value");
        refuses(b"{", "`input` is not valid JSON: it ends early, at line 1 column 1");
        refuses(b"{\n x}", "`input` is not valid JSON at line 2 column 2");
        refuses(b"{} {}", "`input` is not valid JSON at line 1 column 4");
        refuses(b"{\"a\":\"\xff\"}", "`input` is not valid JSON at line 1 column 7");
        refuses(b"", "`input` is not valid JSON: it ends early, at line 1 column 0");
    }

    #[test]
    fn depth_and_numbers_are_bounded() {
        let range = "`input` has a number out of range at line 1 column 10: at most about 1.8e308 is allowed";
        refuses(br#"{"x":1e400}"#, range);
        let digits = format!("{{\"x\":{}}}", "9".repeat(900));
        assert!(parse(digits.as_bytes(), "{}").unwrap_err().to_string().contains("out of range"));
        refuses(
            "[".repeat(16 << 20).as_bytes(),
            "`input` is nested more than 128 levels deep, at line 1 column 128",
        );
    }

    #[test]
    fn whole_numbers_are_kept_exactly_and_great_fractions_refused() {
        let sum = |text: &str| parse(text.as_bytes(), "{}").unwrap().0;
        assert_ne!(sum("{\"id\":18446744073709551616}"), sum("{\"id\":18446744073709551617}"));
        refuses(
            b"{\"id\":12345678901234567890.5}",
            "`input` has a number beyond 10^15 with a fraction at line 1 column 7, which cannot be kept exactly: send it as a text",
        );
    }

    #[test]
    fn the_number_of_values_is_bounded() {
        let many = format!("{{\"x\":[{}1]}}", "1,".repeat(2_000_000));
        assert_eq!(
            parse(many.as_bytes(), "{}").unwrap_err().to_string(),
            "`input` has more than 2000000 values"
        );
    }

    #[test]
    fn the_magic_keys_of_json_readers_are_ordinary_also_among_the_gates_members() {
        for key in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
            let labels = format!("{{\"labels\":{{\"{key}\":\"1e1000000000\"}}}}");
            for input in [parse(b"{}", &labels), parse(labels.as_bytes(), "{}")] {
                let written = input.unwrap().0.to_json_str().unwrap();
                assert_eq!(written.split_whitespace().collect::<String>(), labels);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_and_never_panic(bytes: Vec<u8>) {
            drop(parse(&bytes, r#"{"phase":"pre"}"#));
        }
    }
}
