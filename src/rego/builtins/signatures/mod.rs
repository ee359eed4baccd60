//! Why a call has no answer, in words: which argument is not what the function takes, and what came instead. Types and positions
//! only, for values may be secret.
//!
//! What functions take stands in the published capabilities, and in [`FORMS`] what no type says.

mod types;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regorus::Value;
use serde::Deserialize;

use crate::domain::capabilities::CAPABILITIES;
use crate::rego::builtins::signatures::types::{Type, mismatch};

pub(in crate::rego) use types::kind_of;

/// What a value of the right type must be besides.
const FORMS: &[(&str, &str)] = &[
    ("base64.decode", "argument 1 must be base64"),
    ("base64url.decode", "argument 1 must be base64 of the form for URLs"),
    ("format_int", "argument 2, the base, must be 2, 8, 10 or 16"),
    ("hex.decode", "argument 1 must be pairs of hexadecimal digits"),
    ("json.filter", "argument 2 must hold paths such as `a/b` or `[\"a\", \"b\"]`"),
    ("json.patch", "argument 2 must be operations of JSON Patch that fit argument 1"),
    ("json.remove", "argument 2 must hold paths such as `a/b` or `[\"a\", \"b\"]`"),
    (
        "net.cidr_contains",
        "argument 1 must be a network such as `10.0.0.0/8`, argument 2 a network or an address",
    ),
    ("net.cidr_expand", "argument 1 must be a network such as `10.0.0.0/24`"),
    ("object.subset", "the arguments must be two objects, two sets, two arrays, or an array and a set"),
    ("time.add_date", TIME),
    ("time.clock", TIME),
    ("time.date", TIME),
    ("time.diff", TIME),
    ("time.format", TIME),
    ("time.parse_duration_ns", "argument 1 must be a duration such as `1h30m`, of units up to `h`"),
    ("time.weekday", TIME),
    ("to_number", "argument 1 must be a number such as `12.5`, without blanks and of at most 64 bits"),
    ("units.parse", "argument 1 must be a quantity such as `10Ki` or `0.5m`"),
    ("units.parse_bytes", "argument 1 must be a quantity such as `10KiB` or `1.5MB`"),
    ("urlquery.decode", ESCAPES),
    ("urlquery.decode_object", ESCAPES),
];
const TIME: &str =
    "numbers of nanoseconds must be whole and of 64 bits, and time zones names such as `Europe/Berlin`";
const ESCAPES: &str = "in argument 1, two hexadecimal digits must follow each `%`";

/// The functions that take whole numbers where their declaration says numbers.
const WHOLE: &[&str] = &[
    "array.slice",
    "bits.and",
    "bits.lsh",
    "bits.negate",
    "bits.or",
    "bits.rsh",
    "bits.xor",
    "numbers.range",
    "numbers.range_step",
    "regex.find_all_string_submatch_n",
    "regex.find_n",
    "substring",
    "time.add_date",
];

#[derive(Deserialize)]
struct Capabilities {
    builtins: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    name: String,
    decl: Declaration,
}

#[derive(Deserialize)]
struct Declaration {
    #[serde(default)]
    args: Vec<Type>,
}

/// What each function takes.
static DECLARED: LazyLock<BTreeMap<String, Vec<Type>>> = LazyLock::new(|| {
    let read: Capabilities =
        serde_json::from_str(CAPABILITIES).unwrap_or(Capabilities { builtins: Vec::new() });
    read.builtins.into_iter().map(|function| (function.name, function.decl.args)).collect()
});

/// Why `name` has no answer to these arguments: the first of another type, or else what `said` tells, or else what the value of the
/// right type would be.
pub(super) fn explain(name: &str, arguments: &[Value], said: Option<String>) -> String {
    find_mismatch(name, arguments)
        .or(said)
        .or_else(|| find_broken(name, arguments))
        .or_else(|| FORMS.iter().find(|(known, _)| *known == name).map(|(_, form)| (*form).to_owned()))
        .unwrap_or_else(|| "an argument has a value that it does not take".to_owned())
}

fn find_mismatch(name: &str, arguments: &[Value]) -> Option<String> {
    let mut declared = numbered(arguments).zip(DECLARED.get(name)?);
    declared.find_map(|((place, value), ty)| mismatch(ty, value, &place))
}

/// A number that should be whole.
fn find_broken(name: &str, arguments: &[Value]) -> Option<String> {
    let is_broken = |value: &Value| matches!(value, Value::Number(number) if !number.is_integer());
    let (place, _) = numbered(arguments).find(|(_, value)| WHOLE.contains(&name) && is_broken(value))?;
    Some(format!("{place} must be a whole number"))
}

fn numbered(arguments: &[Value]) -> impl Iterator<Item = (String, &Value)> {
    arguments.iter().enumerate().map(|(at, value)| (format!("argument {}", at.saturating_add(1)), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{DECLARED, FORMS, Value, WHOLE, explain};

    #[track_caller]
    fn says(name: &str, arguments: serde_json::Value, expected: &str) {
        let arguments = Value::from(arguments).as_array().unwrap().iter().cloned().collect::<Vec<_>>();
        assert_eq!(explain(name, &arguments, None), expected);
    }

    #[test]
    fn the_first_argument_of_another_type_is_named_with_what_came() {
        says("startswith", json!([5, null]), "argument 1 must be a string, not a number");
        says("startswith", json!(["a", {}]), "argument 2 must be a string, not an object");
        says("count", json!([null]), "argument 1 must be a string, an array, an object or a set, not null");
        says("glob.match", json!(["*", "x", "a"]), "argument 2 must be null or an array, not a string");
    }

    #[test]
    fn what_a_collection_holds_counts_too() {
        says("concat", json!([",", ["a", 1]]), "item 2 of argument 2 must be a string, not a number");
        says("sum", json!([[1, "2"]]), "item 2 of argument 1 must be a number, not a string");
        says("time.clock", json!([[0, 1]]), "item 2 of argument 1 must be a string, not a number");
        says("time.clock", json!([[0]]), "argument 1 must have 2 items, not 1");
        says(
            "strings.replace_n",
            json!([{"a": 1}, "x"]),
            "each member of argument 1 must be a string, not a number",
        );
        says(
            "json.patch",
            json!([{}, [{"op": 1}]]),
            "`op` of item 1 of argument 2 must be a string, not a number",
        );
        says("union", json!([{"a": 1}]), "argument 1 must be a set, not an object");
    }

    #[test]
    fn a_value_of_the_right_type_that_is_wrong_is_told_what_it_must_be() {
        says("numbers.range", json!([1, 1.5]), "argument 2 must be a whole number");
        let duration = "argument 1 must be a duration such as `1h30m`, of units up to `h`";
        says("time.parse_duration_ns", json!(["1 day"]), duration);
        says("lower", json!(["a"]), "an argument has a value that it does not take");
    }

    #[test]
    fn every_function_with_a_form_of_its_own_is_declared() {
        let named = FORMS.iter().map(|(name, _)| *name).chain(WHOLE.iter().copied());
        for name in named {
            assert!(DECLARED.get(name).is_some_and(|declared| !declared.is_empty()), "{name}");
        }
    }
}
