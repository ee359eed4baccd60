//! Compares the built-in functions with those of the real OPA, on thousands of generated calls; where OPA is not
//! installed, says so and compares with its recorded answers only.

mod characters;
mod formats;
mod opa;
mod others;
mod patterns;
mod random;
mod recorded;

use std::path::Path;

use regorus::{Engine, Value};
use serde::Deserialize;
use serde_json::json;

use super::{REPLACED, delegate, display::display};

/// One call; `{"$": 3}` stands for one of [`opa::SPECIALS`].
#[derive(Debug, Clone, Deserialize)]
struct Call {
    function: String,
    arguments: Vec<serde_json::Value>,
}

impl Call {
    fn new(function: &str, arguments: impl IntoIterator<Item = serde_json::Value>) -> Self {
        Self { function: function.to_owned(), arguments: arguments.into_iter().collect() }
    }
}

/// A file of `fixtures/builtins`.
fn read(name: &str) -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/builtins").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What the function of ours answers, as Rego text; nothing where it refuses.
fn answer(call: &Call, specials: &[Value]) -> Option<String> {
    let arguments: Vec<Value> = call.arguments.iter().map(|argument| value(argument, specials)).collect();
    let replaced = REPLACED.iter().find(|(name, _)| *name == call.function);
    let answer = match replaced {
        Some((_, built_in)) => built_in(&arguments),
        None => delegate(&call.function, &arguments),
    };
    answer.ok().filter(|answer| *answer != Value::Undefined).map(|answer| display(&vec![answer].into()))
}

fn value(json: &serde_json::Value, specials: &[Value]) -> Value {
    if let Some(items) = json.as_array() {
        return items.iter().map(|item| value(item, specials)).collect::<Vec<_>>().into();
    }
    match json.get("$").and_then(serde_json::Value::as_u64) {
        Some(index) => specials[usize::try_from(index).unwrap()].clone(),
        None => Value::from(json.clone()),
    }
}

fn specials() -> Vec<Value> {
    let mut engine = Engine::new();
    let found = engine.eval_query(opa::SPECIALS.to_owned(), false).unwrap();
    let list = found.result[0].expressions[0].value.clone();
    list.as_array().unwrap().iter().cloned().collect()
}

/// Compares all calls; `known` says of a difference whether it is one that we have decided to have.
#[track_caller]
fn compare(calls: &[Call], known: impl Fn(&Call, Option<&str>, Option<&str>) -> bool) {
    let Some(answers) = opa::answers(calls) else {
        println!("opa is not installed: {} calls were not compared", calls.len());
        return;
    };
    let specials = specials();
    let (mut differences, mut refusals) = (Vec::new(), 0_usize);
    for (call, expected) in calls.iter().zip(answers) {
        let found = answer(call, &specials);
        refusals = refusals.saturating_add(usize::from(expected.is_none()));
        if found != expected
            && !are_equal(found.as_deref(), expected.as_deref())
            && !known(call, found.as_deref(), expected.as_deref())
        {
            let difference = format!(
                "{}{}\n   opa: {}\n  ours: {}",
                call.function,
                json!(call.arguments),
                expected.as_deref().unwrap_or("(error)"),
                found.as_deref().unwrap_or("(error)")
            );
            differences.push(difference);
        }
    }
    println!("{} calls compared, of which OPA refuses {refusals}", calls.len());
    let shown: Vec<_> = differences.iter().take(100).cloned().collect();
    assert!(differences.is_empty(), "{} of {} differ:\n{}", differences.len(), calls.len(), shown.join("\n"));
}

/// Whether two texts stand for one value: a number has many.
fn are_equal(found: Option<&str>, expected: Option<&str>) -> bool {
    let value = |text: &str| {
        let found = Engine::new().eval_query(text.to_owned(), false).ok()?;
        Some(found.result.first()?.expressions.first()?.value.clone())
    };
    matches!((found.and_then(value), expected.and_then(value)), (Some(found), Some(expected)) if found == expected)
}
