//! The built-in functions of ours: they answer or refuse, within bounds, the same each time, and a refusal shows nothing of
//! the arguments. Where functions belong together, what one makes the other takes apart.

use std::cmp::Ordering;

use regorus::Value;
use regorus::unstable::BUILTINS;
use serde_json::Value as Json;

use crate::rego::builtins;

/// The most bytes that an answer may have when it is written out, roughly.
const MAX_BYTES: usize = 64 << 20;
/// A text that is shorter could stand in a refusal by chance.
const LONG: usize = 24;

/// Checks the call in `bytes`: the name in the first line, an argument in each of the others, JSON or else a text.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (name, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let Some((_, count)) = BUILTINS.get(name) else { return };
    let given = rest.split('\n').map(argument).chain(std::iter::repeat(Value::Null));
    let arguments: Vec<Value> = given.take(usize::from(*count)).collect();
    let Some(answer) = call(name, &arguments) else { return };
    if name != "time.now_ns" {
        assert_eq!(Some(&answer), call(name, &arguments).as_ref(), "not the same twice: {arguments:?}");
    }
    match &answer {
        Ok(value) => {
            let mut left = MAX_BYTES;
            spend(value, &mut left).unwrap_or_else(|| panic!("{name} makes too much of {arguments:?}"));
            check_laws(name, &arguments, value);
        }
        Err(refusal) => check_silent(refusal, &arguments),
    }
}

fn argument(line: &str) -> Value {
    serde_json::from_str::<Json>(line).map_or_else(|_| Value::from(line), Value::from)
}

fn call(name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
    builtins::call(name, arguments).map(|answer| answer.map_err(|refusal| refusal.to_string()))
}

/// The answer of a function that must have one.
fn answer(name: &str, arguments: &[Value]) -> Value {
    call(name, arguments).unwrap().unwrap_or_else(|refusal| panic!("{name} of {arguments:?}: {refusal}"))
}

fn spend(value: &Value, left: &mut usize) -> Option<()> {
    *left = left.checked_sub(8)?;
    match value {
        Value::String(text) => *left = left.checked_sub(text.len())?,
        Value::Array(items) => items.iter().try_for_each(|item| spend(item, left))?,
        Value::Set(items) => items.iter().try_for_each(|item| spend(item, left))?,
        Value::Object(members) => {
            members
                .iter()
                .try_for_each(|(key, member)| spend(key, left).and_then(|()| spend(member, left)))?;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Undefined => {}
    }
    Some(())
}

fn check_silent(refusal: &str, arguments: &[Value]) {
    assert!(
        !refusal.is_empty() && refusal.len() < 1_024 && !refusal.contains(char::is_control),
        "{refusal:?}"
    );
    for text in arguments.iter().filter_map(|argument| argument.as_string().ok()) {
        let is_foreign = text.len() >= LONG && text.contains(|c: char| !c.is_ascii_lowercase() && c != ' ');
        assert!(!(is_foreign && refusal.contains(text.as_ref())), "{refusal:?} shows {text:?}");
    }
}

fn check_laws(name: &str, arguments: &[Value], value: &Value) {
    let texts: Vec<&str> =
        arguments.iter().filter_map(|argument| argument.as_string().ok().map(AsRef::as_ref)).collect();
    match (name, texts.as_slice()) {
        ("regex.match", [pattern, text]) => check_pattern(pattern, text, value),
        ("semver.compare", [left, right]) => check_versions(left, right, value),
        ("sprintf", [format]) if !format.contains('%') && arguments.get(1) == Some(&Value::new_array()) => {
            assert_eq!(*value, Value::from(*format));
        }
        ("time.format", []) => check_time(arguments, value),
        ("base64.encode", [_]) => undoes("base64.decode", arguments, value),
        ("base64url.encode" | "base64url.encode_no_pad", [_]) => undoes("base64url.decode", arguments, value),
        ("hex.encode", [_]) => undoes("hex.decode", arguments, value),
        ("urlquery.encode", [_]) => undoes("urlquery.decode", arguments, value),
        ("json.marshal", _) => undoes("json.unmarshal", arguments, value),
        ("sort", _) => assert_eq!(answer("sort", std::slice::from_ref(value)), *value),
        ("indexof", [text, part]) => check_index(text, part, value),
        _ => {}
    }
}

fn undoes(name: &str, arguments: &[Value], value: &Value) {
    assert_eq!(Some(&answer(name, std::slice::from_ref(value))), arguments.first(), "{name} of {value:?}");
}

fn check_index(text: &str, part: &str, value: &Value) {
    let index = value.as_i64().unwrap();
    assert_eq!(index >= 0, text.contains(part), "{part:?} in {text:?}");
    if let Ok(start) = usize::try_from(index) {
        assert!(text.chars().skip(start).collect::<String>().starts_with(part), "{part:?} in {text:?}");
    }
}

/// All functions see the same matches; where another engine of this syntax means the same, it sees them too.
fn check_pattern(pattern: &str, text: &str, value: &Value) {
    let [pattern_value, text_value] = [Value::from(pattern), Value::from(text)];
    let found = call("regex.find_n", &[pattern_value.clone(), text_value.clone(), Value::from(-1_i64)]);
    let Some(Ok(found)) = found else { return };
    let found: Vec<Value> = found.as_array().unwrap().iter().cloned().collect();
    assert_eq!(*value, Value::Bool(!found.is_empty()), "{pattern:?} in {text:?}");
    assert!(
        found.iter().all(|part| text.contains(part.as_string().unwrap().as_ref())),
        "{pattern:?} in {text:?}"
    );
    let whole = call("regex.replace", &[text_value.clone(), pattern_value.clone(), Value::from("${0}")]);
    assert!(whole.unwrap().is_ok_and(|whole| whole == text_value), "{pattern:?} in {text:?}");
    if pattern.contains(|c: char| !(c.is_ascii_lowercase() || "|.()*+?^$".contains(c)))
        || text.contains('\n')
        || !text.is_ascii()
    {
        return;
    }
    if let Ok(other) = regex_automata::meta::Regex::new(pattern) {
        let expected: Vec<Value> =
            other.find_iter(text).map(|at| Value::from(text.get(at.range()).unwrap())).collect();
        assert_eq!(found, expected, "{pattern:?} in {text:?}");
    }
}

/// The order is one, and that of the `semver` crate where both read the versions, which differ in what builds mean.
fn check_versions(left: &str, right: &str, value: &Value) {
    let compare = |left: &str, right: &str| {
        answer("semver.compare", &[Value::from(left), Value::from(right)]).as_i64().unwrap()
    };
    let order = value.as_i64().unwrap();
    assert_eq!(compare(right, left), order.wrapping_neg(), "{left:?} and {right:?}");
    assert_eq!((compare(left, left), compare(right, right)), (0, 0));
    if let (Ok(left), Ok(right)) = (semver::Version::parse(left), semver::Version::parse(right)) {
        let expected = match left.cmp_precedence(&right) {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        };
        assert_eq!(order, expected, "{left} and {right}");
    }
}

/// What the usual layout writes is read back as the same moment, and its parts are those that are told one by one.
fn check_time(arguments: &[Value], value: &Value) {
    if arguments.first().is_none_or(|moment| moment.as_i64().is_err()) {
        return;
    }
    let read = call("time.parse_rfc3339_ns", std::slice::from_ref(value)).unwrap();
    // A year of five digits can be written and not read.
    if let Ok(read) = read {
        assert_eq!(Some(&read), arguments.first(), "{value:?}");
    }
    let zeros = [Value::from(0_i64), Value::from(0_i64), Value::from(0_i64)];
    let moved = [arguments, &zeros].concat();
    assert_eq!(Some(&answer("time.add_date", &moved)), arguments.first());
    let date = answer("time.date", arguments);
    let [year, month, day] =
        [0, 1, 2].map(|index| date.as_array().unwrap().get(index).unwrap().as_i64().unwrap());
    let written = format!("{year:04}-{month:02}-{day:02}T");
    assert!(value.as_string().unwrap().starts_with(&written), "{value:?} is not {written}");
}
